"""``reasons:`` in the configuration: what can be switched off, and what is said of mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner, Result

from auld.clock import FixedClock
from auld.errors import ConfigurationWrong
from auld.projections.view import View
from auld.projections.views import PersonView
from auld.reasons.base import Proposal, Reason
from auld.reasons.cadence import Cadence
from auldd import config, wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.config import Config
from auldd.credentials import Vault
from auldd.plugins import Registry
from support.small_world import CONFIG, TASKS, World, card


class Whim:
    """A plugin's reason: one entry for everybody, on the day on which it is asked."""

    id: ClassVar[str] = "whim"
    summary: ClassVar[str] = "because"

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        yield Proposal(person.id, self.id, "whim:1", today, until, today, 10, f"A whim: {person.name}", ("Just because.",))


REASONS: list[Reason] = [Cadence(), Whim()]
Read = Callable[[str], Config]
World_ = tuple[World, Callable[..., Result]]


@pytest.fixture
def parse(tmp_path: Path) -> Read:
    def read(reasons: str) -> Config:
        registry = Registry({"memory": World()}, REASONS, [], [])
        return config.parse(f"{CONFIG}reasons: {reasons}\n", Path("c.yaml"), registry, tmp_path, Vault({}))

    return read


@pytest.mark.parametrize(
    ("reasons", "off"),
    [
        ("{whim: off}", ("whim",)),
        ("{whim: false, cadence: Off}", ("cadence", "whim")),
        ("{whim: on, cadence: true}", ()),
        ("{}", ()),
    ],
)
def test_any_registered_reason_can_be_switched(parse: Read, reasons: str, off: tuple[str, ...]) -> None:
    assert parse(reasons).policy().reasons_off == off


@pytest.mark.parametrize(
    ("reasons", "message"),
    [
        ("{whimm: off}", "c.yaml:8:11: reasons.whimm: no reason is called 'whimm': did you mean 'whim'?"),
        ("{xyz: off}", "c.yaml:8:11: reasons.xyz: no reason is called 'xyz'; `auld reasons` lists those that are there"),
        ("{whim: never}", "c.yaml:8:17: reasons.whim: 'never' must be on or off"),
        ("{whim: 1}", "c.yaml:8:17: reasons.whim: 1 must be on or off"),
    ],
)
def test_a_mistake_is_named(parse: Read, reasons: str, message: str) -> None:
    with pytest.raises(ConfigurationWrong) as caught:
        parse(reasons)
    assert [str(problem) for problem in caught.value.problems] == [message]


@pytest.fixture
def auld(tmp_path: Path) -> World_:
    """A world with one person, and a way to run commands with a given ``reasons``."""
    world = World()
    world.put(card("Ana Lima", "ana@example.net", categories=("clients",)))

    def run(reasons: str, *arguments: str) -> Result:
        (tmp_path / "config.yaml").write_text(f"{CONFIG}reasons: {reasons}\n")
        runtime = Runtime(
            environ={"AULD_STATE_DIR": str(tmp_path / "state"), "AULD_CONFIG": str(tmp_path / "config.yaml")},
            open_app=lambda read: wiring.open_app(read, clock=FixedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))),
            load_plugins=lambda environ: Registry({"memory": world}, REASONS, [], []),
        )
        result = CliRunner().invoke(cli, arguments, obj=runtime, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result

    return world, run


def test_the_list_says_which_are_on(auld: World_) -> None:
    _, run = auld
    assert json.loads(run("{whim: off}", "reasons", "--json").stdout) == [
        {"id": "cadence", "summary": Cadence.summary, "on": True},
        {"id": "whim", "summary": "because", "on": False},
    ]
    assert "off" in run("{whim: off}", "reasons").stdout
    assert "off" not in run("{}", "reasons").stdout


def test_what_is_switched_off_asks_no_more_and_takes_back_what_it_asked(auld: World_) -> None:
    world, run = auld
    run("{}", "once")
    (entry,) = world.objects[TASKS.id].values()
    assert getattr(entry, "title", "") == "Get in touch with Ana Lima · whim"
    run("{whim: off}", "once")
    (entry,) = world.objects[TASKS.id].values()
    assert getattr(entry, "title", "") == "Get in touch with Ana Lima"
    run("{whim: off, cadence: off}", "once")
    assert world.objects[TASKS.id] == {}
    assert "you switched this reason off" in run("{whim: off, cadence: off}", "events").stdout
    run("{cadence: off}", "once")
    (entry,) = world.objects[TASKS.id].values()
    assert getattr(entry, "title", "") == "A whim: Ana Lima"
