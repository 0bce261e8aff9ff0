"""Who is asked for too often: entries that the user refuses one after the other say so, and a slower pace is offered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView

SLOWER_AFTER = 3
"""After so many refusals in a row the user is asked whether less often would do."""

_CADENCE = "cadence"
_NEVER = datetime.min.replace(tzinfo=UTC)


def unwanted(view: View, person: PersonView) -> int:
    """How many asks in a row, since the last touch, the user refused. Those at a shorter interval than the one in force do not
    count, nor those of before the user last said how often: that was the answer."""
    touch = view.last_touch(person.id)
    since = max(touch.at if touch else _NEVER, person.kept_on or _NEVER)
    count = 0
    asks = [f for f in view.follow_ups(person.id) if any(b.reason == _CADENCE for b in f.because)]
    for ask in reversed(asks):
        if ask.state == "dismissed" and ask.closed_at is not None and ask.closed_at > since:
            count += not 0 < ask.every < (person.ideal or 0)
        elif not (ask.open or ask.rested):
            break
    return count


def slower(view: View, person: PersonView) -> tuple[str, int] | None:
    """What to offer to whom one asks too often: the next slower category of the user's, and its interval in days; "" and twice
    the interval where there is none. None as long as there is no cause."""
    ideal = person.ideal
    if ideal is None or unwanted(view, person) < SLOWER_AFTER:
        return None
    categories = [(c.ideal, c.name) for c in view.policy.categories if c.ideal > ideal]
    every, name = min(categories, default=(2 * ideal, ""))
    return name, every
