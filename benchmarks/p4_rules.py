"""P4: series expanded into a quarter of a year, against dateutil run from each series' first date."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

from dateutil.rrule import rrulestr

from auld import rrules

_SERIES = 2_000
_FIRST = datetime(2026, 1, 5)  # noqa: DTZ001  # local  # local time, as series are kept
_LAST = _FIRST + timedelta(weeks=13)


def _series() -> list[tuple[str, datetime]]:
    """A calendar of ten years: mostly weekly and fortnightly, some monthly, yearly and daily, some long over, some counted."""
    choose = random.Random(4)
    made = []
    for _ in range(_SERIES):
        start = datetime(2016, 1, 1, choose.randrange(8, 18), choose.choice((0, 30))) + timedelta(days=choose.randrange(3600))  # noqa: DTZ001  # local
        day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[start.weekday()]
        text = choose.choices(
            (
                f"FREQ=WEEKLY;BYDAY={day}",
                f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}",
                "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
                f"FREQ=MONTHLY;BYDAY={(start.day - 1) // 7 + 1}{day}",
                "FREQ=YEARLY",
            ),
            (45, 20, 10, 15, 10),
        )[0]
        end = choose.random()
        if end < 0.2:
            text += f";COUNT={choose.randrange(4, 60)}"
        elif end < 0.4:
            text += f";UNTIL={start + timedelta(days=choose.randrange(30, 3000)):%Y%m%dT%H%M%S}"
        made.append((text, start))
    return made


def _plain(text: str, start: datetime) -> list[datetime]:
    dates = []
    for moment in rrulestr(text, dtstart=start):
        if moment >= _LAST:
            break
        if moment >= _FIRST:
            dates.append(moment)
    return dates


def run() -> list[tuple[str, str, float, float, str]]:
    """Rows of (goal, what, figure, limit, "max" or "min")."""
    series = _series()
    begun = time.process_time()
    expected = [_plain(text, start) for text, start in series]
    plain = time.process_time() - begun
    rrules.parsed.cache_clear()
    begun = time.process_time()
    found = [list(rrules.dates(text, start, UTC, _FIRST, _LAST)) for text, start in series]
    ours = time.process_time() - begun
    differing = sum(1 for a, b in zip(expected, found, strict=True) if a != b)
    return [
        ("P4", "RRULE window: times cheaper than plain dateutil", plain / ours, 2.5, "min"),
        ("P4", "RRULE window: series whose dates differ", differing, 0, "max"),
    ]
