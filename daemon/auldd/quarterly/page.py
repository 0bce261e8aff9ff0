"""What stands on the page, as plain values in the order of the page. Pure over a view and a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from auld.review import words
from auld.review.actions import Action, actions, done_since
from auld.review.concentration import KINDS, Concentration, Kind, SingleThread, concentration, single_threads
from auld.review.count import METRICS, Count, Progress, count, progress
from auld.review.quarters import Quarter
from auld.review.ties import Tie, ties
from auld.wording import plain
from auldd.quarterly import charts
from auldd.quarterly.days import ENGLISH, day_words, short
from auldd.quarterly.goals import NAMES, pace
from auldd.quarterly.timelines import Timeline, timelines

if TYPE_CHECKING:
    from auld.planner import Entry, Plan
    from auld.policy import Goals
    from auld.projections.view import View

WEEKS = 13
_QUARTERS = 5
_LARGEST = 8

_HEADINGS: dict[Kind, str] = {"category": "Category", "employer": "Employer", "sector": "Sector", "city": "City"}

_HINTS: dict[Kind, str] = {"sector": " Name them under sectors in the configuration."}


@dataclass(frozen=True, slots=True)
class Goal:
    """One metric of the running quarter; ``goal`` is None where the user has none."""

    name: str
    count: int
    goal: int | None
    word: str


@dataclass(frozen=True, slots=True)
class Table:
    """A chart and the same as a table."""

    chart: Markup | None
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Doing:
    """A proposed action and what became of it. ``command`` is empty once there is nothing left to accept."""

    number: int
    what: str
    why: str
    day: date
    became: str
    command: str


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of concentration."""

    heading: str
    summary: str
    table: Table | None


@dataclass(frozen=True, slots=True)
class Coming:
    day: date
    title: str
    because: str
    state: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page; ``past`` is the last quarter that is over."""

    today: date
    quarter: Quarter
    past: Quarter
    goals: Sequence[Goal]
    pace: str
    quarters: Table
    doings: Sequence[Doing]
    groups: Sequence[Group]
    threads: Sequence[SingleThread]
    warming: Sequence[Tie]
    cooling: Sequence[Tie]
    weeks: Table
    coming: Sequence[Coming]
    timelines: Sequence[Timeline]


def page(view: View, plan: Plan, goals: Goals) -> Page:
    """The page of the view's instant; ``plan`` is that of the next weeks, ``goals`` are those in force."""
    quarter = Quarter.of(view.today)
    so_far = count(view, quarter)
    against = progress(so_far, goals, quarter, view.today)
    moving = ties(view)
    coming = [_coming(entry) for entry in plan.entries]
    return Page(
        today=view.today,
        quarter=quarter,
        past=quarter.before,
        goals=list(_goals(so_far, against)),
        pace=pace(against) if against else "",
        quarters=_quarters(view, quarter),
        doings=[_doing(view, action) for action in actions(view, quarter.before)],
        groups=[_group(concentration(view, kind)) for kind in KINDS],
        threads=single_threads(view),
        warming=[tie for tie in moving if tie.trend == "warming"],
        cooling=[tie for tie in moving if tie.trend == "cooling"],
        weeks=_weeks(view, coming),
        coming=coming,
        timelines=timelines(view),
    )


def _coming(entry: Entry) -> Coming:
    because = dict.fromkeys(each.reason.replace("_", " ") for each in entry.because)
    return Coming(entry.day, plain(entry.title), ", ".join(because), "planned" if entry.existing is None else "in the calendar")


def _goals(so_far: Count, against: Iterable[Progress]) -> Iterator[Goal]:
    by_metric = {each.metric: each for each in against}
    for metric in METRICS:
        name = NAMES[metric][1]
        has = by_metric.get(metric)
        if has is None:
            yield Goal(name, so_far[metric], None, "no goal set")
        elif has.on_track:
            yield Goal(name, so_far[metric], has.goal, "goal reached" if not has.missing else "on track")
        else:
            yield Goal(name, so_far[metric], has.goal, f"an even pace would be {has.expected} by now")


def _quarters(view: View, running: Quarter) -> Table:
    """The running quarter and the four before it."""
    shown = [running]
    while len(shown) < _QUARTERS:
        shown.insert(0, shown[0].before)
    counts = [count(view, quarter) for quarter in shown]
    labels = [f"Q{quarter.number} {quarter.year}" for quarter in shown]
    series = {NAMES[metric][1]: [each[metric] for each in counts] for metric in METRICS}
    rows = [(label, *(str(each[metric]) for metric in METRICS)) for label, each in zip(labels, counts, strict=True)]
    rows[-1] = (f"{labels[-1]} so far", *rows[-1][1:])
    caption = "Meetings, calls and people reached, by quarter"
    return Table(charts.bars(labels, series, f"{caption}. The table below says the same."), caption, _COUNTED, rows)


_COUNTED = ("Quarter", *(NAMES[metric][1].capitalize() for metric in METRICS))


def _doing(view: View, action: Action) -> Doing:
    said = next((each for each in view.accepted() if action.is_of(each)), None)
    since = said.at if said else action.quarter.end(view.policy.zone)
    touch = done_since(view, action.person.id, action.kind, since)
    if touch is not None:
        became = f"You were in touch on {day_words(touch.at.date())}"
    elif said is not None:
        became = f"Accepted on {day_words(said.at.date())}"
    else:
        became = ""
    return Doing(
        number=action.number,
        what=words.title_of(ENGLISH, action.kind, action.person.name, action.about),
        why=words.ground(ENGLISH, action),
        day=said.day if said else action.day,
        became=became,
        command="" if became else f"auld accept {action.code}",
    )


def _group(given: Concentration) -> Group:
    heading = _HEADINGS[given.kind]
    if not given.shares:
        return Group(heading, f"Not known of anybody whom you follow up.{_HINTS.get(given.kind, '')}", None)
    known = f"Known of {given.known} of {given.people} people."
    judged = "" if given.kind == "category" else f": {words.judged(ENGLISH, given)}"
    summary = f"{known} Herfindahl index {given.index:.2f}{judged}."
    parts = [(plain(share.name), share.part) for share in given.shares[:_LARGEST]]
    rows = [(share.name, f"{round(share.people, 1):g}", f"{share.part:.0%}") for share in given.shares]
    more = len(given.shares) - len(parts)
    caption = f"Shares by {heading.lower()}" + (f", the largest {len(parts)} of {len(given.shares)}" if more else "")
    chart = charts.shares(parts, f"{caption}: {', '.join(f'{name} {part:.0%}' for name, part in parts)}")
    return Group(heading, summary, Table(chart, caption, (heading, "People", "Share"), rows))


def _weeks(view: View, coming: Sequence[Coming]) -> Table:
    """How many entries stand in each of the weeks, Monday to Sunday."""
    monday = view.today - timedelta(days=view.today.weekday())
    mondays = [monday + timedelta(weeks=week) for week in range(WEEKS + 1)]
    counted = Counter(each.day - timedelta(days=each.day.weekday()) for each in coming)
    values = [counted[day] for day in mondays]
    caption = "Follow-ups by week"
    chart = charts.bars([short(day) for day in mondays], {"follow-ups": values}, f"{caption}. The table below says the same.")
    rows = [(f"week of {day_words(day)}", str(value)) for day, value in zip(mondays, values, strict=True)]
    return Table(chart, caption, ("Week", "Follow-ups"), rows)
