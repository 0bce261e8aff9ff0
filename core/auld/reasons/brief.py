"""Know what to ask: before a meeting, what is open on both sides, what was noted last time, and the news since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld.reasons.base import Proposal
from auld.reasons.debrief import FEW
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.policy import Policy
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView, Planned, Press

_PRIORITY = 75
_EARLY = 10
"""What begins before this hour is read up on the working day before; the rest in the morning."""

_DAY = timedelta(days=1)
_LONGEST_BREAK = 10
"""Quiet days in a row after which one looks no further back for a working day."""


class Brief:
    """One entry a day for each person whom the user is about to meet with few others, if their category asks for notes and
    there is something to tell that the user would have to look up. It goes when the meeting is over, moved or called off."""

    id: ClassVar[str] = "brief"
    summary: ClassVar[str] = "You are about to meet, and something is open, was noted, or was in the news."
    beside: ClassVar[bool] = True

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        category = view.policy.category(person.category) if person.category else None
        if category is None or not category.debrief or today != view.today:
            return
        say = tongue(view.policy)
        for meeting in _coming(view, person, today + _LONGEST_BREAK * _DAY):
            day = meeting.at.date()
            first = _working_day_before(view.policy, day)
            news = _news(view, person)
            if first > today or not (news or _is_something_known(view, person)):
                continue
            yield Proposal(
                person=person.id,
                reason=self.id,
                occasion=f"{self.id}:{day}",
                first=first,
                last=day,
                best=first if meeting.at.hour < _EARLY else day,
                priority=_PRIORITY,
                title=say("Before you meet {name}", name=person.name),
                context=(_what(say, meeting), *(_headline(say, view.policy, each) for each in news)),
                fixed=True,
            )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say = tongue(view.policy)
        day = date.fromisoformat(because.occasion.partition(":")[2])
        if any(meeting.at.date() == day for meeting in _coming(view, person, day)):
            return None
        return say("the meeting is over, or was called off")


def _coming(view: View, person: PersonView, until: date) -> Iterator[Planned]:
    """Meetings with few people up to that day; of several on one day the first."""
    seen: set[date] = set()
    for meeting in view.planned(person.id, until):
        if meeting.size <= FEW and meeting.at.date() not in seen:
            seen.add(meeting.at.date())
            yield meeting


def _working_day_before(policy: Policy, day: date) -> date:
    """The last day before that is not quiet; the day itself after a long break."""
    before = (day - n * _DAY for n in range(1, _LONGEST_BREAK + 1))
    return next((each for each in before if not policy.is_quiet(each)), day)


def _is_something_known(view: View, person: PersonView) -> bool:
    """Is something open, or was something noted the last time or since, or wished for the next time?"""
    if any(promise.state == "open" for promise in view.promises(person.id)):
        return True
    last = view.last_touch(person.id)
    lately = [note.at for note in view.notes(person.id)] + [fact.at for fact in view.facts(person.id) if fact.kind == "next"]
    return any(last is None or at.date() >= last.at.date() for at in lately)


def _news(view: View, person: PersonView) -> list[Press]:
    """What the papers said since the last touch, the latest first; nothing that is no topic for a meeting."""
    last = view.last_touch(person.id)
    news = [each for each in view.mentions(person.id) if not each.sensitive and (last is None or each.at > last.at)]
    return news[:-4:-1]


def _what(say: Tongue, meeting: Planned) -> str:
    day = say.day(meeting.at.date())
    return (
        say("You meet on {day}: {what}.", day=day, what=meeting.title) if meeting.title else say("You meet on {day}.", day=day)
    )


def _headline(say: Tongue, policy: Policy, story: Press) -> str:
    day = say.day(story.at.astimezone(policy.zone).date())
    return say("In the news on {day}: {what}", day=day, what=story.title)
