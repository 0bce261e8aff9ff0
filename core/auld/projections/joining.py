"""Which cards are one human.

Cards are joined by a shared UID always, and by a shared e-mail address or phone number where the names on them agree: a
couple may share a telephone, a firm its switchboard, and both must stay several people. Role addresses (``info@``) join nobody.

The joining does not depend on the order in which cards arrive, and is kept up to date at the cost of the cards that share
something with those that changed. A person's id is that of the oldest card; those of the others remain as aliases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from auld.observations import Contact
from auld.people import email_identity, fold, phone_identity
from auld.policy import Policy
from auld.projections.people import NOBODY, Card, Key, emails_of, phones_of, plain_uid

_ROLE_WORDS = """
    abuse accounting accounts admin billing bookings careers contact customerservice enquiries feedback finance hello help
    helpdesk hostmaster hr info inquiries invoices jobs legal mail marketing newsletter no-reply noreply office orders
    postmaster press privacy reception recruiting reservations root sales secretary security service support team webmaster
    accueil buero comercial geral info kontakt secretaria vendas ventas vertrieb
"""
ROLES = frozenset(_ROLE_WORDS.split())
"""Local parts that stand for a function, not for a human (RFC 2142 and custom)."""

_HONORIFICS = frozenset(("dr", "dra", "mr", "mrs", "ms", "mx", "prof", "professor", "sir", "eng", "herr", "frau", "sr", "sra"))
_MANY_NAMES = 12
"""An address or number under more different names than this is a switchboard: only equal names join by it."""


class Name(NamedTuple):
    """A name as it is compared: its folded words, the given one first; ``given`` with the nicknames."""

    words: tuple[str, ...]
    given: frozenset[str]


class Facts(NamedTuple):
    """What one card brings to the joining: identities that join, all its addresses (also former and role ones), its name."""

    identities: tuple[str, ...]
    addresses: tuple[str, ...]
    name: Name
    full_names: tuple[str, ...]


def own_identities(policy: Policy) -> frozenset[str]:
    """The user's own ``mailto:`` and ``tel:`` identities."""
    found = (email_identity(text) or phone_identity(text, policy.region) for text in policy.me)
    return frozenset(identity for identity in found if identity is not None)


def name_of(contact: Contact) -> Name:
    if contact.given or contact.family:
        given, rest = fold(contact.given).split(), fold(f"{contact.additional} {contact.family}").split()
    else:
        family, comma, after = contact.name.partition(",")
        given, rest = (fold(after).split(), fold(family).split()) if comma else (fold(contact.name).split(), [])
    words = [*given, *rest]
    while len(words) > 1 and words[0] in _HONORIFICS:
        del words[0]
    nicknames = (fold(nickname) for nickname in contact.nicknames)
    return Name(tuple(words), frozenset(word for word in (*words[:1], *nicknames) if word) if given else frozenset())


def agree(a: Name, b: Name, *, by_phone: bool) -> bool:
    """May two cards that share an address (or a number, which people share more easily) be one human?

    One name may be a shorter form of the other (words left out, initials); or the given names agree (also shortened, or
    by nickname), for a phone number together with another word.
    """
    if not a.words or not b.words:
        return True
    short, long = sorted((a.words, b.words), key=len)
    if all(any(_same_word(word, other) for other in long) for word in short):
        return True
    given = any(_same_given(x, y) for x in a.given for y in b.given)
    return given and (not by_phone or bool(set(a.words[1:]) & set(b.words[1:])))


def _same_word(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) == 1 and a[0] == b[0])


def _same_given(a: str, b: str) -> bool:
    return _same_word(a, b) or (min(len(a), len(b)) >= 3 and (a.startswith(b) or b.startswith(a)))


class Joining:
    """The partition of cards into people. ``cards`` is the live dict of the fold."""

    def __init__(self, cards: Mapping[Key, Card], policy: Policy) -> None:
        self._cards = cards
        self._region = policy.region
        self.own = own_identities(policy)
        self._facts: dict[Key, Facts] = {}
        # tuples, because nearly all have one member: as sets these tables would be most of what a large address book takes
        self._sharing: dict[str, tuple[Key, ...]] = {}
        self._person_of: dict[Key, str] = {}
        self._alias: dict[str, str] = {}
        self.members: dict[str, list[Key]] = {}
        self.by_address: dict[str, tuple[Key, ...]] = {}
        self.by_name: dict[str, tuple[Key, ...]] = {}
        self.update(cards)

    # --- questions ------------------------------------------------------------------------------------------------------
    def resolve(self, person: str) -> str | None:
        """The id in use now for one that was in use at any time; None if there is nobody."""
        return self._alias.get(person)

    def ids(self, person: str) -> set[str]:
        """Every id that stands for this person."""
        return {self._cards[key].id for key in self.members[person]}

    def person_of(self, key: Key) -> str | None:
        return self._person_of.get(key)

    def addresses(self, person: str) -> set[str]:
        """Every ``mailto:`` identity that the person's cards have or had."""
        return {address for key in self.members[person] for address in self._facts[key].addresses}

    def full_names(self, person: str) -> set[str]:
        """The folded full names (two words or more) on the person's present cards."""
        return {name for key in self._present(person) for name in self._facts[key].full_names}

    def owners(self, address: str, name: str = "") -> set[str]:
        """Who may be meant by an address: of several, those on whose present cards it stands; then those whose name agrees."""
        keys = self.by_address.get(address, ())
        owners = {self._person_of[key] for key in keys}
        if len(owners) > 1:
            now = {self._person_of[key] for key in keys if self._has_now(key, address)}
            owners = now or owners
        if len(owners) > 1 and name:
            wanted = name_of(Contact(name=name))
            owners = {
                self._person_of[key]
                for key in keys
                if self._person_of[key] in owners and agree(wanted, self._facts[key].name, by_phone=True)
            }
        return owners

    def named(self, full_name: str) -> set[str]:
        """The people whose present cards bear this folded full name."""
        return {self._person_of[key] for key in self.by_name.get(full_name, ()) if self._cards[key].present}

    def _present(self, person: str) -> Iterator[Key]:
        keys = self.members[person]
        return iter([key for key in keys if self._cards[key].present] or keys)

    def _has_now(self, key: Key, address: str) -> bool:
        card = self._cards[key]
        return card.present and any(email_identity(email.value) == address for email in card.contact.emails)

    # --- keeping up -----------------------------------------------------------------------------------------------------
    def update(self, changed: Iterable[Key]) -> set[str]:
        """Take in cards that are new or have changed; the ids of all people (before and after) who are touched by it."""
        todo: set[Key] = set()
        shared: set[str] = set()
        same: set[str] = set()
        for key in changed:
            before, facts = self._facts.get(key), self._read(key)
            if facts is not None and facts == before:
                same.add(self._person_of[key])
                continue
            todo.add(key)
            self._drop(key, shared)
            self._enter(key, facts, shared)
        for identity in shared:
            todo.update(self._sharing.get(identity, ()))
        affected = {self._person_of[key] for key in todo if key in self._person_of}
        for person in affected:
            todo.update(self.members.pop(person))
        for key in todo:
            # a card that is no person may have the UID of one
            if self._person_of.pop(key, None) is not None:
                self._alias.pop(self._cards[key].id, None)
        return same | affected | self._settle(sorted((key for key in todo if key in self._facts), key=self._age))

    def _age(self, key: Key) -> tuple[int, Key]:
        return self._cards[key].born, key

    def _settle(self, keys: list[Key]) -> set[str]:
        """Join these cards, oldest first; every card that could join one of them is among them."""
        parent = {key: key for key in keys}

        def find(key: Key) -> Key:
            while parent[key] != key:
                parent[key] = parent[parent[key]]
                key = parent[key]
            return key

        for identity in {identity for key in keys for identity in self._facts[key].identities}:
            for one_human in self._classes(identity):
                inside = [key for key in one_human if key in parent]
                for key in inside[1:]:
                    a, b = find(inside[0]), find(key)
                    older, younger = sorted((a, b), key=self._age)
                    parent[younger] = older
        people: set[str] = set()
        for key in keys:
            person = self._cards[find(key)].id
            people.add(person)
            self._person_of[key] = person
            self._alias[self._cards[key].id] = person
            self.members.setdefault(person, []).append(key)
        return people

    def _classes(self, identity: str) -> list[list[Key]]:
        """The cards under an identity, split into those that may be one human."""
        keys = list(self._sharing[identity])
        if identity.startswith(("id:", "uid:")) or len(keys) == 1:
            return [keys]
        by_name: dict[Name, list[Key]] = {}
        for key in keys:
            by_name.setdefault(self._facts[key].name, []).append(key)
        names = list(by_name)
        if len(names) > _MANY_NAMES:
            return list(by_name.values())
        by_phone = identity.startswith("tel:")
        friends = {a: [b for b in names if a is b or agree(a, b, by_phone=by_phone)] for a in names}
        classes: list[list[Key]] = []
        left = dict.fromkeys(names)
        while left:
            group = _reachable(next(iter(left)), friends)
            for name in group:
                del left[name]
            # a card that agrees with two which disagree ("A. Lima" of Ana and Antonio) tells nothing: equal names only
            if all(len(friends[name]) == len(group) for name in group):
                classes.append([key for name in group for key in by_name[name]])
            else:
                classes.extend(by_name[name] for name in group)
        return classes

    def _enter(self, key: Key, facts: Facts | None, shared: set[str]) -> None:
        if facts is None:
            return
        self._facts[key] = facts
        shared.update(facts.identities)
        for table, entries in self._tables(facts):
            for entry in entries:
                table[entry] = (*table.get(entry, ()), key)

    def _drop(self, key: Key, shared: set[str]) -> None:
        facts = self._facts.pop(key, None)
        if facts is None:
            return
        shared.update(facts.identities)
        for table, entries in self._tables(facts):
            for entry in entries:
                left = tuple(other for other in table[entry] if other != key)
                if left:
                    table[entry] = left
                else:
                    del table[entry]

    def _tables(self, facts: Facts) -> Iterator[tuple[dict[str, tuple[Key, ...]], tuple[str, ...]]]:
        yield self._sharing, facts.identities
        yield self.by_address, facts.addresses
        yield self.by_name, facts.full_names

    def _read(self, key: Key) -> Facts | None:
        """What a card brings; None if it is no person, or the user."""
        card = self._cards[key]
        if card.kind in NOBODY:
            return None
        contact = card.contact
        emails = tuple(f"mailto:{address}" for address in emails_of([contact]))
        phones = tuple(f"tel:{number}" for number in phones_of([contact], self._region))
        if any(email in self.own for email in emails) or (not emails and any(phone in self.own for phone in phones)):
            return None
        former = (email_identity(value) for value in card.former)
        name = name_of(contact)
        personal = (email for email in emails if email[7:].partition("@")[0].partition("+")[0] not in ROLES)
        identities = [f"id:{card.id}", *personal, *(phone for phone in phones if phone not in self.own)]
        if contact.uid:
            identities.append(f"uid:{plain_uid(contact.uid)}")
        addresses = dict.fromkeys(address for address in (*emails, *former) if address and address not in self.own)
        full_names = {fold(contact.name), " ".join(name.words), f"{name.words[0]} {name.words[-1]}" if name.words else ""}
        return Facts(tuple(dict.fromkeys(identities)), tuple(addresses), name, tuple(sorted(n for n in full_names if " " in n)))


def _reachable(start: Name, friends: Mapping[Name, list[Name]]) -> list[Name]:
    found = {start: None}
    waiting = [start]
    while waiting:
        for name in friends[waiting.pop()]:
            if name not in found:
                found[name] = None
                waiting.append(name)
    return list(found)
