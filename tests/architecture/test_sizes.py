"""Files and functions that can be read at one sitting. An exception stands in the list below, with its reason."""

from __future__ import annotations

import ast

import pytest

from .source import Module, modules

LONGEST_FILE = 400
LONGEST_FUNCTION = 60

WAIVED: dict[str, str] = {}
"""``file`` or ``file::function`` -> why it may be longer. One that is not needed any more fails the test."""

MODULES = modules()


def too_long(module: Module) -> set[str]:
    found = {f"{module.where}::{name}" for name, lines in module.functions() if lines > LONGEST_FUNCTION}
    if len(module.file.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE:
        found.add(module.where)
    return found


def test_nothing_is_longer_than_it_may_be() -> None:
    assert {name for module in MODULES for name in too_long(module)} == set(WAIVED)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_every_module_says_what_it_is_for(module: Module) -> None:
    assert ast.get_docstring(module.tree), f"{module.where} has no docstring"
