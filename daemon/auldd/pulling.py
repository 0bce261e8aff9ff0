"""Reading one account: bind its collections, pull each, and note how the account stands afterwards.

This is the error boundary of a connector. Whatever it raises, or returns that makes no sense, becomes the state of its own
account and a line for the user; it never reaches another account.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from auld.clock import Clock
from auld.contract import Account, Batch, Collection, Pull, Source
from auld.errors import (
    AuldError,
    CollectionGone,
    ConfigurationWrong,
    CredentialsRefused,
    CredentialsUnavailable,
    CursorRefused,
    RateLimited,
    TryLater,
)
from auld.intake import Intake, Taken
from auld.outbox import Missing
from auld.safety import due_full
from auld.standing import Standing, State
from auldd.accounts import Configured, collection_named
from auldd.report import told, unexpected
from auldd.reports import AccountReport, Progress

logger = logging.getLogger(__name__)


Cancelled = Callable[[], bool]

_WORSE: tuple[State, ...] = ("ok", "failed", "waiting", "suspect", "refused")
"""What a reading may end in. What time may mend outdoes what it does not: the account is then read again sooner."""

_ILL = 2
"""Collections in a row that fail, after which the rest of the account is not asked."""


@dataclass(slots=True)
class Outcome:
    """What one reading of an account came to. ``missing_ours``: entries of ours that were not there any more;
    ``after``: the wish of the other side, in seconds, before it is asked again."""

    report: AccountReport
    state: State
    after: float | None = None
    missing_ours: list[Missing] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    collection_gone: bool = False
    listed: bool = False  # everything was looked at anew

    def remarks(self) -> list[str] | None:
        """What the user should be told of now; None if nothing new was seen, so that what was said before still holds."""
        return self.notes if self.notes or self.report.items or self.listed else None

    def trouble(self, state: State, why: str) -> None:
        """One more thing that went wrong: the worst state stands, and all is told."""
        self.state = max(self.state, state, key=_WORSE.index)
        self.report.error = f"{self.report.error}; {why}" if self.report.error else why


@dataclass(frozen=True, slots=True)
class _Reading:
    """One collection being read: from the source, batch by batch, into the log."""

    intake: Intake
    clock: Clock
    account: str
    source: Source
    collection: Collection
    cancelled: Cancelled
    progress: Progress | None

    def read(self, outcome: Outcome) -> None:
        now = self.clock.now()
        account, collection = self.account, self.collection
        state = self.intake.state(account, collection.id)
        request = Pull(
            collection=collection,
            cursor=state.cursor,
            known=self.intake.known(account, collection.id),
            full=due_full(state, now),
            now=now,
            cancelled=self.cancelled,
        )
        outcome.listed = outcome.listed or request.full
        seen = 0
        for batch in self.source.pull(request):
            if not isinstance(batch, Batch):
                raise TypeError(f"a source must yield Batch objects, not {type(batch).__name__}")
            self._note(self.intake.take(account, collection.id, batch, now), outcome)
            seen += len(batch.items)
            if self.progress is not None and batch.items:
                self.progress(account, seen, batch.total)
        if self.cancelled():
            return  # what came in stays; the rest is for next time
        taken = self.intake.finish(account, collection.id, now)
        self._note(taken, outcome)
        if taken.suspect:
            outcome.trouble("suspect", self._doubt())

    def _note(self, taken: Taken, outcome: Outcome) -> None:
        outcome.report.items += taken.items
        outcome.report.events += taken.events
        outcome.missing_ours += (Missing(self.account, self.collection, ref) for ref in taken.missing_ours)
        outcome.notes += (f"{self.collection.name}: {note}" for note in taken.notes)

    def _doubt(self) -> str:
        state = self.intake.state(self.account, self.collection.id)
        missing = f"{self.collection.name}: {state.suspect_missing} of {state.present} items are suddenly missing"
        if state.needs_acceptance:
            return f"{missing}; if that is right, run: auld accept-loss {self.account}"
        return f"{missing}; it is looked at again before that is believed"


class Puller:
    """Reads accounts, each with one open source that is kept from cycle to cycle. One puller a thread."""

    def __init__(
        self, intake: Intake, standing: Standing, clock: Clock, user_agent: str, mask: Callable[[str], str] = str
    ) -> None:
        self._intake = intake
        self._standing = standing
        self._clock = clock
        self._user_agent = user_agent
        self._mask = mask  # blots out secrets, should a server or a plugin quote one
        self._sources: dict[str, tuple[str, Source]] = {}
        self._secrets: dict[str, str] = {}

    def close(self) -> None:
        for name in list(self._sources):
            self.close_source(name)

    def close_source(self, name: str) -> None:
        _, source = self._sources.pop(name, (None, None))
        if source is not None:
            try:
                source.close()
            except Exception as error:  # a plugin may raise anything; closing is over either way
                logger.debug("closing %s: %s", name, type(error).__name__)

    def source(self, account: Configured) -> Source:
        """The open source of an account. Raises CredentialsRefused without asking, if this very secret was refused before."""
        secret = self._secrets[account.name] = account.secret() if account.secret else ""
        origin = account.origin
        if origin and self._standing.is_refused(origin, account.login, secret):
            raise CredentialsRefused(self._refusal(account))
        mark = hashlib.sha256(f"{account.binding_key()}\0{secret}".encode()).hexdigest()
        known = self._sources.get(account.name)
        if known is not None and known[0] == mark:
            return known[1]
        self.close_source(account.name)
        source = account.connector.open(
            Account(
                account.name,
                account.settings,
                (lambda: secret) if account.secret else None,
                self._user_agent,
                now=self._clock.now,
            )
        )
        self._sources[account.name] = (mark, source)
        return source

    def _refusal(self, account: Configured) -> str:
        """Why the account is not asked for. What the user has to do where there is no password only its connector could say."""
        before = self._standing.all().get(account.name)
        if account.secret is None and before is not None and before.state == "refused":
            return before.error
        return "the password was refused; not asked again until it changes, or `auld check` is run"

    def bind(self, account: Configured, source: Source, *, rediscover: bool = False) -> list[Collection]:
        """The account's collections: as bound, or discovered now (first use, changed settings, a collection gone)."""
        key = account.binding_key()
        bound = None if rediscover else self._standing.binding(account.name, key)
        if bound is not None:
            return bound
        found = self._discover(account, source)
        with self._standing.binding_lock:  # two accounts that are bound at the same moment must see each other
            self._refuse_shared(account, found)
            self._intake.release(account.name, {collection.id for collection in found})
            self._standing.bind(account.name, key, found, self._clock.now())
        return found

    def try_out(self, account: Configured, *, rediscover: bool = False) -> list[Collection]:
        """The account's collections, after asking whether they are there and the password is right. Raises what a connector
        does, and CollectionGone if one that was bound is not offered any more."""
        source = self.source(account)
        bound = None if rediscover else self._standing.binding(account.name, account.binding_key())
        if bound is None:
            return self.bind(account, source, rediscover=True)
        there = {collection.id for collection in self._discover(account, source)}
        lost = ", ".join(repr(collection.name) for collection in bound if collection.id not in there)
        if lost:
            raise CollectionGone(f"not there any more: {lost}; if it was moved or renamed: auld check --rediscover")
        return bound

    def _discover(self, account: Configured, source: Source) -> list[Collection]:
        found = list(source.discover())
        if account.also and collection_named(found, account.also) is None:
            found += self._discover_also(account)
        return found

    def _discover_also(self, account: Configured) -> list[Collection]:
        secret = account.secret
        settings = account.settings.model_copy(update={"collections": [account.also]})
        source = account.connector.open(Account(account.name, settings, secret, self._user_agent, now=self._clock.now))
        try:
            return list(source.discover())
        finally:
            source.close()

    def _refuse_shared(self, account: Configured, found: list[Collection]) -> None:
        """The same collection read by two accounts would make each interaction count twice."""
        ids = {c.id: c.name for c in found}
        for other in self._standing.all():
            if other == account.name:
                continue
            for taken in self._standing.binding(other) or []:
                if taken.id in ids:
                    raise ConfigurationWrong(
                        f"account {account.name}: the collection {ids[taken.id]!r} is read by account {other} already; "
                        f"name different `collections` in one of them"
                    )

    def pull(self, account: Configured, *, cancelled: Cancelled = lambda: False, progress: Progress | None = None) -> Outcome:
        """Read everything new of one account. Never raises what a connector does."""
        outcome = Outcome(AccountReport(account.name), "ok")
        if account.name not in self._standing.all():
            self._standing.record(account.name, "syncing", self._clock.now())
        source: Source | None = None
        before = 0
        try:
            source = self.source(account)
            before = _requests(source)
            self._read_all(account, source, outcome, cancelled, progress)
            if outcome.collection_gone:
                self._look_elsewhere(account, source, outcome)
        except (Exception, SystemExit) as error:  # the boundary: a plugin may raise anything
            self.judge(account, error, outcome)
        outcome.report.requests = max(0, _requests(source) - before)
        outcome.report.ok = outcome.state == "ok"
        if not outcome.report.ok:
            self.close_source(account.name)
        return outcome

    def _read_all(
        self, account: Configured, source: Source, outcome: Outcome, cancelled: Cancelled, progress: Progress | None
    ) -> None:
        """Each collection. One that fails does not keep its sisters from being read, unless the whole server is ill."""
        collections = self.bind(account, source)
        standing = self._standing.all()[account.name]
        if standing.last_ok is None and standing.state != "syncing":  # the other side answers now
            self._standing.record(account.name, "syncing", self._clock.now())
        failures = 0
        for collection in collections:
            if cancelled():
                return
            reading = _Reading(self._intake, self._clock, account.name, source, collection, cancelled, progress)
            try:
                self._read(reading, outcome)
                failures = 0
            except (Exception, SystemExit) as error:  # the boundary: a plugin may raise anything
                self.judge(account, error, outcome, collection if len(collections) > 1 else None)
                failures += 1
                if not _on_its_own(account, collection) and (failures == _ILL or isinstance(error, _OF_ALL)):
                    return
        read = {collection.id for collection in collections}
        for state in self._intake.states(account.name):
            if state.suspect and state.collection not in read:  # its collection went, and another was found in its place
                lost = f"{state.collection} is gone with {state.suspect_missing} items"
                outcome.trouble("suspect", f"{lost}; if that is right, run: auld accept-loss {account.name}")

    def _read(self, reading: _Reading, outcome: Outcome) -> None:
        """One collection; that it is gone, or doubted, is no error."""
        name = reading.collection.name
        try:
            try:
                reading.read(outcome)
            except CursorRefused:
                # once, from the start: what is known already will make no event
                self._intake.forget_cursor(reading.account, reading.collection.id)
                reading.read(outcome)
        except CollectionGone as error:
            if _is_news(reading.collection):
                outcome.trouble("failed", f"{name}: {error}")  # what it said stays said, and it is nowhere else
                return
            self._intake.suspect(reading.account, reading.collection.id, self._clock.now())
            outcome.collection_gone = True
            outcome.trouble("suspect", f"{name}: {error}; nothing is taken as deleted")

    def _look_elsewhere(self, account: Configured, source: Source, outcome: Outcome) -> None:
        """A collection is gone: it may have moved, so discover again. If that finds nothing better, all stays as it was."""
        try:
            self.bind(account, source, rediscover=True)
        except AuldError as error:
            outcome.trouble("suspect", self._mask(str(error)))

    def judge(
        self, account: Configured, error: Exception | SystemExit, outcome: Outcome, collection: Collection | None = None
    ) -> None:
        """From the class of the error alone: what the account's state is, and what the user is told. ``collection`` is named
        if the account has others."""
        words = self._mask(told(error))
        outcome.trouble(self._state(account, error), words if collection is None else f"{collection.name}: {words}")
        if isinstance(error, TryLater) and error.after is not None:
            outcome.after = max(error.after, outcome.after or 0.0)

    def _state(self, account: Configured, error: Exception | SystemExit) -> State:
        match error:
            case CredentialsRefused():
                origin = account.origin
                if origin is None and account.secret is None:
                    return "failed"
                secret = self._secrets.get(account.name, "")
                if origin and not self._standing.is_refused(origin, account.login, secret):
                    self._standing.refuse(origin, account.login, secret, self._clock.now())
                return "refused"
            case ConfigurationWrong():
                return "failed"
            case AuldError():
                return "waiting"
            case _:
                # never the message: it may carry personal data; the debug switch shows everything
                logger.error("account %s: %s in connector %s", account.name, unexpected(error), account.connector.name)
                logger.debug("account %s", account.name, exc_info=error)
                return "waiting"


_OF_ALL = (CredentialsRefused, CredentialsUnavailable, ConfigurationWrong, RateLimited)
"""What concerns every collection of a server as soon as it concerns one."""


def _requests(source: Source | None) -> int:
    """How much a source has sent so far; a plugin that counts wrongly spoils only the count."""
    try:
        return int(source.requests) if source is not None else 0
    except Exception:
        return 0


def _is_news(collection: Collection) -> bool:
    return collection.kinds == {"mention"}


def _on_its_own(account: Configured, collection: Collection) -> bool:
    """A feed is a server of its own; the calendars of a login share one."""
    return account.secret is None and _is_news(collection)
