"""What queries over the state answer with: frozen, plain, and the same for reasons, planner and command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from auld.events import Because, CapturedLine
from auld.observations import Address, LabelledDate, PartialDate
from auld.people import fold
from auld.projections.weights import Weight

FollowUpState = Literal["planned", "written", "done", "dismissed", "moved", "meeting", "withdrawn", "failed"]
OPEN: frozenset[FollowUpState] = frozenset({"planned", "written", "moved"})


@dataclass(frozen=True, slots=True)
class PersonView:
    """One human. ``id`` is stable: cards that join later alias theirs to it. ``ideal``/``at_most`` in days are the cadence in
    force, None for people who are not followed up. ``category`` is the one that decides, "" if none. ``also`` are the other
    names on the cards, nicknames among them. ``interests`` and ``expertise`` are those of the cards (RFC 6715), as written."""

    id: str
    name: str
    also: tuple[str, ...] = ()
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
    addresses: tuple[Address, ...] = ()
    interests: tuple[str, ...] = ()
    expertise: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    kept: bool = False
    let_go: bool = False
    kept_on: datetime | None = None
    """When the user last said by ``auld keep`` how often."""
    paused_until: date | None = None
    since: date | None = None
    """The local day on which the person first came into the log: a cadence without any touch counts from here."""

    @property
    def tracked(self) -> bool:
        return self.ideal is not None and not self.let_go

    @property
    def cities(self) -> tuple[str, ...]:
        """The cities of the addresses, as written, each once."""
        found: dict[str, str] = {}
        for address in self.addresses:
            if address.city:
                found.setdefault(fold(address.city), address.city)
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Touch:
    """An interaction that took place. ``at`` is aware, in the user's zone. ``kind``: meeting, follow-up, note … ``weight`` is 1
    for a meeting of two, less for larger or frequent ones; 0 for a note, which is remembered but does not count. ``grounds``
    are where a meeting's weight comes from. ``channel``, of a follow-up: call, mail, message or met, if the user said so."""

    at: datetime
    kind: str
    title: str
    weight: float
    account: str
    ref: str
    grounds: Weight | None = None
    channel: str = ""

    @property
    def why(self) -> str:
        """Why it weighs what it weighs, in words."""
        return self.grounds.why if self.grounds else _WHY.get(self.kind, "")


_WHY = {"follow-up": "ticked off", "note": "remembered, but no contact"}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One occurrence of a calendar entry that concerns a person and is no touch. ``rule`` names the row of docs/what-counts.md
    that left it out, ``why`` says it in words; ``event`` is what ``auld link`` calls the entry."""

    at: datetime
    title: str
    rule: str
    why: str
    account: str
    ref: str
    event: str


@dataclass(frozen=True, slots=True)
class Question:
    """The title of an entry without attendees that may mean one of the ``candidates`` (those followed up first), or nobody.
    ``about`` are the folded words in question, ``at`` when it last was, or else will be."""

    event: str
    at: datetime
    title: str
    about: str
    account: str
    ref: str
    candidates: tuple[PersonView, ...]


@dataclass(frozen=True, slots=True)
class Titled:
    """An entry without attendees, which the user may link to people. ``uid`` is what its copies and dates have in common;
    ``told`` says for the words of the title that name people who these may be; ``words`` is the whole title, folded."""

    event: str
    uid: str
    title: str
    words: str
    told: tuple[tuple[str, frozenset[str]], ...]

    def about(self, person: str) -> str:
        """The words of the title that an answer with that person id is about: the name that they may bear, or the only one
        there is; else the whole title."""
        fitting = [words for words, people in self.told if person in people] or [words for words, _ in self.told]
        return fitting[0] if len(fitting) == 1 else self.words


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting still to come with a person. ``size``: how many are to take part, the user among them."""

    at: datetime
    title: str
    size: int = 2


@dataclass(frozen=True, slots=True)
class Sign:
    """What tells that a news entry means a person: ``kind`` is employer, domain, title, city (they stand on the card and in the
    entry), age (it fits the birthday) or feed (it was set up for this name); ``text`` as the card has it."""

    kind: Literal["employer", "domain", "title", "city", "age", "feed"]
    text: str


VISITS_OPEN = timedelta(days=21)
"""So long before a trip one may write to whom one will visit: people need two to three weeks to keep an evening free."""


@dataclass(frozen=True, slots=True)
class Trip:
    """The user is away from home, in and around one ``city`` (as the calendar spells it; ``place`` is the GeoNames id of the
    largest there, and stays when a suburb is named instead), on the local days from ``first`` to ``last``. ``titles`` are those
    of the entries that tell so. ``there`` are the ids of the followed-up people who live there: by category, then those not
    seen for longest."""

    place: int
    city: str
    first: date
    last: date
    titles: tuple[str, ...] = ()
    there: tuple[str, ...] = ()

    @property
    def opens(self) -> date:
        """From when on one may ask."""
        return self.first - VISITS_OPEN


@dataclass(frozen=True, slots=True)
class Press:
    """A news entry that names a person (namesake guard passed, for the ``signs``). ``story`` is the key under which copies fold
    into one. ``sensitive`` stories (a death, a crime) are no occasion to write."""

    at: datetime
    title: str
    link: str
    source: str
    story: str
    summary: str = ""
    sensitive: bool = False
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """An entry of a feed that is the person's own. ``id`` is stable; a ``sensitive`` one tells of a misfortune."""

    at: datetime
    title: str
    link: str
    source: str
    id: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A news entry that meets what a person cares about: ``interest`` as written, ``shared`` if it is also the user's own.
    ``story`` is the key under which copies fold into one; ``asked``: a follow-up of the person's says so already."""

    at: datetime
    title: str
    link: str
    source: str
    story: str
    interest: str
    shared: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class NewRole:
    """Somebody works elsewhere, or as something else, than a card of theirs said before. ``at``: when the log heard of it."""

    at: datetime
    organisation: str
    title: str
    former_organisation: str = ""
    former_title: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An action of the review of a quarter (``2026-Q3``) that the user said yes to, on which ``day`` it is due, ``about`` which
    organisation. ``at`` is when that was said."""

    at: datetime
    quarter: str
    kind: str
    person: str
    day: date
    about: str = ""


@dataclass(frozen=True, slots=True)
class NoteView:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Promise:
    """Something open between the user and a person, from a line that the user typed: a promise of the user's or of theirs, or a
    question put to the user, ``by`` whom the next step is. ``at``: when it was taken in; ``due``: the day named in it."""

    id: str
    kind: str
    text: str
    by: Literal["me", "them"]
    at: datetime
    due: date | None
    state: Literal["open", "done"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the user typed of a person: ``kind`` is likes, need, offers, met_through or next. ``due``: the day that a
    wish for the next time names."""

    kind: str
    text: str
    at: datetime
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What one person wants, and the ``other`` (a person id) has, in the words of both. ``wants`` and ``has`` are the kinds:
    need, question or likes; offers or expertise. ``key`` tells the pair from others."""

    key: str
    other: str
    wants: str
    want: str
    has: str
    offer: str


@dataclass(frozen=True, slots=True)
class Favour:
    """An introduction that concerns a person: ``made`` by the user between them and the ``other`` (a person id); or, by the
    person, between the user and the other. ``key`` tells it from others; ``at`` is when it was made, or told of."""

    key: str
    made: bool
    other: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unchosen:
    """Somebody whom the user meets and never chose. ``known``: there is a card. ``count`` meetings from ``first`` to ``last``,
    of which the last was ``title`` at ``place``, as the entry says."""

    name: str
    email: str
    known: bool
    count: int
    first: datetime
    last: datetime
    title: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """An entry of ours whose description somebody else changed: its ``text`` now, what auld wrote there (``ours``, unless it
    was ``adopted``), and what of it is ``known``, from a text with the digest ``seen``. ``day``: from which days are counted,
    that of the meeting or of the entry. ``count``: ids minted so far."""

    key: str
    person: str
    day: date
    text: str
    ours: str
    adopted: bool = False
    seen: str = ""
    known: tuple[CapturedLine, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Base:
    """What auld knows that it wrote last, and where: the ground from which both its changes and the user's are told.
    ``form`` is "task" or "event"; ``day`` a local date; ``fingerprint`` what our own work is known by, empty if the user had
    a hand in it from the start. ``adopted``: it stood there already, written by an auld whose log is lost."""

    account: str
    collection: str
    ref: str
    form: str
    day: date
    title: str
    description: str
    fingerprint: str = ""
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up with everything known of it. ``day`` and ``title`` are what stands there now (the user's, if the user
    changed them); ``description`` is ours, ``their_description`` the user's. ``user_fields`` (title, description, day) belong
    to the user for good: auld never writes them again. ``pinned`` says that the day is one of them.

    ``answers`` are lines of the user's that were taken in, and that no tick in the entry has answered yet.

    ``closed_at`` is when it was done, dismissed or withdrawn. ``base`` is None as long as nothing was written, and again once
    it was taken out of the calendar. ``user_owned``: the user put the entry elsewhere, or made a series of it (``repeats``);
    auld never writes it again. ``rolled`` counts how often it was set again after a day on which nothing was done; ``rested``:
    withdrawn since that did not help. ``every`` is the interval in days at which it was asked for, 0 if not known. ``sighted``
    are the accounts and refs under which it was seen, as long as no receipt says that it stands there."""

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
    account: str = ""
    ref: str = ""
    pinned: bool = False
    closed_at: datetime | None = None
    why: str = ""
    base: Base | None = None
    user_fields: frozenset[str] = frozenset()
    their_title: str = ""
    their_description: str = ""
    answers: tuple[CapturedLine, ...] = ()
    channel: str = ""
    rolled: int = 0
    rested: bool = False
    user_owned: bool = False
    repeats: bool = False
    every: int = 0
    sighted: tuple[tuple[str, str], ...] = ()

    @property
    def open(self) -> bool:
        return self.state in OPEN
