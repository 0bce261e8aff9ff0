"""What should stand in the calendar against what does, and every step between.

The projection says what is *wanted*; the log's receipts say what was *written*. :func:`next_step` compares the two and names
one step for a follow-up; :class:`Outbox` takes it. Three habits make a follow-up at most one object (G2) and the user's
edit the last word (G1), on servers that ignore preconditions, lose answers, or rewrite what they are given:

* *Look first.* Every step begins with a direct look at the object. A step whose answer was lost is thus never repeated blindly:
  what it did is found, and only recorded.
* *Write only on what the log has seen.* If the object is not as the log knows it, the user was there: the step waits
  until the next pull has brought the edit in, and the projection has made up its mind about it.
* *Read back.* What the server holds after a write is what is recorded. If that is not what was sent, it enters the log as
  anybody's edit would, with the next pull; auld never fights over a field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select, update

from auld import schema
from auld.contract import Collection, Entry, EntryField, Held, Sink
from auld.errors import AuldError, Conflict, Refused, TryLater
from auld.events import Draft, Parked, Removed, Written
from auld.intake import Intake
from auld.log import Log
from auld.observations import Meeting, Task
from auld.times import from_micros, to_micros

MAX_ATTEMPTS = 10
"""Tries for one step before it is parked; with the back-off below that is about five hours."""

Form = Literal["task", "event"]
StepKind = Literal["create", "update", "remove"]


@dataclass(frozen=True, slots=True)
class Base:
    """What we know we wrote last: the ground from which both our changes and the user's are told."""

    account: str
    collection: str
    ref: str
    form: Form
    day: date
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A follow-up as the outbox needs it. ``theirs`` are the fields that the user made their own: never written again.
    ``state``: open (should stand in the calendar), withdrawn (should not), over (done, dismissed or parked: hands off)."""

    key: str
    uid: str
    day: date
    title: str
    description: str
    state: Literal["open", "withdrawn", "over"]
    base: Base | None = None
    theirs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Target:
    """Where follow-ups go: ``write_to`` of the configuration, bound to a discovered collection."""

    account: str
    collection: Collection
    form: Literal["auto", "task", "event"] = "auto"
    alarm: str | None = None
    zone: str = "UTC"

    def forms(self) -> tuple[Form, ...]:
        """The forms to try, best first. ``auto``: a task where the collection takes tasks, else (or if it turns out that
        it does not: some servers name what they then refuse) an all-day event."""
        if self.form != "auto":
            return (self.form,)
        return ("task", "event") if "task" in self.collection.accepts else ("event",)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do for one follow-up."""

    kind: StepKind
    wanted: Wanted
    fields: frozenset[EntryField] = frozenset()


@dataclass(slots=True)
class Delivered:
    """What a delivery did. ``problems`` are lines for the user; ``stopped`` is the error that ended it early, if one did."""

    written: int = 0
    closed: int = 0
    failed: int = 0
    waiting: int = 0
    problems: tuple[str, ...] = ()
    stopped: AuldError | None = None


def next_step(wanted: Wanted) -> Step | None:
    """The step that brings the calendar nearer to what is wanted; None if it is there."""
    base = wanted.base
    if wanted.state == "over":
        return None
    if wanted.state == "withdrawn":
        return Step("remove", wanted) if base is not None else None
    if base is None:
        return Step("create", wanted)
    changed: dict[EntryField, bool] = {
        "title": wanted.title != base.title,
        "description": wanted.description != base.description,
        "day": wanted.day != base.day,
    }
    fields = frozenset(name for name, differs in changed.items() if differs and name not in wanted.theirs)
    return Step("update", wanted, fields) if fields else None


def backoff(attempts: int) -> timedelta:
    """1, 2, 4 … 60 minutes."""
    return timedelta(minutes=min(2 ** max(attempts - 1, 0), 60))


class Outbox:
    """Takes the steps, one follow-up at a time, and remembers each in the log."""

    def __init__(self, log: Log, intake: Intake) -> None:
        self._log = log
        self._intake = intake

    # --- bookkeeping ----------------------------------------------------------------------------------------------------
    def counts(self) -> dict[str, int]:
        """How many rows are in which state: ``pending`` (with ``inflight``) and ``parked``."""
        t = schema.outbox
        with self._log.store.read() as connection:
            rows = connection.execute(
                select(t.c.state, func.count()).where(t.c.owner == self._log.owner).group_by(t.c.state)
            ).all()
        by_state = {str(state): int(n) for state, n in rows}
        return {"pending": by_state.get("pending", 0) + by_state.get("inflight", 0), "parked": by_state.get("parked", 0)}

    def problems(self) -> list[tuple[str, str]]:
        """(key, why) of everything parked or waiting with a reason."""
        t = schema.outbox
        with self._log.store.read() as connection:
            rows = connection.execute(select(t.c.key, t.c.why).where(t.c.owner == self._log.owner, t.c.why != "")).all()
        return [(str(key), str(why)) for key, why in rows]

    def next_due(self) -> datetime | None:
        """When the earliest waiting step may be tried again."""
        t = schema.outbox
        with self._log.store.read() as connection:
            earliest = connection.execute(
                select(func.min(t.c.not_before)).where(t.c.owner == self._log.owner, t.c.state != "parked")
            ).scalar_one_or_none()
        return None if earliest is None else from_micros(int(earliest))

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

        An error that concerns one entry parks or postpones that entry; an error of the whole server (refused password, no
        answer) ends the delivery and is returned in ``stopped``.
        """
        done = Delivered()
        steps = [step for step in map(next_step, wanted) if step is not None]
        rows = self._rows()
        self._forget_rows(set(rows) - {step.wanted.key for step in steps})
        for step in steps:
            if cancelled():
                break
            row = rows.get(step.wanted.key)
            if row is not None and (row.state == "parked" or row.not_before > to_micros(now())):
                done.waiting += 1
                continue
            base = step.wanted.base
            if base is not None and (base.account, base.collection) != (target.account, target.collection.id):
                continue  # it stands where follow-ups used to be written; there it stays until the user closes it
            delivery = _Delivery(self._log, self._intake, target, sink, now)
            attempts = 0 if row is None else row.attempts
            try:
                self._enter(step, target, sink, attempts + 1)
                delivery.take(step)
                self._forget_rows({step.wanted.key})
            except (Refused, Conflict) as error:
                # the server's last word about this entry: say so, and go on with the others
                self._park(step, str(error), now())
                done.failed += 1
                done.problems += (f"{step.wanted.title}: {error}",)
            except TryLater as error:
                if attempts + 1 >= MAX_ATTEMPTS:
                    self._park(step, f"given up after {MAX_ATTEMPTS} tries: {error}", now())
                    done.failed += 1
                else:
                    wait = backoff(attempts + 1) if error.after is None else timedelta(seconds=error.after)
                    self._postpone(step.wanted.key, attempts + 1, now() + wait, str(error))
                    done.waiting += 1
                done.problems += (f"{step.wanted.title}: {error}",)
                done.stopped = error
                break
            except AuldError as error:
                self._postpone(step.wanted.key, attempts, now(), str(error))
                done.stopped = error
                break
            done.written += delivery.written
            done.closed += delivery.closed
        return done

    def confirm_missing(self, refs: Sequence[str], target: Target, sink: Sink, now: Callable[[], datetime]) -> int:
        """Look at entries of ours that a listing lacks; those that are really gone were deleted by the user (dismissed)."""
        dismissed = 0
        for ref in refs:
            if sink.fetch(target.collection, ref) is None:
                dismissed += self._intake.dismiss(target.account, ref, now())
        return dismissed

    # --- rows -----------------------------------------------------------------------------------------------------------
    def _rows(self) -> dict[str, _Row]:
        t = schema.outbox
        with self._log.store.read() as connection:
            found = connection.execute(
                select(t.c.key, t.c.state, t.c.attempts, t.c.not_before).where(t.c.owner == self._log.owner)
            ).all()
        return {str(key): _Row(str(state), int(attempts), int(not_before)) for key, state, attempts, not_before in found}

    def _enter(self, step: Step, target: Target, sink: Sink, attempts: int) -> None:
        """Remember, before anything is sent, that it may have been."""
        key = step.wanted.key
        ref = step.wanted.base.ref if step.wanted.base else sink.ref_for(target.collection, step.wanted.uid)
        values = {
            "account": target.account,
            "collection": target.collection.id,
            "ref": ref,
            "kind": step.kind,
            "state": "inflight",
            "attempts": attempts,
        }
        t = schema.outbox
        with self._log.transaction() as tx:
            changed = tx.connection.execute(
                update(t).where(t.c.owner == self._log.owner, t.c.key == key).values(**values)
            ).rowcount
            if not changed:
                tx.connection.execute(t.insert().values(owner=self._log.owner, key=key, not_before=0, why="", **values))

    def _postpone(self, key: str, attempts: int, until: datetime, why: str) -> None:
        t = schema.outbox
        with self._log.transaction() as tx:
            tx.connection.execute(
                update(t)
                .where(t.c.owner == self._log.owner, t.c.key == key)
                .values(state="pending", attempts=attempts, not_before=to_micros(until), why=why)
            )

    def _park(self, step: Step, why: str, at: datetime) -> None:
        t = schema.outbox
        with self._log.transaction() as tx:
            tx.append([Draft(Parked(step.wanted.key, why))], at)
            tx.connection.execute(
                update(t).where(t.c.owner == self._log.owner, t.c.key == step.wanted.key).values(state="parked", why=why)
            )

    def _forget_rows(self, keys: Iterable[str]) -> None:
        gone = sorted(keys)
        if not gone:
            return
        t = schema.outbox
        with self._log.transaction() as tx:
            tx.connection.execute(delete(t).where(t.c.owner == self._log.owner, t.c.key.in_(gone), t.c.state != "parked"))


@dataclass(frozen=True, slots=True)
class _Row:
    state: str
    attempts: int
    not_before: int


class _Delivery:
    """One step of one follow-up: look, write, read back, record."""

    def __init__(self, log: Log, intake: Intake, target: Target, sink: Sink, now: Callable[[], datetime]) -> None:
        self._log = log
        self._intake = intake
        self._target = target
        self._sink = sink
        self._now = now
        self.written = 0
        self.closed = 0

    def take(self, step: Step) -> None:
        {"create": self._create, "update": self._update, "remove": self._remove}[step.kind](step)

    def _create(self, step: Step) -> None:
        ref = self._sink.ref_for(self._target.collection, step.wanted.uid)
        held = self._fetch(ref)
        if held is not None:
            self._adopt(step, ref, held)
            return
        forms = self._target.forms()
        for form in forms:
            entry = self._entry(step.wanted, form)
            try:
                self._sink.create(self._target.collection, entry)
            except Refused:
                if form == forms[-1]:
                    raise
                continue
            except Conflict as error:
                held = self._fetch(ref)
                if held is None:
                    raise Conflict(
                        f"the server says that this entry exists elsewhere (moved, or in a trash bin): {error}"
                    ) from error
                self._adopt(step, ref, held)
                return
            held = self._fetch(ref)
            if held is None:
                raise TryLater("the server took the entry, but does not show it")
            self._record(step, ref, held, form)
            return

    def _adopt(self, step: Step, ref: str, held: Held) -> None:
        """Something stands there already: ours from a try whose answer was lost (or from before the store was), or not ours."""
        if not _is_ours(held, step.wanted.uid):
            raise Refused(f"its place {ref} in the calendar is taken by something that auld did not write")
        form: Form = "task" if isinstance(held.item.observation, Task) else "event"
        self._record(step, ref, held, form, adopted=True)

    def _update(self, step: Step) -> None:
        base = step.wanted.base
        assert base is not None  # next_step never updates what was not written
        held = self._fetch(base.ref)
        if held is None:
            self._intake.dismiss(self._target.account, base.ref, self._now())
            return
        if not self._as_known(base.ref, held):
            return  # the user was there: the next pull brings it in, and the projection decides
        self._sink.update(self._target.collection, held, self._entry(step.wanted, base.form), step.fields)
        after = self._fetch(base.ref)
        if after is None:
            self._intake.dismiss(self._target.account, base.ref, self._now())
            return
        if after.item.fingerprint == held.item.fingerprint:
            raise TryLater("the server said yes, but did not store the change")
        self._record(step, base.ref, after, base.form)

    def _remove(self, step: Step) -> None:
        base = step.wanted.base
        assert base is not None  # next_step never removes what was not written
        held = self._fetch(base.ref)
        # what the user has touched stays in the calendar: it is theirs now
        untouched = held is not None and self._as_known(base.ref, held) and not step.wanted.theirs
        if held is not None and untouched:
            self._sink.remove(self._target.collection, held)
        with self._log.transaction() as tx:
            tx.append([Draft(Removed(step.wanted.key))], self._now())
            if held is None or untouched:
                self._intake.mark_absent(tx, self._target.account, base.ref)
        self.closed += 1

    # --- helpers --------------------------------------------------------------------------------------------------------
    def _fetch(self, ref: str) -> Held | None:
        return self._sink.fetch(self._target.collection, ref)

    def _as_known(self, ref: str, held: Held) -> bool:
        return self._intake.fingerprint(self._target.account, ref) == held.item.fingerprint

    def _entry(self, wanted: Wanted, form: Form) -> Entry:
        return Entry(
            key=wanted.key,
            uid=wanted.uid,
            title=wanted.title,
            description=wanted.description,
            day=wanted.day,
            form=form,
            alarm=self._target.alarm,
            zone=self._target.zone,
        )

    def _record(self, step: Step, ref: str, held: Held, form: Form, *, adopted: bool = False) -> None:
        """Receipt and item row in one transaction. If the server holds what we wanted, the row knows it and the next pull is
        silent; if not, the row knows nothing, and the next pull takes the difference in as the user's."""
        wanted, base = step.wanted, step.wanted.base
        # a field that the user owns keeps the base that it was taken over from
        written = Written(
            key=wanted.key,
            collection=self._target.collection.id,
            form=form,
            day=(base.day if base and "day" in wanted.theirs else wanted.day).isoformat(),
            title=base.title if base and "title" in wanted.theirs else wanted.title,
            description=base.description if base and "description" in wanted.theirs else wanted.description,
            adopted=adopted,
        )
        faithful = _holds(held, step, self._entry(wanted, form))
        item = held.item if faithful else replace(held.item, fingerprint="", version="")
        with self._log.transaction() as tx:
            self._intake.record_write(tx, self._target.account, self._target.collection.id, item, written, self._now())
        self.written += 1


def _is_ours(held: Held, uid: str) -> bool:
    seen = held.item.observation
    return isinstance(seen, Task | Meeting) and uid in {seen.uid, seen.mark}


def _holds(held: Held, step: Step, entry: Entry) -> bool:
    """Does the server hold, in meaning, what this step wanted to stand there?"""
    seen = held.item.observation
    if isinstance(seen, Task):
        fields = {"title": seen.title, "description": seen.description, "day": (seen.due or seen.start)[:10]}
        still_open = seen.status in {"needs-action", "in-process"}
    elif isinstance(seen, Meeting) and seen.main is not None:
        main = seen.main
        fields = {"title": main.title, "description": main.description, "day": main.start[:10]}
        still_open = main.status != "cancelled"
    else:
        return False
    ours = {"title": entry.title, "description": entry.description, "day": entry.day.isoformat()}
    asked = step.fields if step.kind == "update" else frozenset(ours)
    return still_open and all(_same_text(fields[name], ours[name]) for name in ours if name in asked)


def _same_text(a: str, b: str) -> bool:
    """Equal but for white space, which servers fold and trim."""
    return a.split() == b.split()
