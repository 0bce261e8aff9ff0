"""The fake keeps the semantics of the People API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from support.google import Google, member_of
from support.google.client import CONTACTS, Client, Got
from support.google.people import Contacts

ANA = {"names": [{"givenName": "Ana", "familyName": "Lima"}], "birthdays": [{"date": {"month": 4, "day": 12}}]}
ASKED: dict[str, Any] = {
    "personFields": "names,birthdays,metadata",
    "requestSyncToken": True,
    "sources": ["READ_SOURCE_TYPE_CONTACT"],
}
CONNECTIONS = "/v1/people/me/connections"


@pytest.fixture
def client(google: Google) -> Client:
    return Client(google, *CONTACTS)


@pytest.fixture
def contacts(google: Google) -> Contacts:
    return google.account().contacts


def names(got: Got) -> list[str]:
    assert got.status == 200, got.body
    return [person["resourceName"] for person in got.body.get("connections", [])]


def pull(client: Client, token: str = "", **more: Any) -> tuple[list[str], str]:
    asked = ASKED | more | ({"syncToken": token} if token else {})
    got = client.ask("GET", CONNECTIONS, **asked)
    return names(got), got.body["nextSyncToken"]


def test_a_token_brings_what_changed_since(client: Client, contacts: Contacts) -> None:
    one, two = contacts.put(ANA), contacts.put(ANA)
    seen, token = pull(client)
    assert seen == [one, two]
    contacts.edit(one, nicknames=[{"value": "Aninhas"}])
    assert pull(client, token)[0] == [one]
    seen, token = pull(client, token)
    contacts.delete(two)
    got = client.ask("GET", CONNECTIONS, **ASKED, syncToken=token)
    (gone,) = got.body["connections"]
    assert (gone["resourceName"], gone["metadata"]["deleted"], gone.get("names")) == (two, True, None)
    assert (pull(client)[0], got.body["totalPeople"]) == ([one], 1)


def test_only_what_is_asked_for_is_told(client: Client, contacts: Contacts) -> None:
    contacts.put(ANA)
    (told,) = client.ask("GET", CONNECTIONS, personFields="names").body["connections"]
    assert told.keys() == {"resourceName", "etag", "names"}
    assert client.ask("GET", CONNECTIONS).status == 400
    assert client.ask("GET", CONNECTIONS, personFields="names,hobbies").status == 400


def test_without_a_wish_there_is_no_token(client: Client) -> None:
    assert "nextSyncToken" not in client.ask("GET", CONNECTIONS, personFields="names").body


def test_changes_show_late(google: Google, client: Client, contacts: Contacts) -> None:
    one = contacts.put(ANA)
    token = pull(client)[1]
    contacts.delay = timedelta(minutes=4)
    contacts.edit(one, nicknames=[{"value": "Aninhas"}])
    contacts.put(ANA)
    seen, token = pull(client, token)
    assert seen == []
    google.clock.advance(timedelta(minutes=5))
    assert len(pull(client, token)[0]) == 2


@pytest.mark.parametrize("why", ["never issued", "old", "withdrawn"])
def test_a_token_dies_seven_days_after_the_full_pull(google: Google, client: Client, contacts: Contacts, why: str) -> None:
    token = pull(client)[1]
    google.clock.advance(timedelta(days=6, hours=23))
    token = pull(client, token)[1]
    if why == "withdrawn":
        contacts.changes.expire()
    google.clock.advance(timedelta(hours=2 if why == "old" else 0))
    got = client.ask("GET", CONNECTIONS, **ASKED, syncToken="x" if why == "never issued" else token)
    assert (got.status, got.reason, got.body["error"]["status"]) == (400, "EXPIRED_SYNC_TOKEN", "INVALID_ARGUMENT")


def test_pages(client: Client, contacts: Contacts) -> None:
    people = [contacts.put(ANA) for _ in range(3)]
    first = client.ask("GET", CONNECTIONS, **ASKED, pageSize=2)
    assert "nextSyncToken" not in first.body
    token = first.body["nextPageToken"]
    other: dict[str, Any] = {**ASKED, "personFields": "names"}
    assert client.ask("GET", CONNECTIONS, **other, pageSize=2, pageToken=token).status == 400
    second = client.ask("GET", CONNECTIONS, **ASKED, pageSize=2, pageToken=token)
    assert names(first) + names(second) == people
    assert pull(client, second.body["nextSyncToken"])[0] == []
    assert client.ask("GET", CONNECTIONS, **ASKED, pageSize=1001).status == 400


def test_other_parameters_must_not_change(client: Client) -> None:
    token = pull(client)[1]
    other: dict[str, Any] = {**ASKED, "personFields": "names"}
    got = client.ask("GET", CONNECTIONS, **other, syncToken=token)
    assert (got.status, got.reason) == (400, "INVALID_ARGUMENT")


def test_full_pulls_have_a_quota_of_their_own(client: Client, contacts: Contacts) -> None:
    contacts.full_pulls = 1
    token = pull(client)[1]
    got = client.ask("GET", CONNECTIONS, **ASKED)
    assert (got.status, got.reason) == (429, "RATE_LIMIT_EXCEEDED")
    assert pull(client, token)[0] == []


def test_two_contacts_become_one_under_a_new_name(client: Client, contacts: Contacts) -> None:
    one, two = contacts.put(ANA), contacts.put({"names": [{"givenName": "A."}]})
    token = pull(client)[1]
    joined = contacts.merge(one, two)
    got = client.ask("GET", CONNECTIONS, **ASKED, syncToken=token)
    assert set(names(got)) == {one, two, joined}
    (told,) = (person for person in got.body["connections"] if person["resourceName"] == joined)
    assert told["metadata"]["previousResourceNames"] == [one, two]


def test_groups(google: Google, client: Client, contacts: Contacts) -> None:
    group = google.account().groups.add("Choir")
    contacts.put({**ANA, "memberships": member_of(group, "contactGroups/myContacts")})
    (told,) = client.ask("GET", CONNECTIONS, personFields="memberships").body["connections"]
    assert told["memberships"][0]["contactGroupMembership"]["contactGroupResourceName"] == group
    page = client.ask("GET", "/v1/contactGroups", pageSize=5).body
    rest = client.ask("GET", "/v1/contactGroups", pageSize=5, pageToken=page["nextPageToken"]).body
    found = {each["resourceName"]: (each["name"], each["groupType"]) for each in page["contactGroups"] + rest["contactGroups"]}
    assert found[group] == ("Choir", "USER_CONTACT_GROUP")
    assert found["contactGroups/starred"] == ("starred", "SYSTEM_CONTACT_GROUP")


def test_other_contacts_are_a_book_of_their_own(google: Google, client: Client) -> None:
    google.account().others.put({"emailAddresses": [{"value": "info@example.org"}]})
    got = client.ask("GET", "/v1/otherContacts", readMask="emailAddresses,metadata")
    assert [person["resourceName"].partition("/")[0] for person in got.body["otherContacts"]] == ["otherContacts"]
    assert pull(client)[0] == []
    assert client.ask("GET", "/v1/otherContacts", readMask="birthdays").status == 400
    assert Client(google, "contacts.readonly").ask("GET", "/v1/otherContacts", readMask="names").status == 403


def test_one_person(client: Client, contacts: Contacts) -> None:
    one = contacts.put(ANA)
    assert client.ask("GET", f"/v1/{one}", personFields="names").body["names"] == ANA["names"]
    contacts.delete(one)
    assert client.ask("GET", f"/v1/{one}", personFields="names").status == 404
