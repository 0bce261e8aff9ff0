"""Google Contacts (People API v1) as a source of contacts. They are never written.

A pull asks for what changed since a sync token. Google lets tokens die seven days after the full listing that they stem from,
so a new one is begun on the sixth: that it ends is normal, not an error. Resource names may change, too, when Google joins
contacts: the old names are told as gone, and as what the contact was ``formerly``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import msgspec
from pydantic import Field

from auld.contract import CONTRACT, Account, Batch, Collection, Consent, Item, Pull
from auld.errors import CollectionGone, TryLater
from auld_connectors._google_service import CONTACTS_SCOPES, OTHER_CONTACTS_SCOPES, open_service
from auld_connectors._google_settings import ORIGIN, GoogleSettings

_ASKED_FOR = 1
"""Goes up when other fields are asked for: sync tokens hold for the very question that they answer."""

_MINE, _OTHERS = "connections", "otherContacts"
_PAGE = 1000
_LIFE = timedelta(days=6)
_SPREAD = timedelta(hours=12)


class Settings(GoogleSettings):
    """What may be written under an account with ``connector: google_contacts``."""

    others: bool = Field(
        default=False,
        description='Read "Other contacts" besides: everybody you ever wrote to. That takes a permission of its own.',
    )

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the user has to allow."""
        return CONTACTS_SCOPES + (OTHER_CONTACTS_SCOPES if self.others else ())


class Cursor(msgspec.Struct, frozen=True):
    """Where the last pull ended: the token, the time of the full listing that it stems from, and what was asked."""

    token: str
    since: datetime
    asked_for: int


class GoogleContacts:
    """Reads people from Google Contacts."""

    name: ClassVar[str] = "google_contacts"
    contract: ClassVar[int] = CONTRACT
    summary: ClassVar[str] = "people, from Google Contacts"
    settings: ClassVar[type[Any]] = Settings
    every: ClassVar[str] = "1h"
    vendor: ClassVar[str] = "google"

    def open(self, account: Account) -> GoogleContactsSource:
        """Touches neither file nor network."""
        return GoogleContactsSource(account)

    def origin(self, settings: Any) -> str | None:
        return ORIGIN

    def authorise(self, account: Account, consent: Consent) -> str:
        """Ask the user for what the account's settings need (see :class:`auld.contract.Authorises`)."""
        from auld_connectors._google_consent import authorise

        return authorise(account, account.settings.scopes, consent)


class GoogleContactsSource:
    """One account's contacts: one collection, and the other contacts as a second one if the settings say so."""

    def __init__(self, account: Account) -> None:
        self._settings = account.settings
        self._google = open_service("people", "v1", account, account.settings.scopes)

    @property
    def requests(self) -> int:
        return self._google.requests

    def discover(self) -> Sequence[Collection]:
        """The collections are named after the user at Google, whose contacts must not be read by two accounts."""
        me = self._google.ask(self._google.api.people().get(resourceName="people/me", personFields="metadata"))
        user = me.get("resourceName")
        if not isinstance(user, str) or not user.startswith("people/"):
            raise TryLater("Google does not say whose contacts these are")
        kinds = {_MINE: "Contacts", _OTHERS: "Other contacts"} if self._settings.others else {_MINE: "Contacts"}
        return [Collection(id=f"{user}/{part}", name=name, kinds=frozenset({"contact"})) for part, name in kinds.items()]

    def pull(self, request: Pull) -> Iterator[Batch]:
        """What changed since the cursor; all of it where there is none, where it is about to end, or if ``full``.

        Nothing is yielded if nothing changed: the old token goes on being good.
        """
        part = request.collection.id.rpartition("/")[2]
        if part not in (_MINE, _OTHERS):
            raise CollectionGone("this is no collection of Google Contacts")
        old = _load(request.cursor, request)
        whole = news = request.full or old is None
        listing: dict[str, str] = {}
        names: dict[str, str] | None = None
        for page in self._pages(part, request, None if whole else old):
            people = [person for person in page.get(part, ()) if isinstance(person, dict)]
            if names is None and (people or whole) and part == _MINE:
                names = self._groups(request)
            if request.cancelled():
                return
            items, gone = _read(people, names or {}, listing, request.known)
            last = "nextPageToken" not in page
            cursor = _next(page, old if not whole else None, request) if last else None
            news = news or bool(items or gone)
            if items or gone or (last and news):
                yield Batch(items=items, gone=gone, listing=listing if last and whole else None, cursor=cursor)

    def close(self) -> None:
        self._google.close()

    def _pages(self, part: str, request: Pull, cursor: Cursor | None) -> Iterator[Mapping[str, Any]]:
        """The pages of the listing, or of the changes. All that is asked beside the token must always be the same."""
        from auld_connectors import _google_people

        question: dict[str, Any] = {"pageSize": _PAGE, "requestSyncToken": True}
        if cursor is not None:
            question["syncToken"] = cursor.token
        if part == _MINE:
            resource = self._google.api.people().connections()
            question |= {"resourceName": "people/me", "personFields": _google_people.FIELDS}
        else:
            resource = self._google.api.otherContacts()
            question |= {"readMask": _google_people.OTHER_FIELDS}
        return self._google.pages(resource, request.cancelled, sources="READ_SOURCE_TYPE_CONTACT", **question)

    def _groups(self, request: Pull) -> dict[str, str]:
        from auld_connectors import _google_people

        pages = self._google.pages(
            self._google.api.contactGroups(), request.cancelled, pageSize=_PAGE, groupFields="name,groupType"
        )
        try:
            return _google_people.groups(group for page in pages for group in page.get("contactGroups", ()))
        except msgspec.ValidationError as error:
            raise TryLater(f"Google's groups of contacts cannot be read ({error})") from None


def _read(
    people: Sequence[Mapping[str, Any]], names: Mapping[str, str], listing: dict[str, str], known: Mapping[str, str]
) -> tuple[list[Item], list[str]]:
    """Of one page: the contacts that are new or changed, and the refs that are gone. Notes in the listing what is there."""
    from auld_connectors import _google_people

    items: list[Item] = []
    gone: list[str] = []
    for person in people:
        try:
            trace = msgspec.convert(person, _google_people.Trace)
        except msgspec.ValidationError:
            continue  # without a name it cannot be spoken of
        ref = trace.resource_name
        if trace.metadata.deleted:
            gone.append(ref)
            continue
        gone += [old for old in trace.metadata.previous_resource_names if old != ref and old in known]
        listing[ref] = _google_people.version_of(person, trace, names)
        if known.get(ref) != listing[ref]:
            items.append(_google_people.item(person, trace, names))
    return items, list(dict.fromkeys(gone))


def _load(text: str | None, request: Pull) -> Cursor | None:
    """The cursor, unless there is none, it is damaged or for another question, or its token will soon have ended."""
    if not text:
        return None
    try:
        cursor = msgspec.json.decode(text, type=Cursor)
        age = request.now - cursor.since
    except (msgspec.MsgspecError, TypeError):
        return None
    spread = _SPREAD * (zlib.crc32(request.collection.id.encode()) % 100) / 100  # not every account in the same hour
    return cursor if cursor.asked_for == _ASKED_FOR and age < _LIFE - spread else None


def _next(page: Mapping[str, Any], old: Cursor | None, request: Pull) -> str | None:
    """Where to go on; None if Google does not say, so that all is seen again."""
    token = page.get("nextSyncToken")
    if not isinstance(token, str) or not token:
        return None
    return msgspec.json.encode(Cursor(token, old.since if old else request.now, _ASKED_FOR)).decode()
