"""Fixtures of the fault tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.house import Houses


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[Houses]:
    with Houses(tmp_path) as built:
        yield built
