"""What a database error calls for: SQLite's and PostgreSQL's codes to the errors of :mod:`auld.errors`.

Broken promises of the schema (a trigger that refuses, a key that is taken) are left as they are: they are not the
world's fault but ours.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from auld.errors import AuldError, ConfigurationWrong, StoreBusy, TryLater

_SQLITE: tuple[tuple[str, type[AuldError], str], ...] = (
    ("SQLITE_BUSY", StoreBusy, "another process is writing to the store"),
    ("SQLITE_LOCKED", StoreBusy, "another process is writing to the store"),
    ("SQLITE_FULL", TryLater, "no space left for the store"),
    ("SQLITE_READONLY", ConfigurationWrong, "the store cannot be written to"),
    ("SQLITE_CANTOPEN", ConfigurationWrong, "the store cannot be opened"),
    ("SQLITE_PERM", ConfigurationWrong, "the store cannot be opened"),
    ("SQLITE_NOTADB", ConfigurationWrong, "the store's file is not a database"),
    ("SQLITE_CORRUPT", ConfigurationWrong, "the store's file is damaged"),
    ("SQLITE_IOERR", TryLater, "the store's disk does not answer as it should"),
)

# PostgreSQL's appendix A, by the beginning of SQLSTATE.
_POSTGRESQL: tuple[tuple[str, type[AuldError], str], ...] = (
    ("55P03", StoreBusy, "another process is writing to the store"),
    ("40", TryLater, "the database asks to try again"),
    ("53100", TryLater, "no space left for the store"),
    ("53", TryLater, "the database is at its limits"),
    ("57", TryLater, "the database is going down or coming up"),
    ("58", TryLater, "the database's disk does not answer as it should"),
    ("08", TryLater, "the database is not reached"),
    ("25006", ConfigurationWrong, "the database takes no writes"),
    ("28", ConfigurationWrong, "the database refuses user name or password"),
    ("3D000", ConfigurationWrong, "the database does not exist"),
    ("3F000", ConfigurationWrong, "the database schema does not exist"),
    ("42501", ConfigurationWrong, "the database user lacks a right"),
)


def translate(error: BaseException, place: str) -> AuldError | None:
    """The error to raise instead of a driver's, or None to let that through. ``place`` names the store, without password."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorname", "")
        table = _SQLITE
    else:
        code = getattr(error, "sqlstate", None) or _guess(error)
        table = _POSTGRESQL
    for prefix, kind, words in table:
        if code.startswith(prefix):
            return kind(f"{words}: {place} ({_first_line(error)})")
    return None


def _guess(error: Any) -> str:
    """psycopg gives no SQLSTATE for what happens while connecting; tell a refusal from a server that is away."""
    if type(error).__name__ != "OperationalError":
        return ""
    text = str(error)
    if "authentication failed" in text or "no password supplied" in text or "no pg_hba.conf entry" in text:
        return "28000"
    if "does not exist" in text:
        return "3D000"
    return "08006"


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
