"""The cards of the labelled world: up to four of each person over five address books, as people keep them.

A card is written with one kind of *noise* in its name and carries some of its person's addresses, numbers and profiles, in
whatever format. What is shared (a household's telephone, a switchboard, ``info@``) tells its bearer only together with a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from .labels import ME, MY_NAME, MY_PHONE, CardLabel, Version, World
from .people import Crowd, Person, latin_of
from .vcards import STYLES, Sheet

EXACT = frozenset({"plain", "comma", "titled", "lower", "upper", "swapped"})
"""Noises that leave the whole name readable: such a card is told even by what several people share."""

NOISES: tuple[tuple[str, int], ...] = (
    ("plain", 90), ("comma", 6), ("titled", 5), ("lower", 4), ("upper", 3), ("swapped", 4), ("initials", 5), ("typo", 4),
    ("nickname", 14), ("spelling", 14), ("married", 40), ("no name", 3), ("given only", 4), ("shortened", 8),
)  # fmt: skip


def uid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


# --- names --------------------------------------------------------------------------------------------------------------
def _fits(noise: str, person: Person) -> bool:
    if person.kin:  # father and son: only the whole name, with its suffix, tells them apart
        return noise in ("plain", "upper")
    return {
        "nickname": bool(person.given.nicknames),
        "spelling": bool(person.given.spellings or person.family.spellings),
        "married": person.former is not None,
        "shortened": " " in person.family.native and person.culture.families == 2,
    }.get(noise, True)


def _typo(random: Random, word: str) -> str:
    """Two neighbouring letters changed places, or one was left out; the first is always right."""
    if len(word) < 5:
        return word
    place = random.randrange(1, len(word) - 2)
    if random.random() < 0.6:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place + 1 :]


def named(random: Random, person: Person, noise: str) -> Sheet:
    """A sheet with nothing but the name of the person, in that noise."""
    given, family = person.given.native, person.family.native
    sheet = Sheet(uid(random), person.full(), given, family, suffix=person.suffix)
    if noise == "comma":
        return replace(sheet, full=f"{family}, {given}", given="", family="")
    if noise == "titled":
        title = person.prefix or random.choice(("Herr", "Mrs.", "Mr", "Sra.", "Dr"))
        return replace(sheet, full=f"{title} {person.full()}", prefix=title if random.random() < 0.6 else "")
    if noise == "lower":
        return replace(sheet, full=person.full().lower(), given=given.lower(), family=family.lower())
    if noise == "upper":
        return replace(sheet, full=person.full().upper(), given=given.upper(), family=family.upper())
    if noise == "swapped":
        return replace(sheet, full=person.full(family, given), given=family, family=given)
    if noise == "initials":
        letter = latin_of(person.given)[0] if person.culture.name in _HAN else given[0]
        surname = latin_of(person.family) if person.culture.name in _HAN else family
        return replace(sheet, full=f"{letter}. {surname}", given=f"{letter}.", family=surname)
    if noise == "typo":
        wrong = _typo(random, given), family
        wrong = wrong if wrong[0] != given else (given, _typo(random, family))
        return replace(sheet, full=person.full(*wrong), given=wrong[0], family=wrong[1])
    if noise == "nickname":
        return _with_nickname(random, person, sheet)
    if noise == "spelling":
        spelt = random.choice(person.given.spellings or (given,)), random.choice(person.family.spellings or (family,))
        western = f"{spelt[0]} {spelt[1]}" if random.random() < 0.5 else person.full(*spelt)
        return replace(sheet, full=western, given=spelt[0], family=spelt[1])
    if noise == "married" and person.former is not None:
        return replace(sheet, full=person.full(given, person.former.native), family=person.former.native)
    if noise == "no name":
        return replace(sheet, full="", given="", family="")
    if noise == "given only":
        return replace(sheet, full=given, family="")
    if noise == "shortened":  # one of the two family names
        kept = family.split(" ")[0 if person.culture.name == "Spanish" else -1]
        return replace(sheet, full=f"{given} {kept}", family=kept)
    return sheet


_HAN = frozenset({"Chinese", "Japanese", "Korean"})


def _with_nickname(random: Random, person: Person, sheet: Sheet) -> Sheet:
    nickname = random.choice(person.given.nicknames)
    way = random.randrange(3)
    if way == 0:
        return replace(sheet, nickname=nickname)
    if way == 1:
        return replace(sheet, full=f'{sheet.given} "{nickname}" {sheet.family}', nickname=nickname)
    return replace(sheet, full=person.full(nickname), given=nickname)


# --- what is on a card --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Point:
    """A way to reach somebody. ``shared`` ones tell the person by the whole name only."""

    kind: str
    value: str
    label: str
    shared: bool = False
    foreign: bool = False


def _points(random: Random, person: Person) -> Iterator[_Point]:
    """What a friend may have noted of the person, each with its own likelihood."""
    chances: tuple[tuple[float, _Point], ...] = (
        (0.60, _Point("mail", person.private, random.choice(("home", "home", "other")))),
        (0.55, _Point("mail", person.work, "work")),
        (0.35, _Point("mail", person.old_work, "work")),
        (0.60, _Point("tel", person.mobile, "cell", shared=person.shared_mobile)),
        (0.30 if person.household else 0.15, _Point("tel", person.home, "home", shared=bool(person.household))),
        (0.20, _Point("tel", person.direct, "work")),
        (0.12, _Point("tel", person.firm.switchboard, "work", shared=True)),
        (0.03, _Point("mail", person.firm.info, "work", shared=True)),
        (0.40, _Point("mail", person.family_box, "home", shared=True)),
        (0.12, _Point("web", person.profile, "profile")),
        (0.05, _Point("site", f"https://www.{person.firm.domain}/", "work", foreign=True)),
    )
    yield from (point for chance, point in chances if point.value and random.random() < chance)
    if person.assistant is not None and random.random() < 0.5:
        kind, value = random.choice((("tel", person.assistant.direct), ("mail", person.assistant.work)))
        yield _Point(kind, value, "assistant", foreign=True)
    if person.colleague is not None and random.random() < 0.15:  # pasted into the wrong card
        yield _Point("mail", person.colleague.work, "other", foreign=True)


def tie(point: _Point, person: Person, noise: str) -> str | None:
    """By what the point tells the person to a careful reader who also sees the name; None if it does not.

    A telephone number alone does not tell two different family names, or a change of name, from two people at one telephone.
    """
    if point.foreign:
        return None
    if point.shared:
        return f"{point.value} {person.id}" if noise in EXACT else None
    if point.kind == "tel" and person.former is not None:
        return f"{point.value} {noise == 'married'}" if noise in EXACT | {"married"} else None
    return point.value


def _reach(random: Random, person: Person, noise: str, ties: set[str]) -> list[_Point]:
    """Mostly a further card has something in common with one that is there already; ``ties`` are theirs."""
    for _ in range(6):
        points = list(_points(random, person)) or [_Point("tel", person.mobile, "cell", shared=person.shared_mobile)]
        own = {found for point in points if (found := tie(point, person, noise)) is not None}
        if own & ties or (own and (not ties or random.random() < 0.05)):
            return points
    return [*points, _Point("mail", person.private, "home")]


# --- how it is typed in -------------------------------------------------------------------------------------------------
def typed_mail(random: Random, address: str) -> str:
    """An address as people type it: in capitals, and at Gmail with other dots, a tag, or under its other domain."""
    local, _, domain = address.partition("@")
    if domain == "gmail.com" and random.random() < 0.35:
        way = random.randrange(4)
        if way == 0:
            local = local.replace(".", "") if "." in local else f"{local[:2]}.{local[2:]}"
        elif way == 1:
            local += random.choice(("+auld", "+work", "+newsletter"))
        elif way == 2:
            domain = "googlemail.com"
        else:
            local = ".".join((local[:3], local[3:].lstrip("."))).replace("..", ".")
    elif random.random() < 0.06:
        local, domain = local.title(), domain.title()
    elif random.random() < 0.03:
        local += "+lists"
    return f"{local}@{domain}"


def typed_phone(random: Random, number: str, dial: str) -> str:
    """A number as people type it; only numbers of the user's own country come without its code."""
    national = number[1 + len(dial) :]
    groups = " ".join(national[place : place + 3] for place in range(0, len(national), 3))
    ways = [
        number,
        f"+{dial} {groups}",
        f"00{dial}{national}",
        f"+{dial}-{national[:2]}-{national[2:]}",
        f"+{dial} ({groups[:2]}) {groups[2:]}",
    ]
    if dial == "351":
        ways += [groups, national, groups.replace(" ", ".")]
    return random.choice(ways)


_PROFILES = (
    "https://www.linkedin.com/in/{}", "linkedin.com/in/{}", "https://linkedin.com/in/{}/", "https://pt.linkedin.com/in/{}",
    "http://www.linkedin.com/in/{}?trk=profile-badge",
)  # fmt: skip


def typed_url(random: Random, slug: str) -> str:
    return random.choice(_PROFILES).format(slug)


def _filled(random: Random, sheet: Sheet, person: Person, points: list[_Point]) -> Sheet:
    emails = [(typed_mail(random, p.value) if not p.shared else p.value, p.label) for p in points if p.kind == "mail"]
    phones = [(typed_phone(random, p.value, _dial(person, p)), p.label) for p in points if p.kind == "tel"]
    urls = [
        (typed_url(random, p.value), p.label) if p.kind == "web" else (p.value, p.label)
        for p in points
        if p.kind in ("web", "site")
    ]
    if not (sheet.full or sheet.given):  # a firm without a name would be the firm's own card
        full = emails[0][0] if emails and random.random() < 0.7 else ""
        return replace(sheet, full=full, emails=tuple(emails), phones=tuple(phones), urls=tuple(urls))
    firm = person.firm.full if random.random() < 0.6 else person.firm.name if random.random() < 0.3 else ""
    job = random.choice(("Director", "Buyer", "Head of Sales", "Counsel", "Engineer", "", "", ""))
    return replace(sheet, emails=tuple(emails), phones=tuple(phones), urls=tuple(urls), firm=firm, job=job)


def _dial(person: Person, point: _Point) -> str:
    """The calling code of a number: firms and colleagues may sit elsewhere, but their numbers are only split by it."""
    dial = person.culture.dial
    return dial if point.value.startswith(f"+{dial}") else point.value[1:3]


# --- the whole book -----------------------------------------------------------------------------------------------------
class Deck:
    """Puts cards into the world; remembers which mailboxes stand on whose cards."""

    def __init__(self, random: Random, world: World, begin: datetime) -> None:
        self._random = random
        self._world = world
        self._begin = begin
        self.mailboxes: dict[str, list[str]] = {}
        """Person id -> the mailboxes that stand, or stood, on a card of theirs, and tell them."""
        self.readable: set[str] = set()
        """People who have a card with their whole name as it is."""
        self.shared: list[tuple[str, str]] = []
        """Person id and a mailbox that others use too, where a card of theirs says both."""
        self.holders: dict[str, set[str]] = {}
        """Mailbox -> the people on whose cards it stands or stood, rightly or not."""
        self.polluted: set[str] = set()
        """Mailboxes that stand on somebody else's card."""

    def deal(self, crowd: Crowd) -> None:
        for person in crowd.people:
            self._world.names[person.id] = person.full()
            self._deal(person)
        for noise, make in _NOBODIES:
            self._nobodies(crowd, noise, make)

    def _deal(self, person: Person) -> None:
        random, ties = self._random, set[str]()
        count = random.choices((0, 1, 2, 3, 4), (5, 33, 34, 18, 10))[0]
        sheets: list[tuple[str, str, Sheet]] = []
        for number in range(count):
            noises = [(noise, weight) for noise, weight in NOISES if _fits(noise, person)]
            noise = "plain" if number == 0 and random.random() < 0.5 else random.choices(*zip(*noises, strict=True))[0]
            points = _reach(random, person, noise, ties)
            own = {found for point in points if (found := tie(point, person, noise)) is not None}
            sheet = _filled(random, named(random, person, noise), person, points)
            account = random.choice(self._world.books)
            if sheets and random.random() < 0.04:  # the same card, copied into another address book with its UID
                sheet = replace(sheet, uid=sheets[-1][2].uid)
                own.add(sheet.uid)
                other = [book for book in self._world.books if book != sheets[-1][1]]
                account = random.choice([book for book in other if book != "google"])
                self._tie(sheets[-1][0], sheet.uid)
            ties |= own
            ref = self._put(person.id, account, noise, sheet, own)
            sheets.append((ref, account, sheet))
            self._remember(person, noise, points)
            self._change(person, points, ref, account, sheet)

    def _tie(self, ref: str, tie_: str) -> None:
        place = next(i for i, label in enumerate(self._world.cards) if label.ref == ref)
        label = self._world.cards[place]
        if label.account != "google":  # Google's export has no UID
            self._world.cards[place] = replace(label, ties=label.ties | {tie_}, undecided=False)

    def _put(self, person: str | None, account: str, noise: str, sheet: Sheet, ties: set[str]) -> str:
        ref = f"/{account}/{len(self._world.cards):05}.vcf"
        self._world.versions.append(Version(self._begin, account, ref, STYLES[account](sheet)))
        undecided = noise == "couple" or (person is not None and not ties)
        self._world.cards.append(CardLabel(account, ref, person, noise, frozenset(ties), undecided))
        return ref

    def _remember(self, person: Person, noise: str, points: list[_Point]) -> None:
        boxes = self.mailboxes.setdefault(person.id, [])
        boxes += [p.value for p in points if p.kind == "mail" and not p.shared and not p.foreign and p.value not in boxes]
        for point in points:
            if point.kind == "mail":
                self.holders.setdefault(point.value, set()).add(person.id)
        self.polluted.update(p.value for p in points if p.kind == "mail" and p.foreign)
        if noise in EXACT:
            self.shared += [(person.id, p.value) for p in points if p.kind == "mail" and p.shared]
        if noise == "plain":
            self.readable.add(person.id)

    def _change(self, person: Person, points: list[_Point], ref: str, account: str, sheet: Sheet) -> None:
        """Some cards are kept up: the address at the old firm gives way to the one at the new."""
        random = self._random
        if not any(p.value == person.old_work != "" for p in points) or random.random() < 0.4:
            return
        typed = zip((p for p in points if p.kind == "mail"), sheet.emails, strict=True)
        emails = [(person.work if p.value == person.old_work else address, label) for p, (address, label) in typed]
        later = replace(sheet, emails=tuple(dict.fromkeys(emails)))
        at = random.choice(self._world.looks[5:-5]) - timedelta(hours=3)
        self._world.versions.append(Version(at, account, ref, STYLES[account](later)))
        place = next(i for i, label in enumerate(self._world.cards) if label.ref == ref)
        label = self._world.cards[place]
        self._world.cards[place] = replace(label, ties=label.ties - {person.old_work} | {person.work})
        self.mailboxes[person.id].append(person.work)

    def _nobodies(self, crowd: Crowd, noise: str, make: Callable[[Random, Crowd, int], Sheet]) -> None:
        for number in range(_HOW_MANY[noise]):
            self._put(None, self._random.choice(self._world.books), noise, make(self._random, crowd, number), set())


def _firm(random: Random, crowd: Crowd, number: int) -> Sheet:
    """A firm's own card. Programs without a box for it put the name where a person's goes."""
    firm = crowd.firms[number % len(crowd.firms)]
    way = random.randrange(3)
    sheet = Sheet(uid(random), firm.full, firm=firm.full, phones=((firm.switchboard, "work"),), emails=((firm.info, "work"),))
    return replace(sheet, company=way == 0, family=firm.full if way == 1 else "", kind="org" if way == 2 else "")


def _list(random: Random, crowd: Crowd, number: int) -> Sheet:
    word = random.choice(("Marketing", "Board", "Choir", "Class of 99", "Project Falcon"))
    members = tuple(uid(random) for _ in range(3))
    return Sheet(uid(random), f"{word} {number}", family=f"{word} {number}", kind="group", members=members)


def _room(random: Random, crowd: Crowd, number: int) -> Sheet:
    firm = random.choice(crowd.firms)
    return Sheet(
        uid(random), f"Room {number}.{random.randrange(9)}", emails=((f"room{number}@{firm.domain}", "work"),), kind="location"
    )


def _me(random: Random, crowd: Crowd, number: int) -> Sheet:
    mine = ((ME[number % 2], "work"), (MY_PHONE, "cell"))
    given, family = MY_NAME.split()
    return Sheet(uid(random), MY_NAME, given, family, emails=mine[:1], phones=mine[1:])


def _couple(random: Random, crowd: Crowd, number: int) -> Sheet:
    """One card for two: whose it is, nobody can say; but it must not make them one."""
    home = random.choice([person for person in crowd.people if person.household and not person.kin])
    one, other, *_ = [person for person in crowd.people if person.household == home.household]
    full = f"{one.given.native} {random.choice(('&', 'and', 'e', 'und'))} {other.given.native}"
    return Sheet(uid(random), full, full, one.family.native, phones=((one.home, "home"),), emails=((one.private, "home"),))


_NOBODIES: tuple[tuple[str, Callable[[Random, Crowd, int], Sheet]], ...] = (
    ("firm", _firm), ("list", _list), ("room", _room),
    ("me", _me), ("couple", _couple),
)  # fmt: skip
_HOW_MANY = {"firm": 110, "list": 25, "room": 15, "me": 3, "couple": 10}
