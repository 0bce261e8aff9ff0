"""Third step: give every candidate a day. Greedy, best first; a solver may take its place behind the same function.

The budget holds for all. Entries that belong to a day come first, may stand on a quiet day (if their window has no other) and
go over the budget of the day, but never over that of the week. Everything else avoids quiet days, keeps both budgets, and
prefers days that are not full. No two heavy entries share a day, no week has more of a rare reason than it allows; what is
asked of the user alone takes nothing of the budgets.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from auld.planning.demand import Demand
from auld.planning.merge import Candidate, Window
from auld.policy import Policy

FULL_DAY = 360
"""Minutes of meetings from which on a day counts as full."""

_DAY = timedelta(days=1)
_FULL_COST = 10.0
_ENTRY_COST = 1.5
_HOUR_COST = 0.25
_LATE_COST = 3.0


class Days:
    """The days from ``today`` to ``until``, with what already stands on them: ``allows`` and ``take`` keep the budgets."""

    def __init__(
        self,
        policy: Policy,
        busy_minutes: Callable[[date], int],
        today: date,
        until: date,
        standing: Iterable[tuple[date, Demand]],
    ) -> None:
        self.today, self.until = today, until
        self._policy = policy
        self._busy_minutes = busy_minutes
        self._per_day: Counter[date] = Counter()
        self._per_week: Counter[date] = Counter()
        self._heavy: Counter[date] = Counter()
        self._rare: Counter[tuple[str, date]] = Counter()
        self._static: dict[date, float] = {}
        for day, demand in standing:
            self.take(day, demand)
        self._working = [d for d in _range(today, until) if not policy.is_quiet(d)]
        self._free = self._working

    def take(self, day: date, demand: Demand) -> None:
        self._count(day, demand, 1)

    def release(self, day: date, demand: Demand) -> None:
        self._count(day, demand, -1)
        self._free = self._working

    def _count(self, day: date, demand: Demand, by: int) -> None:
        monday = _monday(day)
        self._per_day[day] += by * demand.counted
        self._per_week[monday] += by * demand.counted
        self._heavy[day] += by * demand.heavy
        for reason, _ in demand.rare:
            self._rare[reason, monday] += by

    def allows(self, day: date, demand: Demand) -> bool:
        """Whether the week has room, and nothing that is heavy or rare is in the way. The day's budget is not looked at."""
        return (not demand.counted or self._week_has_room(day)) and self.suits(day, demand)

    def suits(self, day: date, demand: Demand) -> bool:
        """Whether nothing that is heavy or rare is in the way."""
        monday = _monday(day)
        return not (demand.heavy and self._heavy[day]) and all(self._rare[r, monday] < most for r, most in demand.rare)

    def _week_has_room(self, day: date) -> bool:
        return self._per_week[_monday(day)] < self._policy.budget.per_week

    def is_quiet(self, day: date) -> bool:
        return self._policy.is_quiet(day)

    def free(self, demand: Demand) -> Iterable[date]:
        """Days on which such an entry, if it is not fixed, may still stand, in order."""
        self._free = [d for d in self._free if self._week_has_room(d) and self._per_day[d] < self._policy.budget.per_day]
        days = self._free if demand.counted else self._working
        return (day for day in days if self.suits(day, demand)) if demand.special else days

    def load_cost(self, day: date) -> float:
        """How little one wants to do on a day: its meetings, and the entries that already stand there."""
        if day not in self._static:
            minutes = self._busy_minutes(day)
            self._static[day] = (_FULL_COST if minutes >= FULL_DAY else 0.0) + _HOUR_COST * minutes / 60
        return self._static[day] + _ENTRY_COST * self._per_day[day]


Placed = tuple[Candidate, date | None]
"""What stands for a candidate (itself, or what it is without rare and heavy reasons), and on which day."""


def place(candidates: Sequence[Candidate], days: Days) -> list[Placed]:
    """A day for each candidate, in the same order; None where the budgets leave none before ``days.until``.

    An existing entry that has to move and finds no other day stays on its own. ``days`` must count the days on which all
    existing entries stand, those that move included."""
    placed: list[Placed] = [(c.plain or c, c.existing.day if c.existing else None) for c in candidates]
    waiting = sorted((i for i, c in enumerate(candidates) if c.window or c.plain), key=lambda i: _order(candidates[i]))
    while waiting:
        left = [index for index in waiting if not _try(index, candidates[index], placed, days)]
        if len(left) == len(waiting):
            break
        waiting = left  # who moved away may have made room
    return placed


def _try(index: int, candidate: Candidate, placed: list[Placed], days: Days) -> bool:
    """Put one candidate on its best day, if there is one, and keep the count."""
    existing = candidate.existing
    if existing is not None:
        days.release(existing.day, candidate.stood)
    for each in filter(None, (candidate, candidate.plain)):
        day = _day_for(each, days)
        if day is not None:
            days.take(day, each.demand)
            placed[index] = each, day
            return True
    if existing is not None:
        days.take(existing.day, candidate.stood)
    return False


def _day_for(candidate: Candidate, days: Days) -> date | None:
    """The best day; None if there is none now."""
    if candidate.window is None:
        assert candidate.existing is not None  # who has no window stays
        stays = candidate.plain is None or days.suits(candidate.existing.day, candidate.demand)
        return candidate.existing.day if stays else None
    find = _fixed_day if candidate.fixed else _best_day
    return find(candidate.window, candidate.demand, days)


def _order(candidate: Candidate) -> tuple[bool, date, bool, int, int, str]:
    """Fixed ones by day; then what already stood somewhere; then by priority. Ties are broken by a hash of the person, so that
    nobody comes first for their name."""
    by_day = candidate.window.best if candidate.window and candidate.fixed else date.max
    person_id = candidate.person.id
    tie = zlib.crc32(person_id.encode())
    return not candidate.fixed, by_day, candidate.existing is None, -candidate.priority, tie, person_id


def _fixed_day(window: Window, demand: Demand, days: Days) -> date | None:
    """The best day, or the nearest in the window whose week has room; a quiet one only if no other will do."""
    possible = [d for d in _range(window.first, min(window.last, days.until)) if days.allows(d, demand)]
    return min(possible, key=lambda d: (days.is_quiet(d), abs(d - window.best), d), default=None)


def _best_day(window: Window, demand: Demand, days: Days) -> date | None:
    """The cheapest free day from the window's first on: near the best one, seldom after the last, and not full."""
    found: date | None = None
    least = float("inf")
    for day in days.free(demand):
        if day < window.first:
            continue
        cost = abs((day - window.best).days) + _LATE_COST * max(0, (day - window.last).days)
        if day > window.best and cost >= least:
            break  # from here on it only gets dearer
        cost += days.load_cost(day)
        if cost < least:
            found, least = day, cost
    return found


def _range(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
