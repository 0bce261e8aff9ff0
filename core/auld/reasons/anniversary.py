"""Remember the other dates of a card: a wedding, the day on which one met, each by the label that the user wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld.observations import LabelledDate
from auld.reasons._labels import other_dates
from auld.reasons._yearly import BELATED, day_in, occurrences, year_of
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView


class Anniversary:
    """Once a year for each labelled date, from the first year after it on; the years are counted where the year is known."""

    id: ClassVar[str] = "anniversary"
    summary: ClassVar[str] = "A date on the card comes round: a wedding, a first meeting, any day with a label."
    priority: ClassVar[int] = 80

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for slug, entry in self.dates(person):
            for day in occurrences(entry.date, today, until, person.lead):
                years = day.year - entry.date.year if entry.date.year is not None else None
                if years is not None and years < 1:
                    continue
                lead_day = day - timedelta(days=person.lead)
                title, line = self.words(say, person.name, entry.label.strip(), day, years)
                yield Proposal(
                    person=person.id,
                    reason=self.id,
                    occasion=f"{self.id}:{slug}:{day.year}",
                    first=lead_day,
                    last=day,
                    best=lead_day,
                    priority=self.priority,
                    title=title,
                    context=(line,),
                    fixed=True,
                )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say = tongue(view.policy)
        year = year_of(because.occasion)
        found = next((d for slug, d in self.dates(person) if because.occasion == f"{self.id}:{slug}:{year}"), None)
        day = day_in(year, found.date) if year and found else None
        if day is None:
            return say("the date is not on the card any more")
        return say("the day was {day}", day=say.day(day)) if today > day + BELATED else None

    def dates(self, person: PersonView) -> Iterator[tuple[str, LabelledDate]]:
        """The person's dates that concern this reason, each with what tells it from the others in its occasions."""
        return other_dates(person)

    def words(self, say: Tongue, name: str, label: str, day: date, years: int | None) -> tuple[str, str]:
        """The title and what the entry shows; ``years`` is None where the card does not know the year."""
        label, on = label or say("Anniversary"), say.day(day)
        if years is None:
            return say("{label}: {name}", label=label, name=name), say("{label}: {day}.", label=label, day=on)
        title = say.plural("{label}: {name} ({n} year)", "{label}: {name} ({n} years)", years, label=label, name=name)
        return title, say.plural("{label}: {day} ({n} year).", "{label}: {day} ({n} years).", years, label=label, day=on)
