"""The manual against the program: commands, settings, JSON keys, configurations, links and shell lines."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import click
import pytest

from auldd import config, people_shapes, plan_shapes, plugins, shapes
from auldd.credentials import SECRET_KINDS, Vault

from . import manual
from .manual import GUIDE, PAGES, ROOT

TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
pages = pytest.mark.parametrize("page", PAGES, ids=NAMES)

JSON: dict[str, Any] = {
    "once": shapes.OnceShape,
    "due": people_shapes.FollowUpShape,
    "plan": plan_shapes.PlanShape,
    "why": plan_shapes.WhyShape,
    "people": people_shapes.PersonShape,
    "show": people_shapes.ShowShape,
    "events": shapes.EventShape,
    "status": shapes.StatusShape,
    "alerts": shapes.AlertShape,
    "check": shapes.CheckShape,
    "verify": shapes.VerifyShape,
    "connectors": shapes.ConnectorsShape,
    "reasons": shapes.SwitchShape,
}

MORE_JSON: dict[str, Any] = {
    "people --questions": people_shapes.QuestionShape,
    "people --duplicates": people_shapes.DuplicateShape,
    "people --unknown": people_shapes.UnknownShape,
}
"""What options of a command print instead."""

BASE = {
    "timezone": "timezone: Europe/Lisbon\n",
    "accounts": "accounts:\n  home: {connector: caldav, url: https://dav.example.org/, username: me, password: {env: PW}}\n",
}


# --- commands -----------------------------------------------------------------------------------------------------------
def test_every_command_is_in_the_guide_once() -> None:
    assert sorted(manual.blocks("help", TEXT[GUIDE])) == sorted(manual.commands())


def test_the_guide_is_fresh() -> None:
    assert TEXT[GUIDE] == manual.regenerated(TEXT[GUIDE]), "run python -m tests.docs.regenerate"


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        (name, option)
        for name, command in manual.commands().items()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
    ],
)
def test_every_option_is_shown(name: str, parameter: str) -> None:
    assert re.search(rf"(?<![\w-]){parameter}(?![\w-])", manual.help_of(name))


@pages
def test_shell_lines_can_be_typed(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in manual.shell_lines(TEXT[page]):
        words = shlex.split(line.removeprefix("$ "), comments=True)
        if words[:1] == ["make"]:
            assert {word for word in words[1:] if "=" not in word} <= targets, line
        elif words[:1] == ["auld"]:
            assert unknown_words(words[1:]) == [], line


def unknown_words(words: list[str]) -> list[str]:
    """What the command line does not know among the words after ``auld``: a command, or options of it."""
    command: click.Command = manual.commands()["auld"]
    unknown = []
    iterator = iter(words)
    for word in iterator:
        options = {opt: param for param in command.params for opt in (*param.opts, *param.secondary_opts)}
        if word.startswith("-"):
            option = options.get(word)
            if option is None and word not in ("-h", "--help"):
                unknown.append(word)
            elif isinstance(option, click.Option) and not option.is_flag:
                next(iterator, None)
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return [word]
            command = found
    return unknown


# --- settings -----------------------------------------------------------------------------------------------------------
def test_every_section_of_settings_is_in_the_guide_once() -> None:
    assert sorted(manual.blocks("settings", TEXT[GUIDE])) == sorted(manual.sections())


@pytest.mark.parametrize("kind", SECRET_KINDS)
def test_every_place_of_a_password_is_explained(kind: str) -> None:
    section = TEXT[GUIDE].partition("\n### Passwords\n")[2].partition("\n### ")[0]
    assert f"{{{kind}: " in section


@pages
def test_configurations_load(page: Path, tmp_path: Path) -> None:
    registry = plugins.load({"AULD_PLUGINS": ",".join(folder.name for folder in (ROOT / "plugins").iterdir())})
    for block in manual.fences(TEXT[page], "yaml"):
        missing = [text for key, text in BASE.items() if not re.search(rf"^{key}:", block, re.MULTILINE)]
        config.parse("".join(missing) + block, page, registry, tmp_path, Vault({}))


# --- the JSON interface -------------------------------------------------------------------------------------------------
def keys(shape: Any, inside: str = "") -> Iterator[str]:
    """The keys of a shape as the manual writes them: ``accounts[].name``. A follow-up inside another shape is one key. What may
    be null is a key itself, too."""
    for name, hint in get_type_hints(shape).items():
        maybe = next((part for part in get_args(hint) if is_typeddict(part)), None) if type(None) in get_args(hint) else None
        if maybe is not None:
            yield f"{inside}{name}"
            yield from keys(maybe, f"{inside}{name}.")
            continue
        many = get_origin(hint) is list and is_typeddict(get_args(hint)[0])
        inner, path = (get_args(hint)[0], f"{inside}{name}[]") if many else (hint, f"{inside}{name}")
        if is_typeddict(inner) and inner is not people_shapes.FollowUpShape:
            yield from keys(inner, f"{path}.")
        else:
            yield path


@pytest.mark.parametrize("name", [*JSON, *MORE_JSON])
def test_the_keys_of_json_are_documented(name: str) -> None:
    section = TEXT[GUIDE].partition(f"\n#### `auld {name}")[2].partition("\n#### ")[0].partition("\n## ")[0]
    documented = {key for row in re.findall(r"^\| (.*?) \|", section, re.MULTILINE) for key in re.findall(r"`([^`]+)`", row)}
    assert documented == set(keys((JSON | MORE_JSON)[name]))


def test_every_command_with_json_is_among_them() -> None:
    printing = {name for name, c in manual.commands().items() if any("--json" in param.opts for param in c.params)}
    assert printing == set(JSON)


# --- links and pictures -------------------------------------------------------------------------------------------------
@pages
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXT[page]):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if anchor:
            assert anchor in manual.slugs(there.read_text(encoding="utf-8")), target


@pages
def test_files_of_the_repository_that_are_named_exist(page: Path) -> None:
    for path in re.findall(r"`((?:core|connectors|daemon|tests|packaging|docs|benchmarks)/[^`\s]*)`", TEXT[page]):
        assert list(ROOT.glob(path.rstrip("/"))), path


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "images").iterdir()), ids=lambda path: path.name)
def test_pictures_are_shown_and_small(picture: Path) -> None:
    assert any(f"images/{picture.name})" in text for text in TEXT.values())
    assert picture.stat().st_size < 300_000


def test_the_changelog_has_a_place_for_what_is_new() -> None:
    assert "\n## Unreleased\n" in TEXT[ROOT / "CHANGELOG.md"]
