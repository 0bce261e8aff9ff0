"""Congratulate on another year in a job: the day on which it began comes round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from auld.observations import LabelledDate
from auld.reasons._labels import work_dates
from auld.reasons.anniversary import Anniversary
from auld.tongue import Tongue

if TYPE_CHECKING:
    from auld.projections.views import PersonView


class WorkAnniversary(Anniversary):
    """Like any anniversary; a date on which several cards agree is one, however each of them labels it."""

    id: ClassVar[str] = "work_anniversary"
    summary: ClassVar[str] = "The day on which they began to work where they do comes round, by the address book."
    priority: ClassVar[int] = 75

    def dates(self, person: PersonView) -> Iterator[tuple[str, LabelledDate]]:
        return work_dates(person)

    def words(self, say: Tongue, name: str, label: str, day: date, years: int | None) -> tuple[str, str]:
        on = say.day(day)
        if years is None:
            return say("Work anniversary: {name}", name=name), say("On {day} ({label}).", day=on, label=label)
        title = say.plural("Work anniversary: {name} ({n} year)", "Work anniversary: {name} ({n} years)", years, name=name)
        return title, say.plural("{n} year on {day} ({label}).", "{n} years on {day} ({label}).", years, day=on, label=label)
