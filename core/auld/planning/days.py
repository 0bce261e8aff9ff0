"""The days of a plan, and what is taken of each: places of the budgets, hours of the user's, what is rare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from auld.planning import cost
from auld.planning.demand import Demand
from auld.planning.merge import FULL_DAY
from auld.policy import Budget

_DAY = timedelta(days=1)


class Days:
    """The days from ``today`` to ``until``, with what already stands on them. ``quiet`` tells the days without follow-ups,
    ``minutes`` how much of a day meetings take."""

    def __init__(
        self,
        budget: Budget,
        quiet: Callable[[date], bool],
        minutes: Callable[[date], int],
        today: date,
        until: date,
        standing: Iterable[tuple[date, Demand]],
    ) -> None:
        self.budget, self.today, self.until = budget, today, until
        self.is_quiet = lru_cache(None)(quiet)
        self._minutes = minutes
        self._costs: dict[date, float] = {}
        self.per_day: Counter[date] = Counter()
        self.per_week: Counter[date] = Counter()
        self.used: Counter[Hashable] = Counter()
        self.working = [day for day in span(today, until) if not self.is_quiet(day)]
        for day, demand in standing:
            self.take(day, demand)

    def take(self, day: date, demand: Demand) -> None:
        self._count(day, demand, 1)

    def release(self, day: date, demand: Demand) -> None:
        self._count(day, demand, -1)

    def _count(self, day: date, demand: Demand, by: int) -> None:
        self.per_day[day] += by * demand.counted
        self.per_week[monday(day)] += by * demand.counted
        for what, _ in claims(day, demand):
            self.used[what] += by

    def week_allows(self, day: date, demand: Demand) -> bool:
        """Has the week room, and is nothing in the way that is heavy, rare, or of a category with a budget of its own? The
        day's budget is not looked at."""
        room = not demand.counted or self.per_week[monday(day)] < self.budget.per_week
        return room and self.suits(day, demand)

    def allows(self, day: date, demand: Demand) -> bool:
        """May such an entry come to the day?"""
        room = not demand.counted or self.per_day[day] < self.budget.per_day
        return room and not self.is_quiet(day) and self.week_allows(day, demand)

    def suits(self, day: date, demand: Demand) -> bool:
        """Is there room for what such an entry takes beside the budgets of day and week?"""
        return all(self.used[what] < most for what, most in claims(day, demand))

    def cost(self, day: date) -> float:
        """What an entry costs there for what the day is like."""
        found = self._costs.get(day)
        if found is None:
            found = self._costs[day] = cost.of_day(self._minutes(day))
        return found

    def is_full(self, day: date) -> bool:
        return self._minutes(day) >= FULL_DAY


def claims(day: date, demand: Demand) -> Iterator[tuple[Hashable, int]]:
    """What an entry takes of limits other than those of day and week, and these limits."""
    if demand.heavy:
        yield ("heavy", day), 1
    for name, most in (*demand.rare, *demand.category):
        yield (name, monday(day)), most


def span(first: date, last: date) -> Iterator[date]:
    """The days from the one to the other, both included."""
    while first <= last:
        yield first
        first += _DAY


def monday(day: date) -> date:
    """The week of a day, by its Monday."""
    return day - timedelta(days=day.weekday())


def sunday(day: date) -> date:
    """The last day of its week."""
    return day + timedelta(days=6 - day.weekday())
