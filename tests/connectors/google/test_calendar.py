"""Reading Google Calendar: what an event is told as, and what a pull costs and brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from auld.contract import Collection, Item, Kind, Pull
from auld.errors import CollectionGone, ConfigurationWrong, CredentialsRefused, CursorRefused, RateLimited, TryLater
from auld.observations import Meeting
from auld.testing.sources import NOW, Copy
from auld_connectors._google_events import read, ref_of
from auld_connectors.google_calendar import GoogleCalendarAccount
from support.google import Fault, Google, hours
from support.google.calendar import Calendar
from support.google_calendars import ME, calendar_of

MEETINGS: frozenset[Kind] = frozenset({"meeting"})
NOON = hours("2026-03-04T12:00:00")


@pytest.fixture
def primary(google: Google) -> Calendar:
    return google.account(ME).primary


@pytest.fixture
def me(google: Google, tmp_path: Path) -> GoogleCalendarAccount:
    return calendar_of(google, tmp_path)


def place(calendar: Calendar) -> Collection:
    return Collection(calendar.id, calendar.summary, MEETINGS)


def items(me: GoogleCalendarAccount, calendar: Calendar) -> dict[str, Item]:
    copy = Copy()
    copy.pull(me, place(calendar))
    return copy.items


def meeting(me: GoogleCalendarAccount, calendar: Calendar, ref: str) -> Meeting:
    item = items(me, calendar)[ref_of(calendar.id, ref)]
    assert isinstance(item.observation, Meeting), item.problem
    return item.observation


# --- one event ----------------------------------------------------------------------------------------------------------
def test_an_invitation_is_told_in_full(me: GoogleCalendarAccount, primary: Calendar) -> None:
    ref = primary.put(
        {
            "summary": "Lunch; with, Ana",
            "description": "Bring<br>the <b>plans</b>",
            "location": "Café, Lisbon",
            "hangoutLink": "https://meet.google.com/abc-defg-hij",
            "organizer": {"email": "ana@example.org", "displayName": 'Ana "Nita" Lima'},
            "attendees": [
                {"email": "ana@example.org", "displayName": "Ana Lima", "organizer": True, "responseStatus": "accepted"},
                {"email": ME, "self": True, "responseStatus": "declined"},
                {"email": "rui@example.org", "responseStatus": "tentative", "optional": True},
                {"email": "eva@example.org", "responseStatus": "needsAction"},
                {"email": "c_1@resource.calendar.google.com", "displayName": "Room 3", "resource": True},
            ],
            **hours("2026-03-04T12:00:00", 1.5),
        }
    )
    main = meeting(me, primary, ref).main
    assert main is not None
    assert (main.title, main.description, main.location) == ("Lunch; with, Ana", "Bring\nthe plans", "Café, Lisbon")
    assert (main.start, main.end, main.zone) == ("2026-03-04T12:00:00", "2026-03-04T13:30:00", "Europe/Lisbon")
    assert main.url == "https://meet.google.com/abc-defg-hij"
    assert main.organizer is not None
    assert (main.organizer.email, main.organizer.name) == ("ana@example.org", "Ana 'Nita' Lima")
    told = [(who.email, who.status, who.role, who.kind) for who in main.attendees]
    assert told == [
        ("ana@example.org", "accepted", "req-participant", "individual"),
        (ME, "declined", "req-participant", "individual"),
        ("rui@example.org", "tentative", "opt-participant", "individual"),
        ("eva@example.org", "needs-action", "req-participant", "individual"),
        ("c_1@resource.calendar.google.com", "needs-action", "req-participant", "resource"),
    ]


def test_times_are_told_on_the_clock_of_the_event_not_of_the_calendar(me: GoogleCalendarAccount, primary: Calendar) -> None:
    ref = primary.put({"summary": "Call", **hours("2026-07-04T09:00:00", zone="America/New_York")})
    main = meeting(me, primary, ref).main
    assert main is not None
    assert (main.start, main.zone) == ("2026-07-04T09:00:00", "America/New_York")


@pytest.mark.parametrize("kind", ["birthday", "focusTime", "workingLocation", "fromGmail"])
def test_what_is_no_meeting_is_sound_but_nothing(me: GoogleCalendarAccount, primary: Calendar, kind: str) -> None:
    ref = primary.put({"summary": "Something", "eventType": kind, **NOON})
    item = items(me, primary)[ref_of(ME, ref)]
    assert (item.observation, item.problem) == (None, "")


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2026-03-09T00:00:00", "2026-03-14T00:00:00", ("2026-03-09", "2026-03-14")),
        ("2026-03-09T09:00:00", "2026-03-09T18:00:00", ("2026-03-09", "2026-03-10")),
        ("2026-03-09T14:00:00", "2026-03-11T10:00:00", ("2026-03-10", "2026-03-11")),
        ("2026-03-09T14:00:00", "2026-03-09T16:00:00", ("2026-03-09T14:00:00", "2026-03-09T16:00:00")),
    ],
)
def test_who_is_out_of_office_is_away_for_the_day(
    me: GoogleCalendarAccount, primary: Calendar, start: str, end: str, told: tuple[str, str]
) -> None:
    span = {name: {"dateTime": at, "timeZone": "Europe/Lisbon"} for name, at in (("start", start), ("end", end))}
    main = meeting(me, primary, primary.put({"summary": "Away", "eventType": "outOfOffice", **span})).main
    assert main is not None
    assert (main.start, main.end) == told
    assert not main.transparent


def test_what_google_counts_by_itself_changes_no_fingerprint(me: GoogleCalendarAccount, primary: Calendar) -> None:
    ref = primary.put({"summary": "Lunch", **NOON})
    before = items(me, primary)[ref_of(ME, ref)]
    primary.edit(ref, sequence=4, htmlLink="https://www.google.com/calendar/event?eid=x", iCalUID=f"{ref}@google.com")
    after = items(me, primary)[ref_of(ME, ref)]
    assert after.version != before.version
    assert after.fingerprint == before.fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"summary": "Dinner"},
        {"colorId": "4"},
        {"description": "x"},
        {"visibility": "private"},
        {"reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_somebody_changed_changes_it(me: GoogleCalendarAccount, primary: Calendar, change: dict[str, Any]) -> None:
    ref = primary.put({"summary": "Lunch", **NOON})
    before = items(me, primary)[ref_of(ME, ref)]
    primary.edit(ref, **change)
    assert items(me, primary)[ref_of(ME, ref)].fingerprint != before.fingerprint


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"start": {}, "end": {}},
        {"start": {"dateTime": "soon"}, "end": {"dateTime": "later"}},
        {"start": {"dateTime": "0001-01-01T00:00:00+14:00", "timeZone": "UTC"}, "end": {"dateTime": "0001-01-01T00:00:00Z"}},
        {"start": {"date": "0999-12-31"}, "end": {"date": "1000-01-01"}},
        {**NOON, "attendees": [None]},
        {**NOON, "description": 7},
        {**NOON, "reminders": None},
    ],
)
def test_an_event_that_makes_no_sense_is_kept_with_its_problem(odd: dict[str, Any]) -> None:
    item = read("me/odd", [{"id": "odd", "etag": '"1"', "status": "confirmed", "iCalUID": "odd@google.com", **odd}])
    assert item is not None
    assert item.problem
    assert item.observation is None
    assert item.fingerprint
    assert b'"odd"' in item.raw


# --- series -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def series(primary: Calendar) -> str:
    return primary.put({"summary": "Weekly", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"], **NOON})


def test_a_series_is_one_item_with_its_moved_and_cancelled_dates(
    me: GoogleCalendarAccount, primary: Calendar, series: str
) -> None:
    primary.edit(f"{series}_20260311T120000Z", summary="Moved", **hours("2026-03-12T15:00:00"))
    primary.delete(f"{series}_20260318T120000Z")
    found = items(me, primary)
    assert set(found) == {ref_of(ME, series)}
    told = found[ref_of(ME, series)].observation
    assert isinstance(told, Meeting)
    assert told.rules == ("FREQ=WEEKLY;COUNT=6",)
    assert told.except_ == ("2026-03-18T12:00:00",)
    (override,) = told.overrides
    assert (override.recurrence_id, override.happening.start) == ("2026-03-11T12:00:00", "2026-03-12T15:00:00")
    assert override.happening.title == "Moved"


@pytest.mark.parametrize("tombstones", ["bare", "full"])
def test_a_date_that_changes_later_brings_the_whole_series(
    me: GoogleCalendarAccount, primary: Calendar, series: str, tombstones: Any
) -> None:
    primary.tombstones = tombstones
    primary.delete(f"{series}_20260318T120000Z")
    copy = Copy()
    copy.pull(me, place(primary))
    primary.edit(f"{series}_20260311T120000Z", **hours("2026-03-12T15:00:00"))
    before = me.requests
    (batch,) = copy.pull(me, place(primary))
    assert me.requests - before == 2
    (item,) = batch.items
    assert item.ref == ref_of(ME, series)
    assert item.fingerprint == items(me, primary)[ref_of(ME, series)].fingerprint
    primary.delete(f"{series}_20260325T120000Z")
    copy.pull(me, place(primary))
    told = copy.items[ref_of(ME, series)].observation
    assert isinstance(told, Meeting)
    assert told.except_ == ("2026-03-18T12:00:00", "2026-03-25T12:00:00")
    assert len(told.overrides) == 1


def test_a_deleted_series_is_gone_with_all_its_dates(me: GoogleCalendarAccount, primary: Calendar, series: str) -> None:
    primary.edit(f"{series}_20260311T120000Z", summary="Moved")
    copy = Copy()
    copy.pull(me, place(primary))
    primary.delete(series)
    (batch,) = copy.pull(me, place(primary))
    assert list(batch.gone) == [ref_of(ME, series)]
    assert copy.items == {}
    assert items(me, primary) == {}


def test_a_series_that_becomes_one_event_loses_its_dates(me: GoogleCalendarAccount, primary: Calendar, series: str) -> None:
    primary.edit(f"{series}_20260311T120000Z", summary="Moved")
    copy = Copy()
    copy.pull(me, place(primary))
    for other in primary.exceptions(series):
        primary.delete(other["id"])
    primary.edit(series, recurrence=None)
    copy.pull(me, place(primary))
    told = copy.items[ref_of(ME, series)].observation
    assert isinstance(told, Meeting)
    assert (told.rules, told.overrides, told.except_) == ((), (), ())


def test_when_many_series_change_everything_is_listed_instead(me: GoogleCalendarAccount, primary: Calendar) -> None:
    rule = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"]}
    refs = [primary.put({"summary": "Weekly", **rule, **NOON}) for _ in range(60)]
    copy = Copy()
    copy.pull(me, place(primary))
    for ref in refs:
        primary.edit(ref, summary="Renamed")
    before = me.requests
    copy.pull(me, place(primary))
    assert me.requests - before == 2
    assert copy.fingerprints() == sorted(item.fingerprint for item in items(me, primary).values())


def test_being_invited_to_one_date_of_a_series_is_a_meeting(me: GoogleCalendarAccount, primary: Calendar) -> None:
    start = NOON["start"]
    primary.put({"id": "theirs_20260304T120000Z", "recurringEventId": "theirs", "originalStartTime": start, **NOON})
    told = meeting(me, primary, "theirs")
    assert told.main is None
    assert [override.happening.start for override in told.overrides] == ["2026-03-04T12:00:00"]


# --- pulls --------------------------------------------------------------------------------------------------------------
def test_a_cycle_that_finds_nothing_costs_one_request_a_calendar(google: Google, me: GoogleCalendarAccount) -> None:
    account = google.account(ME)
    account.calendar("Work")
    copies = {c.id: (c, Copy()) for c in me.discover()}
    assert len(copies) == 2
    for collection, copy in copies.values():
        copy.pull(me, collection)
    before = me.requests
    for collection, copy in copies.values():
        copy.pull(me, collection)
    assert me.requests - before == 2


def test_an_expired_token_is_refused_and_everything_listed_once(
    google: Google, me: GoogleCalendarAccount, primary: Calendar
) -> None:
    for n in range(3):
        primary.put({"summary": str(n), **NOON})
    copy = Copy()
    copy.pull(me, place(primary))
    primary.delete("google00000000000000000001")
    primary.forget("google00000000000000000001")  # even its trace is gone when the token is
    primary.changes.expire()
    with pytest.raises(CursorRefused):
        list(me.pull(Pull(place(primary), copy.cursor, copy.known, False, NOW)))
    before = me.requests
    (batch,) = copy.pull(me, place(primary))
    assert me.requests - before == 2
    assert not batch.items
    assert len(copy.items) == 2


def test_our_own_write_comes_back_as_nothing(me: GoogleCalendarAccount, primary: Calendar) -> None:
    copy = Copy()
    copy.pull(me, place(primary))
    ref = primary.put({"summary": "Lunch", **NOON})
    known = {ref_of(ME, ref): primary.events[ref]["etag"]}
    (batch,) = me.pull(Pull(place(primary), copy.cursor, known, False, NOW))
    assert not batch.items


def test_pages_are_followed_and_only_the_last_one_says_where_to_go_on(me: GoogleCalendarAccount, primary: Calendar) -> None:
    for n in range(2600):
        primary.put({"summary": str(n), **NOON})
    batches = Copy().pull(me, place(primary))
    assert [len(batch.items) for batch in batches] == [2500, 100, 0]
    assert [batch.cursor is None for batch in batches] == [True, True, False]


def test_a_list_without_a_token_at_its_end_is_not_taken_for_complete(
    google: Google, me: GoogleCalendarAccount, primary: Calendar
) -> None:
    google.on("calendar.events.list", Fault(body=b'{"kind": "calendar#events", "items": []}'))
    with pytest.raises(TryLater):
        Copy().pull(me, place(primary))


@pytest.mark.parametrize("body", [b"<html>Please log in</html>", b'{"items": [', b"[]", b'"ok"', b"\xff\xfe"])
def test_what_is_not_googles_answer_is_no_empty_calendar(
    google: Google, me: GoogleCalendarAccount, primary: Calendar, body: bytes
) -> None:
    google.on("calendar.events.list", Fault(body=body, content_type="text/html"))
    with pytest.raises(TryLater):
        Copy().pull(me, place(primary))


def test_a_calendar_that_is_gone_is_gone_not_empty(google: Google, me: GoogleCalendarAccount) -> None:
    work = google.account(ME).calendar("Work")
    copy = Copy()
    copy.pull(me, place(work))
    del google.account(ME).calendars[work.id]
    with pytest.raises(CollectionGone):
        copy.pull(me, place(work))
    with pytest.raises(CollectionGone):
        me.fetch(place(work), ref_of(work.id, "abcde"))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(403, "rateLimitExceeded", {"Retry-After": "60"}), RateLimited),
        (Fault(403, "userRateLimitExceeded", {"Retry-After": "60"}), RateLimited),
        (Fault(403, "quotaExceeded", {"Retry-After": "60"}), RateLimited),
        (Fault(429, "rateLimitExceeded", {"Retry-After": "60"}), RateLimited),
        (Fault(403, "insufficientPermissions"), CredentialsRefused),
        (Fault(403, "accessNotConfigured"), ConfigurationWrong),
        (Fault(403, "forbidden"), CollectionGone),
        (Fault(401, "authError"), CredentialsRefused),
        (Fault(400, "invalid"), TryLater),
    ],
    ids=lambda value: f"{value.status} {value.reason}" if isinstance(value, Fault) else "",
)
def test_refusals_are_told_by_what_they_call_for(
    google: Google, me: GoogleCalendarAccount, primary: Calendar, fault: Fault, error: type[Exception]
) -> None:
    google.on("calendar.events.list", fault, times=10)
    with pytest.raises(error) as raised:
        Copy().pull(me, place(primary))
    assert isinstance(raised.value, error)
    if error is RateLimited:
        assert isinstance(raised.value, RateLimited)
        assert raised.value.after == 60
    assert len(google.asked("calendar.events.list")) <= 2


def test_one_id_in_two_calendars_is_two_items(google: Google, me: GoogleCalendarAccount, primary: Calendar) -> None:
    team = google.account(ME).calendar("Team")
    for calendar in (primary, team):
        calendar.put({"id": "invited", "summary": "Lunch", **NOON})
    assert [*items(me, primary), *items(me, team)] == [f"{ME}/invited", f"{team.id}/invited"]
