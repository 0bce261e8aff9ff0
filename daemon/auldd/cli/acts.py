"""Commands by which the user decides: note, keep, pause, let-go, link, accept-loss. Each is one event in the log."""

from __future__ import annotations

from datetime import date

import click

from auld.events import Kept, LetGo, Note, Paused, TitleLinked
from auld.people import email_identity, fold, mailbox, normalise_email
from auld.projections.people import person_id
from auldd.cli import output
from auldd.cli.common import Runtime, Unclear, ambiguous, day, find_person, interval, pass_runtime, suggestion
from auldd.config_model import did_you_mean
from auldd.reports import App


@click.command()
@click.argument("name")
@click.argument("text", nargs=-1, required=True)
@pass_runtime
def note(runtime: Runtime, name: str, text: tuple[str, ...]) -> None:
    """Remember TEXT about somebody."""
    words = " ".join(text).strip()
    if not words:
        raise click.UsageError("there is nothing to note")
    with runtime.app() as app:
        person = find_person(app.view(), name)
        app.append(Note(person.id, words))
    output.line(f"Noted for {person.name}.")


@click.command()
@click.argument("name")
@click.option("--every", type=interval, metavar="6w", help="How often; left out: as the category says, or eight weeks.")
@pass_runtime
def keep(runtime: Runtime, name: str, every: int | None) -> None:
    """Follow somebody up. Also takes back `let-go`, and knows everybody whom you met by the calendar."""
    with runtime.app() as app:
        kept = kept_for(app, name, every)
        app.append(kept)
    often = f" every {every} days" if every else ""
    output.line(f"You will hear of {kept.name}{often}.")


def kept_for(app: App, name: str, every: int | None) -> Kept:
    """The decision to follow ``name`` up. Somebody without a card is known by the address in the calendar. Raises Unclear."""
    view = app.view()
    found = view.find(name)
    if len(found) > 1:
        raise ambiguous(name, found)
    if found:
        return Kept(found[0].id, every, name=found[0].name)
    met = app.meets()
    address = normalise_email(name)
    box = address and mailbox(address)
    known = [each for each in met if each.email == box or (address is None and fold(each.name) == fold(name))]
    if len({each.email for each in known}) > 1:
        raise Unclear(f"{name!r} may be any of: {', '.join(each.email for each in known)}. Give the address")
    if known:
        address = known[0].email
    identity = email_identity(address or "")
    if identity is None:
        names = [person.name for person in view.people()] + [each.name for each in met if each.name]
        raise Unclear(f"nobody is known as {name!r}{suggestion(name, names)}")
    return Kept(person_id(identity), every, name=(known[0].name if known else "") or (address or ""), identity=identity)


@click.command()
@click.argument("name")
@click.option("--until", type=day, required=True, metavar="DATE", help="The first day on which follow-ups may come again.")
@pass_runtime
def pause(runtime: Runtime, name: str, until: date) -> None:
    """Leave somebody alone until a day."""
    with runtime.app() as app:
        view = app.view()
        if until <= view.today:
            raise click.UsageError(f"{until} is not in the future")
        person = find_person(view, name)
        app.append(Paused(person.id, until.isoformat()))
    output.line(f"You will not hear of {person.name} before {until}.")


@click.command("let-go")
@click.argument("name")
@pass_runtime
def let_go(runtime: Runtime, name: str) -> None:
    """Never be reminded of somebody again; `keep` takes it back."""
    with runtime.app() as app:
        person = find_person(app.view(), name)
        app.append(LetGo(person.id))
    output.line(f"You will not hear of {person.name} again.")


@click.command()
@click.argument("event")
@click.argument("name", required=False)
@click.option("--nobody", is_flag=True, help="It is with nobody, whatever the title says.")
@pass_runtime
def link(runtime: Runtime, event: str, name: str | None, nobody: bool) -> None:
    """Say whom an entry without attendees is with. EVENT is an id of `auld people --questions` or of `auld show --why`."""
    if bool(name) == nobody:
        raise click.UsageError("give either a NAME or --nobody")
    with runtime.app() as app:
        view = app.view()
        found = view.titled(event)
        if len(found) != 1:
            raise Unclear(f"{event!r} is no entry without attendees; `auld people --questions` shows those in question")
        entry = found[0]
        person = find_person(view, name) if name else None
        meant = person.id if person else ""
        app.append(TitleLinked(entry.uid, meant, entry.about(meant), entry.title))
    output.line(f"{entry.title!r} is with {person.name if person else 'nobody'}.")


@click.command("accept-loss")
@click.argument("account")
@pass_runtime
def accept_loss(runtime: Runtime, account: str) -> None:
    """Believe that what is missing in an account was really deleted."""
    with runtime.app() as app:
        if account not in app.config.accounts:
            hint = did_you_mean(account, app.config.accounts) or f"; there are: {', '.join(app.config.accounts)}"
            raise Unclear(f"no account is called {account!r}{hint}")
        collections = app.accept_loss(account)
    if collections:
        output.line(f"The loss in {', '.join(collections)} is believed; the next cycle takes it in.")
    else:
        output.line(f"Nothing is held back for {account}.")


COMMANDS = (note, keep, pause, let_go, link, accept_loss)
