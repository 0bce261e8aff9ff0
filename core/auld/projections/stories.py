"""Whether two news entries tell the same story, and whether it is one on which nobody wants to be congratulated.

Agencies' copies come with other links, other source names after the headline, and other wording. Two entries are one story if
they share their link, or if within a week of each other their headlines are mostly made of the same words, or one's headline
is said by the other's headline and summary together. The name of the person counts for nothing: both have it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from auld.observations import Mention
from auld.people import fold
from auld.projections.vocabulary import SMALL

K = TypeVar("K")

WINDOW = timedelta(days=7)
ALIKE = 0.6
"""Least Jaccard similarity of two headlines."""
SAID = 0.75
"""Least share of a headline's words that the other entry says."""

_FEWEST = 3
_STEM = 6  # letters that tell a word apart from others, but not its endings: promotes, promoted
_SOURCE = re.compile(r"\s[-–—|]\s(?:\S+\s){0,4}\S+$")
ROLES = {
    "ceo": "chief executive officer",
    "cfo": "chief financial officer",
    "cio": "chief information officer",
    "cmo": "chief marketing officer",
    "coo": "chief operating officer",
    "cto": "chief technology officer",
    "vp": "vice president",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry says, ready to be compared: its link without scheme, the words of its headline, and those of all of it."""

    at: datetime
    link: str
    headline: str
    words: frozenset[str]
    everything: frozenset[str]


def told(mention: Mention, at: datetime, name: Collection[str]) -> Told:
    """``name`` are the folded words of the person's name, which say nothing."""
    headline = fold(_SOURCE.sub("", mention.title) if len(mention.title.split()) > _FEWEST else mention.title)
    words = _words(headline, name)
    return Told(at, link_key(mention.link), headline, words, words | _words(fold(mention.summary), name))


def same_story(one: Told, other: Told) -> bool:
    if one.link and one.link == other.link:
        return True
    if abs(one.at - other.at) > WINDOW:
        return False
    if one.headline == other.headline:
        return bool(one.headline)
    shared = len(one.words & other.words)
    if shared >= _FEWEST - 1 and shared >= ALIKE * len(one.words | other.words):
        return True
    return _says(one, other) or _says(other, one)


class Stories(Generic[K]):
    """Sorts entries, each known by a key, into stories. They must come in the order in which they were first seen: the first of
    a story stands for it."""

    def __init__(self) -> None:
        self.keys: list[list[K]] = []
        self._told: list[list[Told]] = []
        self._known: dict[str, int] = {}  # by link and by headline
        self._in_headline: defaultdict[str, list[int]] = defaultdict(list)
        self._in_summary: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, key: K, entry: Told) -> None:
        """Looks only at the stories that have words enough in common with it."""
        signs = [sign for sign in (entry.link, entry.headline) if sign]
        asked = {self._known[sign] for sign in signs if sign in self._known} | self._near(entry)
        mine = next((n for n in sorted(asked) if any(same_story(other, entry) for other in self._told[n])), None)
        if mine is None:
            mine = len(self.keys)
            self.keys.append([])
            self._told.append([])
        self.keys[mine].append(key)
        self._told[mine].append(entry)
        self._known |= dict.fromkeys(signs, mine)
        for words, index in ((entry.words, self._in_headline), (entry.everything - entry.words, self._in_summary)):
            for word in words:
                index[word].append(mine)

    def _near(self, entry: Told) -> set[int]:
        """A headline like this one's, or one of which the other's headline and summary say most."""
        near = Counter(n for word in entry.words for n in self._in_headline.get(word, ()))
        alike = {n for n, shared in near.items() if shared >= _FEWEST - 1}
        says = near.copy()
        says.update(n for word in entry.everything - entry.words for n in self._in_headline.get(word, ()))
        near.update(n for word in entry.words for n in self._in_summary.get(word, ()))
        return alike | {n for found in (says, near) for n, shared in found.items() if shared >= _FEWEST}


def by_story(entries: Iterable[tuple[K, Told]]) -> list[list[K]]:
    """The keys of the entries, those of one story together."""
    stories = Stories[K]()
    for key, entry in entries:
        stories.add(key, entry)
    return stories.keys


def is_sensitive(text: str) -> bool:
    """Whether a folded text speaks of death, crime or another misfortune."""
    from auld.projections.news_words import SENSITIVE, SENSITIVE_PHRASES

    return not SENSITIVE.isdisjoint(text.split()) or any(f" {phrase} " in f" {text} " for phrase in SENSITIVE_PHRASES)


def link_key(link: str) -> str:
    """A canonical link without what differs between copies of one address: scheme, ``www.``, the slash at the end."""
    parts = urlsplit(link)
    rest = parts.netloc.removeprefix("www.") + parts.path.rstrip("/")
    return f"{rest}?{parts.query}" if parts.query else rest


def _says(one: Told, other: Told) -> bool:
    shared = len(one.everything & other.words)
    return shared >= _FEWEST and shared >= SAID * len(other.words)


def _words(folded: str, name: Collection[str]) -> frozenset[str]:
    found = (part for word in folded.split() for part in ROLES.get(word, word).split())
    return frozenset(word[:_STEM] for word in found if word not in SMALL and word not in name)
