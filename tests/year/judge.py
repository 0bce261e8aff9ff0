"""What the year was like: the figures of docs/year.md, and every case in which something was asked that must not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median, quantiles
from typing import Literal, NamedTuple

from auld.reasons import auld_reasons

from .simulation import Birth, Year
from .town import ME, START

GRACE = timedelta(days=7)
"""So long after ``at most`` somebody is asked about at the latest."""

_SETTLING = timedelta(days=14)
"""Who was overdue when auld came is asked about in these days, if there is room."""

_NEAR = timedelta(days=21)
_CADENCE = frozenset({"cadence", "dormant"})


class Figure(NamedTuple):
    """``limit`` is None for what is only told."""

    what: str
    figure: float
    limit: float | None = None
    bound: Literal["max", "min"] = "max"

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.figure <= self.limit if self.bound == "max" else self.figure >= self.limit


@dataclass(frozen=True)
class Verdict:
    figures: list[Figure]
    fired: Counter[str]
    offences: dict[str, list[str]]
    """By rule; empty lists for those that were kept."""

    @property
    def holds(self) -> bool:
        return all(figure.holds for figure in self.figures) and not any(self.offences.values())


def judge(year: Year, *, suffices: bool = True) -> Verdict:
    """``suffices``: is the budget meant to be enough for all of them? Where it is not, one reason or another may never get a
    place, since what matters more takes it; all else is demanded of any budget."""
    late, crowded, silences = _asked_late(year)
    pointless = [birth for birth in year.births if _is_pointless(year, birth)]
    fired = Counter(because.reason for each in year.follow_ups for because in each.because)
    silent = {reason.id for reason in auld_reasons()} - set(fired)
    gaps = sorted(_lateness(year))
    overdue = [gap for gap in gaps if gap > 0]
    asked = [birth for birth in year.births if birth.person is not None]
    done = len(year.user.ticked) if year.user else 0
    figures = [
        Figure("follow-ups born", len(asked)),
        Figure("of them ticked off by the user", done),
        Figure("silences that reached a week after at most", silences),
        Figure("of them not asked about by then, though the budget had room", len(late), 0),
        Figure("of them not asked about by then, the budget being full", len(crowded)),
        Figure("touches later than at most, in per cent", round(100 * len(overdue) / max(1, len(gaps)), 1)),
        Figure("days late, of those that were: median", median(overdue) if overdue else 0),
        Figure(
            "days late, of those that were: nine in ten at most", round(quantiles(overdue, n=10)[-1]) if len(overdue) > 1 else 0
        ),
        Figure("times that an entry was put into a week that was full", len(year.placed_into_full), 0),
        Figure("most entries in a week", max(year.weeks.values(), default=0), year.policy.budget.per_week),
        Figure("entries in the first week", year.first_week, year.policy.budget.per_week),
        Figure("follow-ups pointless when born, in per cent", round(100 * len(pointless) / max(1, len(asked)), 2), 1),
        Figure("days changed by auld, per follow-up", round(year.moves / max(1, len(asked)), 2)),
        Figure("reasons that never fired", len(silent), 0 if suffices else None),
        Figure("events of a second look at once", len(year.noisy), 0),
    ]
    offences = {name: sorted(rule(year)) for name, rule in RULES.items()}
    offences["never fired"] = sorted(silent) if suffices else []
    offences["asked late"] = late
    offences["pointless"] = (
        [f"{each.on} {each.follow_up.key}" for each in pointless] if len(pointless) > len(asked) / 100 else []
    )
    return Verdict(figures, fired, offences)


# --- were they asked about, and in time? --------------------------------------------------------------------------------
def _asked_late(year: Year) -> tuple[list[str], list[str], int]:
    """Silences about which nothing was asked in time: where there was room, and the others; and how many silences in all."""
    late: list[str] = []
    crowded: list[str] = []
    closed = {each.key: each.closed_at.date() for each in year.follow_ups if each.closed_at is not None}
    count = 0
    for person in year.people:
        if person.category is None:
            continue
        asks = [birth for birth in year.births if birth.person is person]
        days = sorted(year.life.touches[person.number])
        for day, following in [*pairwise(days), *([(days[-1], date.max)] if days else [])]:
            deadline = max(day + timedelta(days=person.category.at_most) + GRACE, START + _SETTLING)
            if following <= deadline or deadline > year.end or following < START:
                continue
            count += 1
            if any(_asks(birth, day, deadline, closed.get(birth.follow_up.key)) for birth in asks) or _is_excused(
                year, person.number, day, deadline
            ):
                continue
            had_room = any(year.room.get(deadline - timedelta(days=n), False) for n in range(GRACE.days))
            (late if had_room else crowded).append(f"{person.name}, last in touch on {day}, not by {deadline}")
    return late, crowded, count


def _asks(birth: Birth, since: date, until: date, closed: date | None) -> bool:
    """Did its day come in that time, while it stood in the calendar?"""
    return since <= birth.follow_up.day <= until and (closed is None or closed >= birth.follow_up.day)


def _is_excused(year: Year, number: int, since: date, until: date) -> bool:
    """A meeting was arranged, or the user named a later day."""
    lately = (until - timedelta(days=n) for n in range(_NEAR.days))
    meets = any(number in year.meets.get(day, ()) for day in lately)
    return meets or any(said >= since and wish >= until for said, wish in year.wishes[number])


def _lateness(year: Year) -> Iterator[int]:
    """Days after ``at most``, for each silence that ended in the year."""
    for person in year.people:
        if person.category is not None:
            for day, following in pairwise(sorted(year.life.touches[person.number])):
                if following >= START:
                    yield (following - day).days - person.category.at_most


def _is_pointless(year: Year, birth: Birth) -> bool:
    """Asked to get in touch with somebody whom one just was in touch with, or meets soon."""
    person, reasons = birth.person, {because.reason for because in birth.follow_up.because}
    if person is None or person.category is None or not reasons <= _CADENCE:
        return False
    if any(abs((birth.follow_up.day - wish).days) <= 14 for _, wish in year.wishes[person.number]):
        return False
    recent = bool(birth.touched) and (birth.follow_up.day - birth.touched[-1]).days < person.category.ideal // 2
    return recent or any(birth.on <= day <= birth.on + _NEAR for day in birth.planned)


# --- what must not be ---------------------------------------------------------------------------------------------------
def _parts(year: Year, reason: str) -> Iterator[tuple[Birth, str, tuple[str, ...]]]:
    """Everything that was asked for a reason: with its occasion and what it showed."""
    latest = {each.key: each for each in year.follow_ups}
    for birth in year.births:
        for because in {
            b.occasion: b for b in (*birth.follow_up.because, *latest.get(birth.follow_up.key, birth.follow_up).because)
        }.values():
            if because.reason == reason:
                yield birth, because.occasion, because.context


def _nobody_unchosen(year: Year) -> Iterator[str]:
    for birth in year.births:
        if birth.follow_up.person and (birth.person is None or birth.person.category is None):
            yield f"{birth.on} {birth.follow_up.title}"


def _no_spelling_for_a_job(year: Year) -> Iterator[str]:
    for birth, occasion, _ in _parts(year, "new_role"):
        seen = date.fromisoformat(occasion.partition(":")[2])
        if birth.person is None or (birth.person.number, seen - timedelta(days=1)) not in year.life.jobs:
            yield f"{birth.on} {birth.follow_up.title}"


def _no_sombre_news(year: Year) -> Iterator[str]:
    for reason in ("press", "post", "insight", "hobby"):
        for birth, _, context in _parts(year, reason):
            if any(headline in line for line in context for headline in year.life.sombre):
                yield f"{birth.on} {birth.follow_up.title}"


def _no_connected_on(year: Year) -> Iterator[str]:
    for birth, _, context in _parts(year, "work_anniversary"):
        if any("Connected" in line for line in context):
            yield f"{birth.on} {birth.follow_up.title}"


def _few_for_a_story(year: Year) -> Iterator[str]:
    given: Counter[str] = Counter()
    for reason in ("insight", "hobby"):
        pairs = {(birth.follow_up.person, occasion.partition(":")[2]) for birth, occasion, _ in _parts(year, reason)}
        given.update(story for _, story in pairs)
    yield from (f"{story} for {count}" for story, count in given.items() if count > 2)


def _rare_is_rare(year: Year) -> Iterator[str]:
    """As auld put them: the user may move more into a week, but to these none is added."""
    yield from year.too_many


def _once_an_occasion(year: Year) -> Iterator[str]:
    """What was done or dismissed does not come back."""
    served: dict[tuple[str, str, str], str] = {}
    for each in year.follow_ups:
        for because in each.because:
            key = (each.person, because.reason, because.occasion)
            if served.get(key, each.key) != each.key:
                yield f"{each.key}: {because.occasion} again"
            if each.state in ("done", "dismissed"):
                served[key] = each.key


def _lunch_with_the_near_and_dear(year: Year) -> Iterator[str]:
    for birth, _, _ in _parts(year, "lunch"):
        person = birth.person
        if person is None or person.category is None or person.category.rank or person.card.addresses[0].city != "Lisbon":
            yield f"{birth.on} {birth.follow_up.title}"


def _three_a_journey(year: Year) -> Iterator[str]:
    """At any time: in the place of who is met anyway, so that the entry was taken back, another may be asked for."""
    yield from (f"{journey}: {count}" for journey, count in year.visits.items() if count > 3)


def _notes_of_few(year: Year) -> Iterator[str]:
    for birth in year.births:
        if {b.reason for b in birth.follow_up.because} & {"brief", "debrief"}:
            category = birth.person.category if birth.person else None
            if category is None or not category.debrief:
                yield f"{birth.on} {birth.follow_up.title}"


def _nobody_introduced_twice(year: Year) -> Iterator[str]:
    pairs = Counter(birth.follow_up.title for birth, _, _ in _parts(year, "introduction"))
    yield from (f"{title}: {count}" for title, count in pairs.items() if count > 1)


def _a_quarter_is_reviewed_once(year: Year) -> Iterator[str]:
    for reason in ("review", "assess"):
        asked = Counter(occasion for _, occasion, _ in _parts(year, reason))
        yield from (f"{occasion}: {count}" for occasion, count in asked.items() if count > 1)


def _titles_differ(year: Year) -> Iterator[str]:
    """No two entries in a row for a person read the same."""
    last: dict[str, tuple[str, str]] = {}
    for each in year.follow_ups:
        reads = (each.title, each.description)
        if each.person and last.get(each.person) == reads:
            yield f"{each.key}: {each.title}"
        last[each.person] = reads


def _a_person_at_a_time(year: Year) -> Iterator[str]:
    yield from year.doubled


def _nothing_breaks(year: Year) -> Iterator[str]:
    yield from year.problems


def _me_alone(year: Year) -> Iterator[str]:
    yield from (birth.follow_up.key for birth in year.births if ME in birth.follow_up.title)


RULES: dict[str, Callable[[Year], Iterator[str]]] = {
    "nobody is asked about who was not chosen": _nobody_unchosen,
    "nobody has two entries to answer": _a_person_at_a_time,
    "an occasion that was done or dismissed does not come back": _once_an_occasion,
    "no two entries in a row for a person read the same": _titles_differ,
    "a corrected spelling is no new role": _no_spelling_for_a_job,
    '"Connected On" is no work anniversary': _no_connected_on,
    "deaths, crimes and dismissals are no occasion": _no_sombre_news,
    "a story is offered to two at most": _few_for_a_story,
    "what is rare stays so, week by week": _rare_is_rare,
    "lunch is for the first category, and at home": _lunch_with_the_near_and_dear,
    "three people at most are asked for on a journey": _three_a_journey,
    "notes and briefs only where the category asks for them": _notes_of_few,
    "two people are introduced once": _nobody_introduced_twice,
    "a quarter is looked back on once": _a_quarter_is_reviewed_once,
    "nobody asks the user to write to themselves": _me_alone,
    "no reason fails": _nothing_breaks,
}
