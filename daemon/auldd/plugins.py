"""Finds plugins, checks them one by one, and leaves out by name what does not keep its promise.

Entry points of the group ``auld`` are loaded each inside its own boundary: one that cannot be imported, misspells a hook,
forgets ``@hookimpl`` or was written for another contract costs only itself. Built-in connectors and reasons come in by the
same door, first, so that no plugin can take their names. There is no global plugin manager.

``AULD_PLUGINS`` restricts what is loaded besides the built-in ones: names of entry points or distributions, separated by
commas; set to nothing it means none.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy
from pydantic import BaseModel

from auld import hooks
from auld.contract import CONTRACT, OLDEST_CONTRACT, Connector
from auld.reasons.base import Reason
from auldd.durations import parse_duration

GROUP = "auld"
BUILT_IN = frozenset({"auld_connectors", "auld.reasons"})
RESERVED = frozenset({"connector", "every", "password"})
"""Keys of an account that belong to the daemon; a connector's settings cannot use them."""

_HOOKS = ("auld_connectors", "auld_reasons")
_NAME = re.compile(r"[a-z][a-z0-9_-]*")


class _Unfit(Exception):
    """A plugin breaks its promise; the words say how."""


@dataclass(frozen=True, slots=True)
class PluginProblem:
    """A plugin that was left out, and why."""

    plugin: str
    message: str


@dataclass
class Registry:
    """What the plugins that are fit have to offer. ``plugins`` are their names and versions."""

    connectors: dict[str, Connector] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)
    problems: list[PluginProblem] = field(default_factory=list)
    plugins: list[tuple[str, str]] = field(default_factory=list)


def load(environ: Mapping[str, str], points: Iterable[EntryPoint] | None = None) -> Registry:
    """Load every allowed plugin. Never raises for a plugin's sake; see ``Registry.problems``."""
    found = entry_points(group=GROUP) if points is None else points
    # two copies of one distribution on the path name the same entry point twice
    unique = {(point.name, point.value): point for point in found}
    ordered = sorted(unique.values(), key=lambda point: (point.value not in BUILT_IN, point.name, point.value))
    registry = Registry()
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    for point in ordered:
        if not _allowed(point, environ):
            continue
        try:
            _take(registry, _offers(manager, point))
        except _Unfit as unfit:
            registry.problems.append(PluginProblem(_title(point), str(unfit)))
        else:
            registry.plugins.append((_title(point), point.dist.version if point.dist else ""))
    return registry


def _title(point: EntryPoint) -> str:
    return f"{point.name} ({point.dist.name})" if point.dist else point.name


def _allowed(point: EntryPoint, environ: Mapping[str, str]) -> bool:
    wanted = environ.get("AULD_PLUGINS")
    if wanted is None or point.value in BUILT_IN:
        return True
    names = {name.strip().casefold() for name in wanted.split(",")}
    return point.name.casefold() in names or (point.dist is not None and point.dist.name.casefold() in names)


def _guarded(what: str, call: Callable[[], Any]) -> Any:
    """Run a piece of a plugin. Whatever it raises, also SystemExit at import, means that the plugin is unfit."""
    try:
        return call()
    except _Unfit:
        raise
    except (Exception, SystemExit) as error:
        raise _Unfit(f"{what}: {type(error).__name__}: {error}") from error


def _offers(manager: pluggy.PluginManager, point: EntryPoint) -> tuple[list[Any], list[Any]]:
    """Import a plugin and ask it what it has: connectors, reasons."""
    plugin = _guarded("cannot be imported", point.load)
    if inspect.isclass(plugin):
        raise _Unfit("names a class; it must name a module or an object")
    title = f"{point.name}={point.value}"
    _guarded("has a hook that does not fit", lambda: manager.register(plugin, name=title))
    try:
        _guarded("has a misspelt hook", manager.check_pending)
        implemented = {caller.name for caller in manager.get_hookcallers(plugin) or ()}
        forgotten = [name for name in _HOOKS if name not in implemented and inspect.isroutine(getattr(plugin, name, None))]
        if forgotten:
            raise _Unfit(f"defines {forgotten[0]} without @auld.hooks.hookimpl")
        if not implemented:
            raise _Unfit(f"registers nothing: it implements neither {' nor '.join(_HOOKS)} with @auld.hooks.hookimpl")
        connectors, reasons = (_call(plugin, name) if name in implemented else [] for name in _HOOKS)
    finally:
        manager.unregister(plugin)
    return connectors, reasons


def _call(plugin: Any, hook: str) -> list[Any]:
    function = getattr(plugin, hook)
    if inspect.iscoroutinefunction(function):
        raise _Unfit(f"{hook} must not be async")
    offered = _guarded(f"{hook} failed", function)
    if not isinstance(offered, list | tuple):
        raise _Unfit(f"{hook} must return a list, not {type(offered).__name__}")
    return list(offered)


def _take(registry: Registry, offers: tuple[list[Any], list[Any]]) -> None:
    """Add what a plugin offers, all of it or nothing."""
    connectors: dict[str, Connector] = {}
    for candidate in offers[0]:
        _guarded("has a connector that cannot be looked at", partial(_check_connector, candidate))
        if candidate.name in registry.connectors or candidate.name in connectors:
            raise _Unfit(f"connector {candidate.name!r} exists already")
        connectors[candidate.name] = candidate
    reasons: list[Reason] = []
    taken = {reason.id for reason in registry.reasons}
    for candidate in offers[1]:
        _guarded("has a reason that cannot be looked at", partial(_check_reason, candidate))
        if candidate.id in taken:
            raise _Unfit(f"reason {candidate.id!r} exists already")
        taken.add(candidate.id)
        reasons.append(candidate)
    registry.connectors.update(connectors)
    registry.reasons.extend(reasons)


def _check_connector(candidate: Any) -> None:
    """Raise _Unfit unless ``candidate`` has everything that auld.contract.Connector asks for."""
    title = _instance(candidate, "connector", "name")
    contract = getattr(candidate, "contract", None)
    if not isinstance(contract, int) or not OLDEST_CONTRACT <= contract <= CONTRACT:
        spoken = f"{OLDEST_CONTRACT} to {CONTRACT}" if OLDEST_CONTRACT != CONTRACT else str(CONTRACT)
        raise _Unfit(f"{title} was written for contract {contract!r}; this auld speaks {spoken}")
    if not isinstance(getattr(candidate, "summary", None), str):
        raise _Unfit(f"{title} lacks a summary")
    settings = getattr(candidate, "settings", None)
    if not (inspect.isclass(settings) and issubclass(settings, BaseModel)):
        raise _Unfit(f"{title} lacks settings, a pydantic model")
    if settings.model_config.get("extra") != "forbid":
        raise _Unfit(f"{title}: its settings must forbid unknown keys (extra='forbid')")
    if clash := sorted(RESERVED.intersection(settings.model_fields)):
        raise _Unfit(f"{title}: its settings use {clash[0]!r}, which belongs to the daemon")
    try:
        parse_duration(getattr(candidate, "every", None))
    except ValueError as error:
        raise _Unfit(f"{title}: every {error}") from None
    _method(candidate, title, "open", 1)
    _method(candidate, title, "origin", 1)


def _check_reason(candidate: Any) -> None:
    """Raise _Unfit unless ``candidate`` has everything that auld.reasons.base.Reason asks for."""
    title = _instance(candidate, "reason", "id")
    if not isinstance(getattr(candidate, "summary", None), str):
        raise _Unfit(f"{title} lacks a summary")
    _method(candidate, title, "propose", 4)


def _instance(candidate: Any, what: str, key: str) -> str:
    if inspect.isclass(candidate):
        raise _Unfit(f"offers the class {candidate.__name__} as a {what}; it must offer an instance")
    name = getattr(candidate, key, None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _Unfit(f"{what} {type(candidate).__name__} needs a {key} of lower case letters, digits, - and _")
    return f"{what} {name!r}"


def _method(candidate: Any, title: str, name: str, arguments: int) -> None:
    method = getattr(candidate, name, None)
    if not callable(method):
        raise _Unfit(f"{title} lacks {name}()")
    if inspect.iscoroutinefunction(method):
        raise _Unfit(f"{title}: {name}() must not be async")
    try:
        inspect.signature(method).bind(*range(arguments))
    except TypeError:
        raise _Unfit(f"{title}: {name}() must take {arguments} argument{'s' * (arguments > 1)}") from None
