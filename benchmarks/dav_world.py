"""A Radicale with a large address book or calendar, and what one client costs to read it; used by P5 and P6.

Run as a module it *is* one client (``python -m benchmarks.dav_world fetch URL FOLDER``), so that CPU and memory are those of a
process of its own.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from support.dav_servers import PASSWORD, run_radicale

USER = "user0"
BATCH = 500
_HEAD = '<?xml version="1.0"?>'
_LISTING = f'{_HEAD}<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'


@dataclass(frozen=True)
class Cost:
    """What a process cost: wall and CPU seconds, peak resident bytes."""

    wall: float
    cpu: float
    peak: int


def card(n: int) -> str:
    """A card of a dozen lines; every fifth has a photo of 50 KB."""
    photo = ""
    if n % 5 == 0:
        data = base64.b64encode(random.Random(n).randbytes(37_500)).decode()
        photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(data[i : i + 74] for i in range(0, len(data), 74)) + "\r\n"
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c{n}\r\nFN:Given{n} Family{n}\r\nN:Family{n};Given{n};;;\r\n"
        f"EMAIL;TYPE=WORK:given{n}@example.org\r\nEMAIL;TYPE=HOME:g{n}@example.net\r\nTEL;TYPE=CELL:+35191234{n:04d}\r\n"
        f"ORG:Example {n % 97};Sales\r\nTITLE:Manager\r\nCATEGORIES:clients,friends\r\nBDAY:19{n % 80 + 10}-03-02\r\n"
        f"ADR;TYPE=WORK:;;Street {n};Lisboa;;1000;Portugal\r\nNOTE:Met at the fair\\, twice.\r\n{photo}END:VCARD\r\n"
    )


def event(n: int) -> str:
    """A meeting with three people."""
    day = f"2026{n % 12 + 1:02d}{n % 28 + 1:02d}"
    people = "".join(f"ATTENDEE;CN=P{k};PARTSTAT=ACCEPTED:mailto:p{(n + k) % 500}@example.org\r\n" for k in range(3))
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\nBEGIN:VEVENT\r\nUID:e{n}\r\nDTSTAMP:20260101T000000Z\r\n"
        f"DTSTART:{day}T100000Z\r\nDTEND:{day}T110000Z\r\nSUMMARY:Meeting {n}\r\nORGANIZER:mailto:me@example.org\r\n{people}"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


@contextlib.contextmanager
def served(kind: str, count: int) -> Iterator[tuple[str, Path]]:
    """The URL of a collection with ``count`` items (``cards`` or ``events``) that the server has read once, and a folder.

    The items are written into the server's folder: it takes minutes to store so many by PUT."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shelf = folder / "collections" / "collection-root" / USER / kind
        shelf.mkdir(parents=True)
        tag = {"cards": "VADDRESSBOOK", "events": "VCALENDAR"}[kind]
        (shelf / ".Radicale.props").write_text(json.dumps({"tag": tag, "D:displayname": kind}))
        for n in range(count):
            path, text = (f"c{n}.vcf", card(n)) if kind == "cards" else (f"e{n}.ics", event(n))
            (shelf / path).write_text(text, newline="")
        with run_radicale(folder) as process:
            url = f"{process.base}{USER}/{kind}/"
            client("fetch", url, folder)  # the first reading fills the server's caches, and is not the client's cost
            yield url, folder


def client(kind: str, url: str, folder: Path) -> Cost:
    """Run one client as a process of its own."""
    return spent([sys.executable, "-m", "benchmarks.dav_world", kind, url, str(folder)])


def spent(command: list[str], **environment: str) -> Cost:
    """What a command cost."""
    start = time.monotonic()
    popen = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(popen.pid, 0)
    popen.returncode = os.waitstatus_to_exitcode(status)
    if popen.returncode != 0:
        raise RuntimeError(f"{command[:4]} ended with {popen.returncode}")
    return Cost(time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def vdirsyncer(kind: str, url: str, folder: Path) -> list[str]:
    """Write a configuration for vdirsyncer; the command that syncs."""
    storage, ending = ("carddav", ".vcf") if kind == "cards" else ("caldav", ".ics")
    copy = folder / "vdir"
    copy.mkdir(exist_ok=True)
    config = folder / "vdirsyncer"
    config.write_text(
        f'[general]\nstatus_path = "{folder / "status"}"\n[pair p]\na = "here"\nb = "there"\ncollections = null\n'
        f'[storage here]\ntype = "filesystem"\npath = "{copy}"\nfileext = "{ending}"\n'
        f'[storage there]\ntype = "{storage}"\nurl = "{url}"\nusername = "{USER}"\npassword = "{PASSWORD}"\n'
    )
    return [sys.executable, "-m", "vdirsyncer", "-c", str(config)]


def fetch_only(url: str) -> None:
    """List, and fetch by multiget: the least that any client must do."""
    import requests
    from requests.auth import HTTPBasicAuth

    name, data = ("calendar", "calendar-data") if url.endswith("events/") else ("addressbook", "address-data")
    space = "urn:ietf:params:xml:ns:" + ("caldav" if name == "calendar" else "carddav")
    login = HTTPBasicAuth(USER, PASSWORD.encode())  # as bytes, or it would be sent as Latin-1
    with requests.Session() as session:
        answer = session.request("PROPFIND", url, data=_LISTING, headers={"Depth": "1"}, auth=login, timeout=900)
        hrefs = [h for h in re.findall(r"<href>([^<]+)</href>", answer.text) if not h.endswith("/")]
        for start in range(0, len(hrefs), BATCH):
            inside = "".join(f"<href>{h}</href>" for h in hrefs[start : start + BATCH])
            body = f'{_HEAD}<c:{name}-multiget xmlns="DAV:" xmlns:c="{space}"><prop><getetag/><c:{data}/></prop>{inside}'
            body += f"</c:{name}-multiget>"
            answer = session.request("REPORT", url, data=body, headers={"Depth": "1"}, auth=login, timeout=900)
            assert answer.status_code == 207, answer.status_code


def auld(url: str, folder: Path) -> int:
    """A pull into a log as the daemon makes it; the number of requests."""
    from auld.contract import Account, Collection, Pull
    from auld.intake import Intake
    from auld.log import Log
    from auld.store import Store
    from auld_connectors.caldav import CalDav
    from auld_connectors.carddav import CardDav

    connector = CalDav() if url.endswith("events/") else CardDav()
    source = connector.open(Account("bench", connector.settings(url=url, username=USER), lambda: PASSWORD))
    collection = Collection(url, "bench", frozenset({"meeting", "contact"}))
    store = Store.open(f"sqlite:///{folder / 'auld.db'}")
    intake, now = Intake(Log(store)), datetime.now(UTC)
    state = intake.state("bench", collection.id)
    known = intake.known("bench", collection.id)
    for batch in source.pull(Pull(collection, state.cursor, known, False, now)):
        intake.take("bench", collection.id, batch, now)
    intake.finish("bench", collection.id, now)
    source.close()
    store.close()
    return source.requests


if __name__ == "__main__":
    if sys.argv[1] == "fetch":
        fetch_only(sys.argv[2])
    else:
        print(auld(sys.argv[2], Path(sys.argv[3])), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
