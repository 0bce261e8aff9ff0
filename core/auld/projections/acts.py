"""What the user decided about people (keep, pause, let go) and noted down, by the person id that was in use at the time.

Ids may be joined later; whoever asks resolves them (:mod:`auld.projections.joining`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from auld.events import Event


class Decision(msgspec.Struct, omit_defaults=True):
    """The user's last word on one person id. The numbers are log positions (0: never said), so that the later one of two
    decisions holds also after two people turned out to be one."""

    kept_at: int = 0
    every: int | None = None
    let_go_at: int = 0
    paused_at: int = 0
    paused_until: str = ""


class NoteLine(msgspec.Struct, frozen=True):
    """A line that the user noted down."""

    at: datetime
    text: str


class ActsState(msgspec.Struct):
    """By person id."""

    decisions: dict[str, Decision] = {}
    notes: dict[str, list[NoteLine]] = {}


def combine(decisions: list[Decision]) -> Decision:
    """One decision out of those on several ids of one person: the latest of each kind."""
    if len(decisions) == 1:
        return decisions[0]
    merged = Decision()
    for each in decisions:
        if each.kept_at > merged.kept_at:
            merged.kept_at, merged.every = each.kept_at, each.every
        if each.paused_at > merged.paused_at:
            merged.paused_at, merged.paused_until = each.paused_at, each.paused_until
        merged.let_go_at = max(merged.let_go_at, each.let_go_at)
    return merged


def _decision(state: ActsState, person: str) -> Decision:
    return state.decisions.setdefault(person, Decision())


def _kept(state: ActsState, event: Event) -> None:
    decision = _decision(state, event.data.person)
    decision.kept_at = event.position
    decision.every = event.data.every


def _paused(state: ActsState, event: Event) -> None:
    decision = _decision(state, event.data.person)
    decision.paused_at = event.position
    decision.paused_until = event.data.until


def _let_go(state: ActsState, event: Event) -> None:
    _decision(state, event.data.person).let_go_at = event.position


def _noted(state: ActsState, event: Event) -> None:
    state.notes.setdefault(event.data.person, []).append(NoteLine(event.recorded_at, event.data.text))


HANDLERS: dict[str, Callable[[ActsState, Event], None]] = {
    "person.kept": _kept,
    "person.paused": _paused,
    "person.let_go": _let_go,
    "note.added": _noted,
}
