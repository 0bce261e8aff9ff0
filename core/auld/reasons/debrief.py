"""Be a listener: after a meeting, a place to type what was said while it is fresh."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.policy import Policy
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView, Touch

FEW = 4
"""People at a meeting, the user among them, up to whom there is something to remember of each."""

_PRIORITY = 70
_FRESH = timedelta(days=2)
_KEPT = timedelta(days=7)


class Debrief:
    """One entry a day for each person met, if their category asks for it. It is taken back after a week unless it was typed
    into."""

    id: ClassVar[str] = "debrief"
    summary: ClassVar[str] = "You met with few others: what was said?"
    beside: ClassVar[bool] = True

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        category = view.policy.category(person.category) if person.category else None
        if category is None or not category.debrief:
            return
        say = tongue(view.policy)
        for touch in _met(view, person, today - _KEPT):
            day = touch.at.date()
            # it belongs to the day of the meeting; where that is learnt of later, to the day of that
            yield Proposal(
                person=person.id,
                reason=self.id,
                occasion=f"{self.id}:{day}",
                first=day,
                last=max(day, min(today, day + _FRESH)),
                best=day,
                priority=_PRIORITY,
                title=say("Notes: {name}", name=person.name),
                context=(_why(say, touch), *_lines(say, view.policy)),
                fixed=True,
            )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say = tongue(view.policy)
        day = date.fromisoformat(because.occasion.partition(":")[2])
        if today > day + _KEPT:
            return say("a week has passed")
        return (
            None if any(touch.at.date() == day for touch in _met(view, person, day)) else say("the meeting did not take place")
        )


def _met(view: View, person: PersonView, since: date) -> Iterator[Touch]:
    """Meetings with few people from that day on; of several on one day the first."""
    seen: set[date] = set()
    for touch in view.touches(person.id):
        day = touch.at.date()
        few = touch.grounds is None or touch.grounds.size <= FEW
        if touch.kind == "meeting" and touch.weight > 0 and few and day >= since and day not in seen:
            seen.add(day)
            yield touch


def _why(say: Tongue, touch: Touch) -> str:
    day = say.day(touch.at.date())
    return say("Met on {day}: {what}.", day=day, what=touch.title) if touch.title else say("Met on {day}: a meeting.", day=day)


def _lines(say: Tongue, policy: Policy) -> tuple[str, ...]:
    """What to type into, in the user's words: of each kind the one of the language that auld writes, if the user has it."""
    words = policy.words
    kinds = (
        (say("I"), words.promise),
        (say("they"), words.theirs),
        ("?", words.question),
        (say("likes"), words.likes),
        (say("next"), words.next),
    )
    heads = (wanted if wanted in have else have[0] for wanted, have in kinds if have)
    return (say("What was said? Every line that you type is kept; these say more:"), *(f"{head}:" for head in heads))
