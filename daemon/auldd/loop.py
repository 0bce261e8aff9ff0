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
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Literal, Protocol

from auld.clock import Clock
from auld.errors import AuldError
from auld.outbox import Missing
from auldd.pulling import Outcome
from auldd.systemd import Notifier

logger = logging.getLogger(__name__)

STOP_WITHIN = 3.0
"""Seconds that threads are given to end by themselves; with what follows a stop takes less than five."""

READ_DEADLINE = timedelta(hours=1)
"""A first sync of a slow server takes minutes; after an hour a worker counts as hung and the watchdog is no longer fed."""

TURN_DEADLINE = timedelta(minutes=30)
FIRST_TURN = timedelta(minutes=15)
"""Nothing is planned before every account has been tried once, lest somebody seem forgotten whom one met yesterday; but an
account that takes longer than this does not hold up the others."""

AFTER_TROUBLE = timedelta(minutes=1)
LONGEST_NAP = 60.0

Ending = Literal["stop", "reload"]


class Workshop(Protocol):
    """What the loop drives. Every method is called from one thread of its own only."""

    @property
    def accounts(self) -> Collection[str]:
        """The names of the accounts to read."""
        ...

    def read(self, name: str, cancelled: Callable[[], bool]) -> tuple[Outcome, datetime]:
        """Read one account; returns what came of it and when to read it again."""
        ...

    def turn(self, missing: list[Missing], cancelled: Callable[[], bool]) -> datetime:
        """Plan and deliver; returns when to do so again even if nothing comes in."""
        ...

    def status(self) -> str:
        """How things stand, in one line."""
        ...


@dataclass(slots=True)
class _Busy:
    """Since when a thread has been at its present piece of work, and how long it may take; None while it waits."""

    allowed: timedelta
    since: datetime | None = None

    def overdue(self, now: datetime) -> bool:
        return self.since is not None and now - self.since > self.allowed


class Loop:
    """Runs a workshop until a signal ends it."""

    def __init__(self, workshop: Workshop, clock: Clock, notifier: Notifier) -> None:
        self._workshop = workshop
        self._clock = clock
        self._notifier = notifier
        self._stopping = threading.Event()
        # SimpleQueue, because put() is called from signal handlers and must not meet its own lock there
        self._supervisor: queue.SimpleQueue[Ending] = queue.SimpleQueue()
        self._finished: queue.SimpleQueue[Outcome | None] = queue.SimpleQueue()
        self._busy: dict[str, _Busy] = {}

    def install_signals(self) -> None:
        """SIGTERM and SIGINT stop, SIGHUP reloads. Main thread only."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.end("stop"))
        signal.signal(signal.SIGHUP, lambda *_: self.end("reload"))

    def end(self, how: Ending) -> None:
        """Ask the loop to end; safe from signal handlers and any thread."""
        self._stopping.set()
        self._finished.put(None)  # wakes the planner
        self._supervisor.put(how)

    def run(self) -> Ending:
        """Work until asked to end. Returns within five seconds of that."""
        threads = [
            threading.Thread(target=self._read, args=(name,), name=f"read-{name}", daemon=True)
            for name in self._workshop.accounts
        ]
        threads.append(threading.Thread(target=self._plan_and_deliver, name="turn", daemon=True))
        self._notifier.ready(self._workshop.status())
        for thread in threads:
            thread.start()
        ending = self._supervise()
        self._notifier.stopping() if ending == "stop" else self._notifier.reloading()
        deadline = monotonic() + STOP_WITHIN
        for thread in threads:
            thread.join(max(0.0, deadline - monotonic()))
        return ending

    def _supervise(self) -> Ending:
        tick = min(self._notifier.watchdog / 3, 30.0) if self._notifier.watchdog else 30.0
        while True:
            try:
                return self._supervisor.get(timeout=tick)
            except queue.Empty:
                pass
            now = self._clock.now()
            hung = sorted(name for name, busy in self._busy.items() if busy.overdue(now))
            if hung:
                self._notifier.status(f"hanging: {', '.join(hung)}")
                logger.error("hanging: %s", ", ".join(hung))
            else:
                self._notifier.alive()

    def _read(self, name: str) -> None:
        """A worker's life: read, say so, wait."""
        busy = self._busy.setdefault(name, _Busy(READ_DEADLINE))
        while not self._stopping.is_set():
            busy.since = self._clock.now()
            try:
                outcome, again = self._workshop.read(name, self._stopping.is_set)
            except Exception as error:  # the store is full, locked or broken: say so, and try again
                self._trouble(f"reading {name}", error)
                again = self._clock.now() + AFTER_TROUBLE
            else:
                self._finished.put(outcome)
            busy.since = None
            self._wait_until(again)

    def _plan_and_deliver(self) -> None:
        """Turn when everything has been tried once, after something was read, and when the last turn said so."""
        busy = self._busy.setdefault("turn", _Busy(TURN_DEADLINE))
        untried = set(self._workshop.accounts)
        missing: list[Missing] = []
        again = self._clock.now() + FIRST_TURN
        while not self._stopping.is_set():
            outcome = self._next_outcome(again)
            if outcome is not None:
                first = outcome.report.name in untried
                untried.discard(outcome.report.name)
                missing += outcome.missing_ours
                if untried or not (first or outcome.report.events or outcome.missing_ours):
                    continue
            elif self._stopping.is_set() or self._clock.now() < again:
                continue
            busy.since = self._clock.now()
            try:
                again = self._workshop.turn(missing, self._stopping.is_set)
                missing = []
            except Exception as error:  # as above
                self._trouble("planning and delivering", error)
                again = self._clock.now() + AFTER_TROUBLE
            busy.since = None
            self._notifier.status(self._workshop.status())

    def _next_outcome(self, until: datetime) -> Outcome | None:
        """What a worker finished with; None when it is time anyway, or when the loop ends."""
        wait = min(LONGEST_NAP, max(0.0, (until - self._clock.now()).total_seconds()))
        try:
            return self._finished.get(timeout=wait)
        except queue.Empty:
            return None

    def _wait_until(self, at: datetime) -> None:
        """In short naps, because a suspended machine wakes up to another wall clock."""
        while not self._stopping.is_set():
            left = (at - self._clock.now()).total_seconds()
            if left <= 0:
                return
            self._stopping.wait(min(left, LONGEST_NAP))

    def _trouble(self, doing: str, error: Exception) -> None:
        logger.error("%s: %s", doing, error if isinstance(error, AuldError) else type(error).__name__)
        logger.debug("%s", doing, exc_info=error)
        self._notifier.status(f"trouble while {doing}")
