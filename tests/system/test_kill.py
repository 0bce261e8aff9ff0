"""kill -9 at two hundred random instants of a cycle against a real server: nothing lost, nothing twice (G2, G10).

Each run finds something new to do (a card, a meeting, an entry to write), is killed somewhere in it, and the next goes on.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from support.dav_servers import DavHome
from support.program import Program, Zygote

pytestmark = pytest.mark.system

RUNS = 200
CONFIG = """
timezone: Europe/Lisbon
me: [me@example.org]
accounts:
  home: {{connector: caldav, url: "{base}", username: {user}, password: {{env: AULD_TEST_PASSWORD}}}}
  people: {{connector: carddav, url: "{base}", username: {user}, password: {{env: AULD_TEST_PASSWORD}}}}
write_to: {{account: home, collection: Keep in touch}}
categories: {{friends: {{ideal: 4w, at_most: 6w}}}}
budget: {{per_day: 100, per_week: 500}}
"""


def card(number: int) -> str:
    name = f"Person{number} Number{number}"
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-{number}\r\nFN:{name}\r\nN:Number{number};Person{number};;;\r\n"
        f"EMAIL:p{number}@example.org\r\nCATEGORIES:friends\r\nEND:VCARD\r\n"
    )


def meeting(number: int) -> str:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:meeting-{number}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260{number % 6 + 1}10T100000Z\r\n"
        f"DTEND:20260{number % 6 + 1}10T110000Z\r\nSUMMARY:Talk {number}\r\nORGANIZER:mailto:me@example.org\r\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@example.org\r\n"
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:p{number}@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def entries(home: DavHome, path: str) -> Counter[str]:
    """Title -> how many open objects of auld have it, as the server lists them."""
    listing = home.request("PROPFIND", path, Depth="1").body.decode()
    titles: Counter[str] = Counter()
    for href in re.findall(r"<(?:\w+:)?href>([^<]+\.ics)</", listing):
        body = (home.get(home.base.rstrip("/") + href) or b"").decode()
        found = re.search(r"^SUMMARY:(.*?)\r?$", body, re.MULTILINE)
        assert found, body
        titles[found[1]] += 1
    return titles


def test_killed_two_hundred_times(radicale: DavHome, tmp_path: Path) -> None:
    chance = random.Random(20261122)
    people, work = radicale.address_book("Contacts"), radicale.calendar("Work", "VEVENT")
    keep = radicale.calendar("Keep in touch", "VTODO")
    keep_path = radicale.made[-1]
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(base=radicale.base, user=radicale.username))
    config.chmod(0o600)
    program = Program(config, tmp_path / "state", {"AULD_TEST_PASSWORD": radicale.password})
    assert keep

    with program.zygote() as zygote:
        began = zygote.run("once")
        assert began == 0
        killed = _kill_often(zygote, chance, radicale, people, work)
        assert killed > RUNS // 3, "most runs ended before they could be killed: the test proves nothing"
        assert zygote.run("once") == 0

    assert program.run("verify").returncode == 0
    assert program.run("rebuild").returncode == 0
    titles = entries(radicale, keep_path)
    assert titles == Counter({f"Get in touch with Person{n} Number{n}": 1 for n in range(RUNS)})
    seen = Counter(
        (event["type"], event["ref"])
        for event in map(json.loads, program.run("events", "--json").stdout.splitlines())
        if event["type"] in {"contact.observed", "meeting.observed"}
    )
    assert len(seen) == 2 * RUNS and set(seen.values()) == {1}
    last = json.loads(program.run("once", "--json").stdout)
    assert [account["events"] for account in last["accounts"]] == [0, 0]
    assert last["follow_ups"] == {"planned": 0, "written": 0, "closed": 0, "failed": 0}


def _kill_often(zygote: Zygote, chance: random.Random, home: DavHome, people: str, work: str) -> int:
    """Runs, each with news and each killed at a random instant; how many were really killed."""
    killed = 0
    for number in range(RUNS):
        home.put(f"{people}{number}.vcf", card(number))
        home.put(f"{work}{number}.ics", meeting(number))
        killed += zygote.run("once", kill_after=chance.uniform(0.005, 0.35)) == -9
    return killed
