"""The house keeps its walls: who imports whom, who reaches out, who asks for the time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from .rooms import CLOCKS, NETWORK, ROOMS, Room
from .source import TREES, Module, modules

MODULES = modules()
KNOWN = frozenset(module.name for module in MODULES)
OURS = tuple(TREES.values())
BY_NAME = {room.name: room for room in ROOMS}


def room_of(name: str) -> Room | None:
    return next((room for room in ROOMS if any(fnmatchcase(name, pattern) for pattern in room.modules)), None)


def forbidden(module: Module, known: frozenset[str] = KNOWN) -> Iterator[str]:
    """Imports that the table does not allow."""
    room = room_of(module.name)
    assert room is not None, f"{module.name} has no place in the table of rooms"
    allowed = (*room.knows, *(() if room.alone else (room.name,)))
    for name in module.imports(known):
        top = name.partition(".")[0]
        if top in OURS:
            other = room_of(name)
            if other is None or other.name not in allowed:
                yield name
        elif top not in sys.stdlib_module_names and top not in room.libraries:
            yield name


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_module_imports_only_what_its_room_may_know(module: Module) -> None:
    assert list(forbidden(module)) == []


def test_the_table_names_only_rooms_that_exist() -> None:
    assert {name for room in ROOMS for name in room.knows} <= set(BY_NAME)


def test_rooms_know_each_other_one_way_round() -> None:
    """Followed to the end, no room reaches itself through others."""
    for room in ROOMS:
        reached: set[str] = set()
        todo = list(room.knows)
        while todo:
            name = todo.pop()
            if name not in reached:
                reached.add(name)
                todo.extend(BY_NAME[name].knows)
        assert room.name not in reached


def test_no_import_goes_in_a_circle() -> None:
    """Also through imports inside functions; what only type checkers see is left out."""
    graph = {module.name: {n for n in module.imports(KNOWN, types=False) if n in KNOWN} - {module.name} for module in MODULES}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*path, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


@pytest.mark.parametrize("module", [m for m in MODULES if m.name.startswith("auld.")], ids=lambda module: module.name)
def test_the_core_reaches_no_network_and_no_environment(module: Module) -> None:
    reached = [name for name in module.imports(KNOWN) for banned in NETWORK if name == banned or name.startswith(f"{banned}.")]
    read = [name for _, name in module.dotted() if name.startswith(("os.environ", "os.getenv", "os.putenv"))]
    assert reached + read == []


TIME = (
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
)


def wall_clock(module: Module) -> list[str]:
    """Places where a module asks for the time by itself."""
    return [f"{module.where}:{line}: {name}" for line, name in module.dotted() if name in TIME]


@pytest.mark.parametrize("module", [m for m in MODULES if m.name not in CLOCKS], ids=lambda module: module.name)
def test_only_the_clock_knows_the_time(module: Module) -> None:
    assert wall_clock(module) == []


def test_no_folder_is_itself_a_package() -> None:
    """Top-level packages called core, connectors or daemon belong to others."""
    root = Path(__file__).parents[2]
    assert [folder for folder in TREES if (root / folder / "__init__.py").exists()] == []


# --- the tests above can fail -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("auld.planner", "from auld.projections import state", ["auld.projections.state"]),
        ("auld.planner", "def f():\n    import sqlalchemy.orm", ["sqlalchemy.orm"]),
        ("auld.people", "from . import log", ["auld.log"]),
        (
            "auld.log",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from auldd.config import Config",
            ["auldd.config"],
        ),
        ("auld_connectors.rss", "import auld_connectors.caldav", ["auld_connectors.caldav"]),
        ("auld_connectors.rss", "from auld_connectors._http import x\nfrom auld.store import Store", ["auld.store"]),
        ("auldd.cycle", "from auld_connectors import rss", ["auld_connectors.rss"]),
        ("auldd.cycle", "from auld.reasons import press", ["auld.reasons.press"]),
        ("auld.people", "import phonenumbers\nfrom auld.errors import AuldError", []),
    ],
)
def test_a_breach_is_found(tmp_path: Path, name: str, source: str, expected: list[str]) -> None:
    file = tmp_path / "module.py"
    file.write_text(source)
    known = KNOWN | {"auld.log", "auld.projections.state", "auld.reasons.press", "auld_connectors.rss"}
    assert list(forbidden(Module(name, file), known)) == expected


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\ndatetime.now(UTC)",
        "from datetime import datetime as dt\ndt.utcnow()",
        "import time as t\nt.time()",
        "from time import time\ntime()",
        "from datetime import date\nf = date.today",
    ],
)
def test_a_look_at_the_clock_is_found(tmp_path: Path, source: str) -> None:
    file = tmp_path / "module.py"
    file.write_text(source)
    module = Module("auld.people", file)
    assert [name for _, name in module.dotted() if name in TIME]
