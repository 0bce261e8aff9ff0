"""What one line means: the table of docs/capture.md, and days in words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.capture import dates
from auld.capture.reading import Reading, read
from auld.capture.words import KINDS, kind_by_word
from auld.policy import Words

TUESDAY = date(2026, 11, 24)
FRIDAY = date(2026, 11, 27)
WORDS = kind_by_word(Words())


def understood(line: str, languages: tuple[str, ...] = ("en", "pt", "de")) -> Reading:
    return read(line, WORDS, lambda text: dates.find(text, TUESDAY, languages))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("I: send the deck by Friday", Reading("promise", "send the deck by Friday", FRIDAY)),
        ("i : send the deck", Reading("promise", "send the deck")),
        ("eu: enviar o contrato até sexta", Reading("promise", "enviar o contrato até sexta", FRIDAY)),
        ("Ich: nächsten Montag anrufen", Reading("promise", "nächsten Montag anrufen", date(2026, 11, 30))),
        ("they: intro to the CFO", Reading("theirs", "intro to the CFO")),
        ("?: what did we pay last year", Reading("question", "what did we pay last year")),
        ("? what did we pay", Reading("question", "what did we pay")),
        ("?what did we pay", Reading("question", "what did we pay")),
        ("??", Reading("note", "??")),
        ("?!? odd", Reading("note", "?!? odd")),
        ("likes: sailing, wine by the sea", Reading("likes", "sailing, wine by the sea")),
        ("need: a tax lawyer by Friday", Reading("need", "a tax lawyer by Friday")),
        ("offers: a boat", Reading("offers", "a boat")),
        ("Met  through: Ben", Reading("met_through", "Ben")),
        ("next: call in May", Reading("next", "call in May", date(2027, 5, 1))),
        ("done: send the deck", Reading("done", "send the deck")),
        ("x I: send the deck", Reading("promise", "send the deck", None, True)),
        ("[x] they: intro", Reading("theirs", "intro", None, True)),
        ("x-ray: next week", Reading("note", "x-ray: next week")),
        ("x likes: wine", Reading("note", "x likes: wine")),
        ("I:", Reading("note", "I:")),
        ("https://example.org/a", Reading("note", "https://example.org/a")),
        ("what: ever", Reading("note", "what: ever")),
        ("Her dog is called Rex", Reading("note", "Her dog is called Rex")),
    ],
)
def test_lines(line: str, expected: Reading) -> None:
    assert understood(line) == expected


def test_words_of_ones_own_take_the_place_of_the_built_in_ones() -> None:
    words = kind_by_word(Words(promise=("olen luvannut",)))
    assert read("Olen luvannut: kahvia", words, lambda text: None) == Reading("promise", "kahvia")
    assert read("I: coffee", words, lambda text: None).kind == "note"


@given(st.text(min_size=1) | st.builds("{}: {}".format, st.sampled_from([*WORDS, "x I", "[x] they"]), st.text()))
def test_every_line_is_a_note_or_a_fact_and_keeps_its_words(line: str) -> None:
    found = read(line, WORDS, lambda text: None)
    assert found.kind in {"note", *KINDS}
    assert found.text
    assert found.text == line if found.kind == "note" else found.text in line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("send it tomorrow", date(2026, 11, 25)),
        ("in two weeks: send it", date(2026, 12, 8)),
        ("call next Monday", date(2026, 11, 30)),
        ("by end of May", date(2027, 5, 1)),
        ("5 de janeiro", date(2027, 1, 5)),
        ("am 5. Januar", date(2027, 1, 5)),
        ("on 3/12", date(2026, 12, 3)),
        ("2026-12-24 at the latest", date(2026, 12, 24)),
        ("by 2026-11-23", None),
        ("2026-13-45", None),
        ("in 10000 months", None),
        ("9999-12-31", None),
        ("where we sat", None),
        ("talk to April about it", None),
        ("meet at 10", None),
        ("what did we pay last year", None),
        ("", None),
    ],
)
def test_days(text: str, expected: date | None) -> None:
    assert dates.find(text, TUESDAY, ("en", "pt", "de")) == expected


def test_how_a_day_and_a_month_are_told_apart_depends_on_the_region() -> None:
    assert dates.find("on 3/12", TUESDAY, ("en",), day_first=False) == date(2027, 3, 12)


@given(st.text(max_size=200))
def test_no_text_upsets_it_and_no_day_is_past(text: str) -> None:
    found = dates.find(text, TUESDAY, ("en",))
    assert found is None or found >= TUESDAY
