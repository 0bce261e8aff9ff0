"""The work of a cycle: reading accounts in threads of their own, planning and delivering in one more."""

from __future__ import annotations

import logging
import queue
import random
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from auld.contract import Sink
from auld.errors import ConfigurationWrong
from auld.outbox import Delivered, Missing
from auldd.loop import READ_DEADLINE
from auldd.memory import give_back
from auldd.pulling import Outcome
from auldd.reports import AccountReport, Progress
from auldd.schedule import next_poll, next_turn
from auldd.turn import Turn, TurnReport

if TYPE_CHECKING:
    from auldd.wiring import App

logger = logging.getLogger(__name__)

Cancelled = Callable[[], bool]


class Workshop:
    """What one configuration asks for, from the reading of its accounts to the delivery. An account is read by one thread at
    a time, and there is one that plans and delivers; each gives back its own sockets when it leaves."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.accounts = list(app.accounts)
        self._pullers = {name: app.puller() for name in app.accounts}
        self._deliverer = app.puller()
        # one login, one conversation at a time: some servers do not take concurrent changes
        self._locks: dict[str, threading.Lock] = {}
        for name in app.accounts:
            self._locks.setdefault(self._login(name), threading.Lock())
        self._turned_at = -1

    def leave(self, name: str) -> None:
        """The thread that reads this account ends."""
        self._pullers[name].close()

    def close(self) -> None:
        """The thread that plans and delivers ends."""
        self._deliverer.close()

    def remember(self) -> None:
        """Write down what only memory knows of this process's cycles."""
        self._app.intake.remember()
        self._app.projector.save()

    def _login(self, name: str) -> str:
        return self._app.accounts[name].origin or name

    def read_all(self, progress: Progress | None) -> list[Outcome]:
        """Read every account, at the same time. One that hangs is left alone in the end. Raises what the store does."""
        done: queue.SimpleQueue[tuple[str, Outcome | Exception]] = queue.SimpleQueue()
        stop = threading.Event()

        def work(name: str) -> None:
            try:
                done.put((name, self.read(name, stop.is_set, progress)[0]))
            except Exception as error:  # raised again where it is waited for
                done.put((name, error))
            finally:
                self.leave(name)

        for name in self.accounts:
            threading.Thread(target=work, args=(name,), name=f"read-{name}", daemon=True).start()
        outcomes: dict[str, Outcome] = {}
        try:
            while len(outcomes) < len(self.accounts):
                name, outcome = done.get(timeout=READ_DEADLINE.total_seconds())
                if isinstance(outcome, Exception):
                    raise outcome
                outcomes[name] = outcome
        except queue.Empty:
            for name in set(self.accounts) - outcomes.keys():
                outcomes[name] = Outcome(AccountReport(name, error="does not come to an end"), "waiting")
        finally:
            stop.set()
        give_back()
        return [outcomes[name] for name in self.accounts]

    def read(self, name: str, cancelled: Cancelled, progress: Progress | None = None) -> tuple[Outcome, datetime]:
        """Read one account; returns what came of it and when to read it again."""
        app, account = self._app, self._app.accounts[name]
        with self._locks[self._login(name)]:
            outcome = self._pullers[name].pull(account, cancelled=cancelled, progress=progress)
        now = app.clock.now()
        if cancelled():
            return outcome, now  # half of it may not have been read: this is no state to be noted
        standing = app.standing.all().get(name)
        again = next_poll(
            outcome.state,
            now,
            interval=account.interval,
            failures=(standing.failures if standing else 0) + 1,
            after=outcome.after,
            random=random.random,
        )
        app.standing.record(name, outcome.state, now, error=outcome.report.error or "", next_at=again, notes=outcome.remarks())
        return outcome, again

    def plan_and_deliver(self, missing: Sequence[Missing], cancelled: Cancelled) -> TurnReport:
        """Bring the log up to what is to be done, and the calendar up to the log."""
        app, began = self._app, self._app.clock.now()
        world = app.world(began.astimezone(app.config.policy().zone).date())
        self._turned_at = app.log.head()
        if not missing and app.outbox.next_due() is None and app.settled.holds(world, began):
            return TurnReport()
        turn = Turn(
            log=app.log,
            projector=app.projector,
            outbox=app.outbox,
            reasons=app.config.registry.reasons,
            clock=app.clock,
            policy=app.policy(),
        )
        early = TurnReport()
        for name in sorted({entry.account for entry in missing} & app.accounts.keys()):
            lost = [entry for entry in missing if entry.account == name]
            self._with_sink(name, early, partial(turn.confirm, lost))
        report = turn.plan()
        report.problems += early.problems
        try:
            target = app.target()
        except ConfigurationWrong as error:
            report.problems.append(str(error))
            target = None
        if target is not None and turn.has_work(target):
            self._with_sink(target.account, report, lambda sink: turn.deliver(target, sink, report, cancelled))
        app.projector.save()
        done = target is None or not turn.has_work(target)  # else it was cancelled, or a step waits for the next pull
        if done and report == TurnReport() and app.log.head() == self._turned_at and app.outbox.next_due() is None:
            app.settled.note(world, self._turned_at, app.view(began).good_until)
        return report

    def _with_sink(self, name: str, report: TurnReport, work: Callable[[Sink], Delivered]) -> None:
        """Work on the calendars of one account, inside its error boundary. A refused password stops all reading, too."""
        app, account = self._app, self._app.accounts[name]
        with self._locks[self._login(name)]:
            try:
                sink = self._deliverer.source(account)
                if not isinstance(sink, Sink):
                    raise ConfigurationWrong(f"the connector {account.connector.name} cannot write")
                report.stopped = work(sink).stopped
                if report.stopped is not None:
                    raise report.stopped
            except Exception as error:  # a plugin may raise anything
                outcome = Outcome(AccountReport(name), "ok")
                self._deliverer.judge(account, error, outcome)
                self._deliverer.close_source(name)
                report.problems.append(f"{name}: {outcome.report.error}")
                if outcome.state == "refused":
                    app.standing.record(name, "refused", app.clock.now(), error=outcome.report.error or "")

    def turn(self, missing: list[Missing], cancelled: Cancelled) -> datetime:
        """Plan and deliver; returns when to do so again even if nothing comes in."""
        report = self.plan_and_deliver(missing, cancelled)
        app = self._app
        if report.planned or report.written or report.closed or report.failed:
            counts = (report.planned, report.written, report.closed, report.failed)
            logger.info("follow-ups: %d planned, %d written, %d closed, %d failed", *counts)
        for problem in report.problems:
            logger.warning("%s", problem)
        give_back()
        return next_turn(app.clock.now(), app.config.policy().zone, app.outbox.next_due(), report.stopped)

    def news(self) -> bool:
        """Has anything entered the log since the last turn began, by whatever hand (``auld keep`` in another process)?"""
        return self._app.log.head() != self._turned_at

    def status(self) -> str:
        """How things stand, in one line."""
        states = {name: standing.state for name, standing in sorted(self._app.standing.all().items())}
        well = sum(state == "ok" for state in states.values())
        reading = ", ".join(name for name, state in states.items() if state == "syncing")
        bad = ", ".join(name for name, state in states.items() if state not in {"ok", "syncing"})
        text = f"{well} of {len(self.accounts)} accounts well"
        return text + (f"; reading for the first time: {reading}" if reading else "") + (f"; look at: {bad}" if bad else "")
