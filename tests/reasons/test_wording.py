"""The words of an entry: plain, dated, complete, and never longer than a calendar takes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld import wording
from auld.events import Because
from auld.policy import Policy
from auld.projections.views import Fact, NoteView, PersonView
from auld.tongue import tongue
from support.views import days_ago, fake_view

SAY = tongue(Policy())
ANA = PersonView(
    "p1",
    "Ana Lima",
    emails=("ana@example.org",),
    phones=("+351912345678",),
    organisation="Acme",
    title="Director",
    urls=("https://ana.example",),
)


@pytest.mark.parametrize(
    ("ideal", "at_most", "words"),
    [
        (28, 42, "every 4 weeks, 6 at most"),
        (7, 14, "every week, 2 at most"),
        (10, 21, "every 10 days, 21 at most"),
        (1, 3, "every day, 3 at most"),
    ],
)
def test_intervals(ideal: int, at_most: int, words: str) -> None:
    assert wording.interval_words(SAY, ideal, at_most) == words


def test_dates_cannot_be_misread() -> None:
    assert SAY.day(date(2026, 3, 12)) == "12 March 2026"


def test_title_hints_at_further_reasons_once() -> None:
    further = [Because("cadence", "cadence:1"), Because("new_role", "x"), Because("new_role", "y")]
    assert wording.title(SAY, "Birthday: Ana Lima", further) == "Birthday: Ana Lima · catch up · new role"


def test_a_long_title_is_cut_but_keeps_its_hints() -> None:
    title = wording.title(SAY, "Write to Ana Lima: " + "x" * 500, [Because("cadence", "cadence:1")])
    assert len(title) <= wording.MAX_TITLE
    assert title.endswith("… · catch up")


def test_description_holds_everything_once() -> None:
    view = fake_view(ANA)
    view.met("p1", days_ago(60), "Lunch at Tasca")
    view.met("p1", days_ago(30), "note to self", kind="note")
    view.noted["p1"] = [NoteView(view.as_of, "Her son\nstarts school")]
    because = [
        Because("press", "press:1", ("Ana Lima wins a prize", "https://news.example/1")),
        Because("cadence", "cadence:1", ("Every 4 weeks.", *wording.touch_lines(view, "p1"), *wording.note_lines(view, "p1"))),
    ]
    assert wording.description(view, ANA, because).split("\n") == [
        "Ana Lima wins a prize",
        "https://news.example/1",
        "",
        "Every 4 weeks.",
        "",
        "Director, Acme",
        "",
        "Last in touch:",
        "1 January 2026: Lunch at Tasca",
        "",
        "Notes:",
        "2 March 2026: Her son starts school",
        "",
        "Reach:",
        "+351912345678",
        "ana@example.org",
        "https://ana.example",
        "",
        wording.signature(SAY),
    ]


def test_two_reasons_do_not_say_the_same_one_after_the_other() -> None:
    because = [
        Because("lunch", "lunch:1", ("Free around noon: 3 March 2026.", "Last met on 3 May 2025.", "https://a.example/1")),
        Because(
            "cadence", "cadence:1", ("Last met on 3 May 2025. Clients: every 8 weeks, 12 at most.", "https://a.example/12")
        ),
    ]
    lines = wording.description(fake_view(ANA), ANA, because).split("\n")
    assert [line for line in lines if "Last met" in line] == ["Last met on 3 May 2025. Clients: every 8 weeks, 12 at most."]
    assert {"https://a.example/1", "https://a.example/12"} <= set(lines)


def test_interests_are_those_of_the_card_and_those_that_were_typed_each_once() -> None:
    ana = replace(ANA, interests=("Sailing", "wine"))
    view = fake_view(ana)
    view.told["p1"] = [Fact("likes", "sailing", view.as_of), Fact("likes", "jazz", view.as_of)]
    assert "Interested in: Sailing, wine, jazz" in wording.description(view, ana, []).split("\n")


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    french = tongue(Policy(languages=("fr",)))
    assert [french.day(date(2026, 9, day)) for day in (1, 11)] == ["1er septembre 2026", "11 septembre 2026"]


def test_nothing_known_leaves_the_signature() -> None:
    assert wording.description(fake_view(), PersonView("p2", "Bo"), []) == wording.signature(SAY)


def test_hidden_direction_marks_and_surrogates_go() -> None:
    assert wording.plain("a\u202eb\ud800c\x00d\u2028e\ufffff") == "abc d ef"


def test_pictographs_go_and_rare_letters_stay() -> None:
    """SOGo loses a whole entry over one that it folds in the middle."""
    assert wording.plain("🎂 Lunch with 𠮷田 👍🏽 ☎ ½") == "Lunch with 𠮷田 ☎ ½"
    assert wording.get_in_touch(SAY, "Ana 🌸") == "Get in touch with Ana"


@given(st.lists(st.text(max_size=3000), max_size=8), st.text(max_size=400))
def test_any_text_comes_out_plain_and_short(lines: list[str], name: str) -> None:
    person = PersonView("p1", name, phones=tuple(lines), organisation=name, title=name)
    view = fake_view(person)
    view.noted["p1"] = [NoteView(view.as_of, line) for line in lines]
    because = [Because("x", "x:1", tuple(lines))] * 3
    description = wording.description(view, person, because)
    title = wording.title(SAY, name, because)
    assert len(description) <= wording.MAX_DESCRIPTION
    assert description.endswith(wording.signature(SAY))
    assert len(title) <= wording.MAX_TITLE
    for text in (description.replace("\n", ""), title):
        assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text)
