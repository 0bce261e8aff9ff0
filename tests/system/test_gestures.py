"""The table of docs/calendar.md, by the real program on real servers: what users do in their calendars, and what becomes of it.

The calendar program here is icalendar's object layer over plain HTTP: it reads an entry, changes it, and writes all of it anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Component

from support.dav_servers import DavHome
from support.program import Program

pytestmark = pytest.mark.system

CONFIG = """
timezone: Europe/Lisbon
me: [me@example.org]
accounts:
  home: {{connector: caldav, url: "{base}"{login}, collections: ["{keep}", "{work}"]}}
  people: {{connector: carddav, url: "{base}"{login}, collections: ["{book}"]}}
write_to: {{account: home, collection: "{keep}", as: {form}}}
categories: {{friends: {{ideal: 4w, at_most: 6w}}}}
budget: {{per_day: 100, per_week: 500}}
"""
NAMES = ["Ana Lima", "Bea Horta", "Caio Pinto", "Dora Reis", "Eva Sousa", "Fay Moura", "Gil Nunes", "Hugo Dias", "Ines Vaz"]
ANA, BEA, CAIO, DORA, EVA, FAY, GIL, HUGO, INES = NAMES
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


@dataclass
class User:
    """Somebody with nine friends, two calendars, and auld."""

    home: DavHome
    keep: str
    work: str
    program: Program
    born: dict[str, str]

    def json(self, *arguments: str) -> Any:
        done = self.program.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def once(self) -> int:
        """One cycle; how many events were read, and entries written."""
        report = self.json("once")
        return int(sum(each["events"] for each in report["accounts"]) + report["follow_ups"]["written"])

    def states(self) -> dict[str, str]:
        return {each["person"]: each["state"] for each in self.json("due", "--all")}

    def url(self, name: str) -> str:
        return f"{self.keep}{self.born[name]}.ics"

    def bodies(self) -> list[bytes | None]:
        return [self.home.get(self.url(name)) for name in NAMES]

    def calendar(self, name: str) -> tuple[Calendar, Component]:
        calendar = Calendar.from_ical(self.home.get(self.url(name)) or b"")
        return calendar, next(part for part in calendar.subcomponents if part.name in ("VEVENT", "VTODO"))

    def change(self, name: str, **properties: Any) -> None:
        """Set properties of an entry; None takes one away."""
        calendar, entry = self.calendar(name)
        for key, value in properties.items():
            entry.pop(key.replace("_", "-"), None)
            if value is not None:
                entry.add(key.replace("_", "-"), value)
        self.home.put(self.url(name), calendar.to_ical())


@pytest.fixture
def user(request: pytest.FixtureRequest, tmp_path: Path) -> User:
    """On a server and with a form, as the parameter says; the first entries stand in the calendar."""
    server, form = request.param
    home: DavHome = request.getfixturevalue(server)
    book, keep, work = home.address_book("Friends"), home.calendar("Keep in touch"), home.calendar("Work")
    for name in NAMES:
        first, last = name.split()
        home.put(
            f"{book}{first}.vcf",
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-{first}\r\nFN:{name}\r\nN:{last};{first};;;\r\n"
            f"EMAIL:{first.lower()}@example.org\r\nCATEGORIES:friends\r\nEND:VCARD\r\n",
        )
    login = f", username: {home.username}, password: {{env: AULD_TEST_PASSWORD}}" if home.username else ""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(base=home.base, login=login, book=book, keep=keep, work=work, form=form))
    user = User(home, keep, work, Program(config, tmp_path / "state", {"AULD_TEST_PASSWORD": home.password}), {})
    user.once()
    user.born.update((each["person"], each["uid"]) for each in user.json("due", "--all"))
    assert len(user.born) == len(NAMES)
    return user


def made_a_meeting(user: User, name: str) -> None:
    """A lunch, which was yesterday."""
    noon = NOON - timedelta(days=1)
    user.change(name, SUMMARY="Lunch", LOCATION="Tasca do Zé", DTSTART=noon, DTEND=noon + timedelta(hours=1))


def moved_elsewhere(user: User, name: str) -> None:
    body = user.home.get(user.url(name)) or b""
    user.home.put(f"{user.work}{user.born[name]}.ics", body)
    user.home.delete(user.url(name))


def copied(user: User, name: str) -> None:
    calendar, entry = user.calendar(name)
    entry["UID"] = "a-copy"
    user.home.put(f"{user.work}a-copy.ics", calendar.to_ical())


WHAT_THEY_DO: list[tuple[str, str, Callable[[User, str], None]]] = [
    (ANA, "done", lambda user, name: user.change(name, SUMMARY="done, called")),
    (BEA, "dismissed", lambda user, name: user.change(name, SUMMARY=f"never Get in touch with {name}")),
    (CAIO, "dismissed", lambda user, name: user.change(name, STATUS="CANCELLED")),
    (DORA, "meeting", made_a_meeting),
    (EVA, "moved", moved_elsewhere),
    (FAY, "written", copied),
    (GIL, "moved", lambda user, name: user.change(name, RRULE={"FREQ": "WEEKLY"})),
    (HUGO, "moved", lambda user, name: user.change(name, X_MOZ_SNOOZE_TIME="20370301T090000Z")),
    (INES, "dismissed", lambda user, name: user.home.delete(user.url(name))),
]


@pytest.mark.parametrize("user", [("radicale", "event"), ("xandikos", "event")], indirect=True)
def test_whatever_they_do_is_understood_and_left_alone(user: User) -> None:
    for name, _, act in WHAT_THEY_DO:
        act(user, name)
    before = user.bodies()
    user.once()
    assert user.states() == {name: state for name, state, _ in WHAT_THEY_DO}
    (called,) = user.json("show", ANA)["touches"]
    assert (called["kind"], called["channel"]) == ("follow-up", "call")
    (lunch,) = user.json("show", DORA)["touches"]
    assert (lunch["kind"], lunch["title"]) == ("meeting", "Lunch")
    assert {each["name"]: each["next_due"] for each in user.json("people")}[BEA] is None, "let go"
    day_of = {each["person"]: each["day"] for each in user.json("due", "--all")}
    assert day_of[HUGO] == "2037-03-01"

    assert user.once() == 0
    assert user.bodies() == before, "not a byte of it was written to"
    assert user.states() == {name: state for name, state, _ in WHAT_THEY_DO}, "nothing was doubled, nothing came back"

    position = next(line.split()[0] for line in user.program.run("undo").stdout.splitlines() if "let go Bea Horta" in line)
    assert user.program.run("undo", position).returncode == 0
    assert {each["name"]: each["next_due"] for each in user.json("people")}[BEA] is not None
    moved = f"{user.work}{user.born[EVA]}.ics"
    user.home.put(moved, (user.home.get(moved) or b"").replace(b"SUMMARY:", b"SUMMARY:ok "))
    user.once()
    assert user.states()[EVA] == "done"
    assert user.program.run("rebuild").returncode == 0


@pytest.mark.parametrize("user", [("radicale", "task")], indirect=True)
def test_all_of_them_deleted_at_once_are_each_dismissed(user: User) -> None:
    for name in NAMES:
        user.home.delete(user.url(name))
    user.once()
    assert set(user.states().values()) == {"dismissed"}
    assert user.once() == 0
    assert [each["state"] for each in user.json("status")["accounts"]] == ["ok", "ok"]


@pytest.mark.parametrize("user", [("radicale", "task")], indirect=True)
def test_a_calendar_that_is_gone_as_a_whole_dismisses_nothing(user: User) -> None:
    bodies = user.bodies()
    user.home.delete(user.keep)
    for _ in range(2):
        user.program.run("once")
        assert set(user.states().values()) == {"written"}
    path = user.keep[len(user.home.base.rstrip("/")) :]
    assert user.home.request("MKCALENDAR", path).status == 201
    for name, body in zip(NAMES, bodies, strict=True):
        user.home.put(user.url(name), body or b"")
    user.program.run("check")
    user.program.run("once")
    user.once()
    assert set(user.states().values()) == {"written"}
    assert user.bodies() == bodies


@pytest.mark.parametrize("user", [("radicale", "task")], indirect=True)
def test_a_task_says_in_its_title_what_a_tick_cannot(user: User) -> None:
    user.change(ANA, SUMMARY="ok mail")
    user.change(BEA, SUMMARY=f"– Get in touch with {BEA}")
    user.change(CAIO, STATUS="COMPLETED", SUMMARY=f"Get in touch with {CAIO} (texted)")
    user.change(DORA, DUE=date(2037, 3, 2), DTSTART=date(2037, 3, 2))
    user.once()
    states = user.states()
    assert [states[name] for name in (ANA, BEA, CAIO, DORA, EVA)] == ["done", "dismissed", "done", "moved", "written"]
    assert [user.json("show", name)["touches"][0]["channel"] for name in (ANA, CAIO)] == ["mail", "message"]
    user.change(BEA, SUMMARY=f"Get in touch with {BEA}")
    user.once()
    assert user.states()[BEA] == "written", "taken back"
