"""What processes cost, and the middle of several tries: one measurement on a machine that others use says little."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Cost:
    """What a process cost: wall and CPU seconds, peak resident bytes, and what it printed."""

    wall: float
    cpu: float
    peak: int
    output: str = ""


def spent(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end. Raises RuntimeError if it fails."""
    start = time.monotonic()
    popen = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, text=True)
    assert popen.stdout is not None
    with popen.stdout:
        output = popen.stdout.read()
    _, status, usage = os.wait4(popen.pid, 0)
    popen.returncode = os.waitstatus_to_exitcode(status)
    if popen.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:4])} … ended with {popen.returncode}")
    return Cost(time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output)


def middle(measure: Callable[[], Cost], rounds: int = 3) -> Cost:
    """The median of each figure, and the last output."""
    costs = [measure() for _ in range(rounds)]
    wall, cpu = statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs)
    return Cost(wall, cpu, int(statistics.median(c.peak for c in costs)), costs[-1].output)


def cpu_of(pid: int) -> float:
    """CPU seconds that a running process has used."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of this package."""
    return [sys.executable, "-m", f"benchmarks.{name}", *arguments]


def memory(field: str) -> float:
    """A line of this process's status, MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no {field} in /proc/self/status")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of its own, gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="auld-bench-", dir=os.environ.get("TMPDIR")))
    try:
        yield made
    finally:
        shutil.rmtree(made)
