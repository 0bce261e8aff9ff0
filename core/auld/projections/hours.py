"""What of a day is taken and what is free: opaque timed entries, in the user's zone."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from functools import cached_property

from auld.projections.meetings import HORIZON, Meetings

_AHEAD = HORIZON + timedelta(days=7)
_LONGEST_ABSENCE = 28  # days

Span = tuple[datetime, datetime]


class Hours:
    """As of one instant (aware, in the user's zone). The coming 14 weeks are looked at once, when a first day is asked for."""

    def __init__(self, meetings: Meetings, as_of: datetime) -> None:
        self._meetings = meetings
        self._as_of = as_of
        self._today = as_of.date()

    def busy_minutes(self, day: date) -> int:
        """Minutes covered, what overlaps counted once."""
        taken = sum((end - start for start, end in _joined(self._busy(day))), timedelta())
        return round(taken / timedelta(minutes=1))

    def free_gap(self, day: date, since: time, until: time) -> Span | None:
        """The longest span between two local times of a day in which nothing is entered, the first of several; None if there
        is none."""
        start, end = (datetime.combine(day, each, self._as_of.tzinfo) for each in (since, until))
        gaps: list[Span] = []
        for begins, ends in _joined(self._busy(day)):
            gaps.append((start, min(begins, end)))
            start = max(start, ends)
        longest = max((*gaps, (start, end)), key=lambda gap: (gap[1] - gap[0], -gap[0].timestamp()))
        return longest if longest[0] < longest[1] else None

    def is_away(self, day: date) -> bool:
        """Is the user away all day: is there a whole-day entry that takes time, with nobody else in it? One of a month and more
        (a semester, a project) is no absence."""
        if self._today <= day <= self._today + _AHEAD:
            return day in self._away_ahead
        return day in self._absences(day, day)

    @cached_property
    def _away_ahead(self) -> frozenset[date]:
        return self._absences(self._today, self._today + _AHEAD)

    def _absences(self, first: date, last: date) -> frozenset[date]:
        found: set[date] = set()
        for slot in self._meetings.around(first, last, self._as_of):
            begins, length = slot.start.date(), (slot.end.date() - slot.start.date()).days
            free = slot.happening.transparent or not slot.happening.all_day or slot.guests
            if slot.verdict.rule == "whole_days" and not free and length <= _LONGEST_ABSENCE:
                found.update(begins + timedelta(days=n) for n in range(length))
        return frozenset(found)

    def _busy(self, day: date) -> list[Span]:
        if self._today <= day <= self._today + _AHEAD:
            return self._busy_ahead.get(day, [])
        return self._spans(day, day).get(day, [])

    @cached_property
    def _busy_ahead(self) -> dict[date, list[Span]]:
        return self._spans(self._today, self._today + _AHEAD)

    def _spans(self, first: date, last: date) -> dict[date, list[Span]]:
        """What takes time on each local day, cut at midnight."""
        zone = self._as_of.tzinfo
        spans: defaultdict[date, list[Span]] = defaultdict(list)
        for slot in self._meetings.around(first, last, self._as_of):
            if not slot.busy:
                continue
            day = max(slot.start.date(), first)
            while day <= last:
                midnight = datetime.combine(day, time.min, zone)
                after = datetime.combine(day + timedelta(days=1), time.min, zone)
                if slot.end <= midnight:
                    break
                spans[day].append((max(slot.start, midnight), min(slot.end, after)))
                day += timedelta(days=1)
        return spans


def _joined(spans: list[Span]) -> list[Span]:
    """Without overlaps, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
