"""What the tests of the running program share: two small servers, a configuration over them, and what goes into both."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from auld.clock import Clock
from auldd import plugins
from auldd.config import load
from auldd.credentials import Vault
from auldd.reports import OnceReport
from auldd.wiring import open_app
from support.hostile_dav import HostileDav
from support.program import Program

SECRET = "correct horse Batterie"

_CONFIG = """\
timezone: UTC
me: [me@example.org]
{store}
accounts:
  people: {{connector: carddav, url: "{people}", username: me, password: {{env: AULD_TEST_PASSWORD}}, every: 1s}}
  home: {{connector: caldav, url: "{home}", username: me, password: {{env: AULD_TEST_PASSWORD}}, every: 1s}}
{more}
write_to: {{account: home, collection: Work}}
categories: {{friends: {{ideal: 26w, at_most: 52w}}}}
budget: {{per_day: 100, per_week: 500}}
quiet: {{weekdays: []}}
"""


def card(name: str, email: str = "", *, friend: bool = True) -> str:
    """Somebody's card; auld keeps up with friends only."""
    address = f"EMAIL:{email}\r\n" if email else ""
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-{name}\r\nFN:{name} Quick\r\nN:Quick;{name};;;\r\n"
        f"{address}CATEGORIES:{'friends' if friend else 'others'}\r\nEND:VCARD\r\n"
    )


def meeting(title: str, email: str, days: int) -> str:
    """An hour with somebody, some days from today."""
    start = datetime.now(UTC) + timedelta(days=days)
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{title}\r\nDTSTAMP:20260101T000000Z\r\n"
        f"DTSTART:{start:%Y%m%dT%H%M00Z}\r\nDURATION:PT1H\r\nSUMMARY:{title}\r\nORGANIZER:mailto:me@example.org\r\n"
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{email}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


@dataclass
class Town:
    """An address book, a calendar, and the program that keeps them. ``more`` is added to the accounts."""

    folder: Path
    people: HostileDav
    home: HostileDav
    more: str = ""
    store: str = ""
    environment: dict[str, str] = field(default_factory=lambda: {"AULD_TEST_PASSWORD": SECRET})

    def configure(self) -> Path:
        """Write the configuration as it is to be now."""
        file = self.folder / "config.yaml"
        store = f"store: {json.dumps(self.store)}" if self.store else ""
        text = _CONFIG.format(
            store=store, people=self.people.url, home=self.home.url, more=f"  {self.more}" if self.more else ""
        )
        file.write_text(text)
        return file

    def program(self, state: str = "state") -> Program:
        return Program(self.configure(), self.folder / state, self.environment)

    def entries(self, server: HostileDav | None = None) -> Counter[str]:
        """Title -> how many entries of auld's kind stand in the calendar."""
        bodies = [body.decode() for _, body in list((server or self.home).items.values())]
        found = (line[8:].strip() for body in bodies for line in body.splitlines() if line.startswith("SUMMARY:Get in touch"))
        return Counter(found)

    def has_entry(self, name: str) -> bool:
        return any(name in title for title in self.entries())


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """Two small honest servers, with nobody in them."""
    with HostileDav("addressbook") as people, HostileDav("calendar") as home:
        yield Town(folder, people, home)


def account(program: Program, name: str) -> dict[str, Any]:
    """An account's line in ``auld status --json``."""
    done = program.run("status", "--json")
    assert done.returncode == 0, done.stderr
    line: dict[str, Any] = next(each for each in json.loads(done.stdout)["accounts"] if each["name"] == name)
    return line


def once(program: Program, code: int = 0) -> Any:
    """What one cycle reports, by account name, and ``follow_ups``."""
    done = program.run("once", "--json")
    assert done.returncode == code, (done.stdout, done.stderr)
    told = json.loads(done.stdout)
    return {each["name"]: each for each in told["accounts"]} | {"follow_ups": told["follow_ups"]}


def cycle(town: Town, clock: Clock, state: str = "state") -> OnceReport:
    """A cycle in this process, by a clock of the test's."""
    environment = {**os.environ, **town.environment}
    config = load(town.configure(), plugins.load(environment), town.folder / state, Vault(environment))
    with open_app(config, clock=clock) as app:
        return app.once()
