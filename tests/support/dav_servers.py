"""Real CalDAV and CardDAV servers on loopback: Radicale (also with strict preconditions) and Xandikos.

The servers run once a session; every test gets a home of its own (on Radicale a user of its own), so that nothing is shared.
What tests do to a server goes through the standard library, not through the code under test.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import itertools
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import pytest

PASSWORD = "sésame ouvre-toi"
_USERS = 400
_FRESH = itertools.count(1)
# `python -m radicale` without its fsyncs, a setting that it lets nobody but its own tests make: what a test stores need not
# outlive a power cut, and on many disks they are most of the time that a test takes.
_RADICALE = """
from radicale import __main__, config
config.DEFAULT_CONFIG_SCHEMA["storage"]["_filesystem_fsync"]["value"] = "False"
__main__.run()
"""
_MKCALENDAR = """<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>{name}</D:displayname>
<C:supported-calendar-component-set>{components}</C:supported-calendar-component-set>
</D:prop></D:set></C:mkcalendar>"""
_MKCOL = """<?xml version="1.0"?><D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:set><D:prop>
<D:resourcetype><D:collection/><C:addressbook/></D:resourcetype><D:displayname>{name}</D:displayname>
</D:prop></D:set></D:mkcol>"""


@dataclass(frozen=True)
class Response:
    """What a server answered to a test."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class DavHome:
    """One user's place on a server. ``calendars`` and ``address_books`` are the paths of the homes, with their last slash."""

    kind: str
    base: str
    username: str | None
    password: str
    calendars: str
    address_books: str
    made: list[str] = field(default_factory=list)

    def request(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> Response:
        """One request as this user; ``headers`` with ``_`` for ``-``."""
        parts = urlsplit(self.base)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.username is not None:
            login = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
            sent["Authorization"] = f"Basic {login}"
        with contextlib.closing(connection):
            connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            answer = connection.getresponse()
            return Response(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def calendar(self, name: str, *components: str) -> str:
        """Make a calendar for these components (events and tasks, if none are named); its URL."""
        comps = "".join(f'<C:comp name="{c}"/>' for c in components or ("VEVENT", "VTODO"))
        return self._make("MKCALENDAR", self.calendars, _MKCALENDAR.format(name=escape(name), components=comps))

    def address_book(self, name: str) -> str:
        """Make an address book; its URL."""
        return self._make("MKCOL", self.address_books, _MKCOL.format(name=escape(name)))

    def _make(self, method: str, home: str, body: str) -> str:
        path = f"{home}c{next(_FRESH)}/"
        answer = self.request(method, path, body, Content_Type="application/xml; charset=utf-8")
        assert answer.status in (200, 201, 207), (method, path, answer)
        self.made.append(path)
        return self.base.rstrip("/") + path

    def put(self, url: str, body: bytes | str, content_type: str | None = None) -> str:
        """Store an item, over what may be there; its ETag."""
        path = urlsplit(url).path
        kind = content_type or ("text/vcard; charset=utf-8" if url.endswith(".vcf") else "text/calendar; charset=utf-8")
        answer = self.request("PUT", path, body, Content_Type=kind)
        if answer.status == 412:  # strict preconditions: what is there must be named
            etag = self.request("GET", path).headers["etag"]
            answer = self.request("PUT", path, body, Content_Type=kind, If_Match=etag)
        assert answer.status in (200, 201, 204), (url, answer)
        return answer.headers.get("etag", "")

    def get(self, url: str) -> bytes | None:
        """The body of an item; None if there is none."""
        answer = self.request("GET", urlsplit(url).path)
        return None if answer.status in (404, 410) else answer.body

    def delete(self, url: str) -> None:
        """Delete an item or a collection."""
        answer = self.request("DELETE", urlsplit(url).path)
        assert answer.status in (200, 204), (url, answer)


@dataclass
class _Process:
    base: str
    kind: str
    popen: subprocess.Popen[bytes]
    users: Iterator[int] = field(default_factory=itertools.count)


def free_port() -> int:
    """A TCP port on loopback that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _running(kind: str, command: list[str], port: int, folder: Path) -> Iterator[_Process]:
    with (folder / "log").open("wb") as log:
        popen = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            _await(popen, port, folder / "log")
            yield _Process(f"http://127.0.0.1:{port}/", kind, popen)
        finally:
            popen.send_signal(signal.SIGTERM)
            try:
                popen.wait(10)
            except subprocess.TimeoutExpired:
                popen.kill()
                popen.wait()


def _await(popen: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + 30
    while popen.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)  # a process of its own tells of its being ready only by answering
        else:
            return
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')}")


@contextlib.contextmanager
def run_radicale(folder: Path, *, strict: bool = False, log_level: str = "warning") -> Iterator[_Process]:
    """Radicale with users ``user0``, ``user1`` … who share :data:`PASSWORD`; each owns what is below its name."""
    port = free_port()
    (folder / "users").write_text("".join(f"user{n}:{PASSWORD}\n" for n in range(_USERS)))
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\nmax_connections = 20\ntimeout = 120\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder / 'users'}\nhtpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder / 'collections'}\nstrict_preconditions = {strict}\n"
        f"[rights]\ntype = owner_only\n[web]\ntype = none\n[logging]\nlevel = {log_level}\n"
    )
    command = [sys.executable, "-c", _RADICALE, "--config", str(folder / "config")]
    with _running("radicale", command, port, folder) as process:
        yield process


@contextlib.contextmanager
def run_xandikos(folder: Path) -> Iterator[_Process]:
    """Xandikos, which knows no passwords and has the one principal ``/alice/``."""
    port = free_port()
    command = [sys.executable, "-m", "xandikos", "serve", "-l", "127.0.0.1", "-p", str(port), "-d", str(folder / "dav")]
    command += ["--defaults", "--current-user-principal=/alice/"]
    with _running("xandikos", command, port, folder) as process:
        yield process


@pytest.fixture(scope="session")
def radicale_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Process]:
    with run_radicale(tmp_path_factory.mktemp("radicale")) as process:
        yield process


@pytest.fixture(scope="session")
def strict_radicale_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Process]:
    with run_radicale(tmp_path_factory.mktemp("strict-radicale"), strict=True) as process:
        yield process


@pytest.fixture(scope="session")
def xandikos_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Process]:
    with run_xandikos(tmp_path_factory.mktemp("xandikos")) as process:
        yield process


def _radicale_home(process: _Process) -> DavHome:
    user = f"user{next(process.users)}"
    return DavHome("radicale", process.base, user, PASSWORD, f"/{user}/", f"/{user}/")


@pytest.fixture
def radicale(radicale_process: _Process) -> DavHome:
    """A user of its own on Radicale, without any collection."""
    return _radicale_home(radicale_process)


@pytest.fixture
def strict_radicale(strict_radicale_process: _Process) -> DavHome:
    """The same with ``strict_preconditions``."""
    return _radicale_home(strict_radicale_process)


@pytest.fixture
def xandikos(xandikos_process: _Process) -> Iterator[DavHome]:
    """The one home on Xandikos, with a calendar and an address book by default; what the test makes is taken away again."""
    home = DavHome("xandikos", xandikos_process.base, None, "", "/alice/calendars/", "/alice/contacts/")
    yield home
    for path in home.made:
        home.request("DELETE", path)


@pytest.fixture(params=["radicale", "strict_radicale", "xandikos"])
def dav_home(request: pytest.FixtureRequest) -> DavHome:
    """A home on each of the servers in turn."""
    home: DavHome = request.getfixturevalue(request.param)
    return home
