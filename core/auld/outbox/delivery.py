"""One step of one follow-up: look, write, read back, record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from auld.capture import lines
from auld.contract import Collection, Entry, EntryField, Held, Sink, Stored
from auld.errors import AuldError, Conflict, Refused, TryLater, UsedUp
from auld.events import Draft, Removed, Written
from auld.intake import Intake
from auld.log import Log
from auld.observations import Task
from auld.outbox import reading
from auld.outbox.rows import Row
from auld.outbox.steps import Base, Form, Step, Target, Wanted


class Unconfirmed(TryLater):
    """The server said yes, but what it hands out afterwards is not that."""


class Writer:
    """A sink inside its error boundary: a connector may raise anything, and that is then about this one entry.

    ``sent`` tells whether anything was written, or tried to be, since this writer was made."""

    def __init__(self, sink: Sink, collection: Collection) -> None:
        self._sink = sink
        self._collection = collection
        self.sent = False

    def ref_for(self, uid: str) -> str:
        return self._sink.ref_for(self._collection, uid)

    def fetch(self, ref: str) -> Held | None:
        with _boundary():
            return self._sink.fetch(self._collection, ref)

    def create(self, entry: Entry) -> Stored:
        self.sent = True
        with _boundary():
            return self._sink.create(self._collection, entry) or Stored()

    def update(self, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored:
        self.sent = True
        with _boundary():
            return self._sink.update(self._collection, held, entry, fields) or Stored()

    def remove(self, held: Held) -> None:
        self.sent = True
        with _boundary():
            self._sink.remove(self._collection, held)


@contextmanager
def _boundary() -> Iterator[None]:
    try:
        yield
    except AuldError:
        raise
    except Exception as error:  # never its message: it may carry personal data
        raise Refused(f"the connector failed unexpectedly ({type(error).__name__})") from error


class Delivery:
    """Takes one step. ``written`` and ``closed`` count what came of it.

    A step that finds the user's hand in the entry does nothing and raises nothing: the next pull brings that in."""

    def __init__(self, log: Log, intake: Intake, target: Target, writer: Writer, now: Callable[[], datetime]) -> None:
        self._log = log
        self._intake = intake
        self._target = target
        self._writer = writer
        self._now = now
        self.written = 0
        self.closed = 0

    def take(self, step: Step, before: Row | None) -> None:
        """``before`` is what is remembered of an earlier try of a step for the same follow-up."""
        match step.kind:
            case "create":
                self._create(step)
            case "update":
                self._update(step)
            case "remove":
                self._remove(step, tried=before is not None and before.kind == "remove")
            case "look":
                self._look(step)

    # --- create ---------------------------------------------------------------------------------------------------------
    def _create(self, step: Step) -> None:
        wanted = step.wanted
        ref = self._writer.ref_for(wanted.uid)
        held = self._writer.fetch(ref)
        if held is not None:
            self._adopt(wanted, ref, held)
            return
        if wanted.sighted:
            return  # it stood there at the last look: where it went, the next pull tells
        forms = self._target.forms()
        for form in forms:
            entry = self._entry(wanted, form)
            try:
                stored = self._writer.create(entry)
            except Refused:
                if form == forms[-1]:
                    raise
                continue
            except UsedUp:
                self.closed += self._intake.dismiss(self._target.account, ref, self._now(), unseen=True)
                return
            except Conflict as error:
                self._find_rival(wanted, ref, error)
                return
            held = self._writer.fetch(ref)
            if held is None:
                raise Unconfirmed("the server took the entry, but does not show it")
            untouched = reading.is_as_created(held, entry)
            own = untouched and reading.is_as_stored(held, stored, plain=reading.is_bare(held))
            self._record(wanted, ref, held, form, untouched=untouched, own=own)
            return

    def _find_rival(self, wanted: Wanted, ref: str, error: Conflict) -> None:
        """The server says that something is there already: it may have come between our look and our write."""
        held = self._writer.fetch(ref)
        if held is None:
            raise Conflict(f"the server says that this entry exists elsewhere (moved, or in a trash bin): {error}") from error
        self._adopt(wanted, ref, held)

    def _adopt(self, wanted: Wanted, ref: str, held: Held) -> None:
        """Something stands there already: ours from a try whose answer was lost (or from before the store was), or not ours."""
        if not reading.is_ours(held, wanted.uid):
            raise Refused(f"its place {ref} in the calendar is taken by something that auld did not write")
        form: Form = "task" if isinstance(held.item.observation, Task) else "event"
        untouched = reading.is_as_created(held, self._entry(wanted, form))
        # who else was at it meanwhile cannot be told: a place or an alarm of the user's shows in no field of ours
        self._record(wanted, ref, held, form, untouched=untouched, own=False, adopted=True)

    def _look(self, step: Step) -> None:
        ref = self._writer.ref_for(step.wanted.uid)
        held = self._writer.fetch(ref)
        if held is not None and reading.is_ours(held, step.wanted.uid):
            self._adopt(step.wanted, ref, held)

    # --- update ---------------------------------------------------------------------------------------------------------
    def _update(self, step: Step) -> None:
        base = _base_of(step)
        held = self._writer.fetch(base.ref)
        if held is None or not self._is_known(base, held):
            return  # deleted or edited meanwhile: whether and how, the next pull tells
        entry, fields = self._entry(step.wanted, base.form), step.fields
        if step.wanted.answers:
            # The text is the user's, as the server holds it at this moment; nothing but ticks is put into it.
            text = reading.description(held)
            ticked = lines.ticked(text, {answer.line for answer in step.wanted.answers})
            entry = replace(entry, description=ticked)
            fields = fields | {"description"} if ticked != text else fields - {"description"}
        after, stored = held, Stored(held.item.fingerprint)
        if not reading.holds(held, entry, fields):  # else the answer to an earlier try was lost
            stored = self._writer.update(held, entry, fields)
            found = self._writer.fetch(base.ref)
            if found is None:
                return
            if found.item.fingerprint == held.item.fingerprint:
                raise Unconfirmed("the server said yes, but did not store the change")
            after = found
        untouched = reading.is_as_updated(held, after, entry, fields)
        # what the user added to it stays in it: from then on it is not ours alone, whatever we change in it
        own = untouched and held.item.fingerprint == base.fingerprint and reading.is_as_stored(after, stored, plain=True)
        self._record(step.wanted, base.ref, after, base.form, untouched=untouched, own=own)

    # --- remove ---------------------------------------------------------------------------------------------------------
    def _remove(self, step: Step, *, tried: bool) -> None:
        """Take out what nobody has touched; cancel what the user added something to or typed into, so that it does not stand
        there for ever; and leave what they renamed or moved."""
        base = _base_of(step)
        held = self._writer.fetch(base.ref)
        if held is None:
            if tried:  # the answer to our own removal was lost
                self._record_removal(step, base)
            return
        if not self._is_known(base, held):
            return
        if step.wanted.theirs & {"title", "day"} or reading.is_closed(held):  # or cancelled by a try whose answer was lost
            self._record_removal(step, base, held)
        elif held.item.fingerprint == base.fingerprint:
            self._writer.remove(held)
            if self._writer.fetch(base.ref) is not None:
                raise Unconfirmed("the server said yes, but did not remove the entry")
            self._record_removal(step, base)
        else:
            closed: frozenset[EntryField] = frozenset({"closed"})
            self._writer.update(held, self._entry(step.wanted, base.form), closed)
            after = self._writer.fetch(base.ref)
            if after is not None and after.item.fingerprint == held.item.fingerprint:
                raise Unconfirmed("the server said yes, but did not cancel the entry")
            self._record_removal(step, base, after)

    # --- records --------------------------------------------------------------------------------------------------------
    def _record(
        self, wanted: Wanted, ref: str, held: Held, form: Form, *, untouched: bool, own: bool, adopted: bool = False
    ) -> None:
        """The receipt. If the server holds just what was sent (``untouched``), the next pull is silent; if not, the difference
        follows the receipt into the log. ``own``: nobody else's hand is in it, so that we may know our own work by it."""
        base = wanted.base
        # a field that the user owns keeps the base that it was taken over from; so does all of what is only answered
        kept = wanted.theirs if wanted.state == "open" else frozenset({"day", "title", "description"})
        written = Written(
            key=wanted.key,
            collection=self._collection_id(base),
            form=form,
            day=(base.day if base and "day" in kept else wanted.day).isoformat(),
            title=base.title if base and "title" in kept else wanted.title,
            description=base.description if base and "description" in kept else wanted.description,
            adopted=adopted,
            fingerprint=held.item.fingerprint if own and not wanted.answers else "",
            answers=tuple(answer.id for answer in wanted.answers) if base else (),
        )
        with self._log.transaction() as tx:
            account, collection = self._target.account, self._collection_id(base)
            self._intake.record_write(tx, account, collection, held.item, written, self._now(), told=not untouched)
        self.written += 1

    def _record_removal(self, step: Step, base: Base, left: Held | None = None) -> None:
        """It is gone, or no longer our business; ``left`` is what stays in the calendar then."""
        with self._log.transaction() as tx:
            if left is None:
                tx.append([Draft(Removed(step.wanted.key))], self._now())
                self._intake.mark_absent(tx, base.account, base.ref)
            else:
                removed = Removed(step.wanted.key)
                self._intake.record_write(tx, base.account, base.collection, left.item, removed, self._now())
        self.closed += 1

    def _is_known(self, base: Base, held: Held) -> bool:
        return self._intake.is_current(base.account, held.item)

    def _collection_id(self, base: Base | None) -> str:
        return self._target.collection.id if base is None else base.collection

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


def _base_of(step: Step) -> Base:
    base = step.wanted.base
    assert base is not None  # next_step neither updates nor removes what was not written
    return base
