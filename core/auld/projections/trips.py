"""Where the user lives and where they will be: trips, put together from what calendar entries tell.

Single entries are read in :mod:`auld.projections.journeys`. Here they are set beside each other: a flight out and one back
enclose a stay, a hotel and a conference in one city are one trip, and an ambiguous name is that of the city nearest to the
other stops. Cities nearer to each other than :data:`auld.projections.places.METRO_KM` are one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from auld.people import email_identity, fold
from auld.policy import Policy
from auld.projections.gazetteer import City, distance, largest_near, named
from auld.projections.journeys import Clue, read
from auld.projections.meetings import HORIZON, Slot
from auld.projections.people import Card
from auld.projections.places import (
    LONGEST_TEXT,
    METRO_KM,
    TRIP_PULL,
    Spot,
    has_conference,
    locate,
    of_address,
    of_location,
    same_place,
)
from auld.projections.touches import address_of
from auld.projections.views import VISITS_OPEN, PersonView, Touch, Trip

_BACK = timedelta(days=30)
"""How long ago a journey may have begun that is still going on."""

_CHANGE = timedelta(hours=6)
"""Between two flights: less is a change of planes, no stay."""

_LONGEST = timedelta(days=45)
"""Longer than this between a flight out and the next one, and nobody knows where the user was in between."""

_STOPS = timedelta(days=3)
"""Entries no farther apart than this may be stops of one journey."""

_WHOLE_DAY = timedelta(hours=20)
_ORIGIN_KM = 100.0
_OFTEN = 3
_RECENT = timedelta(weeks=13)
_LEFT_OUT = frozenset(
    {
        "written_by_auld",
        "calendars_of_days",
        "cancelled",
        "deleted_before",
        "declined_by_me",
        "two_calendars",
    }
)
"""Verdicts on entries that tell nothing of where the user will be (:mod:`auld.projections.touches`)."""


class _Told(NamedTuple):
    """An entry that tells of a place, and which city that is."""

    clue: Clue
    slot: Slot
    city: City
    origin: City | None


class _Stay(NamedTuple):
    city: City
    name: str
    first: date
    last: date
    title: str


class Whereabouts:
    """``around`` gives the occurrences that may touch a span of days; ``people`` are those followed up; ``given`` tells the
    folded given names of everybody known; ``cards`` are all of the address books, the user's own among them."""

    def __init__(
        self,
        policy: Policy,
        own: frozenset[str],
        today: date,
        around: Callable[[date, date], Iterable[Slot]],
        people: Callable[[], Sequence[PersonView]],
        given: Callable[[], frozenset[str]],
        touches: Callable[[str], Sequence[Touch]],
        cards: Iterable[Card] = (),
    ) -> None:
        self._policy = policy
        self._own = own
        self._today = today
        self._around = around
        self._people = people
        self._given = given
        self._touches = touches
        self._cards = cards

    # --- where people live ----------------------------------------------------------------------------------------------
    @cached_property
    def home(self) -> City | None:
        """The user's city: as configured, as their own card says, or else where most meetings of the last quarter were."""
        languages = self._policy.languages
        if self._policy.city:
            return locate(of_location(self._policy.city, languages) or Spot(self._policy.city), languages=languages)
        return self._on_own_card or self._mostly_at

    @property
    def _on_own_card(self) -> City | None:
        """A card is the user's if an address of theirs stands on it; the home is told before the office."""
        mine = [identity.removeprefix("mailto:").encode() for identity in self._own if identity.startswith("mailto:")]
        found = [
            address
            for card in self._cards
            if card.present and any(address in card.packed.lower() for address in mine)
            for contact in (card.contact,)
            if any(email_identity(email.value) in self._own for email in contact.emails)
            for address in contact.addresses
        ]
        found.sort(key=lambda address: address.label != "home")
        near, languages = self._zone_city, self._policy.languages
        return next((city for address in found if (city := of_address(address, (), near, languages)) is not None), None)

    @property
    def _mostly_at(self) -> City | None:
        cities: list[City] = []
        for slot in self._around(self._today - _RECENT, self._today):
            if slot.verdict.counts and (spot := of_location(slot.happening.location, self._policy.languages)):
                city = locate(spot, self._zone_city, languages=self._policy.languages)
                cities.extend([city] if city is not None else [])
        found = max(cities, key=lambda city: (sum(same_place(city, other) for other in cities), city.population), default=None)
        shared = sum(same_place(found, other) for other in cities) if found is not None else 0
        return found if shared >= _OFTEN and 2 * shared > len(cities) else None

    @cached_property
    def _zone_city(self) -> tuple[City, ...]:
        """The one that the time zone is named after: in the right part of the world, at least."""
        return named(self._policy.timezone.rpartition("/")[2].replace("_", " "))[:1]

    @property
    def _seen_from(self) -> tuple[City, ...]:
        return (self.home,) if self.home is not None else self._zone_city

    def cities(self, person: PersonView) -> list[City]:
        """Where somebody lives or works."""
        near, languages = self._seen_from, self._policy.languages
        found = (of_address(address, person.phones, near, languages) for address in person.addresses if address.city)
        return [city for city in found if city is not None]

    def is_local(self, person: PersonView) -> bool:
        """Do they live where the user does?"""
        home = self.home if any(address.city for address in person.addresses) else None
        return home is not None and any(same_place(home, city) for city in self.cities(person))

    # --- trips ----------------------------------------------------------------------------------------------------------
    @cached_property
    def trips(self) -> tuple[Trip, ...]:
        """Those that are under way or begin within 13 weeks, by day."""
        stays = sorted((*self._stays, *_between(self._moves)), key=lambda stay: (stay.first, stay.last, stay.title))
        journeys: list[list[_Stay]] = []
        for stay in stays:
            if self._is_home(stay.city):
                continue
            same = next((stops for stops in reversed(journeys) if _goes_on(stops, stay)), None)
            if same is not None:
                same.append(stay)
            else:
                journeys.append([stay])
        return tuple(self._trip(stops) for stops in journeys if max(stop.last for stop in stops) >= self._today)

    def _is_home(self, city: City) -> bool:
        return any(same_place(city, home) for home in self._seen_from)

    def _trip(self, stops: Sequence[_Stay]) -> Trip:
        first = min(stop.first for stop in stops)
        main = max(stops, key=lambda stop: (stop.city.population, stop.first))
        titles = tuple(dict.fromkeys(stop.title for stop in stops))
        return Trip(
            place=(largest_near(main.city.latitude, main.city.longitude, METRO_KM) or main.city).number,
            city=main.name,
            first=first,
            last=max(stop.last for stop in stops),
            titles=titles,
            there=self._living_at(main.city, first - VISITS_OPEN),
        )

    def _living_at(self, place: City, opened: date) -> tuple[str, ...]:
        """Who lives there, and not where the user does. The order looks only at what was before one may ask, so that it stays
        as it is while people answer."""
        found: list[tuple[int, date, str, str]] = []
        for person, cities in self._lived_in:
            if any(same_place(place, city) for city in cities) and not any(map(self._is_home, cities)):
                before = [
                    touch.at.date() for touch in self._touches(person.id) if touch.weight > 0 and touch.at.date() < opened
                ]
                found.append((person.rank, before[-1] if before else date.min, fold(person.name), person.id))
        return tuple(person_id for *_, person_id in sorted(found))

    @cached_property
    def _lived_in(self) -> list[tuple[PersonView, list[City]]]:
        return [(person, cities) for person in self._people() if person.addresses and (cities := self.cities(person))]

    # --- what the entries tell ------------------------------------------------------------------------------------------
    @property
    def _stays(self) -> Iterator[_Stay]:
        told = [each for each in self._told if each.clue.kind == "stay"]
        dates = Counter(each.slot.uid for each in told)
        rooms = self._rooms(told)
        for each in told:
            if dates[each.slot.uid] >= _OFTEN:  # every week is no trip
                continue
            if not _is_long(each.slot) and (self.home is None or fold(each.slot.happening.location) in rooms):
                continue
            last = max(each.slot.start, each.slot.end - timedelta(microseconds=1)).date()
            yield _Stay(each.city, _spelt(each), each.slot.start.date(), last, each.slot.title)

    @property
    def _moves(self) -> list[_Told]:
        """Those that are sure, or begin or end at home; and those that go on from there."""
        moves = [each for each in self._told if each.clue.kind == "move"]
        known = [each for each in moves if each.clue.sure or any(map(self._is_home, _ends(each)))]
        for move in known:  # what is added is looked at, too
            known.extend(each for each in moves if each not in known and _joins(each, move))
        return sorted(known, key=lambda each: (each.slot.start, each.slot.end))

    @staticmethod
    def _rooms(told: Iterable[_Told]) -> set[str]:
        """Locations that are called after cities: those of several meetings, of resources, and of video conferences."""
        days: defaultdict[str, set[date]] = defaultdict(set)
        found: set[str] = set()
        for each in told:
            happening = each.slot.happening
            if each.clue.spot.bare and not _is_long(each.slot):
                location = fold(happening.location)
                days[location].add(each.slot.start.date())
                names = (fold(who.name) for who in happening.attendees if who.kind in ("room", "resource"))
                if has_conference(happening) or any(location in name for name in names):
                    found.add(location)
        return found | {location for location, seen in days.items() if len(seen) >= _OFTEN}

    @cached_property
    def _told(self) -> list[_Told]:
        """First every city as seen from home; then what is ambiguous as seen from the other stops of those days."""
        languages = self._policy.languages
        told = [
            _Told(clue, slot, city, clue.origin and locate(clue.origin, self._seen_from, languages=languages))
            for clue, slot in self._clues()
            if (city := locate(clue.spot, self._seen_from, languages=languages)) is not None
        ]
        away = [each for each in told if not self._is_home(each.city)]
        found: list[_Told] = []
        for each in told:
            near = [other.city for other in away if _beside(each, other)]
            nearer = locate(each.clue.spot, near, TRIP_PULL, languages) if near else None
            found.append(each._replace(city=nearer) if nearer is not None else each)
        return found

    def _clues(self) -> Iterator[tuple[Clue, Slot]]:
        for slot in self._around(self._today - _BACK, self._today + HORIZON):
            happening = slot.happening
            if slot.verdict.rule in _LEFT_OUT or happening.status != "confirmed" or not self._said_yes(slot):
                continue
            clue = read(slot.title[:LONGEST_TEXT], happening.location, _days(slot), self._policy.languages)
            if clue is not None and self._given().isdisjoint(clue.others):
                yield clue, slot

    def _said_yes(self, slot: Slot) -> bool:
        """To an invitation of somebody else's."""
        happening = slot.happening
        if happening.organizer is not None and address_of(happening.organizer.email) in self._own:
            return True
        mine = [attendee.status for attendee in happening.attendees if address_of(attendee.email) in self._own]
        return not mine or "accepted" in mine


def _days(slot: Slot) -> int:
    """For how many whole days it lasts."""
    lasts = slot.end - slot.start
    return round(lasts / timedelta(days=1)) if slot.happening.all_day or lasts >= _WHOLE_DAY else 0


def _is_long(slot: Slot) -> bool:
    return _days(slot) > 0


def _spelt(told: _Told) -> str:
    """The city's name as the user writes it, if that is a name."""
    name = told.clue.spot.name
    shouted = name.isupper() and name.isascii() and len(name) > 3
    return told.city.name if shouted or name[:1].islower() else name


def _beside(one: _Told, other: _Told) -> bool:
    """May they be stops of one journey? What goes by the same name tells nothing new."""
    soon = one.slot.start - _STOPS <= other.slot.end and other.slot.start <= one.slot.end + _STOPS
    return soon and fold(one.clue.spot.name) != fold(other.clue.spot.name)


def _ends(move: _Told) -> tuple[City, ...]:
    return (move.city, move.origin) if move.origin is not None else (move.city,)


def _joins(move: _Told, other: _Told) -> bool:
    """Does one begin where the other ended, within a few days?"""
    return _beside(move, other) and any(same_place(end, there) for end in _ends(move) for there in _ends(other))


def _goes_on(stops: Sequence[_Stay], stay: _Stay) -> bool:
    """The same city again, no more than a day after."""
    soon = stay.first <= max(stop.last for stop in stops) + timedelta(days=2)
    return soon and any(same_place(stop.city, stay.city) for stop in stops)


def _between(moves: Sequence[_Told]) -> Iterator[_Stay]:
    """From each arrival to the next departure from there; without one, the day of arrival is all that is known."""
    for number, move in enumerate(moves):
        arrived = move.slot.start if move.slot.happening.all_day else move.slot.end
        leaving = next(
            (after for after in moves[number + 1 :] if after.slot.start >= arrived and _leaves(after, move.city)), None
        )
        last = arrived
        if leaving is not None:
            stayed = leaving.slot.start - arrived
            if stayed < _CHANGE and not move.slot.happening.all_day:
                continue
            last = leaving.slot.start if stayed <= _LONGEST else arrived
        yield _Stay(move.city, _spelt(move), arrived.date(), last.date(), move.slot.title)


def _leaves(move: _Told, city: City) -> bool:
    return not same_place(move.city, city) and (move.origin is None or distance(move.origin, city) <= _ORIGIN_KM)
