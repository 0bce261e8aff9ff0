"""One turn of the wheel after reading: log -> state -> plan -> decisions -> log -> deliveries -> receipts -> log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from auld import planner
from auld.clock import Clock
from auld.contract import Sink
from auld.errors import AuldError
from auld.events import Draft
from auld.log import Log
from auld.outbox import Base, Delivered, Form, Outbox, Target, Wanted, next_step
from auld.policy import Policy
from auld.projections import views
from auld.projections.query import Query
from auld.projections.runner import Projector
from auld.reasons.base import Reason

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class TurnReport:
    """What a turn did: follow-ups newly ``planned``, entries ``written`` and ``closed``, and those that ``failed``."""

    planned: int = 0
    written: int = 0
    closed: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)
    stopped: AuldError | None = None


class Turn:
    """Plans and delivers. Only ever run by the one that holds the cycle lock."""

    def __init__(
        self,
        *,
        log: Log,
        projector: Projector,
        outbox: Outbox,
        reasons: Sequence[Reason],
        clock: Clock,
        policy: Policy,
    ) -> None:
        self._log = log
        self._projector = projector
        self._outbox = outbox
        self._reasons = reasons
        self._clock = clock
        self._policy = policy

    def plan(self) -> TurnReport:
        """Bring the log up to what state and policy ask for. Makes no event when there is nothing new."""
        now = self._clock.now()
        state = self._projector.catch_up()
        if state.policy != self._policy:
            self._log.append([Draft(self._policy)], now)
            state = self._projector.catch_up()
        view = Query(state, now)
        plan = planner.plan(view, self._reasons, view.today)
        drafts = planner.decide(plan, view, now, owner=self._log.owner)
        if drafts:
            self._log.append(drafts, now)
        return TurnReport(
            planned=sum(planner.is_birth(draft) for draft in drafts),
            problems=[str(problem) for problem in plan.problems],
        )

    def deliver(
        self,
        target: Target,
        sink: Sink,
        missing: Sequence[str],
        report: TurnReport,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Delivered:
        """Bring the calendar up to what the log says; look first at entries of ours that went missing."""
        try:
            self._outbox.confirm_missing(missing, target, sink, self._clock.now)
            delivered = self._outbox.deliver(self.wanted(), target, sink, self._clock.now, cancelled)
        except AuldError as error:
            delivered = Delivered(stopped=error, problems=(str(error),))
        report.written += delivered.written
        report.closed += delivered.closed
        report.failed += delivered.failed
        report.problems += delivered.problems
        report.stopped = delivered.stopped
        return delivered

    def has_work(self) -> bool:
        """Is there anything that the outbox would do? Costs no request."""
        return any(next_step(wanted) is not None for wanted in self.wanted())

    def wanted(self) -> list[Wanted]:
        """Every follow-up as the outbox needs it."""
        state = self._projector.catch_up()
        return [_wanted(follow_up) for follow_up in Query(state, self._clock.now()).follow_ups()]


def _wanted(follow_up: views.FollowUp) -> Wanted:
    base = follow_up.base
    return Wanted(
        key=follow_up.key,
        uid=follow_up.uid,
        day=follow_up.day,
        title=follow_up.title,
        description=follow_up.description,
        state="open" if follow_up.open else ("withdrawn" if follow_up.state == "withdrawn" else "over"),
        base=None if base is None else _base(base),
        theirs=follow_up.user_fields,
    )


def _base(base: views.Base) -> Base:
    form: Form = "event" if base.form == "event" else "task"
    return Base(base.account, base.collection, base.ref, form, base.day, base.title, base.description)
