"""The queries that ``auld alerts`` proposes."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from auld.alerts import query_for, suggestions
from auld.observations import Address
from auld.projections.views import PersonView
from support.views import fake_view

ANA = PersonView("ana", "Ana Lima", organisation="Northwind", addresses=(Address("Lisbon"),), ideal=28, at_most=42)
BO = PersonView("bo", "Bo Lind", ideal=28, at_most=42)
CY = PersonView("cy", "Cy", ideal=28, at_most=42)
DI = PersonView("di", "Di Untracked")
LISBON_AND_NOTHING = (Address("Lisbon"), Address(" "))


@pytest.mark.parametrize(
    ("person", "query"),
    [
        (ANA, '"Ana Lima" ("Northwind" OR "Lisbon")'),
        (BO, '"Bo Lind"'),
        (PersonView("x", "Ana Lima", addresses=(Address("New York"),)), '"Ana Lima" "New York"'),
        (
            PersonView(
                "x",
                "Ana Lima",
                organisation="Lisbon",
                addresses=(
                    Address("Lisbon"),
                    Address(" "),
                ),
            ),
            '"Ana Lima" "Lisbon"',
        ),
        (PersonView("x", 'Ana "Nana" Lima'), '"Ana Nana Lima"'),
    ],
)
def test_queries(person: PersonView, query: str) -> None:
    assert query_for(person) == query


def test_only_tracked_people_of_full_name_without_a_feed() -> None:
    found = list(suggestions(fake_view(ANA, BO, CY, DI), ["BO LIND"]))
    assert [(alert.person, alert.name) for alert in found] == [("ana", "Ana Lima")]


def test_the_address_carries_the_query() -> None:
    (alert,) = suggestions(fake_view(ANA), [])
    assert alert.url.startswith("https://www.google.com/alerts?")
    assert parse_qs(urlsplit(alert.url).query) == {"q": [alert.query]}
