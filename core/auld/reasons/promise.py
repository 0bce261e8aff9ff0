"""Keep your word: what the user promised to a person, by the day that was named, or soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.projections.views import PersonView
from auld.reasons import _open
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, Promise

_PRIORITY = 95
_AHEAD = timedelta(days=2)


class Promised:
    """One entry for each open promise of the user's, on the day on which it is due."""

    id: ClassVar[str] = "promise"
    summary: ClassVar[str] = "Something that you promised is open."
    beside: ClassVar[bool] = True
    kind: ClassVar[str] = "promise"
    pressing: ClassVar[bool] = True

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for promise in view.promises(person.id):
            if promise.kind == self.kind and promise.state == "open" and _open.due(promise) - _AHEAD <= until:
                yield self._proposal(say, person, promise, today)

    def propose_for_user(self, view: View, today: date, until: date) -> Iterator[Proposal]:
        """What was typed into an entry of the user's own, such as the review of a quarter."""
        return self.propose(view, PersonView("", ""), today, until)

    def _proposal(self, say: Tongue, person: PersonView, promise: Promise, today: date) -> Proposal:
        day = max(_open.due(promise), today)
        return Proposal(
            person=person.id,
            reason=self.id,
            occasion=_open.occasion(self.id, promise),
            first=max(day - _AHEAD, min(today, day)),
            last=day,
            best=day,
            priority=_PRIORITY,
            title=self.title(say, person, promise) if person.id else wording.plain(promise.text, wording.MAX_TITLE),
            context=_open.context(say, promise),
        )

    def title(self, say: Tongue, person: PersonView, promise: Promise) -> str:
        return wording.plain(say("{name}: {what}", name=person.name, what=promise.text), wording.MAX_TITLE)

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        return _open.void(view, person, self.id, because.occasion)
