"""Recurrence rules (RFC 5545 section 3.3.10) on local time, run by dateutil.

Before a rule is run it is moved forward to the window that is asked for, period by period, so that a weekly meeting of ten
years costs as much as one of ten days. Calendars come from strangers: whatever a rule says, running it takes bounded time and
memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice
from typing import Any

from dateutil import rrule

MOST = 100_000
"""How many dates of one rule are looked at, at the most, for one question; so many seconds are little more than a day."""
_FREQUENCIES = {
    "YEARLY": rrule.YEARLY,
    "MONTHLY": rrule.MONTHLY,
    "WEEKLY": rrule.WEEKLY,
    "DAILY": rrule.DAILY,
    "HOURLY": rrule.HOURLY,
    "MINUTELY": rrule.MINUTELY,
    "SECONDLY": rrule.SECONDLY,
}
_A_DAY = 86_400
_SECONDS = {rrule.WEEKLY: 7 * _A_DAY, rrule.DAILY: _A_DAY, rrule.HOURLY: 3600, rrule.MINUTELY: 60, rrule.SECONDLY: 1}
_WEEKDAYS = {"MO": rrule.MO, "TU": rrule.TU, "WE": rrule.WE, "TH": rrule.TH, "FR": rrule.FR, "SA": rrule.SA, "SU": rrule.SU}
# Largest number of each list; those in _SIGNED count from the end too, and know no 0 (RFC 5545 section 3.3.10).
_LISTS = {
    "BYMONTH": 12,
    "BYMONTHDAY": 31,
    "BYYEARDAY": 366,
    "BYWEEKNO": 53,
    "BYSETPOS": 366,
    "BYHOUR": 23,
    "BYMINUTE": 59,
    "BYSECOND": 59,
}
_SIGNED = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"})
_MAX_INTERVAL = 10**8
# The Gregorian calendar repeats itself, weekdays included, after 400 years, and where no leap day is left out after 28.
_CYCLE = 400
_SHORT_CYCLE = 28
_UNBROKEN = (1901, 2099)
_SECOND = timedelta(seconds=1)
# From here on UNTIL is a way to write "for ever", and another zone might lead over the edge of the calendar.
_FOR_EVER = 9999


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule taken apart: ``parts`` are keyword arguments of dateutil's rrule, ``until`` is as written."""

    freq: int
    interval: int
    count: int | None
    until: str
    week_start: int
    parts: dict[str, Any]


@lru_cache(maxsize=4096)
def parsed(text: str) -> Rule:
    """Take an RRULE value apart. Raises ValueError, saying what is wrong, for one that cannot be followed."""
    given = {}
    for part in filter(None, map(str.strip, text.upper().split(";"))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or name in given:
            raise ValueError(f"{part[:40]!r} is no part of a rule")
        if value and not name.startswith("X-"):  # an empty part says nothing, and one of a program's own nothing to us
            given[name] = value
    if given.pop("RSCALE", "GREGORIAN") != "GREGORIAN" or given.pop("SKIP", "OMIT") != "OMIT":
        raise ValueError("only the Gregorian calendar is known")
    freq = _FREQUENCIES.get(given.pop("FREQ", ""))
    if freq is None:
        raise ValueError("there is no frequency that is known")
    interval, count = _number(given.pop("INTERVAL", "1"), _MAX_INTERVAL), given.pop("COUNT", None)
    until = given.pop("UNTIL", "")
    _until(until, UTC)
    week_start = _weekday(given.pop("WKST", "MO")).weekday
    parts: dict[str, Any] = {name.lower(): _numbers(name, given.pop(name)) for name in _LISTS if name in given}
    if "BYDAY" in given:
        days = {day.strip() for day in given.pop("BYDAY").split(",")}
        parts["byweekday"] = [_weekday(day) for day in sorted(filter(None, days))]
    if given:
        raise ValueError(f"{min(given)[:40]!r} is no part of a rule")
    return Rule(freq, interval, None if count is None else _number(count, 10**9), until, week_start, parts)


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) >= 1):
        raise ValueError(f"{text[:20]!r} is no number that makes sense here")
    return min(int(text), most)


def _numbers(name: str, text: str) -> list[int]:
    most = _LISTS[name]
    least = -most if name in _SIGNED else int(name == "BYMONTH")
    numbers = set()
    for part in filter(None, text.split(",")):
        number = int(part) if len(part) < 8 else most + 1
        if not least <= number <= most or (number == 0 and name in _SIGNED):
            raise ValueError(f"{name} has no {part[:20]!r}")
        numbers.add(number)
    return sorted(numbers)


def _weekday(text: str) -> Any:
    day = _WEEKDAYS.get(text[-2:])
    ordinal = int(text[:-2]) if text[:-2] and len(text) < 7 else None
    if day is None or ordinal == 0 or (ordinal is not None and abs(ordinal) > 53) or len(text) >= 7:
        raise ValueError(f"{text[:20]!r} is no weekday")
    return day(ordinal) if ordinal else day


def _until(text: str, clock: tzinfo, whole_days: bool = False) -> datetime | None:
    """UNTIL on the series' clock; a day without a time is meant with all its dates (many programs write it so). Of a series of
    days, midnight in UTC is no moment, but a day's name spelled out."""
    if not text:
        return None
    stamp = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=None)
    if "T" not in text or (whole_days and text.endswith(("T000000Z", "T235959Z"))):
        return stamp.replace(hour=23, minute=59, second=59)
    if not text.endswith("Z") or stamp.year >= _FOR_EVER:
        return stamp
    return stamp.replace(tzinfo=UTC).astimezone(clock).replace(tzinfo=None)


def dates(
    text: str, start: datetime, clock: tzinfo, first: datetime, last: datetime, *, whole_days: bool = False
) -> Iterator[datetime]:
    """The dates of one rule from ``first`` until ``last``, all on the series' own clock; nothing for a rule that cannot be
    followed. ``whole_days``: it is a series of days, at midnight."""
    try:
        rule = parsed(text)
        until = _until(rule.until, clock, whole_days)
    except (ValueError, OverflowError):
        return
    ends = [end for end in (until, _last_counted(rule, start)) if end is not None]
    first, last = max(first, start), min([last, *(end + _SECOND for end in ends if end < last)])
    if first >= last:
        return
    if rule.count and (rule.count > MOST or (not rule.parts and rule.freq in _SECONDS)):
        rule = replace(rule, count=None)  # its last date is known, or not to be counted out
    try:
        for date in islice(_running(rule, start, first, last), MOST):
            if date >= last:
                return
            if date >= first:
                yield date
    except ValueError:  # dateutil found out that interval and hours never meet
        return


def is_within_days(text: str) -> bool:
    """Whether a rule, which can be followed, may give more than one date a day."""
    rule = parsed(text)
    return rule.freq >= rrule.HOURLY or not rule.parts.keys().isdisjoint(_TIMES[:3])


def _last_counted(rule: Rule, start: datetime) -> datetime | None:
    """The last date of a plain rule that counts, if it has one before the end of the calendar."""
    if rule.count is None or rule.parts or rule.freq not in _SECONDS:
        return None
    try:
        return start + (rule.count - 1) * rule.interval * timedelta(seconds=_SECONDS[rule.freq])
    except OverflowError:
        return None


def _running(rule: Rule, start: datetime, first: datetime, last: datetime) -> Iterator[datetime]:
    """The dates from ``first`` on, a few before it among them; of a rule that counts, from ``start`` on."""
    if rule.freq >= rrule.HOURLY:
        return islice(_within_days(rule, start, start if rule.count else first, last), rule.count)
    origin = start if rule.count else _forwarded(rule, start, first)
    parts = rule.parts if origin == start else _anchored(rule, start)
    return _shifted(rule, origin, last, parts, rule.count)


def _shifted(rule: Rule, origin: datetime, last: datetime, parts: dict[str, Any], count: int | None) -> Iterator[datetime]:
    """dateutil's dates from ``origin`` on.

    It goes on looking until the year 9999 if a rule gives no date any more ("the 30th of February"). So the calculation is
    moved into the last years before that, by a span that changes no date, and that bounds the search.
    """
    years = _shift(origin.year, last.year)
    found = rrule.rrule(
        rule.freq,  # type: ignore[arg-type]  # the stubs want a literal
        dtstart=origin.replace(year=origin.year + years),
        interval=rule.interval,
        wkst=rule.week_start,
        count=count,
        **parts,
    )
    return (date.replace(year=date.year - years) for date in found)


def _shift(first: int, last: int) -> int:
    """By how many years the calendar of these years can be moved towards the year 9999 without a weekday that changes."""
    room = MAXYEAR - 1 - last
    short = 20 * _CYCLE + (room - 20 * _CYCLE) // _SHORT_CYCLE * _SHORT_CYCLE
    if first > max(_UNBROKEN[0], 99 * 100 + 1 - short) and last < _UNBROKEN[1]:
        return short
    return _CYCLE * max(0, room // _CYCLE)


# --- within a day -------------------------------------------------------------------------------------------------------
_TIMES = ("byhour", "byminute", "bysecond", "bysetpos")


def _within_days(rule: Rule, start: datetime, first: datetime, last: datetime) -> Iterator[datetime]:
    """The dates of a rule by the hour, minute or second. dateutil tells the days; which times there are on a day depends only
    on how the interval falls on its midnight, so that they are worked out once for all days alike."""
    midnight = datetime.combine(first, datetime.min.time())
    daily = replace(rule, freq=rrule.DAILY, interval=1)
    step = _SECONDS[rule.freq] * rule.interval
    ticking = start - timedelta(seconds=_rest(rule.freq, start))
    tables: dict[int, list[timedelta]] = {}
    for day in _shifted(daily, midnight, last, {name: part for name, part in rule.parts.items() if name not in _TIMES}, None):
        phase = int((ticking - day).total_seconds()) % step
        times = tables.get(phase)
        if times is None:
            times = tables[phase] = [timedelta(seconds=time) for time in _times(rule, start, phase, step)]
        if day >= last:
            return
        for time in times:
            if (date := day + time) >= first:
                yield date


def _rest(freq: int, start: datetime) -> int:
    """Seconds of the first date since its hour, or its minute, began."""
    return {rrule.HOURLY: start.minute * 60 + start.second, rrule.MINUTELY: start.second}.get(freq, 0)


def _times(rule: Rule, start: datetime, phase: int, step: int) -> Iterator[int]:
    """The times of a day, in seconds, on which the first tick falls on ``phase``."""
    hours, minutes, seconds = (frozenset(rule.parts.get(name, ())) for name in ("byhour", "byminute", "bysecond"))
    offsets = _offsets(rule, start)
    for tick in range(phase, _A_DAY, step):
        hour, minute, second = tick // 3600, tick // 60 % 60, tick % 60
        if hours and hour not in hours:
            continue
        if rule.freq >= rrule.MINUTELY and minutes and minute not in minutes:
            continue
        if rule.freq == rrule.SECONDLY and seconds and second not in seconds:
            continue
        yield from (tick + offset for offset in offsets)


def _offsets(rule: Rule, start: datetime) -> list[int]:
    """What is added to each tick: the minutes and seconds that the rule, or else the first date, names; of these, those in the
    places that BYSETPOS names."""
    minutes = rule.parts.get("byminute", [start.minute]) if rule.freq == rrule.HOURLY else [0]
    seconds = rule.parts.get("bysecond", [start.second]) if rule.freq < rrule.SECONDLY else [0]
    offsets = [minute * 60 + second for minute in minutes for second in seconds]
    places = rule.parts.get("bysetpos")
    if places is None:
        return offsets
    size = len(offsets)
    return sorted({offsets[place - 1 if place > 0 else place] for place in places if -size <= place <= size})


# --- moving forward -----------------------------------------------------------------------------------------------------
def _forwarded(rule: Rule, start: datetime, first: datetime) -> datetime:
    """A start of the same series, in step with its interval, as late as it can be without missing ``first``."""
    if rule.freq == rrule.YEARLY:
        years = (first.year - start.year) // rule.interval * rule.interval
        return start.replace(year=start.year + years, month=1, day=1) if years > 0 else start
    if rule.freq == rrule.MONTHLY:
        months = ((first.year - start.year) * 12 + first.month - start.month) // rule.interval * rule.interval
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        return start.replace(year=year, month=month + 1, day=1) if months > 0 else start
    if rule.freq == rrule.WEEKLY:
        monday = start - timedelta(days=(start.weekday() - rule.week_start) % 7)
        weeks = (first - monday).days // 7 // rule.interval * rule.interval
        return monday + timedelta(weeks=weeks) if weeks > 0 else start
    step = timedelta(seconds=_SECONDS[rule.freq] * rule.interval)
    return start + (first - start) // step * step


def _anchored(rule: Rule, start: datetime) -> dict[str, Any]:
    """The parts of a rule with what it takes from its first date spelled out, because it gets another first date."""
    parts = rule.parts
    if rule.freq >= rrule.DAILY or not parts.keys().isdisjoint({"byweekno", "byyearday", "bymonthday", "byweekday"}):
        return parts
    if rule.freq == rrule.WEEKLY:
        return {**parts, "byweekday": start.weekday()}
    if rule.freq == rrule.YEARLY:
        parts = {"bymonth": start.month, **parts}
    return {**parts, "bymonthday": start.day}
