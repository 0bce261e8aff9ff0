"""The command line. Exit codes: 0 fine, 1 something failed (said on stderr), 2 usage, 78 configuration wrong."""

from __future__ import annotations

import logging
import sys
from io import TextIOWrapper
from pathlib import Path

import click

from auldd.cli import acts, output, reading, running, setup
from auldd.cli.common import Commands, Runtime

_FILE = click.Path(path_type=Path)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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


for module in (running, reading, acts, setup):
    for command in module.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """Entry point of the ``auld`` program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name must not fail in a locale that lacks its letters
    cli()
