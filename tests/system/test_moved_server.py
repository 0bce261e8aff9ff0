"""The same calendars under another address: a server that was renamed, or has got https, loses nothing and doubles nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.dav_servers import DavHome
from support.program import Program

pytestmark = pytest.mark.system

CONFIG = """
timezone: Europe/Lisbon
accounts:
  home: {{connector: caldav, url: "{base}", username: {user}, password: {{env: PW}}}}
  people: {{connector: carddav, url: "{base}", username: {user}, password: {{env: PW}}}}
write_to: {{account: home, collection: Keep in touch}}
categories:
  clients: {{ideal: 4w, at_most: 6w}}
"""
CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:ana\r\nFN:Ana Lima\r\nN:Lima;Ana;;;\r\n"
    "EMAIL:ana@example.net\r\nCATEGORIES:clients\r\nBDAY:--{:%m-%d}\r\nEND:VCARD\r\n"
)


def test_a_tick_made_while_the_server_moved_is_seen(radicale: DavHome, tmp_path: Path) -> None:
    radicale.put(radicale.address_book("Contacts") + "ana.vcf", CARD.format(datetime.now(UTC) + timedelta(days=1)))
    entries = radicale.calendar("Keep in touch")
    program = Program(tmp_path / "config.yaml", tmp_path, {"PW": radicale.password})

    def once(base: str) -> None:
        program.config.write_text(CONFIG.format(base=base, user=radicale.username))
        done = program.run("once")
        assert done.returncode == 0, done.stderr

    def follow_ups() -> list[tuple[str, str]]:
        return [(each["uid"], each["state"]) for each in json.loads(program.run("due", "--all", "--json").stdout)]

    once(radicale.base)
    [(uid, state)] = follow_ups()
    assert state == "written"
    body = radicale.get(f"{entries}{uid}.ics")
    assert body is not None
    radicale.put(f"{entries}{uid}.ics", body.replace(b"STATUS:NEEDS-ACTION", b"STATUS:COMPLETED"))

    once(radicale.base.replace("127.0.0.1", "localhost"))
    assert follow_ups() == [(uid, "done")]
