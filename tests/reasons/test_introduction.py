"""``introduction`` and ``intro_thanks``: who could help whom, never twice, and the thanks that are due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from auld.events import Because, Captured, CapturedLine, Proposed
from auld.observations import Task
from auld.planner import decide, plan
from auld.policy import Category, Policy
from auld.projections.views import Fact, FollowUp, FollowUpState, PersonView, Promise
from auld.reasons.base import Beside, Proposal, Rare
from auld.reasons.intro_thanks import IntroThanks
from auld.reasons.introduction import Introduction
from projections.world import World
from support.views import MONDAY, FakeView, fake_view

ANA = PersonView("ana", "Ana Lima", emails=("ana@gmail.com",), organisation="Acme", ideal=28, at_most=42)
BEN = PersonView(
    "ben",
    "Ben Costa",
    emails=("ben@gmail.com",),
    organisation="Costa e Filhos",
    title="Lawyer",
    expertise=("tax law", "fishing"),
    ideal=28,
    at_most=42,
)
EVA = PersonView("eva", "Eva Braun", emails=("eva@example.net",), ideal=28, at_most=42)


def view_of(*people: PersonView, need: str = "a lawyer for tax law", today: date = MONDAY) -> FakeView:
    view = fake_view(*people, today=today)
    view.told["ana"] = [Fact("need", need, view.as_of)]
    return view


def asked(view: FakeView, person: PersonView = ANA) -> list[Proposal]:
    return list(Introduction().propose(view, person, view.today, view.today + timedelta(days=14)))


def ask(person: str, other: str, view: FakeView, state: FollowUpState = "written", days: int = 0) -> FollowUp:
    at = view.as_of - timedelta(days=days)
    because = (Because("introduction", f"introduction:{other}"),)
    closed = None if state in ("planned", "written", "moved") else at
    key = f"{person}:introduction:{other}"
    day = at.date()
    return FollowUp(key, "u", person, "", because, day, "", "", state, at, (day, day), closed_at=closed)


class TestIntroduction:
    def test_both_sides_are_shown(self) -> None:
        (proposal,) = asked(view_of(ANA, BEN))
        assert proposal.title == "Introduce Ana Lima to Ben Costa?"
        assert proposal.context == (
            "Ana Lima is looking for: a lawyer for tax law",
            "Ben Costa knows about: tax law",
            "As far as your calendar tells they have never met. Ask both of them first.",
            "Ben Costa: Lawyer, Costa e Filhos, ben@gmail.com",
        )
        assert proposal.occasion == "introduction:ben"

    def test_it_is_asked_for_the_one_whose_need_it_is_only(self) -> None:
        view = view_of(ANA, BEN)
        assert asked(view, BEN) == []
        assert isinstance(Introduction(), Beside)
        assert isinstance(Introduction(), Rare)

    @pytest.mark.parametrize(
        ("kind", "line"),
        [
            ("need", "Ana Lima is looking for: boats"),
            ("likes", "Ana Lima is interested in: boats"),
        ],
    )
    def test_what_is_wanted_and_what_is_offered(self, kind: str, line: str) -> None:
        view = fake_view(ANA, EVA)
        view.told = {"ana": [Fact(kind, "boats", view.as_of)], "eva": [Fact("offers", "a boat", view.as_of)]}
        (proposal,) = asked(view)
        assert proposal.context[:2] == (line, "Eva Braun can offer: a boat")

    def test_an_open_question_is_a_need(self) -> None:
        view = fake_view(ANA, BEN)
        question = Promise("1", "question", "who knows tax law", "me", view.as_of, None, "open")
        view.promised["ana"] = [question]
        assert [p.context[0] for p in asked(view)] == ["Ana Lima asked you: who knows tax law"]
        view.promised["ana"] = [replace(question, state="done")]
        assert asked(view) == []

    def test_interests_of_a_card_count(self) -> None:
        ana = replace(ANA, interests=("deep sea fishing",))
        view = fake_view(ana, BEN)
        assert [p.context[1] for p in asked(view, ana)] == ["Ben Costa knows about: fishing"]

    def test_a_need_goes_before_an_interest(self) -> None:
        ana = replace(ANA, interests=("fishing",))
        eva = replace(EVA, expertise=("tax law",))
        ben = replace(BEN, expertise=("fishing",))
        (proposal,) = asked(view_of(ana, ben, eva), ana)
        assert proposal.occasion == "introduction:eva"

    @pytest.mark.parametrize("need", ["a plumber", "somebody who can help", "law", ""])
    def test_nothing_in_common(self, need: str) -> None:
        ben = replace(BEN, expertise=("tax returns of companies",))
        assert asked(view_of(ANA, ben, need=need)) == []

    def test_a_need_of_more_than_a_year_ago_holds_no_more(self) -> None:
        view = view_of(ANA, BEN)
        view.today += timedelta(days=364)
        assert len(asked(view)) == 1
        view.today += timedelta(days=2)
        assert asked(view) == []

    def test_who_is_not_followed_up_is_no_help(self) -> None:
        assert asked(view_of(ANA, replace(BEN, ideal=None))) == []
        assert asked(view_of(ANA, replace(BEN, let_go=True))) == []
        assert asked(view_of(ANA, replace(BEN, paused_until=MONDAY + timedelta(days=9)))) == []

    def test_nobody_is_introduced_to_themselves(self) -> None:
        ana = replace(ANA, expertise=("tax law",))
        assert asked(view_of(ana), ana) == []

    def test_colleagues_know_each_other(self) -> None:
        assert asked(view_of(ANA, replace(BEN, organisation="ACME GmbH"))) == []
        at_work = replace(BEN, emails=("ben@mail.acme.example",))
        assert asked(view_of(replace(ANA, emails=("ana@mail.acme.example",)), at_work)) == []
        assert len(asked(view_of(replace(ANA, emails=("ana@other.example",)), at_work))) == 1

    def test_who_was_in_one_meeting_knows_each_other(self) -> None:
        view = view_of(ANA, BEN)
        view.met("ana", MONDAY - timedelta(days=90))
        view.met("ben", MONDAY - timedelta(days=91))
        assert len(asked(view)) == 1
        view.met("ben", MONDAY - timedelta(days=90))
        assert asked(view) == []

    def test_who_will_be_in_one_meeting_need_not_be_introduced(self) -> None:
        view = view_of(ANA, BEN)
        for person in ("ana", "ben"):
            view.plan_meeting(person, MONDAY + timedelta(days=9))
        assert asked(view) == []

    def test_who_brought_one_together_with_the_other_knows_them(self) -> None:
        view = view_of(ANA, BEN)
        view.told["ana"].append(Fact("met_through", "Ben", view.as_of))
        assert asked(view) == []

    @pytest.mark.parametrize("state", ["done", "dismissed", "withdrawn", "meeting", "failed"])
    @pytest.mark.parametrize(("needer", "helper"), [("ana", "ben"), ("ben", "ana")])
    def test_never_twice_for_two_people(self, state: FollowUpState, needer: str, helper: str) -> None:
        view = view_of(ANA, BEN)
        view.asked["k"] = ask(needer, helper, view, state, days=400)
        assert asked(view) == []

    def test_never_twice_though_one_has_another_id_now(self) -> None:
        view = view_of(ANA, BEN)
        view.alias["ben-before"] = "ben"
        view.asked["k"] = ask("ana", "ben-before", view, "dismissed", days=400)
        assert asked(view) == []

    def test_what_is_being_asked_keeps_its_words(self) -> None:
        view = view_of(ANA, BEN)
        view.asked["k"] = ask("ana", "ben", view)
        assert [p.occasion for p in asked(view)] == ["introduction:ben"]

    def test_a_helper_is_left_alone_for_a_quarter(self) -> None:
        view = view_of(ANA, BEN, EVA)
        view.asked["k"] = ask("eva", "ben", view, "done", days=60)
        assert asked(view) == []
        view.asked["k"] = ask("eva", "ben", view, "done", days=100)
        assert len(asked(view)) == 1

    def test_one_helper_is_not_offered_to_two_at_once(self) -> None:
        view = view_of(ANA, BEN, EVA)
        view.told["eva"] = [Fact("need", "tax law", view.as_of)]
        assert len(asked(view)) + len(asked(view, EVA)) == 1

    def test_of_very_many_a_quarters_are_thought_of_the_needs_first(self) -> None:
        people = [replace(EVA, id=f"p{n}", name=f"P{n}", emails=(), interests=(f"subject{n % 20}",)) for n in range(40)]
        helpers = [replace(person, id=f"h{person.id}", interests=(), expertise=person.interests) for person in people]
        view = fake_view(*people, *helpers, ANA, BEN)
        view.told["ana"] = [Fact("need", "tax law", view.as_of)]
        found = [proposal.person for person in view.persons for proposal in asked(view, person)]
        assert len(found) == 13
        assert "ana" in found

    def test_void_once_they_know_each_other_or_nothing_is_wanted(self) -> None:
        view = view_of(ANA, BEN)
        follow_up = view.asked["k"] = ask("ana", "ben", view)
        because = follow_up.because[0]
        assert Introduction().void(view, ANA, follow_up, because, MONDAY) is None
        for person in ("ana", "ben"):
            view.met(person, MONDAY - timedelta(days=1))
        assert Introduction().void(view, ANA, follow_up, because, MONDAY)
        view.held.clear()
        view.told["ana"] = []
        assert Introduction().void(view, ANA, follow_up, because, MONDAY)

    def test_the_plan_keeps_still_and_asks_once(self) -> None:
        view = view_of(ANA, BEN)
        reasons = (Introduction(),)
        drafts = decide(plan(view, reasons, MONDAY), view, view.as_of)
        assert [draft.data.title for draft in drafts if isinstance(draft.data, Proposed)] == [
            "Introduce Ana Lima to Ben Costa?"
        ]
        view.take(drafts)
        assert decide(plan(view, reasons, MONDAY), view, view.as_of) == []
        view.close(next(iter(view.asked)), "dismissed")
        view.today += timedelta(days=200)
        assert plan(view, reasons, view.today).entries == ()


def thanks(view: FakeView, person: PersonView, days: int = 14) -> list[Proposal]:
    return list(IntroThanks().propose(view, person, view.today, view.today + timedelta(days=days)))


class TestThanks:
    def made(self, days: int, state: FollowUpState = "done") -> FakeView:
        view = fake_view(ANA, BEN)
        view.asked["k"] = ask("ana", "ben", view, state, days)
        return view

    def test_both_parties_of_an_introduction_are_asked(self) -> None:
        view = self.made(days=14)
        (ana,), (ben,) = thanks(view, ANA), thanks(view, BEN)
        assert ana.title == "Ask Ana Lima how it went with Ben Costa, and say thanks"
        assert ben.title == "Ask Ben Costa how it went with Ana Lima, and say thanks"
        assert ana.context == ("You introduced Ana Lima and Ben Costa on 16 February 2026.",)
        assert (ana.first, ana.last) == (MONDAY, date(2026, 3, 18))
        assert ana.occasion == ben.occasion == "intro_thanks:made:ana:introduction:ben"

    @pytest.mark.parametrize(("days", "many"), [(13, 0), (14, 1), (30, 1), (31, 0)])
    def test_from_two_weeks_to_thirty_days_after(self, days: int, many: int) -> None:
        assert len(thanks(self.made(days), ANA, days=0)) == many

    @pytest.mark.parametrize("state", ["written", "dismissed", "withdrawn", "failed"])
    def test_what_was_not_made_is_not_thanked_for(self, state: FollowUpState) -> None:
        view = self.made(20, state)
        assert thanks(view, ANA) == thanks(view, BEN) == []

    def test_who_was_in_touch_since_has_heard(self) -> None:
        view = self.made(20)
        view.met("ben", MONDAY - timedelta(days=3))
        assert len(thanks(view, ANA)) == 1
        assert thanks(view, BEN) == []

    def told(self, name: str, *people: PersonView, days: int = 20) -> FakeView:
        view = fake_view(ANA, *people)
        view.told["ana"] = [Fact("met_through", name, view.as_of - timedelta(days=days))]
        return view

    @pytest.mark.parametrize("name", ["Ben", "Ben Costa", "ben costa"])
    def test_whoever_made_one_for_the_user_is_thanked(self, name: str) -> None:
        view = self.told(name, BEN, EVA)
        (proposal,) = thanks(view, BEN)
        assert proposal.title == "Thank Ben Costa for introducing you to Ana Lima"
        assert proposal.occasion == "intro_thanks:for:ana"
        assert thanks(view, ANA) == thanks(view, EVA) == []

    @pytest.mark.parametrize("name", ["Benedita", "a conference", "", "Be"])
    def test_a_name_that_nobody_bears(self, name: str) -> None:
        assert thanks(self.told(name, BEN), BEN) == []

    def test_a_name_that_several_bear(self) -> None:
        other = replace(BEN, id="ben2", name="Ben Reis")
        view = self.told("Ben", BEN, other)
        assert thanks(view, BEN) == thanks(view, other) == []
        assert len(thanks(self.told("Ben", BEN, replace(other, ideal=None)), BEN)) == 1, "only one is followed up"

    def test_it_is_closed_after_thirty_days(self) -> None:
        assert thanks(self.told("Ben", BEN, days=31), BEN) == []

    def test_void_says_why(self) -> None:
        view = self.told("Ben", BEN)
        because = Because("intro_thanks", "intro_thanks:for:ana")
        follow_up = replace(ask("ben", "ana", view), because=(because,))

        def why() -> str | None:
            return IntroThanks().void(view, BEN, follow_up, because, view.today)

        assert why() is None
        view.today += timedelta(days=11)
        assert why() == "thirty days have passed"
        view.met("ben", MONDAY)
        assert why() == "you were in touch since"
        view.told.clear()
        assert why() == "there was no introduction"


class Typing(World):
    """Ana's entry, into which the user types."""

    def __init__(self) -> None:
        super().__init__(Policy(timezone="Europe/Lisbon", categories=(Category("friends", 28, 42),)))
        self.card("Ana Lima", "ana@example.org", categories=("friends",))
        self.card("Ben Costa", "ben@example.net", categories=("friends",), expertise=("Tax law",))
        self.propose(self.person("Ana Lima").id)

    def type(self, kind: str, text: str) -> None:
        line = CapturedLine("k1#1", kind, text, f"{kind}: {text}")
        self.say(Captured("k1", self.person("Ana Lima").id, (line,), "digest"))

    def asked(self, reason: Introduction | IntroThanks) -> list[Proposal]:
        view = self.ask()
        return [p for each in view.tracked() for p in reason.propose(view, each, view.today, view.today)]


class TestThroughTheLog:
    def test_from_a_typed_need_to_the_thanks(self) -> None:
        world = Typing()
        assert world.asked(Introduction()) == []
        world.type("need", "somebody for tax law")
        (proposal,) = world.asked(Introduction())
        ana, ben = world.person("Ana Lima").id, world.person("Ben Costa").id
        assert (proposal.person, proposal.occasion) == (ana, f"introduction:{ben}")
        because = (Because("introduction", proposal.occasion, proposal.context),)
        world.say(Proposed("k2", "uid-k2", ana, "Ana Lima", because, "2026-03-12", proposal.title, ""))
        world.write("k2")
        world.say(Task("uid-k2", "✓ Call Ana Lima", due="2026-03-12", status="completed"), "home", "/ours/k2.ics")
        assert world.follow_up("k2").state == "done"
        assert world.asked(Introduction()) == world.asked(IntroThanks()) == []
        world.now += timedelta(days=15)
        assert {p.person for p in world.asked(IntroThanks())} == {ana, ben}

    def test_a_common_meeting_is_seen(self) -> None:
        world = Typing()
        world.type("need", "somebody for tax law")
        world.meeting("2026-03-02T12:00:00", "2026-03-02T13:00:00", "ana@example.org", "ben@example.net")
        assert world.asked(Introduction()) == []

    @pytest.mark.parametrize(("name", "many"), [("Ben", 1), ("Ben Costa", 1), ("Bene", 0)])
    def test_met_through_somebody(self, name: str, many: int) -> None:
        world = Typing()
        world.type("met_through", name)
        world.now += timedelta(days=14)
        assert [p.person for p in world.asked(IntroThanks())] == [world.person("Ben Costa").id] * many
