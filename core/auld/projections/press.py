"""Whom news entries are about.

:class:`MentionMatcher` keeps the answers beside the state and reads each new entry once. A name alone proves nothing
(:mod:`auld.projections.namesakes`): unless the feed was set up for the person, something of the person's card must agree, more
than speaks against it, and among tracked people of the same name that alone decides.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from auld.observations import Mention
from auld.people import fold
from auld.projections.mentions import Key, MentionsState, Seen
from auld.projections.names import NameIndex
from auld.projections.namesakes import PersonFacts, Verdict, judge
from auld.projections.stories import by_story, is_sensitive, told
from auld.projections.views import Press


class MentionMatcher:
    """Answers who is in the news. Give it the same state each time: an entry that came in since costs one look at its text, a
    person whose name changed one pass over the entries for all such people together."""

    def __init__(self, state: MentionsState) -> None:
        self._state = state
        self._position = 0
        self._names = NameIndex()
        self._people: dict[str, PersonFacts] = {}
        self._named: dict[Key, tuple[str, ...]] = {}
        self._named_in: defaultdict[str, set[Key]] = defaultdict(set)
        self._stories: dict[str, list[list[Key]]] = {}
        self._verdicts: dict[tuple[Key, str], tuple[PersonFacts, int, Verdict]] = {}

    def press_for(self, people: Iterable[PersonFacts]) -> dict[str, list[Press]]:
        """Each person's stories, oldest first; people without any are left out. ``at`` is in UTC.

        ``people`` is everybody who counts: who is not among them is forgotten, and is nobody's namesake.
        """
        self._learn({person.id: person for person in people})
        self._read()
        found = {person: self._press(self._people[person]) for person in self._people if self._named_in.get(person)}
        return {person: press for person, press in found.items() if press}

    # --- whom entries name ----------------------------------------------------------------------------------------------
    def _learn(self, people: dict[str, PersonFacts]) -> None:
        renamed = []
        for person in self._people.keys() - people.keys():
            self._forget(person)
        for facts in people.values():
            known = self._people.get(facts.id)
            self._people[facts.id] = facts
            if known is not None and (known.name, known.aliases) == (facts.name, facts.aliases):
                continue
            self._forget(facts.id)
            self._people[facts.id] = facts
            self._names.add(facts.id, facts.name, facts.aliases)
            renamed.append((facts.id, facts.name, facts.aliases))
        if renamed and self._named:
            self._look_for(NameIndex.build(renamed))

    def _forget(self, person: str) -> None:
        self._people.pop(person, None)
        self._names.remove(person)
        self._stories.pop(person, None)
        for key in self._named_in.pop(person, ()):
            self._named[key] = tuple(other for other in self._named[key] if other != person)

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
            for person in self._named.get(key, ()):
                self._named_in[person].discard(key)
                self._stories.pop(person, None)
            self._note(key, _find(self._names, seen.mention))
            self._position = seen.position

    def _note(self, key: Key, people: Iterable[str]) -> None:
        self._named[key] = tuple(dict.fromkeys(people))
        for person in self._named[key]:
            if key not in self._named_in[person]:
                self._named_in[person].add(key)
                self._stories.pop(person, None)

    # --- whom they mean -------------------------------------------------------------------------------------------------
    def _press(self, facts: PersonFacts) -> list[Press]:
        stories = self._stories.get(facts.id)
        if stories is None:
            stories = self._stories[facts.id] = self._told(facts)
        found = (self._story(facts, story) for story in stories)
        return sorted((press for press in found if press is not None), key=lambda press: (press.at, press.story))

    def _told(self, facts: PersonFacts) -> list[list[Key]]:
        """Entries that name the person, by story. All of them, whomever they mean: what the guard decides may change with the
        card, and the stories' keys must not."""
        words = frozenset(fold(" ".join((facts.name, *facts.aliases))).split())
        seen = {key: self._state.mentions[key] for key in self._named_in[facts.id]}
        keys = sorted(seen, key=lambda key: seen[key].born)
        return by_story((key, told(seen[key].first or seen[key].mention, seen[key].at, words)) for key in keys)

    def _story(self, facts: PersonFacts, story: list[Key]) -> Press | None:
        """What the story's entries that mean the person say together. A death or a crime takes more than a name and a place."""
        judged = [(self._state.mentions[key], self._means(key, facts)) for key in story]
        meant = [(seen, verdict) for seen, verdict in judged if verdict is not None]
        if not meant:
            return None
        sensitive = any(_is_sensitive(seen) for seen, _ in meant)
        if sensitive and not any(verdict.sure for _, verdict in meant):
            return None
        shown = meant[0][0].mention
        return Press(
            at=min(seen.at for seen, _ in meant),
            title=shown.title,
            link=shown.link,
            source=shown.source,
            story=hashlib.sha256("\n".join(story[0]).encode()).hexdigest()[:16],
            summary=shown.summary,
            sensitive=sensitive,
            signs=tuple(dict.fromkeys(sign for _, verdict in meant for sign in verdict.signs)),
        )

    def _means(self, key: Key, facts: PersonFacts) -> Verdict | None:
        verdict = self._verdict(key, facts)
        others = (self._people[other] for other in self._named[key] if other != facts.id)
        namesakes = [other for other in others if other.names & facts.names]
        if not namesakes:
            return verdict if verdict.means else None
        alone = verdict.agrees and not any(self._verdict(key, other).agrees for other in namesakes)
        return verdict if alone else None

    def _verdict(self, key: Key, facts: PersonFacts) -> Verdict:
        """Judged once, until the entry or what is known of the person changes."""
        seen = self._state.mentions[key]
        judged = self._verdicts.get((key, facts.id))
        if judged is None or judged[0] is not facts or judged[1] != seen.position:
            judged = self._verdicts[key, facts.id] = facts, seen.position, judge(facts, seen.mention, seen.at.year)
        return judged[2]


def press_for(state: MentionsState, people: Iterable[PersonFacts]) -> dict[str, list[Press]]:
    """:meth:`MentionMatcher.press_for` for a single question."""
    return MentionMatcher(state).press_for(people)


def _find(names: NameIndex, mention: Mention) -> list[str]:
    """In title and summary each by itself: a name does not begin in one and end in the other."""
    return [*names.find(mention.title), *names.find(mention.summary)]


def _is_sensitive(seen: Seen) -> bool:
    return is_sensitive(fold(f"{seen.mention.title} {seen.mention.summary}"))
