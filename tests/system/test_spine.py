"""The whole program on real servers: 300 people, 2,000 meetings, 5 feeds; three cycles; the calendar answered by its user.

What the user does here goes through plain HTTP, not through the code under test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.feed_server import FeedServer, Reply
from support.program import Program
from support.world import Place, World, make, radicale_with, xandikos_with

pytestmark = pytest.mark.system

CONFIG = """
timezone: Europe/Lisbon
me: [{me}]
accounts:
  home: {{connector: caldav, url: "{base}"{login}}}
  people: {{connector: carddav, url: "{base}"{login}}}
  alerts: {{connector: rss, feeds: [{feeds}]}}
write_to: {{account: home, collection: "{keep}"}}
categories:
  Inner circle: {{ideal: 4w, at_most: 6w}}
  Clients: {{ideal: 8w, at_most: 12w}}
  Network: {{ideal: 16w, at_most: 26w}}
budget: {{per_day: 2, per_week: 5}}
"""


COLLECTIONS = {"home": 3, "people": 2, "alerts": 5}
"""How many each account has (Xandikos brings a calendar and an address book of its own)."""


@dataclass(frozen=True)
class Running:
    """A world on a server, and the program that keeps it."""

    world: World
    place: Place
    program: Program

    def json(self, *arguments: str) -> Any:
        done = self.program.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def entry(self, follow_up: dict[str, Any]) -> tuple[str, str]:
        """URL and body of a follow-up's object, as the server has it."""
        url = f"{self.place.keep_in_touch}{follow_up['uid']}.ics"
        body = self.place.home.get(url)
        assert body is not None
        return url, body.decode()


SERVERS: dict[str, Callable[[World, Path], AbstractContextManager[Place]]] = {
    "radicale": radicale_with,
    "xandikos": xandikos_with,
}


@pytest.fixture(scope="module", params=sorted(SERVERS))
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp(request.param)
    world = make(datetime.now(UTC).date())
    with SERVERS[request.param](world, folder) as place, FeedServer() as feeds:
        for path, body in world.feeds.items():
            feeds.serve(path, Reply(body, headers={"ETag": f'"{len(body)}"'}))
        yield Running(world, place, _program(world, place, feeds, folder))


def _program(world: World, place: Place, feeds: FeedServer, folder: Path) -> Program:
    home = place.home
    login = f", username: {home.username}, password: {{env: AULD_TEST_PASSWORD}}" if home.username else ""
    keep = place.keep_in_touch.rstrip("/").rpartition("/")[2]
    urls = ", ".join(f'"{feeds.url(path)}"' for path in world.feeds)
    config = folder / "config.yaml"
    config.write_text(CONFIG.format(me="me@example.org", base=home.base, login=login, feeds=urls, keep=keep))
    return Program(config, folder / "state", {"AULD_TEST_PASSWORD": home.password})


def test_three_cycles_then_a_user(running: Running) -> None:
    """One test, because each step builds on the one before."""
    first = running.json("once")
    assert all(account["ok"] for account in first["accounts"]), first
    written = first["follow_ups"]["written"]
    assert written > 0 and first["follow_ups"]["failed"] == 0
    head = running.json("status")["log"]["position"]

    for _ in range(2):
        again = running.json("once")
        assert [account["events"] for account in again["accounts"]] == [0, 0, 0]
        assert again["follow_ups"] == {"planned": 0, "written": 0, "closed": 0, "failed": 0}
        assert all(account["requests"] <= COLLECTIONS[account["name"]] for account in again["accounts"]), again
        assert running.json("status")["log"]["position"] == head

    due = running.json("due")
    assert len(due) == written and len({each["person_id"] for each in due}) == written
    assert _within_budget(due)
    _ticked_and_deleted_do_not_come_back(running, due)
    _a_new_meeting_takes_its_person_off(running, running.json("due"))
    assert running.program.run("verify").returncode == 0
    before = running.json("due", "--all"), running.json("people")
    assert running.program.run("rebuild").returncode == 0
    assert (running.json("due", "--all"), running.json("people")) == before


def _within_budget(due: list[dict[str, Any]]) -> bool:
    days = [
        date.fromisoformat(each["day"]) for each in due if each["person_id"]
    ]  # what asks the user alone takes nothing of it
    weeks = {day.isocalendar()[:2] for day in days}
    return all(sum(day.isocalendar()[:2] == week for day in days) <= 5 for week in weeks)


def _ticked_and_deleted_do_not_come_back(running: Running, due: list[dict[str, Any]]) -> None:
    ticked, deleted, *_ = (each for each in due if each["person_id"] and "cadence" not in each["reasons"])
    url, body = running.entry(ticked)
    done = body.replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED").replace("SEQUENCE:0", "SEQUENCE:1")
    assert done != body
    running.place.home.put(url, re.sub(r"\r?\n", "\r\n", done))
    running.place.home.delete(running.entry(deleted)[0])
    for _ in range(2):
        running.json("once")
    states = {each["key"]: each["state"] for each in running.json("due", "--all")}
    assert states[ticked["key"]] == "done" and states[deleted["key"]] == "dismissed"
    touches = running.json("show", ticked["person_id"])["touches"]
    assert any(touch["kind"] == "follow-up" for touch in touches)
    still_due = {each["person_id"] for each in running.json("due")}
    assert ticked["person_id"] not in still_due and deleted["person_id"] not in still_due
    assert running.place.home.get(f"{running.place.keep_in_touch}{deleted['uid']}.ics") is None


def _a_new_meeting_takes_its_person_off(running: Running, due: list[dict[str, Any]]) -> None:
    chosen = next(each for each in due if "cadence" in each["reasons"] and {*each["reasons"]} <= {"cadence", "dormant"})
    email = next(p["emails"][0] for p in running.json("people") if p["id"] == chosen["person_id"] and p["emails"])
    start = datetime.now(UTC) + timedelta(days=2)
    running.place.home.put(
        f"{running.place.calendar}new-meeting.ics",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:new-meeting\r\n"
        f"DTSTAMP:20260101T000000Z\r\nDTSTART:{start:%Y%m%dT%H%M00Z}\r\nDURATION:PT1H\r\nSUMMARY:Coffee\r\n"
        "ORGANIZER:mailto:me@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:me@example.org\r\n"
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{email}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    )
    report = running.json("once")
    assert report["follow_ups"]["closed"] == 1, report
    assert chosen["person_id"] not in {each["person_id"] for each in running.json("due")}
    assert running.json("show", chosen["person_id"])["planned"]
    assert running.place.home.get(f"{running.place.keep_in_touch}{chosen['uid']}.ics") is None
