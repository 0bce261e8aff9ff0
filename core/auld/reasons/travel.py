"""If you travel, see who lives there: the calendar puts the user in a city where people whom they keep up with live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView, Planned, Touch, Trip

MOST = 3
"""People who are asked for on one trip: the first of :attr:`auld.projections.views.Trip.there`."""

_PRIORITY = 68
_BEST = timedelta(days=14)
_MOVED = timedelta(days=4)
"""So far a trip may be moved, or grow at its beginning, and still be the one that was asked about."""


class Travel:
    """Once a person and trip, two to three weeks before it begins, and not after it has begun."""

    id: ClassVar[str] = "travel"
    summary: ClassVar[str] = "You will be in a city where people you know live."
    pressing: ClassVar[bool] = True

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for trip in view.trips():
            last = trip.first - timedelta(days=1)
            if not (today <= last and trip.opens <= until) or person.id not in trip.there[:MOST]:
                continue
            if _void(say, view, person, trip) is None:
                yield Proposal(
                    person=person.id,
                    reason=self.id,
                    occasion=self._occasion(view, person, trip),
                    first=trip.opens,
                    last=last,
                    best=trip.first - _BEST,
                    priority=_PRIORITY,
                    title=wording.plain(say("In {city}: meet {name}", city=trip.city, name=person.name), wording.MAX_TITLE),
                    context=tuple(_context(say, view, person, trip)),
                    heavy=True,
                )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say = tongue(view.policy)
        trip = next((trip for trip in view.trips() if _is_about(because.occasion, trip)), None)
        if trip is None:
            return say("the trip was cancelled, moved, or is over")
        return _void(say, view, person, trip)

    def _occasion(self, view: View, person: PersonView, trip: Trip) -> str:
        """The one under which this trip was asked about before, if it was moved a little since; else by place and first day."""
        asked = (because.occasion for follow_up in view.follow_ups(person.id) for because in follow_up.because)
        mine = (occasion for occasion in asked if occasion.startswith(f"{self.id}:"))
        return next((each for each in mine if _is_about(each, trip)), f"{self.id}:{trip.place}:{trip.first}")


def _is_about(occasion: str, trip: Trip) -> bool:
    _, place, first = occasion.split(":")
    return int(place) == trip.place and abs(date.fromisoformat(first) - trip.first) <= _MOVED


def _void(say: Tongue, view: View, person: PersonView, trip: Trip) -> str | None:
    """Why nobody need ask: they meet on the trip anyway, or have met since one could ask."""
    meeting = _meeting(view, person, trip)
    if meeting is not None:
        return say("you meet on {day}", day=say.day(meeting.at.date()))
    met = _met_since(view, person, trip.opens)
    return say("you met on {day}", day=say.day(met.at.date())) if met is not None else None


def _meeting(view: View, person: PersonView, trip: Trip) -> Planned | None:
    return next((each for each in view.planned(person.id, trip.last) if each.at.date() >= trip.first), None)


def _met_since(view: View, person: PersonView, day: date) -> Touch | None:
    touch = view.last_in_person(person.id)
    return touch if touch is not None and touch.at.date() >= day else None


def _context(say: Tongue, view: View, person: PersonView, trip: Trip) -> Iterator[str]:
    if trip.first == trip.last:
        when = say("You are in {city} on {day}.", city=trip.city, day=say.day(trip.first))
    else:
        when = say(
            "You are in {city} from {first} to {last}.", city=trip.city, first=say.day(trip.first), last=say.day(trip.last)
        )
    yield wording.plain(when)
    yield wording.plain(say("Your calendar says: {titles}", titles=" · ".join(trip.titles[:MOST])))
    met = view.last_in_person(person.id)
    if met is not None and met.at.date() < trip.opens:
        yield wording.last_touched(say, met)
