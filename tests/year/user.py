"""The user of the year: does three in five of what stands in the calendar, and ignores, deletes or moves the rest.

Of each entry that is decided once, by a lot of its own, so that what auld does elsewhere changes nothing of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import msgspec

from auld.observations import Task
from auld.projections.views import FollowUp

from .life import Life
from .town import NEEDS, Person

OBEYS = 0.60
DELETES = 0.08
MOVES = 0.12
"""The rest is left alone."""

_LINES = (
    "I: send the deck by {soon}",
    "they: intro to the CFO by {soon}",
    "?: what did we pay last year",
    "likes: chamber music",
    "need: a {need}",
    "offers: {need}",
    "met through: {other}",
    "next: call on {later}",
    "Her dog is called Rex",
)


@dataclass
class User:
    """Acts on entries in the evening. ``ticked``: by person number, when, as far as it was a touch."""

    life: Life
    by_id: dict[str, Person]
    seed: int
    moved: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    ticked: list[str] = field(default_factory=list)

    def act(self, day: date, open_ones: list[FollowUp]) -> None:
        """Deal with what stands on that day."""
        items = self.life.world.items(self.life.tasks)
        for follow_up in open_ones:
            item = items.get(follow_up.ref)
            if item is None or not isinstance(item.observation, Task) or item.observation.due[:10] != str(day):
                continue
            self._deal_with(day, follow_up, item.observation)

    def _deal_with(self, day: date, follow_up: FollowUp, task: Task) -> None:
        random = Random(zlib.crc32(f"{self.seed} {follow_up.key}".encode()))
        chance = random.random()
        reasons = {because.reason for because in follow_up.because}
        if chance < OBEYS or (follow_up.key in self.moved and chance < OBEYS + MOVES / 2):
            self._do(day, follow_up, task, reasons, random)
        elif chance < OBEYS + DELETES:
            self.deleted.add(follow_up.key)
            self.life.world.delete(self.life.tasks, follow_up.ref)
        elif chance < OBEYS + DELETES + MOVES and follow_up.key not in self.moved:
            self.moved.add(follow_up.key)
            later = str(day + timedelta(days=random.randrange(1, 10)))
            self._put(follow_up, task, due=later, start=later)

    def _do(self, day: date, follow_up: FollowUp, task: Task, reasons: set[str], random: Random) -> None:
        """A call, mostly; one in four of those who are due is met instead, and then the entry is left to auld."""
        person = self.by_id.get(follow_up.person)
        meets = person is not None and reasons & {"cadence", "lunch", "travel", "dormant"} and random.random() < 0.25
        if meets and person is not None:
            self.life.arrange(day + timedelta(days=random.randrange(2, 12)), [person], hour=15)
            return
        if "debrief" in reasons or random.random() < 0.25:
            task = self._put(follow_up, task, description=f"{task.description}\n{self._line(day, random)}")
        done = datetime.combine(day, time(19))
        self._put(follow_up, task, status="completed", completed=f"{done.isoformat()}+00:00", percent=100)
        if person is not None and reasons - {"brief", "debrief"}:
            self.life.touches[person.number].add(day)
            self.ticked.append(follow_up.key)

    def _line(self, day: date, random: Random) -> str:
        gaps = {
            "soon": day + timedelta(days=random.randrange(3, 12)),
            "later": day + timedelta(days=random.randrange(20, 90)),
            "need": random.choice(NEEDS),
            "other": random.choice(list(self.by_id.values())).name,
        }
        return random.choice(_LINES).format(**gaps)

    def _put(self, follow_up: FollowUp, task: Task, **changes: str | int) -> Task:
        changed = msgspec.structs.replace(task, **changes)
        self.life.world.put(self.life.tasks, follow_up.ref, changed)
        return changed


def people_by_id(people: list[Person], ids: Iterator[tuple[str, str]]) -> dict[str, Person]:
    """By auld's ids, from pairs of id and address."""
    by_email = {person.email: person for person in people}
    return {id_: by_email[email] for id_, email in ids if email in by_email}
