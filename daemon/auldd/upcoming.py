"""When somebody is due next, as ``auld people`` and ``auld show`` tell it."""

from __future__ import annotations

from datetime import date, timedelta

from auld.projections.view import View
from auld.projections.views import PersonView


def next_due(view: View, given: PersonView) -> date | None:
    """The day of the open follow-up; where there is none, the day on which the cadence asks (which may be past). None for
    people who are not followed up."""
    if not given.tracked or given.ideal is None:
        return None
    standing = [each.day for each in view.follow_ups(given.id) if each.open]
    if standing:
        return min(standing)
    last = view.last_touch(given.id)
    begin = last.at.date() if last else given.since
    if begin is None:
        return None
    due = begin + timedelta(days=given.ideal)
    return max(due, given.paused_until) if given.paused_until else due
