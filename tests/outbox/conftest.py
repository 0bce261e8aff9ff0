"""Fixtures of the write-back's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from auld.store import Store
from outbox.desk import Desk


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied."""
    path = tmp_path_factory.mktemp("template") / "auld.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def desk(tmp_path: Path, template: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, template=template)
    yield desk
    desk.close()
