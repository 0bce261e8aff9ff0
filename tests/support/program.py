"""The real program as processes: one configuration, a zygote that has imported everything and forks a child a run.

A fresh interpreter would spend most of its life importing; from the zygote a run costs what a cycle costs, so that it can be
killed at two hundred different instants within a minute or two.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
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
    def _options(self) -> list[str]:
        return ["--config", str(self.config), "--state-dir", str(self.state)]

    def run(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, in an interpreter of its own."""
        command = [sys.executable, "-c", "import auldd.cli; auldd.cli.main()", *self._options, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=self._env(), check=False)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command and leave it running; the caller ends it."""
        command = [sys.executable, "-c", "import auldd.cli; auldd.cli.main()", *self._options, *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env={**self._env(), **environment})

    def zygote(self) -> Zygote:
        return Zygote(self)

    def _env(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


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
            env=program._env(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def run(self, *arguments: str, kill_after: float | None = None) -> int:
        """Run a command; kill it with SIGKILL once that many seconds have passed, if it has not ended. Its exit status, or -9."""
        out = self._stream(self._process.stdout)
        into = self._stream(self._process.stdin)
        into.write(" ".join([*self._program._options, *arguments]) + "\n")
        pid = int(out.readline())
        ended = select.select([out], [], [], 120 if kill_after is None else kill_after)[0]
        if not ended:
            os.kill(pid, signal.SIGKILL)
        return int(out.readline())

    @staticmethod
    def _stream(stream: IO[str] | None) -> IO[str]:
        assert stream is not None
        return stream
