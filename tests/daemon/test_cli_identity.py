"""merge, split, undo, people --duplicates and people --unknown, over the real application."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from auld.clock import FixedClock
from auld.observations import Labelled
from auld.reasons.cadence import Cadence
from auldd import wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.plugins import Registry
from support.small_world import CONFIG, World, card, meeting

Auld = Callable[..., Result]


@pytest.fixture
def world() -> World:
    made = World()
    made.put(
        card("Ana Lima", "ana@example.net", organisation="Acme"),
        card("Ana Lima", "al@work.example", organisation="Acme"),
        card("Bruno Sá", "bruno@example.net"),
        meeting("Review", date(2026, 1, 14), "carla@example.net"),
        meeting("Review", date(2026, 1, 21), "carla@example.net"),
        meeting("Once", date(2026, 1, 22), "dora@example.net"),
        meeting("Desk", date(2026, 1, 23), "info@example.net"),
        meeting("Desk", date(2026, 1, 26), "info@example.net"),
    )
    return made


@pytest.fixture
def auld(world: World, tmp_path: Path) -> Auld:
    """Runs a command; ``code`` is the exit code it must end with."""
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG)
    registry = Registry({"memory": world}, [Cadence()], [], [])
    clock = FixedClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))

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


def read(result: Result) -> Any:
    return json.loads(result.stdout)


def ids(auld: Auld) -> set[str]:
    return {row["id"] for row in read(auld("people", "--json"))}


def position(auld: Auld) -> str:
    """That of the last act."""
    return auld("undo").stdout.splitlines()[-1].split()[0]


def test_duplicates_are_told_with_the_command_that_merges_them(auld: Auld) -> None:
    (row,) = read(auld("people", "--duplicates", "--json"))
    assert set(row) == {"people", "reasons"}
    assert row["reasons"] == ["the same name", "both at Acme"]
    assert {tuple(each["emails"]) for each in row["people"]} == {("ana@example.net",), ("al@work.example",)}
    said = auld("people", "--duplicates").stdout
    command = next(line.strip() for line in said.splitlines() if line.strip().startswith("auld merge"))
    auld(*command.split()[1:])
    assert "Nobody seems to be there twice." in auld("people", "--duplicates").stdout
    (ana,) = [row for row in read(auld("people", "--json")) if row["name"] == "Ana Lima"]
    assert set(ana["emails"]) == {"ana@example.net", "al@work.example"}


def test_merging_is_undone_by_its_position(auld: Auld) -> None:
    before = ids(auld)
    auld("merge", "ana@example.net", "al@work.example")
    assert len(ids(auld)) == len(before) - 1
    assert "merge Ana Lima" in auld("undo").stdout
    at = position(auld)
    auld("undo", at)
    assert ids(auld) == before
    assert "is undone already" in auld("undo", at, code=1).stderr
    assert "There is nothing to undo." in auld("undo").stdout


def test_two_are_not_merged_by_half_a_name(auld: Auld) -> None:
    before = ids(auld)
    assert "did you mean Bruno" in auld("merge", "ana@example.net", "Bru", code=1).stderr
    assert ids(auld) == before


def test_a_merged_person_answers_to_either_name(auld: Auld) -> None:
    auld("merge", "ana@example.net", "bruno@example.net")
    assert "Ana Lima" in auld("show", "Bruno Sá").stdout
    assert "Noted for Ana Lima" in auld("note", "Bruno Sá", "Likes tea").stdout
    auld("merge", "Bruno Sá", "al@work.example")


def test_of_many_who_may_be_meant_a_few_are_told(auld: Auld, world: World) -> None:
    world.put(*(card(f"Clara {'abcdefghijkl'[number]}", f"c{number}@example.net") for number in range(12)))
    auld("once")
    said = auld("show", "Clara", code=1).stderr
    assert said.count("@example.net") == 8
    assert "; and 4 more. Give the id" in said


def test_what_can_be_undone_is_told_by_the_names_of_before(auld: Auld) -> None:
    auld("merge", "ana@example.net", "bruno@example.net")
    (line,) = [line for line in auld("undo").stdout.splitlines() if "merge" in line]
    assert "Ana Lima (" in line and "Bruno" in line.partition(" and ")[2]


def test_splitting_takes_the_merge_apart_and_is_undone(auld: Auld) -> None:
    before = ids(auld)
    auld("merge", "ana@example.net", "al@work.example")
    merged = ids(auld)
    assert "Not one human: " in auld("split", "ana@example.net").stdout
    assert ids(auld) == before
    auld("undo", position(auld))
    assert ids(auld) == merged


def test_a_person_of_more_than_two_cards_is_split_by_number(auld: Auld) -> None:
    auld("merge", "ana@example.net", "al@work.example")
    auld("merge", "ana@example.net", "bruno@example.net")
    before = read(auld("people", "--json"))
    assert "has 3 card(s)" in auld("split", "ana@example.net", "--card", "9", code=2).stderr
    auld("split", "ana@example.net", "--card", "3")
    assert len(read(auld("people", "--json"))) == len(before) + 1


def test_cards_are_listed_where_there_is_no_obvious_way(auld: Auld, world: World) -> None:
    shared = Labelled("eva1@example.net")
    for number in (1, 2, 3):
        made = card("Eva Reis", f"eva{number}@example.net")
        world.put(msgspec.structs.replace(made, emails=tuple(dict.fromkeys((*made.emails, shared)))))
    auld("once")
    listed = auld("split", "Eva Reis").stdout
    assert "is made of 3 cards" in listed and "--card N" in listed
    auld("split", "Eva Reis", "--card", "3")
    assert len([row for row in read(auld("people", "--json")) if row["name"] == "Eva Reis"]) == 2


def test_two_who_are_no_duplicates_are_not_asked_about_again(auld: Auld) -> None:
    auld("split", "ana@example.net", "al@work.example")
    assert read(auld("people", "--duplicates", "--json")) == []
    auld("undo", position(auld))
    assert len(read(auld("people", "--duplicates", "--json"))) == 1


def test_what_cannot_be_merged_or_split(auld: Auld) -> None:
    assert "has one card only" in auld("split", "Bruno", code=1).stderr
    assert "are one person already" in auld("merge", "Bruno", "bruno@example.net", code=1).stderr
    assert "both names mean Bruno" in auld("split", "Bruno", "bruno@example.net", code=1).stderr
    assert "may be any of" in auld("merge", "Ana Lima", "Bruno", code=1).stderr
    assert "nothing that can be undone" in auld("undo", "1", code=1).stderr


def test_other_acts_are_undone_too(auld: Auld) -> None:
    auld("keep", "Bruno", "--every", "6w")
    auld("note", "Bruno", "likes fado")
    listed = auld("undo").stdout.splitlines()
    assert [line.split("  ")[-1].split(" (")[0] for line in listed] == ["keep Bruno Sá", "note Bruno Sá"]
    for line in listed:
        auld("undo", line.split()[0])
    shown = read(auld("show", "Bruno", "--json"))
    assert shown["person"]["next_due"] is None and shown["touches"] == []


def test_unknown_attendees_who_recur(auld: Auld) -> None:
    (row,) = read(auld("people", "--unknown", "--json"))
    assert (row["name"], row["email"], row["count"], row["last_met"][:10]) == ("Carla", "carla@example.net", 2, "2026-01-21")
    assert "carla@example.net" in auld("people", "--unknown").stdout
    auld("keep", "carla@example.net")
    assert "is known" in auld("people", "--unknown").stdout
    auld("people", "--unknown", "--duplicates", code=2)
