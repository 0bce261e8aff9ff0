"""Terms: what two people's words have in common, in which language a text is, and what says nothing."""

from __future__ import annotations

import pytest

from auld.terms import TermIndex, Terms, language_of, meaningful, meeting_of, stem_of


@pytest.mark.parametrize(
    ("one", "other", "languages"),
    [
        ("sailing", "Sailboats and sails", ("en",)),
        ("green hydrogen", "looking for a hydrogen expert", ("en",)),
        ("wine", "Wines", ("en", "de")),
        ("Wein", "Weine", ("de",)),
        ("vinho do Porto", "vinhos", ("pt", "en")),
        ("vela", "Velas", ("pt",)),
        ("photographie", "la photographie de rue", ("fr",)),
        ("energía solar", "Energías solares", ("es",)),
        ("C++", "a c++ developer", ("en",)),
    ],
)
def test_terms_meet_in_any_form_of_their_words(one: str, other: str, languages: tuple[str, ...]) -> None:
    (meeting,) = meeting_of(Terms.of([one]), Terms.of([other]), languages)
    assert (meeting.one, meeting.other) == (one, other)
    assert meeting.shared


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("machine learning", "sewing machine"),
        ("wine", "win"),
        ("art", "party"),
        ("help with a project", "somebody who can help"),
        ("the company", "companies"),
        ("", "sailing"),
        ("a", "a"),
    ],
)
def test_half_a_term_or_words_that_fit_anybody_are_no_meeting(one: str, other: str) -> None:
    assert meeting_of(Terms.of([one]), Terms.of([other]), ("en", "de")) == []


def test_what_shares_most_comes_first() -> None:
    found = meeting_of(Terms.of(["hydrogen", "port logistics"]), Terms.of(["hydrogen trains", "logistics of a port"]))
    assert [meeting.one for meeting in found] == ["port logistics", "hydrogen"]


def test_one_line_may_hold_several_terms() -> None:
    assert [term.text for term in Terms.of(["sailing, wine;chess", "Sailing"]).terms] == ["sailing", "wine", "chess"]


def test_an_index_answers_as_one_by_one_would() -> None:
    index = TermIndex()
    index.add("ana", Terms.of(["tax law", "chess"]))
    index.add("bo", Terms.of(["gardening"]))
    asked = Terms.of(["chess club", "gardens"])
    assert {owner: [m.other for m in found] for owner, found in index.meetings(asked).items()} == {
        "ana": ["chess"],
        "bo": ["gardening"],
    }


def test_what_very_many_have_says_nothing_of_any_of_them() -> None:
    index = TermIndex()
    for number in range(40):
        index.add(f"p{number}", Terms.of(["golf", f"subject{number}"]))
    assert index.meetings(Terms.of(["golf"])) == {}
    assert list(index.meetings(Terms.of(["golf", "subject7"]))) == ["p7"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Northwind wins a contract for the port", "en"),
        ("Der Hafen von Bremen wird ausgebaut", "de"),
        ("Le nouveau port de Marseille", "fr"),
        ("O novo porto de Sines não abre", "pt"),
        ("De haven van Rotterdam", "nl"),
        ("El puerto de Valencia", "es"),
        ("Il porto di Genova", "it"),
        ("Hafen Bremen", "sv"),
    ],
)
def test_small_words_tell_the_language(text: str, language: str) -> None:
    assert language_of(text, ("sv", "en")) == language


def test_a_word_of_which_a_stemmer_leaves_little_is_compared_whole() -> None:
    assert stem_of("wine", "de") != stem_of("win", "de")
    assert stem_of("velas", "pt") == stem_of("vela", "pt")
    assert stem_of("words", "xx") == "words", "nobody wrote a stemmer for that language"


def test_words_that_say_nothing_are_left_out() -> None:
    assert meaningful("Somebody who knows the port of Antwerp") == ("knows", "port", "antwerp")
