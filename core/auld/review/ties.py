"""Which ties warm up and which cool down: how often there was a touch lately, and how often before.

It is a rate, and no more: who reached out to whom does not enter it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from auld.people import fold
from auld.review.count import contacts

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView

LATELY = timedelta(weeks=13)
BEFORE = timedelta(weeks=26)
"""The time before :data:`LATELY` that it is compared with: twice as long, so that one odd month does not decide."""

_TIMES = BEFORE // LATELY


@dataclass(frozen=True, slots=True)
class Tie:
    """One person: ``lately`` touches in the last 13 weeks, ``before`` in the 26 weeks before those."""

    person: PersonView
    lately: int
    before: int

    @property
    def trend(self) -> Literal["warming", "cooling", ""]:
        """Warming: at least two touches, and at least twice as many as before in the same time. Cooling: at least one every 13
        weeks before, and at most half of that now."""
        if self.lately >= 2 and self.lately * _TIMES >= 2 * self.before:
            return "warming"
        if self.before >= _TIMES and 2 * self.lately * _TIMES <= self.before:
            return "cooling"
        return ""


def ties(view: View) -> list[Tie]:
    """Everybody who is followed up and whose tie warms or cools, as of the view's instant; the greatest change first."""
    found = [tie for person in view.tracked() if (tie := _tie(view, person)).trend]
    return sorted(found, key=lambda tie: (-abs(tie.lately * _TIMES - tie.before), fold(tie.person.name), tie.person.id))


def _tie(view: View, person: PersonView) -> Tie:
    lately = before = 0
    for touch in contacts(view, person):
        age = view.as_of - touch.at
        lately += age < LATELY
        before += LATELY <= age < LATELY + BEFORE
    return Tie(person, lately, before)
