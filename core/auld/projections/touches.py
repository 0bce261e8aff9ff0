"""When is a calendar entry a touch? One function a rule; the first that has something to say decides.

What depends on the present moment is no rule here: whether an occurrence is held, in progress or to come is asked of its end
when a question is asked (:mod:`auld.projections.query`), so that the same state answers for any day. What was cancelled
does not come this far: it is no occurrence (:mod:`auld.recurrence`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec

from auld.events import Event
from auld.observations import Attendee, Happening, Meeting
from auld.people import email_identity
from auld.projections.people import Key

OPTIONAL = 0.5
"""Somebody whose presence was optional counts half."""

LARGE = 10
"""In meetings of more people than this, an invitation that was never answered is no presence."""

_AWAY = frozenset({"declined", "delegated"})

REPEAT_WITHIN = timedelta(days=90)
REPETITION = 0.25
"""Every earlier occurrence of a series in the 90 days before takes this from the next one's weight: of a weekly stand-up each
counts 1 / (1 + 12 * 0.25) = a quarter, of a monthly call about half, of a quarterly one nearly all."""


class Known(msgspec.Struct, omit_defaults=True):
    """The latest state of one calendar object; ``position`` is that of its latest observation. ``last_seen`` is set once it is
    gone: the last instant at which it was there."""

    meeting: Meeting
    position: int
    last_seen: datetime | None = None


class TouchesState(msgspec.Struct):
    meetings: dict[Key, Known] = {}


# --- the fold -----------------------------------------------------------------------------------------------------------
def _observed(state: TouchesState, event: Event) -> None:
    state.meetings[event.account, event.ref] = Known(event.data, event.position)


def _gone(state: TouchesState, event: Event) -> None:
    known = state.meetings.get((event.account, event.ref))
    if known is not None and known.last_seen is None:
        known.last_seen = _instant(event.data.last_seen) or event.recorded_at


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


HANDLERS: dict[str, Callable[[TouchesState, Event], None]] = {
    "meeting.observed": _observed,
    "item.gone": _gone,
}


# --- who takes part -----------------------------------------------------------------------------------------------------
class Guest(NamedTuple):
    """Somebody else who takes part: ``mailto:`` identity ("" if the entry had none), name as written, share of the weight."""

    address: str
    name: str
    share: float


class Party(NamedTuple):
    """The people of one occurrence beside the user: those who take part, and how many were ``invited``. ``size`` counts those
    who did not decline, and the user; ``mine`` are the user's own answers."""

    guests: tuple[Guest, ...]
    invited: int
    size: int
    mine: tuple[str, ...]


@lru_cache(maxsize=65536)
def address_of(email: str) -> str:
    """The ``mailto:`` identity of an attendee's address, "" if it has none; the same people are invited again and again."""
    return email_identity(email) or ""


def party(happening: Happening, own: frozenset[str]) -> Party:
    """Rooms, resources and lists are nobody; who declined, sent somebody else, or is only informed takes no part.

    An organiser takes part also where only ORGANIZER names them, but not without any ATTENDEE: that is a published entry, not
    an invitation (RFC 5546 section 3.2.1).
    """
    organizer = happening.organizer if happening.attendees else None
    invited = list(happening.attendees)
    if organizer is not None and all(attendee.email != organizer.email for attendee in invited):
        invited.append(msgspec.structs.replace(organizer, status="accepted"))
    mine: list[str] = []
    real: dict[str, tuple[Attendee, str]] = {}
    for number, attendee in enumerate(invited):
        address = address_of(attendee.email)
        if address in own:
            if number < len(happening.attendees):
                mine.append(attendee.status)
        elif _is_human(attendee, address):
            real.setdefault(address or f"{number}", (attendee, address))
    size = 1 + sum(attendee.status not in _AWAY for attendee, _ in real.values())
    guests = tuple(
        Guest(address, attendee.name, OPTIONAL if attendee.role == "opt-participant" else 1.0)
        for attendee, address in real.values()
        if attendee.status not in _AWAY
        and (
            attendee.status != "needs-action" or size <= LARGE or (organizer is not None and attendee.email == organizer.email)
        )
    )
    return Party(guests, len(real), size, tuple(mine))


def _is_human(attendee: Attendee, address: str) -> bool:
    """Google's calendars and rooms have addresses too, and organise meetings."""
    calendar = address.endswith("calendar.google.com")
    return attendee.kind in ("individual", "unknown") and attendee.role != "non-participant" and not calendar


# --- the rules ----------------------------------------------------------------------------------------------------------
class Case(NamedTuple):
    """One occurrence, with all that the rules may look at."""

    meeting: Meeting
    happening: Happening
    start: datetime
    end: datetime
    all_day: bool
    party: Party
    ours: bool
    size_limit: int


class Verdict(NamedTuple):
    """``counts``: this is a meeting with people, held or planned. ``rule`` names the row of the table that said so."""

    rule: str
    counts: bool


def _written_by_auld(case: Case) -> Verdict | None:
    return Verdict("written by auld", False) if case.ours else None


def _declined_by_me(case: Case) -> Verdict | None:
    """With several own addresses invited, one that did not decline is enough to be there."""
    away = bool(case.party.mine) and _AWAY.issuperset(case.party.mine)
    return Verdict("declined by me", False) if away else None


def _whole_days(case: Case) -> Verdict | None:
    long = case.all_day or case.end - case.start >= timedelta(days=1)
    return Verdict("all-day or multi-day", False) if long else None


def _too_large(case: Case) -> Verdict | None:
    return Verdict("too many people", False) if case.party.size > case.size_limit else None


def _with_people(case: Case) -> Verdict | None:
    return Verdict("with people", True) if case.party.guests else None


def _everybody_declined(case: Case) -> Verdict | None:
    """Others were invited, but none of them takes part: then a name in the title is no presence either."""
    return Verdict("nobody else takes part", False) if case.party.invited else None


def _named_in_title(case: Case) -> Verdict | None:
    return Verdict("named in the title", True) if case.happening.title else Verdict("nobody", False)


RULES: tuple[Callable[[Case], Verdict | None], ...] = (
    _written_by_auld,
    _declined_by_me,
    _whole_days,
    _too_large,
    _with_people,
    _everybody_declined,
    _named_in_title,
)


def judge(case: Case) -> Verdict:
    """The verdict of the first rule that has one."""
    return next(verdict for rule in RULES if (verdict := rule(case)) is not None)


def weight(size: int) -> float:
    """1 for a meeting of two, 1/(n-1) for n people."""
    return 1 / max(size - 1, 1)


def freshness(repeated: int) -> float:
    """1 for what has not met lately, less the more often a series has met in the :data:`REPEAT_WITHIN` before."""
    return 1 / (1 + REPETITION * repeated)


def is_busy(case: Case) -> bool:
    """Does it take the user's time? Transparent, declined and whole-day entries do not."""
    return not (case.happening.transparent or case.all_day or case.ours or _declined_by_me(case))
