"""Which news entries meet what people care about, by the stems of their words (:mod:`auld.terms`).

It is meant to miss rather than to be wrong: a single word must stand in the headline, the words of a phrase close together;
of a note only pairs of words count. What many headlines say meets nobody (unless the address of their feed says that it is
about that), nor does a label that many people bear.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from auld.people import fold
from auld.policy import Policy
from auld.projections.fresh import Fresh
from auld.projections.mentions import Key, Seen
from auld.projections.news_words import LABELS
from auld.projections.stories import Stories, is_sensitive, link_key, told
from auld.projections.views import PersonView
from auld.terms import Term, Terms, is_abbreviation, language_of, meaningful, meeting_of, stem_of, words_of

IN_MANY = 1 / 6
"""A term that so large a share of the entries say tells nothing of any of them,"""
FEW = 3
"""unless so few of them say it."""
IN_MANY_FOR_NOTES = 1 / 50
BORNE_BY_MANY = 1 / 20
"""A label that so many of the people followed up bear is one of the user's groups,"""
A_GROUP = 10
"""if more than so many do."""

_NEAR = 2  # words that may stand between those of a phrase
_SHORT = 2  # letters; such a word is an abbreviation however it is written
_SHORTEST_IN_NOTE = 4
_SHORTEST_IN_ADDRESS = 5  # shorter words stand in many an address by chance
_MOST_NOTES = 20

_WEIGHT = {"need": 2.0, "likes": 1.5, "interest": 1.5, "expertise": 1.0, "offers": 1.0, "label": 0.5, "note": 0.0}


class Wanted(NamedTuple):
    """A term of somebody's; ``kind`` says where it stands."""

    term: Term
    kind: str


@dataclass(frozen=True, slots=True)
class Interested:
    """An entry meets somebody's ``interest`` (as written), which may be the user's own as well."""

    person: str
    interest: str
    weight: float
    shared: bool


@dataclass(frozen=True, slots=True)
class Story:
    """Entries that tell the same; ``id`` is stable, ``shown`` the first. ``matches``: one for each person, best first."""

    id: str
    shown: Seen
    matches: tuple[Interested, ...]


class Wants:
    """What each cares about: from their cards, and from what the user typed. Kept from one question to the next."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[PersonView, list[tuple[str, str]], Policy, set[str], tuple[Wanted, ...]]] = {}

    def of(
        self, people: Sequence[PersonView], said: Mapping[str, list[tuple[str, str]]], policy: Policy
    ) -> dict[str, tuple[Wanted, ...]]:
        """By person; ``said``: kind and text. Who cares about nothing known is left out."""
        bearers = Counter(fold(label) for person in people for label in dict.fromkeys(person.categories))
        groups = {label for label, count in bearers.items() if count > max(A_GROUP, len(people) * BORNE_BY_MANY)}
        before, self._known = self._known, {}
        for person in people:
            typed = said.get(person.id, [])
            known = before.get(person.id)
            if known is None or known[0] is not person or known[1:4] != (typed, policy, groups):
                texts = [*_on_cards(person, groups, policy), *typed]
                known = person, typed, policy, groups, tuple(_terms(texts, fold(person.name).split()))
            self._known[person.id] = known
        return {person: known[4] for person, known in self._known.items() if known[4]}


def _on_cards(person: PersonView, groups: set[str], policy: Policy) -> Iterator[tuple[str, str]]:
    yield from (("interest", text) for text in person.interests)
    yield from (("expertise", text) for text in person.expertise)
    no_interest = groups | {fold(city) for city in person.cities}
    for label in person.categories:
        folded = fold(label)
        if policy.category(label) is None and folded not in no_interest and LABELS.isdisjoint(folded.split()):
            yield "label", label


def _terms(texts: Iterable[tuple[str, str]], name: Sequence[str]) -> Iterator[Wanted]:
    seen: set[tuple[str, ...]] = set()
    for kind, text in sorted(texts, key=lambda told: -_WEIGHT[told[0]]):
        terms = _pairs(text, name) if kind == "note" else Terms.of([text]).terms
        for term in terms:
            if term.words not in seen:
                seen.add(term.words)
                yield Wanted(term, kind)


def _pairs(note: str, name: Sequence[str]) -> Iterator[Term]:
    """Of a note only words that stand side by side and mean something: ``heat pumps`` of "asked about heat pumps"."""
    for clause in re.split(r"[.,;:!?()\n]", note):
        meant = set(meaningful(clause))
        for pair in pairwise(words_of(clause)):
            if all(word in meant and len(word) >= _SHORTEST_IN_NOTE and fold(word) not in name for word in pair):
                yield Term(" ".join(pair), pair)


class InterestMatcher:
    """Keeps beside the state which fresh entries meet which terms. An entry that came in costs one look at its words; new terms
    cost one at all entries."""

    def __init__(self, fresh: Fresh) -> None:
        self._fresh = fresh
        self._wanted: dict[str, tuple[Wanted, ...]] = {}
        self._policy = Policy()
        self._owners: dict[Term, list[tuple[str, str]]] = {}
        self._shared: set[Term] = set()
        self._reader = _Reader((), ())
        self._version = -1
        self._met: dict[Key, tuple[int, list[Term]]] = {}
        self._stories = Stories[Key]()
        self._found: list[Story] = []

    def stories(self, wanted: dict[str, tuple[Wanted, ...]], policy: Policy) -> list[Story]:
        """In the order in which the stories came."""
        if wanted != self._wanted or policy != self._policy:
            self._learn(wanted, policy)
        elif self._version == self._fresh.version:
            return self._found
        self._version = self._fresh.version
        self._read()
        self._found = list(self._match())
        return self._found

    def _learn(self, wanted: dict[str, tuple[Wanted, ...]], policy: Policy) -> None:
        owners: defaultdict[Term, list[tuple[str, str]]] = defaultdict(list)
        for person, terms in wanted.items():
            for term, kind in terms:
                owners[term].append((person, kind))
        self._wanted, self._policy, self._owners = wanted, policy, dict(owners)
        own = Terms.of(policy.interests)
        self._shared = {term for term in owners if own and meeting_of(Terms((term,)), own, policy.languages)}
        self._reader = _Reader(tuple(owners), policy.languages)
        self._met, self._stories = {}, Stories()

    def _read(self) -> None:
        entries, before = self._fresh.entries, self._met
        self._met = {}
        for key, seen in entries.items():
            known = before.get(key)
            if known is None or known[0] != seen.position:
                known = seen.position, self._reader.terms(seen)
            self._met[key] = known
        self._sort({key for key, (_, terms) in before.items() if terms})

    def _sort(self, sorted_already: set[Key]) -> None:
        """Into stories: the new ones alone, if they all came after the others and none has left; it must make no difference
        whether one asks along the way or at the end."""
        entries = self._fresh.entries
        told_of = sorted((key for key, (_, terms) in self._met.items() if terms), key=lambda key: entries[key].born)
        kept = told_of[: len(sorted_already)]
        if set(kept) != sorted_already:
            self._stories, kept = Stories(), []
        for key in told_of[len(kept) :]:
            seen = entries[key]
            self._stories.add(key, told(seen.first or seen.mention, seen.at, ()))

    def _match(self) -> Iterator[Story]:
        entries, total = self._fresh.entries, len(self._fresh.entries)
        about = {(key, term) for key, (_, terms) in self._met.items() for term in terms if _is_about(entries[key], term)}
        count = Counter(term for key, (_, terms) in self._met.items() for term in terms if (key, term) not in about)
        for copies in self._stories.keys:
            best: dict[str, Interested] = {}
            there = [key for key in copies if key in entries]
            for key in there:
                for term in self._met[key][1]:
                    for person, kind in self._owners[term]:
                        if (key, term) in about or _says_something(count[term], total, kind):
                            weight = _weight(term, kind, count[term], total)
                            if person not in best or weight > best[person].weight:
                                best[person] = Interested(person, term.text, weight, term in self._shared)
            if best and not any(_is_sensitive(entries[key]) for key in there):
                yield Story(_ident(entries[there[0]]), entries[there[0]], tuple(best.values()))


class _Reader:
    """Finds which of many terms an entry meets, at the cost of the entry's words."""

    def __init__(self, terms: Sequence[Term], languages: Sequence[str]) -> None:
        self._terms = terms
        self._languages = languages
        self._by_language: dict[str, dict[str, list[tuple[tuple[str, ...], Term]]]] = {}

    def terms(self, seen: Seen) -> list[Term]:
        mention = seen.mention
        if mention.person or not self._terms:
            return []  # about somebody, not about something
        language = language_of(f"{mention.title} {mention.summary}", self._languages)
        index = self._index(language)
        title = [stem_of(word, language) for word in words_of(mention.title)]
        summary = [stem_of(word, language) for word in words_of(mention.summary)]
        found: dict[Term, None] = {}
        for first in index.keys() & {*title, *summary}:
            for stems, term in index[first]:
                if _stands(stems, title, summary) and _is_written_so(term, mention.title):
                    found[term] = None
        return sorted(found, key=lambda term: term.words)

    def _index(self, language: str) -> dict[str, list[tuple[tuple[str, ...], Term]]]:
        """Terms by the stem of their first word."""
        index = self._by_language.get(language)
        if index is None:
            index = self._by_language[language] = {}
            for term in self._terms:
                stems = tuple(stem_of(word, language) for word in term.words)
                index.setdefault(stems[0], []).append((stems, term))
        return index


def _stands(keys: tuple[str, ...], title: Sequence[str], summary: Sequence[str]) -> bool:
    if len(keys) == 1:
        return keys[0] in title
    return _close(keys, title) or _close(keys, summary)


def _close(keys: Sequence[str], words: Sequence[str]) -> bool:
    """Do they all stand within a few words?"""
    width = len(keys) + _NEAR
    wanted = set(keys)
    starts = (place for place, word in enumerate(words) if word in wanted)
    return any(wanted <= set(words[place : place + width]) for place in starts)


def _is_written_so(term: Term, title: str) -> bool:
    """An abbreviation must stand there in capitals, and not for want of small letters."""
    word = term.words[0]
    if len(term.words) > 1 or not (len(word) <= _SHORT or is_abbreviation(term.text)):
        return True
    return not title.isupper() and re.search(rf"\b{re.escape(word.upper())}\b", title) is not None


def _is_about(seen: Seen, term: Term) -> bool:
    """Does the address of the feed name the thing?"""
    letters = fold(f"{seen.mention.feed} {seen.mention.site}").replace(" ", "")
    return all(len(word) >= _SHORTEST_IN_ADDRESS and fold(word) in letters for word in term.words)


def _weight(term: Term, kind: str, count: int, entries: int) -> float:
    """Rare things, named by several words and said by the user to be wanted, go first."""
    return _WEIGHT[kind] + len(term.words) + math.log(entries / max(1, count))


def _says_something(count: int, entries: int, kind: str) -> bool:
    return count <= max(FEW, entries * (IN_MANY_FOR_NOTES if kind == "note" else IN_MANY))


def _is_sensitive(seen: Seen) -> bool:
    return is_sensitive(fold(f"{seen.mention.title} {seen.mention.summary}"))


def _ident(seen: Seen) -> str:
    """By the link, which a story that is published again in another feed still has."""
    mention = seen.first or seen.mention
    return hashlib.sha256((link_key(mention.link) or fold(mention.title)).encode()).hexdigest()[:16]
