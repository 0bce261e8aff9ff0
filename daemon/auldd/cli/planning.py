"""The editorial calendar at the command line: plan shows the quarter to come, why explains one entry of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import click

from auld.planner import QUARTER
from auld.planning.merge import why_quiet
from auld.projections.view import View
from auldd import plan_shapes, why
from auldd.cli import output
from auldd.cli.common import Runtime, Unclear, day, json_option, pass_runtime, suggestion
from auldd.plan_shapes import GroundShape, OptionShape, PlanShape, WhyDayShape, WhyShape

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHOWN = 8
"""Days beside the chosen one that are told of, the cheapest first; --json has all."""


@click.command()
@click.option("--from", "from_day", type=day, metavar="DATE", help="The first day; left out: today.")
@click.option("--weeks", type=click.IntRange(1, 520), metavar="N", help="How many weeks; left out: 13.")
@json_option
@pass_runtime
def plan(runtime: Runtime, from_day: date | None, weeks: int | None, as_json: bool) -> None:
    """The calendar of the quarter to come, week by week. Writes nothing."""
    with runtime.app() as app:
        view = app.view()
        made = app.plan(from_day or view.today, weeks or QUARTER // timedelta(weeks=1))
        items = [plan_shapes.plan(each, app.config.owner, made.horizon) for each in made.entries]
        items.sort(key=lambda item: (item["day"], item["person"].casefold(), item["key"]))
        budget = app.config.budget.per_week
    for problem in made.problems:
        runtime.complain(str(problem))
    if as_json:
        output.dump(items)
        return
    for line in _weeks(items, view, budget):
        click.echo(line)
    if any(not item["decided"] for item in items):
        output.line()
        output.line(f"~ is only planned: it comes into the calendar {app.config.horizon} days ahead, and may still change.")
    for withdrawal in made.withdrawn:
        output.line(f"would be taken back: {withdrawal.follow_up.title} ({withdrawal.why})")
    if not items and not made.withdrawn:
        output.line("Nothing would be planned.")


def _weeks(items: list[PlanShape], view: View, budget: int) -> Iterator[str]:
    """Each week that has entries, under its Monday, with those of its working days that are kept free."""
    width = shutil.get_terminal_size().columns
    for number, (week, entries) in enumerate(groupby(items, key=lambda item: item["week"])):
        of_week = list(entries)
        if number:
            yield ""
        counted = sum(bool(item["person_id"]) for item in of_week)
        yield f"Week of {_long(date.fromisoformat(week))}  ({counted} of {budget})"
        lines = [(item["day"], _entry(item, width)) for item in of_week] + _kept_free(date.fromisoformat(week), view)
        yield from (line for _, line in sorted(lines, key=lambda each: each[0]))


def _kept_free(monday: date, view: View) -> list[tuple[str, str]]:
    """The days of a week that are quiet though their weekday is not, each with its line."""
    days = (monday + timedelta(days=n) for n in range(7))
    wanted = (each for each in days if each >= view.today and each.weekday() not in view.policy.quiet.weekdays)
    return [(each.isoformat(), f"  {_short(each)}    ({reason})") for each in wanted if (reason := why_quiet(view, each))]


def _entry(item: PlanShape, width: int) -> str:
    """One line that fits the terminal; of the reasons only those that the title does not lead with."""
    mark = " " if item["decided"] else "~"
    start = f"  {_short(date.fromisoformat(item['day']))}  {mark} "
    reasons = f"  [{output.safe(', '.join(item['reasons']))}]"
    title = output.safe(item["title"])
    room = width - len(start) - len(reasons)
    return start + (title if len(title) <= room else title[: max(room - 1, 10)].rstrip() + "…") + reasons


def _short(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day:>2} {_MONTHS[day.month - 1]}"


def _long(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@click.command("why")
@click.argument("key")
@json_option
@pass_runtime
def why_command(runtime: Runtime, key: str, as_json: bool) -> None:
    """Why there is an entry: the events it rests on, the rule, and why this day. KEY as `plan --json` shows it."""
    with runtime.app() as app:
        try:
            found = why.explain(app, key.strip())
        except why.NoSuchFollowUp as error:
            known = (follow_up.key for follow_up in app.view().follow_ups())
            raise Unclear(f"{error}{suggestion(key, known)}") from None
        shown = plan_shapes.why(found, ZoneInfo(app.config.timezone))
    if as_json:
        output.dump(shown)
        return
    output.line(shown["title"], f"[{shown['state']}]")
    output.line(f"{shown['key']}, on {_long(date.fromisoformat(shown['day']))}")
    _print_why(shown)


def _print_why(shown: WhyShape) -> None:
    for reason in shown["reasons"]:
        _heading(f"Reason: {reason['reason']}")
        output.line(reason["rule"] or "This reason is not there any more.", indent=2)
        for line in reason["context"]:
            output.line(line, indent=4)
    _events("It rests on", shown["grounds"])
    _heading("Why this day")
    if shown["choice"] is None:
        output.line("The plan cannot be made again as it was: another version of auld decided.", indent=2)
    else:
        _print_choice(shown["choice"])
    _events("What became of it", shown["life"])


def _heading(text: str) -> None:
    output.line()
    output.line(text)


def _events(heading: str, events: Iterable[GroundShape]) -> None:
    rows = list(events)
    if rows:
        _heading(heading)
    for each in rows:
        at, told = each["at"][:16].replace("T", " "), output.safe(each["summary"])
        click.echo(f"  {each['position']:>6}  {at}  {each['what']}{': ' if told else ''}{told}")


def _print_choice(choice: WhyDayShape) -> None:
    if choice["first"] is None or choice["last"] is None or choice["best"] is None:
        output.line("It stood there already; nothing asked for another day.", indent=2)
        return
    first, last, best = (_long(date.fromisoformat(each)) for each in (choice["first"], choice["last"], choice["best"]))
    output.line(f"It suits from {first} to {last}, best on {best}." if first != last else f"It suits on {best}.", indent=2)
    if choice["fixed"]:
        output.line("It belongs to its day.", indent=2)
    else:
        output.line(f"Its priority is {choice['priority']}: a day of waiting costs {choice['weight']:.2f}.", indent=2)
    output.line("What each day would cost:" if len(choice["options"]) > 1 else "What it costs:", indent=2)
    for option in _telling(choice):
        mark = "→" if option["day"] == choice["day"] else " "
        parts = ", ".join(f"{name} {part:g}" for name, part in option["parts"].items()) or "nothing"
        told = f"     –  {option['obstacle']}" if option["obstacle"] else f"{option['cost']:6.2f}  {parts}"
        click.echo(f"  {mark} {_short(date.fromisoformat(option['day']))}  {told}")


def _telling(choice: WhyDayShape) -> list[OptionShape]:
    """The chosen day, what stood in the way before it, and the next best, by day."""
    options = choice["options"]
    chosen = [each for each in options if each["day"] == choice["day"]]
    before = [each for each in options if each["obstacle"] and each["day"] < choice["day"]][-_SHOWN:]
    open_days = (each for each in options if not each["obstacle"] and each["day"] != choice["day"])
    others = sorted(open_days, key=lambda each: (each["cost"], each["day"]))[: max(0, _SHOWN - len(before))]
    return sorted([*chosen, *before, *others], key=lambda each: each["day"])


COMMANDS = (plan, why_command)
