"""What the user typed into entries, as the daemon understood it (``entry.captured``), line by line.

The latest event about an entry holds all of its lines; what an earlier one had besides was taken out again by the user.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from auld.events import CapturedLine, Event


class Line(msgspec.Struct):
    """A line, when its words were first taken in, and whether a tick in the entry has answered it."""

    said: CapturedLine
    at: datetime
    answered: bool = False


class Capture(msgspec.Struct):
    """The lines of one entry. ``seen`` is a digest of the description that they were read from; ``count`` is how many ids were
    minted for this entry so far: none is used twice."""

    person: str
    seen: str
    lines: list[Line] = []
    count: int = 0


class CapturesState(msgspec.Struct):
    """By follow-up key."""

    entries: dict[str, Capture] = {}


def _captured(state: CapturesState, event: Event) -> None:
    given = event.data
    before = state.entries.get(given.key) or Capture(given.person, "")
    known = {line.said.id: line for line in before.lines}
    lines = []
    for said in given.lines:
        old = known.get(said.id)
        at = old.at if old is not None else event.recorded_at
        lines.append(Line(said, at, old is not None and old.answered and old.said.line == said.line))
    numbers = (int(said.id.rpartition("#")[2]) for said in given.lines)
    state.entries[given.key] = Capture(given.person, given.seen, lines, max(before.count, *numbers, 0))


def _written(state: CapturesState, event: Event) -> None:
    capture = state.entries.get(event.data.key)
    if capture is not None:
        for line in capture.lines:
            line.answered = line.answered or line.said.id in event.data.answers


HANDLERS: dict[str, Callable[[CapturesState, Event], None]] = {
    "entry.captured": _captured,
    "follow_up.written": _written,
}
