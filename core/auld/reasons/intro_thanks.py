"""Thank for an introduction, and ask how it went: both parties of one that the user made, and whoever made one for the user."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import Favour, FollowUp, PersonView

AFTER = timedelta(days=14)
"""A decent while, in which the two may have talked."""

CLOSED = timedelta(days=30)
"""After so long nobody is asked any more."""

_PRIORITY = 50


class IntroThanks:
    """Once for each party, from two weeks after the introduction to thirty days after it; not if you were in touch since."""

    id: ClassVar[str] = "intro_thanks"
    summary: ClassVar[str] = "An introduction was made, by you or for you: say thanks, or ask how it went."

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for favour in view.favours(person.id):
            other = view.person(favour.other)
            day = _day(view, favour)
            if other is None or day + AFTER > until or today > day + CLOSED or _in_touch_since(view, person, favour):
                continue
            first = max(today, day + AFTER)
            title, line = _words(say, person.name, other.name, favour, day)
            yield Proposal(
                person=person.id,
                reason=self.id,
                occasion=f"{self.id}:{favour.key}",
                first=first,
                last=day + CLOSED,
                best=first,
                priority=_PRIORITY,
                title=wording.plain(title, wording.MAX_TITLE),
                context=(wording.plain(line),),
            )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say = tongue(view.policy)
        favour = next((each for each in view.favours(person.id) if because.occasion == f"{self.id}:{each.key}"), None)
        if favour is None:
            return say("there was no introduction")
        if _in_touch_since(view, person, favour):
            return say("you were in touch since")
        return say("thirty days have passed") if today > _day(view, favour) + CLOSED else None


def _day(view: View, favour: Favour) -> date:
    return favour.at.astimezone(view.policy.zone).date()


def _in_touch_since(view: View, person: PersonView, favour: Favour) -> bool:
    touch = view.last_touch(person.id)
    return touch is not None and touch.at > favour.at


def _words(say: Tongue, name: str, other: str, favour: Favour, day: date) -> tuple[str, str]:
    if favour.made:
        title = say("Ask {name} how it went with {other}, and say thanks", name=name, other=other)
        return title, say("You introduced {name} and {other} on {day}.", name=name, other=other, day=say.day(day))
    title = say("Thank {name} for introducing you to {other}", name=name, other=other)
    return title, say("You met {other} through {name}. Tell how it went.", name=name, other=other)
