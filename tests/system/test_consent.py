"""``auld auth`` and what follows, with the real program: a user at a browser, a token that dies, two processes at once."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from support.google import Google, member_of, run_google
from support.google_accounts import EMAIL, READ
from support.program import Program

pytestmark = pytest.mark.system

SCREENLESS = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}


@pytest.fixture
def google() -> Iterator[Google]:
    with run_google() as server:
        server.account(EMAIL).contacts.put({"names": [{"displayName": "Ana Lima", "givenName": "Ana"}]})
        yield server


@pytest.fixture
def program(google: Google, tmp_path: Path) -> Program:
    client = google.oauth.write_client(tmp_path / "client.json")
    config = tmp_path / "config.yaml"
    config.write_text(
        "timezone: Europe/Lisbon\naccounts:\n"
        f"  people: {{connector: google_contacts, client: {client}, endpoint: '{google.url}'}}\n"
    )
    return Program(config, tmp_path / "state", SCREENLESS)


def agree(program: Program, *arguments: str) -> tuple[int, str]:
    """Ask for consent, and give it at the address that is shown; exit code and all that was printed."""
    process = program.start("auth", *arguments)
    assert process.stdout is not None
    shown = ""
    for line in process.stdout:
        shown += line
        if line.startswith("http"):
            break
    assert "http" in shown, process.communicate(timeout=60)
    with urlopen(shown.split()[-1], timeout=30) as page:
        assert b"go back to the terminal" in page.read()
    rest, complaints = process.communicate(timeout=60)
    return process.returncode, shown + rest + complaints


def test_the_page_leads_a_newcomer_to_a_running_account(google: Google, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "google.md").read_text(encoding="utf-8")
    settings = re.findall(r"^```yaml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[0]
    typed = page.partition("\n## 5.")[2].partition("\n### ")[0]
    folder = tmp_path / ".config" / "auld"
    folder.mkdir(parents=True)
    google.oauth.write_client(folder / "google-client.json")
    here = settings.replace("client.json}", f"client.json, endpoint: '{google.url}'}}")
    (folder / "config.yaml").write_text(
        f"timezone: Europe/Lisbon\nme: [{EMAIL}]\ncategories: {{starred: {{ideal: 4w, at_most: 6w}}}}\n{here}"
    )
    me = google.account(EMAIL)
    me.contacts.put({"names": [{"displayName": "Rui Sá"}], "memberships": member_of("contactGroups/starred")})
    program = Program(folder / "config.yaml", tmp_path / "state", {**SCREENLESS, "HOME": str(tmp_path)})
    for line in re.findall(r"^auld (.*)$", typed, re.MULTILINE):
        command, *arguments = line.split()
        code = agree(program, *arguments)[0] if command == "auth" else program.run(command, *arguments).returncode
        assert code == 0, line
    own = next(calendar for calendar in me.calendars.values() if calendar.summary == "auld")
    (entry,) = own.events.values()
    assert "Rui Sá" in entry["summary"]
    assert "attendees" not in entry


def secrets_of(google: Google, token: Path) -> list[str]:
    kept = json.loads(token.read_text())
    return [google.oauth.client_secret, kept["refresh_token"], kept["token"]]


def test_from_the_question_to_a_token_that_died_and_back(google: Google, program: Program, tmp_path: Path) -> None:
    code, shown = agree(program, "google", "people")
    assert code == 0
    assert "contacts.readonly" in shown and "auld check" in shown
    token = tmp_path / "google-people.json"
    assert token.stat().st_mode & 0o777 == 0o600
    told = program.run("--verbose", "once", "--json")
    assert json.loads(told.stdout)["accounts"][0]["items"] == 1
    everything = shown + told.stdout + told.stderr
    assert not [secret for secret in secrets_of(google, token) if secret in everything]

    google.oauth.revoke(EMAIL)
    before = len(google.asked("/token"))
    assert program.run("once").returncode == 1
    assert 1 <= len(google.asked("/token")) - before <= 2
    asked = len(google.log)
    told = program.run("once")
    assert "auld auth google people" in told.stderr and "publish the app" in told.stderr
    assert len(google.log) == asked  # the account pauses, and goes on saying why
    account = json.loads(program.run("status", "--json").stdout)["accounts"][0]
    assert account["state"] == "refused" and "7 days" in account["error"]

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code, shown = agree(program, "people", "--port", str(port), "--no-browser")
    assert code == 0
    address = next(line for line in shown.splitlines() if line.startswith("http"))
    assert parse_qs(urlsplit(address).query)["redirect_uri"] == [f"http://127.0.0.1:{port}/"]
    (account,) = json.loads(program.run("once", "--json").stdout)["accounts"]
    assert (account["ok"], account["events"], account["requests"]) == (True, 0, 1)


def test_two_processes_renew_a_token_once(google: Google, program: Program, tmp_path: Path) -> None:
    google.oauth.write_token(tmp_path / "google-people.json", EMAIL, READ)
    running: list[subprocess.Popen[str]] = [program.start("check") for _ in range(2)]
    told = [process.communicate(timeout=60)[0] for process in running]
    assert all("reads contacts from 'Contacts'" in each for each in told)
    assert len(google.asked("/token")) == 1
