"""Fixtures of the fault tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.house import Houses


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[Houses]:
    with Houses(tmp_path) as built:
        yield built


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """The command line sets logging up for the whole process; put it back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
