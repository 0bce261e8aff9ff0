"""Titles that name people: what is read out of them, what is asked, and what the user's answers do."""

from __future__ import annotations

import pytest

from auld.events import TitleLinked, Undone
from auld.observations import Happening, Override
from auld.projections.meetings import event_id
from auld.projections.people import person_id
from auld.projections.state import State
from auld.projections.titles import read
from projections.world import World

PAST = ("2026-03-02T12:00:00", "2026-03-02T13:00:00")
LATER = ("2026-03-04T12:00:00", "2026-03-04T13:00:00")
ANA, REIS = person_id("lima"), person_id("reis")


@pytest.fixture
def world() -> World:
    world = World()
    world.card("Ana Lima", "lima@example.org", uid="lima")
    world.card("Ana Reis", "reis@example.org", uid="reis")
    world.card("Rui Dias", "dias@example.org", uid="dias")
    return world


def link(world: World, uid: str, person: str = "") -> int:
    """What ``auld link`` does; the position of the act."""
    (entry,) = world.ask().titled(event_id(uid))
    world.say(TitleLinked(entry.uid, person, entry.about(person), entry.title))
    return world.events[-1].position


def met(world: World, person: str = ANA) -> list[tuple[str, float]]:
    return [(touch.at.isoformat()[:10], touch.weight) for touch in world.ask().touches(person)]


# --- reading ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "phrases", "sure"),
    [
        ("Lunch with Ana", ["ana"], True),
        ("Lunch with Ana, Rui and Zé Maria @ Zé's", ["ana", "rui", "ze maria"], True),
        ("Ana / Ben 1:1", ["ana", "ben"], True),
        ("1-on-1: Ana", ["ana"], True),
        ("Ana <> Ben", ["ana", "ben"], True),
        ("Ana/Ben", ["ana", "ben"], False),
        ("Call: João Silva", ["joao silva"], True),
        ("Catch-up João", ["joao"], True),
        ("Weekly sync Ana & Rui", ["ana", "rui"], True),
        ("Ana", ["ana"], False),
        ("Birthday lunch with Ana", ["ana"], True),
        ("Prepare lunch with Ana", ["ana"], False),
        ("Benfica - Porto", [], False),
        ("Migrate the server with a very great deal of patience, and Ana", ["ana"], True),
        ("Lunch with Ana's boss", [], False),
        ("Ana's 1:1", [], False),
        ("Lunch", [], False),
        ("", [], False),
        ("???", [], False),
    ],
)
def test_reading(title: str, phrases: list[str], sure: bool) -> None:
    reading = read(title)
    assert [" ".join(phrase) for phrase in reading.phrases] == phrases
    assert not phrases or reading.sure is sure


@pytest.mark.parametrize("title", ["吴佳琪", "Lunch with 吴佳琪", "1:1 佳琪", "吴佳琪 / Rui Dias: sync"])
def test_names_in_one_word(world: World, title: str) -> None:
    world.card("吴佳琪", "wu@example.org", uid="wu", family="吴", given="佳琪")
    world.meeting(*PAST, title=title)
    assert len(met(world, person_id("wu"))) == 1


def test_a_full_name_that_is_only_a_given_name(world: World) -> None:
    world.card("María José", "mj@example.org", uid="mj", given="María José")
    world.meeting(*PAST, title="Lunch with María José")
    assert len(met(world, person_id("mj"))) == 1
    world.card("María José Montero", "montero@example.org", given="María José", family="Montero")
    assert met(world, person_id("mj")) == [] and len(world.ask().questions()) == 1


def test_a_name_as_it_is_typed_without_the_letter(world: World) -> None:
    world.card("Petra Köhler", "petra@example.org", uid="petra")
    world.meeting(*PAST, title="Lunch with Petra Koehler")
    assert len(met(world, person_id("petra"))) == 1


@pytest.mark.parametrize("title", ["Flowers for Ana Lima", "Vorbereitung Ana Lima", "Report by Ana Lima", "Ana Lima's invoice"])
def test_what_is_for_or_about_somebody_is_a_question(world: World, title: str) -> None:
    world.meeting(*PAST, title=title)
    assert met(world) == [] and [question.about for question in world.ask().questions()] == ["ana lima"]


@pytest.mark.parametrize(
    "title",
    ["Ana Lima's birthday", "Ana Lima OOO", "Ana Lima Urlaub", "🎂 Ana Lima", "Geburtstag Ana Lima", "Aniversário de Ana Lima"],
)
def test_an_occasion_is_not_even_a_question(world: World, title: str) -> None:
    world.meeting(*PAST, title=title)
    assert met(world) == [] and world.ask().questions() == []


# --- questions and answers ----------------------------------------------------------------------------------------------
def test_an_answer_holds_for_the_whole_series_and_for_every_copy(world: World) -> None:
    moved = Happening("2026-03-06T12:00:00", "2026-03-06T13:00:00", "Europe/Lisbon", title="Lunch with Ana (moved)")
    series = {"rules": ("FREQ=DAILY;COUNT=3",), "overrides": (Override("2026-03-04T12:00:00", moved),)}
    for account in ("work", "home"):
        world.meeting(*PAST, title="Lunch with Ana", uid="m", account=account, series=series)
    (question,) = world.ask().questions()
    assert (question.event, question.about, question.title) == (event_id("m"), "ana", "Lunch with Ana (moved)")
    assert [person.name for person in question.candidates] == ["Ana Lima", "Ana Reis"]
    assert met(world) == met(world, REIS) == []
    link(world, "m", ANA)
    assert [day for day, _ in met(world)] == ["2026-03-02", "2026-03-03", "2026-03-06"]
    assert met(world, REIS) == [] and world.ask().questions() == []


def test_an_answer_holds_as_long_as_its_words_stand_in_the_title(world: World) -> None:
    ref = world.meeting(*PAST, title="Lunch with Ana", uid="m")
    link(world, "m", ANA)
    world.meeting(*LATER, title="Dinner with Ana", uid="m", ref=ref)
    assert met(world) == [("2026-03-04", 1.0)]
    world.meeting(*LATER, title="Dinner with Rui", uid="m", ref=ref)
    assert met(world) == [] and met(world, person_id("dias")) == [("2026-03-04", 1.0)]


def test_nobody(world: World) -> None:
    world.meeting(*PAST, title="Lunch with Ana", uid="m")
    world.meeting(*LATER, title="Screening with Rui Dias", uid="n")
    link(world, "m")
    assert world.ask().questions() == []
    assert len(met(world, person_id("dias"))) == 1
    link(world, "n")
    assert met(world, person_id("dias")) == []


def test_the_last_answer_holds_and_can_be_undone(world: World) -> None:
    world.meeting(*PAST, title="Lunch with Ana", uid="m")
    first, second = link(world, "m", ANA), link(world, "m", REIS)
    assert met(world) == [] and len(met(world, REIS)) == 1
    world.say(Undone(second))
    assert len(met(world)) == 1 and met(world, REIS) == []
    world.say(Undone(first))
    assert met(world) == [] and len(world.ask().questions()) == 1


def test_an_answer_puts_a_guess_right(world: World) -> None:
    world.meeting(*PAST, title="Lunch with Rui", uid="m")
    link(world, "m", ANA)
    assert met(world, person_id("dias")) == [] and len(met(world)) == 1


def test_any_entry_may_be_linked_to_several_people(world: World) -> None:
    world.meeting(*PAST, title="Planning session", uid="m")
    assert world.ask().questions() == []
    link(world, "m", ANA)
    link(world, "m", REIS)
    assert met(world) == met(world, REIS) == [("2026-03-02", 0.5)]
    link(world, "m")
    assert met(world) == []


def test_two_questions_in_one_title(world: World) -> None:
    world.card("Rui Alves", "alves@example.org", uid="alves")
    world.meeting(*PAST, title="Lunch with Ana and Rui", uid="m")
    assert [question.about for question in world.ask().questions()] == ["rui", "ana"]
    link(world, "m", person_id("dias"))
    assert [question.about for question in world.ask().questions()] == ["ana"]
    link(world, "m", ANA)
    assert met(world) == met(world, person_id("dias")) == [("2026-03-02", 0.5)]


def test_an_answer_outlives_the_joining_of_people(world: World) -> None:
    world.meeting(*PAST, title="Lunch with Ana", uid="m")
    link(world, "m", REIS)
    world.card("Ana Reis", "reis@example.org", ref="/again", uid="again")
    assert len(met(world, person_id("again"))) == 1


def test_linked_by_reference_or_uid(world: World) -> None:
    ref = world.meeting(*PAST, title="Lunch with Ana", uid="m")
    for name in (event_id("m"), "m", ref, f"cal/{ref}"):
        assert [entry.uid for entry in world.ask().titled(name)] == ["m"]
    assert world.ask().titled("nothing") == []


def test_what_attendees_tell_is_no_question(world: World) -> None:
    world.meeting(*PAST, "somebody@example.org", title="Lunch with Ana", uid="m")
    assert world.ask().questions() == [] and world.ask().titled(event_id("m")) == []


def test_old_and_far_titles_are_not_asked_about(world: World) -> None:
    world.meeting("2024-03-02T12:00:00", "2024-03-02T13:00:00", title="Lunch with Ana")
    world.meeting("2027-03-02T12:00:00", "2027-03-02T13:00:00", title="Lunch with Ana")
    assert world.ask().questions() == []


def test_callings_keep_up_with_the_cards(world: World) -> None:
    world.meeting(*PAST, title="Lunch with Rui")
    dias = person_id("dias")
    assert len(met(world, dias)) == 1
    world.card("Rui Alves", "alves@example.org", ref="/alves", uid="alves")
    assert met(world, dias) == []
    world.card("Raul Alves", "alves@example.org", ref="/alves", uid="alves")
    assert len(met(world, dias)) == 1
    world.card("Raul Alves", "alves@example.org", ref="/alves", uid="alves", nicknames=("Rui",))
    assert met(world, dias) == []
    world.gone("book", "/alves")
    assert len(met(world, dias)) == 1


def test_a_rebuilt_state_answers_alike(world: World) -> None:
    world.meeting(*PAST, title="Lunch with Ana", uid="m")
    world.meeting(*LATER, title="Lunch with Rui", uid="n")
    position = link(world, "m", ANA)
    link(world, "n")
    world.say(Undone(position))
    link(world, "m", REIS)
    rebuilt = State()
    rebuilt.apply_all(world.events)
    assert rebuilt.digest() == world.state.digest() == State.load(world.state.dump()).digest()
