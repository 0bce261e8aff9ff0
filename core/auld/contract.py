"""What a connector promises, and what it is given in return.

A connector *fetches and parses*; nothing else. It is handed a cursor and what is already known, and yields batches of what
it saw. It never dedupes, never decides that something was deleted because it is absent, never keeps state of its own:
the core does that, in one transaction a batch. It raises only the errors of :mod:`auld.errors`.

Contract version: an integer. A plugin names the one it was written for in ``Connector.contract``; the core accepts
``OLDEST_CONTRACT`` to ``CONTRACT``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from auld.observations import Observation

CONTRACT = 1
OLDEST_CONTRACT = 1

Kind = Literal["contact", "meeting", "task", "mention"]


@dataclass(frozen=True, slots=True)
class Collection:
    """One calendar, address book or feed. ``id`` is canonical (for DAV: the absolute URL as discovered) and is what the
    core remembers; ``name`` is for people; ``kinds`` is what may be found in it; ``accepts`` what may be written to it
    ("task", "meeting"), empty where it is read-only or no sink."""

    id: str
    name: str
    kinds: frozenset[Kind]
    accepts: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Item:
    """One external item as just read.

    ``ref`` names it within the account for as long as it lives there (an href, a feed entry's identity), in one canonical
    spelling. ``version`` changes when the item changes (an ETag); empty if there is none. ``fingerprint`` is the digest of
    what the item *means*, made by the connector's normaliser number ``normaliser``; what servers rewrite by themselves
    (property order, PRODID, DTSTAMP …) does not change it. ``raw`` is the body as received, with large binaries replaced
    by their hash. If the item cannot be read, ``observation`` is None, ``problem`` says why, and the fingerprint is that of
    the bytes. If it is sound but nothing for auld (a VJOURNAL), ``observation`` is None and ``problem`` empty.
    """

    ref: str
    version: str
    observation: Observation | None
    raw: bytes
    fingerprint: str
    normaliser: int = 1
    problem: str = ""
    occurred_at: datetime | None = None
    """When it took place in the world, if that is one instant (a mention's publication); aware."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A part of a pull. The core commits each batch, with its cursor, in one transaction.

    ``gone`` are refs that the other side said are deleted. ``listing``, if not None, says: these are *all* refs of the
    collection at this moment (ref -> version); the core alone draws conclusions from what is missing. ``cursor`` is where to
    go on next time, None to keep the old one; it must only be given once everything before it has been yielded.
    ``total`` is how many items this pull is going to fetch, if known (for a progress bar). ``notes`` are remarks for the
    user about oddities met ("the server gave two items the same address").
    """

    items: Sequence[Item] = ()
    gone: Sequence[str] = ()
    listing: Mapping[str, str] | None = None
    cursor: str | None = None
    total: int | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Pull:
    """What the core asks of a source.

    ``known`` maps every ref that the core holds as present to its version. ``full`` asks for a complete listing besides
    (the core wants one a day). ``now`` is the time of the cycle, UTC. ``cancelled`` turns True when the daemon stops: a
    source looks at it between requests and then simply returns.
    """

    collection: Collection
    cursor: str | None
    known: Mapping[str, str]
    full: bool
    now: datetime
    cancelled: Callable[[], bool] = field(default=lambda: False)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to stand in the user's calendar. ``day`` is a local date; ``alarm`` a local time ``HH:MM`` or None, in ``zone``.

    ``form`` "task" (VTODO) or "event" (all-day, transparent VEVENT). ``key`` is the follow-up's key and goes into the
    object as auld's mark.
    """

    key: str
    uid: str
    title: str
    description: str
    day: date
    form: Literal["task", "event"]
    alarm: str | None = None
    zone: str = "UTC"


EntryField = Literal["title", "description", "day", "closed"]


@dataclass(frozen=True, slots=True)
class Held:
    """What the other side holds under a ref at this moment."""

    item: Item


@dataclass(frozen=True, slots=True)
class Stored:
    """What a sink can tell of a write that went well: the ``fingerprint`` of what was sent, and the ``version`` that the other
    side gave it there and then; both empty if not known. By them the core tells, when it reads back, whether anybody else has
    been at the entry in between."""

    fingerprint: str = ""
    version: str = ""


@runtime_checkable
class Source(Protocol):
    """Reads from the other side."""

    @property
    def requests(self) -> int:
        """How much was sent since the account was opened (HTTP requests, for a connector that speaks HTTP)."""
        ...

    def discover(self) -> Sequence[Collection]:
        """All collections that fit this account's settings. Only called in set-up (first use, ``auld check``).

        Raises TryLater, CredentialsRefused, ConfigurationWrong (nothing fits; say what there is).
        """
        ...

    def pull(self, request: Pull) -> Iterator[Batch]:
        """What changed since the cursor; everything, where there is none or ``full`` is asked for.

        Raises TryLater, RateLimited, CredentialsRefused, CursorRefused, CollectionGone. Pulling twice gives the same.
        """
        ...

    def close(self) -> None:
        """Give back sockets. No call follows."""
        ...


@runtime_checkable
class Sink(Protocol):
    """Writes follow-ups. Every verb is one attempt; retries, ordering and memory are the core's (:mod:`auld.outbox`)."""

    def ref_for(self, collection: Collection, uid: str) -> str:
        """The ref under which an entry with this UID is (to be) stored. Pure."""
        ...

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        """What is there now; None if the other side says that there is nothing (404, 410)."""
        ...

    def create(self, collection: Collection, entry: Entry) -> Stored | None:
        """Store a new entry, on condition that nothing is there. Raises Conflict if something is, Refused if the
        other side will not have it. A lost answer raises TryLater: the core then looks before it does anything else."""
        ...

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored | None:
        """Change just ``fields`` of the body in ``held``, keep all else byte for byte, on condition that it is still that
        version. "closed" marks the entry as no longer wanted (STATUS:CANCELLED). Raises Conflict."""
        ...

    def remove(self, collection: Collection, held: Held) -> None:
        """Delete it, on condition that it is still that version. Raises Conflict; nothing there is fine."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """One configured use of a connector. ``settings`` is an instance of ``Connector.settings``. ``secret`` fetches the
    password or token anew at each call (raises CredentialsUnavailable); None where none is configured. If ``settings`` allow
    ``url`` to be a mapping, as ``{file: PATH}``, the user keeps the address itself where passwords are, and it is the secret.
    ``now`` tells the time (aware, UTC): a connector has no clock of its own."""

    name: str
    settings: Any
    secret: Callable[[], str] | None = None
    user_agent: str = "auld"
    now: Callable[[], datetime] = field(kw_only=True)


class Connector(Protocol):
    """What a plugin registers: a name, the contract it was written for, its settings, and how to open an account.

    ``settings`` is a pydantic model with ``extra="forbid"``; its fields are the keys that the user may write beside
    ``connector``, ``every`` and ``password``, which are the daemon's (a connector gets the password by ``Account.secret``);
    field descriptions are the documentation. ``every`` is the polling interval it proposes.
    ``origin(settings)`` names what a password is good for (scheme://host:port), so that accounts that share a login share
    one breaker; None where there is no login.
    """

    name: ClassVar[str]
    contract: ClassVar[int]
    summary: ClassVar[str]
    settings: ClassVar[type[Any]]
    every: ClassVar[str]

    def open(self, account: Account) -> Source: ...

    def origin(self, settings: Any) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Consent:
    """How a connector reaches the user who has to say yes on a page of the vendor's (``auld auth``).

    ``say`` shows a line of text, which may hold an address to open. ``browse`` opens an address in the user's browser, and
    tells whether there is one. ``port`` is where on the loopback address the browser is to come back to, 0 for any free one.
    ``patience`` is how long to wait for that, in seconds.
    """

    say: Callable[[str], None]
    browse: Callable[[str], bool] = field(default=lambda url: False)
    port: int = 0
    patience: float = 300.0


@runtime_checkable
class Authorises(Protocol):
    """A connector whose accounts are let in by the user's consent on a page of the vendor's (OAuth, RFC 8252), not by a
    password: ``auld auth VENDOR ACCOUNT``. What came of it the connector keeps where its settings say, for nobody else to
    read. Such a connector has an ``origin``, and its accounts have no secret."""

    vendor: ClassVar[str]
    """One lower-case word for who is asked (``google``)."""

    def authorise(self, account: Account, consent: Consent) -> str:
        """Ask for what this account needs, and nothing more; returns what the user is told of it in the end.

        Raises CredentialsRefused if the user or the vendor says no, or allows less than is needed, TryLater if no answer
        came, ConfigurationWrong if the question cannot be asked.
        """
        ...
