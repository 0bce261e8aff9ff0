"""The user of the labelled world, who knows the people: says with ``auld merge`` and ``auld split`` where auld is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from auld.events import Draft, Merged, Split
from auld.log import Log
from auld.projections.query import Query
from auld.projections.runner import Projector
from auld.projections.state import State

from .labels import CardLabel, Ref, World, knowable


def found(world: World, state: State) -> dict[Ref, str]:
    """Card -> auld's person, for the cards that auld shows as people."""
    there = {view.id for view in Query(state, world.now).people()}
    joining = state.index().joining
    people = {card.key: joining.person_of(card.key) for card in world.cards}
    return {key: person for key, person in people.items() if person is not None and person in there}


def put_right(world: World, log: Log, state: State) -> State:
    """Part those who are two, then join those who are one and can be known to be: the state after that."""
    parted = _say(log, _splits(world, state), world.now)
    return _say(log, _merges(world, parted), world.now)


def _say(log: Log, acts: Sequence[Merged | Split], now: datetime) -> State:
    log.append([Draft(act) for act in acts], now)
    return Projector(log).catch_up()


def _splits(world: World, state: State) -> list[Split]:
    """One human after the other leaves a person who is several; cards of nobody in particular stay."""
    person_of = found(world, state)
    humans: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for card in world.cards:
        if card.person is not None and card.key in person_of:
            humans[person_of[card.key]][card.person].add(state.people.cards[card.key].id)
    splits = []
    for person, ids in humans.items():
        staying = sorted(set().union(*ids.values()))
        for leaving in list(ids.values())[1:]:
            staying = [each for each in staying if each not in leaving]
            splits.append(Split(person, tuple(staying), tuple(sorted(leaving))))
    return splits


def _merges(world: World, state: State) -> list[Merged]:
    """Everybody of whom several people hold cards that a reader would know to be one human's."""
    person_of = found(world, state)
    by_human: defaultdict[str, list[CardLabel]] = defaultdict(list)
    for card in world.cards:
        if card.person is not None and card.key in person_of:
            by_human[card.person].append(card)
    merges = []
    for cards in by_human.values():
        groups: defaultdict[int, list[CardLabel]] = defaultdict(list)
        for card in cards:
            groups[knowable(cards)[card.key]].append(card)
        for group in groups.values():
            first, *others = dict.fromkeys(person_of[card.key] for card in group)
            ids = tuple(sorted({state.people.cards[card.key].id for card in group}))
            merges += [Merged(first, other, ids) for other in others]
    return merges
