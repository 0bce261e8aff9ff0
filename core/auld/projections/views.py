"""What queries over the state answer with: frozen, plain, and the same for reasons, planner and command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from auld.events import Because
from auld.observations import LabelledDate, PartialDate

FollowUpState = Literal["planned", "written", "done", "dismissed", "moved", "withdrawn", "failed"]
OPEN: frozenset[FollowUpState] = frozenset({"planned", "written", "moved"})


@dataclass(frozen=True, slots=True)
class PersonView:
    """One human. ``id`` is stable: cards that join later alias theirs to it. ``ideal``/``at_most`` in days are the cadence in
    force, None for people who are not followed up. ``category`` is the one that decides, "" if none."""

    id: str
    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    organisation: str = ""
    title: str = ""
    category: str = ""
    categories: tuple[str, ...] = ()
    ideal: int | None = None
    at_most: int | None = None
    rank: int = 99
    lead: int = 0
    birthday: PartialDate | None = None
    dates: tuple[LabelledDate, ...] = ()
    cities: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    kept: bool = False
    let_go: bool = False
    paused_until: date | None = None
    since: date | None = None
    """The local day on which the person first came into the log: a cadence without any touch counts from here."""

    @property
    def tracked(self) -> bool:
        return self.ideal is not None and not self.let_go


@dataclass(frozen=True, slots=True)
class Touch:
    """An interaction that took place. ``at`` is aware, in the user's zone. ``kind``: meeting, follow-up, note … ``weight`` is 1
    for a meeting of two, less for larger or frequent ones; 0 for a note, which is remembered but does not count."""

    at: datetime
    kind: str
    title: str
    weight: float
    account: str
    ref: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting still to come with a person."""

    at: datetime
    title: str


@dataclass(frozen=True, slots=True)
class Press:
    """A news entry that names a person (namesake guard passed). ``story`` is the key under which copies fold into one.
    ``sensitive`` stories (a death, a crime) are no occasion to write."""

    at: datetime
    title: str
    link: str
    source: str
    story: str
    summary: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class NoteView:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Base:
    """What auld knows that it wrote last, and where: the ground from which both its changes and the user's are told.
    ``form`` is "task" or "event"; ``day`` a local date; ``fingerprint`` what our own work is known by, empty if the user had
    a hand in it from the start."""

    account: str
    collection: str
    ref: str
    form: str
    day: date
    title: str
    description: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up with everything known of it. ``day`` and ``title`` are what stands there now (the user's, if the user
    changed them); ``description`` is ours, ``their_description`` the user's. ``user_fields`` (title, description, day) belong
    to the user for good: auld never writes them again. ``pinned`` says that the day is one of them.

    ``closed_at`` is when it was done, dismissed or withdrawn. ``base`` is None as long as nothing was written, and again once
    it was taken out of the calendar."""

    key: str
    uid: str
    person: str
    name: str
    because: tuple[Because, ...]
    day: date
    title: str
    description: str
    state: FollowUpState
    proposed_at: datetime
    window: tuple[date, date]
    ref: str = ""
    pinned: bool = False
    closed_at: datetime | None = None
    why: str = ""
    base: Base | None = None
    user_fields: frozenset[str] = frozenset()
    their_title: str = ""
    their_description: str = ""

    @property
    def open(self) -> bool:
        return self.state in OPEN
