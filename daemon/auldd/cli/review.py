"""The look at a quarter: report writes it as a page, accept takes on what it proposes."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from auld.events import ActionAccepted
from auld.projections.view import View
from auld.review import words
from auld.review.actions import Action, actions
from auld.review.quarters import Quarter
from auldd.cli import output
from auldd.cli.common import Runtime, Unclear, pass_runtime
from auldd.quarterly.days import ENGLISH, day_words

_CODE = re.compile(r"(\d+)(?:-([0-9a-f]{4}))?")
_SHOWN = re.compile(r"\bauld accept (\d+)-([0-9a-f]{4})\b")


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Where to write it, - for standard output; left out: report.html in the state folder.",
)
@pass_runtime
def report(runtime: Runtime, out: Path | None) -> None:
    """Look at the quarter, as a page: goals, what to do next, concentration, ties, the next 13 weeks, everybody's timeline."""
    from auldd.quarterly.page import WEEKS, page
    from auldd.quarterly.render import render

    with runtime.app() as app:
        view = app.view()
        plan = app.plan(view.today, WEEKS)
        html = render(page(view, plan, app.config.goals))
        proposed = actions(view, Quarter.of(view.today).before)
        taken_on = [action.code for action in proposed if any(map(action.is_of, view.accepted()))]
        file = out or app.config.state_dir / "report.html"
    for problem in plan.problems:
        runtime.complain(str(problem))
    if str(file) == "-":
        click.echo(html, nl=False)
        return
    if out is None:  # with the log in another place nothing has made it yet
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(file, html)
    output.line(f"Written to {file}.")
    _print_actions(proposed, taken_on)


def _write(file: Path, html: str) -> None:
    """The file is for the user's eyes alone, and is there whole or not at all."""
    number, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=".report-")  # mode 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            stream.write(html)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@click.command()
@click.argument("action", metavar="[N]", required=False)
@pass_runtime
def accept(runtime: Runtime, action: str | None) -> None:
    """Take on what the review proposes: it becomes a follow-up. N is its number, or number and tag as the report shows them
    (2-7f3a). Without N all are listed."""
    with runtime.app() as app:
        view = app.view()
        proposed = actions(view, Quarter.of(view.today).before)
        taken_on = [each.code for each in proposed if any(map(each.is_of, view.accepted()))]
        if action is None:
            _print_actions(proposed, taken_on)
            if not proposed:
                output.line("Nothing is proposed.")
            return
        meant = _meant(view, proposed, action)
        if meant.code in taken_on:
            output.line(f"Accepted already: {_title(meant)}.")
            return
        app.append(ActionAccepted(str(meant.quarter), meant.kind, meant.person.id, meant.day.isoformat(), meant.about))
    output.line(f"Accepted: {_title(meant)}, on {day_words(meant.day)}. `auld undo` takes it back.")


def _meant(view: View, proposed: Sequence[Action], said: str) -> Action:
    """The action of that number, as it was shown last. Raises Unclear where another has come to stand there since."""
    match = _CODE.fullmatch(said.strip())
    if match is None:
        raise click.UsageError(f"{said!r} is neither a number nor a number with its tag, such as 2-7f3a")
    number, tag = int(match[1]), match[2]
    shown = tag or _shown_in_calendar(view).get(number)
    if shown is None:
        found = next((each for each in proposed if each.number == number), None)
    else:
        found = next((each for each in proposed if each.tag == shown), None)
    if found is not None:
        return found
    if any(each.number == number for each in proposed):
        raise Unclear(f"what was proposed as {number} is not any more; `auld accept` lists what is")
    raise Unclear(f"there is no action {number}; `auld accept` lists those there are")


def _shown_in_calendar(view: View) -> dict[int, str]:
    """The tags by number that the calendar's entry of this review shows; nothing where there is none."""
    occasion = f"review:{Quarter.of(view.today).before}"
    parts = [b for follow_up in view.follow_ups("") for b in follow_up.because if b.occasion == occasion]
    return {int(number): tag for part in parts for line in part.context for number, tag in _SHOWN.findall(line)}


def _print_actions(proposed: Sequence[Action], taken_on: Sequence[str]) -> None:
    for each in proposed:
        how = "accepted" if each.code in taken_on else f"auld accept {each.code}"
        output.line(f"{each.number}. {_title(each)}, on {day_words(each.day)}", f"[{how}]")


def _title(action: Action) -> str:
    return words.title_of(ENGLISH, action.kind, action.person.name, action.about)


COMMANDS = (report, accept)
