"""What a flow cannot express: no two heavy entries on a day, rare reasons, budgets of categories.

The flow's plan is repaired (what breaks a rule goes out, the dearest first) and then bettered by small steps for as long as
one saves anything: put one in, move one, exchange two, put one in another's place. Nothing is searched where nothing was
broken: the flow's plan is then the best there is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from auld.planning.cost import CROWD

_SAVING = 1e-6
_ROUNDS = 400

Resource = tuple[Hashable, int]
"""Something of which there is only so much, and the limit."""


@dataclass(frozen=True, slots=True)
class Rules:
    """As in :class:`auld.planning.flow.Network`; ``takes`` tells what of which a unit of a kind takes one on a day, ``used``
    what is taken already. ``stand`` is how many entries stand on each day."""

    rows: Sequence[Sequence[float]]
    units: Sequence[int]
    stand: Sequence[int]
    takes: Callable[[int, int], tuple[Resource, ...]]
    used: Counter[Hashable]


def mend(plan: list[tuple[int, int]], rules: Rules) -> list[tuple[int, int]]:
    """A plan that keeps all rules, made of one that keeps the budgets of days and weeks."""
    search = _Search(rules)
    broken = False
    for kind, day in sorted(plan, key=lambda unit: rules.rows[unit[0]][unit[1]]):
        if search.fits(kind, day):
            search.put(kind, day)
        else:
            broken = True
    if broken:
        for _ in range(_ROUNDS):
            if not search.better():
                break
    return search.placed


class _Search:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._left = list(rules.units)
        self._stand = list(rules.stand)
        self._used = Counter(rules.used)
        self._days = range(len(rules.stand))
        self._by_day = [
            sorted((k for k, row in enumerate(rules.rows) if row[d] < 0), key=lambda k, d=d: rules.rows[k][d])  # type: ignore[misc]
            for d in self._days
        ]
        self.placed: list[tuple[int, int]] = []

    def fits(self, kind: int, day: int) -> bool:
        return self._rules.rows[kind][day] < math.inf and all(
            self._used[what] < most for what, most in self._rules.takes(kind, day)
        )

    def put(self, kind: int, day: int) -> None:
        self._count(kind, day, 1)
        self.placed.append((kind, day))

    def take(self, kind: int, day: int) -> None:
        self._count(kind, day, -1)
        self.placed.remove((kind, day))

    def _count(self, kind: int, day: int, by: int) -> None:
        self._left[kind] -= by
        self._stand[day] += by
        for what, _ in self._rules.takes(kind, day):
            self._used[what] += by

    def _price(self, kind: int, day: int) -> float:
        return self._rules.rows[kind][day] + CROWD * self._stand[day]

    def better(self) -> bool:
        """Take every step that saves something. False if there was none."""
        found = False
        while (best := min(((self._price(k, d), k, d) for k, d in self._comers()), default=None)) and best[0] < -_SAVING:
            self.put(*best[1:])
            found = True
        for unit in list(self.placed):
            found |= unit in self.placed and (self._move(unit) or self._replace(unit) or self._exchange(unit))
        return found

    def _comers(self) -> Iterator[tuple[int, int]]:
        """For each day the cheapest kind that is left and may come."""
        for day in self._days:
            kind = next((k for k in self._by_day[day] if self._left[k] and self.fits(k, day)), None)
            if kind is not None:
                yield kind, day

    def _cheapest(self, kind: int) -> tuple[float, int]:
        """The best day for a unit that stands nowhere, and its price; 0 and no day (-1) if it is best left out."""
        return min(((self._price(kind, d), d) for d in self._days if self.fits(kind, d)), default=(0.0, -1))

    def _move(self, unit: tuple[int, int]) -> bool:
        kind, day = unit
        self.take(kind, day)
        price, other = self._cheapest(kind)
        if price < self._price(kind, day) - _SAVING:
            self.put(kind, other)
            return True
        self.put(kind, day)
        return False

    def _replace(self, unit: tuple[int, int]) -> bool:
        """Let another one in here, and put this one wherever it is best then."""
        kind, day = unit
        self.take(kind, day)
        before = self._price(kind, day)
        for comer in self._by_day[day]:
            if comer == kind or not self._left[comer] or not self.fits(comer, day):
                continue
            gain = self._price(comer, day)
            self.put(comer, day)
            price, other = self._cheapest(kind)
            if gain + min(price, 0.0) < before - _SAVING:
                if price < 0:
                    self.put(kind, other)
                return True
            self.take(comer, day)
            break
        self.put(kind, day)
        return False

    def _exchange(self, unit: tuple[int, int]) -> bool:
        """Let this one and another one change places."""
        kind, day = unit
        rows = self._rules.rows
        for other_kind, other in self.placed:
            saves = rows[kind][day] + rows[other_kind][other] - rows[kind][other] - rows[other_kind][day]
            if other == day or kind == other_kind or saves < _SAVING:
                continue
            self.take(kind, day)
            self.take(other_kind, other)
            if self.fits(kind, other):
                self.put(kind, other)
                if self.fits(other_kind, day):
                    self.put(other_kind, day)
                    return True
                self.take(kind, other)
            self.put(kind, day)
            self.put(other_kind, other)
        return False
