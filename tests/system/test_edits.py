"""Ticked off, moved, renamed or deleted in the calendar: noticed, logged and respected, by the real program on real servers.

What the user does here goes through plain HTTP, as from a calendar program that knows nothing of auld.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.dav_servers import DavHome
from support.program import Program

pytestmark = pytest.mark.system

CONFIG = """
timezone: Europe/Lisbon
me: [me@example.org]
accounts:
  home: {{connector: caldav, url: "{base}"{login}, collections: ["{keep}"]}}
  people: {{connector: carddav, url: "{base}"{login}, collections: ["{book}"]}}
write_to: {{account: home, collection: "{keep}", as: {form}}}
categories: {{friends: {{ideal: 4w, at_most: 6w}}}}
budget: {{per_day: 100, per_week: 500}}
"""
NAMES = ["Ana Lima", "Bea Horta", "Caio Pinto", "Dora Reis", "Eva Sousa"]
ANA, BEA, CAIO, DORA, EVA = NAMES


@dataclass
class User:
    """Somebody with five friends, a calendar, and auld."""

    home: DavHome
    keep: str
    form: str
    program: Program

    def once(self) -> dict[str, Any]:
        done = self.program.run("once", "--json")
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def follow_ups(self) -> dict[str, dict[str, Any]]:
        """By person; each has one, whatever became of it."""
        done = self.program.run("due", "--all", "--json")
        assert done.returncode == 0, done.stderr
        listed = json.loads(done.stdout)
        assert len(listed) == len(NAMES)
        return {each["person"]: each for each in listed}

    def hrefs(self) -> set[str]:
        path = self.keep[len(self.home.base.rstrip("/")) :]
        listing = self.home.request("PROPFIND", path, Depth="1").body.decode()
        return set(re.findall(r"<(?:\w+:)?href>([^<]+\.ics)</", listing))

    def bodies(self) -> dict[str, bytes | None]:
        return {href: self.home.get(self.home.base.rstrip("/") + href) for href in self.hrefs()}

    def edit(self, url: str, *changes: tuple[str, str]) -> None:
        """Replace lines (by pattern) of the body that the server holds."""
        body = (self.home.get(url) or b"").decode()
        for pattern, line in changes:
            body, count = re.subn(rf"^{pattern}\r?$", line, body, count=1, flags=re.MULTILINE)
            assert count == 1, (pattern, body)
        self.home.put(url, body)

    def tick(self, url: str) -> None:
        if self.form == "task":
            self.edit(url, ("STATUS:NEEDS-ACTION", "STATUS:COMPLETED\r\nCOMPLETED:20260301T100000Z\r\nPERCENT-COMPLETE:100"))
        else:
            self.edit(url, ("SUMMARY:(.*?)", r"SUMMARY:✓ \1"))

    def untick(self, url: str) -> None:
        if self.form == "task":
            left = ("COMPLETED:.*", "X-WAS:DONE"), ("PERCENT-COMPLETE:.*", "PERCENT-COMPLETE:0")
            self.edit(url, ("STATUS:COMPLETED", "STATUS:NEEDS-ACTION"), *left)
        else:
            self.edit(url, ("SUMMARY:✓ (.*?)", r"SUMMARY:\1"))

    def move(self, url: str, day: str, after: str) -> None:
        end = f"DUE;VALUE=DATE:{day}" if self.form == "task" else f"DTEND;VALUE=DATE:{after}"
        self.edit(url, ("DTSTART;VALUE=DATE:.*", f"DTSTART;VALUE=DATE:{day}"), ("(?:DUE|DTEND);VALUE=DATE:.*", end))


def card(name: str) -> str:
    first, last = name.split()
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-{first}\r\nFN:{name}\r\nN:{last};{first};;;\r\n"
        f"EMAIL:{first.lower()}@example.org\r\nCATEGORIES:friends\r\nEND:VCARD\r\n"
    )


@pytest.fixture
def user(request: pytest.FixtureRequest, tmp_path: Path) -> User:
    """On a server and with a form, as the parameter says."""
    server, form = request.param
    dav_home: DavHome = request.getfixturevalue(server)
    book, keep = dav_home.address_book("Friends"), dav_home.calendar("Keep in touch")
    for name in NAMES:
        dav_home.put(f"{book}{name.partition(' ')[0]}.vcf", card(name))
    login = f", username: {dav_home.username}, password: {{env: AULD_TEST_PASSWORD}}" if dav_home.username else ""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(base=dav_home.base, login=login, book=book, keep=keep, form=form))
    program = Program(config, tmp_path / "state", {"AULD_TEST_PASSWORD": dav_home.password})
    return User(dav_home, keep, form, program)


@pytest.mark.parametrize(
    "user", [("radicale", "task"), ("strict_radicale", "event"), ("xandikos", "task"), ("xandikos", "event")], indirect=True
)
def test_what_the_user_does_is_noticed_logged_and_respected(user: User) -> None:
    assert user.once()["follow_ups"]["written"] == len(NAMES)
    born = user.follow_ups()
    urls = {name: f"{user.keep}{born[name]['uid']}.ics" for name in NAMES}
    assert len(user.hrefs()) == len(NAMES)

    user.tick(urls[ANA])
    user.home.delete(urls[BEA])
    user.move(urls[CAIO], "20270301", "20270302")
    user.edit(urls[DORA], ("SUMMARY:.*", "SUMMARY:Ring Dora about the garden"), ("CATEGORIES:.*", "CATEGORIES:MINE"))
    touched = user.bodies()

    noticed = user.once()
    assert noticed["follow_ups"]["written"] == 0
    assert next(each["events"] for each in noticed["accounts"] if each["name"] == "home") == 3, "tick, move and rename"
    now = user.follow_ups()
    states = {name: now[name]["state"] for name in NAMES}
    assert states == {ANA: "done", BEA: "dismissed", CAIO: "moved", DORA: "written", EVA: "written"}
    assert now[CAIO]["day"] == "2027-03-01"
    assert now[DORA]["title"] == "Ring Dora about the garden"

    quiet = user.once()
    assert sum(each["events"] for each in quiet["accounts"]) == 0
    assert set(quiet["follow_ups"].values()) == {0}
    assert user.bodies() == touched, "not a byte of it was written to again"
    assert user.home.get(urls[BEA]) is None
    logged = [json.loads(line)["type"] for line in user.program.run("events", "--json").stdout.splitlines()]
    assert logged.count("follow_up.dismissed") == 1

    user.untick(urls[ANA])
    user.once()
    assert user.follow_ups()[ANA]["state"] == "written"


@pytest.mark.parametrize("user", [("radicale", "event"), ("xandikos", "task")], indirect=True)
def test_a_lost_store_doubles_nothing_and_reopens_nothing(user: User) -> None:
    user.once()
    born = user.follow_ups()
    user.tick(f"{user.keep}{born[ANA]['uid']}.ics")
    user.move(f"{user.keep}{born[CAIO]['uid']}.ics", "20270301", "20270302")
    before = user.bodies()
    shutil.rmtree(user.program.state)

    assert user.once()["follow_ups"]["failed"] == 0
    assert user.bodies() == before
    again = user.follow_ups()
    assert {name: again[name]["uid"] for name in NAMES} == {name: born[name]["uid"] for name in NAMES}
    assert (again[ANA]["state"], again[CAIO]["state"], again[CAIO]["day"]) == ("done", "moved", "2027-03-01")
    quiet = user.once()
    assert sum(each["events"] for each in quiet["accounts"]) == 0
    assert set(quiet["follow_ups"].values()) == {0}
