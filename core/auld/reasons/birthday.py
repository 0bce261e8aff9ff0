"""Wish them a happy birthday: on the day, or as many days before as the person's category says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld.reasons._yearly import BELATED, day_in, occurrences, year_of
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView

_PRIORITY = 90
_OLDEST = 120


class Birthday:
    """Once a year; the age is told only where the card knows the year and it makes sense."""

    id: ClassVar[str] = "birthday"
    summary: ClassVar[str] = "A birthday is coming, by the address book."

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        if person.birthday is None:
            return
        say = tongue(view.policy)
        for day in occurrences(person.birthday, today, until, person.lead):
            age = day.year - person.birthday.year if person.birthday.year is not None else 0
            lead_day = day - timedelta(days=person.lead)
            yield Proposal(
                person=person.id,
                reason=self.id,
                occasion=f"birthday:{day.year}",
                first=lead_day,
                last=day,
                best=lead_day,
                priority=_PRIORITY,
                title=_title(say, person.name, age),
                context=(_why(say, person, day),),
                fixed=True,
            )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say = tongue(view.policy)
        year = year_of(because.occasion)
        day = day_in(year, person.birthday) if year and person.birthday else None
        if day is None:
            return say("the birthday is not on the card any more")
        return say("the birthday was on {day}", day=say.day(day)) if today > day + BELATED else None


def _title(say: Tongue, name: str, age: int) -> str:
    if 0 < age <= _OLDEST:
        return say("Birthday: {name} ({age})", name=name, age=age)
    return say("Birthday: {name}", name=name)


def _why(say: Tongue, person: PersonView, day: date) -> str:
    if person.birthday is not None and (day.month, day.day) != (person.birthday.month, person.birthday.day):
        return say("Birthday on {day} (born on 29 February).", day=say.day(day))
    return say("Birthday on {day}.", day=say.day(day))
