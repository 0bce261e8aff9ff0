"""The real program as processes: one configuration, a zygote that has imported everything and forks a child a run.

A fresh interpreter would spend most of its life importing; from the zygote a run costs what a cycle costs, so that it can be
killed at two hundred different instants within a minute or two.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import IO, Self

_ZYGOTE = """
import os, sys
import auldd.cli, auldd.wiring, auld_connectors.caldav, auld_connectors.carddav, auld_connectors.rss
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        sys.argv = ["auld", *line.split()]
        auldd.cli.main()
    print(pid, flush=True)
    _, status = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


@dataclass
class Program:
    """``auld`` with a configuration file and a state folder. ``environment`` is added to the test's own."""

    config: Path
    state: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def options(self) -> list[str]:
        return ["--config", str(self.config), "--state-dir", str(self.state)]

    @property
    def command(self) -> list[str]:
        """The argument vector, up to the name of a subcommand."""
        return [sys.executable, "-c", "import auldd.cli; auldd.cli.main()", *self.options]

    @property
    def full_environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}

    def run(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, in an interpreter of its own."""
        command = [*self.command, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=self.full_environment, check=False)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command and leave it running; the caller ends it."""
        command = [*self.command, *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env={**self.full_environment, **environment})

    def daemon(self) -> Daemon:
        """``auld run``, with a service manager that listens."""
        return Daemon(self)

    def zygote(self) -> Zygote:
        return Zygote(self)


PATIENCE = 30.0
"""Seconds after which a test gives up; never waited for when all is well."""


class Daemon:
    """``auld run`` as systemd would start it: with a notification socket and a watchdog of a second. Its pings, three a second,
    are what :meth:`until` looks at its condition by. A context manager; what is still up at its end is killed."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.heard: list[str] = []
        """Every line that the service manager was told."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="auld-notify-")
        address = str(Path(self._folder.name) / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.settimeout(PATIENCE)
        environment = {**self._program.full_environment, "NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1000000"}
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [*self._program.command, "run"], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._socket.close()
        self._folder.cleanup()

    @property
    def said(self) -> str:
        """All that it printed."""
        return self._output.read_text()

    @property
    def _output(self) -> Path:
        return Path(self._folder.name) / "output"

    def until(self, condition: Callable[[], object]) -> Self:
        """Wait until this holds; looked at whenever the daemon gives a sign of life."""
        end = monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, f"it ended: {self.said}"
            assert monotonic() < end, f"in vain: {self.said} {self.heard}"
            self.heard += self._socket.recv(65536).decode().splitlines()
        return self

    def until_heard(self, line: str) -> Self:
        """Wait for a line to the service manager that begins like this, and forget all up to it."""
        self.until(lambda: any(each.startswith(line) for each in self.heard))
        first = next(number for number, each in enumerate(self.heard) if each.startswith(line))
        del self.heard[: first + 1]
        return self

    def send(self, number: int) -> None:
        """A signal."""
        self.process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """End it by a signal; its exit status, and how many seconds it took."""
        began = monotonic()
        self.process.send_signal(number)
        code, took = self.process.wait(PATIENCE), monotonic() - began
        self._socket.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                self.heard += self._socket.recv(65536).decode().splitlines()
        return code, took


class Zygote:
    """Forks runs of the program, one at a time. A context manager."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process = subprocess.Popen(
            [sys.executable, "-c", _ZYGOTE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
            env=program.full_environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def run(self, *arguments: str, kill_after: float | None = None) -> int:
        """Run a command, killed with SIGKILL after that many seconds if it has not ended. Its exit status, or -9."""
        out = self._stream(self._process.stdout)
        into = self._stream(self._process.stdin)
        into.write(" ".join([*self._program.options, *arguments]) + "\n")
        pid = int(out.readline())
        ended = select.select([out], [], [], 120 if kill_after is None else kill_after)[0]
        if not ended:
            os.kill(pid, signal.SIGKILL)
        return int(out.readline())

    @staticmethod
    def _stream(stream: IO[str] | None) -> IO[str]:
        assert stream is not None
        return stream
