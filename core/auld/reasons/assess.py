"""Write the names down: one knows more people than one thinks. Whom the user meets again and again, and never chose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import PersonView, Unchosen

NAMED = 5
"""So many people at most: it is a question to think about, not a list to work off."""

_PRIORITY = 20
_IN = timedelta(days=14)


class Assess:
    """One entry a quarter for the user alone, two weeks after it began, or when auld first looks. Nobody is named twice."""

    id: ClassVar[str] = "assess"
    summary: ClassVar[str] = "You met people again and again who are in no address book, or in none of your categories."

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        return iter(())

    def propose_for_user(self, view: View, today: date, until: date) -> Iterator[Proposal]:
        begins, ends = _quarter(today)
        best, occasion = max(today, begins + _IN), f"{self.id}:{begins.year}-Q{(begins.month + 2) // 3}"
        past = [because for ask in view.follow_ups("") for because in ask.because if because.reason == self.id]
        if best > until or any(because.occasion == occasion for because in past):
            return  # as it was asked it stays: with every meeting the numbers would change
        named = {line.partition(":")[0] for because in past for line in because.context}
        say = tongue(view.policy)
        new = (each for each in view.unchosen() if _name(each) not in named)
        lines = [_line(say, each) for each in islice(new, NAMED)]
        if lines:
            yield Proposal(
                person="",
                reason=self.id,
                occasion=occasion,
                first=best,
                last=max(best, ends),
                best=best,
                priority=_PRIORITY,
                title=say("Whom of these people do you want to keep up with?"),
                context=(*lines, say('Choose by: auld keep "NAME" --every 8w. See all: auld people --unknown.')),
            )


def _quarter(day: date) -> tuple[date, date]:
    """The first and the last day of a calendar quarter."""
    begins = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    after = (begins + timedelta(days=100)).replace(day=1)
    return begins, after - timedelta(days=1)


def _name(met: Unchosen) -> str:
    return wording.plain(met.name, 80).replace(":", " ")


def _line(say: Tongue, met: Unchosen) -> str:
    """Who, how often, where, and what is missing."""
    where = ", ".join(part for part in (wording.plain(met.title, 80), wording.plain(met.place, 80)) if part)
    first, last = say.day(met.first.date()), say.day(met.last.date())
    often = say.plural(
        "met once, on {last}",
        "met {n} times from {first} to {last}",
        met.count,
        first=first,
        last=last,
    )
    missing = say("in none of your categories") if met.known else say("in no address book")
    return wording.plain(f"{_name(met)}: " + "; ".join(part for part in (often, where, missing) if part))
