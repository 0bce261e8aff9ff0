"""A registry with two small connectors, and a way to read a configuration with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict, Field

from auld.contract import Account, Source
from auldd import config
from auldd.config import Config
from auldd.credentials import Vault
from auldd.plugins import Registry


class DavSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str = Field(description="the server's address")
    username: str = ""
    collections: tuple[str, ...] = ()


class FeedModel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str
    person: str = ""


class RssSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    feeds: tuple[FeedModel, ...]


class Dav:
    """Stands for any connector with a login."""

    name: ClassVar[str] = "caldav"
    contract: ClassVar[int] = 1
    summary: ClassVar[str] = "calendars"
    settings: ClassVar[type[Any]] = DavSettings
    every: ClassVar[str] = "15m"

    def open(self, account: Account) -> Source:
        raise NotImplementedError

    def origin(self, settings: Any) -> str | None:
        return str(settings.url)


class Rss(Dav):
    name = "rss"
    summary = "feeds"
    settings = RssSettings
    every = "1h"

    def origin(self, settings: Any) -> str | None:
        return None


@pytest.fixture
def registry() -> Registry:
    return Registry(connectors={"caldav": Dav(), "rss": Rss()})


@pytest.fixture
def read_config(registry: Registry, tmp_path: Path) -> Callable[[str], Config]:
    """Reads a configuration from text, as file ``c.yaml``, without any environment."""
    return lambda text: config.parse(text, Path("c.yaml"), registry, tmp_path / "state", Vault({}))
