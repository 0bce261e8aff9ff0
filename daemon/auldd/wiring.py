"""The one place where things are constructed and handed to each other."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time
from importlib.metadata import version
from time import monotonic
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from auld import planner
from auld.clock import Clock
from auld.contract import Account, Authorises, Collection, Consent
from auld.errors import AuldError, ConfigurationWrong
from auld.events import Draft, Payload
from auld.intake import Intake
from auld.log import Log
from auld.outbox import Outbox, Target
from auld.policy import Policy
from auld.projections import state as projected
from auld.projections.encounters import encounters
from auld.projections.query import Query
from auld.projections.runner import Projector
from auld.settled import Settled
from auld.standing import Standing, State
from auld.store import Store
from auldd import plugins
from auldd.accounts import Configured, collection_named
from auldd.clock import SystemClock
from auldd.config import Config, load
from auldd.loop import Ending, Loop, Orders
from auldd.pulling import Outcome, Puller
from auldd.reports import AccountReport, AccountStatus, CheckLine, Met, OnceReport, Progress, RebuildReport, StatusReport
from auldd.systemd import Notifier
from auldd.workshop import Workshop

logger = logging.getLogger(__name__)

USER_AGENT = f"auld/{version('auld')}"

_FEW = 5
"""So many remarks of one kind are made about an account."""


def open_app(config: Config, *, clock: Clock | None = None) -> App:
    """Everything wired together over the configured store. Use as a context manager, or call ``close``."""
    return App(config, clock or SystemClock())


class App:
    """What the command line asks for. Reading needs no lock; ``once`` and ``run`` hold the cycle lock of the store."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.clock = clock
        self.config = config
        self.store = Store.open(config.store)
        self.log = Log(self.store, config.owner)
        self.intake = Intake(self.log)
        self.standing = Standing(self.log)
        self.outbox = Outbox(self.log, self.intake)
        self.projector = Projector(self.log)
        self.settled = Settled(self.log)
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

    def world(self, today: date) -> str:
        """What decides beside the log what there is to do, in a spelling that differs when it does."""
        config = self.config
        told = [USER_AGENT, config.registry.plugins, self.policy(), config.write_to, today]
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()

    # --- reading --------------------------------------------------------------------------------------------------------
    def view(self, as_of: datetime | None = None) -> Query:
        """The state of the log, as of now or of another instant."""
        return Query(self.projector.catch_up(), as_of or self.clock.now())

    def state(self) -> projected.State:
        """All that is known, caught up with the log."""
        return self.projector.catch_up()

    def plan(self, from_day: date, weeks: int) -> planner.Plan:
        """What would be done from that local day on; writes nothing."""
        now = self.clock.now()
        if from_day != now.astimezone(self.policy().zone).date():
            now = datetime.combine(from_day, time(6), self.policy().zone)
        view = self.view(now)
        return planner.plan(view, self.config.registry.reasons, view.today, weeks=weeks)

    def status(self) -> StatusReport:
        standings = self.standing.all()
        unreadable: dict[str, list[tuple[str, str]]] = {}
        for name, ref, problem in self.intake.unreadable():
            unreadable.setdefault(name, []).append((ref, problem))
        in_part: dict[str, list[str]] = {}
        for name, ref, problem in self.intake.unreadable(in_part=True):
            in_part.setdefault(name, []).append(f"{ref} is read in part: {problem}")
        accounts = []
        for name in self.accounts:
            standing = standings.get(name)
            if standing is None:
                accounts.append(AccountStatus(name, "waiting", error="not read yet"))
            else:
                accounts.append(
                    AccountStatus(
                        name,
                        standing.state,
                        standing.since,
                        standing.last_ok,
                        standing.next,
                        standing.error,
                        unreadable.get(name, ()),
                        (*standing.notes, *_few(in_part.get(name, []))),
                    )
                )
        counts = self.outbox.counts()
        head = self.log.head()
        left_out, unwritten = self.config.registry.problems, sorted({why for _, why in self.outbox.problems()})
        return StatusReport(accounts, head, head, counts["pending"], counts["parked"], left_out, unwritten)

    def verify(self) -> list[str]:
        return self.log.verify()

    def rebuild(self, progress: Progress | None = None) -> RebuildReport:
        """Fold the whole log anew and compare with what was live."""
        live = self.projector.catch_up().digest()
        began = monotonic()
        with self._lock():
            state = self.projector.rebuild(None if progress is None else lambda done, total: progress("events", done, total))
        return RebuildReport(events=state.position, seconds=monotonic() - began, same=state.digest() == live)

    # --- acts of the user -----------------------------------------------------------------------------------------------
    def append(self, payload: Payload) -> None:
        """What the user does by command line: one short transaction that never waits for a cycle."""
        self.log.append([Draft(payload)], self.clock.now())

    def accept_loss(self, account: str) -> list[str]:
        """Believe the loss that is held back for this account; returns the names of the collections concerned."""
        names = {c.id: c.name for c in self.standing.binding(account) or []}
        suspect = [state.collection for state in self.intake.states(account) if state.suspect]
        if suspect:
            self.intake.accept_loss(account, suspect, self.clock.now())
        return [names.get(collection, collection) for collection in suspect]

    # --- set-up ---------------------------------------------------------------------------------------------------------
    def check(self, rediscover: bool = False) -> list[CheckLine]:
        """Ask every account for its collections, and say what would be read and written where. Resets the breakers."""
        self.standing.reset_breakers()
        self.standing.forget_accounts(list(self.accounts))
        self.outbox.try_again()
        lines: list[CheckLine] = []
        puller = self.puller()
        try:
            for name, account in self.accounts.items():
                outcome = Outcome(AccountReport(name), "ok")
                found: list[Collection] = []
                try:
                    found = puller.try_out(account, rediscover=rediscover)
                except (Exception, SystemExit) as error:  # a plugin may raise anything; each account gets its line
                    puller.judge(account, error, outcome)
                    lines.append(CheckLine("wrong", name, outcome.report.error))
                self._note_check(name, outcome)
                for collection in found:
                    kinds = ", ".join(sorted(f"{kind}s" for kind in collection.kinds))
                    lines.append(CheckLine("ok", name, f"reads {kinds} from {collection.name!r} ({collection.id})"))
        finally:
            puller.close()
        lines.append(self._check_target())
        return lines

    def _note_check(self, name: str, outcome: Outcome) -> None:
        """That it failed is a state; that it went well only ends one, for nothing has been read yet."""
        before = self.standing.all().get(name)
        if outcome.state == "ok" and (before is None or before.state not in {"refused", "failed"}):
            return
        state: State = "waiting" if outcome.state == "ok" else outcome.state
        next_at = before.next if before else None
        self.standing.record(name, state, self.clock.now(), error=outcome.report.error, next_at=next_at)

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

    def authorise(self, name: str, consent: Consent) -> str:
        """Let the user allow an account at its vendor; returns what to tell. ConfigurationWrong where nobody is asked."""
        account = self.accounts[name]
        if not isinstance(account.connector, Authorises):
            raise ConfigurationWrong(f"account {name}: the connector {account.connector.name} asks nobody for consent")
        words = account.connector.authorise(
            Account(name, account.settings, account.secret, USER_AGENT, now=self.clock.now), consent
        )
        self.standing.reset_breakers()
        return words

    def discover(self, connector_name: str, settings: dict[str, Any], secret: Callable[[], str] | None) -> list[Collection]:
        """What there is under an address; for ``auld init``. Raises pydantic's ValidationError for wrong settings."""
        connector = self.config.registry.connectors[connector_name]
        source = connector.open(Account("init", connector.settings(**settings), secret, USER_AGENT, now=self.clock.now))
        try:
            return list(source.discover())
        finally:
            source.close()

    def meets(self) -> list[Met]:
        """Whom the calendar says one met most in the last year; to choose from."""
        found = encounters(self.projector.catch_up(), self.clock.now())
        return [Met(each.name, each.email, each.count, each.last) for each in found]

    # --- the cycle ------------------------------------------------------------------------------------------------------
    def policy(self) -> Policy:
        write_to = self.config.write_to
        target = None if write_to is None else self._collection_to_write()
        ours = () if target is None or write_to is None else (write_to.account, target.id)
        return self.config.policy(ours, self.clock.now().astimezone(ZoneInfo(self.config.timezone)).year)

    def _collection_to_write(self) -> Collection | None:
        write_to = self.config.write_to
        assert write_to is not None  # the caller looked
        bound = self.standing.binding(write_to.account)
        return None if bound is None else collection_named(bound, write_to.collection)

    def target(self) -> Target | None:
        """Where follow-ups go; None where nothing is configured, or the account has not been read yet.

        Raises ConfigurationWrong if the collection is not there or takes no entries.
        """
        write_to = self.config.write_to
        if write_to is None or self.standing.binding(write_to.account) is None:
            return None
        collection = self._collection_to_write()
        setting = ("write_to", "collection")
        if collection is None:
            there = ", ".join(repr(c.name) for c in self.standing.binding(write_to.account) or [])
            message = f"there is no collection {write_to.collection!r}; there is: {there or 'none'}"
            raise ConfigurationWrong([self.config.problem(setting, message)])
        wanted = {"task": {"task"}, "event": {"meeting"}, "auto": {"task", "meeting"}}[write_to.form]
        if not wanted & collection.accepts:
            takes = ", ".join(f"{kind}s" for kind in sorted(collection.accepts)) or "nothing from us"
            message = f"entries of that form cannot be written to {collection.name!r}: it takes {takes}"
            raise ConfigurationWrong([self.config.problem(setting, message)])
        return Target(write_to.account, collection, write_to.form, write_to.alarm, self.config.timezone)

    def puller(self) -> Puller:
        """A reader of accounts, for one thread."""
        return Puller(self.intake, self.standing, self.clock, USER_AGENT, self.config.vault.mask)

    def _lock(self) -> AbstractContextManager[object]:
        return self.store.cycle_lock(self.config.owner)

    def once(self, progress: Progress | None = None) -> OnceReport:
        """Read every account, plan, deliver. Raises StoreBusy if another process is at it."""
        with self._lock():
            self.standing.forget_accounts(list(self.accounts))
            workshop = Workshop(self)
            try:
                outcomes = workshop.read_all(progress)
                report = workshop.plan_and_deliver([entry for o in outcomes for entry in o.missing_ours], lambda: False)
                workshop.remember()
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
        notifier, orders = Notifier(), Orders()
        orders.install_signals()
        app = self
        with self._lock():
            while app._work(notifier, orders) == "reload":
                app = app._renewed()
            app.close()
        return 0

    def _work(self, notifier: Notifier, orders: Orders) -> Ending:
        self.standing.forget_accounts(list(self.accounts))
        return Loop(Workshop(self), self.clock, notifier, orders).run()

    def _renewed(self) -> App:
        """An application over the configuration as it is now; where that is wrong, every mistake is named and the old one stays
        in force. It shares nothing with this one, whose store is closed: a thread of it that hangs on can do no more harm."""
        old = self.config
        self.close()
        try:
            new = load(old.file, plugins.load(os.environ), old.state_dir, old.vault)
            if (new.store, new.owner) != (old.store, old.owner):
                raise ConfigurationWrong("another store takes a restart")
        except ConfigurationWrong as error:
            logger.error("the new configuration is not used: %s", error)
            return App(old, self.clock)
        app = App(new, self.clock)
        app.standing.reset_breakers()
        logger.info("the configuration was read again")
        return app


def _few(remarks: list[str]) -> list[str]:
    """The first of many remarks of one kind, and how many more there are."""
    more = len(remarks) - _FEW
    return remarks if more <= 0 else [*remarks[:_FEW], f"and {more} more like that"]
