"""A Radicale with a large address book or calendar, and those who read it: auld, vdirsyncer, and one that only fetches."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.costs import Cost, module, spent
from support.dav_servers import PASSWORD, run_radicale

USER = "user0"
TRACKED = 20
"""One card of so many is of somebody to keep in touch with."""


def card(n: int) -> str:
    """A card of a dozen lines; every fifth has a photo of 50 KB."""
    photo = ""
    if n % 5 == 0:
        data = base64.b64encode(random.Random(n).randbytes(37_500)).decode()
        photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(data[i : i + 74] for i in range(0, len(data), 74)) + "\r\n"
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c{n}\r\nFN:Given{n} Family{n}\r\nN:Family{n};Given{n};;;\r\n"
        f"EMAIL;TYPE=WORK:given{n}@example.org\r\nEMAIL;TYPE=HOME:g{n}@example.net\r\nTEL;TYPE=CELL:+35191234{n:04d}\r\n"
        f"ORG:Example {n % 97};Sales\r\nTITLE:Manager\r\nCATEGORIES:{'others' if n % TRACKED else 'clients'},friends\r\n"
        f"BDAY:19{n % 80 + 10}-03-02\r\nADR;TYPE=WORK:;;Street {n};Lisboa;;1000;Portugal\r\n"
        f"NOTE:Met at the fair\\, twice.\r\n{photo}END:VCARD\r\n"
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


_SUFFIX = {"cards": ".vcf", "events": ".ics"}


@dataclass(frozen=True)
class Served:
    """A collection of ``kind`` on a server that runs: ``url``, and the ``folder`` that it and its readers work in."""

    kind: str
    url: str
    folder: Path

    @cached_property
    def shelf(self) -> Path:
        """Where the server keeps the items."""
        return shelf(self.folder, self.kind)

    def requests(self) -> list[str]:
        """The methods of all requests so far, from the server's own log."""
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return [line.partition(" request for ")[0].rpartition(" ")[2] for line in lines if " request for " in line]

    def fetch_only(self) -> Cost:
        return spent(module("fetch_only", self.url, USER, PASSWORD))

    def auld(self, name: str) -> Auld:
        """The program with a fresh state of its own."""
        connector = "carddav" if self.kind == "cards" else "caldav"
        account = f"{{connector: {connector}, url: '{self.url}', username: {USER}, password: {{env: BENCH}}, every: 2s}}"
        return Auld.fresh(self.folder / name, {"bench": account})

    def vdirsyncer(self, name: str) -> list[str]:
        """The command that syncs into a fresh folder. It has been told what there is, which costs another run."""
        home = self.folder / name
        shutil.rmtree(home, ignore_errors=True)
        (home / "copy").mkdir(parents=True)
        storage = "carddav" if self.kind == "cards" else "caldav"
        (home / "config").write_text(
            f'[general]\nstatus_path = "{home / "status"}"\n[pair p]\na = "here"\nb = "there"\ncollections = null\n'
            f'[storage here]\ntype = "filesystem"\npath = "{home / "copy"}"\nfileext = "{_SUFFIX[self.kind]}"\n'
            f'[storage there]\ntype = "{storage}"\nurl = "{self.url}"\nusername = "{USER}"\npassword = "{PASSWORD}"\n'
        )
        command = [sys.executable, "-m", "vdirsyncer", "-v", "ERROR", "-c", str(home / "config")]
        spent([*command, "discover"])
        return [*command, "sync"]


@dataclass(frozen=True)
class Auld:
    """The real program with a configuration and a state of its own in ``home``."""

    home: Path

    @classmethod
    def fresh(cls, home: Path, accounts: dict[str, str]) -> Auld:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        lines = "".join(f"  {name}: {account}\n" for name, account in accounts.items())
        (home / "config.yaml").write_text(
            f"timezone: Europe/Lisbon\nme: [me@example.org]\naccounts:\n{lines}"
            "categories:\n  clients: {ideal: 8w, at_most: 12w}\n"
        )
        return cls(home)

    def forget(self) -> None:
        """Begin anew, without any state."""
        for path in self.home.glob("auld.db*"):
            path.unlink()

    def command(self, *arguments: str) -> list[str]:
        program = [sys.executable, "-c", "import auldd.cli; auldd.cli.main()"]
        return [*program, "--config", str(self.home / "config.yaml"), "--state-dir", str(self.home), *arguments]

    @property
    def environment(self) -> dict[str, str]:
        return {"BENCH": PASSWORD}

    def run(self, *arguments: str) -> Cost:
        return spent(self.command(*arguments), self.environment)

    def head(self) -> int:
        """How many events the log holds."""
        return int(json.loads(self.run("status", "--json").output)["log"]["events"])


def shelf(folder: Path, kind: str) -> Path:
    return folder / "collections" / "collection-root" / USER / kind


def fill(folder: Path, kind: str, count: int) -> None:
    """Write a collection into Radicale's folder: it takes minutes to store so much by PUT."""
    place = shelf(folder, kind)
    place.mkdir(parents=True)
    tag = {"cards": "VADDRESSBOOK", "events": "VCALENDAR"}[kind]
    (place / ".Radicale.props").write_text(json.dumps({"tag": tag, "D:displayname": kind}))
    for n in range(count):
        (place / f"{kind[0]}{n}{_SUFFIX[kind]}").write_text(card(n) if kind == "cards" else event(n), newline="")


@contextlib.contextmanager
def served(kind: str, count: int) -> Iterator[Served]:
    """A collection of so many ``cards`` or ``events``, on a Radicale with its default limits."""
    with tempfile.TemporaryDirectory(prefix="auld-bench-") as name:
        folder = Path(name)
        fill(folder, kind, count)
        with run_radicale(folder, log_level="info") as process:
            collection = Served(kind, f"{process.base}{USER}/{kind}/", folder)
            collection.fetch_only()  # the first reading fills the server's caches, and is nobody's cost
            yield collection
