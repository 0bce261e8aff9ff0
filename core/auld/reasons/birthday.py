"""Wish them a happy birthday: on the day, or as many days before as the person's category says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons._yearly import BELATED, day_in, occurrences, year_of
from auld.reasons.base import Proposal

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
        for day in occurrences(person.birthday, today, until, person.lead):
            age = day.year - person.birthday.year if person.birthday.year is not None else 0
            aged = f" ({age})" if 0 < age <= _OLDEST else ""
            lead_day = day - timedelta(days=person.lead)
            yield Proposal(
                person=person.id,
                reason=self.id,
                occasion=f"birthday:{day.year}",
                first=lead_day,
                last=day,
                best=lead_day,
                priority=_PRIORITY,
                title=f"Birthday: {person.name}{aged}",
                context=(_why(person, day),),
                fixed=True,
            )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        year = year_of(because.occasion)
        day = day_in(year, person.birthday) if year and person.birthday else None
        if day is None:
            return "the birthday is not on the card any more"
        return f"the birthday was on {wording.day_words(day)}" if today > day + BELATED else None


def _why(person: PersonView, day: date) -> str:
    line = f"Birthday on {wording.day_words(day)}"
    if person.birthday is not None and (day.month, day.day) != (person.birthday.month, person.birthday.day):
        return f"{line} (born on 29 February)."
    return f"{line}."
