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
    flight flights fly flying flug fluge flieger voo voos vol vols vuelo vuelos volo vlucht train zug bahn ice tgv eurostar
    comboio trem tren treno trein intercity alfa pendular bus coach ferry fahre drive fahrt autobus autocarro hinflug
    ruckflug abflug zugfahrt bahnfahrt hinfahrt ruckfahrt ave
"""
_FROM = "from von de ab desde depuis da do dal dalla van aus"
_TO = "to nach para pour vers a per naar into bis"
_CARRIERS = """
    air airlines airways lufthansa tap portugal ryanair easyjet klm france british iberia vueling swiss eurowings wizz sas
    finnair emirates qatar turkish delta united american ita lot brussels aer lingus transavia norwegian austrian db cp
    renfe sncf sbb
"""
_SMALL = """
    my mein meine meu minha mon ma mi the o os as le la les el der die das class seat operated by check in boarding no nr
    return outbound inbound aller retour ida volta regresso hin zuruck
"""
_EVENTS = """
    conference conferences conf kongress congress congresso congreso congres summit gipfel workshop workshops offsite onsite
    retreat kickoff kick meeting meetings meetup training schulung seminar seminario seminaire expo fair messe feira feria
    salon foire trip trips reise dienstreise geschaftsreise viagem viaje voyage viaggio reis deplacement visit besuch visita
    visite holiday holidays urlaub ferias vacances vacaciones vacanza vakantie vacation citytrip stadtereise board hackathon
    sprint forum symposium tagung konferenz conferencia conferenza conferentie reuniao reunioes reunion reuniones treffen
    customer client kunde kunden kundentermin roadshow audit business travel stay aufenthalt estadia estancia sejour wedding
    hochzeit casamento mariage boda matrimonio weekend wochenende onboarding lecture vortrag talk pitch launch dinner lunch
"""
_WITH_IN = """
    week weeks semana semaine woche settimana days tage dias jours giorni night nights noite nacht nuit retiro passeio
    airbnb hotel hostel work working arbeiten trabalho
"""
"""Words that tell of a stay where ``in`` stands before the city."""
_OFFICES = "office buro escritorio oficina bureau ufficio kantoor"
_LODGING = """
    hotel hostel airbnb pension ferienwohnung unterkunft ubernachtung aufenthalt stay accommodation lodging checkin
    alojamento alojamiento estadia estancia hebergement sejour pousada apartment apartamento appartement
"""
_NO_TRIP = """
    birthday geburtstag aniversario anniversaire cumpleanos compleanno verjaardag bday feiertag feriado feriados ferie
    festivo feestdag schulferien ferien sommerferien winterferien herbstferien osterferien pfingstferien weihnachtsferien
    room raum public fc sc cf vs uefa league liga bundesliga marathon derby match spiel jogo webinar webinaire stream
    livestream online virtual virtuell remote zoom teams skype webex time uhrzeit zeit hora heure ora tijd timezone tv
    concert konzert concerto concierto call calls anruf chamada llamada appel deadline reminder visa vote election wahl news
    weather wetter ooo
"""
_SAINTS = frozenset({"san", "santo", "santa", "sao", "st", "saint", "sainte", "sankt", "santiago", "sant"})
_COMMON = """
    natal reading split bath nice essen mobile orange most same van bor lens male tours como salto corona surprise
    independence normal hope golden enterprise commerce industry temple buffalo phoenix victoria union moreno liberal best
    same wells rugby deal rest office busy free travel home focus gym school march may august mai lunes martes domingo
    pentecoste
"""
"""Cities whose names are words of a language: nothing else in the entry says that the city is meant."""

_NO_FAIRS = frozenset({"ooo", "wfh", "tbd", "tbc", "asap", "fyi", "pto", "rip", "gmt", "cet", "utc"})
_PICK_UP = frozenset("pick pickup collect abholen hole holen buscar recoger chercher ophalen fetch track status".split())  # noqa: SIM905
_WITH = frozenset({"with", "w", "mit", "com", "avec", "con", "and", "und", "e", "et", "y", "met"})
_IN = frozenset({"in", "to", "nach", "at", "em", "no", "na", "para", "a", "en", "pour", "vers", "naar", "te", "im", "ao"})

_TRAVEL_WORDS, _FROM_WORDS, _TO_WORDS = (frozenset(text.split()) for text in (_TRAVEL, _FROM, _TO))
_CARRIER_WORDS, _SMALL_WORDS, _EVENT_WORDS = (frozenset(text.split()) for text in (_CARRIERS, _SMALL, _EVENTS))
_LODGING_WORDS, _NO_TRIP_WORDS, _COMMON_WORDS = (frozenset(text.split()) for text in (_LODGING, _NO_TRIP, _COMMON))
_WITH_IN_WORDS, _OFFICE_WORDS = (frozenset(text.split()) for text in (_WITH_IN, _OFFICES))

_PAIR = re.compile(r"\b([A-Z]{3})\s*(?:-+>?|–|—|→|➔|➝|✈️?|>|/|\bto\b|\bnach\b)\s*([A-Z]{3})\b")
_SURE_ARROW = re.compile(r"\s*(?:→|➔|➝|⇒|✈️?|->)\s*")
_ARROW = re.compile(rf"{_SURE_ARROW.pattern}|\s*>\s*|\s+[-–—]\s+|(?<=\w)[-–—](?=\w)")
_CODE = re.compile(r"\(\s*([A-Z]{3})\s*\)")
_STATION = re.compile(
    r"\b(?:Hbf|HBF|Hauptbahnhof|Bahnhof|Airport|Flughafen|Aeroporto|Heathrow|Gatwick|Stansted|Luton|Schiphol|Orly|Malpensa|"
    r"Linate|Barajas|Fiumicino|Charles de Gaulle|CDG|Centraal|Termini|Santa Apolónia|Campanhã|Atocha|Midi|Terminal \w)\b"
)
"""Stations and airports behind the name of their city."""
_NUMBER = re.compile(r"\b(?:[A-Z]{2}|[A-Z]\d|\d[A-Z])\s?(?!20\d\d\b)\d{2,4}\b")
_SIGN = re.compile("[✈🛫🛬🛩🚆🚄🚅🚂🚉🚇]")
_DAYS = frozenset({"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
                   "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"})  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*", re.UNICODE)
_WHOSE = re.compile(r"\W*[^\W\d_]+:\s")
_POSSESSIVE = re.compile(r"\w['’]s\b|\w+s['’](?=\s)")


class Clue(NamedTuple):
    """What an entry tells. ``stay``: at ``spot`` for as long as it lasts; ``move``: away from ``origin``, at ``spot`` once it
    is over. If any of ``others`` is the name of somebody whom the user knows, it tells of that person's journey.
    One that is not ``sure`` (``CEO-CFO`` are airports too) is a move if it begins or ends where the user is then."""

    kind: Literal["stay", "move"]
    spot: Spot
    origin: Spot | None = None
    others: tuple[str, ...] = ()
    sure: bool = True


@lru_cache(maxsize=2048)
def read(title: str, location: str, days: int, languages: tuple[str, ...]) -> Clue | None:
    """``days``: for how many whole days it lasts. If for any, its title alone may tell of a journey."""
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
        return Clue("stay", there, others=tuple(folded[:1]) if days else ())
    return _stay(title, words, days, languages) if days and not is_remote(location) else None


# --- moves --------------------------------------------------------------------------------------------------------------
def _is_travel(title: str, folded: Sequence[str]) -> bool:
    return not _TRAVEL_WORDS.isdisjoint(folded[:2]) or _SIGN.search(title) is not None


def _move(title: str, languages: tuple[str, ...]) -> Clue | None:
    """``Flight to Lisbon (TP 1234)``, ``LIS-FRA``, ``Zug nach Berlin``, ``TP572 Lisbon → Porto``."""
    pair = _PAIR.search(title)
    if pair is not None and _DAYS.isdisjoint(pair.groups()):
        return _by_codes(title, pair)
    coded = any(of_airport(code) for code in _CODE.findall(title))
    plain = _STATION.sub("", _CODE.sub("", title))
    travel = coded or _is_travel(title, [fold(word) for word in _WORD.findall(title)])
    numbered = _NUMBER.search(title) is not None
    if not (travel or numbered or _SURE_ARROW.search(plain)):
        return None
    for before, after in _divided(plain):
        to = next(_leading(after, languages), None)
        leaving = next(_trailing(before), None) if to is not None else None
        hyphen = plain[len(before) : len(plain) - len(after)] == "-"
        if to is None or (leaving is None and (hyphen or not travel)):
            continue
        start, left = leaving or (None, before)
        return _checked(f"{left} | {to[1]}", to[0], start, sure=travel or numbered)
    return None


def _by_codes(title: str, pair: re.Match[str]) -> Clue | None:
    """``LIS-FRA``. By itself it may be anything; with a flight's number, or words of travel, it is a flight."""
    origin, city = (of_airport(code) for code in pair.groups())
    if origin is None or city is None:
        return None
    rest = f"{title[: pair.start()]} | {title[pair.end() :]}"
    told = [fold(word) for word in _WORD.findall(rest)]
    sure = not (_TRAVEL_WORDS | _CARRIER_WORDS).isdisjoint(told) or bool(_SIGN.search(title) or _NUMBER.search(rest))
    ends = Spot(city.name, city=city), Spot(origin.name, city=origin)
    return _checked(rest, *ends, sure=sure) if sure or not told else None


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
    code = words[0][0] if words else ""
    if len(code) == 3 and code.isupper() and (city := of_airport(code)) is not None:
        yield Spot(city.name, city=city), text[words[0].end() :]
    for size in range(min(_LONGEST, len(words)), 0, -1):
        name = text[words[0].start() : words[size - 1].end()]
        if "," not in name and named(name):
            hints, taken = _area_after([word[0] for word in words[size:]], languages)
            yield Spot(name, hints), text[words[size + taken - 1].end() :]


def _trailing(text: str) -> Iterator[tuple[Spot, str]]:
    words = list(_WORD.finditer(text))
    for size in range(min(_LONGEST, len(words)), 0, -1):
        name = text[words[-size].start() : words[-1].end()]
        if named(name) and fold(name) not in _TRAVEL_WORDS | _CARRIER_WORDS:
            yield Spot(name), text[: words[-size].start()]


def _checked(rest: str, to: Spot, origin: Spot | None, *, sure: bool) -> Clue | None:
    """A move whose other words are those of travel. Somebody before it is the traveller; somebody after it may be too."""
    before, _, after = (part.strip() for part in rest.partition(" | "))
    if any(not _belongs(word) for word in _WORD.findall(before)):
        return None
    told = [fold(word) for word in _WORD.findall(after)]
    others = [word for number, word in enumerate(told) if not (number and told[number - 1] in _WITH)]
    return None if _PICK_UP.intersection(told) else Clue("move", to, origin, tuple(others), sure)


def _belongs(word: str) -> bool:
    known = _TRAVEL_WORDS | _FROM_WORDS | _TO_WORDS | _CARRIER_WORDS | _SMALL_WORDS
    return fold(word) in known or any(map(str.isdigit, word)) or (len(word) == 2 and word.isupper())


# --- stays --------------------------------------------------------------------------------------------------------------
def _stay(title: str, words: Sequence[str], days: int, languages: tuple[str, ...]) -> Clue | None:
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
        if before in _FROM_WORDS - {"de", "da", "do"} and folded[0] not in _WITH_IN_WORDS:
            continue
        if not told:
            meant = bool(hints) or _says_enough(name, days)
            return Clue("stay", Spot(name, hints), others=tuple(fold(name).split())) if meant else None
        if first == 0 and fold(told[0]) in _WITH:
            return Clue("stay", Spot(name, hints))
        if _tells_of_an_event(told, before, title):
            return Clue("stay", Spot(name, hints), others=tuple(map(fold, told[:1])))
    return None


def _says_enough(name: str, days: int) -> bool:
    """Does the name of a city by itself tell that somebody is there? Names of saints are holidays, too, and those of small
    towns anything."""
    folded = fold(name)
    if folded in _COMMON_WORDS:
        return False
    feast = folded.partition(" ")[0] in _SAINTS
    return days > 1 or (not feast and any(city.population >= _LARGE / 2 for city in named(name)))


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
    if all(fold(word) in _OFFICE_WORDS for word in others):
        return bool(others) or before in _IN  # "in Berlin"
    if not _WITH_IN_WORDS.isdisjoint(map(fold, told)) and (before in _IN or before in _FROM_WORDS):
        return True
    apart = re.search(r"[,(@:/]|\s[-–—]\s", title) is not None
    coined = any(sum(map(str.isupper, word)) > 1 for word in others)
    if len(others) == 1 and len(others[0]) > 2 and others[0].isupper() and not title.isupper():
        return fold(others[0]) not in _NO_FAIRS  # "ITB Berlin"
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
