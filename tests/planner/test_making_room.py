"""A full week: what cannot wait takes the place of the least important entry that can, and of no other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

from auld.observations import PartialDate
from auld.planner import decide, plan
from auld.planning.days import monday
from auld.policy import Budget, Policy
from auld.projections.views import PersonView, Promise, Trip
from auld.reasons.birthday import Birthday
from auld.reasons.cadence import Cadence
from auld.reasons.promise import Promised
from auld.reasons.travel import Travel
from support.views import MONDAY, FakeView, days_ago, fake_view

DAY = timedelta(days=1)
FRIDAY = MONDAY + 4 * DAY
REASONS = (Birthday(), Cadence(), Promised())
POLICY = Policy(timezone="Europe/Lisbon", budget=Budget(per_day=2, per_week=5), horizon=14)
ANA = PersonView("ana", "Ana Lima", ideal=28, at_most=42, since=MONDAY)


def full(*others: PersonView) -> FakeView:
    """Two weeks of which every place is taken by ten people, p1 the least important and p10 the most."""
    crowd = [PersonView(f"p{n}", f"Person {n}", ideal=28, at_most=42, rank=5 - n // 2) for n in range(1, 11)]
    view = fake_view(*crowd, *others, policy=POLICY)
    for person in crowd:
        view.met(person.id, days_ago(28))
    for person in others:
        view.met(person.id, days_ago(2))
    turn(view)
    assert weeks(view) == {MONDAY: 5, MONDAY + 7 * DAY: 5}
    return view


def turn(view: FakeView) -> int:
    drafts = decide(plan(view, REASONS, view.today), view, view.as_of)
    view.take(drafts)
    return len(drafts)


def weeks(view: FakeView) -> Counter[date]:
    return Counter(monday(f.day) for f in view.follow_ups() if f.open)


def days(view: FakeView) -> dict[str, date]:
    return {f.key: f.day for f in view.follow_ups() if f.open}


def promised(view: FakeView) -> None:
    at = datetime.combine(MONDAY, datetime.min.time(), POLICY.zone)
    view.promised["ana"] = [Promise("ana:cadence:1#1", "promise", "send the deck", "me", at, FRIDAY, "open")]


def test_a_promise_stands_by_its_day_and_one_entry_goes_to_the_next_free_week() -> None:
    view = full(ANA)
    before = days(view)
    promised(view)
    assert turn(view) == 2
    (ours,) = view.follow_ups("ana")
    assert FRIDAY - 2 * DAY <= ours.day <= FRIDAY
    moved = {key: day for key, day in days(view).items() if before.get(key, day) != day}
    assert len(moved) == 1
    assert all(day >= MONDAY + 14 * DAY for day in moved.values())
    assert max(weeks(view).values()) == 5
    assert turn(view) == 0


def test_it_is_the_least_important_that_makes_room() -> None:
    view = full(ANA)
    before = days(view)
    this_week = {key.partition(":")[0] for key, day in before.items() if monday(day) == MONDAY}
    promised(view)
    turn(view)
    (moved,) = (key.partition(":")[0] for key, day in before.items() if days(view)[key] != day)
    assert moved == min(this_week, key=lambda person: int(person[1:]))


def test_a_birthday_that_is_learnt_of_in_a_full_week_has_its_day() -> None:
    view = full(ANA)
    view.persons = [replace(p, birthday=PartialDate(3, 5)) if p.id == "ana" else p for p in view.persons]
    turn(view)
    (ours,) = view.follow_ups("ana")
    assert ours.day == date(2026, 3, 5)
    assert max(weeks(view).values()) == 5
    assert turn(view) == 0


def test_what_the_user_moved_and_what_has_its_own_day_stays() -> None:
    view = full(ANA)
    for follow_up in view.follow_ups():
        view.pin(follow_up.key, follow_up.day)
    before = days(view)
    promised(view)
    turn(view)
    assert {key: day for key, day in days(view).items() if key in before} == before
    assert max(weeks(view).values()) == 5


def test_what_can_wait_waits() -> None:
    view = full(ANA)
    view.held["ana"] = []
    view.met("ana", days_ago(60))
    before = days(view)
    turn(view)
    assert {key: day for key, day in days(view).items() if key in before} == before


def travelling(view: FakeView) -> None:
    """From Thursday of the second week on Ana's city is where the user is."""
    first = MONDAY + 10 * DAY
    view.journeys = [Trip(2950159, "Berlin", first, first + 2 * DAY, ("Fair",), ("ana",))]


def test_nobody_is_asked_for_on_a_journey_that_is_over() -> None:
    view = full(ANA)
    for follow_up in view.follow_ups():
        view.pin(follow_up.key, follow_up.day)
    travelling(view)
    view.held["ana"] = []
    assert list(Travel().propose(view, ANA, view.today, view.today))
    entries = plan(view, [Travel()], view.today, weeks=6).entries
    assert [entry for entry in entries if entry.person == "ana"] == []


def test_an_ask_that_was_left_undone_comes_again_before_the_journey_and_not_after_it() -> None:
    view = fake_view(ANA, policy=POLICY)
    travelling(view)
    seen = []
    for number in range(13):
        view.today = MONDAY + number * DAY
        view.take(decide(plan(view, [Travel()], view.today), view, view.as_of))
        seen += [f.day for f in view.follow_ups("ana") if f.open]
        view.asked = {key: replace(f, state="written") if f.open else f for key, f in view.asked.items()}
    assert len(set(seen)) > 1
    assert max(seen) < MONDAY + 10 * DAY


def test_an_entry_that_cannot_come_before_the_journey_does_not_speak_of_it() -> None:
    view = full(ANA)
    for follow_up in view.follow_ups():
        view.pin(follow_up.key, follow_up.day)
    view.held["ana"] = []
    view.met("ana", days_ago(60))
    turn(view)
    (before,) = view.follow_ups("ana")
    assert before.day > MONDAY + 12 * DAY
    travelling(view)
    for _ in range(2):
        view.take(decide(plan(view, [Cadence(), Travel()], view.today), view, view.as_of))
        (ours,) = view.follow_ups("ana")
        assert (ours.day, [part.reason for part in ours.because]) == (before.day, ["cadence"])
