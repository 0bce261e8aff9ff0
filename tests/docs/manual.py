"""What the manual says, and the parts of it that are made from the code.

In docs/guide.md the ``--help`` of every command and a table of every section of settings stand between two comments::

    <!-- help: once -->  ...  <!-- end -->
    <!-- settings: budget -->  ...  <!-- end -->

``python -m tests.docs.regenerate`` writes them anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
from click.testing import CliRunner
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from auldd import plugins
from auldd.cli import cli
from auldd.config_model import WEEKDAYS, AccountModel, ConfigModel

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide.md"
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))

_BLOCK = re.compile(r"(<!-- (help|settings): ([^>]+?) -->\n).*?(<!-- end -->)", re.DOTALL)
_FENCE = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
_IN_DAYS = frozenset({"horizon", "lead"})
_INDENTED = re.compile(r"(?:^ {4}.*\n)+", re.MULTILINE)


def blocks(kind: str, text: str) -> list[str]:
    """The names of the blocks of that kind."""
    return [match[3] for match in _BLOCK.finditer(text) if match[2] == kind]


def regenerated(text: str) -> str:
    """The page with every block as it must be. Raises KeyError for one that is about nothing."""
    makers = {"help": help_of, "settings": table_of}
    return _BLOCK.sub(lambda match: f"{match[1]}{makers[match[2]](match[3])}{match[4]}", text)


def commands() -> dict[str, click.Command]:
    """Every command by its name; "auld" is the program itself."""
    context = click.Context(cli)
    found = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    return {"auld": cli, **{name: command for name, command in found.items() if command is not None}}


def help_of(name: str) -> str:
    """What ``auld NAME --help`` says, in a fence."""
    arguments = [] if commands()[name] is cli else [name]
    result = CliRunner().invoke(cli, [*arguments, "--help"], prog_name="auld", terminal_width=110, catch_exceptions=False)
    return f"```text\n{result.output.rstrip()}\n```\n"


def sections() -> dict[str, type[BaseModel]]:
    """Every model of the configuration, by the name that the manual calls it."""
    found: dict[str, type[BaseModel]] = {"top": ConfigModel, "accounts": AccountModel}
    found.update((title, model) for title, model in _inside(ConfigModel) if model is not AccountModel)
    for connector in plugins.load({"AULD_PLUGINS": ""}).connectors.values():
        found[connector.name] = connector.settings
        found.update((f"{connector.name} {title}", model) for title, model in _inside(connector.settings))
    return found


def _inside(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, info in model.model_fields.items():
        yield from ((info.alias or name, inner) for inner in _models(info.annotation))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def table_of(title: str) -> str:
    """A section's settings, as a table."""
    rows = ["| setting | left out | what it is |", "|---|---|---|"]
    for name, info in sections()[title].model_fields.items():
        words = (info.description or "").rstrip(".")
        rows.append(f"| `{info.alias or name}` | {_default(name, info)} | {words[:1].upper()}{words[1:]} |")
    return "\n".join(rows) + "\n"


def _default(name: str, info: FieldInfo) -> str:
    """What it means to leave a setting out, as a user would write it."""
    if info.is_required():
        return "must be there"
    match info.get_default(call_default_factory=True):
        case bool(value):
            return str(value).lower()
        case int(value):
            return f"{value}d" if name in _IN_DAYS else str(value)
        case str(value):
            return value
        case tuple(value) if value:
            return ", ".join(WEEKDAYS[each][:3] if isinstance(each, int) else f"`{each}`" for each in value)
        case BaseModel():
            return "as below"
    return "–"


def fences(text: str, *languages: str) -> list[str]:
    """The contents of the fenced blocks in those languages."""
    return [match[3] for match in _FENCE.finditer(text) if match[2] in languages]


def shell_lines(text: str) -> list[str]:
    """Every line of the shell that the page shows: in blocks, and in the running text as `auld ...` or `make ...`."""
    prose = _FENCE.sub("", text)
    shown = [*fences(text, "sh"), *_INDENTED.findall(prose)]
    lines = [line.strip() for block in shown for line in block.splitlines()]
    return [*lines, *re.findall(r"`((?:auld|make)(?: [^`\n]+)?)`", prose)]


def slugs(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#{1,6} +(.+?)\s*$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}
