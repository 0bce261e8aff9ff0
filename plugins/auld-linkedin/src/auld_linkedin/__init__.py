"""LinkedIn's data export as a source of contacts for auld.

Registering imports names and settings only; what reads files is imported at the first look.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auld.hooks import hookimpl

if TYPE_CHECKING:
    from auld.contract import Connector


@hookimpl
def auld_connectors() -> Sequence[Connector]:
    """``linkedin``."""
    from auld_linkedin.connector import LinkedIn

    return [LinkedIn()]
