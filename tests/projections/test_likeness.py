"""Which two names may be one human's, and which may not."""

from __future__ import annotations

from typing import Any

import pytest

from auld.observations import Contact
from auld.projections.likeness import NAMELESS, Name, agree, name_of


def name(written: str, **fields: Any) -> Name:
    return name_of(Contact(written, **fields))


@pytest.mark.parametrize(
    ("written", "words", "given"),
    [
        ("Dr. Anna Smith", ("anna", "smith"), ("anna",)),
        ("Smith, Anna", ("anna", "smith"), ("anna",)),
        ("Anna Smith, PhD", ("anna", "smith"), ("anna",)),
        ("Prof. Dr. Anna Smith MBA", ("anna", "smith"), ("anna",)),
        ('Robert "Bob" Smith', ("robert", "smith"), ("robert", "bob")),
        ("Robert (Bob) Smith", ("robert", "smith"), ("robert", "bob")),
        ("Anna Smith (Acme Corp)", ("anna", "smith"), ("anna",)),
        ("ishita.nair8@example.org", ("ishita", "nair"), ("ishita",)),
    ],
)
def test_names_are_read_as_people_write_them(written: str, words: tuple[str, ...], given: tuple[str, ...]) -> None:
    assert name(written)[:2] == (words, given)


@pytest.mark.parametrize("written", ["", "inair@example.org", "a.b@example.org", "+351 912 345 678"])
def test_an_address_or_a_number_is_no_name(written: str) -> None:
    assert name(written) == NAMELESS


def test_nicknames_stand_beside_the_given_name() -> None:
    assert name("Filipa Silva", given="Filipa", family="Silva", nicknames=("Pipa",)).given == ("filipa", "pipa")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bob Smith", "Robert Smith"),
        ("Müller, Jürgen", "Juergen Mueller"),
        ("Jan van der Berg", "Jan Vanderberg"),
        ("Nagy Anna", "Anna Nagy"),
        ("Anne-Marie Roth", "Annemarie Roth"),
        ("J. Smith", "John Smith"),
        ("Анна Смирнова", "Anna Smirnova"),
        ("А. Смирнова", "Anna Smirnova"),
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"),
        ("郭丽华", "Lihua Guo"),
        ("Володя Лысенко", "Владимир Лысенко"),
        ("Mustafa Badawi", "Moustafa Badawi"),
        ("Willaim Hathaway", "William Hathaway"),
        ("Kathrine Wels", "Katherine Wels"),
        ("Ana Lima", "Ana Maria Lima"),
        ("", "Ana Lima"),
    ],
)
def test_one_name_written_in_two_ways(one: str, other: str) -> None:
    for a, b in ((name(one), name(other)), (name(other), name(one))):
        assert agree(a, b, by_phone=True) and agree(a, b, by_phone=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Lima", "Ana Costa"),  # a changed surname, or two people at a switchboard
        ("Maria Lima", "Ana Maria Lima"),  # mother and daughter
        ("John Smith Jr.", "John Smith"),
    ],
)
def test_a_mailbox_says_more_than_a_telephone(one: str, other: str) -> None:
    assert agree(name(one), name(other), by_phone=False)
    assert not agree(name(one), name(other), by_phone=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paul Meier", "Paula Meier"),
        ("Christian Roth", "Christiane Roth"),
        ("Carla Lima", "Clara Lima"),
        ("Maria Silva", "Mario Silva"),
        ("John Smith Jr.", "John Smith Sr."),
        ("Hassan Hamdan", "Hussein Jaber"),
        ("Ana Lima", "Antonio Lima"),
        ("Анна Смирнова", "Ivan Smirnov"),
        ("高橋 弘", "윤상철"),
        ("高橋 弘", "Hiroshi Takahashi"),  # nothing here reads Japanese
    ],
)
def test_two_names(one: str, other: str) -> None:
    for a, b in ((name(one), name(other)), (name(other), name(one))):
        assert not agree(a, b, by_phone=False)
