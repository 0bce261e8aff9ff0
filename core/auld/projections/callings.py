"""Who is called what: people by their given names and nicknames, for titles that name them by less than the full name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from auld.projections.joining import Joining
from auld.projections.likeness import Name, name_of, script, typed
from auld.projections.names import HONORIFICS
from auld.projections.people import Card, Key

_UNSPACED = frozenset({"CJK", "HANGUL", "HIRAGANA", "KATAKANA"})
"""Scripts in which a name is mostly written in one word."""


class Callings:
    """Built when first asked, and then kept up with the people who were touched by a change. What is no longer true stays in
    the table, and is passed over at the question."""

    def __init__(self, cards: Mapping[Key, Card], joining: Joining) -> None:
        self._cards = cards
        self._joining = joining
        self._by_word: dict[str, dict[Key, None]] | None = None
        self._changed: set[str] = set()
        self._meant: dict[tuple[str, ...], frozenset[str]] = {}

    def outdate(self, people: Iterable[str]) -> None:
        """These people's cards, or which of them are one human, may have changed."""
        if self._by_word is not None:
            self._changed.update(people)

    def called(self, person: str) -> set[str]:
        """The given names and nicknames of somebody, and whole names that are written in one word; folded."""
        return {word for key in self._joining.members[person] if (name := self._name(key)) for word in _callings_of(name)}

    def named(self, name: Sequence[str]) -> frozenset[str]:
        """Whose full name these folded words are, also with "oe" for "ö". Of somebody who is known by the given name only, that
        is the full name, too; then it may mean all others who are called so as well."""
        if len(name) == 1:
            found = self._unspaced(name[0])
            return found | self.meant(name) if found else found
        found = frozenset(self._joining.named(" ".join(name)) or self._joining.named(" ".join(map(typed, name))))
        return found | self.meant(name) if any(map(self._lacks_family_name, found)) else found

    def meant(self, phrase: Sequence[str]) -> frozenset[str]:
        """Whom these folded words may mean: they bear the first as a given name or nickname, and what follows as names or as
        initials of names ("ana", "ana maria", "ana l")."""
        words = tuple(phrase)
        while len(words) > 1 and words[0] in HONORIFICS:
            words = words[1:]
        table = self._table()
        found = self._meant.get(words)
        if found is None:
            keys = {*table.get(words[0], ()), *table.get(" ".join(words), ())}
            found = self._meant[words] = self._people(keys, lambda name: _bears(name, words))
        return found

    def _unspaced(self, word: str) -> frozenset[str]:
        """Whose whole name this is, in a script that writes names in one word."""
        if len(word) < 2 or script(word) not in _UNSPACED:
            return frozenset()
        return self._people(self._table().get(word, ()), lambda name: word in _unspaced(name))

    def _lacks_family_name(self, person: str) -> bool:
        contacts = (self._cards[key].contact for key in self._joining.members[person])
        return any(contact.given and not contact.family for contact in contacts)

    def _people(self, keys: Iterable[Key], is_meant: Callable[[Name], bool]) -> frozenset[str]:
        meant = (key for key in keys if (name := self._name(key)) and is_meant(name))
        return frozenset(person for key in meant if (person := self._joining.person_of(key)) is not None)

    def _name(self, key: Key) -> Name | None:
        card = self._cards[key]
        return name_of(card.contact) if card.present else None

    def _table(self) -> dict[str, dict[Key, None]]:
        if self._by_word is None:
            self._by_word = {}
            self._changed.update(self._joining.members)
        if self._changed:
            for person in self._changed:
                self._enter(self._by_word, person)
            self._changed.clear()
            self._meant.clear()
        return self._by_word

    def _enter(self, table: dict[str, dict[Key, None]], person: str) -> None:
        for key in self._joining.members.get(person, ()):
            name = self._name(key)
            for word in _callings_of(name) if name else ():
                table.setdefault(word, {})[key] = None


def _callings_of(name: Name) -> tuple[str, ...]:
    return (*name.given, *_unspaced(name))


def _unspaced(name: Name) -> tuple[str, ...]:
    """The whole name in one word, the family name first or last; nothing in a script that puts spaces between them."""
    if not name.words or script(name.words[0]) not in _UNSPACED:
        return ()
    return ("".join((*name.words[1:], name.words[0])), "".join(name.words))


def _bears(name: Name, words: Sequence[str]) -> bool:
    if " ".join(words) in name.given:
        return True
    after = name.words[1:]
    rest = ((word in name.words) or (len(word) == 1 and any(other.startswith(word) for other in after)) for word in words[1:])
    return words[0] in name.given and all(rest)
