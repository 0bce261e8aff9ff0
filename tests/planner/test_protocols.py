"""What reasons may ask of the planner beside a day: rare ones, heavy ones, and those that ask the user alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

import pytest

from auld.events import Proposed, Revised, Withdrawn
from auld.observations import PartialDate
from auld.planner import decide, plan
from auld.policy import Budget, Policy
from auld.projections.view import View
from auld.projections.views import FollowUp, PersonView
from auld.reasons.base import Proposal, Reason
from auld.reasons.birthday import Birthday
from auld.reasons.cadence import Cadence
from support.views import MONDAY, FakeView, days_ago, fake_view

DAY = timedelta(days=1)


@dataclass
class Wish:
    """Wants something of everybody whose id is given, at any time of two weeks from the day told."""

    id: ClassVar[str] = "wish"
    summary: ClassVar[str] = "a wish"
    days: dict[str, date]
    span: int = 13
    heavy: bool = False
    fixed: bool = False

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        day = self.days.get(person.id)
        if day is not None and day <= until and today <= day + self.span * DAY:
            first = max(day, today)
            last = day + self.span * DAY
            title = f"Revive {person.name}"
            yield Proposal(person.id, self.id, "wish:1", first, last, first, 40, title, (), self.fixed, self.heavy)


class RareWish(Wish):
    id: ClassVar[str] = "rare"
    per_week: ClassVar[int] = 1


class Review:
    """Asks the user themselves, on the first of each month."""

    id: ClassVar[str] = "review"
    summary: ClassVar[str] = "a review"

    def __init__(self, *, heavy: bool = False) -> None:
        self.heavy = heavy

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        yield from ()

    def propose_for_user(self, view: View, today: date, until: date) -> Iterator[Proposal]:
        day = MONDAY + 2 * DAY
        if day <= until:
            yield Proposal(
                "", self.id, f"review:{day}", day, day + 7 * DAY, day, 80, "Look back", ("A line.",), heavy=self.heavy
            )

    def void(self, view: View, person: PersonView, follow_up: FollowUp, because: object, today: date) -> str | None:
        return "a fortnight has passed" if today > MONDAY + 16 * DAY else None


def friends(count: int) -> list[PersonView]:
    return [PersonView(f"p{n}", f"Friend {n}", ideal=28, at_most=42) for n in range(count)]


def turn(view: FakeView, *reasons: Reason) -> list[Proposed | Revised | Withdrawn]:
    drafts = decide(plan(view, reasons, view.today), view, view.as_of)
    view.take(drafts)
    assert decide(plan(view, reasons, view.today), view, view.as_of) == []
    return [draft.data for draft in drafts if isinstance(draft.data, Proposed | Revised | Withdrawn)]


def monday(day: date) -> date:
    return day - day.weekday() * DAY


def bearing(view: FakeView, reason: str) -> list[FollowUp]:
    return [f for f in view.follow_ups() if f.open and any(b.reason == reason for b in f.because)]


class TestRare:
    def test_one_a_week_of_all_people_together(self) -> None:
        view = fake_view(*friends(6))
        turn(view, RareWish(dict.fromkeys((p.id for p in view.persons), MONDAY)))
        asked = bearing(view, "rare")
        assert len(asked) == 3, "this week, the next, and the Monday after"
        assert len({monday(f.day) for f in asked}) == 3

    def test_others_are_as_many_as_the_budget_allows(self) -> None:
        view = fake_view(*friends(6))
        turn(view, Wish(dict.fromkeys((p.id for p in view.persons), MONDAY)))
        assert len(bearing(view, "wish")) == 6

    def test_what_was_done_or_deleted_this_week_counts(self) -> None:
        view = fake_view(*friends(6))
        reason = RareWish(dict.fromkeys((p.id for p in view.persons), MONDAY))
        turn(view, reason)
        view.close(min(bearing(view, "rare"), key=lambda f: f.day).key, "dismissed")
        assert turn(view, reason) == []

    def test_it_joins_others_only_while_there_is_room_and_never_holds_them_up(self) -> None:
        view = fake_view(*friends(4), policy=Policy(horizon=4))
        for person in view.persons:
            view.met(person.id, days_ago(60))
        turn(view, Cadence(), RareWish(dict.fromkeys((p.id for p in view.persons), MONDAY)))
        assert len([f for f in view.follow_ups() if f.open]) == 4
        assert len(bearing(view, "rare")) == 1

    def test_it_waits_for_its_week_beside_entries_that_stand(self) -> None:
        view = fake_view(*friends(3), policy=Policy(horizon=4))
        for person in view.persons:
            view.met(person.id, days_ago(60))
        turn(view, Cadence())
        turn(view, Cadence(), RareWish(dict.fromkeys((p.id for p in view.persons), MONDAY)))
        assert len(bearing(view, "rare")) == 1

    def test_a_birthday_does_not_wait_for_it(self) -> None:
        people = [replace(p, birthday=PartialDate(3, 5), since=MONDAY + 99 * DAY) for p in friends(3)]
        view = fake_view(*people)
        turn(view, Birthday(), RareWish(dict.fromkeys((p.id for p in people), MONDAY)))
        assert [f.day for f in view.follow_ups()] == [date(2026, 3, 5)] * 3
        assert len(bearing(view, "rare")) == 1


class TestHeavy:
    @pytest.mark.parametrize(("heavy", "days"), [(True, 3), (False, 1)])
    def test_no_two_on_a_day(self, heavy: bool, days: int) -> None:
        view = fake_view(*friends(3), policy=Policy(budget=Budget(per_day=3)))
        view.busy = {MONDAY + n * DAY: 600 for n in range(1, 14)}  # all would rather be today
        turn(view, Wish(dict.fromkeys((p.id for p in view.persons), MONDAY), heavy=heavy))
        assert len({f.day for f in view.follow_ups()}) == days

    def test_those_that_stand_count(self) -> None:
        view = fake_view(*friends(2))
        turn(view, Wish({"p0": MONDAY}, span=0, heavy=True, fixed=True))
        assert turn(view, Wish({"p0": MONDAY, "p1": MONDAY}, span=0, heavy=True, fixed=True)) == []
        assert len(turn(view, Wish({"p0": MONDAY, "p1": MONDAY}, span=0, fixed=True))) == 2, "light, both can be"

    def test_it_says_so_in_the_log(self) -> None:
        view = fake_view(*friends(1))
        (born,) = turn(view, Wish({"p0": MONDAY}, heavy=True))
        assert born.because is not None and born.because[0].heavy  # type: ignore[union-attr]  # a birth has reasons


class TestForTheUser:
    def test_an_entry_without_a_person(self) -> None:
        view = fake_view()
        (born,) = turn(view, Review())
        assert isinstance(born, Proposed)
        assert (born.key, born.person, born.name) == (f":review:{MONDAY + 2 * DAY}", "", "")
        assert (born.day, born.title) == ((MONDAY + 2 * DAY).isoformat(), "Look back")
        assert born.description.startswith("A line.")

    def test_it_takes_no_place_of_the_budget(self) -> None:
        policy = Policy(budget=Budget(per_day=1, per_week=1), horizon=4)
        view = fake_view(*friends(1), policy=policy)
        turn(view, Review(), Wish({"p0": MONDAY + 2 * DAY}, span=0))
        assert {f.person: f.day for f in view.follow_ups()} == {"": MONDAY + 2 * DAY, "p0": MONDAY + 2 * DAY}

    def test_but_it_may_be_heavy(self) -> None:
        view = fake_view(*friends(1))
        turn(view, Review(heavy=True), Wish({"p0": MONDAY + 2 * DAY}, heavy=True))
        assert len({f.day for f in view.follow_ups()}) == 2

    def test_it_may_be_void_and_closed_like_any_other(self) -> None:
        view = fake_view()
        turn(view, Review())
        view.today = MONDAY + 17 * DAY
        (gone,) = turn(view, Review())
        assert isinstance(gone, Withdrawn) and gone.why == "a fortnight has passed"
        view = fake_view()
        turn(view, Review())
        view.close(next(iter(view.asked)), "done")
        assert turn(view, Review()) == []

    def test_proposals_must_not_name_a_person(self) -> None:
        class Wrong(Review):
            def propose_for_user(self, view: View, today: date, until: date) -> Iterator[Proposal]:
                yield Proposal("p0", self.id, "x", today, today, today, 1, "x")

        view = fake_view(*friends(1))
        found = plan(view, (Wrong(),), view.today)
        assert found.entries == ()
        assert [str(p) for p in found.problems] == ["reason review failed with ValueError for one person"]
