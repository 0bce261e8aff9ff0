"""The connector keeps every promise of a source, whatever form its exports have."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from auld.contract import Collection, Connector
from auld.testing import SourcePromises
from auld_linkedin.connector import LinkedIn, LinkedInSource
from linkedin_exports import csv, open_source, pack, write


@dataclass
class Subject:
    """A member who downloads a new export after every change; ``form`` is how it comes into the folder."""

    folder: Path
    form: str
    connector: Connector = field(default_factory=LinkedIn)
    rows: dict[str, str] = field(default_factory=dict)
    exports: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.download()

    def open(self) -> LinkedInSource:
        return open_source(self.folder)

    def collection(self) -> Collection:
        return self.open().discover()[0]

    def put(self, name: str, text: str) -> None:
        self.rows[name] = f"{name},Lima,https://www.linkedin.com/in/{name},,Acme,{text},12 Mar 2019\n"
        self.download()

    def delete(self, name: str) -> None:
        del self.rows[name]
        self.download()

    def download(self) -> None:
        number = next(self.exports)
        body, ago = csv(*self.rows.values()), 100 - number
        match self.form:
            case "overwritten":
                write(self.folder / "Connections.csv", body, ago)
            case "unpacked":
                write(self.folder / f"Basic_LinkedInDataExport_{number}" / "Connections.csv", body, ago)
            case _:
                pack(self.folder / f"Basic_LinkedInDataExport_{number}.zip", body, ago)


@pytest.fixture(params=["overwritten", "unpacked", "zip"])
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Subject:
    return Subject(tmp_path, request.param)


class TestLinkedIn(SourcePromises):
    """All of them."""
