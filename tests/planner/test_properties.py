"""What holds whatever comes: the budget, one open entry per person, quiet days, and peace from one day to the next."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from auld.events import Proposed, Revised, Withdrawn
from auld.observations import LabelledDate, PartialDate
from auld.planner import decide, plan
from auld.policy import Budget, Policy, Quiet
from auld.projections.views import FollowUp, PersonView
from auld.reasons.anniversary import Anniversary
from auld.reasons.base import Reason
from auld.reasons.birthday import Birthday
from auld.reasons.cadence import Cadence
from support.views import MONDAY, FakeView, days_ago, fake_view

REASONS: tuple[Reason, ...] = (Anniversary(), Birthday(), Cadence())
FIXED = {"birthday", "anniversary"}
DAY = timedelta(days=1)


def monday(day: date) -> date:
    return day - day.weekday() * DAY


@st.composite
def worlds(draw: st.DrawFn) -> FakeView:
    """Up to six people around the end of February, a tight budget, some quiet and some full days."""
    quiet = Quiet(tuple(draw(st.sets(st.integers(0, 6), max_size=5))), ("2026-03-04",))
    budget = Budget(draw(st.integers(0, 3)), draw(st.integers(0, 6)))
    policy = Policy(timezone="Pacific/Auckland", quiet=quiet, budget=budget, horizon=draw(st.sampled_from([3, 7, 14, 30])))
    view = fake_view(today=date(2026, 2, 20) + draw(st.integers(0, 14)) * DAY, policy=policy)
    for number in range(draw(st.integers(1, 6))):
        ideal = draw(st.sampled_from([7, 14, 28, 90]))
        birthday = draw(st.none() | st.builds(PartialDate, st.sampled_from([2, 3]), st.integers(1, 29)))
        dates = draw(st.lists(st.builds(LabelledDate, st.builds(PartialDate, st.just(3), st.integers(1, 31))), max_size=1))
        person = PersonView(
            f"p{number}",
            f"Friend {number}",
            ideal=ideal,
            at_most=ideal * draw(st.sampled_from([1, 2])),
            rank=number % 3,
            lead=draw(st.sampled_from([0, 0, 5])),
            birthday=birthday,
            dates=tuple(dates),
            since=view.today,
        )
        view.persons.append(person)
        for ago in draw(st.lists(st.integers(1, 200), max_size=2)):
            view.met(person.id, days_ago(ago, view.today))
    for offset in draw(st.sets(st.integers(0, 20), max_size=8)):
        view.busy[view.today + offset * DAY] = 500
    return view


def one_day(view: FakeView) -> tuple[set[str], set[str]]:
    """Plan, decide, take in, and check all that must hold. Returns the keys born and the keys that changed."""
    weeks = {f.key: monday(f.day) for f in view.follow_ups()}
    drafts = decide(plan(view, REASONS, view.today), view, view.as_of)
    born = {d.data.key for d in drafts if isinstance(d.data, Proposed)}
    changed = {d.data.key for d in drafts if isinstance(d.data, Revised | Withdrawn)}
    view.take(drafts)
    assert decide(plan(view, REASONS, view.today), view, view.as_of) == [], "deciding again must change nothing"
    standing = [f for f in view.follow_ups() if f.open]
    assert max(Counter(f.person for f in standing).values(), default=0) <= 1
    for follow_up in standing:
        if follow_up.key in born and not fixed(follow_up):
            assert not view.policy.is_quiet(follow_up.day)
        if follow_up.key in born:
            assert view.today <= follow_up.day <= view.today + view.policy.horizon * DAY
    assert_budget(view, born)
    put = {monday(f.day) for f in standing if weeks.get(f.key) != monday(f.day)}
    load = Counter(monday(f.day) for f in counted(view))
    assert all(load[week] <= view.policy.budget.per_week for week in put), "nothing comes to a week that is full"
    return born, changed


def fixed(follow_up: FollowUp) -> bool:
    return any(b.reason in FIXED for b in follow_up.because)


def assert_budget(view: FakeView, born: set[str]) -> None:
    """Where something new was put, the day is within its budget, unless a fixed entry stands there."""
    days = Counter(f.day for f in counted(view))
    for follow_up in counted(view):
        if follow_up.key in born:
            shared = any(fixed(f) for f in counted(view) if f.day == follow_up.day)
            assert shared or days[follow_up.day] <= view.policy.budget.per_day


def counted(view: FakeView) -> list[FollowUp]:
    """What takes of the budgets: what is open, and what the user dealt with."""
    return [f for f in view.follow_ups() if f.open or f.state in ("done", "dismissed")]


def ignores(view: FakeView, chance: random.Random) -> None:
    """The user looks at nothing."""


def does(view: FakeView, chance: random.Random) -> None:
    """The user ticks off whatever stands for today."""
    for follow_up in view.follow_ups():
        if follow_up.open and follow_up.day <= view.today:
            view.close(follow_up.key, "done")


def deletes(view: FakeView, chance: random.Random) -> None:
    """The user deletes everything at sight."""
    for follow_up in view.follow_ups():
        if follow_up.open:
            view.close(follow_up.key, "dismissed")


def moves(view: FakeView, chance: random.Random) -> None:
    """The user puts into this week and the next what stands elsewhere, as full as these may be, and does nothing."""
    for follow_up in view.follow_ups():
        if follow_up.open and chance.random() < 0.15:
            view.pin(follow_up.key, view.today + chance.randrange(10) * DAY)


def does_anything(view: FakeView, chance: random.Random) -> None:
    """A user with a life: ticks, deletes, moves, meets and plans to meet, or does nothing."""
    for follow_up in view.follow_ups():
        act = chance.choice(["tick", "delete", "move", "meet", "plan", *["wait"] * 15])
        if not follow_up.open:
            continue
        if act == "tick":
            view.close(follow_up.key, "done")
        elif act == "delete":
            view.close(follow_up.key, "dismissed")
        elif act == "move":
            view.pin(follow_up.key, view.today + chance.randrange(-3, 20) * DAY)
        elif act == "meet":
            view.met(follow_up.person, view.today - DAY)
        elif act == "plan":
            view.plan_meeting(follow_up.person, view.today + chance.randrange(1, 30) * DAY)


@pytest.mark.parametrize("user", [ignores, does, deletes, moves, does_anything])
@settings(max_examples=10)
@given(view=worlds(), seed=st.integers(0, 999))
def test_six_weeks_with(user: Callable[[FakeView, random.Random], None], view: FakeView, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(45):
        born, _ = one_day(view)
        event("something was born" if born else "a quiet day")
        user(view, chance)
        view.today += DAY
    served = Counter((f.person, b.occasion) for f in view.follow_ups() for b in f.because if f.state != "withdrawn")
    assert max(served.values(), default=1) == 1, "each occasion is asked once"
    assert len({f.uid for f in view.follow_ups()}) == len(view.follow_ups())


@settings(max_examples=10)
@given(worlds())
def test_a_day_that_passes_leaves_what_stands_ahead_alone(view: FakeView) -> None:
    """Nothing is learnt overnight: no entry of a day to come changes in any way."""
    for _ in range(20):
        one_day(view)
        view.today += DAY
        ahead = {f.key: f for f in view.follow_ups() if f.open and f.day >= view.today and not waiting(view, f)}
        view.take(decide(plan(view, REASONS, view.today), view, view.as_of))
        assert {key: view.asked[key] for key in ahead} == ahead


def waiting(view: FakeView, follow_up: FollowUp) -> bool:
    """Has this person a day of their own in the weeks to come, which may join the entry as it comes near?"""
    person = view.person(follow_up.person)
    return person is not None and (person.birthday is not None or bool(person.dates))


def test_the_order_of_people_does_not_matter() -> None:
    def chosen(turned: bool) -> list[tuple[str, date]]:
        people = [PersonView(f"p{n}", f"Friend {n}", ideal=28, at_most=42) for n in range(50)]
        view = fake_view(*(reversed(people) if turned else people))
        return [(e.person, e.day) for e in plan(view, REASONS, view.today).entries]

    assert chosen(False) == chosen(True)


def test_five_hundred_people_cost_less_than_half_a_second() -> None:
    chance = random.Random(7)
    people = [
        PersonView(
            f"p{n}",
            f"Friend {n}",
            ideal=28,
            at_most=42,
            rank=n % 4,
            birthday=PartialDate(chance.randint(1, 12), chance.randint(1, 28), 1980),
        )
        for n in range(500)
    ]
    view = fake_view(*people)
    for person in people:
        view.met(person.id, days_ago(chance.randint(1, 300)))
    before = time.process_time()
    found = plan(view, REASONS, view.today, weeks=13)
    assert time.process_time() - before < 0.5
    assert len(found.entries) == 66, "five a week, and one on the Monday after"
    assert view.today == MONDAY
