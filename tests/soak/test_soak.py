"""Runs the soak: a little in ``make test``, the same each time; 100,000 steps, others each time, in ``make soak``."""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from auld.store import Store
from soak.careless import CARELESS
from soak.machine import ALWAYS, EVERYTHING, Soak

STEPS = int(os.environ.get("AULD_SOAK_STEPS", "0"))
"""How many steps a soak takes; 0 for the little one."""
LITTLE, ENOUGH, FOUND_WITHIN = 600, 100_000, 4000
IN_A_ROW = 40


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    """A place for stores; in memory where there is one, for a soak commits a million times."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="auld-soak-", dir=memory if memory.is_dir() else None) as folder:
        Store.open(f"sqlite:///{folder}/template.db").close()
        yield Path(folder)


def run(machine: type[Soak], room: Path, steps: int, *, same: bool = True) -> None:
    """Let the machine run. Failures are not shrunk: that takes an hour, and the steps can be read as they are."""
    machine.template, machine.room, machine.ran = room / "template.db", room, Counter()
    long = settings(
        stateful_step_count=IN_A_ROW,
        max_examples=-(-steps // IN_A_ROW),
        deadline=None,
        derandomize=same,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=long)


def test_the_guarantees_hold(room: Path) -> None:
    expected = EVERYTHING if STEPS >= ENOUGH else ALWAYS
    ran: Counter[str] = Counter()
    while ran["step"] < STEPS or not ran:  # in parts: no long run keeps all that it has tried in memory
        run(Soak, room, min(STEPS, ENOUGH // 10) or LITTLE, same=not STEPS)
        ran += Soak.ran
    print(", ".join(f"{what} {n}" for what, n in sorted(ran.items())))
    assert not (missing := expected - set(ran)), f"this never took place, so nothing is proved of it: {sorted(missing)}"


@pytest.mark.parametrize("careless", CARELESS)
def test_a_careless_write_back_is_found_out(careless: str, room: Path) -> None:
    """A check that cannot fail is none."""
    why, parts = CARELESS[careless]
    with pytest.raises((AssertionError, ExceptionGroup)) as found:
        run(type("Careless", (Soak,), parts), room, FOUND_WITHIN)
    errors = found.value.exceptions if isinstance(found.value, ExceptionGroup) else [found.value]
    assert any(re.search(why, str(error)) for error in errors)
