"""Who lives in the labelled world: people with names of many cultures, firms, households, and the addresses they have."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from .names import CULTURES, FIRMS, LEGAL, Culture, Word

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "Ł": "L", "ð": "d", "þ": "th", "Þ": "Th", "ı": "i", "đ": "d", "Đ": "D"}
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


LATIN_ENDS = 0x300


def ascii_of(text: str, culture: str = "") -> str:
    """As people put a name into an address: no accents, ``ß`` as ``ss``, in German ``ü`` as ``ue``."""
    plain = unicodedata.normalize("NFKD", (text.translate(_GERMAN) if culture == "German" else text).translate(_LETTERS))
    return "".join(c for c in plain if c.isascii())


def words(name: str) -> list[str]:
    """The words of a name as a reader compares them: without case, accents and hyphens."""
    apart = unicodedata.normalize("NFKD", name.lower().replace("-", " "))
    return "".join(c for c in apart if not unicodedata.combining(c)).split()


@dataclass(frozen=True)
class Firm:
    name: str
    legal: str
    domain: str
    switchboard: str

    @property
    def full(self) -> str:
        return f"{self.name} {self.legal}".strip()

    @property
    def info(self) -> str:
        return f"info@{self.domain}"


@dataclass
class Person:
    """``given`` and ``family`` with all their spellings; ``former`` is the family name before a marriage. An address is ""
    where there is none. ``household`` is shared by those who live together; ``shared_mobile``: they have one mobile phone."""

    id: str
    culture: Culture
    given: Word
    family: Word
    firm: Firm
    former: Word | None = None
    old_firm: Firm | None = None
    prefix: str = ""
    suffix: str = ""
    private: str = ""
    work: str = ""
    old_work: str = ""
    family_box: str = ""
    mobile: str = ""
    home: str = ""
    direct: str = ""
    profile: str = ""
    household: str = ""
    shared_mobile: bool = False
    kin: bool = False
    rare: bool = False
    namesake: bool = False
    assistant: Person | None = None
    colleague: Person | None = field(default=None, repr=False)

    def full(self, given: str = "", family: str = "") -> str:
        """The whole name as the bearer says it."""
        parts = (given or self.given.native, family or self.family.native)
        if self.culture.family_first:
            joined = "".join(reversed(parts)) if not parts[0].isascii() and len(parts[1]) == 1 else " ".join(reversed(parts))
        else:
            joined = " ".join(parts)
        return f"{joined} {self.suffix}".strip()

    def latin(self) -> tuple[str, str]:
        """Given and family name in Latin letters."""
        return latin_of(self.given), latin_of(self.family)


def latin_of(word: Word) -> str:
    """The word itself, or its first spelling in Latin letters where it is written in others."""
    return word.native if ord(word.native[0]) < LATIN_ENDS else word.spellings[0]


@dataclass(frozen=True)
class Crowd:
    people: tuple[Person, ...]
    firms: tuple[Firm, ...]


def number(random: Random, culture: Culture, pattern: str) -> str:
    digits = "".join(str(random.randrange(2, 10)) if c == "#" else c for c in pattern)
    return f"+{culture.dial}{digits}"


def crowd(random: Random, count: int) -> Crowd:
    """``count`` people; no two have the same name, but for the namesakes and the sons among them."""
    firms = tuple(
        Firm(name, random.choice(LEGAL), f"{ascii_of(name).lower().replace(' ', '').replace('&', '-')}.example",
             number(random, culture := random.choice(CULTURES), culture.landline))
        for name in FIRMS
    )  # fmt: skip
    people: list[Person] = []
    seen: set[tuple[str, str]] = set()
    rare = {culture.name: list(culture.rare) for culture in CULTURES}
    while len(people) < count:
        culture = CULTURES[len(people) % len(CULTURES)]
        alone = bool(rare[culture.name]) and random.random() < 0.12
        given = rare[culture.name].pop() if alone else random.choice(culture.given)
        family = _family(random, culture)
        if (given.native, family.native) not in seen:
            seen.add((given.native, family.native))
            person = Person(f"p{len(people):04}", culture, given, family, random.choice(firms), rare=alone)
            people.append(person)
    _namesakes(random, people)
    _fathers_and_sons(random, people)
    _couples(random, people)
    for person in people:
        _life(random, person, firms)
    _addresses(random, people)
    _offices(random, people)
    return Crowd(tuple(people), firms)


def _family(random: Random, culture: Culture) -> Word:
    if culture.families == 1:
        return random.choice(culture.family)
    first, second = random.sample(culture.family, 2)
    return Word(f"{first.native} {second.native}")


def _namesakes(random: Random, people: list[Person]) -> None:
    """Two people of one name at different firms, who have nothing to do with each other."""
    for culture in CULTURES:
        first, second, *_ = random.sample([p for p in people if p.culture is culture and not p.rare], 2)
        second.given, second.family = first.given, first.family
        first.namesake = second.namesake = True
        while second.firm is first.firm:
            second.firm = random.choice([p.firm for p in people])


def _fathers_and_sons(random: Random, people: list[Person]) -> None:
    english = [p for p in people if p.culture.name == "English" and not p.namesake and not p.rare]
    for place, (father, son) in enumerate(zip(english[:12:2], english[1:12:2], strict=False)):
        son.given, son.family, son.suffix = father.given, father.family, "Jr."
        father.kin = son.kin = True
        father.household = son.household = f"kin{place}"
        father.home = son.home = number(random, father.culture, father.culture.landline)


def _couples(random: Random, people: list[Person]) -> None:
    """Half of the couples share a family name since the marriage; some share a mailbox, some a mobile phone."""
    singles = [p for p in people if not p.household and not p.namesake]
    for culture in CULTURES:
        mine = [p for p in singles if p.culture is culture]
        for pair in range(min(8, len(mine) // 4)):
            one, other = mine[2 * pair], mine[2 * pair + 1]
            if one.given.native == other.given.native:
                continue
            one.household = other.household = f"{culture.name}{pair}"
            one.home = other.home = number(random, culture, culture.landline)
            if culture.families == 1 and not culture.family_first and pair % 2 == 0 and not other.rare:
                other.former, other.family = other.family, one.family
            if pair in (1, 5):
                one.family_box = other.family_box = (
                    f"{_local(one.family, culture.name)}.family{random.randrange(100)}@mail.example"
                )
            if pair in (3, 7):
                one.mobile = other.mobile = number(random, culture, culture.mobile)
                one.shared_mobile = other.shared_mobile = True


def _local(word: Word, culture: str) -> str:
    return "".join(c for c in ascii_of(latin_of(word), culture).lower() if c.isalnum())


def _life(random: Random, person: Person, firms: tuple[Firm, ...]) -> None:
    culture = person.culture
    person.mobile = person.mobile or number(random, culture, culture.mobile)
    if random.random() < 0.3:
        person.direct = number(random, culture, culture.landline)
    if random.random() < 0.3:
        person.home = person.home or number(random, culture, culture.landline)
    if random.random() < 0.2:
        person.old_firm = random.choice([firm for firm in firms if firm is not person.firm])
    changes_name = culture.families == 1 and not culture.family_first
    if changes_name and not person.former and not person.household and not person.namesake and random.random() < 0.14:
        person.former = random.choice([word for word in culture.family if word is not person.family])
    if random.random() < 0.08:
        person.prefix = random.choice(("Dr.", "Prof.", "Dra.", "Eng.", "Prof. Dr."))


def _addresses(random: Random, people: list[Person]) -> None:
    """Every mailbox is somebody's own; its second bearer gets a number, as providers and firms do it."""
    taken: Counter[str] = Counter()

    def unique(local: str, domain: str) -> str:
        key = f"{local.replace('.', '')}@{domain}"
        taken[key] += 1
        return f"{local}{taken[key] if taken[key] > 1 else ''}@{domain}"

    for person in people:
        culture = person.culture.name
        given, family = _local(person.given, culture), _local(person.family, culture)
        nick = ascii_of(person.given.nicknames[0], culture).lower() if person.given.nicknames else ""
        local = random.choice((f"{given}.{family}", f"{given}{family}", f"{given[0]}{family}{random.randrange(60, 100)}",
                               f"{nick or given}.{family[:4]}{random.randrange(100)}"))  # fmt: skip
        domain = random.choice(("gmail.com", "gmail.com", "gmail.com", "mail.example", "post.example", "web.example"))
        person.private = unique(local, domain)
        work = random.choice((f"{given}.{family}", f"{given[0]}{family}", f"{given}_{family}", f"{family}{given[0]}"))
        person.work = unique(work, person.firm.domain)
        if person.old_firm is not None:
            old = _local(person.former, culture) if person.former else family
            person.old_work = unique(f"{given}.{old}", person.old_firm.domain)
        if random.random() < 0.4:
            person.profile = unique(f"{given}-{family}", "in").partition("@")[0]


def _offices(random: Random, people: list[Person]) -> None:
    by_firm: dict[str, list[Person]] = {}
    for person in people:
        by_firm.setdefault(person.firm.domain, []).append(person)
    for staff in by_firm.values():
        if len(staff) >= 4:
            boss, assistant, sloppy, colleague = random.sample(staff, 4)
            assistant.direct = assistant.direct or number(random, assistant.culture, assistant.culture.landline)
            boss.assistant = assistant
            sloppy.colleague = colleague
