"""When a meeting takes place: rules, extra dates, exceptions and changed instances, expanded inside a window of time.

Rules are kept in local time and expanded there, since "every Monday at ten" means ten on the clock; only the result is put to a
zone. A rule that makes no sense leaves the meeting's first date standing. Calendars come from strangers: whatever is in them,
an answer costs bounded time and memory, and :func:`problems` says where something is left out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from auld import rrules
from auld.observations import Happening, Meeting

_MOST_RULES = 10
"""So many rules of one series are followed; nobody needs more than two."""
_CROWD = 10_000
_THREE_YEARS = timedelta(days=3 * 365)
# By how much a clock may have been changed between two dates of a series: Samoa once left out a whole day.
_CLOCK_CHANGE = timedelta(hours=25)


class Occurrence(NamedTuple):
    """One date of a meeting. ``start`` and ``end`` are aware, in the user's zone; whole days go from midnight to midnight.

    ``recurrence_id`` is the date that the rule gave it, as local ISO text of the series' zone; empty if there is no series.
    """

    start: datetime
    end: datetime
    happening: Happening
    recurrence_id: str
    all_day: bool


def occurrences(
    meeting: Meeting, zone: ZoneInfo, after: datetime, before: datetime, limit: int = 1000, *, cancelled: bool = False
) -> list[Occurrence]:
    """The dates on which ``meeting`` takes place, wholly or partly, from ``after`` until ``before`` (aware), by their starts.

    What was excepted is left out, and what was cancelled unless asked for. ``zone`` is the user's, for floating times and whole
    days. At most ``limit``, the earliest ones.
    """
    if meeting.method.lower() == "cancel" and not cancelled:
        return []
    window = _Window(zone, after, before)
    try:
        found = [o for o in islice(_of_series(meeting, window), limit) if cancelled or o.happening.status != "cancelled"]
        found += [o for o in _of_overrides(meeting, window) if cancelled or o.happening.status != "cancelled"]
    except OverflowError:  # a date at the very edge of the calendar: nobody meets there
        return []
    found.sort(key=lambda occurrence: (occurrence.start, occurrence.recurrence_id))
    return found[:limit]


def problems(meeting: Meeting) -> tuple[str, ...]:
    """What of the meeting could not be read, or is not followed to the letter, in words for the user."""
    found = list(meeting.problems)
    start = _local(meeting.main.start) if meeting.main else None
    rules = (*meeting.rules, *meeting.except_rules)
    if max(len(meeting.rules), len(meeting.except_rules)) > _MOST_RULES:
        found.append(f"it has {len(rules)} rules, of which only the first {_MOST_RULES} are followed")
    for text in rules[:_MOST_RULES]:
        try:
            rule = rrules.parsed(text)
        except ValueError as error:
            found.append(f"{error} (RRULE:{text[:80]}); only its first date is known")
            continue
        if start and rule.parts and (rule.count or 0) > rrules.MOST:
            found.append(f"it is not counted up to {rule.count}, but taken as endless (RRULE:{text[:80]})")
        if start and _is_crowded(text, start):
            found.append(
                f"it gives more than {_CROWD} dates in three years, of which only the first are looked at (RRULE:{text[:80]})"
            )
    return tuple(found)


def _is_crowded(text: str, start: datetime) -> bool:
    """Does a rule give so many dates that some are left out?"""
    if not rrules.is_within_days(text):
        return False
    try:
        last = start + _THREE_YEARS
    except OverflowError:
        return False
    return next(islice(rrules.dates(text, start, UTC, start, last), _CROWD, None), None) is not None


# --- clocks -------------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=1024)
def _tzinfo(zone: str) -> tzinfo | None:
    """The rules of a zone as observations name it; None for floating time, and for a name that nobody knows."""
    if not zone:
        return None
    if zone == "UTC":
        return UTC
    try:
        if zone[0] in "+-":
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
            return timezone(-offset if zone[0] == "-" else offset)
        return ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _instant(local: datetime, clock: tzinfo) -> datetime:
    """The moment at which a clock shows that time. In the hour that a clock skips in spring, the time is counted on from before
    the gap (RFC 5545 section 3.3.5)."""
    return local.replace(tzinfo=clock).astimezone(UTC)


def _on_clock(instant: datetime, clock: tzinfo) -> datetime:
    """What a clock shows at that moment."""
    return instant.astimezone(clock).replace(tzinfo=None)


def _bounds(happening: Happening, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end of one happening as instants."""
    clock = _tzinfo(happening.zone) or zone
    end_clock = (_tzinfo(happening.end_zone) or clock) if happening.end_zone else clock
    start, end = _instant(_local(happening.start), clock), _instant(_local(happening.end), end_clock)
    return start, max(start, end)


def _earlier(local: datetime, span: timedelta) -> datetime:
    """Earlier by a span (later by a negative one), as far as the calendar reaches."""
    try:
        return local - span
    except OverflowError:
        return datetime.min if span > timedelta() else datetime.max  # noqa: DTZ901  # local times


@dataclass(frozen=True, slots=True)
class _Window:
    """The question: the user's zone, and from when until when."""

    zone: ZoneInfo
    after: datetime
    before: datetime

    def occurrence(self, start: datetime, end: datetime, happening: Happening, recurrence_id: str) -> Iterator[Occurrence]:
        """The occurrence, if it falls into the window."""
        if start < self.before and (end > self.after or start >= self.after):
            yield Occurrence(
                start.astimezone(self.zone), end.astimezone(self.zone), happening, recurrence_id, happening.all_day
            )


# --- the dates of a series ----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Shape:
    """What the dates of a series look like from a date on: the happening, its length, and how far it is moved from where the
    rule puts it (RANGE=THISANDFUTURE, RFC 5545 section 3.2.13)."""

    since: datetime
    happening: Happening
    length: timedelta
    shift: timedelta


def _of_series(meeting: Meeting, window: _Window) -> Iterator[Occurrence]:
    """The dates that the master and its rules give, changed instances left out."""
    main = meeting.main
    if main is None:
        return
    zone = window.zone
    if not (meeting.rules or meeting.extra or meeting.overrides or meeting.except_):
        yield from window.occurrence(*_bounds(main, zone), main, "")
        return
    clock = _tzinfo(main.zone) or zone
    shapes = _shapes(meeting, main, zone, clock)
    changed = {_recurrence_date(o.recurrence_id, o.zone, main, clock) for o in meeting.overrides}
    first = _earlier(_on_clock(window.after, clock), max(s.length + s.shift for s in shapes) + _CLOCK_CHANGE)
    last = _earlier(_on_clock(window.before, clock), min(s.shift for s in shapes) - _CLOCK_CHANGE)
    previous = None
    for local in _dates(meeting, main, clock, first, last):
        if local not in changed:
            shape = shapes[bisect_right(shapes, local, key=attrgetter("since")) - 1]
            start, end = _placed(local + shape.shift, shape, clock, zone)
            if start == previous:  # where a clock skips an hour, the times of two hours are one
                continue
            previous = start
            yield from window.occurrence(start, end, shape.happening, _text(local, main))


def _placed(local: datetime, shape: _Shape, clock: tzinfo, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if shape.happening.all_day:  # a day is a day, however many hours it has
        return _instant(local, zone), _instant(local + shape.length, zone)
    start = _instant(local, clock)
    return start, start + shape.length


def _shapes(meeting: Meeting, main: Happening, zone: ZoneInfo, clock: tzinfo) -> list[_Shape]:
    """Sorted by the dates from which they hold."""
    shapes = [_Shape(datetime.min, main, _length(main, zone), timedelta())]  # noqa: DTZ901  # local times, all of them
    for override in meeting.overrides:
        if not override.this_and_future:
            continue
        since = _recurrence_date(override.recurrence_id, override.zone, main, clock)
        start, _ = _bounds(override.happening, zone)
        shift = _on_clock(start, clock) - since
        shapes.append(_Shape(since, override.happening, _length(override.happening, zone), shift))
    return sorted(shapes, key=attrgetter("since"))


def _length(happening: Happening, zone: ZoneInfo) -> timedelta:
    if happening.all_day:
        return max(timedelta(), _local(happening.end) - _local(happening.start))
    start, end = _bounds(happening, zone)
    return end - start


def _recurrence_date(text: str, zone: str, main: Happening, clock: tzinfo) -> datetime:
    """A RECURRENCE-ID on the series' own clock; one that is a day only means the date of the series on that day."""
    local = _local(text)
    if main.all_day:
        return local.replace(hour=0, minute=0, second=0)
    if len(text) == 10:
        return datetime.combine(local, _local(main.start).time())
    own = _tzinfo(zone)
    return local if own is None or zone == main.zone else _on_clock(_instant(local, own), clock)


def _text(local: datetime, main: Happening) -> str:
    return local.date().isoformat() if main.all_day else local.isoformat(timespec="seconds")


def _of_overrides(meeting: Meeting, window: _Window) -> Iterator[Occurrence]:
    """The changed instances, wherever they were moved to. Where one changes all that follows, and another this date alone, the
    latter counts."""
    alone = {override.recurrence_id for override in meeting.overrides if not override.this_and_future}
    for override in meeting.overrides:
        if override.this_and_future and override.recurrence_id in alone:
            continue
        yield from window.occurrence(*_bounds(override.happening, window.zone), override.happening, override.recurrence_id)


def _dates(meeting: Meeting, main: Happening, clock: tzinfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The local dates of a series from ``first`` until ``last``, sorted, each once: DTSTART, rules and RDATE less EXDATE."""
    start = _local(main.start)
    except_ = {_local(text) for text in meeting.except_ if len(text) > 10 or main.all_day}
    except_days = {_local(text).date() for text in meeting.except_ if len(text) == 10}
    extra = sorted({start, *(_extra_date(text, start, main) for text in meeting.extra)})
    sources: list[Iterator[datetime]] = [(date for date in extra if first <= date < last)]
    sources += _of_rules(meeting.rules, main, clock, first, last)
    never = _Passing(merge(*_of_rules(meeting.except_rules, main, clock, first, last)))
    previous = None
    for local in islice(merge(*sources), rrules.MOST):
        if (
            local != previous
            and local not in except_
            and (main.all_day or local.date() not in except_days)
            and not (meeting.except_rules and never.has(local))
        ):
            yield local
        previous = local


def _of_rules(
    rules: Sequence[str], main: Happening, clock: tzinfo, first: datetime, last: datetime
) -> list[Iterator[datetime]]:
    start = _local(main.start)
    return [rrules.dates(text, start, clock, first, last, whole_days=main.all_day) for text in rules[:_MOST_RULES]]


class _Passing:
    """Sorted dates that are asked for in their order, each taken from its source only when it is its turn."""

    def __init__(self, dates: Iterator[datetime]) -> None:
        self._dates = dates
        self._next = next(dates, None)

    def has(self, date: datetime) -> bool:
        while self._next is not None and self._next < date:
            self._next = next(self._dates, None)
        return self._next == date


def _extra_date(text: str, start: datetime, main: Happening) -> datetime:
    local = _local(text)
    if main.all_day:
        return local.replace(hour=0, minute=0, second=0)
    return datetime.combine(local, start.time()) if len(text) == 10 else local
