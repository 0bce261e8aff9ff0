"""Days that are chosen: never dearer than what trying everything finds, and never against the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from statistics import median
from time import process_time
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from auld.events import Revised
from auld.planner import QUARTER, decide, explain, plan
from auld.planning import cost
from auld.planning.days import Days, claims, monday
from auld.planning.demand import Demand
from auld.planning.merge import Candidate, Window
from auld.planning.place import place
from auld.policy import Budget, Category, Policy, Quiet
from auld.projections.views import FollowUp, PersonView
from auld.reasons.cadence import Cadence
from support.views import MONDAY, FakeView, days_ago, fake_view

DAY = timedelta(days=1)
UNTIL = MONDAY + 9 * DAY
TODAY = MONDAY + 2 * DAY
MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
DEMANDS = (Demand(), Demand(), Demand(heavy=True), Demand(rare=(("dormant", 1),)), Demand(category=(("category a", 1),)))


def candidates() -> st.SearchStrategy[Candidate]:
    def build(number: int, first: int, span: int, priority: int, demand: Demand) -> Candidate:
        day = MONDAY + first * DAY
        window = Window(day, day + span * DAY, day)
        return Candidate(PersonView(f"p{number}", ""), (), window, priority, "", demand=demand)

    numbers = st.integers(0, 99)
    return st.builds(build, numbers, st.integers(0, 8), st.integers(0, 5), st.sampled_from((10, 40)), st.sampled_from(DEMANDS))


def days_of(budget: Budget, busy: dict[date, int]) -> Days:
    return Days(budget, lambda day: day.weekday() > 4, lambda day: busy.get(day, 0), MONDAY, UNTIL, [])


def total(wanted: Sequence[Candidate], found: Sequence[date | None], busy: dict[date, int]) -> float:
    """The cost of a plan, as docs/planner.md writes it."""
    at = Counter(day for day in found if day is not None)
    price = sum(1.5 * n * (n - 1) / 2 for n in at.values())
    for candidate, day in zip(wanted, found, strict=True):
        window = candidate.window
        assert window is not None
        if day is None:
            price += cost.without_day(window, candidate.priority, UNTIL)
        else:
            price += cost.waiting(window, candidate.priority, day) + cost.of_day(busy.get(day, 0))
    return price


def keeps_the_rules(wanted: Sequence[Candidate], found: Sequence[date | None], budget: Budget) -> bool:
    placed = [(candidate, day) for candidate, day in zip(wanted, found, strict=True) if day is not None]
    taken: Counter[Hashable] = Counter()
    limits: dict[Hashable, int] = {}
    for candidate, day in placed:
        of_day, of_week = ("day", day), ("week", monday(day))
        for what, most in ((of_day, budget.per_day), (of_week, budget.per_week), *claims(day, candidate.demand)):
            taken[what] += 1
            limits[what] = most
    in_time = all(c.window is not None and c.window.first <= day and day.weekday() < 5 for c, day in placed)
    return in_time and all(taken[what] <= most for what, most in limits.items())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(candidates(), min_size=1, max_size=4),
    st.builds(Budget, st.integers(1, 2), st.integers(1, 3)),
    st.dictionaries(st.builds(lambda n: MONDAY + n * DAY, st.integers(0, 9)), st.sampled_from((90, 400)), max_size=5),
)
def test_no_plan_is_cheaper(wanted: list[Candidate], budget: Budget, busy: dict[date, int]) -> None:
    found = [day for _, day in place(wanted, days_of(budget, busy))]
    assert keeps_the_rules(wanted, found, budget)
    choices = [None, *(MONDAY + n * DAY for n in range(10) if (MONDAY + n * DAY).weekday() < 5)]
    possible = (each for each in product(choices, repeat=len(wanted)) if keeps_the_rules(wanted, each, budget))
    least = min(total(wanted, each, busy) for each in possible)
    event("somebody is left out" if None in found else "all have a day")
    assert total(wanted, found, busy) <= 1.02 * least + 1e-6


# --- weeks that the user filled -----------------------------------------------------------------------------------------
def standing() -> st.SearchStrategy[Candidate]:
    """An entry that stands in this week or the next: so that it stays, can wait elsewhere, or has to leave."""

    def build(number: int, offset: int, priority: int, demand: Demand, *, leaves: bool, waits: bool) -> Candidate:
        day, person = MONDAY + offset * DAY, PersonView(f"s{number}", "")
        window = Window(max(TODAY, day), max(TODAY, day) + 3 * DAY, max(TODAY, day)) if leaves else None
        existing = FollowUp("", "", person.id, "", (), day, "", "", "moved", MORNING, (day, day))
        aside = Window(day, day + 3 * DAY, day) if waits and not leaves and day >= TODAY else None
        return Candidate(person, (), window, priority, None, existing=existing, demand=demand, stood=demand, aside=aside)

    numbers, priorities, demands = st.integers(0, 99), st.sampled_from((0, 10, 90)), st.sampled_from(DEMANDS)
    return st.builds(build, numbers, st.integers(0, 9), priorities, demands, leaves=st.booleans(), waits=st.booleans())


def pressing() -> st.SearchStrategy[Candidate]:
    """Something new that may want the place of another one."""
    kinds = st.sampled_from(({}, {"fixed": True}, {"pressing": True}))
    return st.builds(lambda candidate, kind: replace(candidate, **kind), candidates(), kinds)


@settings(max_examples=200)
@given(
    st.lists(standing(), max_size=6),
    st.lists(pressing(), min_size=1, max_size=5),
    st.builds(Budget, st.integers(1, 2), st.integers(1, 4)),
)
def test_nothing_comes_to_a_week_that_is_full(stand: list[Candidate], new: list[Candidate], budget: Budget) -> None:
    demands = [(each.existing.day, each.stood) for each in stand if each.existing is not None]
    days = Days(budget, lambda day: day.weekday() > 4, lambda day: 0, TODAY, UNTIL, demands)
    placed = place([*stand, *new], days)
    load = Counter(monday(day) for _, day in placed if day is not None)
    assert load == +days.per_week
    assert all(day is not None for each, day in placed if each.existing is not None), "what stands is not forgotten"
    came = [(each, day) for each, day in placed if day and (each.existing is None or monday(each.existing.day) != monday(day))]
    event("a week is over" if any(count > budget.per_week for count in load.values()) else "all is within the budget")
    assert all(load[monday(day)] <= budget.per_week for _, day in came)
    assert all(days.used[what] <= most for each, day in came for what, most in claims(day, each.demand))


def friends(count: int, **changes: Any) -> list[PersonView]:
    return [replace(PersonView(f"p{n}", f"Friend {n}", ideal=28, at_most=42), **changes) for n in range(count)]


def overdue(*people: PersonView, policy: Policy | None = None) -> FakeView:
    view = fake_view(*people, policy=policy)
    for person in people:
        view.met(person.id, days_ago(60))
    return view


def turn(view: FakeView) -> list[Any]:
    drafts = decide(plan(view, (Cadence(),), view.today), view, view.as_of)
    view.take(drafts)
    assert decide(plan(view, (Cadence(),), view.today), view, view.as_of) == []
    return [draft.data for draft in drafts]


class TestBudgetsOfCategories:
    POLICY = Policy(categories=(Category("Clients", 28, 42, per_week=1), Category("friends", 28, 42, 1)), horizon=4)

    def test_no_more_than_so_many_a_week(self) -> None:
        view = overdue(*friends(4, category="clients"), policy=self.POLICY)
        turn(view)
        assert len(view.follow_ups()) == 1

    def test_others_have_what_the_week_has(self) -> None:
        view = overdue(*friends(4, category="friends"), policy=self.POLICY)
        turn(view)
        assert len(view.follow_ups()) == 4

    def test_what_was_done_this_week_counts(self) -> None:
        view = overdue(*friends(4, category="clients"), policy=self.POLICY)
        turn(view)
        view.close(view.follow_ups()[0].key, "done")
        assert turn(view) == []

    def test_over_a_quarter(self) -> None:
        view = overdue(*friends(40, category="clients"), policy=self.POLICY)
        weeks = Counter(monday(e.day) for e in plan(view, (Cadence(),), view.today, weeks=13).entries)
        assert set(weeks.values()) == {1} and len(weeks) >= 13


class TestQuietDays:
    @pytest.mark.parametrize("how", ["date", "holiday", "away"])
    def test_none_is_put_there(self, how: str) -> None:
        quiet = {"date": Quiet(dates=("2026-03-02",)), "holiday": Quiet(holidays=("2026-03-02",))}.get(how, Quiet())
        view = overdue(*friends(1), policy=Policy(quiet=quiet))
        view.away = {MONDAY} if how == "away" else set()
        turn(view)
        assert [f.day for f in view.follow_ups()] == [MONDAY + DAY]

    def test_an_entry_goes_aside_when_the_user_goes_away(self) -> None:
        view = overdue(*friends(1))
        turn(view)
        view.away = {MONDAY, MONDAY + DAY}
        (moved,) = turn(view)
        assert isinstance(moved, Revised) and moved.day == "2026-03-04"

    def test_or_when_its_day_fills_up(self) -> None:
        view = overdue(*friends(1))
        turn(view)
        view.busy = {MONDAY: 420}
        (moved,) = turn(view)
        assert isinstance(moved, Revised) and moved.day == "2026-03-03"

    def test_but_never_one_that_the_user_moved_there(self) -> None:
        view = overdue(*friends(1))
        turn(view)
        view.pin(view.follow_ups()[0].key, MONDAY + DAY)
        view.away, view.busy = {MONDAY + DAY}, {MONDAY + DAY: 600}
        assert turn(view) == []

    def test_nor_the_others(self) -> None:
        view = overdue(*friends(6))
        turn(view)
        before = {f.key: f.day for f in view.follow_ups()}
        view.away = {MONDAY}
        turn(view)
        moved = {f.key for f in view.follow_ups() if f.key in before and before[f.key] != f.day}
        assert moved == {key for key, day in before.items() if day == MONDAY}

    def test_away_for_a_quarter_it_stays(self) -> None:
        view = overdue(*friends(1))
        turn(view)
        view.away = {MONDAY + n * DAY for n in range(120)}
        assert turn(view) == []


class TestStable:
    def test_one_more_person_moves_nobody_who_stands_and_few_who_are_planned(self) -> None:
        def planned(view: FakeView) -> dict[str, date]:
            return {e.person: e.day for e in plan(view, (Cadence(),), view.today, weeks=13).entries}

        view = fake_view(*friends(60))
        for number, person in enumerate(view.persons):
            view.met(person.id, days_ago(5 + number))
        turn(view)
        stands = {f.person: f.day for f in view.follow_ups()}
        before = planned(view)
        view.persons.append(PersonView("new", "New", ideal=28, at_most=42, rank=0))
        view.met("new", days_ago(40))
        after = planned(view)
        assert {person: after[person] for person in stands} == stands
        shifts = [abs((after[person] - day).days) for person, day in before.items() if person in after]
        assert median(shifts) == 0
        assert sum(shift > 7 for shift in shifts) <= 1

    def test_the_plan_of_the_weeks_to_come_is_what_is_decided_then(self) -> None:
        view = overdue(*friends(30))
        seen = {e.person: e.day for e in plan(view, (Cadence(),), view.today, weeks=13).entries}
        decided: dict[str, date] = {}
        for _ in range(21):
            turn(view)
            for follow_up in view.follow_ups():
                decided.setdefault(follow_up.person, follow_up.day)
                if follow_up.open and follow_up.day <= view.today:
                    view.close(follow_up.key, "done")
            view.today += DAY
        assert len(decided) > 20
        assert {person: seen[person] for person in decided} == decided


class TestWhy:
    def test_costs_and_obstacles_of_the_days(self) -> None:
        view = overdue(*friends(1), policy=Policy(quiet=Quiet((5, 6), ("2026-03-03",))))
        view.busy, view.away = {MONDAY: 400, MONDAY + 3 * DAY: 60}, {MONDAY + 2 * DAY}
        entry, choice = self.found(view, "p0:cadence:1")
        assert entry.day == choice.day == MONDAY + 3 * DAY
        told = [(each.obstacle, dict(each.parts)) for each in choice.options[:4]]
        weight = choice.weight
        assert told == [
            ("", {"meetings": round(40 + 400 / 240, 2)}),
            ("a quiet day", {}),
            ("you are away", {}),
            ("", {"waited": round(3 * weight, 2), "meetings": 0.25}),
        ]
        assert choice.options[3].cost == min(each.cost for each in choice.options if not each.obstacle)

    def test_budgets_stand_in_the_way(self) -> None:
        view = overdue(*friends(4), policy=Policy(budget=Budget(1, 2)))
        last = max((e for e in plan(view, (Cadence(),), view.today, weeks=13).entries), key=lambda e: e.day)
        _, choice = self.found(view, last.key)
        told = [each.obstacle for each in choice.options if each.day < last.day]
        assert "the week has its 2" in told

    def test_what_stands_stays(self) -> None:
        view = overdue(*friends(1))
        turn(view)
        _, choice = self.found(view, "p0:cadence:1")
        assert choice.window is None and choice.options == ()

    def test_nothing_of_a_key_that_is_not_in_the_plan(self) -> None:
        assert explain(overdue(*friends(1)), (Cadence(),), MONDAY, "p9:cadence:1") is None

    def found(self, view: FakeView, key: str) -> Any:
        found = explain(view, (Cadence(),), view.today, key)
        assert found is not None
        return found


def test_a_quarter_is_thirteen_weeks() -> None:
    assert timedelta(days=91) == QUARTER


def test_an_empty_plan_costs_nothing() -> None:
    assert place([], days_of(Budget(), {})) == []


def test_much_that_is_rare_and_room_for_much_take_seconds_and_not_minutes() -> None:
    until = MONDAY + 90 * DAY
    kinds = (Demand(), Demand(), Demand(), Demand(heavy=True), Demand(rare=(("dormant", 1),)), Demand(rare=(("insight", 2),)))
    wanted = []
    for number in range(300):
        first = MONDAY + (number * 7 % 90 if number % 3 else 0) * DAY
        window = Window(first, first + (3, 7, 14, 28)[number % 4] * DAY, first)
        person, priority = PersonView(f"p{number}", ""), 1 + number * 13 % 60
        wanted.append(Candidate(person, (), window, priority, "", demand=kinds[number * 5 % 6]))
    days = Days(Budget(5, 25), lambda day: day.weekday() > 4, lambda day: 0, MONDAY, until, [])
    began = process_time()
    found = [day for _, day in place(wanted, days)]
    assert process_time() - began < 15  # it was minutes once
    assert sum(day is not None for day in found) > 220
    assert all(
        days.used[what] <= most
        for each, day in zip(wanted, found, strict=True)
        if day
        for what, most in claims(day, each.demand)
    )
