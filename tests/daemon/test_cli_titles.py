"""Why a touch weighs, what was left out, and titles that ask a question: show --why, people --questions, link."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from auld.clock import FixedClock
from auld.observations import Attendee, Happening, Meeting
from auldd import wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.plugins import Registry
from support.small_world import CONFIG, World, card, meeting

Auld = Callable[..., Result]


def alone(title: str, day: date, uid: str = "lunch") -> Meeting:
    """An hour at noon in Lisbon, without attendees."""
    return Meeting(uid, Happening(f"{day}T12:00:00", f"{day}T13:00:00", "Europe/Lisbon", title=title))


def declined(day: date, email: str) -> Meeting:
    people = (Attendee("me@example.org", status="accepted"), Attendee(email, status="declined"))
    return Meeting("no", Happening(f"{day}T15:00:00", f"{day}T16:00:00", "Europe/Lisbon", title="Budget", attendees=people))


@pytest.fixture
def auld(tmp_path: Path) -> Auld:
    """Runs a command, the calendar having been read; ``code`` is the exit code it must end with."""
    world = World()
    world.put(
        card("Ana Lima", "ana@example.net", categories=("clients",)),
        card("Ana Reis", "reis@example.net"),
        meeting("Review", date(2026, 1, 12), "ana@example.net", "b@example.net", "c@example.net"),
        meeting("Plans", date(2026, 3, 9), "ana@example.net"),
        declined(date(2026, 1, 20), "ana@example.net"),
        alone("Lunch with Ana", date(2026, 2, 3)),
        alone("Dentist", date(2026, 2, 4), "dentist"),
    )
    (tmp_path / "config.yaml").write_text(CONFIG)
    clock = FixedClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))

    def run(*arguments: str, code: int = 0) -> Result:
        runtime = Runtime(
            environ={"AULD_STATE_DIR": str(tmp_path / "state"), "AULD_CONFIG": str(tmp_path / "config.yaml")},
            open_app=lambda config: wiring.open_app(config, clock=clock),
            load_plugins=lambda environ: Registry({"memory": world}, [], [], []),
        )
        result = CliRunner().invoke(cli, arguments, obj=runtime, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    run("once")
    return run


def read(result: Result) -> Any:
    return json.loads(result.stdout)


def questions(auld: Auld) -> Any:
    return read(auld("people", "--questions", "--json"))


def test_why_a_touch_weighs(auld: Auld) -> None:
    (touch,) = read(auld("show", "Ana Lima", "--json"))["touches"]
    assert (touch["title"], touch["why"]) == ("Review", "4 of you: a third")
    assert "2026-01-12  Review (meeting)  [0.33: 4 of you: a third]" in auld("show", "Ana Lima").stdout


def test_what_was_left_out(auld: Auld) -> None:
    assert "left_out" not in read(auld("show", "Ana Lima", "--json"))
    shown = read(auld("show", "Ana Lima", "--why", "--json"))["left_out"]
    assert all(set(each) == {"at", "title", "rule", "why", "account", "ref", "event"} for each in shown)
    assert [(each["title"], each["rule"]) for each in shown] == [
        ("Budget", "declined_by_another"),
        ("Lunch with Ana", "title_ambiguous"),
        ("Plans", "to_come"),
    ]
    text = auld("show", "Ana Lima", "--why").stdout
    assert "Left out" in text and "[declined]" in text and "[not held yet]" in text


def test_a_question_and_its_answer(auld: Auld) -> None:
    (question,) = questions(auld)
    assert set(question) == {"kind", "event", "at", "title", "about", "account", "ref", "candidates", "category", "every"}
    assert (question["kind"], question["category"], question["every"]) == ("title", None, None)
    assert (question["title"], question["about"]) == ("Lunch with Ana", "ana")
    assert [person["name"] for person in question["candidates"]] == ["Ana Lima", "Ana Reis"]
    assert f"{question['event']}  2026-02-03 12:00  Lunch with Ana" in auld("people", "--questions").stdout
    assert "is with Ana Reis" in auld("link", question["event"], "Ana Reis").stdout
    assert questions(auld) == []
    assert auld("people", "--questions").stdout == "There are no questions.\n"
    assert [touch["title"] for touch in read(auld("show", "Ana Reis", "--json"))["touches"]] == ["Lunch with Ana"]
    assert [touch["title"] for touch in read(auld("show", "Ana Lima", "--json"))["touches"]] == ["Review"]


def test_nobody(auld: Auld) -> None:
    (question,) = questions(auld)
    assert "is with nobody" in auld("link", question["event"], "--nobody").stdout
    assert questions(auld) == []


def test_an_answer_is_an_event_and_can_be_undone(auld: Auld) -> None:
    (question,) = questions(auld)
    auld("link", f"{question['account']}/{question['ref']}", "Ana Reis")
    linked = [json.loads(line) for line in auld("events", "--type", "title.linked", "--json").stdout.splitlines()]
    assert [(each["data"]["uid"], each["data"]["about"], each["data"]["title"]) for each in linked] == [
        ("lunch", "ana", "Lunch with Ana")
    ]
    auld("undo", str(linked[0]["position"]))
    assert questions(auld) == [question]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("e0000000", "Ana Reis"), 1, "no entry without attendees"),
        (("lunch", "Ana"), 1, "may be any of"),
        (("lunch",), 2, "NAME or --nobody"),
        (("lunch", "Ana Reis", "--nobody"), 2, "NAME or --nobody"),
        (("Plans-2026-03-09", "Ana Reis"), 1, "no entry without attendees"),
    ],
)
def test_what_cannot_be_linked(auld: Auld, arguments: tuple[str, ...], code: int, said: str) -> None:
    assert said in auld("link", *arguments, code=code).stderr
