"""Calendar files on this machine: a single one, or all of a folder.

A folder is what a program leaves behind that is not waiting for us: files appear, vanish, and are half written. What cannot be
read at the moment is said, and is never taken as deleted.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from auld.errors import TryLater
from auld_connectors._ics_split import digest

LARGEST = 32 * 1024 * 1024
"""Bytes of one file."""


class File(NamedTuple):
    """A file that is there: name, where it is, and what changes when it is written ("" if it cannot be looked at)."""

    name: str
    path: Path
    mark: str


def listing(path: Path) -> list[File]:
    """The file itself, or the ``.ics`` files of a folder by name, following links; hidden ones are somebody's temporary files.

    Raises TryLater if there is no such thing now: a folder that is not mounted is not an empty one.
    """
    try:
        if not path.is_dir():
            mode = path.stat().st_mode
            if not stat.S_ISREG(mode):
                raise TryLater(f"{path} is neither a file nor a folder")
            return [_looked_at("", path)]
        names = sorted(found.name for found in path.iterdir() if _is_calendar(found.name))
        return [file for name in names if not (file := _looked_at(name, path / name)).path.is_dir()]
    except FileNotFoundError:
        raise TryLater(f"{path}: there is no such file or folder; nothing is taken as deleted") from None
    except OSError as error:
        raise TryLater(f"{path} cannot be read: {error.strerror}") from None


def _is_calendar(name: str) -> bool:
    return name.lower().endswith(".ics") and not name.startswith(".")


def signature(files: list[File]) -> str:
    """A digest of a listing, the same as long as nothing was written."""
    return digest(*_spelled(files))


def content(file: File) -> bytes:
    """What stands in it. Raises TryLater if it cannot be read, is too large, or is just being written."""
    try:
        if not stat.S_ISREG(file.path.stat().st_mode):
            raise TryLater("it is no file")
        with file.path.open("rb") as opened:
            body = opened.read(LARGEST + 1)
        after = _mark(file.path.stat())
    except OSError as error:
        raise TryLater(f"it cannot be read: {error.strerror}") from None
    if len(body) > LARGEST:
        raise TryLater(f"it is larger than {LARGEST // 1024**2} MiB")
    if after != file.mark:
        raise TryLater("it is just being written")
    return body


def _spelled(files: list[File]) -> Iterator[str]:
    for file in files:
        yield from (file.name, file.mark)


def _looked_at(name: str, path: Path) -> File:
    try:
        return File(name, path, _mark(path.stat()))
    except OSError:
        return File(name, path, "")


def _mark(found: os.stat_result) -> str:
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino}"
