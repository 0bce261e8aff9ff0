"""Which city is meant: by an address of a card, by the location of a calendar entry, by a name in the text beside others.

Names of cities are ambiguous (Paris in Texas, Cambridge, Valencia). Country and region decide where they are told; else the
larger and the nearer city wins, if it wins clearly: attraction grows with population and falls with distance, as in the
gravity models of travel. What stays open is no place at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import log10
from typing import NamedTuple

from auld.observations import Address, Happening
from auld.people import fold, phone_country
from auld.projections.countries import LANGUAGES, country_code
from auld.projections.gazetteer import City, airport, distance, largest_near, named, states

METRO_KM = 45.0
"""Cities nearer than this are one place to meet in: Oeiras and Lisbon, Cambridge and Boston; not Cambridge and London (80)."""

HOME_PULL = 0.7
"""How much nearness to where the user lives counts against population, both as powers of ten."""

TRIP_PULL = 1.5
"""How much nearness to the other stops of the same journey counts."""

LONGEST_TEXT = 300
"""Characters of a title or a location that are read: the longest postal addresses are shorter."""

_NEAR_KM = 30.0
_MARGIN = 0.3
_OTHER_NAME = 0.5

_PROVINCES = {
    "ab": "01", "alberta": "01", "bc": "02", "british columbia": "02", "mb": "03", "manitoba": "03",
    "nb": "04", "new brunswick": "04", "ns": "07", "nova scotia": "07", "on": "08", "ontario": "08",
    "qc": "10", "quebec": "10", "sk": "11", "saskatchewan": "11",
}  # fmt: skip
"""Of Canada, by their codes in GeoNames: cities there are named after those of England."""

_POSTCODE_BEFORE = re.compile(r"^(?:[A-Z]{1,3}-)?\d[\d -]*(?:[A-Z]{2}\s)?\s*(?=\D)")
_POSTCODE_AFTER = re.compile(r"(?:^|\s+)(?:[A-Z]{0,2}-?\d{4,}[\d -]*|[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2})$")
_STATE_AFTER = re.compile(r"^(?P<city>.+?)\s+(?P<state>[A-Z]{2})$")
_PARTS = re.compile(r"[,;\n()|/]|\s[-–—·]\s")
_VENUE_WORDS = """
    airport flughafen aeroporto aeropuerto aeroport terminal hbf hauptbahnhof bahnhof station central centraal
    messe fair exhibition congress kongress convention center centre centro zentrum mitte downtown city
    university universitat universidade universidad universite campus office buro escritorio oficina bureau
"""
_VENUES = frozenset(_VENUE_WORDS.split())
_REMOTE = re.compile(
    r"://|\bwww\.|\b(?:zoom|teams|webex|skype|google meet|hangouts?|jitsi|whereby|gotomeeting|bluejeans|facetime|whatsapp|"
    r"online|virtual|virtuell|remote|phone|telefon|telefone|telefonisch|video|webinar|dial.?in)\b",
    re.IGNORECASE,
)

_CONFERENCE = re.compile(
    r"https?://\S{0,200}?\b(?:zoom\.us|meet\.google\.com|teams\.(?:microsoft|live)\.com|webex\.com|whereby\.com|meet\.jit\.si|"
    r"gotomeet(?:ing)?\.\w+|bluejeans\.com|join\.skype\.com|facetime\.apple\.com|chime\.aws|bigbluebutton|bbb)\b",
    re.IGNORECASE,
)


class Spot(NamedTuple):
    """A city as a text tells it. ``hints`` are what stands behind it, country and region among them; ``city`` is set where
    there is no doubt (an airport's code). ``bare``: nothing else was told, as of many a room that is called after a city."""

    name: str
    hints: tuple[str, ...] = ()
    city: City | None = None
    bare: bool = False


def same_place(one: City, other: City) -> bool:
    """Are they one place to meet in?"""
    return distance(one, other) <= METRO_KM


def is_remote(text: str) -> bool:
    """Does a location, or the title of an entry, tell of a call or a video conference?"""
    return _REMOTE.search(text) is not None


def has_conference(happening: Happening) -> bool:
    """Is there the address of a video conference in an entry's URL or description? Some calendars put one into every entry."""
    return any(_CONFERENCE.search(text) for text in (happening.url, happening.description, happening.location) if text)


def in_person(happening: Happening, calls: Iterable[str] = ()) -> bool:
    """Does an entry tell of people in one room? ``calls`` are the words for telephoning. Without a location, the address of a
    conference says that it is a call; beside one, it is there for those who cannot come."""
    if happening.location.strip():
        return not is_remote(happening.location)
    words = set(fold(happening.title).split())
    by_phone = any(set(fold(call).split()) <= words for call in calls if fold(call))
    return not (by_phone or is_remote(happening.title) or has_conference(happening))


# --- which one ----------------------------------------------------------------------------------------------------------
def locate(spot: Spot, near: Sequence[City] = (), pull: float = HOME_PULL, languages: tuple[str, ...] = ()) -> City | None:
    """The city that a spot means, seen from those ``near``; None if that is not clear."""
    if spot.city is not None:
        return spot.city
    found: Sequence[City] = named(spot.name)
    if len({city.country for city in found}) > 1 or len(found) > 1 or spot.hints:
        found = _fitting(found, spot.hints, languages)
    if len(found) < 2:
        return found[0] if found else None
    folded = fold(spot.name)
    ranked = sorted(((_attraction(city, folded, near, pull), city) for city in found), reverse=True)
    best, city = ranked[0]
    rivals = (score for score, other in ranked[1:] if not same_place(city, other))
    return city if best - next(rivals, float("-inf")) >= _MARGIN else None


def _attraction(city: City, folded: str, near: Sequence[City], pull: float) -> float:
    far = min((distance(city, other) for other in near), default=_NEAR_KM)
    other_name = 0.0 if fold(city.name) == folded else _OTHER_NAME
    return log10(city.population + 1) - pull * log10(max(far, _NEAR_KM) / _NEAR_KM) - other_name


def _fitting(found: Sequence[City], hints: Iterable[str], languages: tuple[str, ...]) -> Sequence[City]:
    """Those that lie where the hints say; a hint that names neither country nor region says nothing."""
    for hint in hints:
        region = region_of(hint)
        there = [city for city in found if (city.country, city.region) == region]
        code = "" if there else country_code(hint, (*languages, *LANGUAGES))
        if region or code:  # CA may be California or Canada
            found = there or [city for city in found if city.country == code]
    return found


def region_of(text: str) -> tuple[str, str] | None:
    """Country and GeoNames code of a state or province, by its name, or by its code in capitals."""
    written = text.strip()
    key = fold(written) if len(written) > 2 or written.isupper() else ""
    if state := states().get(key):
        return "US", state
    return ("CA", _PROVINCES[key]) if key in _PROVINCES else None


def is_area(text: str, languages: tuple[str, ...]) -> bool:
    """Does it name a country, in one of these languages, or a region?"""
    return region_of(text) is not None or bool(country_code(text, languages))


@lru_cache(maxsize=4096)
def of_address(
    address: Address, phones: tuple[str, ...], near: tuple[City, ...], languages: tuple[str, ...] = ()
) -> City | None:
    """The city of a card's address. Where it tells no country, that of the telephone numbers may."""
    for spot in _spots(_cleaned(address.city[:LONGEST_TEXT])):
        hints = tuple(filter(None, (*spot.hints, address.region, address.country)))
        if not address.country:
            codes = {phone_country(number) for number in phones} & {city.country for city in named(spot.name)}
            hints = (*hints, *codes) if len(codes) == 1 else hints
        if named(spot.name):
            return locate(Spot(spot.name, hints), near, languages=languages)
    return None


def of_airport(code: str) -> City | None:
    """The city that an airport serves, by its IATA code."""
    found = airport(code)
    if found is None:
        return None
    serving = [city for city in named(found.city) if city.country == found.country and distance(city, found) <= 2 * METRO_KM]
    return serving[0] if serving else largest_near(found.latitude, found.longitude, METRO_KM)


# --- what a location tells ----------------------------------------------------------------------------------------------
def of_location(text: str, languages: tuple[str, ...] = ()) -> Spot | None:
    """The city of a calendar entry's LOCATION: of an address, or by itself."""
    text = text[:LONGEST_TEXT]
    if is_remote(text):
        return None
    parts = [part for raw in _PARTS.split(text) if (part := _cleaned(raw))]
    for number in range(len(parts) - 1, -1, -1):
        if number and number == len(parts) - 1 and is_area(parts[number], languages) and _any_city(parts[:number]):
            continue  # Luxembourg and New York are cities too
        for spot in _spots(parts[number]):
            if named(spot.name):
                return Spot(spot.name, (*spot.hints, *parts[number + 1 :]), bare=len(parts) == 1 and spot.name == text.strip())
    return None


def _any_city(parts: Iterable[str]) -> bool:
    return any(named(spot.name) for part in parts for spot in _spots(part))


def _cleaned(part: str) -> str:
    """Without the postcode."""
    return _POSTCODE_AFTER.sub("", _POSTCODE_BEFORE.sub("", part.strip())).strip(" .-")


def _spots(part: str) -> Iterator[Spot]:
    """Ways to read one part of an address, the likeliest first: ``Cambridge MA``, ``Berlin-Mitte``, ``Frankfurt Airport``."""
    if not part or any(map(str.isdigit, part)):
        return
    if (match := _STATE_AFTER.match(part)) and region_of(match["state"]):
        yield Spot(match["city"], (match["state"],))
    yield Spot(part)
    head, dash, _ = part.partition("-")
    if dash:
        yield Spot(head.strip())
    words = part.split()
    if len(words) > 1 and not _VENUES.isdisjoint(map(fold, words)):
        for size in range(min(3, len(words) - 1), 0, -1):
            for piece in (words[:size], words[-size:]):
                if _VENUES.isdisjoint(map(fold, piece)):
                    yield Spot(" ".join(piece))
