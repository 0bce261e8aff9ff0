"""``auld plan`` and ``auld why`` over the real application: what they show, in 80 columns, and their JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from auld.clock import FixedClock
from auld.observations import Happening, Meeting, PartialDate
from auld.projections.view import View
from auld.projections.views import PersonView
from auld.reasons.base import Proposal
from auld.reasons.birthday import Birthday
from auld.reasons.cadence import Cadence
from auldd import wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.plugins import Registry
from support.small_world import CONFIG, World, card, meeting

Auld = Callable[..., Result]


class LookBack:
    """Asks the user themselves."""

    id: ClassVar[str] = "look_back"
    summary: ClassVar[str] = "Twice a year."

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        yield from ()

    def propose_for_user(self, view: View, today: date, until: date) -> Iterator[Proposal]:
        day = date(2026, 3, 11)
        yield Proposal("", self.id, "look_back:1", max(day, today), day + timedelta(7), max(day, today), 50, "Look back")


@pytest.fixture
def world() -> World:
    made = World()
    made.put(
        card("Ana Lima", "ana@example.net", categories=("clients",), birthday=PartialDate(4, 2, 1980)),
        card("Bruno Sá", "bruno@example.net", categories=("clients",)),
        card("Carla Reis", "carla@example.net", categories=("clients",)),
        meeting("Lunch", date(2026, 1, 12), "ana@example.net"),
        meeting("Review of everything that there was to say about the year", date(2026, 1, 14), "bruno@example.net"),
        Meeting("porto", Happening("2026-03-03", "2026-03-05", title="Porto")),
    )
    return made


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))


@pytest.fixture
def auld(world: World, clock: FixedClock, tmp_path: Path) -> Auld:
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG + "quiet: {dates: [2026-03-13]}\n")
    registry = Registry({"memory": world}, [Birthday(), Cadence(), LookBack()], [], [])

    def run(*arguments: str, code: int = 0) -> Result:
        runtime = Runtime(
            environ={"AULD_STATE_DIR": str(tmp_path / "state"), "AULD_CONFIG": str(file), "COLUMNS": "80"},
            open_app=lambda config: wiring.open_app(config, clock=clock),
            load_plugins=lambda environ: registry,
        )
        result = CliRunner(env={"COLUMNS": "80"}).invoke(cli, arguments, obj=runtime, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


PLAN = """\
Week of 2 Mar 2026  (3 of 5)
  Mon  2 Mar    Get in touch with Ana Lima  [cadence]
  Mon  2 Mar    Get in touch with Bruno Sá  [cadence]
  Tue  3 Mar    (you are away)
  Wed  4 Mar    (you are away)
  Thu  5 Mar    Get in touch with Carla Reis  [cadence]

Week of 9 Mar 2026  (0 of 5)
  Wed 11 Mar    Look back  [look_back]
  Fri 13 Mar    (a quiet day)

Week of 30 Mar 2026  (1 of 5)
  Thu  2 Apr  ~ Birthday: Ana Lima (46)  [birthday]

~ is only planned: it comes into the calendar 14 days ahead, and may still change.
"""


def test_the_quarter_week_by_week(auld: Auld) -> None:
    auld("once")
    assert auld("plan").stdout == PLAN


def test_a_long_title_is_cut_at_the_width_of_the_terminal(auld: Auld, world: World) -> None:
    world.put(card(f"Maximiliana {'von Hohenlohe ' * 6}", "max@example.net", categories=("clients",)))
    auld("once")
    lines = auld("plan").stdout.splitlines()
    assert max(map(len, lines)) <= 82
    assert any(line.endswith("…  [cadence]") and len(line) <= 80 for line in lines)


def test_as_json(auld: Auld) -> None:
    auld("once")
    first, *_, last = json.loads(auld("plan", "--json").stdout)
    assert (first["day"], first["week"], first["first"], first["last"]) == (*["2026-03-02"] * 3, "2026-03-16")
    assert (first["decided"], last["decided"], last["week"]) == (True, False, "2026-03-30")
    assert [item["day"] for item in json.loads(auld("plan", "--weeks", "1", "--json").stdout)] == [
        "2026-03-02", "2026-03-02", "2026-03-05", "2026-03-11",
    ]  # fmt: skip


WHY = """\
Get in touch with Carla Reis  [written]
KEY, on 5 Mar 2026

Reason: cadence
  The interval that the person's category asks for has passed since the last touch.
    No meeting known so far. Clients: every 4 weeks, 6 at most.

It rests on
       3  2026-03-02 08:00  the card: world: Carla Reis
       7  2026-03-02 08:00  the configuration

Why this day
  It suits from 2 Mar 2026 to 13 Apr 2026, best on 2 Mar 2026.
  Its priority is 20: a day of waiting costs 1.80.
  What each day would cost:
    Mon  2 Mar       –  the day has its 2
    Tue  3 Mar       –  you are away
    Wed  4 Mar       –  you are away
  → Thu  5 Mar    5.40  waited 5.4
    Fri  6 Mar    7.20  waited 7.2
    Mon  9 Mar   12.60  waited 12.6
    Tue 10 Mar   14.40  waited 14.4
    Wed 11 Mar   16.20  waited 16.2
    Thu 12 Mar   18.00  waited 18

What became of it
      10  2026-03-02 08:00  proposed: Carla Reis · Get in touch with Carla Reis · KEY
      14  2026-03-02 08:00  written: world: Get in touch with Carla Reis · KEY · 2026-03-05
"""


def key_of(auld: Auld, person: str, reason: str) -> str:
    items = json.loads(auld("plan", "--json").stdout)
    return str(next(item["key"] for item in items if item["person"] == person and reason in item["reasons"]))


def test_why_this_person_and_this_day(auld: Auld) -> None:
    auld("once")
    key = key_of(auld, "Carla Reis", "cadence")
    assert auld("why", key).stdout.replace(key, "KEY") == WHY


def test_why_is_told_as_it_was_when_it_was_decided(auld: Auld, world: World, clock: FixedClock) -> None:
    """What came later (a meeting that was forgotten, a day that is full now) is no ground."""
    auld("once")
    key = key_of(auld, "Carla Reis", "cadence")
    before = json.loads(auld("why", key, "--json").stdout)
    clock.set(datetime(2026, 3, 3, 8, 0, tzinfo=UTC))
    world.put(meeting("Long ago", date(2025, 11, 3), "carla@example.net"))
    auld("once")
    after = json.loads(auld("why", key, "--json").stdout)
    assert (after["grounds"], after["choice"], after["decided_at"]) == (before["grounds"], before["choice"], 10)


def test_positions_are_those_of_the_log(auld: Auld) -> None:
    auld("once")
    shown = json.loads(auld("why", key_of(auld, "Ana Lima", "cadence"), "--json").stdout)
    events = {event["position"]: event for event in map(json.loads, auld("events", "--json").stdout.splitlines())}
    assert [(each["what"], events[each["position"]]["type"]) for each in shown["grounds"]] == [
        ("the card", "contact.observed"),
        ("meeting of 2026-01-12", "meeting.observed"),
        ("the configuration", "policy.set"),
    ]
    assert events[shown["decided_at"]]["data"]["key"] == shown["key"]
    assert sum(shown["choice"]["options"][0]["parts"].values()) == pytest.approx(shown["choice"]["options"][0]["cost"])


def test_why_what_is_only_planned(auld: Auld) -> None:
    auld("once")
    out = auld("why", key_of(auld, "Ana Lima", "birthday")).stdout
    assert "Birthday: Ana Lima (46)  [planned]" in out
    assert "It belongs to its day." in out
    assert "What became of it" not in out


def test_an_entry_that_asks_the_user_alone(auld: Auld, world: World, clock: FixedClock) -> None:
    """It goes through the calendar and back like any other, and lets nobody go."""
    auld("once")
    out = auld("why", ":look_back:1").stdout
    assert "Look back  [written]" in out and "Twice a year." in out
    (ref, task) = next((ref, o) for ref, o in world.objects["memory:tasks"].items() if getattr(o, "title", "") == "Look back")
    world.objects["memory:tasks"][ref] = structs.replace(task, title="never Look back", description="I: buy a pen")
    clock.set(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    auld("once")
    found = [item for item in json.loads(auld("due", "--all", "--json").stdout) if item["key"] == ":look_back:1"]
    assert [(item["state"], item["person"], item["person_id"]) for item in found] == [("dismissed", "", "")]
    assert all(item["next_due"] for item in json.loads(auld("people", "--json").stdout))


def test_a_wrong_key_is_told(auld: Auld) -> None:
    auld("once")
    key = key_of(auld, "Ana Lima", "cadence")
    message = auld("why", key[:-1] + "7", code=1).stderr
    assert "no follow-up has the key" in message and key in message
