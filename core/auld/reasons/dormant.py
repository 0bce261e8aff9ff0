"""Revive old valuable ties: somebody with whom one shares a long history, and has had nothing to do for long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons.base import Proposal
from auld.reasons.cadence import wish
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView, Touch

ENOUGH = 3.0
"""What the touches weigh together, at least: three meetings of two, or a dozen with few others."""

SPREAD = timedelta(days=365)
"""From the first to the last touch, at least,"""
QUARTERS = 3
"""with touches in so many quarters of a year: one busy month is no history."""

LONG = 2
"""So many times ``at_most`` without a touch."""

_PRIORITY = 25
_WINDOW = timedelta(days=91)


class Dormant:
    """Once for each silence, and at most one a week. It joins the ask that the cadence makes anyway, and tells the history.

    Not if the user has refused an ask since the last touch: that was the answer."""

    id: ClassVar[str] = "dormant"
    summary: ClassVar[str] = "You share a long history, and have not been in touch for very long."
    per_week: ClassVar[int] = 1

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        history = _history(view, person)
        begins = _begins(person, history)
        if begins is None or begins > until or _settled(view, person, history[-1], today):
            return
        say, first = tongue(view.policy), max(begins, today)
        yield Proposal(
            person=person.id,
            reason=self.id,
            occasion=_occasion(history[-1]),
            first=first,
            last=first + _WINDOW,
            best=first,
            priority=_PRIORITY,
            title=wording.plain(say("Revive an old tie: {name}", name=person.name), wording.MAX_TITLE),
            context=_context(say, history),
        )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say = tongue(view.policy)
        history = _history(view, person)
        if history and _occasion(history[-1]) != because.occasion:
            return wording.touched(say, history[-1])
        if planned := view.planned(person.id):
            return say("a meeting is planned for {day}", day=say.day(planned[0].at.date()))
        begins = _begins(person, history)
        return None if begins is not None and begins <= max(today, follow_up.day) else say("it is not that long ago")


def _history(view: View, person: PersonView) -> Sequence[Touch]:
    return [touch for touch in view.touches(person.id) if touch.weight > 0]


def _begins(person: PersonView, history: Sequence[Touch]) -> date | None:
    """The day from which on the silence is a long one; None for who shares no long history."""
    if person.at_most is None or sum(touch.weight for touch in history) < ENOUGH:
        return None
    if history[-1].at - history[0].at < SPREAD or len({_quarter(touch) for touch in history}) < QUARTERS:
        return None
    return history[-1].at.date() + LONG * timedelta(days=person.at_most) + timedelta(days=1)


def _quarter(touch: Touch) -> tuple[int, int]:
    return touch.at.year, (touch.at.month - 1) // 3


def _settled(view: View, person: PersonView, last: Touch, today: date) -> bool:
    """Is there nothing to ask: a meeting is planned, the user named a day for the next time, or refused an ask since?"""
    if view.planned(person.id):
        return True
    named = wish(view, person, last)
    closed = (f.closed_at for f in view.follow_ups(person.id) if f.state == "dismissed" or f.rested)
    return (named is not None and named > today) or any(at is not None and at > last.at for at in closed)


def _occasion(last: Touch) -> str:
    return f"{Dormant.id}:{last.at.date()}"


def _context(say: Tongue, history: Sequence[Touch]) -> tuple[str, str]:
    """The history in two lines."""
    first, last = history[0], history[-1]
    many = say.plural(
        "You were in touch once.",
        "You were in touch {n} times from {first} to {last}.",
        len(history),
        first=say.day(first.at.date()),
        last=say.day(last.at.date()),
    )
    return many, wording.plain(say("First: {first}. Last: {last}.", first=_title(say, first), last=_title(say, last)))


def _title(say: Tongue, touch: Touch) -> str:
    return wording.plain(touch.title, 80) or wording.touched(say, touch)
