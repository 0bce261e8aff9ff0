"""P6: what a cycle costs while nothing, or little, changed, over 10,000 cards on Radicale, against a run of vdirsyncer."""

from __future__ import annotations

import json
import math
import os
import subprocess
import time
from typing import Literal

from auld_connectors._dav_fetch import FIRST_BATCH
from benchmarks.costs import cpu_of, middle, spent
from benchmarks.dav_world import Auld, Served, card, served

CARDS = 10_000
CYCLES = 8
_FOR_EVER = 300.0


def run() -> list[tuple[str, str, float, float, Literal["max", "min"]]]:
    with served("cards", CARDS) as world:
        sync = world.vdirsyncer("vdirsyncer")
        spent(sync)
        theirs = middle(lambda: spent(sync)).cpu
        auld = world.auld("auld")
        for _ in range(3):  # the second brings the token, the third finds that there is nothing left to do
            auld.run("once")
        head = auld.head()
        process = middle(lambda: auld.run("once")).cpu
        quiet = _once(auld)
        cycle = _daemon(world, auld)
        events = auld.head() - head
        changed = _change(world)
        some = _once(auld)
    return [
        ("P6", "no change: requests a collection", quiet, 1, "max"),
        ("P6", "no change: events", events, 0, "max"),
        ("P6", "vdirsyncer's CPU, of a cycle in the daemon", theirs / cycle, 15, "min"),
        ("P6", "vdirsyncer's CPU, of auld once", theirs / process, 1.5, "min"),
        ("P6", f"{changed} cards changed: requests", some, 1 + math.ceil(changed / FIRST_BATCH), "max"),
    ]


def _once(auld: Auld) -> int:
    """How many requests a run sends."""
    return int(json.loads(auld.run("once", "--json").output)["accounts"][0]["requests"])


def _daemon(world: Served, auld: Auld) -> float:
    """CPU seconds of a cycle of the running daemon, which polls every two seconds; the server's log counts the cycles."""
    daemon = subprocess.Popen(auld.command("run"), env={**os.environ, **auld.environment}, stderr=subprocess.DEVNULL)
    try:
        start = len(world.requests())
        _await(world, start + 3)  # what a first cycle imports is no cost of the others
        cpu, before = cpu_of(daemon.pid), len(world.requests())
        _await(world, before + CYCLES)
        return (cpu_of(daemon.pid) - cpu) / (len(world.requests()) - before)
    finally:
        daemon.terminate()
        daemon.wait()


def _await(world: Served, count: int) -> None:
    """Until the server has had so many requests."""
    end = time.monotonic() + _FOR_EVER
    while len(world.requests()) < count:
        if time.monotonic() > end:
            raise RuntimeError("the daemon does not poll")
        time.sleep(0.05)


def _change(world: Served) -> int:
    """Change every hundredth card behind the server's back, as another program with access to its folder would."""
    numbers = range(1, CARDS, 100)
    for n in numbers:
        (world.shelf / f"c{n}.vcf").write_text(card(n).replace("Manager", "Director"), newline="")
    return len(numbers)
