"""What was done in a quarter, counted from touches, and how that compares with the user's goals.

Counted are the people who are, or were, followed up. A meeting with several of them is one meeting. A meeting whose title holds
one of the user's words for a call is a call, and so is a follow-up ticked off with one; of those that the user ticked off as
"met", and that also stand in the calendar on that day, one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from auld.people import fold
from auld.policy import Goals
from auld.review.quarters import Quarter

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView, Touch

Metric = Literal["meetings", "calls", "reached"]
METRICS: tuple[Metric, ...] = ("meetings", "calls", "reached")


@dataclass(frozen=True, slots=True)
class Count:
    """How many meetings and calls there were, and how many people were reached in whatever way."""

    meetings: int
    calls: int
    reached: int

    def __getitem__(self, metric: Metric) -> int:
        return {"meetings": self.meetings, "calls": self.calls, "reached": self.reached}[metric]


@dataclass(frozen=True, slots=True)
class Progress:
    """One metric against its goal. ``expected`` is what an even pace would have brought by now, rounded down."""

    metric: Metric
    count: int
    goal: int
    expected: int

    @property
    def on_track(self) -> bool:
        return self.count >= self.expected

    @property
    def missing(self) -> int:
        """How many more reach the goal."""
        return max(0, self.goal - self.count)


def count(view: View, quarter: Quarter) -> Count:
    """What was done in the quarter, as far as ``view`` knows."""
    reached = 0
    held: dict[Metric, set[tuple[object, ...]]] = {"meetings": set(), "calls": set(), "reached": set()}
    calls = [frozenset(words) for word in view.policy.words.call if (words := fold(word).split())]
    for person in _chosen(view):
        touches = [touch for touch in contacts(view, person) if touch.at.date() in quarter]
        reached += bool(touches)
        for metric, what in _kinds(person, touches, calls):
            held[metric].add(what)
    return Count(len(held["meetings"]), len(held["calls"]), reached)


def _chosen(view: View) -> Iterator[PersonView]:
    """Those who are followed up, and those who were and have been let go: what was done with them stays done."""
    return (person for person in view.people() if person.ideal is not None)


def contacts(view: View, person: PersonView) -> Iterator[Touch]:
    """The touches that count, oldest first."""
    return (touch for touch in view.touches(person.id) if touch.weight > 0)


def _is_call(touch: Touch, calls: Iterable[frozenset[str]]) -> bool:
    words = set(fold(touch.title).split())
    return any(call <= words for call in calls)


def _kinds(
    person: PersonView, touches: Iterable[Touch], calls: Sequence[frozenset[str]]
) -> Iterator[tuple[Metric, tuple[object, ...]]]:
    """What these touches of one person add. A meeting is the same for everybody who was there, and in every calendar."""
    touches = list(touches)
    days: dict[Metric, set[date]] = {"meetings": set(), "calls": set()}
    for touch in touches:
        if touch.kind == "meeting":
            metric: Metric = "calls" if _is_call(touch, calls) else "meetings"
            days[metric].add(touch.at.date())
            yield metric, (touch.at, fold(touch.title))
    for touch in touches:
        if touch.kind != "meeting" and touch.channel in _BY_CHANNEL:
            metric = _BY_CHANNEL[touch.channel]
            if touch.at.date() not in days[metric]:
                yield metric, (touch.at, person.id)


_BY_CHANNEL: dict[str, Metric] = {"call": "calls", "met": "meetings"}


def progress(counted: Count, goals: Goals, quarter: Quarter, today: date) -> list[Progress]:
    """Each metric that has a goal against it, as of the end of the local day ``today``."""
    elapsed = min(max((today - quarter.first).days + 1, 0), quarter.days)
    wanted: dict[Metric, int] = {"meetings": goals.meetings, "calls": goals.calls, "reached": goals.reached}
    return [
        Progress(metric, counted[metric], wanted[metric], wanted[metric] * elapsed // quarter.days)
        for metric in METRICS
        if wanted[metric]
    ]
