"""Runs the soak: a little in ``make test``, the same each time; 100,000 steps, others each time, in ``make soak``.

``AULD_SOAK_STEPS`` says how many; ``AULD_SOAK_SEED`` runs once more what an earlier soak ran, which prints its own.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from auld.store import Store
from soak.careless import CARELESS
from soak.machine import ALWAYS, EVERYTHING, Soak
from soak.stage import Stage
from support.databases import PostgresServer

STEPS = int(os.environ.get("AULD_SOAK_STEPS", "0"))
"""How many steps a soak takes; 0 for the little one."""
SEED = int(os.environ.get("AULD_SOAK_SEED", "0")) or secrets.randbits(32)
LITTLE, PART, ENOUGH, FOUND_WITHIN = 600, 10_000, 100_000, 6000
SAME = 1
"""The seed of whatever is to be the same each time: with this one, what is careless is found soon."""
IN_A_ROW = 40
ON_POSTGRESQL = 20  # of so many parts, one is played over PostgreSQL, which takes several times as long
SELDOM = 10  # what takes place less often than that, in a soak of 100,000 steps, was not tried


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    """A place for stores; in memory where there is one, for a soak commits a million times."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="auld-soak-", dir=memory if memory.is_dir() else None) as folder:
        Store.open(f"sqlite:///{folder}/template.db").close()
        yield Path(folder)


def in_files(room: Path) -> Callable[[Path], str]:
    """New stores in SQLite files: copies of an empty one."""

    def new(folder: Path) -> str:
        shutil.copy(room / "template.db", folder / "auld.db")
        return f"sqlite:///{folder}/auld.db"

    return new


def run(machine: type[Stage], room: Path, steps: int, new_store: Callable[[Path], str], chosen: int = SAME) -> None:
    """Let the machine run, by the seed that was chosen. Failures are not shrunk: that takes an hour, and the steps can be read
    as they are."""
    machine.room, machine.new_store = room, staticmethod(new_store)
    machine.ran = Counter()
    long = settings(
        stateful_step_count=IN_A_ROW,
        max_examples=-(-steps // IN_A_ROW),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(chosen)(machine), settings=long)


def test_the_guarantees_hold(room: Path) -> None:
    ran: Counter[str] = Counter()
    began = time.monotonic()
    print(f"\nseed {SEED}" if STEPS else "")
    part = 0
    while ran["step"] < STEPS or not ran:  # in parts: no long run keeps all that it has tried in memory
        run(Soak, room, min(STEPS, PART) or LITTLE, in_files(room), SEED + part if STEPS else SAME)
        ran += Soak.ran
        part += 1
    print(table(ran, f"{ran['step']:,} steps in {time.monotonic() - began:,.0f} s, seed {SEED if STEPS else SAME}"))
    expected, least = (EVERYTHING, SELDOM) if STEPS >= ENOUGH else (ALWAYS, 1)
    seldom = sorted(what for what in expected if ran[what] < least)
    assert not seldom, f"this hardly took place, so nothing is proved of it: {seldom}"


def test_the_guarantees_hold_over_postgresql(room: Path, postgres: PostgresServer) -> None:
    steps = STEPS // ON_POSTGRESQL or LITTLE // 5
    run(Soak, room, steps, lambda folder: postgres.fresh(), SEED - 1 if STEPS else SAME)
    print(f"\n{Soak.ran['step']:,} steps over PostgreSQL")
    assert Soak.ran["step"] >= steps


@pytest.mark.parametrize("careless", CARELESS)
def test_a_careless_write_back_is_found_out(careless: str, room: Path) -> None:
    """A check that cannot fail is none."""
    why, parts = CARELESS[careless]
    with pytest.raises((AssertionError, ExceptionGroup)) as found:
        run(type("Careless", (Soak,), {"parts": parts}), room, FOUND_WITHIN, in_files(room))
    errors = found.value.exceptions if isinstance(found.value, ExceptionGroup) else [found.value]
    said = [str(error)[:300] for error in errors]
    assert any(re.search(why, each) for each in said), said


def table(ran: Counter[str], head: str) -> str:
    """What took place how often, in two columns."""
    rows = [f"{n:>9,}  {what}" for what, n in sorted(ran.items()) if what != "step"]
    half = -(-len(rows) // 2)
    pairs = zip(rows[:half], [*rows[half:], ""], strict=False)
    return "\n".join(["", head, *(f"{left:<56}{right}".rstrip() for left, right in pairs)])
