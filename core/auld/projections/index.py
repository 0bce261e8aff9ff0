"""What queries need beside the stored state: indexes derived from it, built when first asked for and then kept up to date.

Every applied event only *marks* what it touched; the work is done at the next question, and only for what was marked. A change
of the policy throws everything away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from auld.events import Event, Merged, Split
from auld.observations import Contact
from auld.people import email_identity, fold
from auld.projections.acts import Decision, combine
from auld.projections.callings import Callings
from auld.projections.joining import Joining
from auld.projections.meetings import Meetings
from auld.projections.people import Card, Key, plain_uid, view_of
from auld.projections.views import PersonView

if TYPE_CHECKING:
    from auld.projections.news import News
    from auld.projections.state import State

_NOBODY_SAID = Decision()
_OF_ENTRIES = frozenset({"task.observed", "meeting.observed", "item.gone", "follow_up.dismissed"})
"""What may change the fold of an entry in which the user said never."""


class Index:
    """Indexes over one live :class:`State`; call :meth:`refresh` before asking, after events were applied."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.joining = Joining(state.people.cards, state.acts, state.policy)
        self.callings = Callings(state.people.cards, self.joining)
        self.meetings = Meetings(state.touches.meetings, state.follow_ups, state.policy, self.joining.own)
        self._groups = _Groups()
        self._groups.update(state.people.cards.items())
        self._views: dict[str, PersonView] = {}
        self._news: News | None = None
        self._everybody: tuple[PersonView, ...] | None = None
        self._tracked: dict[str, PersonView] = {}
        self._unsorted = set(self.joining.members)  # people who may have become tracked, or may be no longer
        self._cards: set[Key] = set()
        self._meetings: set[Key] = set()
        self._decided: set[str] = set()
        self._identified: set[str] = set()  # ids of which the user said who is one human, and who is not
        self._uids: set[str] = set()

    # --- what an event touches ------------------------------------------------------------------------------------------
    def mark(self, event: Event) -> None:
        kind = event.type
        if kind in _OF_ENTRIES:
            self._mark_entry(event)
        if kind in ("meeting.observed", "follow_up.dismissed"):
            if (event.account, event.ref) in self._state.touches.meetings:
                self._meetings.add((event.account, event.ref))
        elif kind == "contact.observed":
            self._cards.add((event.account, event.ref))
        elif kind == "item.gone":
            key = (event.account, event.ref)
            if key in self._state.people.cards:
                self._cards.add(key)
            if key in self._state.touches.meetings:
                self._meetings.add(key)
        elif kind in ("person.merged", "person.split"):
            self._identified.update(_ids_in(event.data))
        elif kind.startswith("person."):
            self._decided.add(event.data.person)
            if ("", event.data.person) in self._state.people.cards:
                self._cards.add(("", event.data.person))
        elif kind == "follow_up.proposed":
            self._uids.add(event.data.uid)
        elif kind == "follow_up.written" and (event.account, event.ref) in self._state.touches.meetings:
            self._meetings.add((event.account, event.ref))

    def _mark_entry(self, event: Event) -> None:
        """What an entry of ours says may let its person go, or take that back."""
        follow_ups = self._state.follow_ups
        dismissed = event.type == "follow_up.dismissed"
        key = event.data.key if dismissed else follow_ups.by_ref.get((event.account, event.ref))
        if key in follow_ups.entries:
            self._decided.add(follow_ups.entries[key].proposed.person)

    def refresh(self) -> None:
        """Bring the indexes up to the state."""
        if self._cards:
            cards = self._state.people.cards
            self._outdate(self.joining.update(self._cards))
            if self._groups.update((key, cards[key]) for key in self._cards):
                self._outdate(list(self.joining.members))
            self._cards.clear()
        if self._identified:
            self._outdate(self.joining.hear(self._identified))
            self._identified.clear()
        if self._decided:
            self._outdate({person for said in self._decided if (person := self.joining.resolve(said)) is not None})
            self._decided.clear()
        if self._meetings:
            self.meetings.update(self._meetings)
            self._meetings.clear()
        for uid in self._uids:
            self.meetings.forget_spread(uid)
        self._uids.clear()

    def _outdate(self, people: Collection[str]) -> None:
        for person in people:
            self._views.pop(person, None)
            self._tracked.pop(person, None)
            self._unsorted.add(person)
            self._everybody = None
        self.callings.outdate(people)

    # --- people ---------------------------------------------------------------------------------------------------------
    def view(self, person: str) -> PersonView:
        """The person of an id in use now (see :meth:`Joining.resolve`)."""
        found = self._views.get(person)
        if found is None:
            state = self._state
            keys = self.joining.members[person]
            cards = [state.people.cards[key] for key in keys]
            everything = (state.acts.decisions, state.follow_ups.let_go)
            said = [told[i] for i in sorted(self.joining.ids(person)) for told in everything if i in told]
            decision = combine(said) if said else _NOBODY_SAID
            groups = self._groups.of([card.contact for card in cards if card.present])
            found = self._views[person] = view_of(person, cards, decision, groups, state.policy, self.joining.own)
        return found

    def everybody(self) -> tuple[PersonView, ...]:
        """By name: all who have a card now, or were kept."""
        if self._everybody is None:
            views = (self.view(person) for person in self.joining.members)
            self._everybody = tuple(sorted(filter(self._is_there, views), key=_by_name))
        return self._everybody

    def tracked(self) -> list[PersonView]:
        """By name: those of everybody who are followed up. Most of an address book are not, and are not even looked at."""
        for person in self._unsorted & self.joining.members.keys():
            if self._may_be_tracked(person):
                view = self.view(person)
                if view.tracked and self._is_there(view):
                    self._tracked[person] = view
        self._unsorted.clear()
        return sorted(self._tracked.values(), key=_by_name)

    def _is_there(self, view: PersonView) -> bool:
        cards = self._state.people.cards
        return view.kept or any(key[0] and cards[key].present for key in self.joining.members[view.id])

    def _may_be_tracked(self, person: str) -> bool:
        """Nobody is without having been kept, or being in a category that the policy knows."""
        state = self._state
        if any(known_as in state.acts.decisions for known_as in self.joining.ids(person)):
            return True
        contacts = [state.people.cards[key].contact for key in self.joining.members[person]]
        names = [name for contact in contacts for name in contact.categories] + self._groups.of(contacts)
        return any(state.policy.category(name) is not None for name in names)

    # --- news -----------------------------------------------------------------------------------------------------------
    def news(self) -> News | None:
        """None where there are none: who has no feeds does not pay for them."""
        if self._news is None and self._state.mentions.mentions:
            from auld.projections.news import News

            self._news = News(self._state.mentions, self._contacts_of)
        return self._news

    def _contacts_of(self, person: str) -> list[Contact]:
        cards = self._state.people.cards
        return [cards[key].contact for key in self.joining.members[person] if cards[key].present]


def _ids_in(said: Merged | Split) -> tuple[str, ...]:
    return (said.person, said.other, *said.ids) if isinstance(said, Merged) else (*said.stay, *said.leave)


def _by_name(view: PersonView) -> tuple[str, str]:
    return fold(view.name), view.id


class _Groups:
    """Group cards (RFC 6350 section 6.6.5; Apple's alike): whom they name, by UID or address."""

    def __init__(self) -> None:
        self._names: dict[Key, str] = {}
        self._members: dict[Key, tuple[str, ...]] = {}
        self._groups_of: dict[str, dict[Key, None]] = {}

    def update(self, cards: Iterable[tuple[Key, Card]]) -> bool:
        """Take in cards; True if any of them is or was a group."""
        changed = False
        for key, card in cards:
            for member in self._members.pop(key, ()):
                self._groups_of[member].pop(key, None)
            changed |= self._names.pop(key, None) is not None
            if card.present and card.kind == "group":
                changed = True
                contact = card.contact
                self._names[key] = contact.name
                self._members[key] = tuple(dict.fromkeys(_member(text) for text in contact.members))
                for member in self._members[key]:
                    self._groups_of.setdefault(member, {})[key] = None
        return changed

    def of(self, contacts: Iterable[Contact]) -> list[str]:
        """Names of the groups that name one of these cards, in a fixed order."""
        if not self._groups_of:
            return []
        terms = [term for contact in contacts for term in _terms(contact)]
        keys = {key for term in terms for key in self._groups_of.get(term, ())}
        return [self._names[key] for key in sorted(keys)]


def _terms(contact: Contact) -> list[str]:
    uid = [_member(contact.uid)] if contact.uid else []
    return uid + [address for email in contact.emails if (address := email_identity(email.value))]


def _member(text: str) -> str:
    """A member as written -> what it is found by: an address, or a UID."""
    return email_identity(text) or plain_uid(text)
