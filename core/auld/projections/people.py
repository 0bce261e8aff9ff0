"""What the address books say: every card ever seen, and what one card, or several of one human, amount to.

A gone card keeps its place: its person's id and history must survive a card that is deleted and made anew. Which cards are
one human is worked out in :mod:`auld.projections.joining`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

import msgspec

from auld.events import Event, Kept
from auld.observations import Contact, Labelled, LabelledDate, PartialDate
from auld.people import email_identity, fold, is_role, mailbox, normalise_email, normalise_phone
from auld.policy import Category, Policy
from auld.projections.acts import Decision
from auld.projections.views import PersonView

Key = tuple[str, str]
"""(account, ref) of an item. A person kept without any card has the key ("", person id)."""

KEPT_IDEAL = 56
"""Days between touches for somebody who is kept without a category and without an interval: eight weeks."""

MOST_ROLES = 8
"""So many of a card's former roles are remembered: two programs that undo each other's edits must not fill the state."""

NOBODY = frozenset({"group", "org", "location", "room", "list"})
"""Kinds of card that are no person (RFC 6350 section 6.1.4)."""

_NOBODYS_HOSTS = frozenset({"resource.calendar.google.com", "group.calendar.google.com", "googlegroups.com"})
_ROOMS = ("conference room", "meeting room", "konferenzraum", "besprechungsraum", "sala de reunioes", "salle de reunion")
_PLACES_AND_GROUPS = """
    room raum saal zimmer sala salle salon floor desk parking
    board choir class committee course department group list marketing project sales staff team
    klasse kurs gruppe verteiler projekt turma grupo equipa projeto equipo lista groupe equipe projet liste
"""
_NUMBERED = frozenset(_PLACES_AND_GROUPS.split())
"""With a number they are places and groups (``Room 4.2``, ``Class of 99``)."""


class Former(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a card said of somebody's work up to the observation of ``until``."""

    organisation: str
    title: str
    until: datetime


class Card(msgspec.Struct, omit_defaults=True, gc=False):
    """The latest state of one card. ``id`` is the person id that it has by itself, ``born`` the log position at which it was
    first seen and ``since`` the instant; ``former`` are e-mail addresses that it once had, by which past meetings are known.
    ``roles`` are what ORG and TITLE said before, oldest first; what their changes mean is judged in
    :mod:`auld.projections.roles`.

    What stands on it is kept packed: of a large address book most cards are of people whom nobody asks for, and as objects
    they would be most of what the process takes.
    """

    packed: bytes
    id: str
    born: int
    since: datetime
    kind: str = "individual"
    present: bool = True
    former: tuple[str, ...] = ()
    roles: tuple[Former, ...] = ()

    @property
    def contact(self) -> Contact:
        """What stands on it, read anew each time: keep it while you need it."""
        return _unpack(self.packed)


class _Changing(msgspec.Struct):
    """So much of a packed contact as is remembered when it changes."""

    emails: tuple[Labelled, ...] = ()
    organisation: str = ""
    title: str = ""
    formerly: tuple[str, ...] = ()


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Contact).decode
_unpack_changing = msgspec.msgpack.Decoder(_Changing).decode


class PeopleState(msgspec.Struct):
    """``bearers``: by id the cards that have it by themselves, in order of birth."""

    cards: dict[Key, Card] = {}
    bearers: dict[str, tuple[Key, ...]] = {}


def person_id(identity: str) -> str:
    """The id of a person whose oldest card has this identity: its plain UID, else ``account/ref``; without any card, the
    ``mailto:`` or ``tel:`` identity that they were kept by."""
    return "p" + base64.b32encode(hashlib.sha256(identity.encode()).digest()).decode()[:10].lower()


def plain_uid(uid: str) -> str:
    """A UID in the one spelling by which it is compared: without ``urn:uuid:`` (RFC 9562 section 4), lower case."""
    return uid.strip().casefold().removeprefix("urn:uuid:")


def is_person(contact: Contact) -> bool:
    """Is a card one of a human? Firms are often told only by a name that is nothing but the organisation's, rooms by what
    they are called, mailing lists and rooms in Google's calendars by their addresses."""
    name, organisation = fold(contact.name), fold(contact.organisation)
    if contact.kind in NOBODY:
        return False
    if organisation and name == organisation and not contact.given:
        return False
    if is_room(name) or (not (contact.given or contact.phones) and is_numbered(name)):
        return False
    hosts = {email.value.strip().rpartition("@")[2].casefold() for email in contact.emails}
    return bool(contact.phones) or not hosts or not all(map(is_nobodys, hosts))


def is_nobodys(host: str) -> bool:
    """Are the addresses of a host (lower case) those of rooms, calendars and mailing lists?"""
    return host in _NOBODYS_HOSTS


def is_room(name: str) -> bool:
    """Is a folded name that of a room for meetings?"""
    return any(f" {room} " in f" {name} " for room in _ROOMS)


def is_numbered(name: str) -> bool:
    """Is a folded name that of a place or group with a number? A number alone says nothing: people add one to tell two
    of a name apart."""
    return any(letter.isdigit() for letter in name) and not _NUMBERED.isdisjoint(name.split())


def is_unnamed(contact: Contact) -> bool:
    """A card that gives no name but an organisation's is one of a firm; unless what it holds (an address that is no function's,
    a mobile phone) is also somebody's: then it is another card of theirs."""
    nameless = contact.kind == "org" and not (contact.given or contact.family) and contact.name == contact.organisation
    return nameless and (
        any(phone.label == "cell" for phone in contact.phones)
        or any((identity := email_identity(email.value)) and not is_role(identity) for email in contact.emails)
    )


# --- the fold -----------------------------------------------------------------------------------------------------------
def _observed(state: PeopleState, event: Event) -> None:
    contact: Contact = event.data
    key = (event.account, event.ref)
    card = state.cards.get(key)
    if card is None:
        known_as = _id_of(state, key, contact)
        state.bearers[known_as] = (*state.bearers.get(known_as, ()), key)
        state.cards[key] = Card(_pack(contact), known_as, event.position, event.recorded_at, contact.kind)
        return
    was = _unpack_changing(card.packed)
    if was.emails != contact.emails:
        kept = {email.value for email in contact.emails}
        before = [*card.former, *(email.value for email in was.emails)]
        card.former = tuple(dict.fromkeys(value for value in before if value not in kept))
    if was.organisation != contact.organisation or was.title != contact.title:
        former = Former(was.organisation, was.title, event.recorded_at)
        card.roles = (*card.roles[1 - MOST_ROLES :], former)
    if was.formerly:  # a source may tell it once, with the card's new name, and never again
        contact = msgspec.structs.replace(contact, formerly=tuple(dict.fromkeys((*was.formerly, *contact.formerly))))
    card.packed = _pack(contact)
    card.kind = contact.kind
    card.present = True


def _id_of(state: PeopleState, key: Key, contact: Contact) -> str:
    """The id that a new card has by itself. Some exports give all of their cards one UID: a card whose UID is taken in its own
    collection, where that must not be (RFC 6352 section 5.1), by one of another name, is known by its place."""
    place = person_id("/".join(key))
    if not (uid := plain_uid(contact.uid)):
        return place
    known_as = person_id(uid)
    shelf = [other for other in state.bearers.get(known_as, ()) if on_one_shelf(key, other)]
    taken = any(differ(contact.name, state.cards[other].contact.name) for other in shelf)
    return place if taken else known_as


def on_one_shelf(a: Key, b: Key) -> bool:
    """Are two cards in the same collection?"""
    return a[0] == b[0] and a[1].rpartition("/")[0] == b[1].rpartition("/")[0]


def differ(name: str, other: str) -> bool:
    """Has each of two names a word that the other lacks? It decides on ids, which stay in the log for ever: it never grows
    cleverer."""
    words, others = set(fold(name).split()), set(fold(other).split())
    return not (words <= others or others <= words)


def _gone(state: PeopleState, event: Event) -> None:
    card = state.cards.get((event.account, event.ref))
    if card is not None:
        card.present = False


def _kept(state: PeopleState, event: Event) -> None:
    """Somebody without a card gets a place of their own, so that a card which comes later joins it."""
    kept: Kept = event.data
    if not kept.identity or ("", kept.person) in state.cards:
        return
    scheme, _, value = kept.identity.partition(":")
    contact = Contact(
        name=kept.name or value,
        emails=(Labelled(value),) if scheme == "mailto" else (),
        phones=(Labelled(value),) if scheme == "tel" else (),
    )
    state.cards["", kept.person] = Card(_pack(contact), kept.person, event.position, event.recorded_at)


HANDLERS: dict[str, Callable[[PeopleState, Event], None]] = {
    "contact.observed": _observed,
    "item.gone": _gone,
    "person.kept": _kept,
}


# --- several cards of one human -----------------------------------------------------------------------------------------
def view_of(
    person: str, cards: Sequence[Card], decision: Decision, groups: Iterable[str], policy: Policy, own: frozenset[str]
) -> PersonView:
    """The person that these cards (oldest first) amount to. ``groups`` are the names of the group cards they belong to,
    ``own`` the user's own identities, which are nobody else's."""
    shown = [card for card in cards if card.present] or list(cards)
    contacts = [card.contact for card in shown]
    named = [contact for contact in contacts if contact.kind not in NOBODY]
    best = max(named or contacts, key=_facts)  # the first of equals: the oldest
    contacts = [best, *(contact for contact in contacts if contact is not best)]
    categories = _distinct([name for contact in contacts for name in contact.categories] + list(groups), str.casefold)
    category = _category(categories, policy)
    kept = decision.kept_at > decision.let_go_at
    let_go = decision.let_go_at > decision.kept_at
    ideal, at_most = _cadence(decision if kept else Decision(), category, kept)
    name = next((c.name for c in contacts if c.name), "") or next(iter(emails_of(contacts)), "")
    names = _distinct([name, *(called for c in contacts for called in (c.name, *c.nicknames) if fold(called))], fold)
    return PersonView(
        id=person,
        name=name,
        also=names[1:],
        emails=emails_of(contacts, own),
        phones=phones_of(contacts, policy.region, own),
        organisation=next((c.organisation for c in contacts if c.organisation), ""),
        title=next((c.title for c in contacts if c.title), ""),
        category=category.name if category else "",
        categories=categories,
        ideal=ideal,
        at_most=at_most,
        rank=category.rank if category else 99,
        lead=category.lead if category else 0,
        birthday=_birthday(contacts),
        dates=_dates(contacts),
        addresses=tuple(dict.fromkeys(address for c in contacts for address in c.addresses)),
        interests=_distinct([interest for c in contacts for interest in c.interests], fold),
        expertise=_distinct([skill for c in contacts for skill in c.expertise], fold),
        urls=_distinct([url.value for c in contacts for url in c.urls if url.value], str),
        kept=kept,
        let_go=let_go,
        kept_on=decision.kept_on and decision.kept_on.astimezone(policy.zone),
        paused_until=_day(decision.paused_until),
        since=min(card.since for card in cards).astimezone(policy.zone).date(),
    )


def emails_of(contacts: Iterable[Contact], own: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Normalised addresses, each once, in order; what is no address is left out."""
    found = (normalise_email(email.value) for contact in contacts for email in contact.emails)
    return tuple(dict.fromkeys(address for address in found if address and f"mailto:{mailbox(address)}" not in own))


def phones_of(contacts: Iterable[Contact], region: str, own: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """E.164 numbers, each once, in order; what is no number is left out."""
    found = (normalise_phone(phone.value, region) for contact in contacts for phone in contact.phones)
    return tuple(dict.fromkeys(number for number in found if number and f"tel:{number}" not in own))


def _facts(contact: Contact) -> int:
    """How much a card knows: the fullest one speaks for the person."""
    single = (contact.given, contact.family, contact.organisation, contact.title, contact.birthday)
    several = (contact.emails, contact.phones, contact.dates, contact.addresses, contact.urls)
    return sum(map(bool, single)) + sum(map(len, several))


def _category(names: Sequence[str], policy: Policy) -> Category | None:
    configured = [found for name in names if (found := policy.category(name)) is not None]
    return min(configured, key=lambda category: category.rank, default=None)


def _cadence(decision: Decision, category: Category | None, kept: bool) -> tuple[int | None, int | None]:
    if decision.every is not None:
        return decision.every, round(decision.every * 1.5)
    if category is not None:
        return category.ideal, category.at_most
    return (KEPT_IDEAL, round(KEPT_IDEAL * 1.5)) if kept else (None, None)


def _birthday(contacts: Sequence[Contact]) -> PartialDate | None:
    known = [contact.birthday for contact in contacts if contact.birthday is not None]
    if not known:
        return None
    first = known[0]
    same_day = (day for day in known if (day.month, day.day) == (first.month, first.day) and day.year is not None)
    return first if first.year is not None else next(same_day, first)


def _dates(contacts: Sequence[Contact]) -> tuple[LabelledDate, ...]:
    """Every labelled date once; of two that differ only in knowing the year, the one that knows it."""
    best: dict[tuple[str, int, int], LabelledDate] = {}
    for dated in (each for contact in contacts for each in contact.dates):
        key = (fold(dated.label), dated.date.month, dated.date.day)
        if key not in best or (best[key].date.year is None and dated.date.year is not None):
            best[key] = dated
    return tuple(best.values())


def _distinct(values: Iterable[str], by: Callable[[str], str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for value in values:
        first.setdefault(by(value), value)
    return tuple(first.values())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
