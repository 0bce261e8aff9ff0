"""Third step: give every candidate a day, as cheaply as :mod:`auld.planning.cost` says.

The rules: entries that belong to a day come first; they may stand on a quiet day (if their window has no other) and go over the
budget of the day, but never over that of the week. Everything else keeps both budgets, stands on no quiet day and never before
its window. No two heavy entries share a day; no week has more of a rare reason, or of a category, than it allows. What stands,
stays: only what has lost its day is placed anew, and where a week is full the least important entry that can wait makes room
for a new one that cannot. What is asked of the user alone takes nothing of the budgets.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from auld.planning import cost
from auld.planning.days import Days, claims, monday, span, sunday
from auld.planning.demand import Demand
from auld.planning.flow import Network, solve
from auld.planning.merge import Candidate, Window
from auld.planning.search import Resource, Rules, solve_with

_MUST = 1e6
"""More than any place may cost: what stands already keeps an entry."""

Placed = tuple[Candidate, date | None]
"""What stands for a candidate (itself, or what it is without rare and heavy reasons), and on which day."""


def place(candidates: Sequence[Candidate], days: Days) -> list[Placed]:
    """A day for each candidate, in the same order; None where there is none up to ``days.until``.

    An existing entry that has to move and finds no other day stays on its own. ``days`` must count the days on which all
    existing entries stand, those that move included; what is placed is counted, too."""
    placed: list[Placed] = [(c.plain or c, c.existing.day if c.existing else None) for c in candidates]
    order = sorted(range(len(candidates)), key=lambda i: _order(candidates[i]))
    waiting = [i for i in order if _is_first(candidates[i])]
    while waiting:
        left = [index for index in waiting if not _try(index, candidates[index], placed, days)]
        if len(left) == len(waiting):
            break
        waiting = left  # who moved away may have made room
    waiting = [index for index in waiting if not _make_room(index, candidates, placed, days)]
    settled = {i for i in order if _is_first(candidates[i])} - set(waiting)
    flexible = [i for i in order if i not in settled and _is_untouched(candidates[i], placed[i]) and _is_flexible(placed[i][0])]
    for index, day in zip(flexible, _flexible([placed[i][0] for i in flexible], days), strict=True):
        placed[index] = placed[index][0], day
    for index in (i for i in waiting if i not in set(flexible)):  # who moved may have made room, or room to be made
        if not _try(index, candidates[index], placed, days):
            _make_room(index, candidates, placed, days)
    for index in order:
        placed[index] = _whole(candidates[index], placed[index], days)
    return placed


def _is_first(candidate: Candidate) -> bool:
    if candidate.plain is not None or (candidate.pressing and candidate.existing is None):
        return True
    return candidate.window is not None and (candidate.fixed or not candidate.demand.counted)


def _is_flexible(candidate: Candidate) -> bool:
    return candidate.window is not None and not candidate.fixed


def _is_untouched(candidate: Candidate, placed: Placed) -> bool:
    """Has it not given way to another one?"""
    return placed[0] is candidate or placed[0] is candidate.plain


def _order(candidate: Candidate) -> tuple[bool, date, bool, int, int, str]:
    """Fixed ones by day; then what already stood somewhere; then by priority. Ties are broken by a hash of the person, so that
    nobody comes first for their name."""
    by_day = candidate.window.best if candidate.window and candidate.fixed else date.max
    person_id = candidate.person.id
    tie = zlib.crc32(person_id.encode())
    return not candidate.fixed, by_day, candidate.existing is None, -candidate.priority, tie, person_id


# --- those that come first, one by one ----------------------------------------------------------------------------------
def _try(index: int, candidate: Candidate, placed: list[Placed], days: Days) -> bool:
    """Put one candidate on its best day, if there is one."""
    existing = candidate.existing
    if existing is not None:
        days.release(existing.day, candidate.stood)
    for each in (candidate, *([candidate.plain] if candidate.plain and candidate.plain.fixed else ())):
        day = _day_for(each, days)
        if day is not None:
            days.take(day, each.demand)
            placed[index] = each, day
            return True
    if existing is not None:
        days.take(existing.day, candidate.stood)
    return False


def _whole(candidate: Candidate, placed: Placed, days: Days) -> Placed:
    """With the rare and heavy reasons that it came to stand without, if they suit the day: else they would join at the next
    look, at which nothing is new."""
    stands, day = placed
    if day is None or stands is not candidate.plain:
        return placed
    days.release(day, stands.demand)
    in_time = candidate.window is None or day <= candidate.window.latest
    whole = in_time and days.suits(day, candidate.demand)
    days.take(day, candidate.demand if whole else stands.demand)
    return (candidate, day) if whole else placed


def _day_for(candidate: Candidate, days: Days) -> date | None:
    """The best day; None if there is none now. What could do without a reason that is rare or heavy waits for it to the end of
    a week, no longer."""
    window, demand = candidate.window, candidate.demand
    if window is None:
        assert candidate.existing is not None  # who has no window stays
        return candidate.existing.day if days.suits(candidate.existing.day, demand) else None
    if candidate.fixed:
        possible = (d for d in span(window.first, min(window.last, days.until)) if days.week_allows(d, demand))
        return min(possible, key=lambda d: (days.is_quiet(d), abs(d - window.best), d), default=None)
    last = _deadline(window, days) if candidate.pressing else min(days.until, window.latest)
    if candidate.plain is not None and candidate.plain.window is not None:
        without = _day_for(replace(candidate.plain, plain=None), days)
        last = min(window.last, sunday(without)) if without else window.last
    return min(
        (d for d in days.working if window.first <= d <= last and days.allows(d, demand)),
        key=lambda d: (cost.waiting(window, candidate.priority, d) + days.cost(d) + cost.crowd(days.per_day[d]), d),
        default=None,
    )


def _deadline(window: Window, days: Days) -> date:
    """The last day of the window, or the next one that is not quiet where all of it is."""
    open_days = [day for day in days.working if window.first <= day <= window.latest]
    return max(window.last, open_days[0]) if open_days else window.last


def _make_room(index: int, candidates: Sequence[Candidate], placed: list[Placed], days: Days) -> bool:
    """Give a new entry that is fixed or pressing the place of the least important one that can wait and finds another."""
    candidate, window = candidates[index], candidates[index].window
    if window is None or candidate.existing is not None or not (candidate.fixed or candidate.pressing):
        return False
    last = window.last if candidate.fixed else _deadline(window, days)
    possible = [
        ((days.is_quiet(day), abs(day - window.best), other.priority, zlib.crc32(other.person.id.encode())), day, number)
        for number, other in enumerate(candidates)
        if _is_untouched(other, placed[number]) and _gives_way(placed[number][0], candidate)
        for day in span(window.first, min(last, days.until))
        if _is_room_without(placed[number][1], candidate, day, days)
    ]
    for _, day, number in sorted(possible):
        stands, stood = placed[number]
        assert stood is not None
        held = stands.stood if stands.plain is None else stands.demand
        moved = replace(stands, window=stands.aside, plain=None)
        days.release(stood, held)
        days.take(day, candidate.demand)
        if (other_day := _day_for(moved, days)) is not None:
            days.take(other_day, moved.demand)
            placed[index], placed[number] = (candidate, day), (moved, other_day)
            return True
        days.release(day, candidate.demand)
        days.take(stood, held)
    return False


def _gives_way(other: Candidate, candidate: Candidate) -> bool:
    """Is that an entry that can wait, at any time, and less important?"""
    waits = other.aside is not None and other.aside.latest == date.max
    return waits and other.demand.counted and other.priority < candidate.priority


def _is_room_without(leaves: date | None, candidate: Candidate, day: date, days: Days) -> bool:
    """May the candidate come to ``day`` once an entry has left the day ``leaves``?"""
    over = days.per_week[monday(day)] > days.budget.per_week
    if leaves is None or monday(leaves) != monday(day) or over or not days.suits(day, candidate.demand):
        return False
    if candidate.fixed:
        return True
    return not days.is_quiet(day) and days.per_day[day] - (leaves == day) < days.budget.per_day


# --- all others, together -----------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Kind:
    """Candidates that are alike: it does not matter which of them gets which of the days."""

    row: list[float]
    members: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Node:
    """A day, or the place where an entry that may move stands now (``owner`` is its candidate)."""

    day: date
    owner: int = -1


def _flexible(candidates: Sequence[Candidate], days: Days) -> list[date | None]:
    """The cheapest days for all of them, in the same order."""
    movers = {i: c.existing for i, c in enumerate(candidates) if c.existing is not None}
    for i, existing in movers.items():
        days.release(existing.day, candidates[i].stood)
    nodes = [*(_Node(day) for day in days.working), *(_Node(existing.day, i) for i, existing in movers.items())]
    kinds: dict[Hashable, _Kind] = {}
    for i, each in enumerate(candidates):
        alike = (each.window, each.priority, each.demand) if each.existing is None else i
        if alike not in kinds:
            kinds[alike] = _Kind(_row(i, each, nodes, days))
        kinds[alike].members.append(i)
    found: list[date | None] = [None] * len(candidates)
    every = list(kinds.values())
    left = [iter(kind.members) for kind in every]
    network = _network(every, nodes, days)
    ruled = any(c.demand.special or c.demand.category for c in candidates)
    while True:
        plan = solve_with(_rules(network, every, nodes, candidates, days)) if ruled else solve(network)
        week_room = _room_beside_who_stayed(network, plan, nodes, days)
        if week_room == network.week_room:
            break
        network = replace(network, week_room=week_room)
    for kind, node in sorted(plan, key=lambda unit: (unit[0], nodes[unit[1]].day)):
        index = next(left[kind])
        found[index] = nodes[node].day
        days.take(nodes[node].day, candidates[index].stood if nodes[node].owner >= 0 else candidates[index].demand)
    return found


def _row(index: int, candidate: Candidate, nodes: Sequence[_Node], days: Days) -> list[float]:
    """What the candidate costs at each node, less what it costs without one."""
    window, priority, existing = candidate.window, candidate.priority, candidate.existing
    assert window is not None  # only what needs a day is here
    without = _MUST if existing else cost.without_day(window, priority, days.until)
    row = []
    for node in nodes:
        if node.owner == index:
            row.append(_staying(candidate, node.day, days) - without)
        elif node.owner >= 0 or not window.first <= node.day <= window.latest or (existing and node.day == existing.day):
            row.append(math.inf)
        else:
            moved = cost.churn(existing.day, node.day) if existing and existing.day >= days.today else 0.0
            row.append(cost.waiting(window, priority, node.day) + days.cost(node.day) + moved - without)
    return row


def _staying(candidate: Candidate, day: date, days: Days) -> float:
    """What it costs to leave an entry where it cannot well stand: on a day that is over, quiet or full."""
    window = candidate.window
    assert window is not None
    if day < days.today:
        return cost.without_day(window, candidate.priority, days.until)
    return cost.AWAY if days.is_quiet(day) else cost.waiting(window, candidate.priority, day) + days.cost(day)


def _network(kinds: Sequence[_Kind], nodes: Sequence[_Node], days: Days) -> Network:
    """Where the user filled a week so that not all who may stay have a place of its budget, each of these has a place beside
    it: they are asked to leave as they would be anyway, and whoever comes has only what the budget leaves."""
    places = {week: days.budget.per_week - days.per_week[week] for week in {monday(node.day) for node in nodes}}
    may_stay = Counter(monday(node.day) for node in nodes if node.owner >= 0)
    of_node = [
        node.owner if node.owner >= 0 and may_stay[monday(node.day)] > places[monday(node.day)] else monday(node.day)
        for node in nodes
    ]
    weeks: dict[date | int, int] = {week: number for number, week in enumerate(dict.fromkeys(of_node))}
    return Network(
        rows=[kind.row for kind in kinds],
        units=[len(kind.members) for kind in kinds],
        room=[1 if n.owner >= 0 else max(0, days.budget.per_day - days.per_day[n.day]) for n in nodes],
        stand=[0 if n.owner >= 0 else days.per_day[n.day] for n in nodes],
        week=[weeks[week] for week in of_node],
        week_room=[max(0, places[week]) if isinstance(week, date) else 1 for week in weeks],
    )


def _room_beside_who_stayed(network: Network, plan: Sequence[tuple[int, int]], nodes: Sequence[_Node], days: Days) -> list[int]:
    """The room of each week, less where more came than there are places beside those who stayed after all. It only ever
    shrinks, so that solving again with it comes to an end."""
    came = Counter(network.week[node] for _, node in plan if nodes[node].owner < 0)
    stayed = Counter(monday(nodes[node].day) for _, node in plan if nodes[node].owner >= 0)
    room = list(network.week_room)
    for number, week in {network.week[i]: monday(node.day) for i, node in enumerate(nodes) if node.owner < 0}.items():
        left = max(0, days.budget.per_week - days.per_week[week] - stayed[week])
        if came[number] > left:
            room[number] = left
    return room


def _rules(
    network: Network, kinds: Sequence[_Kind], nodes: Sequence[_Node], candidates: Sequence[Candidate], days: Days
) -> Rules:
    """Where not all who may stay have a claim of their own, as with the places of a week, nobody else gets one."""
    demands = [candidates[kind.members[0]].demand for kind in kinds]
    may_stay = Counter(what for node in nodes if node.owner >= 0 for what, _ in claims(node.day, candidates[node.owner].stood))

    def taken(demand: Demand, node: _Node) -> Iterator[Resource]:
        for what, most in claims(node.day, candidates[node.owner].stood if node.owner >= 0 else demand):
            left = most - days.used[what]
            if may_stay[what] <= left:
                yield what, left
            elif node.owner < 0:
                yield what, 0

    takes = [[tuple(taken(demand, node)) for node in nodes] for demand in demands]
    return Rules(network, lambda kind, node: takes[kind][node])
