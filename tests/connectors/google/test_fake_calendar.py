"""The fake keeps the semantics of Google Calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from support.google import Google, hours, whole_day
from support.google.calendar import Calendar
from support.google.client import CalendarClient, Client, Got

LUNCH = {"summary": "Lunch", **hours("2026-03-04T12:00:00")}
WEEKLY = {"id": "weekly", "summary": "Weekly", **hours("2026-03-02T10:00:00"), "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"]}


@pytest.fixture
def client(google: Google) -> CalendarClient:
    return CalendarClient(google)


@pytest.fixture
def calendar(google: Google) -> Calendar:
    return google.account().primary


def ids(got: Got) -> list[str]:
    assert got.status == 200, got.body
    return [event["id"] for event in got.body["items"]]


def pull(client: CalendarClient, token: str = "", **more: Any) -> tuple[list[str], str]:
    got = client.listing(**({"syncToken": token} if token else {}), **more)
    return ids(got), got.body["nextSyncToken"]


# --- sync tokens --------------------------------------------------------------------------------------------------------
def test_a_token_brings_what_changed_since(client: CalendarClient, calendar: Calendar) -> None:
    one, two = calendar.put(LUNCH), calendar.put(LUNCH)
    seen, token = pull(client)
    assert seen == [one, two]
    seen, token = pull(client, token)
    assert seen == []
    calendar.edit(one, summary="Dinner")
    three = calendar.put(LUNCH)
    calendar.delete(two)
    seen, later = pull(client, token)
    assert seen == [one, three, two]
    assert pull(client, token)[0] == seen
    assert pull(client, later)[0] == []


def test_of_what_was_deleted_nothing_is_told_but_the_id(client: CalendarClient, calendar: Calendar) -> None:
    event = calendar.put(LUNCH)
    token = pull(client)[1]
    calendar.delete(event)
    (told,) = client.listing(syncToken=token).body["items"]
    assert told.keys() == {"kind", "etag", "id", "status"}
    assert told["status"] == "cancelled"
    assert pull(client)[0] == []
    assert pull(client, showDeleted=True)[0] == [event]
    assert client.get(event).body["summary"] == "Lunch"
    calendar.forget(event)
    assert (client.get(event).status, pull(client, showDeleted=True)[0]) == (404, [])


@pytest.mark.parametrize(
    "more",
    [
        {"timeMin": "2026-01-01T00:00:00Z"},
        {"privateExtendedProperty": "auld=1"},
        {"q": "x"},
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"updatedMin": "2026-03-01T00:00:00Z"},
        {"showDeleted": False},
    ],
)
def test_a_token_goes_with_no_restriction(client: CalendarClient, more: dict[str, Any]) -> None:
    token = pull(client)[1]
    assert client.listing(syncToken=token, **more).status == 400


def test_a_restricted_listing_gives_no_token(client: CalendarClient) -> None:
    assert "nextSyncToken" not in client.listing(timeMin="2026-01-01T00:00:00Z").body


def test_the_parameters_of_a_pull_must_not_change(client: CalendarClient) -> None:
    token = pull(client, maxResults=10)[1]
    assert client.listing(syncToken=token, maxResults=20).status == 200
    assert client.listing(syncToken=token, singleEvents=True).status == 400


@pytest.mark.parametrize("why", ["never issued", "withdrawn", "old"])
def test_a_token_that_is_no_good(google: Google, client: CalendarClient, calendar: Calendar, why: str) -> None:
    token = pull(client)[1]
    if why == "withdrawn":
        calendar.changes.expire()
    google.clock.advance(timedelta(days=27))
    token = pull(client, token)[1] if why == "old" else token  # a token made with a token is not younger
    google.clock.advance(timedelta(days=2 if why == "old" else 0))
    got = client.listing(syncToken="CPDAlvWDx70" if why == "never issued" else token)
    assert (got.status, got.reason) == (410, "fullSyncRequired")
    assert got.body["error"]["errors"][0]["location"] == "syncToken"


def test_a_lower_bound_too_long_ago(client: CalendarClient) -> None:
    assert client.listing(updatedMin="2025-01-01T00:00:00Z").reason == "updatedMinTooLongAgo"


# --- pages --------------------------------------------------------------------------------------------------------------
def test_only_the_last_page_has_a_sync_token(client: CalendarClient, calendar: Calendar) -> None:
    events = [calendar.put(LUNCH) for _ in range(5)]
    first = client.listing(maxResults=2)
    assert ids(first) == events[:2]
    assert "nextSyncToken" not in first.body
    calendar.edit(events[0], summary="Changed while the pages were read")
    second = client.listing(maxResults=2, pageToken=first.body["nextPageToken"])
    third = client.listing(maxResults=2, pageToken=second.body["nextPageToken"])
    assert ids(second) + ids(third) == events[2:]
    assert "nextPageToken" not in third.body
    assert pull(client, third.body["nextSyncToken"])[0] == [events[0]]


def test_what_changed_comes_in_pages_too(client: CalendarClient, calendar: Calendar) -> None:
    token = pull(client)[1]
    events = [calendar.put(LUNCH) for _ in range(3)]
    first = client.listing(syncToken=token, maxResults=2)
    second = client.listing(syncToken=token, maxResults=2, pageToken=first.body["nextPageToken"])
    assert ids(first) + ids(second) == events
    assert pull(client, second.body["nextSyncToken"])[0] == []


def test_a_page_token_dies(client: CalendarClient, calendar: Calendar) -> None:
    for _ in range(3):
        calendar.put(LUNCH)
    token = client.listing(maxResults=2).body["nextPageToken"]
    assert client.listing(maxResults=2, pageToken=token, showDeleted=True).status == 400
    calendar.pages.expire()
    got = client.listing(maxResults=2, pageToken=token)
    assert (got.status, got.body["error"]["errors"][0]["location"]) == (400, "pageToken")


# --- series -------------------------------------------------------------------------------------------------------------
def test_a_series_is_one_event_and_each_exception_another(client: CalendarClient, calendar: Calendar) -> None:
    calendar.put(WEEKLY)
    token = pull(client)[1]
    calendar.edit("weekly_20260309T100000Z", **hours("2026-03-10T15:00:00"))
    calendar.delete("weekly_20260316T100000Z")
    got = client.listing(syncToken=token)
    moved, cancelled = got.body["items"]
    assert moved["recurringEventId"] == cancelled["recurringEventId"] == "weekly"
    assert moved["originalStartTime"] == {"dateTime": "2026-03-09T10:00:00Z", "timeZone": "Europe/Lisbon"}
    assert moved["start"]["dateTime"] == "2026-03-10T15:00:00Z"
    assert moved["iCalUID"] == "weekly@google.com"
    assert cancelled.keys() == {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"}
    assert len(pull(client)[0]) == 3, "a cancelled instance belongs to the series, also where deleted events are not asked for"


def test_instances(client: CalendarClient, calendar: Calendar) -> None:
    calendar.put(WEEKLY)
    calendar.edit("weekly_20260309T100000Z", **hours("2026-03-10T15:00:00"))
    calendar.delete("weekly_20260316T100000Z")
    got = client.get("weekly/instances")
    starts = [event["start"]["dateTime"] for event in got.body["items"]]
    assert starts == ["2026-03-02T10:00:00Z", "2026-03-10T15:00:00Z", "2026-03-23T10:00:00Z", "2026-03-30T10:00:00+01:00",
                      "2026-04-06T10:00:00+01:00"]  # fmt: skip
    assert len(client.get("weekly/instances", showDeleted=True).body["items"]) == 6
    assert ids(client.listing(singleEvents=True, timeMin="2026-04-01T00:00:00Z", orderBy="startTime")) == [
        "weekly_20260406T090000Z"
    ]


def test_exdate_rdate_and_whole_days(client: CalendarClient, calendar: Calendar) -> None:
    lines = ["RRULE:FREQ=DAILY;UNTIL=20260304", "EXDATE;VALUE=DATE:20260303", "RDATE;VALUE=DATE:20260310"]
    calendar.put({"id": "days", **whole_day("2026-03-02", 2), "recurrence": lines})
    found = client.get("days/instances").body["items"]
    assert [(event["id"], event["end"]["date"]) for event in found] == [
        ("days_20260302", "2026-03-04"), ("days_20260304", "2026-03-06"), ("days_20260310", "2026-03-12")
    ]  # fmt: skip


def test_a_series_goes_with_its_exceptions(client: CalendarClient, calendar: Calendar) -> None:
    calendar.put(WEEKLY)
    calendar.edit("weekly_20260309T100000Z", summary="Other")
    token = pull(client)[1]
    assert client.delete("weekly").status == 204
    assert set(pull(client, token)[0]) == {"weekly", "weekly_20260309T100000Z"}
    assert pull(client)[0] == []
    assert client.get("weekly_20260316T100000Z").status == 404


def test_this_and_all_that_follow(client: CalendarClient, calendar: Calendar) -> None:
    calendar.put(WEEKLY | {"recurrence": ["RRULE:FREQ=WEEKLY"]})
    later = calendar.split("weekly", "weekly_20260316T100000Z", summary="Later")
    assert ids(client.get("weekly/instances")) == ["weekly_20260302T100000Z", "weekly_20260309T100000Z"]
    assert client.get(later).body["start"]["dateTime"] == "2026-03-16T10:00:00Z"
    assert client.get(later).body["iCalUID"] == "weekly_R20260316T100000@google.com"


# --- writing ------------------------------------------------------------------------------------------------------------
def test_what_is_inserted_is_completed(client: CalendarClient) -> None:
    event = client.insert({"id": "abc012", **LUNCH, "transparency": "opaque", "description": ""}, sendUpdates="none").body
    added = {
        "kind",
        "etag",
        "status",
        "created",
        "updated",
        "creator",
        "organizer",
        "iCalUID",
        "htmlLink",
        "sequence",
        "reminders",
    }
    assert event.keys() == {"id", "summary", "start", "end", "eventType"} | added
    assert event == client.get("abc012").body


def test_an_id_is_used_up_for_ever(client: CalendarClient) -> None:
    client.insert({"id": "abc012", **LUNCH})
    got = client.insert({"id": "abc012", **LUNCH})
    assert (got.status, got.reason) == (409, "duplicate")
    assert client.delete("abc012").status == 204
    assert client.insert({"id": "abc012", **LUNCH}).status == 409
    assert client.get("abc012").body["status"] == "cancelled"
    assert client.patch("abc012", {"status": "confirmed"}).status == 403
    gone = client.delete("abc012")
    assert (gone.status, gone.reason) == (410, "deleted")
    assert client.delete("never0there").status == 404


def test_etags(client: CalendarClient, calendar: Calendar) -> None:
    old = client.insert({"id": "abc012", **LUNCH}).body["etag"]
    calendar.edit("abc012", summary="Theirs")
    for got in (client.patch("abc012", {"summary": "Ours"}, etag=old), client.delete("abc012", etag=old)):
        assert (got.status, got.reason) == (412, "conditionNotMet")
    event = client.get("abc012").body
    assert event["summary"] == "Theirs"
    changed = client.patch("abc012", {"summary": "Ours"}, etag=event["etag"]).body
    assert changed["etag"] not in (old, event["etag"])
    assert client.delete("abc012", etag=changed["etag"]).status == 204


def test_a_patch_merges_and_an_update_replaces(client: CalendarClient) -> None:
    client.insert({"id": "abc012", **LUNCH, "description": "x", "extendedProperties": {"private": {"auld": "1"}}})
    patched = client.patch("abc012", {"description": None, "extendedProperties": {"private": {"more": "2"}}}).body
    assert "description" not in patched
    assert patched["extendedProperties"] == {"private": {"auld": "1", "more": "2"}}
    assert patched["sequence"] == 0
    assert client.patch("abc012", {"start": {"date": "2026-03-05"}}).status == 400, "the old dateTime stands beside the date"
    whole = {key: {"date": value["date"], "dateTime": None, "timeZone": None} for key, value in whole_day("2026-03-05").items()}
    moved = client.patch("abc012", whole).body
    assert (moved["start"], moved["sequence"]) == ({"date": "2026-03-05"}, 1)
    replaced = client.update("abc012", LUNCH).body
    assert "extendedProperties" not in replaced
    assert replaced["created"] == patched["created"]


def test_reminders_alone_do_not_change_the_time_of_change(client: CalendarClient) -> None:
    event = client.insert({"id": "abc012", **LUNCH}).body
    changed = client.patch("abc012", {"reminders": {"useDefault": False}}).body
    assert changed["updated"] == event["updated"]
    assert changed["etag"] != event["etag"]


@pytest.mark.parametrize(
    "body",
    [
        {**LUNCH, "id": "has-hyphens"},
        {**LUNCH, "id": "wxyz0"},
        {**LUNCH, "id": "abcd"},
        {**LUNCH, "end": {"date": "2026-03-05"}},
        {**whole_day("2026-03-04", 0)},
        {"start": {"dateTime": "2026-03-04T10:00:00"}, "end": {"dateTime": "2026-03-04T11:00:00"}},
        {**WEEKLY, "recurrence": ["DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY"]},
        {**WEEKLY, "start": {"dateTime": "2026-03-02T09:00:00Z"}},
        {**LUNCH, "reminders": {"useDefault": True, "overrides": [{"method": "popup", "minutes": 10}]}},
        {**LUNCH, "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}] * 6}},
        {**LUNCH, "attendees": [{"displayName": "Ana"}]},
        {**LUNCH, "eventType": "fromGmail"},
        {**LUNCH, "extendedProperties": {"private": {"k" * 45: "v"}}},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(client: CalendarClient, calendar: Calendar, body: dict[str, Any]) -> None:
    assert client.insert(body).status == 400
    assert not calendar.events


# --- calendars ----------------------------------------------------------------------------------------------------------
def test_calendars_and_roles(google: Google) -> None:
    account, client = google.account(), Client(google, "calendar")
    account.calendar("Holidays", "reader", extra={"hidden": True})
    team = account.calendar("Team", "freeBusyReader", id="team@example.org")
    got = client.ask("GET", "/calendar/v3/users/me/calendarList").body["items"]
    assert [(each["summary"], each["accessRole"], each.get("primary", False)) for each in got] == [
        ("me@example.org", "owner", True), ("Team", "freeBusyReader", False)
    ]  # fmt: skip
    assert (
        len(client.ask("GET", "/calendar/v3/users/me/calendarList", showHidden=True, minAccessRole="reader").body["items"]) == 2
    )
    team.put({**LUNCH, "attendees": [{"email": "ana@example.org"}]})
    theirs = CalendarClient(google, calendar=team.id)
    (event,) = theirs.listing().body["items"]
    assert (event["visibility"], event.get("summary"), event.get("attendees")) == ("private", None, None)
    assert theirs.insert(LUNCH).reason == "requiredAccessLevel"


def test_a_calendar_is_made_and_goes(google: Google) -> None:
    client = Client(google, "calendar.app.created", "calendar.calendarlist.readonly")
    made = client.ask("POST", "/calendar/v3/calendars", {"summary": "auld", "timeZone": "Europe/Lisbon"}).body
    entry = client.ask("GET", f"/calendar/v3/users/me/calendarList/{made['id']}").body
    assert (entry["summary"], entry["accessRole"], entry["colorId"]) == ("auld", "owner", "14")
    assert client.ask("DELETE", "/calendar/v3/calendars/me@example.org").status == 403
    assert client.ask("DELETE", f"/calendar/v3/calendars/{made['id']}").status == 204
    assert CalendarClient(google, calendar=made["id"]).listing().status == 404
