"""The demo's world as bytes, ready to be put on servers: cards, calendar objects and feeds. Pure: the day is handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from auldd.demo import cards, feed, meetings
from auldd.demo.people import APPLE, CLIENTS, INNER, NETWORK, NEXTCLOUD, PEOPLE, SECOND_CARD


@dataclass(frozen=True)
class World:
    """File name (for feeds: path) -> bytes, of each kind."""

    cards: dict[str, bytes]
    calendar: dict[str, bytes]
    feeds: dict[str, bytes]


PERSONAL_FEED = "/alerts/personal.xml"
CLIENTS_FEED = "/alerts/clients.xml"


def build(today: date) -> World:
    """The world as it looks on that day."""
    book = {f"{cards.card_uid(person)}.vcf": cards.card(person, today) for person in (*PEOPLE, SECOND_CARD)}
    for name in (INNER, CLIENTS, NETWORK):
        members = [person for person in PEOPLE if person.category == name]
        key = name.casefold().replace(" ", "-")
        book[f"group-{key}-apple.vcf"] = cards.apple_group(name, [p for p in members if p.style == APPLE])
        book[f"group-{key}.vcf"] = cards.standard_group(name, [p for p in members if p.style == NEXTCLOUD])
    feeds = {
        CLIENTS_FEED: feed.alert('"Marisol Quintero" OR "Thomas Becker"', feed.CLIENTS_ALERT, today),
        PERSONAL_FEED: feed.alert('"Siobhán Ó Briain"', feed.PERSONAL_ALERT, today),
    }
    return World(book, meetings.calendar(today), feeds)
