"""How long a server asks to be left alone: the header Retry-After (RFC 9110 section 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 86_400.0
"""Seconds: a server may not send us away for longer than a day."""


def retry_after(value: str | None, now: datetime, date: str = "") -> float | None:
    """Seconds to wait by a Retry-After header, as a number or a date, at most a day; None if there is none or it means nothing.

    ``date`` is the answer's Date header: if it tells the time, that is what the wish is counted from, else from ``now``."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_WAIT)
    until = _moment(text)
    if until is None:
        return None
    return min(max((until - (_moment(date) or now)).total_seconds(), 0.0), LONGEST_WAIT)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
