"""What goes wrong while writing shows in how the account stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from auld.clock import FixedClock
from auld.contract import Account, Collection, Held
from auld.errors import AuldError, CredentialsRefused, Refused
from auld.reasons.cadence import Cadence
from auldd import wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.plugins import Registry
from support.small_world import CONFIG, World, card

Auld = Callable[..., Any]


class Guarded(World):
    """A world with a login, whose looks at single entries fail with ``denial``."""

    denial: AuldError | None = None

    def origin(self, settings: object) -> str | None:
        return "https://dav.example.org"

    def open(self, account: Account) -> Guarded:
        return self

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        if self.denial is not None:
            self.requests += 1
            raise self.denial
        return super().fetch(collection, ref)


@pytest.fixture
def world() -> Guarded:
    world = Guarded()
    world.put(card("Ana Lima", "ana@example.net", categories=("clients",)))
    return world


@pytest.fixture
def auld(world: Guarded, tmp_path: Path) -> Auld:
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG.replace("every: 5m", "every: 5m, username: me, password: {env: AULD_TEST_PASSWORD}"))
    clock = FixedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    registry = Registry({"memory": world}, [Cadence()], [], [])

    def run(*arguments: str) -> Any:
        runtime = Runtime(
            environ={
                "AULD_STATE_DIR": str(tmp_path / "state"),
                "AULD_CONFIG": str(file),
                "AULD_TEST_PASSWORD": "a secret of some length",
            },
            open_app=lambda config: wiring.open_app(config, clock=clock),
            load_plugins=lambda environ: registry,
        )
        return json.loads(CliRunner().invoke(cli, [*arguments, "--json"], obj=runtime, catch_exceptions=False).stdout)

    return run


def test_a_password_refused_while_writing_pauses_the_account(auld: Auld, world: Guarded) -> None:
    world.denial = CredentialsRefused("the password is not accepted")
    auld("once")
    (account,) = auld("status")["accounts"]
    assert (account["state"], account["error"]) == ("refused", "the password is not accepted")
    asked = world.requests
    auld("once")
    assert world.requests == asked, "nobody asks with that password again (G7)"


def test_what_the_server_will_not_take_is_said_without_naming_anybody(auld: Auld, world: Guarded) -> None:
    world.denial = Refused("the server refuses the entry (403)")
    assert auld("once")["follow_ups"]["failed"] == 1
    status = auld("status")
    assert status["accounts"][0]["state"] == "ok"
    assert status["outbox"] == {"pending": 0, "parked": 1, "problems": ["the server refuses the entry (403)"]}
    assert auld("due", "--all")[0]["state"] == "failed"
