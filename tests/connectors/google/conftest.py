"""What the tests of Google's connectors share: a Google of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.google import Google, run_google


@pytest.fixture
def google() -> Iterator[Google]:
    """Empty; a test in which anything breaks Google's documents fails at its end."""
    with run_google() as server:
        yield server
