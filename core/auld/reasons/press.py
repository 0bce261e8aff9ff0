"""Somebody is in the news: a reason to write while it is fresh. What to say is left to the user; some news only looks good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView
    from auld.projections.views import Press as Story

_PRIORITY = 60
_FRESH = timedelta(days=14)
_LEAST = timedelta(days=3)  # days that are left to the planner for what came in late
_LONGEST_HEADLINE = 90


class Press:
    """Once for each story, whatever number of papers print it. Deaths and crimes are no occasion."""

    id: ClassVar[str] = "press"
    summary: ClassVar[str] = "A news entry names the person, and more than the name says that it is them."

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for story in view.mentions(person.id):
            published = story.at.astimezone(view.policy.zone).date()
            if story.sensitive or not today - _FRESH <= published <= until:
                continue
            yield Proposal(
                person=person.id,
                reason=self.id,
                occasion=f"press:{story.story}",
                first=max(today, published),
                last=max(published + _FRESH, today + _LEAST),
                best=max(today, published),
                priority=_PRIORITY,
                title=say("Write to {name}: {what}", name=person.name, what=wording.plain(story.title, _LONGEST_HEADLINE)),
                context=tuple(_context(say, story, published)),
            )


def _context(say: Tongue, story: Story, published: date) -> Iterator[str]:
    origin = ", ".join(part for part in (wording.plain(story.source), say.day(published)) if part)
    yield say("In the news: {what} ({origin}).", what=wording.plain(story.title), origin=origin)
    if story.link:
        yield story.link
