"""Keeps a live state up to its log, with a snapshot so that a start does not read the whole log again.

A snapshot is a cache: one made by other code, damaged, or ahead of the log (a restored backup) is passed over.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

import msgspec

from auld.events import Event
from auld.log import Log
from auld.projections.state import CODE, State

NAME = "state"
_WORTH_EVENTS = 1000
_WORTH_SHARE = 0.05
_PROGRESS_EVERY = 5000
_QUICK = 1
"""zlib's level: a database driver holds what it writes several times over, so a fifth of the size is worth the time."""


class Projector:
    """The state of one log. ``state`` is None until :meth:`catch_up` or :meth:`rebuild` was called."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._saved_at = 0
        self.state: State | None = None

    def catch_up(self) -> State:
        """The state as of the log's head: events that came since the last call (or the snapshot) are applied."""
        if self.state is None:
            self.state = self._load() or State()
        try:
            self.state.apply_all(_unless_erased(self._log.read(after=self.state.position)))
        except _ErasedError:
            return self.rebuild()
        return self.state

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> State:
        """The state folded from the first event on, whatever snapshot there is. ``progress`` is told (position, head)."""
        state = State()
        events: Iterable[Event] = self._log.read()
        state.apply_all(events if progress is None else _telling(events, self._log.head(), progress))
        self.state = state
        self._saved_at = 0
        return state

    def save(self, *, force: bool = False) -> bool:
        """Store a snapshot if that is worth its writing (1,000 events or 5 % of the log since the last); True if done."""
        state = self.state
        if state is None or state.position == self._saved_at:
            return False
        new = state.position - self._saved_at
        if not force and new < _WORTH_EVENTS and (not self._saved_at or new < state.position * _WORTH_SHARE):
            return False
        store, owner = self._log.store, self._log.owner
        with store.write() as connection:
            connection.exec_driver_sql(store.sql("DELETE FROM snapshots WHERE owner = ? AND name = ?"), (owner, NAME))
            connection.exec_driver_sql(
                store.sql("INSERT INTO snapshots (owner, name, code, position, data) VALUES (?, ?, ?, ?, ?)"),
                (owner, NAME, CODE, state.position, zlib.compress(state.dump(), _QUICK)),
            )
        self._saved_at = state.position
        return True

    def differs(self) -> bool:
        """Does the live state differ from one built from the log alone? It never should (guarantee G8)."""
        live = self.catch_up()
        anew = State()
        anew.apply_all(self._log.read(until=live.position))
        return live.digest() != anew.digest()

    def _load(self) -> State | None:
        store = self._log.store
        with store.read() as connection:
            rows = store.rows(
                connection,
                "SELECT position, data FROM snapshots WHERE owner = ? AND name = ? AND code = ?",
                (self._log.owner, NAME, CODE),
            )
        if not rows or rows[0][0] > self._log.head():
            return None
        try:
            state = State.load(zlib.decompress(rows[0][1]))
        except (zlib.error, msgspec.DecodeError, ValueError):  # damaged: the log still has everything
            return None
        self._saved_at = state.position
        return state


class _ErasedError(Exception):
    """Payloads that were applied already have been erased from the log."""


def _unless_erased(events: Iterator[Event]) -> Iterator[Event]:
    for event in events:
        if event.type == "erasure.recorded":
            raise _ErasedError
        yield event


def _telling(events: Iterable[Event], head: int, progress: Callable[[int, int], None]) -> Iterator[Event]:
    for count, event in enumerate(events, 1):
        yield event
        if count % _PROGRESS_EVERY == 0:
            progress(event.position, head)
    progress(head, head)
