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
        if told and follow_up.rested and follow_up.closed_at is not None and follow_up.closed_at.date() > today - WITHIN:
            lately[follow_up.person] = MOST  # it was left undone for weeks: not the next one at once
    # what is news no more holds back nothing: the entry loses it, and would get another one at the next look only
    held = {m.person for s in stories for m in s.matches if s.id in standing[m.person]}
    free = {m.person for s in stories for m in s.matches if m.person not in held and lately[m.person] < MOST}
    return _assigned(stories, given, standing, free, today)


def _assigned(
    stories: Sequence[Story], given: Mapping[str, set[str]], standing: Mapping[str, set[str]], free: set[str], today: date
) -> dict[str, list[Offer]]:
    found: defaultdict[str, list[Offer]] = defaultdict(list)
    fitting: list[tuple[float, str, Story, Interested]] = []
    for story in stories:
        fresh = story.shown.at.date() >= today - FRESH
        for match in story.matches:
            if story.id in standing.get(match.person, ()):
                found[match.person].append(_offer(story, match, asked=True))
            elif fresh and match.person in free and match.person not in given.get(story.id, ()):
                fitting.append((-round(match.weight, 3), _lot(story.id, match.person), story, match))
    # The best pairs first: what somebody gets who already has a better one goes to the next, now and not at the next look.
    left = {story.id: TO_AT_MOST - len(given.get(story.id, ())) for story in stories}
    served: set[str] = set()
    for _, _, story, match in sorted(fitting, key=lambda pair: pair[:2]):
        if left[story.id] > 0 and match.person not in served:
            left[story.id] -= 1
            served.add(match.person)
            found[match.person].append(_offer(story, match, asked=False))
    return dict(found)


def _offer(story: Story, match: Interested, *, asked: bool) -> Offer:
    mention = story.shown.mention
    shown = (story.shown.at, mention.title, mention.link, mention.source, story.id)
    return Offer(*shown, match.interest, match.shared, asked)


def _lot(story: str, person: str) -> str:
    """Among equals a lot decides, another one for each story, or the same two would get everything."""
    return hashlib.sha256(f"{story} {person}".encode()).hexdigest()
