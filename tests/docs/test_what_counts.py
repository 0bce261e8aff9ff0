"""The calendar truth table as it is published: every row has its tests, every test its row, and the page shows both."""

from __future__ import annotations

from collections import Counter

import pytest

from auld.projections.touches import WHY
from support.truth_rows import ROWS, Row, row_of

from . import truth_table

LOG, SERVERS = truth_table.over_the_log(), truth_table.end_to_end()


def test_no_row_has_two_meanings() -> None:
    assert [name for name, count in Counter(row.name for row in ROWS).items() if count > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_is_tested_over_the_log_and_end_to_end(row: Row) -> None:
    assert row.name in {row_of(test) for test in LOG}
    assert row.name in {row_of(test) for test in SERVERS}


@pytest.mark.parametrize("test", sorted({*LOG, *SERVERS}))
def test_every_test_is_of_a_row(test: str) -> None:
    assert row_of(test)


def test_the_page_is_fresh() -> None:
    text = truth_table.PAGE.read_text(encoding="utf-8")
    assert text == truth_table.regenerated(text), "run python -m tests.docs.regenerate"


@pytest.mark.parametrize("rule", sorted(WHY))
def test_what_leaves_an_entry_out_is_a_row(rule: str) -> None:
    """``auld show --why`` says which."""
    assert row_of(rule) == rule
