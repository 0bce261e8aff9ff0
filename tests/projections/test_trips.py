"""Where the user will be, as calendar entries tell it; and what tells nothing of it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from auld.observations import Address, Attendee
from auld.policy import Category, Policy
from auld.projections.views import Trip

from .world import ME, World

POLICY = Policy(
    timezone="Europe/Lisbon",
    me=(ME,),
    region="PT",
    categories=(Category("Inner", 28, 42, rank=0), Category("clients", 56, 84, rank=1)),
    languages=("en", "pt", "de"),
    city="Lisbon",
)
"""The world's now is 10 March 2026, a Tuesday."""


def world(**policy: Any) -> World:
    """Lisbon, and one friend whose given name is Ana, who lives in Berlin."""
    new = World(Policy(**{**{name: getattr(POLICY, name) for name in POLICY.__struct_fields__}, **policy}))
    new.card("Ana Lima", "ana@example.org", categories=("Inner",), addresses=(Address("Berlin", "", "Germany"),))
    return new


def days(title: str, *, first: str = "2026-04-14", after: str = "2026-04-17", **more: Any) -> World:
    """A world with one entry over whole days: from 14 to 16 April."""
    new = world()
    new.meeting(first, after, title=title, **more)
    return new


def trips(there: World) -> list[tuple[str, str, str]]:
    return [(trip.city, trip.first.isoformat(), trip.last.isoformat()) for trip in there.ask().trips()]


WHOLE_DAYS = {
    "Berlin": "Berlin",
    "berlin": "Berlin",
    "In Berlin": "Berlin",
    "Berlin, Germany": "Berlin",
    "Berlin, Germany, May 2026": "Berlin",
    "Trip to Berlin": "Berlin",
    "Berlin trip": "Berlin",
    "Conference X, Berlin": "Berlin",
    "PyCon 2026, Berlin": "Berlin",
    "KubeCon, Amsterdam": "Amsterdam",
    "EuroPython Prague 2026": "Prague",
    "Madrid – offsite": "Madrid",
    "Offsite Madrid": "Madrid",
    "London meetings": "London",
    "Web Summit @ Dublin": "Dublin",
    "Dienstreise München": "München",
    "Reise nach Wien": "Wien",
    "Urlaub in Nizza": "Nizza",
    "Viagem a Londres": "Londres",
    "Voyage à Bruxelles": "Bruxelles",
    "Viaje a Sevilla": "Sevilla",
    "Feira de Frankfurt": "Frankfurt",
    "Hotel Adler, Zürich": "Zürich",
    "Stay at Hotel Adler, Zürich": "Zürich",
    "Work trip: Cambridge, MA": "Cambridge",
    "Berlin (customer visits)": "Berlin",
    "Hotel in Berlin": "Berlin",
    "Working from Porto": "Porto",
    "Porto office": "Porto",
    "ITB Berlin": "Berlin",
    "CES Las Vegas": "Las Vegas",
    "Casamento no Porto": "Porto",
    "Paris with Maria": "Paris",
    "Week in London": "London",
    "NYC": "NYC",
    "Faro": "Faro",
    "Köln": "Köln",
    "New York": "New York",
    "東京": "東京",
}


@pytest.mark.parametrize("title", WHOLE_DAYS)
def test_whole_days_whose_title_names_a_city(title: str) -> None:
    assert trips(days(title)) == [(WHOLE_DAYS[title], "2026-04-14", "2026-04-16")]


@pytest.mark.parametrize(
    "title",
    [
        "Ana in Berlin",
        "Ana, Berlin",
        "Ana – Berlin",
        "Tom: workshop in Berlin",
        "Tom in London",
        "Ana workshop in Berlin",
        "Ana's conference in Berlin",
        "Visit from Berlin",
        "Besuch aus Wien",
        "Geburtstag Ana, Berlin",
        "Herbstferien Berlin",
        "Berlin: Feiertag",
        "Berlin Marathon",
        "Webinar Berlin",
        "Workshop Berlin time",
        "Online workshop, Berlin",
        "Meeting room Berlin",
        "Deadline Berlin application",
        "Berlin Alexanderplatz",
        "Berlin public holiday",
        "London office closed",
        "FC Porto - Benfica",
        "OOO Berlin",
        "Airbnb Berlin",
        "Hotel Berlin",
        "Berlin & Hamburg",
        "Natal",
        "Reading",
        "Nice",
        "Orange",
        "Offsite",
        "Vacation",
        "Lisbon",
        "Offsite in Cascais",
        "Oeiras",
        "Springfield",
        "Flight",
        "MON-FRI",
        "HR-IT",
    ],
)
def test_whole_days_that_are_no_trip_of_the_users(title: str) -> None:
    assert trips(days(title)) == []


def test_a_given_name_of_somebody_known_is_not_taken_for_a_city() -> None:
    there = days("Sofia")
    assert trips(there) == [("Sofia", "2026-04-14", "2026-04-16")]
    there.card("Sofia Marques", "sofia@example.org")
    assert trips(there) == []
    there.meeting("2026-05-05", "2026-05-07", title="Flight to Sofia")
    assert [city for city, *_ in trips(there)] == ["Sofia"]


@pytest.mark.parametrize(
    ("location", "city"),
    [
        ("Berlin", "Berlin"),
        ("Rosengasse 10, 8001 Zürich, Switzerland", "Zürich"),
        ("Rua de Cedofeita 1, 4050-179 Porto, Portugal", "Porto"),
        ("1 Main St, Cambridge, MA 02139", "Cambridge"),
        ("Messe Berlin", "Berlin"),
    ],
)
def test_a_location_in_another_city_tells_the_same_of_whole_days_and_of_an_hour(location: str, city: str) -> None:
    assert trips(days("Conference", location=location)) == [(city, "2026-04-14", "2026-04-16")]
    there = world()
    there.meeting("2026-04-14T10:00:00", "2026-04-14T11:00:00", "bo@example.org", title="Strategy", location=location)
    assert trips(there) == [(city, "2026-04-14", "2026-04-14")]


HOUR = ("2026-04-14T10:00:00", "2026-04-14T11:00:00")


@pytest.mark.parametrize(
    "more",
    [
        {"location": "https://zoom.us/j/123"},
        {"location": "Berlin / Zoom"},
        {"location": "Microsoft Teams Meeting"},
        {"location": "Room Berlin"},
        {"location": "Berlin", "description": "Join: https://meet.google.com/abc-defg-hij"},
        {"location": "Berlin", "title": "Webinar"},
        {"location": "Avenida da Liberdade 1, Lisboa"},
        {"location": "Estoril Congress Center, Cascais"},
        {"location": "Berlin", "status": "tentative"},
        {"location": "Berlin", "status": "cancelled"},
        {"location": "Sala 3"},
        {"title": "Berlin"},
    ],
)
def test_an_hour_that_is_no_trip(more: dict[str, Any]) -> None:
    there = world()
    there.meeting(*HOUR, "bo@example.org", **{"title": "Strategy", **more})
    assert trips(there) == []


def test_a_room_that_is_called_after_a_city() -> None:
    there = world()
    room = Attendee("berlin@resource.calendar.google.com", "Berlin (8)", status="accepted", kind="resource")
    there.meeting(*HOUR, "bo@example.org", room, title="Strategy", location="Berlin")
    for week in (1, 8, 15):
        day = f"2026-04-{week:02}"
        there.meeting(f"{day}T10:00:00", f"{day}T11:00:00", "bo@example.org", title=f"Talk {week}", location="Paris")
    assert trips(there) == []


@pytest.mark.parametrize("answer", ["needs-action", "declined", "tentative"])
def test_an_invitation_that_was_not_accepted_is_no_trip(answer: str) -> None:
    there = world()
    organizer = Attendee("bo@example.org", status="accepted")
    there.meeting(*HOUR, Attendee(ME, status=answer), organizer, organizer=organizer, title="Board", location="Porto")
    assert trips(there) == []
    there.meeting(*HOUR, Attendee(ME, status="accepted"), organizer, organizer=organizer, title="Board", location="Porto")
    assert trips(there) == [("Porto", "2026-04-14", "2026-04-14")]


def test_what_comes_every_week_is_no_trip() -> None:
    there = world()
    there.meeting(*HOUR, "bo@example.org", title="Jour fixe", location="Porto", series={"rules": ("FREQ=WEEKLY;COUNT=6",)})
    assert trips(there) == []


def fly(there: World, title: str, start: str, end: str, **more: Any) -> None:
    there.meeting(start, end, title=title, **more)


@pytest.mark.parametrize(
    ("out", "back", "city"),
    [
        ("Flight to Frankfurt (LH 1173)", "Flight to Lisbon (LH 1172)", "Frankfurt"),
        ("LIS-FRA", "FRA-LIS", "Frankfurt am Main"),
        ("TP572 LIS to FRA", "TP573 FRA to LIS", "Frankfurt am Main"),
        ("LIS → FRA", "FRA → LIS", "Frankfurt am Main"),
        ("✈ LIS-FRA", "✈ FRA-LIS", "Frankfurt am Main"),
        ("Flug nach Berlin", "Flug nach Lissabon", "Berlin"),
        ("Voo para o Porto", "Voo para Lisboa", "Porto"),
        ("Vol pour Paris", "Vol pour Lisbonne", "Paris"),
        ("Vuelo a Madrid", "Vuelo a Lisboa", "Madrid"),
        ("Volo per Roma", "Volo per Lisbona", "Roma"),
        ("LH 1173 Lisbon–Frankfurt", "LH 1172 Frankfurt–Lisbon", "Frankfurt"),
        ("Train to Porto", "Train to Lisbon", "Porto"),
        ("Comboio para Braga", "Comboio para Lisboa", "Braga"),
        ("Flight LH 1173: Lisbon (LIS) - Frankfurt (FRA)", "Flight LH 1172: Frankfurt (FRA) - Lisbon (LIS)", "Frankfurt"),
        ("[Flight] Lufthansa LH1173 LIS to FRA", "[Flight] Lufthansa LH1172 FRA to LIS", "Frankfurt am Main"),
        ("BA500 Lisbon - London Heathrow", "BA501 London Heathrow - Lisbon", "London"),
        ("Ryanair Flight FR1884 LIS - STN", "Ryanair Flight FR1885 STN - LIS", "London"),
        ("Lisbon → Porto", "Porto → Lisbon", "Porto"),
        ("Voo Lisboa-Porto", "Voo Porto-Lisboa", "Porto"),
        ("Flight to FRA (LH1173)", "Flight to LIS (LH1172)", "Frankfurt am Main"),
        ("ICE 123: Lisboa - München Hbf", "ICE 124: München Hbf - Lisboa", "München"),
        ("Flight to Berlin with Ana", "Flight to Lisbon with Ana", "Berlin"),
    ],
)
def test_a_flight_out_and_one_back_enclose_a_stay(out: str, back: str, city: str) -> None:
    there = world()
    fly(there, out, "2026-04-14T07:00:00", "2026-04-14T11:00:00", location="Lisbon LIS")
    fly(there, back, "2026-04-17T18:00:00", "2026-04-17T21:00:00")
    assert trips(there) == [(city, "2026-04-14", "2026-04-17")]


@pytest.mark.parametrize(
    "title",
    [
        "Ana: Flight to Berlin",
        "Ana's flight to Berlin",
        "Flight to Berlin – Ana",
        "Mum flight to Berlin",
        "Ana LIS-FRA",
        "Pick up Ana, LIS-FRA",
        "Book flight to Berlin",
        "Flight to Lisbon (TP 1234)",
        "CEO-CFO",
        "Handover Anna -> Max",
        "1:1 Anna → Paris",
        "KW 12 – Berlin",
        "Q3 2026 - Madrid review",
        "Intro to Victoria",
        "FRA-LIS team sync",
        "Flight status FRA-LIS",
    ],
)
def test_flights_of_others_and_flights_home(title: str) -> None:
    there = world()
    fly(there, title, "2026-04-14T07:00:00", "2026-04-14T11:00:00")
    assert trips(there) == []


@pytest.mark.parametrize(("title", "day"), [("Santo António", False), ("São João", False), ("Berlin", True)])
def test_what_a_single_day_may_be_called_after(title: str, day: bool) -> None:
    assert bool(trips(days(title, after="2026-04-15"))) is day


def test_a_change_of_planes_is_no_stay() -> None:
    there = world()
    fly(there, "LIS-FRA", "2026-04-14T07:00:00", "2026-04-14T11:00:00")
    fly(there, "FRA-JFK", "2026-04-14T13:00:00", "2026-04-14T21:00:00")
    fly(there, "JFK-LIS", "2026-04-18T22:00:00", "2026-04-19T09:00:00")
    assert trips(there) == [("New York City", "2026-04-14", "2026-04-18")]


def test_a_flight_a_hotel_and_a_conference_are_one_trip() -> None:
    there = world()
    fly(there, "Flight to Zurich (LX 2085)", "2026-04-14T07:00:00", "2026-04-14T11:00:00")
    there.meeting("2026-04-14", "2026-04-17", title="Stay at Hotel Adler", location="Rosengasse 10, 8001 Zürich")
    there.meeting("2026-04-15T09:00:00", "2026-04-15T18:00:00", title="Summit", location="Kongresshaus, Zürich")
    there.meeting("2026-04-18", "2026-04-20", title="Weekend in Zürich")
    (trip,) = there.ask().trips()
    assert (trip.first, trip.last) == (date(2026, 4, 14), date(2026, 4, 19))
    assert trip.titles == ("Flight to Zurich (LX 2085)", "Stay at Hotel Adler", "Summit", "Weekend in Zürich")


def test_an_ambiguous_name_is_that_of_the_city_nearest_to_the_other_stops() -> None:
    alone, beside, told = world(), world(), days("Paris, Texas")
    for there in (alone, beside):
        there.meeting("2026-04-15", "2026-04-17", title="Workshop in Paris")
    fly(beside, "Flight to Dallas (AA 12)", "2026-04-14T07:00:00", "2026-04-14T20:00:00")
    (in_france,) = alone.ask().trips()
    in_texas = beside.ask().trips()[-1]
    assert in_france.place != in_texas.place == told.ask().trips()[0].place


def test_a_trip_is_moved_and_called_off_with_its_entry() -> None:
    there = world()
    ref = there.meeting("2026-04-14", "2026-04-17", title="Berlin", uid="trip")
    there.meeting("2026-05-04", "2026-05-06", title="Berlin", uid="trip")
    assert trips(there) == [("Berlin", "2026-05-04", "2026-05-05")]
    there.gone("cal", ref)
    assert trips(there) == []


def test_a_suburb_is_the_same_place() -> None:
    (berlin,), (suburb,) = days("Berlin").ask().trips(), days("Workshop in Potsdam").ask().trips()
    assert berlin.place == suburb.place
    assert suburb.city == "Potsdam"
    assert suburb.there == berlin.there != ()


def test_where_nobody_lives_anywhere_no_trip_is_looked_for() -> None:
    there = World(POLICY)
    there.card("Bo", "bo@example.org", categories=("Inner",))
    there.meeting("2026-04-14", "2026-04-17", title="Berlin")
    assert there.ask().trips() == ()


def test_home_is_where_most_meetings_are_unless_it_is_told() -> None:
    there = world(city="")
    for day in ("09", "10", "11", "12"):
        start, end = f"2026-02-{day}T10:00:00", f"2026-02-{day}T11:00:00"
        there.meeting(start, end, "bo@example.org", title="Talk", location="Rua de Cedofeita 1, Porto")
    there.meeting(*HOUR, "bo@example.org", title="Talk", location="Rua de Santa Catarina, Porto")
    assert trips(there) == []
    there.meeting("2026-04-20T10:00:00", "2026-04-20T11:00:00", "bo@example.org", title="Talk", location="Campo Grande, Lisboa")
    assert trips(there) == [("Lisboa", "2026-04-20", "2026-04-20")]


def test_home_is_where_the_users_own_card_says() -> None:
    there = world(city="")
    there.meeting(*HOUR, "bo@example.org", title="Talk", location="Rua de Cedofeita 1, Porto")
    assert trips(there) == []
    office, home = Address("Madrid", label="work"), Address("Lisboa", label="home")
    there.card("Me Myself", "Me@Example.org", addresses=(office, home))
    assert trips(there) == [("Porto", "2026-04-14", "2026-04-14")]
    there.card("Rui Dias", "rui@example.org", categories=("Inner",), addresses=(Address("Oeiras"),))
    assert there.ask().is_local(there.person("Rui Dias").id)


def test_without_any_home_only_what_lasts_for_days_is_a_trip() -> None:
    there = world(city="")
    there.meeting(*HOUR, "bo@example.org", title="Talk", location="Rua de Cedofeita 1, Porto")
    assert trips(there) == []
    there.meeting("2026-05-14", "2026-05-17", title="Berlin")
    assert [city for city, *_ in trips(there)] == ["Berlin"]


# --- who lives there ----------------------------------------------------------------------------------------------------
def test_who_lives_there_by_category_and_by_when_they_were_last_seen() -> None:
    there = World(POLICY)
    for name, category, city in [
        ("Bea", "clients", Address("Berlin")),
        ("Cem", "Inner", Address("Potsdam", "", "Deutschland")),
        ("Dora", "Inner", Address("Berlin-Mitte", "", "Alemanha")),
        ("Eva", "Inner", Address("Hamburg")),
        ("Finn", "", Address("Berlin")),
    ]:
        there.card(f"{name} X", f"{name}@example.org", categories=(category,), addresses=(city,))
    there.card("Gil X", "gil@example.org", categories=("Inner",), addresses=(Address("Berlin"), Address("Lisboa")))
    there.meeting("2026-01-14T10:00:00", "2026-01-14T11:00:00", "cem@example.org", title="Talk")
    there.meeting("2026-04-14", "2026-04-17", title="Berlin")
    assert names(there) == ["Dora X", "Cem X", "Bea X"]
    there.meeting("2026-03-02T10:00:00", "2026-03-02T11:00:00", "dora@example.org", title="Talk")
    assert names(there) == ["Cem X", "Dora X", "Bea X"]


def names(there: World) -> list[str]:
    view = there.ask()
    trip: Trip = view.trips()[0]
    return [person.name for person_id in trip.there if (person := view.person(person_id)) is not None]


@pytest.mark.parametrize(
    ("address", "local"),
    [
        (Address("Lisboa", "", "Portugal"), True),
        (Address("Lissabon"), True),
        (Address("Oeiras"), True),
        (Address("2780-001 Oeiras"), True),
        (Address("Porto"), False),
        (Address("Lisbon", "ND", "USA"), False),
        (Address("Nowhere at all"), False),
        (Address("", "", "Portugal"), False),
    ],
)
def test_who_lives_where_the_user_does(address: Address, local: bool) -> None:
    there = World(POLICY)
    there.card("Rui Dias", "rui@example.org", categories=("Inner",), addresses=(address,))
    assert there.ask().is_local(there.person("Rui Dias").id) is local


def test_without_a_home_nobody_is_local() -> None:
    there = World()
    there.card("Rui Dias", "rui@example.org", categories=("Inner",), addresses=(Address("Lisboa"),))
    assert not there.ask().is_local(there.person("Rui Dias").id)


# --- in person, and free --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("more", "met"),
    [
        ({}, True),
        ({"location": "Café A Brasileira"}, True),
        ({"location": "Room 4", "description": "https://zoom.us/j/1"}, True),
        ({"location": "https://zoom.us/j/1"}, False),
        ({"location": "Microsoft Teams Meeting"}, False),
        ({"description": "Join: https://meet.google.com/abc-defg-hij"}, False),
        ({"url": "https://teams.microsoft.com/l/meetup-join/1"}, False),
        ({"title": "Call Ana"}, False),
        ({"title": "Zoom with Ana"}, False),
    ],
)
def test_a_call_is_no_meeting_in_person(more: dict[str, Any], met: bool) -> None:
    there = world()
    there.meeting("2026-02-10T10:00:00", "2026-02-10T11:00:00", "ana@example.org", **{"title": "Talk", **more})
    ana = there.person("Ana Lima").id
    assert there.ask().last_touch(ana) is not None
    assert (there.ask().last_in_person(ana) is not None) is met


@pytest.mark.parametrize(
    ("meetings", "free"),
    [
        ([], ("12:00", "14:00")),
        ([("11:00", "12:30")], ("12:30", "14:00")),
        ([("13:00", "15:00")], ("12:00", "13:00")),
        ([("12:30", "13:00")], ("13:00", "14:00")),
        ([("12:15", "12:45"), ("12:30", "13:15")], ("13:15", "14:00")),
        ([("09:00", "18:00")], None),
        ([("09:00", "11:00"), ("15:00", "16:00")], ("12:00", "14:00")),
    ],
)
def test_the_longest_gap_around_noon(meetings: list[tuple[str, str]], free: tuple[str, str] | None) -> None:
    there = world()
    for start, end in meetings:
        there.meeting(f"2026-03-12T{start}:00", f"2026-03-12T{end}:00", title="Talk")
    gap = there.ask().free_gap(date(2026, 3, 12), time(12), time(14))
    assert (gap and tuple(f"{each:%H:%M}" for each in gap)) == free
