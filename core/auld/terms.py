"""What people are interested in, know or need, ready to be compared: with each other's, and with what a text is about.

    ana = Terms.of(["sailing", "green hydrogen, ports"])
    bo = Terms.of(["looking for a hydrogen expert"])
    meeting_of(ana, bo, ("en", "pt"))   # [Meeting(one="green hydrogen", other="looking for a hydrogen expert", ...)]

    index = TermIndex(("en", "pt"))     # one against many: costs the words of the question, not the people in it
    index.add(person_id, ana)
    index.meetings(bo)                  # {person_id: [Meeting, ...]}

Words are compared by their stems (Snowball's, in a language; without diacritics), as whole words only. Two terms meet if they
share more than half of what the shorter one says; words that fit anybody (``help``, ``company``) say nothing. It is meant to
miss rather than to be wrong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from auld.people import fold

if TYPE_CHECKING:
    from Stemmer import Stemmer

_ALGORITHMS = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
"""ISO 639-1 -> Snowball."""

_WORD = re.compile(r"[^\W_]+(?:[+#]+(?!\w))?")  # C++ and C# are words
_BETWEEN = re.compile(r"[,;/|•\n]|\s[-–—]\s")
_SHORTEST_STEM = 4  # shorter ones are shared by words that have nothing to do with each other: win, wine
_LONGEST_ABBREVIATION = 4
_CACHED = 8192
_MOST_WORDS = 12
_IN_MANY = 0.2
"""Share of the people of an index from which on a word says nothing of any of them,"""
_MANY = 10
"""if there are so many of them at least."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing: ``text`` as written, ``words`` what of it has a meaning, in lower case."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Somebody's interests, or needs, or what they can offer."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Terms:
        """From texts as people write them: each may hold several terms with commas, semicolons or line ends between them."""
        found: dict[tuple[str, ...], Term] = {}
        for text in texts:
            for part in _BETWEEN.split(text):
                words = meaningful(part)
                if words and len(words) <= _MOST_WORDS:
                    found.setdefault(words, Term(" ".join(part.split()), words))
        return cls(tuple(found.values()))

    def __bool__(self) -> bool:
        return bool(self.terms)


class Meeting(NamedTuple):
    """A term of ``one`` side and one of the ``other``, as written, and the ``shared`` words, as the first side has them."""

    one: str
    other: str
    shared: tuple[str, ...]


def meeting_of(one: Terms, other: Terms, languages: Sequence[str] = ("en",)) -> list[Meeting]:
    """Where the two meet, what shares most first. ``languages`` (ISO 639): in which the words are taken apart."""
    return _meetings(one, other, languages, ())


class TermIndex:
    """Many people's terms, to be asked with somebody's."""

    def __init__(self, languages: Sequence[str] = ("en",)) -> None:
        self._languages = tuple(languages)
        self._terms: dict[str, Terms] = {}
        self._owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def add(self, owner: str, terms: Terms) -> None:
        """Each owner once."""
        self._terms[owner] = terms
        for key in self._keys(terms):
            self._owners[key].add(owner)

    def meetings(self, terms: Terms) -> dict[str, list[Meeting]]:
        """Whose terms these meet, and where; ``one`` is what was asked with. A word that very many people have counts for
        nothing."""
        most = max(_MANY, int(len(self._terms) * _IN_MANY))
        keys = self._keys(terms)
        common = {key for key in keys if len(self._owners.get(key, ())) > most}
        asked = {owner for key in keys - common for owner in self._owners.get(key, ())}
        found = {owner: _meetings(terms, self._terms[owner], self._languages, common) for owner in sorted(asked)}
        return {owner: meetings for owner, meetings in found.items() if meetings}

    def _keys(self, terms: Terms) -> set[tuple[str, str]]:
        words = {word for term in terms.terms for word in term.words}
        return {(language, stem_of(word, language)) for word in words for language in self._languages}


# --- words --------------------------------------------------------------------------------------------------------------
def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order, with their diacritics."""
    return _WORD.findall(text.casefold())


def meaningful(text: str) -> tuple[str, ...]:
    """The words of a term that say something, each once."""
    from auld.function_words import FUNCTION_WORDS, VAGUE

    found: dict[str, None] = {}
    for written in _WORD.findall(text):
        word = written.casefold()
        small = word in VAGUE or any(word in words for words in FUNCTION_WORDS.values())
        if (len(word) > 1 or not word.isascii()) and (not small or is_abbreviation(written)):
            found[word] = None
    return tuple(found)


def is_abbreviation(word: str) -> bool:
    """``AI``, ``IT``, ``DER``: in small letters some of them are words that say nothing."""
    return 1 < len(word) <= _LONGEST_ABBREVIATION and word.isupper()


@lru_cache(maxsize=_CACHED)
def stem_of(word: str, language: str) -> str:
    """What a word (lower case) is compared by: its stem in the language, without diacritics. Where little is left of it, the
    word itself but for the -s of a plural."""
    stem = fold(_stem(word, language))
    if len(stem) >= _SHORTEST_STEM:
        return stem
    plain = fold(word) or word
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") else plain


def language_of(text: str, languages: Sequence[str]) -> str:
    """In which language a text is written, by its small words; the first of ``languages`` if they do not tell."""
    from auld.function_words import FUNCTION_WORDS

    words = words_of(text)
    count = {language: sum(word in small for word in words) for language, small in FUNCTION_WORDS.items()}
    best = max(count, key=lambda language: (count[language], language in languages))
    tied = [language for language in count if count[language] == count[best]]
    if not count[best]:
        return languages[0]
    return next((language for language in languages if language in tied), best)


def _meetings(one: Terms, other: Terms, languages: Sequence[str], common: Collection[tuple[str, str]]) -> list[Meeting]:
    found = [m for a in one.terms for b in other.terms if (m := _meet(a, b, languages, common)) is not None]
    return sorted(found, key=lambda meeting: -len(meeting.shared))


def _meet(one: Term, other: Term, languages: Sequence[str], common: Collection[tuple[str, str]]) -> Meeting | None:
    shared: tuple[str, ...] = ()
    for language in languages:
        others = {stem_of(word, language) for word in other.words}
        found = (word for word in one.words if (stem := stem_of(word, language)) in others and (language, stem) not in common)
        shared = max(shared, tuple(found), key=len)
    return Meeting(one.text, other.text, shared) if 2 * len(shared) > min(len(one.words), len(other.words)) else None


def _stem(word: str, language: str) -> str:
    stemmer = _stemmer(language)
    return word if stemmer is None else str(stemmer.stemWord(word))


@cache
def _stemmer(language: str) -> Stemmer | None:
    algorithm = _ALGORITHMS.get(language.partition("-")[0])
    if algorithm is None:
        return None
    from Stemmer import Stemmer

    return Stemmer(algorithm, 0)
