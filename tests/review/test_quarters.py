"""Quarters begin and end at local midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from auld.review.quarters import Quarter


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 9, 30), "2026-Q3"),
        (date(2026, 12, 31), "2026-Q4"),
    ],
)
def test_every_day_is_in_one_quarter(day: date, quarter: str) -> None:
    found = Quarter.of(day)
    assert str(found) == quarter
    assert Quarter.parse(quarter) == found
    assert day in found
    assert day not in found.following
    assert found.following.before == found.before.following == found


def test_quarters_follow_each_other_without_a_gap() -> None:
    quarter = Quarter(2023, 4)
    for _ in range(9):
        assert quarter.following.first == quarter.last + timedelta(days=1)
        assert quarter.days in {90, 91, 92}
        quarter = quarter.following


@pytest.mark.parametrize("text", ["2026", "2026-Q5", "2026-Q", "Q1", "x-Q1"])
def test_anything_else_is_no_quarter(text: str) -> None:
    with pytest.raises(ValueError):
        Quarter.parse(text)


def test_the_end_is_midnight_where_the_user_is() -> None:
    assert Quarter(2026, 2).end(ZoneInfo("Pacific/Auckland")).astimezone(UTC) == datetime(2026, 6, 30, 12, tzinfo=UTC)
