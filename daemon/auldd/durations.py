"""Durations and days as people write them in the configuration and on the command line: ``6h``, ``4w``, ``2 weeks``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

_UNITS = {
    "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600,
    "d": 86400, "day": 86400, "w": 604800, "week": 604800,
}  # fmt: skip
_DURATION = re.compile(r"(\d{1,9})\s*([a-z]+)")
_LONGEST = timedelta(days=36525)


def parse_duration(value: Any) -> timedelta:
    """A span of time. Raises ValueError whose words continue "every ..." or "ideal ...".

    >>> parse_duration("6h"), parse_duration("2 weeks")
    (datetime.timedelta(seconds=21600), datetime.timedelta(days=14))
    """
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip().casefold()) if isinstance(value, str) else None
    seconds = None
    if match:
        unit = match[2]
        seconds = _UNITS.get(unit) or (_UNITS.get(unit[:-1]) if unit.endswith("s") and len(unit) > 2 else None)
    if match is None or seconds is None:
        raise ValueError("must be a number with a unit (s, m, h, d or w), such as 90s, 6h or 4w")
    span = timedelta(seconds=int(match[1]) * seconds)
    if span > _LONGEST:
        raise ValueError("is longer than a century")
    return span


def parse_days(value: Any) -> int:
    """A span of whole days, at least one. Raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError(f"needs a unit: {value}d or {value}w?")
    span = parse_duration(value)
    if span < timedelta(days=1) or span % timedelta(days=1):
        raise ValueError("must be whole days or weeks, at least one day, such as 10d or 6w")
    return span.days
