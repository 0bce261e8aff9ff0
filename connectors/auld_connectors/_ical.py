"""Reads one calendar object (RFC 5545, RFC 4791 section 4.1) into a Meeting or a Task.

Lines are taken apart by icalendar's own content-line layer; its object layer is not used: it costs several times more and gives
up on a whole object for one bad date. An object with a VEVENT is a meeting, else one with a VTODO is a task; one with neither
(VJOURNAL, VFREEBUSY, VAVAILABILITY) is no business of auld's: its reading has neither an observation nor a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from icalendar.parser import Contentline, Contentlines, unescape_backslash

from auld.errors import ItemUnreadable
from auld.observations import Meeting, Task
from auld_connectors._ical_fields import meeting, task
from auld_connectors._lines import Property, Reading, components, describe_geo, describe_params, fingerprint, read
from auld_connectors._when import describe_duration
from auld_connectors._zones import zone_of

NORMALISER = 1
"""Goes up when a fingerprint or an observation would come out differently for the same body."""


def read_object(raw: bytes) -> Reading:
    """Read one calendar object. Never raises: what cannot be read has a problem and the fingerprint of its bytes."""
    return read(raw, _interpret)


def _interpret(text: str) -> tuple[Meeting | Task | None, str]:
    definitions: dict[str, str] = {}
    tops = components(_properties(text, definitions))
    calendars = [component for component in tops if component.name == "VCALENDAR"]
    inside = [child for calendar in calendars for child in calendar.children]
    # A component outside any VCALENDAR is forgiven: some feeds concatenate bare VEVENTs.
    inside += [component for component in tops if component.name in ("VEVENT", "VTODO")]
    if not calendars and not inside:
        raise ItemUnreadable("there is no calendar object in it")
    events = [component for component in inside if component.name == "VEVENT"]
    tasks = [component for component in inside if component.name == "VTODO"]
    digest = fingerprint(tops, lambda prop: _describe(prop, definitions))
    if events:
        method = next((text for calendar in calendars if (text := calendar.text("METHOD"))), "")
        return meeting(events, method.lower(), definitions, digest), digest
    return (task(tasks, definitions, digest) if tasks else None), digest


# --- lines --------------------------------------------------------------------------------------------------------------
_TZID = re.compile(r"^TZID[^:\n]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_HEAD = re.compile(r'[A-Za-z0-9-]+(?:;(?:"[^"]*"|[^":\\])*+)?:')
_Params = Mapping[str, list[str]]


def _properties(text: str, definitions: dict[str, str]) -> Iterator[Property]:
    for line in Contentlines.from_ical(_without_zones(text, definitions)):  # type: ignore[no-untyped-call]  # icalendar
        if line:
            try:
                yield _property(line)
            except ValueError:
                yield Property("", {}, str(line))


def _without_zones(text: str, definitions: dict[str, str]) -> str:
    """The object without its time zones: their text goes into ``definitions`` by TZID, since the name nearly always tells the
    zone and the definition need not be read."""
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
            definitions[tzid[1].strip()] = definition
        pieces.append(text[position:begin])
        position = close
    return "".join((*pieces, text[position:]))


def _property(line: Contentline) -> Property:
    head = _HEAD.match(line)
    if head is None:
        name, params, value = line.parts()
        return Property(name.upper(), _lists(params), value)
    value = line[head.end() :]
    return Property(*_head(head.group()), unescape_backslash(value) if "\\" in value else value)


@lru_cache(maxsize=4096)
def _head(head: str) -> tuple[str, _Params]:
    """Name and parameters, which are the same again and again: the zone of the times, the people invited."""
    name, params, _ = Contentline(head).parts()  # type: ignore[no-untyped-call]  # icalendar
    return name.upper(), _lists(params)


def _lists(params: Mapping[str, str | list[str]]) -> _Params:
    return {name.upper(): [value] if isinstance(value, str) else list(value) for name, value in params.items()}


# --- the fingerprint ----------------------------------------------------------------------------------------------------
_IGNORED = frozenset({"PRODID", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "CREATED", "VERSION", "CALSCALE", "X-PUBLISHED-TTL"})
_LISTS = frozenset({"CATEGORIES", "EXDATE", "RDATE", "RESOURCES"})
_DEFAULTS = frozenset({"CLASS:PUBLIC", "TRANSP:OPAQUE", "PRIORITY:0"})
_DURATIONS = frozenset({"TRIGGER", "DURATION"})
_ADDRESSES = frozenset({"ATTENDEE", "ORGANIZER"})


def _describe(prop: Property, definitions: Mapping[str, str]) -> Iterable[str]:
    name, value = prop.name, prop.value.strip()
    if not value or name in _IGNORED or name.startswith("X-WR-"):
        return ()
    head = f"{name}{_describe_params(prop, definitions)}:"
    if name in _LISTS:
        return [head + part for part in map(str.strip, value.split(",")) if part]
    if name == "GEO":
        value = describe_geo(value)
    elif name in _DURATIONS:
        value = describe_duration(value)
    elif name in _ADDRESSES:
        value = value.lower()
    elif name == "RRULE":
        value = ";".join(sorted(value.upper().split(";")))
    line = head + value
    return () if line in _DEFAULTS else (line,)


_YEAR = re.compile(r"\d{4}")


def _describe_params(prop: Property, definitions: Mapping[str, str]) -> str:
    params = prop.params
    if tzid := prop.param("TZID"):
        year = _YEAR.match(prop.value)
        # 1970 is for values that are no dates
        params = {**params, "TZID": [zone_of(tzid, definitions, max(1, int(year.group())) if year else 1970)]}
    return describe_params(params)
