"""What the user said: whom to keep, pause or let go, what to note down, and which cards are one human and which are not.

It is kept by the person id that was in use at the time, and by log position, so that ``auld undo`` can take each act back.
Ids may be joined later; whoever asks resolves them (:mod:`auld.projections.joining`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import combinations, product
from typing import Literal, TypeVar

import msgspec

from auld.events import Event

UNDOABLE = frozenset(
    {
        "person.kept",
        "person.paused",
        "person.let_go",
        "note.added",
        "person.merged",
        "person.split",
        "title.linked",
        "action.accepted",
    }
)
"""Types of the acts that ``act.undone`` takes back."""


class Said(msgspec.Struct, omit_defaults=True):
    """One thing that the user decided about one person, and the log position at which that was said, and when."""

    position: int
    what: Literal["kept", "paused", "let go"]
    every: int | None = None
    until: str = ""
    at: datetime | None = None


class NoteLine(msgspec.Struct, frozen=True):
    """A line that the user noted down."""

    position: int
    at: datetime
    text: str


_Line = TypeVar("_Line", Said, NoteLine)


class Together(msgspec.Struct):
    """The cards with these ids are one human."""

    position: int
    ids: tuple[str, ...]


class Apart(msgspec.Struct):
    """No card with an id of ``stay`` is the same human as one with an id of ``leave``."""

    position: int
    stay: tuple[str, ...]
    leave: tuple[str, ...]


class AcceptedLine(msgspec.Struct, frozen=True):
    """An action of a review that the user said yes to (:class:`auld.events.ActionAccepted`)."""

    position: int
    at: datetime
    quarter: str
    kind: str
    person: str
    day: str
    about: str = ""


class ActsState(msgspec.Struct):
    """Decisions and notes by person id, oldest first; what was said of identities, and accepted, by position."""

    decisions: dict[str, list[Said]] = {}
    notes: dict[str, list[NoteLine]] = {}
    together: list[Together] = []
    apart: list[Apart] = []
    accepted: list[AcceptedLine] = []


class Decision(msgspec.Struct):
    """The user's last word on one person. ``kept_at`` and ``let_go_at`` are log positions, 0: never said; ``kept_on``
    is when it was."""

    kept_at: int = 0
    kept_on: datetime | None = None
    every: int | None = None
    let_go_at: int = 0
    paused_until: str = ""


def combine(histories: Iterable[list[Said]]) -> Decision:
    """One decision out of those on several ids of one person: the latest of each kind."""
    decision = Decision()
    for said in sorted((said for history in histories for said in history), key=lambda said: said.position):
        if said.what == "kept":
            decision.kept_at, decision.kept_on, decision.every = said.position, said.at, said.every
        elif said.what == "paused":
            decision.paused_until = said.until
        else:
            decision.let_go_at = said.position
    return decision


def kept_apart(state: ActsState) -> dict[str, set[str]]:
    """By id: those that belong to another human. What was put together later is not kept apart any more."""
    apart: defaultdict[str, set[str]] = defaultdict(set)
    acts: list[Together | Apart] = [*state.together, *state.apart]
    for act in sorted(acts, key=lambda act: act.position):
        if isinstance(act, Apart):
            for a, b in product(act.stay, act.leave):
                apart[a].add(b)
                apart[b].add(a)
        else:
            for a, b in combinations(act.ids, 2):
                apart[a].discard(b)
                apart[b].discard(a)
    return {each: others for each, others in apart.items() if others}


# --- the fold -----------------------------------------------------------------------------------------------------------
def _kept(state: ActsState, event: Event) -> None:
    _say(state, event, Said(event.position, "kept", every=event.data.every, at=event.recorded_at))


def _paused(state: ActsState, event: Event) -> None:
    _say(state, event, Said(event.position, "paused", until=event.data.until))


def _let_go(state: ActsState, event: Event) -> None:
    _say(state, event, Said(event.position, "let go"))


def _say(state: ActsState, event: Event, said: Said) -> None:
    state.decisions.setdefault(event.data.person, []).append(said)


def _noted(state: ActsState, event: Event) -> None:
    state.notes.setdefault(event.data.person, []).append(NoteLine(event.position, event.recorded_at, event.data.text))


def _merged(state: ActsState, event: Event) -> None:
    ids = (event.data.person, event.data.other, *event.data.ids)
    state.together.append(Together(event.position, tuple(dict.fromkeys(ids))))


def _split(state: ActsState, event: Event) -> None:
    leave = tuple(each for each in event.data.leave if each not in event.data.stay)
    state.apart.append(Apart(event.position, event.data.stay, leave))


def _accepted(state: ActsState, event: Event) -> None:
    said = event.data
    line = AcceptedLine(event.position, event.recorded_at, said.quarter, said.kind, said.person, said.day, said.about)
    state.accepted.append(line)


def _undone(state: ActsState, event: Event) -> None:
    """The act is gone, as if it had never been said; one of another part is that part's business."""
    position = event.data.position
    _forget(state.decisions, position)
    _forget(state.notes, position)
    state.together = [act for act in state.together if act.position != position]
    state.apart = [act for act in state.apart if act.position != position]
    state.accepted = [act for act in state.accepted if act.position != position]


def _forget(said_of: dict[str, list[_Line]], position: int) -> None:
    for person, history in list(said_of.items()):
        history[:] = [said for said in history if said.position != position]
        if not history:
            del said_of[person]


HANDLERS: dict[str, Callable[[ActsState, Event], None]] = {
    "person.kept": _kept,
    "person.paused": _paused,
    "person.let_go": _let_go,
    "note.added": _noted,
    "person.merged": _merged,
    "person.split": _split,
    "action.accepted": _accepted,
    "act.undone": _undone,
}
