"""A news entry that meets what the person works on or cares about: pass it on, if it helps them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons._news import FRESH, LEAST, LONGEST_HEADLINE, origin_of, with_link
from auld.reasons.base import Proposal
from auld.tongue import tongue

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import Offer, PersonView

_PRIORITY = 20


class Insight:
    """Of each entry the view offers it to very few (:mod:`auld.projections.offers`), and to each person few of them: this is no
    mass mailing."""

    id: ClassVar[str] = "insight"
    summary: ClassVar[str] = "A news entry meets an interest or the expertise of the person."
    per_week: ClassVar[int] = 2

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for offer in view.offers(person.id):
            what = wording.plain(offer.title, LONGEST_HEADLINE)
            title = say("For {name}: {what}", name=person.name, what=what)
            if not offer.shared and (found := proposal(view, person, self.id, offer, title, today, until)):
                yield found


def proposal(
    view: View, person: PersonView, reason: str, offer: Offer, title: str, today: date, until: date
) -> Proposal | None:
    """The wish to pass an entry on; None if it is news no more and nothing that stands tells of it, or if they are in it."""
    if offer.link and any(story.link == offer.link for story in view.mentions(person.id)):
        return None
    say, published = tongue(view.policy), offer.at.astimezone(view.policy.zone).date()
    if not offer.asked and not today - FRESH <= published <= until:
        return None
    line = say("To pass on: {what} ({origin}).", what=wording.plain(offer.title), origin=origin_of(say, offer, published))
    why = say("It meets their interest: {interest}.", interest=wording.plain(offer.interest, LONGEST_HEADLINE))
    if offer.shared:
        why = say("An interest that you share: {interest}.", interest=wording.plain(offer.interest, LONGEST_HEADLINE))
    first = max(today, published)
    return Proposal(
        person=person.id,
        reason=reason,
        occasion=f"{reason}:{offer.story}",
        first=first,
        last=max(published + FRESH, today + LEAST),
        best=first,
        priority=_PRIORITY,
        title=title,
        context=(*with_link(line, offer), why),
    )
