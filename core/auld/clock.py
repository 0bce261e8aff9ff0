"""The clock that everything else is handed. Nothing in core or in a connector reads the time by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time. ``now`` is aware and in UTC."""

    def now(self) -> datetime: ...


class FixedClock:
    """A clock that stands still until it is moved; for tests and for ``auld plan --from``."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        self._at += by

    def set(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)
