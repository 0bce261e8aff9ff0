"""A whole auld over a dictionary, with names as hostile as names can be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auld.clock import FixedClock
from auld.observations import Address
from auld.reasons.cadence import Cadence
from auld.reasons.review import Review
from auldd import wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.plugins import Registry
from support.small_world import CONFIG, World, card, meeting

Auld = Callable[..., Result]

HOSTILE = '<script>alert(1)</script> & "Sons" \''
NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)


def filled() -> World:
    made = World()
    made.put(
        card("Ana Lima", "ana@acme.example", organisation=HOSTILE, categories=("clients", "Energy"), addresses=_in("Lisboa")),
        card(
            f"Bruno {HOSTILE}", "bruno@acme.example", organisation="Biltmore", categories=("clients",), addresses=_in("Porto")
        ),
        card("Carla Dias", "carla@example.net", organisation="Solo", categories=("clients",), addresses=_in("x" * 90)),
        *(meeting("Talk", date(2026, 1, 7) + timedelta(weeks=4 * n), "ana@acme.example") for n in range(5)),
        meeting("</title><img src=x onerror=alert(2)>", date(2026, 8, 5), "bruno@acme.example"),
        meeting("Call Carla", date(2026, 10, 2), "carla@example.net"),
    )
    return made


def _in(city: str) -> tuple[Address, ...]:
    return (Address(city=city),)


@pytest.fixture
def world() -> World:
    return filled()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def auld(world: World, clock: FixedClock, tmp_path: Path) -> Auld:
    """Runs a command; ``code`` is the exit code it must end with."""
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG + "goals: {meetings: 4, reached: 3}\n")
    registry = Registry({"memory": world}, [Cadence(), Review()], [], [])

    def run(*arguments: str, code: int = 0) -> Result:
        runtime = Runtime(
            environ={"AULD_STATE_DIR": str(tmp_path / "state"), "AULD_CONFIG": str(file)},
            open_app=lambda config: wiring.open_app(config, clock=clock),
            load_plugins=lambda environ: registry,
        )
        result = CliRunner().invoke(cli, arguments, obj=runtime, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    run("once")
    return run
