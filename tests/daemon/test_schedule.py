"""When an account is read again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.standing import State
from auldd.schedule import LONGEST_WISH, next_poll

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def wait(
    state: State, *, interval: float = 900, failures: int = 1, after: float | None = None, random: float = 0.5
) -> timedelta:
    return next_poll(state, NOW, interval=interval, failures=failures, after=after, random=lambda: random) - NOW


@pytest.mark.parametrize(("random", "seconds"), [(0.0, 810), (0.5, 900), (0.999999, 990)])
def test_polls_are_spread_by_a_tenth(random: float, seconds: int) -> None:
    assert wait("ok", random=random).total_seconds() == pytest.approx(seconds, abs=1)


def test_the_first_failure_is_followed_by_a_quick_try_and_the_tenth_by_a_slow_one() -> None:
    assert wait("waiting", failures=1, random=0.99) < timedelta(minutes=1)
    assert wait("waiting", failures=10, random=0.99) > timedelta(minutes=50)


def test_the_other_sides_wish_is_honoured_up_to_a_day() -> None:
    assert wait("waiting", after=3600) == timedelta(hours=1)
    assert wait("waiting", after=10 * 365 * 86400) == LONGEST_WISH


@pytest.mark.parametrize(("state", "least"), [("refused", timedelta(minutes=15)), ("failed", timedelta(hours=1))])
def test_what_only_the_user_can_mend_is_not_asked_about_every_minute(state: State, least: timedelta) -> None:
    assert wait(state, interval=60) == least


def test_a_suspicious_loss_is_looked_at_again_after_a_quarter_of_an_hour() -> None:
    assert wait("suspect") == timedelta(minutes=15)


@given(
    state=st.sampled_from(["ok", "waiting", "refused", "failed", "suspect"]),
    interval=st.floats(1, 1e6),
    failures=st.integers(0, 10_000),
    after=st.none() | st.floats(0, 1e12),
    random=st.floats(0, 1, exclude_max=True),
)
def test_it_is_always_later_and_never_for_ever(
    state: State, interval: float, failures: int, after: float | None, random: float
) -> None:
    gap = wait(state, interval=interval, failures=failures, after=after, random=random)
    assert timedelta(0) < gap <= max(timedelta(seconds=interval * 1.2), LONGEST_WISH)
