"""The safety stop: when the loss of many items is believed, and when a complete listing is due. Pure; no clock.

A connector's word that something is gone is repairable as far as the log goes, but its consequences are not (follow-ups
closed, people forgotten), so (guarantee G3):

* A small loss is believed at once. Small is at most five items or ten per cent of the collection, *counted over a day*: a
  loss that drips in over many pulls is one loss.
* A larger one makes the collection *suspect*: none of it is believed, and complete listings are asked for after 15 and
  60 minutes. If both, at least 45 minutes apart, still lack that many, what was missing in all of them is gone.
* From half of the collection on, that takes the user's word besides (``auld accept-loss``).
* If enough of it is back, the suspicion is over.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

BELIEVED_AT_ONCE = 5
BELIEVED_SHARE = 10  # one in ten
WINDOW = timedelta(hours=24)
FIRST_LOOK = timedelta(minutes=15)
LATER_LOOK = timedelta(minutes=45)
LOOKS = 2
# A day less the jitter and less a polling interval, so that guarantee G4 ("within 24 hours") holds at its longest too.
FULL_EVERY = timedelta(hours=21, minutes=30)
FULL_JITTER = 0.1
DOWN_TOO_LONG = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CollectionState:
    """What the core remembers of one collection. Times are aware, UTC.

    ``present`` counts the items there that are not ours; ``lost`` those believed gone since ``lost_since``. While
    ``suspect_since`` is set, ``suspect_missing`` items are missing and ``suspect_looks`` complete listings have confirmed it,
    the last at ``suspect_last``; ``suspect_seen`` is when they were known to be there.
    """

    account: str
    collection: str
    cursor: str | None = None
    last_full: datetime | None = None
    last_seen: datetime | None = None
    present: int = 0
    lost: int = 0
    lost_since: datetime | None = None
    suspect_since: datetime | None = None
    suspect_seen: datetime | None = None
    suspect_looks: int = 0
    suspect_last: datetime | None = None
    suspect_missing: int = 0

    @property
    def suspect(self) -> bool:
        return self.suspect_since is not None

    @property
    def needs_acceptance(self) -> bool:
        """Whether only the user's word can make this loss believed."""
        return self.suspect and half_on(self, self.suspect_missing)

    @property
    def next_look(self) -> datetime | None:
        """When a suspect collection is to be listed again; None if it is not suspect."""
        if self.suspect_since is None:
            return None
        if self.suspect_last is None:
            return self.suspect_since + FIRST_LOOK
        return self.suspect_last + LATER_LOOK


def lost_lately(state: CollectionState, now: datetime) -> int:
    """The losses believed within the running window."""
    if state.lost_since is None or not timedelta(0) <= now - state.lost_since < WINDOW:
        return 0
    return state.lost


def suspicious(state: CollectionState, missing: int, now: datetime) -> bool:
    """Whether this many missing items, with what was lost within the window, are too many to believe at once."""
    lately = lost_lately(state, now)
    total = missing + lately
    return missing > 0 and total > BELIEVED_AT_ONCE and total * BELIEVED_SHARE > state.present + lately


def half_on(state: CollectionState, missing: int) -> bool:
    """Whether at least half of the collection is missing, which takes the user's word."""
    return missing * 2 >= state.present


def counts_as_look(state: CollectionState, now: datetime) -> bool:
    """Whether a complete listing at ``now`` comes late enough after the one before to confirm a suspicion.

    A clock that was set back makes it wait again rather than believe early."""
    due = state.next_look
    return due is not None and now >= due


class Verdict(NamedTuple):
    """What becomes of a loss: the collection's new state, the refs believed gone, and those doubted (again)."""

    state: CollectionState
    believed: Set[str]
    doubted: Set[str]


def judge(state: CollectionState, missing: Set[str], doubted: Set[str], listed: bool, now: datetime) -> Verdict:
    """Decide over the refs that a pull reports ``missing``, given those ``doubted`` so far; ours take no part in this.

    ``listed`` says whether the pull brought a complete listing: only such a one can confirm or end a suspicion.
    """
    if not state.suspect:
        return _fresh_loss(state, missing, now)
    if not listed:
        return Verdict(state, frozenset(), doubted)
    still = doubted & missing
    if not suspicious(state, len(still), now):
        return _fresh_loss(calm(state), missing, now)
    looks, last = state.suspect_looks, state.suspect_last
    if counts_as_look(state, now):
        looks, last = looks + 1, now
    state = replace(state, suspect_looks=looks, suspect_last=last, suspect_missing=len(still))
    if looks < LOOKS or half_on(state, len(still)):
        return Verdict(state, frozenset(), still)
    after = believe(state, len(still))
    rest = _fresh_loss(after, missing - still, now)
    return Verdict(rest.state, still | rest.believed, rest.doubted)


def believe(state: CollectionState, gone: int) -> CollectionState:
    """The state after a suspected loss turned out to be real: the suspicion is over and the window starts anew."""
    return replace(calm(state), present=state.present - gone, lost=0, lost_since=None)


def calm(state: CollectionState) -> CollectionState:
    """The state without suspicion."""
    return replace(state, suspect_since=None, suspect_seen=None, suspect_looks=0, suspect_last=None, suspect_missing=0)


def doubt(state: CollectionState, missing: int, now: datetime) -> CollectionState:
    """The state in which a suspicion over ``missing`` items begins."""
    seen = state.suspect_seen if state.suspect else state.last_seen
    return replace(calm(state), suspect_since=now, suspect_seen=seen, suspect_missing=missing)


def _fresh_loss(state: CollectionState, missing: Set[str], now: datetime) -> Verdict:
    if not missing:
        return Verdict(state, missing, missing)
    if suspicious(state, len(missing), now):
        return Verdict(doubt(state, len(missing), now), frozenset(), missing)
    lately = lost_lately(state, now)
    since = state.lost_since if lately else now
    state = replace(state, present=state.present - len(missing), lost=lately + len(missing), lost_since=since)
    return Verdict(state, missing, frozenset())


def due_full(state: CollectionState, now: datetime) -> bool:
    """Whether the next pull must bring a complete listing: the first one, one a day (guarantee G4, with a jitter that is the
    same for a collection and day), after a week of silence, or while a loss is suspicious."""
    if state.last_full is None or state.last_seen is None or state.last_full > now:
        return True
    if state.suspect or now - state.last_seen > DOWN_TOO_LONG:
        return True
    seed = sha256(f"{state.account}\0{state.collection}\0{state.last_full.isoformat()}".encode()).digest()
    jitter = (int.from_bytes(seed[:4]) / 0xFFFFFFFF * 2 - 1) * FULL_JITTER
    return now - state.last_full >= FULL_EVERY * (1 + jitter)
