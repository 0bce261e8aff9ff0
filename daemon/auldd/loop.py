"""The daemon's loop: a worker thread an account, one that plans and delivers, and a supervisor that never blocks.

The supervisor (main thread) takes signals and feeds the watchdog, as long as every worker is inside its declared deadline.
Stopping may leave a request half done: whatever a worker was at, it had either committed or not (G10), so nobody waits for it.
"""

from __future__ import annotations

import logging
import queue
import signal
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Literal, Protocol

from auld.clock import Clock
from auld.errors import AuldError
from auld.outbox import Missing
from auldd.pulling import Outcome
from auldd.report import unexpected
from auldd.systemd import Notifier

logger = logging.getLogger(__name__)

STOP_WITHIN = 2.0
"""Seconds that threads are given to end by themselves; with what follows a stop takes less than five."""

READ_DEADLINE = timedelta(hours=1)
"""A first sync of a slow server takes minutes; after an hour a worker counts as hung and the watchdog is no longer fed."""

TURN_DEADLINE = timedelta(minutes=30)
FIRST_TURN = timedelta(minutes=15)
"""Nothing is planned before every account has been tried once, lest somebody seem forgotten whom one met yesterday; but an
account that takes longer than this does not hold up the others."""

AFTER_TROUBLE = timedelta(seconds=15)
"""The store is full, locked or broken: a minute's trouble is usual with a database that is restarted."""

LONGEST_NAP = 60.0

Ending = Literal["stop", "reload"]


class Workshop(Protocol):
    """What the loop drives. ``read`` and ``leave`` of an account are called from its own thread only, ``news``, ``turn``,
    ``remember`` and ``close`` from the one that plans and delivers. Each may raise; it is then tried again."""

    @property
    def accounts(self) -> Collection[str]:
        """The names of the accounts to read."""
        ...

    def read(self, name: str, cancelled: Callable[[], bool]) -> tuple[Outcome, datetime]:
        """Read one account; returns what came of it and when to read it again."""
        ...

    def leave(self, name: str) -> None:
        """Give back what reading this account holds; nothing more is read."""
        ...

    def news(self) -> bool:
        """Has anything entered the log since the last turn began, by whatever hand?"""
        ...

    def turn(self, missing: list[Missing], cancelled: Callable[[], bool]) -> datetime:
        """Plan and deliver; returns when to do so again even if nothing comes in."""
        ...

    def remember(self) -> None:
        """Write down what only memory knows."""
        ...

    def close(self) -> None:
        """Give back what delivering holds; no turn follows."""
        ...

    def status(self) -> str:
        """How things stand, in one line."""
        ...


class Orders:
    """What signals ask for. It outlives a reload, so that no order is lost between two loops; stopping goes before all else."""

    def __init__(self) -> None:
        # SimpleQueue, because put() is called from signal handlers and must not meet its own lock there
        self._queue: queue.SimpleQueue[Ending] = queue.SimpleQueue()
        self._stop = False

    def install_signals(self) -> None:
        """SIGTERM and SIGINT stop, SIGHUP reloads. Main thread only."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.give("stop"))
        signal.signal(signal.SIGHUP, lambda *_: self.give("reload"))

    def give(self, order: Ending) -> None:
        """Safe from signal handlers and any thread."""
        self._queue.put(order)

    def wait(self, seconds: float) -> Ending | None:
        """The next order, within so many seconds; several reloads are one, and once it was to stop it stays so."""
        order: Ending | None = None
        try:
            while not self._stop:
                order = self._queue.get(timeout=0 if order else seconds)
                self._stop = order == "stop"
        except queue.Empty:
            return order
        return "stop"


@dataclass(slots=True)
class _Busy:
    """Since when a thread has been at its present piece of work, and how long it may take; None while it waits. In seconds that
    the machine was awake: neither a suspension nor a wall clock that is set makes a thread hang."""

    allowed: timedelta
    since: float | None = None

    def overdue(self, now: float) -> bool:
        since = self.since  # once: the other thread may finish at any moment
        return since is not None and now - since > self.allowed.total_seconds()


class Alarm:
    """Rings at an instant of the wall clock, or once as much time has passed as it was away when it was set, if that is
    earlier: a suspended machine wakes up late, and a wall clock that is set back must not make anybody wait for years."""

    def __init__(self, at: datetime, clock: Clock, elapsed: Callable[[], float]) -> None:
        self._at, self._clock, self._elapsed = at, clock, elapsed
        self._end = elapsed() + self._by_clock()

    def _by_clock(self) -> float:
        return (self._at - self._clock.now()).total_seconds()

    def left(self) -> float:
        """Seconds until it rings, zero if it does."""
        return max(0.0, min(self._by_clock(), self._end - self._elapsed()))


@dataclass(slots=True)
class _Agenda:
    """What the next turn is for. ``untried`` accounts hold it up."""

    untried: set[str]
    well: set[str] = field(default_factory=set)
    missing: list[Missing] = field(default_factory=list)
    wanted: bool = False

    def note(self, outcome: Outcome) -> None:
        report = outcome.report
        mended = report.ok and report.name not in self.well
        self.wanted |= report.name in self.untried or mended or bool(report.events or outcome.missing_ours)
        self.untried.discard(report.name)
        self.missing += outcome.missing_ours
        (self.well.add if report.ok else self.well.discard)(report.name)


class Loop:
    """Runs a workshop until an order ends it."""

    def __init__(
        self,
        workshop: Workshop,
        clock: Clock,
        notifier: Notifier,
        orders: Orders | None = None,
        elapsed: Callable[[], float] = monotonic,
    ) -> None:
        self._workshop = workshop
        self._clock = clock
        self._notifier = notifier
        self._orders = orders or Orders()
        self._elapsed = elapsed
        self._stopping = threading.Event()
        self._finished: queue.SimpleQueue[Outcome | None] = queue.SimpleQueue()
        self._busy = {name: _Busy(READ_DEADLINE) for name in workshop.accounts}
        self._delivering = _Busy(TURN_DEADLINE)

    def end(self, how: Ending) -> None:
        """Ask the loop to end; safe from signal handlers and any thread."""
        self._orders.give(how)

    def run(self) -> Ending:
        """Work until asked to end. Returns within five seconds of that."""
        ending = self._orders.wait(0)  # it may have come while the configuration was read
        threads = [] if ending else self._start()
        ending = ending or self._supervise()
        self._notifier.stopping() if ending == "stop" else self._notifier.reloading()
        self._stopping.set()
        self._finished.put(None)  # wakes the planner
        deadline = monotonic() + STOP_WITHIN
        for thread in threads:
            thread.join(max(0.0, deadline - monotonic()))
        return ending

    def _start(self) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=self._read, args=(name,), name=f"read-{name}", daemon=True)
            for name in self._workshop.accounts
        ]
        first_turn = self._alarm(self._clock.now() + FIRST_TURN)
        threads.append(threading.Thread(target=self._plan_and_deliver, args=(first_turn,), name="turn", daemon=True))
        self._notifier.ready(self._workshop.status())
        for thread in threads:
            thread.start()
        return threads

    def _supervise(self) -> Ending:
        tick = min(self._notifier.watchdog / 3, 30.0) if self._notifier.watchdog else 30.0
        told = ""
        while True:
            order = self._orders.wait(tick)
            if order is not None:
                return order
            hung = self._hung()
            if not hung:
                self._notifier.alive()
            elif hung != told:
                self._notifier.status(f"hanging: {hung}")
                logger.error("hanging: %s", hung)
            told = hung

    def _hung(self) -> str:
        now = self._elapsed()
        hung = [name for name, busy in self._busy.items() if busy.overdue(now)]
        return ", ".join([*hung, *(["planning and delivering"] if self._delivering.overdue(now) else [])])

    def _read(self, name: str) -> None:
        """A worker's life: read, say so, wait."""
        busy = self._busy[name]
        state = "ok"
        while not self._stopping.is_set():
            busy.since = self._elapsed()
            try:
                outcome, again = self._workshop.read(name, self._stopping.is_set)
            except Exception as error:  # the store is full, locked or broken: say so, and try again
                self._trouble(f"reading {name}", error)
                again = self._clock.now() + AFTER_TROUBLE
            else:
                self._finished.put(outcome)
                if not self._stopping.is_set():
                    state = _tell(outcome, state)
            busy.since = None
            alarm = self._alarm(again)
            while (left := alarm.left()) and not self._stopping.wait(min(left, LONGEST_NAP)):
                pass
        self._part(lambda: self._workshop.leave(name))

    def _plan_and_deliver(self, alarm: Alarm) -> None:
        """Turn when everything has been tried once, after something came in, and when the last turn said so."""
        agenda = _Agenda(set(self._workshop.accounts))
        while not self._stopping.is_set():
            outcomes = self._outcomes(min(alarm.left(), LONGEST_NAP))
            self._delivering.since = self._elapsed()
            try:
                again = self._maybe_turn(agenda, outcomes, not alarm.left())
            except Exception as error:  # as above
                self._trouble("planning and delivering", error)
                again = self._clock.now() + AFTER_TROUBLE
            self._delivering.since = None
            if again is not None:
                alarm = self._alarm(again)
        self._part(self._workshop.remember)
        self._part(self._workshop.close)

    def _maybe_turn(self, agenda: _Agenda, outcomes: list[Outcome], time_is_up: bool) -> datetime | None:
        """Turn if there is reason to; returns when to do so again, if it was done."""
        for outcome in outcomes:
            agenda.note(outcome)
        if time_is_up:
            agenda.untried.clear()
        again = None
        if not (self._stopping.is_set() or agenda.untried) and (time_is_up or agenda.wanted or self._workshop.news()):
            agenda.wanted = True  # until it was done
            again = self._workshop.turn(agenda.missing, self._stopping.is_set)
            agenda.missing, agenda.wanted = [], False
        if outcomes or again is not None:
            self._notifier.status(self._workshop.status())
        return again

    def _outcomes(self, seconds: float) -> list[Outcome]:
        """What workers finished with, once there is any; empty when time is up, or when the loop ends."""
        found = []
        with suppress(queue.Empty):
            outcome = self._finished.get(timeout=seconds)
            while outcome is not None:
                found.append(outcome)
                outcome = self._finished.get_nowait()
        return found

    def _alarm(self, at: datetime) -> Alarm:
        return Alarm(at, self._clock, self._elapsed)

    def _part(self, last_act: Callable[[], None]) -> None:
        """A thread's last act. Nothing depends on it."""
        try:
            last_act()
        except Exception as error:
            logger.debug("ending: %s", type(error).__name__)

    def _trouble(self, doing: str, error: Exception) -> None:
        if self._stopping.is_set():  # a thread that was left behind has nothing to say any more
            return
        logger.error("%s: %s", doing, error if isinstance(error, AuldError) else unexpected(error))
        logger.debug("%s", doing, exc_info=error)
        self._notifier.status(f"trouble while {doing}")


def _tell(outcome: Outcome, before: str) -> str:
    """Log what one reading came to, if it is news; returns the state. What was wrong may name people: `auld status` says it."""
    name = outcome.report.name
    if outcome.report.events:
        logger.info("account %s: %d events from %d items", name, outcome.report.events, outcome.report.items)
    if outcome.state == "ok" != before:
        logger.info("account %s: ok again", name)
    elif outcome.state != before:
        logger.warning("account %s: %s (`auld status` says why)", name, outcome.state)
    return outcome.state
