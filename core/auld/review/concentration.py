"""Where the relationships are concentrated: shares by category, employer, sector and city, and organisations at which there is
only one person to turn to.

Who stands in several groups of a kind (two cities, say) counts in each with an equal part, so that the shares add up to one.
People of whom it is not known are counted apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from auld.people import fold
from auld.projections.vocabulary import LEGAL_FORMS

if TYPE_CHECKING:
    from auld.policy import Policy
    from auld.projections.view import View
    from auld.projections.views import PersonView

Kind = Literal["category", "employer", "sector", "city"]
KINDS: tuple[Kind, ...] = ("category", "employer", "sector", "city")

MODERATE, HIGH = 0.10, 0.18
"""From which Herfindahl index on a market counts as moderately and as highly concentrated (1,000 and 1,800 points in the Merger
Guidelines of the US Department of Justice and the FTC, 2023). There is no such convention for people; it is a yardstick."""

_SYSTEM_LABELS = frozenset({"mycontacts", "my contacts", "starred", "friends", "family", "coworkers", "contacts"})
"""Labels that address books give by themselves, or that say nothing of a branch."""


@dataclass(frozen=True, slots=True)
class Share:
    """``people`` is a sum of parts, ``part`` of all whose group is known, from 0 to 1."""

    name: str
    people: float
    part: float


@dataclass(frozen=True, slots=True)
class Concentration:
    """``shares``, the largest first; ``index`` is the Herfindahl index, the sum of the squares of the shares: 1/n for n equal
    groups, 1 for a single one, 0 if nothing is known. ``known`` of ``people`` are in a group."""

    kind: Kind
    shares: tuple[Share, ...]
    index: float
    known: int
    people: int


@dataclass(frozen=True, slots=True)
class SingleThread:
    """An organisation at which ``person`` is the only one known."""

    organisation: str
    person: PersonView


def concentration(view: View, kind: Kind) -> Concentration:
    """The shares of one kind among the people who are followed up."""
    groups_of = _groups_by(kind, view.policy)
    people = view.tracked()
    parts: defaultdict[str, float] = defaultdict(float)
    names: dict[str, str] = {}
    known = 0
    for person in people:
        groups = {key: name for name in groups_of(person) if (key := _key(kind, name))}
        known += bool(groups)
        for key, name in groups.items():
            parts[key] += 1 / len(groups)
            names.setdefault(key, name)
    shares = [Share(names[key], amount, amount / known) for key, amount in parts.items()]
    shares.sort(key=lambda share: (-share.people, fold(share.name)))
    return Concentration(kind, tuple(shares), sum(share.part**2 for share in shares), known, len(people))


def single_threads(view: View) -> list[SingleThread]:
    """Organisations of people followed up at which nobody else is known; those who matter most first."""
    at: defaultdict[str, set[str]] = defaultdict(set)
    for person in view.people():
        if key := _key("employer", person.organisation):
            at[key].add(person.id)
    alone = [each for each in view.tracked() if len(at.get(_key("employer", each.organisation), ())) == 1]
    alone.sort(key=lambda each: (each.rank, fold(each.organisation), each.id))
    return [SingleThread(each.organisation, each) for each in alone]


def organisation_key(name: str) -> str:
    """By which an employer is known again: folded, without its legal form (``Acme GmbH`` is ``acme``)."""
    words = fold(name.replace(".", "")).split()
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def _key(kind: Kind, name: str) -> str:
    return organisation_key(name) if kind == "employer" else fold(name)


def _groups_by(kind: Kind, policy: Policy) -> Callable[[PersonView], Iterable[str]]:
    if kind == "category":
        return lambda person: (person.category,)
    if kind == "employer":
        return lambda person: (person.organisation,)
    if kind == "city":
        return lambda person: person.cities
    return _Sectors(policy).of if policy.sectors else lambda person: _labels(person, policy)


def _labels(person: PersonView, policy: Policy) -> Sequence[str]:
    """What a card is labelled with beside the categories that people are followed up by."""
    return [name for name in person.categories if policy.category(name) is None and fold(name) not in _SYSTEM_LABELS]


class _Sectors:
    """The user's own mapping: an organisation, a mail domain or a label of a card means a sector."""

    def __init__(self, policy: Policy) -> None:
        self._by_word: dict[str, list[str]] = {}
        self._by_domain: dict[str, list[str]] = {}
        for sector in policy.sectors:
            for word in sector.of:
                self._by_word.setdefault(organisation_key(word), []).append(sector.name)
                if "." in word:
                    self._by_domain.setdefault(word.casefold().removeprefix("@"), []).append(sector.name)

    def of(self, person: PersonView) -> Iterable[str]:
        words = [organisation_key(name) for name in (person.organisation, *person.categories)]
        found = dict.fromkeys(sector for word in words if word for sector in self._by_word.get(word, ()))
        for email in person.emails:
            domain = email.rpartition("@")[2]
            ends = [domain, *(f".{rest}" for rest in _tails(domain))]
            found.update(dict.fromkeys(sector for end in ends for sector in self._by_domain.get(end, ())))
        return found


def _tails(domain: str) -> list[str]:
    """``a.gov.pt`` -> ``a.gov.pt``, ``gov.pt``, ``pt``."""
    labels = domain.split(".")
    return [".".join(labels[n:]) for n in range(len(labels))]
