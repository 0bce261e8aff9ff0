"""Quarters of the calendar year, in the user's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year, ``number`` 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The one in which a local day falls."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """The quarter of ``2026-Q3``. Raises ValueError for anything else."""
        year, _, number = text.partition("-Q")
        if number not in ("1", "2", "3", "4"):
            raise ValueError(f"{text!r} is no quarter such as 2026-Q3")
        return cls(int(year), int(number))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return self.following.first - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def following(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - (self.number == 1), (self.number + 2) % 4 + 1)

    def end(self, zone: ZoneInfo) -> datetime:
        """The first instant that does not belong to it: local midnight (or what stands for it where the clocks jump)."""
        return datetime.combine(self.following.first, time.min, zone)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last
