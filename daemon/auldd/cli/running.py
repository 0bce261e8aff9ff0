"""Commands that work: run, once, check, verify, rebuild, demo.

What only prints JSON is imported when it is asked for: the daemon comes through here, and stays in memory.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auldd.cli import output
from auldd.cli.common import Runtime, json_option, pass_runtime
from auldd.report import FAILED
from auldd.reports import OnceReport

if TYPE_CHECKING:
    from auldd.shapes import VerifyShape

logger = logging.getLogger(__name__)


@click.command()
@click.pass_context
@pass_runtime
def run(runtime: Runtime, ctx: click.Context) -> None:
    """Run as a daemon, until SIGTERM. SIGHUP reads the configuration again."""
    runtime.log_to_stderr(logging.INFO)
    for problem in runtime.registry().problems:
        logger.warning("plugin %s is left out: it %s", problem.plugin, problem.message)
    with runtime.app() as app:
        ctx.exit(app.run())


@click.command()
@json_option
@click.pass_context
@pass_runtime
def once(runtime: Runtime, ctx: click.Context, as_json: bool) -> None:
    """Read every account, plan, and write what is due: one cycle. Exits 1 if anything failed."""
    with runtime.app() as app, output.progress_bar("reading") as progress:
        report = app.once(progress)
    for account in report.accounts:
        if account.error:
            runtime.complain(f"account {account.name}: {account.error}")
    for problem in report.problems:
        runtime.complain(problem)
    if as_json:
        from auldd import shapes

        output.dump(shapes.once(report))
    else:
        _print_once(report)
    if report.failed or report.problems or not all(account.ok for account in report.accounts):
        ctx.exit(FAILED)


def _print_once(report: OnceReport) -> None:
    rows = [(each.name, "ok" if each.ok else "failed", each.items, each.events, each.requests) for each in report.accounts]
    output.table(("account", "state", "items", "events", "requests"), rows)
    output.line()
    output.line(
        f"follow-ups: {report.planned} planned, {report.written} written, {report.closed} closed, {report.failed} failed"
    )


@click.command()
@click.option("--rediscover", is_flag=True, help="Ask the servers again for their collections.")
@json_option
@click.pass_context
@pass_runtime
def check(runtime: Runtime, ctx: click.Context, rediscover: bool, as_json: bool) -> None:
    """Try the configuration, the passwords and every collection, and say what will be written where."""
    with runtime.app() as app:
        lines = app.check(rediscover)
    problems = [f"plugin {problem.plugin} is left out: it {problem.message}" for problem in runtime.registry().problems]
    if as_json:
        from auldd import shapes

        output.dump([shapes.check(each) for each in lines])
    else:
        for each in lines:
            output.line(each.mark, f"{each.subject}: {each.text}")
    for problem in problems:
        runtime.complain(problem)
    wrong = [each for each in lines if each.mark == "wrong"]
    for each in wrong:
        runtime.complain(f"{each.subject}: {each.text}")
    if wrong:
        ctx.exit(FAILED)


@click.command()
@json_option
@click.pass_context
@pass_runtime
def verify(runtime: Runtime, ctx: click.Context, as_json: bool) -> None:
    """Check that nobody changed the log: positions, hashes, the chain."""
    with runtime.app() as app:
        problems = app.verify()
        head = app.log.head()
    if as_json:
        shape: VerifyShape = {"ok": not problems, "events": head, "problems": problems}
        output.dump(shape)
    elif not problems:
        output.line(f"The log is sound: {head} events.")
    for problem in problems:
        runtime.complain(problem)
    if problems:
        ctx.exit(FAILED)


@click.command()
@click.pass_context
@pass_runtime
def rebuild(runtime: Runtime, ctx: click.Context) -> None:
    """Compute the whole state anew from the log, and compare it with what was there. Writes to no calendar."""
    with runtime.app() as app, output.progress_bar("rebuilding") as progress:
        report = app.rebuild(progress)
    output.line(f"{report.events} events in {report.seconds:.1f} seconds.")
    if not report.same:
        runtime.complain("the state was not what the log says; it is now. Please report this")
        ctx.exit(FAILED)


@click.command()
@click.option("--serve", is_flag=True, help="Leave the server up and print its address and login.")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Keep the data in DIR.")
@click.pass_context
def demo(ctx: click.Context, serve: bool, keep: Path | None) -> None:
    """Show everything on a small world of its own, with a calendar server on this machine."""
    from auldd.demo import run as run_demo

    ctx.exit(run_demo(serve=serve, keep=keep))


COMMANDS = (run, once, check, verify, rebuild, demo)
