"""Which time zone a TZID means: IANA names, Windows names, prefixed names, and what only a VTIMEZONE tells.

The names known are those of the tzdata package and of icalendar's Windows table. RFC 5545 section 3.8.3.1 leaves the meaning
of a TZID to the VTIMEZONE that comes with it; programs put well-known names there, so these are believed first: they also
know about changes of law that the VTIMEZONE written years ago does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
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
# Names that Windows gave up, and that entries of their time still carry.
_GIVEN_UP = {
    "Armenian Standard Time": "Asia/Yerevan",
    "Kamchatka Standard Time": "Asia/Kamchatka",
    "Mexico Standard Time": "America/Mexico_City",
    "Mexico Standard Time 2": "America/Chihuahua",
    "Mid-Atlantic Standard Time": "Etc/GMT+2",
}
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2})[:.]?(\d{2})?", re.I | re.ASCII)
_NUMBERED = re.compile(r" \d+$", re.ASCII)
# What Windows shows to people: (UTC+01:00) Amsterdam, Berlin.
_DISPLAYED = re.compile(r"\(?(?:UTC|GMT)(?: ?([+-])(\d{1,2})[:.]?(\d{2}))?\)", re.I | re.ASCII)
_LOCATION = re.compile(r"^X-LIC-LOCATION[^:\n]*:(.*)$", re.I | re.M)
_OFFSET_TO = re.compile(r"^TZOFFSETTO[^:\n]*:\s*([+-])(\d{2}):?(\d{2})", re.I | re.M | re.ASCII)
_STANDARD = re.compile(r"^BEGIN:STANDARD$(.*?)^END:STANDARD$", re.I | re.M | re.S)
_FREQUENCY = re.compile(r"FREQ=(?!YEARLY)", re.I)
_MAX_DEFINITION = 20_000
_MOST_LOOKS = 16
"""So many definitions, times years, are worked out for one object; the real ones need one or two."""
# Of the days that are compared, three days apart.
_MAX_DIFFERING = 16
_UNREADABLE = (ValueError, TypeError, AttributeError, IndexError, KeyError, OverflowError)


class Zones:
    """What the TZIDs of one calendar object mean.

    ``default`` is the zone of times that have none, empty where they are the user's own (floating): that of the calendar, if it
    names one (``X-WR-TIMEZONE``, Google's and Apple's). ``unknown`` collects the TZIDs that nothing explains.
    """

    def __init__(self) -> None:
        self.default = ""
        self.unknown: dict[str, None] = {}
        self._definitions: dict[str, str] = {}
        self._fixed: dict[str, str] = {}
        self._looked_at: set[tuple[str, int]] = set()
        self._told: dict[str, str] = {}

    def define(self, tzid: str, definition: str) -> None:
        """The text of a VTIMEZONE."""
        self._definitions.setdefault(_plain(tzid), definition)

    def fix(self, tzid: str, zone: str) -> None:
        """Which dates are meant in the series that begins with this TZID is told on this clock, whatever its VTIMEZONE says for
        the time of year: the rule gives them on it."""
        self._fixed[_plain(tzid)] = zone

    def of(self, tzid: str, local: datetime, *, in_series: bool = False) -> str:
        """The zone of a TZID: by its name, else by its VTIMEZONE as it is at ``local``, else by the places and the offset in
        its name; empty (floating) if nothing tells. ``in_series``: it tells which date of the series is meant."""
        name = _plain(tzid)
        named = named_zone(name)
        if named is not None:
            return named
        if in_series and name in self._fixed:
            return self._fixed[name]
        zone = self._defined(name, local) or _displayed_zone(name, local.year)
        if not zone:
            self.unknown[name] = None
        return zone

    def _defined(self, name: str, local: datetime) -> str:
        """What the VTIMEZONE tells; of an object that asks too much, what it last told."""
        definition = self._definitions.get(name)
        if not definition:
            return ""
        if (name, local.year) in self._looked_at or len(self._looked_at) < _MOST_LOOKS:
            self._looked_at.add((name, local.year))
            self._told[name] = _defined_zone(definition, local) or ""
        return self._told.get(name, "")


def _plain(tzid: str) -> str:
    """A TZID without quotes and escapes: it stands as text in the VTIMEZONE, but as a parameter at the times."""
    return tzid.replace("\\", "").strip().strip('"').strip()


@cache
def _names() -> dict[str, str]:
    """Every known name in lower case, and its IANA spelling."""
    iana = (files("tzdata") / "zones").read_text("utf-8").split()
    windows = _GIVEN_UP | WINDOWS_TO_OLSON
    return {name.lower(): olson for name, olson in windows.items()} | {name.lower(): name for name in iana}


@lru_cache(maxsize=4096)
def named_zone(tzid: str) -> str | None:
    """The zone that a name alone tells: ``UTC``, an IANA name, a fixed offset such as ``+02:00``; None if it tells nothing.

    Names with a prefix (``/mozilla.org/20070129_1/Europe/Lisbon``) are tried from the right; the number is left out that
    Outlook adds to a name that it has met with another meaning (``W. Europe Standard Time 1``).
    """
    lower = tzid.lower()
    if lower in _UTC_NAMES:
        return "UTC"
    parts = lower.split("/")
    tails = ["/".join(parts[-length:]) for length in (len(parts), 3, 2, 1) if length <= len(parts)]
    for name in (*tails, _NUMBERED.sub("", lower), lower.replace("-", "/", 1)):
        if known := _names().get(name):
            return "UTC" if known.lower() in _UTC_NAMES else known
    match = _OFFSET.fullmatch(tzid)
    return _offset(match) if match else None


def _displayed_zone(name: str, year: int) -> str:
    """The zone of the first place in a name that keeps the standard time in it, if there is one; else the bare offset."""
    match = _DISPLAYED.match(name)
    offset = (_offset(match) if match[1] else "UTC") if match else ""
    standard = datetime.strptime("+00:00" if offset == "UTC" else offset, "%z").utcoffset() if offset else None
    for place in re.split("[,/]", name[match.end() :] if match else name):
        zone = _places().get(place.strip().lower())
        if zone and standard in (None, min(known for known in _offsets_of_zone(zone, year) if known is not None)):
            return zone
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


def _defined_zone(definition: str, local: datetime) -> str | None:
    """The zone that a VTIMEZONE describes: the place it names, a known zone that changes its clocks as it does, or the bare
    offset that it gives for that time; None if it cannot be read."""
    if len(definition) > _MAX_DEFINITION:
        return None
    location = _LOCATION.search(definition)
    if location and (named := named_zone(_plain(location.group(1)))):
        return named
    if "BEGIN:DAYLIGHT" in definition.upper():
        if alike := _zone_that_is_like(definition, local.year):
            return alike
        if (offset := _offset_at(definition, local)) is not None:
            return offset
    standard = _STANDARD.search(definition)
    match = _OFFSET_TO.search(standard.group(1) if standard else definition)
    return (_offset(match) or None) if match else None


@lru_cache(maxsize=256)
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


@lru_cache(maxsize=64)
def _rules_of(definition: str) -> tzinfo | None:
    """The clock of a VTIMEZONE; None if it cannot be read, or is no honest yearly rule."""
    if _FREQUENCY.search(definition):
        return None
    # dateutil wants UNTIL without a zone here, and a TZID.
    text = re.sub(r"(UNTIL=\d{8}T\d{6})Z", r"\1", definition, flags=re.I)
    try:
        return tzical(StringIO(text)).get()
    except _UNREADABLE:
        return None


def _offsets_of_definition(definition: str, year: int) -> tuple[timedelta | None, ...] | None:
    """The offsets that the VTIMEZONE gives through the year."""
    clock = _rules_of(definition)
    if clock is None:
        return None
    try:
        return tuple(day.replace(tzinfo=clock).utcoffset() for day in _sample_days(year))
    except _UNREADABLE:
        return None


def _offset_at(definition: str, local: datetime) -> str | None:
    """The offset that the VTIMEZONE gives for one time, to the minute."""
    clock = _rules_of(definition)
    try:
        offset = clock and local.replace(tzinfo=clock).utcoffset()
    except _UNREADABLE:
        return None
    if not isinstance(offset, timedelta):
        return None
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}" if minutes else "UTC"
