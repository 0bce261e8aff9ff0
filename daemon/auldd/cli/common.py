"""What all commands share: configuration and application, the names of people, errors turned into exit codes."""

from __future__ import annotations

import difflib
import gc
import logging
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from auld.errors import AuldError
from auld.people import fold
from auld.projections.view import View
from auld.projections.views import PersonView
from auldd import config as configuration
from auldd import jlog, paths, plugins, report
from auldd.cli import output
from auldd.config import Config
from auldd.credentials import Vault
from auldd.durations import parse_days
from auldd.plugins import Registry
from auldd.reports import App

_MOST_TOLD = 8
"""People of one name that a message tells."""


class Unclear(AuldError):
    """A name on the command line means nobody, or several."""


def _open_app(config: Config) -> App:
    from auldd.wiring import open_app  # imported when it is needed: `auld --help` stays quick

    gc.freeze()  # what was imported stays: the collector need not look through it again and again
    return open_app(config)


@dataclass
class Runtime:
    """The world of one command: its environment, its options, and how the application is made (tests hand in their own)."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    open_app: Callable[[Config], App] = _open_app
    load_plugins: Callable[[Mapping[str, str]], Registry] = plugins.load
    config_option: Path | None = None
    state_option: Path | None = None
    verbose: bool = False

    def __post_init__(self) -> None:
        self.vault = Vault(self.environ)
        self._registry: Registry | None = None

    def registry(self) -> Registry:
        if self._registry is None:
            self._registry = self.load_plugins(self.environ)
        return self._registry

    def config_file(self) -> Path:
        return paths.config_file(self.config_option, self.environ)

    def state_dir(self) -> Path:
        return paths.state_dir(self.state_option, self.environ)

    def config(self) -> Config:
        """Raises ConfigurationWrong."""
        return configuration.load(self.config_file(), self.registry(), self.state_dir(), self.vault)

    def app(self) -> App:
        """The application over the configured store. Raises ConfigurationWrong, and StoreBusy."""
        return self.open_app(self.config())

    def complain(self, text: str) -> None:
        """A line on stderr, with every secret that is known blotted out."""
        output.complain(self.vault.mask(text))

    def log_to_stderr(self, level: int) -> None:
        """Log from ``level`` on; everything, if --verbose asks for it."""
        jlog.set_up(sys.stderr, self.environ, self.vault.mask, level=logging.DEBUG if self.verbose else level)


pass_runtime = click.make_pass_decorator(Runtime)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON; its keys are documented and stay.")


class Commands(click.Group):
    """A group in which no error becomes a traceback: one clear line each on stderr, and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click's own affairs
        except Exception as error:
            runtime = ctx.ensure_object(Runtime)
            if runtime.verbose and not isinstance(error, AuldError):
                raise
            for words in report.lines(error):
                runtime.complain(words)
            ctx.exit(report.exit_status(error))


def day(text: str) -> date:
    """A local day on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date such as 2027-03-31") from None


def interval(text: str) -> int:
    """An interval on the command line (``6w``), as a number of days."""
    try:
        return parse_days(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} {error}") from None


def find_person(view: View, name: str) -> PersonView:
    """The one person that ``name`` means: an id, a whole name, an address, a number, or a part of a name. Raises Unclear."""
    found = view.find(name)
    if len(found) == 1:
        return found[0]
    if found:
        raise ambiguous(name, found)
    raise Unclear(f"nobody is known as {name!r}{suggestion(name, (person.name for person in view.people()))}")


def find_by_whole_name(view: View, name: str) -> PersonView:
    """As :func:`find_person`, but half a word is not enough: a slip must not hit somebody else. Raises Unclear."""
    person = find_person(view, name)
    reached = "@" in name or any(letter.isdigit() for letter in name) or view.person(name.strip()) is not None
    called = (set(fold(each).split()) for each in (person.name, *person.also))
    if reached or any(set(fold(name).split()) <= words for words in called):
        return person
    raise Unclear(f"nobody is called {name!r}; did you mean {person.name} ({person.id})?")


def ambiguous(name: str, found: Iterable[PersonView]) -> Unclear:
    told = [f"{person.name} ({', '.join((person.id, *person.emails[:1]))})" for person in found]
    more = f"; and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return Unclear(f"{name!r} may be any of: {'; '.join(told[:_MOST_TOLD])}{more}. Give the id")


def suggestion(name: str, known: Iterable[str]) -> str:
    """``"; did you mean Ana Lima?"``, or nothing. Whole names and single words of them are compared, folded."""
    spellings: dict[str, str] = {}
    for each in known:
        for spelling in (fold(each), *fold(each).split()):
            spellings.setdefault(spelling, each)
    near = difflib.get_close_matches(fold(name), spellings, n=3, cutoff=0.7)
    names = list(dict.fromkeys(spellings[spelling] for spelling in near))
    return f"; did you mean {' or '.join(names)}?" if names else ""


def weeks_ahead(days: int) -> int:
    """Whole weeks that cover a number of days."""
    return -(-timedelta(days=days) // timedelta(weeks=1))
