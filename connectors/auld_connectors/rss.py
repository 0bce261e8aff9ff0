"""News feeds (Atom, RSS, JSON Feed; Google Alerts) as a source of mentions.

Every feed is a collection. A pull is one conditional GET; a body that was there before is told by its hash and not parsed
again. Feeds rotate, so that an entry is missing never means anything: this source names no deletions and gives no listing.

An entry is known by any of its id, its link, or its title and week, because publishers change each of them. Its ``ref`` is
made of the strongest that it had when it was first seen; ``version`` carries all of them, so that ``Pull.known`` is enough to
recognise it by any.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from urllib.parse import urlsplit

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from auld.contract import CONTRACT, Account, Batch, Collection, Item, Pull
from auld.errors import AuldError, CollectionGone, ConfigurationWrong, CredentialsRefused, TryLater
from auld.observations import Mention
from auld_connectors._conditional import Conditions, fetch, moved, still, validators

if TYPE_CHECKING:
    from requests.adapters import BaseAdapter

    from auld_connectors._feed import Document, Entry
    from auld_connectors._http import Answer, Fetcher, Limits

NORMALISER = 1
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5"
)
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # for reading a title, for which time does not matter


class Feed(BaseModel):
    """One feed. A plain URL may stand for it."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    url: str = Field(description="Address of the feed, https or http.")
    person: str | None = Field(
        default=None,
        description="Name of the person whom the feed is about, as in the address book: what it says of that name is then "
        "believed without a second sign (employer, city) that no namesake is meant.",
    )
    by: str | None = Field(
        default=None,
        description="Name of the person who writes it, as in the address book: what is new in it is a reason to answer. Left "
        "out: whose card names the page that the feed belongs to.",
    )

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        url = url.strip()
        parts = urlsplit(url)
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
            raise ValueError("a feed's address starts with https:// or http://")
        if parts.username or parts.password:
            raise ValueError("a password does not belong in an address: use `username` and `password`")
        _ = parts.port  # raises ValueError for an impossible one
        return url

    @model_validator(mode="after")
    def _about_or_by(self) -> Feed:
        if self.person is not None and self.by is not None:
            raise ValueError("a feed is either about somebody (`person`) or by somebody (`by`)")
        return self


def _plain_url(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


class Settings(BaseModel):
    """What may be written under an account with ``connector: rss``."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    feeds: list[Annotated[Feed, BeforeValidator(_plain_url)]] = Field(
        min_length=1, description="Feeds to read: addresses, or {url, person}, or {url, by}."
    )
    username: str | None = Field(default=None, description="User name for feeds behind HTTP Basic authentication (rare).")

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        urls = [feed.url for feed in self.feeds]
        twice = sorted({url for url in urls if urls.count(url) > 1})
        if twice:
            raise ValueError(f"the same feed stands here twice: {', '.join(twice)}")
        if self.username is not None:
            origins = {(p.scheme.lower(), (p.hostname or "").lower(), p.port) for p in map(urlsplit, urls)}
            if len(origins) > 1:
                raise ValueError("one login is for one server: put feeds of other servers into an account of their own")
            scheme, host, _ = origins.pop()
            if scheme == "http" and host not in {"localhost", "127.0.0.1", "::1"}:
                raise ValueError("a password is not sent over plain http: use https")
        return self


class Cursor(Conditions, frozen=True, omit_defaults=True):
    """Where the last pull ended. ``made_for`` is a digest of what the entries were read for: normaliser, person and author."""

    made_for: str = ""
    body: str = ""


class Rss:
    """The connector. ``transport`` and ``limits`` are for tests: what stands in for the network, and shorter waits."""

    name: ClassVar[str] = "rss"
    contract: ClassVar[int] = CONTRACT
    summary: ClassVar[str] = "News feeds (Atom, RSS, JSON Feed, Google Alerts): who is in the news, and who writes"
    settings: ClassVar[type[Any]] = Settings
    every: ClassVar[str] = "6h"

    def __init__(self, transport: BaseAdapter | None = None, limits: Limits | None = None) -> None:
        self._transport = transport
        self._limits = limits

    def open(self, account: Account) -> RssSource:
        """Raises ConfigurationWrong if there is a user name without a password. Does not touch the network."""
        if account.settings.username is not None and account.secret is None:
            raise ConfigurationWrong("`username` needs a `password`")
        return RssSource(account, self._transport, self._limits)

    def origin(self, settings: Settings) -> str | None:
        if settings.username is None:
            return None
        from auld_connectors._http import origin

        return origin(settings.feeds[0].url)


class RssSource:
    """One account's feeds. ``requests`` counts the requests sent so far."""

    def __init__(self, account: Account, transport: BaseAdapter | None = None, limits: Limits | None = None) -> None:
        self._account = account
        self._feeds: dict[str, Feed] = {feed.url: feed for feed in account.settings.feeds}
        self._transport = transport
        self._limits = limits
        self._opened: Fetcher | None = None

    @property
    def requests(self) -> int:
        return self._opened.requests if self._opened else 0

    def discover(self) -> Sequence[Collection]:
        """The configured feeds, named by their titles. A feed that is away at the moment goes by its host's name: its pull
        will say what is wrong. Raises CredentialsRefused, if there is a login."""
        return [Collection(id=url, name=self._title(url), kinds=frozenset({"mention"})) for url in self._feeds]

    def pull(self, request: Pull) -> Iterator[Batch]:
        """At most one batch: the entries of a body not seen before. Raises TryLater, RateLimited, CredentialsRefused and
        CollectionGone (also if the feed is not configured any more)."""
        url = request.collection.id
        feed = self._feeds.get(url)
        if feed is None:
            raise CollectionGone("this feed is not in the configuration any more")
        if request.cancelled():
            return
        made_for = f"{NORMALISER} {feed.person or ''}" + (f" by {feed.by}" if feed.by else "")
        old = _load(request.cursor, made_for)
        answer, place = fetch(lambda at, headers: self._get(at, url, headers, request.now), url, old, full=request.full)
        body = old.body if answer.status == 304 else hashlib.sha256(answer.body).hexdigest()
        note = moved(place, old)
        if body == old.body:
            cursor = still(old, place, asked_in_vain=answer.status == 200 and not request.full)
            if cursor != old:
                yield Batch(cursor=_dump(cursor), notes=note)
            return
        from auld_connectors import _feed

        document = _feed.read(answer.body, answer.headers, answer.url, request.now, answer.cut)
        items = [_item(entry, ref, feed, document.site) for ref, entry in identify(url, document.entries, request.known)]
        cursor = Cursor(made_for=made_for, body=body, ask=old.ask, url=place)
        if document.whole:  # half a document must be asked for again
            cursor = validators(cursor, answer.headers)
        yield Batch(items=items, cursor=_dump(cursor), total=len(items), notes=(*note, *_notes(document, answer)))

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _get(self, url: str, home: str, headers: Mapping[str, str], now: datetime) -> Answer:
        secret, username = self._account.secret, self._account.settings.username
        login = (username, secret()) if username is not None and secret is not None else None
        return self._fetcher().get(url, {"Accept": _ACCEPT, **headers}, now, home=home, login=login)

    def _fetcher(self) -> Fetcher:
        if self._opened is None:
            from auld_connectors._http import Fetcher

            self._opened = Fetcher(self._account.user_agent, self._limits, self._transport)
        return self._opened

    def _title(self, url: str) -> str:
        from auld_connectors import _feed

        name = ""
        passing: tuple[type[AuldError], ...] = (TryLater, CollectionGone)
        if self._account.settings.username is None:
            passing = (*passing, CredentialsRefused)  # one feed that wants a login does not keep the others from being read
        with suppress(*passing):
            answer = self._get(url, url, {}, _NO_TIME)
            name = _feed.read(answer.body, answer.headers, answer.url, _NO_TIME, answer.cut).title
        return name or urlsplit(url).hostname or url


def identify(feed: str, entries: Sequence[Entry], known: Mapping[str, str]) -> list[tuple[str, Entry]]:
    """Each entry with its ref, oldest first: that of the known item with which it shares most keys, else a new one.

    A key that several known items share (a publisher who gives everything the same id, or links everything to the front page)
    says nothing. Two entries of one document that share a single key are two; that share more, or have no more, are one, and
    the first of them counts.
    """
    holder = _recognise(entries, known)
    recognised = {id(entry) for entry in holder.values()}
    sharing: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in holder.values():
        for key in entry.keys:
            sharing[key].append(entry)
    scope = hashlib.blake2b(feed.encode(), digest_size=4).hexdigest()
    for entry in entries:
        if id(entry) in recognised or any(_same(other, entry) for key in entry.keys for other in sharing[key]):
            continue
        ref = next((ref for key in entry.keys if (ref := f"{scope}/{key}") not in holder and ref not in known), None)
        if ref is not None:
            holder[ref] = entry
            for key in entry.keys:
                sharing[key].append(entry)
    return sorted(holder.items(), key=lambda held: held[1].published)


def _recognise(entries: Sequence[Entry], known: Mapping[str, str]) -> dict[str, Entry]:
    """Known items among the entries: those that share all keys come first, then more of them, then a stronger one."""
    exactly = {version: ref for ref, version in known.items()}
    owner: dict[str, str] = {}
    for ref, version in known.items():
        for key in version.split("."):
            owner[key] = "" if key in owner else ref
    claims = []
    for index, entry in enumerate(entries):
        whole = exactly.get(".".join(entry.keys))
        if whole is not None:
            claims.append((-1 - len(entry.keys), 0, index, whole))
        shared = [(strength, owner[key]) for strength, key in enumerate(entry.keys) if owner.get(key)]
        for strength, ref in shared:
            claims.append((-sum(1 for _, other in shared if other == ref), strength, index, ref))
    found: dict[str, Entry] = {}
    placed: set[int] = set()
    for _, _, index, ref in sorted(claims):
        if ref not in found and index not in placed:
            found[ref] = entries[index]
            placed.add(index)
    return found


def _same(one: Entry, other: Entry) -> bool:
    return len(set(one.keys) & set(other.keys)) >= min(2, len(one.keys), len(other.keys))


def _item(entry: Entry, ref: str, feed: Feed, site: str) -> Item:
    """The fingerprint is of what the entry says: not of its date (which may be the time of fetching), nor of its id."""
    person, by = feed.person or "", feed.by or ""
    mention = Mention(
        title=entry.title,
        link=entry.link,
        summary=entry.summary,
        published=entry.published.strftime("%Y-%m-%dT%H:%M:%SZ"),
        dated=entry.dated,
        source=entry.source,
        feed=feed.url,
        person=person,
        by=by,
        site=site,
    )
    meaning = json.dumps([entry.title, entry.link, entry.summary, person, *([by] if by else [])], ensure_ascii=False)
    return Item(
        ref=ref,
        version=".".join(entry.keys),
        observation=mention,
        raw=json.dumps(dict(entry.raw), ensure_ascii=False).encode("utf-8", "replace"),
        fingerprint=hashlib.blake2b(meaning.encode(), digest_size=16).hexdigest(),
        normaliser=NORMALISER,
        occurred_at=entry.published if entry.dated else None,
    )


def _load(cursor: str | None, made_for: str) -> Cursor:
    """The cursor, or an empty one if there is none, it is damaged, or what it stands for was read in another way."""
    if cursor:
        try:
            old = msgspec.json.decode(cursor, type=Cursor)
        except (msgspec.MsgspecError, UnicodeError):
            return Cursor()
        return old if old.made_for == made_for else Cursor(url=old.url)
    return Cursor()


def _dump(cursor: Cursor) -> str:
    return msgspec.json.encode(cursor).decode()


def _notes(document: Document, answer: Answer) -> Iterator[str]:
    if answer.cut:
        yield "the feed is too long: only its beginning was read"
    if document.skipped:
        yield f"{document.skipped} entries were left out: they could not be understood, or there were too many"
