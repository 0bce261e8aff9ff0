"""What the reasons that come of news have in common."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from auld import wording
from auld.tongue import Tongue

if TYPE_CHECKING:
    from auld.projections.views import Offer, Post, Press

FRESH = timedelta(days=14)
"""News are news for a fortnight: what is older asks for nothing, also when a feed is read for the first time."""
LEAST = timedelta(days=3)
"""Days that are left to the planner for what came in late."""
LONGEST_HEADLINE = 90


def origin_of(say: Tongue, entry: Press | Post | Offer, day: date) -> str:
    """``Example News, 1 March 2026``; without the source, if the entry has none."""
    return ", ".join(part for part in (wording.plain(entry.source), say.day(day)) if part)


def with_link(line: str, entry: Press | Post | Offer) -> tuple[str, ...]:
    return (line, entry.link) if entry.link else (line,)
