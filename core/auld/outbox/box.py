"""Takes the steps, one follow-up at a time, and decides from the class of an error alone what becomes of a step that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from auld.contract import Sink
from auld.errors import AuldError, CollectionGone, Conflict, CredentialsRefused, ItemUnreadable, RateLimited, Refused, TryLater
from auld.intake import Intake
from auld.log import Log
from auld.outbox.delivery import Delivery, Unconfirmed, Writer
from auld.outbox.rows import LIMITED, LONGEST_WAIT, Row, Rows
from auld.outbox.steps import Delivered, Missing, Step, StepKind, Target, Wanted, backoff, next_step

MAX_ATTEMPTS = 10
"""Tries of one step before it is parked for a day; with the back-off they take about five hours."""

_FAILED: dict[StepKind, str] = {
    "create": "an entry could not be written",
    "update": "an entry could not be changed",
    "remove": "an entry could not be taken out",
    "look": "an entry could not be looked for",
}
"""Without its title, which names a person: these lines go into logs."""

_PATIENCE = 3
"""Failures in a row after which the rest of the missing entries is looked for another time."""


class Outbox:
    """Compares what is wanted with what was written, and brings the calendar up to it."""

    def __init__(self, log: Log, intake: Intake) -> None:
        self._log = log
        self._intake = intake
        self._rows = Rows(log, intake)

    # --- questions ------------------------------------------------------------------------------------------------------
    def counts(self) -> dict[str, int]:
        """How many steps are ``pending``, and how many are ``parked`` (given up for today)."""
        return self._rows.counts()

    def problems(self) -> list[tuple[str, str]]:
        """(key, why) of every step that failed and is to be tried again."""
        return [(row.key, row.why) for row in self._rows.all().values() if row.why]

    def next_due(self) -> datetime | None:
        """When the earliest waiting step may be tried again."""
        return self._rows.next_due()

    def due(self, wanted: Iterable[Wanted], target: Target, now: datetime) -> list[Step]:
        """The steps whose time has come. What went wrong with a step that nobody wants any more is forgotten. Costs no
        request."""
        rows = self._rows.all()
        steps = self._steps(wanted, target, rows)
        self._forget_all_but(steps, rows)
        return [] if _is_limited(rows, target, now) else [step for step in steps if _is_due(step, rows, now)]

    def try_again(self) -> None:
        """The user has mended something: nothing waits any longer."""
        self._rows.release()

    # --- delivery -------------------------------------------------------------------------------------------------------
    def deliver(
        self,
        wanted: Iterable[Wanted],
        target: Target,
        sink: Sink,
        now: Callable[[], datetime],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Delivered:
        """Take the next step of every follow-up that has one and is due.

        An error that concerns one entry postpones or parks that entry; an error of the whole server (refused password, no
        answer) ends the delivery and is returned in ``stopped``. Raises only what the store does.
        """
        done = Delivered()
        rows = self._rows.all()
        steps = self._steps(wanted, target, rows)
        if _is_limited(rows, target, now()):
            done.waiting = len(steps)
            return done
        self._forget_all_but(steps, rows)
        for step in steps:
            if cancelled() or done.stopped is not None:
                break
            if _is_due(step, rows, now()):
                self._take(step, rows.get(step.wanted.key), target, sink, now, done)
            else:
                done.waiting += 1
        return done

    def _steps(self, wanted: Iterable[Wanted], target: Target, rows: dict[str, Row]) -> list[Step]:
        """What is to be done in the account that is written to. An entry that stands in another one, where follow-ups used to
        be written, stays there until the user closes it. One without a receipt that was seen in another calendar only was put
        there by the user: no second one is written."""
        steps = []
        for each in wanted:
            row, step = rows.get(each.key), next_step(each)
            if each.base is None and (each.sighted or row is not None):
                here = self._rows.stands_in(target, each.sighted)
                if step is None and each.state == "withdrawn" and (here or (row is not None and row.could_stand_in(target))):
                    step = Step("look", each)
                elif step is not None and each.sighted and not here:
                    step = None
            if step is not None and (each.base is None or each.base.account == target.account):
                steps.append(step)
        return steps

    def _forget_all_but(self, steps: Iterable[Step], rows: dict[str, Row]) -> None:
        self._rows.forget(set(rows) - {step.wanted.key for step in steps})

    def _take(
        self, step: Step, before: Row | None, target: Target, sink: Sink, now: Callable[[], datetime], done: Delivered
    ) -> None:
        wanted = step.wanted
        collection = target.collection_of(wanted)
        writer = Writer(sink, collection)
        delivery = Delivery(self._log, self._intake, target, writer, now)
        try:
            ref = wanted.base.ref if wanted.base else writer.ref_for(wanted.uid)
            self._rows.enter(step, target.account, collection.id, ref)
            delivery.take(step, before)
            self._rows.forget({wanted.key})
        except AuldError as error:
            done.problems += (f"{_FAILED[step.kind]}: {error}",)
            self._failed(step, before, error, writer.sent, now(), done)
        done.written += delivery.written
        done.closed += delivery.closed

    def _failed(self, step: Step, before: Row | None, error: AuldError, sent: bool, now: datetime, done: Delivered) -> None:
        """What becomes of a step. A server that is away, or that refuses us, says nothing about the entry: only what was
        really sent is ever given up, and never for good."""
        key, why = step.wanted.key, str(error)
        attempts = (before.attempts if before else 0) + 1
        about_entry = isinstance(error, Refused | ItemUnreadable | Conflict | Unconfirmed)
        if not about_entry:
            done.stopped = error
        if isinstance(error, RateLimited) and error.after is not None:
            self._rows.postpone(key, attempts - 1, now + _wished(error), why, LIMITED)
        elif isinstance(error, Refused | ItemUnreadable) or (sent and attempts >= MAX_ATTEMPTS and _may_pass(error)):
            again = before is not None and before.state == "parked" and before.why == why
            self._rows.park(key, attempts, why, now, again=again)
            done.failed += 1
            return
        elif _may_pass(error):
            self._rows.postpone(key, attempts, now + max(backoff(attempts), _wished(error)), why)
        else:
            self._rows.postpone(key, attempts - 1, now, why)
        done.waiting += 1

    # --- deletions ------------------------------------------------------------------------------------------------------
    def confirm_missing(self, missing: Sequence[Missing], sink: Sink, now: Callable[[], datetime]) -> Delivered:
        """Look at entries of ours that a listing lacks; those that are really gone were deleted by the user (dismissed).

        All must be of the account that ``sink`` writes to. What cannot be told now will be reported missing again.
        """
        done = Delivered()
        failures = 0
        for entry in missing:
            try:
                there = Writer(sink, entry.collection).fetch(entry.ref) is not None
            except AuldError as error:
                failures += 1
                if isinstance(error, CredentialsRefused | RateLimited) or failures == _PATIENCE:
                    done.stopped = error
                    break
                continue
            if there:
                self._intake.still_there(entry.account, entry.ref)
            else:
                done.closed += self._intake.dismiss(entry.account, entry.ref, now())
        return done


def _may_pass(error: AuldError) -> bool:
    """Does time mend it? What the store or the credentials lack is not the entry's fault, and not waited for here."""
    return isinstance(error, TryLater | Conflict | CollectionGone)


def _wished(error: AuldError) -> timedelta:
    """How long the other side wishes to be left alone; a Retry-After of ten years is not obeyed to the letter."""
    after = error.after if isinstance(error, TryLater) and error.after is not None else 0.0
    return timedelta(seconds=min(max(after, 0.0), LONGEST_WAIT.total_seconds()))


def _is_due(step: Step, rows: dict[str, Row], now: datetime) -> bool:
    row = rows.get(step.wanted.key)
    return row is None or not row.waits(now)


def _is_limited(rows: dict[str, Row], target: Target, now: datetime) -> bool:
    return any(row.state == LIMITED and row.account == target.account and row.waits(now) for row in rows.values())
