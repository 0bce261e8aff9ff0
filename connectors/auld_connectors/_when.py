"""Dates, times and durations of calendar objects (RFC 5545 sections 3.3.4 to 3.3.6), kept as local time beside a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from auld_connectors._lines import Property
from auld_connectors._zones import Zones

DAY = timedelta(days=1)
_CENTURY = timedelta(days=36_525)

_STAMP = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2}))?(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?", re.I | re.A
)
# The T is forgiven: nothing before it is counted in months (RFC 5545 section 3.3.6).
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?T?(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?", re.I | re.A)


class When(NamedTuple):
    """A day or a time: ``local`` without tzinfo, ``zone`` as in :mod:`auld.observations` (empty: floating)."""

    local: datetime
    zone: str
    all_day: bool

    @property
    def text(self) -> str:
        return self.local.date().isoformat() if self.all_day else self.local.isoformat(timespec="seconds")

    def instant(self) -> datetime:
        """The moment; floating times and days are taken as UTC, which is good enough to compare two of them."""
        return self.local.replace(tzinfo=zone_info(self.zone)).astimezone(UTC)

    def in_zone(self, zone: str) -> When:
        """The same moment on the clock of another zone. Days and floating times belong to no zone and stay what they are."""
        if self.all_day or not self.zone or self.zone == zone:
            return self
        return When(self.instant().astimezone(zone_info(zone)).replace(tzinfo=None), zone, False)

    def plus(self, duration: timedelta) -> When:
        """Later by a duration: its days by the calendar, the rest by the clock (RFC 5545 section 3.3.6)."""
        days, rest = timedelta(days=duration.days), timedelta(seconds=duration.seconds)
        moved = self._replace(local=self.local + days)
        if self.all_day or not rest:
            return moved
        return When((moved.instant() + rest).replace(tzinfo=None), "UTC", False).in_zone(self.zone)


@lru_cache(maxsize=1024)
def zone_info(zone: str) -> tzinfo:
    """The rules of a zone as observations name it; floating counts as UTC."""
    if zone in ("", "UTC"):
        return UTC
    if zone[0] in "+-":
        sign = -1 if zone[0] == "-" else 1
        return timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])))
    return ZoneInfo(zone)


def parse_when(value: str, prop: Property, zones: Zones, *, in_series: bool = False) -> When | None:
    """One date or date-time of a property, None if it is none. ``value`` is given apart, since some properties are lists.
    ``in_series``: it tells which date of a series is meant."""
    match = _STAMP.fullmatch(value.strip())
    if match is None or not 1000 <= int(match[1]) <= 9000:  # nearer to the edge of the calendar, a zone would lead over it
        return None
    try:
        day = datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001  # local time of the zone beside it
        if match[4] is None or prop.param("VALUE").upper() == "DATE":
            return When(day, "", True)
        # 24:00 is midnight, and a leap second has no place in Python's clock
        local = day + timedelta(hours=int(match[4]), minutes=int(match[5]), seconds=min(int(match[6] or 0), 59))
        if int(match[4]) > 24 or int(match[5]) > 59:
            return None
    except (ValueError, OverflowError):
        return None
    return When(local, _zone(match[7], prop, zones, local, in_series), False)


def tzid_of(prop: Property) -> str:
    """The TZID of a property, in one piece: its commas, unquoted, would make a list of it."""
    return ",".join(prop.params.get("TZID", ()))


def _zone(suffix: str | None, prop: Property, zones: Zones, local: datetime, in_series: bool) -> str:
    if suffix:
        return "UTC" if suffix in "Zz" else f"{suffix[:3]}:{suffix[-2:]}"
    tzid = tzid_of(prop)
    return zones.of(tzid, local, in_series=in_series) if tzid else zones.default


def parse_duration(text: str) -> timedelta | None:
    """A duration, None if it is none that makes sense: no entry ends before it begins, or after a century."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or match[1] == "-" or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    duration = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return duration if duration < _CENTURY else None


def describe_duration(text: str) -> str:
    """One spelling for a duration that servers write in several (``-P0DT0H30M0S``, ``-PT30M``); other text as it is."""
    sign = "-" if text.startswith("-") else ""
    duration = parse_duration(text.lstrip("+-"))
    return text if duration is None else f"{sign}{duration}"
