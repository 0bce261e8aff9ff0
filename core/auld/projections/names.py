"""Which people a text names in full: an index over names that costs a text the same however many people there are.

A name is found in any case, with or without diacritics, hyphens and quotation marks, followed by ’s, with or without a middle
initial, and reversed with a comma (``Smith, Anna J.``); never inside a longer word. A name of one word is never found: it is
not a full name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from auld.people import fold

# Folding is cached for names, which come again and again; texts do not, and would only fill the cache.
_fold_text = fold.__wrapped__

_COMMA = " ʘ "
"""Stands for a comma while a text is folded: a letter that no name and no headline is written with."""

HONORIFICS = frozenset(
    {"dr", "dra", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "rev", "herr", "frau", "ing", "dipl"}
)
SUFFIXES = frozenset(
    {"phd", "md", "jr", "sr", "ii", "iii", "iv", "mba", "msc", "bsc", "cpa", "cfa", "esq", "obe", "cbe", "mbe", "llm"}
)
_MOST_INITIALS = 2


class Form(NamedTuple):
    """One way to write somebody's full name: its words in order, and the middle initials that it has."""

    words: tuple[str, ...]
    initials: str = ""


def forms(name: str, aliases: Iterable[str] = ()) -> frozenset[Form]:
    """The forms that a name is looked for in. An alias of one word (``Annie``) takes the place of the given name."""
    main = _form(name)
    found = {main}
    for alias in aliases:
        other = _form(alias)
        if len(other.words) == 1 and len(main.words) > 1:
            other = Form((*other.words, main.words[-1]))
        found.add(other)
    return frozenset(form for form in found if len(form.words) > 1)


def _form(name: str) -> Form:
    family, comma, given = name.partition(",")
    words = fold(name).split()
    if comma and any(word not in SUFFIXES for word in fold(given).split()):
        words = [*fold(given).split(), *fold(family).split()]
    while len(words) > 2 and words[0] in HONORIFICS:
        words.pop(0)
    while len(words) > 2 and words[-1] in SUFFIXES:
        words.pop()
    inner = words[1:-1]
    kept = (*words[:1], *(word for word in inner if len(word) > 1), *words[max(1, len(words) - 1) :])
    return Form(kept, "".join(word for word in inner if len(word) == 1))


class NameIndex:
    """People's names, to be found in texts. Ids may be added and removed at any time."""

    def __init__(self) -> None:
        self._forms: dict[str, frozenset[Form]] = {}
        self._by_pair: defaultdict[str, list[tuple[Form, str]]] = defaultdict(list)
        self._firsts: Counter[str] = Counter()

    @classmethod
    def build(cls, people: Iterable[tuple[str, str, Sequence[str]]]) -> NameIndex:
        """From (person id, full name, other names)."""
        index = cls()
        for person_id, name, aliases in people:
            index.add(person_id, name, aliases)
        return index

    def __len__(self) -> int:
        return len(self._forms)

    def add(self, person_id: str, name: str, aliases: Sequence[str] = ()) -> None:
        """Takes the place of what was known of that person."""
        self.remove(person_id)
        self._forms[person_id] = found = forms(name, aliases)
        for form in found:
            self._by_pair[_pair(form)].append((form, person_id))
            self._firsts[form.words[0]] += 1

    def remove(self, person_id: str) -> None:
        """Nothing happens if there is no such person."""
        for form in self._forms.pop(person_id, ()):
            bucket = self._by_pair[_pair(form)]
            bucket.remove((form, person_id))
            if not bucket:
                del self._by_pair[_pair(form)]
            self._firsts[form.words[0]] -= 1
            if not self._firsts[form.words[0]]:
                del self._firsts[form.words[0]]

    def find(self, text: str) -> list[str]:
        """The people whom ``text`` names, each once, in the order of the text."""
        words = _fold_text(text.replace(",", _COMMA) if "," in text else text).split()
        firsts = self._firsts
        found: dict[str, None] = {}
        for place, word in enumerate(words):
            if word in firsts:
                found.update(dict.fromkeys(self._straight(words, place)))
                if place > 1 and words[place - 1] == "ʘ":
                    found.update(dict.fromkeys(self._reversed(words, place)))
        return list(found)

    def _straight(self, words: list[str], place: int) -> Iterator[str]:
        """Names that begin here: ``anna smith``, ``anna j smith``."""
        after = place + 1
        while after < len(words) and after <= place + 1 + _MOST_INITIALS:
            for form, person_id in self._by_pair.get(f"{words[place]} {words[after]}", ()):
                rest = words[after + 1 : after + 1 + len(form.words) * 2]
                if _continues(form, rest, "".join(words[place + 1 : after])):
                    yield person_id
            if len(words[after]) > 1 or words[after] == "ʘ":
                return
            after += 1

    def _reversed(self, words: list[str], place: int) -> Iterator[str]:
        """Names whose family part stands before the comma that precedes this place: ``smith ʘ anna j``."""
        left = [word for word in words[max(0, place - 8) : place - 1] if len(word) > 1]
        if "ʘ" in left:
            left = left[len(left) - left[::-1].index("ʘ") :]
        right = words[place : place + 8]
        given = [word for word in right if len(word) > 1]
        initials = "".join(word for word in right[1 : 1 + _MOST_INITIALS] if len(word) == 1)
        for second in dict.fromkeys([*given[1:2], *left]):
            for form, person_id in self._by_pair.get(f"{words[place]} {second}", ()):
                splits = range(1, len(form.words))
                fits = any(_meet(left, given, form.words[:split], form.words[split:]) for split in splits)
                if fits and _agree(form.initials, initials):
                    yield person_id


def _pair(form: Form) -> str:
    return f"{form.words[0]} {form.words[1]}"


def _continues(form: Form, rest: Sequence[str], initials: str) -> bool:
    """Whether what follows the first two words of a form is the rest of it, perhaps with initials in between."""
    wanted = list(form.words[2:])
    for word in rest:
        if not wanted:
            break
        if word == wanted[0]:
            wanted.pop(0)
        elif len(word) == 1 and word != "ʘ":
            initials += word
        else:
            return False
    return not wanted and _agree(form.initials, initials)


def _meet(left: Sequence[str], right: Sequence[str], given: Sequence[str], family: Sequence[str]) -> bool:
    return tuple(left[len(left) - len(family) :]) == family and tuple(right[: len(given)]) == given


def _agree(known: str, written: str) -> bool:
    """Two people may differ by their middle initial only; where one of them is without, they are taken for one."""
    return not known or not written or known.startswith(written) or written.startswith(known)
