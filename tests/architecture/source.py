"""The source trees as the architecture tests see them: modules, what they import (also inside functions), what they call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
TREES = {"core": "auld", "connectors": "auld_connectors", "daemon": "auldd"}


@dataclass(frozen=True)
class Module:
    """One source file. ``name`` is its import name; that of a package's ``__init__`` is the package's."""

    name: str
    file: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.file.read_text(encoding="utf-8"))

    @property
    def where(self) -> str:
        return self.file.relative_to(ROOT).as_posix()

    def imports(self, known: frozenset[str], *, types: bool = True) -> Iterator[str]:
        """Names of imported modules. ``from a import b`` is ``a.b`` where that is one of the ``known`` modules, else ``a``.

        ``types``: also what is imported for type checkers alone.
        """
        skipped = set() if types else {id(node) for block in self._type_blocks() for node in ast.walk(block)}
        for node in ast.walk(self.tree):
            if id(node) in skipped:
                continue
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield from (f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".") if self.file.name == "__init__.py" else self.name.split(".")[:-1]
        return ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])

    def _type_blocks(self) -> Iterator[ast.If]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                yield node

    def dotted(self) -> Iterator[tuple[int, str]]:
        """Every dotted name that is used, with its line: ``(12, "os.environ")``. Names bound by ``from a import b [as c]`` and
        ``import a as c`` are spelt out."""
        bound: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                bound.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
            elif isinstance(node, ast.Import):
                bound.update({alias.asname: alias.name for alias in node.names if alias.asname})
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute | ast.Name):
                first, dot, rest = ast.unparse(node).partition(".")
                yield node.lineno, f"{bound.get(first, first)}{dot}{rest}"

    def functions(self) -> Iterator[tuple[str, int]]:
        """Every function with its length in lines, decorators and docstring included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                yield node.name, (node.end_lineno or node.lineno) - first + 1


def modules(root: Path = ROOT) -> list[Module]:
    """Every module of the three trees."""
    found = []
    for folder, package in TREES.items():
        for file in sorted((root / folder / package).rglob("*.py")):
            parts = file.relative_to(root / folder).with_suffix("").parts
            found.append(Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), file))
    return found
