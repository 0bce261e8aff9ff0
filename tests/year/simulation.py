"""The year itself: every morning the real cycle over the memory connector and a log in SQLite, every evening the user."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from auld.clock import FixedClock
from auld.contract import Collection, Pull
from auld.events import Proposed, Revised
from auld.intake import Intake
from auld.log import Log
from auld.outbox import Missing, Outbox, Target
from auld.planning.merge import FULL_DAY, why_quiet
from auld.policy import Policy
from auld.projections.query import Query
from auld.projections.runner import Projector
from auld.projections.views import FollowUp
from auld.reasons import auld_reasons
from auld.reasons.base import Rare, Reason
from auld.safety import due_full
from auld.store import Store
from auld_connectors.memory import MemoryAccount
from auldd.turn import Turn, TurnReport

from .life import Life
from .town import START, Person, people, policy
from .user import User, people_by_id

ACCOUNT = "town"
RARE = {reason.id: reason.per_week for reason in auld_reasons() if isinstance(reason, Rare)}
"""How many entries of the rare reasons a week may have."""

LOOK_AGAIN = 5
"""Every so many days auld looks a second time at once, for the sake of time; the suite's small town is looked at every day."""

LISBON = ZoneInfo("Europe/Lisbon")
_COUNTED = ("done", "dismissed", "meeting")


@dataclass(frozen=True, slots=True)
class Birth:
    """A follow-up as it was born: ``touched`` and ``planned`` are the truth of that morning about its person."""

    follow_up: FollowUp
    on: date
    person: Person | None
    touched: tuple[date, ...]
    planned: tuple[date, ...]


@dataclass
class Year:
    """What is remembered of the simulation, for the judge."""

    people: list[Person]
    life: Life
    policy: Policy
    days: int
    seed: int
    births: list[Birth] = field(default_factory=list)
    weeks: dict[date, int] = field(default_factory=dict)
    """By Monday: the most entries that stood in a week when auld put one there from elsewhere."""
    placed_into_full: list[str] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)
    """Of rare reasons: what came to a week that had its number."""
    visits: dict[str, int] = field(default_factory=dict)
    """By journey: the most people who were asked for at a time, but for those whom auld took back."""
    room: dict[date, bool] = field(default_factory=dict)
    """By day: whether there was room for one entry more in its week, from that morning on."""
    meets: dict[date, frozenset[int]] = field(default_factory=dict)
    """By day: the numbers of those whom the user had arranged to meet, that morning."""
    wishes: dict[int, list[tuple[date, date]]] = field(default_factory=dict)
    """By person number: when the user named a day for the next time, and which."""
    doubled: list[str] = field(default_factory=list)
    """Mornings on which somebody had two entries, beside those that stand for themselves."""
    problems: set[str] = field(default_factory=set)
    first_week: int = 0
    noisy: list[str] = field(default_factory=list)
    """Events of a second look on the same morning, at which there is nothing to see."""
    moves: int = 0
    user: User | None = None
    follow_ups: Sequence[FollowUp] = ()
    ids: dict[str, Person] = field(default_factory=dict)

    @property
    def end(self) -> date:
        return START + timedelta(days=self.days - 1)


class _House:
    """auld, but for its sockets and threads."""

    def __init__(self, store: Path, life: Life, wanted: Policy, clock: FixedClock, reasons: Sequence[Reason]) -> None:
        self.clock, self._life = clock, life
        self.store = Store.open(f"sqlite:///{store}")
        self.log = Log(self.store)
        self._intake = Intake(self.log)
        outbox = Outbox(self.log, self._intake)
        self.projector = Projector(self.log)
        self._source = MemoryAccount(life.world)
        self._target = Target(ACCOUNT, life.tasks, zone=wanted.timezone)
        self._turn = Turn(log=self.log, projector=self.projector, outbox=outbox, reasons=reasons, clock=clock, policy=wanted)

    def view(self) -> Query:
        return Query(self.projector.catch_up(), self.clock.now())

    def read(self) -> None:
        for collection in self._source.discover():
            missing = self._pull(collection)
            if missing:
                self._turn.confirm(missing, self._source)

    def _pull(self, collection: Collection) -> list[Missing]:
        now = self.clock.now()
        state = self._intake.state(ACCOUNT, collection.id)
        request = Pull(collection, state.cursor, self._intake.known(ACCOUNT, collection.id), due_full(state, now), now)
        missing: list[str] = []
        for batch in self._source.pull(request):
            missing += self._intake.take(ACCOUNT, collection.id, batch, now).missing_ours
        missing += self._intake.finish(ACCOUNT, collection.id, now).missing_ours
        return [Missing(ACCOUNT, collection, ref) for ref in missing]

    def plan(self) -> list[str]:
        return self._turn.plan().problems

    def deliver(self) -> None:
        if self._turn.has_work(self._target):
            self._turn.deliver(self._target, self._source, TurnReport(), lambda: False)


def run(folder: Path, seed: int, count: int, days: int, per_day: int, per_week: int, *, look_again: int = LOOK_AGAIN) -> Year:
    """Live through it. ``folder`` gets the log; every ``look_again`` days a second look is taken on the same morning."""
    random = Random(seed)
    town = people(random, count)
    life = Life(random, town)
    wanted = policy(per_day, per_week, (ACCOUNT, life.tasks.id))
    clock = FixedClock(datetime.combine(START, time(7), LISBON))
    house = _House(folder / "year.db", life, wanted, clock, auld_reasons())
    year = Year(town, life, wanted, days, seed)
    for number in range(days):
        day = START + timedelta(days=number)
        clock.set(datetime.combine(day, time(7), LISBON))
        _morning(house, year, day)
        if number % look_again == 0:
            _look_again(house, year, day)
        clock.set(datetime.combine(day, time(19), LISBON))
        assert year.user is not None
        life.live(day)
        year.user.act(day, [f for f in house.view().follow_ups() if f.open])
    view = house.view()
    year.follow_ups = view.follow_ups()
    for id_, person in year.ids.items():
        named = [(fact.at.date(), fact.due) for fact in view.facts(id_) if fact.kind == "next" and fact.due]
        year.wishes[person.number] = named
    house.store.close()
    return year


def _morning(house: _House, year: Year, day: date) -> None:
    house.read()
    before = house.log.head()
    year.follow_ups = house.view().follow_ups()
    asked_before = set(_rare_weeks(year.follow_ups))
    year.problems.update(house.plan())
    view = house.view()
    if year.user is None:
        year.ids = people_by_id(year.people, ((p.id, p.emails[0]) for p in view.people() if p.emails))
        year.user = User(year.life, year.ids, year.seed)
    follow_ups = {each.key: each for each in view.follow_ups()}
    before_days = {each.key: each.day for each in year.follow_ups}
    put: set[str] = set()
    for event in house.log.read(after=before):
        if isinstance(event.data, Proposed) or (isinstance(event.data, Revised) and event.data.day is not None):
            if _monday(follow_ups[event.data.key].day) != _monday(
                before_days.get(event.data.key, date.min + timedelta(days=7))
            ):
                put.add(event.data.key)
            year.moves += isinstance(event.data, Revised)
        if isinstance(event.data, Proposed):
            year.births.append(_birth(year, follow_ups[event.data.key], day))
    _count(year, view, put, day)
    _count_rare(year, list(follow_ups.values()), asked_before, day)
    _count_visits(year, list(follow_ups.values()))
    year.meets[day] = frozenset(number for number, planned in year.life.planned.items() if planned)
    house.deliver()


def _look_again(house: _House, year: Year, day: date) -> None:
    head = house.log.head()
    house.read()
    house.plan()
    year.noisy += [f"{day}: {event.data}" for event in house.log.read(after=head)]


def _birth(year: Year, follow_up: FollowUp, day: date) -> Birth:
    person = year.ids.get(follow_up.person)
    if person is None:
        return Birth(follow_up, day, None, (), ())
    touched, planned = year.life.touches[person.number], year.life.planned[person.number]
    return Birth(follow_up, day, person, tuple(sorted(t for t in touched if t < day)), tuple(sorted(planned.values())))


def _rare_weeks(follow_ups: Sequence[FollowUp]) -> Iterator[tuple[str, date, str]]:
    """Rare reasons, in which weeks they are asked for, and by which entries."""
    for each in follow_ups:
        if each.open or each.state in _COUNTED:
            yield from ((b.reason, _monday(each.day), each.key) for b in each.because if b.reason in RARE)


def _count_rare(year: Year, follow_ups: list[FollowUp], before: set[tuple[str, date, str]], day: date) -> None:
    """What auld added this morning of what is rare, to a week that had as many before, by whomever."""
    asked = set(_rare_weeks(follow_ups))
    count = Counter((reason, week) for reason, week, _ in asked)
    for reason, week in {(reason, week) for reason, week, _ in asked - before}:
        if week >= _monday(day) and count[reason, week] > RARE[reason]:
            year.too_many.append(f"{day}: {reason}: {count[reason, week]} in the week of {week}")


def _count_visits(year: Year, follow_ups: list[FollowUp]) -> None:
    left = [each for each in follow_ups if each.state != "withdrawn" or each.rested]
    asked = {(b.occasion, each.person) for each in left for b in each.because if b.reason == "travel"}
    for journey, count in Counter(journey for journey, _ in asked).items():
        year.visits[journey] = max(count, year.visits.get(journey, 0))


def _count(year: Year, view: Query, put: set[str], day: date) -> None:
    """The load of each week into which something was put this morning; and whether anybody has two entries to answer."""
    follow_ups = list(view.follow_ups())
    budget = year.policy.budget.per_week
    load: dict[date, int] = {}
    for each in follow_ups:
        if each.person and (each.open or each.state in _COUNTED):
            load[_monday(each.day)] = load.get(_monday(each.day), 0) + 1
    year.room[day] = load.get(_monday(day), 0) < budget and _has_free_day(view, day)
    for week in {_monday(each.day) for each in follow_ups if each.key in put and each.person}:
        year.weeks[week] = max(year.weeks.get(week, 0), load[week])
        if load[week] > budget:
            year.placed_into_full.append(f"{day}: {load[week]} in the week of {week}, with {sorted(put)}")
    if day == START:
        year.first_week = sum(bool(each.person) and each.open and each.day < START + timedelta(days=7) for each in follow_ups)
    beside = {reason.id for reason in auld_reasons() if getattr(reason, "beside", False)}
    usual = [e.person for e in follow_ups if e.open and e.person and not {b.reason for b in e.because} <= beside]
    year.doubled += [f"{day} {person}" for person in set(usual) if usual.count(person) > 1]


def _has_free_day(view: Query, today: date) -> bool:
    """Is there a day left in this week on which one more could stand: a working one, neither away nor full of meetings?"""
    taken = Counter(each.day for each in view.follow_ups() if each.person and (each.open or each.state in _COUNTED))
    left = (today + timedelta(days=n) for n in range(7 - today.weekday()))
    free = (day for day in left if not why_quiet(view, day) and view.busy_minutes(day) < FULL_DAY)
    return any(taken[day] < view.policy.budget.per_day for day in free)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
