"""A whole auld but for its sockets: real intake, projections, reasons, planner and outbox, and real DAV code behind the outbox.

Several may live over one store at once, as ``auld run`` and ``auld once`` do; each has its own connection and its own memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import ClassVar

from auld.clock import FixedClock
from auld.contract import Collection, Pull, Source
from auld.errors import AuldError, CollectionGone, CursorRefused
from auld.intake import Intake
from auld.log import Log, Transaction
from auld.outbox import Missing, Outbox, Target
from auld.policy import Category, Policy, Words
from auld.projections.query import Query
from auld.projections.runner import Projector
from auld.projections.views import FollowUp
from auld.reasons.base import Reason
from auld.reasons.birthday import Birthday
from auld.reasons.cadence import Cadence
from auld.reasons.promise import Promised
from auld.safety import due_full
from auld.store import Store
from auld_connectors.memory import MemoryAccount, MemoryWorld
from auldd.turn import Turn, TurnReport
from soak.server import Calendar, NamedFuse, Server

ACCOUNT, OFFICE = "home", "office"
REASONS: Sequence[Reason] = (Birthday(), Cadence(), Promised())


class FusedLog(Log):
    """A log whose process may end at either side of a commit."""

    def __init__(self, store: Store, fuse: NamedFuse) -> None:
        super().__init__(store)
        self._fuse = fuse

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with super().transaction() as tx:
            yield tx
            self._fuse.burn_at("before a commit")
        self._fuse.burn_at("after a commit")


@dataclass(frozen=True)
class Parts:
    """What a daemon is made of; careless ones may take the place of these."""

    outbox: type[Outbox] = Outbox
    calendar: type[Calendar] = Calendar
    log: type[FusedLog] = FusedLog
    words: Words = field(default_factory=Words)


@dataclass(frozen=True)
class Surroundings:
    """What a daemon finds: the URL of its store, the two calendars of an account (the first is written to), another account."""

    url: str
    servers: tuple[Server, Server]
    office: MemoryWorld
    clock: FixedClock


class Daemon:
    """One process."""

    languages: ClassVar[tuple[str, ...]] = ("en", "pt", "de")

    def __init__(self, around: Surroundings, parts: Parts) -> None:
        self.fuse = NamedFuse()
        self.on_planned: Callable[[set[str]], None] = lambda uids: None
        """Is told the UIDs of all follow-ups before anything is delivered."""
        self.store = Store.open(around.url)
        self.log = parts.log(self.store, self.fuse)
        self.intake = Intake(self.log)
        self.outbox = parts.outbox(self.log, self.intake)
        self.projector = Projector(self.log)
        self.calendar = parts.calendar(around.servers, self.fuse, around.clock.now)
        self._clock = around.clock
        home, _ = around.servers
        self._collections = [server.collection for server in around.servers]
        if home.manners.other_first:
            self._collections.reverse()
        self._target = Target(ACCOUNT, home.collection, alarm=home.manners.alarm, zone="Europe/Lisbon")
        self._office = MemoryAccount(around.office)
        self._turn = Turn(
            log=self.log,
            projector=self.projector,
            outbox=self.outbox,
            reasons=REASONS,
            clock=around.clock,
            policy=Policy(
                timezone="Europe/Lisbon",
                me=("me@example.org",),
                categories=(Category("clients", ideal=7, at_most=10), Category("friends", ideal=20, at_most=30, rank=1)),
                ours=(ACCOUNT, home.collection.id),
                words=parts.words,
                languages=self.languages,
            ),
        )

    def close(self) -> None:
        self.store.close()

    def cycle(self, *, locked: bool = True) -> None:
        """Read all, plan, deliver; raises StoreBusy if another one is at it. What fails waits for the next cycle. Not
        ``locked``: it believes that it has the lock."""
        with self.store.cycle_lock() if locked else nullcontext():
            for collection in self._office.discover():
                self._read(OFFICE, self._office, collection)
            missing = [each for collection in self._collections for each in self._read(ACCOUNT, self.calendar, collection)]
            if missing:
                self._turn.confirm(missing, self.calendar)
            self._turn.plan()
            self.on_planned({follow_up.uid for follow_up in self.follow_ups()})
            if self._turn.has_work(self._target):
                self._turn.deliver(self._target, self.calendar, TurnReport(), lambda: False)

    def query(self) -> Query:
        return Query(self.projector.catch_up(), self._clock.now())

    def follow_ups(self) -> list[FollowUp]:
        return list(self.query().follow_ups())

    def captured(self, key: str) -> list[tuple[str, str]]:
        """Kind and words of every line of an entry that was taken in."""
        capture = self.projector.catch_up().captures.entries.get(key)
        return [] if capture is None else [(line.said.kind, line.said.line) for line in capture.lines]

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
