"""The plugin as auld sees it: found by its entry point, written with the public API only, and useful in the whole program."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import auld_linkedin
from linkedin_exports import ADA, JOERG, csv, write

PUBLIC = frozenset({"auld.contract", "auld.observations", "auld.people", "auld.errors", "auld.hooks", "auld.testing"})
LIBRARIES = frozenset({"auld_linkedin", "babel", "msgspec", "pydantic"})
MODULES = sorted(Path(auld_linkedin.__file__).parent.glob("*.py"))


def imported(module: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
    names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return names | {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_only_the_public_api_is_used(module: Path) -> None:
    tops = {name for name in imported(module) if name not in PUBLIC and name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name.partition(".")[0] for name in tops} <= LIBRARIES, tops


def test_registering_reads_no_libraries_that_only_reading_needs() -> None:
    script = (
        "import sys, auld_linkedin; auld_linkedin.auld_connectors(); print('babel' in sys.modules, 'zipfile' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "False False\n"


def test_it_is_found_by_its_entry_point() -> None:
    [point] = entry_points(group="auld", name="linkedin")
    assert [connector.name for connector in point.load().auld_connectors()] == ["linkedin"]


def auld(home: Path, *arguments: str) -> str:
    """Run the program, and return what it says."""
    program = [sys.executable, "-c", "import auldd.cli; auldd.cli.main()"]
    command = [*program, "--config", str(home / "config.yaml"), "--state-dir", str(home / "state")]
    environment = {**os.environ, "AULD_PLUGINS": "auld-linkedin", "HOME": str(home)}
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_newer_export_gives_a_new_role_and_connected_on_gives_nothing(tmp_path: Path) -> None:
    export = tmp_path / "exports" / "Connections.csv"
    write(export, csv(ADA, JOERG), days_ago=10)
    (tmp_path / "config.yaml").write_text(
        f"timezone: Europe/Lisbon\nme: [me@example.org]\naccounts:\n  network: {{connector: linkedin, path: {export.parent}}}\n"
    )
    (tmp_path / "config.yaml").chmod(0o600)
    auld(tmp_path, "once")
    auld(tmp_path, "keep", "Ada Vale")
    write(export, csv(ADA.replace("Northwind Robotics", "Globex"), JOERG), days_ago=5)
    auld(tmp_path, "once")
    due = auld(tmp_path, "due", "--json")
    assert "Globex" in due
    assert "anniversary" not in due
    assert "Connected On" not in due
