"""The wheel: that it holds all three packages with their types, names its doors, and asks for what it needs."""

from __future__ import annotations

import configparser
import email
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {"auld": "core", "auld_connectors": "connectors", "auldd": "daemon"}

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel as built from this checkout, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def info(wheel: zipfile.ZipFile, name: str) -> str:
    (path,) = (path for path in wheel.namelist() if path.endswith(f".dist-info/{name}"))
    return wheel.read(path).decode()


@pytest.mark.parametrize("package", SOURCES)
def test_every_module_of_the_package_is_in_the_wheel(wheel: zipfile.ZipFile, package: str) -> None:
    """A typing error in the list of packages builds a wheel without one of them, and reports success."""
    folder = ROOT / SOURCES[package]
    here = {str(path.relative_to(folder)) for path in (folder / package).rglob("*.py")}
    assert here
    assert here <= set(wheel.namelist())
    assert f"{package}/py.typed" in wheel.namelist()


def test_nothing_else_is_installed(wheel: zipfile.ZipFile) -> None:
    """Top-level packages called core, connectors, daemon or tests belong to others."""
    top = {path.partition("/")[0] for path in wheel.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == set(SOURCES)


def test_the_doors_are_named(wheel: zipfile.ZipFile) -> None:
    points = configparser.ConfigParser()
    points.read_string(info(wheel, "entry_points.txt"))
    assert points["console_scripts"]["auld"] == "auldd.cli:main"
    assert set(points["auld"].values()) == {"auld.reasons", "auld_connectors"}


def test_the_demo_brings_its_server_and_nobody_else_gets_it(wheel: zipfile.ZipFile) -> None:
    needs = email.message_from_string(info(wheel, "METADATA")).get_all("Requires-Dist", [])
    assert [need for need in needs if need.startswith("radicale")] == ["radicale>=3.5; extra == 'demo'"]
    assert not [need for need in needs if need.startswith(("hypothesis", "ruff", "mypy"))]


def test_the_command_tells_its_version() -> None:
    command = shutil.which("auld", path=str(Path(sys.executable).parent))
    assert command is not None
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.search(rf"\b{re.escape(version)}\b", said)


def test_every_requirement_is_pinned() -> None:
    """What make installs must be the same tomorrow: whatever the project asks for has its version in constraints.txt."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lists = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    lists.append([need for need in project["dependency-groups"]["dev"] if not need.startswith("auld[")])
    asked = {_name(need) for needs in lists for need in needs} - {"keyring"}  # an extra that make does not install
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)
    assert asked <= {_name(pin) for pin in pins}


def _name(requirement: str) -> str:
    """The name alone, normalised (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=;~! ]", requirement)[0]).lower()
