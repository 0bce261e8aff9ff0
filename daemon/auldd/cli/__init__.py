"""The command line. Exit codes: 0 fine, 1 something failed (said on stderr), 2 usage, 78 configuration wrong."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path

import click

from auldd.cli import output
from auldd.cli.common import Commands, Runtime

_FILE = click.Path(path_type=Path)
_MODULES = ("running", "acts", "identity", "reading", "planning", "review", "setup", "consent")
"""Where commands are looked for, in this order; the daemon, which stays in memory, is in the first."""


class _OnDemand(Commands):
    """A group whose modules are imported when a command is looked for in them."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = (command for name in _MODULES for command in _commands_of(name) if command.name == cmd_name)
        return next(found, None)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(command.name or "" for name in _MODULES for command in _commands_of(name))


def _commands_of(module: str) -> tuple[click.Command, ...]:
    commands: tuple[click.Command, ...] = import_module(f"auldd.cli.{module}").COMMANDS
    return commands


@click.group(cls=_OnDemand, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", "config_file", type=_FILE, metavar="FILE", help="The configuration; else AULD_CONFIG, else ~/.config."
)
@click.option("--state-dir", type=_FILE, metavar="DIR", help="Where the log is kept; else AULD_STATE_DIR, else ~/.local/state.")
@click.option("--verbose", is_flag=True, help="Tell everything, also personal data, on stderr.")
@click.version_option(package_name="auld")
@click.pass_context
def cli(ctx: click.Context, config_file: Path | None, state_dir: Path | None, verbose: bool) -> None:
    """Keep up your business relationships, in the calendar that you already look at."""
    runtime = ctx.ensure_object(Runtime)
    runtime.config_option = config_file
    runtime.state_option = state_dir
    runtime.verbose = verbose
    if verbose:
        output.complain("--verbose: what follows may show names, addresses and titles; mind where you paste it")
    runtime.log_to_stderr(logging.WARNING)


def main() -> None:
    """Entry point of the ``auld`` program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name must not fail in a locale that lacks its letters
    cli()
