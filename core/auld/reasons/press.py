"""Somebody is in the news: a reason to write while it is fresh. What to say is left to the user; some news only looks good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons._news import FRESH, LEAST, LONGEST_HEADLINE, origin_of, with_link
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView
    from auld.projections.views import Press as Story

_PRIORITY = 60


class Press:
    """Once for each story, whatever number of papers print it. Deaths and crimes are no occasion: the next entry tells of them
    (:func:`auld.wording.news_lines`), if the user wants that."""

    id: ClassVar[str] = "press"
    summary: ClassVar[str] = "A news entry names the person, and more than the name says that it is them."

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for story in view.mentions(person.id):
            published = story.at.astimezone(view.policy.zone).date()
            if story.sensitive or not today - FRESH <= published <= until:
                continue
            yield Proposal(
                person=person.id,
                reason=self.id,
                occasion=f"press:{story.story}",
                first=max(today, published),
                last=max(published + FRESH, today + LEAST),
                best=max(today, published),
                priority=_PRIORITY,
                title=say("Write to {name}: {what}", name=person.name, what=wording.plain(story.title, LONGEST_HEADLINE)),
                context=tuple(_context(say, story, published)),
            )


def _context(say: Tongue, story: Story, published: date) -> Iterator[str]:
    yield from with_link(
        say("In the news: {what} ({origin}).", what=wording.plain(story.title), origin=origin_of(say, story, published)), story
    )
    known = [sign.text for sign in story.signs if sign.kind not in ("age", "feed")]
    if known:
        yield say("Named together with {what}.", what=wording.plain(", ".join(dict.fromkeys(known))))
    elif any(sign.kind == "age" for sign in story.signs):
        yield say("The age fits.")
    elif story.signs:
        yield say("From the feed that you set up for this name.")
