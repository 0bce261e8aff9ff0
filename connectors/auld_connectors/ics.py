"""Subscribed calendars (RFC 5545): a feed by its address, or ``.ics`` files on this machine, as a source of meetings and tasks.

An account is one calendar. It is always seen whole, so that every look at something new is a complete listing; what has not
changed (by the server's word, by the bytes, by the names and times of files) is not looked into. Each UID is one item, as on a
CalDAV server, and is known again when the feed gives it another UID (:mod:`auld_connectors._ics_match`). What breaks off, or
cannot be read now, is never taken as deleted.

The address of a private calendar is a secret. It may be kept as passwords are (then it comes as ``Account.secret``), and in no
case does it, or anything made of it but its host, appear in a name, an id, a note or an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from auld.contract import CONTRACT, Account, Batch, Collection, Item, Pull
from auld.errors import CollectionGone, ConfigurationWrong
from auld_connectors._dav_urls import is_loopback
from auld_connectors._ics_places import Cursor, Disk, Look, Web, web_address

if TYPE_CHECKING:
    from requests.adapters import BaseAdapter

    from auld_connectors._http import Limits
    from auld_connectors._ics_match import Seen
    from auld_connectors._ics_split import Thing
    from auld_connectors._lines import Reading

_CHUNK = 500  # items of one batch, which is one transaction


class Settings(BaseModel):
    """What may be written under an account with ``connector: ics``."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    url: str | dict[str, str | list[str]] | None = Field(
        default=None,
        description="Address of the calendar: https, or webcal. If it is a secret (a private address of Google's), then where "
        "it is kept, as for a password: {file: PATH}, for instance.",
    )
    path: str | None = Field(
        default=None,
        description="Instead of `url`: a file on this machine, or a folder with a file for each entry or calendar.",
    )
    username: str | None = Field(default=None, description="Login name, for an address behind HTTP Basic authentication.")
    insecure: bool = Field(default=False, description="Allow plain http to a server that is not this machine.")

    @field_validator("url", mode="before")
    @classmethod
    def _is_address_or_place(cls, url: object) -> object:
        if url is not None and not isinstance(url, str | dict):
            raise ValueError("must be an address, or where it is kept, such as {file: PATH}")
        return url

    @field_validator("path")
    @classmethod
    def _is_absolute(cls, path: str | None) -> str | None:
        if path is not None and ("\0" in path or not (path.startswith("~") or Path(path).is_absolute())):
            raise ValueError("must be an absolute path, or begin with ~")
        return path

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        if (self.url is None) == (self.path is None):
            raise ValueError("say where the calendar is: either `url` (an address) or `path` (a file or folder)")
        if self.username is not None and not isinstance(self.url, str):
            raise ValueError("`username` goes with an address in `url`")
        if isinstance(self.url, str):
            address = web_address(self.url, insecure=self.insecure)
            if self.username is not None and address.startswith("http:") and not is_loopback(address):
                raise ValueError("a password is not sent over plain http: use https")
        return self


class Ics:
    """The connector. ``transport`` and ``limits`` are for tests: what stands in for the network, and shorter waits."""

    name: ClassVar[str] = "ics"
    contract: ClassVar[int] = CONTRACT
    summary: ClassVar[str] = "meetings, from a subscribed calendar (a private Google or Outlook address, webcal) or .ics files"
    settings: ClassVar[type[Any]] = Settings
    every: ClassVar[str] = "1h"

    def __init__(self, transport: BaseAdapter | None = None, limits: Limits | None = None) -> None:
        self._transport = transport
        self._limits = limits

    def open(self, account: Account) -> IcsSource:
        """Raises ConfigurationWrong if a secret is missing, or is no address. Does not touch the network."""
        settings = account.settings
        if settings.path is not None:
            return IcsSource(account, Disk(settings.path))
        if account.secret is None and (settings.username is not None or isinstance(settings.url, dict)):
            raise ConfigurationWrong("`username` needs a `password`" if settings.username else "the address is not there")
        return IcsSource(account, Web(account, self._transport, self._limits))

    def origin(self, settings: Settings) -> str | None:
        if settings.username is None or not isinstance(settings.url, str):
            return None
        from auld_connectors._http import origin

        return origin(web_address(settings.url, insecure=settings.insecure))


class IcsSource:
    """One account's calendar. ``requests`` counts the requests sent so far."""

    def __init__(self, account: Account, place: Web | Disk) -> None:
        self._account = account
        self._place = place
        # The account is the calendar: another address (Google gives a new one when the old got known) is no other calendar.
        self._id = f"ics:{account.name}"

    @property
    def requests(self) -> int:
        return self._place.requests

    def discover(self) -> Sequence[Collection]:
        """The one calendar, by the name that it gives itself. Raises TryLater, CredentialsRefused, CollectionGone."""
        look = self._place.look(Cursor(), self._account.now(), full=True)
        given = next((document.name for document in look.documents or () if document.name), "")
        return [Collection(self._id, _unescaped(given) or self._place.name, frozenset({"meeting", "task"}))]

    def pull(self, request: Pull) -> Iterator[Batch]:
        """Everything that is new, with a complete listing. Raises TryLater, RateLimited, CredentialsRefused, CollectionGone."""
        if request.collection.id != self._id:
            raise CollectionGone("this calendar is not in the configuration any more")
        if request.cancelled():
            return
        from auld_connectors._ical import NORMALISER

        old = _load(request.cursor, self._place.made_for)
        another_parser = old.normaliser not in (0, NORMALISER)
        if another_parser:
            old = Cursor(ask=old.ask, url=old.url)
        look = self._place.look(old, request.now, full=request.full)
        cursor = msgspec.structs.replace(look.cursor, made_for=self._place.made_for, normaliser=NORMALISER)
        if look.documents is None:
            listing = dict(request.known) if request.full and old.whole else None
            if listing is not None or cursor != old:
                yield Batch(listing=listing, cursor=_dump(cursor), notes=look.notes)
            return
        yield from self._batches(request, look, cursor, everything=another_parser)

    def close(self) -> None:
        self._place.close()

    def _batches(self, request: Pull, look: Look, cursor: Cursor, *, everything: bool) -> Iterator[Batch]:
        from auld_connectors._ics_match import in_places, outlived, recognise
        from auld_connectors._ics_split import group

        documents = look.documents or ()
        things = group(part for document in documents for part in document.parts)
        reader = _Reader({document.place: document.zones for document in documents})
        seen = recognise(things, request.known, reader.read, everything=everything, renew=request.full)
        new = [each for each in seen if each.reading is not None or request.known.get(each.ref) != each.mark.version]
        for start in range(0, len(new), _CHUNK):
            if request.cancelled():
                return
            yield Batch(items=[reader.item(each) for each in new[start : start + _CHUNK]], total=len(new))
        listing = {each.ref: each.mark.version for each in seen}
        listing |= in_places(request.known, look.unread)
        if self._place.windowed:
            listing |= outlived(request.known, seen, request.now)
        sure = cursor.whole or bool(look.unread)
        yield Batch(listing=listing if sure else None, cursor=_dump(cursor), notes=look.notes)


class _Reader:
    """From an object's text to an item. ``zones`` are the definitions of zones, file by file."""

    def __init__(self, zones: dict[str, dict[bytes, bytes]]) -> None:
        self._zones = zones

    def read(self, thing: Thing) -> Reading:
        """Without its UID, so that another UID for the same thing makes no other fingerprint."""
        from auld_connectors._ical import read_object

        return read_object(thing.text(self._zones[thing.place], uids=False))

    def item(self, each: Seen) -> Item:
        from auld_connectors._ical import NORMALISER
        from auld_connectors._lines import cut_binaries

        reading = each.reading or self.read(each.thing)
        observation = reading.observation
        if observation is not None and each.thing.uid:
            observation = msgspec.structs.replace(observation, uid=_unescaped(each.thing.uid))
        return Item(
            ref=each.ref,
            version=each.mark.version,
            observation=observation,
            raw=cut_binaries(each.thing.text(self._zones[each.thing.place], uids=True)),
            fingerprint=each.mark.content if reading.problem else reading.fingerprint,
            normaliser=NORMALISER,
            problem=reading.problem,
        )


def _unescaped(text: str) -> str:
    from icalendar.parser import unescape_backslash

    unescaped: str = unescape_backslash(text)
    return unescaped


def _load(cursor: str | None, made_for: str) -> Cursor:
    """The cursor, or an empty one if there is none, it is damaged, or it is that of another calendar."""
    if cursor:
        try:
            old = msgspec.json.decode(cursor, type=Cursor)
        except (msgspec.MsgspecError, UnicodeError):
            return Cursor()
        if old.made_for == made_for:
            return old
    return Cursor()


def _dump(cursor: Cursor) -> str:
    return msgspec.json.encode(cursor).decode()
