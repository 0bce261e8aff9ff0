"""One pull of a CalDAV or CardDAV collection: what changed, or all there is.

With a sync token that is one sync-collection REPORT (RFC 6578), without one a single PROPFIND of depth 1; nothing else is
sent while nothing changed. Filtered queries and result limits are never used: servers lose items by both. Whatever goes wrong
with a token ends in a listing, in the same pull; only the core concludes from a listing that something was deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from auld.contract import Batch, Item, Pull
from auld.errors import AuldError, CollectionGone, TryLater
from auld_connectors._dav_discovery import Flavour
from auld_connectors._dav_fetch import FIRST_BATCH, Body, Fetcher, Wanted, ahead
from auld_connectors._dav_http import Answer, DavHttp, TimedOut
from auld_connectors._dav_urls import is_collection, last_segment, ref_of
from auld_connectors._dav_xml import DAV, BadXml, MultiStatus, Row, propfind, sync_collection

if TYPE_CHECKING:
    from auld_connectors._lines import Reading

_PAGES = 100
_TRIES = 3
_VALID_TOKEN = f"{DAV}valid-sync-token"


class Cursor(msgspec.Struct, frozen=True):
    """Where to go on. ``failures`` counts pulls in a row in which the token was of no use; after three the collection is only
    listed, until the next full pull. ``depth`` is the Depth header that the server wants (RFC 6578 says 0). ``missed`` are
    the items that could not be fetched: ref -> tries so far and the ETag they were listed with."""

    v: int = 1
    token: str = ""
    failures: int = 0
    depth: int = 0
    missed: dict[str, tuple[int, str]] = {}  # msgspec copies an empty default

    @classmethod
    def load(cls, text: str | None) -> Cursor:
        """The cursor as stored; a fresh one if there is none, or none that this version understands."""
        try:
            cursor = msgspec.json.decode(text or "", type=cls)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return cls()
        return cursor if cursor.v == 1 else cls()

    def dump(self) -> str:
        return msgspec.json.encode(self, order="sorted").decode()


@dataclass(slots=True)
class _Change:
    """What a look at the collection brought: items to fetch, refs said to be deleted, and the new token."""

    wanted: dict[str, Wanted] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    listing: dict[str, str] | None = None
    cursor: Cursor = field(default_factory=Cursor)
    notes: list[str] = field(default_factory=list)


class Reader(NamedTuple):
    """How bodies become observations: a function and the number of its normaliser."""

    read: Callable[[bytes], Reading]
    normaliser: int

    def item(self, body: Body) -> Item:
        reading = self.read(body.data)
        return Item(
            ref=body.ref,
            version=body.version,
            observation=reading.observation,
            raw=reading.raw,
            fingerprint=reading.fingerprint,
            normaliser=self.normaliser,
            problem=reading.problem,
        )


def pull(http: DavHttp, flavour: Flavour, reader: Callable[[], Reader], request: Pull) -> Iterator[Batch]:
    """The batches of one pull, as :class:`auld.contract.Source` has it. ``reader`` is called when there is something to read:
    a quiet pull imports no parser."""
    yield from _Puller(http, flavour, reader, request).run()


class _Puller:
    def __init__(self, http: DavHttp, flavour: Flavour, reader: Callable[[], Reader], request: Pull) -> None:
        self._http = http
        self._flavour = flavour
        self._reader = reader
        self._request = request
        self._url = request.collection.id
        self._cursor = Cursor.load(request.cursor)

    def run(self) -> Iterator[Batch]:
        if self._request.cancelled():
            return
        cursor = self._cursor
        change: _Change | None = None
        if cursor.token and not self._request.full and cursor.failures < _TRIES:
            change = self._changes()
        if change is None:
            change = self._listing()
        self._reconsider_missed(change)
        yield from self._batches(change)

    # --- with a token ---------------------------------------------------------------------------------------------------
    def _changes(self) -> _Change | None:
        """What the server reports since the token; None if the token, or the report, is of no use."""
        change = _Change(cursor=_changed(self._cursor, failures=0))
        token = self._cursor.token
        for _ in range(_PAGES):
            answer = self._report(change, token)
            if answer is None:
                return None
            page = MultiStatus(answer.body)
            truncated = False
            try:
                for row in page:
                    truncated |= self._reported(change, row)
            except BadXml:
                return None
            if not page.sync_token or (truncated and page.sync_token == token):
                return None
            token = page.sync_token
            if not truncated:
                change.cursor = _changed(change.cursor, token=token)
                return change
        return None

    def _report(self, change: _Change, token: str) -> Answer | None:
        for depth in dict.fromkeys((change.cursor.depth, 1)):
            try:
                answer = self._http.ask("REPORT", self._url, sync_collection(token), {"Depth": str(depth)})
            except TimedOut:
                return None
            if answer.status == 207:
                change.cursor = _changed(change.cursor, depth=depth)
                return answer
            if answer.status in (404, 410):
                raise _gone(answer.status)
            if answer.status != 400 or _VALID_TOKEN in answer.conditions():
                return None
        return None

    def _reported(self, change: _Change, row: Row) -> bool:
        """Take in one row of a sync report; whether it says that the report was cut short (RFC 6578 section 3.6)."""
        if is_collection(row.href, self._url):
            if row.status in (403, 404, 410):
                raise _gone(row.status)
            return row.status == 507
        ref = ref_of(row.href, self._url)
        if ref is None:
            return False
        if row.status in (404, 410):
            change.gone.add(ref)
        else:
            self._want(change, ref, row)
        return False

    # --- without one ----------------------------------------------------------------------------------------------------
    def _listing(self) -> _Change:
        """Everything there is, by one PROPFIND, with the token from before it was listed."""
        names = [f"{DAV}resourcetype", f"{DAV}getetag"]
        if self._request.cursor is not None:
            # Not in the very first pull: the first time that Radicale is asked for a token it writes a file for every item,
            # a minute for 10,000. Everything is here by then, and the listing that brings the token finds any change since.
            names.append(f"{DAV}sync-token")
        answer = self._http.ask("PROPFIND", self._url, propfind(names), {"Depth": "1"}, slow=True)
        if answer.status in (403, 404, 410):
            raise _gone(answer.status)
        if answer.status != 207:
            raise TryLater(f"the server failed to list the collection ({answer.status})")
        listing: dict[str, str] = {}
        change = _Change(listing=listing)
        token, itself = "", False
        for row in MultiStatus(answer.body):
            if is_collection(row.href, self._url):
                itself = True
                self._inspect(row)
                token = token or row.text(f"{DAV}sync-token")
                continue
            ref = ref_of(row.href, self._url)
            if ref is None or row.status in (404, 410) or f"{DAV}collection" in row.names(f"{DAV}resourcetype"):
                continue
            if ref in listing:
                change.notes.append(f"the server lists {last_segment(ref)} twice; the first counts")
                continue
            listing[ref] = row.text(f"{DAV}getetag")
            self._want(change, ref, row)
        if not itself and not listing:
            raise TryLater("the server answered with an empty listing that does not even name the collection")
        change.cursor = self._after_listing(token)
        return change

    def _inspect(self, row: Row) -> None:
        """Errors look like emptiness: make sure that what was listed is there, and is what it was."""
        if row.status in (403, 404, 410):
            raise _gone(row.status)
        if row.status >= 400:
            raise TryLater(f"the server failed to list the collection ({row.status})")
        types = row.names(f"{DAV}resourcetype")
        if types and self._flavour.resource_type not in types:
            raise CollectionGone(f"what stands at its address is no {self._flavour.what} any more")

    def _after_listing(self, token: str) -> Cursor:
        old = self._cursor
        # A listing that was not planned means that the token was no help; one that was planned gives it a new chance.
        unplanned = bool(old.token) and not self._request.full
        failures = min(old.failures + 1, _TRIES) if unplanned else 0
        return _changed(old, token=token, failures=failures)

    # --- both -----------------------------------------------------------------------------------------------------------
    def _want(self, change: _Change, ref: str, row: Row) -> None:
        version = row.text(f"{DAV}getetag")
        known = self._request.known.get(ref)
        if ref in change.wanted or (known is not None and same_etag(version, known)):
            return
        change.wanted[ref] = Wanted(ref, urlsplit(urljoin(self._url, row.href)).path, version)

    def _reconsider_missed(self, change: _Change) -> None:
        """Try what could not be fetched the last times again, thrice in all; after that wait for a change or a full pull."""
        if self._request.full:
            return
        for ref, (tries, version) in self._cursor.missed.items():
            listed = change.wanted.get(ref)
            if listed is not None and not same_etag(listed.version, version):
                continue
            if tries >= _TRIES:
                change.wanted.pop(ref, None)
            elif listed is None and change.listing is None and ref not in change.gone:
                change.wanted[ref] = Wanted(ref, ref, version)

    def _batches(self, change: _Change) -> Iterator[Batch]:
        wanted = list(change.wanted.values())
        fetcher = Fetcher(self._http, self._flavour, self._url, self._request.cancelled)
        bodies = fetcher.bodies(wanted)
        if len(wanted) > FIRST_BATCH:
            bodies = ahead(bodies)
        items: list[Item] = []
        delivered: set[str] = set()
        try:
            for batch in bodies:
                if items:
                    yield Batch(items=items, total=len(wanted))
                reader = self._reader()
                items = [reader.item(body) for body in batch]
                delivered.update(item.ref for item in items)
        except AuldError:
            yield Batch(items=items, total=len(wanted))  # what came before the failure need not be fetched again
            raise
        if self._request.cancelled():
            yield Batch(items=items, total=len(wanted))
            return
        finished = self._finished(change, fetcher)
        cursor = finished.dump()
        missed = {item.ref: f": {why}" for item, why in fetcher.missed.items()}
        yield Batch(
            items=items,
            gone=sorted(ref for ref in change.gone if ref in self._request.known and ref not in delivered),
            listing=change.listing,
            cursor=cursor if cursor != self._request.cursor else None,
            total=len(wanted),
            notes=[
                *change.notes,
                *(f"{last_segment(ref)} could not be fetched{missed.get(ref, '')}" for ref in finished.missed),
            ],
        )

    def _finished(self, change: _Change, fetcher: Fetcher) -> Cursor:
        before = self._cursor.missed
        missed = {item.ref: (_tries(before, item) + 1, item.version) for item in fetcher.missed}
        for ref, (tries, version) in before.items():
            there = ref not in change.gone if change.listing is None else ref in change.listing
            if there and tries >= _TRIES and ref not in change.wanted and not self._request.full:
                missed[ref] = (tries, version)
        return _changed(change.cursor, missed=missed)


def _tries(before: dict[str, tuple[int, str]], item: Wanted) -> int:
    tries, version = before.get(item.ref, (0, ""))
    return tries if same_etag(version, item.version) or not item.version else 0


def _changed(cursor: Cursor, **changes: object) -> Cursor:
    """A copy with some fields changed."""
    return msgspec.structs.replace(cursor, **changes)


def same_etag(one: str, other: str) -> bool:
    """Whether two entity tags mean the same version, however they are spelt: weak or not, quoted, ``%22``-quoted or bare.
    A missing or empty tag is never the same as anything (RFC 9110 section 8.8.3)."""
    return bool(_opaque(one)) and _opaque(one) == _opaque(other)


def _opaque(etag: str) -> str:
    text = etag.strip()
    if text[:2] in ("W/", "w/"):
        text = text[2:]
    return text.replace("%22", '"').strip('"')


def _gone(status: int) -> CollectionGone:
    if status == 403:
        return CollectionGone("the server does not let us read the collection (403)")
    return CollectionGone(f"the collection is not there ({status})")
