"""The hook specifications. Hooks only *register*: they return what a plugin has to offer, and nothing runs in them.

A plugin's entry point (group ``auld``) names a module or object that implements any of these with :data:`hookimpl`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from auld.contract import Connector
    from auld.reasons.base import Reason

PROJECT = "auld"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def auld_connectors() -> Sequence[Connector]:  # type: ignore[empty-body]  # a specification has no body
    """Return the connectors that this plugin offers. New in contract 1."""


@hookspec
def auld_reasons() -> Sequence[Reason]:  # type: ignore[empty-body]  # a specification has no body
    """Return the reasons to get in touch that this plugin offers. New in contract 1."""
