"""Which cards are one human.

Cards are joined by a shared UID always, by a shared e-mail address, profile or phone number where the names on them agree (a
couple may share a telephone, a firm its switchboard, and both must stay several people), and by the user's word. Role
addresses (``info@``) join nobody, and neither does a name alone: that is a question (:mod:`auld.projections.suggestions`).

The joining does not depend on the order in which cards arrive, and is kept up to date at the cost of the cards that share
something with those that changed. A person's id is that of the oldest card; those of the others remain as aliases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auld.observations import Contact, Labelled
from auld.people import email_identity, fold, is_role, normalise_email, phone_identity, profile_identity
from auld.policy import Policy
from auld.projections.acts import ActsState, kept_apart
from auld.projections.bearers import Bearers
from auld.projections.grouping import ACT, MANY_CARDS, MOBILE, Bond, Evidence, bonds, humans, together, whole
from auld.projections.likeness import NAMELESS, Name, agree, name_in_address, name_of
from auld.projections.people import NOBODY, Card, Key, is_person, is_unnamed, person_id, plain_uid

_KNOWN_BY = "~"
"""Before an address by which a person is known, but which joins nobody: a former one, or a role's."""

_ALSO_JOINS = ("mailto:", "tel:", MOBILE, "https:", "born:", ACT)


def own_identities(policy: Policy) -> frozenset[str]:
    """The user's own ``mailto:`` and ``tel:`` identities."""
    found = (email_identity(text) or phone_identity(text, policy.region) for text in policy.me)
    return frozenset(identity for identity in found if identity is not None)


class Joining:
    """The partition of cards into people. ``cards`` and ``acts`` are live parts of the fold; ``members`` are the cards of each
    person, oldest first."""

    def __init__(self, cards: Mapping[Key, Card], acts: ActsState, policy: Policy) -> None:
        self._cards = cards
        self._acts = acts
        self._region = policy.region
        self.own = own_identities(policy)
        self._entries: dict[Key, tuple[str, ...]] = {}
        self._bearers = Bearers()
        self.members = Bearers()
        self._alias: dict[str, str] = {}  # of the ids that are not their person's own
        # where connected cards are not one human: all of them, by person, and by card for those that are nobody's
        self._beside: dict[str, tuple[Key, ...]] = {}
        self._loose: dict[Key, tuple[Key, ...]] = {}
        self._said: dict[str, tuple[str, ...]] = {}
        self._apart: Mapping[str, set[str]] = {}
        self._hear()
        for key in cards:
            self._enter(key, self._read(key))
        self._settle(sorted(self._entries, key=self._age))

    # --- questions ------------------------------------------------------------------------------------------------------
    def resolve(self, person: str) -> str | None:
        """The id in use now for one that was in use at any time; None if there is nobody."""
        return person if person in self.members else self._alias.get(person)

    def ids(self, person: str) -> set[str]:
        """Every id that stands for this person."""
        return {self._cards[key].id for key in self.members[person]}

    def person_of(self, key: Key) -> str | None:
        return self.resolve(self._cards[key].id) if key in self._entries else None

    def addresses(self, person: str) -> set[str]:
        """Every ``mailto:`` identity that the person's cards have or had."""
        entries = (entry.removeprefix(_KNOWN_BY) for key in self.members[person] for entry in self._entries[key])
        return {entry for entry in entries if entry.startswith("mailto:")}

    def full_names(self, person: str) -> set[str]:
        """The folded full names (two words or more) on the person's present cards."""
        return {entry for key in self._present(person) for entry in self._entries[key] if _is_name(entry)}

    def owners(self, address: str, name: str = "") -> set[str]:
        """Who may be meant by an address: of several, those on whose present cards it stands; then those whose name agrees."""
        owner_of = {key: person for key in self._known_by(address) if (person := self.person_of(key)) is not None}
        owners = set(owner_of.values())
        if len(owners) > 1:
            now = {person for key, person in owner_of.items() if self._has_now(key, address)}
            owners = now or owners
        if len(owners) > 1 and name:
            wanted = name_of(Contact(name=name))
            fitting = (key for key in owner_of if owner_of[key] in owners)
            owners = {owner_of[key] for key in fitting if agree(wanted, name_of(self._cards[key].contact), by_phone=True)}
        return owners

    def named(self, full_name: str) -> set[str]:
        """The people whose present cards bear this folded full name."""
        keys = (key for key in self._bearers.get(full_name, ()) if self._cards[key].present)
        return {person for key in keys if (person := self.person_of(key)) is not None}

    def kept_apart(self, person: str, other: str) -> bool:
        """Did the user say that these two are not one human?"""
        others = self.ids(other)
        return any(self._apart.get(known_as, set()) & others for known_as in self.ids(person))

    def without(self, person: str, position: int) -> list[list[Key]]:
        """The person's cards as they would be divided if what the user said at this position did not count."""
        keys = self.members[person]
        held = [bond for bond in self._bonds(keys, self._evidence()) if bond.by != f"{ACT}{position}"]
        evidence = self._evidence()
        return [human for circle in together(keys, held) for human in humans(circle, _within(circle, held), evidence)]

    def _known_by(self, address: str) -> Iterator[Key]:
        yield from self._bearers.get(address, ())
        yield from self._bearers.get(_KNOWN_BY + address, ())

    def _present(self, person: str) -> Iterator[Key]:
        keys = self.members[person]
        return iter([key for key in keys if self._cards[key].present] or keys)

    def _has_now(self, key: Key, address: str) -> bool:
        card = self._cards[key]
        return card.present and any(email_identity(email.value) == address for email in card.contact.emails)

    # --- keeping up -----------------------------------------------------------------------------------------------------
    def _hear(self) -> None:
        """What the user said of identities, by person id."""
        said: dict[str, tuple[str, ...]] = {}
        for act in self._acts.together:
            for known_as in act.ids:
                said[known_as] = (*said.get(known_as, ()), f"{ACT}{act.position}")
        self._said, self._apart = said, kept_apart(self._acts)

    def hear(self, ids: Iterable[str]) -> set[str]:
        """Take in what the user has just said of the cards with these ids; the ids of all people who are touched by it."""
        self._hear()
        return self.update({key for known_as in ids for key in self._bearers.get(known_as, ())})

    def update(self, changed: Iterable[Key]) -> set[str]:
        """Take in cards that are new or have changed; the ids of all people (before and after) who are touched by it."""
        todo = set(changed)
        same: set[str] = set()
        shared: dict[str, int] = {}  # what they share or shared, and with how many
        for key in list(todo):
            entries = self._read(key)
            if entries == self._entries.get(key) and self._is_alone(key):
                same.add(self._cards[key].id)
                todo.remove(key)
                continue
            for entry in filter(_joins, (*self._entries.get(key, ()), *entries)):
                shared.setdefault(entry, len(self._bearers.get(entry, ())))
            self._enter(key, entries)
        for identity, before in shared.items():
            bearers = self._bearers.get(identity, ())
            if min(before, len(bearers)) <= MANY_CARDS or ":" not in identity:
                todo.update(bearers)
        affected = self._scatter(todo)
        return same | affected | self._settle(sorted((key for key in todo if key in self._entries), key=self._age))

    def _is_alone(self, key: Key) -> bool:
        """Is the card a person by itself, with whom no other card shares anything? Then its name is nobody else's matter."""
        alone = all(len(self._bearers.get(entry, ())) == 1 for entry in filter(_joins, self._entries[key]))
        return alone and self._cards[key].kind not in NOBODY and self._cards[key].id in self.members

    def _scatter(self, todo: set[Key]) -> set[str]:
        """Dissolve the people of these cards, and those whose cards are connected with theirs; their cards join ``todo``."""
        for key in list(todo):
            todo.update(self._beside.get(self.resolve(self._cards[key].id) or "", ()), self._loose.get(key, ()))
        affected = {person for key in todo if (person := self.resolve(self._cards[key].id)) is not None}
        for person in affected:
            self._beside.pop(person, None)
            for key in self.members.pop(person):
                todo.add(key)
                self._alias.pop(self._cards[key].id, None)
        for key in todo:
            self._loose.pop(key, None)
        return affected

    def _settle(self, keys: list[Key]) -> set[str]:
        """Join these cards, oldest first; every card that could join one of them is among them."""
        evidence = self._evidence()
        held = _within(keys, self._bonds(keys, evidence))  # others may share something too, whom nothing has changed for
        people: set[str] = set()
        bonded = {key for bond in held for key in (bond.a, bond.b)}
        for key in keys:
            if key not in bonded:
                people.update(self._found([key]))
        bonds_of: dict[Key, list[Bond]] = {}
        circles = together((key for key in keys if key in bonded), held)
        circle_of = {key: circle[0] for circle in circles for key in circle}
        for bond in held:
            bonds_of.setdefault(circle_of[bond.a], []).append(bond)
        for circle in circles:
            found = [p for human in humans(circle, bonds_of[circle[0]], evidence) for p in self._found(human)]
            loose = [key for key in circle if self.resolve(self._cards[key].id) is None]
            if len(found) > 1 or loose:
                self._beside.update(dict.fromkeys(found, tuple(circle)))
                self._loose.update(dict.fromkeys(loose, tuple(circle)))
            people.update(found)
        return people

    def _found(self, human: list[Key]) -> tuple[str, ...]:
        """Enter one human's cards, oldest first; the person's id. Cards without a name alone are nobody."""
        if all(self._cards[key].kind in NOBODY for key in human):
            return ()
        person = self._cards[human[0]].id
        for key in human:
            self.members.add(person, key)
            if self._cards[key].id != person:
                self._alias[self._cards[key].id] = person
        return (person,)

    def _evidence(self) -> Evidence:
        names: dict[Key, Name] = {}

        def name(key: Key) -> Name:
            found = names.get(key)
            if found is None:
                card = self._cards[key]
                found = names[key] = _unnamed(card.contact) if card.kind in NOBODY else name_of(card.contact)
            return found

        return Evidence(lambda key: self._cards[key].id, lambda key: _uid(self._cards[key].contact), name, self._apart)

    def _bonds(self, keys: Iterable[Key], evidence: Evidence) -> list[Bond]:
        """Every bond among these cards, which are all that could be bonded with any of them."""
        seen: set[str] = set()
        found: list[Bond] = []
        for key in keys:
            for entry in self._entries[key]:
                if entry not in seen and _joins(entry) and len(bearers := self._bearers[entry]) > 1:
                    seen.add(entry)
                    found.extend(bonds(entry, bearers, evidence))
        return whole(found)

    def _age(self, key: Key) -> tuple[int, Key]:
        return self._cards[key].born, key

    def _enter(self, key: Key, entries: tuple[str, ...]) -> None:
        """``entries`` take the place of what the card brought so far."""
        for entry in self._entries.pop(key, ()):
            self._bearers.drop(entry, key)
        for entry in entries:
            self._bearers.add(entry, key)
        if entries:
            self._entries[key] = entries

    def _mobiles(self, contact: Contact) -> Iterator[str]:
        cells = (phone for phone in _own(contact.phones) if phone.label == "cell")
        return (identity for phone in cells if (identity := phone_identity(phone.value, self._region)))

    def _read(self, key: Key) -> tuple[str, ...]:
        """What a card brings; nothing if it is no person, or the user."""
        card = self._cards[key]
        contact = card.contact
        unnamed = is_unnamed(contact)
        if not unnamed and not is_person(contact):
            return ()
        emails = dict.fromkeys(i for email in _own(contact.emails) if (i := email_identity(email.value)))
        phones = dict.fromkeys(
            i
            for phone in _own(contact.phones)
            if (phone.label == "cell" or not unnamed) and (i := phone_identity(phone.value, self._region))
        )
        if not self.own.isdisjoint(emails) or (not emails and not self.own.isdisjoint(phones)):
            return ()
        former = (i for value in card.former if (i := email_identity(value)) and i not in self.own and i not in emails)
        name = NAMELESS if unnamed else name_of(contact)
        return tuple(
            dict.fromkeys(
                (
                    card.id,
                    *filter(None, [_uid(contact)]),
                    *(person_id(f"{key[0]}/{ref}") for ref in contact.formerly),
                    *(f"{_KNOWN_BY}{email}" if is_role(email) else email for email in emails),
                    *(f"{_KNOWN_BY}{email}" for email in former),
                    *(phone for phone in phones if phone not in self.own),
                    *(f"{MOBILE}{phone}" for phone in self._mobiles(contact) if phone not in self.own),
                    *(i for url in contact.urls if (i := profile_identity(url.value))),
                    *_born(contact, name),
                    *self._said.get(card.id, ()),
                    *_full_names(contact, name),
                )
            )
        )


def _uid(contact: Contact) -> str:
    """The person id that the card's UID stands for, "" if it has none."""
    uid = plain_uid(contact.uid)
    return person_id(uid) if uid else ""


def _own(lines: Iterable[Labelled]) -> Iterator[Labelled]:
    """Without an assistant's, by which somebody can be reached but is not known."""
    return (line for line in lines if "assistant" not in line.label)


def _unnamed(contact: Contact) -> Name:
    """What a card without a name says by its addresses."""
    named = (name_in_address(address) for email in contact.emails if (address := normalise_email(email.value)))
    return next((name for name in named if name != NAMELESS), NAMELESS)


def _joins(entry: str) -> bool:
    return entry.startswith(_ALSO_JOINS) or not (_is_name(entry) or entry.startswith(_KNOWN_BY))


def _is_name(entry: str) -> bool:
    return " " in entry and ":" not in entry


def _born(contact: Contact, name: Name) -> Iterator[str]:
    """Who has the same full name and the same birthday is the same human."""
    day = contact.birthday
    if day is not None and sum(len(word) > 1 for word in name.words) > 1:
        yield f"born:{day.month:02}-{day.day:02} {' '.join(sorted(name.words))}"


def _full_names(contact: Contact, name: Name) -> list[str]:
    words = name.words
    if not words:
        return []
    found = {fold(contact.name), " ".join(words), f"{words[0]} {words[-1]}"}
    return sorted(each for each in found if " " in each)


def _within(circle: Iterable[Key], held: Iterable[Bond]) -> list[Bond]:
    inside = set(circle)
    return [bond for bond in held if bond.a in inside and bond.b in inside]
