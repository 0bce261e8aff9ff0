"""A small house to put faults into: the real program over a ``sick`` account, and a healthy address book and calendar beside.

Every test of this folder tells the same story with another fault (:class:`Story`): all is well; the fault begins, while
something new appears on both sides; the fault ends. What must hold throughout is asserted here, what is particular to a fault
by its case.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from click.testing import CliRunner, Result

from auld.clock import FixedClock
from auld.contract import Account, Source
from auld.reasons import auld_reasons
from auld_connectors import rss
from auld_connectors._dav import DavSource
from auld_connectors._dav_discovery import CARDDAV
from auld_connectors._dav_http import Limits
from auld_connectors._http import Limits as FeedLimits
from auld_connectors.caldav import CalDav, CalDavAccount
from auld_connectors.carddav import CardDav, _reader
from auldd import wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.plugins import Registry
from support.hostile_dav import HostileDav

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PASSWORD = "sésame ouvre-toi"
SECRETS = (PASSWORD, base64.b64encode(PASSWORD.encode()).decode()[:-3], "Authorization", "c2lj")
LONGEST = 20.0
"""Seconds that a cycle may take: far more than it does, far less than a request without a time limit."""

_QUICK = Limits(connect=0.3, read=0.25, slow=0.25, total=0.5, body=2 * 1024 * 1024)
_QUICK_FEED = FeedLimits(connect=0.3, read=0.25, total=0.5, size=256 * 1024)

_CONFIG = """\
timezone: UTC
me: [me@example.org]
accounts:
  sick: {sick}
  people: {{connector: carddav, url: "{people}", username: sick, password: {{env: HEALTHY_PASSWORD}}}}
  home: {{connector: caldav, url: "{home}", username: sick, password: {{env: HEALTHY_PASSWORD}}}}
write_to: {{account: home, collection: Work}}
categories: {{friends: {{ideal: 26w, at_most: 52w}}}}
budget: {{per_day: 100, per_week: 500}}
quiet: {{weekdays: []}}
"""


def card(uid: str, name: str, *lines: str) -> str:
    """A card of somebody who is followed up and has a birthday soon, so that an entry about them is due at once."""
    more = "".join(f"{line}\r\n" for line in lines)
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:{name};;;;\r\nBDAY:1980-03-09\r\nCATEGORIES:friends\r\n"
        f"EMAIL:{uid}@example.org\r\n{more}END:VCARD\r\n"
    )


def meeting(uid: str, *lines: str) -> str:
    """A calendar object with one meeting, last week."""
    more = "".join(f"{line}\r\n" for line in lines)
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260223T100000Z\r\nDTEND:20260223T110000Z\r\n"
        f"SUMMARY:Talk {uid}\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


@dataclass
class Doors:
    """Connectors whose time limits for the account ``sick`` can be made short; all else is as in the program."""

    short: bool = False

    def limits(self, account: Account) -> Limits | None:
        return _QUICK if self.short and account.name == "sick" else None

    def registry(self) -> Registry:
        doors = self

        class QuickCalDav(CalDav):
            def open(self, account: Account) -> Source:
                return CalDavAccount(account, doors.limits(account))

        class QuickCardDav(CardDav):
            def open(self, account: Account) -> Source:
                return DavSource(account, CARDDAV, _reader, doors.limits(account))

        class QuickRss(rss.Rss):
            def open(self, account: Account) -> rss.RssSource:
                return rss.Rss(limits=_QUICK_FEED if doors.short else None).open(account)

        return Registry({"caldav": QuickCalDav(), "carddav": QuickCardDav(), "rss": QuickRss()}, list(auld_reasons()))


@dataclass(frozen=True)
class Cycle:
    """What one run of ``auld once`` came to."""

    code: int
    report: dict[str, dict[str, Any]]
    follow_ups: dict[str, int]

    @property
    def sick(self) -> dict[str, Any]:
        return self.report["sick"]


@dataclass
class House:
    """The program, its configuration, and what is around it."""

    folder: Path
    people: HostileDav
    home: HostileDav
    sick: str
    """The configuration of the account ``sick``, in YAML."""
    clock: FixedClock = field(default_factory=lambda: FixedClock(MONDAY))
    doors: Doors = field(default_factory=Doors)
    said: list[str] = field(default_factory=list)
    """All that the program ever printed."""

    def auld(self, *arguments: str) -> Result:
        """Run a command. No traceback, and none of the secrets, in anything it prints."""
        file = self.folder / "config.yaml"
        file.write_text(_CONFIG.format(sick=self.sick, people=self.people.url, home=self.home.url))
        runtime = Runtime(
            environ={
                "AULD_STATE_DIR": str(self.folder / "state"),
                "AULD_CONFIG": str(file),
                "SICK_PASSWORD": PASSWORD,
                "HEALTHY_PASSWORD": "another password",
            },
            open_app=lambda config: wiring.open_app(config, clock=self.clock),
            load_plugins=lambda environ: self.doors.registry(),
        )
        result = CliRunner().invoke(cli, arguments, obj=runtime, catch_exceptions=False)
        self.said.append(result.output)
        assert "Traceback" not in result.output
        assert not [secret for secret in SECRETS if secret in result.output], result.output
        return result

    def json(self, *arguments: str) -> Any:
        result = self.auld(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def once(self, after: timedelta = timedelta(hours=1)) -> Cycle:
        """One cycle, some time later."""
        self.clock.advance(after)
        began = monotonic()
        result = self.auld("once", "--json")
        assert monotonic() - began < LONGEST
        assert result.stdout.startswith("{"), result.output
        told = json.loads(result.stdout)
        return Cycle(result.exit_code, {each["name"]: each for each in told["accounts"]}, told["follow_ups"])

    def status(self, account: str = "sick") -> dict[str, Any]:
        """The line of an account in ``auld status --json``."""
        line: dict[str, Any] = next(each for each in self.json("status")["accounts"] if each["name"] == account)
        return line

    def events(self, *types: str) -> list[dict[str, Any]]:
        """The events of these types (all, if none are named)."""
        lines = self.auld("events", "--json", *(word for each in types for word in ("--type", each))).stdout
        return [json.loads(line) for line in lines.splitlines()]

    def held(self, account: str = "sick") -> set[str]:
        """Last part of the ref of everything that the log holds of an account and has not seen go."""
        return held_by(self.events(), account)

    def gone(self) -> list[dict[str, Any]]:
        """What was believed deleted."""
        return self.events("item.gone")

    def add_healthy(self, name: str) -> None:
        """Somebody new in the healthy address book."""
        self.people.put(f"{name}.vcf", card(name, f"{name.title()} Healthy"))

    def entries(self) -> Counter[str]:
        """The titles of the entries that stand in the calendar."""
        bodies = [body.decode() for _, body in self.home.items.values()]
        return Counter(line[8:].strip() for body in bodies for line in body.splitlines() if line.startswith("SUMMARY:"))

    def assert_healthy(self, cycle: Cycle, name: str) -> None:
        """The healthy accounts were read, and ``name`` has an entry in the calendar, one."""
        assert cycle.report["people"]["ok"] and cycle.report["home"]["ok"], cycle
        assert [count for title, count in self.entries().items() if name.title() in title] == [1], self.entries()

    def assert_sound(self, events: list[dict[str, Any]] | None = None) -> None:
        """Nothing came in twice, nothing is there twice, and the log is whole."""
        found = self.events() if events is None else events
        seen = Counter((each["account"], each["ref"], json.dumps(each["data"])) for each in found if each["ref"])
        assert [key for key, count in seen.items() if count > 1] == []
        assert [title for title, count in self.entries().items() if count > 1] == []
        assert self.auld("verify").exit_code == 0

    def assert_quiet(self, after: timedelta = timedelta(minutes=15), requests: int = 1) -> None:
        """A cycle in which nothing happens: no event, no write, at most so many requests an account."""
        written = len(self.home.asked("PUT"))
        cycle = self.once(after)
        assert cycle.code == 0, cycle
        assert {name: each["events"] for name, each in cycle.report.items()} == dict.fromkeys(cycle.report, 0)
        assert all(each["requests"] <= requests for each in cycle.report.values()), cycle
        assert len(self.home.asked("PUT")) == written


def last(ref: str) -> str:
    """The last part of a path."""
    return urlsplit(ref).path.rpartition("/")[2]


def held_by(events: list[dict[str, Any]], account: str = "sick") -> set[str]:
    """The same, by these events."""
    held: set[str] = set()
    for event in events:
        if event["account"] == account and event["type"].endswith((".observed", ".unreadable")):
            held.add(last(event["ref"]))
        elif event["account"] == account and event["type"] == "item.gone":
            held.discard(last(event["ref"]))
    return held


def has_gone(events: list[dict[str, Any]]) -> bool:
    """Whether anything was believed deleted."""
    return any(event["type"] == "item.gone" for event in events)


class Houses(ExitStack):
    """Builds houses, and closes them."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def beside(self, url: str, connector: str = "carddav", *, username: str = "sick") -> House:
        """A house whose sick account is at a DAV URL."""
        account = f'{{connector: {connector}, url: "{url}", username: "{username}", password: {{env: SICK_PASSWORD}}}}'
        return self._house(account)

    def with_feeds(self, *urls: str) -> House:
        """A house whose sick account reads feeds."""
        return self._house(f"{{connector: rss, feeds: [{', '.join(json.dumps(url) for url in urls)}]}}")

    def _house(self, sick: str) -> House:
        people = self.enter_context(HostileDav("addressbook"))
        home = self.enter_context(HostileDav("calendar"))
        return House(self._folder, people, home, sick)


@dataclass(frozen=True)
class Story:
    """The story of a fault. ``begin`` and ``end`` are called with the sick server; ``news`` adds to it, while the fault lasts,
    what the account is to hold in the end beside what it held before.

    ``state`` and ``says`` (a regular expression) are the account's line in ``auld status`` meanwhile. ``warm`` cycles go before
    the fault, ``short`` time limits hold during it; ``check``: it takes an ``auld check`` to end it;
    ``full``: the server lied, and only the daily listing brings the truth to light.
    """

    begin: Callable[[], None]
    end: Callable[[], None]
    news: Callable[[], set[str]]
    state: str = "waiting"
    says: str = ""
    warm: int = 2
    short: bool = False
    check: bool = False
    full: bool = False

    def run(self, house: House) -> None:
        house.add_healthy("anna")
        for _ in range(self.warm):
            house.once()
        before = house.held() if self.warm else set()
        house.doors.short = self.short
        self.begin()
        new = self.news()
        house.add_healthy("bruno")
        self._ill(house, before)
        self.end()
        house.doors.short = False
        if self.check:
            assert house.auld("check").exit_code == 0
        well = house.once(timedelta(days=1) if self.full else timedelta(hours=2))
        assert well.code == 0, well
        house.assert_quiet()
        line = house.status()
        assert line["state"] == "ok" and line["error"] is None, line
        events = house.events()
        assert held_by(events) == before | new
        assert not has_gone(events)
        house.assert_sound(events)

    def _ill(self, house: House, before: set[str]) -> None:
        ill = house.once()
        house.assert_healthy(ill, "bruno")
        line = house.status()
        assert line["state"] == self.state, line
        assert re.search(self.says, line["error"] or ""), line
        well = self.state == "ok"
        assert ill.code == (0 if well else 1), ill
        assert ill.sick["ok"] == well and ill.sick["error"] == line["error"]
        if line["error"] is not None:
            assert line["error"] in " ".join(house.auld("status").stdout.split())
        events = house.events()
        assert before <= held_by(events) and not has_gone(events)
