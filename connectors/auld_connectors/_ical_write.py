"""Writes follow-ups: a new calendar object, or a change of a few properties in the body that the server holds now.

What is written is the least that every server and client keeps (RFC 5545): whole days or UTC, no time zone, no people (RFC 6638
would mail them), no relations, no commas in CATEGORIES, values of our own properties made of letters, digits, ``_`` and ``-``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from auld.contract import Entry, EntryField
from auld.errors import ItemUnreadable, Refused
from auld_connectors._ical_fields import MARK

_PRODUCT = "-//auld//auld//EN"
_MAX_OCTETS = 75
# What XML 1.0 forbids, and the line breaks that calendar programs do not know: a server would serve it as broken XML.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def render(entry: Entry, now: datetime) -> bytes:
    """A new object: a VTODO or an all-day, transparent VEVENT. ``now`` is aware; DTSTAMP, CREATED and LAST-MODIFIED take it.

    The mark (``X-AULD-KEY``) is the entry's UID: keys may hold characters that servers rewrite in X- values.
    """
    component = "VTODO" if entry.form == "task" else "VEVENT"
    stamp = _utc(now)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        f"BEGIN:{component}",
        f"UID:{entry.uid}",
        f"DTSTAMP:{stamp}",
        f"CREATED:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        "SEQUENCE:0",
        _day("DTSTART", entry.day),
        # An event without an end is refused by iCloud; an end is exclusive, a due date is not (RFC 5545 3.6.1, 3.8.2.3).
        _day("DUE", entry.day) if entry.form == "task" else _day("DTEND", entry.day + timedelta(days=1)),
        f"SUMMARY:{_escaped(entry.title)}",
        *([f"DESCRIPTION:{_escaped(entry.description)}"] if entry.description.strip() else []),
        *(["STATUS:NEEDS-ACTION"] if entry.form == "task" else ["STATUS:CONFIRMED", "TRANSP:TRANSPARENT"]),
        "CATEGORIES:AULD",
        f"{MARK}:{entry.uid}",
        *(_alarm(entry, entry.alarm) if entry.alarm else []),
        f"END:{component}",
        "END:VCALENDAR",
    ]
    return b"".join(_fold(line) for line in lines)


def patch(raw: bytes, entry: Entry, fields: frozenset[EntryField], now: datetime) -> bytes:
    """``raw``, the body that the server holds, with only ``fields`` changed to what ``entry`` says; all other lines stay,
    byte for byte. "day" moves the dates and our own alarm, "closed" cancels; both raise SEQUENCE (RFC 5546 section 2.1.4).

    Raises ItemUnreadable if our component is not in it, Refused if attachments were cut out of ``raw``: they would be lost.
    """
    if not fields:
        return raw
    if is_cut(raw):
        raise Refused("the entry has an attachment, or a web page as its text, which writing the kept body back would destroy")
    body = _Body(raw, entry.uid)
    if "title" in fields:
        body.set("SUMMARY", f"SUMMARY:{_escaped(entry.title)}")
    if "description" in fields:
        body.set("DESCRIPTION", f"DESCRIPTION:{_escaped(entry.description)}")
    if "day" in fields:
        _move(body, entry)
    if "closed" in fields:
        body.set("STATUS", "STATUS:CANCELLED")
    if "day" in fields or "closed" in fields:
        body.set("SEQUENCE", f"SEQUENCE:{body.sequence() + 1}")
    body.set("DTSTAMP", f"DTSTAMP:{_utc(now)}")
    body.set("LAST-MODIFIED", f"LAST-MODIFIED:{_utc(now)}")
    return body.joined()


def is_cut(raw: bytes) -> bool:
    """Whether attachments or long texts were cut out of a body, so that it cannot be written back."""
    return _CUT.search(raw) is not None


def _move(body: _Body, entry: Entry) -> None:
    """Put the dates on the entry's day, those that are there; an event has an end, in place of a duration too."""
    if body.has("DTSTART"):
        body.set("DTSTART", _day("DTSTART", entry.day))
    if entry.form == "event":
        length = "DURATION" if body.has("DURATION") and not body.has("DTEND") else "DTEND"
        body.set(length, _day("DTEND", entry.day + timedelta(days=1)))
    elif body.has("DUE") or not body.has("DTSTART"):
        body.set("DUE", _day("DUE", entry.day))
    body.set_alarm(_trigger(entry, entry.alarm) if entry.alarm else None)


# --- content lines ------------------------------------------------------------------------------------------------------
def _escaped(text: str) -> str:
    """TEXT (RFC 5545 section 3.3.11), without what servers cannot carry."""
    clean = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _day(name: str, day: date) -> str:
    return f"{name};VALUE=DATE:{day:%Y%m%d}"


def _alarm_uid(uid: str) -> str:
    return f"{uid}-alarm"


def _trigger(entry: Entry, alarm: str) -> str:
    """An absolute time, since a whole day has no clock time to count from."""
    hour, minute = map(int, alarm.split(":"))
    moment = datetime(entry.day.year, entry.day.month, entry.day.day, hour, minute, tzinfo=ZoneInfo(entry.zone))
    return f"TRIGGER;VALUE=DATE-TIME:{_utc(moment)}"


def _alarm(entry: Entry, alarm: str) -> list[str]:
    return [
        "BEGIN:VALARM",
        f"UID:{_alarm_uid(entry.uid)}",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(entry.title)}",
        _trigger(entry, alarm),
        "END:VALARM",
    ]


def _fold(line: str, end: bytes = b"\r\n") -> bytes:
    """A content line of at most 75 octets per row, never folded inside a character (RFC 5545 section 3.1)."""
    data = line.encode()
    rows = []
    width = _MAX_OCTETS
    while len(data) > width:
        cut = width
        while data[cut] & 0xC0 == 0x80:  # the middle of a character
            cut -= 1
        rows.append(data[:cut])
        data = data[cut:]
        width = _MAX_OCTETS - 1  # the blank that marks a fold counts
    return (end + b" ").join([*rows, data]) + end


# --- a body being changed -----------------------------------------------------------------------------------------------
_CUT = re.compile(rb"^[\w.-]+[;:][^\r\n]*sha256:[0-9a-f]{64}\s*$", re.M)
_LOGICAL = re.compile(rb"[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)")
_FOLDED = re.compile(rb"\r?\n[ \t]")


class _Line:
    """One content line as it stands in the body, folds and line end included."""

    __slots__ = ("data", "name", "value")

    def __init__(self, data: bytes) -> None:
        self.data = data
        text = _FOLDED.sub(b"", data).decode("utf-8", "replace").strip("\ufeff\r\n")
        head, _, self.value = text.partition(":")
        self.name = head.partition(";")[0].strip().upper()


class _Body:
    """The lines of a body, and where in them our component stands."""

    def __init__(self, raw: bytes, uid: str) -> None:
        self._lines = [_Line(match.group()) for match in _LOGICAL.finditer(raw) if match.group()]
        self._end_of_line = b"\r\n" if b"\r\n" in raw else b"\n"
        self._uid = uid
        self._first = self._find(uid)

    def joined(self) -> bytes:
        return b"".join(line.data for line in self._lines)

    def _find(self, uid: str) -> int:
        """The first line after BEGIN of the VTODO or VEVENT with this UID (or mark, if the server changed the UID) that is no
        changed instance of a series."""
        for index, line in enumerate(self._lines):
            if line.name == "BEGIN" and line.value.strip().upper() in ("VTODO", "VEVENT"):
                own = {self._lines[at].name: self._lines[at].value.strip() for at in self._own(index + 1)}
                if uid in (own.get("UID"), own.get(MARK)) and "RECURRENCE-ID" not in own:
                    return index + 1
        raise ItemUnreadable("the entry that auld wrote is not in this body")

    def _own(self, first: int) -> Iterator[int]:
        """The positions of a component's own lines up to its END, those of the components inside it left out."""
        depth = 0
        for index in range(first, len(self._lines)):
            name = self._lines[index].name
            if name == "END":
                if depth == 0:
                    return
                depth -= 1
            elif name == "BEGIN":
                depth += 1
            elif depth == 0:
                yield index

    def _position(self, name: str) -> int | None:
        return next((index for index in self._own(self._first) if self._lines[index].name == name), None)

    def has(self, name: str) -> bool:
        return self._position(name) is not None

    def sequence(self) -> int:
        position = self._position("SEQUENCE")
        text = self._lines[position].value.strip() if position is not None else "0"
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def set(self, name: str, line: str) -> None:
        """Put ``line`` in place of the property, or at the head of the component where there is none."""
        new = _Line(_fold(line, self._end_of_line))
        position = self._position(name)
        if position is None:
            self._lines.insert(self._first, new)
        else:
            self._lines[position] = new

    def set_alarm(self, trigger: str | None) -> None:
        """Give our own alarm another trigger, or take it out. Other alarms stay; one that the user deleted stays deleted."""
        for start, end in self._alarms():
            inside = {self._lines[at].name: at for at in self._own(start + 1)}
            if "UID" not in inside or self._lines[inside["UID"]].value.strip() != _alarm_uid(self._uid):
                continue
            if trigger is None:
                del self._lines[start : end + 1]
            elif "TRIGGER" in inside:
                self._lines[inside["TRIGGER"]] = _Line(_fold(trigger, self._end_of_line))
            return

    def _alarms(self) -> Iterator[tuple[int, int]]:
        """First and last line of each VALARM directly inside our component."""
        depth = start = 0
        for index in range(self._first, len(self._lines)):
            name, value = self._lines[index].name, self._lines[index].value.strip().upper()
            if name == "BEGIN":
                start = index if depth == 0 and value == "VALARM" else start
                depth += 1
            elif name == "END":
                depth -= 1
                if depth < 0:
                    return
                if depth == 0 and value == "VALARM":
                    yield start, index
