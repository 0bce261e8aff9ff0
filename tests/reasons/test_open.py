"""Promises, questions, what is awaited, and the notes after a meeting: both sides of each rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Literal

import pytest

from auld import planner, wording
from auld.events import Because, Captured, CapturedLine
from auld.policy import Category, Policy, Words
from auld.projections.views import Fact, FollowUp, PersonView, Promise, Touch
from auld.projections.weights import Weight
from auld.reasons.awaiting import Awaiting
from auld.reasons.base import Proposal, Reason
from auld.reasons.cadence import Cadence
from auld.reasons.debrief import Debrief
from auld.reasons.promise import Promised
from auld.reasons.question import Asked
from projections.world import World
from support.views import MONDAY, FakeView, fake_view

ANA = PersonView("ana", "Ana Lima", category="friends", ideal=28, at_most=42, since=MONDAY)
FRIDAY = MONDAY + timedelta(days=4)
POLICY = Policy(timezone="Europe/Lisbon", categories=(Category("friends", 28, 42, debrief=True), Category("rest", 28, 42)))


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), POLICY.zone)


def said(
    text: str, kind: str = "promise", due: date | None = None, state: Literal["open", "done"] = "open", day: date = MONDAY
) -> Promise:
    return Promise(f"ana:cadence:1#{len(text)}", kind, text, "them" if kind == "theirs" else "me", at(day), due, state)


def view_of(*promises: Promise) -> FakeView:
    view = fake_view(ANA, policy=POLICY)
    view.promised["ana"] = list(promises)
    return view


def asked(reason: Promised | Asked | Awaiting | Debrief | Cadence, view: FakeView, person: PersonView = ANA) -> list[Proposal]:
    return list(reason.propose(view, person, view.today, view.today + timedelta(days=14)))


class TestPromise:
    def test_stands_on_the_day_that_was_named(self) -> None:
        (proposal,) = asked(Promised(), view_of(said("send the deck by Friday", due=FRIDAY)))
        assert (proposal.best, proposal.last) == (FRIDAY, FRIDAY)
        assert proposal.title == "Ana Lima: send the deck by Friday"
        assert proposal.context[0] == "You promised: send the deck by Friday (6 March 2026)"

    def test_without_a_day_stands_soon(self) -> None:
        (proposal,) = asked(Promised(), view_of(said("send the deck")))
        assert proposal.best == MONDAY + timedelta(days=2)

    def test_overdue_stands_today(self) -> None:
        (proposal,) = asked(Promised(), view_of(said("send it", due=MONDAY - timedelta(days=9))))
        assert (proposal.first, proposal.best) == (MONDAY, MONDAY)

    def test_left_undone_before_its_day_is_set_again_by_then_however_full_that_is(self) -> None:
        view = view_of(said("send the deck by Friday", due=FRIDAY))
        view.busy = {FRIDAY - timedelta(days=n): 400 for n in range(3) if n != 1}

        def turn() -> FollowUp:
            view.take(planner.decide(planner.plan(view, [Promised()], view.today), view, view.as_of))
            (follow_up,) = view.asked.values()
            view.asked[follow_up.key] = replace(follow_up, state="written")
            return follow_up

        assert turn().day == FRIDAY - timedelta(days=1)
        view.today = FRIDAY
        view.busy[FRIDAY + timedelta(days=3)] = 0
        assert turn().day == FRIDAY

    @pytest.mark.parametrize(
        "promise",
        [
            said("done", state="done"),
            said("theirs", "theirs"),
            said("a question", "question"),
            said("far", due=MONDAY + timedelta(days=60)),
        ],
    )
    def test_nothing_else_is_asked(self, promise: Promise) -> None:
        assert asked(Promised(), view_of(promise)) == []

    def test_void_when_done_taken_out_or_given_another_day(self) -> None:
        promise = said("send it", due=FRIDAY)
        (proposal,) = asked(Promised(), view_of(promise))
        because = Because("promise", proposal.occasion)

        def void(*promises: Promise) -> str | None:
            return Promised().void(view_of(*promises), ANA, _any_follow_up(), because, MONDAY)

        assert void(promise) is None
        assert void(replace(promise, text="send it all")) is None
        assert void() == "the line was taken out"
        assert void(replace(promise, state="done")) == "it is done"
        assert void(replace(promise, due=MONDAY)) == "the line was changed"


def _any_follow_up() -> FollowUp:
    view = fake_view(ANA, policy=POLICY)
    made = planner.plan(view, [Cadence()], view.today)
    view.take(planner.decide(made, view, view.as_of))
    return next(iter(view.asked.values()))


class TestQuestion:
    def test_is_answered_fast(self) -> None:
        (proposal,) = asked(Asked(), view_of(said("what did we pay", "question")))
        assert (proposal.title, proposal.reason) == ("Answer Ana Lima: what did we pay", "question")
        assert proposal.best == MONDAY + timedelta(days=2)

    def test_a_promise_is_none(self) -> None:
        assert asked(Asked(), view_of(said("send the deck"))) == []


class TestAwaiting:
    def test_nudges_once_it_is_overdue(self) -> None:
        (proposal,) = asked(Awaiting(), view_of(said("intro", "theirs", MONDAY - timedelta(days=2))))
        assert (proposal.title, proposal.best) == ("Ask Ana Lima: intro", MONDAY)

    @pytest.mark.parametrize(
        "promise",
        [
            said("not yet", "theirs", MONDAY - timedelta(days=1)),
            said("no day, noted last week", "theirs", day=MONDAY - timedelta(days=7)),
            said("they did", "theirs", MONDAY - timedelta(days=20), "done"),
            said("mine", "promise", MONDAY - timedelta(days=20)),
        ],
    )
    def test_is_patient(self, promise: Promise) -> None:
        assert asked(Awaiting(), view_of(promise)) == []

    def test_without_a_day_two_weeks_are_enough(self) -> None:
        assert len(asked(Awaiting(), view_of(said("intro", "theirs", day=MONDAY - timedelta(days=16))))) == 1


class TestDebrief:
    def met(self, size: int = 2, day: date = MONDAY, kind: str = "meeting") -> FakeView:
        view = fake_view(ANA, policy=POLICY)
        view.today = max(day, MONDAY)
        view.held["ana"] = [Touch(at(day) - timedelta(hours=2), kind, "Lunch", 1 / size, "cal", "ref", Weight(size))]
        return view

    @pytest.mark.parametrize("size", [2, 4])
    def test_after_a_meeting_with_few(self, size: int) -> None:
        (proposal,) = asked(Debrief(), self.met(size))
        assert (proposal.title, proposal.best, proposal.last) == ("Notes: Ana Lima", MONDAY, MONDAY)
        assert {"I:", "they:", "?:", "likes:", "next:"} <= set(proposal.context)

    def test_its_lines_are_in_the_users_words(self) -> None:
        view = self.met()
        view.policy = replace_words(view.policy, Words(promise=("eu",)))
        assert "eu:" in asked(Debrief(), view)[0].context

    def test_not_after_a_large_meeting_a_follow_up_or_long_ago(self) -> None:
        assert asked(Debrief(), self.met(5)) == []
        assert asked(Debrief(), self.met(kind="follow-up")) == []
        assert asked(Debrief(), self.met(day=MONDAY - timedelta(days=8))) == []

    def test_only_where_the_category_asks_for_it(self) -> None:
        assert asked(Debrief(), self.met(), replace(ANA, category="rest")) == []
        assert asked(Debrief(), self.met(), replace(ANA, category="")) == []

    def test_void_if_the_meeting_was_none_or_a_week_ago(self) -> None:
        view, because = self.met(), Because("debrief", f"debrief:{MONDAY}")
        assert Debrief().void(view, ANA, _any_follow_up(), because, MONDAY + timedelta(days=7)) is None
        assert Debrief().void(view, ANA, _any_follow_up(), because, MONDAY + timedelta(days=8)) == "a week has passed"
        view.held.clear()
        assert Debrief().void(view, ANA, _any_follow_up(), because, MONDAY) == "the meeting did not take place"


def replace_words(policy: Policy, words: Words) -> Policy:
    return Policy(timezone=policy.timezone, categories=policy.categories, words=words)


def test_entries_stand_beside_each_other_and_stay() -> None:
    view = view_of(said("send the deck", due=FRIDAY), said("the price", "question"))
    reasons: list[Reason] = [Promised(), Asked(), Cadence()]
    for _ in range(2):  # deciding again changes nothing
        view.take(planner.decide(planner.plan(view, reasons, view.today), view, view.as_of))
        assert sorted(f.because[0].reason for f in view.asked.values() if f.open) == ["cadence", "promise", "question"]
        assert all(len(f.because) == 1 for f in view.asked.values())
    view.promised["ana"] = [replace(each, state="done") for each in view.promised["ana"]]
    view.take(planner.decide(planner.plan(view, reasons, view.today), view, view.as_of))
    assert [f.because[0].reason for f in view.asked.values() if f.open] == ["cadence"]


def test_the_next_entry_shows_what_is_open_on_both_sides() -> None:
    view = view_of(said("send the deck"), said("intro", "theirs"), said("paid", state="done"))
    told = (("likes", "wine"), ("likes", "sailing"), ("need", "rest"))
    view.told["ana"] = [Fact(kind, text, at(MONDAY)) for kind, text in told]
    text = wording.description(view, ANA, [Because("cadence", "cadence:1", ("Why now.",))])
    assert "Open:\nYou promised: send the deck\nThey promised: intro\n" in text
    assert "Interested in: wine, sailing\nLooking for: rest" in text
    assert "paid" not in text


class TestNextTime:
    def view(self, due: date | None, met: date = MONDAY - timedelta(days=1)) -> FakeView:
        view = fake_view(ANA, policy=POLICY)
        view.met("ana", met)
        view.told["ana"] = [Fact("next", "call", at(MONDAY), due)]
        return view

    def test_the_day_that_was_named_takes_the_place_of_the_interval(self) -> None:
        view = self.view(MONDAY + timedelta(days=10))
        (proposal,) = asked(Cadence(), view)
        assert proposal.best == MONDAY + timedelta(days=10)
        view.take(planner.decide(planner.plan(view, [Cadence()], view.today), view, view.as_of))
        made = planner.plan(view, [Cadence()], view.today)
        assert not made.withdrawn, "and stands"

    def test_later_than_the_interval_it_holds_back(self) -> None:
        view = self.view(MONDAY + timedelta(days=100), MONDAY - timedelta(days=40))
        assert asked(Cadence(), view) == []
        view.told.clear()
        assert len(asked(Cadence(), view)) == 1

    def test_without_a_day_or_once_it_was_done_the_interval_holds(self) -> None:
        assert asked(Cadence(), self.view(None)) == []
        assert asked(Cadence(), self.view(MONDAY + timedelta(days=3))) == []


class TestForTheUserAlone:
    """What is typed into an entry that concerns nobody else: the review of a quarter, say."""

    def test_a_promise_stands_on_its_day_in_the_user_s_own_words(self) -> None:
        view = fake_view(ANA, policy=POLICY)
        view.promised[""] = [said("write a plan by Friday", due=FRIDAY)]
        (entry,) = planner.plan(view, [Promised(), Asked()], view.today).entries
        assert (entry.person, entry.title, entry.day) == ("", "write a plan by Friday", FRIDAY)

    def test_through_real_events_notes_come_back_in_the_next_entry_and_a_tick_closes_the_promise(self) -> None:
        world = World(Policy(timezone="Europe/Lisbon", categories=POLICY.categories))
        world.card("Ana Lima", "ana@example.org", categories=("friends",))
        note = CapturedLine(":review:2026-Q1#1", "note", "more of Madrid", "more of Madrid")
        plan = CapturedLine(":review:2026-Q1#2", "promise", "write a plan", "I: write a plan")
        world.say(Captured(":review:2026-Q1", "", (note, plan), "seen"))
        view = world.ask()
        for draft in planner.decide(planner.plan(view, [Promised()], view.today), view, world.now):
            world.say(draft.data)
        (entry,) = world.ask().follow_ups("")
        assert "more of Madrid" in entry.description
        assert not world.ask().promises(world.person("Ana Lima").id) and not world.ask().promises("nobody")
        world.write(entry.key)
        world.see(entry.key, status="completed")
        assert [promise.state for promise in world.ask().promises("")] == ["done"]
