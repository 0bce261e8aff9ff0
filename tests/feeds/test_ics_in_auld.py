"""A subscribed calendar in the program: what becomes of its entries in the log and as touches; and where its address shows."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from auld.clock import FixedClock
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.wiring import open_app
from support.feed_server import FeedServer, Reply
from support.ics_feeds import calendar, ics, vevent
from support.program import Program

PATH = "/calendar/ical/me%40example.org/private-0123456789abcdef/basic.ics"


@dataclass
class Place:
    """The program with a clock of ours."""

    folder: Path
    account: str
    """Of the configuration, in YAML."""
    address: str = ""
    """What the secret is."""

    def __post_init__(self) -> None:
        self.clock = FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))

    def auld(self, *arguments: str) -> Result:
        config = self.folder / "config.yaml"
        config.write_text(f"timezone: UTC\nme: [me@example.org]\naccounts:\n  feed: {self.account}\n")
        runtime = Runtime(
            environ={"AULD_STATE_DIR": str(self.folder / "state"), "AULD_CONFIG": str(config), "ADDRESS": self.address},
            open_app=lambda config: open_app(config, clock=self.clock),
        )
        return CliRunner().invoke(cli, arguments, obj=runtime, catch_exceptions=False)

    def at(self, day: int, hour: int = 9) -> dict[str, Any]:
        """One cycle at that time of March; what it said of the account."""
        self.clock.set(datetime(2026, 3, day, hour, tzinfo=UTC))
        report = json.loads(self.auld("once", "--json").stdout)
        (account,) = report["accounts"]
        return dict(account)

    def touches(self) -> list[str]:
        """The days of the touches of Ana, who is in no address book."""
        self.auld("keep", "ana@example.net")
        shown = self.auld("show", "ana@example.net", "--json")
        return [touch["at"][:10] for touch in json.loads(shown.stdout)["touches"]]

    def events(self, kind: str) -> list[dict[str, Any]]:
        lines = self.auld("events", "--json").stdout.splitlines()
        return [event for event in map(json.loads, lines) if event["type"] == kind]


@pytest.fixture
def place(tmp_path: Path, feed_server: FeedServer) -> Place:
    return Place(tmp_path, f'{{connector: ics, url: "{feed_server.url(PATH)}"}}')


Serve = Callable[..., str]


@pytest.fixture
def serve(feed_server: FeedServer) -> Serve:
    return lambda *components: feed_server.serve(PATH, calendar(*components))


LATER = [vevent(f"later{number}", f"202604{number + 10}", f"Later {number}") for number in range(3)]


def test_a_held_meeting_that_leaves_the_feed_stays_a_touch(place: Place, serve: Serve) -> None:
    serve(vevent("one", "20260310"), *LATER)
    place.at(2)
    place.at(11)
    serve(*LATER)
    assert place.at(12)["events"] == 0
    assert place.touches() == ["2026-03-10"]


def test_a_meeting_that_left_before_the_daemon_was_back_is_a_touch(place: Place, serve: Serve) -> None:
    """A feed of what is to come shows nothing that was: not showing it is no deletion."""
    serve(vevent("one", "20260310"), *LATER)
    place.at(2)
    serve(*LATER)
    assert place.at(20)["events"] == 0
    assert place.touches() == ["2026-03-10"]
    serve()
    place.at(21)
    assert place.touches() == ["2026-03-10"]


def test_a_meeting_that_was_deleted_before_it_took_place_is_none(place: Place, serve: Serve) -> None:
    serve(vevent("one", "20260310"), *LATER)
    place.at(2)
    serve(*LATER)
    assert place.at(9)["events"] == 1
    place.at(20)
    assert place.touches() == []


def test_one_in_the_middle_that_was_deleted_after_it_took_place_stays_a_touch(place: Place, serve: Serve) -> None:
    before = vevent("before", "20260301", "Before")
    serve(before, vevent("one", "20260310"), *LATER)
    place.at(2)
    place.at(11)
    serve(before, *LATER)
    assert place.at(12)["events"] == 1
    assert len(place.events("item.gone")) == 1
    assert "2026-03-10" in place.touches()


def test_dates_of_a_series_without_its_master_leave_the_window_one_by_one(place: Place, serve: Serve) -> None:
    """As feeds have them that spread series out."""
    days = ["20260303", "20260310", "20260317", "20260324"]
    dates = [vevent("series", day, "Weekly", f"RECURRENCE-ID:{day}T120000Z") for day in days]
    for number, day in enumerate((2, 4, 11, 18)):
        serve(*dates[number:], *LATER)
        assert place.at(day)["events"] == (7 if number == 0 else 0)
    assert place.touches() == ["2026-03-03", "2026-03-10", "2026-03-17"]


def test_new_uids_every_day_count_nothing_twice(place: Place, serve: Serve) -> None:
    days = ["20260303", "20260305", "20260310", "20260317"]
    for day in (2, 4, 6, 9, 11, 12, 18, 20):
        serve(*(vevent(f"{day}-{number}", date, f"Lunch on {date}") for number, date in enumerate(days)))
        report = place.at(day)
        assert report["ok"] and report["events"] == (len(days) if day == 2 else 0)
    assert sorted(place.touches()) == ["2026-03-03", "2026-03-05", "2026-03-10", "2026-03-17"]
    assert place.events("item.gone") == []


def test_a_sudden_loss_is_doubted_and_a_feed_that_comes_back_is_well(place: Place, serve: Serve) -> None:
    meetings = [vevent(f"m{day}", f"202604{day}", f"Meeting {day}") for day in range(10, 30)]
    serve(*meetings)
    place.at(2)
    serve(*meetings[:2])
    assert "18 of 20 items" in place.at(2, 10)["error"]
    serve(*meetings)
    assert place.at(2, 12)["ok"]
    assert place.events("item.gone") == []


def test_a_feed_that_is_gone_takes_nothing_with_it(place: Place, serve: Serve, feed_server: FeedServer) -> None:
    serve(vevent("one", "20260310"), *LATER)
    place.at(2)
    feed_server.serve(PATH, Reply(status=404))
    assert "nothing is taken as deleted" in place.at(3)["error"]
    feed_server.serve(PATH, Reply(b"<html>Sign in</html>", content_type="text/html"))
    assert "web page" in place.at(4)["error"]
    serve(vevent("one", "20260310"), *LATER)
    assert place.at(5)["ok"]
    assert place.events("item.gone") == []


@pytest.mark.parametrize("failing", [False, True])
def test_a_secret_address_shows_nowhere(
    tmp_path: Path, feed_server: FeedServer, caplog: pytest.LogCaptureFixture, failing: bool
) -> None:
    caplog.set_level(logging.INFO)
    address = feed_server.serve(PATH, *([Reply(status=500)] if failing else [calendar(vevent("one", "20260310"))]))
    kept = Place(tmp_path, "{connector: ics, url: {env: ADDRESS}}", address)
    literal = Place(tmp_path, f'{{connector: ics, url: "{address}"}}')
    for place in (kept, literal):
        place.at(3)
        said = [place.auld(*words.split()).output for words in ("check", "once", "status", "status --json", "events --json")]
        assert "private-0123456789abcdef" not in "".join(said) + caplog.text
        if not failing:
            assert "reads meetings, tasks from '127.0.0.1'" in said[0]


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("{connector: ics, url: {file: relative}}", "file must be an absolute path"),
        ("{connector: ics, url: {files: /x}}", "must be exactly one of {command"),
        ("{connector: ics, url: {env: ADDRESS}, password: {env: ADDRESS}}", "the address is the secret here"),
        ("{connector: ics, url: {file: OPEN}}", "others can read this file: chmod 600"),
        ("{connector: ics}", "either `url`"),
        ("{connector: ics, url: {env: ADDRESS}}", "cannot be used: a calendar's address starts with"),
        ("{connector: ics, url: {env: NOTHING}}", "it is empty"),
        ("{connector: ics, url: 'https://example.org/a', username: me}", "`username` needs a `password`"),
        ("{connector: caldav, url: {env: ADDRESS}}", "must be text"),
        ("{connector: ics, path: /nowhere/at/all}", "/nowhere/at/all: there is no such file or folder"),
    ],
)
def test_mistakes_in_the_configuration_are_told(tmp_path: Path, account: str, words: str) -> None:
    readable = tmp_path / "address"
    readable.touch(0o644)
    place = Place(tmp_path, account.replace("OPEN", str(readable)), "0123456789abcdef")
    output = " ".join(place.auld("check").output.split())
    assert words in output
    assert "0123456789abcdef" not in output


@pytest.mark.system
def test_the_program_reads_a_feed_and_a_folder_and_then_only_asks(tmp_path: Path, feed_server: FeedServer) -> None:
    url = feed_server.serve(PATH, calendar(vevent("one", "20260303"), vevent("two", "20260304")))
    address = tmp_path / "address"
    address.write_text(url + "\n")
    address.chmod(0o600)
    folder = tmp_path / "calendars"
    folder.mkdir()
    (folder / "three.ics").write_bytes(ics(vevent("three", "20260305")))
    config = tmp_path / "config.yaml"
    config.write_text(
        f"timezone: UTC\nme: [me@example.org]\naccounts:\n  feed: {{connector: ics, url: {{file: {address}}}}}\n"
        f"  folder: {{connector: ics, path: {folder}}}\n"
    )
    program = Program(config, tmp_path / "state")
    reports = []
    for _ in range(2):
        done = program.run("once", "--json")
        assert done.returncode == 0, done.stderr
        reports.append({each["name"]: each for each in json.loads(done.stdout)["accounts"]})
    assert [(report["feed"]["events"], report["folder"]["events"]) for report in reports] == [(2, 1), (0, 0)]
    assert (reports[1]["feed"]["requests"], reports[1]["folder"]["requests"]) == (1, 0)
    assert "If-None-Match" in feed_server.requests[-1].headers
    assert program.run("keep", "ana@example.net").returncode == 0
    touches = json.loads(program.run("show", "ana@example.net", "--json").stdout)["touches"]
    assert [touch["at"][:10] for touch in touches] == ["2026-03-03", "2026-03-04", "2026-03-05"]
    assert program.run("rebuild").returncode == 0
