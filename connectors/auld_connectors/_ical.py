"""Reads one calendar object (RFC 5545, RFC 4791 section 4.1) into a Meeting or a Task.

Lines are taken apart by icalendar's own content-line layer; its object layer is not used: it costs several times more and gives
up on a whole object for one bad date. An object with a VEVENT is a meeting, else one with a VTODO is a task; one with neither
(VJOURNAL, VFREEBUSY, VAVAILABILITY) is no business of auld's: its reading has neither an observation nor a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from icalendar.parser import Contentlines

from auld.errors import ItemUnreadable
from auld.observations import Meeting, Task
from auld_connectors._ical_fields import meeting, task
from auld_connectors._lines import Property, Reading, components, describe_geo, describe_params, fingerprint, read
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
def _properties(text: str, definitions: dict[str, str]) -> Iterator[Property]:
    """The lines of an object, without its time zones: their text goes into ``definitions`` by TZID, since the name nearly
    always tells the zone and the definition need not be read."""
    definition: list[str] | None = None
    for line in Contentlines.from_ical(text):  # type: ignore[no-untyped-call]
        if definition is not None:
            definition.append(line.rstrip())
            if line.upper().startswith("END:VTIMEZONE"):
                definitions[_tzid(definition)] = "\n".join(definition)
                definition = None
        elif line.upper().startswith("BEGIN:VTIMEZONE"):
            definition = [line.rstrip()]
        elif line:
            try:
                name, params, value = line.parts()
            except ValueError:
                yield Property("", {}, str(line))
            else:
                yield Property(name.upper(), _params(params), value)
    if definition is not None:
        raise ItemUnreadable("cut short: END:VTIMEZONE is missing")


def _tzid(definition: list[str]) -> str:
    return next((line.partition(":")[2].strip() for line in definition if line[:5].upper() in ("TZID:", "TZID;")), "")


def _params(params: Mapping[str, str | list[str]]) -> dict[str, list[str]]:
    return {name.upper(): [value] if isinstance(value, str) else list(value) for name, value in params.items()}


# --- the fingerprint ----------------------------------------------------------------------------------------------------
_IGNORED = frozenset({"PRODID", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "CREATED", "VERSION", "CALSCALE", "X-PUBLISHED-TTL"})
_LISTS = frozenset({"CATEGORIES", "EXDATE", "RDATE", "RESOURCES"})
_DEFAULTS = frozenset({"CLASS:PUBLIC", "TRANSP:OPAQUE", "PRIORITY:0"})
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
