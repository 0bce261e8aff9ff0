"""Why there is a follow-up, told by the log: what auld knew when it decided, the events behind that, and why that day.

The state is folded again up to the decision, and the plan made again of it: what is shown is what was known then, not what is
known now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from auld import planner
from auld.errors import AuldError
from auld.events import Because, Event, Merged
from auld.planning.choice import Choice
from auld.projections.query import Query
from auld.projections.state import State
from auld.projections.views import FollowUp
from auld.reasons.base import Reason
from auldd.reports import App

_DECISIONS = ("follow_up.proposed", "follow_up.revised", "follow_up.withdrawn")
_LIFE = (*_DECISIONS, "follow_up.written", "follow_up.removed", "follow_up.parked", "follow_up.dismissed", "entry.captured")
_ACTS = ("person.kept", "person.paused", "person.let_go", "person.merged", "note.added")
_OBSERVED = ("contact.observed", "meeting.observed", "task.observed")
_TOUCHES = 3


@dataclass(frozen=True)
class Ground:
    """An event that a decision rests on, and what it told."""

    event: Event
    what: str


@dataclass(frozen=True)
class Why:
    """``follow_up`` is None if it is only planned. ``decided`` is the last decision about its day, ``rules`` the summaries of
    the reasons by id. ``choice`` is None where the plan made again has no such entry (another auld decided); ``life`` is what
    became of it."""

    key: str
    name: str
    title: str
    day: str
    because: tuple[Because, ...]
    follow_up: FollowUp | None
    rules: dict[str, str]
    grounds: tuple[Ground, ...]
    choice: Choice | None
    decided: Event | None
    life: tuple[Event, ...]


class NoSuchFollowUp(AuldError):
    """Nothing has that key, neither in the log nor in the plan."""


def explain(app: App, key: str) -> Why:
    """Raises NoSuchFollowUp."""
    reasons, view = app.config.registry.reasons, app.view()
    rules = {reason.id: reason.summary for reason in reasons}
    follow_up = next((each for each in view.follow_ups() if each.key == key), None)
    if follow_up is None:
        planned = planner.explain(view, reasons, view.today, key)
        if planned is None:
            raise NoSuchFollowUp(f"no follow-up has the key {key!r}; `auld due --all --json` and `auld plan --json` show them")
        entry, chosen = planned
        grounds = _grounds(app, app.state(), view, entry.person, entry.because, app.log.head())
        return Why(key, entry.name, entry.title, entry.day.isoformat(), entry.because, None, rules, grounds, chosen, None, ())
    life = tuple(event for event in app.log.read(types=_LIFE) if event.data.key == key)
    decided = next(e for e in reversed(life) if e.type == _DECISIONS[0] or (e.type == _DECISIONS[1] and e.data.day))
    before = _began(app, decided) - 1
    state = State()
    state.apply_all(app.log.read(until=before))
    then = Query(state, decided.recorded_at)
    grounds = _grounds(app, state, then, follow_up.person, follow_up.because, before)
    choice = _choice(then, reasons, key, decided)
    day = follow_up.day.isoformat()
    return Why(key, follow_up.name, follow_up.title, day, follow_up.because, follow_up, rules, grounds, choice, decided, life)


def _began(app: App, decided: Event) -> int:
    """The first position of the turn that decided: what it decided of others was not known to it."""
    first = decided.position
    for event in app.log.read(max(0, first - 1000), first - 1):
        alike = event.type in _DECISIONS and event.recorded_at == decided.recorded_at
        first = min(first, event.position) if alike else decided.position
    return first


def _choice(view: Query, reasons: Sequence[Reason], key: str, decided: Event) -> Choice | None:
    found = planner.explain(view, reasons, view.today, key)
    return found[1] if found is not None and found[0].day.isoformat() == decided.data.day else None


def _grounds(app: App, state: State, view: Query, person: str, because: Sequence[Because], until: int) -> tuple[Ground, ...]:
    """The latest event of each thing that the reasons looked at, by position."""
    joining = state.index().joining
    here = joining.resolve(person)
    ids = joining.ids(here) if here is not None else set()
    places = {(key[0], key[1]): "the card" for key in joining.members[here]} if here is not None else {}
    touches = [touch for touch in view.touches(person) if touch.account][-_TOUCHES:]
    places |= {(touch.account, touch.ref): f"{touch.kind} of {touch.at.date()}" for touch in touches}
    found: dict[object, Ground] = {}
    for event in app.log.read(until=until):
        what = _what(event, ids, places, because)
        if what is not None:
            about = (event.account, event.ref) if event.ref else event.type
            found[event.type, about] = Ground(event, what)
    return tuple(sorted(found.values(), key=lambda ground: ground.event.position))


def _what(event: Event, ids: set[str], places: dict[tuple[str, str], str], because: Iterable[Because]) -> str | None:
    """What an event told of a follow-up, None if nothing."""
    data: Any = event.data
    if event.type in _OBSERVED:
        return places.get((event.account, event.ref))
    if event.type == "policy.set":
        return "the configuration"
    if event.type == "mention.observed":
        shown = {line for each in because for line in each.context}
        return "the news" if any(data.title in line or (data.link and data.link in line) for line in shown) else None
    if event.type == "entry.captured":
        asked = any(each.occasion.endswith(f":{line.id}") for each in because for line in data.lines)
        return "what you typed" if asked or data.person in ids else None
    if event.type in _ACTS:
        concerned = {data.person, data.other} if isinstance(data, Merged) else {data.person}
        return "what you said" if concerned & ids else None
    return None
