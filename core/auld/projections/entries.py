"""What is remembered of follow-ups and of their calendar objects; :mod:`auld.projections.follow_ups` fills it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from auld.events import Proposed
from auld.observations import Meeting, Task
from auld.policy import Words
from auld.projections.acts import Said
from auld.projections.views import Base, FollowUpState

Place = tuple[str, str]
"""Account and reference of a calendar object."""


class Entry(msgspec.Struct):
    """One follow-up. ``proposed`` holds the planner's latest wishes; ``theirs`` what the user wrote instead, by field
    (title, description, day); ``seen`` is the description as last seen in the calendar, None until somebody wrote into it.

    ``in_place``: it was closed by what stands in the entry, and is open again once that is taken back. ``channel``: by what
    they were in touch. ``never_at`` is the log position at which the user said never, 0 if they did not. ``rolled`` counts how
    often it was set again after a day on which nothing was done. ``place`` is where the user keeps it, once they moved it out
    of our calendar; ``repeats``: they made a series of it; ``snoozed`` the day to which they put its alarm off; ``ends`` when
    the meeting that they made of it is over. ``sighted`` is where it was seen without a receipt: its answer was lost, or it was
    written before this log began. ``received``: it had a receipt once; where it is seen after its removal does not concern us.
    ``lost``: it went from where it stood, taken out or put elsewhere; ``copied``: what stands at ``place`` is a copy of it.
    ``former`` are the wishes since the last receipt, by field: any of them may have been written without an answer."""

    proposed: Proposed
    proposed_at: datetime
    state: FollowUpState = "planned"
    base: Base | None = None
    theirs: dict[str, str] = {}
    seen: str | None = None
    closed_at: datetime | None = None
    why: str = ""
    in_place: bool = False
    channel: str = ""
    never_at: int = 0
    rolled: int = 0
    rested: bool = False
    place: Place | None = None
    repeats: bool = False
    snoozed: str = ""
    ends: datetime | None = None
    sighted: list[Place] = []
    received: bool = False
    lost: bool = False
    copied: bool = False
    former: dict[str, list[str]] = {}

    @property
    def stands(self) -> Place | None:
        """Where the one object is that counts; None before it was written, and after it went."""
        return self.place or (None if self.base is None else (self.base.account, self.base.ref))

    @property
    def user_owned(self) -> bool:
        return self.place is not None or self.repeats


class Copy(msgspec.Struct):
    """Another object with the UID or the mark of an entry, as last seen."""

    key: str
    item: Task | Meeting


class FollowUpsState(msgspec.Struct):
    """Entries by key, in order of birth; ``by_ref`` and ``by_uid`` find the key of what a calendar shows. ``copies`` by where
    they are, the latest last. ``let_go`` are the people of whom the user said never in an entry, by the id it was about.
    ``unclaimed`` are objects that bear auld's mark and belong to no entry: this log is younger than they are. ``cleared`` are
    the UIDs of those that the user took out again."""

    entries: dict[str, Entry] = {}
    by_ref: dict[Place, str] = {}
    by_uid: dict[str, str] = {}
    copies: dict[Place, Copy] = {}
    let_go: dict[str, list[Said]] = {}
    unclaimed: dict[Place, Task | Meeting] = {}
    cleared: list[str] = []
    zone: str = "UTC"
    words: Words = Words()
