"""Takes a calendar file with everything in it apart, into the objects that a CalDAV server would hold one by one.

Only the frame of the lines is looked at here (BEGIN, END, and what names a component); each object is then read by
:mod:`auld_connectors._ical`. So a component that makes no sense costs itself alone, and one that has not changed since the last
look costs nothing but its hash.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from auld.errors import ItemUnreadable
from auld_connectors._lines import MAX_DEPTH, to_utf8

MOST = 50_000
"""Components of one calendar that are looked at; the rest of a longer one is left out."""

_MOST_ZONES = 200
_TOP = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
_BEARING = (b"METHOD", b"X-WR-TIMEZONE")
_COMPONENTS = frozenset({b"VEVENT", b"VTODO", b"VJOURNAL", b"VFREEBUSY", b"VAVAILABILITY", b"VTIMEZONE"})
_WANTED = frozenset({b"VEVENT", b"VTODO"})
_MESSAGES = frozenset({"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})
"""Methods of what is a message about a meeting, and not the meeting (RFC 5546 section 1.4)."""

_FRAME = re.compile(rb"^(BEGIN|END):[ \t]*([A-Z0-9-]+)[ \t]*\r*$", re.IGNORECASE | re.MULTILINE)
# What exporters write anew at every request, or bears no meaning by itself.
_VOLATILE = re.compile(rb"^(?:UID|DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE)[;:][^\n]*\n(?:[ \t][^\n]*\n)*", re.I | re.M)
_UID_LINE = re.compile(rb"^UID[;:][^\n]*\n(?:[ \t][^\n]*\n)*", re.I | re.M)
_FOLD = re.compile(rb"\r*\n[ \t]")


class Part(NamedTuple):
    """One component: its text, its name, and what tells whose it is. ``instance`` is its RECURRENCE-ID; ``head`` the properties
    of its calendar that bear on it; ``content`` a digest of what it says, without UID and time stamps; ``place`` the file."""

    body: bytes
    name: bytes
    uid: str
    instance: str
    head: bytes
    content: str
    place: str


@dataclass(slots=True)
class Document:
    """A calendar file as taken apart. ``whole`` is False where it breaks off, or something of it was left out."""

    place: str = ""
    name: str = ""
    parts: list[Part] = field(default_factory=list)
    zones: dict[bytes, bytes] = field(default_factory=dict)
    """The text of each VTIMEZONE by its TZID, without escapes."""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Thing:
    """One calendar object: the components that belong together. ``instance`` is set where it is one date of a series whose
    master is not there."""

    uid: str
    instance: str
    parts: tuple[Part, ...]

    @property
    def content(self) -> str:
        return self.parts[0].content if len(self.parts) == 1 else digest(*sorted(part.content for part in self.parts))

    @property
    def place(self) -> str:
        return self.parts[0].place

    def text(self, zones: dict[bytes, bytes], *, uids: bool) -> bytes:
        """As an object of its own, with the definitions of the zones that it names; with or without its UIDs."""
        body = b"".join(part.body for part in self.parts)
        unfolded = _FOLD.sub(b"", body).replace(b"\\", b"")
        named = (definition for tzid, definition in zones.items() if tzid in unfolded)
        head = (_TOP, max(self.parts, key=_rank).head, *named)
        return b"".join((*head, body if uids else _UID_LINE.sub(b"", body), b"END:VCALENDAR\r\n"))


def digest(*texts: str | bytes) -> str:
    """64 bits of some texts, in hexadecimal; enough to tell the entries of one calendar apart."""
    made = hashlib.blake2b(digest_size=8)
    for text in texts:
        made.update(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
        made.update(b"\0")
    return made.hexdigest()


def meaning(raw: bytes) -> str:
    """A digest of a file that stays the same where only UIDs and time stamps are new."""
    return digest(_VOLATILE.sub(b"", raw))


# --- a file to its components -------------------------------------------------------------------------------------------
def split(raw: bytes, place: str = "") -> Document:
    """The components of a file. Raises ItemUnreadable if it is no calendar: empty, a web page, anything else.

    A forgotten END is forgiven inside, but not at the end: then the file was cut short, as is one that is just being written.
    """
    body = to_utf8(raw).rstrip(b"\0") + b"\n"
    start = body[:512].lstrip()
    if not start:
        raise ItemUnreadable("it is empty")
    if start.startswith(b"<"):
        raise ItemUnreadable("it is a web page, not a calendar")
    document = Document(place)
    frames = _Frames(body, document, place)
    for match in _FRAME.finditer(body):
        if len(document.parts) >= MOST:
            document.whole = False
            return document
        frames.take(match)
    if not frames.calendars and not document.parts:
        raise ItemUnreadable("it is no calendar")
    document.whole = frames.calendars > 0 and not frames.open and not frames.cut_short
    return document


class _Frames:
    """Where in a file we are: inside which calendar and which of its components, and how deep in that."""

    def __init__(self, body: bytes, document: Document, place: str) -> None:
        self.calendars = 0
        self.cut_short = False  # a calendar begins inside another
        self._body = body
        self._document = document
        self._place = place
        self._message = False
        self._head = b""
        self._head_from: int | None = None  # where the properties of the calendar begin, until they are read
        self._in_calendar = False
        self._name = b""
        self._start = 0
        self._inner: list[bytes] = []
        self._own: list[bytes] = []
        self._own_from = 0

    @property
    def open(self) -> bool:
        return self._in_calendar or bool(self._name)

    def take(self, match: re.Match[bytes]) -> None:
        begins, name = match[1].upper() == b"BEGIN", match[2].upper()
        line_end = match.end() + 1
        if name == b"VCALENDAR":
            self._close(match.start())
            self._read_head(match.start())
            self.cut_short |= begins and self._in_calendar
            self._in_calendar = begins
            self._message, self._head = False, b""
            self._head_from = line_end if begins else None
            self.calendars += begins
        elif begins and name in _COMPONENTS:
            self._close(match.start())
            self._read_head(match.start())
            self._name, self._start, self._own_from = name, match.start(), line_end
        elif name == self._name and not begins:
            self._close(line_end, match.start())
        elif self._name:
            self._nest(begins, name, match.start(), line_end)

    def _nest(self, begins: bool, name: bytes, start: int, line_end: int) -> None:
        """An alarm and the like: what stands in it is not the component's own."""
        if begins:
            if not self._inner:
                self._own.append(self._body[self._own_from : start])
            if len(self._inner) <= MAX_DEPTH:  # deeper, it will not be readable
                self._inner.append(name)
        elif name in self._inner:
            while self._inner.pop() != name:
                pass
            self._own_from = line_end

    def _read_head(self, end: int) -> None:
        if self._head_from is None:
            return
        head, self._head_from = self._body[self._head_from : end], None
        bearing = ((name, _value(head, name)) for name in _BEARING)
        self._head = b"".join(b"%s:%s\r\n" % (name, value.encode()) for name, value in bearing if value)
        self._message = _value(head, b"METHOD").upper() in _MESSAGES
        self._document.name = self._document.name or _value(head, b"X-WR-CALNAME") or _value(head, b"NAME")

    def _close(self, end: int, own_end: int | None = None) -> None:
        """The open component ends here; ``own_end`` None: without an END of its own."""
        name, self._name = self._name, b""
        if not name:
            return
        if not self._inner:
            self._own.append(self._body[self._own_from : end if own_end is None else own_end])
        own, self._own, self._inner = b"".join(self._own), [], []
        body = self._body[self._start : end]
        if own_end is None:
            body += b"END:" + name + b"\r\n"
        if name == b"VTIMEZONE":
            tzid = _value(own, b"TZID").replace("\\", "").strip('"').encode()
            if tzid and len(self._document.zones) < _MOST_ZONES:
                self._document.zones.setdefault(tzid, body)
        elif name in _WANTED and not self._message:
            uid, instance = _value(own, b"UID"), _value(own, b"RECURRENCE-ID")
            content = digest(self._head, _VOLATILE.sub(b"", body))
            self._document.parts.append(Part(body, name, uid, instance, self._head, content, self._place))


def _value(text: bytes, name: bytes) -> str:
    """The value of the first property of that name, unfolded; "" if there is none."""
    match = re.search(rb"^" + name + rb"(?:;[^\r\n]*?)?:([^\r\n]*(?:\r*\n[ \t][^\r\n]*)*)", text, re.IGNORECASE | re.MULTILINE)
    return _FOLD.sub(b"", match[1]).decode("utf-8", "replace").strip() if match else ""


# --- components to objects ----------------------------------------------------------------------------------------------
def group(parts: Iterable[Part]) -> list[Thing]:
    """The components by the objects that they make up, in order of appearance. What stands there twice counts once."""
    groups: defaultdict[tuple[bytes, str, str], dict[tuple[str, str], Part]] = defaultdict(dict)
    for part in parts:
        key = (part.name, part.uid, "" if part.uid else part.content)
        groups[key].setdefault((part.instance, part.content), part)
    return [thing for same in groups.values() for thing in _things(list(same.values()))]


def _things(parts: list[Part]) -> Iterator[Thing]:
    """Components with one UID. Without their master, the dates of a series stand each for itself: where a feed shows a part of
    the calendar only, they leave it one by one."""
    uid = parts[0].uid
    masters = [part for part in parts if not part.instance]
    instances = [part for part in parts if part.instance]
    if not masters:
        dates: defaultdict[str, list[Part]] = defaultdict(list)
        for part in instances:
            dates[part.instance].append(part)
        yield from (Thing(uid, date, tuple(same)) for date, same in dates.items())
        return
    meetings = _meetings(masters)
    series = next((n for n, same in enumerate(meetings) if any(_value(part.body, b"RRULE") for part in same)), 0)
    for number, same in enumerate(meetings):
        yield Thing(uid, "", (*same, *(instances if number == series else ())))


def _meetings(masters: list[Part]) -> list[list[Part]]:
    """Several masters with one UID are versions of one meeting if they begin at the same time, or their SEQUENCE tells which is
    the newest (RFC 5546 section 2.1.5); else somebody has given one UID to several meetings."""
    if len(masters) == 1 or len({_value(part.body, b"SEQUENCE") for part in masters}) > 1:
        return [masters]
    starts: defaultdict[str, list[Part]] = defaultdict(list)
    for part in masters:
        starts[_value(part.body, b"DTSTART")].append(part)
    return [starts[start] for start in sorted(starts)]


def _rank(part: Part) -> tuple[int, str]:
    sequence = _value(part.body, b"SEQUENCE")
    return int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 10 else 0, _value(
        part.body, b"DTSTAMP"
    )
