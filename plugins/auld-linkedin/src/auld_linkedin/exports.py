"""Exports on this machine: which there are, which is the newest, and what its Connections.csv says.

A folder is what a browser leaves behind: zips that are still being downloaded, older ones, unpacked ones, and what has nothing
to do with us. A zip is somebody else's: no more of it is read than an export of LinkedIn's can hold.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from auld.errors import TryLater
from auld_linkedin.table import Table, read

LARGEST = 32 * 1024 * 1024
"""Bytes of a Connections.csv; LinkedIn allows 30,000 connections."""

_MOST_AT_ONCE = 1024 * 1024
"""Bytes that are read of a zip at once: its directory, for one, which for an export of LinkedIn's is some kilobytes."""
_CHUNK = 64 * 1024
_MOST_NOTES = 5
_BROKEN = (OSError, EOFError, ValueError, OverflowError, RuntimeError, struct.error, zipfile.BadZipFile, zlib.error)
"""What :mod:`zipfile` raises over what is no zip, or one of a kind that it cannot read."""


class File(NamedTuple):
    """A file that may be an export: its name, where it is, what changes when it is written, and when it was ("" and 0.0 if it
    cannot be looked at)."""

    name: str
    path: Path
    mark: str
    written: float


class Export(NamedTuple):
    """The connections of an export. ``age`` is when it was made, in seconds since 1970."""

    name: str
    age: float
    table: Table


class _Unreadable(Exception):
    """Nothing can be had from this file now; the words say why."""


def listing(path: Path) -> list[File]:
    """The file itself; or what may be an export in a folder and in the folders in it, following links, by name.

    Raises TryLater if there is no such thing now: a folder that is not mounted is not an empty one.
    """
    try:
        if not path.is_dir():
            return [_looked_at(path.name, path, path.stat())]
        return sorted(_within(path), key=lambda file: file.name)
    except FileNotFoundError:
        raise TryLater(f"{path}: there is no such file or folder; nothing is taken as deleted") from None
    except OSError as error:
        raise TryLater(f"{path} cannot be read: {error.strerror}") from None


def signature(files: Sequence[File]) -> str:
    """A digest of a listing, the same as long as nothing was written."""
    spelled = "\0".join(part for file in files for part in (file.name, file.mark))
    return hashlib.blake2b(spelled.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def newest(files: Sequence[File], now: datetime) -> tuple[Export | None, list[str]]:
    """The newest export that can be read, and remarks on newer ones that cannot. Nothing is newer than ``now``."""
    notes: list[str] = []
    dated: list[tuple[float, str, File]] = []
    for file in files:
        try:
            made = _made(file)
        except _Unreadable as why:
            if "linkedin" in file.name.casefold():  # others' broken zips are none of our business
                notes.append(f"{file.name}: {why}")
            continue
        if made is not None:
            dated.append((min(made, now.timestamp()), file.name, file))
    for age, name, file in sorted(dated, reverse=True):
        try:
            table = read(_content(file))
        except _Unreadable as why:
            notes.append(f"{name}: {why}")
            continue
        if table is not None:
            return Export(name, age, table), _few(notes)
        notes.append(f"{name}: its Connections.csv is no list of connections")
    return None, _few(notes)


def _few(notes: list[str]) -> list[str]:
    return notes if len(notes) <= _MOST_NOTES else [*notes[:_MOST_NOTES], f"{len(notes) - _MOST_NOTES} more cannot be read"]


# --- folders ------------------------------------------------------------------------------------------------------------
def _within(folder: Path) -> Iterator[File]:
    for entry in os.scandir(folder):
        if entry.name.startswith("."):
            continue
        if _is_candidate(entry.name):
            yield from _regular(entry.name, entry)
        elif entry.is_dir():
            yield from _unpacked(entry)


def _unpacked(folder: os.DirEntry[str]) -> Iterator[File]:
    try:
        inside = [entry for entry in os.scandir(folder) if _is_list(entry.name) and not entry.name.startswith(".")]
    except OSError:
        return  # somebody else's folder
    for entry in inside:
        yield from _regular(f"{folder.name}/{entry.name}", entry)


def _regular(name: str, entry: os.DirEntry[str]) -> Iterator[File]:
    try:
        found = entry.stat()
    except OSError:
        yield File(name, Path(entry.path), "", 0.0)
    else:
        if stat.S_ISREG(found.st_mode):
            yield _looked_at(name, Path(entry.path), found)


def _is_candidate(name: str) -> bool:
    return _is_zip(name) or _is_list(name)


def _is_zip(name: str) -> bool:
    return name.casefold().endswith(".zip")


def _is_list(name: str) -> bool:
    """``Connections.csv``, or what a browser or the user made of it: ``Connections (1).csv``."""
    return "connections" in name.casefold() and name.casefold().endswith(".csv")


def _looked_at(name: str, path: Path, found: os.stat_result) -> File:
    return File(name, path, _mark(found), found.st_mtime)


def _mark(found: os.stat_result) -> str:
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino}"


# --- one file -----------------------------------------------------------------------------------------------------------
class _Sparing(io.FileIO):
    """A file of which no great piece is read at once. zipfile reads the directory of a zip in one piece, however long it says
    that it is."""

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, os.fstat(self.fileno()).st_size - self.tell())
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > _MOST_AT_ONCE:
            raise _Unreadable("it has more in it than an export of LinkedIn's")
        return super().read(wanted) or b""


def _made(file: File) -> float | None:
    """When an export was made; None if it holds no connections."""
    if not _is_zip(file.name):
        if not file.mark:
            raise _Unreadable("it cannot be looked at")
        return file.written
    try:
        with _Sparing(file.path) as opened, zipfile.ZipFile(opened) as archive:
            member = _member(archive)
            return None if member is None else _packed(member, file.written)
    except _BROKEN as error:
        raise _Unreadable(f"it cannot be read (is it still being downloaded?): {_told(error)}") from None


def _packed(member: zipfile.ZipInfo, otherwise: float) -> float:
    """By the zip's own clock, which survives copying and unpacking; LinkedIn's is UTC, as far as it matters."""
    try:
        made = datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return otherwise
    return otherwise if made.year <= 1980 else made.timestamp()  # 1980 is how a zip says that it does not know


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    """Connections.csv, the one that lies least deep."""
    found = [
        each
        for each in archive.infolist()
        if each.filename.replace("\\", "/").casefold().rpartition("/")[2] == "connections.csv"
        and not each.filename.startswith("__MACOSX/")
    ]
    return min(found, key=lambda each: (each.filename.count("/"), each.filename), default=None)


def _content(file: File) -> bytes:
    try:
        with _Sparing(file.path) as opened:
            body = _unzipped(opened) if _is_zip(file.name) else _read(opened)
            after = _mark(os.fstat(opened.fileno()))
    except _BROKEN as error:
        raise _Unreadable(f"it cannot be read: {_told(error)}") from None
    if after != file.mark:
        raise _Unreadable("it is just being written")
    return body


def _unzipped(opened: _Sparing) -> bytes:
    with zipfile.ZipFile(opened) as archive:
        member = _member(archive)
        if member is None:
            raise _Unreadable("it is just being written")
        if member.flag_bits & 1:
            raise _Unreadable("it is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # only these are unpacked piece by piece
            raise _Unreadable("it is packed in a way that LinkedIn does not use")
        with archive.open(member) as unpacked:
            return _read(unpacked)


def _read(opened: io.RawIOBase | IO[bytes]) -> bytes:
    body = bytearray()
    while piece := opened.read(_CHUNK):
        body += piece
        if len(body) > LARGEST:
            raise _Unreadable(f"its Connections.csv is larger than {LARGEST // 1024**2} MiB")
    return bytes(body)


def _told(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
