"""Lunch with those who matter most and live near: where the calendar has a gap around noon."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView

QUARTER = timedelta(days=91)
"""Nobody is asked to lunch who was met more lately, or was asked about more lately."""

NOON = (time(12), time(14))
ROOM = timedelta(minutes=75)
"""What must be free between the two hours of :data:`NOON`."""

_PRIORITY = 45
_ASK = (timedelta(days=10), timedelta(days=7), timedelta(days=2))
"""The ask stands from ten to two days before the lunch, best a week."""


class Lunch:
    """At most one a week, for people of the first category who live in the user's city. The occasion is the day of the gap, so
    that an open ask keeps naming the same one."""

    id: ClassVar[str] = "lunch"
    summary: ClassVar[str] = "Somebody of your first category lives near, and you have not met for a quarter."
    per_week: ClassVar[int] = 1
    pressing: ClassVar[bool] = True

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        if person.rank != 0 or not person.addresses or not _is_due(view, person, today) or not view.is_local(person.id):
            return
        say = tongue(view.policy)
        day = _asked(view, person)
        if day is None:
            day = None if _was_asked(view, person, today) else _gap_day(view, person, today)
        if day is None or _void(say, view, person, day, today) is not None:
            return
        first, best, last = (day - before for before in _ASK)
        if first <= until:
            yield Proposal(
                person=person.id,
                reason=self.id,
                occasion=f"{self.id}:{day}",
                first=first,
                last=last,
                best=best,
                priority=_PRIORITY,
                title=wording.plain(say("Ask {name} to lunch", name=person.name), wording.MAX_TITLE),
                context=tuple(_context(say, view, person, day)),
                heavy=True,
            )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        return _void(tongue(view.policy), view, person, _day_of(because), today)


def _is_due(view: View, person: PersonView, today: date) -> bool:
    met = view.last_in_person(person.id)
    last = met.at.date() if met is not None else person.since
    return last is None or last + QUARTER <= today


def _asks(view: View, person: PersonView) -> Iterator[tuple[FollowUp, date]]:
    """Every ask for a lunch with them, and the day of the gap."""
    for follow_up in view.follow_ups(person.id):
        for because in follow_up.because:
            if because.reason == Lunch.id:
                yield follow_up, _day_of(because)


def _day_of(because: Because) -> date:
    return date.fromisoformat(because.occasion.partition(":")[2])


def _asked(view: View, person: PersonView) -> date | None:
    """The day of the gap of an open ask."""
    return next((day for follow_up, day in _asks(view, person) if follow_up.open), None)


def _was_asked(view: View, person: PersonView, today: date) -> bool:
    """Was it asked within a quarter? What was taken back before its day, because the facts changed, was no ask."""
    for follow_up, day in _asks(view, person):
        closed = follow_up.closed_at.date() if follow_up.closed_at else day
        taken_back = follow_up.state == "withdrawn" and closed <= day and not follow_up.rested
        if not taken_back and max(closed, day) + QUARTER > today:
            return True
    return False


def _gap_day(view: View, person: PersonView, today: date) -> date | None:
    """A day with room around noon in the week after next, which does not move away from day to day. Which one depends on the
    person, so that several people are not asked for the same."""
    monday = today + timedelta(days=14 - today.weekday())
    week = (monday + timedelta(days=number) for number in range(7))
    days = [day for day in week if _has_room(view, day)]
    return days[zlib.crc32(person.id.encode()) % len(days)] if days else None


def _gap(view: View, day: date) -> tuple[datetime, datetime] | None:
    gap = view.free_gap(day, *NOON)
    return gap if gap is not None and gap[1] - gap[0] >= ROOM else None


def _has_room(view: View, day: date) -> bool:
    return not (view.policy.is_quiet(day) or view.is_away(day) or _travels(view, day)) and _gap(view, day) is not None


def _travels(view: View, day: date) -> bool:
    return any(trip.first <= day <= trip.last for trip in view.trips())


def _void(say: Tongue, view: View, person: PersonView, day: date, today: date) -> str | None:
    """Why there is no lunch to ask for."""
    if today > day:
        return say("its day has passed")
    met = view.last_in_person(person.id)
    if met is not None and met.at.date() + QUARTER > today:
        return say("you met on {day}", day=say.day(met.at.date()))
    if planned := view.planned(person.id):
        return say("you meet on {day}", day=say.day(planned[0].at.date()))
    return None if _has_room(view, day) else say("there is no gap around noon on {day} any more", day=say.day(day))


def _context(say: Tongue, view: View, person: PersonView, day: date) -> Iterator[str]:
    if gap := _gap(view, day):
        start, end = (f"{each:%H:%M}" for each in gap)
        yield say("Free around noon: {day}, {start} to {end}.", day=say.day(day), start=start, end=end)
    met = view.last_in_person(person.id)
    yield wording.last_touched(say, met) if met else say("No meeting in person is known so far.")
