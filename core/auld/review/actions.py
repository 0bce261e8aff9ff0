"""At most three things to do after a quarter, each with a person and a day.

They rest on the facts as of the quarter's end, so that ``auld accept 2`` means for months what the review said; what became of
each since then is told beside it. Three kinds take turns:

- ``revive``: a tie that cooled down, with nothing planned;
- ``introduce``: ask the only person known at an organisation whom else to meet there;
- ``meet``: somebody of the first categories whom one has not met face to face for a quarter or longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from auld.people import fold
from auld.review.concentration import single_threads
from auld.review.count import contacts
from auld.review.quarters import Quarter
from auld.review.ties import ties

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import Accepted, PersonView, Touch

Kind = Literal["revive", "introduce", "meet"]
KINDS: tuple[Kind, ...] = ("revive", "introduce", "meet")

MOST = 3
"""One to three concrete actions at a time get done; a list of ten does not."""

_APART = timedelta(days=7)
_LONG = timedelta(weeks=13)


@dataclass(frozen=True, slots=True)
class Action:
    """``number`` is its place in the review of ``quarter``, from 1; ``tag`` tells it from what else may come to stand there.
    ``day`` is when to do it (local), ``about`` the organisation in question, ``last_met`` when one last met, if ever."""

    number: int
    quarter: Quarter
    kind: Kind
    person: PersonView
    day: date
    about: str = ""
    lately: int = 0
    before: int = 0
    last_met: date | None = None

    @property
    def tag(self) -> str:
        text = f"{self.quarter}:{self.kind}:{self.person.id}:{fold(self.about)}"
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=2).hexdigest()

    @property
    def code(self) -> str:
        """What ``auld accept`` takes: ``2-7f3a``."""
        return f"{self.number}-{self.tag}"

    def is_of(self, accepted: Accepted) -> bool:
        same = (accepted.quarter, accepted.kind) == (str(self.quarter), self.kind)
        return same and accepted.person == self.person.id


@dataclass(frozen=True, slots=True)
class _Wish:
    kind: Kind
    person: PersonView
    about: str = ""
    lately: int = 0
    before: int = 0
    last_met: date | None = None


def actions(view: View, quarter: Quarter) -> list[Action]:
    """What the review of a quarter that is over proposes; days that are past move on from the view's today."""
    then = view.at(quarter.end(view.policy.zone))
    taken_on = {said.person for said in view.accepted() if said.quarter == str(quarter)}
    pools = [_revive(then, taken_on), _introduce(then), _meet(then, taken_on)]
    wishes: dict[str, _Wish] = {}
    while pools and len(wishes) < MOST:
        for pool in list(pools):
            wish = next((each for each in pool if each.person.id not in wishes), None)
            if wish is None:
                pools.remove(pool)
            elif len(wishes) < MOST:
                wishes[wish.person.id] = wish
    days = _days(view, quarter, len(wishes))
    return [
        Action(number, quarter, wish.kind, wish.person, day, wish.about, wish.lately, wish.before, wish.last_met)
        for number, (wish, day) in enumerate(zip(wishes.values(), days, strict=True), 1)
    ]


def done_since(view: View, person_id: str, kind: str, since: datetime) -> Touch | None:
    """A touch from that instant on by which such an action has lost its point; None if it stands."""
    person = view.person(person_id)
    if person is None or kind == "introduce":
        return None
    if kind == "meet":
        met = view.last_in_person(person.id)
        return met if met is not None and met.at >= since else None
    return next((touch for touch in contacts(view, person) if touch.at >= since), None)


def _days(view: View, quarter: Quarter, count: int) -> list[date]:
    """A week apart from the second week after the quarter on; or from tomorrow, where those are past. Never on a quiet day, nor
    on one on which the user is away."""
    found = []
    for number in range(1, count + 1):
        day = quarter.following.first + number * _APART
        if day <= view.today:
            day = view.today + timedelta(days=1) + (number - 1) * _APART
        for _ in range(_LONGEST_QUIET):
            if not (view.policy.is_quiet(day) or view.is_away(day)):
                break
            day += timedelta(days=1)
        found.append(day)
    return found


_LONGEST_QUIET = 60
"""Days to look ahead for one that is not quiet."""


def _revive(then: View, taken_on: AbstractSet[str]) -> Iterator[_Wish]:
    cooling = [tie for tie in ties(then) if tie.trend == "cooling" and _is_open(then, tie.person, taken_on)]
    for tie in sorted(cooling, key=lambda tie: tie.person.rank):
        yield _Wish("revive", tie.person, lately=tie.lately, before=tie.before)


def _is_open(then: View, person: PersonView, taken_on: AbstractSet[str]) -> bool:
    """There is no meeting with them to come, or it is the fruit of what the user took on."""
    return person.id in taken_on or not then.planned(person.id)


def _introduce(then: View) -> Iterator[_Wish]:
    for thread in single_threads(then):
        if any(True for _ in contacts(then, thread.person)):  # whom one never met is no door to anybody
            yield _Wish("introduce", thread.person, about=thread.organisation)


def _meet(then: View, taken_on: AbstractSet[str]) -> Iterator[_Wish]:
    found = []
    for person in then.tracked():
        met = then.last_in_person(person.id)
        last = met.at.date() if met else None
        if (last is None or then.today - last >= _LONG) and _is_open(then, person, taken_on):
            found.append(_Wish("meet", person, last_met=last))
    # whom one has met before goes first: the longest ago; then those never met
    found.sort(key=lambda wish: (wish.person.rank, wish.last_met or date.max, fold(wish.person.name), wish.person.id))
    yield from found
