"""The planner by example: what it proposes, joins, moves, takes back, and leaves alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, ClassVar

import pytest

from auld.events import Draft, Proposed, Revised, Withdrawn
from auld.observations import PartialDate
from auld.planner import Plan, decide, is_birth, mint_uid, plan
from auld.policy import Budget, Policy, Quiet
from auld.projections.view import View
from auld.projections.views import FollowUp, PersonView
from auld.reasons.anniversary import Anniversary
from auld.reasons.base import Proposal, Reason
from auld.reasons.birthday import Birthday
from auld.reasons.cadence import Cadence
from support.views import MONDAY, FakeView, days_ago, fake_view

REASONS: tuple[Reason, ...] = (Anniversary(), Birthday(), Cadence())
DAY = timedelta(days=1)


@dataclass
class News:
    """A reason without a judgement of its own: news of a day that wants an answer within five."""

    id: ClassVar[str] = "news"
    summary: ClassVar[str] = "news"
    stories: dict[str, date]
    priority: int = 50

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        day = self.stories.get(person.id)
        if day is not None and day <= today <= day + 5 * DAY:
            title = f"Write to {person.name}"
            yield Proposal(person.id, self.id, "news:1", day, day + 5 * DAY, day, self.priority, title, ("A prize!",))


class Broken:
    """A plugin that fails for some people."""

    id: ClassVar[str] = "broken"
    summary: ClassVar[str] = "broken"

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterable[Proposal]:
        raise LookupError(f"secret of {person.name}")


class Careless(News):
    """A plugin whose proposals name nobody."""

    id: ClassVar[str] = "careless"

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        yield Proposal("", self.id, "x", today, today, today, 1, "")


def friend(number: int = 1, **changes: Any) -> PersonView:
    person = PersonView(f"p{number}", f"Friend {number}", category="friends", ideal=28, at_most=42, rank=0)
    return replace(person, **changes)


def turn(view: FakeView, reasons: Iterable[Reason] = REASONS) -> list[Draft]:
    """Plan, decide and take the decisions in; deciding once more must yield nothing."""
    drafts = decide(plan(view, tuple(reasons), view.today), view, view.as_of)
    view.take(drafts)
    assert decide(plan(view, tuple(reasons), view.today), view, view.as_of) == []
    return drafts


def only(view: FakeView) -> FollowUp:
    (follow_up,) = [f for f in view.follow_ups() if f.open]
    return follow_up


def stand(view: FakeView) -> str:
    """The open follow-up is in the calendar now."""
    key = only(view).key
    view.asked[key] = replace(view.asked[key], state="written")
    return key


def overdue(*persons: PersonView, today: date = MONDAY, policy: Policy | None = None) -> FakeView:
    view = fake_view(*persons, today=today, policy=policy)
    for person in persons:
        view.met(person.id, days_ago(60, today))
    return view


def test_somebody_overdue_gets_one_entry_at_once() -> None:
    view = overdue(friend())
    (draft,) = turn(view)
    assert is_birth(draft)
    born = draft.data
    assert isinstance(born, Proposed)
    assert (born.key, born.uid, born.person, born.name) == ("p1:cadence:1", mint_uid("me", "p1:cadence:1"), "p1", "Friend 1")
    assert (born.day, born.window) == ("2026-03-02", ("2026-03-02", "2026-03-16"))
    assert born.title == "Get in touch with Friend 1"
    assert born.description.startswith("Last met on 1 January 2026. Friends: every 4 weeks, 6 at most.")


def test_the_uid_depends_on_the_owner() -> None:
    assert mint_uid("me", "k") == mint_uid("me", "k") != mint_uid("you", "k")


@pytest.mark.parametrize(
    "person", [friend(let_go=True), friend(ideal=None, at_most=None), friend(paused_until=MONDAY + 60 * DAY)]
)
def test_nobody_else_gets_one(person: PersonView) -> None:
    assert turn(overdue(person)) == []


def test_after_a_pause_the_entry_comes_on_its_last_day() -> None:
    view = overdue(friend(paused_until=MONDAY + 8 * DAY))
    turn(view)
    assert only(view).day == MONDAY + 8 * DAY


def test_a_person_due_later_is_planned_for_the_day() -> None:
    view = fake_view(friend())
    view.met("p1", days_ago(20))
    turn(view)
    assert only(view).day == MONDAY + 8 * DAY


def test_what_comes_after_the_horizon_is_planned_but_not_decided() -> None:
    view = fake_view(friend())
    view.met("p1", days_ago(1))
    (entry,) = plan(view, REASONS, view.today, weeks=8).entries
    assert entry.day == MONDAY + 28 * DAY, "it is due on a Sunday, which is quiet"
    assert turn(view) == []


class TestPlacing:
    def test_the_first_run_is_no_flood(self) -> None:
        view = overdue(*map(friend, range(300)))
        turn(view)
        days = Counter(f.day for f in view.follow_ups())
        weeks = Counter(d - d.weekday() * DAY for d in days.elements())
        assert max(days.values()) <= 2
        assert list(weeks.values()) == [5, 5, 2] or max(weeks.values()) <= 5
        assert sum(days.values()) >= 10

    def test_all_of_300_find_a_week_in_a_long_plan(self) -> None:
        view = overdue(*map(friend, range(300)))
        entries = plan(view, REASONS, view.today, weeks=61).entries
        assert len({e.person for e in entries}) == 300

    def test_the_most_important_come_first_not_the_first_by_name(self) -> None:
        crowd = [friend(n, name=f"{n:03}", rank=5) for n in range(40)]
        view = overdue(*crowd, friend(99, rank=0))
        turn(view)
        chosen = [f.person for f in view.follow_ups()]
        assert "p99" in chosen
        others = sorted(set(chosen) - {"p99"})
        assert others != sorted(person.id for person in crowd)[: len(others)]

    def test_quiet_days_are_kept_free(self) -> None:
        quiet = Quiet(weekdays=(5, 6), dates=("2026-03-02", "2026-03-03"))
        view = overdue(*map(friend, range(30)), policy=Policy(quiet=quiet))
        turn(view)
        days = {f.day for f in view.follow_ups()}
        assert days
        assert not {MONDAY, MONDAY + DAY} & days
        assert all(day.weekday() < 5 for day in days)

    def test_full_days_are_avoided(self) -> None:
        view = overdue(friend())
        view.busy = {MONDAY: 360, MONDAY + DAY: 480, MONDAY + 2 * DAY: 60}
        turn(view)
        assert only(view).day == MONDAY + 2 * DAY

    def test_a_full_day_is_better_than_none(self) -> None:
        view = overdue(friend())
        view.busy = {MONDAY + n * DAY: 600 for n in range(30)}
        turn(view)
        assert only(view).day == MONDAY

    def test_done_and_deleted_entries_of_the_week_still_count(self) -> None:
        view = overdue(*map(friend, range(20)), policy=Policy(budget=Budget(per_day=2, per_week=2), horizon=6))
        first = turn(view)
        assert len(first) == 2
        done, deleted = (d.data.key for d in first if isinstance(d.data, Proposed))
        view.close(done, "done")
        view.close(deleted, "dismissed")
        assert turn(view) == []

    def test_a_budget_of_nothing_is_nothing(self) -> None:
        assert turn(overdue(friend(birthday=PartialDate(3, 4)), policy=Policy(budget=Budget(per_day=0, per_week=0)))) == []

    def test_who_leaves_a_week_that_the_user_filled_makes_no_room_there(self) -> None:
        first, second, third = friend(1), friend(2), friend(3)
        policy = Policy(timezone="Europe/Lisbon", budget=Budget(per_day=2, per_week=2))
        view = overdue(first, second, policy=policy)
        turn(view)
        keys = [follow_up.key for follow_up in view.follow_ups()]
        view.asked = {key: replace(view.asked[key], state="written", day=MONDAY) for key in keys}
        view.pin(keys[1], MONDAY + 2 * DAY)
        view.asked["mine"] = replace(view.asked[keys[1]], key="mine", person="p9", day=MONDAY + 3 * DAY)
        view.persons += [third, friend(9)]
        view.met(third.id, days_ago(60))
        view.met("p9", days_ago(60))
        view.today += DAY
        turn(view)
        assert {f.key: f.day > MONDAY + 6 * DAY for f in view.follow_ups() if f.open and not f.pinned} == {
            keys[0]: True,
            "p3:cadence:1": True,
        }

    def test_who_moves_away_makes_room(self) -> None:
        policy = Policy(budget=Budget(per_day=1, per_week=1))
        view = overdue(friend(1), policy=policy)
        turn(view)
        key = only(view).key
        view.today = date(2026, 3, 18)
        view.asked[key] = replace(view.asked[key], day=date(2026, 3, 17), rolled=1)
        view.persons.append(friend(2, birthday=PartialDate(3, 20), since=MONDAY + 99 * DAY))
        turn(view)
        assert {f.person: f.day for f in view.follow_ups()} == {"p1": date(2026, 3, 23), "p2": date(2026, 3, 20)}


class TestBirthdays:
    def test_may_stand_on_a_quiet_day_and_over_the_budget_of_the_day(self) -> None:
        saturday = PartialDate(3, 7)
        people = [friend(n, birthday=saturday, ideal=90, at_most=120) for n in range(3)]
        view = fake_view(*people)
        for person in people:
            view.met(person.id, days_ago(1))
        turn(view)
        assert [f.day for f in view.follow_ups()] == [date(2026, 3, 7)] * 3

    def test_with_days_to_choose_from_avoid_quiet_ones(self) -> None:
        view = fake_view(friend(birthday=PartialDate(3, 9), lead=2, ideal=90, at_most=120))
        view.met("p1", days_ago(1))
        turn(view)
        assert only(view).day == date(2026, 3, 9), "the lead day is a Saturday"

    def test_never_exceed_the_budget_of_the_week(self) -> None:
        view = overdue(*(friend(n, birthday=PartialDate(3, 7)) for n in range(8)))
        turn(view)
        assert sum(f.day <= date(2026, 3, 8) for f in view.follow_ups()) == 5

    def test_find_room_even_if_many_others_wait(self) -> None:
        view = overdue(*map(friend, range(60)), friend(900, birthday=PartialDate(3, 29)))
        view.met("p900", days_ago(1))
        for _ in range(30):
            turn(view)
            view.today += DAY
        assert [f.day for f in view.follow_ups() if f.person == "p900"] == [date(2026, 3, 29)]

    def test_share_the_entry_of_somebody_due_anyway(self) -> None:
        view = overdue(friend(birthday=PartialDate(3, 5, 1986)))
        turn(view)
        entry = only(view)
        assert (entry.day, entry.title) == (date(2026, 3, 5), "Birthday: Friend 1 (40) · catch up")
        assert [b.reason for b in entry.because] == ["birthday", "cadence"]

    def test_pull_an_open_entry_forward(self) -> None:
        view = fake_view(friend())
        view.met("p1", days_ago(20))
        turn(view)
        view.persons = [friend(birthday=PartialDate(3, 5))]
        (draft,) = turn(view)
        assert isinstance(draft.data, Revised)
        assert draft.data.day == "2026-03-05"
        assert only(view).title == "Birthday: Friend 1 · catch up"

    def test_wait_for_an_entry_that_stands_before(self) -> None:
        view = overdue(friend())
        turn(view)
        view.persons = [friend(birthday=PartialDate(3, 12))]
        assert turn(view) == []
        view.close(only(view).key, "done")
        turn(view)
        assert only(view).title == "Birthday: Friend 1"

    def test_join_where_the_user_has_put_the_entry(self) -> None:
        view = overdue(friend())
        turn(view)
        view.pin(only(view).key, MONDAY + 9 * DAY)
        view.persons = [friend(birthday=PartialDate(3, 10))]
        turn(view)
        assert (only(view).day, only(view).title) == (MONDAY + 9 * DAY, "Birthday: Friend 1 · catch up")

    def test_follow_a_corrected_card(self) -> None:
        view = fake_view(friend(birthday=PartialDate(3, 5), since=MONDAY + 99 * DAY))
        turn(view)
        view.persons = [friend(birthday=PartialDate(3, 9), since=MONDAY + 99 * DAY)]
        turn(view)
        assert only(view).day == date(2026, 3, 9)

    def test_stay_for_a_week_and_go(self) -> None:
        view = fake_view(friend(birthday=PartialDate(3, 5), ideal=90, at_most=120))
        view.met("p1", days_ago(1))
        turn(view)
        view.today = date(2026, 3, 12)
        assert turn(view) == []
        view.today = date(2026, 3, 13)
        assert [d.data for d in turn(view)] == [Withdrawn("p1:birthday:2026", "the birthday was on 5 March 2026")]

    def test_leave_the_rest_of_a_shared_entry_behind(self) -> None:
        view = overdue(friend(birthday=PartialDate(3, 5)))
        turn(view)
        view.today = date(2026, 3, 13)
        turn(view)
        entry = only(view)
        assert [b.reason for b in entry.because] == ["cadence"]
        assert entry.title == "Get in touch with Friend 1"
        assert entry.day >= view.today

    def test_a_lead_lets_the_entry_stand_before_the_day(self) -> None:
        view = fake_view(friend(birthday=PartialDate(3, 12), lead=3, since=MONDAY + 99 * DAY))
        turn(view)
        assert only(view).day == date(2026, 3, 9)
        view.today = date(2026, 3, 11)
        assert turn(view) == [], "undone, it stays where it is until the day is over"


class TestOpenOnes:
    def test_news_join_and_are_told(self) -> None:
        view = overdue(friend())
        turn(view)
        news = News({"p1": MONDAY})
        (draft,) = turn(view, (*REASONS, news))
        assert isinstance(draft.data, Revised)
        assert only(view).title == "Get in touch with Friend 1 · news"
        assert "A prize!" in only(view).description

    def test_news_keep_their_place_after_their_reason_fell_silent(self) -> None:
        view = overdue(friend())
        view.busy = {MONDAY + n * DAY: 400 for n in range(4)}
        reasons = (*REASONS, News({"p1": MONDAY}))
        turn(view, reasons)
        view.today += 6 * DAY
        before = only(view)
        turn(view, reasons)
        assert (only(view).because, only(view).title) == (before.because, before.title)

    def test_news_pull_a_later_entry_forward(self) -> None:
        view = fake_view(friend())
        view.met("p1", days_ago(20))
        turn(view)
        assert only(view).day == MONDAY + 8 * DAY
        turn(view, (*REASONS, News({"p1": MONDAY})))
        assert MONDAY <= only(view).day <= MONDAY + 5 * DAY

    def test_news_wait_for_a_birthday_that_stands(self) -> None:
        view = fake_view(friend(birthday=PartialDate(3, 10), since=MONDAY + 99 * DAY))
        turn(view)
        turn(view, (*REASONS, News({"p1": MONDAY})))
        assert (only(view).day, only(view).title) == (date(2026, 3, 10), "Birthday: Friend 1 · news")

    def test_what_their_reason_cannot_judge_expires(self) -> None:
        view = fake_view(friend(since=MONDAY + 99 * DAY))
        reasons = (*REASONS, News({"p1": MONDAY}))
        turn(view, reasons)
        view.today = MONDAY + 19 * DAY
        turn(view, reasons)
        assert only(view).open
        view.today += DAY
        assert [d.data for d in turn(view, REASONS)] == [Withdrawn("p1:news:1", "its time has passed")]

    def test_left_undone_it_is_set_again_three_times_ever_later_and_then_rests(self) -> None:
        view = overdue(friend())
        turn(view)
        key = stand(view)
        days = [only(view).day]
        while view.asked[key].open:
            view.today += DAY
            turn(view)
            if view.asked[key].open and only(view).day != days[-1]:
                days.append(only(view).day)
        gaps = [(b - a).days for a, b in pairwise(days)]
        assert len(gaps) == 3 and gaps[0] < gaps[1] < gaps[2]
        assert all(day.weekday() < 5 for day in days)
        assert (view.asked[key].state, view.asked[key].why) == ("withdrawn", "left undone")
        assert view.today == days[-1] + DAY, "nothing stale stands there any longer"

    def test_what_rests_is_asked_anew_after_an_interval(self) -> None:
        view = overdue(friend())
        turn(view)
        key = stand(view)
        view.asked[key] = replace(view.asked[key], rolled=3)
        view.today += DAY
        turn(view, (*REASONS, News({"p1": MONDAY - 5 * DAY})))
        rested = view.today
        while not any(f.open for f in view.follow_ups()):
            view.today += DAY
            turn(view)
        assert view.today - rested == 28 * DAY
        assert only(view).key == "p1:cadence:2"

    def test_what_never_came_into_the_calendar_was_not_left_undone(self) -> None:
        view = overdue(friend())
        turn(view)
        for _ in range(60):
            view.today += DAY
            turn(view)
        assert only(view).open

    def test_what_the_user_moved_rests_four_weeks_after_its_day(self) -> None:
        view = overdue(friend())
        turn(view)
        key = only(view).key
        view.pin(key, MONDAY + DAY)
        view.today = MONDAY + 28 * DAY
        assert turn(view) == []
        view.today += DAY
        assert [d.data for d in turn(view)] == [Withdrawn(key, "left undone", rested=True)]

    def test_a_series_that_the_user_made_goes_on(self) -> None:
        view = overdue(friend())
        turn(view)
        key = only(view).key
        view.pin(key, MONDAY + DAY)
        view.asked[key] = replace(view.asked[key], user_owned=True, repeats=True)
        view.today += 300 * DAY
        assert turn(view, (*REASONS, News({"p1": view.today}))) == []

    def test_news_join_what_the_user_keeps_without_being_written_there(self) -> None:
        view = overdue(friend())
        turn(view)
        view.pin(only(view).key, MONDAY + 2 * DAY)
        view.asked[only(view).key] = replace(only(view), user_owned=True)
        assert turn(view, (*REASONS, News({"p1": MONDAY}))) == []

    def test_a_day_that_the_user_chose_is_left_alone(self) -> None:
        view = overdue(friend())
        turn(view)
        view.pin(only(view).key, MONDAY + 6 * DAY)
        view.today = MONDAY + 20 * DAY
        assert turn(view) == []

    def test_a_title_that_the_user_wrote_is_left_alone(self) -> None:
        view = overdue(friend())
        turn(view)
        key = only(view).key
        view.asked[key] = replace(view.asked[key], title="Ring her", user_fields=frozenset({"title"}))
        (draft,) = turn(view, (*REASONS, News({"p1": MONDAY})))
        assert isinstance(draft.data, Revised)
        assert draft.data.title is None

    def test_words_do_not_change_from_day_to_day(self) -> None:
        view = overdue(friend())
        turn(view)
        view.pin(only(view).key, MONDAY + 13 * DAY)
        for _ in range(13):
            view.today += DAY
            assert turn(view) == []

    def test_two_joined_people_keep_one_entry(self) -> None:
        view = overdue(friend(1), friend(2))
        turn(view)
        view.persons, view.alias = [friend(1)], {"p2": "p1"}
        (draft,) = turn(view)
        assert isinstance(draft.data, Withdrawn)
        assert only(view).open

    def test_a_tick_that_is_taken_off_again_leaves_the_older_entry(self) -> None:
        view = overdue(friend(ideal=1, at_most=2))
        turn(view)
        first = only(view)
        view.close(first.key, "dismissed")
        view.today += 20 * DAY
        turn(view)
        view.asked[first.key] = replace(first, state="written")
        turn(view)
        assert only(view).key == first.key


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"let_go": True}, "let go"),
        ({"ideal": None}, "not followed up any more"),
        ({"paused_until": date(2026, 5, 3)}, "paused until 3 May 2026"),
    ],
)
def test_entries_of_people_who_are_out_are_taken_back(change: dict[str, Any], why: str) -> None:
    view = overdue(friend())
    turn(view)
    view.persons = [friend(**change)]
    assert [d.data for d in turn(view)] == [Withdrawn("p1:cadence:1", why)]


def test_entries_of_a_contact_that_is_gone_are_taken_back() -> None:
    view = overdue(friend())
    turn(view)
    view.persons = []
    assert [d.data for d in turn(view)] == [Withdrawn("p1:cadence:1", "not in the address book any more")]


def test_let_go_and_kept_again_brings_the_birthday_back_under_a_new_key() -> None:
    view = fake_view(friend(birthday=PartialDate(3, 9), since=MONDAY + 99 * DAY))
    turn(view)
    view.persons = [replace(view.persons[0], let_go=True)]
    turn(view)
    view.persons = [replace(view.persons[0], let_go=False)]
    turn(view)
    assert only(view).key == "p1:birthday:2026~2"


def test_a_meeting_takes_the_person_off_the_list() -> None:
    view = overdue(friend())
    turn(view)
    view.plan_meeting("p1", MONDAY + 3 * DAY)
    assert [d.data for d in turn(view)] == [Withdrawn("p1:cadence:1", "a meeting is planned for 5 March 2026")]


@pytest.mark.parametrize("state", ["done", "dismissed"])
def test_what_the_user_dealt_with_does_not_come_back(state: str) -> None:
    view = overdue(friend(birthday=PartialDate(3, 4)))
    turn(view)
    view.close(only(view).key, "done" if state == "done" else "dismissed")
    for _ in range(13):
        assert turn(view) == []
        view.today += DAY


def test_a_newer_state_than_the_plan_is_respected() -> None:
    view = overdue(friend(1), friend(2))
    turn(view)
    view.plan_meeting("p1", MONDAY + 3 * DAY)
    stale: Plan = plan(view, (*REASONS, News({"p2": MONDAY})), view.today)
    for key in list(view.asked):
        view.close(key, "done")
    assert decide(stale, view, view.as_of) == []


def test_a_day_that_the_user_chose_since_the_plan_is_respected() -> None:
    view = overdue(friend())
    turn(view)
    view.today = MONDAY + 7 * DAY
    stale = plan(view, REASONS, view.today)
    view.pin(only(view).key, MONDAY + 30 * DAY)
    assert decide(stale, view, view.as_of) == []


def test_a_reason_that_raises_is_named_and_left_out() -> None:
    view = overdue(friend(1), friend(2))
    found = plan(view, (Broken(), *REASONS, Careless({})), view.today)
    assert [str(p) for p in found.problems] == [
        "reason broken failed with LookupError for 2 people",
        "reason careless failed with ValueError for 2 people",
    ]
    assert len(found.entries) == 2


def test_an_occasion_that_is_proposed_twice_counts_once() -> None:
    view = overdue(friend())
    turn(view, (News({"p1": MONDAY}), News({"p1": MONDAY})))
    assert [b.occasion for b in only(view).because] == ["news:1"]


def test_a_reason_that_cannot_judge_withdraws_nothing() -> None:
    class Forgetful(Birthday):
        def void(self, *args: object) -> str | None:
            raise KeyError

    view = fake_view(friend(birthday=PartialDate(3, 9), since=MONDAY + 99 * DAY))
    turn(view, (Forgetful(),))
    assert only(view).open
