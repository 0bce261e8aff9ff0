"""One person per human: what joins cards, what must not, and what a person amounts to."""

from __future__ import annotations

from datetime import date

import pytest

from auld.events import Kept, LetGo, Note, Paused
from auld.observations import Address, Contact, Labelled, LabelledDate, PartialDate
from auld.projections.people import person_id
from projections.world import ME, World


@pytest.fixture
def world() -> World:
    return World()


# --- joining ------------------------------------------------------------------------------------------------------------
def test_same_uid_in_two_accounts_is_one_person_whatever_the_names(world: World) -> None:
    world.card("Ana Lima", uid="u1", account="home")
    world.card("Ana Costa", uid="u1", account="work")
    assert len(world.ask().people()) == 1


def test_a_uid_is_the_same_in_both_its_spellings(world: World) -> None:
    world.card("Ana Lima", uid="urn:uuid:4FBE8971-0BC3-424C-9C26-36C3E1EFF6B1", account="home")
    world.card("Ana Lima", uid="4fbe8971-0bc3-424c-9c26-36c3e1eff6b1", account="work")
    assert len(world.ask().people()) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ana Lima", "Ana Lima"),
        ("Ana Lima", "LIMA, Ana"),
        ("Ana Lima", "A. Lima"),
        ("Ana Lima", "Ana Maria Lima"),
        ("Ana Lima", "Ana Costa"),
        ("Dr. José Müller", "jose muller"),
        ("Rob Smith", "Robert Smith"),
        ("Ana Lima", ""),
    ],
)
def test_shared_email_joins_names_that_agree(world: World, first: str, second: str) -> None:
    world.card(first, "ana@example.org")
    world.card(second, "mailto:Ana@Example.org")
    assert len(world.ask().people()) == 1


@pytest.mark.parametrize(
    ("first", "second"), [("Ana Lima", "Pedro Costa"), ("Ana Lima", "Pedro Lima"), ("Ana Lima", "Acme Lda")]
)
def test_shared_email_does_not_weld_names_that_disagree(world: World, first: str, second: str) -> None:
    world.card(first, "home@example.org")
    world.card(second, "home@example.org")
    assert len(world.ask().people()) == 2


def test_shared_phone_joins_however_it_is_written(world: World) -> None:
    world.card("Ana Lima", phone="912 345 678")
    world.card("Ana Lima", phone="+351 (912) 345-678")
    assert world.person("Ana Lima").phones == ("+351912345678",)


def test_a_switchboard_does_not_weld_two_of_the_same_given_name(world: World) -> None:
    world.card("Ana Lima", phone="+351211000000")
    world.card("Ana Costa", phone="+351211000000")
    assert len(world.ask().people()) == 2


def test_a_card_that_agrees_with_two_who_disagree_welds_nobody(world: World) -> None:
    world.card("Ana Lima", "limas@example.org")
    world.card("Antonio Lima", "limas@example.org")
    world.card("A. Lima", "limas@example.org")
    assert len(world.ask().people()) == 3


def test_an_address_under_very_many_names_joins_equal_names_only(world: World) -> None:
    for number in range(20):
        world.card(f"Given{number} Name", "desk@example.org")
    world.card("Given3 Name", "desk@example.org")
    assert len(world.ask().people()) == 20


def test_role_addresses_join_nobody(world: World) -> None:
    world.card("Ana Lima", "info@example.org")
    world.card("Ana Lima", "info@example.org")
    assert len(world.ask().people()) == 2


def test_joining_runs_over_several_cards(world: World) -> None:
    world.card("Ana Lima", "a@example.org")
    world.card("Ana Lima", phone="+351912345678")
    assert len(world.ask().people()) == 2
    world.card("Ana Lima", "a@example.org", "+351912345678")
    assert len(world.ask().people()) == 1


def test_a_card_that_no_longer_shares_leaves(world: World) -> None:
    world.card("Ana Lima", "a@example.org", ref="/1")
    world.card("Ana Lima", "a@example.org", ref="/2")
    assert len(world.ask().people()) == 1
    world.card("Ana Lima", "b@example.org", ref="/2")
    assert len(world.ask().people()) == 2


# --- ids ----------------------------------------------------------------------------------------------------------------
def test_the_oldest_card_gives_the_id_and_the_others_alias_theirs(world: World) -> None:
    world.card("Ana Lima", "a@example.org", uid="old")
    world.card("Ana Lima", phone="+351912345678", uid="young")
    old, young = person_id("old"), person_id("young")
    assert {person.id for person in world.ask().people()} == {old, young}
    world.card("Ana Lima", "a@example.org", "+351912345678")
    found = world.ask().person(young)
    assert found is not None and found.id == old
    assert world.ask().person(old) == found


def test_without_a_uid_the_place_gives_the_id(world: World) -> None:
    world.card("Ana Lima", ref="/1.vcf")
    assert world.person("Ana Lima").id == person_id("book//1.vcf")
    assert len(person_id("x")) == 11


def test_a_card_deleted_and_made_anew_is_the_same_person(world: World) -> None:
    world.card("Ana Lima", "a@example.org", ref="/1", uid="one")
    before = world.person("Ana Lima").id
    world.gone("book", "/1")
    assert world.names() == []
    world.card("Ana Lima", "a@example.org", ref="/2", uid="two")
    assert world.person("Ana Lima").id == before


def test_a_gone_card_leaves_its_person_and_history_findable_by_id(world: World) -> None:
    world.card("Ana Lima", "a@example.org", ref="/1")
    person = world.person("Ana Lima")
    world.say(Note(person.id, "likes fado"))
    world.gone("book", "/1")
    assert world.ask().people() == ()
    assert world.ask().person(person.id) is not None
    assert [note.text for note in world.ask().notes(person.id)] == ["likes fado"]


def test_a_kept_person_stays_without_a_card(world: World) -> None:
    world.card("Ana Lima", "a@example.org", ref="/1")
    world.say(Kept(world.person("Ana Lima").id, 42))
    world.gone("book", "/1")
    assert [person.name for person in world.ask().tracked()] == ["Ana Lima"]


def test_nobody_has_an_unknown_id(world: World) -> None:
    assert world.ask().person("p0000000000") is None
    assert list(world.ask().touches("p0000000000")) == []
    assert list(world.ask().planned("p0000000000")) == []


def test_a_group_card_with_somebodys_uid_does_not_take_their_id(world: World) -> None:
    world.card("Ana Lima", uid="u")
    assert world.ask().person(person_id("u")) is not None
    world.card("Ana Lima", uid="u", kind="group")
    assert world.ask().person(person_id("u")) is not None


# --- who is no person ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["group", "org", "location"])
def test_groups_firms_and_places_are_nobody(world: World, kind: str) -> None:
    world.card("Example", "x@example.org", kind=kind)
    assert world.names() == []


def test_my_own_card_is_nobody_and_welds_nobody(world: World) -> None:
    world.card("Me Myself", ME.upper())
    world.card("My Phone", phone="912 000 000")
    world.card("Spouse", "spouse@example.org", "912000000")
    assert world.names() == ["Spouse"]
    assert world.person("Spouse").phones == ()


# --- choosing -----------------------------------------------------------------------------------------------------------
def test_best_ranked_category_decides_whatever_its_case(world: World) -> None:
    world.card("Ana Lima", categories=("CLIENTS", "inner", "friends"))
    person = world.person("Ana Lima")
    assert (person.category, person.ideal, person.at_most, person.rank) == ("Inner", 28, 42, 0)
    assert person.categories == ("CLIENTS", "inner", "friends")


def test_both_styles_of_group_cards_give_categories(world: World) -> None:
    world.card("Ana Lima", uid="urn:uuid:AAA", ref="/a")
    world.card("Rui Reis", "rui@example.org", ref="/r")
    world.say(Contact("Inner", kind="group", members=("aaa",)), "book", "/g1")
    world.say(Contact("Clients", kind="group", members=("mailto:Rui@example.org",)), "book", "/g2")
    assert (world.person("Ana Lima").category, world.person("Rui Reis").category) == ("Inner", "clients")
    world.gone("book", "/g1")
    assert world.person("Ana Lima").category == ""
    assert [person.name for person in world.ask().tracked()] == ["Rui Reis"]


def test_a_person_without_category_is_not_tracked_until_kept(world: World) -> None:
    world.card("Ana Lima")
    person = world.person("Ana Lima")
    assert person.ideal is None and not world.ask().tracked()
    world.say(Kept(person.id))
    kept = world.person("Ana Lima")
    assert (kept.ideal, kept.at_most, kept.kept) == (56, 84, True)


def test_an_interval_given_to_keep_goes_before_the_category(world: World) -> None:
    world.card("Ana Lima", categories=("clients",))
    world.say(Kept(world.person("Ana Lima").id, every=42))
    person = world.person("Ana Lima")
    assert (person.ideal, person.at_most, person.category) == (42, 63, "clients")


def test_keep_takes_back_let_go_and_let_go_takes_back_keep(world: World) -> None:
    world.card("Ana Lima", categories=("clients",))
    person = world.person("Ana Lima").id
    world.say(LetGo(person))
    assert not world.ask().tracked() and world.person("Ana Lima").let_go
    world.say(Kept(person))
    assert world.ask().tracked() and not world.person("Ana Lima").let_go
    world.say(LetGo(person))
    assert not world.ask().tracked()


def test_pause(world: World) -> None:
    world.card("Ana Lima", categories=("clients",))
    world.say(Paused(world.person("Ana Lima").id, "2026-05-01"))
    assert world.person("Ana Lima").paused_until == date(2026, 5, 1)


def test_decisions_on_two_ids_meet_when_they_turn_out_to_be_one(world: World) -> None:
    world.card("Ana Lima", "a@example.org", uid="one")
    world.card("Ana Lima", phone="+351912345678", uid="two")
    world.say(LetGo(person_id("one")))
    world.say(Kept(person_id("two"), 30))
    world.card("Ana Lima", "a@example.org", "+351912345678", uid="three")
    person = world.person("Ana Lima")
    assert (person.kept, person.let_go, person.ideal) == (True, False, 30)


def test_somebody_kept_by_address_alone_is_joined_by_a_later_card(world: World) -> None:
    key = person_id("mailto:ana@example.org")
    world.say(Kept(key, 42, "Ana Lima", "mailto:ana@example.org"))
    assert [(p.name, p.emails, p.ideal) for p in world.ask().tracked()] == [("Ana Lima", ("ana@example.org",), 42)]
    world.card("Ana Lima", "ana@example.org", organisation="Acme")
    (person,) = world.ask().tracked()
    assert (person.id, person.organisation, person.ideal) == (key, "Acme", 42)


# --- what a person amounts to -------------------------------------------------------------------------------------------
def test_the_fullest_card_speaks_and_the_others_add(world: World) -> None:
    world.card("Ana L.", "ana@example.org", birthday=PartialDate(5, 4))
    world.card(
        "Ana Lima",
        "ana@example.org",
        "+351912345678",
        organisation="Acme",
        title="Director",
        birthday=PartialDate(5, 4, 1980),
        dates=(LabelledDate(PartialDate(6, 1), "First met"),),
        addresses=(Address(city="Porto"), Address(city="PORTO")),
        urls=(Labelled("https://ana.example.org/"),),
    )
    person = world.person("Ana Lima")
    assert person.emails == ("ana@example.org",)
    assert (person.organisation, person.title, person.cities) == ("Acme", "Director", ("Porto",))
    assert person.birthday == PartialDate(5, 4, 1980)
    assert person.dates == (LabelledDate(PartialDate(6, 1), "First met"),)
    assert person.urls == ("https://ana.example.org/",)
    assert person.since == date(2026, 3, 10)


def test_the_year_of_a_birthday_may_come_from_another_card(world: World) -> None:
    world.card("Ana Lima", "ana@example.org", "+351912345678", birthday=PartialDate(5, 4))
    world.card("Ana Lima", "ana@example.org", birthday=PartialDate(5, 4, 1980))
    assert world.person("Ana Lima").birthday == PartialDate(5, 4, 1980)


def test_an_edited_card_changes_the_view(world: World) -> None:
    world.card("Ana Lima", ref="/1", organisation="Acme")
    assert world.person("Ana Lima").organisation == "Acme"
    world.card("Ana Lima", ref="/1", organisation="Globex")
    assert world.person("Ana Lima").organisation == "Globex"


@pytest.mark.parametrize("query", ["Ana Lima", "ana LIMA", "lima", "Lim", "ana@example.org", "912 345 678"])
def test_find(world: World, query: str) -> None:
    world.card("Ana Lima", "ana@example.org", "+351912345678")
    world.card("Rui Reis", "rui@example.org")
    assert [person.name for person in world.ask().find(query)] == ["Ana Lima"]


@pytest.mark.parametrize("query", ["Ana Costa", "Costa", "ana cos", "Nini"])
def test_find_by_a_name_of_before(world: World, query: str) -> None:
    world.card("Ana Costa", "ana@example.org", ref="/1")
    world.card("Ana Lima", "ana@example.org", ref="/2", organisation="Acme", nicknames=("Nini",))
    assert [person.name for person in world.ask().find(query)] == ["Ana Lima"]


def test_find_prefers_who_is_called_so_now(world: World) -> None:
    world.card("Ana Costa", "ana@example.org", ref="/1")
    world.card("Ana Lima", "ana@example.org", ref="/2", organisation="Acme")
    world.card("Ana Costa", "other@example.org", ref="/3")
    assert [person.emails for person in world.ask().find("Ana Costa")] == [("other@example.org",)]


def test_find_tells_when_a_name_is_ambiguous(world: World) -> None:
    world.card("Ana Lima")
    world.card("Pedro Lima")
    assert [person.name for person in world.ask().find("lima")] == ["Ana Lima", "Pedro Lima"]
    assert list(world.ask().find("nobody")) == [] and list(world.ask().find(" ")) == []
