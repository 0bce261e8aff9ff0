"""Days as the report and the command line write them, which are in English."""

from __future__ import annotations

from datetime import date

from auld.policy import Policy
from auld.tongue import tongue

ENGLISH = tongue(Policy())


def day_words(day: date) -> str:
    """``12 March 2026``."""
    return ENGLISH.day(day)


def short(day: date) -> str:
    """``12 Mar``, where the year is plain."""
    number, month, _ = day_words(day).split()
    return f"{number} {month[:3]}"
