"""The calendar objects of the state, spread out into occurrences and judged: by attendee, by words of the title, by day.

Everything here is derived and depends neither on the address book nor on the present moment; an object that changes makes
only its own UID's part anew. Copies of one meeting (same UID in several accounts or collections) are one: of each
occurrence the copy that is there, and was observed last, decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from auld.observations import Happening, Meeting
from auld.people import fold
from auld.policy import Policy
from auld.projections.follow_ups import FollowUpsState
from auld.projections.people import Key
from auld.projections.touches import REPEAT_WITHIN, Case, Guest, Known, Verdict, freshness, is_busy, judge, party, weight
from auld.recurrence import Occurrence, occurrences

HISTORY = timedelta(days=3 * 365)
"""How far back the occurrences of a series are touches; single meetings are for ever."""

HORIZON = timedelta(weeks=13)
"""How far ahead series are spread out unless a question reaches further."""

_SLACK = timedelta(weeks=8)
"""Spread out this much more than asked, so that the next weeks' questions find it done."""


_MOST = 10_000
"""Occurrences of one object that are looked at; more than any sensible series has in :data:`HISTORY`."""


class Slot(NamedTuple):
    """One occurrence as judged. ``start`` and ``end`` are in the user's zone; ``guests`` are the others who take part; without
    any, a verdict that counts speaks of whoever the ``title`` names. ``weight`` is what it is worth to each guest."""

    start: datetime
    end: datetime
    title: str
    account: str
    ref: str
    verdict: Verdict
    guests: tuple[Guest, ...]
    weight: float
    busy: bool


class _Spread(NamedTuple):
    after: datetime
    before: datetime
    slots: tuple[Slot, ...]


class _Terms(NamedTuple):
    """Under what one object can be found."""

    uid: str
    addresses: frozenset[str]
    words: frozenset[str]  # of the titles, where nobody else takes part


_EVER = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


class Meetings:
    """``known`` and ``follow_ups`` are the live parts of the state; :meth:`update` says which objects changed."""

    def __init__(self, known: Mapping[Key, Known], follow_ups: FollowUpsState, policy: Policy, own: frozenset[str]) -> None:
        self._known = known
        self._follow_ups = follow_ups
        self._policy = policy
        self._zone = policy.zone
        self._own = own
        self._terms: dict[Key, _Terms] = {}
        self._by_uid: dict[str, dict[Key, None]] = {}
        self._by_address: dict[str, dict[str, int]] = {}
        self._by_word: dict[str, dict[str, int]] = {}
        self._spread: dict[str, _Spread] = {}
        self.update(known)

    # --- questions ------------------------------------------------------------------------------------------------------
    def with_address(self, addresses: Iterable[str]) -> set[str]:
        """UIDs of the meetings in which one of these identities takes part."""
        return {uid for address in addresses for uid in self._by_address.get(address, ())}

    def with_words(self, words: Iterable[str]) -> set[str]:
        """UIDs of the meetings without guests that have all of these folded words in their titles."""
        found = [self._by_word.get(word, {}).keys() for word in words]
        return set(found[0]).intersection(*found) if found else set()

    def slots(self, uid: str, as_of: datetime, until: datetime | None = None) -> tuple[Slot, ...]:
        """All occurrences of a UID from :data:`HISTORY` before ``as_of`` up to ``until`` (at least :data:`HORIZON` ahead), by
        start; single meetings whenever they are. A little more may be among them."""
        after = as_of - HISTORY - REPEAT_WITHIN
        before = max(until or as_of, as_of + HORIZON)
        spread = self._spread.get(uid)
        if spread is None or spread.after > after or spread.before < before:
            spread = self._spread[uid] = self._spread_out(uid, after, before + _SLACK)
        return spread.slots

    def around(self, first: date, last: date, as_of: datetime) -> Iterator[Slot]:
        """Occurrences that may touch the local days from ``first`` to ``last``; others may be among them."""
        early, late = (first - timedelta(days=2)).isoformat(), (last + timedelta(days=2)).isoformat()
        until = datetime.combine(last + timedelta(days=1), datetime.min.time(), self._zone)
        for uid, keys in self._by_uid.items():
            if any(_may_touch(self._known[key].meeting, early, late) for key in keys):
                yield from self.slots(uid, as_of, until)

    # --- keeping up -----------------------------------------------------------------------------------------------------
    def update(self, changed: Iterable[Key]) -> None:
        for key in changed:
            terms = self._read(key, self._known[key].meeting)
            before = self._terms.get(key)
            if before != terms:
                if before is not None:
                    self._leave(key, before)
                self._enter(key, terms)
            self._spread.pop(terms.uid, None)

    def forget_spread(self, uid: str) -> None:
        """Judge this UID anew: it has turned out to be auld's own."""
        self._spread.pop(uid, None)

    def _read(self, key: Key, meeting: Meeting) -> _Terms:
        addresses: set[str] = set()
        words: set[str] = set()
        for happening in _happenings(meeting):
            guests = party(happening, self._own).guests
            addresses.update(guest.address for guest in guests if guest.address)
            if not guests:
                words.update(fold(happening.title).split())
        return _Terms(meeting.uid or f"{key[0]}/{key[1]}", frozenset(addresses), frozenset(words))

    def _enter(self, key: Key, terms: _Terms) -> None:
        self._terms[key] = terms
        self._by_uid.setdefault(terms.uid, {})[key] = None
        for table, entries in ((self._by_address, terms.addresses), (self._by_word, terms.words)):
            for entry in entries:
                uids = table.setdefault(entry, {})
                uids[terms.uid] = uids.get(terms.uid, 0) + 1

    def _leave(self, key: Key, terms: _Terms) -> None:
        self._spread.pop(terms.uid, None)
        del self._by_uid[terms.uid][key]
        if not self._by_uid[terms.uid]:
            del self._by_uid[terms.uid]
        for table, entries in ((self._by_address, terms.addresses), (self._by_word, terms.words)):
            for entry in entries:
                uids = table[entry]
                uids[terms.uid] -= 1
                if not uids[terms.uid]:
                    del uids[terms.uid]
                    if not uids:
                        del table[entry]

    # --- spreading out --------------------------------------------------------------------------------------------------
    def _spread_out(self, uid: str, after: datetime, before: datetime) -> _Spread:
        keys = sorted(self._by_uid[uid], key=self._precedence, reverse=True)
        series = any(_is_series(self._known[key].meeting) for key in keys)
        if not series:
            after, before = _EVER
        taken: dict[str, tuple[str, datetime]] = {}
        slots: list[Slot] = []
        for key in keys:
            collection = f"{key[0]}/{key[1].rpartition('/')[0]}"
            here: dict[str, tuple[str, datetime]] = {}
            if not series and _is_called_off(self._known[key].meeting):
                here[""] = (collection, after)
            for occurrence in self._occurrences(key, after, before):
                instance = _instance(self._known[key].meeting, occurrence)
                decided = taken.get(instance)
                # a UID in use twice in one collection is two meetings, unless they are the same hour
                if decided is None or (decided[0] == collection and decided[1] != occurrence.start):
                    here[instance] = (collection, occurrence.start)
                    slot = self._judged(key, occurrence)
                    if slot is not None:
                        slots.append(slot)
            taken = {**here, **taken}
        slots.sort(key=lambda slot: (slot.start, slot.end, slot.account, slot.ref))
        return _Spread(after, before, tuple(_with_repetition(slots) if series else slots))

    def _precedence(self, key: Key) -> tuple[bool, int]:
        known = self._known[key]
        return known.last_seen is None, known.position

    def _occurrences(self, key: Key, after: datetime, before: datetime) -> list[Occurrence]:
        return occurrences(self._known[key].meeting, self._zone, after, before, _MOST)

    def _judged(self, key: Key, occurrence: Occurrence) -> Slot | None:
        """None if it was deleted before it could take place."""
        known = self._known[key]
        if known.last_seen is not None and known.last_seen < occurrence.end:
            return None
        meeting, happening = known.meeting, occurrence.happening
        those = party(happening, self._own)
        case = Case(
            meeting=meeting,
            happening=happening,
            start=occurrence.start,
            end=occurrence.end,
            all_day=occurrence.all_day,
            party=those,
            ours=bool(meeting.mark) or key in self._follow_ups.by_ref or meeting.uid in self._follow_ups.by_uid,
            size_limit=self._policy.size_limit,
        )
        return Slot(
            start=occurrence.start,
            end=occurrence.end,
            title=happening.title,
            account=key[0],
            ref=key[1],
            verdict=judge(case),
            guests=those.guests,
            weight=weight(those.size),
            busy=is_busy(case),
        )


def _happenings(meeting: Meeting) -> Iterator[Happening]:
    if meeting.main is not None:
        yield meeting.main
    for override in meeting.overrides:
        yield override.happening


def _is_series(meeting: Meeting) -> bool:
    return bool(meeting.rules or meeting.extra)


def _is_called_off(meeting: Meeting) -> bool:
    """A single meeting that is cancelled; of a copy elsewhere that was not told, this decides."""
    return meeting.method.casefold() == "cancel" or (meeting.main is not None and meeting.main.status == "cancelled")


def _instance(meeting: Meeting, occurrence: Occurrence) -> str:
    """What tells the occurrences of one UID apart, the same for a moved one; "" for a single meeting."""
    if not (_is_series(meeting) or meeting.overrides):
        return ""
    return occurrence.recurrence_id or occurrence.start.astimezone(UTC).isoformat()


def _may_touch(meeting: Meeting, early: str, late: str) -> bool:
    """A quick look at the written texts: could an occurrence fall between these days (two days' leeway for zones)?"""
    if _is_series(meeting):
        return meeting.main is None or meeting.main.start[:10] <= late
    return any(happening.end[:10] >= early and happening.start[:10] <= late for happening in _happenings(meeting))


def _with_repetition(slots: list[Slot]) -> Iterator[Slot]:
    """Less weight for what has met often lately; ``slots`` are those of one series, by start."""
    counting: list[datetime] = []
    first = 0
    for slot in slots:
        while first < len(counting) and counting[first] < slot.start - REPEAT_WITHIN:
            first += 1
        repeated = len(counting) - first
        if slot.verdict.counts:
            counting.append(slot.start)
        yield slot._replace(weight=slot.weight * freshness(repeated)) if repeated else slot
