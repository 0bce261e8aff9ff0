"""A whole auld but for its sockets: real intake, projections, reasons, planner and outbox, and real DAV code behind the outbox.

Several may live over one store at once, as ``auld run`` and ``auld once`` do; each has its own connection and its own memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from auld.clock import FixedClock
from auld.contract import Collection, Pull, Source
from auld.errors import AuldError, CollectionGone, CursorRefused
from auld.intake import Intake
from auld.log import Log, Transaction
from auld.outbox import Missing, Outbox, Target
from auld.policy import Category, Policy
from auld.projections.query import Query
from auld.projections.runner import Projector
from auld.projections.views import FollowUp
from auld.reasons.base import Reason
from auld.reasons.birthday import Birthday
from auld.reasons.cadence import Cadence
from auld.safety import due_full
from auld.store import Store
from auld_connectors.memory import MemoryAccount, MemoryWorld
from auldd.turn import Turn, TurnReport
from outbox.hostile import Fuse
from soak.server import Calendar, Server

ACCOUNT, OFFICE = "home", "office"
REASONS: Sequence[Reason] = (Birthday(), Cadence())


def policy(collection: Collection) -> Policy:
    return Policy(
        timezone="Europe/Lisbon",
        me=("me@example.org",),
        categories=(Category("clients", ideal=7, at_most=10), Category("friends", ideal=20, at_most=30, rank=1)),
        ours=(ACCOUNT, collection.id),
    )


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


class Daemon:
    """One process. ``outbox_type`` and ``calendar_type`` may be careless ones."""

    def __init__(
        self,
        path: Path,
        server: Server,
        office: MemoryWorld,
        clock: FixedClock,
        outbox_type: type[Outbox],
        calendar_type: type[Calendar],
    ) -> None:
        self.fuse = Fuse()
        self.on_planned: Callable[[set[str]], None] = lambda uids: None
        """Is told the UIDs of all follow-ups before anything is delivered."""
        self.store = Store.open(f"sqlite:///{path}")
        self.log = FusedLog(self.store, self.fuse)
        self.intake = Intake(self.log)
        self.outbox = outbox_type(self.log, self.intake)
        self.projector = Projector(self.log)
        self.calendar = calendar_type(server, self.fuse, clock.now)
        self._clock = clock
        self._collection = server.collection
        self._target = Target(ACCOUNT, server.collection, alarm=server.manners.alarm, zone="Europe/Lisbon")
        self._office = MemoryAccount(office)
        self._turn = Turn(
            log=self.log,
            projector=self.projector,
            outbox=self.outbox,
            reasons=REASONS,
            clock=clock,
            policy=policy(server.collection),
        )

    def close(self) -> None:
        self.store.close()

    def cycle(self) -> None:
        """Read all, plan, deliver; raises StoreBusy if another one is at it. What fails waits for the next cycle."""
        with self.store.cycle_lock():
            for collection in self._office.discover():
                self._read(OFFICE, self._office, collection)
            missing = self._read(ACCOUNT, self.calendar, self._collection)
            if missing:
                self._turn.confirm(missing, self.calendar)
            self._turn.plan()
            self.on_planned({follow_up.uid for follow_up in self.follow_ups()})
            if self._turn.has_work(self._target):
                self._turn.deliver(self._target, self.calendar, TurnReport(), lambda: False)

    def follow_ups(self) -> list[FollowUp]:
        return list(Query(self.projector.catch_up(), self._clock.now()).follow_ups())

    def knows(self, ref: str) -> bool:
        """Has the log heard that this stands in the calendar?"""
        with self.store.read() as connection:
            return bool(self.store.rows(connection, "SELECT 1 FROM items WHERE ref = ? AND present", (ref,)))

    def _read(self, account: str, source: Source, collection: Collection) -> list[Missing]:
        try:
            try:
                return self._pull(account, source, collection)
            except CursorRefused:
                self.intake.forget_cursor(account, collection.id)
                return self._pull(account, source, collection)
        except CollectionGone:
            self.intake.suspect(account, collection.id, self._clock.now())
        except AuldError:
            return []
        return []

    def _pull(self, account: str, source: Source, collection: Collection) -> list[Missing]:
        now = self._clock.now()
        state = self.intake.state(account, collection.id)
        known = self.intake.known(account, collection.id)
        missing: list[str] = []
        for batch in source.pull(Pull(collection, state.cursor, known, due_full(state, now), now)):
            missing += self.intake.take(account, collection.id, batch, now).missing_ours
        missing += self.intake.finish(account, collection.id, now).missing_ours
        return [Missing(account, collection, ref) for ref in missing]
