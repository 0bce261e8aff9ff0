"""The demo's own CalDAV and CardDAV server: Radicale, started as a program of its own on loopback, filled by plain HTTP.

What is read back from it is read by plain HTTP too, and parsed by the icalendar library: not by the code that wrote it.
"""

from __future__ import annotations

import importlib.util
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from xml.sax.saxutils import escape

import requests

USER = "alice"
PATIENCE = 15.0
"""Seconds that Radicale has to answer its first request, and later to end."""

_CONFIG = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/collections
[rights]
type = owner_only
[web]
type = internal
[logging]
level = warning
"""

_MAKE = """\
<?xml version="1.0" encoding="utf-8"?>
<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:R="urn:ietf:params:xml:ns:carddav">
<set><prop><resourcetype><collection/>{kind}</resourcetype><displayname>{name}</displayname>{more}</prop></set></mkcol>
"""


class DemoFailed(Exception):
    """The demo cannot go on; the words are for the user."""


@dataclass(frozen=True)
class Entry:
    """What stands in the calendar: ``form`` "task" or "event", its local ``day`` if it has one, and its texts."""

    form: str
    day: date | None
    title: str
    description: str


def available() -> bool:
    """Whether Radicale is installed (the extra ``auld[demo]`` brings it)."""
    return importlib.util.find_spec("radicale") is not None


class Server:
    """Radicale with one user, from entering until leaving. Its data, its log and the login's file are in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy from the environment has no business on loopback
        self.password = secrets.token_urlsafe(12)
        self.password_file = folder / "password"
        self.url = ""

    def __enter__(self) -> Self:
        for path, content in ((self.password_file, self.password), (self._folder / "users", f"{USER}:{self.password}\n")):
            path.touch(mode=0o600)
            path.write_text(content, encoding="utf-8")
        self._http.auth = (USER, self.password)
        try:
            # between looking for a free port and using it, somebody else may take it
            if not any(self._start(_free_port()) for _ in range(3)):
                raise DemoFailed(f"Radicale does not start:\n{self._log()}")
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def _start(self, port: int) -> bool:
        config = self._folder / "radicale.conf"
        config.write_text(_CONFIG.format(port=port, folder=self._folder), encoding="utf-8")
        self.url = f"http://127.0.0.1:{port}/"
        with (self._folder / "radicale.log").open("ab") as log:
            # in a session of its own, so that Ctrl-C reaches us alone and we end it when we are done with it
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter, our own file
                [sys.executable, "-m", "radicale", "--config", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                # as our user: whoever else may have got that port does not know the password
                if self._http.request("PROPFIND", self.url + f"{USER}/", headers={"Depth": "0"}, timeout=5).ok:
                    return True
            except requests.RequestException:
                time.sleep(0.05)
        self._stop()
        return False

    def _stop(self) -> None:
        self._http.close()
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _log(self) -> str:
        path = self._folder / "radicale.log"
        return path.read_text(encoding="utf-8", errors="replace")[-2000:] if path.exists() else ""

    def wait(self) -> None:
        """Until the server ends by itself, or an interrupt."""
        assert self._process is not None  # only ever called inside
        self._process.wait()

    def make_calendar(self, path: str, name: str, *components: str) -> None:
        """A calendar that takes these components (RFC 5689 with RFC 4791 section 5.2.3)."""
        taken = "".join(f'<C:comp name="{component}"/>' for component in components)
        more = f"<C:supported-calendar-component-set>{taken}</C:supported-calendar-component-set>"
        self._ask("MKCOL", path, _MAKE.format(kind="<C:calendar/>", name=escape(name), more=more).encode())

    def make_address_book(self, path: str, name: str) -> None:
        self._ask("MKCOL", path, _MAKE.format(kind="<R:addressbook/>", name=escape(name), more="").encode())

    def fill(self, path: str, files: Mapping[str, bytes], media_type: str) -> None:
        """Put every file into the collection."""
        for name, body in files.items():
            self._ask("PUT", f"{path}{name}", body, {"Content-Type": f"{media_type}; charset=utf-8", "If-None-Match": "*"})

    def read(self, path: str) -> bytes:
        """A whole calendar as one text."""
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
        try:
            answer = self._http.request(method, f"{self.url}{USER}/{path}", data=body, headers=headers, timeout=30)
        except requests.RequestException as error:
            raise DemoFailed(f"Radicale does not answer {method} {path}: {error}\n{self._log()}") from None
        if not answer.ok:
            raise DemoFailed(f"Radicale answers {answer.status_code} to {method} {path}: {answer.text[:200]}")
        return answer.content


def entries(calendar: bytes) -> list[Entry]:
    """The tasks and events in an iCalendar text, in order of their days."""
    from icalendar import Calendar

    found = []
    for component in Calendar.from_ical(calendar).walk():
        if component.name in ("VTODO", "VEVENT"):
            task = component.name == "VTODO"
            stands = component.get("DUE" if task else "DTSTART", component.get("DTSTART"))
            title, description = str(component.get("SUMMARY", "")), str(component.get("DESCRIPTION", ""))
            found.append(Entry("task" if task else "event", _day(stands), title, description))
    return sorted(found, key=lambda entry: (entry.day or date.max, entry.title))


def _day(prop: Any) -> date | None:
    value = getattr(prop, "dt", None)
    return value.date() if isinstance(value, datetime) else value


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
