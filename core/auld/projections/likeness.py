"""How names of one human are told from names of two.

A name is compared by its words, whatever their order, with short forms, initials and what people leave out; never by its
sound or by single letters: what only resembles is asked about (:mod:`auld.projections.suggestions`), not joined.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

from auld.observations import Contact
from auld.people import fold, normalise_email
from auld.projections.names import HONORIFICS, SUFFIXES
from auld.projections.short_names import is_given_name, may_be_one_name

_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
"""What tells father from son; of the other suffixes people write as many as they like."""

_ADDED = re.compile(r"\(([^()]*)\)|[\"“„]([^\"”“]*)[\"”“]")
"""In brackets or quotation marks stands how somebody is called, or where they work; it is no part of the name."""

_HONORIFICS = HONORIFICS | {"eng", "sr", "sra", "lic", "arq", "mag", "fr", "hr", "mme", "mlle", "pr"}
_TYPED = re.compile(r"(?<=[aou])e|(?<=a)a")
_DOUBLE = re.compile(r"(.)\1+")
_SOUNDS = (
    ("ng", "g"),
    ("sch", "sh"),
    ("tch", "sh"),
    ("ch", "sh"),
    ("kh", "h"),
    ("ph", "f"),
    ("gh", "g"),
    ("zh", "sh"),
    ("ck", "k"),
    ("x", "ks"),
)
_CONSONANTS = str.maketrans({
    **dict.fromkeys("aeiouyjwh", ""),
    "b": "p", "c": "k", "d": "t", "g": "k", "q": "k", "r": "l", "v": "f", "z": "s",
})  # fmt: skip
"""What one name's consonants become from script to script, and from one manner of transcription to another."""

_ALPHABETS = frozenset({"LATIN", "CYRILLIC", "GREEK"})
_JAPANESE = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
_SPELT_OTHERWISE = 5
"""Letters of a word from which on a typing error, or another manner of transcription, is told from another name."""


class Name(NamedTuple):
    """A name as it is compared: its folded words, the given one first where that is known; ``given`` is the given name with
    the nicknames; ``generation`` as in "Junior"."""

    words: tuple[str, ...]
    given: tuple[str, ...] = ()
    generation: str = ""


NAMELESS = Name(())


def name_of(contact: Contact) -> Name:
    """The name on a card; where an address stands in its place, the name in that; NAMELESS where a number does."""
    called = [fold(nickname) for nickname in contact.nicknames]
    if "@" in contact.name and not (contact.given or contact.family) and (address := normalise_email(contact.name)):
        return name_in_address(address)
    if contact.given or contact.family:
        given, rest = fold(contact.given).split(), fold(f"{contact.additional} {contact.family}").split()
        generations = fold(contact.suffix).split()
        called += ["".join(word[0] for word in given)] if len(given) > 1 else []  # JP, of Jean-Pierre
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


def name_in_address(address: str) -> Name:
    """``ishita.nair8@example.org`` is Ishita Nair's; NAMELESS where an address does not say that clearly."""
    words = [word.strip("0123456789") for word in fold(address.partition("@")[0].replace("_", ".")).split()]
    return Name(tuple(words), (words[0],)) if len(words) > 1 and all(len(word) > 1 for word in words) else NAMELESS


def _written(text: str, called: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Given name, the rest, and suffixes of a name written in one; what the person is called besides goes to ``called``."""
    if not any(letter.isalpha() for letter in text):
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
    a, b = sorted((a, b), key=lambda name: (len(name.words), name))
    if a.generation != b.generation and (by_phone or (a.generation and b.generation)):
        return False
    if _script(a) != _script(b):
        return _agree_across_scripts(a, b, by_phone=by_phone)
    return _run_together(a.words) & _run_together(b.words) != set() or _agree_in_words(a, b, by_phone=by_phone)


def _agree_in_words(a: Name, b: Name, *, by_phone: bool) -> bool:
    """``a`` has no more words than ``b``."""
    same_given = any(_same_word(x, y) for x in a.given for y in b.given)
    swapped = any(_same_word(x, other.words[-1]) for name, other in ((a, b), (b, a)) for x in name.given)
    short, long = a.words, b.words
    within = all(any(_same_word(word, other) for other in long) for word in short)
    if not by_phone:
        return within or swapped or any(may_be_one_name(romanised(x), romanised(y)) for x in a.given for y in b.given)
    if within:
        return same_given or swapped or len(short) == len(long) > 1
    return same_given and not set(a.words[1:]).isdisjoint(b.words[1:])


def _same_word(a: str, b: str) -> bool:
    if min(len(a), len(b)) == 1:
        return a[0] == b[0]
    if a == b or may_be_one_name(romanised(a), romanised(b)) or (min(len(a), len(b)) > 3 and typed(a) == typed(b)):
        return True
    if max(len(a), len(b)) < _SPELT_OTHERWISE or (is_given_name(a) and is_given_name(b)):
        return False
    return mistyped(a, b) or _transcribed(a, b)


def _transcribed(a: str, b: str) -> bool:
    """``Mustafa`` and ``Moustafa``: the same consonants, and the same end, by which many languages tell men from women."""
    same_end = a[-1] == b[-1] or sound(a[-1]) == sound(b[-1]) != ""
    return min(len(a), len(b)) >= _SPELT_OTHERWISE and same_end and len(sound(a)) > 1 and sound(a) == sound(b)


def mistyped(a: str, b: str) -> bool:
    """Two neighbouring letters have changed places, or one is left out; not at either end, where other names begin and end."""
    short, long = sorted((a, b), key=len)
    start = next((n for n, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    if start == 0 or short[-1] != long[-1]:
        return False
    if len(short) == len(long):
        return short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return short[start:] == long[start + 1 :]


def typed(word: str) -> str:
    """``mueller`` and ``muller``, ``soerensen`` and ``sorensen``: as typed without the letter, in either manner."""
    return _TYPED.sub("", word)


def _run_together(words: tuple[str, ...]) -> set[str]:
    """``vanderberg``, and names that are written without spaces, family name first."""
    return {"".join(words), "".join((*words[1:], *words[:1])), "".join((*words[-1:], *words[:-1]))}


def _script(name: Name) -> str:
    return script("".join(name.words))


@lru_cache(maxsize=1024)
def script(text: str) -> str:
    """``LATIN``, ``CYRILLIC``, ``GREEK``, ``CJK`` …: what the first letter is written in."""
    if text.isascii():
        return "LATIN"
    return unicodedata.name(text[0], "").partition(" ")[0]


def _agree_across_scripts(a: Name, b: Name, *, by_phone: bool) -> bool:
    """Names in Latin and in other letters are compared by their consonants, in one word and in any order. Nobody has names in
    two scripts of which neither is Latin. ``a`` has no more words than ``b``."""
    if "LATIN" not in (_script(a), _script(b)):
        return {_script(a), _script(b)} <= _JAPANESE and not by_phone
    short, long = a.words, b.words
    if _run_together(tuple(map(romanised, short))) & _run_together(tuple(map(romanised, long))):  # 王伟 is Wei Wang
        return True
    if len("".join(map(sound, short))) < (3 if len(short) > 1 else 2):
        return False
    left = list(long)
    for word in short:
        found = next((other for other in left if _sounds_alike(word, other)), None)
        if found is None:
            heard, spoken = (tuple(map(sound, words)) for words in (short, long))
            alphabetic = {_script(a), _script(b)} <= _ALPHABETS
            same_given = any(_sounds_alike(x, y) and len(sound(x)) > 2 for x in a.given for y in b.given)
            return bool(_run_together(heard) & _run_together(spoken)) or (alphabetic and same_given and not by_phone)
        left.remove(found)
    return len(short) > 1 or not by_phone


def _sounds_alike(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    if len(short) == 1 and script(short) in _ALPHABETS:  # elsewhere one letter may be a name
        return romanised(long)[:1] == romanised(short)
    return sound(a) == sound(b) or may_be_one_name(romanised(a), romanised(b))


def agree_by_mobile(a: Name, b: Name) -> bool:
    """May two cards that share a mobile phone be one human? As by any number, or whoever is called the same: people change
    their surnames and keep their phones."""
    same_given = any(x == y and len(x) > 1 for x in a.words[:1] for y in b.words[:1])
    return agree(a, b, by_phone=True) or (same_given and a.generation == b.generation)


def contradict(a: Name, b: Name) -> bool:
    """Can two names not be one human's, even where nothing else tells them from names that are? "M. Zayed" and "Mustafa Rahman"
    do not agree, but they may."""
    if agree(a, b, by_phone=False):
        return False
    if (a.generation and b.generation and a.generation != b.generation) or _script(a) != _script(b):
        return True
    return not any(_same_word(x, y) for x in a.given for y in b.given)


def unreadable(a: Name, b: Name) -> bool:
    """Is one name in Latin and the other in kanji, which are read in Japanese otherwise than anything here can tell? Two such
    cards may be one human; one thing in common is too little to say so."""
    return {_script(a), _script(b)} in ({"LATIN", "CJK"}, {"LATIN", "HANGUL"})


@lru_cache(maxsize=1024)
def romanised(word: str) -> str:
    """A folded word in Latin letters."""
    return word if word.isascii() else "".join(filter(str.isalpha, anyascii(word).lower()))


@lru_cache(maxsize=1024)
def sound(word: str) -> str:
    """``Александр`` and ``Alexander`` -> ``lkstl``: the consonants, in a common spelling; vowels have too many."""
    latin = romanised(word)
    for written, heard in _SOUNDS:
        latin = latin.replace(written, heard)
    return _DOUBLE.sub(r"\1", latin.translate(_CONSONANTS))
