"""How the running quarter stands against the user's goals, in one calm line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auld.policy import Goals
from auld.projections.view import View
from auld.review.count import Metric, Progress, count, progress
from auld.review.quarters import Quarter
from auldd.quarterly.days import day_words

NAMES: dict[Metric, tuple[str, str]] = {
    "meetings": ("meeting", "meetings"),
    "calls": ("call", "calls"),
    "reached": ("person reached", "people reached"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The goals that there are, in a fixed order, for the quarter so far."""

    quarter: Quarter
    goals: Sequence[Progress]

    @property
    def on_track(self) -> bool:
        return all(goal.on_track for goal in self.goals)


def standing(view: View, goals: Goals) -> Standing | None:
    """The running quarter as of the view's instant; None without a goal."""
    quarter = Quarter.of(view.today)
    found = progress(count(view, quarter), goals, quarter, view.today)
    return Standing(quarter, found) if found else None


def line(given: Standing) -> str:
    """``5 of 12 meetings, 18 of 40 people reached by 31 December 2026: on track``."""
    told = [f"{each.count} of {each.goal} {NAMES[each.metric][each.goal != 1]}" for each in given.goals]
    return f"{', '.join(told)} by {day_words(given.quarter.last)}: {pace(given.goals)}"


def pace(goals: Sequence[Progress]) -> str:
    """``on track``, or by how much not."""
    behind = [f"{n} {NAMES[each.metric][n != 1]}" for each in goals if (n := each.expected - each.count) > 0]
    return f"behind an even pace by {' and '.join(behind)}" if behind else "on track"
