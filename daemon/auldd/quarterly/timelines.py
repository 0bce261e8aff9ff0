"""What there was and what is to come with each person, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from auld.people import fold
from auld.wording import plain, role_line
from auldd.quarterly.days import day_words

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView

_MONTHS = 12
_SHOWN = 40
_WHOSE = {"promise": "You promised", "theirs": "They promised", "question": "They asked"}


@dataclass(frozen=True, slots=True)
class Moment:
    """``kind`` is a word for it: meeting, follow-up, note, promise, planned."""

    day: date
    kind: str
    text: str
    to_come: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """``months`` counts the touches of the last twelve months, the oldest first; ``earlier`` moments are not shown."""

    name: str
    role: str
    category: str
    last: date | None
    months: Sequence[int]
    moments: Sequence[Moment]
    earlier: int

    @property
    def summary(self) -> str:
        """In words what the months show."""
        total = sum(self.months)
        times = "once" if total == 1 else f"{total} times"
        return f"{times} in twelve months" if total else "not in twelve months"

    @property
    def levels(self) -> Sequence[int]:
        """The months from 0 to 3: none, one, two, more touches."""
        return [min(3, each) for each in self.months]


def timelines(view: View) -> list[Timeline]:
    """Those who are followed up, by category in the user's order, then by name."""
    people = sorted(view.tracked(), key=lambda person: (person.rank, fold(person.name), person.id))
    return [_timeline(view, person) for person in people]


def _timeline(view: View, person: PersonView) -> Timeline:
    moments = sorted(_moments(view, person), key=lambda moment: (moment.day, moment.text), reverse=True)
    days = [touch.at.date() for touch in view.touches(person.id) if touch.weight > 0]
    this_month = view.today.year * 12 + view.today.month
    ages = [this_month - (day.year * 12 + day.month) for day in days]
    return Timeline(
        name=plain(person.name),
        role=role_line(person),
        category=person.category,
        last=max(days, default=None),
        months=[ages.count(age) for age in reversed(range(_MONTHS))],
        moments=moments[:_SHOWN],
        earlier=max(0, len(moments) - _SHOWN),
    )


def _moments(view: View, person: PersonView) -> Iterator[Moment]:
    for touch in view.touches(person.id):
        yield Moment(touch.at.date(), touch.channel or touch.kind, plain(touch.title))
    for planned in view.planned(person.id):
        yield Moment(planned.at.date(), "meeting", plain(planned.title), to_come=True)
    for promise in view.promises(person.id):
        until = f" (by {day_words(promise.due)})" if promise.due else ""
        text = f"{_WHOSE[promise.kind]}: {promise.text}{until}, {promise.state}"
        yield Moment(promise.at.date(), "promise", plain(text))
    for follow_up in view.follow_ups(person.id):
        if follow_up.open:
            yield Moment(follow_up.day, "follow-up", plain(follow_up.title), to_come=follow_up.day >= view.today)
