"""When an account is read again, and when the next turn is. Pure: state, wishes and a random number in, an instant out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo

from auld.errors import AuldError, TryLater
from auld.standing import State

JITTER = 0.1
"""Polls are spread by a tenth of the interval, so that a thousand installations do not knock at once."""

LONGEST_BACKOFF = timedelta(hours=1)
LONGEST_WISH = timedelta(hours=24)
"""A Retry-After of ten years is not obeyed to the letter."""

SECOND_LOOK = timedelta(minutes=15)
"""A suspicious loss is looked at again after a quarter of an hour, then after an hour (the intake counts the looks)."""

BREAKER_LOOK = timedelta(minutes=15)
"""How often a refused password is compared with the one that there is now."""


def next_poll(
    state: State,
    now: datetime,
    *,
    interval: float,
    failures: int,
    after: float | None,
    random: Callable[[], float],
) -> datetime:
    """The next time to read an account. ``interval`` and ``after`` (the other side's wish) in seconds; ``failures`` in a row,
    this one included; ``random`` gives [0, 1)."""
    usual = timedelta(seconds=interval * (1 + JITTER * (2 * random() - 1)))
    if state == "suspect":
        return now + SECOND_LOOK
    if state == "waiting":
        # full jitter: many clients of a server that comes back must not come back together
        ceiling = min(timedelta(minutes=2 ** min(max(failures - 1, 0), 6)), LONGEST_BACKOFF)
        wait = max(timedelta(seconds=5), ceiling * random())
        if after is not None:
            wait = max(wait, min(timedelta(seconds=after), LONGEST_WISH))
        return now + wait
    if state == "refused":
        # costs no request: the breaker answers, until the secret has changed or the user says that it is right
        return now + max(usual, BREAKER_LOOK)
    if state == "failed":
        return now + max(usual, LONGEST_BACKOFF)
    return now + usual


_REST, _LONG_REST = timedelta(minutes=1), timedelta(minutes=15)


def next_turn(now: datetime, zone: tzinfo, due: datetime | None, stopped: AuldError | None) -> datetime:
    """When to plan and deliver again, even if nothing comes in: shortly after the next local midnight, for a new day may ask
    for new follow-ups, or when something waits to be written (``due``). What ``stopped`` the last delivery, if time alone does
    not mend it, is left alone for a quarter of an hour at least."""
    tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(0, 5), zone)
    rest = _REST if stopped is None or isinstance(stopped, TryLater) else _LONG_REST
    return tomorrow if due is None else min(tomorrow, max(due, now + rest))
