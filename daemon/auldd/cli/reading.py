"""Commands that look and change nothing: due, people, show, events, status, alerts, connectors, reasons."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import click

from auld.alerts import suggestions
from auld.policy import Goals
from auldd import people_shapes, shapes
from auldd.cli import identity, output
from auldd.cli.common import Runtime, find_person, json_option, pass_runtime
from auldd.events_text import summary
from auldd.people_shapes import FollowUpShape, QuestionShape, ShowShape
from auldd.quarterly import goals
from auldd.reports import App
from auldd.shapes import AccountStatusShape


@click.command()
@click.option("--weeks", type=click.IntRange(1, 520), metavar="N", help="Look N weeks ahead instead of up to the horizon.")
@click.option("--all", "every_state", is_flag=True, help="Every follow-up there ever was, in every state.")
@json_option
@pass_runtime
def due(runtime: Runtime, weeks: int | None, every_state: bool, as_json: bool) -> None:
    """Who is due, when and why."""
    with runtime.app() as app:
        items = _due(app, weeks, every_state)
    if as_json:
        output.dump(items)
    elif items:
        _print_follow_ups(items)
    else:
        output.line("Nobody is due.")


def _due(app: App, weeks: int | None, every_state: bool) -> list[FollowUpShape]:
    view = app.view()
    if every_state:
        return people_shapes.in_order([people_shapes.follow_up(each) for each in view.follow_ups()])
    last = view.today + (timedelta(weeks=weeks) if weeks else timedelta(days=app.config.horizon))
    items = [people_shapes.follow_up(each) for each in view.follow_ups() if each.open and each.day <= last]
    if weeks:  # beyond the horizon nothing is decided yet: ask the planner what it would do
        coming = [each for each in app.plan(view.today, weeks).entries if each.existing is None]
        items += [people_shapes.entry(each, app.config.owner) for each in coming]
    return people_shapes.in_order(items)


def _print_follow_ups(items: Sequence[FollowUpShape]) -> None:
    for item in items:
        output.line(item["day"], item["title"], f"[{item['state']}: {', '.join(item['reasons'])}]")
        for context in item["context"]:
            output.line(context, indent=12)


@click.command()
@click.option(
    "--questions",
    is_flag=True,
    help="Instead: what auld would like to know: whom entries are with, who is asked for too often.",
)
@click.option("--duplicates", is_flag=True, help="Instead: pairs of people who may be one, and what speaks for it.")
@click.option("--unknown", is_flag=True, help="Instead: whom you met more than once, but who is not in any address book.")
@json_option
@pass_runtime
def people(runtime: Runtime, questions: bool, duplicates: bool, unknown: bool, as_json: bool) -> None:
    """Everybody who is known, and when you last met."""
    if questions + duplicates + unknown > 1:
        raise click.UsageError("--questions, --duplicates and --unknown exclude each other")
    with runtime.app() as app:
        if duplicates or unknown:
            (identity.print_duplicates if duplicates else identity.print_unknown)(app, as_json)
            return
        view = app.view()
        if questions:
            titles = [people_shapes.question(each) for each in view.questions()]
            _ask(titles, people_shapes.slower_questions(view), as_json)
            return
        rows = [people_shapes.person(view, person) for person in view.people()]
    if as_json:
        output.dump(rows)
        return
    if not rows:
        output.line("Nobody is known yet; `auld once` reads your address book.")
        return
    columns = ("id", "name", "category", "last touch", "next due")
    output.table(
        columns,
        [(row["id"], row["name"], row["category"], (row["last_touch"] or "")[:10], row["next_due"]) for row in rows],
    )


def _ask(titles: list[QuestionShape], too_often: list[QuestionShape], as_json: bool) -> None:
    if as_json:
        output.dump([*titles, *too_often])
        return
    for each in titles:
        output.line(each["event"], _minute(each["at"]), each["title"])
        names = [f"{person['name']} ({person['id']})" for person in each["candidates"][:_NAMED]]
        more = [f"{len(each['candidates']) - _NAMED} others"] if len(each["candidates"]) > _NAMED else []
        output.line(f"'{each['about']}' may be {', '.join(names + more)}", indent=10)
    if titles:
        output.line()
        output.line("Say who is meant with `auld link EVENT NAME`, or with `auld link EVENT --nobody`.")
    for each in too_often:
        who, other = each["candidates"][0], f", or the category {each['category']!r}" if each["category"] else ""
        output.line(f"You refused the last entries about {who['name']}. Less often?")
        output.line(f"auld keep {who['id']} --every {each['every']}d{other}; as it is: auld keep {who['id']}", indent=4)
    if not titles and not too_often:
        output.line("There are no questions.")


@click.command()
@click.argument("name")
@click.option("--why", is_flag=True, help="Also the entries of the calendar that were left out, and why they were.")
@json_option
@pass_runtime
def show(runtime: Runtime, name: str, why: bool, as_json: bool) -> None:
    """Everything that is known of one person."""
    with runtime.app() as app:
        view = app.view()
        person = find_person(view, name)
        shown = people_shapes.show(view, person)
        if why:
            shown["left_out"] = [people_shapes.left_out(each) for each in view.left_out(person.id)]
    if as_json:
        output.dump(shown)
    else:
        _print_person(shown)


def _print_person(shown: ShowShape) -> None:
    person = shown["person"]
    output.line(f"{person['name']} ({person['id']})")
    facts = {
        "work": ", ".join(filter(None, (person["title"], person["organisation"]))),
        "reach": ", ".join([*person["emails"], *person["phones"]]),
        "category": person["category"],
        "birthday": person["birthday"],
        "last touch": (person["last_touch"] or "")[:10],
        "next due": person["next_due"],
    }
    for label, fact in facts.items():
        if fact:
            output.line(f"{label}: {fact}", indent=2)
    sections: dict[str, list[tuple[str, ...]]] = {
        "Touches": [
            (each["at"][:10], f"{each['title']} ({each['channel'] or each['kind']})", f"[{each['weight']:.2f}: {each['why']}]")
            for each in reversed(shown["touches"])
        ],
        "Promises": [
            (each["at"][:10], f"{_WHOSE[each['by']]}: {each['text']}", f"[{each['state']}{_by(each['due'])}]")
            for each in shown["promises"]
        ],
        "Noted": [
            (each["at"][:10], f"{each['kind'].replace('_', ' ')}: {each['text']}", each["due"] or "")
            for each in shown.get("facts", [])
        ],
        "Coming": [(_minute(each["at"]), each["title"]) for each in shown["planned"]],
        "News": [(each["at"][:10], each["title"], each["link"]) for each in shown["mentions"]],
        "Left out": [
            (_minute(each["at"]), f"{each['title']} ({each['event']})", f"[{each['why']}]")
            for each in reversed(shown.get("left_out", []))
        ],
        "Follow-ups": [(each["day"], each["title"], f"[{each['state']}]") for each in shown["follow_ups"]],
    }
    for heading, lines in sections.items():
        if lines:
            output.line()
            output.line(heading)
            for parts in lines:
                output.line(*parts, indent=2)


_WHOSE = {"me": "you", "them": "they"}


def _by(day: str | None) -> str:
    return f", by {day}" if day else ""


@click.command()
@click.option("--after", type=click.IntRange(0), default=0, metavar="POSITION", help="Only what came after this position.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only events of this type; may be repeated.")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the last N.")
@json_option
@pass_runtime
def events(runtime: Runtime, after: int, types: tuple[str, ...], last: int | None, as_json: bool) -> None:
    """The log, in order. With --json one JSON object a line."""
    with runtime.app() as app:
        zone = ZoneInfo(app.config.timezone)
        found = app.log.read(after, types=types or None)
        for event in deque(found, maxlen=last) if last else found:
            shape = shapes.event(event, zone)
            if as_json:
                output.dump_line(shape)
            else:
                output.line(str(event.position), _minute(shape["recorded_at"]), event.type, summary(event))


@click.command()
@json_option
@pass_runtime
def status(runtime: Runtime, as_json: bool) -> None:
    """How every account stands, and how your goals do. Always exits 0."""
    with runtime.app() as app:
        stands = goals.standing(app.view(), app.config.goals) if app.config.goals != Goals() else None
        shown = shapes.status(app.status(), ZoneInfo(app.config.timezone), stands)
    if as_json:
        output.dump(shown)
        return
    rows = [
        (each["name"], each["state"], _minute(each["last_ok"]), _minute(each["next"]), each["error"])
        for each in shown["accounts"]
    ]
    output.table(("account", "state", "last read", "next", "error"), rows)
    output.line()
    for each in shown["accounts"]:
        for remark in _remarks(each):
            output.line(f"{each['name']}: {remark}")
    for problem in shown["problems"]:
        output.line(f"plugin {problem['plugin']} is left out: it {problem['message']}")
    if stands is not None:
        output.line(f"goals: {goals.line(stands)}")
    output.line(f"log: {shown['log']['events']} events")
    output.line(f"outbox: {shown['outbox']['pending']} to write, {shown['outbox']['parked']} given up")
    for why in shown["outbox"]["problems"]:
        output.line(f"outbox: {why}")


_NAMED = 5
"""So many of a kind are named; the others are counted."""


def _remarks(account: AccountStatusShape) -> list[str]:
    """What is odd about an account, though it may be well."""
    unreadable = account["unreadable"]
    remarks = list(account["notes"])
    if unreadable:
        named = [f"{each['ref']}: {each['problem']}" for each in unreadable[:_NAMED]]
        more = [f"and {len(unreadable) - _NAMED} more"] if len(unreadable) > _NAMED else []
        count = "1 item" if len(unreadable) == 1 else f"{len(unreadable)} items"
        remarks.append(f"{count} cannot be read: {'; '.join(named + more)}")
    return remarks


def _minute(at: str | None) -> str:
    return at[:16].replace("T", " ") if at else ""


@click.command()
@json_option
@pass_runtime
def alerts(runtime: Runtime, as_json: bool) -> None:
    """Google-Alerts queries worth creating, for those followed up who have no feed yet."""
    with runtime.app() as app:
        feeds = [feed for account in app.config.accounts.values() for feed in getattr(account.settings, "feeds", ())]
        covered = [person for feed in feeds if (person := getattr(feed, "person", None))]
        rows = [shapes.alert(each) for each in suggestions(app.view(), covered)]
    if as_json:
        output.dump(rows)
        return
    for row in rows:
        output.line(row["query"])
        output.line(row["url"], indent=2)
    if rows:
        output.line()
        output.line(
            "Create each with delivery to an RSS feed, and put the feed's address under an account of the rss connector,"
        )
        output.line("with `person` set to the name.")
    else:
        output.line("Everybody whom you follow up has a feed.")


@click.command()
@json_option
@pass_runtime
def connectors(runtime: Runtime, as_json: bool) -> None:
    """Which connectors and reasons there are, and which plugins were left out and why. Needs no configuration."""
    registry = runtime.registry()
    if as_json:
        output.dump(shapes.connectors(registry))
        return
    output.table(("connector", "every", "summary"), [(c.name, c.every, c.summary) for c in registry.connectors.values()])
    output.line()
    output.table(("reason", "summary"), [(reason.id, reason.summary) for reason in registry.reasons])
    output.line()
    output.table(("plugin", "version"), registry.plugins)
    for problem in registry.problems:
        runtime.complain(f"plugin {problem.plugin} is left out: it {problem.message}")


@click.command()
@json_option
@pass_runtime
def reasons(runtime: Runtime, as_json: bool) -> None:
    """What auld asks for, each reason with whether it is on: `reasons:` in the configuration switches one off."""
    config = runtime.config()
    found = [(reason, reason.id not in config.reasons_off) for reason in config.registry.reasons]
    if as_json:
        output.dump([shapes.reason(reason, on) for reason, on in found])
        return
    output.table(("reason", "", "summary"), [(reason.id, "on" if on else "off", reason.summary) for reason, on in found])


COMMANDS = (due, people, show, events, status, alerts, connectors, reasons)
