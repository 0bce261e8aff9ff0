"""What the user typed into entries (:mod:`auld.projections.captures`), by person: notes, promises, facts; and what is new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from auld.events import CapturedLine
from auld.projections.captures import Capture, Line
from auld.projections.entries import Entry
from auld.projections.views import Fact, NoteView, Promise, Typed

ASKING = frozenset({"promise", "question", "awaiting"})
"""Reasons whose occasions end in the id of a captured line (``promise:2026-11-27:<id>``)."""

_OPEN_UNTIL_CLOSED = frozenset({"promise", "theirs", "question"})
_FACTS = frozenset({"likes", "need", "offers", "met_through", "next"})


class Heard:
    """Questions as of one instant (aware) over the captures and follow-ups of a state. ``resolve`` tells whom an id means."""

    def __init__(
        self,
        captures: Mapping[str, Capture],
        entries: Mapping[str, Entry],
        resolve: Callable[[str], str | None],
        as_of: datetime,
        zone: ZoneInfo,
    ) -> None:
        self._captures = captures
        self._entries = entries
        self._resolve = resolve
        self._as_of = as_of
        self._zone = zone

    # --- what is known --------------------------------------------------------------------------------------------------
    def notes(self, person: str) -> Iterator[NoteView]:
        for line in self._lines(person):
            if line.said.kind == "note":
                yield NoteView(line.at.astimezone(self._zone), line.said.text)

    def promises(self, person: str) -> list[Promise]:
        return [
            Promise(
                id=line.said.id,
                kind=line.said.kind,
                text=line.said.text,
                by="them" if line.said.kind == "theirs" else "me",
                at=line.at.astimezone(self._zone),
                due=_day(line.said.due),
                state="done" if line.said.done or line.said.id in self._closed else "open",
            )
            for line in self._lines(person)
            if line.said.kind in _OPEN_UNTIL_CLOSED
        ]

    def facts(self, person: str) -> list[Fact]:
        return [
            Fact(line.said.kind, line.said.text, line.at.astimezone(self._zone), _day(line.said.due))
            for line in self._lines(person)
            if line.said.kind in _FACTS
        ]

    def unanswered(self, key: str) -> tuple[CapturedLine, ...]:
        """The lines of an entry that were taken in without the entry showing it yet."""
        capture = self._captures.get(key)
        return () if capture is None else tuple(line.said for line in capture.lines if not line.answered)

    def _lines(self, person: str) -> list[Line]:
        return self._by_person.get(person, [])

    @cached_property
    def _by_person(self) -> Mapping[str, list[Line]]:
        found: defaultdict[str, list[Line]] = defaultdict(list)
        for capture in self._captures.values():
            person = self._resolve(capture.person) or capture.person
            found[person] += (line for line in capture.lines if line.at <= self._as_of)
        for lines in found.values():
            lines.sort(key=lambda line: line.at)
        return found

    @cached_property
    def _closed(self) -> frozenset[str]:
        """Ids of lines that a later line closes, or whose follow-up was ticked off."""
        lines = (line for each in self._captures.values() for line in each.lines if line.said.closes)
        closed = {line.said.closes for line in lines if line.at <= self._as_of}
        for entry in self._entries.values():
            at = entry.closed_at
            if entry.state == "done" and at is not None and at <= self._as_of:
                asked = (b.occasion.split(":", 2) for b in entry.proposed.because if b.reason in ASKING)
                closed.update(parts[2] for parts in asked if len(parts) == 3)
        return frozenset(closed)

    # --- what is new ----------------------------------------------------------------------------------------------------
    def typed(self) -> Iterator[Typed]:
        """Entries whose description came back from the calendar otherwise than auld wrote it."""
        today = self._as_of.astimezone(self._zone).date()
        for key, entry in self._entries.items():
            if entry.seen is None:
                continue
            capture = self._captures.get(key)
            yield Typed(
                key=key,
                person=self._resolve(entry.proposed.person) or entry.proposed.person,
                day=_counted_from(entry, today),
                text=entry.seen,
                ours=entry.base.description if entry.base else entry.proposed.description,
                adopted=entry.base is not None and entry.base.adopted,
                seen=capture.seen if capture else "",
                known=tuple(line.said for line in capture.lines) if capture else (),
                count=capture.count if capture else 0,
            )


def _counted_from(entry: Entry, today: date) -> date:
    """The day of the meeting that an entry is about; else that of the entry, if it is not still to come."""
    for because in entry.proposed.because:
        if because.reason == "debrief" and (met := _day(because.occasion.rpartition(":")[2])):
            return met
    return min(_day(entry.theirs.get("day", entry.proposed.day)) or today, today)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
