"""Follow-ups in Google Calendar: what stands there, what the user does with it, and what happens when an answer is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auld.contract import Collection, Entry, Held, Kind
from auld.errors import CollectionGone, Conflict, CredentialsRefused, RateLimited, Refused, TryLater, UsedUp
from auld.observations import Meeting
from auld.testing.sinks import ENTRY, seen
from auld.testing.sources import Copy
from auld_connectors._google_events import id_of, ref_of
from auld_connectors.google_calendar import GoogleCalendarAccount
from support.google import Fault, Google, hours, whole_day
from support.google.calendar import Calendar
from support.google_calendars import ME, calendar_of

EVENT = replace(ENTRY, form="event")
KEY = id_of(EVENT.uid)
REF = ref_of("c00000000000000000000000001@group.calendar.google.com", KEY)
"""In the first calendar beside the user's own."""
EVENING: dict[str, Any] = {name: {"date": None, **when} for name, when in hours("2026-03-05T18:00:00").items()}
"""An edit that makes an event of hours of one of days."""


@pytest.fixture
def calendar(google: Google) -> Calendar:
    return google.account(ME).calendar("auld", made_by_app=True)


@pytest.fixture
def me(google: Google, tmp_path: Path) -> GoogleCalendarAccount:
    return calendar_of(google, tmp_path)


@pytest.fixture
def place(calendar: Calendar) -> Collection:
    meetings: frozenset[Kind] = frozenset({"meeting"})
    return Collection(calendar.id, calendar.summary, meetings, meetings)


def created(me: GoogleCalendarAccount, place: Collection, entry: Entry = EVENT) -> Held:
    me.create(place, entry)
    held = me.fetch(place, REF)
    assert held is not None
    return held


# --- what stands there --------------------------------------------------------------------------------------------------
def test_it_is_an_all_day_event_in_free_time_without_guests_or_mail(
    google: Google, me: GoogleCalendarAccount, calendar: Calendar, place: Collection
) -> None:
    me.create(place, EVENT)
    event = calendar.events[KEY]
    assert (event["start"], event["end"]) == ({"date": "2026-03-05"}, {"date": "2026-03-06"})
    assert event["transparency"] == "transparent"
    assert event["reminders"] == {"useDefault": False}
    assert "attendees" not in event
    (asked,) = google.asked("calendar.events.insert")
    assert asked.query["sendUpdates"] == ["none"]


def test_an_alarm_comes_at_its_time_on_the_day_before(me: GoogleCalendarAccount, calendar: Calendar, place: Collection) -> None:
    me.create(place, replace(EVENT, alarm="09:30"))
    assert calendar.events[KEY]["reminders"]["overrides"] == [{"method": "popup", "minutes": 14 * 60 + 30}]


def test_no_task_is_made_of_an_event(me: GoogleCalendarAccount, place: Collection) -> None:
    with pytest.raises(Refused):
        me.create(place, ENTRY)


def test_an_address_in_brackets_is_shown_not_swallowed(
    me: GoogleCalendarAccount, calendar: Calendar, place: Collection
) -> None:
    text = "Ana Lima <ana@example.org>\nQ&A < 3"
    held = created(me, place, replace(EVENT, description=text))
    assert seen(held)[1] == text
    assert "&lt;ana@" in calendar.events[KEY]["description"]


def test_a_copy_of_the_users_is_marked_but_another(me: GoogleCalendarAccount, calendar: Calendar, place: Collection) -> None:
    me.create(place, EVENT)
    copy = calendar.put({**calendar.events[KEY], "id": "usercopy", "iCalUID": "usercopy@google.com"})
    found = Copy()
    found.pull(me, place)
    told = found.items[ref_of(calendar.id, copy)].observation
    assert isinstance(told, Meeting)
    assert (told.uid, told.mark) == ("usercopy@google.com", EVENT.uid)


# --- what the user does -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("tombstones", ["bare", "full"])
def test_what_the_user_deleted_is_gone_and_is_not_made_again(
    me: GoogleCalendarAccount, calendar: Calendar, place: Collection, tombstones: Any
) -> None:
    calendar.tombstones = tombstones
    held = created(me, place)
    copy = Copy()
    copy.pull(me, place)
    calendar.delete(KEY)
    (batch,) = copy.pull(me, place)
    assert list(batch.gone) == [REF]
    assert me.fetch(place, REF) is None
    with pytest.raises(Conflict):
        me.update(place, held, replace(EVENT, title="New"), frozenset({"title"}))
    with pytest.raises(UsedUp):
        me.create(place, EVENT)
    me.remove(place, held)
    assert calendar.events[KEY]["status"] == "cancelled"


def test_what_google_forgot_is_gone_too(me: GoogleCalendarAccount, calendar: Calendar, place: Collection) -> None:
    created(me, place)
    copy = Copy()
    copy.pull(me, place)
    calendar.forget(KEY)
    assert me.fetch(place, REF) is None
    batches = copy.pull(me, place, full=True)
    assert batches[-1].listing == {}


def test_what_the_user_moved_to_another_calendar_is_gone_from_here(
    google: Google, me: GoogleCalendarAccount, calendar: Calendar, place: Collection
) -> None:
    created(me, place)
    calendar.move(KEY, google.account(ME).primary)
    assert me.fetch(place, REF) is None
    there = me.fetch(replace(place, id=ME), ref_of(ME, KEY))
    assert there is not None
    assert isinstance(there.item.observation, Meeting)
    assert there.item.observation.mark == EVENT.uid


@pytest.mark.parametrize(
    "edit",
    [
        {"summary": "✓ Ana"},
        {"description": "met her<br>yesterday"},
        whole_day("2026-03-09"),
        EVENING,
        {"location": "Rome"},
        {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]},
        {"attendees": [{"email": "ana@example.org"}]},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_an_edit_reaches_the_pull_and_stops_every_write(
    me: GoogleCalendarAccount, calendar: Calendar, place: Collection, edit: dict[str, Any]
) -> None:
    held = created(me, place)
    copy = Copy()
    copy.pull(me, place)
    calendar.edit(KEY, **edit)
    (item,) = (item for batch in copy.pull(me, place) for item in batch.items)
    now = me.fetch(place, REF)
    assert now is not None
    assert item.fingerprint == now.item.fingerprint != held.item.fingerprint
    with pytest.raises(Conflict):
        me.update(place, held, replace(EVENT, title="New"), frozenset({"title"}))
    with pytest.raises(Conflict):
        me.remove(place, held)


def test_what_the_user_added_stays_when_a_field_of_ours_is_written(
    me: GoogleCalendarAccount, calendar: Calendar, place: Collection
) -> None:
    created(me, place)
    mine = {"location": "Rome", "colorId": "4", "attendees": [{"email": "ana@example.org"}]}
    calendar.edit(KEY, **mine, **EVENING)
    held = me.fetch(place, REF)
    assert held is not None
    me.update(place, held, replace(EVENT, title="New"), frozenset({"title"}))
    event = calendar.events[KEY]
    assert event["summary"] == "New"
    assert {name: event[name] for name in mine} == mine
    assert event["start"]["dateTime"].startswith("2026-03-05T18:00:00")


def test_a_timed_event_can_be_put_on_another_day(me: GoogleCalendarAccount, calendar: Calendar, place: Collection) -> None:
    created(me, place)
    calendar.edit(KEY, **EVENING)
    held = me.fetch(place, REF)
    assert held is not None
    me.update(place, held, EVENT, frozenset({"day"}))
    assert calendar.events[KEY]["start"] == {"date": "2026-03-05"}


def test_a_tick_leaves_the_users_formatting_alone(me: GoogleCalendarAccount, calendar: Calendar, place: Collection) -> None:
    created(me, place)
    calendar.edit(KEY, description="<b>met</b> her<br>moved to <a href='https://rome.example'>Rome</a>")
    held = me.fetch(place, REF)
    text = seen(held)[1]
    assert text == "met her\nmoved to Rome (https://rome.example)"
    assert held is not None
    me.update(place, held, replace(EVENT, description=f"✓ {text}"), frozenset({"description"}))
    assert calendar.events[KEY]["description"] == "<b>✓ met</b> her<br>moved to <a href='https://rome.example'>Rome</a>"


def test_what_auld_called_off_leaves_the_calendar_but_can_still_be_read(
    me: GoogleCalendarAccount, calendar: Calendar, place: Collection
) -> None:
    held = created(me, place)
    me.update(place, held, EVENT, frozenset({"closed"}))
    assert calendar.events[KEY]["status"] == "cancelled"
    assert seen(me.fetch(place, REF))[3] == "cancelled"


# --- lost answers, and other troubles -----------------------------------------------------------------------------------
@pytest.mark.parametrize("wire", ["drop", "cut"])
def test_a_creation_whose_answer_is_lost_is_not_repeated(
    google: Google, me: GoogleCalendarAccount, place: Collection, wire: Any
) -> None:
    google.on("calendar.events.insert", Fault(after=True, wire=wire))
    with pytest.raises(TryLater):
        me.create(place, EVENT)
    assert len(google.asked("calendar.events.insert")) == 1
    assert seen(me.fetch(place, REF))[0] == EVENT.title
    with pytest.raises(Conflict):
        me.create(place, EVENT)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(500, "backendError"), TryLater),
        (Fault(503, "backendError", {"Retry-After": "30"}), RateLimited),
        (Fault(403, "rateLimitExceeded"), RateLimited),
        (Fault(403, "quotaExceeded"), RateLimited),
        (Fault(403, "insufficientPermissions"), CredentialsRefused),
        (Fault(403, "forbidden"), Refused),
        (Fault(400, "invalid"), Refused),
        (Fault(409, "duplicate"), Conflict),
        (Fault(412, "conditionNotMet"), Conflict),
    ],
    ids=lambda value: f"{value.status} {value.reason}" if isinstance(value, Fault) else "",
)
def test_a_write_is_sent_once_whatever_the_refusal(
    google: Google, me: GoogleCalendarAccount, place: Collection, fault: Fault, error: type[Exception]
) -> None:
    google.on("calendar.events.insert", fault, times=5)
    with pytest.raises(error):
        me.create(place, EVENT)
    assert len(google.asked("calendar.events.insert")) == 1


def test_a_calendar_that_is_gone_takes_no_entry(google: Google, me: GoogleCalendarAccount, place: Collection) -> None:
    del google.account(ME).calendars[place.id]
    with pytest.raises(CollectionGone):
        me.create(place, EVENT)


def test_reading_goes_on_after_a_short_failure(google: Google, me: GoogleCalendarAccount, place: Collection) -> None:
    created(me, place)
    google.on("calendar.events.get", Fault(503, "backendError"))
    assert me.fetch(place, REF) is not None
