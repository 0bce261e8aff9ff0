"""Who may be one human, without anything to prove it: pairs of people to ask the user about, with the reasons in words.

People are compared only within blocks (the same name in any order, nearly the same one, a thing that both have), so that the
cost grows with the number of people. What the user has said is not one human is never asked about again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

from auld.observations import Contact, PartialDate
from auld.people import email_identity, fold, is_role, phone_identity, profile_identity
from auld.projections.grouping import MANY_NAMES
from auld.projections.likeness import NAMELESS, Name, agree, name_of, romanised, sound, typed, unreadable
from auld.projections.people import NOBODY
from auld.projections.state import State
from auld.projections.vocabulary import ANYBODYS_DOMAINS

_MOST_IN_BLOCK = 40
"""What more people than this have in common tells nothing of any two of them."""

_ENOUGH = 3
_NEAR = 0.93


class Suggestion(NamedTuple):
    """Two people, by their ids, who may be one, and what speaks for it; ``weight`` is the greater the more likely it is."""

    person: str
    other: str
    reasons: tuple[str, ...]
    weight: int


class _Known(NamedTuple):
    """What is known of one person, from all present cards."""

    id: str
    names: tuple[Name, ...]
    shared: frozenset[str]
    organisations: dict[str, str]  # as it is compared -> as it is written
    cities: dict[str, str]
    domains: dict[str, str]
    birthday: PartialDate | None


def suggestions(state: State) -> list[Suggestion]:
    """Pairs of people who may be one, the most likely first."""
    joining = state.index().joining
    blocks: defaultdict[str, list[_Known]] = defaultdict(list)
    for person in sorted(joining.members):
        known = _known(state, person)
        if known is not None:
            for block in _blocks(known):
                blocks[block].append(known)
    found: dict[tuple[str, str], Suggestion] = {}
    for block, together in blocks.items():
        most = MANY_NAMES if block.startswith("tel:") else _MOST_IN_BLOCK  # colleagues have their switchboard in common
        for a, b in combinations(together, 2) if len(together) <= most else ():
            if (a.id, b.id) not in found and not joining.kept_apart(a.id, b.id):
                suggestion = _compare(a, b)
                if suggestion is not None:
                    found[a.id, b.id] = suggestion
    return sorted(found.values(), key=lambda each: (-each.weight, each.person, each.other))


def _known(state: State, person: str) -> _Known | None:
    """None for who has no card now, or no name."""
    cards = [state.people.cards[key] for key in state.index().joining.members[person]]
    contacts = [card.contact for card in cards if card.present and card.kind not in NOBODY]
    names = tuple(dict.fromkeys(name for contact in contacts if (name := name_of(contact)) != NAMELESS))
    if not names:
        return None
    own = state.index().joining.own
    shared = {identity for contact in contacts for identity in _identities(contact, state.policy.region)} - own
    domains = {identity.rpartition("@")[2] for identity in shared if identity.startswith("mailto:")}
    return _Known(
        person,
        names,
        frozenset(identity for identity in shared if not is_role(identity)),
        {fold(contact.organisation): contact.organisation for contact in contacts if contact.organisation},
        {fold(address.city): address.city for contact in contacts for address in contact.addresses if address.city},
        {domain: domain for domain in domains if ANYBODYS_DOMAINS.isdisjoint(domain.split("."))},
        next((contact.birthday for contact in contacts if contact.birthday), None),
    )


def _identities(contact: Contact, region: str) -> Iterator[str]:
    yield from (i for email in contact.emails if (i := email_identity(email.value)))
    yield from (i for phone in contact.phones if (i := phone_identity(phone.value, region)))
    yield from (i for url in contact.urls if (i := profile_identity(url.value)))


def _blocks(known: _Known) -> set[str]:
    found = set(known.shared)
    for name in known.names:
        words = sorted(typed(romanised(word)) for word in name.words if len(word) > 1)
        if len(words) > 1:
            found.add(f"name {' '.join(words)}")
            found.update(f"near {a[0]} {sound(b)}" for a, b in (*pairwise(words), *pairwise(reversed(words))))
        if known.birthday and name.given:
            found.add(f"born {known.birthday.month}-{known.birthday.day} {name.given[0][0]}")
    return found


def _compare(a: _Known, b: _Known) -> Suggestion | None:
    if _contradict(a.birthday, b.birthday):
        return None
    beside, common = _beside_names(a, b)
    if not beside and _words_of(a).isdisjoint(_words_of(b)):
        return None  # nothing but the same name would be enough; what the others cost is most of the time
    weight, reasons = _names(a, b)
    if not weight or weight + beside < _ENOUGH:
        return None
    return Suggestion(a.id, b.id, (*reasons, *common), weight + beside)


def _words_of(known: _Known) -> set[tuple[str, ...]]:
    return {tuple(sorted(name.words)) for name in known.names}


def _beside_names(a: _Known, b: _Known) -> tuple[int, list[str]]:
    """How much else speaks for one human, and what."""
    weight, reasons = 0, []
    for identity in sorted(a.shared & b.shared):
        weight += 2 if identity.startswith("tel:") else 3
        reasons.append(f"both have {identity.partition(':')[2].removeprefix('//')}")
    if a.birthday and b.birthday:
        weight += 2
        reasons.append("the same birthday")
    for what, mine, theirs in (
        ("both at", a.organisations, b.organisations),
        ("both in", a.cities, b.cities),
        ("both with addresses at", a.domains, b.domains),
    ):
        if common := sorted(mine.keys() & theirs.keys()):
            weight += 1
            reasons.append(f"{what} {mine[common[0]]}")
    return weight, reasons


def _names(a: _Known, b: _Known) -> tuple[int, list[str]]:
    """How much the names speak for one human; 0 if they speak against it."""
    pairs = [(x, y) for x in a.names for y in b.names]
    if any(sorted(x.words) == sorted(y.words) and len(x.words) > 1 and x.generation == y.generation for x, y in pairs):
        return 3, ["the same name"]
    if any(agree(x, y, by_phone=True) for x, y in pairs):
        return 2, ["one name may be another form of the other"]
    if any(_nearly(x, y) for x, y in pairs):
        return 2, ["nearly the same name"]
    owned = any(not identity.startswith("tel:") for identity in a.shared & b.shared)  # of a number, too many have a part
    if owned and any(agree(x, y, by_phone=False) for x, y in pairs):
        return 1, ["a name in common"]
    return (1, ["names in two scripts"]) if owned and any(unreadable(x, y) for x, y in pairs) else (0, [])


def _nearly(a: Name, b: Name) -> bool:
    from rapidfuzz.distance import JaroWinkler  # five megabytes, which the daemon need not carry

    mine, theirs = (" ".join(sorted(map(romanised, name.words))) for name in (a, b))
    return a.generation == b.generation and JaroWinkler.normalized_similarity(mine, theirs, score_cutoff=_NEAR) > 0


def _contradict(a: PartialDate | None, b: PartialDate | None) -> bool:
    if a is None or b is None:
        return False
    return (a.month, a.day) != (b.month, b.day) or (None not in (a.year, b.year) and a.year != b.year)
