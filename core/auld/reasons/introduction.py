"""Connect people who could help each other: one needs what the other offers or knows, and they do not know each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons.base import Proposal
from auld.tongue import Tongue, later, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, Match, PersonView

_PRIORITY = 35
_WINDOW = timedelta(days=28)
_SIDES = {
    "need": later("{name} is looking for: {what}"),
    "question": later("{name} asked you: {what}"),
    "likes": later("{name} is interested in: {what}"),
    "offers": later("{name} can offer: {what}"),
    "expertise": later("{name} knows about: {what}"),
}


class Introduction:
    """An entry of its own, for the one whose need it is, which names the other; at most one a week, and for two people once,
    whatever became of it."""

    id: ClassVar[str] = "introduction"
    summary: ClassVar[str] = "One of two people could help the other, and they do not know each other."
    beside: ClassVar[bool] = True
    per_week: ClassVar[int] = 1

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        match = view.introduction(person.id)
        other = view.person(match.other) if match else None
        if match is None or other is None:
            return
        say = tongue(view.policy)
        yield Proposal(
            person=person.id,
            reason=self.id,
            occasion=match.key,
            first=today,
            last=today + _WINDOW,
            best=today,
            priority=_PRIORITY,
            title=wording.plain(say("Introduce {name} to {other}?", name=person.name, other=other.name), wording.MAX_TITLE),
            context=tuple(_context(say, person, other, match)),
        )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        match = view.introduction(person.id)
        if match is not None and match.key == because.occasion:
            return None
        return tongue(view.policy)("they know each other, or it is not asked for any more")


def _context(say: Tongue, person: PersonView, other: PersonView, match: Match) -> Iterator[str]:
    yield wording.plain(say(_SIDES[match.wants], name=person.name, what=match.want))
    yield wording.plain(say(_SIDES[match.has], name=other.name, what=match.offer))
    yield say("As far as your calendar tells they have never met. Ask both of them first.")
    role, reach = wording.role_line(other), wording.reach_lines(other)[:1]
    if about := ", ".join((*([role] if role else ()), *reach)):
        yield wording.plain(say("{name}: {what}", name=other.name, what=about))
