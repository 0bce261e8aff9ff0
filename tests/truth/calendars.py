"""The user's diary, with which scenes are written: it finds hours and guests, fills calendars and keeps the labels."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from .cards import Deck, typed_mail
from .icals import APPLE, GOOGLE, NEXTCLOUD, OUTLOOK, PROGRAMS, THUNDERBIRD, ZIMBRA, Entry, Guest, Program, write
from .labels import ME, MY_NAME, ZONE, CardLabel, TouchLabel, Version, World, knowable
from .people import Crowd, Person, words

HOME = ZoneInfo(ZONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TITLES = (
    "Project review", "Weekly sync", "Kick-off", "Contract", "Budget 2026", "Roadmap", "Catch-up", "Jour fixe", "Reunião",
    "Almoço", "Coffee", "Interview", "Workshop", "Onboarding", "Quarterly numbers", "Vor-Ort-Termin", "Demo; second try",
    "Lunch, then walk",
)  # fmt: skip
_OWN_PROGRAMS: dict[str, tuple[Program, ...]] = {
    "work": (OUTLOOK,),
    "home": (APPLE,),
    "gmail": (GOOGLE,),
    "team": (NEXTCLOUD, THUNDERBIRD, ZIMBRA),
}
ACCOUNTS = tuple(_OWN_PROGRAMS)


class Diary:
    """``scene`` names what is being written; every object and touch is filed under it."""

    def __init__(self, random: Random, world: World, crowd: Crowd, deck: Deck, begin: datetime) -> None:
        self.random = random
        self.world = world
        self.begin = begin
        self.scene = ""
        self._numbers = itertools.count()
        self._last = ("", "")
        self._used: set[datetime] = set()
        self._by_id = {person.id: person for person in crowd.people}
        self._deck = deck
        self._boxes = {
            person: [box for box in boxes if box not in deck.polluted]
            for person, boxes in deck.mailboxes.items()
            if person not in self._silent()
        }
        self.known = [self._by_id[person] for person, boxes in self._boxes.items() if boxes]
        self.shared = self._shared()
        self.borrowed = self._borrowed()
        self.words = self._words(crowd)
        self.readable = [person for person in crowd.people if person.id in deck.readable]
        """People of whom a card has the whole name."""
        whole = self._whole()
        self.unmistakable = [person for person in self.readable if person.id in whole and self._alone(person)]
        """Those whose whole name nobody else has: not both one of the given and one of the family words."""
        self.by_given_name = [person for person in self.unmistakable if self._given_alone(person)]
        """Those whose given name nobody else has, be it as a family name."""

    def _whole(self) -> set[str]:
        """People whose cards can all be known to be one's: of others a name in a title leaves open which card is meant."""
        cards: dict[str, list[CardLabel]] = {}
        for card in self.world.cards:
            if card.person is not None:
                cards.setdefault(card.person, []).append(card)
        return {person for person, labels in cards.items() if len(set(knowable(labels).values())) == 1}

    def _silent(self) -> set[str]:
        """People of whom no card tells that it is theirs."""
        return self._deck.mailboxes.keys() - {card.person for card in self.world.cards if card.ties}

    def _words(self, crowd: Crowd) -> dict[str, set[str]]:
        """Word of a name -> the people with a card who bear it, in whatever spelling."""
        bearers: dict[str, set[str]] = {}
        for person in crowd.people:
            if person.id not in self._deck.mailboxes:
                continue
            for word in (person.given, person.family, *([person.former] if person.former else [])):
                for text in (word.native, *word.spellings, *word.nicknames):
                    for part in words(text):
                        bearers.setdefault(part, set()).add(person.id)
        return bearers

    # --- people -----------------------------------------------------------------------------------------------------------
    def people(self, count: int) -> list[Person]:
        """Different people of whom a card gives an address that is theirs alone."""
        return self.random.sample(self.known, count)

    def person(self, person: str) -> Person:
        return self._by_id[person]

    def _alone(self, person: Person) -> bool:
        given, family = (
            {bearer for part in words(word) for bearer in self.words[part]}
            for word in (person.given.native, person.family.native)
        )
        return given & family == {person.id}

    def _given_alone(self, person: Person) -> bool:
        parts = words(person.given.native)
        return len(parts) == 1 and len(parts[0]) > 3 and self.words[parts[0]] == {person.id}

    def _shared(self) -> list[tuple[Person, str]]:
        """Mailboxes on the cards of several people, with each of those whose card rightly has it and says so."""
        owned = [(person, box) for box in self._deck.polluted for person in self._by_id if self._by_id[person].work == box]
        rightly = [(person, box) for person, box in owned if box in self._deck.mailboxes.get(person, ())]
        several = {*self._deck.shared, *rightly}
        return [(self._by_id[person], box) for person, box in sorted(several) if len(self._deck.holders[box]) > 1]

    def _borrowed(self) -> list[tuple[Person, str]]:
        """Mailboxes that stand on somebody else's card only, with those whose they are."""
        owners = {person.work: person for person in self._by_id.values()}
        return [(owners[box], box) for box in sorted(self._deck.polluted) if owners[box].id not in self._deck.holders[box]]

    def guest(self, person: Person, status: str = "ACCEPTED", role: str = "REQ-PARTICIPANT") -> Guest:
        """As invited: at any address that a card of theirs has or had, with their name, another spelling of it, or none."""
        box = self.random.choice(self._boxes[person.id])
        address = typed_mail(self.random, box) if self.random.random() < 0.3 else box
        names = (person.full(), person.full(), person.full(), " ".join(person.latin()), "", box)
        return Guest(address, self.random.choice(names), status, role)

    def guests(self, people: Iterable[Person], status: str = "ACCEPTED", role: str = "REQ-PARTICIPANT") -> tuple[Guest, ...]:
        return tuple(self.guest(person, status, role) for person in people)

    def strangers(self, count: int, status: str = "ACCEPTED") -> tuple[Guest, ...]:
        """People who are in no address book."""
        numbers = self.random.sample(range(10_000), count)
        return tuple(Guest(f"visitor{number}@elsewhere.example", f"Visitor {number}", status) for number in numbers)

    def me(self, status: str = "ACCEPTED", address: str = "") -> Guest:
        return Guest(address or self.random.choice(ME), MY_NAME, status)

    # --- hours ------------------------------------------------------------------------------------------------------------
    def hour(self, after: datetime | None = None, before: datetime | None = None, zone: ZoneInfo = HOME) -> datetime:
        """A free quarter of an hour in working time of the zone, three days ago or earlier unless told otherwise."""
        first, last = after or self.begin, before or self.world.now - 3 * DAY
        for _ in range(1000):
            day = (first + self.random.random() * (last - first)).astimezone(zone).date()
            start = datetime.combine(day, time(self.random.randrange(8, 19), self.random.choice((0, 0, 15, 30, 30, 45))), zone)
            if first <= start <= last and self.take([start]):
                return start
        raise AssertionError("the diary is full")

    def seen_hour(self) -> datetime:
        """A free hour after auld's first look, with some looks before and after it."""
        return self.hour(self.world.looks[8], self.world.looks[-8])

    def take(self, starts: Sequence[datetime]) -> bool:
        """Reserve these instants if all of them are free: no two entries begin at the same time unless a scene says so."""
        instants = {start.astimezone(UTC) for start in starts}
        if instants & self._used:
            return False
        self._used |= instants
        return True

    def look_after(self, at: datetime) -> datetime:
        return next(look for look in self.world.looks if look > at)

    def look_before(self, at: datetime) -> datetime:
        return next(look for look in reversed(self.world.looks) if look < at)

    # --- entries ----------------------------------------------------------------------------------------------------------
    def uid(self) -> str:
        number, digits = next(self._numbers), f"{self.random.getrandbits(64):016X}"
        return self.random.choice(
            (
                f"{digits}-{number}",
                f"{digits.lower()}{number}@google.com",
                f"040000008200E00074C5B7101A82E008{digits}{number:06}",
            )
        )

    def meeting(self, start: datetime, guests: Sequence[Guest], *, mine: str = "ACCEPTED", minutes: int = 0) -> Entry:
        """An invitation: mine to the guests, or that of the first of them to me and the others, as programs write either."""
        end = start + timedelta(minutes=minutes or self.random.choice((30, 45, 60, 60, 90)))
        entry = Entry(self.uid(), start, end, self.random.choice(TITLES))
        if mine == "ACCEPTED" and self.random.random() < 0.45:
            listed = (self.me(),) if self.random.random() < 0.5 else ()
            return replace(entry, organizer=self.me(), guests=(*listed, *guests))
        first, *others = guests
        listed = (first,) if self.random.random() < 0.6 or first.status != "ACCEPTED" or first.role != "REQ-PARTICIPANT" else ()
        organizer = replace(first, status="ACCEPTED", role="REQ-PARTICIPANT")
        if first.status == "DECLINED":
            return replace(entry, organizer=self.strangers(1)[0], guests=(*guests, self.me(mine)))
        return replace(entry, organizer=organizer, guests=(*listed, *others, self.me(mine)))

    def put(
        self, entry: Entry, at: datetime | None = None, *, account: str = "", ref: str = "", program: Program | None = None
    ) -> tuple[str, str]:
        """Put an object into a calendar from ``at`` on (default: long before); returns account and ref, to be put again."""
        account = account or self.random.choice(ACCOUNTS)
        ref = ref or f"/{account}/{next(self._numbers):06}.ics"
        if program is None:
            own = self.random.random() < 0.7
            program = self.random.choice(_OWN_PROGRAMS.get(account, PROGRAMS) if own else PROGRAMS)
        self.put_text(write(entry, program), at, account, ref)
        return account, ref

    def put_text(self, text: str, at: datetime | None, account: str, ref: str) -> None:
        self.world.versions.append(Version(at or self.begin, account, ref, text))
        self.world.scene_of[account, ref] = self.scene
        self._last = account, ref

    def drop(self, place: tuple[str, str], at: datetime) -> None:
        self.world.versions.append(Version(at, *place, None))

    def met(self, people: Iterable[Person], *starts: datetime, undecided: bool = False) -> None:
        """The truth: these people were met at these times, as the object that was put last says."""
        for person in people:
            for start in starts:
                aware = start if start.tzinfo else start.replace(tzinfo=HOME)
                self.world.touches.append(TouchLabel(person.id, aware.astimezone(UTC), self.scene, self._last, undecided))
