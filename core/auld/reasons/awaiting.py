"""Relationships are two-way streets: what a person promised the user and did not do, one gentle nudge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons import _open
from auld.reasons.base import Proposal
from auld.tongue import tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView

_PRIORITY = 40
_PATIENCE = timedelta(days=2)
_WITHOUT_DAY = timedelta(days=14)
_WINDOW = timedelta(days=14)


class Awaiting:
    """Once for each promise of theirs, some days after the day that was named, or two weeks after it was noted."""

    id: ClassVar[str] = "awaiting"
    summary: ClassVar[str] = "Something that they promised you is overdue."
    beside: ClassVar[bool] = True

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for promise in view.promises(person.id):
            day = _open.due(promise, _WITHOUT_DAY) + _PATIENCE
            if promise.kind != "theirs" or promise.state != "open" or day > min(today, until):
                continue
            yield Proposal(
                person=person.id,
                reason=self.id,
                occasion=_open.occasion(self.id, promise),
                first=today,
                last=today + _WINDOW,
                best=today,
                priority=_PRIORITY,
                title=wording.plain(say("Ask {name}: {what}", name=person.name, what=promise.text), wording.MAX_TITLE),
                context=_open.context(say, promise),
            )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        return _open.void(view, person, self.id, because.occasion)
