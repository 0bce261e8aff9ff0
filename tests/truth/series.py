"""Scenes of series: every date that took place counts, where it took place. Each scene writes one series.

The dates are stepped out here day by day, and the rule is written beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .calendars import DAY, HOME, HOUR, Diary
from .icals import Entry
from .people import Person

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_Dates = Callable[[datetime, int], list[datetime]]


def _weekly(interval: int) -> _Dates:
    return lambda first, count: [first + timedelta(weeks=interval * n) for n in range(count)]


def _workdays(first: datetime, count: int) -> list[datetime]:
    days = (first + n * DAY for n in range(2 * count + 7))
    return [day for day in days if day.weekday() < 5][:count]


def _monthly(first: datetime, count: int) -> list[datetime]:
    months = (first.year * 12 + first.month - 1 + n for n in range(count))
    return [first.replace(year=month // 12, month=month % 12 + 1) for month in months]


def _same_weekday_of_month(first: datetime, count: int) -> list[datetime]:
    """Say, every second Tuesday: the weekday and the week of the month are those of ``first``."""
    week, found, day = (first.day - 1) // 7, [first], first
    while len(found) < count:
        day += timedelta(weeks=1)
        if (day.day - 1) // 7 == week:
            found.append(day)
    return found


def _pattern(d: Diary, first: datetime) -> tuple[str, _Dates]:
    code = _DAYS[first.weekday()]
    patterns: list[tuple[str, _Dates]] = [
        ("FREQ=WEEKLY", _weekly(1)),
        (f"FREQ=WEEKLY;BYDAY={code}", _weekly(1)),
        (f"FREQ=WEEKLY;INTERVAL=2;BYDAY={code};WKST=MO", _weekly(2)),
        ("FREQ=WEEKLY;INTERVAL=4", _weekly(4)),
    ]
    if first.day <= 28:
        patterns += [
            (f"FREQ=MONTHLY;BYMONTHDAY={first.day}", _monthly),
            ("FREQ=MONTHLY", _monthly),
            (f"FREQ=MONTHLY;BYDAY={(first.day - 1) // 7 + 1}{code}", _same_weekday_of_month),
        ]
    return d.random.choice(patterns)


def _series(d: Diary, most: int, zone: ZoneInfo = HOME) -> tuple[Entry, list[datetime], list[Person]]:
    """A series that ends by COUNT or UNTIL within the past, and its dates."""
    people = d.people(d.random.choice((1, 1, 2, 4)))
    for _ in range(200):
        first = d.hour(zone=zone)
        rule, dates_of = _pattern(d, first)
        dates = dates_of(first, d.random.randrange(4, most))
        if dates[-1] < d.world.now - 3 * DAY and d.take(dates[1:]):
            break
    else:
        raise AssertionError("no room for a series")
    until = dates[-1].astimezone(UTC)
    ends = f"COUNT={len(dates)}" if d.random.random() < 0.5 else f"UNTIL={until:%Y%m%dT%H%M%SZ}"
    return replace(d.meeting(first, d.guests(people)), rule=f"{rule};{ends}"), dates, people


def series(d: Diary) -> None:
    entry, dates, people = _series(d, 20)
    d.put(entry)
    d.met(people, *dates)


def series_exceptions(d: Diary) -> None:
    """Some dates are taken out (EXDATE), others cancelled one by one, both at once or later."""
    entry, dates, people = _series(d, 20)
    off = set(d.random.sample(dates, d.random.randrange(1, len(dates) // 2)))
    away = tuple(day for day in sorted(off) if d.random.random() < 0.5)
    cancelled = tuple(_instance(entry, day, day, status="CANCELLED") for day in sorted(off) if day not in away)
    final = replace(entry, without=away, changed=cancelled)
    place = d.put(final if d.random.random() < 0.5 else entry)
    d.put(final, d.look_after(d.world.looks[0]), account=place[0], ref=place[1])
    d.met(people, *(day for day in dates if day not in off))


def _instance(entry: Entry, day: datetime, start: datetime, status: str = "CONFIRMED") -> Entry:
    assert isinstance(entry.start, datetime) and isinstance(entry.end, datetime)
    length = entry.end - entry.start
    return replace(entry, start=start, end=start + length, rule="", instance=day, status=status)


def series_moved(d: Diary) -> None:
    """Some dates stand elsewhere; Google writes them before the series itself."""
    entry, dates, people = _series(d, 20)
    there = {}
    for day in d.random.sample(dates, d.random.randrange(1, len(dates) // 2)):
        other = day + d.random.choice((-2, -1, 1, 2)) * DAY + d.random.choice((timedelta(), HOUR, -HOUR))
        if d.take([other]):
            there[day] = other
    changed = tuple(_instance(entry, day, other) for day, other in sorted(there.items()))
    d.put(replace(entry, changed=changed, override_first=d.random.random() < 0.5))
    d.met(people, *(there.get(day, day) for day in dates))


def series_endless(d: Diary) -> None:
    people = d.people(d.random.choice((1, 1, 2)))
    for _ in range(200):
        first = d.hour()
        rule, dates_of = _pattern(d, first)
        dates = [day for day in dates_of(first, 140) if day < d.world.now + 90 * DAY]
        if d.take(dates[1:]):
            break
    else:
        raise AssertionError("no room for a series")
    d.put(replace(d.meeting(first, d.guests(people)), rule=rule))
    d.met(people, *(day for day in dates if day + 2 * HOUR < d.world.now))


def series_dense(d: Diary) -> None:
    """A stand-up on every working day, some weeks long."""
    people = d.people(d.random.choice((2, 3)))
    for _ in range(200):
        first = d.hour()
        dates = _workdays(first, d.random.randrange(20, 60))
        if dates[0] == first and dates[-1] < d.world.now - 3 * DAY and d.take(dates[1:]):
            break
    else:
        raise AssertionError("no room for a series")
    rule = f"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT={len(dates)}"
    if d.random.random() < 0.4:
        rule = f"FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT={len(dates)}"
    d.put(replace(d.meeting(first, d.guests(people)), rule=rule))
    d.met(people, *dates)
