"""An account as the cycle uses it: its connector, its settings, and how to get its secret."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from auld.contract import Collection, Connector
from auldd.report import unexpected

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Configured:
    """An account as configured: its connector, validated settings, and how to get the secret (None: none needed).

    ``also`` names a collection that must be read besides those that the settings select, because auld writes to it.
    """

    name: str
    connector: Connector
    settings: Any
    secret: Callable[[], str] | None = None
    also: str = ""
    interval: float = 900.0

    @property
    def username(self) -> str:
        return str(getattr(self.settings, "username", None) or "")

    @property
    def login(self) -> str:
        """Whom a refusal at the origin concerns: all accounts with this user name, or, where there is no password, this one."""
        return self.username if self.secret else self.name

    @property
    def origin(self) -> str | None:
        """What the password is good for; None where there is no login, or where a plugin cannot tell."""
        try:
            return self.connector.origin(self.settings)
        except Exception as error:  # a plugin may raise anything
            logger.error("account %s: %s in connector %s", self.name, unexpected(error), self.connector.name)
            return None

    def binding_key(self) -> str:
        """Changes when what was discovered may not hold any more: connector, address, login or selectors."""
        settings = self.settings.model_dump(mode="json") if hasattr(self.settings, "model_dump") else repr(self.settings)
        told = msgspec.json.encode([self.connector.name, settings, self.also], order="deterministic")
        return hashlib.sha256(told).hexdigest()


def collection_named(collections: Iterable[Collection], name: str) -> Collection | None:
    """The collection of that display name, URL, or end of its path; case does not matter."""
    wanted = name.casefold().rstrip("/")
    for collection in collections:
        tail = collection.id.rstrip("/").rpartition("/")[2]
        if wanted in {collection.name.casefold(), collection.id.casefold().rstrip("/"), tail.casefold()}:
            return collection
    return None
