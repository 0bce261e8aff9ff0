"""``new_role``: a card that says something else of somebody's work, and all that only looks like it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from auld.events import Because
from auld.observations import Contact, Labelled
from auld.policy import Category, Policy
from auld.projections.roles import same_organisation, same_title
from auld.projections.state import State
from auld.projections.views import FollowUp, NewRole, PersonView
from auld.reasons.base import Proposal
from auld.reasons.new_role import NewJob
from projections.world import NOW, World
from support.views import MONDAY, FakeView, fake_view

ANA = PersonView("ana", "Ana Lima", ideal=28, at_most=42)
SEEN = datetime(2026, 2, 27, 9, tzinfo=UTC)
ROLE = NewRole(SEEN, "Globex", "CFO", "Acme", "Controller")


def view_of(*roles: NewRole, today: date = MONDAY) -> FakeView:
    view = fake_view(ANA, today=today)
    view.changed["ana"] = list(roles)
    return view


def asked(view: FakeView) -> list[Proposal]:
    return list(NewJob().propose(view, ANA, view.today, view.today + timedelta(days=14)))


class TestReason:
    def test_it_shows_the_new_role_and_the_old_one(self) -> None:
        (proposal,) = asked(view_of(ROLE))
        assert proposal.title == "New role: Ana Lima, CFO, Globex"
        assert proposal.context == (
            "Now: CFO, Globex",
            "Before: Controller, Acme",
            "The card says so since 27 February 2026.",
        )
        assert (proposal.occasion, proposal.first, proposal.last) == ("new_role:2026-02-27", MONDAY, date(2026, 3, 29))

    def test_it_is_news_for_thirty_days(self) -> None:
        assert asked(view_of(ROLE, today=date(2026, 3, 29)))
        assert asked(view_of(ROLE, today=date(2026, 3, 30))) == []

    def test_who_was_in_touch_since_need_not_ask(self) -> None:
        view = view_of(ROLE)
        view.met("ana", date(2026, 2, 26))
        assert asked(view)
        view.met("ana", date(2026, 2, 28))
        assert asked(view) == []

    def test_void_says_why(self) -> None:
        because = Because("new_role", "new_role:2026-02-27")
        ask = FollowUp("k", "u", "ana", "Ana", (because,), MONDAY, "", "", "written", SEEN, (MONDAY, MONDAY))
        view = view_of(ROLE)
        assert NewJob().void(view, ANA, ask, because, MONDAY) is None
        assert NewJob().void(view, ANA, ask, because, date(2026, 3, 30)) == "it is no news any more"
        assert NewJob().void(view_of(), ANA, ask, because, MONDAY) == "the card does not say so any more"
        view.met("ana", date(2026, 2, 28))
        assert NewJob().void(view, ANA, ask, because, MONDAY) == "you were in touch since"


SAME_ORGANISATION = [
    ("Acme", "ACME, Inc."),
    ("Acme", "Acme GmbH"),
    ("Acme Lda.", "Acme Unipessoal Lda"),
    ("Acme", "Amce"),
    ("Google", "Gogle"),
    ("Siemens AG", "Simens"),
    ("Nestlé", "Nestle S.A."),
    ("The Guardian", "Guardian"),
    ("Acme", "Acme, Research and Development"),
    ("Data Dog", "Datadog"),
    ("IBM", "International Business Machines"),
    ("Ernst & Young", "EY"),
    ("Universidade de Lisboa", "University of Lisbon"),
    ("株式会社日立製作所", "日立製作所"),
    ("", "Acme"),
]
OTHER_ORGANISATION = [
    ("Acme", "Globex"),
    ("Microsoft", "Micron"),
    ("Deutsche Bank", "Deutsche Bahn"),
    ("University of Lisbon", "University of Porto"),
    ("Bank of America", "Bank of Ireland"),
    ("Meta", "Facebook"),
    ("BP plc", "Shell plc"),
]
SAME_TITLE = [
    ("CEO", "Chief Executive Officer"),
    ("Director", "Director, Marketing"),
    ("Sales Manager", "Sales Manager (EMEA)"),
    ("CTO & Co-Founder", "Co-founder and CTO"),
    ("Sr. Engineer", "Senior Engineer"),
    ("Softwre Engineer", "Software Engineer"),
    ("Diretora", "Director"),
    ("Direktor", "Director"),
    ("Economista", "Economist"),
]
OTHER_TITLE = [
    ("CEO", "CFO"),
    ("Engineer", "Senior Engineer"),
    ("Vice President", "President"),
    ("Partner", "Managing Partner"),
    ("Head of Sales", "Head of Marketing"),
    ("Project Manager", "Product Manager"),
    ("Engineer II", "Engineer III"),
    ("Director", "Deputy Director"),
]


@pytest.mark.parametrize(("a", "b"), SAME_ORGANISATION)
def test_one_employer_written_in_two_ways(a: str, b: str) -> None:
    assert same_organisation(a, b)
    assert same_organisation(b, a)


@pytest.mark.parametrize(("a", "b"), OTHER_ORGANISATION)
def test_two_employers(a: str, b: str) -> None:
    assert not same_organisation(a, b)
    assert not same_organisation(b, a)


@pytest.mark.parametrize(("a", "b"), SAME_TITLE)
def test_one_job_written_in_two_ways(a: str, b: str) -> None:
    assert same_title(a, b)
    assert same_title(b, a)


@pytest.mark.parametrize(("a", "b"), OTHER_TITLE)
def test_two_jobs(a: str, b: str) -> None:
    assert not same_title(a, b)
    assert not same_title(b, a)


class Book(World):
    """Ana's card, read again and again, a day apart unless told otherwise."""

    def __init__(self) -> None:
        category = Category("friends", 28, 42)
        super().__init__(Policy(timezone="Europe/Lisbon", categories=(category,)))

    def ana(self, organisation: str = "", title: str = "", *, days: int = 1, ref: str = "/ana", account: str = "book") -> None:
        self.now += timedelta(days=days)
        emails = (Labelled("ana@example.org"),)
        card = Contact("Ana Lima", "uid-ana", emails=emails, organisation=organisation, title=title, categories=("friends",))
        self.say(card, account, ref)

    def roles(self) -> list[tuple[str, str, str, str]]:
        self.state = State.load(self.state.dump())  # snapshots keep what is needed
        found = self.ask().roles(self.person("Ana Lima").id)
        return [(r.organisation, r.title, r.former_organisation, r.former_title) for r in found]


class TestCards:
    def test_another_employer(self) -> None:
        book = Book()
        book.ana("Acme", "Controller")
        book.ana("Globex", "CFO", days=30)
        assert book.roles() == [("Globex", "CFO", "Acme", "Controller")]
        person = book.person("Ana Lima")
        (proposal,) = NewJob().propose(book.ask(), person, book.ask().today, book.ask().today + timedelta(days=14))
        assert proposal.occasion == f"new_role:{(NOW + timedelta(days=31)).date()}"

    @pytest.mark.parametrize(
        "states",
        [
            [("Acme", "CFO")],
            [("Acme", "CFO"), ("Acme", "CFO")],
            [("", ""), ("Acme", "CFO")],
            [("Acme", ""), ("Acme", "CFO")],
            [("Acme", "CFO"), ("", "")],
            [("Acme", "CFO"), ("", ""), ("Acme", "CFO")],
            [("Acme", "CFO"), ("ACME GmbH", "Chief financial officer")],
            [("Acme", "CFO"), ("Amce", "CFO"), ("Acme", "CFO")],
            [("Acme", "CFO"), ("Globex", "CEO"), ("Acme", "CFO")],
            [("Acme", "CFO"), ("Globex", "CEO"), ("Acme Ltd", "CFO")],
        ],
    )
    def test_no_new_role(self, states: list[tuple[str, str]]) -> None:
        book = Book()
        for organisation, title in states:
            book.ana(organisation, title)
        assert book.roles() == []

    def test_a_promotion(self) -> None:
        book = Book()
        book.ana("Acme", "Engineer")
        book.ana("Acme Inc.", "Senior Engineer")
        assert book.roles() == [("Acme Inc.", "Senior Engineer", "Acme", "Engineer")]

    def test_what_is_filled_in_later_belongs_to_the_role(self) -> None:
        book = Book()
        book.ana("Acme", "Controller")
        book.ana("Globex")
        at = book.now
        book.ana("Globex", "CFO", days=3)
        assert book.roles() == [("Globex", "CFO", "Acme", "Controller")]
        assert book.ask().roles(book.person("Ana Lima").id)[0].at == at

    def test_a_return_after_a_long_time_is_one(self) -> None:
        book = Book()
        book.ana("Acme", "CFO")
        book.ana("Globex", "CEO")
        book.ana("Acme", "CFO", days=400)
        assert book.roles() == [("Acme", "CFO", "Globex", "CEO")]

    def test_a_card_that_joins_is_none(self) -> None:
        book = Book()
        book.ana("Acme", "CFO")
        book.ana("Globex", "CEO", ref="/other", account="phone")
        assert book.roles() == []

    def test_a_card_that_catches_up_with_another_is_none(self) -> None:
        book = Book()
        book.ana("Globex", "CEO", account="phone")
        book.ana("Acme", "CFO")
        book.ana("Globex", "CEO")
        assert book.roles() == []

    @pytest.mark.parametrize("days", [0, 1])
    def test_two_cards_that_both_change_tell_of_one_role(self, days: int) -> None:
        book = Book()
        for account in ("book", "phone"):
            book.ana("Acme", "CFO", account=account)
        for account in ("book", "phone"):
            book.ana("Globex", "CEO", account=account, days=days)
        assert book.roles() == [("Globex", "CEO", "Acme", "CFO")]

    def test_a_card_that_is_gone_tells_of_none(self) -> None:
        book = Book()
        book.ana("Acme", "CFO", account="phone")
        book.ana("Acme", "CFO")
        book.ana("Globex", "CEO")
        book.gone("book", "/ana")
        assert book.roles() == []

    def test_what_is_remembered_has_an_end(self) -> None:
        book = Book()
        for number in range(50):
            book.ana(f"Firm {'ab'[number % 2] * 6}", "CFO")
        assert book.roles() == []
        (card,) = book.state.people.cards.values()
        assert len(card.roles) == 8

    def test_not_before_its_time(self) -> None:
        book = Book()
        book.ana("Acme", "CFO")
        book.ana("Globex", "CEO")
        person = book.person("Ana Lima")
        assert book.ask(book.now - timedelta(hours=1)).roles(person.id) == []


@pytest.mark.parametrize(
    ("people", "days", "title", "congratulated"),
    [
        (2, 0, "Engineer", 2),
        (3, 0, "Engineer", 0),
        (5, 3, "Engineer", 0),
        (3, 30, "Engineer", 3),
        (3, 0, "Senior Engineer", 3),
    ],
)
def test_a_firm_that_was_renamed_is_no_new_job(people: int, days: int, title: str, congratulated: int) -> None:
    """Also if the address book is brought up to date over some days; but whoever was promoted with it was."""
    book = Book()
    for number in range(people):
        book.card(
            f"P{number}",
            f"p{number}@example.org",
            ref=f"/{number}",
            organisation="Acme",
            title="Engineer",
            categories=("friends",),
        )
    for number in range(people):
        book.now += timedelta(days=days)
        book.card(
            f"P{number}",
            f"p{number}@example.org",
            ref=f"/{number}",
            organisation="Globex",
            title=title,
            categories=("friends",),
        )
    view = book.ask()
    assert sum(len(view.roles(person.id)) for person in view.tracked()) == congratulated


def test_nobody_has_a_new_role_without_a_change() -> None:
    person = replace(ANA, organisation="Acme")
    assert list(NewJob().propose(fake_view(person), person, MONDAY, MONDAY + timedelta(days=14))) == []
