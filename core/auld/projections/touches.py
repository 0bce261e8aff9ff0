"""When is a calendar entry a touch? One function a rule; the first that has something to say decides.

The rules are the rows of the table in docs/what-counts.md and bear their names. What depends on the present moment is no rule
here: whether an occurrence is held, in progress or to come is asked of its end when a question is asked
(:mod:`auld.projections.query`), so that the same state answers for any day. What it weighs: :mod:`auld.projections.weights`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from auld.events import Event
from auld.observations import Attendee, Happening, Meeting
from auld.people import email_identity, fold
from auld.projections.people import Key, is_numbered, is_room

LARGE = 10
"""In meetings of more people than this, an invitation that was never answered is no presence."""

_AWAY = frozenset({"declined", "delegated"})
_SOMEBODY = frozenset({"individual", "unknown"})

_OFF = r"(?:cancell?ed|abgesagt|annulée?|cancelad[oa]|annullat[oa]|geannuleerd)"
_CALLED_OFF = re.compile(rf"\W*{_OFF}\s*[:\])–—-]|.*[\[(]{_OFF}[\])]\s*$", re.IGNORECASE | re.DOTALL)
"""What Exchange puts before the title of a meeting that was cancelled, and leaves standing in the calendar; so do people."""

_DAYS_ONLY = ("@group.v.calendar.google.com", "/contact_birthdays/")
"""In the references of calendars that hold no meetings: Google's birthdays, holidays and sports; Nextcloud's birthdays."""


class Known(msgspec.Struct, omit_defaults=True, gc=False):
    """The latest state of one calendar object; ``position`` is that of its latest observation. ``last_seen`` is set once it is
    gone: the last instant at which it was there. ``left`` are addresses that an earlier state invited and this one does not;
    ``called_off`` is when the whole was seen to be cancelled, if it was seen before that."""

    meeting: Meeting
    position: int
    last_seen: datetime | None = None
    left: tuple[str, ...] = ()
    called_off: datetime | None = None


class Link(msgspec.Struct, frozen=True):
    """The user's word on whom an entry is with: a person id, or "" for nobody. It holds for titles that have all words of
    ``about``; ``position`` is that of the act, by which it can be undone."""

    person: str
    about: str
    position: int


class TouchesState(msgspec.Struct):
    """``links`` by the UID of the entry."""

    meetings: dict[Key, Known] = {}
    links: dict[str, tuple[Link, ...]] = {}


# --- the fold -----------------------------------------------------------------------------------------------------------
def _observed(state: TouchesState, event: Event) -> None:
    key, now = (event.account, event.ref), event.data
    known = state.meetings.get(key)
    if known is None:
        state.meetings[key] = Known(now, event.position)
        return
    was = known.meeting
    if known.left or was.overrides or was.main is None or now.main is None or was.main.attendees != now.main.attendees:
        known.left = _left(known, now)
    if now.rules and is_called_off(now):
        known.called_off = known.called_off if is_called_off(was) else event.recorded_at
    else:
        known.called_off = None
    known.meeting, known.position, known.last_seen = now, event.position, None


def _left(known: Known, now: Meeting) -> tuple[str, ...]:
    invited = {attendee.email for happening in happenings(now) for attendee in happening.attendees}
    earlier = {attendee.email for happening in happenings(known.meeting) for attendee in happening.attendees}
    return tuple(sorted(earlier.union(known.left) - invited))


def is_called_off(meeting: Meeting) -> bool:
    """Is the whole of it cancelled, the series and not only a date of it?"""
    return meeting.method.casefold() == "cancel" or (meeting.main is not None and _is_off(meeting.main))


def _is_off(happening: Happening) -> bool:
    return happening.status == "cancelled" or _CALLED_OFF.match(happening.title) is not None


def _gone(state: TouchesState, event: Event) -> None:
    known = state.meetings.get((event.account, event.ref))
    if known is not None and known.last_seen is None:
        known.last_seen = _instant(event.data.last_seen) or event.recorded_at


def _dismissed(state: TouchesState, event: Event) -> None:
    """An entry that auld wrote, found to be gone: the user may have made a meeting of it before."""
    known = state.meetings.get((event.account, event.ref))
    if known is not None and known.last_seen is None:
        known.last_seen = event.recorded_at


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _linked(state: TouchesState, event: Event) -> None:
    said = Link(event.data.person, event.data.about, event.position)
    state.links[event.data.uid] = (*state.links.get(event.data.uid, ()), said)


def _undone(state: TouchesState, event: Event) -> None:
    for uid, links in state.links.items():
        left = tuple(link for link in links if link.position != event.data.position)
        if len(left) < len(links):
            if left:
                state.links[uid] = left
            else:
                del state.links[uid]
            return


HANDLERS: dict[str, Callable[[TouchesState, Event], None]] = {
    "meeting.observed": _observed,
    "item.gone": _gone,
    "follow_up.dismissed": _dismissed,
    "title.linked": _linked,
    "act.undone": _undone,
}


def happenings(meeting: Meeting) -> Iterator[Happening]:
    """The master, and what stands for changed instances."""
    if meeting.main is not None:
        yield meeting.main
    for override in meeting.overrides:
        yield override.happening


# --- who takes part -----------------------------------------------------------------------------------------------------
class Guest(NamedTuple):
    """Somebody else who takes part: ``mailto:`` identity ("" if the entry had none), name as written, and whether their
    presence was optional."""

    address: str
    name: str
    optional: bool


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
    attendees = happening.attendees
    organizer = happening.organizer if attendees else None
    if organizer is not None and all(attendee.email != organizer.email for attendee in attendees):
        attendees = (*attendees, msgspec.structs.replace(organizer, status="accepted"))
    mine: list[str] = []
    real: dict[str, Attendee] = {}
    size = 1
    for number, attendee in enumerate(attendees):
        address = address_of(attendee.email)
        if address in own:
            if number < len(happening.attendees):
                mine.append(attendee.status)
        elif _is_human(attendee, address) and (address or str(number)) not in real:
            real[address or str(number)] = attendee
            size += attendee.status not in _AWAY
    guests = tuple(
        [
            Guest(address_of(attendee.email), attendee.name, attendee.role == "opt-participant")
            for attendee in real.values()
            if attendee.status not in _AWAY and not (size > LARGE and _never_answered(attendee, organizer))
        ]
    )
    return Party(guests, len(real), size, tuple(mine))


def _never_answered(attendee: Attendee, organizer: Attendee | None) -> bool:
    """An organiser need not answer."""
    return attendee.status == "needs-action" and (organizer is None or attendee.email != organizer.email)


def _is_human(attendee: Attendee, address: str) -> bool:
    """Google's calendars and rooms have addresses too, and organise meetings; and many servers do not say what is a room."""
    somebody = attendee.kind in _SOMEBODY and attendee.role != "non-participant"
    return somebody and not address.endswith("calendar.google.com") and not _names_a_room(attendee.name)


@lru_cache(maxsize=4096)
def _names_a_room(name: str) -> bool:
    return is_room(folded := fold(name)) or is_numbered(folded)


def absence(happening: Happening, addresses: Set[str]) -> str:
    """The rule by which somebody with these identities, who is named in an entry, takes no part in it."""
    theirs = [attendee for attendee in happening.attendees if address_of(attendee.email) in addresses]
    if not any(_is_human(attendee, address_of(attendee.email)) for attendee in theirs):
        return "rooms_and_lists"
    return "declined_by_another" if any(attendee.status in _AWAY for attendee in theirs) else "never_answered"


def everybody(happening: Happening) -> Iterator[Attendee]:
    """All whom an entry names as invited or as its organiser, whether or not they take part."""
    yield from happening.attendees
    if happening.organizer is not None:
        yield happening.organizer


def names(happening: Happening, addresses: Set[str]) -> bool:
    """Is one of these identities among them?"""
    return any(address_of(attendee.email) in addresses for attendee in everybody(happening))


# --- the rules ----------------------------------------------------------------------------------------------------------
class Case(NamedTuple):
    """One occurrence, with all that the rules may look at. ``deleted``: before it ended; ``uninvited``: the user was invited
    once, but is not now."""

    meeting: Meeting
    happening: Happening
    ref: str
    start: datetime
    end: datetime
    all_day: bool
    party: Party
    ours: bool
    called_off: datetime | None
    deleted: bool
    uninvited: bool
    size_limit: int


class Verdict(NamedTuple):
    """``counts``: this is a meeting with people, held or planned. ``rule`` names the row of the table that said so."""

    rule: str
    counts: bool


COPY = Verdict("two_calendars", False)
"""For an occurrence of which another copy decides."""

WHY = {
    "written_by_auld": "auld wrote it",
    "calendars_of_days": "birthdays, holidays and sports are no meetings",
    "cancelled": "cancelled",
    "deleted_before": "deleted before it had ended",
    "declined_by_me": "you declined, or are not invited any more",
    "whole_days": "all-day or over several days",
    "too_large": "too many people",
    "rooms_and_lists": "a room, a list or for information only",
    "declined_by_another": "declined",
    "never_answered": "a large meeting, and the invitation was never answered",
    "two_calendars": "another copy of the same meeting counts",
    "organisers_copy": "the same meeting under another UID counts",
    "somebody_else": "the address is somebody else's, or several people's",
    "title_ambiguous": "the title does not say for certain that you meet",
    "to_come": "not held yet",
}
"""Every rule that leaves an entry out, in words."""


def _written_by_auld(case: Case) -> Verdict | None:
    return Verdict("written_by_auld", False) if case.ours else None


def _calendar_of_days(case: Case) -> Verdict | None:
    ref = unquote(case.ref)
    return Verdict("calendars_of_days", False) if any(mark in ref for mark in _DAYS_ONLY) else None


def _cancelled(case: Case) -> Verdict | None:
    """Who ends a series by cancelling all of it does not unmake the dates that were held until then."""
    ended = bool(case.meeting.rules) and case.called_off is not None and case.end <= case.called_off
    this_date = case.happening is not case.meeting.main and _is_off(case.happening)
    return Verdict("cancelled", False) if this_date or (is_called_off(case.meeting) and not ended) else None


def _deleted(case: Case) -> Verdict | None:
    """People tidy up: what was still there at its end took place."""
    return Verdict("deleted_before", False) if case.deleted else None


def _declined_by_me(case: Case) -> Verdict | None:
    """With several own addresses invited, one that did not decline is enough to be there."""
    away = bool(case.party.mine) and _AWAY.issuperset(case.party.mine)
    return Verdict("declined_by_me", False) if away or case.uninvited else None


def _whole_days(case: Case) -> Verdict | None:
    long = case.all_day or case.end - case.start >= timedelta(days=1)
    return Verdict("whole_days", False) if long else None


def _too_large(case: Case) -> Verdict | None:
    return Verdict("too_large", False) if case.party.size > case.size_limit else None


def _with_people(case: Case) -> Verdict | None:
    return Verdict("took_place", True) if case.party.guests else None


def _everybody_declined(case: Case) -> Verdict | None:
    """Others were invited, but none of them takes part: then a name in the title is no presence either."""
    return Verdict("declined_by_another", False) if case.party.invited else None


def _named_in_title(case: Case) -> Verdict | None:
    return Verdict("title_names", bool(case.happening.title))


RULES: tuple[Callable[[Case], Verdict | None], ...] = (
    _written_by_auld,
    _calendar_of_days,
    _cancelled,
    _deleted,
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


def is_busy(case: Case) -> bool:
    """Does it take the user's time? Transparent, declined, cancelled, deleted and whole-day entries do not."""
    free = case.happening.transparent or case.all_day or case.ours
    return not (free or _cancelled(case) or case.deleted or _declined_by_me(case))


def was_invited(known: Known, own: frozenset[str]) -> bool:
    """Did an earlier state of the object list the user, and the present one does not?"""
    return any(address_of(email) in own for email in known.left)


def lacks_me(happening: Happening, those: Party, own: frozenset[str]) -> bool:
    """Are others invited, but not the user? That tells nothing by itself: an organiser is often not listed in their own copy,
    nor is the user under an address that auld does not know."""
    organizer = happening.organizer
    mine = bool(those.mine) or (organizer is not None and address_of(organizer.email) in own)
    return bool(happening.attendees) and not mine
