"""Everything that the write-back needs, over a SQLite file and a little world: the planner's word is the test's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from auld.clock import FixedClock
from auld.contract import Collection, Pull
from auld.errors import AuldError
from auld.events import Because, Draft, Payload, Proposed, Revised, Withdrawn
from auld.intake import Intake
from auld.log import Log, Transaction
from auld.observations import Happening, Meeting, Observation, Task
from auld.outbox import Delivered, Missing, Outbox, Target
from auld.policy import Policy
from auld.projections.query import Query
from auld.projections.runner import Projector
from auld.projections.views import FollowUp
from auld.safety import due_full
from auld.store import Store
from auld_connectors.memory import MemoryWorld
from auldd.turn import Turn
from outbox.hostile import Fuse, HostileSink

ACCOUNT = "home"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLICY = Policy(timezone="Europe/Lisbon")


class FusedLog(Log):
    """A log whose process may end at either side of a commit."""

    def __init__(self, store: Store, fuse: Fuse) -> None:
        super().__init__(store)
        self._fuse = fuse

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with super().transaction() as tx:
            yield tx
            self._fuse.burn()
        self._fuse.burn()


class Desk:
    """One store, one collection, one outbox. ``sink_type`` and ``outbox_type`` may be careless ones."""

    def __init__(
        self,
        folder: Path,
        *,
        template: Path | None = None,
        sink_type: type[HostileSink] = HostileSink,
        outbox_type: type[Outbox] = Outbox,
        world: MemoryWorld | None = None,
        clock: FixedClock | None = None,
    ) -> None:
        self.folder = folder
        self.clock = clock or FixedClock(START)
        self.fuse = Fuse()
        self.world = world or MemoryWorld()
        self.calendar = self.world.add("Keep in touch", "task", "meeting")
        self.sink = sink_type(self.world, self.fuse)
        self.target = Target(ACCOUNT, self.calendar)
        self._template = template
        self._outbox_type = outbox_type
        self._file = 0
        self._missing: list[Missing] = []
        self._closing = ExitStack()
        self.lose_store()

    def close(self) -> None:
        self._closing.close()

    def lose_store(self) -> None:
        """Begin with an empty store, over the same calendar."""
        self._file += 1
        if self._template is not None:
            shutil.copy(self._template, self._path)
        self.reopen()
        self.say(POLICY)

    def reopen(self) -> None:
        """A new process."""
        self.close()
        self.fuse.left = 0
        self.store = Store.open(f"sqlite:///{self._path}")
        self._closing.callback(self.store.close)
        self.log = FusedLog(self.store, self.fuse)
        self.intake = Intake(self.log)
        self.outbox = self._outbox_type(self.log, self.intake)
        self.projector = Projector(self.log)
        self.turn = Turn(
            log=self.log, projector=self.projector, outbox=self.outbox, reasons=(), clock=self.clock, policy=POLICY
        )
        self._missing = []

    @property
    def losses(self) -> int:
        """How many stores were lost so far."""
        return self._file - 1

    @property
    def _path(self) -> Path:
        return self.folder / f"auld-{self._file}.db"

    # --- the planner ----------------------------------------------------------------------------------------------------
    def say(self, payload: Payload) -> None:
        with Log.transaction(self.log) as tx:  # what is not the outbox's own work does not burn the fuse
            tx.append([Draft(payload)], self.clock.now())

    def propose(self, key: str = "k1", day: str = "2026-03-05", title: str = "Call Ana Lima", text: str = "Why now") -> None:
        because = (Because("cadence", f"cadence:{key}"),)
        self.say(Proposed(key, f"uid-{key}", "ana", "Ana Lima", because, day, title, text))

    def revise(self, key: str = "k1", **changes: Any) -> None:
        self.say(Revised(key, **changes))

    def withdraw(self, key: str = "k1") -> None:
        self.say(Withdrawn(key, "met yesterday"))

    def follow_up(self, key: str = "k1") -> FollowUp:
        return next(f for f in Query(self.projector.catch_up(), self.clock.now()).follow_ups() if f.key == key)

    # --- the cycle ------------------------------------------------------------------------------------------------------
    def pull(self, collection: Collection | None = None) -> int:
        """One pull, of the calendar that is written to or another; how many events it made."""
        now = self.clock.now()
        calendar = collection or self.calendar
        state = self.intake.state(ACCOUNT, calendar.id)
        known = self.intake.known(ACCOUNT, calendar.id)
        events = 0
        for batch in self.sink.pull(Pull(calendar, state.cursor, known, due_full(state, now), now)):
            events += self.intake.take(ACCOUNT, calendar.id, batch, now).events
        taken = self.intake.finish(ACCOUNT, calendar.id, now)
        self._missing = [Missing(ACCOUNT, calendar, ref) for ref in taken.missing_ours]
        return events + taken.events

    def deliver(self) -> Delivered:
        missing, self._missing = self._missing, []
        if missing:
            self.outbox.confirm_missing(missing, self.sink, self.clock.now)
        return self.outbox.deliver(self.turn.wanted(), self.target, self.sink, self.clock.now)

    def cycle(self, after: timedelta = timedelta(hours=2)) -> Delivered:
        """Time passes, then one whole cycle; a pull that fails leaves the rest undone."""
        self.clock.advance(after)
        try:
            self.pull()
        except AuldError as error:
            return Delivered(stopped=error)
        return self.deliver()

    def settle(self) -> None:
        """The faults are over, and some days go by."""
        self.sink.calm()
        for _ in range(4):
            self.cycle(timedelta(hours=25))

    def is_quiet(self) -> bool:
        """Does another cycle make no request but one pull, and no event?"""
        head, requests = self.log.head(), self.sink.requests
        self.cycle(timedelta(minutes=15))
        return self.log.head() == head and self.sink.requests == requests + 1 and not self.outbox.problems()

    # --- the calendar ---------------------------------------------------------------------------------------------------
    def ref(self, key: str = "k1") -> str:
        return self.sink.ref_for(self.calendar, f"uid-{key}")

    def entries(self, key: str = "k1") -> list[Observation]:
        """Every object that stands for this follow-up, wherever."""
        there = (item.observation for item in self.world.items(self.calendar).values())
        return [seen for seen in there if isinstance(seen, Task | Meeting) and f"uid-{key}" in (seen.uid, seen.mark)]

    def entry(self, key: str = "k1") -> Task | Meeting | None:
        item = self.world.items(self.calendar).get(self.ref(key))
        seen = item.observation if item else None
        assert seen is None or isinstance(seen, Task | Meeting)
        return seen

    def shows(self, key: str = "k1") -> tuple[str, str, str] | None:
        """Title, description and day of an entry; None if there is none."""
        seen = self.entry(key)
        if isinstance(seen, Task):
            return seen.title, seen.description, seen.due
        return None if seen is None or seen.main is None else (seen.main.title, seen.main.description, seen.main.start)

    def is_known(self, key: str = "k1") -> bool:
        """Has the log heard that this entry stands in the calendar?"""
        with self.store.read() as connection:
            return bool(self.store.rows(connection, "SELECT 1 FROM items WHERE ref = ? AND present", (self.ref(key),)))

    # --- the user -------------------------------------------------------------------------------------------------------
    def edit(self, key: str = "k1", *, title: str = "", text: str = "", day: str = "", **task: Any) -> None:
        """Change fields of an entry, as a calendar program would; ``task``: fields of a task alone."""
        seen = self.entry(key)
        if isinstance(seen, Task):
            changes = {"title": title, "description": text, "due": day, "start": day}
            changed: Task | Meeting = msgspec.structs.replace(seen, **{k: v for k, v in changes.items() if v}, **task)
        else:
            assert seen is not None and seen.main is not None and not task
            fields = {"title": title, "description": text, "start": day, "end": day}
            main: Happening = msgspec.structs.replace(seen.main, **{k: v for k, v in fields.items() if v})
            changed = msgspec.structs.replace(seen, main=main)
        self.world.put(self.calendar, self.ref(key), changed)

    def tick(self, key: str = "k1") -> None:
        if isinstance(self.entry(key), Task):
            self.edit(key, status="completed", completed="2026-03-04T10:00:00Z", percent=100)
        else:
            shown = self.shows(key)
            assert shown is not None
            self.edit(key, title=f"✓ {shown[0]}")

    def delete(self, key: str = "k1") -> None:
        self.world.delete(self.calendar, self.ref(key))
