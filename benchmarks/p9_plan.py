"""P9: the planner against the optimum of its written cost function, and what plans for 500 and 10,000 people cost.

The optimum is found by HiGHS (scipy's, installed for the benchmark alone) over a formulation of its own: one choice for each
entry and day, written anew from docs/planner.md with nothing of the planner but its names for things.
"""

from __future__ import annotations

import importlib
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from auld.events import Because
from auld.observations import PartialDate
from auld.planner import plan
from auld.planning.days import Days
from auld.planning.demand import Demand
from auld.planning.merge import Candidate, Window
from auld.planning.place import place
from auld.policy import Budget, Policy
from auld.projections.views import FollowUp, PersonView
from auld.reasons.anniversary import Anniversary
from auld.reasons.birthday import Birthday
from auld.reasons.cadence import Cadence

TODAY = date(2026, 3, 2)
_BORN = datetime(2026, 2, 20, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANCES, WORLDS = 40, (500, 10_000)
Variable = tuple[int, date | None]


@dataclass(frozen=True)
class Instance:
    """Entries to place in ``weeks`` weeks; ``busy`` minutes by day; ``standing`` is there already."""

    candidates: Sequence[Candidate]
    budget: Budget
    busy: dict[date, int]
    standing: Sequence[tuple[date, Demand]]
    until: date

    def days(self) -> Days:
        moved = [(c.existing.day, c.stood) for c in self.candidates if c.existing]
        return Days(self.budget, _is_weekend, lambda day: self.busy.get(day, 0), TODAY, self.until, [*self.standing, *moved])


def _is_weekend(day: date) -> bool:
    return day.weekday() > 4


def instance(rng: random.Random, *, rules: bool) -> Instance:
    """Up to 40 entries in up to 6 weeks, more than there is room for or fewer; ``rules`` adds heavy, rare and budgeted ones."""
    until = TODAY + rng.randint(2, 6) * 7 * DAY - DAY
    length = (until - TODAY).days
    busy = {TODAY + n * DAY: rng.choice((0, 60, 120, 240, 420)) for n in range(length)}
    candidates = []
    for number in range(rng.randint(8, 40)):
        first = TODAY + rng.choice((0, 0, rng.randrange(length))) * DAY
        last = first + rng.choice((3, 7, 14, 28)) * DAY
        window = Window(first, last, first + rng.choice((0, 0, 2)) * DAY)
        kind = rng.random() if rules else 1.0
        rare = (("dormant", 1),) if kind < 0.15 else ()
        category = (("clients", 2),) if 0.15 < kind < 0.5 else ()
        demand = Demand(heavy=kind < 0.08 or (kind > 0.9 and rules), rare=rare, category=category)
        existing = _standing(number, first, rng) if rng.random() < 0.1 else None
        if existing is not None:
            window = Window(TODAY, max(last, existing.day), existing.day)
        person = PersonView(f"p{number}", f"P {number}")
        candidates.append(
            Candidate(person, (), window, rng.choice((10, 30, 30, 50, 80)), "", False, existing, demand, Demand())
        )
    stood = [(TODAY + rng.randrange(length) * DAY, Demand()) for _ in range(rng.randint(0, 4))]
    return Instance(candidates, Budget(rng.choice((1, 2, 3)), rng.choice((3, 5, 8))), busy, stood, until)


def _standing(number: int, first: date, rng: random.Random) -> FollowUp:
    """An entry on a Saturday, which was taken from it."""
    day = first + (5 - first.weekday()) % 7 * DAY
    because = (Because("cadence", "cadence:1"),)
    return FollowUp(f"k{number}", f"u{number}", f"p{number}", "", because, day, "", "", "written", _BORN, (first, day))


# --- the cost function, once more ---------------------------------------------------------------------------------------
def cost(given: Instance, candidate: Candidate, day: date | None) -> float:
    """Of one entry without the crowd on its day, as docs/planner.md says."""
    window, existing = candidate.window, candidate.existing
    assert window is not None
    weight = 1 + candidate.priority / 25
    at = day or max(given.until, window.best) + 7 * DAY
    waiting = weight * (abs((at - window.best).days) + 3 * max(0, (at - window.last).days))
    if day is None:
        return waiting + 50 * weight
    if existing is not None and day == existing.day:
        return 1000.0
    minutes = given.busy.get(day, 0)
    moved = 5 + abs((day - existing.day).days) if existing else 0
    return waiting + (40 if minutes >= 360 else 0) + 0.25 * minutes / 60 + moved


def total(given: Instance, days: Sequence[date | None]) -> float:
    """Of a whole plan."""
    there: defaultdict[date, int] = defaultdict(int)
    for day, demand in given.standing:
        there[day] += demand.counted
    crowd = 0.0
    for candidate, at in zip(given.candidates, days, strict=True):
        if at is not None and not (candidate.existing and candidate.existing.day == at):
            crowd += 1.5 * there[at]
            there[at] += 1
    return crowd + sum(cost(given, c, at) for c, at in zip(given.candidates, days, strict=True))


def choices(given: Instance) -> Iterator[Variable]:
    for number, candidate in enumerate(given.candidates):
        window, existing = candidate.window, candidate.existing
        assert window is not None
        yield number, existing.day if existing else None
        for offset in range((given.until - TODAY).days + 1):
            day = TODAY + offset * DAY
            if not _is_weekend(day) and window.first <= day <= window.latest:
                yield number, day


def optimum(given: Instance) -> float:
    """By mixed-integer programming: one of its choices for each entry, and for each day how many it has, step by step."""
    np, optimize = _solver()
    variables = list(choices(given))
    stood = Counter(day for day, _ in given.standing)
    days = sorted({day for _, day in variables if day is not None and not _is_weekend(day)})
    steps = [(day, n) for day in days for n in range(given.budget.per_day)]
    costs = [cost(given, given.candidates[i], day) for i, day in variables] + [1.5 * (stood[day] + n) for day, n in steps]
    rows: defaultdict[tuple[Any, ...], dict[int, float]] = defaultdict(dict)
    most: dict[tuple[Any, ...], float] = {}
    for column, (number, day) in enumerate(variables):
        for name, limit in _limits(given, number, day, stood):
            rows[name][column] = 1.0
            most[name] = limit
    for column, (day, _) in enumerate(steps, len(variables)):
        rows["steps", day][column] = -1.0
    matrix = np.zeros((len(rows), len(costs)))
    for index, row in enumerate(rows.values()):
        matrix[index, list(row)] = list(row.values())
    least = [most[name] if name[0] in ("one", "steps") else -np.inf for name in rows]
    found = optimize.milp(
        costs,
        constraints=optimize.LinearConstraint(matrix, least, [most[name] for name in rows]),
        integrality=np.ones(len(costs)),
        bounds=optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0.0, "time_limit": 60.0},
    )
    if not found.success:
        raise RuntimeError(found.message)
    return float(found.fun)


def _limits(given: Instance, number: int, day: date | None, stood: Counter[date]) -> Iterator[tuple[tuple[Any, ...], float]]:
    """The rules in which a choice takes part, and how much each allows ("one" and "steps" to the full)."""
    candidate = given.candidates[number]
    yield ("one", number), 1
    if day is None:
        return
    week = _monday(day)
    stays = sum(c.existing is not None and _monday(c.existing.day) == week for c in given.candidates)
    yield ("week", week), max(given.budget.per_week - sum(_monday(each) == week for each in stood.elements()), stays, 0)
    if candidate.existing is not None and day == candidate.existing.day:
        return
    yield ("day", day), max(0, given.budget.per_day - stood[day])
    yield ("steps", day), 0
    if candidate.demand.heavy:
        yield ("heavy", day), 1
    for name, limit in (*candidate.demand.rare, *candidate.demand.category):
        yield (name, week), limit


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _solver() -> tuple[Any, Any]:
    return importlib.import_module("numpy"), importlib.import_module("scipy.optimize")


def over(seed: int, *, rules: bool) -> list[float]:
    """By how much each of our plans is dearer than the optimum."""
    rng = random.Random(seed)
    ratios = []
    for _ in range(INSTANCES):
        given = instance(rng, rules=rules)
        ours = total(given, [day for _, day in place(given.candidates, given.days())])
        ratios.append(ours / optimum(given) - 1 if ours else 0.0)
    return ratios


# --- what it costs ------------------------------------------------------------------------------------------------------
def spent(people: int) -> float:
    """CPU seconds of a plan of 13 weeks for so many people, the least of three: reasons, merging, placing and wording."""
    sys.path.append(str(Path(__file__).parents[1] / "tests"))
    from support.views import days_ago, fake_view

    rng = random.Random(7)
    paces = ((28, 42), (56, 84), (84, 120), (180, 270))
    crowd = [
        PersonView(
            f"p{n}", f"Friend {n}", ideal=paces[n % 4][0], at_most=paces[n % 4][1], rank=n % 4,
            birthday=PartialDate(rng.randint(1, 12), rng.randint(1, 28), 1980),
        )
        for n in range(people)
    ]  # fmt: skip
    view = fake_view(*crowd, policy=Policy(budget=Budget(2, 5) if people <= 500 else Budget(5, 25)))
    known = {person.id: person for person in crowd}
    view.person = known.get  # type: ignore[assignment, method-assign]  # by name, not by search
    for person in crowd:
        view.met(person.id, days_ago(rng.randint(1, 300)))
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        plan(view, (Anniversary(), Birthday(), Cadence()), view.today, weeks=13)
        best = min(best, time.process_time() - begun)
    return best


def run() -> list[tuple[str, str, float, float, Literal["max", "min"]]]:
    plain, ruled = over(9, rules=False), over(10, rules=True)
    small, large = (spent(people) for people in WORLDS)
    mean = "mean over the optimum"
    return [
        ("P9", f"{INSTANCES} small instances, budgets alone: the worst over the optimum", max(plain), 0.02, "max"),
        ("P9", f"{INSTANCES} with heavy, rare and budgeted categories: {mean}", sum(ruled) / len(ruled), 0.02, "max"),
        ("P9", "the worst of these over the optimum", max(ruled), 0.02, "max"),
        ("P9", f"plan of 13 weeks for {WORLDS[0]} people, CPU seconds", small, 0.5, "max"),
        ("P9", f"plan of 13 weeks for {WORLDS[1]} people, CPU seconds", large, 3.0, "max"),
    ]
