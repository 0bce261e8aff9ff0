"""News entries as they were observed. Whom they are about, and whom they may interest, are queries, because names, cards and
interests change (:mod:`auld.projections.press`, :mod:`auld.projections.offers`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from auld.events import Event
from auld.observations import Mention

Key = tuple[str, str]
"""(account, ref) of an item."""


class Seen(msgspec.Struct, omit_defaults=True):
    """One entry. ``at`` is its publication, never after it came in; ``born`` and ``position`` are the log positions at which it
    was first and last observed. ``first`` is how it was first observed, if it has changed since: stories go by that, so that a
    corrected headline does not make a new one."""

    mention: Mention
    at: datetime
    born: int
    position: int
    first: Mention | None = None


class MentionsState(msgspec.Struct):
    """By the last change: the newest stand at the end."""

    mentions: dict[Key, Seen] = {}


def _observed(state: MentionsState, event: Event) -> None:
    """Entries are never gone: feeds rotate."""
    key, mention = (event.account, event.ref), event.data
    at = min(event.occurred_at or _time(mention.published) or event.recorded_at, event.recorded_at)
    before = state.mentions.pop(key, None)
    if before is None:
        state.mentions[key] = Seen(mention, at, event.position, event.position)
        return
    at = at if mention.dated else before.at  # an undated entry was published when it was first seen
    state.mentions[key] = Seen(mention, at, before.born, event.position, before.first or before.mention)


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


HANDLERS: dict[str, Callable[[MentionsState, Event], None]] = {"mention.observed": _observed}
