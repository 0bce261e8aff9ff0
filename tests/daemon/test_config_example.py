"""config.example.yaml names every setting there is, explains it, and is itself a configuration without mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from auldd import config, plugins
from auldd.config_model import AccountModel, ConfigModel
from auldd.credentials import SECRET_KINDS, Vault

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"


def keys(annotation: Any) -> Iterator[str]:
    """Every key of a model and of the models inside it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, info in annotation.model_fields.items():
            yield info.alias or name
            yield from keys(info.annotation)
    for part in get_args(annotation):
        yield from keys(part)


def all_keys() -> list[str]:
    found = {*keys(ConfigModel), *keys(AccountModel), *SECRET_KINDS}
    for connector in plugins.load({"AULD_PLUGINS": ""}).connectors.values():
        found.update(keys(connector.settings))
    return sorted(found)


def test_it_is_a_configuration_without_mistakes(tmp_path: Path) -> None:
    read = config.load(EXAMPLE, plugins.load({"AULD_PLUGINS": ""}), tmp_path, Vault({}))
    assert list(read.accounts) == ["home", "people", "office", "google", "google people", "google tasks", "alerts"]
    assert read.write_to is not None
    assert [category.name for category in read.categories] == ["inner circle", "clients"]


@pytest.mark.parametrize("key", all_keys())
def test_every_setting_is_in_it(key: str) -> None:
    assert re.search(rf"(^|[{{,]|#)\s*-?\s*{key}:", EXAMPLE.read_text(), re.MULTILINE)


def test_every_setting_says_what_it_is_for() -> None:
    connectors = plugins.load({"AULD_PLUGINS": ""}).connectors.values()
    models: list[type[BaseModel]] = [ConfigModel, AccountModel, *(connector.settings for connector in connectors)]
    silent = [
        f"{model.__name__}.{name}" for model in models for name, info in model.model_fields.items() if not info.description
    ]
    assert silent == []
