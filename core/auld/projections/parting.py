"""How one person can be taken apart: the cards of which they are made, and the way to part them that suggests itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from auld.events import Split
from auld.observations import Contact
from auld.projections.state import State


@dataclass(frozen=True, slots=True)
class Held:
    """What can only be moved as one: the copies of one card. ``id`` is the person id that they have by themselves, ``accounts``
    where they stand ("" is the place of somebody kept without a card), ``contact`` one of them, one that is there if any is."""

    id: str
    accounts: tuple[str, ...]
    contact: Contact
    present: bool


def held_by(state: State, person: str) -> list[Held]:
    """What a person (an id in use) is made of, oldest first."""
    cards = state.people.cards
    keys_of: dict[str, list[tuple[str, str]]] = {}
    for key in state.index().joining.members[person]:
        keys_of.setdefault(cards[key].id, []).append(key)
    found = []
    for known_as, keys in keys_of.items():
        shown = next((key for key in keys if cards[key].present), keys[0])
        accounts = tuple(dict.fromkeys(account for account, _ in keys))
        found.append(Held(known_as, accounts, cards[shown].contact, cards[shown].present))
    return found


def parted(state: State, person: str, leave: Collection[str]) -> Split:
    """The event by which the cards with these ids leave a person. Raises ValueError if that leaves nobody on one side."""
    ids = [held.id for held in held_by(state, person)]
    leaving = tuple(each for each in ids if each in leave)
    staying = tuple(each for each in ids if each not in leave)
    if not leaving or not staying:
        raise ValueError("somebody must stay, and somebody must leave")
    return Split(person, staying, leaving)


def obvious_parting(state: State, person: str) -> Split | None:
    """The one way to part a person where there is only one: as they were before the user last merged them, or card from card
    where there are two. None where it takes a choice."""
    joining = state.index().joining
    ids = [held.id for held in held_by(state, person)]
    merges = [act for act in state.acts.together if set(act.ids) <= set(ids) and len(act.ids) > 1]
    if merges:
        groups = joining.without(person, merges[-1].position)
        if len(groups) == 2:
            return parted(state, person, {state.people.cards[key].id for key in groups[1]})
    return parted(state, person, ids[1:]) if len(ids) == 2 else None
