"""Old ties decay: be in touch at the interval that the person's category, or ``auld keep``, asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import refusals, wording
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView, Planned, Touch

_SOON = timedelta(days=21)
"""A meeting that is planned within three weeks is close enough to wait for, however short the interval."""

_ABOUT_THEN = timedelta(days=7)
"""So long before a day that the user named for the next time, a touch is that time already."""

_RESTING = frozenset({"dismissed", "failed"})


@dataclass(frozen=True, slots=True)
class _Due:
    """When the next touch is due: from ``due`` (maybe long ago) to ``last``; ``touch`` is the last one, if any is known."""

    due: date
    last: date
    slack: timedelta
    touch: Touch | None


class Cadence:
    """Due once the ideal interval has passed since the last touch, unless a meeting is planned anyway.

    The occasion counts the asks of this person (``cadence:3``): an open one is used again, whatever happened to the touches
    behind it; a deleted one is asked again as a new one, after a rest that grows with every deletion in a row.
    """

    id: ClassVar[str] = "cadence"
    summary: ClassVar[str] = "The interval that the person's category asks for has passed since the last touch."

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        asks = [f for f in view.follow_ups(person.id) if _asked(f) is not None]
        due = _due(view, person, today, standing=any(f.open for f in asks))
        if due is None or max(due.due, today) > until or _meeting_ahead(view, person, due, today):
            return
        standing = next((f for f in asks if f.open and not _since(due, f, today)), None)
        if standing is None and today < _rested(view, person, asks, due.touch):
            return
        say, first = tongue(view.policy), max(due.due, today)
        occasion = f"{self.id}:{len(asks) + 1}" if standing is None else str(_asked(standing))
        yield Proposal(
            person=person.id,
            reason=self.id,
            occasion=occasion,
            first=first,
            last=due.last if due.last >= first else first + due.slack,
            best=first,
            priority=_priority(person, due, today),
            title=_title(say, person.name, occasion, asks[: asks.index(standing)] if standing else asks),
            context=(
                _why(say, person, due.touch),
                *_otherwise(say, person, due.touch),
                *_slower(say, view, person),
                *wording.touch_lines(view, person.id),
                *wording.note_lines(view, person.id),
            ),
        )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say, due = tongue(view.policy), _due(view, person, today, standing=True)
        if due is None:
            return say("not followed up any more")
        if touch := _since(due, follow_up, today):
            return wording.touched(say, touch)
        meeting = _meeting_ahead(view, person, due, today)
        return say("a meeting is planned for {day}", day=say.day(meeting.at.date())) if meeting else None


def _due(view: View, person: PersonView, today: date, *, standing: bool) -> _Due | None:
    """None for people without a cadence. Somebody never met is due from the day on which the log first heard of them.

    A day that the user named for the next time takes the place of the interval's; but what is ``standing`` is not put off."""
    if person.ideal is None:
        return None
    ideal = timedelta(days=person.ideal)
    at_most = max(ideal, timedelta(days=_at_most(person)))
    touch = view.last_touch(person.id)
    due, last = (since := person.since or today), since + at_most
    if touch is not None:
        due, last = touch.at.date() + ideal, touch.at.date() + at_most
    named = wish(view, person, touch)
    if named is not None and (named < due or not standing):
        due, last = named, named + (at_most - ideal)
    return _Due(due, last, at_most - ideal, touch)


def wish(view: View, person: PersonView, touch: Touch | None) -> date | None:
    """The day that the user named for the next time ("next: call in May"), the latest word first; until a touch about then."""
    wishes = [fact for fact in view.facts(person.id) if fact.kind == "next"]
    day = wishes[-1].due if wishes else None
    return None if day is None or (touch is not None and touch.at.date() > day - _ABOUT_THEN) else day


def _at_most(person: PersonView) -> int:
    ideal = person.ideal or 0
    return person.at_most if person.at_most is not None else ideal * 3 // 2


def _since(due: _Due, ask: FollowUp, today: date) -> Touch | None:
    """The touch by which an open ask is not due any more, neither on its day nor where it was first wanted. It may be one since
    the ask was made, or one learnt of later."""
    return due.touch if due.due > max(today, ask.day, ask.window[0]) else None


def _meeting_ahead(view: View, person: PersonView, due: _Due, today: date) -> Planned | None:
    """The planned meeting that brings the person anyway: before the interval is over, or within three weeks."""
    return next(iter(view.planned(person.id, max(due.last, today + _SOON))), None)


def _asked(follow_up: FollowUp) -> str | None:
    """The cadence occasion that a follow-up serves, if it does."""
    return next((b.occasion for b in follow_up.because if b.reason == Cadence.id), None)


def _rested(view: View, person: PersonView, asks: Sequence[FollowUp], touch: Touch | None) -> date:
    """The first day on which one may ask again: longer after each deletion in a row since the last touch, and an interval after
    the ask was laid to rest that was left undone."""
    row: list[date] = []
    until = date.min
    for ask in reversed(asks):
        if touch and ask.closed_at and ask.closed_at <= touch.at:
            break
        closed = ask.closed_at.astimezone(view.policy.zone).date() if ask.closed_at else ask.day
        if ask.rested:
            until = max(until, closed + timedelta(days=person.ideal or 0))
        elif ask.state in _RESTING:
            row.append(closed)
        else:
            break
    return max(until, max(row) + timedelta(days=view.policy.back_off) * len(row)) if row else until


def _title(say: Tongue, name: str, occasion: str, before: Sequence[FollowUp]) -> str:
    number = occasion.rpartition(":")[2]
    return wording.invitation(say, name, int(number) if number.isdecimal() else 1, unlike=before[-1].title if before else "")


def _otherwise(say: Tongue, person: PersonView, touch: Touch | None) -> tuple[str, ...]:
    """By what they were in touch last, and a way that was not used then."""
    phone, mail = (wording.plain(ways[0]) if ways else "" for ways in (person.phones, person.emails))
    match touch.channel if touch else "":
        case "mail" if phone:
            return (say("Last time by mail. Phone: {phone}", phone=phone),)
        case "message" if phone:
            return (say("Last time by message. Phone: {phone}", phone=phone),)
        case "call" if mail:
            return (say("Last time by phone. Mail: {mail}", mail=mail),)
    return ()


def _slower(say: Tongue, view: View, person: PersonView) -> tuple[str, ...]:
    offer = refusals.slower(view, person)
    if offer is None:
        return ()
    category, every = offer
    keep = f'auld keep "{person.name}"'
    less = f"{keep} --every {every}d"
    if not category:
        return (say("Too often? Less often: {less}. As it is: {keep}.", less=less, keep=keep),)
    text = say(
        "Too often? Less often: {less}, or the category {category}. As it is: {keep}.", less=less, category=category, keep=keep
    )
    return (text,)


def _priority(person: PersonView, due: _Due, today: date) -> int:
    """1 to 60: what the user ranks first, plus lateness in terms of the person's own slack, so that nobody waits for ever."""
    rank = 30 - 4 * min(max(person.rank, 0), 5)
    if due.touch is None:
        return max(1, rank - 10)
    slack = max(due.slack.days, 7)
    late = max(0, (today - due.due).days)
    return rank + min(30, 15 * late // slack)


def _why(say: Tongue, person: PersonView, touch: Touch | None) -> str:
    every = wording.interval_words(say, person.ideal or 0, max(person.ideal or 0, _at_most(person)))
    whose = say("{category}: {interval}", category=person.category, interval=every) if person.category else every
    last = wording.last_touched(say, touch) if touch else say("No meeting known so far.")
    return f"{last} {whose[:1].upper()}{whose[1:]}."
