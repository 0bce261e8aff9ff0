"""Plugins: each that breaks a promise is reported by name and left out, and never takes another with it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from auldd import plugins

MakePoint = Callable[..., EntryPoint]

HEADER = """
from typing import Any
from pydantic import BaseModel, ConfigDict
from auld.hooks import hookimpl

class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")

class Fit:
    name = "fit"
    contract = 1
    summary = "a connector"
    settings = Settings
    every = "15m"
    def open(self, account): ...
    def origin(self, settings): return None

class Rule:
    id = "rule"
    summary = "a reason"
    def propose(self, view, person, today, until): return []
"""
OFFER = "\n@hookimpl\ndef auld_connectors():\n    return [{}]\n"
OFFER_REASON = "\n@hookimpl\ndef auld_reasons():\n    return [{}]\n"


def connector(body: str) -> str:
    return f"class C(Fit):\n    name = 'c'\n    {body}\n" + OFFER.format("C()")


BROKEN = {
    "raise RuntimeError('no such library')": "cannot be imported: RuntimeError: no such library",
    "import not_installed_anywhere": "cannot be imported: ModuleNotFoundError",
    "raise SystemExit(3)": "cannot be imported: SystemExit",
    "def (": "cannot be imported: SyntaxError",
    "pass": "registers nothing",
    "def auld_connectors():\n    return [Fit()]": "auld_connectors without @auld.hooks.hookimpl",
    OFFER.format("Fit()") + "def auld_reasons():\n    return []": "auld_reasons without @auld.hooks.hookimpl",
    "@hookimpl\ndef auld_conectors():\n    return [Fit()]": "misspelt hook: PluginValidationError",
    "@hookimpl\ndef auld_connectors(registry):\n    return [Fit()]": "hook that does not fit: PluginValidationError",
    "@hookimpl\ndef auld_connectors():\n    raise KeyError('x')": "auld_connectors failed: KeyError",
    "@hookimpl\ndef auld_connectors():\n    return Fit()": "must return a list, not Fit",
    "@hookimpl\nasync def auld_connectors():\n    return [Fit()]": "must not be async",
    OFFER.format("Fit"): "offers the class Fit",
    OFFER.format("Fit(), Fit()"): "connector 'fit' exists already",
    OFFER.format("object()"): "needs a name",
    connector("name = 'My Own'"): "needs a name",
    connector("contract = 2"): "written for contract 2; this auld speaks 1",
    connector("contract = None"): "written for contract None",
    connector("summary = None"): "lacks a summary",
    connector("settings = dict"): "lacks settings",
    connector("settings = BaseModel"): "must forbid unknown keys",
    connector("settings = type('S', (Settings,), {'__annotations__': {'password': Any}, 'password': ''})"): "use 'password'",
    connector("every = 'often'"): "every must be a number with a unit",
    connector("every = None"): "every must be a number with a unit",
    connector("open = None"): "lacks open()",
    connector("def open(self): ..."): "open() must take 1 argument",
    connector("async def open(self, account): ..."): "open() must not be async",
    connector("def origin(self): ..."): "origin() must take 1 argument",
    connector("name = property(lambda self: 1 / 0)"): "cannot be looked at: ZeroDivisionError",
    OFFER_REASON.format("Rule"): "offers the class Rule",
    OFFER_REASON.format("Rule(), Rule()"): "reason 'rule' exists already",
    "class R(Rule):\n    def propose(self, view): ...\n" + OFFER_REASON.format("R()"): "propose() must take 4 arguments",
    "class R(Rule):\n    summary = None\n" + OFFER_REASON.format("R()"): "lacks a summary",
}


@pytest.fixture
def point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakePoint:
    """Makes a module of a plugin and its entry point."""
    monkeypatch.syspath_prepend(tmp_path)
    made: list[str] = []

    def make(body: str, name: str | None = None) -> EntryPoint:
        module = f"{tmp_path.name.replace('-', '_')}_{len(made)}"
        made.append(module)
        (tmp_path / f"{module}.py").write_text(HEADER + body)
        return EntryPoint(name or f"plugin{len(made)}", module, plugins.GROUP)

    return make


@pytest.mark.parametrize(("body", "message"), BROKEN.items())
def test_a_broken_plugin_is_named_and_left_out(point: MakePoint, body: str, message: str) -> None:
    good = point(OFFER.format("Fit()") + OFFER_REASON.format("Rule()"), "zz-good")
    if "fit' exists" in message or "rule' exists" in message:
        good = point("class G(Fit):\n    name = 'good'\n" + OFFER.format("G()"), "zz-good")
    registry = plugins.load({}, [point(body, "broken"), good])
    assert [problem.plugin for problem in registry.problems] == ["broken"]
    assert message in registry.problems[0].message
    assert list(registry.connectors) in (["fit"], ["good"])
    assert registry.plugins == [("zz-good", "")]


def test_the_later_of_two_with_one_name_is_left_out(point: MakePoint) -> None:
    first = point(OFFER.format("Fit()"), "aaa")
    second = point(OFFER.format("Fit()") + OFFER_REASON.format("Rule()"), "bbb")
    registry = plugins.load({}, [second, first])
    assert [(problem.plugin, problem.message) for problem in registry.problems] == [("bbb", "connector 'fit' exists already")]
    assert registry.reasons == []  # a plugin is taken whole or not at all


def test_an_object_may_be_the_plugin(point: MakePoint) -> None:
    made = point("class Plugin:\n    @hookimpl\n    def auld_reasons(self):\n        return (Rule(),)\nplugin = Plugin()\n")
    registry = plugins.load({}, [EntryPoint("object", f"{made.value}:plugin", plugins.GROUP)])
    assert [reason.id for reason in registry.reasons] == ["rule"]
    registry = plugins.load({}, [EntryPoint("class", f"{made.value}:Plugin", plugins.GROUP)])
    assert "names a class" in registry.problems[0].message


@pytest.mark.parametrize(
    ("environ", "loaded"),
    [({}, ["a", "b"]), ({"AULD_PLUGINS": ""}, []), ({"AULD_PLUGINS": "B, c"}, ["b"]), ({"AULD_PLUGINS": "x"}, [])],
)
def test_the_allow_list(point: MakePoint, environ: dict[str, str], loaded: list[str]) -> None:
    points = [point(f"class G(Fit):\n    name = '{name}'\n" + OFFER.format("G()"), name) for name in "ab"]
    assert list(plugins.load(environ, points).connectors) == loaded


def test_one_entry_point_found_twice_is_one_plugin(point: MakePoint) -> None:
    made = point(OFFER.format("Fit()"))
    assert plugins.load({}, [made, made]).problems == []


def test_every_load_starts_afresh(point: MakePoint) -> None:
    made = point(OFFER.format("Fit()"))
    for _ in range(2):
        registry = plugins.load({}, [made])
        assert (list(registry.connectors), registry.problems) == (["fit"], [])
