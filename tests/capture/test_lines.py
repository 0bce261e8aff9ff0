"""Which lines are the user's, and how they are ticked, whatever a calendar program made of the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.capture.lines import TICK, lines, theirs, ticked, ticked_lines

OURS = "Every 4 weeks.\n\nLast in touch:\n12 March 2026: Lunch\n\nI:\nthey:\n\n— auld: tick it off."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (OURS, []),
        (OURS.replace("\n", "\r\n"), []),
        (OURS.replace("\n", "   \n"), []),
        ("<p>" + OURS.replace("\n", "<br>") + "</p>", []),
        (OURS[:-20], []),
        (OURS[:20], []),
        (OURS[:20] + "\nlikes: sailing", ["Last", "likes: sailing"]),
        (OURS + "\nlikes: sailing", ["likes: sailing"]),
        ("first\n" + OURS, ["first"]),
        (OURS.replace("I:", "I: send the deck"), ["I: send the deck"]),
        (OURS.replace("I:", "I: "), []),
        (OURS + "\n12 March 2026: Lunch", ["12 March 2026: Lunch"]),
        (OURS.replace("12 March 2026: Lunch\n", ""), []),
        (OURS + "\n✓ likes: sailing", ["likes: sailing"]),
        (OURS + "\n- likes: sailing\n  * wine", ["likes: sailing", "wine"]),
        (OURS + "\n- ✓ wine", ["wine"]),
        (OURS + "\n\n-----\n", []),
        (OURS + "<br>a &amp; b<br><b>bold</b> text", ["a & b", "bold text"]),
        (OURS + "\n1 < 2 and <3 you", ["1 < 2 and <3 you"]),
        ("", []),
        ("only mine", ["only mine"]),
    ],
)
def test_the_users_lines(text: str, expected: list[str]) -> None:
    assert theirs(text, OURS) == expected


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a\nb", "✓ a\nb"),
        ("a\r\nb\r\n", "✓ a\r\nb\r\n"),
        ("  a  \nb", "  ✓ a  \nb"),
        ("- a\nb", "✓ - a\nb"),
        ("✓ a\nb", "✓ a\nb"),
        ("- ✓ a", "- ✓ a"),
        ("<p>a</p><p>b</p>", "<p>✓ a</p><p>b</p>"),
        ("x<br><b>a</b>", "x<br><b>✓ a</b>"),
        ("nothing of it", "nothing of it"),
    ],
)
def test_a_tick_goes_before_the_line_and_nothing_else_changes(text: str, after: str) -> None:
    assert ticked(text, {"a"}) == after
    assert ticked(after, {"a"}) == after
    assert ("a" in ticked_lines(after)) == (TICK in after)


texts = st.text(st.sampled_from("ab:? -✓<>&;br/p\n\r\t\u2028x"), max_size=60) | st.text(max_size=60)


@given(texts, texts)
def test_ticking_converges_and_touches_no_word(ours: str, typed: str) -> None:
    text = f"{ours}\n{typed}"
    mine = theirs(text, ours)
    once = ticked(text, mine)
    assert ticked(once, mine) == once
    assert once.replace(f"{TICK} ", "") == text.replace(f"{TICK} ", "")
    assert theirs(once, ours) == mine, "a tick is no edit"


@given(texts, texts)
def test_no_line_is_lost(ours: str, typed: str) -> None:
    left = lines(ours)
    if " ".join(left).startswith(" ".join(lines(typed))):  # cut off
        assert theirs(typed, ours) == []
        return
    for line in theirs(typed, ours):
        assert line in lines(typed)
    for line in lines(typed):
        if line in left:
            left.remove(line)
        else:
            assert line in theirs(typed, ours)
