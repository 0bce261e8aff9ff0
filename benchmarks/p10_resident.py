"""P10: what the daemon takes while it waits, over a small calendar, a small address book and a feed.

Resident memory is compared with a process that has imported the same libraries and done nothing; both run in the environment
that the systemd unit sets. That it does not grow is tried on many cycles in one process.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from benchmarks.costs import cpu_of, module, spent
from benchmarks.dav_world import USER, Auld, fill
from benchmarks.inside import CYCLES, resident
from support.dav_servers import run_radicale
from support.feed_server import FeedServer, Reply

UNIT = Path(__file__).parent.parent / "packaging/systemd/auld.service"
ITEMS = 100
_ENTRY = "<entry><id>e{0}</id><title>Given{0} Family{0} speaks</title><link href='https://news.example.org/{0}'/></entry>"


def _unit_environment() -> dict[str, str]:
    """What the unit that auld comes with sets."""
    lines = UNIT.read_text().splitlines()
    settings = [line.removeprefix("Environment=") for line in lines if line.startswith("Environment=")]
    return dict(setting.split("=", 1) for setting in settings)


def run() -> list[tuple[str, str, float, float, Literal["max", "min"]]]:
    with _world() as auld:
        ready, waiting = _daemon(auld)
        auld.forget()
        cycled = json.loads(spent(module("inside", "cycle", str(auld.home)), auld.environment).output)
        (auld.home / "modules").write_text("\n".join(cycled["modules"]))
        bare = json.loads(spent(module("inside", "import", str(auld.home / "modules")), _unit_environment()).output)
    return [
        ("P10", "start to ready, CPU seconds", ready, 1.0, "max"),
        ("P10", "resident after a cycle, of a process that only imported", waiting / bare["resident"], 1.15, "max"),
        ("P10", f"resident after {CYCLES} further cycles, of before", cycled["after"] / cycled["before"], 1.01, "max"),
    ]


@contextlib.contextmanager
def _world() -> Iterator[Auld]:
    """A configured program and servers that run."""
    with tempfile.TemporaryDirectory(prefix="auld-bench-") as name, FeedServer() as feeds:
        folder = Path(name)
        fill(folder, "cards", ITEMS)
        fill(folder, "events", ITEMS)
        entries = "".join(map(_ENTRY.format, range(20)))
        feed = feeds.serve("/alerts", Reply(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()))
        with run_radicale(folder) as radicale:
            login = f"username: {USER}, password: {{env: BENCH}}"
            home = f"{radicale.base}{USER}"
            accounts = {
                "people": f"{{connector: carddav, url: '{home}/cards/', {login}}}",
                "calendar": f"{{connector: caldav, url: '{home}/events/', {login}}}",
                "alerts": f"{{connector: rss, feeds: ['{feed}']}}",
            }
            yield Auld.fresh(folder / "auld", accounts)


def _daemon(auld: Auld) -> tuple[float, int]:
    """CPU seconds of a start until it said that it is ready, and resident bytes when it has read and planned everything."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(auld.home / "notify"))
        told.settimeout(60)
        environment = {**os.environ, **_unit_environment(), **auld.environment, "NOTIFY_SOCKET": str(auld.home / "notify")}
        daemon = subprocess.Popen(auld.command("run"), env=environment, stderr=subprocess.DEVNULL)
        try:
            while b"READY=1" not in told.recv(4096):
                pass
            ready = cpu_of(daemon.pid)
            while b"3 of 3 accounts well" not in told.recv(4096):
                pass
            return ready, resident(daemon.pid)
        finally:
            daemon.terminate()
            daemon.wait()
