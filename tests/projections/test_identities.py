"""One person per human: what else joins than addresses and numbers, who is nobody, and what the user says."""

from __future__ import annotations

from typing import Any

import pytest

from auld import planner
from auld.events import Kept, Merged, Note, Payload, Split, Undone
from auld.observations import Contact, Labelled, PartialDate
from auld.people import email_identity, profile_identity
from auld.projections.parting import held_by, obvious_parting
from auld.projections.people import person_id
from auld.projections.suggestions import suggestions
from auld.reasons.cadence import Cadence
from projections.world import World

ANA, ALSO = person_id("ana"), person_id("also")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def two(world: World) -> World:
    """Two cards of one name with nothing else in common."""
    world.card("Ana Lima", "ana@example.org", uid="ana", ref="/1", categories=("clients",))
    world.card("Ana Lima", "al@work.example", uid="also", ref="/2", categories=("clients",))
    return world


def merged() -> Merged:
    return Merged(ANA, ALSO, (ANA, ALSO))


# --- cards that come under another name ---------------------------------------------------------------------------------
def test_what_was_said_of_a_card_holds_under_its_new_name_also_once_that_is_no_news_any_more(world: World) -> None:
    world.card("Ana Lima", ref="people/c1", account="google")
    old = world.person("Ana Lima").id
    world.say(Kept(old, 30))
    world.card("Ana L.", ref="people/c2", account="google", formerly=("people/c1",))
    world.gone("google", "people/c1")
    assert world.person("Ana L.").ideal == 30
    world.card("Ana Lima Sá", ref="people/c2", account="google", nicknames=("Aninhas",))
    assert world.person("Ana Lima Sá").ideal == 30


# --- identities ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana+lists@example.org", "Ana@Example.ORG"),
        ("a.na.lima@gmail.com", "analima+x@googlemail.com"),
        ("ana@müller.example", "ana@xn--mller-kva.example"),
        ("jos\u00e9@example.org", "jose\u0301@example.org"),
    ],
)
def test_a_mailbox_is_one_however_it_is_written(one: str, other: str) -> None:
    assert email_identity(one) == email_identity(other) is not None


def test_dots_count_elsewhere_than_at_gmail() -> None:
    assert email_identity("a.na@example.org") != email_identity("ana@example.org")


@pytest.mark.parametrize(
    ("url", "profile"),
    [
        ("https://www.LinkedIn.com/in/Ana-Lima/?trk=x", "https://linkedin.com/in/ana-lima"),
        ("pt.linkedin.com/in/ana-lima", "https://linkedin.com/in/ana-lima"),
        ("http://x.com/ana", "https://twitter.com/ana"),
        ("https://facebook.com/profile.php?id=42&x=1", "https://facebook.com/42"),
        ("https://social.example/@ana", "https://social.example/@ana"),
        ("https://linkedin.com/company/acme", None),
        ("https://github.com/acme/auld", None),
        ("https://example.org/", None),
        ("mailto:ana@example.org", None),
        ("https://[", None),
    ],
)
def test_only_a_persons_page_is_a_profile(url: str, profile: str | None) -> None:
    assert profile_identity(url) == profile


def test_one_uid_on_the_cards_of_several_people_joins_nobody(world: World) -> None:
    """A careless export: RFC 6352 section 5.1 has a UID stand once in a collection."""
    for number, name in enumerate(("Ana Lima", "Rui Reis", "Ana Costa", "Bo Lind")):
        world.card(name, uid="1", ref=f"/book/{number}.vcf")
    assert world.names() == ["Ana Costa", "Ana Lima", "Bo Lind", "Rui Reis"]
    assert world.person("Ana Lima").id == person_id("1")


@pytest.mark.parametrize("name", ["Ana Lima", "Lima, Ana", "Ana M. Lima"])
def test_one_uid_twice_in_a_collection_is_one_human_whose_names_agree(world: World, name: str) -> None:
    world.card("Ana Lima", uid="1", ref="/book/1.vcf")
    world.card(name, uid="1", ref="/book/2.vcf")
    assert len(world.names()) == 1


@pytest.mark.parametrize("where", [{"account": "work", "ref": "/book/1.vcf"}, {"ref": "/shared/1.vcf"}])
def test_one_uid_in_two_collections_is_one_human_whatever_the_names(world: World, where: dict[str, str]) -> None:
    world.card("Mum", uid="1", ref="/book/1.vcf")
    world.card("Maria Lima", uid="1", **where)
    assert len(world.names()) == 1


def test_a_card_that_had_anothers_uid_by_mistake_joins_once_the_names_agree(world: World) -> None:
    world.card("Ana Lima", uid="1", ref="/book/1.vcf")
    world.card("Rui Reis", uid="1", ref="/book/2.vcf")
    world.card("Ana Lima", uid="1", ref="/book/2.vcf")
    assert world.names() == ["Ana Lima"]


def test_a_shared_profile_joins_names_that_agree(world: World) -> None:
    world.card("Ana Lima", urls=(Labelled("https://www.linkedin.com/in/ana"),))
    world.card("A. Lima", urls=(Labelled("linkedin.com/in/ana/"),))
    world.card("Rui Reis", urls=(Labelled("linkedin.com/in/ana/"),))
    assert len(world.names()) == 2


def test_one_name_and_one_birthday_are_one_human(world: World) -> None:
    born = PartialDate(3, 5, 1980)
    world.card("Ana Lima", "a@example.org", birthday=born)
    world.card("Lima, Ana", "b@example.org", birthday=born)
    world.card("Ana Lima", "c@example.org", birthday=PartialDate(3, 6, 1980))
    assert len(world.names()) == 2


def test_a_card_that_fits_two_by_different_things_joins_neither(world: World) -> None:
    world.card("Ana Lima", "ana@example.org")
    world.card("Antonio Lima", phone="+351912345678")
    world.card("A. Lima", "ana@example.org", "+351912345678")
    assert len(world.names()) == 3


@pytest.mark.parametrize(("label", "people"), [("cell", 1), ("work", 2), ("home", 2), ("", 2)])
def test_a_changed_surname_at_the_same_mobile_phone(world: World, label: str, people: int) -> None:
    world.say(Contact("Ana Lima", phones=(Labelled("+351912345678", label),)), "book", "/1")
    world.say(Contact("Ana Reis", phones=(Labelled("912 345 678", label),)), "book", "/2")
    world.say(Contact("Rui Reis", phones=(Labelled("912 345 678", label),)), "book", "/3")
    assert len(world.names()) == people + 1


def test_a_mobile_phone_of_father_and_son(world: World) -> None:
    world.say(Contact("John Smith", phones=(Labelled("+351912345678", "cell"),)), "book", "/1")
    world.say(Contact("John Smith Jr.", phones=(Labelled("+351912345678", "cell"),)), "book", "/2")
    assert len(world.names()) == 2


def test_a_chinese_name_is_known_in_pinyin(world: World) -> None:
    world.card("王伟", "wei@example.org")
    world.card("Wei Wang", "wei@example.org")
    assert len(world.names()) == 1


def test_an_assistants_address_is_nobody_elses(world: World) -> None:
    world.say(Contact("Ana Lima", emails=(Labelled("rui@example.org", "assistant"),)), "book", "/1")
    world.card("A. Lima", "rui@example.org")
    assert len(world.names()) == 2
    world.meeting("2026-03-02T10:00:00", "2026-03-02T11:00:00", "rui@example.org")
    assert [len(world.touches(name)) for name in ("Ana Lima", "A. Lima")] == [0, 1]


def test_names_that_cannot_be_compared_need_two_addresses_in_common(world: World) -> None:
    both = (Labelled("taka@example.org"), Labelled("hiroshi@work.example"))
    world.say(Contact("高橋 弘", emails=both), "book", "/1")
    world.say(Contact("Hiroshi Takahashi", emails=both[:1]), "book", "/2")
    assert len(world.names()) == 2
    world.say(Contact("Hiroshi Takahashi", emails=both), "book", "/2")
    assert len(world.names()) == 1


def test_what_may_be_one_name_does_not_make_a_card_between_unclear(world: World) -> None:
    """ "M. Zayed" and "Mustafa Rahman" may both be Mustafa Zayed, who has married."""
    for name in ("M. Zayed", "Mustafa Zayed", "Mustafa Rahman"):
        world.card(name, "mustafa@example.org")
    assert len(world.names()) == 1


def test_a_card_under_a_new_name_of_the_source_is_the_same_human(world: World) -> None:
    """Google gives merged contacts a new resource name, and says which they had before."""
    world.say(Contact("Ana Lima"), "google", "people/c1")
    world.say(Contact("A. Lima"), "google", "people/c2")
    world.say(Contact("A. Lima"), "other", "people/c2")
    before = {person.id for person in world.ask().people()}
    assert len(before) == 3
    world.gone("google", "people/c1")
    world.gone("google", "people/c2")
    world.say(Contact("Ana Lima", formerly=("people/c1", "people/c2")), "google", "people/c3")
    assert len(world.names()) == 2
    google = world.ask().person(person_id("google/people/c2"))
    assert google is not None and google.id == person_id("google/people/c1")


# --- who is nobody ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "contact",
    [
        Contact("Acme GmbH", organisation="ACME GmbH", family="Acme GmbH"),
        Contact("Acme GmbH", organisation="Acme GmbH"),
        Contact("Acme", kind="org"),
        Contact("Conference Room 4", emails=(Labelled("room4@example.org"),)),
        Contact("Room 4.2", emails=(Labelled("room4@example.org"),)),
        Contact("Class of 99"),
        Contact("Blue", emails=(Labelled("c_188@resource.calendar.google.com"),)),
        Contact("Board", kind="group"),
    ],
)
def test_firms_rooms_and_lists_are_nobody(world: World, contact: Contact) -> None:
    world.say(contact, "book", "/1")
    assert world.names() == []


def test_a_number_alone_does_not_make_a_card_one_of_nobody(world: World) -> None:
    world.say(Contact("Number 4"), "book", "/1")
    world.say(Contact("Ana 2"), "book", "/2")
    assert sorted(world.names()) == ["Ana 2", "Number 4"]


@pytest.mark.parametrize(
    "contact",
    [
        Contact("Ana Lima", given="Ana", family="Lima", organisation="Ana Lima"),
        Contact("Ana Room", emails=(Labelled("ana@example.org"),)),
        Contact("Ana Lima 2", emails=(Labelled("ana@example.org"),)),
        Contact("ana82@example.org", emails=(Labelled("ana82@example.org"),)),
    ],
)
def test_these_are_people(world: World, contact: Contact) -> None:
    world.say(contact, "book", "/1")
    assert len(world.names()) == 1


def test_a_card_without_a_name_joins_the_person_whose_address_it_holds(world: World) -> None:
    nameless: dict[str, Any] = {"kind": "org", "organisation": "Acme"}
    world.card("Acme", "ana@example.org", "+351912345678", **nameless, ref="/1")
    assert world.names() == [], "by itself it is a firm's"
    world.card("Ana Lima", "ana@example.org", ref="/2")
    assert world.names() == ["Ana Lima"]
    assert world.person("Ana Lima").phones == ("+351912345678",)
    world.card("Ana Lima", "other@example.org", ref="/2")
    assert world.person("Ana Lima").phones == ()


# --- what the user says -------------------------------------------------------------------------------------------------
def test_merging_and_undoing_bring_histories_together_and_apart(two: World) -> None:
    two.say(Note(ANA, "likes fado"))
    two.say(Kept(ALSO, 30))
    two.meeting("2026-03-02T10:00:00", "2026-03-02T11:00:00", "al@work.example")
    before = two.ask()
    people, touches = before.people(), {each: list(before.touches(each)) for each in (ANA, ALSO)}
    two.say(merged())
    (ana,) = two.ask().people()
    assert (ana.id, ana.ideal, set(ana.emails)) == (ANA, 30, {"ana@example.org", "al@work.example"})
    assert two.ask().person(ALSO) == ana
    assert len(two.ask().touches(ANA)) == 2
    two.say(Undone(len(two.events)))
    after = two.ask()
    assert after.people() == people
    assert {each: list(after.touches(each)) for each in (ANA, ALSO)} == touches


@pytest.mark.parametrize("said", [merged(), Split(ANA, (ANA,), (ALSO,))])
def test_what_is_undone_was_never_said(two: World, said: Payload) -> None:
    two.say(said)
    two.say(Undone(len(two.events)))
    assert two.state.acts == World().state.acts


def test_split_holds_whatever_the_cards_come_to_share(two: World) -> None:
    two.say(Split(ANA, (ANA,), (ALSO,)))
    two.card("Ana Lima", "ana@example.org", uid="also", ref="/2")
    assert len(two.names()) == 2
    two.say(Undone(4))
    assert len(two.names()) == 1


def test_a_card_that_shares_with_two_who_are_kept_apart_joins_one_of_them(two: World) -> None:
    two.say(Split(ANA, (ANA,), (ALSO,)))
    two.say(Contact("Ana Lima", emails=(Labelled("ana@example.org"), Labelled("al@work.example"))), "work", "/3")
    assert len(two.names()) == 2


def test_the_later_word_holds(two: World) -> None:
    two.say(merged())
    two.say(Split(ANA, (ANA,), (ALSO,)))
    assert len(two.names()) == 2
    two.say(merged())
    assert len(two.names()) == 1
    two.say(Undone(len(two.events)))
    assert len(two.names()) == 2


def test_the_obvious_way_to_part_a_person_is_the_way_they_were(two: World) -> None:
    two.card("Ana Lima", "al@work.example", uid="third", ref="/3")
    two.say(Merged(ANA, ALSO, (ANA, ALSO, person_id("third"))))
    assert obvious_parting(two.state, ANA) == Split(ANA, (ANA,), (ALSO, person_id("third")))


def test_copies_of_one_card_are_moved_as_one(two: World) -> None:
    two.card("Ana Lima", "ana@example.org", uid="ana", account="work")
    (held,) = held_by(two.state, ANA)
    assert (held.id, held.accounts) == (ANA, ("book", "work"))
    assert obvious_parting(two.state, ANA) is None


def test_of_two_open_follow_ups_of_one_human_one_is_taken_back(two: World) -> None:
    two.propose(ANA, "k1", day="2026-03-12")
    two.propose(ALSO, "k2", day="2026-03-13")
    two.say(merged())
    view = two.ask()
    plan = planner.plan(view, [Cadence()], view.today)
    assert [(each.follow_up.key, each.why) for each in plan.withdrawn] == [("k2", "another entry stands for the same person")]
    assert [entry.key for entry in plan.entries] == ["k1"]


# --- suggestions --------------------------------------------------------------------------------------------------------
def reasons(world: World) -> list[tuple[str, ...]]:
    return [each.reasons for each in suggestions(world.state)]


def test_a_name_alone_is_a_question(two: World) -> None:
    assert reasons(two) == [("the same name",)]
    two.say(Split(ANA, (ANA,), (ALSO,)))
    assert reasons(two) == []


def test_nearly_one_name_needs_something_more(world: World) -> None:
    world.card("Jon Smithson", "j@example.org", organisation="Acme")
    world.card("John Smithson", "s@example.org", ref="/2")
    assert reasons(world) == []
    world.card("John Smithson", "s@example.org", ref="/2", organisation="ACME")
    assert reasons(world) == [("one name may be another form of the other", "both at Acme")]


@pytest.mark.parametrize(
    "second", [{"name": "Rui Reis"}, {"name": "Ana Lima Jr."}, {"name": "Ana Lima", "birthday": PartialDate(1, 2)}]
)
def test_these_are_no_question(world: World, second: dict[str, Any]) -> None:
    world.card("Ana Lima", birthday=PartialDate(3, 5), organisation="Acme", phone="+351211000000")
    world.card(**second, organisation="Acme", phone="+351211000000")
    assert [each for each in reasons(world) if "the same name" in each] == []


def test_a_switchboard_is_no_question(world: World) -> None:
    desks = ["Ines Dias", "Otto Falk", "Uma Gil", "Igor Hess", "Lea Jung", "Nils Kern", "Pia Lang", "Quim Melo", "Tess Nunes"]
    for name in ("Bob Miller", "Robert Miller", *desks):
        world.card(name, phone="+351211000000")
    world.card("Bob Miller", "other@example.org")
    assert len(reasons(world)) == 1
    for name in ("Vera Ott", "Wim Pohl", "Xana Reis"):
        world.card(name, phone="+351211000000")
    assert reasons(world) == [("the same name",)]


def test_what_very_many_have_in_common_is_no_question(world: World) -> None:
    for number in range(60):
        world.card("Ana Lima", f"ana{number}@example.org")
    assert reasons(world) == []


# --- scale --------------------------------------------------------------------------------------------------------------
def test_one_card_more_touches_only_those_who_share_something_with_it(world: World) -> None:
    for number in range(500):
        world.card(f"Given{number} Family{number}", f"g{number}@example.org", "+351211000000", ref=f"/{number}")
    joining = world.state.index().joining
    world.card("Given7 Family7", "g7@example.org", "+351211000000", ref="/more")
    assert len(joining.update([("book", "/more")])) == 1
    assert len(world.names()) == 500
