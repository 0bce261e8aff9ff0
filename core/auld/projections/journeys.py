"""What one calendar entry tells of where its owner will be: a stay in a city, a move to one, or nothing.

Rather nothing than a journey that is none, for entries name cities for many reasons: ``Ana in Berlin`` is Ana's journey,
``9:00 Berlin time`` a call, ``Paris`` a room. Words are compared folded, in the languages of western Europe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from auld.people import fold
from auld.projections.gazetteer import named
from auld.projections.places import Spot, is_area, is_remote, of_airport, of_location

_LARGE = 100_000
"""Inhabitants from which on a city is looked for in a title by its other names too; smaller ones have odd ones (``Quack``)."""

_LONGEST = 4

_TRAVEL = """
    flight flights fly flying flug fluge flieger voo voos vol vols vuelo vuelos volo vlucht
    train zug bahn ice ic ec tgv eurostar comboio trem tren treno trein intercity alfa pendular
    bus coach ferry fahre drive fahrt autobus autocarro
"""
_FROM = "from von de ab desde depuis da do dal dalla van aus"
_TO = "to nach para pour vers a per naar into bis"
_CARRIERS = """
    air airlines airways lufthansa tap portugal ryanair easyjet klm france british iberia vueling swiss eurowings wizz sas
    finnair emirates qatar turkish delta united american ita lot brussels aer lingus transavia norwegian austrian db
    cp renfe sncf sbb
"""
_SMALL = "my mein meine meu minha mon ma mi the o os as le la les el der die das class seat operated by check in boarding no nr"
_EVENTS = """
    conference conferences conf kongress congress congresso congreso congres summit gipfel workshop workshops offsite onsite
    retreat kickoff kick meeting meetings meetup training schulung seminar seminario seminaire expo fair messe feira feria salon
    foire trip trips reise dienstreise geschaftsreise viagem viaje voyage viaggio reis deplacement visit besuch visita visite
    holiday holidays urlaub ferias vacances vacaciones vacanza vakantie vacation citytrip stadtereise
    board hackathon sprint forum symposium tagung konferenz conferencia conferenza conferentie reuniao reunioes reunion
    reuniones treffen customer client kunde kunden kundentermin roadshow audit business travel stay aufenthalt estadia estancia
    sejour weekend wochenende onboarding lecture vortrag talk pitch launch dinner lunch
"""
_LODGING = """
    hotel hostel airbnb pension ferienwohnung unterkunft ubernachtung aufenthalt stay accommodation lodging checkin
    alojamento alojamiento estadia estancia hebergement sejour pousada apartment apartamento appartement
"""
_NO_TRIP = """
    birthday geburtstag aniversario anniversaire cumpleanos compleanno verjaardag bday feiertag feriado feriados ferie festivo
    feestdag schulferien ferien sommerferien winterferien herbstferien osterferien pfingstferien weihnachtsferien room raum
    marathon derby match spiel jogo webinar webinaire stream livestream online virtual virtuell remote zoom teams skype webex
    time uhrzeit zeit hora heure ora tijd timezone tv concert konzert concerto concierto call calls anruf chamada llamada appel
    deadline reminder visa vote election wahl news weather wetter ooo
"""
_COMMON = """
    natal reading split bath nice essen mobile orange most same van bor lens male tours como salto corona surprise independence
    normal hope golden enterprise commerce industry temple buffalo phoenix victoria union moreno liberal best same wells rugby
    deal rest office busy free travel home focus gym school march may august mai lunes martes domingo pentecoste
"""
"""Cities whose names are words of a language: nothing else in the entry says that the city is meant."""

_PICK_UP = frozenset("pick pickup collect abholen hole holen buscar recoger chercher ophalen fetch track status".split())  # noqa: SIM905
_WITH = frozenset({"with", "mit", "com", "avec", "con", "and", "und", "e", "et", "y", "met"})
_IN = frozenset({"in", "to", "nach", "at", "em", "no", "na", "para", "a", "en", "pour", "vers", "naar", "te", "im", "ao"})

_TRAVEL_WORDS, _FROM_WORDS, _TO_WORDS = (frozenset(text.split()) for text in (_TRAVEL, _FROM, _TO))
_CARRIER_WORDS, _SMALL_WORDS, _EVENT_WORDS = (frozenset(text.split()) for text in (_CARRIERS, _SMALL, _EVENTS))
_LODGING_WORDS, _NO_TRIP_WORDS, _COMMON_WORDS = (frozenset(text.split()) for text in (_LODGING, _NO_TRIP, _COMMON))

_PAIR = re.compile(r"\b([A-Z]{3})\s*(?:-+>?|–|—|→|➔|➝|✈️?|>|/|\bto\b|\bnach\b)\s*([A-Z]{3})\b")
_ARROW = re.compile(r"\s*(?:→|➔|➝|⇒|✈️?|->|>)\s*|\s+[-–—]\s+|(?<=\w)[–—](?=\w)")
_NUMBER = re.compile(r"\b(?:[A-Z]{2}|[A-Z]\d|\d[A-Z])\s?\d{2,4}\b")
_SIGN = re.compile("[✈🛫🛬🛩🚆🚄🚅🚂🚉🚇]")
_DAYS = frozenset({"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
                   "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"})  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*", re.UNICODE)
_WHOSE = re.compile(r"\W*[^\W\d_]+:\s")
_POSSESSIVE = re.compile(r"\w['’]s\b|\w+s['’](?=\s)")


class Clue(NamedTuple):
    """What an entry tells. ``stay``: at ``spot`` for as long as it lasts; ``move``: away from ``origin``, at ``spot`` once it
    is over. If any of ``others`` is the name of somebody whom the user knows, it tells of that person's journey."""

    kind: Literal["stay", "move"]
    spot: Spot
    origin: Spot | None = None
    others: tuple[str, ...] = ()


@lru_cache(maxsize=2048)
def read(title: str, location: str, long: bool, languages: tuple[str, ...]) -> Clue | None:
    """``long``: it lasts for whole days, so that its title alone may tell of a journey."""
    words = _WORD.findall(title)
    folded = [fold(word) for word in words]
    if _POSSESSIVE.search(title) or not _NO_TRIP_WORDS.isdisjoint(folded) or is_remote(title):
        return None
    move = _move(title, languages)
    if move is not None or _is_travel(title, folded):
        return move
    there = of_location(location, languages) if location else None
    if there is not None:
        # of a whole day the title says whose it is: "Ana, Berlin"
        return Clue("stay", there, others=tuple(folded[:1]) if long else ())
    return _stay(title, words, languages) if long and not is_remote(location) else None


# --- moves --------------------------------------------------------------------------------------------------------------
def _is_travel(title: str, folded: Sequence[str]) -> bool:
    return not _TRAVEL_WORDS.isdisjoint(folded[:2]) or _SIGN.search(title) is not None


def _move(title: str, languages: tuple[str, ...]) -> Clue | None:
    """``Flight to Lisbon (TP 1234)``, ``LIS-FRA``, ``Zug nach Berlin``, ``TP572 Lisbon → Porto``."""
    pair = _PAIR.search(title)
    if pair is not None and _DAYS.isdisjoint(pair.groups()):
        origin, city = (of_airport(code) for code in pair.groups())
        rest = f"{title[: pair.start()]} | {title[pair.end() :]}"
        sure = _is_travel(title, [fold(word) for word in _WORD.findall(title)]) or _NUMBER.search(rest)
        if origin is not None and city is not None and (sure or not _WORD.search(rest)):
            return _checked(rest, Spot(city.name, city=city), Spot(origin.name, city=origin))
        return None
    folded = [fold(word) for word in _WORD.findall(title)]
    if not (_is_travel(title, folded) or _NUMBER.match(title)):
        return None
    for before, after in _divided(title):
        to = next(_leading(after, languages), None)
        if to is not None:
            spot, rest = to
            leaving = next(_trailing(before), None)
            start, left = leaving or (None, before)
            return _checked(f"{left} | {rest}", spot, start)
    return None


def _divided(title: str) -> Iterator[tuple[str, str]]:
    """Before and after what points to the place of arrival, the last such sign first."""
    signs = [(match.start(), match.end()) for match in _ARROW.finditer(title)]
    signs += [(match.start(), match.end()) for match in _WORD.finditer(title) if fold(match[0]) in _TO_WORDS]
    for start, end in sorted(signs, reverse=True):
        yield title[:start], title[end:]


def _leading(text: str, languages: tuple[str, ...]) -> Iterator[tuple[Spot, str]]:
    """The city that a text begins with, the longest name first, and what is left."""
    words = list(_WORD.finditer(text))
    if words and fold(words[0][0]) in {"o", "a", "os", "as", "the", "la", "le"} and not words[0][0][0].isupper():
        words = words[1:]
    for size in range(min(_LONGEST, len(words)), 0, -1):
        name = text[words[0].start() : words[size - 1].end()]
        if "," not in name and _is_city(name):
            hints, taken = _area_after([word[0] for word in words[size:]], languages)
            yield Spot(name, hints), text[words[size + taken - 1].end() :]


def _trailing(text: str) -> Iterator[tuple[Spot, str]]:
    words = list(_WORD.finditer(text))
    for size in range(min(_LONGEST, len(words)), 0, -1):
        name = text[words[-size].start() : words[-1].end()]
        if _is_city(name) and fold(name) not in _TRAVEL_WORDS:
            yield Spot(name), text[: words[-size].start()]


def _checked(rest: str, to: Spot, origin: Spot | None) -> Clue | None:
    """A move whose other words are those of travel. Somebody before it is the traveller; somebody after it may be too."""
    before, _, after = (part.strip() for part in rest.partition(" | "))
    if any(not _belongs(word) for word in _WORD.findall(before)):
        return None
    told = [fold(word) for word in _WORD.findall(after)]
    others = [word for number, word in enumerate(told) if not (number and told[number - 1] in _WITH)]
    return None if _PICK_UP.intersection(told) else Clue("move", to, origin, tuple(others))


def _belongs(word: str) -> bool:
    known = _TRAVEL_WORDS | _FROM_WORDS | _TO_WORDS | _CARRIER_WORDS | _SMALL_WORDS
    return fold(word) in known or any(map(str.isdigit, word)) or (len(word) == 2 and word.isupper())


# --- stays --------------------------------------------------------------------------------------------------------------
def _stay(title: str, words: Sequence[str], languages: tuple[str, ...]) -> Clue | None:
    """``Berlin``, ``PyCon 2026, Berlin``, ``Hotel Adler, Zürich``, ``Trip to Berlin``, ``Berlin offsite``."""
    folded = [fold(word) for word in words]
    if not _LODGING_WORDS.isdisjoint(folded[:2]):
        spot = of_location(title, languages) if re.search(r"[,(@]|\s[-–—]\s", title) else None
        if spot is not None:
            return Clue("stay", spot)
    for first, after in _pieces(len(words)):
        name = " ".join(words[first:after])
        if not _is_city(name) or (name[0].islower() and not title.islower()):
            continue
        hints, taken = _area_after(words[after:], languages)
        told = [word for word in (*words[:first], *words[after + taken :]) if not word.isdigit()]
        before = folded[first - 1] if first else ""
        if before in _FROM_WORDS - {"de", "da", "do"}:
            continue
        if not told:
            bare = fold(name) not in _COMMON_WORDS or bool(hints)
            return Clue("stay", Spot(name, hints), others=tuple(fold(name).split())) if bare else None
        if _tells_of_an_event(told, before, title):
            return Clue("stay", Spot(name, hints), others=tuple(map(fold, told[:1])))
    return None


def _pieces(count: int) -> Iterator[tuple[int, int]]:
    for size in range(min(_LONGEST, count), 0, -1):
        for first in range(count - size, -1, -1):
            yield first, first + size


def _tells_of_an_event(told: Sequence[str], before: str, title: str) -> bool:
    """``Conference in Berlin``, ``Berlin offsite``, ``KubeCon, Berlin``, ``Forum 2026 @ Berlin``; not ``Ana in Berlin``."""
    if _WHOSE.match(title) and fold(told[0]) not in _EVENT_WORDS:
        return False
    if not _EVENT_WORDS.isdisjoint(map(fold, told)):
        return True
    others = [word for word in told if fold(word) not in _IN]
    if not others:
        return before in _IN  # "in Berlin"
    apart = re.search(r"[,(@:/]|\s[-–—]\s", title) is not None
    coined = any(sum(map(str.isupper, word)) > 1 for word in others)
    of_a_year = re.search(r"\b20\d\d\b", title) is not None
    return (apart and (coined or of_a_year or len(others) > 2)) or (coined and of_a_year)


def _area_after(words: Sequence[str], languages: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The country or region that follows a city, and how many words it takes."""
    for size in range(min(3, len(words)), 0, -1):
        area = " ".join(words[:size])
        if is_area(area, languages):
            return (area,), size
    return (), 0


@lru_cache(maxsize=2048)
def _is_city(name: str) -> bool:
    """By a name under which one looks for it in a title."""
    folded = fold(name)
    return any(city.population >= _LARGE or fold(city.name) == folded for city in named(name))
