"""The cheapest days for many entries under a budget for each day and each week: a minimum-cost flow, solved exactly.

Source -> kinds of entries -> days -> weeks -> sink. Entries that are alike (same window, same weight) are one *kind* with so
many *units*. Each unit goes along the cheapest path of the residual network (successive shortest paths), so that after each
the plan is the best of its size; it ends when one more would cost more than leaving it out. Only days are nodes here: kinds
and weeks are short-circuited into edges from one day to another, of two sorts:

* *push*: who comes to a full day takes the place of an entry there, which goes to the other day instead;
* *trade*: within a full week, the one day gets an entry more and the other one less.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auld.planning.cost import CROWD

_NO = math.inf
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Network:
    """``rows[kind][day]`` is what a unit costs on a day less what it costs without one (so below 0 where it pays), infinite
    where it must not stand. ``room`` is how many more may come to each day, ``stand`` how many are there; ``week`` the number
    of the week of each day, ``week_room`` how many more may come to each week."""

    rows: Sequence[Sequence[float]]
    units: Sequence[int]
    room: Sequence[int]
    stand: Sequence[int]
    week: Sequence[int]
    week_room: Sequence[int]


def solve(network: Network) -> list[tuple[int, int]]:
    """The kind and the day of every unit that is placed."""
    flow = _Flow(network)
    while flow.augment():
        pass
    return [(kind, day) for day, kinds in enumerate(flow.placed) for kind in sorted(kinds.elements())]


class _Flow:
    def __init__(self, network: Network) -> None:
        self._rows = network.rows
        self._left = list(network.units)
        self._days = range(len(network.room))
        self._room = list(network.room)
        self._stand = list(network.stand)
        self._week = network.week
        self._week_room = list(network.week_room)
        self._mates = [[o for o in self._days if o != d and network.week[o] == network.week[d]] for d in self._days]
        self.placed: list[Counter[int]] = [Counter() for _ in self._days]
        # the cheapest push from one day to another, and the kind that is pushed
        self._push: list[list[float]] = [[_NO] * len(self._days) for _ in self._days]
        self._pushed: list[list[int]] = [[-1] * len(self._days) for _ in self._days]
        slots = min(sum(network.week_room), sum(network.room))
        kinds = range(len(self._rows))
        self._best = [
            sorted((k for k in kinds if self._rows[k][d] < 0), key=lambda k, d=d: (self._rows[k][d], k))[:slots]  # type: ignore[misc]
            for d in self._days
        ]
        self._at = [0] * len(self._days)

    def augment(self) -> bool:
        """Place one more unit as cheaply as possible. False if that does not pay."""
        entries = [self._entry(day) for day in self._days]
        reach = [_NO if kind < 0 else self._rows[kind][day] for day, kind in enumerate(entries)]
        came: list[int] = [-1] * len(reach)  # the day from which it is cheapest to come; -1 from outside
        traded = [False] * len(reach)
        waiting = deque(day for day in self._days if reach[day] < 0)
        queued = [cost < 0 for cost in reach]
        while waiting:
            day = waiting.popleft()
            queued[day] = False
            for other, cost, by_trade in self._onward(day, reach):
                reach[other], came[other], traded[other] = cost, day, by_trade
                if not queued[other]:
                    queued[other] = True
                    waiting.append(other)
        ends = [(reach[d] + CROWD * self._stand[d], d) for d in self._days if self._room[d] and self._week_room[self._week[d]]]
        cost, end = min(ends, default=(0.0, -1))
        if cost > -_TOLERANCE:
            return False
        self._walk_back(end, entries, came, traded)
        return True

    def _entry(self, day: int) -> int:
        """The kind with units left that is cheapest on a day; -1 if there is none."""
        best, at = self._best[day], self._at[day]
        while at < len(best) and not self._left[best[at]]:
            at += 1
        self._at[day] = at
        return best[at] if at < len(best) else -1

    def _onward(self, day: int, reach: list[float]) -> Iterator[tuple[int, float, bool]]:
        """The days that are reached more cheaply over this one, and whether that is by a trade."""
        here = reach[day]
        for other, push in enumerate(self._push[day] if self.placed[day] else ()):
            if here + push < reach[other] - _TOLERANCE:
                yield other, here + push, False
        if self._room[day]:
            here += CROWD * self._stand[day]
            for other in self._mates[day]:
                gain = CROWD * (self._stand[other] - 1)
                if self.placed[other] and here - gain < reach[other] - _TOLERANCE:
                    yield other, here - gain, True

    def _walk_back(self, end: int, entries: list[int], came: list[int], traded: list[bool]) -> None:
        """Do what the cheapest path to ``end`` says."""
        self._count(end, 1)
        self._week_room[self._week[end]] -= 1
        changed, day = [end], end
        while (before := came[day]) >= 0:
            if traded[day]:
                self._count(before, 1)
                self._count(day, -1)
            else:
                kind = self._pushed[before][day]
                self._put(kind, before, -1)
                self._put(kind, day, 1)
            changed.append(before)
            day = before
        self._put(entries[day], day, 1)
        self._left[entries[day]] -= 1
        for each in changed:
            self._push_from(each)

    def _count(self, day: int, by: int) -> None:
        self._stand[day] += by
        self._room[day] -= by

    def _put(self, kind: int, day: int, by: int) -> None:
        placed = self.placed[day]
        placed[kind] += by
        if not placed[kind]:
            del placed[kind]

    def _push_from(self, day: int) -> None:
        """Find anew who is pushed from a day most cheaply, to every other day."""
        kinds = sorted(self.placed[day])
        for other in self._days:
            costs = ((self._rows[kind][other] - self._rows[kind][day], kind) for kind in kinds)
            self._push[day][other], self._pushed[day][other] = min(costs, default=(_NO, -1))
        self._push[day][day] = _NO
