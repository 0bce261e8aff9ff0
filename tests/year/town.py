"""The people of the year, with their cards, and what lay behind them when it began. Everything comes from one seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from random import Random

from auld.observations import Address, Attendee, Contact, Happening, Labelled, LabelledDate, Meeting, PartialDate
from auld.policy import Budget, Category, Policy, Quiet

ME = "me@example.org"
START = date(2026, 1, 5)
"""A Monday."""

CATEGORIES = (
    Category("Inner circle", 42, 63, rank=0, debrief=True),
    Category("Clients", 91, 126, rank=1, debrief=True),
    Category("Network", 182, 273, rank=2),
)
SHARES = (0.08, 0.20, 0.40)
"""Of all people, in these categories; the rest is in the address book, and nothing is asked of them."""

_GIVEN = (
    "Ana", "Bruno", "Carla", "Diego", "Elena", "Filipe", "Greta", "Hugo", "Ines", "Jakob", "Karin", "Luis", "Marta",
    "Nuno", "Olga", "Pedro", "Quim", "Rita", "Sofia", "Tomas", "Ursula", "Vasco", "Wanda", "Xavier", "Yara",
)  # fmt: skip
_FAMILY = (
    "Abreu", "Bergmann", "Castro", "Duarte", "Esteves", "Falk", "Guedes", "Hoffmann", "Iglesias", "Jansen", "Krause",
    "Lobato", "Meireles", "Novak", "Ostrander", "Pacheco", "Quintela", "Ribas", "Sampaio", "Teles", "Ulrich", "Valente",
)  # fmt: skip
FIRMS = tuple(
    f"{name} {kind}"
    for name, kind in product(
        ("Harbourline", "Northgate", "Quillfeather", "Bramblewick", "Tidewater", "Copperfield"), ("Shipping", "Foods", "Energy")
    )
)
TITLES = ("Director", "Head of Sales", "Engineer", "Counsel", "Founder", "Buyer")
HOME, ABROAD = ("Lisbon", "Portugal"), (("London", "United Kingdom"), ("Berlin", "Germany"), ("Madrid", "Spain"))
INTERESTS = ("beekeeping", "offshore sailing", "chamber music", "mountaineering", "ceramics", "astronomy")
NEEDS = (
    "tax lawyer", "patent attorney", "warehouse architect", "cheese importer", "marine insurer", "Dutch translator",
    "grant writer", "crane operator", "sound engineer", "organ builder", "soil chemist", "bicycle courier",
)  # fmt: skip
MINE = ("offshore sailing",)


@dataclass
class Person:
    """``role`` grows with the jobs they take. ``history``: days on which the user met them before the year."""

    number: int
    name: str
    category: Category | None
    card: Contact
    history: list[date] = field(default_factory=list)

    @property
    def email(self) -> str:
        """Of a domain of their own: who share one are colleagues, and know each other."""
        return _email(self.number)

    @property
    def ref(self) -> str:
        return f"memory:book/{self.number}.vcf"


def policy(per_day: int, per_week: int, ours: tuple[str, str]) -> Policy:
    return Policy(
        timezone="Europe/Lisbon",
        me=(ME,),
        region="PT",
        categories=CATEGORIES,
        budget=Budget(per_day=per_day, per_week=per_week),
        quiet=Quiet(),
        ours=ours,
        interests=MINE,
        city="Lisbon, Portugal",
    )


def people(random: Random, count: int) -> list[Person]:
    """The first of them are in the first category, and so on."""
    names = [f"{given} {family}" for given, family in product(_GIVEN, _FAMILY)]
    random.shuffle(names)
    bounds, found = [], 0.0
    for share in SHARES:
        found += share
        bounds.append(round(found * count))
    category_of = {n: next((c for c, end in zip(CATEGORIES, bounds, strict=True) if n < end), None) for n in range(count)}
    return [_person(random, number, names[number], category_of[number]) for number in range(count)]


def _person(random: Random, number: int, name: str, category: Category | None) -> Person:
    given, family = name.split()
    city, country = HOME if random.random() < 0.5 else random.choice(ABROAD)
    dates: list[LabelledDate] = []
    if random.random() < 0.1:
        dates.append(LabelledDate(_day_of_year(random, 2015), "Anniversary"))
    if random.random() < 0.15:
        dates.append(LabelledDate(_day_of_year(random, 2019), "work"))
    if random.random() < 0.15:
        dates.append(LabelledDate(_day_of_year(random, 2018), "Connected On"))  # LinkedIn's: nothing began on that day
    card = Contact(
        name=name,
        uid=f"card-{number}",
        given=given,
        family=family,
        emails=(Labelled(_email(number)),),
        organisation=random.choice(FIRMS),
        title=random.choice(TITLES),
        categories=(category.name,) if category else (),
        birthday=_day_of_year(random, 1975) if random.random() < 0.6 else None,
        dates=tuple(dates),
        addresses=(Address(city=city, country=country),),
        interests=(random.choice(INTERESTS),) if random.random() < 0.4 else (),
        expertise=(random.choice(NEEDS),) if random.random() < 0.15 else (),
    )
    return Person(number, name, category, card, _history(random, category))


def _email(number: int) -> str:
    return f"p{number}@p{number}.example"


def _day_of_year(random: Random, year: int) -> PartialDate:
    day = date(year, 1, 1) + timedelta(days=random.randrange(365))
    return PartialDate(day.month, day.day, year)


def _history(random: Random, category: Category | None) -> list[date]:
    """Met every now and then; one in fifteen often, and then for long not at all."""
    if category is None:
        return []
    if random.random() < 1 / 15:
        last = START - timedelta(days=2 * category.at_most + random.randrange(30, 120))
        return [last - timedelta(days=110 * n) for n in range(6)]
    last = START - timedelta(days=random.randrange(5, category.at_most))
    return [last - timedelta(days=category.at_most * n) for n in range(random.randrange(1, 4))]


def meeting(uid: str, title: str, day: date, hour: int, emails: list[str], *, status: str = "confirmed") -> Meeting:
    """An hour with these, and the user."""
    mine = Attendee(ME, status="accepted")
    start = f"{day}T{hour:02}:00:00"
    return Meeting(
        uid,
        Happening(
            start,
            f"{day}T{hour + 1:02}:00:00",
            "Europe/Lisbon",
            title=title,
            status=status,
            organizer=mine,
            attendees=(mine, *(Attendee(email, status="accepted") for email in emails)),
        ),
    )


def trip(uid: str, city: str, country: str, first: date, days: int) -> Meeting:
    """Some days of an entry that says where the user is."""
    place = f"{city}, {country}"
    return Meeting(uid, Happening(str(first), str(first + timedelta(days=days)), title=f"Trip to {city}", location=place))
