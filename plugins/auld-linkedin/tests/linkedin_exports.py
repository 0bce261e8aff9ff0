"""Exports as LinkedIn gives them, and what a core would hold of them."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auld.contract import Account, Batch, Collection, Pull
from auld.observations import Contact
from auld.testing.sources import Copy
from auld_linkedin.connector import LinkedIn, LinkedInSource, Settings

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NOTES = (
    'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing. You will only '
    "see email addresses for connections who have allowed their connections to see or download their email address using this "
    'setting https://www.linkedin.com/psettings/privacy/email."\n\n'
)
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ADA = "Ada,Vale,https://www.linkedin.com/in/ada-vale,ada.vale@example.com,Northwind Robotics,VP Engineering,12 Mar 2019\n"
JOERG = 'Jörg,Müller,https://www.linkedin.com/in/jml,,"Beispiel, GmbH",Geschäftsführer,03 Jan 2023\n'
NEHA = "Neha,,https://www.linkedin.com/in/neha,,,,28 Sep 2025\n"


def csv(*rows: str) -> bytes:
    """A Connections.csv as LinkedIn writes it."""
    return (NOTES + HEADER + "".join(rows)).encode()


def open_source(path: Path, account: str = "linkedin") -> LinkedInSource:
    return LinkedIn().open(Account(account, Settings(path=str(path)), now=lambda: NOW))


def write(path: Path, body: bytes, days_ago: float = 1) -> Path:
    """Put a file there, written so long before NOW."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    at = (NOW - timedelta(days=days_ago)).timestamp()
    os.utime(path, (at, at))
    return path


def pack(
    path: Path, body: bytes, days_ago: float = 1, member: str = "Connections.csv", method: int = zipfile.ZIP_DEFLATED
) -> Path:
    """Put a zip there, as downloaded just now, of an export made so long before NOW."""
    made = NOW - timedelta(days=days_ago)
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("Profile.csv", "First Name,Last Name\nMe,Myself\n")
        archive.writestr(zipfile.ZipInfo(member, made.timetuple()[:6]), body, method)
    return path


@dataclass
class Reader:
    """What the core does with a source."""

    path: Path
    copy: Copy = field(default_factory=Copy)
    batches: list[Batch] = field(default_factory=list)

    @property
    def collection(self) -> Collection:
        return Collection("linkedin:linkedin", "LinkedIn connections", frozenset({"contact"}))

    def pull(self, *, full: bool = False) -> list[str]:
        """One pull; the refs of what came, and of what went."""
        before = set(self.copy.items)
        self.batches = self.copy.pull(open_source(self.path), self.collection, full=full)
        came = [item.ref for batch in self.batches for item in batch.items]
        return came + [f"-{ref}" for ref in sorted(before - set(self.copy.items))]

    @property
    def notes(self) -> str:
        """All remarks of the last pull."""
        return "\n".join(note for batch in self.batches for note in batch.notes)

    @property
    def listed(self) -> bool:
        """Whether the last pull said who is there."""
        return any(batch.listing is not None for batch in self.batches)

    @property
    def people(self) -> dict[str, Contact]:
        """Who is held, by ref."""
        return {ref: item.observation for ref, item in self.copy.items.items() if isinstance(item.observation, Contact)}

    def person(self, slug: str) -> Contact:
        return self.people[f"https://linkedin.com/in/{slug}"]

    @property
    def problems(self) -> dict[str, str]:
        """What cannot be read, by ref."""
        return {ref: item.problem for ref, item in self.copy.items.items() if item.problem}


def request(collection: Collection) -> Pull:
    """A first pull."""
    return Pull(collection, None, {}, False, NOW)
