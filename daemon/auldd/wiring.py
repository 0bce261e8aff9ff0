"""The one place where things are constructed and handed to each other."""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date, datetime, time
from functools import partial
from importlib.metadata import version
from time import monotonic
from types import TracebackType
from typing import Any

from auld import planner
from auld.clock import Clock
from auld.contract import Account, Collection, Sink
from auld.errors import AuldError, ConfigurationWrong
from auld.events import Draft, Payload
from auld.intake import Intake
from auld.log import Log
from auld.outbox import Delivered, Missing, Outbox, Target
from auld.policy import Policy
from auld.projections.encounters import encounters
from auld.projections.query import Query
from auld.projections.runner import Projector
from auld.standing import Standing
from auld.store import Store
from auldd import plugins
from auldd.clock import SystemClock
from auldd.config import Config, load
from auldd.loop import Ending, Loop
from auldd.pulling import Configured, Outcome, Puller, collection_named, told
from auldd.reports import AccountReport, AccountStatus, CheckLine, Met, OnceReport, Progress, RebuildReport, StatusReport
from auldd.schedule import next_poll, next_turn
from auldd.systemd import Notifier
from auldd.turn import Turn, TurnReport

logger = logging.getLogger(__name__)

USER_AGENT = f"auld/{version('auld')}"

Cancelled = Callable[[], bool]


def open_app(config: Config, *, clock: Clock | None = None) -> App:
    """Everything wired together over the configured store. Use as a context manager, or call ``close``."""
    return App(config, clock or SystemClock())


class App:
    """What the command line asks for. Reading needs no lock; ``once`` and ``run`` hold the cycle lock of the store."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.clock = clock
        self._assemble(config)

    def _assemble(self, config: Config) -> None:
        self.config = config
        self.store = Store.open(config.store)
        self.log = Log(self.store, config.owner)
        self._intake = Intake(self.log)
        self._standing = Standing(self.log)
        self._outbox = Outbox(self.log, self._intake)
        self._projector = Projector(self.log)
        self.accounts = {name: self._configured(name) for name in config.accounts}

    def __enter__(self) -> App:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.store.close()

    def _configured(self, name: str) -> Configured:
        account = self.config.accounts[name]
        write_to = self.config.write_to
        return Configured(
            name=name,
            connector=account.connector,
            settings=account.settings,
            secret=account.secret,
            also=write_to.collection if write_to is not None and write_to.account == name else "",
            interval=account.every.total_seconds(),
        )

    # --- reading --------------------------------------------------------------------------------------------------------
    def view(self, as_of: datetime | None = None) -> Query:
        """The state of the log, as of now or of another instant."""
        return Query(self._projector.catch_up(), as_of or self.clock.now())

    def plan(self, from_day: date, weeks: int) -> planner.Plan:
        """What would be done from that local day on; writes nothing."""
        now = self.clock.now()
        if from_day != now.astimezone(self.policy().zone).date():
            now = datetime.combine(from_day, time(6), self.policy().zone)
        view = self.view(now)
        return planner.plan(view, self.config.registry.reasons, view.today, weeks=weeks)

    def status(self) -> StatusReport:
        standings = self._standing.all()
        accounts = []
        for name in self.accounts:
            standing = standings.get(name)
            if standing is None:
                accounts.append(AccountStatus(name, "waiting", error="not read yet"))
            else:
                accounts.append(
                    AccountStatus(name, standing.state, standing.since, standing.last_ok, standing.next, standing.error)
                )
        counts = self._outbox.counts()
        head = self.log.head()
        return StatusReport(accounts, head, head, counts["pending"], counts["parked"])

    def verify(self) -> list[str]:
        return self.log.verify()

    def rebuild(self, progress: Progress | None = None) -> RebuildReport:
        """Fold the whole log anew and compare with what was live."""
        live = self._projector.catch_up().digest()
        began = monotonic()
        with self._lock():
            state = self._projector.rebuild(None if progress is None else lambda done, total: progress("events", done, total))
        return RebuildReport(events=state.position, seconds=monotonic() - began, same=state.digest() == live)

    # --- acts of the user -----------------------------------------------------------------------------------------------
    def append(self, payload: Payload) -> None:
        """What the user does by command line: one short transaction that never waits for a cycle."""
        self.log.append([Draft(payload)], self.clock.now())

    def accept_loss(self, account: str) -> list[str]:
        """Believe the loss that is held back for this account; returns the names of the collections concerned."""
        names = {c.id: c.name for c in self._standing.binding(account) or []}
        suspect = [state.collection for state in self._intake.states(account) if state.suspect]
        if suspect:
            self._intake.accept_loss(account, suspect, self.clock.now())
        return [names.get(collection, collection) for collection in suspect]

    # --- set-up ---------------------------------------------------------------------------------------------------------
    def check(self, rediscover: bool = False) -> list[CheckLine]:
        """Ask every account for its collections, and say what would be read and written where. Resets the breakers."""
        self._standing.reset_breakers()
        self._outbox.try_again()
        lines: list[CheckLine] = []
        puller = self._puller()
        try:
            for name, account in self.accounts.items():
                try:
                    found = puller.bind(account, puller.source(account), rediscover=rediscover or not self._bound(name))
                except Exception as error:  # a plugin may raise anything; each account gets its line
                    self._standing.record(name, "failed", self.clock.now(), error=told(error))
                    lines.append(CheckLine("wrong", name, told(error)))
                    continue
                for collection in found:
                    kinds = ", ".join(sorted(f"{kind}s" for kind in collection.kinds))
                    lines.append(CheckLine("ok", name, f"reads {kinds} from {collection.name!r} ({collection.id})"))
        finally:
            puller.close()
        lines.append(self._check_target())
        return lines

    def _bound(self, name: str) -> bool:
        return self._standing.binding(name, self.accounts[name].binding_key()) is not None

    def _check_target(self) -> CheckLine:
        write_to = self.config.write_to
        if write_to is None:
            return CheckLine("note", "write_to", "is not configured: nothing is written anywhere")
        try:
            target = self.target()
        except AuldError as error:
            return CheckLine("wrong", "write_to", str(error))
        if target is None:
            return CheckLine("wrong", "write_to", f"cannot be told before account {write_to.account!r} can be read")
        what = {"task": "tasks", "event": "all-day events"}[target.forms()[0]]
        return CheckLine("ok", "write_to", f"writes {what} into {target.collection.name!r} ({target.collection.id})")

    def discover(self, connector_name: str, settings: dict[str, Any], secret: Callable[[], str] | None) -> list[Collection]:
        """What there is under an address; for ``auld init``. Raises pydantic's ValidationError for wrong settings."""
        connector = self.config.registry.connectors[connector_name]
        source = connector.open(Account("init", connector.settings(**settings), secret, USER_AGENT))
        try:
            return list(source.discover())
        finally:
            source.close()

    def meets(self) -> list[Met]:
        """Whom the calendar says one met most in the last year; to choose from."""
        found = encounters(self._projector.catch_up(), self.clock.now())
        return [Met(each.name, each.email, each.count, each.last) for each in found]

    # --- the cycle ------------------------------------------------------------------------------------------------------
    def policy(self) -> Policy:
        write_to = self.config.write_to
        target = None if write_to is None else self._collection_to_write()
        return self.config.policy(() if target is None or write_to is None else (write_to.account, target.id))

    def _collection_to_write(self) -> Collection | None:
        write_to = self.config.write_to
        assert write_to is not None  # the caller looked
        bound = self._standing.binding(write_to.account)
        return None if bound is None else collection_named(bound, write_to.collection)

    def target(self) -> Target | None:
        """Where follow-ups go; None where nothing is configured, or the account has not been read yet.

        Raises ConfigurationWrong if the collection is not there or takes no entries.
        """
        write_to = self.config.write_to
        if write_to is None or self._standing.binding(write_to.account) is None:
            return None
        collection = self._collection_to_write()
        setting = ("write_to", "collection")
        if collection is None:
            there = ", ".join(repr(c.name) for c in self._standing.binding(write_to.account) or [])
            message = f"there is no collection {write_to.collection!r}; there is: {there or 'none'}"
            raise ConfigurationWrong([self.config.problem(setting, message)])
        wanted = {"task": {"task"}, "event": {"meeting"}, "auto": {"task", "meeting"}}[write_to.form]
        if not wanted & collection.accepts:
            takes = ", ".join(f"{kind}s" for kind in sorted(collection.accepts)) or "nothing from us"
            message = f"entries of that form cannot be written to {collection.name!r}: it takes {takes}"
            raise ConfigurationWrong([self.config.problem(setting, message)])
        return Target(write_to.account, collection, write_to.form, write_to.alarm, self.config.timezone)

    def _puller(self) -> Puller:
        return Puller(self._intake, self._standing, self.clock, USER_AGENT, self.config.vault.mask)

    def _lock(self) -> AbstractContextManager[object]:
        return self.store.cycle_lock(self.config.owner)

    def once(self, progress: Progress | None = None) -> OnceReport:
        """Read every account, plan, deliver. Raises StoreBusy if another process is at it."""
        stop = threading.Event()
        with self._lock():
            workshop = _Workshop(self)
            try:
                with ThreadPoolExecutor(max_workers=max(1, len(self.accounts)), thread_name_prefix="read") as pool:
                    reading = [pool.submit(workshop.read, name, stop.is_set, progress) for name in self.accounts]
                    try:
                        outcomes = [job.result()[0] for job in reading]
                    except BaseException:
                        stop.set()
                        raise
                report = workshop.plan_and_deliver([entry for o in outcomes for entry in o.missing_ours], stop.is_set)
            finally:
                workshop.close()
        return OnceReport(
            accounts=[o.report for o in outcomes],
            planned=report.planned,
            written=report.written,
            closed=report.closed,
            failed=report.failed,
            problems=report.problems,
        )

    def run(self) -> int:
        """Work until a signal ends it; SIGHUP reads the configuration again. Raises StoreBusy if another process is at it."""
        notifier = Notifier()
        while self._work(notifier) == "reload":
            self._reload()
        return 0

    def _work(self, notifier: Notifier) -> Ending:
        with self._lock():
            self._standing.reset_breakers()
            self._standing.forget_accounts(list(self.accounts))
            workshop = _Workshop(self)
            loop = Loop(workshop, self.clock, notifier)
            loop.install_signals()
            ending = loop.run()
            workshop.remember()
            return ending

    def _reload(self) -> None:
        """A configuration that is wrong is refused with every mistake named, and the old one stays in force."""
        old = self.config
        try:
            new = load(old.file, plugins.load(os.environ), old.state_dir, old.vault)
        except ConfigurationWrong as error:
            logger.error("the new configuration is not used: %s", error)
            return
        self.store.close()
        self._assemble(new)


class _Workshop:
    """The work of the loop: reading in the worker threads, planning and delivering in one more."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.accounts = list(app.accounts)
        self._pullers = {name: app._puller() for name in app.accounts}
        self._deliverer = app._puller()
        # one login, one conversation at a time: some servers do not take concurrent changes
        self._locks: dict[str, threading.Lock] = {}
        for name in app.accounts:
            self._locks.setdefault(self._origin(name), threading.Lock())

    def close(self) -> None:
        for puller in (*self._pullers.values(), self._deliverer):
            puller.close()
        self.remember()

    def remember(self) -> None:
        """What only memory knows of this process's cycles."""
        self._app._intake.remember()
        self._app._projector.save()

    def _origin(self, name: str) -> str:
        account = self._app.accounts[name]
        return account.connector.origin(account.settings) or name

    def read(self, name: str, cancelled: Cancelled, progress: Progress | None = None) -> tuple[Outcome, datetime]:
        app, account = self._app, self._app.accounts[name]
        with self._locks[self._origin(name)]:
            outcome = self._pullers[name].pull(account, cancelled=cancelled, progress=progress)
        now = app.clock.now()
        standing = app._standing.all().get(name)
        again = next_poll(
            outcome.state,
            now,
            interval=account.interval,
            failures=(standing.failures if standing else 0) + 1,
            after=outcome.after,
            random=random.random,
        )
        app._standing.record(name, outcome.state, now, error=outcome.report.error or "", next_at=again)
        return outcome, again

    def plan_and_deliver(self, missing: Sequence[Missing], cancelled: Cancelled) -> TurnReport:
        app = self._app
        turn = Turn(
            log=app.log,
            projector=app._projector,
            outbox=app._outbox,
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
        app._projector.save()
        return report

    def _with_sink(self, name: str, report: TurnReport, work: Callable[[Sink], Delivered]) -> None:
        """Work on the calendars of one account, inside its error boundary. A refused password stops all reading, too."""
        app, account = self._app, self._app.accounts[name]
        with self._locks[self._origin(name)]:
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
                    app._standing.record(name, "refused", app.clock.now(), error=outcome.report.error or "")

    def turn(self, missing: list[Missing], cancelled: Cancelled) -> datetime:
        report = self.plan_and_deliver(missing, cancelled)
        app = self._app
        return next_turn(app.clock.now(), app.config.policy().zone, app._outbox.next_due(), report.stopped)

    def status(self) -> str:
        standings = self._app._standing.all()
        bad = sorted(name for name, standing in standings.items() if standing.state not in {"ok", "syncing"})
        well = len(standings) - len(bad)
        return f"{well} of {len(self.accounts)} accounts well" + (f"; look at: {', '.join(bad)}" if bad else "")
