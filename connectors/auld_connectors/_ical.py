"""Reads one calendar object (RFC 5545, RFC 4791 section 4.1) into a Meeting or a Task.

Lines are taken apart by icalendar's own content-line layer; its object layer is not used: it costs several times more and gives
up on a whole object for one bad date. An object with a VEVENT is a meeting, else one with a VTODO is a task; one with neither
(VJOURNAL, VFREEBUSY, VAVAILABILITY) is no business of auld's: its reading has neither an observation nor a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache

from icalendar.parser import Contentline, Contentlines, unescape_backslash

from auld.errors import ItemUnreadable
from auld.observations import Meeting, Task
from auld_connectors._ical_fields import meeting, task
from auld_connectors._lines import Property, Reading, components, describe_geo, describe_params, fingerprint, read
from auld_connectors._when import describe_duration, tzid_of
from auld_connectors._zones import Zones, named_zone

NORMALISER = 3
"""Goes up when a fingerprint or an observation would come out differently for the same body."""


def read_object(raw: bytes) -> Reading:
    """Read one calendar object. Never raises: what cannot be read has a problem and the fingerprint of its bytes."""
    return read(raw, _interpret)


def _interpret(text: str) -> tuple[Meeting | Task | None, str]:
    zones = Zones()
    tops = components(_properties(text, zones))
    calendars = [component for component in tops if component.name == "VCALENDAR"]
    zones.default = next((zone for calendar in calendars if (zone := named_zone(calendar.text("X-WR-TIMEZONE")))), "")
    inside = [child for calendar in calendars for child in calendar.children]
    # A component outside any VCALENDAR is forgiven: some feeds concatenate bare VEVENTs.
    inside += [component for component in tops if component.name in ("VEVENT", "VTODO")]
    if not calendars and not inside:
        raise ItemUnreadable("there is no calendar object in it")
    events = [component for component in inside if component.name == "VEVENT"]
    tasks = [component for component in inside if component.name == "VTODO"]
    digest = fingerprint(tops, lambda prop: _describe(prop, zones))
    if events:
        method = next((text for calendar in calendars if (text := calendar.text("METHOD"))), "")
        return meeting(events, method.lower(), zones, digest), digest
    return (task(tasks, zones, digest) if tasks else None), digest


# --- lines --------------------------------------------------------------------------------------------------------------
_TZID = re.compile(r"^TZID[^:\n]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_HEAD = re.compile(r'[A-Za-z0-9-]+(?:;(?:"[^"]*"|[^":\\])*+)?:')
_NAME = re.compile(r"[A-Za-z0-9-]+")
_ADDRESS = re.compile(r":(?=mailto:)", re.IGNORECASE)
_NEXT_PARAM = re.compile(r";(?=[A-Za-z0-9-]+=)")
# Outlook writes TZID=(UTC+01:00) Amsterdam without the quotes that the colon needs; the rest of the name ends up in the value.
_SPILT_ZONE = re.compile(r"(.*):(\d{8}(?:T\d{6}Z?)?(?:,.*)?)", re.ASCII)
_Params = Mapping[str, list[str]]


def _properties(text: str, zones: Zones) -> Iterator[Property]:
    for line in Contentlines.from_ical(_without_zones(text, zones)):  # type: ignore[no-untyped-call]  # icalendar
        if line:
            try:
                yield _property(line)
            except ValueError:
                yield _forgiven(str(line))


def _without_zones(text: str, zones: Zones) -> str:
    """The object without its time zones: their text goes into ``zones``, since the name nearly always tells the zone and the
    definition need not be read."""
    pieces = []
    position = 0
    while (begin := text.find("\nBEGIN:VTIMEZONE", position)) >= 0:
        end = text.find("\nEND:VTIMEZONE", begin)
        if end < 0:
            raise ItemUnreadable("cut short: END:VTIMEZONE is missing")
        close = text.find("\n", end + 1)
        close = len(text) if close < 0 else close
        definition = text[begin + 1 : close]
        if tzid := _TZID.search(definition):
            zones.define(tzid[1], definition)
        pieces.append(text[position:begin])
        position = close
    return "".join((*pieces, text[position:]))


def _forgiven(line: str) -> Property:
    """A line that breaks the grammar, as far as it can be understood: quotes inside quotes or never closed, parameters without
    a value. The value begins at the address, where there is one, or at the first colon. Junk has an empty name."""
    name = _NAME.match(line)
    address = _ADDRESS.search(line)
    head, colon, value = (line[: address.start()], ":", line[address.end() :]) if address else line.partition(":")
    if name is None or not colon:
        return Property("", {}, line)
    params = (param.partition("=") for param in _NEXT_PARAM.split(head)[1:])
    given = {key.upper(): [_forgiven_text(text)] for key, _, text in params}
    return Property(name.group().upper(), given, unescape_backslash(value))


def _forgiven_text(text: str) -> str:
    if '"' not in text:
        return text.partition(";")[0]
    return text.strip(";").removeprefix('"').removesuffix('"').replace('\\"', '"')


def _property(line: Contentline) -> Property:
    head = _HEAD.match(line)
    if head is None:
        name, params, value = line.parts()
        return Property(name.upper(), _lists(params), value)
    value = line[head.end() :]
    prop = Property(*_head(head.group()), unescape_backslash(value) if "\\" in value else value)
    if ":" in value and "TZID" in prop.params and (spilt := _SPILT_ZONE.fullmatch(value)):
        return prop._replace(params={**prop.params, "TZID": [f"{tzid_of(prop)}:{spilt[1]}"]}, value=spilt[2])
    return prop


@lru_cache(maxsize=4096)
def _head(head: str) -> tuple[str, _Params]:
    """Name and parameters, which are the same again and again: the zone of the times, the people invited."""
    name, params, _ = Contentline(head).parts()  # type: ignore[no-untyped-call]  # icalendar
    return name.upper(), _lists(params)


def _lists(params: Mapping[str, str | list[str]]) -> _Params:
    return {name.upper(): [value] if isinstance(value, str) else list(value) for name, value in params.items()}


# --- the fingerprint ----------------------------------------------------------------------------------------------------
_IGNORED = frozenset(
    {"PRODID", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "CREATED", "VERSION", "CALSCALE", "X-PUBLISHED-TTL"}
    # counters of single programs
    | {"X-MOZ-GENERATION", "X-MICROSOFT-CDO-APPT-SEQUENCE", "X-MICROSOFT-CDO-OWNERAPPTID", "X-LIC-ERROR"}
    | {"X-MICROSOFT-CDO-OWNER-CRITICAL-CHANGE", "X-MICROSOFT-CDO-ATTENDEE-CRITICAL-CHANGE"}
)
_TIMES = frozenset({"DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "EXDATE", "RDATE"})
_LISTS = frozenset({"CATEGORIES", "EXDATE", "RDATE", "RESOURCES"})
_DEFAULTS = frozenset({"CLASS:PUBLIC", "TRANSP:OPAQUE", "PRIORITY:0"})
_DURATIONS = frozenset({"TRIGGER", "DURATION"})
_ADDRESSES = frozenset({"ATTENDEE", "ORGANIZER"})


def _describe(prop: Property, zones: Zones) -> Iterable[str]:
    name, value = prop.name, prop.value.strip()
    if not value or name in _IGNORED or name.startswith("X-WR-"):
        return ()
    head = f"{name}{_describe_params(prop, zones)}:"
    if name in _LISTS:
        return [head + part for part in map(str.strip, value.split(",")) if part]
    if name == "GEO":
        value = describe_geo(value)
    elif name in _DURATIONS:
        value = describe_duration(value)
    elif name in _ADDRESSES:
        value = value.lower()
    elif name in ("RRULE", "EXRULE"):
        value = ";".join(sorted(value.upper().split(";")))
    line = head + value
    return () if line in _DEFAULTS else (line,)


_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(T\d{6}(?:,|$))?", re.ASCII)


def _describe_params(prop: Property, zones: Zones) -> str:
    params = prop.params
    day = _DAY.match(prop.value)
    if tzid := tzid_of(prop):
        params = {**params, "TZID": [zones.of(tzid, _noon(day))]}
    elif zones.default and day and day[4] and prop.name in _TIMES:
        params = {**params, "TZID": [zones.default]}
    return describe_params(params)


def _noon(day: re.Match[str] | None) -> datetime:
    """Of the day that a value begins with; of one in 1970 for values that are no dates."""
    try:
        return datetime(int(day[1]), int(day[2]), int(day[3]), 12) if day else _EPOCH  # noqa: DTZ001  # a clock on the wall
    except ValueError:
        return _EPOCH


_EPOCH = datetime(1970, 1, 1, 12)  # noqa: DTZ001  # likewise
