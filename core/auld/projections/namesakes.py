"""Whether a news entry that names a person means that person: what of it speaks for them, what speaks for a namesake.

For: what stands on the card (:mod:`auld.projections.evidence`), an age that fits, a feed set up for the name. Against, from the
words beside the name: another age, a life that is over, something named after somebody, another profession, another place or
employer, another form of address. They are weighed; where as much speaks against as for, it is a namesake.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from auld.observations import Mention, PartialDate
from auld.people import fold
from auld.projections.evidence import signs_of
from auld.projections.names import forms
from auld.projections.news_words import MASCULINE, NAMED_AFTER, PROFESSIONS
from auld.projections.posts import pages_of, places_of
from auld.projections.views import PersonView, Sign
from auld.projections.vocabulary import COMMON_IN_TITLES

_FOR = {"employer": 2, "domain": 2, "age": 2, "feed": 2, "title": 1, "city": 1}
_SURE = 2
"""By how much more has to speak for the person than against, if it is a death or a crime that is told."""
_UNLIKELY_AGES = (16, 85)  # outside of these few people have business cards

_WORD = re.compile(r"[^\W_]+")
_AGE = re.compile(
    r"\s*[,(]?\s*(?:aged|age|im alter von|[aâ]g[ée]+ de|de|di)?\s*(\d{1,3})\s*"
    r"(?:$|[,).;:]|(?:years?|jahre|ans|anos|años|anni|jaar|of|from|aus|was|has|is|died|dies|starb)\b)",
    re.I,
)
_AGED = re.compile(r"(\d{1,3})(?:-year-old|-j[äa]hrigen?r?|-jarige)\s+(?:[^\W_]+\s+){0,2}$", re.I)
_LIFE = re.compile(
    r"\s*\(?\s*(?:born|b\.|geb\.?|n[ée]e? en|nascid[oa] em|nacid[oa] en|nat[oa] nel|\*)?\s*(\d{4})\s*([-–—])?", re.I
)
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w&.'’-]*"
_NAME = rf"({_CAPITAL}(?:\s{_CAPITAL}){{0,3}})"
_OF = r"(?:of|from|at|bei|von|aus|chez|uit|vom|do|da|del|della)"
_CHIEF = (
    r"(?:ceo|cfo|cto|coo|chief(?: [a-z]+){0,2} officer|chief executive|president|(?:co-?)?founder|chair(?:man|woman)?|"
    r"owner|boss|(?:managing )?director|geschäftsführer(?:in)?|chef(?:in)?|"
    r"direktor(?:in)?|directeur|directrice|pdg|directora?|diretora?|"
    r"presidente|fundadora?|direttore|direttrice|bestuurder)"
)
_PLACE = re.compile(rf"\s*(?:,\s*(?:\d{{1,3}},?\s*)?)?(?:\(|{_OF}\s+(?:the\s+)?){_NAME}")
_HEADS = re.compile(rf"\s*,\s*(?:the\s+)?(?i:{_CHIEF})\s+(?:{_OF}|de|du|di|der|van)\s+(?:the\s+)?{_NAME}")
_HEADED = re.compile(rf"\b{_NAME}\s(?i:{_CHIEF})\s*$")
_BASED = re.compile(r"([^\W\d_]+)[- ]based\s+(?:[^\W_]+\s+){0,3}$")
_LATE = re.compile(r"\b(?:the late|†|feu|der verstorbene|die verstorbene)\s*$", re.I)
_NEAR_BEFORE, _NEAR_AFTER = 4, 6  # words beside a name in which a profession is the person's
_MIDDLE = 2  # initials that may stand inside a name


@dataclass
class PersonFacts:
    """What is needed of a person to know them in the news. ``gender`` is f, m, or empty where the card has no form of address.
    What stands on the card is looked at only once the person is named."""

    person: PersonView
    aliases: tuple[str, ...] = ()
    gender: str = ""

    @property
    def id(self) -> str:
        return self.person.id

    @property
    def name(self) -> str:
        return self.person.name

    @cached_property
    def signs(self) -> dict[str, Sign]:
        """By the folded words and phrases that they are found by."""
        return signs_of(self.person)

    @cached_property
    def names(self) -> frozenset[tuple[str, ...]]:
        return frozenset(form.words for form in forms(self.name, self.aliases))

    @cached_property
    def pages(self) -> frozenset[str]:
        return pages_of(self.person)

    @cached_property
    def own(self) -> frozenset[str]:
        """Every word of the card that tells what they do and where."""
        person = self.person
        texts = (person.title, person.organisation, *person.cities, *person.expertise, *person.interests, *person.categories)
        return frozenset(word for text in (*texts, *self.signs) for word in fold(text).split())


class Verdict(NamedTuple):
    """What speaks for a person; ``agrees`` without the feed being set up for the name, ``sure`` beyond doubt."""

    signs: tuple[Sign, ...]
    means: bool
    agrees: bool
    sure: bool


_NO_ONE = Verdict((), False, False, False)


def judge(facts: PersonFacts, mention: Mention, year: int) -> Verdict:
    """``year`` is that of the entry's publication."""
    if _is_by(facts, mention):
        return _NO_ONE
    signs = list(_signs(facts, mention))
    against = 0
    for text in (mention.title, mention.summary):
        for start, end in _places(text, facts.names):
            age = _age(text, start, end)
            if age is not None and _fits(facts.person.birthday, year, age):
                signs.append(Sign("age", str(age)))
            against = max(against, _against(facts, text, start, end, year, age))
    signs = list(dict.fromkeys(signs))
    weight = sum({sign.kind: _FOR[sign.kind] for sign in signs}.values())
    agrees = weight > against
    if mention.person and not facts.names.isdisjoint(form.words for form in forms(mention.person)):
        signs.append(Sign("feed", mention.person))
    means = agrees or sum({sign.kind: _FOR[sign.kind] for sign in signs}.values()) > against
    return Verdict(tuple(signs), means, agrees, weight - against >= _SURE) if means else _NO_ONE


def _is_by(facts: PersonFacts, mention: Mention) -> bool:
    """What they write themselves is no news about them."""
    if mention.by:
        return not facts.names.isdisjoint(form.words for form in forms(mention.by))
    return bool(facts.pages) and any(page in facts.pages for page in places_of(mention))


def _signs(facts: PersonFacts, mention: Mention) -> Iterator[Sign]:
    """What of the card stands in title, summary, or the host that the link leads to."""
    host = urlsplit(mention.link).hostname or ""
    text = f" {fold(mention.title)} {fold(mention.summary)} {fold(host)} "
    return (sign for phrase, sign in facts.signs.items() if f" {phrase} " in text)


def _places(text: str, names: Iterable[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """Where in the text one of the names stands as it is written straight, with its middle initials."""
    found = [(fold(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
    words = [word for word, _, _ in found]
    for name in names:
        for place, word in enumerate(words):
            if word != name[0]:
                continue
            at, left = place, list(name)
            while left and at < len(words) and at - place < len(name) + _MIDDLE:
                if words[at] == left[0]:
                    left.pop(0)
                elif len(words[at]) > 1:
                    break
                at += 1
            if not left:
                yield found[place][1], found[at - 1][2]


# --- what speaks against ------------------------------------------------------------------------------------------------
def _against(facts: PersonFacts, text: str, start: int, end: int, year: int, age: int | None) -> int:
    """How much the words beside the name (from ``start`` to ``end``) speak for somebody else."""
    before, after = text[:start], text[end:]
    born = facts.person.birthday.year if facts.person.birthday else None
    total = 0
    if age is not None and not _fits(facts.person.birthday, year, age):
        total += 3 if born else int(not _UNLIKELY_AGES[0] <= age <= _UNLIKELY_AGES[1])
    if _another_life(after, born, year) or _is_a_thing(before, after):
        total += 3
    total += 2 * (_another_profession(facts, before, after) + bool(_LATE.search(before)))
    return total + _elsewhere(facts, before, after) + _addressed_otherwise(facts.gender, before)


def _age(text: str, start: int, end: int) -> int | None:
    found = _AGE.match(text[end:]) or _AGED.search(text[:start])
    return int(found[1]) if found else None


def _fits(birthday: PartialDate | None, year: int, age: int) -> bool:
    return birthday is not None and birthday.year is not None and year - birthday.year - age in (0, 1)


def _another_life(after: str, born: int | None, year: int) -> bool:
    """``(1890–1965)``, ``(born 1961)``: a year beside the name is that of a birth."""
    found = _LIFE.match(after)
    if found is None or after.lstrip()[:1] != "(":
        return False
    told = int(found[1])
    return told != born if born else bool(found[2]) or told < year - _UNLIKELY_AGES[1]


def _is_a_thing(before: str, after: str) -> bool:
    """A street, a school, a prize of that name."""
    following = _WORD.match(after.lstrip(" -"))
    return bool(_last(before, 1) & NAMED_AFTER) or (following is not None and fold(following[0]) in NAMED_AFTER)


def _another_profession(facts: PersonFacts, before: str, after: str) -> bool:
    """In apposition: ``the striker Ada Vale``, ``Ada Vale, an actress``."""
    words = _last(before, _NEAR_BEFORE)
    if after.lstrip()[:1] in (",", "("):
        words = words | {fold(word) for word in _WORD.findall(re.split(r"[.;!?]", after)[0])[:_NEAR_AFTER]}
    named = words & PROFESSIONS
    return bool(named) and named.isdisjoint(facts.own | COMMON_IN_TITLES)


def _elsewhere(facts: PersonFacts, before: str, after: str) -> int:
    """Somewhere, or at the head of something, that the card does not know."""
    found = _PLACE.match(after) or _HEADS.match(after) or _BASED.search(before) or _HEADED.search(before)
    if found is None:
        return 0
    words = set(fold(found[1]).split())
    return int(bool(words) and words.isdisjoint(facts.own))


def _addressed_otherwise(gender: str, before: str) -> int:
    address = next(iter(_last(before, 1)), "")
    told = MASCULINE.get(address)
    return int(bool(gender) and told is not None and told != (gender == "m"))


def _last(text: str, count: int) -> set[str]:
    """The last words of the clause, folded."""
    clause = re.split(r"[,.;:!?|–—]", text)[-1]
    return {fold(word) for word in _WORD.findall(clause)[-count:]}


def gender_of(prefix: str) -> str:
    """From a form of address (``Frau Dr.``): f, m, or empty."""
    told = {MASCULINE[word] for word in fold(prefix).split() if word in MASCULINE}
    return "" if len(told) != 1 else "m" if True in told else "f"
