"""Dates of series: against dateutil run from the very start, against recurring-ical-events, and hostile rules."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from auld import rrules
from auld.observations import Happening, Meeting, Override
from auld.recurrence import last_before, next_after, occurrences, problem
from auld_connectors._ical import read_object

LISBON = ZoneInfo("Europe/Lisbon")


def series(start: str, *rules: str, end: str = "", zone: str = "Europe/Lisbon", **more: object) -> Meeting:
    """A meeting; it lasts an hour, or a day, unless ``end`` says otherwise."""
    if not end:
        first = datetime.fromisoformat(start)
        end = (first + timedelta(days=1)).date().isoformat() if len(start) == 10 else (first + timedelta(hours=1)).isoformat()
    return Meeting(uid="u", main=Happening(start=start, end=end, zone=zone), rules=rules, **more)  # type: ignore[arg-type]  # any field


def starts(meeting: Meeting, after: str, before: str, zone: ZoneInfo = LISBON, limit: int = 1000) -> list[str]:
    first, last = (datetime.fromisoformat(text).replace(tzinfo=zone) for text in (after, before))
    return [o.start.strftime("%Y-%m-%dT%H:%M%z") for o in occurrences(meeting, zone, first, last, limit)]


# --- against dateutil ---------------------------------------------------------------------------------------------------
weekday = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
ordinal_weekday = st.builds(lambda n, d: f"{n or ''}{d}", st.integers(-5, 5), weekday)


def listed(element: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(element, min_size=1, max_size=most, unique=True).map(lambda parts: ",".join(map(str, parts)))


@st.composite
def rule(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    interval = draw(st.integers(1, 3 if freq == "DAILY" else 5))
    parts = [f"FREQ={freq}", f"INTERVAL={interval}"]
    if draw(st.booleans()):
        parts.append("BYDAY=" + draw(listed(ordinal_weekday if freq in ("MONTHLY", "YEARLY") else weekday)))
    elif draw(st.booleans()) and freq in ("MONTHLY", "YEARLY"):
        parts.append("BYMONTHDAY=" + draw(listed(st.integers(1, 28) | st.integers(-28, -1))))
    if draw(st.booleans()) and freq == "YEARLY":
        parts.append("BYMONTH=" + draw(listed(st.integers(1, 12))))
    if draw(st.integers(0, 4)) == 0:
        parts.append("BYSETPOS=" + draw(st.sampled_from(["1", "-1", "1,-1"])))
    if draw(st.integers(0, 3)) == 0:
        parts.append("BYHOUR=" + draw(listed(st.integers(0, 23))))
    if draw(st.booleans()):
        parts.append("WKST=" + draw(weekday))
    ends = draw(st.integers(0, 2))
    if ends == 1:
        parts.append(f"COUNT={draw(st.integers(1, 400))}")
    elif ends == 2:
        until = draw(st.datetimes(datetime(2001, 1, 1), datetime(2030, 1, 1)))
        parts.append(f"UNTIL={until:%Y%m%dT%H%M%S}")
    return ";".join(parts)


local_time = st.datetimes(datetime(2000, 1, 1), datetime(2026, 1, 1)).map(lambda moment: moment.replace(microsecond=0))


@given(rule(), local_time, local_time, st.integers(1, 200))
def test_moved_forward_or_not_a_rule_gives_the_same_dates(text: str, start: datetime, first: datetime, days: int) -> None:
    last = first + timedelta(days=days)
    expected = []
    for moment in rrulestr(text, dtstart=start):
        if moment >= last:
            break
        if moment >= first:
            expected.append(moment)
    assert list(rrules.dates(text, start, UTC, first, last)) == expected


# --- against recurring-ical-events --------------------------------------------------------------------------------------
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:u
DTSTAMP:20200101T000000Z
DTSTART;TZID=Europe/Lisbon:{start:%Y%m%dT%H%M%S}
DTEND;TZID=Europe/Lisbon:{end:%Y%m%dT%H%M%S}
RRULE:{rule}
EXDATE;TZID=Europe/Lisbon:{excepted:%Y%m%dT%H%M%S}
RDATE;TZID=Europe/Lisbon:{extra:%Y%m%dT%H%M%S}
END:VEVENT
BEGIN:VEVENT
UID:u
DTSTAMP:20200101T000000Z
RECURRENCE-ID;TZID=Europe/Lisbon:{changed:%Y%m%dT%H%M%S}
DTSTART;TZID=Europe/Lisbon:{moved:%Y%m%dT%H%M%S}
DTEND;TZID=Europe/Lisbon:{moved_end:%Y%m%dT%H%M%S}
END:VEVENT
END:VCALENDAR
"""


@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    st.integers(1, 3),
    st.datetimes(datetime(2024, 1, 1), datetime(2025, 1, 1)),
    st.integers(0, 20),
    st.integers(-30, 30),
)
def test_series_agree_with_recurring_ical_events(freq: str, interval: int, start: datetime, pick: int, move: int) -> None:
    start = start.replace(hour=10, minute=0, second=0, microsecond=0, day=min(start.day, 28))  # hours that no clock skips
    dates = list(rrulestr(f"FREQ={freq};INTERVAL={interval};COUNT=24", dtstart=start))
    changed, excepted = dates[pick], dates[pick + 2]
    moved = changed + timedelta(days=move, hours=2)
    text = EVENT.format(
        start=start,
        end=start + timedelta(hours=1),
        rule=f"FREQ={freq};INTERVAL={interval}",
        excepted=excepted,
        extra=start + timedelta(days=9, hours=5),
        changed=changed,
        moved=moved,
        moved_end=moved + timedelta(hours=3),
    )
    after, before = datetime(2024, 3, 1, tzinfo=LISBON), datetime(2024, 9, 1, tzinfo=LISBON)
    expected = sorted(
        (event["DTSTART"].dt, event["DTEND"].dt)
        for event in recurring_ical_events.of(Calendar.from_ical(text)).between(after, before)
    )
    meeting = read_object(text.encode()).observation
    assert isinstance(meeting, Meeting)
    assert [(o.start, o.end) for o in occurrences(meeting, LISBON, after, before)] == expected


# --- what the standard and the truth table say --------------------------------------------------------------------------
def test_a_single_meeting_counts_where_it_touches_the_window() -> None:
    meeting = series("2026-03-02T10:00:00")
    assert starts(meeting, "2026-03-02T10:30", "2026-03-03") == ["2026-03-02T10:00+0000"]
    assert starts(meeting, "2026-03-02T11:00", "2026-03-03") == []
    assert starts(meeting, "2026-03-01", "2026-03-02T10:00") == []


def test_ten_on_the_clock_stays_ten_on_the_clock_through_the_change_to_summer_time() -> None:
    meeting = series("2026-03-23T10:00:00", "FREQ=WEEKLY;COUNT=2")
    assert starts(meeting, "2026-03-01", "2026-05-01") == ["2026-03-23T10:00+0000", "2026-03-30T10:00+0100"]


def test_a_time_that_the_clock_skips_is_counted_on_from_before_the_gap() -> None:
    meeting = series("2026-03-28T01:30:00", "FREQ=DAILY;COUNT=3")
    assert starts(meeting, "2026-03-01", "2026-05-01")[1] == "2026-03-29T02:30+0100"


def test_a_series_in_another_zone_is_shown_on_the_users_clock() -> None:
    meeting = series("2026-07-01T09:00:00", zone="Asia/Tokyo")
    assert starts(meeting, "2026-06-01", "2026-08-01") == ["2026-07-01T01:00+0100"]


def test_floating_times_and_whole_days_are_the_users_own() -> None:
    assert starts(series("2026-07-01T09:00:00", zone=""), "2026-06-01", "2026-08-01") == ["2026-07-01T09:00+0100"]
    [day] = occurrences(
        series("2026-10-25", zone=""), LISBON, datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    )
    assert (day.start.isoformat(), day.end.isoformat()) == ("2026-10-25T00:00:00+01:00", "2026-10-26T00:00:00+00:00")
    assert day.all_day


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260316T100000Z", "2026-03-16"),
        ("20260316T095959Z", "2026-03-09"),
        ("20260316", "2026-03-16"),  # a day, although the series has times: all of that day
        ("20260316T100000", "2026-03-16"),
    ],
)
def test_until_is_inclusive_in_every_form(until: str, last: str) -> None:
    meeting = series("2026-03-02T10:00:00", f"FREQ=WEEKLY;UNTIL={until}")
    assert starts(meeting, "2026-01-01", "2027-01-01")[-1][:10] == last


def test_leap_day_comes_every_four_years() -> None:
    meeting = series("2024-02-29", "FREQ=YEARLY", zone="")
    assert [day[:10] for day in starts(meeting, "2025-01-01", "2033-01-01")] == ["2028-02-29", "2032-02-29"]


def test_an_exception_may_name_only_the_day() -> None:
    meeting = series("2026-03-02T10:00:00", "FREQ=DAILY;COUNT=3", except_=("2026-03-03",))
    assert [day[8:10] for day in starts(meeting, "2026-03-01", "2026-04-01")] == ["02", "04"]


def changed(recurrence_id: str, start: str, end: str, **more: object) -> Override:
    status = str(more.pop("status", "confirmed"))
    happening = Happening(start=start, end=end, zone="Europe/Lisbon", status=status)
    return Override(recurrence_id=recurrence_id, happening=happening, zone="Europe/Lisbon", **more)  # type: ignore[arg-type]  # any field


def test_a_moved_instance_counts_where_it_was_moved_to() -> None:
    override = changed("2026-03-09T10:00:00", "2026-06-01T12:00:00", "2026-06-01T13:00:00")
    meeting = series("2026-03-02T10:00:00", "FREQ=WEEKLY;COUNT=3", overrides=(override,))
    assert starts(meeting, "2026-03-05", "2026-03-12") == []
    assert starts(meeting, "2026-05-30", "2026-06-05") == ["2026-06-01T12:00+0100"]


def test_a_cancelled_instance_and_a_cancelled_series_do_not_take_place() -> None:
    override = changed("2026-03-09T10:00:00", "2026-03-09T10:00:00", "2026-03-09T11:00:00", status="cancelled")
    meeting = series("2026-03-02T10:00:00", "FREQ=WEEKLY;COUNT=3", overrides=(override,))
    assert [day[8:10] for day in starts(meeting, "2026-03-01", "2026-04-01")] == ["02", "16"]
    assert starts(series("2026-03-02T10:00:00", method="cancel"), "2026-03-01", "2026-04-01") == []


def test_this_and_future_moves_and_stretches_all_that_follows() -> None:
    override = changed("2026-03-16T10:00:00", "2026-03-17T15:00:00", "2026-03-17T17:00:00", this_and_future=True)
    meeting = series("2026-03-02T10:00:00", "FREQ=WEEKLY;COUNT=4", overrides=(override,))
    found = occurrences(meeting, LISBON, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 28, tzinfo=UTC))
    assert [f"{o.start:%dT%H}-{o.end:%H}" for o in found] == ["02T10-11", "09T10-11", "17T15-17", "24T15-17"]


def test_instances_without_their_master_stand_alone() -> None:
    meeting = Meeting(uid="u", overrides=(changed("2026-03-09T10:00:00", "2026-03-09T10:00:00", "2026-03-09T11:00:00"),))
    assert starts(meeting, "2026-03-01", "2026-04-01") == ["2026-03-09T10:00+0000"]


def test_the_neighbours_of_an_instant() -> None:
    meeting = series("2016-03-07T10:00:00", "FREQ=WEEKLY")
    now = datetime(2026, 3, 4, tzinfo=UTC)
    before, after = last_before(meeting, LISBON, now), next_after(meeting, LISBON, now)
    assert before is not None
    assert after is not None
    assert (before.start.date(), after.start.date()) == (date(2026, 3, 2), date(2026, 3, 9))
    assert last_before(meeting, LISBON, datetime(2016, 3, 7, 10, 30, tzinfo=UTC)) is None
    rare = series("2024-02-29T10:00:00", "FREQ=YEARLY;COUNT=2")
    assert next_after(rare, LISBON, datetime(2028, 3, 1, tzinfo=UTC)) is None


# --- hostile rules ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=99MO",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=SECONDLY;BYSETPOS=2",
        "RSCALE=CHINESE;FREQ=YEARLY",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;BYMONTHDAY=" + "9" * 5000,
    ],
)
def test_a_rule_that_makes_no_sense_leaves_the_first_date_and_a_problem(text: str) -> None:
    meeting = series("2026-03-02T10:00:00", text)
    assert problem(meeting)
    assert starts(meeting, "2026-01-01", "2027-01-01") == ["2026-03-02T10:00+0000"]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=SECONDLY;COUNT=999999999",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYSETPOS=5",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=3",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=WEEKLY;INTERVAL=99999999999",
        "FREQ=DAILY;BYSECOND=" + ",".join(map(str, range(60))) + ";BYMINUTE=" + ",".join(map(str, range(60))),
    ],
)
def test_hostile_rules_take_bounded_time(text: str) -> None:
    begun = time.process_time()
    found = starts(series("2026-03-02T10:00:00", text), "2026-03-02", "2026-06-01", limit=500)
    assert time.process_time() - begun < 3
    assert len(found) <= 500
    assert problem(series("2026-03-02T10:00:00", text)) == ""


def test_dates_at_the_edge_of_the_calendar_do_no_harm() -> None:
    assert starts(series("0001-01-01T00:00:00", "FREQ=YEARLY", zone="Asia/Tokyo"), "2026-01-01", "2027-01-01") == []
    assert starts(series("9999-12-31T22:00:00", zone="America/New_York"), "2026-01-01", "2027-01-01") == []
