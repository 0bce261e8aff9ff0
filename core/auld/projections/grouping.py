"""From what cards share to groups of cards that are one human each. Pure; the outcome does not depend on the order of things.

Two cards are bonded by what they share, if their names let them (:mod:`auld.projections.likeness`). Bonds are followed from
card to card, with two exceptions: a card that agrees with two which disagree ("A. Lima", of Ana and of Antonio) tells nothing
and is left to itself, and what the user said is not one human stays apart whatever bonds there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import combinations, pairwise, product
from typing import NamedTuple

from auld.projections.likeness import Name, agree, agree_by_mobile, contradict, unreadable
from auld.projections.people import Key, on_one_shelf

MANY_NAMES = 12
"""An address or number under more different names than this is a switchboard: only equal names join by it."""

MANY_CARDS = 64
"""What stands on more cards than this joins nobody."""

SAME_CARD, SAID, SAME_UID, SHARED, HALF = range(5)
"""How firm a bond is, the firmest first: copies of one card, the user's word, one UID, a shared address or the like.
Where nothing can be said of the names, it takes two half bonds."""

MOBILE = "cell:"
"""Before the number of a mobile phone, as the card calls it. It stands beside the ``tel:`` identity of the same number."""

ACT = "act:"
"""Before the position of a ``person.merged`` event: what the cards that it names share."""


class Bond(NamedTuple):
    """Two cards that may be one human. They sort by firmness, of what the user said the latest first."""

    firmness: int
    age: int
    by: str
    a: Key
    b: Key


class Evidence(NamedTuple):
    """How a card is looked up: its own person id, the one that its UID stands for ("" without), its name, and by person id
    those that the user keeps apart from it."""

    id_of: Callable[[Key], str]
    uid_of: Callable[[Key], str]
    name_of: Callable[[Key], Name]
    apart: Mapping[str, AbstractSet[str]]


def bonds(identity: str, keys: Sequence[Key], evidence: Evidence) -> Iterator[Bond]:
    """The bonds between the cards that share an identity, as few as say who belongs together; the same in whatever order the
    cards came."""
    keys = sorted(keys)
    if identity.startswith(ACT):
        position = int(identity.removeprefix(ACT))
        for a, b in combinations({evidence.id_of(key): key for key in keys}.values(), 2):
            yield Bond(SAID, -position, identity, a, b)
    elif ":" not in identity:  # a person id: the UID, or the place, of a card
        copies = [key for key in keys if evidence.id_of(key) == identity]
        others = [key for key in keys if evidence.id_of(key) != identity and not _by_mistake(identity, key, copies, evidence)]
        yield from (Bond(SAME_CARD, 0, identity, a, b) for a, b in pairwise(copies))
        yield from (Bond(SAME_UID, 0, identity, a, b) for a, b in pairwise([*copies[:1], *others]))
    elif len(keys) <= MANY_CARDS:
        yield from _by_name(identity, keys, evidence)


def _by_mistake(identity: str, key: Key, copies: Iterable[Key], evidence: Evidence) -> bool:
    """Has a card the UID of another in the same collection, though each name has a word that the other lacks?"""
    if evidence.uid_of(key) != identity:
        return False
    words = set(evidence.name_of(key).words)
    others = (set(evidence.name_of(copy).words) for copy in copies if on_one_shelf(key, copy))
    return any(not (words <= other or other <= words) for other in others)


def _by_name(identity: str, keys: Sequence[Key], evidence: Evidence) -> Iterator[Bond]:
    named: defaultdict[Name, list[Key]] = defaultdict(list)
    for key in keys:
        named[evidence.name_of(key)].append(key)
    for equal in named.values():
        yield from (Bond(SHARED, 0, identity, a, b) for a, b in pairwise(equal))
    if len(named) <= MANY_NAMES:
        by_phone = identity.startswith(("tel:", MOBILE))
        alike = agree_by_mobile if identity.startswith(MOBILE) else partial(agree, by_phone=by_phone)
        friends = {x: [y for y in named if x is not y and alike(x, y)] for x in named}
        clear = {
            x
            for x, others in friends.items()
            if not any(contradict(y, z) and not unreadable(y, z) for y, z in combinations(others, 2))
        }
        for x, y in combinations(named, 2):
            if y in friends[x] and x in clear and y in clear:
                yield Bond(SHARED, 0, identity, named[x][0], named[y][0])
            elif y not in friends[x] and not by_phone and unreadable(x, y):
                yield from (Bond(HALF, 0, identity, min(a, b), max(a, b)) for a, b in product(named[x], named[y]))


def whole(found: Iterable[Bond]) -> list[Bond]:
    """The bonds that hold; two half ones make one."""
    halves: dict[tuple[Key, Key], Bond] = {}
    held: list[Bond] = []
    for bond in found:
        if bond.firmness != HALF:
            held.append(bond)
            continue
        first = halves.setdefault((bond.a, bond.b), bond)
        if first.by != bond.by:
            held.append(bond._replace(firmness=SHARED))
    return held


def together(keys: Iterable[Key], held: Iterable[Bond]) -> list[list[Key]]:
    """The cards that are connected by bonds, each group in the order of ``keys``."""
    sets = _Sets()
    for bond in held:
        sets.join(bond.a, bond.b)
    return sets.groups(keys)


def humans(keys: Sequence[Key], held: Sequence[Bond], evidence: Evidence) -> list[list[Key]]:
    """Connected cards, divided into those of one human each."""
    names = {evidence.name_of(key) for key in keys if len(keys) > 2}
    apart = {each: evidence.apart[each] for key in keys if (each := evidence.id_of(key)) in evidence.apart}
    if len(names) < 3 and not apart:
        return [list(keys)]
    unclear = _unclear(keys, held, evidence) if len(names) > 2 else set()
    sets = _Sets({key: {evidence.id_of(key)} for key in keys}, apart)
    for bond in sorted(held):
        a_name, b_name = evidence.name_of(bond.a), evidence.name_of(bond.b)
        if bond.firmness < SHARED or a_name == b_name or not {bond.a, bond.b} & unclear:
            sets.join(bond.a, bond.b)
    return sets.groups(keys)


def _unclear(keys: Sequence[Key], held: Sequence[Bond], evidence: Evidence) -> set[Key]:
    """The cards that agree with two which disagree. Those that are one by their UID or the user's word speak with all their
    names."""
    units = together(keys, (bond for bond in held if bond.firmness < SHARED))
    cards_of: defaultdict[frozenset[Name], list[Key]] = defaultdict(list)
    for unit in units:
        cards_of[frozenset(map(evidence.name_of, unit))].extend(unit)
    friends = {names: [other for other in cards_of if other != names and _any_agree(names, other)] for names in cards_of}
    found: set[Key] = set()
    for names, others in friends.items():
        if any(all(contradict(x, y) for x in some for y in more) for some, more in combinations(others, 2)):
            found.update(cards_of[names])
    return found


def _any_agree(some: Iterable[Name], others: Iterable[Name]) -> bool:
    return any(agree(a, b, by_phone=False) for a in some for b in others)


class _Sets:
    """Disjoint sets of cards (union-find), none of which ever holds two cards whose ids are kept apart."""

    def __init__(self, ids: Mapping[Key, set[str]] | None = None, apart: Mapping[str, AbstractSet[str]] | None = None) -> None:
        self._parent: dict[Key, Key] = {}
        self._ids = dict(ids or {})
        self._apart = apart or {}

    def find(self, key: Key) -> Key:
        parent = self._parent
        while (above := parent.get(key, key)) != key:
            parent[key] = parent.get(above, above)
            key = above
        return key

    def join(self, a: Key, b: Key) -> None:
        a, b = self.find(a), self.find(b)
        if a == b:
            return
        if self._apart:
            if any(self._apart.get(each, frozenset()) & self._ids[b] for each in self._ids[a]):
                return
            self._ids[a] = self._ids[a] | self._ids.pop(b)
        self._parent[b] = a

    def groups(self, keys: Iterable[Key]) -> list[list[Key]]:
        found: defaultdict[Key, list[Key]] = defaultdict(list)
        for key in keys:
            found[self.find(key)].append(key)
        return list(found.values())
