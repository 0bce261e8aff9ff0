"""``assess``: whom the user meets again and again and never chose; once a quarter, and never a room or a list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from auld.events import Because, LetGo, Proposed
from auld.observations import Attendee
from auld.planner import decide, plan
from auld.policy import Category, Policy
from auld.projections.encounters import unknown
from auld.projections.query import Query
from auld.projections.views import PersonView, Unchosen
from auld.reasons.assess import Assess
from auld.reasons.base import ForTheUser, Proposal
from projections.world import World
from support.views import FakeView, fake_view

MAY = date(2026, 5, 18)


def stranger(name: str, count: int = 4, **more: str) -> Unchosen:
    first, last = (datetime(2026, month, 3, 10, tzinfo=UTC) for month in (1, 3))
    return Unchosen(name, f"{name.lower()}@example.org", False, count, first, last, **more)


def view_of(*people: Unchosen, today: date = MAY) -> FakeView:
    view = fake_view(today=today)
    view.strangers = list(people)
    return view


def asked(view: FakeView | Query, days: int = 14) -> list[Proposal]:
    return list(Assess().propose_for_user(view, view.today, view.today + timedelta(days=days)))


def test_who_how_often_and_where() -> None:
    (proposal,) = asked(view_of(stranger("Rui", title="Board", place="Porto"), stranger("Eva")))
    assert proposal.person == ""
    assert (proposal.occasion, proposal.best, proposal.last) == ("assess:2026-Q2", MAY, date(2026, 6, 30))
    assert proposal.context[:2] == (
        "Rui: met 4 times from 3 January 2026 to 3 March 2026; Board, Porto; in no address book",
        "Eva: met 4 times from 3 January 2026 to 3 March 2026; in no address book",
    )
    assert "auld keep" in proposal.context[2]


def test_it_names_few() -> None:
    (proposal,) = asked(view_of(*(stranger(f"P{number}") for number in range(30))))
    assert [line.partition(":")[0] for line in proposal.context[:-1]] == ["P0", "P1", "P2", "P3", "P4"]


def test_nobody_to_name_nothing_to_ask() -> None:
    assert asked(view_of()) == []
    assert list(Assess().propose(view_of(), PersonView("ana", "Ana Lima"), MAY, MAY)) == []


@pytest.mark.parametrize(
    ("today", "best", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 15), date(2026, 3, 31)),
        (date(2026, 4, 20), date(2026, 4, 20), date(2026, 6, 30)),
        (date(2026, 9, 30), date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 12, 31), date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_it_stands_two_weeks_after_the_quarter_began_or_now(today: date, best: date, last: date) -> None:
    (proposal,) = asked(view_of(stranger("Eva"), today=today))
    assert (proposal.best, proposal.last) == (best, last)


def test_once_a_quarter_and_nobody_twice() -> None:
    assert isinstance(Assess(), ForTheUser)
    view = view_of(*(stranger(f"P{number}") for number in range(8)))
    reasons = (Assess(),)
    drafts = decide(plan(view, reasons, MAY), view, view.as_of)
    assert len([draft for draft in drafts if isinstance(draft.data, Proposed)]) == 1
    view.take(drafts)
    assert decide(plan(view, reasons, MAY), view, view.as_of) == [], "it keeps still"
    view.strangers.reverse()
    assert decide(plan(view, reasons, MAY), view, view.as_of) == [], "also when somebody else is met more often by now"
    view.close(next(iter(view.asked)), "dismissed")
    assert asked(view) == []
    view.today = date(2026, 7, 20)
    (proposal,) = asked(view)
    assert {line.partition(":")[0] for line in proposal.context[:-1]} == {"P5", "P6", "P7"}


class Calendar(World):
    def __init__(self) -> None:
        super().__init__(Policy(timezone="Europe/Lisbon", me=("me@example.org",), categories=(Category("friends", 28, 42),)))

    def meet(self, *people: str | Attendee, times: int = 3) -> None:
        for month in range(1, times + 1):
            day = f"2025-{month:02d}-03"
            self.meeting(f"{day}T10:00:00", f"{day}T11:00:00", *people, title="Review", location="Porto")

    def named(self) -> list[str]:
        return [each.name for each in self.ask().unchosen()]


def test_an_empty_log_asks_nothing() -> None:
    assert asked(Calendar().ask()) == []
    assert asked(World(policy=None).ask()) == []


def test_who_is_in_no_address_book() -> None:
    world = Calendar()
    world.meet(Attendee("rui@example.net", "Rui Reis", status="accepted"), "eva@example.net")
    (proposal,) = asked(world.ask())
    assert proposal.context[:2] == (
        "eva@example.net: met 3 times from 3 January 2025 to 3 March 2025; Review, Porto; in no address book",
        "Rui Reis: met 3 times from 3 January 2025 to 3 March 2025; Review, Porto; in no address book",
    )


def test_who_is_in_a_book_but_in_no_category() -> None:
    world = Calendar()
    world.card("Rui Reis", "rui@example.net", categories=("people I know",))
    world.card("Ana Lima", "ana@example.net", categories=("friends",))
    world.meet("rui@example.net", "ana@example.net")
    assert world.named() == ["Rui Reis"]
    assert next(iter(world.ask().unchosen())).known


def test_whom_one_met_twice_is_not_met_again_and_again() -> None:
    world = Calendar()
    world.meet("rui@example.net", times=2)
    assert world.named() == []


def test_who_was_let_go_is_not_named() -> None:
    world = Calendar()
    world.card("Rui Reis", "rui@example.net")
    world.meet("rui@example.net")
    assert world.named() == ["Rui Reis"]
    world.say(LetGo(world.person("Rui Reis").id))
    assert world.named() == []


def test_one_person_with_two_addresses_is_named_once() -> None:
    world = Calendar()
    world.card("Rui Reis", "rui@example.net", ref="/rui")
    world.card("Rui Reis", "rui@example.com", uid="u", ref="/rui2")
    world.card("Rui Reis", "rui@example.net", uid="u", ref="/rui3")
    world.meet("rui@example.net", "rui@example.com")
    assert world.named() == ["Rui Reis"]


@pytest.mark.parametrize(
    "who",
    [
        Attendee("room4@example.org", "Room 4", status="accepted"),
        Attendee("porto@resource.calendar.google.com", "Porto", status="accepted"),
        Attendee("sala@example.org", "Sala", kind="room", status="accepted"),
        Attendee("everybody@example.org", "Everybody", kind="group", status="accepted"),
        Attendee("acme-list@example.org", "Acme", status="accepted"),
        Attendee("news@googlegroups.com", "", status="accepted"),
        Attendee("x7@example.org", "Marketing Team", status="accepted"),
        Attendee("info@example.org", "", status="accepted"),
        Attendee("me@example.org", "Me", status="accepted"),
        Attendee("rui@example.net", "Rui", status="declined"),
    ],
)
def test_rooms_lists_functions_and_the_user_are_nobody(who: Attendee) -> None:
    world = Calendar()
    world.meet(who, "eva@example.net")
    assert world.named() == ["eva@example.net"]
    assert [each.email for each in unknown(world.state, datetime(2025, 12, 1, tzinfo=UTC))] == ["eva@example.net"]


def test_meetings_of_very_many_count_for_nobody() -> None:
    world = Calendar()
    world.meet(*(f"p{number}@example.net" for number in range(30)))
    assert world.named() == []


def test_what_was_asked_is_known_by_the_log() -> None:
    world = Calendar()
    world.meet("rui@example.net", "eva@example.net")
    (proposal,) = asked(world.ask())
    because = (Because("assess", proposal.occasion, proposal.context[:1]),)
    world.say(Proposed("k", "uid-k", "", "", because, "2026-03-12", proposal.title, ""))
    assert asked(world.ask()) == []
    world.now = datetime(2026, 5, 4, tzinfo=UTC)
    assert [line.partition(":")[0] for line in asked(world.ask())[0].context[:-1]] == ["rui@example.net"]
