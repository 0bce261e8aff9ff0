"""The connector: LinkedIn's data export, as the user downloads it now and then, as a source of contacts.

An account is one member's connections. Every export is complete, so the newest one stands for all before it, and is always seen
whole; which of its rows are news is told by their versions. What is not there is never taken as deleted: a user may throw an
export away once it is read, and an older one that comes to light does not turn back time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator

from auld.contract import Account, Batch, Collection, Pull
from auld.errors import CollectionGone, ConfigurationWrong

if TYPE_CHECKING:
    from auld_linkedin.connections import Connection
    from auld_linkedin.exports import Export

_CHUNK = 500  # items of one batch, which is one transaction


class Settings(BaseModel):
    """What may be written under an account with ``connector: linkedin``."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    path: str = Field(
        description="Where the exports are: a folder that you put them into (the .zip that LinkedIn gives, or unpacked); "
        "the newest one counts. Or a single .zip or Connections.csv."
    )

    @field_validator("path")
    @classmethod
    def _is_absolute(cls, path: str) -> str:
        if "\0" in path or not (path.startswith("~") or Path(path).is_absolute()):
            raise ValueError("must be an absolute path, or begin with ~")
        return path


class LinkedIn:
    """The connector."""

    name: ClassVar[str] = "linkedin"
    contract: ClassVar[int] = 1
    summary: ClassVar[str] = "contacts, from the data export of LinkedIn: a folder that it is put into from time to time"
    settings: ClassVar[type[Any]] = Settings
    every: ClassVar[str] = "1h"

    def open(self, account: Account) -> LinkedInSource:
        """Raises ConfigurationWrong if ``path`` names the home of somebody who is not there. Does not touch the disk."""
        return LinkedInSource(account)

    def origin(self, settings: Settings) -> str | None:
        return None


class Cursor(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the last pull ended. ``made_for`` is a digest of the path; ``files`` one of what was there; ``age`` is when the
    export was made that was taken in, in seconds since 1970."""

    made_for: str = ""
    normaliser: int = 0
    files: str = ""
    age: float = 0.0


class LinkedInSource:
    """One account's connections. It sends no requests."""

    requests = 0

    def __init__(self, account: Account) -> None:
        try:
            self._path = Path(account.settings.path).expanduser()
        except RuntimeError:
            raise ConfigurationWrong(f"{account.settings.path}: there is no such home folder") from None
        self._made_for = hashlib.blake2b(str(self._path).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        self._id = f"linkedin:{account.name}"

    def discover(self) -> Sequence[Collection]:
        """The connections; also where no export has been put into the folder yet. Raises TryLater if there is no folder."""
        from auld_linkedin.exports import listing

        listing(self._path)
        return [Collection(self._id, "LinkedIn connections", frozenset({"contact"}))]

    def pull(self, request: Pull) -> Iterator[Batch]:
        """What the newest export says that is not known, with a complete listing. Raises TryLater, CollectionGone."""
        if request.collection.id != self._id:
            raise CollectionGone("this account has another name now")
        if request.cancelled():
            return
        from auld_linkedin.connections import NORMALISER
        from auld_linkedin.exports import listing, newest, signature

        old = self._load(request.cursor)
        files = listing(self._path)
        there = signature(files)
        if there == old.files and old.normaliser == NORMALISER and not request.full:
            return
        export, notes = newest(files, request.now)
        if export is None or export.age < old.age:
            cursor = msgspec.structs.replace(old, made_for=self._made_for, normaliser=old.normaliser or NORMALISER, files=there)
            yield Batch(cursor=_dump(cursor), notes=[*notes, *self._nothing_taken(export, old)])
            return
        cursor = Cursor(self._made_for, NORMALISER, there, export.age)
        yield from self._batches(request, export, cursor, notes, everything=old.normaliser not in (0, NORMALISER))

    def close(self) -> None:
        """Nothing to give back."""

    def _batches(self, request: Pull, export: Export, cursor: Cursor, notes: list[str], *, everything: bool) -> Iterator[Batch]:
        from auld_linkedin.connections import connections, known_again

        read, remarks = connections(export.table.rows)
        found = known_again(read, request.known)
        new = [each for each in found if everything or request.known.get(each.ref) != each.version]
        for start in range(0, len(new), _CHUNK):
            if request.cancelled():
                return
            yield Batch(items=[each.item() for each in new[start : start + _CHUNK]], total=len(new))
        sure = export.table.whole and all(each.sure for each in found)
        if not sure:
            why = "has rows that do not tell whose they are" if export.table.whole else "breaks off"
            remarks.append(f"{export.name} {why}: nobody is taken as removed")
        yield Batch(listing=_listing(found) if sure else None, cursor=_dump(cursor), notes=[*notes, *remarks])

    def _nothing_taken(self, export: Export | None, old: Cursor) -> Iterator[str]:
        if export is not None:
            read = datetime.fromtimestamp(old.age, UTC).date()
            yield f"{export.name} is older than the export of {read} that was read before: nothing is taken from it"
        elif not old.age:
            yield f"there is no export in {self._path} yet: neither a .zip of LinkedIn's with a Connections.csv, nor that file"

    def _load(self, cursor: str | None) -> Cursor:
        """The cursor, or an empty one if there is none, it is damaged, or it is that of another folder."""
        if cursor:
            try:
                old = msgspec.json.decode(cursor, type=Cursor)
            except (msgspec.MsgspecError, UnicodeError):
                return Cursor()
            if old.made_for == self._made_for:
                return old
        return Cursor()


def _listing(found: Sequence[Connection]) -> dict[str, str]:
    return {each.ref: each.version for each in found}


def _dump(cursor: Cursor) -> str:
    return msgspec.json.encode(cursor).decode()
