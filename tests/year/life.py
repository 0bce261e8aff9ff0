"""What happens in the year, day by day, whatever auld does: meetings, news, jobs, trips. And what must not be asked for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import msgspec

from auld.observations import Meeting, Mention
from auld_connectors.memory import MemoryWorld

from .town import ABROAD, FIRMS, INTERESTS, START, TITLES, Person, meeting, trip

_SOMBRE = ("dies at 61", "charged with fraud", "laid off with forty others")


@dataclass
class Life:
    """``touches`` and ``planned`` are the truth: by person number, the days of meetings held, and of those arranged."""

    random: Random
    people: list[Person]
    world: MemoryWorld = field(default_factory=lambda: MemoryWorld(batch=1000))
    touches: defaultdict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    planned: defaultdict[int, dict[str, date]] = field(default_factory=lambda: defaultdict(dict))
    jobs: set[tuple[int, date]] = field(default_factory=set)
    """Who really began to work elsewhere, and when; other changes of a card are of its spelling."""
    sombre: set[str] = field(default_factory=set)
    """Headlines that are no occasion."""
    trips: int = 0

    def __post_init__(self) -> None:
        self.book = self.world.add("book", "contact", writable=False)
        self.calendar = self.world.add("calendar", "meeting")
        self.feed = self.world.add("feed", "mention", writable=False)
        self.tasks = self.world.add("tasks", "task")
        self._uids = iter(range(10**9))
        self._due: defaultdict[date, list[tuple[str, Meeting, list[int]]]] = defaultdict(list)
        self._followed = [person for person in self.people if person.category]
        for person in self.people:
            self.world.put(self.book, person.ref, person.card)
            for day in person.history:
                self._hold(day, [person])

    # --- meetings
    def arrange(self, day: date, people: list[Person], hour: int | None = None) -> None:
        """A meeting to come, of the user with these."""
        uid = f"m{next(self._uids)}"
        at = self.random.choice((9, 10, 11, 15, 16, 17)) if hour is None else hour
        for person in people:
            self.planned[person.number][uid] = day
        title = self.random.choice(("Coffee", "Catch-up", "Project", "Call"))
        entry = meeting(uid, title, day, at, [person.email for person in people])
        self.world.put(self.calendar, f"memory:calendar/{uid}", entry)
        self._due[day].append((uid, entry, [person.number for person in people]))

    def _hold(self, day: date, people: list[Person]) -> None:
        uid = f"m{next(self._uids)}"
        entry = meeting(uid, "Lunch", day, 12, [person.email for person in people])
        self.world.put(self.calendar, f"memory:calendar/{uid}", entry)
        for person in people:
            self.touches[person.number].add(day)

    def _move_or_cancel(self, day: date) -> None:
        """One in ten of tomorrow's meetings is put off by a week, one in twenty called off."""
        tomorrow = day + timedelta(days=1)
        for uid, entry, numbers in list(self._due[tomorrow]):
            chance, ref = self.random.random(), f"memory:calendar/{uid}"
            if chance < 0.15:
                self._due[tomorrow].remove((uid, entry, numbers))
            if chance < 0.05:
                self.world.delete(self.calendar, ref)
                for number in numbers:
                    del self.planned[number][uid]
            elif chance < 0.15 and entry.main is not None:
                later = tomorrow + timedelta(days=7)
                main = entry.main
                start, end = (f"{later}{text[10:]}" for text in (main.start, main.end))
                moved = msgspec.structs.replace(entry, main=msgspec.structs.replace(main, start=start, end=end))
                self.world.put(self.calendar, ref, moved)
                self._due[later].append((uid, moved, numbers))
                for number in numbers:
                    self.planned[number][uid] = later

    # --- a day
    def live(self, day: date) -> None:
        """What happens on that day, after auld looked in the morning."""
        for uid, _, numbers in self._due.pop(day, []):
            for number in numbers:
                del self.planned[number][uid]
                self.touches[number].add(day)
        self._move_or_cancel(day)
        if day.weekday() < 5:
            self._arrange_some(day)
        for happens in (self._news, self._jobs, self._travel):
            happens(day)

    def _arrange_some(self, day: date) -> None:
        """Some two a week come about without auld; now and then one with many; and every fortnight some never chosen meet."""
        if self.random.random() < 0.4 * len(self._followed) / 204:
            group = self.random.sample(self._followed, self.random.choice((1, 1, 1, 2)))
            self.arrange(day + timedelta(days=self.random.randrange(1, 15)), group)
        if self.random.random() < 0.05:
            self.arrange(day + timedelta(days=7), self.random.sample(self._followed, min(8, len(self._followed))))
        if (day - START).days % 14 == 0:
            uid = f"m{next(self._uids)}"
            stranger = meeting(uid, "Planning", day, 14, [f"stranger{day.toordinal() % 3}@elsewhere.example"])
            self.world.put(self.calendar, f"memory:calendar/{uid}", stranger)

    def _news(self, day: date) -> None:
        chance = self.random.random
        if chance() < 0.15:
            person = self.random.choice(self._followed)
            self._print(day, f"{person.name} of {person.card.organisation} wins an award no. {next(self._uids)}")
        if chance() < 0.03:
            person = self.random.choice(self._followed)
            headline = f"{person.name} of {person.card.organisation} {self.random.choice(_SOMBRE)}"
            self.sombre.add(headline)
            self._print(day, headline)
        if chance() < 0.1:
            self._print(day, f"A year of {self.random.choice(INTERESTS)}, part {next(self._uids)}")
        if chance() < 0.1:
            writer = self._followed[day.toordinal() % min(10, len(self._followed))]
            self._print(day, f"On bread and other matters, {next(self._uids)}", by=writer.name)

    def _print(self, day: date, title: str, by: str = "") -> None:
        uid = next(self._uids)
        link = f"https://{'blog' if by else 'paper'}.example/{uid}"
        feed = f"https://{'blog' if by else 'paper'}.example/{by.replace(' ', '-') or 'feed'}"
        mention = Mention(title, link, "", f"{day}T06:00:00+00:00", source="The Paper", feed=feed, by=by)
        self.world.put(self.feed, f"memory:feed/{uid}", mention)

    def _jobs(self, day: date) -> None:
        if self.random.random() < 0.08:
            person = self.random.choice(self._followed)
            firm = self.random.choice([firm for firm in FIRMS if firm != person.card.organisation])
            self.jobs.add((person.number, day))
            self._change(person, organisation=firm, title=self.random.choice(TITLES))
        if self.random.random() < 0.03:
            person = self.random.choice(self._followed)
            self._change(person, organisation=f"{person.card.organisation.removesuffix(', Ltd.')}, Ltd.")

    def _change(self, person: Person, **changes: str) -> None:
        person.card = msgspec.structs.replace(person.card, **changes)
        self.world.put(self.book, person.ref, person.card)

    def _travel(self, day: date) -> None:
        """Every seven weeks a journey is entered, five weeks ahead."""
        if (day - START).days % 49 == 10:
            city, country = ABROAD[self.trips % len(ABROAD)]
            self.trips += 1
            entry = trip(f"trip{self.trips}", city, country, day + timedelta(days=35), 4)
            self.world.put(self.calendar, f"memory:calendar/trip{self.trips}", entry)
