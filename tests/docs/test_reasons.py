"""The pages about reasons: one for each, and no other."""

from __future__ import annotations

import pytest

from auld.reasons import auld_reasons

from . import reasons_index
from .reasons_index import FOLDER, PAGE

IDS = sorted(reason.id for reason in auld_reasons())


def test_every_reason_has_a_page_and_every_page_a_reason() -> None:
    assert sorted(page.stem for page in FOLDER.glob("*.md") if page != PAGE) == IDS


def test_the_index_is_fresh() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == reasons_index.regenerated(text), "run python -m tests.docs.regenerate"


@pytest.mark.parametrize("reason", IDS)
def test_a_page_says_when_it_asks_when_not_and_how_to_switch_it_off(reason: str) -> None:
    text = (FOLDER / f"{reason}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {reason}: ")
    assert "**What triggers it" in text and "silent" in text and f"{reason}: off" in text
