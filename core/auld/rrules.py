"""Recurrence rules (RFC 5545 section 3.3.10) on local time, run by dateutil.

Before a rule is run it is moved forward to the window that is asked for, period by period, so that a weekly meeting of ten
years costs as much as one of ten days. Calendars come from strangers: whatever a rule says, running it takes bounded time and
memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice
from typing import Any

from dateutil import rrule

_MOST = 10_000
"""How many dates of one rule are looked at, at the most, for one question."""
_DAY = timedelta(days=1)
_FREQUENCIES = {
    "YEARLY": rrule.YEARLY,
    "MONTHLY": rrule.MONTHLY,
    "WEEKLY": rrule.WEEKLY,
    "DAILY": rrule.DAILY,
    "HOURLY": rrule.HOURLY,
    "MINUTELY": rrule.MINUTELY,
    "SECONDLY": rrule.SECONDLY,
}
_SECONDS = {rrule.DAILY: 86_400, rrule.HOURLY: 3600, rrule.MINUTELY: 60, rrule.SECONDLY: 1}
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
_MAX_INTERVAL = 100_000
# The Gregorian calendar repeats itself, weekdays included, after 400 years.
_CYCLE = 400


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
    for part in text.strip().rstrip(";").upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or name.strip() in given:
            raise ValueError(f"{part[:40]!r} is no part of a rule")
        given[name.strip()] = value.strip()
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
        days = given.pop("BYDAY").split(",")
        parts["byweekday"] = [_weekday(day.strip()) for day in sorted(set(days))]
    if given:
        raise ValueError(f"{min(given)[:40]!r} is no part of a rule")
    if freq >= rrule.HOURLY and "bysetpos" in parts:
        raise ValueError("BYSETPOS within a day is not followed")
    return Rule(freq, interval, None if count is None else _number(count, 10**9), until, week_start, parts)


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) >= 1):
        raise ValueError(f"{text[:20]!r} is no number that makes sense here")
    return min(int(text), most)


def _numbers(name: str, text: str) -> list[int]:
    most = _LISTS[name]
    least = -most if name in _SIGNED else int(name == "BYMONTH")
    numbers = set()
    for part in text.split(","):
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


def _until(text: str, clock: tzinfo) -> datetime | None:
    """UNTIL on the series' clock; a day without a time is meant with all its dates (many programs write it so)."""
    if not text:
        return None
    stamp = datetime.fromisoformat(text.removesuffix("Z"))
    if "T" not in text:
        return stamp + _DAY - timedelta(seconds=1)
    return (
        stamp.replace(tzinfo=UTC).astimezone(clock).replace(tzinfo=None) if text.endswith("Z") else stamp.replace(tzinfo=None)
    )


def dates(text: str, start: datetime, clock: tzinfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The dates of one rule from ``first`` until ``last``; nothing for a rule that cannot be followed.

    dateutil goes on looking until the year 9999 if a rule gives no date any more ("the 30th of February"). So the whole
    calculation is moved into the last 400 years before that, which changes no date and bounds the search.
    """
    try:
        rule = parsed(text)
        until = _until(rule.until, clock)
    except (ValueError, OverflowError):
        return
    first, last = max(first, start), last if until is None else min(last, until + timedelta(seconds=1))
    if first >= last:
        return
    years = _CYCLE * max(0, (MAXYEAR - 1 - last.year) // _CYCLE)
    shifted_first, shifted_last = first.replace(year=first.year + years), last.replace(year=last.year + years)
    try:
        for date in islice(_series(rule, start, first, years), _MOST):
            if date >= shifted_last:
                return
            if date >= shifted_first:
                yield date.replace(year=date.year - years)
    except ValueError:  # dateutil found out that interval and hours never meet
        return


def _series(rule: Rule, start: datetime, first: datetime, years: int) -> rrule.rrule:
    """dateutil's rule, moved forward to ``first`` and then ``years`` further; one that counts has to start where it starts."""
    origin = start if rule.count else _forwarded(rule, start, first)
    return rrule.rrule(
        rule.freq,  # type: ignore[arg-type]  # the stubs want a literal
        dtstart=origin.replace(year=origin.year + years),
        interval=rule.interval,
        wkst=rule.week_start,
        count=rule.count,
        **(rule.parts if origin == start else _anchored(rule, start)),
    )


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
