"""Full names in texts: every usual spelling is found, nothing inside other words, nobody by half a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.people import fold
from auld.projections.names import NameIndex

ANNA = ("anna", "Anna Müller-Smith", ("Annie",))
JOSE = ("jose", "José O’Neill", ())
JOHN = ("john", "Dr. John Q. Public, Jr.", ())
MARIA = ("maria", "Maria da Silva Santos", ())
LEE = ("lee", "Ann Lee", ())
CHER = ("cher", "Cher", ())


@pytest.fixture
def index() -> NameIndex:
    return NameIndex.build([ANNA, JOSE, JOHN, MARIA, LEE, CHER])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anna Müller-Smith wins", ["anna"]),
        ("ANNA MÜLLER-SMITH WINS", ["anna"]),
        ("“Anna Müller Smith” wins", ["anna"]),
        ("Anna Muller-Smith’s prize", ["anna"]),
        ("Anna Muller-Smith's prize", ["anna"]),
        ("The Anna-Müller-Smith prize", ["anna"]),
        ("Annie Smith wins", ["anna"]),
        ("Muller-Smith, Anna", ["anna"]),
        ("Prize to Smith, Annie, and others", ["anna"]),
        ("Jose O'Neill speaks", ["jose"]),
        ("O’Neill, José", ["jose"]),
        ("José P. O’Neill", []),
        ("John Public", ["john"]),
        ("John Q. Public", ["john"]),
        ("John Z. Public", []),
        ("Public, John Q.", ["john"]),
        ("Public, John Z.", []),
        ("Maria da Silva Santos", ["maria"]),
        ("Santos, Maria da Silva", ["maria"]),
        ("da Silva Santos, Maria", ["maria"]),
        ("Maria J. da Silva Santos", ["maria"]),
        ("Maria da Silva", []),
        ("Maria Santos", []),
        ("Ann Lee", ["lee"]),
        ("Ann B. Lee", ["lee"]),
        ("Joann Leeds", []),
        ("Ann Leeds", []),
        ("Joann Lee", []),
        ("Lee Ann", []),
        ("Thanks to Ann, Lee Park is open", []),
        ("Ann and Lee", []),
        ("Cher sings", []),
        ("", []),
        (",", []),
        ("Ann", []),
        ("Ann Lee and Ann Lee met José O'Neill", ["lee", "jose"]),
    ],
)
def test_finds_full_names_only(index: NameIndex, text: str, found: list[str]) -> None:
    assert index.find(text) == found


@pytest.mark.parametrize("name", ["Smith, Anna", "Prof. Anna Smith", "Anna Smith, PhD", "Anna Smith MBA", "anna smith"])
def test_titles_and_order_on_the_card_do_not_matter(name: str) -> None:
    assert NameIndex.build([("a", name, ())]).find("News of Anna Smith today") == ["a"]


def test_two_people_of_one_name_are_both_found() -> None:
    index = NameIndex.build([("a", "Ana Lima", ()), ("b", "ANA LIMA", ())])
    assert sorted(index.find("Ana Lima")) == ["a", "b"]


def test_added_again_the_old_name_is_forgotten(index: NameIndex) -> None:
    index.add("lee", "Ann Park")
    assert index.find("Ann Lee met Ann Park") == ["lee"]
    assert index.find("Ann Lee") == []
    index.remove("lee")
    index.remove("lee")
    assert index.find("Ann Park") == []
    assert len(index) == 5


# Letters of which no title of honour can be made: "Obé" at the end of a name is taken for one.
WORD = st.text(st.sampled_from("akcdéñøößAKCÑØ"), min_size=2, max_size=6).filter(lambda word: len(fold(word)) > 1)
NAME = st.lists(WORD, min_size=2, max_size=4).map(" ".join)


@given(NAME, st.sampled_from(["{}", "x1 {} x2", "“{}”", "({})", "{}’s x1", "{}, x1", "x1: {}!"]), st.booleans())
def test_every_name_is_found_in_every_frame(name: str, frame: str, upper: bool) -> None:
    text = frame.format(name)
    assert NameIndex.build([("p", name, ())]).find(text.upper() if upper else text) == ["p"]


@given(NAME, st.integers(1, 3))
def test_every_name_is_found_reversed(name: str, split: int) -> None:
    words = name.split()
    split = min(split, len(words) - 1)
    assert NameIndex.build([("p", name, ())]).find(f"{' '.join(words[split:])}, {' '.join(words[:split])}") == ["p"]


@given(NAME, st.sampled_from(["q{}", "{}q"]))
def test_nothing_is_found_inside_longer_words(name: str, frame: str) -> None:
    assert NameIndex.build([("p", name, ())]).find(frame.format(name)) == []


@given(st.lists(NAME, max_size=8), st.lists(st.integers(0, 7), max_size=4), st.text(max_size=60))
def test_removing_leaves_what_building_without_them_gives(names: list[str], gone: list[int], text: str) -> None:
    people = [(str(number), name, ()) for number, name in enumerate(names)]
    index = NameIndex.build(people)
    for number in gone:
        index.remove(str(number))
    rest = NameIndex.build([person for person in people if int(person[0]) not in gone])
    for sample in (text, *names):
        assert sorted(index.find(sample)) == sorted(rest.find(sample))
