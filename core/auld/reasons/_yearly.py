"""Days that come round every year, as birthdays and anniversaries share them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from auld.observations import PartialDate

BELATED = timedelta(days=7)
"""How long after its day a wish may still be made; an entry that was not done by then is taken back."""


def day_in(year: int, day: PartialDate) -> date | None:
    """The day in that year; 29 February falls on the 28th in common years. None if there is no such day at all."""
    try:
        return date(year, day.month, day.day)
    except ValueError:
        return date(year, 2, 28) if (day.month, day.day) == (2, 29) else None


def occurrences(day: PartialDate, today: date, until: date, lead: int) -> Iterator[date]:
    """The days, from a week ago on, whose entry would stand at ``until`` at the latest (``lead`` days before the day)."""
    first, last = today - BELATED, until + timedelta(days=lead)
    for year in range(first.year, last.year + 1):
        found = day_in(year, day)
        if found is not None and first <= found <= last:
            yield found


def year_of(occasion: str) -> int | None:
    """The year at the end of an occasion such as ``birthday:2027``."""
    tail = occasion.rpartition(":")[2]
    return int(tail) if tail.isascii() and tail.isdigit() else None
