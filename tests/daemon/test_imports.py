"""What a process imports, and when: a connector's libraries at its first poll, and never if no account uses it (goal P10)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.feed_server import FeedServer, Reply

LIBRARIES = {
    "caldav": ("caldav", "niquests", "lxml", "icalendar"),
    "carddav": ("vobject",),
    "rss": ("feedparser", "requests"),
    "PostgreSQL": ("psycopg", "sqlalchemy.dialects.postgresql"),
    "languages": ("babel",),
    "Google": ("googleapiclient", "google.auth", "httplib2"),
    "terminal": ("rich",),
    "report": ("jinja2", "pygal"),
}
EVERY = sorted(name for names in LIBRARIES.values() for name in names)
_OBSERVED = """
import json, sys
sys.argv = ["auld", *json.loads(sys.argv[1])]
import auldd.cli
try:
    auldd.cli.main()
except SystemExit as ended:
    loaded = [name for name in {names} if name in sys.modules]
    print(json.dumps([ended.code or 0, loaded]), file=sys.stderr)
"""


def run(*arguments: str) -> tuple[int, list[str]]:
    """Exit code of a command, and which of the heavy libraries its process had imported in the end."""
    command = [sys.executable, "-c", _OBSERVED.format(names=EVERY), json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    code, loaded = json.loads(done.stderr.splitlines()[-1])
    return code, loaded


@pytest.fixture
def options(tmp_path: Path, feed_server: FeedServer) -> list[str]:
    """A configuration with one feed, and with accounts of the kinds that a test adds."""
    feed = feed_server.serve("/feed", Reply(b"<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title></feed>"))
    config = tmp_path / "config.yaml"
    config.write_text(f"timezone: Europe/Lisbon\nme: [me@example.org]\naccounts:\n  a: {{connector: rss, feeds: ['{feed}']}}\n")
    return ["--config", str(config), "--state-dir", str(tmp_path)]


@pytest.mark.parametrize("arguments", [("--help",), ("once", "--help"), ("connectors",)], ids=" ".join)
def test_help_and_the_list_of_connectors_import_none_of_their_libraries(arguments: tuple[str, ...]) -> None:
    assert run(*arguments) == (0, [])


def test_reading_the_log_imports_none_of_them(options: list[str]) -> None:
    assert run(*options, "status", "--json") == (0, [])


def test_a_poll_imports_what_its_own_connector_needs_and_nothing_else(options: list[str]) -> None:
    code, loaded = run(*options, "once", "--json")
    assert code == 0
    assert sorted(loaded) == sorted(LIBRARIES["rss"])


def test_calendar_files_need_no_library_of_the_network(tmp_path: Path) -> None:
    (tmp_path / "calendar.ics").write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260302\nEND:VEVENT\nEND:VCALENDAR\n")
    config = tmp_path / "config.yaml"
    config.write_text(f"timezone: Europe/Lisbon\naccounts:\n  a: {{connector: ics, path: '{tmp_path}/calendar.ics'}}\n")
    assert run("--config", str(config), "--state-dir", str(tmp_path), "once", "--json") == (0, ["icalendar"])
