"""The namesake guard: what beside a name speaks for the person of the card, and what for somebody else."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from auld.observations import Address, Mention, PartialDate
from auld.people import fold
from auld.projections.namesakes import PersonFacts, Verdict, gender_of, judge
from auld.projections.stories import is_sensitive
from auld.projections.views import PersonView, Sign

ADA = PersonView(
    "ada",
    "Ada Vale",
    organisation="Northwind Robotics Ltd",
    title="Head of Gripper Design",
    addresses=(Address("Porto"),),
    emails=("ada@northwind.example",),
    birthday=PartialDate(5, 9, 1980),
)
EMPLOYER = Sign("employer", "Northwind Robotics Ltd")


def verdict(title: str, summary: str = "", person: PersonView = ADA, gender: str = "f", feed: str = "") -> Verdict:
    return judge(PersonFacts(person, gender=gender), Mention(title, summary=summary, person=feed), 2026)


@pytest.mark.parametrize(
    ("title", "signs"),
    [
        ("Northwind Robotics names Ada Vale", (EMPLOYER,)),
        ("Ada Vale of Northwind wins", (EMPLOYER,)),
        ("Ada Vale speaks in Porto", (Sign("city", "Porto"),)),
        ("Porto: Ada Vale shows a gripper", (Sign("title", "Gripper"), Sign("city", "Porto"))),
        ("Ada Vale, 45, wins", (Sign("age", "45"),)),
        ("46-year-old engineer Ada Vale wins", (Sign("age", "46"),)),
        ("Ada Vale (45) gewinnt", (Sign("age", "45"),)),
        ("Frau Ada Vale wechselt zu Northwind", (EMPLOYER,)),
        ("Northwind: Ada Vale (born 1980) takes over", (EMPLOYER,)),
        ("Northwind and Tidewater merge: Ada Vale of Tidewater's rival stays", (EMPLOYER,)),
    ],
)
def test_what_tells_that_it_is_them(title: str, signs: tuple[Sign, ...]) -> None:
    found = verdict(title)
    assert found.means
    assert found.signs == signs


@pytest.mark.parametrize(
    "title",
    [
        "Ada Vale wins",
        "Northwind thanks Ada Vale, the striker",
        "Ada Vale, 91, dies in Porto",
        "91-year-old Ada Vale of Porto wins",
        "Footballer Ada Vale scores in Porto",
        "Ada Vale, the actress, opens a theatre in Porto",
        "Schauspielerin Ada Vale in Porto",
        "A cantora Ada Vale em Porto",
        "Ada Vale of Leeds speaks in Porto",
        "Leeds-based Ada Vale speaks in Porto",
        "Ada Vale von Tidewater spricht in Porto",
        "Ada Vale, CEO of Tidewater, speaks in Porto",
        "Tidewater founder Ada Vale speaks in Porto",
        "Ada Vale, directrice de Tidewater, à Porto",
        "The late Ada Vale remembered in Porto",
        "Ada Vale (1890–1965): an exhibition in Porto",
        "Ada Vale (born 1961) speaks in Porto",
        "Ada Vale Street in Porto is closed",
        "Ada Vale Prize of Northwind goes to Bo Lind",
        "Rua Ada Vale, Porto: obras",
        "Mr Ada Vale speaks in Porto",
    ],
)
def test_what_tells_that_it_is_a_namesake(title: str) -> None:
    assert not verdict(title).means


def test_what_stands_on_the_card_too_speaks_for_nobody_else() -> None:
    actress = replace(ADA, title="Actress and Gripper Designer")
    assert verdict("Ada Vale, the actress, in Porto", person=actress).means


@pytest.mark.parametrize("title", ["Ada Vale of Leeds joins Northwind", "Tidewater CEO Ada Vale moves to Northwind"])
def test_an_employer_outweighs_another_place(title: str) -> None:
    assert verdict(title).means


@pytest.mark.parametrize(
    "title", ["Northwind’s CEO Ada Vale in Porto", "Porto: Ada Vale, Founder of Northwind", "Porto: CEO Ada Vale"]
)
def test_their_own_employer_is_no_other(title: str) -> None:
    assert verdict(title).means


def test_without_a_birthday_only_an_unlikely_age_counts() -> None:
    nameless = replace(ADA, birthday=None)
    assert verdict("Ada Vale, 52, speaks in Porto", person=nameless).means
    assert not verdict("Ada Vale, 9, speaks in Porto", person=nameless).means


def test_a_feed_set_up_for_the_name_is_believed_unless_something_speaks_against_it() -> None:
    assert verdict("Ada Vale wins", feed="Ada Vale").signs == (Sign("feed", "Ada Vale"),)
    assert verdict("Ada Vale of Tidewater wins", feed="Ada Vale").means
    assert not verdict("Striker Ada Vale wins", feed="Ada Vale").means
    assert not verdict("Obituary: Ada Vale, 91, of Maple County", feed="Ada Vale", person=replace(ADA, birthday=None)).means
    assert not verdict("Ada Vale wins", feed="Bo Lind").means


def test_hostile_text_costs_little() -> None:
    started = time.process_time()
    for text in ("A" * 300, "A " * 150, "Ada Vale, " * 30, "1" * 300, "A’s " * 75 + "CEO Ada Vale of " + "B " * 50):
        verdict(text, text * 2)
    assert time.process_time() - started < 1


def test_of_a_death_more_is_asked() -> None:
    assert verdict("Ada Vale of Northwind dies").sure
    assert verdict("Ada Vale, 46, dies").sure
    assert not verdict("Ada Vale dies in Porto").sure
    assert not verdict("Ada Vale dies", feed="Ada Vale").sure


@pytest.mark.parametrize(
    ("prefix", "gender"),
    [("Mr", "m"), ("Frau Dr.", "f"), ("Sra.", ""), ("Dr", ""), ("", ""), ("Mr, Mrs", ""), ("Dona", "f")],
)
def test_forms_of_address(prefix: str, gender: str) -> None:
    assert gender_of(prefix) == gender


@pytest.mark.parametrize(
    "title",
    [
        "Obituary: Ada Vale",
        "Northwind lays off 200",
        "Northwind files for bankruptcy",
        "Ada Vale charged with fraud",
        "Northwind meldet Insolvenz an",
        "Nachruf auf Ada Vale",
        "Massenentlassungen bei Northwind",
        "Ada Vale vor Gericht",
        "Licenciements chez Northwind",
        "Ada Vale mise en examen",
        "Décès d’Ada Vale",
        "Muere Ada Vale",
        "Northwind anuncia despidos",
        "Ada Vale, detenida por estafa",
        "Faleceu Ada Vale",
        "Northwind avança com despedimentos",
        "Ada Vale foi presa",
        "È morta Ada Vale",
        "Licenziamenti da Northwind",
        "Ada Vale overleden",
        "Northwind failliet verklaard",
        "Ontslagen bij Northwind",
    ],
)
def test_misfortune_is_known_in_seven_languages(title: str) -> None:
    assert is_sensitive(fold(title))


@pytest.mark.parametrize(
    "title",
    [
        "Ada Vale named chief operating officer",
        "Van Lissabon tot Porto: Ada Vale wint prijs",
        "Ada Vale meets the deadline",
        "Ada Vale ha preso la guida di Northwind",
        "Ada Vale stellt neuen Greifer vor",
        "Ada Vale est nommée directrice",
        "Ada Vale assume a direção",
    ],
)
def test_other_news_are_none(title: str) -> None:
    assert not is_sensitive(fold(title))
