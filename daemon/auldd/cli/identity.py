"""Who is one human: merge, split, undo, and what is printed of likely duplicates and of people who are not known yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from auld.events import Event, LetGo, Merged, Split, Undone
from auld.projections.acts import UNDOABLE
from auld.projections.encounters import unknown
from auld.projections.parting import Held, held_by, obvious_parting, parted
from auld.projections.state import State
from auld.projections.suggestions import suggestions
from auld.projections.views import PersonView
from auldd import people_shapes
from auldd.cli import output
from auldd.cli.common import Runtime, Unclear, find_by_whole_name, find_person, pass_runtime
from auldd.reports import App

_LAST_ACTS = 10


# --- one, or two --------------------------------------------------------------------------------------------------------
@click.command()
@click.argument("name")
@click.argument("other")
@pass_runtime
def merge(runtime: Runtime, name: str, other: str) -> None:
    """Say that two people are one human. `split` parts them again; `undo` takes it back."""
    with runtime.app() as app:
        view = app.view()
        one, two = find_by_whole_name(view, name), find_by_whole_name(view, other)
        if one.id == two.id:
            raise Unclear(f"{name!r} and {other!r} are one person already: {one.name} ({one.id})")
        state = app.state()
        ids = [held.id for person in (one, two) for held in held_by(state, person.id)]
        app.append(Merged(one.id, two.id, tuple(ids)))
        merged = app.view().person(one.id)
    output.line(f"{one.name} and {two.name} are one: {_named(merged)}. `auld undo` takes it back.")


@click.command()
@click.argument("name")
@click.argument("other", required=False)
@click.option(
    "--card", "cards", type=click.IntRange(1), multiple=True, metavar="N", help="The card that leaves; may be repeated."
)
@pass_runtime
def split(runtime: Runtime, name: str, other: str | None, cards: tuple[int, ...]) -> None:
    """Say that a person is two; or that NAME and OTHER are two and no duplicates, whatever they come to share.

    Without --card a person is parted as before the last merge, or card from card; if there are more than two cards, these are
    listed with their numbers."""
    if other is not None and cards:
        raise click.UsageError("a card can only leave one person")
    with runtime.app() as app:
        view, state = app.view(), app.state()
        person = find_person(view, name)
        held = held_by(state, person.id)
        if other is not None:
            said: Split | None = _two(state, person, find_by_whole_name(view, other))
        elif cards:
            said = _without(state, person, held, cards)
        elif len(held) < 2:
            raise Unclear(f"{person.name} has one card only")
        else:
            said = obvious_parting(state, person.id)
        if said is None:
            _print_cards(person, held)
            return
        app.append(said)
        view = app.view()
        now = {found.id: found for each in (*said.stay, *said.leave) if (found := view.person(each)) is not None}
    output.line(f"Not one human: {'; '.join(map(_named, now.values()))}. `auld undo` takes it back.")


def _two(state: State, person: PersonView, other: PersonView) -> Split:
    if person.id == other.id:
        raise Unclear(f"both names mean {person.name} ({person.id}); `auld split {person.id}` parts them")
    stay, leave = (tuple(each.id for each in held_by(state, one.id)) for one in (person, other))
    return Split(person.id, stay, leave)


def _without(state: State, person: PersonView, held: Sequence[Held], cards: Sequence[int]) -> Split:
    if max(cards) > len(held) or len(set(cards)) == len(held):
        raise click.UsageError(f"{person.name} has {len(held)} card(s), and one of them must stay")
    return parted(state, person.id, {held[number - 1].id for number in cards})


def _named(person: PersonView | None) -> str:
    return "nobody" if person is None else f"{person.name} ({', '.join((person.id, *person.emails[:1]))})"


def _print_cards(person: PersonView, held: Sequence[Held]) -> None:
    output.line(f"{person.name} is made of {len(held)} cards:")
    rows = []
    for number, each in enumerate(held, 1):
        contact = each.contact
        reach = ", ".join(labelled.value for labelled in (*contact.emails, *contact.phones))
        where = ", ".join(filter(None, each.accounts)) or "kept without a card"
        rows.append((number, contact.name, reach, contact.organisation, where if each.present else f"{where} (gone)"))
    output.table(("card", "name", "reach", "organisation", "account"), rows)
    output.line()
    output.line("Say which of them is somebody else with `auld split NAME --card N`.")


# --- taking back --------------------------------------------------------------------------------------------------------
@click.command()
@click.argument("position", type=click.IntRange(1), required=False)
@pass_runtime
def undo(runtime: Runtime, position: int | None) -> None:
    """Take an act of yours back, as if it had never been: keep, pause, let-go, note, link, merge, split, accept, or a never in
    the calendar. Without POSITION the last ones are listed with theirs."""
    with runtime.app() as app:
        said = list(app.log.read(types=(*UNDOABLE, "act.undone")))
        undone = {event.data.position for event in said if event.type == "act.undone"}
        acts = {event.position: event for event in said if event.type != "act.undone" and event.position not in undone}
        state = app.state()
        acts.update((event.position, event) for event in _said_in_entries(state))
        if position is None:
            _print_acts(state, [acts[each] for each in sorted(acts)[-_LAST_ACTS:]])
            return
        if position in undone:
            raise Unclear(f"what was said at {position} is undone already")
        if position not in acts:
            raise Unclear(f"at {position} stands nothing that can be undone; `auld undo` lists what can")
        words = _told(state, acts[position])
        app.append(Undone(position))
    output.line(f"Undone: {words}.")


def _said_in_entries(state: State) -> Iterator[Event]:
    """A never at the head of an entry's title, as the act that it is."""
    for person, history in state.follow_ups.let_go.items():
        for said in history:
            if said.at is not None:
                yield Event(said.position, "person.let_go", "", "", said.at, None, LetGo(person))


def _print_acts(state: State, acts: Sequence[Event]) -> None:
    if not acts:
        output.line("There is nothing to undo.")
    for act in acts:
        output.line(str(act.position), f"{act.recorded_at.astimezone(state.policy.zone):%Y-%m-%d %H:%M}", _told(state, act))


_WORDS = {
    "person.kept": "keep {person}",
    "person.paused": "pause {person} until {data.until}",
    "person.let_go": "let go {person}",
    "note.added": "note {person}: {data.text}",
    "title.linked": "link {data.about!r} with {person}",
    "person.merged": "merge {person} and {other}",
    "person.split": "split {person}",
    "action.accepted": "accept ({data.kind}) about {person}",
}


def _told(state: State, act: Event) -> str:
    """``pause Ana Lima (p3tz6w2mxka) until 2027-03-01``: an act in the words of the command line."""
    person, other = (_name(state, getattr(act.data, field, "")) for field in ("person", "other"))
    return _WORDS[act.type].format(person=person, other=other, data=act.data)


def _name(state: State, person: str) -> str:
    """The name on the card that the id comes from, for who was merged since is called as the other one is."""
    if not person:
        return "nobody"
    index = state.index()
    now = index.joining.resolve(person)
    if now is None:
        return person
    cards = [state.people.cards[key] for key in index.joining.members[now]]
    own = next((card.contact.name for card in cards if card.id == person), "")
    return f"{own or index.view(now).name} ({person})"


# --- people --duplicates, people --unknown ------------------------------------------------------------------------------
def print_duplicates(app: App, as_json: bool) -> None:
    """Pairs of people who may be one."""
    state = app.state()
    rows = [
        people_shapes.duplicate([state.index().view(each.person), state.index().view(each.other)], each.reasons)
        for each in suggestions(state)
    ]
    if as_json:
        output.dump(rows)
        return
    for row in rows:
        one, two = row["people"]
        output.line(" and ".join(f"{each['name']} ({', '.join((each['id'], *each['emails'][:1]))})" for each in row["people"]))
        output.line("; ".join(row["reasons"]), indent=4)
        output.line(f"auld merge {one['id']} {two['id']}", indent=4)
    if rows:
        output.line()
        output.line("Two who are not one are not named again after `auld split ID ID`.")
    else:
        output.line("Nobody seems to be there twice.")


def print_unknown(app: App, as_json: bool) -> None:
    """Whom one meets again and again without knowing them."""
    found = unknown(app.state(), app.view().as_of)
    rows = [people_shapes.unknown(each) for each in found]
    if as_json:
        output.dump(rows)
        return
    if not rows:
        output.line("Everybody whom you met more than once in the last year is known.")
        return
    output.table(
        ("name", "email", "meetings", "last met"), [(r["name"], r["email"], r["count"], r["last_met"][:10]) for r in rows]
    )
    output.line()
    output.line("Follow somebody up with `auld keep EMAIL`.")


COMMANDS = (merge, split, undo)
