"""News entries, and whom they are about.

The fold only keeps what was observed. Whom an entry names is a query, because names change: :class:`MentionMatcher` keeps the
answers beside the state and reads each new entry once. A name alone proves nothing: unless the feed was set up for the person,
another word of the person's card (employer, city, what is special in the title, domain) must agree, and among tracked people of
the same name that word alone decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from auld.events import Event
from auld.observations import Mention
from auld.people import fold
from auld.projections.evidence import evidence_of
from auld.projections.names import NameIndex, forms
from auld.projections.stories import Told, is_sensitive, same_story, told
from auld.projections.views import PersonView, Press

Key = tuple[str, str]
"""(account, ref) of an item."""


class Seen(msgspec.Struct, omit_defaults=True):
    """One entry. ``at`` is its publication, never after it came in; ``born`` and ``position`` are the log positions at which it
    was first and last observed. ``first`` is how it was first observed, if it has changed since: stories go by that, so that a
    corrected headline does not make a new one."""

    mention: Mention
    at: datetime
    born: int
    position: int
    first: Mention | None = None


class MentionsState(msgspec.Struct):
    """By the last change: the newest stand at the end."""

    mentions: dict[Key, Seen] = {}


def _observed(state: MentionsState, event: Event) -> None:
    """Entries are never gone: feeds rotate."""
    key, mention = (event.account, event.ref), event.data
    at = min(event.occurred_at or _time(mention.published) or event.recorded_at, event.recorded_at)
    before = state.mentions.pop(key, None)
    if before is None:
        state.mentions[key] = Seen(mention, at, event.position, event.position)
        return
    at = at if mention.dated else before.at  # an undated entry was published when it was first seen
    state.mentions[key] = Seen(mention, at, before.born, event.position, before.first or before.mention)


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


HANDLERS: dict[str, Callable[[MentionsState, Event], None]] = {"mention.observed": _observed}


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is needed of a person to know them in the news. ``evidence`` are folded words and phrases of the card, without the
    name itself; any of them tells the person from a namesake."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    evidence: frozenset[str] = frozenset()

    @classmethod
    def of(cls, person: PersonView, aliases: Sequence[str] = ()) -> PersonFacts:
        return cls(person.id, person.name, tuple(aliases), evidence_of(person))


@dataclass(slots=True)
class _Known:
    """A person as the matcher holds them: ``names`` are the words of each form of the name, ``words`` all of them together."""

    facts: PersonFacts
    names: frozenset[tuple[str, ...]]
    words: frozenset[str]
    named_in: set[Key] = field(default_factory=set)
    stories: list[list[Key]] | None = None


class MentionMatcher:
    """Answers who is in the news. Give it the same state each time: an entry that came in since costs one look at its text, a
    person whose name changed one pass over the entries for all such people together."""

    def __init__(self, state: MentionsState) -> None:
        self._state = state
        self._position = 0
        self._names = NameIndex()
        self._known: dict[str, _Known] = {}
        self._named: dict[Key, tuple[str, ...]] = {}

    def press_for(self, people: Iterable[PersonFacts]) -> dict[str, list[Press]]:
        """Each person's stories, oldest first; people without any are left out. ``at`` is in UTC.

        ``people`` is everybody who counts: who is not among them is forgotten, and is nobody's namesake.
        """
        self._learn({person.id: person for person in people})
        self._read()
        found = {person_id: self._press(known) for person_id, known in self._known.items() if known.named_in}
        return {person_id: press for person_id, press in found.items() if press}

    # --- whom entries name ----------------------------------------------------------------------------------------------
    def _learn(self, people: dict[str, PersonFacts]) -> None:
        renamed = []
        for person_id in self._known.keys() - people.keys():
            self._forget(person_id)
        for facts in people.values():
            known = self._known.get(facts.id)
            if known is not None and (known.facts.name, known.facts.aliases) == (facts.name, facts.aliases):
                known.facts = facts
                continue
            self._forget(facts.id)
            names = frozenset(form.words for form in forms(facts.name, facts.aliases))
            self._known[facts.id] = _Known(facts, names, frozenset(fold(" ".join((facts.name, *facts.aliases))).split()))
            self._names.add(facts.id, facts.name, facts.aliases)
            renamed.append((facts.id, facts.name, facts.aliases))
        if renamed and self._named:
            self._look_for(NameIndex.build(renamed))

    def _forget(self, person_id: str) -> None:
        known = self._known.pop(person_id, None)
        self._names.remove(person_id)
        for key in known.named_in if known else ():
            self._named[key] = tuple(other for other in self._named[key] if other != person_id)

    def _look_for(self, names: NameIndex) -> None:
        for key in self._named:
            self._note(key, (*self._named[key], *_find(names, self._state.mentions[key].mention)))

    def _read(self) -> None:
        """Whatever came in or changed since the last time; it stands at the end."""
        new: list[Key] = []
        for key, seen in reversed(self._state.mentions.items()):
            if seen.position <= self._position:
                break
            new.append(key)
        for key in reversed(new):
            seen = self._state.mentions[key]
            for person_id in self._named.get(key, ()):
                self._known[person_id].named_in.discard(key)
                self._known[person_id].stories = None
            self._note(key, _find(self._names, seen.mention))
            self._position = seen.position

    def _note(self, key: Key, people: Iterable[str]) -> None:
        self._named[key] = tuple(dict.fromkeys(people))
        for person_id in self._named[key]:
            known = self._known[person_id]
            if key not in known.named_in:
                known.named_in.add(key)
                known.stories = None

    # --- whom they mean -------------------------------------------------------------------------------------------------
    def _press(self, known: _Known) -> list[Press]:
        if known.stories is None:
            known.stories = list(self._stories(known))
        found = (self._story(known, story) for story in known.stories)
        return sorted((press for press in found if press is not None), key=lambda press: (press.at, press.story))

    def _stories(self, known: _Known) -> Iterator[list[Key]]:
        """Entries that name the person, by story. All of them, whomever they mean: what the guard decides may change with the
        card, and the stories' keys must not."""
        groups: list[tuple[list[Key], list[Told]]] = []
        for key in sorted(known.named_in, key=lambda key: self._state.mentions[key].born):
            seen = self._state.mentions[key]
            entry = told(seen.first or seen.mention, seen.at, known.words)
            group = next((g for g in groups if any(same_story(other, entry) for other in g[1])), None)
            if group is None:
                groups.append(([key], [entry]))
            else:
                group[0].append(key)
                group[1].append(entry)
        return (keys for keys, _ in groups)

    def _story(self, known: _Known, story: list[Key]) -> Press | None:
        meant = [self._state.mentions[key] for key in story if self._means(key, known)]
        if not meant:
            return None
        shown = meant[0].mention
        return Press(
            at=min(seen.at for seen in meant),
            title=shown.title,
            link=shown.link,
            source=shown.source,
            story=hashlib.sha256("\n".join(story[0]).encode()).hexdigest()[:16],
            summary=shown.summary,
            sensitive=any(is_sensitive(fold(f"{seen.mention.title} {seen.mention.summary}")) for seen in meant),
        )

    def _means(self, key: Key, known: _Known) -> bool:
        mention = self._state.mentions[key].mention
        text = _evident(mention)
        agrees = _agrees(known, text)
        others = (self._known[other] for other in self._named[key] if other != known.facts.id)
        namesakes = [other for other in others if other.names & known.names]
        if namesakes:
            return agrees and not any(_agrees(other, text) for other in namesakes)
        return agrees or (bool(mention.person) and not known.names.isdisjoint(form.words for form in forms(mention.person)))


def press_for(state: MentionsState, people: Iterable[PersonFacts]) -> dict[str, list[Press]]:
    """:meth:`MentionMatcher.press_for` for a single question."""
    return MentionMatcher(state).press_for(people)


def _find(names: NameIndex, mention: Mention) -> list[str]:
    """In title and summary each by itself: a name does not begin in one and end in the other."""
    return [*names.find(mention.title), *names.find(mention.summary)]


def _evident(mention: Mention) -> str:
    """What may speak for a person: title, summary, and the host that the link leads to; folded, a space at both ends."""
    host = urlsplit(mention.link).hostname or ""
    return f" {fold(mention.title)} {fold(mention.summary)} {fold(host)} "


def _agrees(known: _Known, text: str) -> bool:
    return any(f" {phrase} " in text for phrase in known.facts.evidence)
