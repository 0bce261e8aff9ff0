"""The events of the log: stable type names, versions, and the payload that each carries.

A type name is part of the stored data for ever; it never is an import path. When a payload has to change in a way that
defaults cannot express, its version goes up and a *lifter* (old JSON value -> next version's JSON value) is registered, with
a test over old bytes. Folds only ever see the current version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from auld.errors import ConfigurationWrong
from auld.observations import Contact, Meeting, Mention, Record, Task
from auld.policy import Policy


# --- what sources say beside observations -------------------------------------------------------------------------------
class Gone(Record, frozen=True):
    """An item is not there any more. ``last_seen``: the last time (ISO, UTC) at which it was known to be present, which
    decides whether a past meeting took place (deleted after its end) or not (deleted before)."""

    last_seen: str


class Unreadable(Record, frozen=True):
    """An item was there but could not be read; the raw body is kept beside the event."""

    problem: str


# --- acts of the user ---------------------------------------------------------------------------------------------------
class Kept(Record, frozen=True):
    """``auld keep``: follow this person up, every ``every`` days (None: as the category says, or eight weeks)."""

    person: str
    every: int | None = None
    name: str = ""
    identity: str = ""


class Paused(Record, frozen=True):
    """``auld pause``: no follow-ups before ``until`` (ISO date)."""

    person: str
    until: str


class LetGo(Record, frozen=True):
    """``auld let-go``: never again, until ``auld keep`` takes it back."""

    person: str


class Note(Record, frozen=True):
    """``auld note``: something worth remembering, in the user's words."""

    person: str
    text: str


class Merged(Record, frozen=True):
    """``auld merge``: two people, by the ids in use at the time, are one human; ``ids`` are those of all of their cards."""

    person: str
    other: str
    ids: tuple[str, ...]


class Split(Record, frozen=True):
    """``auld split``: the cards with the ids ``leave`` belong to another human than those with the ids ``stay``.

    ``person`` is the id that they had together."""

    person: str
    stay: tuple[str, ...]
    leave: tuple[str, ...]


class TitleLinked(Record, frozen=True):
    """``auld link``: whom an entry without attendees is with; ``person`` is empty if it is with nobody.

    ``uid`` is the calendar object's (``account/ref`` if it has none), so that an answer holds for a whole series and for every
    copy. ``about`` are the folded words that the answer is about, a name or a whole title: it holds as long as they stand in
    the title."""

    uid: str
    person: str
    about: str
    title: str = ""


class Undone(Record, frozen=True):
    """``auld undo``: the act of the user at this position of the log counts no more, as if it had never been said."""

    position: int


class ActionAccepted(Record, frozen=True):
    """``auld accept``: do what the review of a quarter (``2026-Q3``) proposed for this person, on ``day`` (local ISO date).

    ``kind`` is one of :data:`auld.review.actions.KINDS`; ``about`` the organisation that it concerns, if any."""

    quarter: str
    kind: str
    person: str
    day: str
    about: str = ""


class LossAccepted(Record, frozen=True):
    """``auld accept-loss``: the user says that a suspicious loss is real."""

    collections: tuple[str, ...] = ()


# --- decisions of the daemon --------------------------------------------------------------------------------------------
class Because(Record, frozen=True):
    """One reason of a follow-up: its id, the occasion that it serves, and what it has to show, line by line. ``heavy``: it asks
    for hours of the user's."""

    reason: str
    occasion: str
    context: tuple[str, ...] = ()
    heavy: bool = False


class Proposed(Record, frozen=True):
    """A follow-up is born. ``key`` is minted here and never changes; ``uid`` is UUIDv5 of owner and key; ``person`` and
    ``name`` are empty where it is asked of the user and concerns no single person; ``day`` is a local ISO date; ``window`` the
    first and last day that suit; ``every`` the ideal interval of the person's cadence, in days."""

    key: str
    uid: str
    person: str
    name: str
    because: tuple[Because, ...]
    day: str
    title: str
    description: str
    window: tuple[str, str] = ("", "")
    every: int = 0


class Revised(Record, frozen=True):
    """The planner changed an open follow-up: other day, wording, or one more reason. Only what changed is set."""

    key: str
    day: str | None = None
    title: str | None = None
    description: str | None = None
    because: tuple[Because, ...] | None = None


class Withdrawn(Record, frozen=True):
    """The planner takes a follow-up back: ``why`` in words ("met on 3 March"). ``rested``: because it was left undone again and
    again; its reason asks anew in its own time."""

    key: str
    why: str
    rested: bool = False


class CapturedLine(Record, frozen=True):
    """One line that the user typed into an entry, as it was understood. ``id`` is minted here and stays with the line when it
    is edited. ``kind``: note, promise (the user's), theirs (a promise to the user), question (put to the user), likes, need,
    offers, met_through, next, done. ``text`` is what follows the small word, ``line`` all of it, ``due`` the day named in it
    (local ISO date). ``done``: the line itself is crossed off; ``closes``: the id of the line that a "done" line closes."""

    id: str
    kind: str
    text: str
    line: str
    due: str = ""
    done: bool = False
    closes: str = ""


class Captured(Record, frozen=True):
    """All lines of the user's in an entry's description, as the daemon understood them when it saw them. They take the place of
    what was captured from that entry before. ``seen`` is a digest of the description, ``person`` whom the entry is about."""

    key: str
    person: str
    lines: tuple[CapturedLine, ...]
    seen: str = ""


# --- receipts of the outbox ---------------------------------------------------------------------------------------------
class Written(Record, frozen=True):
    """The calendar holds the entry, as read back. The fields are what *we* wanted to stand there; together they are the base
    that the user's edits are told from. ``fingerprint`` is the entry's if nobody else's hand was in it yet, else empty.
    ``answers`` are the ids of the captured lines that this write put a tick before."""

    key: str
    collection: str
    form: str
    day: str
    title: str
    description: str
    adopted: bool = False
    fingerprint: str = ""
    answers: tuple[str, ...] = ()


class Removed(Record, frozen=True):
    """The outbox took our entry out of the calendar, or closed it, after a withdrawal."""

    key: str


class Parked(Record, frozen=True):
    """The outbox gave up on one entry; ``why`` is for the user."""

    key: str
    why: str


class Dismissed(Record, frozen=True):
    """Our entry is missing from the calendar, confirmed by a direct look (404, 410): the user deleted it."""

    key: str


class Erased(Record, frozen=True):
    """Payloads were erased (``auld forget``): which positions; the reason is the user's right, not recorded."""

    positions: tuple[int, ...]


Payload = (
    Contact | Meeting | Task | Mention | Gone | Unreadable | Kept | Paused | LetGo | Note | Merged | Split | Undone
    | TitleLinked | ActionAccepted | LossAccepted | Policy | Proposed | Revised | Withdrawn | Captured | Written | Removed
    | Parked | Dismissed | Erased
)  # fmt: skip

Lifter = Callable[[Any], Any]


class EventType(NamedTuple):
    """A type of event: its stable name, current version, payload, and lifters by the version that they lift from."""

    name: str
    version: int
    payload: type[Record]
    lifters: dict[int, Lifter]


_PAYLOADS: dict[str, type[Record]] = {
    "contact.observed": Contact,
    "meeting.observed": Meeting,
    "task.observed": Task,
    "mention.observed": Mention,
    "item.gone": Gone,
    "item.unreadable": Unreadable,
    "person.kept": Kept,
    "person.paused": Paused,
    "person.let_go": LetGo,
    "note.added": Note,
    "person.merged": Merged,
    "person.split": Split,
    "title.linked": TitleLinked,
    "action.accepted": ActionAccepted,
    "act.undone": Undone,
    "loss.accepted": LossAccepted,
    "policy.set": Policy,
    "follow_up.proposed": Proposed,
    "follow_up.revised": Revised,
    "follow_up.withdrawn": Withdrawn,
    "follow_up.written": Written,
    "follow_up.removed": Removed,
    "follow_up.parked": Parked,
    "follow_up.dismissed": Dismissed,
    "entry.captured": Captured,
    "erasure.recorded": Erased,
}

TYPES: dict[str, EventType] = {name: EventType(name, 1, payload, {}) for name, payload in _PAYLOADS.items()}

NAME_OF: dict[type[Record], str] = {event_type.payload: name for name, event_type in TYPES.items()}


class Event(NamedTuple):
    """An event as folds see it. ``recorded_at`` is when it entered the log; ``occurred_at`` when it took place in the world,
    if that is one instant. ``account`` and ``ref`` name the external item; empty for acts and decisions."""

    position: int
    type: str
    account: str
    ref: str
    recorded_at: datetime
    occurred_at: datetime | None
    data: Any


class Draft(NamedTuple):
    """An event about to be appended. ``revision`` counts per item, 0 where there is no item; ``raw`` is the body to keep."""

    data: Payload
    account: str = ""
    ref: str = ""
    revision: int = 0
    occurred_at: datetime | None = None
    raw: bytes | None = None


_encoder = msgspec.json.Encoder()


class Codec:
    """Payloads to stored bytes and back, for one set of event types. Safe to share between threads."""

    def __init__(self, types: Mapping[str, EventType]) -> None:
        self._types = types
        self._type_of = {event_type.payload: event_type for event_type in types.values()}
        self._decoders: dict[tuple[str, int], Callable[[bytes], Any]] = {}

    def encode(self, payload: Record) -> tuple[str, int, bytes]:
        """Type name, version and JSON (UTF-8, deterministic). Raises UnicodeEncodeError for text that is no Unicode."""
        event_type = self._type_of[type(payload)]
        return event_type.name, event_type.version, _encoder.encode(payload)

    def decoder(self, name: str, version: int) -> Callable[[bytes], Any]:
        """What turns the stored bytes of that type and version into the current payload; older versions are lifted step by
        step. Raises ConfigurationWrong for a type or version that this program does not know: a newer auld wrote it."""
        found = self._decoders.get((name, version))
        if found is None:
            found = self._decoders[name, version] = self._make_decoder(name, version)
        return found

    def _make_decoder(self, name: str, version: int) -> Callable[[bytes], Any]:
        event_type = self._types.get(name)
        if event_type is None or version > event_type.version:
            raise ConfigurationWrong(
                f"the log holds an event of type {name} version {version}, which this auld does not know: "
                "it was written by a newer one; install that"
            )
        if version == event_type.version:
            return msgspec.json.Decoder(event_type.payload).decode
        steps = [event_type.lifters[step] for step in range(version, event_type.version)]
        payload = event_type.payload

        def lift(data: bytes) -> Any:
            value = msgspec.json.decode(data)
            for step in steps:
                value = step(value)
            return msgspec.convert(value, payload)

        return lift


CODEC = Codec(TYPES)


def encode(payload: Payload) -> bytes:
    """The JSON form of a payload, UTF-8, deterministic."""
    return _encoder.encode(payload)


def decode(name: str, version: int, data: bytes) -> Any:
    """The current form of a stored payload. Raises as :meth:`Codec.decoder`, and msgspec.DecodeError for damaged data."""
    return CODEC.decoder(name, version)(data)
