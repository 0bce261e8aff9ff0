"""The demo: its world is what real programs write, its servers serve it, and nothing is left behind."""

from __future__ import annotations

import io
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import feedparser
import pytest
import recurring_ical_events
import requests
import vobject
from icalendar import Calendar

from auld.clock import FixedClock
from auldd import demo
from auldd.demo import cards, meetings, people, show, world
from auldd.demo.feed import FeedServer
from auldd.demo.server import Server, entries

DAYS = [date(2026, 11, 22), date(2028, 2, 29), date(2027, 2, 22), date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 27)]


@pytest.mark.parametrize("today", DAYS, ids=str)
class TestWorld:
    def test_every_card_is_read_by_vobject(self, today: date) -> None:
        for name, body in world.build(today).cards.items():
            read = vobject.readOne(body.decode())
            assert read.fn.value, name
            assert read.uid.value, name

    def test_every_calendar_object_is_read_by_icalendar_with_its_zones(self, today: date) -> None:
        for name, body in world.build(today).calendar.items():
            read = Calendar.from_ical(body)
            assert len({event["UID"] for event in read.walk("VEVENT")}) == 1, name
            assert not read.get_missing_tzids(), name

    def test_lines_are_folded_at_75_octets(self, today: date) -> None:
        made = world.build(today)
        for body in (*made.cards.values(), *made.calendar.values()):
            assert max(map(len, body.split(b"\r\n"))) <= 75

    def test_birthdays_come_when_the_table_says(self, today: date) -> None:
        for person in people.PEOPLE:
            if person.birthday is None:
                continue
            text = vobject.readOne(cards.card(person, today).decode()).bday.value.replace("-", "")
            then = today + timedelta(days=person.birthday)
            assert text[-4:] == f"{then:%m%d}", person.name

    def test_a_namesake_a_copy_and_a_first_name_alone_are_in_the_news(self, today: date) -> None:
        news = feedparser.parse(io.BytesIO(world.build(today).feeds[world.CLIENTS_FEED]))
        assert news.version == "atom10"
        assert not news.bozo
        assert len(news.entries) == 4
        assert len({entry.id for entry in news.entries}) == 4
        assert all(entry.link.startswith("https://www.google.com/url?") for entry in news.entries)
        assert sum("Marisol Quintero" in entry.title for entry in news.entries) == 2


def test_a_long_line_folds_between_letters_not_within_one() -> None:
    """RFC 5545 section 3.1 and RFC 6350 section 3.2: a multi-octet letter is not to be torn apart."""
    made = cards.folded(["é" * 200])
    assert all(part.decode() for part in made.split(b"\r\n ")[:-1])
    assert made.replace(b"\r\n ", b"").decode() == "é" * 200 + "\r\n"


def test_no_card_of_version_2_1_is_folded() -> None:
    """In vCard 2.1 a fold stays in the text as white space, and quoted-printable has soft breaks of its own."""
    for person in people.PEOPLE:
        if person.style == "outlook":
            assert b"\r\n " not in cards.card(person, DAYS[0])


def test_all_five_programs_and_both_styles_of_groups_are_there() -> None:
    made = world.build(DAYS[0]).cards.values()
    assert {person.style for person in people.PEOPLE} == set(get_args(people.Style))
    assert {vobject.readOne(body.decode()).version.value for body in made} == {"2.1", "3.0", "4.0"}
    uids = {vobject.readOne(body.decode()).uid.value for body in made}
    members = [line.rpartition(":")[2] for body in made for line in unfolded(body) if "MEMBER:urn:uuid:" in line]
    assert len(members) > 10
    assert set(members) <= uids


def unfolded(body: bytes) -> list[str]:
    return body.decode().replace("\r\n ", "").split("\r\n")


def test_the_weekly_series_has_a_moved_a_cancelled_and_a_missing_instance() -> None:
    today = DAYS[0]
    name = f"{cards.uid_of('weekly')}.ics"
    series = Calendar.from_ical(meetings.calendar(today)[name])
    half_a_year = recurring_ical_events.of(series).between(today - timedelta(days=200), today)
    held = [event for event in half_a_year if event.get("STATUS") != "CANCELLED"]
    assert len(half_a_year) == 26  # of 27 Tuesdays one was taken out
    assert len(held) == 25
    assert [event["DTSTART"].dt.isoweekday() for event in held if "moved" in event["SUMMARY"]] == [3]


class TestServers:
    def test_radicale_takes_the_world_and_is_gone_afterwards(self, tmp_path: Path) -> None:
        made = world.build(DAYS[0])
        with Server(tmp_path) as server:
            server.make_address_book("contacts/", "Contacts")
            server.make_calendar("calendar/", "Calendar", "VEVENT")
            server.fill("contacts/", dict(list(made.cards.items())[::5]), "text/vcard")
            server.fill("calendar/", dict(list(made.calendar.items())[::8]), "text/calendar")
            read = entries(server.read("calendar/"))
            assert requests.get(server.url + "alice/calendar/", auth=("alice", "wrong"), timeout=10).status_code in (401, 403)
        assert len(read) >= len(made.calendar) // 8
        assert read == sorted(read, key=lambda entry: (entry.day or date.max, entry.title))
        assert not is_up(server.url)

    def test_the_login_is_for_the_owner_alone(self, tmp_path: Path) -> None:
        with Server(tmp_path) as server:
            assert server.password_file.read_text() == server.password
        assert [(tmp_path / name).stat().st_mode & 0o077 for name in ("password", "users")] == [0, 0]

    def test_feeds_answer_304_to_what_is_known(self) -> None:
        with FeedServer({"/a.xml": b"<feed/>"}) as feeds:
            first = requests.get(feeds.url + "/a.xml", timeout=10)
            again = requests.get(feeds.url + "/a.xml", headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
            away = requests.get(feeds.url + "/b.xml", timeout=10)
        assert (first.status_code, first.content, again.status_code, away.status_code) == (200, b"<feed/>", 304, 404)


def is_up(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), 5).close()
    except ConnectionRefusedError:
        return False
    return True


def address(told: str) -> str:
    """Where the demo says that its server is."""
    found = re.search(r"http://127\.0\.0\.1:\d+/", told)
    assert found is not None
    return found[0]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("out", [io.StringIO(), Terminal()], ids=["plain", "terminal"])
def test_names_are_printed_as_they_are(out: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Brackets in a title are no markup, and a plain table is aligned without colours."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    page = show.Page(out)
    page.heading("Who")
    page.table(("day", "title"), [("Mon", "[bold]Lunch[/bold] :wave:"), ("Tuesday", "Walk")])
    assert "[bold]Lunch[/bold] :wave:" in out.getvalue()
    assert ("\x1b" in out.getvalue()) == out.isatty()
    assert "Mon      [" in out.getvalue()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the demo prints on a Sunday in November."""
    out, folder = io.StringIO(), tmp_path_factory.mktemp("demo") / "kept"
    assert demo.run(serve=False, keep=folder, out=out, clock=FixedClock(datetime(2026, 11, 22, 9, tzinfo=UTC))) == 0
    assert (folder / "auld.db").exists()
    assert not is_up(address(out.getvalue()))
    return out.getvalue()


@pytest.mark.system
class TestDemo:
    def test_the_second_cycle_changes_nothing(self, told: str) -> None:
        assert "Nothing changed" in told

    def test_what_is_due_stands_in_the_calendar(self, told: str) -> None:
        due, _, stands = told.partition("Who is due, and why")[2].partition("What stands in the calendar now")
        for name in ("Rafael Quintela", "Marisol Quintero", "Siobhán Ó Briain"):
            assert name in due
            assert name in stands

    def test_a_story_is_told_once_and_a_namesake_not_at_all(self, told: str) -> None:
        assert len([line for line in told.splitlines() if "Atlantic routes" in line and "  press  " in line]) == 1
        assert "Obituary" not in told

    def test_whom_one_meets_anyway_is_left_alone(self, told: str) -> None:
        """A client with whom there is a monthly meeting, and a colleague whom nobody chose to follow up."""
        assert "Katarzyna Zielińska" not in told
        assert "Pedro Antunes" not in told

    def test_a_folder_in_use_is_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "mine").write_text("precious")
        assert demo.run(serve=False, keep=tmp_path) == 1
        assert "is not empty" in capsys.readouterr().err
        assert (tmp_path / "mine").read_text() == "precious"

    @pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM)])
    def test_a_signal_ends_serving_and_leaves_nothing(self, number: signal.Signals, status: int, tmp_path: Path) -> None:
        # a script's background jobs, and what they start, ignore SIGINT: the tests may be run by one
        heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        program = f"{heeding}; import sys; from auldd import demo; sys.exit(demo.run(serve=True, keep=None))"
        process = subprocess.Popen(
            [sys.executable, "-c", program], env={**os.environ, "TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        with process:
            try:
                told = "".join(itertools.takewhile(lambda line: "Ctrl-C ends it" not in line, process.stdout))
                assert is_up(address(told))
                process.send_signal(number)
                assert process.wait(30) == status
            finally:
                process.kill()
        assert not is_up(address(told))
        assert not list(tmp_path.iterdir())
