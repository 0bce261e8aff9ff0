"""What the user does in the calendar, over weeks, by the whole program: refused, left alone, renamed; what is told of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from auld.clock import FixedClock
from auld.observations import Task
from auld.reasons.cadence import Cadence
from auldd import wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.plugins import Registry
from support.small_world import CONFIG, TASKS, World, card


class Auld:
    """The program over a little world, and a user who deals with the one entry that stands there."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        self.world.put(card("Ana Lima", "ana@example.net", categories=("clients",)))
        self.clock = FixedClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
        self._folder = folder
        (folder / "config.yaml").write_text(CONFIG + "  network: {ideal: 12w, at_most: 16w}\n")

    def run(self, *arguments: str) -> str:
        runtime = Runtime(
            environ={"AULD_STATE_DIR": str(self._folder / "state"), "AULD_CONFIG": str(self._folder / "config.yaml")},
            open_app=lambda config: wiring.open_app(config, clock=self.clock),
            load_plugins=lambda environ: Registry({"memory": self.world}, [Cadence()], [], []),
        )
        result = CliRunner().invoke(cli, arguments, obj=runtime, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json"))

    def once(self, days: int = 0) -> None:
        """Days go by, and a cycle with each."""
        for _ in range(days):
            self.clock.advance(timedelta(days=1))
            self.run("once")
        if not days:
            self.run("once")

    @property
    def entries(self) -> dict[str, Any]:
        return self.world.objects[TASKS.id]

    def until_asked(self) -> None:
        for _ in range(100):
            if self.entries:
                return
            self.once(days=1)
        raise AssertionError("nothing was asked in a hundred days")

    def edit(self, **changes: Any) -> None:
        ((ref, task),) = self.entries.items()
        assert isinstance(task, Task)
        self.entries[ref] = msgspec.structs.replace(task, **changes)
        self.once()

    def states(self) -> list[str]:
        return [each["state"] for each in self.json("due", "--all")]


@pytest.fixture
def auld(tmp_path: Path) -> Auld:
    auld = Auld(tmp_path)
    auld.until_asked()
    return auld


def test_refused_three_times_the_user_is_asked_whether_less_often_would_do(auld: Auld) -> None:
    gaps = []
    for _ in range(3):
        assert auld.json("people", "--questions") == []
        auld.entries.clear()
        auld.once()
        begin = auld.clock.now()
        auld.until_asked()
        gaps.append((auld.clock.now() - begin).days)
    assert gaps[0] < gaps[1] < gaps[2], "it backs off"
    (question,) = auld.json("people", "--questions")
    assert (question["kind"], question["about"], question["category"], question["every"]) == (
        "slower category",
        "clients",
        "network",
        84,
    )
    who = question["candidates"][0]
    assert f"auld keep {who['id']} --every 84d, or the category 'network'" in auld.run("people", "--questions")
    (task,) = auld.entries.values()
    assert "Too often? Less often: auld keep" in task.description
    auld.run("keep", who["id"], "--every", "12w")
    assert auld.json("people", "--questions") == []
    auld.once()
    assert "Too often?" not in next(iter(auld.entries.values())).description


def test_left_undone_it_is_set_again_three_times_and_rests(auld: Auld) -> None:
    days = [next(iter(auld.entries.values())).due]
    while auld.entries:
        (task,) = auld.entries.values()
        if task.due != days[-1]:
            days.append(task.due)
        auld.once(days=1)
    assert len(days) == 4
    assert auld.states() == ["withdrawn"]
    begin = auld.clock.now()
    auld.until_asked()
    assert 14 < (auld.clock.now() - begin).days <= 28, "in its own time"
    assert auld.run("rebuild")


def test_a_never_in_the_calendar_can_be_undone(auld: Auld) -> None:
    auld.edit(title="never again")
    assert auld.json("show", "Ana Lima")["person"]["next_due"] is None
    (line,) = auld.run("undo").splitlines()
    assert "let go Ana Lima" in line
    assert "let go Ana Lima" in auld.run("undo", line.split()[0])
    assert auld.json("show", "Ana Lima")["person"]["next_due"] is not None
    assert auld.run("undo").strip() == "There is nothing to undo."


def test_the_channel_is_told_and_used(auld: Auld) -> None:
    auld.edit(title="done, called")
    assert auld.json("show", "Ana Lima")["touches"][0]["channel"] == "call"
    assert "(call)" in auld.run("show", "Ana Lima")
    auld.entries.clear()
    auld.once()
    assert auld.states() == ["done"], "tidied away"
    auld.until_asked()
    assert next(iter(auld.entries.values())).description.startswith("Last called on ")
