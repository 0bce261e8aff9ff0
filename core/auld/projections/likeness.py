"""How names of one human are told from names of two.

A name is compared by its words, whatever their order, with short forms, initials and what people leave out; never by its
sound or by single letters: what only resembles is asked about (:mod:`auld.projections.suggestions`), not joined.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from auld.observations import Contact
from auld.people import fold, normalise_email
from auld.projections.names import HONORIFICS, SUFFIXES
from auld.projections.short_names import may_be_one_name

_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
"""What tells father from son; of the other suffixes people write as many as they like."""

_ADDED = re.compile(r"\(([^()]*)\)|[\"“„]([^\"”“]*)[\"”“]")
"""In brackets or quotation marks stands how somebody is called, or where they work; it is no part of the name."""

_HONORIFICS = HONORIFICS | {"eng", "sr", "sra", "lic", "arq", "mag", "fr", "hr", "mme", "mlle", "pr"}
_TYPED = re.compile(r"(?<=[aou])e|(?<=a)a")
_CONSONANTS = str.maketrans({
    **dict.fromkeys("aeiouyjаеиоуъыьэієюяјαεηιουω", ""), "x": "ks",
    "б": "b", "в": "v", "г": "g", "д": "d", "з": "z", "к": "k", "л": "l", "м": "m", "н": "n", "п": "p", "р": "r",
    "с": "s", "т": "t", "ф": "f", "ґ": "g", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ђ": "d",
    "љ": "l", "њ": "n", "ћ": "c", "џ": "dz", "β": "v", "γ": "g", "δ": "d", "ζ": "z", "κ": "k", "λ": "l", "μ": "m",
    "ν": "n", "ξ": "ks", "π": "p", "ρ": "r", "σ": "s", "τ": "t", "φ": "f", "θ": "th", "χ": "ch", "ψ": "ps",
})  # fmt: skip
"""Letters of three alphabets in Latin consonants; vowels are spelled in too many ways to be compared."""


class Name(NamedTuple):
    """A name as it is compared: its folded words, the given one first where that is known; ``given`` is the given name with
    the nicknames; ``generation`` as in "Junior"."""

    words: tuple[str, ...]
    given: tuple[str, ...] = ()
    generation: str = ""


NAMELESS = Name(())


def name_of(contact: Contact) -> Name:
    """The name on a card; NAMELESS where an address or a number stands in its place."""
    called = [fold(nickname) for nickname in contact.nicknames]
    if contact.given or contact.family:
        given, rest = fold(contact.given).split(), fold(f"{contact.additional} {contact.family}").split()
        generations = fold(contact.suffix).split()
    else:
        given, rest, generations = _written(contact.name, called)
    words = [*given, *rest]
    while len(words) > 1 and words[0] in _HONORIFICS:
        del words[0]
    while len(words) > 1 and words[-1] in SUFFIXES | _GENERATIONS.keys():
        generations.append(words.pop())
    first = words[:1] if given else []
    forms = tuple(dict.fromkeys(word for word in (*first, *called) if word))
    generation = next((_GENERATIONS[word] for word in generations if word in _GENERATIONS), "")
    return Name(tuple(words), forms if words else (), generation)


def _written(text: str, called: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Given name, the rest, and suffixes of a name written in one; what the person is called besides goes to ``called``."""
    if normalise_email(text) or not any(letter.isalpha() for letter in text):
        return [], [], []
    if "(" in text or '"' in text or "“" in text or "„" in text:
        added = [fold(match[1] or match[2]) for match in _ADDED.finditer(text)]
        text = _ADDED.sub(" ", text)
        called += [word for word in added if word and " " not in word]
    family, comma, after = text.partition(",")
    behind = fold(after).split()
    if comma and all(word in SUFFIXES or word in _GENERATIONS for word in behind):  # Anna Smith, PhD
        return fold(family).split(), [], behind
    return (behind, fold(family).split(), []) if comma else (fold(text).split(), [], [])


def agree(a: Name, b: Name, *, by_phone: bool) -> bool:
    """May two cards that share an address (or a number, which people share more easily) be one human?

    One name may be a shorter form of the other (words left out, initials); or the given names agree (short forms, nicknames),
    for a phone number together with another word. By a number, "Maria Lima" is not "Ana Maria Lima"."""
    if a == b or not a.words or not b.words:
        return True
    if a.generation != b.generation and (by_phone or (a.generation and b.generation)):
        return False
    if _script(a) != _script(b):
        return _agree_across_scripts(a, b, by_phone=by_phone)
    short, long = sorted((a.words, b.words), key=len)
    same_given = any(_same_word(x, y) for x in a.given for y in b.given)
    within = all(any(_same_word(word, other) for other in long) for word in short)
    if within and (not by_phone or same_given or len(short) == len(long) > 1):
        return True
    if _run_together(a.words) & _run_together(b.words):
        return True
    return same_given and (not by_phone or bool(set(a.words[1:]) & set(b.words[1:])))


def _same_word(a: str, b: str) -> bool:
    if min(len(a), len(b)) == 1:
        return a[0] == b[0]
    return may_be_one_name(a, b) or (min(len(a), len(b)) > 3 and typed(a) == typed(b))


def typed(word: str) -> str:
    """``mueller`` and ``muller``, ``soerensen`` and ``sorensen``: as typed without the letter, in either manner."""
    return _TYPED.sub("", word)


def _run_together(words: tuple[str, ...]) -> set[str]:
    """``vanderberg``, and names that are written without spaces, family name first."""
    return {"".join(words), "".join(reversed(words)), "".join((*words[1:], *words[:1]))}


def _script(name: Name) -> str:
    return script("".join(name.words))


@lru_cache(maxsize=1024)
def script(text: str) -> str:
    """``LATIN``, ``CYRILLIC``, ``GREEK``, ``CJK`` …: what the first letter is written in."""
    if text.isascii():
        return "LATIN"
    return unicodedata.name(text[0], "").partition(" ")[0]


def _agree_across_scripts(a: Name, b: Name, *, by_phone: bool) -> bool:
    """Cyrillic and Greek are compared with Latin by their consonants; of other scripts nothing can be said by rule, so that
    an address shared is enough, and a number is not."""
    if {_script(a), _script(b)} <= {"LATIN", "CYRILLIC", "GREEK"}:
        short, long = sorted((a.words, b.words), key=len)
        sounds = {_consonants(word) for word in long}
        return all(_consonants(word) in sounds for word in short) and (len(short) > 1 or not by_phone)
    return not by_phone


def _consonants(word: str) -> str:
    """``Александр`` and ``Alexander`` -> ``lksndr``."""
    return word.translate(_CONSONANTS)
