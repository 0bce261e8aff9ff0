"""Which time zone a TZID means: IANA names, Windows names, prefixed names, and what only a VTIMEZONE tells.

The names known are those of the tzdata package and of icalendar's Windows table. RFC 5545 section 3.8.3.1 leaves the meaning
of a TZID to the VTIMEZONE that comes with it; programs put well-known names there, so these are believed first: they also
know about changes of law that the VTIMEZONE written years ago does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from io import StringIO
from zoneinfo import ZoneInfo

from dateutil.tz import tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_UTC_NAMES = frozenset(
    {"utc", "z", "gmt", "etc/utc", "etc/gmt", "etc/zulu", "zulu", "universal", "tzone://microsoft/utc"}
    | {"coordinated universal time", "(utc) coordinated universal time"}
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2})[:.]?(\d{2})?", re.I | re.ASCII)
_LEADING_OFFSET = re.compile(r"\((?:UTC|GMT)([+-])(\d{1,2})[:.](\d{2})\)", re.I | re.ASCII)
_LOCATION = re.compile(r"^X-LIC-LOCATION[^:\n]*:(.*)$", re.I | re.M)
_OFFSET_TO = re.compile(r"^TZOFFSETTO[^:\n]*:\s*([+-])(\d{2}):?(\d{2})", re.I | re.M | re.ASCII)
_STANDARD = re.compile(r"^BEGIN:STANDARD$(.*?)^END:STANDARD$", re.I | re.M | re.S)
_FREQUENCY = re.compile(r"FREQ=(?!YEARLY)", re.I)
_MAX_DEFINITION = 20_000
# Of the days that are compared, three days apart.
_MAX_DIFFERING = 16


@cache
def _names() -> dict[str, str]:
    """Every known name in lower case, and its IANA spelling."""
    iana = (files("tzdata") / "zones").read_text("utf-8").split()
    return {name.lower(): olson for name, olson in WINDOWS_TO_OLSON.items()} | {name.lower(): name for name in iana}


@lru_cache(maxsize=4096)
def named_zone(tzid: str) -> str | None:
    """The zone that a name alone tells: ``UTC``, an IANA name, a fixed offset such as ``+02:00``; None if it tells nothing.

    Names with a prefix (``/mozilla.org/20070129_1/Europe/Lisbon``) are tried from the right.
    """
    text = tzid.strip().strip('"').strip()
    lower = text.lower()
    if lower in _UTC_NAMES:
        return "UTC"
    parts = lower.split("/")
    for length in (len(parts), 3, 2, 1):
        if length <= len(parts) and (name := _names().get("/".join(parts[-length:]))):
            return "UTC" if name.lower() in _UTC_NAMES else name
    match = _OFFSET.fullmatch(text)
    return _offset(match) if match else None


def zone_of(tzid: str, definitions: Mapping[str, str], year: int) -> str:
    """The zone of a TZID: by its name, else by its VTIMEZONE (text by TZID in ``definitions``) as it is in ``year``, else by an
    offset in its name; empty (floating) if nothing tells."""
    named = named_zone(tzid)
    if named is not None:
        return named
    definition = definitions.get(tzid.strip().strip('"'))
    if definition and (defined := defined_zone(definition, year)) is not None:
        return defined
    match = _LEADING_OFFSET.match(tzid.strip())
    return _displayed_zone(_offset(match), tzid.strip()[match.end() :], year) if match else ""


def _displayed_zone(offset: str, places: str, year: int) -> str:
    """What Windows shows to people: ``(UTC+01:00) Amsterdam, Berlin``. The zone of the first place that keeps this standard
    time, else the bare offset."""
    standard = datetime.strptime("+00:00" if offset == "UTC" else offset, "%z").utcoffset()
    for place in places.replace("\\", "").split(","):
        name = _places().get(place.strip().lower())
        if name and standard == min(known for known in _offsets_of_zone(name, year) if known is not None):
            return name
    return offset


@cache
def _places() -> dict[str, str]:
    """Zones by the place that they are named after, and the ones that Windows calls otherwise."""
    iana = {name.rpartition("/")[2].replace("_", " ").lower(): name for name in _names().values() if "/" in name}
    american = {"eastern": "New_York", "central": "Chicago", "mountain": "Denver", "pacific": "Los_Angeles"}
    return iana | {f"{clock} time (us & canada)": f"America/{city}" for clock, city in american.items()}


def _offset(match: re.Match[str]) -> str:
    """``+02:00``; the three groups of the match are sign, hours, minutes."""
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > 23 or minutes > 59:
        return ""
    return "UTC" if hours == minutes == 0 else f"{match[1]}{hours:02}:{minutes:02}"


@lru_cache(maxsize=256)
def defined_zone(definition: str, year: int) -> str | None:
    """The zone that a VTIMEZONE describes: the place it names, a known zone that changes its clocks as it does, or its standard
    offset; None if it cannot be read."""
    if len(definition) > _MAX_DEFINITION:
        return None
    location = _LOCATION.search(definition)
    if location and (named := named_zone(location.group(1))):
        return named
    if "BEGIN:DAYLIGHT" in definition.upper() and (alike := _zone_that_is_like(definition, year)):
        return alike
    standard = _STANDARD.search(definition)
    match = _OFFSET_TO.search(standard.group(1) if standard else definition)
    return (_offset(match) or None) if match else None


def _zone_that_is_like(definition: str, year: int) -> str | None:
    """The known zone that keeps the definition's two clocks and changes between them on the days nearest to it.

    Definitions outlive the law that they describe, so a few weeks of difference are allowed; the definition that fits none is
    some "customised" clock of its own.
    """
    offsets = _offsets_of_definition(definition, year)
    if offsets is None:
        return None
    best, fewest = None, _MAX_DIFFERING
    for name in _candidates():
        known = _offsets_of_zone(name, year)
        if set(known) != set(offsets):
            continue
        differing = sum(a != b for a, b in zip(offsets, known, strict=True))
        if differing < fewest:
            best, fewest = name, differing
    return best


def _candidates() -> Iterator[str]:
    """One zone for each clock that is kept somewhere, the well-known ones first."""
    yield from ("Europe/Berlin", "Europe/London", "Europe/Athens", "America/New_York", "America/Chicago", "America/Denver")
    yield from dict.fromkeys(WINDOWS_TO_OLSON.values())


def _sample_days(year: int) -> Iterator[datetime]:
    """Noons three days apart: close enough to tell the second Sunday of a month from the last."""
    first = datetime(year, 1, 1, 12)  # noqa: DTZ001  # a clock on the wall; the zones to compare are put to it
    return (first + timedelta(days=day) for day in range(0, 365, 3))


@lru_cache(maxsize=1024)
def _offsets_of_zone(name: str, year: int) -> tuple[timedelta | None, ...]:
    zone = ZoneInfo(name)
    return tuple(day.replace(tzinfo=zone).utcoffset() for day in _sample_days(year))


def _offsets_of_definition(definition: str, year: int) -> tuple[timedelta | None, ...] | None:
    """The offsets that the VTIMEZONE gives through the year; None if it cannot be read, or is no honest yearly rule."""
    if _FREQUENCY.search(definition):
        return None
    # dateutil wants UNTIL without a zone here, and a TZID.
    text = re.sub(r"(UNTIL=\d{8}T\d{6})Z", r"\1", definition, flags=re.I)
    try:
        zone = tzical(StringIO(text)).get()
        return tuple(day.replace(tzinfo=zone).utcoffset() for day in _sample_days(year))
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, OverflowError):
        return None
