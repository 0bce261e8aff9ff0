"""Look back once a quarter: an entry of the user's own with the figures and at most three proposals, and an entry for each of
these that the user accepts (``auld accept``).

What the figures are made of is imported when there is a quarter to look back on: for most of it a waiting daemon has no use.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld.reasons.base import Proposal
from auld.review.quarters import Quarter
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import Accepted, FollowUp, PersonView

_PRIORITY = 60
_TIME_TO_LOOK = timedelta(days=20)
"""In the first three weeks of a quarter the one before is looked back on; an auld that is set up later waits for the next."""

_TIME_TO_ACT = timedelta(days=13)


class Review:
    """The figures are those of the quarter's end. Once the entry has them they stay as they are."""

    id: ClassVar[str] = "review"
    summary: ClassVar[str] = "A quarter is over: what was done, and what to do next."
    beside: ClassVar[bool] = True
    pressing: ClassVar[bool] = True

    def propose_for_user(self, view: View, today: date, until: date) -> Iterator[Proposal]:
        quarter = Quarter.of(today).before
        while quarter.following.first <= until:
            last = quarter.following.first + _TIME_TO_LOOK
            if today <= last:
                yield self._of(view, quarter, last, today)
            quarter = quarter.following

    def _of(self, view: View, quarter: Quarter, last: date, today: date) -> Proposal:
        say, first = tongue(view.policy), quarter.following.first
        occasion = f"{self.id}:{quarter}"
        return Proposal(
            person="",
            reason=self.id,
            occasion=occasion,
            first=first,
            last=last,
            best=first,
            priority=_PRIORITY,
            title=say("Review: {quarter}", quarter=_span(say, quarter)),
            context=self._context(view, quarter, occasion) if today >= first else (self._to_come(view, quarter),),
        )

    def _to_come(self, view: View, quarter: Quarter) -> str:
        say = tongue(view.policy)
        return say("The figures come here on {day}, when the quarter is over.", day=say.day(quarter.following.first))

    def _context(self, view: View, quarter: Quarter, occasion: str) -> tuple[str, ...]:
        """What stood there before, if that were figures (more than the line that they will come): nobody wants to find others
        under the same heading."""
        for follow_up in view.follow_ups(""):
            for because in follow_up.because:
                if because.occasion == occasion and len(because.context) > 1:
                    return because.context
        from auld.review import words

        return tuple(words.lines(view, quarter))

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        mine = [said for said in view.accepted() if said.person == person.id and said.day <= until]
        if not mine:
            return
        from auld.review import words
        from auld.review.actions import done_since

        say = tongue(view.policy)
        for said in mine:
            if done_since(view, person.id, said.kind, said.at) is None:
                yield Proposal(
                    person=person.id,
                    reason=self.id,
                    occasion=_occasion(said),
                    first=said.day,
                    last=said.day + _TIME_TO_ACT,
                    best=said.day,
                    priority=_PRIORITY,
                    title=words.title_of(say, said.kind, person.name, said.about),
                    context=(words.accepted_line(say, said.quarter, said.at.date()),),
                )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say = tongue(view.policy)
        _, quarter, *action = because.occasion.split(":")
        if not action:
            over = today > Quarter.parse(quarter).following.last
            return say("the next quarter is over, too") if over else None
        from auld.review.actions import done_since

        said = next((s for s in view.accepted() if s.person == person.id and _occasion(s) == because.occasion), None)
        if said is None:
            return say("you took it back")
        touch = done_since(view, person.id, said.kind, said.at)
        return say("you were in touch on {day}", day=say.day(touch.at.date())) if touch else None


def _span(say: Tongue, quarter: Quarter) -> str:
    """The quarter as two dates that nobody can misread."""
    return say("{first} to {last}", first=say.day(quarter.first), last=say.day(quarter.last))


def _occasion(said: Accepted) -> str:
    """``review:2026-Q3:meet:2026-10-05``: what is accepted anew, after it was taken back, is another occasion."""
    return f"review:{said.quarter}:{said.kind}:{said.at.date()}"
