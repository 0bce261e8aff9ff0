"""Descriptions at Google: what its editor makes of plain text, and back."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld_connectors._google_text import changed, plain, written

MOST = 8192


def pieces(*texts: str) -> st.SearchStrategy[str]:
    """Any of these, one after the other."""
    return st.lists(st.sampled_from(texts), max_size=20).map("".join)


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("Last met on 3 January\nana@example.org", "Last met on 3 January\nana@example.org"),
        ("one<br>two<br/>three<BR />four", "one\ntwo\nthree\nfour"),
        ("<p>one</p><p>two</p>", "\none\ntwo\n"),
        ("one<br><br>three", "one\n\nthree"),
        ("<html-blob>one<br>two</html-blob>", "\none\ntwo\n"),
        ("<ul><li>bread</li><li>milk</li></ul>", "\nbread\nmilk\n"),
        ("a&nbsp;b &amp; c &lt;d&gt;", "a b & c <d>"),
        ("<b>bold</b> and <i>it</i>, <span style='color:red'>red</span>", "bold and it, red"),
        ("see <a href='https://example.org/a'>https://example.org/a</a>", "see https://example.org/a"),
        ('see <a href="https://example.org/a">example.org/a</a>', "see example.org/a"),
        ("see <a href='https://example.org/a?b=1&amp;c=2'>the page</a>", "see the page (https://example.org/a?b=1&c=2)"),
        (
            "<a href='https://www.google.com/url?q=https://example.org/a&amp;sa=D'>https://example.org/a</a>",
            "https://example.org/a",
        ),
        ("<a href='mailto:ana@example.org'>Ana</a>", "Ana"),
        # no markup, though it looks a little like some
        ("Ana <ana@example.org>", "Ana <ana@example.org>"),
        ("a < b and b > c; Q&A", "a < b and b > c; Q&A"),
        ("<a@example.org>", "<a@example.org>"),
    ],
)
def test_it_is_read_as_people_see_it(stored: str, seen: str) -> None:
    assert plain(stored) == seen


@pytest.mark.parametrize("text", ["Ana Lima\nana@example.org", "Q&A about R&D", "a < b", "5 > 4"])
def test_plain_words_are_written_as_they_are(text: str) -> None:
    assert written(text, MOST) == text


@pytest.mark.parametrize("text", ["Ana <ana@example.org>", "<b>", "one <br> two", "&nbsp;", "&amp;"])
def test_what_a_program_would_take_for_markup_is_escaped(text: str) -> None:
    assert written(text, MOST) == html.escape(text, quote=False)


@given(pieces(*"ab &<>;/\n\"'=", "<br>", "&amp;", "<a href=x>", "</p>", "\xa0"))
def test_what_was_written_reads_back(text: str) -> None:
    clean = text.strip()
    assert plain(written(clean, MOST)).split() == clean.split()


def test_it_is_cut_to_what_google_takes() -> None:
    assert len(written("x" * 10_000, MOST)) == MOST
    assert len(written("<b>" * 5_000, MOST)) == MOST


def test_characters_that_cannot_be_shown_are_left_out() -> None:
    assert written("a\x00b\ud800c\u2028d\r\ne", MOST) == "abcd\ne"


def test_a_tick_leaves_the_formatting_alone() -> None:
    stored = "Why now: eight weeks<br><ul><li><b>met</b> her&nbsp;yesterday</li><li>ask about <i>Rome</i></li></ul>"
    ticked = plain(stored).replace("met her", "✓ met her")
    assert changed(stored, ticked, MOST) == stored.replace("<b>met", "<b>✓ met")
    assert changed(stored, plain(stored), MOST) == stored


def test_another_text_replaces_the_markup() -> None:
    assert changed("<p>one</p><p>two</p>", "one\nthree", MOST) == "one\nthree"
    assert changed("<p>one</p>", "one\ntwo", MOST) == "one\ntwo"


@given(pieces(*"ab <>&\n", "<br>", "<p>", "</p>", "<b>", "</b>", "&lt;"))
def test_a_change_is_seen_as_it_was_meant(stored: str) -> None:
    text = "\n".join(f"✓ {line.strip()}" for line in plain(stored).splitlines() if line.strip())
    assert plain(changed(stored, text, MOST)).split() == text.split()
