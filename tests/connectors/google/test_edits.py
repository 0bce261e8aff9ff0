"""Ticked off, moved, renamed or deleted at Google: noticed, logged and respected, by the whole program in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from auld.clock import FixedClock
from auld_connectors._google_events import id_of
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.wiring import open_app
from support.google import Fault, Google, member_of, run_google, whole_day
from support.google.calendar import Calendar
from support.google.tasks import TaskList
from support.google_calendars import ME

CONFIG = """
timezone: Europe/Lisbon
me: [me@example.org]
accounts:
  google: {{connector: google_{kind}, client: "{folder}/client.json", token: "{folder}/token.json", endpoint: "{url}"}}
  people: {{connector: google_contacts, client: "{folder}/client.json", token: "{folder}/token.json", endpoint: "{url}"}}
write_to: {{account: google, collection: auld}}
categories: {{friends: {{ideal: 4w, at_most: 6w}}}}
budget: {{per_day: 100, per_week: 500}}
"""
SCOPES = ("calendar.events.readonly", "calendar.calendarlist.readonly", "calendar.app.created", "contacts.readonly", "tasks")
NAMES = ["Ana Lima", "Bea Horta", "Caio Pinto", "Dora Reis", "Eva Sousa"]
ANA, BEA, CAIO, DORA, EVA = NAMES
PLACES = {"calendar": "calendar.events", "tasks": "tasks.tasks"}


@dataclass
class User:
    """Somebody with five friends and everything at Google. ``kind``: calendar or tasks."""

    google: Google
    folder: Path
    kind: str
    clock: FixedClock

    def auld(self, *arguments: str, failing: bool = False) -> str:
        runtime = Runtime(
            environ={"AULD_STATE_DIR": str(self.folder / "state"), "AULD_CONFIG": str(self.folder / "config.yaml")},
            open_app=lambda config: open_app(config, clock=self.clock),
        )
        done = CliRunner().invoke(cli, arguments, obj=runtime, catch_exceptions=False)
        assert done.exit_code == failing, done.output
        return done.stdout

    def once(self, *, failing: bool = False) -> dict[str, Any]:
        """A cycle, a quarter of an hour after the last one."""
        self.clock.set(self.clock.now() + timedelta(minutes=15))
        answer: dict[str, Any] = json.loads(self.auld("once", "--json", failing=failing))
        return answer

    def follow_ups(self) -> dict[str, dict[str, Any]]:
        return {each["person"]: each for each in json.loads(self.auld("due", "--all", "--json"))}

    @property
    def home(self) -> Calendar | TaskList:
        me = self.google.account(ME)
        if self.kind == "tasks":
            return next(each for each in me.lists.values() if each.title == "auld")
        return next(each for each in me.calendars.values() if each.summary == "auld")

    def entries(self) -> dict[str, Any]:
        home = self.home
        held = home.events if isinstance(home, Calendar) else home.tasks
        return {key: dict(entry) for key, entry in held.items()}

    def key_of(self, follow_up: dict[str, Any]) -> str:
        uid = follow_up["uid"]
        if self.kind == "calendar":
            return id_of(uid)
        return next(key for key, task in self.entries().items() if uid in task["notes"])

    # --- what the user does ---------------------------------------------------------------------------------------------
    def tick(self, key: str) -> None:
        home = self.home
        if isinstance(home, Calendar):
            home.edit(key, summary=f"✓ {home.events[key]['summary']}")
        else:
            home.complete(key)

    def move(self, key: str, day: str) -> None:
        self.home.edit(key, **(whole_day(day) if self.kind == "calendar" else {"due": f"{day}T00:00:00.000Z"}))

    def rename(self, key: str, title: str) -> None:
        self.home.edit(key, **({"summary": title} if self.kind == "calendar" else {"title": title}))


@pytest.fixture(params=["calendar", "tasks"])
def user(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[User]:
    clock = FixedClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    with run_google(clock) as google:
        me = google.account(ME)
        friends = me.groups.add("friends")
        for name in NAMES:
            email = {"value": f"{name.partition(' ')[0].lower()}@example.org"}
            names = [{"displayName": name, "givenName": name.split()[0], "familyName": name.split()[1]}]
            me.contacts.put({"names": names, "emailAddresses": [email], "memberships": member_of(friends)})
        google.oauth.write_client(tmp_path / "client.json")
        google.oauth.write_token(tmp_path / "token.json", ME, SCOPES)
        config = tmp_path / "config.yaml"
        config.write_text(CONFIG.format(kind=request.param, folder=tmp_path, url=google.url))
        yield User(google, tmp_path, request.param, clock)


def test_what_the_user_does_is_noticed_logged_and_respected(user: User) -> None:
    assert user.once()["follow_ups"]["written"] == len(NAMES)
    born = user.follow_ups()
    assert len(user.entries()) == len(NAMES)
    user.tick(user.key_of(born[ANA]))
    user.home.delete(user.key_of(born[BEA]))
    user.move(user.key_of(born[CAIO]), "2027-03-01")
    user.rename(user.key_of(born[DORA]), "Ring Dora about the garden")
    touched = user.entries()

    noticed = user.once()
    assert noticed["follow_ups"]["written"] == 0
    now = user.follow_ups()
    states = {name: now[name]["state"] for name in NAMES}
    assert states == {ANA: "done", BEA: "dismissed", CAIO: "moved", DORA: "written", EVA: "written"}
    assert now[CAIO]["day"] == "2027-03-01"
    assert now[DORA]["title"] == "Ring Dora about the garden"

    before = len(user.google.log)
    quiet = user.once()
    assert sum(each["events"] for each in quiet["accounts"]) == 0
    assert set(quiet["follow_ups"].values()) == {0}
    assert user.entries() == touched, "nothing of it was written to again"
    asked = [asked.name for asked in user.google.log[before:]]
    assert len([name for name in asked if name.startswith(PLACES[user.kind])]) == 2, "the user's own, and auld's"


def test_a_lost_store_doubles_nothing_and_reopens_nothing(user: User) -> None:
    user.once()
    born = user.follow_ups()
    user.tick(user.key_of(born[ANA]))
    user.home.delete(user.key_of(born[BEA]))
    user.move(user.key_of(born[CAIO]), "2027-03-01")
    before = user.entries()
    shutil.rmtree(user.folder / "state")
    user.once()
    assert user.entries() == before
    again = user.follow_ups()
    assert (again[ANA]["state"], again[CAIO]["state"], again[CAIO]["day"]) == ("done", "moved", "2027-03-01")
    assert again[BEA]["state"] == "dismissed"
    assert set(user.once()["follow_ups"].values()) == {0}
    assert user.entries() == before


def test_answers_that_are_lost_double_nothing(user: User) -> None:
    user.google.on(f"{PLACES[user.kind]}.insert", Fault(after=True, wire="drop"), times=3)
    for n in range(8):
        user.once(failing=n < 3)
    titles = [entry.get("summary", entry.get("title")) for entry in user.entries().values()]
    assert len(titles) == len(set(titles)) == len(NAMES)
    assert {each["state"] for each in user.follow_ups().values()} == {"written"}


def test_what_is_not_wanted_any_more_goes_and_what_the_user_typed_can_still_be_read(user: User) -> None:
    user.once()
    born = user.follow_ups()
    untouched, typed = user.key_of(born[ANA]), user.key_of(born[BEA])
    words = "description" if user.kind == "calendar" else "notes"
    user.home.edit(typed, **{words: f"{user.entries()[typed].get(words, '')}\nshe likes cork"})
    user.once()
    user.auld("let-go", ANA)
    user.auld("let-go", BEA)
    user.once()
    after = user.entries()
    assert after[untouched].get("deleted") or after[untouched]["status"] == "cancelled"
    assert after[typed]["status"] == ("cancelled" if user.kind == "calendar" else "completed")
    assert "she likes cork" in after[typed][words]
    user.clock.set(user.clock.now() + timedelta(days=1))
    for _ in range(2):
        assert sum(each["events"] for each in user.once()["accounts"]) == 0
    later = user.entries()
    assert (later[untouched], later[typed]) == (after[untouched], after[typed])


def test_what_the_user_typed_is_taken_in_and_ticked(user: User) -> None:
    user.once()
    key = user.key_of(user.follow_ups()[ANA])
    entry = user.entries()[key]
    if user.kind == "calendar":
        html = entry.get("description", "").replace("\n", "<br>")
        user.home.edit(key, description=f"{html}<br><b>met</b> her&nbsp;today")
    else:
        user.home.edit(key, notes=f"{entry['notes']}\nmet her today")
    user.once()
    user.once()
    after = user.entries()[key]
    assert ("<br><b>✓ met</b> her&nbsp;today" if user.kind == "calendar" else "✓ met her today") in str(after)
    shown = json.loads(user.auld("show", ANA, "--json"))
    assert date(2026, 3, 2).isoformat() in json.dumps(shown["touches"])
