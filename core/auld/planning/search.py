"""What a flow cannot express: no two heavy entries on a day, rare reasons, budgets of categories.

Where the flow's plan breaks none of these rules, it is the best there is. Else the rules get prices: whoever takes of what too
many ask for pays for it, the flow is solved again, and the prices are set anew by how much was too much or too little (Lagrange
multipliers by the subgradient method, with Polyak's steps). Each plan on the way is repaired, and bettered by small steps: put
one in, move one, let one take another's place. The cheapest of all that keep the rules is taken. The prices also tell how cheap
a plan can be at best, so that it is known when to stop.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace

from auld.planning.cost import CROWD
from auld.planning.flow import Network, solve

_SAVING = 1e-6
_ROUNDS = 400
_PRICINGS = 25
_PLACED = 1_000
"""Entries that are placed anew, of all pricings together: where there is room for hundreds, the first few plans have to do."""
_LOOKS = 20_000
"""Pairs of entries that are looked at for a change of places in mending one plan: all of them where there is room for some five
entries a week, and no more than a few seconds' worth where there is room for a hundred."""
_GOOD = 0.25
"""So near to the least possible cost, in days of waiting, there is nothing more to look for."""

Resource = tuple[Hashable, int]
"""Something of which there is only so much, and how much is left."""

Plan = list[tuple[int, int]]
"""Kinds and days."""


@dataclass(frozen=True, slots=True)
class Rules:
    """``takes`` tells what of which a unit of a kind takes one on a day; ``network`` has the budgets of days and weeks."""

    network: Network
    takes: Callable[[int, int], tuple[Resource, ...]]


def solve_with(rules: Rules) -> Plan:
    """A cheap plan that keeps the budgets and all rules."""
    network, prices = rules.network, dict[Hashable, float]()
    best: Plan = []
    least, bound, placed = math.inf, -math.inf, 0
    for _ in range(_PRICINGS):
        priced = replace(network, rows=_priced(rules, prices)) if prices else network
        plan = solve(priced)
        asked, left = _asked(rules, plan)
        at_best = _cost(priced, plan) - sum(price * left[what] for what, price in prices.items())
        bound = max(bound, at_best)
        mended = _mend(plan, rules)
        if (cost := _cost(network, mended)) < least:
            best, least = mended, cost
        placed += len(plan)
        if least - bound <= _GOOD or placed > _PLACED:
            break
        over = {what: asked[what] - most for what, most in left.items() if asked[what] > most or prices.get(what)}
        size = sum(by * by for by in over.values())
        if not size:
            break
        step = (least - at_best) / size
        prices = {what: max(0.0, prices.get(what, 0.0) + step * over.get(what, 0)) for what in {*prices, *over}}
        prices = {what: price for what, price in prices.items() if price}
    return best


def _priced(rules: Rules, prices: Mapping[Hashable, float]) -> list[list[float]]:
    return [
        [
            cost if cost == math.inf else cost + sum(prices.get(what, 0.0) for what, _ in rules.takes(kind, day))
            for day, cost in enumerate(row)
        ]
        for kind, row in enumerate(rules.network.rows)
    ]


def _asked(rules: Rules, plan: Plan) -> tuple[Counter[Hashable], dict[Hashable, int]]:
    """How much of everything a plan takes, and how much there is."""
    asked: Counter[Hashable] = Counter()
    left: dict[Hashable, int] = {}
    for kind, row in enumerate(rules.network.rows):
        for day, cost in enumerate(row):
            if cost < math.inf:
                left.update(rules.takes(kind, day))
    for kind, day in plan:
        asked.update(what for what, _ in rules.takes(kind, day))
    return asked, left


def _cost(network: Network, plan: Plan) -> float:
    crowd, stand = 0.0, list(network.stand)
    for _, day in plan:
        crowd += CROWD * stand[day]
        stand[day] += 1
    return crowd + sum(network.rows[kind][day] for kind, day in plan)


def _mend(plan: Plan, rules: Rules) -> Plan:
    """A plan that keeps all rules, made of one that keeps the budgets of days and weeks."""
    search = _Search(rules)
    for kind, day in sorted(plan, key=lambda unit: rules.network.rows[unit[0]][unit[1]]):
        if search.fits(kind, day):
            search.put(kind, day)
    for _ in range(_ROUNDS):
        if not search.better():
            break
    return search.placed


class _Search:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        network = rules.network
        self._rows = network.rows
        self._left = list(network.units)
        self._stand = list(network.stand)
        self._room = list(network.room)
        self._week_room = list(network.week_room)
        self._used: Counter[Hashable] = Counter()
        self._days = range(len(network.stand))
        self._by_day = [
            sorted((k for k, row in enumerate(self._rows) if row[d] < 0), key=lambda k, d=d: self._rows[k][d])  # type: ignore[misc]
            for d in self._days
        ]
        self._least = [min(row) for row in self._rows]
        self._looks = _LOOKS
        self.placed: list[tuple[int, int]] = []

    def fits(self, kind: int, day: int) -> bool:
        room = self._room[day] > 0 and self._week_room[self._rules.network.week[day]] > 0
        fits = room and self._rows[kind][day] < math.inf
        return fits and all(self._used[what] < most for what, most in self._rules.takes(kind, day))

    def put(self, kind: int, day: int) -> None:
        self._count(kind, day, 1)
        self.placed.append((kind, day))

    def take(self, kind: int, day: int) -> None:
        self._count(kind, day, -1)
        self.placed.remove((kind, day))

    def _count(self, kind: int, day: int, by: int) -> None:
        self._left[kind] -= by
        self._stand[day] += by
        self._room[day] -= by
        self._week_room[self._rules.network.week[day]] -= by
        for what, _ in self._rules.takes(kind, day):
            self._used[what] += by

    def _price(self, kind: int, day: int) -> float:
        return self._rows[kind][day] + CROWD * self._stand[day]

    def better(self) -> bool:
        """Take every step that saves something. False if there was none."""
        found = False
        while (best := min(((self._price(k, d), k, d) for k, d in self._comers()), default=None)) and best[0] < -_SAVING:
            self.put(*best[1:])
            found = True
        for unit in list(self.placed):
            found |= unit in self.placed and (self._move(unit) or self._replace(unit) or self._shove(unit))
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

    def _shove(self, unit: tuple[int, int]) -> bool:
        """Let this one take the place of another one, which goes wherever it is best then, or nowhere."""
        kind, day = unit
        rows = self._rows
        for shoved, other in list(self.placed) if self._looks > 0 else ():
            self._looks -= 1
            most = rows[kind][day] + rows[shoved][other] - rows[kind][other] - self._least[shoved]
            if other == day or kind == shoved or most + CROWD * self._stand[day] < _SAVING:
                continue
            before = self._off((kind, day), (shoved, other))
            if self.fits(kind, other):
                price = self._price(kind, other)
                self.put(kind, other)
                last, to = self._cheapest(shoved)
                if price + min(last, 0.0) < before - _SAVING:
                    if last < 0:
                        self.put(shoved, to)
                    return True
                self.take(kind, other)
            self.put(kind, day)
            self.put(shoved, other)
        return False

    def _off(self, *units: tuple[int, int]) -> float:
        """Take units out; what they cost."""
        cost = 0.0
        for kind, day in units:
            self.take(kind, day)
            cost += self._price(kind, day)
        return cost
