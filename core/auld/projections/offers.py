"""Who gets which news entry to pass on: each goes to very few, and nobody gets many."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from auld.projections.interests import Interested, Story
from auld.projections.views import FollowUp, Offer

TO_AT_MOST = 2
"""An entry is offered to so many people, ever: a mass mailing is none."""
MOST = 2
"""A person gets so many"""
WITHIN = timedelta(days=30)
"""in this time."""
FRESH = timedelta(days=14)

REASONS = frozenset({"insight", "hobby"})
"""The reasons whose occasions end in the id of a story (``insight:<story>``)."""


def assign(stories: Sequence[Story], follow_ups: Iterable[FollowUp], today: date) -> dict[str, list[Offer]]:
    """By person: what stands in an open follow-up of theirs already, and at most one that is new, the best. ``at`` in UTC."""
    given: defaultdict[str, set[str]] = defaultdict(set)
    lately: defaultdict[str, int] = defaultdict(int)
    standing: defaultdict[str, set[str]] = defaultdict(set)
    for follow_up in follow_ups:
        told = {b.occasion.partition(":")[2] for b in follow_up.because if b.reason in REASONS}
        for story in told:
            given[story].add(follow_up.person)
        if follow_up.open:
            standing[follow_up.person] |= told
        if told and follow_up.proposed_at.date() > today - WITHIN:
            lately[follow_up.person] += 1
    free = {m.person for s in stories for m in s.matches if not standing[m.person] and lately[m.person] < MOST}
    return _assigned(stories, given, standing, free, today)


def _assigned(
    stories: Sequence[Story], given: Mapping[str, set[str]], standing: Mapping[str, set[str]], free: set[str], today: date
) -> dict[str, list[Offer]]:
    best: dict[str, tuple[float, Offer]] = {}
    found: defaultdict[str, list[Offer]] = defaultdict(list)
    for story in stories:
        before = given.get(story.id, set())
        for match in story.matches:
            if story.id in standing.get(match.person, ()):
                found[match.person].append(_offer(story, match, asked=True))
        if story.shown.at.date() < today - FRESH:
            continue
        candidates = [match for match in story.matches if match.person in free and match.person not in before]
        candidates.sort(key=lambda match: (-round(match.weight, 3), _lot(story.id, match.person)))
        for match in candidates[: max(0, TO_AT_MOST - len(before))]:
            if match.person not in best or match.weight > best[match.person][0]:
                best[match.person] = match.weight, _offer(story, match, asked=False)
    for person, (_, offer) in best.items():
        found[person].append(offer)
    return dict(found)


def _offer(story: Story, match: Interested, *, asked: bool) -> Offer:
    mention = story.shown.mention
    shown = (story.shown.at, mention.title, mention.link, mention.source, story.id)
    return Offer(*shown, match.interest, match.shared, asked)


def _lot(story: str, person: str) -> str:
    """Among equals a lot decides, another one for each story, or the same two would get everything."""
    return hashlib.sha256(f"{story} {person}".encode()).hexdigest()
