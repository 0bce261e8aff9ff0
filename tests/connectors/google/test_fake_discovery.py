"""The fake holds everybody to Google's documents: what they do not know is a failure, and is found by the validator itself."""

from __future__ import annotations

from typing import Any

import pytest

from support.google import Fault, Google, run_google, whole_day
from support.google.client import CALENDAR, TASKS, CalendarClient, Client
from support.google.discovery import api, check

EVENT = {"summary": "Lunch", **whole_day("2026-03-04")}
INSERT = next(method for method in api("calendar.v3").methods if method.name == "calendar.events.insert")
CONNECTIONS = next(method for method in api("people.v1").methods if method.name == "people.people.connections.list")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"calender": ["x"]}, "no such parameter: calender"),
        ({"calendarId": ["x"]}, "no such parameter: calendarId"),  # it belongs into the path
        ({"sendUpdates": ["no"]}, "sendUpdates is none of"),
        ({"sendUpdates": ["all", "none"]}, "more than one sendUpdates"),
        ({"maxAttendees": ["many"]}, "maxAttendees is no integer"),
        ({"maxAttendees": ["0"]}, "maxAttendees is out of range"),
        ({"conferenceDataVersion": ["2"]}, "conferenceDataVersion is out of range"),
        ({"supportsAttachments": ["True"]}, "supportsAttachments is no boolean"),
    ],
)
def test_parameters(query: dict[str, list[str]], problem: str) -> None:
    _, problems = api("calendar.v3").check_request(INSERT, query, EVENT)
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_a_missing_parameter() -> None:
    move = next(method for method in api("calendar.v3").methods if method.name == "calendar.events.move")
    assert api("calendar.v3").check_request(move, {}, None)[1] == ["parameter missing: destination"]


def test_formats_of_parameters() -> None:
    listing = next(method for method in api("calendar.v3").methods if method.name == "calendar.events.list")
    check_request = api("calendar.v3").check_request
    assert check_request(listing, {"timeMin": ["2026-03-04T00:00:00Z"], "eventTypes": ["default", "birthday"]}, None)[1] == []
    assert check_request(listing, {"timeMin": ["2026-03-04T00:00:00"]}, None)[1] == [
        "timeMin has no offset: '2026-03-04T00:00:00'"
    ]
    assert check_request(listing, {"timeMin": ["yesterday"]}, None)[1][0].startswith("timeMin is no date-time")
    assert api("people.v1").check_request(CONNECTIONS, {"personFields": ["names, birthdays"]}, None)[1] != []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (None, "the body is missing"),
        ([], "body is no object"),
        ({"summary": "x", "start": {"date": "2026-03-04"}}, "body.end is missing"),
        ({**EVENT, "title": "x"}, "no such field: body.title"),
        ({**EVENT, "summary": 3}, "body.summary is no string"),
        ({**EVENT, "start": {"day": "2026-03-04"}}, "no such field: body.start.day"),
        ({**EVENT, "start": {"date": "2026-3-4"}}, "body.start.date is no date"),
        ({**EVENT, "start": {"date": "2026-02-30"}}, "body.start.date is no date"),
        ({**EVENT, "start": {"dateTime": "noon"}}, "body.start.dateTime is no date-time"),
        ({**EVENT, "attendees": {"email": "a@b"}}, "body.attendees is no array"),
        ({**EVENT, "attendees": [{"mail": "a@b"}]}, "no such field: body.attendees[0].mail"),
        ({**EVENT, "sequence": True}, "body.sequence is no integer"),
        ({**EVENT, "sequence": 2**31}, "body.sequence is no integer"),
        ({**EVENT, "reminders": {"overrides": [{"minutes": "5"}]}}, "body.reminders.overrides[0].minutes is no integer"),
        ({**EVENT, "extendedProperties": {"private": {"auld": 1}}}, "body.extendedProperties.private.auld is no string"),
        ({**EVENT, "locked": "true"}, "body.locked is no boolean"),
    ],
)
def test_bodies(body: Any, problem: str) -> None:
    _, problems = api("calendar.v3").check_request(INSERT, {}, body)
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_a_body_where_there_is_none() -> None:
    assert api("people.v1").check_request(CONNECTIONS, {}, {})[1] == ["a body where there is none"]


def test_null_is_for_requests_alone() -> None:
    schemas = api("calendar.v3").schemas
    assert check(schemas, {"$ref": "Event"}, {"summary": None}, "body", nulls=True) == []
    assert check(schemas, {"$ref": "Event"}, {"summary": None}, "answer") == ["answer.summary is no string: None"]


def test_every_schema_can_be_read() -> None:
    for name in ("calendar.v3", "people.v1", "tasks.v1"):
        for schema in api(name).schemas:
            assert check(api(name).schemas, {"$ref": schema}, {}, schema) == []


@pytest.mark.parametrize(
    ("verb", "path", "name"),
    [
        ("GET", "/calendar/v3/calendars/a%2Fb%40c/events/x_20260304", "calendar.events.get"),
        ("GET", "/calendar/v3/users/me/calendarList", "calendar.calendarList.list"),
        ("GET", "/v1/people/me/connections", "people.people.connections.list"),
        ("GET", "/v1/people/c1", "people.people.get"),
        ("GET", "/v1/contactGroups", "people.contactGroups.list"),
        ("PATCH", "/tasks/v1/lists/@default/tasks/x", "tasks.tasks.patch"),
    ],
)
def test_methods_are_found(verb: str, path: str, name: str) -> None:
    found = next(hit for each in ("calendar.v3", "people.v1", "tasks.v1") if (hit := api(each).find(verb, path)))
    assert found[0].name == name
    assert found[1].get("calendarId", "a/b@c") == "a/b@c"


# --- through the server -------------------------------------------------------------------------------------------------
def test_a_breach_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="no such parameter: calendar"), run_google() as google:
        assert CalendarClient(google).listing(calendar="primary").status == 400


@pytest.mark.parametrize("path", ["/calendar/v3/calendar", "/batch/calendar/v3", "/calendar/v3/colours"])
def test_an_unknown_address_fails_the_test(path: str) -> None:
    with pytest.raises(AssertionError, match="no such method"), run_google() as google:
        assert Client(google, *CALENDAR).ask("GET", path).status == 404


def test_a_method_that_the_fake_does_not_have_fails_the_test() -> None:
    with pytest.raises(AssertionError, match=r"does not know calendar\.colors\.get"), run_google() as google:
        assert Client(google, *CALENDAR).ask("GET", "/calendar/v3/colors").status == 501


def test_a_body_that_is_no_json_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="no JSON"), run_google() as google:
        CalendarClient(google).insert(b"{")


def test_an_answer_that_google_would_not_give_fails_the_test() -> None:
    with pytest.raises(AssertionError, match=r"answers wrongly: no such field: answer\.items"), run_google() as google:
        google.account().primary.put({**EVENT, "colour": "red"})
        CalendarClient(google).listing()


# --- who may do what ----------------------------------------------------------------------------------------------------
def test_without_a_token_nothing_goes(google: Google) -> None:
    got = Client(google).ask("GET", "/tasks/v1/users/@me/lists")
    assert (got.status, got.reason) == (401, "authError")
    assert got.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_scope_opens_what_the_documents_say(google: Google) -> None:
    reader = CalendarClient(google, "calendar.events.readonly")
    assert reader.listing().status == 200
    assert (reader.insert(EVENT).status, reader.insert(EVENT).reason) == (403, "insufficientPermissions")
    calendars = reader.ask("GET", "/calendar/v3/users/me/calendarList")
    assert (calendars.status, calendars.reason) == (403, "insufficientPermissions")


def test_a_program_may_be_confined_to_the_calendars_that_it_made(google: Google) -> None:
    scopes = ("calendar.events.readonly", "calendar.app.created")
    made = Client(google, *scopes).ask("POST", "/calendar/v3/calendars", {"summary": "auld"}).body["id"]
    assert CalendarClient(google, *scopes, calendar=made).insert(EVENT).status == 200
    assert CalendarClient(google, *scopes).insert(EVENT).status == 403
    assert CalendarClient(google, *scopes).listing().status == 200


# --- faults -------------------------------------------------------------------------------------------------------------
def test_a_fault_strikes_as_often_as_it_is_told(google: Google) -> None:
    google.on("calendar.events.list", Fault(403, "rateLimitExceeded", {"Retry-After": "7"}), times=2)
    client = CalendarClient(google)
    got = [client.listing() for _ in range(3)]
    assert [each.status for each in got] == [403, 403, 200]
    assert (got[0].reason, got[0].headers["Retry-After"]) == ("rateLimitExceeded", "7")
    assert [asked.status for asked in google.asked("calendar.events")] == [403, 403, 200]


def test_an_answer_may_get_lost_after_the_deed(google: Google) -> None:
    google.on("tasks.tasks.insert", Fault(wire="drop", after=True))
    with pytest.raises(ConnectionError):
        Client(google, *TASKS).ask("POST", "/tasks/v1/lists/@default/tasks", {"title": "Call"})
    assert [task["title"] for task in google.account().tasks.tasks.values()] == ["Call"]


def test_parts_of_an_answer_can_be_asked_for(google: Google) -> None:
    google.account().primary.put({"id": "lunch", **EVENT})
    client = CalendarClient(google)
    assert client.listing(fields="items(id,start/date)").body == {"items": [{"id": "lunch", "start": {"date": "2026-03-04"}}]}
    assert client.listing(fields="items/id,timeZone").body == {"items": [{"id": "lunch"}], "timeZone": "Europe/Lisbon"}
    assert client.get("lunch", fields="end(date)").body == {"end": {"date": "2026-03-05"}}
