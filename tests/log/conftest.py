"""What the tests of log and intake share: a time, a log, and items to take in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auld.intake import Intake
from auld.log import Log
from auld.store import Store


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def log(store: Store) -> Log:
    return Log(store)


@pytest.fixture
def intake(log: Log) -> Intake:
    return Intake(log)
