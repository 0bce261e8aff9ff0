"""What the news are good for, in one place: who is in them, who writes, and what may interest whom. It is made once somebody
asks, and only if there are any news; then it is kept beside the state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from auld.observations import Contact
from auld.policy import Policy
from auld.projections.fresh import Fresh
from auld.projections.interests import InterestMatcher, Wants
from auld.projections.mentions import MentionsState
from auld.projections.namesakes import PersonFacts, gender_of
from auld.projections.offers import assign
from auld.projections.posts import Owners, posts_by
from auld.projections.press import MentionMatcher
from auld.projections.views import FollowUp, Offer, PersonView, Post, Press

Everybody = tuple[PersonView, ...]


class News:
    """``contacts_of``: the cards that a person has now. Everything is answered anew only if the entries or the people changed;
    people are told to be the same by being the same objects."""

    def __init__(self, state: MentionsState, contacts_of: Callable[[str], Sequence[Contact]]) -> None:
        self._contacts_of = contacts_of
        self._fresh = Fresh(state)
        self._matcher = MentionMatcher(state)
        self._wants = Wants()
        self._interests = InterestMatcher(self._fresh)
        self._facts: dict[str, PersonFacts] = {}
        self._press: tuple[Everybody, int, dict[str, list[Press]]] | None = None
        self._posts: tuple[Everybody, int, dict[str, list[Post]]] | None = None

    def press(self, everybody: Everybody) -> dict[str, list[Press]]:
        """What is told of everybody who is in the news, oldest first, in UTC; namesakes are told apart among all people."""
        self._fresh.read()
        if self._press is None or self._press[0] is not everybody or self._press[1] != self._fresh.version:
            found = self._matcher.press_for(map(self._facts_of, everybody))
            self._press = everybody, self._fresh.version, found
        return self._press[2]

    def posts(self, everybody: Everybody) -> dict[str, list[Post]]:
        """What those followed up have published themselves in the last weeks, oldest first, in UTC."""
        self._fresh.read()
        if self._posts is None or self._posts[0] is not everybody or self._posts[1] != self._fresh.version:
            self._posts = everybody, self._fresh.version, posts_by(self._fresh.entries, Owners(everybody))
        return self._posts[2]

    def offers(
        self,
        tracked: Sequence[PersonView],
        said: Mapping[str, list[tuple[str, str]]],
        policy: Policy,
        follow_ups: Iterable[FollowUp],
        today: date,
    ) -> dict[str, list[Offer]]:
        """What to pass on to whom (:mod:`auld.projections.offers`); ``said``: what the user typed of them, by kind and text."""
        self._fresh.read()
        stories = self._interests.stories(self._wants.of(tracked, said, policy), policy)
        return assign(stories, follow_ups, today) if stories else {}

    def _facts_of(self, person: PersonView) -> PersonFacts:
        found = self._facts.get(person.id)
        if found is None or found.person is not person:
            contacts = self._contacts_of(person.id)
            names = [name for contact in contacts for name in (contact.name, *contact.nicknames) if name != person.name]
            gender = gender_of(" ".join(contact.prefix for contact in contacts))
            found = self._facts[person.id] = PersonFacts(person, tuple(dict.fromkeys(filter(None, names))), gender)
        return found
