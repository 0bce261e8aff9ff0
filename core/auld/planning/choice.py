"""Why a day: what each day of an entry's window would have cost, or what stood in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from auld.planning import cost
from auld.planning.days import Days, monday, span
from auld.planning.merge import Candidate, Window


@dataclass(frozen=True, slots=True)
class Option:
    """A day that was looked at. ``parts`` are its costs by name, those that are nothing left out; ``obstacle`` says in words
    why it was no choice, "" if it was one."""

    day: date
    parts: tuple[tuple[str, float], ...] = ()
    obstacle: str = ""

    @property
    def cost(self) -> float:
        return sum(part for _, part in self.parts)


@dataclass(frozen=True, slots=True)
class Choice:
    """Why an entry stands on ``day``: ``window`` is None where it stays where it stood; else what was weighed. ``fixed``: it
    belongs to its day. ``weight`` is what a day of waiting costs."""

    day: date
    window: Window | None
    fixed: bool
    priority: int
    weight: float
    options: tuple[Option, ...] = ()


def choice(candidate: Candidate, day: date, days: Days, off: Callable[[date], str]) -> Choice:
    """``days`` are those of the finished plan, in which the entry is counted; ``off`` says why a day is quiet, "" if it is
    not."""
    window = candidate.window
    weighed: tuple[Option, ...] = ()
    if window is not None:
        days.release(day, candidate.demand)
        last = min(max(window.last, day), days.until)
        weighed = tuple(_option(candidate, each, days, off(each)) for each in span(min(window.first, day), last))
        days.take(day, candidate.demand)
    return Choice(day, window, candidate.fixed, candidate.priority, cost.weight(candidate.priority), weighed)


def _option(candidate: Candidate, day: date, days: Days, off: str) -> Option:
    obstacle = _obstacle(candidate, day, days, off)
    return Option(day, obstacle=obstacle) if obstacle else Option(day, _parts(candidate, day, days))


def _obstacle(candidate: Candidate, day: date, days: Days, off: str) -> str:
    demand, budget = candidate.demand, days.budget
    if off and not candidate.fixed:
        return off
    if demand.counted and days.per_week[monday(day)] >= budget.per_week:
        return f"the week has its {budget.per_week}"
    if demand.counted and not candidate.fixed and days.per_day[day] >= budget.per_day:
        return f"the day has its {budget.per_day}"
    if demand.heavy and days.used["heavy", day]:
        return "another one that takes hours stands there"
    weekly = ((name, most) for name, most in (*demand.rare, *demand.category) if days.used[name, monday(day)] >= most)
    return next((f"the week has its {most} of {name}" for name, most in weekly), "")


def _parts(candidate: Candidate, day: date, days: Days) -> tuple[tuple[str, float], ...]:
    window, existing = candidate.window, candidate.existing
    assert window is not None  # only what was weighed is told
    weight = cost.weight(candidate.priority)
    wanted = abs((day - window.best).days)
    parts = {
        "early" if day < window.best else "waited": weight * wanted,
        "late": cost.waiting(window, candidate.priority, day) - weight * wanted,
        "meetings": days.cost(day),
        "others that day": cost.crowd(days.per_day[day]),
        "moved": cost.churn(existing.day, day) if existing else 0.0,
    }
    return tuple((name, round(part, 2)) for name, part in parts.items() if part)
