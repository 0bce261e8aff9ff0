"""What somebody types into the description of an entry is taken in, and ticked there, by the real program on a real server.

The typing goes through icalendar and plain HTTP, as from a calendar program that knows nothing of auld.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from support.dav_servers import DavHome
from support.program import Program

pytestmark = pytest.mark.system

CONFIG = """
timezone: UTC
me: [me@example.org]
languages: [en, pt]
accounts:
  home: {{connector: caldav, url: "{base}"{login}, collections: ["{keep}", "{work}"]}}
  people: {{connector: carddav, url: "{base}"{login}, collections: ["{book}"]}}
write_to: {{account: home, collection: "{keep}", as: {form}}}
categories: {{friends: {{ideal: 4w, at_most: 6w, debrief: true}}}}
budget: {{per_day: 100, per_week: 500}}
quiet: {{weekdays: []}}
"""
CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-ana\r\nFN:Ana Lima\r\nN:Lima;Ana;;;\r\nEMAIL:ana@example.org\r\n"
    "CATEGORIES:friends\r\nEND:VCARD\r\n"
)


@dataclass
class User:
    """Somebody with one friend, a calendar, and auld."""

    home: DavHome
    keep: str
    work: str
    program: Program

    def run(self, *arguments: str) -> Any:
        done = self.program.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def entry(self, reason: str) -> dict[str, Any]:
        """The open one for that reason."""
        (found,) = (each for each in self.run("due") if each["reasons"] == [reason])
        assert isinstance(found, dict)
        return found

    def url(self, entry: dict[str, Any]) -> str:
        return f"{self.keep}{entry['uid']}.ics"

    def calendar(self, url: str) -> tuple[icalendar.Calendar, Any]:
        body = self.home.get(url)
        assert body is not None
        calendar = icalendar.Calendar.from_ical(body)
        (component,) = calendar.walk("VTODO") + calendar.walk("VEVENT")
        return calendar, component

    def text(self, url: str) -> str:
        return str(self.calendar(url)[1].get("DESCRIPTION", ""))

    def type(self, url: str, text: str, **more: str) -> None:
        calendar, component = self.calendar(url)
        for name, value in {"description": text, **more}.items():
            component.pop(name, None)
            component.add(name, value)
        self.home.put(url, calendar.to_ical().decode())

    def quiet(self) -> None:
        report = self.run("once")
        assert sum(each["events"] for each in report["accounts"]) == 0
        assert set(report["follow_ups"].values()) == {0}


@pytest.fixture
def user(request: pytest.FixtureRequest, tmp_path: Path) -> User:
    server, form = request.param
    home: DavHome = request.getfixturevalue(server)
    book, keep, work = home.address_book("Friends"), home.calendar("Keep in touch"), home.calendar("Work")
    home.put(f"{book}ana.vcf", CARD)
    login = f", username: {home.username}, password: {{env: AULD_TEST_PASSWORD}}" if home.username else ""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(base=home.base, login=login, book=book, keep=keep, work=work, form=form))
    return User(home, keep, work, Program(config, tmp_path / "state", {"AULD_TEST_PASSWORD": home.password}))


def next_friday(day: date) -> str:
    return (day + timedelta(days=(3 - day.weekday()) % 7 + 1)).isoformat()


@pytest.mark.parametrize("user", [("radicale", "task")], indirect=True)
def test_what_is_typed_is_taken_in_answered_corrected_and_retracted(user: User) -> None:
    user.run("once")
    cadence = user.entry("cadence")
    url, friday = user.url(cadence), next_friday(date.fromisoformat(cadence["day"]))
    mine = "I: send the deck by Friday\n\nthey: intro to the CFO  \nlikes: sailing, wine\nHer dog is called Rex"
    user.type(url, f"{user.text(url)}\n{mine}", **{"X-OTHER": "kept", "X-ALT-DESC": "<p>kept too</p>"})
    before = user.text(url)

    user.run("once")
    answered = user.text(url)
    assert answered.replace("✓ ", "") == before.rstrip(), "ticks are all that came"
    for line in ("I: send the deck by Friday", "they: intro to the CFO", "likes: sailing, wine", "Her dog is called Rex"):
        assert f"\n✓ {line}" in answered
    assert answered.count("✓") == 4
    assert (user.calendar(url)[1]["X-OTHER"], user.calendar(url)[1]["X-ALT-DESC"]) == ("kept", "<p>kept too</p>")
    shown = user.run("show", "Ana Lima")
    known = {(each["text"], each["by"], each["due"], each["state"]) for each in shown["promises"]}
    assert known == {("send the deck by Friday", "me", friday, "open"), ("intro to the CFO", "them", None, "open")}
    assert [(each["kind"], each["text"]) for each in shown["facts"]] == [("likes", "sailing, wine")]
    assert [each["title"] for each in shown["touches"] if each["kind"] == "note"] == ["Her dog is called Rex"]
    assert user.entry("promise")["day"] <= friday
    user.quiet()

    corrected = user.text(url).replace("by Friday", "by 2031-05-06").replace("✓ Her dog is called Rex", "")
    user.type(url, corrected.replace("\n", "\r\n"))
    user.run("once")
    shown = user.run("show", "Ana Lima")
    assert {(each["text"], each["due"]) for each in shown["promises"]} == {
        ("send the deck by 2031-05-06", "2031-05-06"),
        ("intro to the CFO", None),
    }
    assert not [each for each in shown["touches"] if each["kind"] == "note"]
    user.quiet()

    user.type(url, user.text(url) + "\ndone: the deck")
    user.run("once")
    states = {each["text"]: each["state"] for each in user.run("show", "Ana Lima")["promises"]}
    assert states == {"send the deck by 2031-05-06": "done", "intro to the CFO": "open"}
    assert "\n✓ done: the deck" in user.text(url)
    user.quiet()
    assert "done" in user.program.run("show", "Ana Lima").stdout


@pytest.mark.parametrize("user", [("xandikos", "event")], indirect=True)
def test_after_a_meeting_there_is_a_place_to_type_and_a_ticked_promise_is_kept(user: User) -> None:
    start = datetime.now(UTC) - timedelta(minutes=90)
    meeting = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:lunch\r\nSUMMARY:Lunch\r\n"
        f"DTSTAMP:20260101T000000Z\r\nDTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDURATION:PT1H\r\n"
        "ORGANIZER:mailto:me@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ana@example.org\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    user.home.put(f"{user.work}lunch.ics", meeting)
    user.run("once")
    debrief = user.entry("debrief")
    assert debrief["title"] == "Notes: Ana Lima"
    url = user.url(debrief)
    assert "\nI:\nthey:\n?:\n" in user.text(url)

    user.type(url, user.text(url).replace("\n?:\n", "\n?: what did we pay\n").replace("\nI:\n", "\nI: até amanhã o contrato\n"))
    user.run("once")
    tomorrow = (start.date() + timedelta(days=1)).isoformat()
    shown = {each["text"]: each for each in user.run("show", "Ana Lima")["promises"]}
    assert {text: each["by"] for text, each in shown.items()} == {"what did we pay": "me", "até amanhã o contrato": "me"}
    assert shown["até amanhã o contrato"]["due"] == tomorrow
    assert user.text(url).count("✓") == 2

    question, promise = user.entry("question"), user.entry("promise")
    assert question["title"] == "Answer Ana Lima: what did we pay"
    user.type(user.url(promise), user.text(user.url(promise)), summary=f"✓ {promise['title']}")
    user.run("once")
    states = {each["text"]: each["state"] for each in user.run("show", "Ana Lima")["promises"]}
    assert states == {"what did we pay": "open", "até amanhã o contrato": "done"}
    user.quiet()
