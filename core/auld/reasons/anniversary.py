"""Remember the other dates of a card: wedding, first meeting, first day in a job, each by the label that the user wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld.observations import LabelledDate
from auld.people import fold
from auld.reasons._yearly import BELATED, day_in, occurrences, year_of
from auld.reasons.base import Proposal
from auld.tongue import Tongue, tongue

if TYPE_CHECKING:
    from auld.events import Because
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView

_PRIORITY = 80


class Anniversary:
    """Once a year for each labelled date, from the first year after it on; the years are counted where the year is known."""

    id: ClassVar[str] = "anniversary"
    summary: ClassVar[str] = "A date on the card comes round: an anniversary, a first meeting, a first day in a job."

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        say = tongue(view.policy)
        for slug, entry in _dates(person):
            label = entry.label.strip() or say("Anniversary")
            for day in occurrences(entry.date, today, until, person.lead):
                years = day.year - entry.date.year if entry.date.year is not None else None
                if years is not None and years < 1:
                    continue
                lead_day = day - timedelta(days=person.lead)
                yield Proposal(
                    person=person.id,
                    reason=self.id,
                    occasion=f"anniversary:{slug}:{day.year}",
                    first=lead_day,
                    last=day,
                    best=lead_day,
                    priority=_PRIORITY,
                    title=_title(say, label, person.name, years),
                    context=(_why(say, label, day, years),),
                    fixed=True,
                )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: Because, today: date) -> str | None:
        say = tongue(view.policy)
        year = year_of(because.occasion)
        found = next((d for slug, d in _dates(person) if because.occasion == f"anniversary:{slug}:{year}"), None)
        day = day_in(year, found.date) if year and found else None
        if day is None:
            return say("the date is not on the card any more")
        return say("the day was {day}", day=say.day(day)) if today > day + BELATED else None


def _title(say: Tongue, label: str, name: str, years: int | None) -> str:
    if years is None:
        return say("{label}: {name}", label=label, name=name)
    return say.plural("{label}: {name} ({n} year)", "{label}: {name} ({n} years)", years, label=label, name=name)


def _why(say: Tongue, label: str, day: date, years: int | None) -> str:
    if years is None:
        return say("{label}: {day}.", label=label, day=say.day(day))
    return say.plural("{label}: {day} ({n} year).", "{label}: {day} ({n} years).", years, label=label, day=say.day(day))


def _dates(person: PersonView) -> Iterator[tuple[str, LabelledDate]]:
    """Each date of the person with a slug of its own. Two under one label are told apart by their day, not by their order; the
    same one on two cards is one, with its year if either card knows it."""
    found: dict[tuple[str, int, int], LabelledDate] = {}
    for entry in person.dates:
        slug = fold(entry.label).replace(" ", "-") or "anniversary"
        known = found.setdefault((slug, entry.date.month, entry.date.day), entry)
        if known.date.year is None:
            found[slug, entry.date.month, entry.date.day] = entry
    often = Counter(slug for slug, _, _ in found)
    for (slug, month, day), entry in found.items():
        yield (slug if often[slug] == 1 else f"{slug}-{month:02d}{day:02d}"), entry
