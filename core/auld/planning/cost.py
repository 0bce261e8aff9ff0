"""What a plan costs: the one place where it is written how days are weighed against each other. docs/planner.md explains it.

    cost of a plan = for each entry that is placed    weight x (days early + days waited + 3 x days late)
                                                      + what the day is like: a full one, hours of meetings
                                                      + churn, if it stood on another day before
                   + for each day                     0 for its first entry, 1.5 more for every further one: 0, 1.5, 3 ...
                   + for each entry without a day     its weight x 50 and what a day past the end of the plan would cost

Days early and waited are counted from the best day of the window, days late from its last. One unit is a day for which somebody
of no importance waits. Constraints are no costs: :mod:`auld.planning.place` names them.
"""

from __future__ import annotations

from datetime import date, timedelta

from auld.planning.merge import FULL_DAY, Window

LATE = 3.0
"""A day after the window weighs this much more than one of waiting inside it."""

CROWD = 1.5
"""What a further entry on a day costs, for each that stands there."""

FULL = 40.0
"""What an entry on a full day costs: a full day gets none, unless all are full for weeks."""

HOUR = 0.25
"""What an hour of meetings costs."""

CHURN = 5.0
"""What it costs to move an entry that stands in the calendar already, beside a unit for each day by which it is moved."""

AWAY = 1000.0
"""What an entry costs that stays on a day that has become quiet."""

NEVER = 50.0
"""What it costs to leave somebody out, times the weight."""

_AFTER = timedelta(days=7)


def weight(priority: int) -> float:
    """How much a day counts for an entry of that priority (0 to 100): 1 to 5."""
    return 1.0 + priority / 25


def waiting(window: Window, priority: int, day: date) -> float:
    """What it costs that an entry with that window stands on ``day``."""
    late = max(0, (day - window.last).days)
    return weight(priority) * (abs((day - window.best).days) + LATE * late)


def without_day(window: Window, priority: int, until: date) -> float:
    """What it costs that an entry finds no day up to ``until``."""
    return waiting(window, priority, max(until, window.best) + _AFTER) + NEVER * weight(priority)


def of_day(minutes: int) -> float:
    """What an entry costs on a day with so many minutes of meetings."""
    return (FULL if minutes >= FULL_DAY else 0.0) + HOUR * minutes / 60


def crowd(others: int) -> float:
    """What one more entry costs on a day on which others stand."""
    return CROWD * others


def churn(before: date, day: date) -> float:
    """What it costs to move an entry."""
    return 0.0 if before == day else CHURN + abs((day - before).days)
