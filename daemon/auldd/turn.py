"""One turn of the wheel after reading: log -> state -> plan -> decisions -> log -> deliveries -> receipts -> log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from auld import planner
from auld.capture.decide import capture
from auld.clock import Clock
from auld.contract import Sink
from auld.errors import AuldError
from auld.events import Draft
from auld.log import Log
from auld.outbox import Answer, Base, Delivered, Form, Missing, Outbox, Target, Wanted
from auld.policy import Policy
from auld.projections import views
from auld.projections.query import Query
from auld.projections.runner import Projector
from auld.reasons.base import Reason

logger = logging.getLogger(__name__)

LATEST = timedelta(days=7)
"""How long after its day an entry that could not be written is still tried."""


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
        if captured := capture(view.typed(), view.promises, state.policy):
            self._log.append([Draft(each) for each in captured], now)
            view = Query(self._projector.catch_up(), now)
        plan = planner.plan(view, self._reasons, view.today)
        drafts = planner.decide(plan, view, now, owner=self._log.owner)
        if drafts:
            self._log.append(drafts, now)
        return TurnReport(
            planned=sum(planner.is_birth(draft) for draft in drafts),
            problems=[str(problem) for problem in plan.problems],
        )

    def confirm(self, missing: Sequence[Missing], sink: Sink) -> Delivered:
        """Look at entries of ours, all of one account, that went missing there: were they deleted?"""
        return self._outbox.confirm_missing(missing, sink, self._clock.now)

    def deliver(self, target: Target, sink: Sink, report: TurnReport, cancelled: Callable[[], bool]) -> Delivered:
        """Bring the calendar up to what the log says."""
        delivered = self._outbox.deliver(self.wanted(), target, sink, self._clock.now, cancelled)
        report.written += delivered.written
        report.closed += delivered.closed
        report.failed += delivered.failed
        report.problems += delivered.problems
        return delivered

    def has_work(self, target: Target) -> bool:
        """Is there anything that the outbox would do now? Costs no request."""
        return bool(self._outbox.due(self.wanted(), target, self._clock.now()))

    def wanted(self) -> list[Wanted]:
        """Every follow-up as the outbox needs it."""
        state = self._projector.catch_up()
        view = Query(state, self._clock.now())
        return [_wanted(follow_up, view.today) for follow_up in view.follow_ups()]


def _wanted(follow_up: views.FollowUp, today: date) -> Wanted:
    base = follow_up.base
    # what failed may succeed another day, but not when it has long lost its point
    wanted = follow_up.open or (follow_up.state == "failed" and today - follow_up.day <= LATEST)
    taken_back = follow_up.state == "withdrawn"
    # what the user took out of our hands is left alone, also by ticks
    answered = not follow_up.user_owned and (follow_up.open or follow_up.state in {"done", "withdrawn"})
    return Wanted(
        key=follow_up.key,
        uid=follow_up.uid,
        day=follow_up.day,
        title=follow_up.title,
        description=follow_up.description,
        state="over" if follow_up.user_owned else "open" if wanted else "withdrawn" if taken_back else "over",
        base=None if base is None else _base(base),
        theirs=follow_up.user_fields,
        sighted=follow_up.sighted,
        answers=tuple(Answer(line.id, line.line) for line in follow_up.answers) if answered else (),
    )


def _base(base: views.Base) -> Base:
    form: Form = "event" if base.form == "event" else "task"
    return Base(base.account, base.collection, base.ref, form, base.day, base.title, base.description, base.fingerprint)
