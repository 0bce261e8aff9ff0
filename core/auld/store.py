"""The store: one database (SQLite by default, PostgreSQL by URL), its schema, its transactions and its locks."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from auld.errors import AuldError, ConfigurationWrong, StoreBusy
from auld.faults import translate
from auld.migrations import MIGRATIONS, Migration, migrate, version

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA secure_delete = ON",
)
_WRITING = "auld_writing"


class Store:
    """An open store. It may be shared between threads; use :meth:`open`, and :meth:`close` when done.

    Its methods raise StoreBusy (another process writes and went on longer than ``patience``), TryLater (no space left, the
    server is away) and ConfigurationWrong (no such place, no right, not a database).
    """

    def __init__(self, engine: Engine, patience: float) -> None:
        self.engine = engine
        self.postgresql = engine.dialect.name == "postgresql"
        self.place = engine.url.render_as_string(hide_password=True)
        event.listen(engine, "handle_error", self._translate, retval=True)
        event.listen(engine, "connect", self._prepare_postgresql if self.postgresql else self._prepare_sqlite)
        event.listen(engine, "begin", self._begin)
        self._patience = patience
        self._closed = False

    @classmethod
    def open(cls, url: str, *, patience: float = 30.0, migrations: Sequence[Migration] = MIGRATIONS) -> Store:
        """Open the store at a URL (``sqlite:////path``, ``postgresql://…``), making and migrating it as needed.

        A SQLite file is made with mode 0600, in a folder with 0700. ``patience`` is how many seconds to wait for other writers.
        """
        parsed = _parse(url)
        options: dict[str, Any] = {"hide_parameters": True}  # they are personal data, and errors end up in logs
        if parsed.get_backend_name() == "sqlite":
            _make_private_file(Path(parsed.database or ""))
            options["connect_args"] = {"timeout": patience, "check_same_thread": False}
        else:
            options["pool_pre_ping"] = True
        try:
            store = cls(create_engine(parsed, **options), patience)
        except ModuleNotFoundError as error:
            raise ConfigurationWrong(f"for this store install auld[postgresql] ({error})") from error
        try:
            store._migrate(migrations)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close all connections. Who comes later, a thread that was left behind, is refused (AuldError)."""
        if not self._closed:
            self._closed = True
            event.listen(self.engine, "do_connect", _refuse)
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction: commits at the end, rolls back on an exception. On SQLite there is one at a time."""
        with self.engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; it never waits for writers."""
        with self.engine.connect() as connection:
            yield connection

    def sql(self, statement: str) -> str:
        """A statement written with ``?`` in the placeholders of this database's driver."""
        return _percent(statement) if self.postgresql else statement

    def rows(self, connection: Connection, statement: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows, as the driver's plain tuples (SQLAlchemy's rows cost as much again)."""
        cursor = connection.exec_driver_sql(self.sql(statement), parameters).cursor
        assert cursor is not None
        return cast("list[tuple[Any, ...]]", cursor.fetchall())

    def insert(self, connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Add many rows by the quickest way that the driver has."""
        if self.postgresql and len(rows) > 1:
            driver = connection.connection.driver_connection
            assert driver is not None
            try:
                with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            except Exception as error:
                raise translate(error, self.place) or error from error
            return
        places = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        connection.exec_driver_sql(self.sql(statement), list(rows))

    def scrub(self) -> None:
        """Take what was deleted out of SQLite's write-ahead log too (secure_delete overwrites it in the file itself).

        Raises StoreBusy if a reader still needs the old state. On PostgreSQL this is the server's affair (VACUUM, its WAL).
        """
        if self.postgresql:
            return
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, _, _) = cursor.fetchone() or (1, 0, 0)
        finally:
            connection.close()
        if busy:
            raise StoreBusy(f"what was deleted is still in the write-ahead log, for somebody reads it: {self.place}")

    def cycle_lock(self, owner: str = "me") -> AbstractContextManager[None]:
        """Hold the right to run a cycle for ``owner``: one process at a time, freed by the system if the process dies.

        Entering raises StoreBusy at once if somebody else holds it.
        """
        return self._advisory_lock(owner) if self.postgresql else self._file_lock(owner)

    @contextmanager
    def _file_lock(self, owner: str) -> Iterator[None]:
        path = f"{self.engine.url.database}.{quote(owner, safe='')}.lock"
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfigurationWrong(f"the lock beside the store cannot be opened: {path} ({error.strerror})") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise StoreBusy(f"another auld is at work on this store: {self.place}") from error
        finally:
            os.close(handle)

    @contextmanager
    def _advisory_lock(self, owner: str) -> Iterator[None]:
        key = int.from_bytes(sha256(f"auld cycle {owner}".encode()).digest()[:8], signed=True)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (key,)).scalar_one():
                raise StoreBusy(f"another auld is at work on this store: {self.place}")
            try:
                yield
            finally:
                # The lock ends with the session, but only once the server has seen its end: so it is given back before.
                with suppress(AuldError, DBAPIError):
                    connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (key,))
                connection.invalidate()

    def _migrate(self, migrations: Sequence[Migration]) -> None:
        with self.read() as connection:
            if version(connection) == len(migrations):
                return
        with self.write() as connection:
            if self.postgresql:  # SQLite's write transactions exclude each other as they are
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('auld migration'))")
            migrate(connection, migrations)

    def _prepare_sqlite(self, connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own; _begin does
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()

    def _prepare_postgresql(self, connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = {int(self._patience * 1000)}")
        connection.execute("SET synchronous_commit = on")
        connection.commit()

    def _begin(self, connection: Connection) -> None:
        if not self.postgresql:
            # A deferred BEGIN that later writes is refused at once, without waiting, if somebody else wrote in between.
            writing = connection.get_execution_options().get(_WRITING)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    def _translate(self, context: ExceptionContext) -> AuldError | None:
        if context.is_pre_ping:
            return None  # a kept connection turned out to be dead: the pool makes a new one, if it can see that
        return translate(context.original_exception, self.place)


def _refuse(*_: object) -> None:
    raise AuldError("the store is closed")


@lru_cache(maxsize=256)
def _percent(statement: str) -> str:
    return statement.replace("?", "%s")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigurationWrong(
            f"the URL of the store cannot be read ({error}): give sqlite:////path or postgresql://"
        ) from error
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise ConfigurationWrong(f"no store of kind {backend}: write sqlite:////path or postgresql://…")
    if not parsed.database or parsed.database == ":memory:":
        raise ConfigurationWrong("the store needs a file: write sqlite:////path")
    return parsed


def _make_private_file(path: Path) -> None:
    """The database holds other people's data: nobody else may read it. SQLite gives -wal and -shm the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise ConfigurationWrong(f"the store cannot be opened: {path} ({error.strerror})") from error
