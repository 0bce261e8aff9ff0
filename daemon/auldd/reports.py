"""What the application answers the command line with, and the face (:class:`App`) that the command line talks to.

``auldd.wiring`` builds the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from auld.contract import Collection, Consent
from auld.events import Payload
from auld.projections.query import Query

if TYPE_CHECKING:
    from auld.log import Log
    from auld.planner import Plan
    from auld.projections.state import State
    from auldd.config import Config
    from auldd.plugins import PluginProblem

Progress = Callable[[str, int, int | None], None]
"""Told (what is being read, items so far, items in all if known)."""


@dataclass
class AccountReport:
    """What one reading of one account came to. ``error`` is for the user, empty if all went well."""

    name: str
    ok: bool = False
    items: int = 0
    events: int = 0
    requests: int = 0
    error: str = ""


@dataclass
class OnceReport:
    """One whole cycle. The four counts are of follow-ups; ``problems`` are lines for stderr beside the accounts' errors."""

    accounts: list[AccountReport] = field(default_factory=list)
    planned: int = 0
    written: int = 0
    closed: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CheckLine:
    """One thing that ``auld check`` looked at. ``mark`` "ok", "note" (worth knowing) or "wrong" (check fails)."""

    mark: Literal["ok", "note", "wrong"]
    subject: str
    text: str


@dataclass(frozen=True)
class AccountStatus:
    """How an account stands; times are aware, None where there is none. ``state`` is one of DESIGN.md's account states.

    ``unreadable`` are the items that cannot be read, each with the reason; ``notes`` are remarks about oddities. Neither makes
    an account ill: everything else goes on."""

    name: str
    state: str
    since: datetime | None = None
    last_ok: datetime | None = None
    next: datetime | None = None
    error: str = ""
    unreadable: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class StatusReport:
    """``position`` is the log's head, ``events`` how many it holds; ``pending`` and ``parked`` count the outbox.
    ``left_out`` are plugins that are not used."""

    accounts: Sequence[AccountStatus]
    position: int
    events: int
    pending: int
    parked: int
    left_out: Sequence[PluginProblem] = ()
    unwritten: Sequence[str] = ()
    """Why entries could not be written, each once."""


@dataclass(frozen=True)
class RebuildReport:
    """What a rebuild did: how many events it folded, and whether the state equals the one that was live."""

    events: int
    seconds: float
    same: bool = True


@dataclass(frozen=True)
class Met:
    """Somebody whom the calendar says one meets: an attendee's address, who need not be in any address book."""

    name: str
    email: str
    count: int
    last: datetime


class App(Protocol):
    """Everything the command line can ask for. A context manager: leaving it closes the store and all connections."""

    config: Config
    log: Log

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    def view(self, as_of: datetime | None = None) -> Query:
        """The state, caught up with the log, as of an instant (None: now)."""
        ...

    def state(self) -> State:
        """All that is known, caught up with the log."""
        ...

    def once(self, progress: Progress | None = None) -> OnceReport:
        """One cycle over every account. Raises StoreBusy if another one is running."""
        ...

    def run(self) -> int:
        """The loop, until a signal ends it. Returns the exit status."""
        ...

    def check(self, rediscover: bool = False) -> list[CheckLine]: ...

    def status(self) -> StatusReport: ...

    def append(self, payload: Payload) -> None:
        """Take an act of the user into the log, in a short transaction that waits for no cycle."""
        ...

    def plan(self, from_day: date, weeks: int) -> Plan:
        """What would be decided from that day on. Writes nothing."""
        ...

    def rebuild(self, progress: Progress | None = None) -> RebuildReport: ...

    def verify(self) -> list[str]:
        """What is wrong with the log; empty if nothing."""
        ...

    def accept_loss(self, account: str) -> list[str]:
        """Believe the suspicious losses of an account. Returns the collections concerned."""
        ...

    def authorise(self, account: str, consent: Consent) -> str:
        """Let the user allow an account at its vendor; returns what to tell. Raises what a connector that authorises does."""
        ...

    def discover(self, connector_name: str, settings: dict[str, Any], secret: Callable[[], str] | None) -> list[Collection]:
        """All that an account with these settings would offer. Writes nothing."""
        ...

    def meets(self) -> list[Met]:
        """Whom one meets most, the most frequent first."""
        ...
