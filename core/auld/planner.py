"""The planner: (state, reasons, today) -> plan -> decisions. Pure, and quiet: few entries, never a flood on the first run.

What it keeps to: the budget of every day and week; one open entry per person; quiet days; an entry that stands is left where it
is. Decisions are drafts of ``follow_up.*`` events; deciding again about a state that has taken them in yields none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from auld import wording
from auld.events import Because, Draft, Proposed, Revised, Withdrawn
from auld.planning.choice import Choice, choice
from auld.planning.collect import Panel, Problem, collect
from auld.planning.days import Days
from auld.planning.demand import Demand
from auld.planning.merge import THE_USER, Candidate, Withdrawal, merge, why_quiet
from auld.planning.place import place
from auld.tongue import tongue

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import FollowUp
    from auld.reasons.base import Reason

QUARTER = timedelta(weeks=13)
"""How far ahead the editorial calendar reaches."""

_NAMESPACE = uuid5(NAMESPACE_URL, "https://auld.example/follow-up")
_COUNTED = frozenset({"done", "dismissed", "meeting"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it should stand: on ``day`` (local), in these words. ``existing`` is the open follow-up behind it; None if
    it is new and ``key`` not minted yet. ``window``: the first and last day that suit; ``every`` the person's ideal interval in
    days."""

    key: str
    person: str
    name: str
    because: tuple[Because, ...]
    day: date
    window: tuple[date, date]
    title: str
    description: str
    existing: FollowUp | None = None
    every: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Entries by day, from ``today`` to ``until``; those after ``horizon`` are only planned, and not decided on yet.

    ``withdrawn`` are open follow-ups that lost their point. ``problems`` names the reasons that failed and were left out."""

    today: date
    horizon: date
    until: date
    entries: tuple[Entry, ...]
    withdrawn: tuple[Withdrawal, ...]
    problems: tuple[Problem, ...]


def mint_uid(owner: str, key: str) -> str:
    """The UID of the calendar object of a follow-up: the same for ever, wherever it is computed (RFC 9562 section 5.5)."""
    return str(uuid5(_NAMESPACE, f"{owner}:{key}"))


def plan(view: View, reasons: Sequence[Reason], today: date, *, weeks: int | None = None) -> Plan:
    """What should stand in the calendar from ``today`` (local date) on: up to the horizon, or for ``weeks`` weeks."""
    return _make(view, reasons, today, weeks).plan


def explain(view: View, reasons: Sequence[Reason], today: date, key: str) -> tuple[Entry, Choice] | None:
    """The entry of that key in the plan of a quarter that is made of ``view``, and why it stands on its day; None if there is
    none."""
    made = _make(view, reasons, today, QUARTER // timedelta(weeks=1))
    found = next(((entry, candidate) for entry, candidate in made.entries if entry.key == key), None)
    if found is None:
        return None
    entry, candidate = found
    return entry, choice(candidate, entry.day, made.days, partial(why_quiet, view))


class _Made(NamedTuple):
    plan: Plan
    entries: list[tuple[Entry, Candidate]]
    days: Days


def _make(view: View, reasons: Sequence[Reason], today: date, weeks: int | None) -> _Made:
    policy = view.policy
    horizon = today + timedelta(days=policy.horizon)
    until = today + timedelta(weeks=weeks) if weeks is not None else horizon
    # The whole quarter is planned at all times, so that what is decided now is the beginning of what the calendar shows.
    last = max(until, horizon, today + QUARTER)
    ahead = last + timedelta(days=6 - last.weekday())
    panel = Panel(reasons, policy)
    merged = merge(view, panel, collect(view, panel, today, ahead), today, horizon)
    days = Days(
        policy.budget,
        lambda day: bool(why_quiet(view, day)),
        view.busy_minutes,
        today,
        ahead,
        _standing(view, panel, merged.candidates, today),
    )
    placed = place(merged.candidates, days)
    keys = {f.key for f in view.follow_ups()}
    entries = [(_entry(view, c, day, keys), c) for c, day in placed if day is not None and (c.existing or day <= until)]
    entries.sort(key=lambda pair: (pair[0].day, pair[0].key))
    made = Plan(today, horizon, until, tuple(e for e, _ in entries), tuple(merged.withdrawn), panel.problems())
    return _Made(made, entries, days)


def decide(plan: Plan, view: View, now: datetime, *, owner: str = "me") -> list[Draft]:
    """The events that make the plan true: births within the horizon, changes of open follow-ups, withdrawals.

    ``view`` may be newer than the plan: what was closed or born in between is left alone. ``now`` is aware."""
    known = {f.key: f for f in view.follow_ups()}
    standing = {key for key, follow_up in known.items() if follow_up.open}
    gone = [w for w in plan.withdrawn if w.follow_up.key in standing]
    drafts = [Draft(Withdrawn(w.follow_up.key, w.why, w.rested), occurred_at=now) for w in gone]
    for entry in plan.entries:
        current = known.get(entry.key)
        if current is None and entry.existing is None and entry.day <= plan.horizon:
            drafts.append(Draft(_birth(entry, owner), occurred_at=now))
        elif current is not None and entry.key in standing and (change := _change(entry, current)) is not None:
            drafts.append(Draft(change, occurred_at=now))
    return drafts


def is_birth(draft: Draft) -> bool:
    """Is this the decision that a new follow-up is born by?"""
    return isinstance(draft.data, Proposed)


def _standing(view: View, panel: Panel, candidates: Sequence[Candidate], today: date) -> Iterator[tuple[date, Demand]]:
    """What already takes of the budgets: open entries, and those that the user dealt with this week."""
    monday = today - timedelta(days=today.weekday())
    yield from ((c.existing.day, c.stood) for c in candidates if c.existing is not None)
    for follow_up in (f for f in view.follow_ups() if f.state in _COUNTED and f.day >= monday):
        person = view.person(follow_up.person) if follow_up.person else THE_USER
        yield follow_up.day, panel.demand(person, follow_up.because)


def _entry(view: View, candidate: Candidate, day: date, keys: set[str]) -> Entry:
    say = tongue(view.policy)
    person, because, existing = candidate.person, candidate.because, candidate.existing
    if existing is not None:
        key, window = existing.key, existing.window
    else:
        key = _mint_key(f"{person.id}:{because[0].occasion}", keys)
        window = (min(candidate.window.first, day), max(candidate.window.last, day)) if candidate.window else (day, day)
    if existing is not None and (candidate.title is None or "title" in existing.user_fields):
        title = existing.title
    else:
        title = wording.title(say, candidate.title or wording.get_in_touch(say, person.name), because[1:])
    description = wording.description(view, person, because)
    return Entry(key, person.id, person.name, because, day, window, title, description, existing, person.ideal or 0)


def _mint_key(wanted: str, keys: set[str]) -> str:
    """The wanted key, or with a number where it was used before (a person let go and kept again, for instance)."""
    key, number = wanted, 1
    while key in keys:
        number += 1
        key = f"{wanted}~{number}"
    keys.add(key)
    return key


def _birth(entry: Entry, owner: str) -> Proposed:
    first, last = entry.window
    return Proposed(
        key=entry.key,
        uid=mint_uid(owner, entry.key),
        person=entry.person,
        name=entry.name,
        because=entry.because,
        day=entry.day.isoformat(),
        title=entry.title,
        description=entry.description,
        window=(first.isoformat(), last.isoformat()),
        every=entry.every,
    )


def _change(entry: Entry, current: FollowUp) -> Revised | None:
    """What the plan changes of an open follow-up, without what the user has made their own; None if nothing."""
    if current.user_owned:
        return None
    changes: dict[str, str] = {}
    if entry.day != current.day and not current.pinned:
        changes["day"] = entry.day.isoformat()
    if entry.title != current.title and "title" not in current.user_fields:
        changes["title"] = entry.title
    if entry.description != current.description:
        changes["description"] = entry.description
    because = entry.because if entry.because != current.because else None
    return Revised(key=entry.key, **changes, because=because) if changes or because is not None else None
