"""One calendar object in the spelling of several programs: Outlook/Exchange, Google, Apple, Thunderbird, Nextcloud, Zimbra.

Times are handed over as they are meant (aware; naive for floating ones; dates for whole days) and written as the program would:
by its own name for the zone, with or without a definition, or in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .vcards import fold


@dataclass(frozen=True)
class Guest:
    """A line ATTENDEE or ORGANIZER."""

    address: str
    name: str = ""
    status: str = "ACCEPTED"
    role: str = "REQ-PARTICIPANT"
    kind: str = "INDIVIDUAL"


@dataclass(frozen=True)
class Entry:
    """One VEVENT. ``tzid`` overrides the name that the program would give the zone, ``definition`` says whether a VTIMEZONE
    comes with it. ``instance`` is a RECURRENCE-ID; ``changed`` are further VEVENTs of the object."""

    uid: str
    start: datetime | date | None
    end: datetime | date | None
    title: str = ""
    organizer: Guest | None = None
    guests: tuple[Guest, ...] = ()
    status: str = "CONFIRMED"
    rule: str = ""
    without: tuple[datetime, ...] = ()
    instance: datetime | None = None
    changed: tuple[Entry, ...] = ()
    method: str = ""
    tzid: str = ""
    definition: bool = True
    extra: tuple[str, ...] = ()
    override_first: bool = field(default=False, kw_only=True)


_WINDOWS = {
    "Europe/Lisbon": "GMT Standard Time",
    "Europe/Berlin": "W. Europe Standard Time",
    "Europe/Warsaw": "Central European Standard Time",
    "Europe/Athens": "GTB Standard Time",
    "America/New_York": "Eastern Standard Time",
    "America/Los_Angeles": "Pacific Standard Time",
    "Asia/Tokyo": "Tokyo Standard Time",
    "Asia/Kolkata": "India Standard Time",
}
ZONES = tuple(_WINDOWS)

# Of the zones above: standard and summer offsets in hours, and the rules of the change.
_EU = ("19701025T030000", "BYMONTH=10;BYDAY=-1SU", "19700329T020000", "BYMONTH=3;BYDAY=-1SU")
_US = ("19701101T020000", "BYMONTH=11;BYDAY=1SU", "19700308T020000", "BYMONTH=3;BYDAY=2SU")
_OFFSETS: dict[str, tuple[str, str, tuple[str, str, str, str] | None]] = {
    "Europe/Lisbon": ("+0000", "+0100", ("19701025T020000", _EU[1], "19700329T010000", _EU[3])),
    "Europe/Berlin": ("+0100", "+0200", _EU),
    "Europe/Warsaw": ("+0100", "+0200", _EU),
    "Europe/Athens": ("+0200", "+0300", ("19701025T040000", _EU[1], "19700329T030000", _EU[3])),
    "America/New_York": ("-0500", "-0400", _US),
    "America/Los_Angeles": ("-0800", "-0700", _US),
    "Asia/Tokyo": ("+0900", "", None),
    "Asia/Kolkata": ("+0530", "", None),
}


def _timezone(tzid: str, zone: str) -> Iterator[str]:
    standard, summer, change = _OFFSETS[zone]
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{tzid}"
    yield "BEGIN:STANDARD"
    yield f"DTSTART:{change[0] if change else '16010101T000000'}"
    yield f"TZOFFSETFROM:{summer or standard}"
    yield f"TZOFFSETTO:{standard}"
    if change:
        yield f"RRULE:FREQ=YEARLY;{change[1]}"
        yield "END:STANDARD"
        yield "BEGIN:DAYLIGHT"
        yield f"DTSTART:{change[2]}"
        yield f"TZOFFSETFROM:{standard}"
        yield f"TZOFFSETTO:{summer}"
        yield f"RRULE:FREQ=YEARLY;{change[3]}"
        yield "END:DAYLIGHT"
    else:
        yield "END:STANDARD"
    yield "END:VTIMEZONE"


@dataclass(frozen=True)
class Program:
    """How a program writes. ``tzid``: pattern of its zone names, ``{windows}`` or ``{iana}``; "" for UTC where there is no
    rule. ``scheme`` of addresses; ``head`` of the calendar; ``own`` lines in every event."""

    name: str
    prodid: str
    tzid: str
    scheme: str = "mailto:"
    head: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    exdates_apart: bool = True


OUTLOOK = Program(
    "outlook", "-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", "{windows}", "MAILTO:", (),
    ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "X-MICROSOFT-CDO-IMPORTANCE:1", "CLASS:PUBLIC", "PRIORITY:5"), False,
)  # fmt: skip
GOOGLE = Program(
    "google", "-//Google Inc//Google Calendar 70.9054//EN", "", "mailto:", ("X-WR-TIMEZONE:Europe/Lisbon",), ("TRANSP:OPAQUE",)
)
APPLE = Program(
    "apple", "-//Apple Inc.//macOS 14.5//EN", "{iana}", "mailto:", (),
    ("X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC", "CREATED:20240102T030405Z"),
)  # fmt: skip
THUNDERBIRD = Program(
    "thunderbird", "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN", "/mozilla.org/20070129_1/{iana}", "mailto:", (),
    ("X-MOZ-GENERATION:3",),
)  # fmt: skip
NEXTCLOUD = Program("nextcloud", "-//IDN nextcloud.com//Calendar app 4.7.4//EN", "{iana}", "mailto:", (), ("COLOR:steelblue",))
ZIMBRA = Program("zimbra", "Zimbra-Calendar-Provider", '"{iana}"', "mailto:", (), ("X-ZIMBRA-DISCARD-EXCEPTIONS:TRUE",), False)
PROGRAMS = (OUTLOOK, GOOGLE, APPLE, THUNDERBIRD, NEXTCLOUD, ZIMBRA)


def write(entry: Entry, program: Program) -> str:
    """The whole object, CRLF, folded."""
    lines = ["BEGIN:VCALENDAR", f"PRODID:{program.prodid}", "VERSION:2.0", *program.head]
    if entry.method:
        lines.append(f"METHOD:{entry.method}")
    zones: dict[str, str] = {}
    events = [entry, *entry.changed] if not entry.override_first else [*entry.changed, entry]
    body = [line for event in events for line in _event(event, entry, program, zones)]
    for tzid, zone in zones.items():
        lines.extend(_timezone(tzid.strip('"'), zone))
    return "\r\n".join([*lines, *map(fold, body), "END:VCALENDAR", ""])


def _event(entry: Entry, master: Entry, program: Program, zones: dict[str, str]) -> Iterator[str]:
    def when(name: str, value: datetime | date) -> str:
        return _when(name, value, master, program, zones)

    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield "DTSTAMP:20250901T080000Z"
    if entry.instance is not None:
        yield when("RECURRENCE-ID", entry.instance)
    if entry.start is not None:
        yield when("DTSTART", entry.start)
    yield from _end(entry, program, when)
    if entry.title:
        yield f"SUMMARY:{_escape(entry.title)}"
    if entry.organizer is not None:
        yield _user("ORGANIZER", entry.organizer, program)
    yield from (_user("ATTENDEE", guest, program) for guest in entry.guests)
    if entry.status:
        yield f"STATUS:{entry.status}"
    if entry.rule:
        yield f"RRULE:{entry.rule}"
    if entry.without and program.exdates_apart:
        yield from (when("EXDATE", day) for day in entry.without)
    elif entry.without:
        first, *others = (when("EXDATE", day) for day in entry.without)
        yield ",".join((first, *(line.rpartition(":")[2] for line in others)))
    yield from program.own
    yield from entry.extra
    yield "END:VEVENT"


def _end(entry: Entry, program: Program, when: Callable[[str, datetime | date], str]) -> Iterator[str]:
    """DTEND, or the length where the program likes that better (and sometimes does: RFC 5545 section 3.6.1 allows both)."""
    start, end = entry.start, entry.end
    if isinstance(start, datetime) and isinstance(end, datetime) and program is NEXTCLOUD and end.minute == 30:
        yield f"DURATION:PT{(_instant(end) - _instant(start)) // timedelta(minutes=1)}M"
    elif end is not None:
        yield when("DTEND", end)


def _instant(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _when(name: str, value: datetime | date, master: Entry, program: Program, zones: dict[str, str]) -> str:
    if not isinstance(value, datetime):
        return f"{name};VALUE=DATE:{value:%Y%m%d}"
    text = f"{value:%Y%m%dT%H%M%S}"
    if value.tzinfo is None:
        return f"{name}:{text}"
    zone = value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else "UTC"
    if zone == "UTC" or (not program.tzid and not master.tzid and not master.rule):
        return f"{name}:{value.astimezone(UTC):%Y%m%dT%H%M%S}Z"
    tzid = master.tzid or (program.tzid or "{iana}").format(windows=_WINDOWS[zone], iana=zone)
    if master.definition:
        zones[tzid] = zone
    return f"{name};TZID={tzid}:{text}"


def _user(name: str, guest: Guest, program: Program) -> str:
    parts = [name]
    if guest.name:
        quoted = program is OUTLOOK or any(c in guest.name for c in ",;:")
        clean = guest.name.replace('"', "'")
        parts.append(f'CN="{clean}"' if quoted else f"CN={clean}")
    if name == "ATTENDEE":
        if guest.kind != "INDIVIDUAL" or program is GOOGLE:
            parts.append(f"CUTYPE={guest.kind}")
        parts.append(f"ROLE={guest.role}")
        if guest.status != "NEEDS-ACTION" or program is not OUTLOOK:
            parts.append(f"PARTSTAT={guest.status}")
        if program is APPLE:
            parts.append(f"EMAIL={guest.address}")
        if program in (OUTLOOK, GOOGLE):
            parts.append("RSVP=TRUE" if program is OUTLOOK else "X-NUM-GUESTS=0")
    return f"{';'.join(parts)}:{program.scheme}{guest.address}"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
