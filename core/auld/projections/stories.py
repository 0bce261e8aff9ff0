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
from typing import TypeVar
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


def by_story(entries: Iterable[tuple[K, Told]]) -> list[list[K]]:
    """What the entries are known by, those of one story together; the first of each story is the first that came."""
    groups: list[tuple[list[K], list[Told]]] = []
    known: dict[str, int] = {}  # by link and by headline
    told_in: defaultdict[str, list[int]] = defaultdict(list)
    for key, entry in entries:
        near = Counter(number for word in entry.everything for number in told_in.get(word, ()))
        asked = {number for number, shared in near.items() if shared >= _FEWEST - 1}
        asked |= {known[sign] for sign in (entry.link, entry.headline) if sign in known}
        mine = next((n for n in sorted(asked) if any(same_story(other, entry) for other in groups[n][1])), None)
        if mine is None:
            mine = len(groups)
            groups.append(([], []))
        groups[mine][0].append(key)
        groups[mine][1].append(entry)
        known |= {sign: mine for sign in (entry.link, entry.headline) if sign}
        for word in entry.everything:
            if not told_in[word] or told_in[word][-1] != mine:
                told_in[word].append(mine)
    return [keys for keys, _ in groups]


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
