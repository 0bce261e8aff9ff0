"""``cadence``: when it must ask, when it must not, and which words and occasion it gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from auld.events import Because
from auld.projections.views import FollowUp, FollowUpState, NoteView, PersonView
from auld.reasons.base import Proposal
from auld.reasons.cadence import Cadence
from support.views import MONDAY, FakeView, days_ago, fake_view

ANA = PersonView("p1", "Ana Lima", category="inner circle", ideal=28, at_most=42, rank=0)
UNTIL = MONDAY + timedelta(days=14)


def ask(view: FakeView, person: PersonView = ANA, today: date = MONDAY) -> list[Proposal]:
    return list(Cadence().propose(view, person, today, today + timedelta(days=14)))


def asked(
    view: FakeView, state: FollowUpState, ago: int, occasion: str = "cadence:1", day: date = MONDAY, closed: int | None = None
) -> FollowUp:
    """A follow-up that was proposed some days ago, and closed some days ago unless it is open."""
    born = view.as_of - timedelta(days=ago)
    follow_up = FollowUp(
        key=f"p1:{occasion}",
        uid="u",
        person="p1",
        name="Ana Lima",
        because=(Because("cadence", occasion),),
        day=day,
        title="",
        description="",
        state=state,
        proposed_at=born,
        window=(born.date(), born.date() + timedelta(days=14)),
        closed_at=None if closed is None else view.as_of - timedelta(days=closed),
    )
    view.asked[follow_up.key] = follow_up
    return follow_up


@pytest.mark.parametrize(
    ("ago", "window"),
    [
        (13, None),
        (14, (MONDAY + timedelta(days=14), MONDAY + timedelta(days=28))),
        (27, (MONDAY + timedelta(days=1), MONDAY + timedelta(days=15))),
        (28, (MONDAY, MONDAY + timedelta(days=14))),
        (40, (MONDAY, MONDAY + timedelta(days=2))),
        (42, (MONDAY, MONDAY)),
        (43, (MONDAY, MONDAY + timedelta(days=14))),
        (400, (MONDAY, MONDAY + timedelta(days=14))),
    ],
)
def test_due_from_the_ideal_interval_to_at_most(ago: int, window: tuple[date, date] | None) -> None:
    view = fake_view(ANA)
    view.met("p1", days_ago(ago))
    assert [(p.first, p.last) for p in ask(view)] == ([] if window is None else [window])


def test_says_the_rule_and_the_last_touches() -> None:
    view = fake_view(ANA)
    for ago in (200, 150, 100, 60):
        view.met("p1", days_ago(ago), f"Lunch {ago}")
    view.noted["p1"] = [NoteView(datetime(2026, 1, 10, 23, 30, tzinfo=UTC), "Her son starts school")]
    (proposal,) = ask(view)
    assert proposal.title == "Get in touch with Ana Lima"
    assert proposal.context == (
        "Last met on 1 January 2026. Inner circle: every 4 weeks, 6 at most.",
        "1 January 2026: Lunch 60",
        "22 November 2025: Lunch 100",
        "3 October 2025: Lunch 150",
        "10 January 2026: Her son starts school",
    )


def test_never_met_is_due_at_once_but_less_urgent() -> None:
    view = fake_view(ANA)
    (stranger,) = ask(view, replace(ANA, since=MONDAY))
    assert (stranger.first, stranger.last) == (MONDAY, MONDAY + timedelta(days=42))
    assert stranger.context[0].startswith("No meeting known so far.")
    view.met("p1", days_ago(28))
    assert stranger.priority < ask(view)[0].priority


def test_rank_and_lateness_decide_the_priority() -> None:
    def priority(rank: int, ago: int) -> int:
        view = fake_view(ANA)
        view.met("p1", days_ago(ago))
        return ask(view, replace(ANA, rank=rank))[0].priority

    assert priority(0, 28) > priority(1, 28) > priority(99, 28) > 0
    assert priority(99, 28) < priority(99, 42) < priority(99, 70) <= 60
    assert priority(99, 70) > priority(0, 28), "who waits long enough comes before who matters more"


def test_without_a_cadence_nobody_is_asked_about() -> None:
    assert ask(fake_view(ANA), replace(ANA, ideal=None, at_most=None)) == []


def test_without_at_most_half_as_much_again_is_allowed() -> None:
    view = fake_view(ANA)
    view.met("p1", days_ago(28))
    (proposal,) = ask(view, replace(ANA, at_most=None, category=""))
    assert proposal.last == MONDAY + timedelta(days=14)
    assert proposal.context[0] == "Last met on 2 February 2026. Every 4 weeks, 6 at most."


@pytest.mark.parametrize(
    ("ago", "ahead", "silent"), [(28, 10, True), (28, 21, True), (28, 22, False), (20, 22, True), (400, 22, False)]
)
def test_a_planned_meeting_silences_it(ago: int, ahead: int, silent: bool) -> None:
    view = fake_view(ANA)
    view.met("p1", days_ago(ago))
    view.plan_meeting("p1", MONDAY + timedelta(days=ahead))
    assert (ask(view) == []) is silent


class TestOccasion:
    def test_counts_the_asks(self) -> None:
        view = fake_view(ANA)
        view.met("p1", days_ago(60))
        assert [p.occasion for p in ask(view)] == ["cadence:1"]
        asked(view, "done", 200, closed=190)
        assert [p.occasion for p in ask(view)] == ["cadence:2"]

    def test_an_open_ask_is_used_again_when_a_past_touch_is_corrected(self) -> None:
        view = fake_view(ANA)
        view.met("p1", days_ago(60))
        asked(view, "written", 1)
        view.held["p1"].clear()
        view.met("p1", days_ago(90))
        assert [p.occasion for p in ask(view)] == ["cadence:1"]

    @pytest.mark.parametrize(("closed", "occasions"), [(0, []), (13, []), (14, ["cadence:2"])])
    def test_a_deleted_ask_rests(self, closed: int, occasions: list[str]) -> None:
        view = fake_view(ANA)
        view.met("p1", days_ago(60))
        asked(view, "dismissed", 20, closed=closed)
        assert [p.occasion for p in ask(view)] == occasions

    @pytest.mark.parametrize(("closed", "occasions"), [(14, []), (27, []), (28, ["cadence:3"])])
    def test_the_rest_grows_with_every_deletion_in_a_row(self, closed: int, occasions: list[str]) -> None:
        view = fake_view(ANA)
        view.met("p1", days_ago(100))
        asked(view, "dismissed", 60, "cadence:1", closed=50)
        asked(view, "dismissed", 30, "cadence:2", closed=closed)
        assert [p.occasion for p in ask(view)] == occasions

    def test_a_touch_ends_the_row(self) -> None:
        view = fake_view(ANA)
        asked(view, "dismissed", 60, "cadence:1", closed=50)
        view.met("p1", days_ago(40))
        asked(view, "dismissed", 30, "cadence:2", closed=14)
        assert [p.first for p in ask(view)] == [MONDAY]

    def test_what_we_took_back_ourselves_does_not_rest(self) -> None:
        view = fake_view(ANA)
        view.met("p1", days_ago(60))
        asked(view, "withdrawn", 20, closed=1)
        assert [(p.occasion, p.first) for p in ask(view)] == [("cadence:2", MONDAY)]


class TestVoid:
    def why(self, view: FakeView, follow_up: FollowUp, today: date = MONDAY) -> str | None:
        return Cadence().void(view, ANA, follow_up, follow_up.because[0], today)

    def test_stands_while_nothing_happens(self) -> None:
        view = fake_view(ANA)
        view.met("p1", days_ago(60))
        assert self.why(view, asked(view, "written", 10)) is None

    def test_a_touch_since(self) -> None:
        view = fake_view(ANA)
        view.met("p1", days_ago(3))
        assert self.why(view, asked(view, "written", 10)) == "met on 27 February 2026"

    def test_a_touch_that_was_learnt_of_later(self) -> None:
        view = fake_view(ANA)
        view.met("p1", days_ago(12))
        assert self.why(view, asked(view, "written", 10)) == "met on 18 February 2026"

    def test_a_planned_meeting(self) -> None:
        view = fake_view(ANA)
        view.met("p1", days_ago(60))
        view.plan_meeting("p1", MONDAY + timedelta(days=5))
        assert self.why(view, asked(view, "written", 10)) == "a meeting is planned for 7 March 2026"

    def test_stands_where_a_birthday_moved_it_before_it_was_due(self) -> None:
        view = fake_view(ANA)
        view.met("p1", days_ago(20))
        follow_up = asked(view, "written", 0, day=MONDAY + timedelta(days=4))
        due = MONDAY + timedelta(days=8)
        assert self.why(view, follow_up) == "met on 10 February 2026"
        assert self.why(view, replace(follow_up, window=(due, due + timedelta(days=14)))) is None
