"""The commands, over the real application and a world that is a dictionary: what they print, their JSON, their exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from auld.clock import FixedClock
from auld.errors import CredentialsRefused, TryLater
from auld.reasons.cadence import Cadence
from auldd import wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.plugins import PluginProblem, Registry
from support.small_world import CONFIG, World, card, meeting

Auld = Callable[..., Result]

DUE = {"key", "person", "person_id", "reasons", "day", "title", "context", "state", "uid"}
PERSON = {"id", "name", "emails", "phones", "category", "last_touch", "next_due"}


@pytest.fixture
def world() -> World:
    made = World()
    made.put(
        card("Ana Lima", "ana@example.net", categories=("clients",), organisation="Acme", title="Head"),
        card("Ana Reis", "reis@example.net"),
        card("Bruno Sá", "bruno@example.net", categories=("clients",)),
        meeting("Lunch", date(2026, 1, 12), "ana@example.net"),
        meeting("Review", date(2026, 1, 14), "carla@example.net"),
        meeting("Review", date(2026, 1, 21), "carla@example.net"),
    )
    return made


@pytest.fixture
def registry(world: World) -> Registry:
    problems = [PluginProblem("weather (auld-weather)", "registers nothing")]
    return Registry({"memory": world}, [Cadence()], problems, [("connectors (auld)", "0.1.0")])


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))


@pytest.fixture
def auld(registry: Registry, clock: FixedClock, tmp_path: Path) -> Auld:
    """Runs a command; ``code`` is the exit code it must end with."""
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG)

    def run(*arguments: str, code: int = 0, input: str | None = None) -> Result:
        runtime = Runtime(
            environ={"AULD_STATE_DIR": str(tmp_path / "state"), "AULD_CONFIG": str(file)},
            open_app=lambda config: wiring.open_app(config, clock=clock),
            load_plugins=lambda environ: registry,
        )
        result = CliRunner().invoke(cli, arguments, obj=runtime, input=input, catch_exceptions=False)
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    return run


def read(result: Result) -> Any:
    return json.loads(result.stdout)


def test_once(auld: Auld) -> None:
    first = read(auld("once", "--json"))
    assert [set(account) for account in first["accounts"]] == [{"name", "ok", "items", "events", "requests", "error"}]
    assert first["accounts"][0]["ok"] is True
    assert first["accounts"][0]["error"] is None
    assert set(first["follow_ups"]) == {"planned", "written", "closed", "failed"}
    assert first["follow_ups"]["written"] == 2
    again = read(auld("once", "--json"))
    assert again["follow_ups"] == {"planned": 0, "written": 0, "closed": 0, "failed": 0}
    assert again["accounts"][0]["events"] == 0
    assert "follow-ups: 0 planned, 0 written, 0 closed, 0 failed" in auld("once").stdout


def test_once_that_fails_in_part_says_so(auld: Auld, world: World) -> None:
    world.fault = TryLater("the server is away")
    result = auld("once", "--json", code=1)
    account = read(result)["accounts"][0]
    assert (account["ok"], account["error"]) == (False, "the server is away")
    assert "auld: account world: the server is away" in result.stderr
    status = read(auld("status", "--json"))
    assert status["accounts"][0]["state"] == "waiting"
    assert status["accounts"][0]["error"] == "the server is away"


def test_an_account_that_gets_another_name_is_read_on(auld: Auld, tmp_path: Path) -> None:
    auld("once")
    (tmp_path / "config.yaml").write_text(CONFIG.replace("world", "home"))
    again = read(auld("once", "--json"))
    assert [(account["name"], account["ok"]) for account in again["accounts"]] == [("home", True)]
    assert again["follow_ups"] == {"planned": 0, "written": 0, "closed": 0, "failed": 0}
    assert [person["name"] for person in read(auld("people", "--json"))] == ["Ana Lima", "Ana Reis", "Bruno Sá"]
    assert [account["name"] for account in read(auld("status", "--json"))["accounts"]] == ["home"]


def test_a_collection_that_another_account_reads_is_refused(auld: Auld, tmp_path: Path) -> None:
    twice = CONFIG.replace("accounts:\n", "accounts:\n  twin: {connector: memory, username: twin}\n")
    (tmp_path / "config.yaml").write_text(twice)
    told = {account["name"]: account["error"] for account in read(auld("once", "--json", code=1))["accounts"]}
    refused = [name for name, error in told.items() if error and "is read by account" in error]
    assert len(refused) == 1, told
    assert len(read(auld("people", "--json"))) == 3


def test_due(auld: Auld) -> None:
    assert auld("due").stdout == "Nobody is due.\n"
    auld("once")
    items = read(auld("due", "--json"))
    assert [set(item) for item in items] == [DUE, DUE]
    assert {item["person"] for item in items} == {"Ana Lima", "Bruno Sá"}
    assert {item["state"] for item in items} == {"written"}
    assert items == sorted(items, key=lambda item: item["day"])
    assert all(date.fromisoformat(item["day"]) and item["reasons"] == ["cadence"] for item in items)
    text = auld("due").stdout
    assert items[0]["title"] in text
    assert "[written: cadence]" in text
    assert len(read(auld("due", "--all", "--json"))) == 2


def test_due_looks_further_than_the_horizon_if_asked(auld: Auld, clock: FixedClock) -> None:
    auld("once")
    auld("note", "Bruno", "likes tea")
    before = read(auld("status", "--json"))["log"]
    auld("keep", "reis@example.net", "--every", "12w")
    later = read(auld("due", "--weeks", "16", "--json"))
    coming = [item for item in later if item["person"] == "Ana Reis"]
    assert [(item["state"], bool(item["uid"]), bool(item["key"])) for item in coming] == [("planned", True, True)]
    assert read(auld("status", "--json"))["log"]["position"] == before["position"] + 1  # the keep, and no plan


def test_plan_writes_nothing(auld: Auld) -> None:
    auld("once")
    before = read(auld("status", "--json"))["log"]
    items = read(auld("plan", "--from", "2026-06-01", "--weeks", "4", "--json"))
    assert items
    assert all(set(item) == DUE | {"week", "first", "last", "decided"} for item in items)
    assert read(auld("status", "--json"))["log"] == before
    assert "is no date" in auld("plan", "--from", "tomorrow", code=2).stderr


def test_people(auld: Auld) -> None:
    auld("once")
    rows = read(auld("people", "--json"))
    assert all(set(row) == PERSON for row in rows)
    ana = next(row for row in rows if row["name"] == "Ana Lima")
    assert ana["emails"] == ["ana@example.net"]
    assert ana["category"] == "clients"
    assert ana["last_touch"] == "2026-01-12T10:00:00+00:00"
    assert date.fromisoformat(ana["next_due"]) >= date(2026, 3, 2)
    reis = next(row for row in rows if row["name"] == "Ana Reis")
    assert (reis["category"], reis["last_touch"], reis["next_due"]) == (None, None, None)
    assert "Ana Lima" in auld("people").stdout


def test_show(auld: Auld) -> None:
    auld("once")
    auld("note", "Ana Lima", "likes", "tea")
    shown = read(auld("show", "ana lima", "--json"))
    assert set(shown) == {"person", "touches", "planned", "mentions", "promises", "follow_ups"}
    assert set(shown["person"]) == PERSON | {"organisation", "title", "birthday"}
    assert (shown["person"]["organisation"], shown["person"]["title"], shown["person"]["birthday"]) == ("Acme", "Head", None)
    assert {"at", "kind", "title", "weight", "why", "channel", "account", "ref"} == set(shown["touches"][0])
    assert (shown["touches"][0]["kind"], shown["touches"][0]["title"]) == ("meeting", "Lunch")
    assert all(set(item) == DUE for item in shown["follow_ups"])
    text = auld("show", shown["person"]["id"]).stdout
    assert "work: Head, Acme" in text
    assert "2026-01-12  Lunch (meeting)  [1.00: 2 of you]" in text


def test_names(auld: Auld) -> None:
    auld("once")
    ambiguous = auld("show", "ana", code=1).stderr
    assert "Ana Lima (p" in ambiguous
    assert "Ana Reis (p" in ambiguous
    assert "did you mean Bruno Sá?" in auld("show", "Brunno", code=1).stderr
    assert auld("show", "Zzyzx", code=1).stderr == "auld: nobody is known as 'Zzyzx'\n"


def test_events_are_json_lines(auld: Auld) -> None:
    auld("once")
    events = [json.loads(line) for line in auld("events", "--json").stdout.splitlines()]
    keys = {"position", "type", "version", "account", "ref", "recorded_at", "occurred_at", "data"}
    assert all(set(event) == keys for event in events)
    assert [event["position"] for event in events] == list(range(1, len(events) + 1))
    assert all(datetime.fromisoformat(event["recorded_at"]).tzinfo for event in events)
    contacts = auld("events", "--json", "--type", "contact.observed", "--after", "1").stdout.splitlines()
    assert {json.loads(line)["type"] for line in contacts} == {"contact.observed"}
    assert [json.loads(auld("events", "--json", "--last", "1").stdout)["position"]] == [len(events)]
    assert "world: Ana Lima" in auld("events").stdout


def test_status(auld: Auld) -> None:
    fresh = read(auld("status", "--json"))
    assert set(fresh) == {"accounts", "problems", "log", "outbox", "goals"}
    assert set(fresh["accounts"][0]) == {"name", "state", "since", "last_ok", "next", "error", "unreadable", "notes"}
    auld("once")
    status = read(auld("status", "--json"))
    assert status["accounts"][0]["state"] == "ok"
    assert status["accounts"][0]["last_ok"] == "2026-03-02T08:00:00+00:00"
    assert status["log"]["position"] == status["log"]["events"] > 0
    assert status["outbox"] == {"pending": 0, "parked": 0, "problems": []}
    assert status["problems"] == [{"plugin": "weather (auld-weather)", "message": "registers nothing"}]
    shown = auld("status").stdout
    assert "outbox: 0 to write" in shown
    assert "plugin weather (auld-weather) is left out: it registers nothing" in shown


def test_alerts(auld: Auld) -> None:
    auld("once")
    rows = read(auld("alerts", "--json"))
    assert {row["query"] for row in rows} == {'"Ana Lima" "Acme"', '"Bruno Sá"'}
    assert all(set(row) == {"person", "person_id", "query", "url"} for row in rows)
    assert '"Ana Lima" "Acme"' in auld("alerts").stdout


def test_connectors_need_no_configuration(auld: Auld) -> None:
    result = auld("--config", "/nonexistent", "connectors", "--json")
    shown = read(result)
    assert shown["connectors"][0]["name"] == "memory"
    assert {"key", "description", "required"} == set(shown["connectors"][0]["settings"][0])
    assert shown["problems"] == [{"plugin": "weather (auld-weather)", "message": "registers nothing"}]
    assert "plugin weather (auld-weather) is left out: it registers nothing" in auld("connectors").stderr


def test_acts(auld: Auld) -> None:
    auld("once")
    assert auld("keep", "Reis", "--every", "6w").stdout == "You will hear of Ana Reis every 42 days.\n"
    assert read(auld("show", "Reis", "--json"))["person"]["next_due"] is not None
    assert auld("pause", "Reis", "--until", "2026-05-01").stdout == "You will not hear of Ana Reis before 2026-05-01.\n"
    assert read(auld("show", "Reis", "--json"))["person"]["next_due"] >= "2026-05-01"
    auld("let-go", "Reis")
    assert read(auld("show", "Reis", "--json"))["person"]["next_due"] is None
    types = [json.loads(line)["type"] for line in auld("events", "--json", "--last", "3").stdout.splitlines()]
    assert types == ["person.kept", "person.paused", "person.let_go"]


def test_keep_somebody_who_is_in_no_address_book(auld: Auld) -> None:
    auld("once")
    assert auld("keep", "carla").stdout == "You will hear of Carla.\n"
    rows = read(auld("people", "--json"))
    carla = next(row for row in rows if row["emails"] == ["carla@example.net"])
    assert carla["last_touch"] == "2026-01-21T10:00:00+00:00"
    auld("keep", "dora@example.net")
    assert any(row["emails"] == ["dora@example.net"] for row in read(auld("people", "--json")))
    assert "nobody is known as 'Nobody Else'" in auld("keep", "Nobody Else", code=1).stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pause", "Reis"), "--until"),
        (("pause", "Reis", "--until", "2026-03-02"), "is not in the future"),
        (("pause", "Reis", "--until", "soon"), "is no date"),
        (("keep", "Reis", "--every", "often"), "a number with a unit"),
        (("note", "Reis"), "Missing argument"),
        (("note", "Reis", " "), "nothing to note"),
        (("due", "--weeks", "0"), "--weeks"),
        (("nonsense",), "No such command"),
        (("--nonsense",), "No such option"),
    ],
)
def test_usage_errors_end_with_2(auld: Auld, arguments: tuple[str, ...], message: str) -> None:
    assert message in auld(*arguments, code=2).stderr


def test_check(auld: Auld, world: World) -> None:
    result = auld("check")
    assert "ok  world: reads contacts from 'Contacts'" in result.stdout
    assert "writes tasks into 'Keep in touch'" in result.stdout
    assert "weather (auld-weather) is left out" in result.stderr
    world.fault = CredentialsRefused("the password was refused")
    assert "world: the password was refused" in auld("check", "--rediscover", code=1).stderr


def test_accept_loss(auld: Auld) -> None:
    assert auld("accept-loss", "world").stdout == "Nothing is held back for world.\n"
    assert "did you mean 'world'?" in auld("accept-loss", "wrold", code=1).stderr


def test_verify_and_rebuild(auld: Auld) -> None:
    auld("once")
    assert "The log is sound" in auld("verify").stdout
    assert read(auld("verify", "--json"))["ok"] is True
    assert "events in" in auld("rebuild").stdout


def test_a_wrong_configuration_ends_with_78_and_every_mistake(auld: Auld, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("timezone: Nowhere\naccounts:\n  a: {connector: memroy}\n")
    stderr = auld("--config", str(file), "status", code=78).stderr
    assert stderr.splitlines()[0].startswith(f"auld: {file}:1:11: timezone: unknown time zone 'Nowhere'")
    assert stderr.splitlines()[1].endswith("did you mean 'memory'?")
    missing = auld("--config", str(tmp_path / "none.yaml"), "due", code=78).stderr
    assert missing == f"auld: {tmp_path}/none.yaml: there is no such file; `auld init` asks a few questions and writes it\n"


def test_an_unforeseen_error_is_one_line_that_tells_nothing_private(auld: Auld, registry: Registry, clock: FixedClock) -> None:
    def broken(config: object) -> Any:
        raise KeyError("ana@example.net")

    runtime = Runtime(environ={"AULD_CONFIG": "/dev/null"}, load_plugins=lambda environ: registry)
    runtime.config = lambda: broken(None)  # type: ignore[method-assign]  # breaks on purpose
    result = CliRunner().invoke(cli, ["due"], obj=runtime)
    assert result.exit_code == 1
    assert result.stderr.startswith("auld: unexpected KeyError at test_cli_commands.py:")
    assert "ana@" not in result.output


def test_what_comes_from_outside_cannot_speak_to_the_terminal(auld: Auld, world: World) -> None:
    world.put(card("Eve\x1b]0;owned\x07\x9b2J\u202e", "eve@example.net"))
    auld("once")
    for command in (("people",), ("people", "--json"), ("show", "eve@example.net"), ("events",), ("events", "--json")):
        shown = auld(*command).stdout
        assert "Eve" in shown
        assert not set(shown) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_verbose_says_what_it_does_and_secrets_stay_masked(auld: Auld, tmp_path: Path, world: World) -> None:
    assert "may show names" in auld("--verbose", "once").stderr
    assert "may show names" not in auld("once").stderr
    file = tmp_path / "secret.yaml"
    file.write_text(
        CONFIG.replace("{connector: memory, every: 5m}", "{connector: memory, password: {command: [echo, hunter2]}}")
    )
    world.fault = TryLater("cannot log in with hunter2")
    told = auld("--verbose", "--config", str(file), "once", code=1)
    assert "cannot log in with [secret]" in told.stderr
    assert "hunter2" not in told.output
