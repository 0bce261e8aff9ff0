"""The calendar objects of the state, spread out into occurrences and judged: by attendee, by words of the title, by day.

Everything here is derived and depends neither on the address book nor on the present moment; an object that changes makes
only its own UID's part anew. Copies of one meeting (same UID in several accounts or collections) are one: of each
occurrence the copy that is there, and was observed last, decides; of copies that are gone, the one that was seen longest.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from auld.observations import Happening, Meeting
from auld.people import fold
from auld.policy import Policy
from auld.projections.entries import FollowUpsState
from auld.projections.gestures import is_made_a_meeting
from auld.projections.people import Key
from auld.projections.touches import (
    COPY,
    Case,
    Guest,
    Known,
    Verdict,
    happenings,
    is_busy,
    judge,
    lacks_me,
    names,
    party,
    was_invited,
)
from auld.projections.weights import REPEAT_WITHIN
from auld.recurrence import Occurrence, occurrences

HISTORY = timedelta(days=3 * 365)
"""How far back the occurrences of a series are touches; single meetings are for ever."""

HORIZON = timedelta(weeks=13)
"""How far ahead series are spread out unless a question reaches further."""

_SLACK = timedelta(weeks=8)
"""Spread out this much more than asked, so that the next weeks' questions find it done."""


_MOST = 10_000
"""Occurrences of one object that are looked at; more than any sensible series has in :data:`HISTORY`."""


_LONG_AGO = datetime.min.replace(tzinfo=UTC)

_SPLIT_SERIES = re.compile(r"_R\d{8}(?:T\d{6}Z?)?(?=@google\.com$)")
"""What Google puts into the UID of the rest of a series, when "this and all following" was changed."""


class Slot(NamedTuple):
    """One occurrence as judged. ``start`` and ``end`` are in the user's zone; ``guests`` are the others who take part; without
    any, a verdict that counts speaks of whoever the title names. ``size`` is how many take part, ``repeated`` how often the
    series met shortly before."""

    start: datetime
    end: datetime
    happening: Happening
    uid: str
    account: str
    ref: str
    verdict: Verdict
    guests: tuple[Guest, ...]
    size: int
    busy: bool
    repeated: int = 0

    @property
    def title(self) -> str:
        return self.happening.title


def event_id(uid: str) -> str:
    """What an entry is called at the command line: short, and the same for every copy and date of it."""
    return "e" + base64.b32encode(hashlib.sha256(uid.encode()).digest()).decode()[:7].lower()


def uid_of(key: Key, meeting: Meeting) -> str:
    """What copies and the parts of a series have in common; where the source gave no UID, the reference."""
    uid = meeting.uid or f"{key[0]}/{key[1]}"
    return _SPLIT_SERIES.sub("", uid) if "_R" in uid else uid


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

    def uids(self) -> Set[str]:
        """All of them."""
        return self._by_uid.keys()

    def titled(self) -> set[str]:
        """UIDs of the meetings without guests, of which the title alone may tell whom they are with."""
        return {uid for uids in self._by_word.values() for uid in uids}

    def invites(self, uid: str, addresses: Set[str]) -> bool:
        """Is one of these identities named in any copy or date, whether or not it takes part?"""
        objects = (self._known[key].meeting for key in self._by_uid[uid])
        return any(names(happening, addresses) for meeting in objects for happening in happenings(meeting))

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

    def often(self, times: int) -> Iterator[tuple[str, Collection[str]]]:
        """The identities that take part in so many entries, or in a series, each with the UIDs of those."""
        for address, uids in self._by_address.items():
            if len(uids) >= times or any(self._repeats(uid) for uid in uids):
                yield address, uids.keys()

    def passing(self, uids: Iterable[str], as_of: datetime) -> Iterator[Slot]:
        """All occurrences of these UIDs, for a question that is not asked again soon: what had to be spread out is not kept."""
        for uid in uids:
            kept = uid in self._spread
            yield from self.slots(uid, as_of)
            if not kept:
                self.forget_spread(uid)

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
        for happening in happenings(meeting):
            guests = party(happening, self._own).guests
            addresses.update(guest.address for guest in guests if guest.address)
            if not guests:
                words.update(fold(happening.title).split())
        return _Terms(uid_of(key, meeting), frozenset(addresses), frozenset(words))

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
        objects = [self._known[key].meeting for key in keys]
        if not self._repeats(uid):
            after, before = _EVER
        copies: dict[str, list[_Copy]] = {}
        masters: dict[str, _Master] = {}
        for rank, (key, meeting) in enumerate(zip(keys, objects, strict=True)):
            collection = f"{key[0]}/{key[1].rpartition('/')[0]}"
            if meeting.main is not None:
                masters.setdefault(meeting.uid, _Master(rank, collection))
            master = masters.get(meeting.uid)
            known = self._known[key]
            invited = was_invited(known, self._own)
            for occurrence in occurrences(meeting, self._zone, after, before, _MOST, cancelled=True):
                slot = self._judged(uid, key, known, occurrence, invited)
                copy = _Copy(slot, collection, known.last_seen is None, master is not None and master.decides(rank, collection))
                copies.setdefault(_instance(meeting, occurrence), []).append(copy)
        slots = sorted(_one_each(copies.values(), self._own), key=lambda slot: (slot.start, slot.end, slot.account, slot.ref))
        repeats = any(_is_series(meeting) or meeting.overrides for meeting in objects)
        return _Spread(after, before, tuple(_with_repetition(slots) if repeats else slots))

    def _repeats(self, uid: str) -> bool:
        return any(_is_series(self._known[key].meeting) for key in self._by_uid[uid])

    def _precedence(self, key: Key) -> tuple[bool, datetime, int]:
        known = self._known[key]
        return known.last_seen is None, known.last_seen or _LONG_AGO, known.position

    def _judged(self, uid: str, key: Key, known: Known, occurrence: Occurrence, invited: bool) -> Slot:
        meeting, happening = known.meeting, occurrence.happening
        those = party(happening, self._own)
        case = Case(
            meeting=meeting,
            happening=happening,
            ref=key[1],
            start=occurrence.start,
            end=occurrence.end,
            all_day=occurrence.all_day,
            party=those,
            ours=self._is_ours(key, meeting),
            called_off=known.called_off,
            deleted=known.last_seen is not None and known.last_seen < occurrence.end,
            uninvited=invited and lacks_me(happening, those, self._own),
            size_limit=self._policy.size_limit,
        )
        return Slot(
            start=occurrence.start,
            end=occurrence.end,
            happening=happening,
            uid=uid,
            account=key[0],
            ref=key[1],
            verdict=judge(case),
            guests=those.guests,
            size=those.size,
            busy=is_busy(case),
        )

    def _is_ours(self, key: Key, meeting: Meeting) -> bool:
        """What auld wrote, and the user has not made a meeting of."""
        follow_ups = self._follow_ups
        written = bool(meeting.mark) or key in follow_ups.by_ref or meeting.uid in follow_ups.by_uid
        return written and not is_made_a_meeting(meeting)


class _Copy(NamedTuple):
    """One copy of an occurrence; ``stale`` if a newer copy of the whole meeting, elsewhere, does not know of it."""

    slot: Slot
    collection: str
    there: bool
    stale: bool


class _Master(NamedTuple):
    """Where the deciding copy of a whole meeting stands."""

    rank: int
    collection: str

    def decides(self, rank: int, collection: str) -> bool:
        """Over an older copy in another collection; within one, a UID in use twice is two meetings."""
        return rank > self.rank and collection != self.collection


def _one_each(copies: Iterable[list[_Copy]], own: frozenset[str]) -> Iterator[Slot]:
    """Every occurrence, and its other copies marked as such; ``copies`` are those of one occurrence, the deciding one first."""
    for same in copies:
        lead = same[0]
        if lead.stale:
            yield from (_as_copy(copy.slot) for copy in same)
            continue
        shown = _deciding([copy for copy in same if copy.slot.start == lead.slot.start], own)
        for copy in same:
            # what is gone beside what is there was moved by deleting it and making it anew
            twice = copy.collection == lead.collection and (copy.there or not lead.there)
            another = twice and copy.slot.start != lead.slot.start
            yield copy.slot if another or copy is shown else _as_copy(copy.slot)


def _deciding(same: list[_Copy], own: frozenset[str]) -> _Copy:
    """Of copies that agree in time, the first one; but a published copy may leave out the people, then another says who was
    there, and one that the user did not answer yields to one that was declined."""
    shown = same[0]
    if shown.slot.verdict.rule == "title_names":
        shown = next((copy for copy in same if copy.slot.guests and copy.there == shown.there), shown)
    if len(same) > 1 and not _answered(shown.slot.happening, own):
        shown = next((copy for copy in same if copy.slot.verdict.rule == "declined_by_me"), shown)
    return shown


def _answered(happening: Happening, own: frozenset[str]) -> bool:
    return any(answer != "needs-action" for answer in party(happening, own).mine)


def _as_copy(slot: Slot) -> Slot:
    return slot._replace(verdict=COPY, busy=False)


def _is_series(meeting: Meeting) -> bool:
    return bool(meeting.rules or meeting.extra)


def _instance(meeting: Meeting, occurrence: Occurrence) -> str:
    """What tells the occurrences of one UID apart, the same for a moved one; "" for a single meeting."""
    if not (_is_series(meeting) or meeting.overrides):
        return ""
    return occurrence.recurrence_id or occurrence.start.astimezone(UTC).isoformat()


def _may_touch(meeting: Meeting, early: str, late: str) -> bool:
    """A quick look at the written texts: could an occurrence fall between these days (two days' leeway for zones)?"""
    if _is_series(meeting):
        return meeting.main is None or meeting.main.start[:10] <= late
    return any(happening.end[:10] >= early and happening.start[:10] <= late for happening in happenings(meeting))


def _with_repetition(slots: list[Slot]) -> Iterator[Slot]:
    """Less weight for what has met often lately; ``slots`` are those of one series, by start."""
    counting: list[datetime] = []
    first = 0
    for slot in slots:
        while first < len(counting) and counting[first] < slot.start - REPEAT_WITHIN:
            first += 1
        yield slot._replace(repeated=len(counting) - first) if len(counting) > first else slot
        if slot.verdict.counts:
            counting.append(slot.start)
