"""``auld init``: asks, looks at the servers, lets choose, and writes a commented configuration.

Every question has an option, so that it can be run without a terminal; ``--yes`` takes the defaults for what is not given.
It reads the accounts once, if allowed, because a user without categories must not get an empty program: whom the calendar says
one meets most can only be told by reading it. Nothing is written to any server.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from auld.contract import Collection
from auld.errors import AuldError, ConfigurationWrong
from auld.people import fold, normalise_email, normalise_phone
from auldd import config as configuration
from auldd import config_text, report
from auldd.cli import output
from auldd.cli.acts import kept_for
from auldd.cli.common import Runtime, pass_runtime
from auldd.config import Config
from auldd.config_model import alarm_time, did_you_mean, time_zone
from auldd.config_text import Answers
from auldd.credentials import SECRET_KINDS, SecretRef
from auldd.durations import parse_days
from auldd.reports import App

Check = Callable[[str], object]

_SHOWN = 20
_OFFERED = (("4w", "6w"), ("8w", "12w"), ("12w", "16w"))


@dataclass(frozen=True)
class Asker:
    """Asks on the terminal, or answers for the user where ``yes`` says so."""

    yes: bool

    def text(self, given: str | None, question: str, default: str | None = None, *, check: Check = str) -> str:
        """A line of text that ``check`` lets pass (it raises ValueError); on the terminal it is asked for until it does."""

        def checked(text: str) -> str:
            try:
                check(text.strip())
            except ValueError as error:
                raise click.UsageError(str(error)) from None
            return text.strip()

        if given is not None:
            return checked(given)
        if self.yes:
            if default is None:
                raise click.UsageError(f"--yes needs an option that answers: {question}")
            return default
        return str(click.prompt(question, default=default, value_proc=checked))

    def choice(self, given: str | None, question: str, choices: Sequence[str], default: str) -> str:
        if given is not None or self.yes:
            return given or default
        return str(click.prompt(question, type=click.Choice(list(choices)), default=default))

    def confirm(self, question: str, *, default: bool) -> bool:
        return default if self.yes else click.confirm(question, default=default)

    def some(self, question: str, offered: Sequence[str], default: str) -> list[int]:
        """Which of a numbered list; "all", "none", or numbers in the order of the answer."""
        for number, text in enumerate(offered, 1):
            output.line(str(number), text, indent=2)
        while True:
            answer = self.text(None, f"{question} (numbers, all or none)", default).casefold()
            if answer in ("all", "none"):
                return list(range(len(offered))) if answer == "all" else []
            numbers = answer.replace(",", " ").split()
            if numbers and all(word.isdecimal() and 1 <= int(word) <= len(offered) for word in numbers):
                return list(dict.fromkeys(int(word) - 1 for word in numbers))
            output.line(f"Please answer with numbers from 1 to {len(offered)}, all or none.")


def guess_time_zone(environ: Mapping[str, str], localtime: Path = Path("/etc/localtime")) -> str:
    """The IANA name that this machine seems to use; UTC if it does not tell."""
    if "/" in environ.get("TZ", ""):
        return environ["TZ"].removeprefix(":")
    _, found, name = str(localtime.resolve()).partition("/zoneinfo/")
    return name if found else "UTC"


def own_identities(text: str) -> None:
    """Raises ValueError unless these are e-mail addresses and phone numbers, with commas between them."""
    for each in filter(None, map(str.strip, text.split(","))):
        if normalise_email(each) is None and normalise_phone(each) is None:
            raise ValueError(f"{each!r} is neither an e-mail address nor a phone number with its country code (+351 ...)")


def two_intervals(text: str) -> None:
    """Raises ValueError unless this is ``4w 6w``: two intervals, the shorter first."""
    days = [parse_days(word) for word in text.split()]
    if len(days) != 2 or days[0] > days[1]:
        raise ValueError("must be two intervals such as 4w 6w, the shorter first")


def parse_place(text: str) -> SecretRef:
    """``command:pass show dav``, ``env:DAV_PASSWORD`` ... as given to ``--password``. Raises click.UsageError."""
    kind, _, value = text.partition(":")
    try:
        return SecretRef.parse({kind: shlex.split(value) if kind == "command" else value})
    except ValueError as error:
        raise click.UsageError(f"password: {error}; here written KIND:VALUE, such as command:pass show dav") from None


@click.command()
@click.option("--url", help="Address of your CalDAV server.")
@click.option("--username", help="Login name.")
@click.option("--password", metavar="KIND:VALUE", help="Where the password is, e.g. 'command:pass show dav'; or none.")
@click.option("--contacts-url", help="Address of your CardDAV server, if it is another.")
@click.option("--insecure", is_flag=True, help="Allow plain http to another machine.")
@click.option("--timezone", help="Your time zone, such as Europe/Lisbon.")
@click.option("--me", multiple=True, help="Your own e-mail address or phone number; may be repeated.")
@click.option("--feed", multiple=True, help="Address of a Google-Alerts feed; may be repeated.")
@click.option("--write-to", help="The calendar or task list that gets the follow-ups.")
@click.option("--as", "form", type=click.Choice(["auto", "task", "event"]), help="Tasks, or all-day entries in the grid.")
@click.option("--alarm", help='none, or a time of day such as "09:00".')
@click.option("--read/--no-read", default=None, help="Look through the accounts now, to offer people and categories.")
@click.option("--yes", is_flag=True, help="Ask nothing; take the defaults.")
@click.option("--force", is_flag=True, help="Replace an existing configuration.")
@pass_runtime
def init(runtime: Runtime, /, *, yes: bool, force: bool, read: bool | None, **given: Any) -> None:
    """Set auld up: a few questions, a look at your server, a commented configuration."""
    ask = Asker(yes)
    file = runtime.config_option or runtime.config_file()
    if file.exists() and not force and not (not yes and click.confirm(f"{file} exists. Replace it?", default=False)):
        raise AuldError(f"{file} exists and was left as it is (--force replaces it)")
    answers = _choose_target(ask, *_reach(runtime, ask, file, given), given)
    kept: list[str] = []
    if read or (
        read is None and ask.confirm("Look through calendar and contacts now, to see whom you meet most?", default=True)
    ):
        with runtime.open_app(_draft(runtime, file, replace(answers, write_to=""))) as app:
            _read_once(runtime, app)
            answers = replace(answers, categories=_choose_categories(ask, app))
            kept = _choose_people(ask, app)
    config = _draft(runtime, file, answers)
    try:
        config_text.write(file, config_text.render(answers))
    except OSError as error:
        raise AuldError(f"{file} cannot be written: {error.strerror}") from None
    with runtime.open_app(config) as app:
        for name in kept:
            app.append(kept_for(app, name, None))
    output.line(f"Written: {file}")
    output.line("Next: `auld check`, then `auld once`, and `auld run` to leave it running.")


def _draft(runtime: Runtime, file: Path, answers: Answers) -> Config:
    text = config_text.render(answers)
    return configuration.parse(text, file, runtime.registry(), runtime.state_dir(), runtime.vault)


def _reach(runtime: Runtime, ask: Asker, file: Path, given: dict[str, Any]) -> tuple[Answers, list[Collection]]:
    """Ask for server and login until the server answers; what was given by option is not asked again."""
    while True:
        answers = _ask_server(runtime, ask, given)
        try:
            config = _draft(runtime, file, replace(answers, books=()))
            with runtime.open_app(config) as app:
                calendars = _discover(app, config, "calendar", answers.url)
                return _choose_collections(ask, app, config, answers, calendars), calendars
        except AuldError as error:
            if ask.yes or None not in (given["url"], given["username"], given["password"]):
                raise
            for words in report.lines(error):
                runtime.complain(words)


def _ask_server(runtime: Runtime, ask: Asker, given: dict[str, Any]) -> Answers:
    zone = ask.text(given["timezone"], "Your time zone", guess_time_zone(runtime.environ), check=time_zone)
    own = list(given["me"]) or ask.text(
        None, "Your own e-mail addresses and phone numbers, with commas between them", "", check=own_identities
    ).split(",")
    url = ask.text(given["url"], "Address of your CalDAV server (https://...)")
    username = ask.text(given["username"], "Login name (empty: none)", "")
    place = given["password"] if given["password"] is not None or not username else _ask_password(ask)
    password = parse_place(place) if place and place != "none" else None
    return Answers(
        timezone=zone,
        me=[text.strip() for text in own if text.strip()],
        url=url,
        username=username,
        password=password,
        insecure=given["insecure"],
        books_url=given["contacts_url"] or "",
        feeds=list(given["feed"]),
    )


def _ask_password(ask: Asker) -> str:
    output.line("The password itself is never stored: auld asks for it where it is kept.")
    output.line("command: a password manager prints it. file: a file of mode 0600. credential: systemd. env: a variable.")
    kind = ask.choice(None, "Where is the password", [*SECRET_KINDS, "none"], "command")
    if kind == "none":
        return kind
    return f"{kind}:{ask.text(None, 'The command, such as: pass show dav' if kind == 'command' else f'The {kind}')}"


def _discover(app: App, config: Config, name: str, url: str) -> list[Collection]:
    account = config.accounts["calendar"]
    settings = {"url": url, "username": account.username or None, "insecure": account.settings.insecure}
    connector = {"calendar": "caldav", "contacts": "carddav"}[name]
    return app.discover(connector, {key: value for key, value in settings.items() if value}, account.secret)


def _choose_collections(ask: Asker, app: App, config: Config, answers: Answers, calendars: list[Collection]) -> Answers:
    output.line("Calendars and task lists:")
    chosen = ask.some("Which are read", [_described(each) for each in calendars], "all")
    answers = replace(answers, calendars=None if len(chosen) == len(calendars) else [calendars[n].name for n in chosen])
    try:
        books = _discover(app, config, "contacts", answers.books_url or answers.url)
    except ConfigurationWrong:
        output.line("There is no address book there; a contacts account can be added to the file later.")
        return replace(answers, books=())
    output.line("Address books:")
    chosen = ask.some("Which are read", [_described(each) for each in books], "all")
    return replace(answers, books=None if len(chosen) == len(books) else [books[n].name for n in chosen])


def _described(collection: Collection) -> str:
    kinds = ", ".join(sorted(f"{kind}s" for kind in collection.kinds))
    return f"{collection.name} ({kinds}{'' if collection.accepts else ', read-only'})"


def _choose_target(ask: Asker, answers: Answers, calendars: list[Collection], given: dict[str, Any]) -> Answers:
    """Where to write, in which form, with or without an alarm."""
    writable = [each for each in calendars if each.accepts] if answers.calendars != [] else []
    if not writable:
        output.line("There is nothing to write to: follow-ups are only shown by `auld due`.")
        return answers
    form = ask.choice(
        given["form"], "Do you live in a task list (task) or in the calendar grid (event)?", ("auto", "task", "event"), "auto"
    )
    fitting = [each for each in writable if form != "task" or "task" in each.accepts] or writable
    names = [each.name for each in fitting]

    def is_there(name: str) -> None:
        if name.casefold() not in {each.casefold() for each in names}:
            raise ValueError(f"{name!r} is none of them{did_you_mean(name, names) or ': ' + ', '.join(names)}")

    target = ask.text(given["write_to"], f"Which one gets the follow-ups ({', '.join(names)})", names[0], check=is_there)
    if given["alarm"] is None and not ask.yes:
        output.line("Many programs, those of iOS and Thunderbird among them, stay silent about an entry without an alarm.")
    alarm = ask.text(given["alarm"], "Alarm: none, or a time of day such as 09:00", "none", check=alarm_time)
    return replace(answers, write_to=target, form=form, alarm=alarm)


def _read_once(runtime: Runtime, app: App) -> None:
    """Read every account; with no write_to in the draft nothing can be written."""
    with output.progress_bar("reading") as progress:
        found = app.once(progress)
    for account in found.accounts:
        if account.error:
            runtime.complain(f"account {account.name}: {account.error}")


def _choose_categories(ask: Asker, app: App) -> list[tuple[str, str, str]]:
    """Which categories of the address book are followed up, and how often."""
    sizes = Counter(name for person in app.view().people() for name in person.categories)
    names = [name for name, _ in sizes.most_common(_SHOWN)]
    if not names:
        return []
    output.line("Categories in your address book:")
    chosen = ask.some(
        "Whom do you want to keep in touch with, the dearest first", [f"{n} ({sizes[n]} people)" for n in names], "none"
    )
    result = []
    for place, number in enumerate(chosen):
        ideal, at_most = _OFFERED[min(place, len(_OFFERED) - 1)]
        question = f"{names[number]}: ideally every, and at most every"
        wanted = ask.text(None, question, f"{ideal} {at_most}", check=two_intervals).split()
        result.append((names[number], wanted[0], wanted[-1]))
    return result


def _choose_people(ask: Asker, app: App) -> list[str]:
    """Whom the calendar says one meets most; returns the addresses of those to keep."""
    own = {fold(text) for text in app.config.me}
    met = [each for each in app.meets() if fold(each.email) not in own][:_SHOWN]
    if not met:
        return []
    output.line("Those whom you meet most (an address of your own among them belongs under `me`):")
    offered = [f"{each.name or each.email} <{each.email}> ({each.count} meeting{'s' * (each.count != 1)})" for each in met]
    chosen = ask.some("Who of them is to be followed up", offered, "none")
    return [met[number].email for number in chosen]


COMMANDS = (init,)
