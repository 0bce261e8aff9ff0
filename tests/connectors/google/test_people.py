"""What a person of Google's means: names, jobs, dates, labels, and what the user makes up."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from auld.contract import Item
from auld.observations import Address, Contact, Labelled, LabelledDate, PartialDate
from auld_connectors._google_people import Trace, groups, item

PRIMARY = {"metadata": {"primary": True, "source": {"type": "CONTACT", "id": "1"}}}


def read_item(**fields: Any) -> Item:
    person = {"resourceName": "people/c1", "etag": "%e", **fields}
    return item(person, msgspec.convert(person, Trace), {})


def read(**fields: Any) -> Contact:
    found = read_item(**fields).observation
    assert isinstance(found, Contact)
    return found


def date(year: int = 0, month: int = 0, day: int = 0) -> dict[str, int]:
    """As Google sends it: what is 0 is left out."""
    return {name: value for name, value in {"year": year, "month": month, "day": day}.items() if value}


class TestNames:
    def test_the_parts_of_a_name(self) -> None:
        name = {"displayName": "Dr. Ana Maria Lima PhD", "givenName": "Ana", "middleName": "Maria", "familyName": "Lima"}
        contact = read(names=[{**name, "honorificPrefix": "Dr.", "honorificSuffix": "PhD"}])
        assert (contact.name, contact.given, contact.additional) == ("Dr. Ana Maria Lima PhD", "Ana", "Maria")
        assert (contact.family, contact.prefix, contact.suffix) == ("Lima", "Dr.", "PhD")

    def test_the_primary_one_counts(self) -> None:
        assert read(names=[{"displayName": "A. Lima"}, {"displayName": "Ana Lima", **PRIMARY}]).name == "Ana Lima"

    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"names": [{"givenName": "Ana", "familyName": "Lima"}]}, "Ana Lima"),
            ({"names": [{"unstructuredName": "Ana  Lima"}]}, "Ana Lima"),
            ({"nicknames": [{"value": "Aninhas"}]}, "Aninhas"),
            ({"organizations": [{"name": "Acme"}]}, "Acme"),
            ({"emailAddresses": [{"value": "ana@example.org"}]}, "ana@example.org"),
            ({"phoneNumbers": [{"value": "912 345 678"}]}, "912 345 678"),
            ({}, ""),
        ],
    )
    def test_who_has_none_is_called_by_what_there_is(self, fields: dict[str, Any], name: str) -> None:
        assert read(**fields).name == name

    def test_a_firm_is_no_person(self) -> None:
        assert read(organizations=[{"name": "Acme"}]).kind == "org"
        assert read(names=[{"displayName": "Ana", "givenName": "Ana"}], organizations=[{"name": "Acme"}]).kind == "individual"
        assert read(emailAddresses=[{"value": "ana@example.org"}]).kind == "individual"


class TestJobs:
    def test_the_job_and_its_first_day(self) -> None:
        job = {"name": "Acme", "department": "Sales", "title": "Head", "type": "work", "startDate": date(2019, 4, 1)}
        contact = read(organizations=[job])
        assert (contact.organisation, contact.units, contact.title) == ("Acme", ("Sales",), "Head")
        assert contact.dates == (LabelledDate(PartialDate(4, 1, 2019), "work"),)

    def test_what_has_ended_is_over(self) -> None:
        old = {"name": "Initech", "startDate": date(2010, 1, 1), "endDate": date(2019), **PRIMARY}
        contact = read(organizations=[old, {"name": "Acme"}])
        assert (contact.organisation, contact.dates) == ("Acme", ())
        assert read(organizations=[old]).organisation == ""

    def test_a_contract_with_an_end_is_current_if_said_so(self) -> None:
        job = {"name": "Acme", "startDate": date(2026, 1, 5), "endDate": date(2027, 1, 4), "current": True}
        assert read(organizations=[job]).organisation == "Acme"

    def test_a_school_is_no_employer(self) -> None:
        school = {"name": "Técnico", "type": "school", "startDate": date(2001, 9, 15)}
        contact = read(organizations=[school, {"name": "Acme"}])
        assert (contact.organisation, contact.dates) == ("Acme", ())

    @pytest.mark.parametrize("start", [date(2019), date(2019, 4)])
    def test_a_start_without_its_day_is_no_anniversary(self, start: dict[str, int]) -> None:
        assert read(organizations=[{"name": "Acme", "startDate": start}]).dates == ()


class TestDates:
    @pytest.mark.parametrize(
        ("told", "day"),
        [
            (date(1980, 4, 12), PartialDate(4, 12, 1980)),
            (date(0, 4, 12), PartialDate(4, 12)),
            (date(1604, 4, 12), PartialDate(4, 12)),
            (date(0, 2, 29), PartialDate(2, 29)),
            (date(1981, 2, 29), None),
            (date(1980, 4), None),
            (date(1980), None),
            ({"month": 13, "day": 1}, None),
            ({"month": 4, "day": -1}, None),
            ({}, None),
        ],
    )
    def test_birthdays(self, told: dict[str, int], day: PartialDate | None) -> None:
        assert read(birthdays=[{"date": told}]).birthday == day

    def test_a_birthday_in_words_alone_is_none(self) -> None:
        assert read(birthdays=[{"text": "circa 1980"}, {"date": date(0, 4, 12)}]).birthday == PartialDate(4, 12)

    def test_events_keep_the_users_words(self) -> None:
        events = [("anniversary", 6), ("First met", 7), ("other", 8)]
        contact = read(events=[{"type": label, "formattedType": "?", "date": date(2015, month, 1)} for label, month in events])
        assert [(each.label, each.date.month) for each in contact.dates] == [("Anniversary", 6), ("First met", 7), ("", 8)]


class TestLines:
    def test_addresses_and_numbers_with_their_labels(self) -> None:
        emails = [{"value": "ana@home.example", "type": "home"}, {"value": "ana@acme.example", "type": "work", **PRIMARY}]
        numbers = [
            ("mobile", "cell"),
            ("workFax", "fax"),
            ("workMobile", "cell"),
            ("main", ""),
            ("Boat", "boat"),
            ("pager", "pager"),
        ]
        contact = read(
            emailAddresses=emails,
            phoneNumbers=[{"value": f"91234567{n}", "type": type_} for n, (type_, _) in enumerate(numbers)],
        )
        assert contact.emails == (Labelled("ana@acme.example", "work"), Labelled("ana@home.example", "home"))
        assert [phone.label for phone in contact.phones] == [label for _, label in numbers]

    def test_a_number_is_taken_in_its_international_form(self) -> None:
        phones = [{"value": "912 345 678", "canonicalForm": "+351912345678"}, {"value": "+351912345678"}]
        assert read(phoneNumbers=phones).phones == (Labelled("+351912345678"),)

    def test_where_they_live_and_what_they_write(self) -> None:
        places = [
            {"city": "Porto", "region": "Norte", "country": "Portugal", "countryCode": "PT", "type": "work"},
            {"city": "Lisbon", "countryCode": "PT", "type": "home", "formattedValue": "Rua Augusta 1\nLisbon"},
            {"streetAddress": "Rua Augusta 1"},
        ]
        contact = read(addresses=places, urls=[{"value": "https://ana.example", "type": "homePage"}])
        assert contact.addresses == (Address("Porto", "Norte", "Portugal", "work"), Address("Lisbon", "", "PT", "home"))
        assert contact.urls == (Labelled("https://ana.example", "homepage"),)


def test_what_the_user_made_up() -> None:
    contact = read(
        interests=[{"value": "Sailing"}],
        skills=[{"value": "Export law"}],
        occupations=[{"value": "Solicitor"}],
        biographies=[{"value": "Met in Porto.\nLikes tea.", "contentType": "TEXT_PLAIN"}],
        relations=[{"person": "Rui", "type": "spouse"}, {"person": "Eva", "type": "Boss of"}, {"person": ""}],
        userDefined=[
            {"key": "Hobbies", "value": "chess, sailing, Sailing"},
            {"key": "Expertise", "value": "customs"},
            {"key": "Locker", "value": "12"},
        ],
    )
    assert contact.interests == ("Sailing", "chess", "sailing")
    assert contact.expertise == ("Export law", "customs")
    assert contact.role == "Solicitor"
    assert contact.note == "Met in Porto.\nLikes tea.\nspouse: Rui\nBoss of: Eva\nLocker: 12"


class TestFingerprints:
    def test_what_google_rewrites_by_itself_changes_nothing(self) -> None:
        name = {"displayName": "Ana Lima", "givenName": "Ana"}
        one = read_item(
            names=[name], etag="%1", metadata={"sources": [{"type": "CONTACT", "updateTime": "2026-01-01T00:00:00Z"}]}
        )
        same = read_item(
            names=[{**name, **PRIMARY, "displayNameLastFirst": "Lima, Ana"}], etag="%2", metadata={"objectType": "PERSON"}
        )
        assert one.fingerprint == same.fingerprint
        assert one.version != same.version

    @pytest.mark.parametrize(
        "fields",
        [
            {"nicknames": [{"value": "Aninhas"}]},
            {"birthdays": [{"date": date(0, 4, 12)}]},
            {"relations": [{"person": "Rui", "type": "spouse"}]},
            {"organizations": [{"name": "Acme", "startDate": date(2019, 4, 1)}]},
        ],
    )
    def test_what_the_user_changes_does(self, fields: dict[str, Any]) -> None:
        assert (
            read_item(names=[{"displayName": "Ana"}]).fingerprint
            != read_item(names=[{"displayName": "Ana"}], **fields).fingerprint
        )


@pytest.mark.parametrize(
    "fields", [{"names": {}}, {"names": [7]}, {"names": [{"displayName": 7}]}, {"birthdays": [{"date": "1980-04-12"}]}]
)
def test_a_field_of_the_wrong_type_makes_the_person_unreadable_and_quotes_nothing(fields: dict[str, Any]) -> None:
    found = read_item(**{"nicknames": [{"value": "secret words"}], **fields})
    assert found.observation is None
    assert next(iter(fields)) in found.problem
    assert "secret words" not in found.problem
    assert b"secret words" in found.raw


def test_groups_without_a_name_are_no_categories() -> None:
    found: list[dict[str, Any]] = [
        {"resourceName": "contactGroups/1", "groupType": "USER_CONTACT_GROUP", "name": "Clients"},
        {"resourceName": "contactGroups/myContacts", "groupType": "SYSTEM_CONTACT_GROUP", "name": "myContacts"},
        {"resourceName": "contactGroups/starred", "groupType": "SYSTEM_CONTACT_GROUP", "name": "starred"},
        {"resourceName": "contactGroups/2", "groupType": "USER_CONTACT_GROUP", "metadata": {"deleted": True}},
    ]
    assert groups(found) == {"contactGroups/1": "Clients", "contactGroups/starred": "starred"}
