"""A large world for the acceptance tests: 300 people, 2,000 meetings, 5 feeds, the same for the same seed; and the quickest way
to put it on a real server. Making it is pure: bytes out of a seed and a day.

    with radicale_with(make(today), folder) as place: ...      # or xandikos_with
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from auldd.demo import cards, feed, meetings
from auldd.demo.people import APPLE, CLIENTS, EVOLUTION, GOOGLE, INNER, NETWORK, NEXTCLOUD, OUTLOOK, Somebody
from support.dav_servers import PASSWORD, DavHome, run_radicale, run_xandikos

_GIVEN = (
    "Adaeze", "Björn", "Camila", "Dmytro", "Élodie", "Fatima", "Gustavo", "Hanna", "İpek", "Jakub",
    "Keiko", "Lorenzo", "Małgorzata", "Noor", "Óscar", "Paloma", "Quentin", "Rania", "Søren", "Tatiana",
)  # fmt: skip
_FAMILY = (
    "Abadi", "Bergqvist", "Castanheira", "Dvořák", "Eriksen", "Fonseca", "Grünwald", "Hashimoto", "Iyer", "Jovanović",
    "Kaplan", "Laurent", "Mbeki", "Nakamura", "Østergaard",
)  # fmt: skip
_ORGANISATIONS = tuple(
    f"{a} {b}" for a in ("Alder", "Borealis", "Cobalt", "Delta", "Ember", "Fjord") for b in ("Foods", "Labs", "Lines", "Works")
)
_CITIES = ("Lisboa", "Århus", "Kraków", "Genève", "Malmö", "Nairobi", "Kyōto", "Bogotá")
_STYLES = (APPLE, GOOGLE, NEXTCLOUD, OUTLOOK, EVOLUTION)
_SPAN = 540  # days back


@dataclass(frozen=True)
class World:
    """File name (for feeds: path) -> bytes. ``people`` is who the cards are about, without the group cards."""

    people: tuple[Somebody, ...]
    cards: Mapping[str, bytes]
    calendar: Mapping[str, bytes]
    feeds: Mapping[str, bytes]


@dataclass(frozen=True)
class Place:
    """A world on a server: ``home`` for a test's own requests, and the URLs of its three collections. The one to write
    follow-ups to is empty and called ``Keep in touch``."""

    home: DavHome
    contacts: str
    calendar: str
    keep_in_touch: str


def make(today: date, *, seed: int = 1, people: int = 300, meetings: int = 2000, feeds: int = 5) -> World:
    """A world as of ``today``. At most 300 people, the names run out then."""
    random = Random(seed)
    crowd = tuple(itertools.islice(_people(random), people))
    book = {f"{cards.card_uid(person)}.vcf": cards.card(person, today) for person in crowd}
    for name in (INNER, CLIENTS, NETWORK):
        members = [person for person in crowd if person.category == name]
        apple, standard = (cards.apple_group(name, _of(members, APPLE)), cards.standard_group(name, _of(members, NEXTCLOUD)))
        book |= {f"{name[:3]}-apple.vcf": apple, f"{name[:3]}-standard.vcf": standard}
    calendar = dict(_meeting(random, crowd, today, number) for number in range(meetings))
    news = {f"/alerts/{number}.xml": _feed(random, crowd, today, number) for number in range(feeds)}
    return World(crowd, book, calendar, news)


def _of(people: list[Somebody], style: str) -> list[Somebody]:
    return [person for person in people if person.style == style]


def _people(random: Random) -> Iterator[Somebody]:
    names = [(given, family) for given in _GIVEN for family in _FAMILY]
    random.shuffle(names)
    for number, (given, family) in enumerate(names):
        yield Somebody(
            given,
            family,
            _STYLES[number % 5],
            random.choice(_ORGANISATIONS),
            random.choice(("Director", "Buyer", "Engineer, retired", "Editor; poet")),
            random.choice(_CITIES),
            random.choice((INNER, CLIENTS, CLIENTS, NETWORK, NETWORK, "")),
            phone=f"+44 20 7946 0{number:03}",
            birthday=random.choice((None, random.randrange(365))),
            born=random.choice((None, 1960 + random.randrange(40))),
            anniversary=random.choice((None, None, None, random.randrange(365))),
        )


def _meeting(random: Random, crowd: tuple[Somebody, ...], today: date, number: int) -> tuple[str, bytes]:
    """Mostly meetings that took place; some to come, declined, cancelled, over whole days, or series."""
    # squares: some people are met again and again, many hardly ever
    guests = meetings.guests(crowd[int(random.random() ** 2 * len(crowd))] for _ in range(random.choice((1, 1, 1, 2, 3, 6))))
    guests = list(dict.fromkeys(guests))
    day = meetings.workday(today - timedelta(days=random.randrange(-30, _SPAN)), -1)
    at = datetime.combine(day, time(random.randrange(8, 18), random.choice((0, 15, 30))))
    # reading a VTIMEZONE is what Radicale spends most of its time on, so few objects have one
    habit = meetings.HABITS[number % 3] if number % 10 == 0 else meetings.HABITS[1]
    key, title = f"large {number}", f"Meeting {number} with {guests[0].name}"
    kind = random.randrange(40)
    if kind == 0:
        uid, body = meetings.whole_days(key, title, day, 3, *meetings.invited(guests))
    elif kind == 1:
        uid, body = meetings.meeting(key, title, at, habit, meetings.invited(guests, mine="DECLINED", organiser=guests[0]))
    elif kind == 2:
        uid, body = meetings.meeting(key, title, at, habit, meetings.invited(guests), "STATUS:CANCELLED")
    elif kind == 3:
        rule = random.choice(("FREQ=WEEKLY;COUNT=12", "FREQ=MONTHLY;COUNT=6", "FREQ=WEEKLY;INTERVAL=2"))
        uid, body = meetings.meeting(key, title, at, habit, meetings.invited(guests), f"RRULE:{rule}")
    else:
        uid, body = meetings.meeting(key, title, at, habit, meetings.invited(guests))
    return f"{uid}.ics", body


def _feed(random: Random, crowd: tuple[Somebody, ...], today: date, number: int) -> bytes:
    """Twenty entries: stories that name somebody with the employer, one about a namesake, and noise."""
    stories = []
    for entry in range(20):
        person = random.choice(crowd)
        known = entry % 4 == 0
        name = person.name if known or entry == 1 else f"{person.given} Nobody"
        place = person.organisation if known else "Elsewhere Ltd"
        link = f"https://paper{number}.example/{entry}"
        stories.append(feed.Story(entry % 14, f"<b>{name}</b> in story {entry}", f"<b>{name}</b> of {place} said ...", link))
    return feed.alert(f"query {number}", tuple(stories), today)


@contextlib.contextmanager
def radicale_with(world: World, folder: Path) -> Iterator[Place]:
    """Radicale with the world in the home of its first user. It looks at its folders anew at each request, so the items are
    laid there as files: as one body they would take it a minute, one by one still longer. A first listing lets it read them
    all, so that no test waits for that."""
    folder.mkdir(parents=True, exist_ok=True)
    with run_radicale(folder) as process:
        home = DavHome("radicale", process.base, "user0", PASSWORD, "/user0/", "/user0/")
        contacts, calendar = home.address_book("Contacts"), home.calendar("Calendar", "VEVENT")
        for url, files in ((contacts, world.cards), (calendar, world.calendar)):
            collection = folder / "collections" / "collection-root" / urlsplit(url).path.strip("/")
            for name, body in files.items():
                (collection / name).write_bytes(body)
            assert home.request("PROPFIND", urlsplit(url).path, Depth="1").status == 207
        yield Place(home, contacts, calendar, home.calendar("Keep in touch"))


@contextlib.contextmanager
def xandikos_with(world: World, folder: Path) -> Iterator[Place]:
    """Xandikos with the world in collections of its one user. Its files stand in git; one commit each does what 2,000 PUTs,
    which grow dearer one by one, would take minutes for."""
    folder.mkdir(parents=True, exist_ok=True)
    with run_xandikos(folder) as process:
        home = DavHome("xandikos", process.base, None, "", "/alice/calendars/", "/alice/contacts/")
        contacts, calendar = home.address_book("Contacts"), home.calendar("Calendar", "VEVENT")
        for url, files in ((contacts, world.cards), (calendar, world.calendar)):
            _commit(folder / "dav" / urlsplit(url).path.strip("/"), files)
        yield Place(home, contacts, calendar, home.calendar("Keep in touch"))


def _commit(repository: Path, files: Mapping[str, bytes]) -> None:
    from dulwich.repo import Repo

    with contextlib.closing(Repo(str(repository))) as repo:
        for name, body in files.items():
            (repository / name).write_bytes(body)
        worktree = repo.get_worktree()
        worktree.stage(list(files))
        worktree.commit(message=b"The world", author=b"Tests <tests@auld.example>", committer=b"Tests <tests@auld.example>")
