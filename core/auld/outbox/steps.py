"""The words of the outbox, and the one decision that it makes: what is to be done next for a follow-up. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from auld.contract import Collection, EntryField
from auld.errors import AuldError

Form = Literal["task", "event"]
StepKind = Literal["create", "update", "remove", "look"]


@dataclass(frozen=True, slots=True)
class Base:
    """What we know we wrote last: the ground from which both our changes and the user's are told. ``fingerprint`` is that of
    the body as read back; empty if somebody else's hand was already in it."""

    account: str
    collection: str
    ref: str
    form: Form
    day: date
    title: str
    description: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the user's in an entry's description that was taken in, by its words; a tick before it says so."""

    id: str
    line: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A follow-up as the outbox needs it. ``theirs`` are the fields that the user made their own: never written again.
    ``answers`` wait to be ticked, which is all that auld ever changes in a text of the user's.
    ``sighted`` are the accounts and refs under which it was seen while there is no receipt for it.
    ``state``: open (should stand in the calendar), withdrawn (should not), over (done or dismissed: hands off)."""

    key: str
    uid: str
    day: date
    title: str
    description: str
    state: Literal["open", "withdrawn", "over"]
    base: Base | None = None
    theirs: frozenset[str] = frozenset()
    answers: tuple[Answer, ...] = ()
    sighted: tuple[tuple[str, str], ...] = ()


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

    def collection_of(self, wanted: Wanted) -> Collection:
        """Where the entry stands, or is to stand: one written before ``write_to`` was changed stays where it is."""
        base = wanted.base
        if base is None or base.collection == self.collection.id:
            return self.collection
        return replace(self.collection, id=base.collection)


@dataclass(frozen=True, slots=True)
class Missing:
    """An entry of ours that a listing lacks, and that wants a direct look."""

    account: str
    collection: Collection
    ref: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do for one follow-up. "look": a create that nobody wants any more may have been sent; see whether it was."""

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
    if wanted.state != "open" and base is not None and wanted.answers:
        return Step("update", wanted)
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
    return Step("update", wanted, fields) if fields or wanted.answers else None


def backoff(attempts: int) -> timedelta:
    """1, 2, 4 … 60 minutes."""
    return timedelta(minutes=min(2 ** min(max(attempts - 1, 0), 6), 60))
