"""Reading Google Calendar: which calendars there are, what is in one, and what changed since a sync token.

The token comes with the last page of a list; a list asked for with it has to have the same parameters as the one that it came
from. Deleted events are told as long as Google remembers them, and perhaps by their ids alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from auld.contract import Batch, Collection, Item, Kind, Pull
from auld.errors import ConfigurationWrong, CursorRefused, TryLater
from auld_connectors._google_errors import Missing
from auld_connectors._google_events import Event, id_in, is_recurring, is_there, read, ref_of
from auld_connectors._google_service import GoogleService

OWN = "auld"
"""The name of the calendar that auld makes for itself."""
OWN_DESCRIPTION = "Made by auld, which writes here whom to get in touch with. What you change or delete here is yours."

_LISTING = {"singleEvents": False, "showDeleted": True, "maxResults": 2500}
_READABLE = frozenset({"owner", "writer", "writerWithoutPrivateAccess", "reader"})
_WRITABLE = _READABLE - {"reader"}
_MANY = 50
"""Series that changed since the last pull, each of which costs a request; a whole listing costs one for 2,500 events."""
_GENERATED = "@group.v.calendar.google.com"
"""What the ids of holidays, birthdays and week numbers end with."""


class CalendarReader:
    """The reading half of an account. ``collections`` and ``write`` as in the settings."""

    def __init__(self, google: GoogleService, collections: Sequence[str] | None, write: str) -> None:
        self._google = google
        self._wanted = collections
        self._write = write

    # --- which calendars ------------------------------------------------------------------------------------------------
    def discover(self) -> list[Collection]:
        """Without ``collections``: those that the user has ticked in Google's own list, but for the ones that Google fills. A
        calendar called "auld" that is named, but not there, is made: once, because the next look finds it."""
        entries = [
            entry
            for page in self._google.pages(self._google.api.calendarList(), lambda: False, maxResults=250, showHidden=True)
            for entry in page.get("items", ())
            if not entry.get("deleted") and entry.get("accessRole") in _READABLE
        ]
        if self._wanted is None:
            return [self._collection(entry) for entry in entries if _is_read_unasked(entry)]
        found: dict[str, Collection] = {}
        for name in self._wanted:
            named = [entry for entry in entries if _is_named(entry, name)]
            if not named and name.strip().casefold() == OWN:
                named = [self._make_own()]
            if not named:
                there = ", ".join(sorted(repr(_title(entry)) for entry in entries)) or "none"
                raise ConfigurationWrong(f"there is no calendar {name!r} at Google; there is: {there}")
            found.update((entry["id"], self._collection(entry)) for entry in named)
        return list(found.values())

    def _make_own(self) -> dict[str, Any]:
        body = {"summary": OWN, "description": OWN_DESCRIPTION}
        made = self._google.ask(self._google.api.calendars().insert(body=body))
        return {**made, "accessRole": "owner"}

    def _collection(self, entry: Mapping[str, Any]) -> Collection:
        meetings: frozenset[Kind] = frozenset({"meeting"})
        writable = entry["accessRole"] in _WRITABLE and (self._write == "any" or _is_own(entry))
        return Collection(entry["id"], _title(entry), meetings, meetings if writable else frozenset())

    # --- what is in one -------------------------------------------------------------------------------------------------
    def pull(self, request: Pull) -> Iterator[Batch]:
        """See :meth:`auld.contract.Source.pull`. Singles are told page by page, series at the end, when all of them is in."""
        token = None if request.full else request.cursor
        told = _Told(request)
        following = None
        for page in self._list(request.collection, request, syncToken=token):
            following = page.get("nextSyncToken")
            if items := told.take(page.get("items", ()), deletions=token is not None):
                yield Batch(items=items)
        if request.cancelled():
            return
        changed = list(told.series())
        if token is not None and len(changed) > _MANY:
            raise CursorRefused("so many series changed that listing everything takes fewer requests")
        for ref, parts in changed:
            whole = parts.values() if token is None else self.series(request.collection, ref, parts)
            told.add(ref, read(ref, whole))
            if request.cancelled():
                return
        if following is None:
            yield Batch(items=told.items)
            raise TryLater("Google's list of events ends without saying where to go on")
        yield Batch(
            items=told.items,
            gone=[ref for ref in told.gone if ref in request.known] if token is not None else (),
            listing=told.listing if token is None else None,
            cursor=following if following != request.cursor else None,
        )

    def _list(self, collection: Collection, request: Pull | None = None, **more: Any) -> Iterator[dict[str, Any]]:
        parameters = {name: value for name, value in more.items() if value is not None}
        cancelled = request.cancelled if request is not None else lambda: False
        yield from self._google.pages(self._google.api.events(), cancelled, calendarId=collection.id, **_LISTING, **parameters)

    # --- one event ------------------------------------------------------------------------------------------------------
    def get(self, collection: Collection, ref: str) -> Item | None:
        """The event, or series, as it is now; None if Google knows of none by that id, or of a deleted one. Raises
        CollectionGone if it is the calendar that is not there."""
        try:
            event = self._event(collection, id_in(ref))
        except Missing:
            # raises if it was the calendar that is missing: that says nothing about what was in it
            self._google.ask(self._google.api.events().list(calendarId=collection.id, maxResults=1, fields="kind"))
            return None
        return read(ref, self.series(collection, ref, {event["id"]: event}) if event.get("recurrence") else [event])

    def series(self, collection: Collection, ref: str, seen: Mapping[str, Event]) -> Iterable[Event]:
        """All events of a series, of which only some were seen: the master and its exceptions, cancelled ones too."""
        master_id = id_in(ref)
        uid = next((event["iCalUID"] for event in seen.values() if event.get("iCalUID")), None)
        if uid is None:
            try:
                master = self._event(collection, master_id)
            except Missing:  # one was invited to single dates of it only
                return seen.values()
            if not is_there(master):
                return [master]
            seen, uid = {**seen, master_id: master}, master["iCalUID"]
        found = (event for page in self._list(collection, iCalUID=uid) for event in page.get("items", ()))
        own = {event["id"]: event for event in found if master_id in (event["id"], event.get("recurringEventId"))}
        return {**seen, **own}.values()

    def _event(self, collection: Collection, event_id: str) -> dict[str, Any]:
        return self._google.ask(self._google.api.events().get(calendarId=collection.id, eventId=event_id))


class _Told:
    """What a pull has seen so far. ``items`` are those that changed and are not told yet, ``listing`` all that are there."""

    def __init__(self, request: Pull) -> None:
        self._known = request.known
        self._calendar = request.collection.id
        self._series: dict[str, dict[str, Event]] = {}
        self._single: set[str] = set()
        self.items: list[Item] = []
        self.gone: list[str] = []
        self.listing: dict[str, str] = {}

    def take(self, events: Iterable[Event], *, deletions: bool) -> list[Item]:
        """Take in a page; returns what of it can be told at once."""
        for event in events:
            ref = ref_of(self._calendar, event.get("recurringEventId") or event["id"])
            if is_recurring(event):
                self._series.setdefault(ref, {})[event["id"]] = event
            elif deletions or is_there(event):
                self._single.add(ref)
                self.add(ref, read(ref, [event]))
        items, self.items = self.items, []
        return items

    def add(self, ref: str, item: Item | None) -> None:
        if item is None:
            self.gone.append(ref)
            self.listing.pop(ref, None)
            return
        self.listing[ref] = item.version
        if self._known.get(ref) != item.version:
            self.items.append(item)

    def series(self) -> Iterator[tuple[str, Mapping[str, Event]]]:
        """The series, each with what was seen of it. Where one was deleted, or became a single event, its dates say nothing any
        more."""
        return ((ref, parts) for ref, parts in self._series.items() if ref not in self._single)


def _title(entry: Mapping[str, Any]) -> str:
    return str(entry.get("summaryOverride") or entry.get("summary") or entry["id"])


def _is_own(entry: Mapping[str, Any]) -> bool:
    named = str(entry.get("summary", "")).strip().casefold() == OWN
    return (
        entry.get("accessRole") == "owner"
        and not entry.get("primary")
        and (named or entry.get("description") == OWN_DESCRIPTION)
    )


def _is_read_unasked(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("selected") or entry.get("primary")) and not entry["id"].endswith(_GENERATED)


def _is_named(entry: Mapping[str, Any], name: str) -> bool:
    names = {entry["id"], _title(entry), entry.get("summary", ""), "primary" if entry.get("primary") else ""} - {""}
    return name.strip().casefold() in {each.casefold() for each in names}
