"""A news entry about something that both the person and the user like: fun to share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons._news import LONGEST_HEADLINE
from auld.reasons.base import Proposal
from auld.reasons.insight import proposal
from auld.tongue import tongue

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView


class Hobby:
    """Like :class:`auld.reasons.insight.Insight`, with interests that the user named as their own."""

    id: ClassVar[str] = "hobby"
    summary: ClassVar[str] = "A news entry meets an interest that the person and you share."
    per_week: ClassVar[int] = 1

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for offer in view.offers(person.id):
            what = wording.plain(offer.title, LONGEST_HEADLINE)
            title = say("Share with {name}: {what}", name=person.name, what=what)
            if offer.shared and (found := proposal(view, person, self.id, offer, title, today, until)):
                yield found
