"""The people of the demo: some forty, from many places, all invented, with how they stand to the user.

E-mail addresses are of ``.example`` (RFC 2606), phone numbers of the ranges that regulators keep free for fiction. Days are
counted from today, so that the world is as lively on any day: ``met`` in days ago (negative: still to come), ``birthday``
and ``anniversary`` in days ahead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from auld.people import fold

Style = Literal["apple", "google", "nextcloud", "outlook", "evolution"]

ME = "Alice Moreira"
MY_ADDRESS = "alice@moreira.example"

INNER, CLIENTS, NETWORK = "Inner circle", "Clients", "Network"
APPLE: Style = "apple"
GOOGLE: Style = "google"
NEXTCLOUD: Style = "nextcloud"
OUTLOOK: Style = "outlook"
EVOLUTION: Style = "evolution"


@dataclass(frozen=True)
class Somebody:
    """One person; ``style`` is the program that wrote the card. ``born`` and ``since`` are years, None if not known."""

    given: str
    family: str
    style: Style
    organisation: str
    title: str
    city: str
    category: str = ""
    met: tuple[int, ...] = ()
    phone: str = ""
    birthday: int | None = None
    born: int | None = None
    anniversary: int | None = None
    since: int = 2015
    label: str = ""
    also: str = ""
    """A second address, such as a mailbox that colleagues share."""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()

    @property
    def email(self) -> str:
        return f"{fold(self.name).replace(' ', '.')}@{fold(self.organisation).replace(' ', '-')}.example"


PEOPLE: tuple[Somebody, ...] = (
    # close friends of the business: seen often, and missed soon
    Somebody(
        "Inês", "Caldeira", APPLE, "Caldeira & Filhos", "Partner", "Lisboa", INNER, (12, 40, 75, 110), birthday=26, born=1981
    ),
    Somebody("Thomas", "Okonkwo", APPLE, "Baobab Ventures", "Founder", "Lagos", INNER, (47, 95, 150), "+44 20 7946 0182"),
    Somebody("Ingrid", "Halvorsen", APPLE, "Nordlys Energi", "CFO", "Oslo", INNER, (33, 88), birthday=40),
    Somebody("Rafael", "Quintela", NEXTCLOUD, "Quintela Arquitetos", "Architect", "Porto", INNER, (-4, 29, 61), birthday=3),
    Somebody("Zeynep", "Arslan", EVOLUTION, "Bosphorus Labs", "CTO", "İstanbul", INNER, (52, 130), birthday=70, born=1977),
    Somebody(
        "Siobhán", "Ó Briain", GOOGLE, "Liffey Press", "Editor", "Dublin", INNER, (38, 66, 101), anniversary=9, since=2012
    ),
    # clients
    Somebody("Marisol", "Quintero", APPLE, "Harbourline", "Head of Partnerships", "Madrid", CLIENTS, (70, 140), birthday=90),
    Somebody("Jürgen", "Weiß", OUTLOOK, "Weiß Feinmechanik", "Geschäftsführer", "Jena", CLIENTS, (64, 120), "+49 30 23125 017"),
    Somebody(
        "Aleksandra", "Wójcik", NEXTCLOUD, "Wisła Logistics", "Operations Director", "Kraków", CLIENTS, (15, 80), born=1985
    ),
    Somebody("Thomas", "Becker", OUTLOOK, "Hansekontor", "Head of Procurement", "Hamburg", CLIENTS, (90,), "+49 30 23125 101"),
    Somebody(
        "Chiara", "Lombardi", APPLE, "Officina Lombardi", "Owner", "Torino", CLIENTS, (58, 112), anniversary=5, label="Founded"
    ),
    Somebody("Hiroshi", "Tanabe", GOOGLE, "Tanabe Optics", "General Manager", "Osaka", CLIENTS, (76,), birthday=8, born=1969),
    Somebody("Amara", "Diallo", EVOLUTION, "Teranga Textiles", "Buyer", "Dakar", CLIENTS, (-9, 49)),
    Somebody(
        "Louise", "Vandamme", NEXTCLOUD, "Scheldt Chocolatiers", "Managing Director", "Gent", CLIENTS, (100,), birthday=19
    ),
    Somebody("Mateus", "Figueira", GOOGLE, "Serra Alta Cafés", "Export Manager", "São Paulo", CLIENTS, (23, 60), birthday=160),
    Somebody(
        "Priya", "Raghunathan", APPLE, "Kaveri Software", "VP Engineering", "Chennai", CLIENTS, (82,), birthday=1, born=1983
    ),
    Somebody(
        "Olivier", "Marchetti", OUTLOOK, "Atelier Marchetti", "Gérant", "Marseille", CLIENTS, (44, 105), "+33 1 99 00 12 34"
    ),
    Somebody("Katarzyna", "Zielińska", EVOLUTION, "Bałtyk Marine", "Fleet Manager", "Gdańsk", CLIENTS, birthday=33, born=1990),
    # people worth keeping up with, a few times a year
    Somebody("Samuel", "Adeyemi", GOOGLE, "Adeyemi & Partners", "Solicitor", "London", NETWORK, (125,), "+44 20 7946 0411"),
    Somebody(
        "Freja", "Lindqvist", NEXTCLOUD, "Studio Nord", "Designer", "Malmö", NETWORK, (118,), also="hello@studio-nord.example"
    ),
    Somebody(
        "Elias", "Bergström", NEXTCLOUD, "Studio Nord", "Producer", "Malmö", NETWORK, (170,), also="hello@studio-nord.example"
    ),
    Somebody("Nadia", "Benali", APPLE, "Atlas Consulting", "Senior Advisor", "Casablanca", NETWORK, (133,), birthday=21),
    Somebody(
        "George", "Papadakis", OUTLOOK, "Aegean Shipping", "Chartering", "Piraeus", NETWORK, (160,), born=1972, birthday=17
    ),
    Somebody("Min-jun", "Seo", GOOGLE, "Hangang Media", "Reporter", "Seoul", NETWORK, (90,)),
    Somebody("Beatriz", "Nogueira", EVOLUTION, "Universidade do Minho", "Professor", "Braga", NETWORK, (145,), anniversary=60),
    Somebody("Daniel", "Kowalczuk", APPLE, "Ostrava Steelworks", "Sales", "Ostrava", NETWORK, (175,), birthday=200),
    Somebody("Aoife", "Gallagher", GOOGLE, "Shannon Analytics", "Data Scientist", "Limerick", NETWORK),
    Somebody("Yusuf", "al-Masri", NEXTCLOUD, "Levant Trading", "Director", "Amman", NETWORK, (108,), birthday=120),
    Somebody(
        "Charlotte", "Dubois-Lemaire", OUTLOOK, "Lumière Conseil", "Associée", "Lyon", NETWORK, (131,), "+33 1 99 00 56 78"
    ),
    Somebody("Ana", "Lima", APPLE, "Lima Imobiliária", "Broker", "Lisboa", NETWORK, birthday=48),
    # colleagues and others: in the address book, but nobody follows them up
    Somebody("Pedro", "Antunes", EVOLUTION, "Moreira", "Accounts", "Lisboa"),
    Somebody("Marta", "Sequeira", EVOLUTION, "Moreira", "Projects", "Lisboa", birthday=15),
    Somebody("Tiago", "Rocha", GOOGLE, "Moreira", "Engineer", "Lisboa"),
    Somebody("Helena", "Vaz", GOOGLE, "Moreira", "Office", "Lisboa"),
    Somebody("Ruth", "Feldman", APPLE, "Feldman Dental", "Dentist", "Lisboa", met=(21,)),
    Somebody("Ivo", "Petrov", OUTLOOK, "Petrov Sports", "Coach", "Cascais"),
    Somebody("Sofia", "Marques", NEXTCLOUD, "Escola da Graça", "Teacher", "Lisboa"),
    Somebody("Kwame", "Boateng", GOOGLE, "Volta Foods", "Importer", "Accra"),
    Somebody("Lena", "Hofbauer", EVOLUTION, "Alpenblick", "Host", "Innsbruck"),
)

# The same Ingrid once more, as the telephone kept her: only the address tells that they are one.
SECOND_CARD = Somebody("Ingrid", "Halvorsen", GOOGLE, "Nordlys Energi", "", "Oslo", phone="+46 31 390 06 42")

TEAM = tuple(person for person in PEOPLE if person.organisation == "Moreira")


def named(name: str) -> Somebody:
    """The person of that name; KeyError if there is none."""
    for person in PEOPLE:
        if person.name == name:
            return person
    raise KeyError(name)
