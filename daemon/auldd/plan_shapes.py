"""The JSON of ``auld plan`` and ``auld why``. Keys as in :mod:`auldd.shapes`: an interface, to which more may be added."""

from __future__ import annotations

from datetime import date, timedelta, tzinfo
from typing import TypedDict

from auld.events import Event
from auld.planner import Entry
from auld.planning.choice import Option
from auldd.events_text import summary
from auldd.people_shapes import FollowUpShape, entry
from auldd.why import Why


class PlanShape(FollowUpShape):
    """One line of ``plan``. ``week`` is its Monday, ``first`` and ``last`` the days that suit; ``decided`` is false for what
    lies beyond the horizon, and may still change."""

    week: str
    first: str
    last: str
    decided: bool


class RuleShape(TypedDict):
    """One reason. ``rule`` is its summary, null if the reason is not there any more."""

    reason: str
    occasion: str
    rule: str | None
    context: list[str]


class GroundShape(TypedDict):
    """An event of the log and what it told; in ``life`` what it did to the follow-up."""

    position: int
    type: str
    at: str
    what: str
    summary: str


class OptionShape(TypedDict):
    """A day that was weighed: its ``cost`` and the ``parts`` of that by name, or the ``obstacle``; the other is null."""

    day: str
    cost: float | None
    parts: dict[str, float]
    obstacle: str | None


class WhyDayShape(TypedDict):
    """``first``, ``last`` and ``best`` are null where it stayed on the day on which it stood."""

    day: str
    first: str | None
    last: str | None
    best: str | None
    fixed: bool
    priority: int
    weight: float
    options: list[OptionShape]


class WhyShape(TypedDict):
    """``auld why KEY --json``. ``decided_at`` is the position of the last decision about the day, null if it is only planned;
    ``choice`` is null where the plan made again has no such entry."""

    key: str
    person: str
    title: str
    day: str
    state: str
    reasons: list[RuleShape]
    grounds: list[GroundShape]
    decided_at: int | None
    choice: WhyDayShape | None
    life: list[GroundShape]


def plan(given: Entry, owner: str, horizon: date) -> PlanShape:
    first, last = given.window
    return {
        **entry(given, owner),
        "week": (given.day - timedelta(days=given.day.weekday())).isoformat(),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "decided": given.existing is not None or given.day <= horizon,
    }


def why(given: Why, zone: tzinfo) -> WhyShape:
    return {
        "key": given.key,
        "person": given.name,
        "title": given.title,
        "day": given.day,
        "state": given.follow_up.state if given.follow_up else "planned",
        "reasons": [
            {
                "reason": each.reason,
                "occasion": each.occasion,
                "rule": given.rules.get(each.reason),
                "context": list(each.context),
            }
            for each in given.because
        ],
        "grounds": [_ground(each.event, each.what, zone) for each in given.grounds],
        "decided_at": given.decided.position if given.decided else None,
        "choice": _choice(given),
        "life": [_ground(event, event.type.partition(".")[2], zone) for event in given.life],
    }


def _ground(event: Event, what: str, zone: tzinfo) -> GroundShape:
    at = event.recorded_at.astimezone(zone).isoformat()
    return {"position": event.position, "type": event.type, "at": at, "what": what, "summary": summary(event)}


def _choice(given: Why) -> WhyDayShape | None:
    chosen = given.choice
    if chosen is None:
        return None
    window = chosen.window
    return {
        "day": chosen.day.isoformat(),
        "first": window.first.isoformat() if window else None,
        "last": window.last.isoformat() if window else None,
        "best": window.best.isoformat() if window else None,
        "fixed": chosen.fixed,
        "priority": chosen.priority,
        "weight": chosen.weight,
        "options": [_option(each) for each in chosen.options],
    }


def _option(given: Option) -> OptionShape:
    return {
        "day": given.day.isoformat(),
        "cost": None if given.obstacle else round(given.cost, 2),
        "parts": dict(given.parts),
        "obstacle": given.obstacle or None,
    }
