"""From rows to connections: who each is, what it says, and how it is known again in the next export.

The address of a profile names a member, but members may change it, and exports before 2021 did not tell it. So what comes back
to us with :attr:`auld.contract.Pull.known` as the version also says who it is: of the name and the day on which one connected,
which for two people are hardly ever the same.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from auld.contract import Item
from auld.observations import Contact, Labelled, LabelledDate, PartialDate
from auld.people import fold, normalise_email, profile_identity
from auld_linkedin.days import day
from auld_linkedin.table import Row

NORMALISER = 1
"""To be raised when the same row comes to mean something else."""

CONNECTED_ON = "Connected On"
"""The label of the day. By it the core knows that it is no anniversary of anything."""

_PROFILE = re.compile(r"(?:https?://)?[\w.]*linkedin\.com/in/[\w%.~-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Connection:
    """One row. ``ref`` is the address of the profile, or made of name and day; ``sure`` is False if it does not tell who it is.
    ``who`` is the same as long as name and day are ("" if there is no day)."""

    ref: str
    raw: bytes
    contact: Contact | None = None
    problem: str = ""
    who: str = ""
    sure: bool = True

    @property
    def fingerprint(self) -> str:
        """Of what it means, so that another way to write the same date or address is no change."""
        return _digest(self.raw if self.contact is None else msgspec.json.encode(self.contact))

    @property
    def version(self) -> str:
        return f"{self.who}.{_digest(self.raw)}"

    def item(self) -> Item:
        return Item(self.ref, self.version, self.contact, self.raw, self.fingerprint, NORMALISER, self.problem)


def connections(rows: Iterable[Row]) -> tuple[list[Connection], list[str]]:
    """The connections, each ref once, and remarks. Rows about nobody (members whose account is closed) are left out."""
    found: dict[str, Connection] = {}
    undated: list[str] = []
    for row in rows:
        connection = _connection(row)
        if connection is None:
            continue
        if connection.contact is not None and not connection.contact.dates and row.cells["connected"]:
            undated.append(row.cells["connected"])
        twin = found.get(connection.ref)
        if twin is not None and twin.contact != connection.contact and not connection.ref.startswith("https:"):
            # two people of one name who connected on one day, and of whom no profile is told: in the order of the export
            again = sum(ref.partition("#")[0] == connection.ref for ref in found) + 1
            connection = replace(connection, ref=f"{connection.ref}#{again}", who="")
        found.setdefault(connection.ref, connection)
    notes = [f"dates that are not understood: {len(undated)}, such as {undated[0][:40]!r}"] if undated else []
    return list(found.values()), notes


def known_again(found: Sequence[Connection], known: Mapping[str, str]) -> list[Connection]:
    """The same, under the refs that the core has them by: whoever has another profile address than before, but is the only one
    with that name and day in what is known and not listed, and in what is listed and not known, is the same member."""
    listed = {connection.ref for connection in found}
    before: defaultdict[str, list[str]] = defaultdict(list)
    for ref, version in known.items():
        if ref not in listed:
            before[version.partition(".")[0]].append(ref)
    new = Counter(connection.who for connection in found if connection.ref not in known)
    return [
        replace(connection, ref=before[connection.who][0])
        if connection.who and connection.ref not in known and new[connection.who] == len(before.get(connection.who, ())) == 1
        else connection
        for connection in found
    ]


def _connection(row: Row) -> Connection | None:
    raw = row.raw.encode("utf-8", "surrogateescape")
    if row.problem:
        profile = _profile_in(row.raw)
        return Connection(profile or f"row:{_digest(raw)}", raw, problem=row.problem, sure=bool(profile))
    cells = row.cells
    profile = profile_identity(cells.get("url", ""))
    given, family = cells["given"], cells["family"]
    if not given and not family:
        if profile is None and not any(cell for column, cell in cells.items() if column != "connected"):
            return None
        return Connection(profile or f"row:{_digest(raw)}", raw, problem="the row has no name in it")
    connected = day(cells["connected"])
    name = fold(f"{given} {family}") or f"{given} {family}".strip()
    on = f"{connected.year}-{connected.month:02}-{connected.day:02}" if connected else ""
    return Connection(
        profile or f"name:{name}:{on}",
        raw,
        _contact(cells, connected),
        who=_digest(f"{name}:{on}".encode()) if on else "",
    )


def _contact(cells: Mapping[str, str], connected: PartialDate | None) -> Contact:
    given = cells["given"]
    # members put degrees and the like behind their last name: "Vale, PhD"
    family, _, suffix = (part.strip() for part in cells["family"].partition(","))
    email = normalise_email(cells.get("email", ""))
    written = cells.get("url", "")
    url = profile_identity(written) or (written if written.startswith(("https://", "http://")) else "")
    return Contact(
        name=f"{given} {family}".strip() or suffix,
        given=given,
        family=family,
        suffix=suffix,
        emails=(Labelled(email),) if email else (),
        organisation=cells.get("company", ""),
        title=cells.get("position", ""),
        dates=(LabelledDate(connected, CONNECTED_ON),) if connected else (),
        urls=(Labelled(url, "linkedin"),) if url else (),
    )


def _profile_in(text: str) -> str | None:
    found = _PROFILE.search(text)
    return profile_identity(found[0]) if found else None


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
