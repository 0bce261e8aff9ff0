"""Whom a title says that one meets: "Lunch with Ana", "Ana / Ben 1:1", "Call: João Silva".

A full name tells by itself. A given name alone tells only where the title has the shape of a meeting with somebody, since
"Mark", "Grace" and "Porto" are words, too. Who bears a name is not known here (:mod:`auld.projections.attendance`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from auld.people import fold
from auld.projections.vocabulary import ERRANDS, MEETINGS, OCCASIONS, SHOWS, TITLE_FILLERS, TITLE_STOPS

_LONGEST = 4
"""Words of a name; what is longer is no name."""

# spellings that splitting into words would tear apart
_SPELLINGS = (
    (re.compile(r"\b(?:1\s*[:/-]\s*1|1\s*-?\s*(?:on|2|a)\s*-?\s*1|one[ -]on[ -]one|un[ -]a[ -]un)\b"), " 1on1 "),
    (re.compile(r"\bw/(?=\s*\w)"), " with "),
    (re.compile(r"\b(catch|check|meet|drop)[ -](up|in)\b"), r" \1\2 "),
)
_TOKEN = re.compile(r"<-*>|[↔⇄⟷]|[^\W_]+(?:['’.-][^\W_]+)*['’]?|[/&+,:|@(\[–—-]")
_BREAKS = frozenset(":|@([–—-")
_BETWEEN = frozenset({"<>", "↔", "⇄", "⟷"})
_WITH = frozenset({"with", "com", "mit", "avec", "con", "met"})
_CAKE = "🎂"  # what Apple and others put before birthdays
_THEIRS = ("'s", "’s")
_AND = frozenset({",", "/", "&", "+", "and", "und", "et", "e", "y", *_BETWEEN})

Phrase = tuple[str, ...]


class Reading(NamedTuple):
    """``words`` is the whole title, folded. ``phrases`` stand where it would name those whom one meets; ``sure`` says that it
    speaks of meeting them. ``full``: names in full count wherever they stand; False if the title rather speaks of something
    else, and None if that is not even worth a question."""

    words: Phrase
    phrases: tuple[Phrase, ...]
    sure: bool
    full: bool | None


def read(title: str) -> Reading:
    """Take a title apart."""
    text = title.casefold()
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    tokens = _TOKEN.findall(text)
    words = tuple(fold(title).split())
    known = set(words)
    with_whom = _after_with(tokens)
    errand = bool(words) and words[0] in ERRANDS
    if known & OCCASIONS or _CAKE in title:
        return Reading(words, with_whom, bool(with_whom) and not errand, None)
    if with_whom:
        return Reading(words, with_whom, not errand, not errand)
    sure, phrases = _shape(tokens)
    other = errand or bool(known & SHOWS)
    return Reading(words, phrases, sure and not other, not other)


def _after_with(tokens: list[str]) -> tuple[Phrase, ...]:
    """The names after "with", up to where the title goes on about something else."""
    place = next((number for number, token in enumerate(tokens) if token in _WITH and number < len(tokens) - 1), None)
    if place is None:
        return ()
    names: list[str] = []
    for token in tokens[place + 1 :]:
        if token in TITLE_STOPS or token in _BREAKS or token in _WITH:
            break
        names.append(token)
    return _phrases(names)


def _shape(tokens: list[str]) -> tuple[bool, tuple[Phrase, ...]]:
    """Names that stand alone or in a pair, beside words for a meeting; whether these make it one."""
    pieces = _split(tokens, _BREAKS)
    bare = [_without_meeting(piece) for piece in pieces]
    left = [piece for piece in bare if piece]
    if len(left) != 1 or len(pieces) > 2:
        return False, ()
    meeting = any(token in MEETINGS for token in tokens)
    phrases = _phrases(left[0])
    between = any(token in _BETWEEN for token in left[0])
    return meeting or (between and len(phrases) > 1), phrases


def _without_meeting(piece: list[str]) -> list[str]:
    """Words for a meeting taken off both ends."""
    start, end = 0, len(piece)
    while start < end and (piece[start] in MEETINGS or piece[start] in TITLE_FILLERS):
        start += 1
    while end > start and (piece[end - 1] in MEETINGS or piece[end - 1] in TITLE_FILLERS):
        end -= 1
    return piece[start:end]


def _phrases(tokens: list[str]) -> tuple[Phrase, ...]:
    parts = (_without_meeting(part) for part in _split(tokens, _AND))
    # "Ana's": something of hers
    found = (tuple(fold(" ".join(part)).split()) for part in parts if not any(token.endswith(_THEIRS) for token in part))
    return tuple(phrase for phrase in found if 0 < len(phrase) <= _LONGEST)


def _split(tokens: list[str], at: frozenset[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    for token in tokens:
        if token in at:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [piece for piece in pieces if piece]
