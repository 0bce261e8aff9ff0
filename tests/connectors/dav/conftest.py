"""What the tests of CalDAV and CardDAV share: accounts, bodies, and a hostile server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.hostile_dav import HostileDav


@pytest.fixture
def hostile() -> Iterator[HostileDav]:
    """A server in this process that does as its script says."""
    with HostileDav() as server:
        yield server
