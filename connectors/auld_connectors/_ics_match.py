"""Knows the objects of a calendar feed again, also where the feed gives them new UIDs.

Some exporters mint a UID at every request, or number the entries from one on, so that each gets another's UID when the first
leaves. An object is therefore recognised by what it says before it is by its UID: by all of it, by its time and title, by its
UID, by its time and people. What a known item was is told by its ``version`` (see :class:`Mark`), so that ``Pull.known`` is
enough, and no state is kept. docs/decisions/0004-calendars-by-their-content.md tells why.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import NamedTuple
from urllib.parse import quote

from auld.observations import Happening, Meeting, Task
from auld_connectors._ics_split import Thing, digest
from auld_connectors._lines import Reading
from auld_connectors._when import When

_LONGEST_NAME = 200  # a longer one goes by its digest


class Mark(NamedTuple):
    """By what an object is known again; the parts of its version. ``content`` is a digest of all that it says, ``uid`` of its
    UID, ``same`` of its time, rule and title, ``slot`` of its time, rule and people; ``end`` is when it is over for good, in
    seconds of the Unix epoch; ``place`` is a digest of the name of its file. What it lacks is empty."""

    content: str = ""
    uid: str = ""
    same: str = ""
    slot: str = ""
    end: str = ""
    place: str = ""

    @classmethod
    def parse(cls, version: str) -> Mark:
        """The mark that a version is; an empty one if it is none."""
        parts = version.split(".")
        return cls(*parts) if len(parts) == len(cls._fields) else cls()

    @property
    def version(self) -> str:
        return ".".join(self)


@dataclass(slots=True)
class Seen:
    """An object of the feed, and the item that it is. ``reading`` is None if the item is known as it is."""

    thing: Thing
    mark: Mark
    ref: str = ""
    reading: Reading | None = None


def recognise(
    things: Sequence[Thing], known: Mapping[str, str], read: Callable[[Thing], Reading], *, everything: bool, renew: bool
) -> list[Seen]:
    """Each object with the ref of the known item that it is, else a new one. Only what is not known word for word is read,
    unless ``everything`` is to be. ``renew`` takes over new UIDs also where nothing else is new."""
    seen = [Seen(thing, Mark(thing.content, _uid(thing), place=place_of(thing.place))) for thing in things]
    pairs = _Pairs(seen, {ref: Mark.parse(version) for ref, version in known.items()}, renew)
    pairs.join(lambda mark: (mark.uid, mark.content) if mark.content else None)
    pairs.join(lambda mark: mark.content)
    for each in seen:
        if not each.ref or everything:
            each.reading = read(each.thing)
        if not each.ref and each.reading is not None:
            each.mark = each.mark._replace(**_traits(each.reading.observation, each.thing.instance))
    pairs.join(lambda mark: (mark.uid, mark.same) if mark.uid and mark.same else None)
    pairs.join(lambda mark: (mark.same, mark.slot) if mark.slot else None)
    pairs.join(lambda mark: mark.same)
    pairs.join_by_uid()
    pairs.join(lambda mark: mark.slot)
    pairs.name_the_rest()
    return seen


def place_of(name: str) -> str:
    """The digest of a file's name that stands in marks; "" for a calendar that is no folder."""
    return digest(name) if name else ""


def outlived(known: Mapping[str, str], seen: Sequence[Seen], now: datetime) -> dict[str, str]:
    """Known items that the feed does not show any more, but that were over before the first that it shows: it shows a window of
    the calendar, and what lies before that was not deleted."""
    there = {each.ref for each in seen}
    present = now.timestamp()
    first = min((int(each.mark.end) for each in seen if each.mark.end), default=present)
    ends = {ref: mark.end for ref, version in known.items() if ref not in there and (mark := Mark.parse(version)).end}
    return {ref: known[ref] for ref, end in ends.items() if int(end) < first and int(end) <= present}


def in_places(known: Mapping[str, str], places: Set[str]) -> dict[str, str]:
    """Known items of the files with these digests."""
    return {ref: version for ref, version in known.items() if Mark.parse(version).place in places}


class _Pairs:
    """Objects and known items that are still alone."""

    def __init__(self, seen: list[Seen], kept: Mapping[str, Mark], renew: bool) -> None:
        self._seen = seen
        self._renew = renew
        self._kept = kept
        self._alone = dict(kept)
        self._holders: defaultdict[str, list[str]] = defaultdict(list)
        for ref, mark in kept.items():
            self._holders[mark.uid].append(ref)
        self._shifting = False  # UIDs have passed from one object to another

    def join(self, key: Callable[[Mark], object]) -> None:
        """Join those with the same key; an empty one says nothing. Of several, in their order: nothing tells them apart."""
        if not self._alone:
            return
        by_key: defaultdict[object, list[str]] = defaultdict(list)
        for ref, mark in self._alone.items():
            if found := key(mark):
                by_key[found].append(ref)
        for refs in by_key.values():
            refs.reverse()
        for each in self._seen:
            if not each.ref and (found := key(each.mark)) and by_key.get(found):
                self._take(each, by_key[found].pop())

    def join_by_uid(self) -> None:
        """Join those whose UID is theirs alone, here and there, unless UIDs are numbers that pass from one to another."""
        if self._shifting:
            return
        bearers = Counter(each.mark.uid for each in self._seen)
        for each in self._seen:
            uid = each.mark.uid
            holders = self._holders.get(uid, ()) if uid and not each.ref and bearers[uid] == 1 else ()
            if len(holders) == 1 and holders[0] in self._alone:
                self._take(each, holders[0])

    def name_the_rest(self) -> None:
        """A new item is named by its UID, else by its content, always in a way that no other item is."""
        taken = {each.ref for each in self._seen} | {ref for ref, mark in self._alone.items() if mark.content}
        for each in self._seen:
            if not each.ref:
                each.ref = next(ref for ref in _names(each) if ref not in taken)
                taken.add(each.ref)

    def _take(self, each: Seen, ref: str) -> None:
        mark = self._alone.pop(ref)
        each.ref = ref
        uid = each.mark.uid
        if uid and uid != mark.uid and uid in self._holders:
            self._shifting = True
        if each.mark.content == mark.content:
            each.mark = mark._replace(uid=uid if self._renew else mark.uid, place=each.mark.place)


def _names(each: Seen) -> Iterator[str]:
    name = _spelled(each.thing.uid) or f"content:{each.mark.content}"
    if each.thing.instance:
        name += f"#{_spelled(each.thing.instance)}"
    yield name
    name += f"#{each.mark.content}"
    yield name
    yield from (f"{name}#{number}" for number in count(2))


def _spelled(text: str) -> str:
    quoted = quote(text, safe="@:+")
    return quoted if len(quoted) <= _LONGEST_NAME else f"digest:{digest(text)}"


def _uid(thing: Thing) -> str:
    return digest(thing.uid, thing.instance) if thing.uid else ""


# --- what an object is known by -----------------------------------------------------------------------------------------
def _traits(observation: object, instance: str) -> dict[str, str]:
    if isinstance(observation, Task):
        return {"same": digest("task", observation.title, observation.start, observation.due)}
    if not isinstance(observation, Meeting):
        return {}
    happenings = [*([observation.main] if observation.main else []), *(each.happening for each in observation.overrides)]
    first = happenings[0]
    when = (_moment(first.start, first.zone), instance, *observation.rules)
    until = (_moment(first.end, first.end_zone or first.zone),)
    over = (
        ""
        if observation.rules or observation.extra
        else max(_epoch(each.end, each.end_zone or each.zone) for each in happenings)
    )
    return {
        "same": digest("same", first.title, *when),
        "slot": digest("slot", *until, *when, *_people(first)),
        "end": str(over),
    }


def _people(happening: Happening) -> list[str]:
    everybody = (happening.organizer, *happening.attendees)
    return sorted({each.email or each.name for each in everybody if each is not None})


def _moment(text: str, zone: str) -> str:
    """A whole day as it is, a time as its instant: the same moment may be written in several zones."""
    return text if len(text) == 10 else str(_epoch(text, zone))


def _epoch(text: str, zone: str) -> int:
    return int(When(datetime.fromisoformat(text), zone, len(text) == 10).instant().timestamp())
