"""Dates of series: against dateutil run from the very start, against recurring-ical-events, and hostile rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from auld import rrules
from auld.observations import Happening, Meeting, Override
from auld.recurrence import occurrences, problems
from auld_connectors._ical import read_object
from support.calls import counted_calls

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
    if draw(st.integers(0, 3)) == 0 and freq == "YEARLY":
        number = draw(st.sampled_from(["BYWEEKNO", "BYYEARDAY"]))
        parts.append(f"{number}={draw(listed(st.integers(1, 53) | st.integers(-53, -1)))}")
    elif draw(st.booleans()) and freq == "YEARLY":
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


subdaily = st.builds(
    "FREQ={};INTERVAL={}{}{}{}{}".format,
    st.just("HOURLY") | st.just("MINUTELY"),
    st.integers(1, 90),
    st.just("") | listed(weekday).map(";BYDAY={}".format),
    st.just("") | listed(st.integers(0, 23), 12).map(";BYHOUR={}".format),
    st.just("") | listed(st.integers(0, 59), 12).map(";BYMINUTE={}".format),
    st.just("") | st.integers(1, 50).map(";COUNT={}".format),
)


@given(subdaily, local_time, st.integers(0, 20))
def test_within_a_day_a_rule_gives_the_dates_that_dateutil_gives(text: str, start: datetime, days: int) -> None:
    first = start + timedelta(days=days)
    last = first + timedelta(days=5)
    try:
        expected = rrulestr(text, dtstart=start).between(first, last - timedelta(seconds=1), inc=True)
    except ValueError:  # dateutil says so where interval and hours never meet
        expected = []
    assert list(rrules.dates(text, start, UTC, first, last)) == expected


# --- against recurring-ical-events --------------------------------------------------------------------------------------
ZONES = ("Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "UTC")


class Written(NamedTuple):
    """How one kind of series writes its dates."""

    zone: str
    all_day: bool

    def line(self, name: str, *dates: datetime, tail: str = "") -> str:
        if self.all_day:
            return f"{name};VALUE=DATE{tail}:" + ",".join(f"{date:%Y%m%d}" for date in dates)
        if self.zone == "UTC":
            return f"{name}{tail}:" + ",".join(f"{date:%Y%m%dT%H%M%SZ}" for date in dates)
        return f"{name};TZID={self.zone}{tail}:" + ",".join(f"{date:%Y%m%dT%H%M%S}" for date in dates)

    def event(self, start: datetime, length: timedelta, *more: str) -> list[str]:
        times = [self.line("DTSTART", start), self.line("DTEND", start + length)]
        return ["BEGIN:VEVENT", "UID:u", "DTSTAMP:20200101T000000Z", *times, *more, "END:VEVENT"]


@st.composite
def calendar_of_a_series(draw: st.DrawFn) -> str:
    """A series as people have them: it begins on a date of its rule, some dates are excepted, extra, moved or cancelled."""
    written = Written(draw(st.sampled_from(ZONES)), draw(st.integers(0, 3)) == 0)
    start = draw(st.datetimes(datetime(2023, 1, 1), datetime(2024, 1, 1))).replace(hour=draw(st.integers(4, 18)), second=0)
    if written.all_day:
        start = start.replace(hour=0, minute=0)
    start = start.replace(microsecond=0)
    text = draw(rule().filter(lambda text: "BYHOUR" not in text and "UNTIL" not in text))
    dates = list(islice(rrulestr(text, dtstart=start), 40))
    start = dates[0] if dates else start
    if draw(st.booleans()) and len(dates) > 2 and "COUNT" not in text:
        until = draw(st.sampled_from(dates))
        aware = until.replace(tzinfo=ZoneInfo(written.zone)).astimezone(UTC)
        text += f";UNTIL={until:%Y%m%d}" if written.all_day else f";UNTIL={aware:%Y%m%dT%H%M%SZ}"
    length = timedelta(days=draw(st.integers(1, 3))) if written.all_day else timedelta(minutes=draw(st.integers(15, 150)))
    some = draw(st.lists(st.sampled_from(dates), max_size=6, unique=True)) if dates else []
    excepted, changed = some[:3], some[3:]
    extra = [start + timedelta(days=draw(st.integers(1, 300)), hours=0 if written.all_day else 3)]
    more = [f"RRULE:{text}", written.line("RDATE", *extra)]
    if excepted:
        more.append(written.line("EXDATE", *excepted))
    events = [written.event(start, length, *more)]
    for instance in changed:
        moved = instance + timedelta(
            days=draw(st.integers(-20, 20)), minutes=0 if written.all_day else draw(st.integers(0, 90))
        )
        status = draw(st.sampled_from(["STATUS:CONFIRMED", "STATUS:CANCELLED"]))
        events.append(written.event(moved, length, written.line("RECURRENCE-ID", instance), status))
    lines = [line for event in draw(st.permutations(events)) for line in event]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", ""])


@given(calendar_of_a_series())
def test_series_agree_with_recurring_ical_events(text: str) -> None:
    """The oracle lists what was cancelled, too. By intent no series here meets while clocks are changed: the oracle adds the
    length on the clock, where RFC 5545 section 3.8.5.3 wants the same exact length each time."""
    after, before = datetime(2023, 6, 1, tzinfo=LISBON), datetime(2024, 9, 1, tzinfo=LISBON)
    expected = sorted(
        (instant(event["DTSTART"].dt), instant(event["DTEND"].dt))
        for event in recurring_ical_events.of(Calendar.from_ical(text)).between(after, before)
        if event.get("STATUS") != "CANCELLED"
    )
    meeting = read_object(text.encode()).observation
    assert isinstance(meeting, Meeting)
    assert not problems(meeting)
    found = occurrences(meeting, LISBON, after, before)
    assert [(o.start.astimezone(UTC), o.end.astimezone(UTC)) for o in found] == expected


def instant(moment: date) -> datetime:
    aware = moment if isinstance(moment, datetime) else datetime.combine(moment, datetime.min.time(), LISBON)
    return aware.astimezone(UTC)


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


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Lisbon", "Asia/Tokyo"])
@pytest.mark.parametrize("until", ["20260705", "20260705T000000Z", "20260705T235959Z", "20260705T120000"])
def test_until_of_a_series_of_days_is_a_day_wherever_one_lives(until: str, zone: str) -> None:
    meeting = series("2026-07-01", f"FREQ=DAILY;UNTIL={until}", zone="")
    assert [day[8:10] for day in starts(meeting, "2026-06-01", "2026-09-01", ZoneInfo(zone))] == ["01", "02", "03", "04", "05"]


def test_a_rule_of_exceptions_takes_its_dates_out() -> None:
    meeting = series("2026-03-02T10:00:00", "FREQ=DAILY;COUNT=9", except_rules=("FREQ=WEEKLY;BYDAY=SA,SU",))
    assert [day[8:10] for day in starts(meeting, "2026-03-01", "2026-04-01")] == ["02", "03", "04", "05", "06", "09", "10"]


@pytest.mark.parametrize(
    "text",
    [
        "freq=daily;count=3",
        "FREQ=DAILY;COUNT=3;",
        " FREQ=DAILY ; COUNT=3;;X-OWN=1;BYDAY=;UNTIL=",
        "FREQ=DAILY;COUNT=3;BYHOUR=10,",
    ],
)
def test_a_rule_is_understood_however_it_is_written(text: str) -> None:
    meeting = series("2026-03-02T10:00:00", text)
    assert not problems(meeting)
    assert [day[8:10] for day in starts(meeting, "2026-03-01", "2026-04-01")] == ["02", "03", "04"]


def test_dates_that_are_given_one_by_one_may_last_as_long_as_they_like() -> None:
    text = "RDATE;VALUE=PERIOD:20260304T100000Z/PT3H"
    frame = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nDTSTART:20260302T100000Z\nDURATION:PT1H\n{}\nEND:VEVENT\nEND:VCALENDAR\n"
    meeting = read_object(frame.format(text).encode()).observation
    assert isinstance(meeting, Meeting)
    found = occurrences(meeting, LISBON, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    assert [f"{o.start:%dT%H}-{o.end:%H}" for o in found] == ["02T10-11", "04T10-13"]


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


def test_a_change_of_one_date_goes_before_a_change_of_all_that_follow() -> None:
    following = changed("2026-03-09T10:00:00", "2026-03-09T12:00:00", "2026-03-09T13:00:00", this_and_future=True)
    alone = changed("2026-03-09T10:00:00", "2026-03-09T15:00:00", "2026-03-09T16:00:00")
    meeting = series("2026-03-02T10:00:00", "FREQ=WEEKLY;COUNT=3", overrides=(following, alone))
    assert [day[8:13] for day in starts(meeting, "2026-03-01", "2026-04-01")] == ["02T10", "09T15", "16T12"]


def test_an_hour_that_is_skipped_makes_no_date_twice() -> None:
    meeting = series("2026-03-28T23:00:00", "FREQ=HOURLY;COUNT=5")
    assert [day[8:13] for day in starts(meeting, "2026-03-01", "2026-04-01")] == ["28T23", "29T00", "29T02", "29T03"]


def test_instances_without_their_master_stand_alone() -> None:
    meeting = Meeting(uid="u", overrides=(changed("2026-03-09T10:00:00", "2026-03-09T10:00:00", "2026-03-09T11:00:00"),))
    assert starts(meeting, "2026-03-01", "2026-04-01") == ["2026-03-09T10:00+0000"]


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
        "RSCALE=CHINESE;FREQ=YEARLY",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;BYMONTHDAY=" + "9" * 5000,
    ],
)
def test_a_rule_that_makes_no_sense_leaves_the_first_date_and_a_problem(text: str) -> None:
    meeting = series("2026-03-02T10:00:00", text)
    assert problems(meeting)
    assert starts(meeting, "2026-01-01", "2027-01-01") == ["2026-03-02T10:00+0000"]


EVERY = ",".join(map(str, range(60)))


@pytest.mark.parametrize(
    ("text", "crowded"),
    [
        ("FREQ=SECONDLY", True),
        ("FREQ=MINUTELY", True),
        ("FREQ=HOURLY", True),
        ("FREQ=SECONDLY;COUNT=999999999", True),
        ("FREQ=SECONDLY;INTERVAL=7;BYHOUR=3;BYMINUTE=0;BYSECOND=0", False),
        ("FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;BYMINUTE=1;BYMONTH=2;BYMONTHDAY=29", False),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", False),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", False),
        ("FREQ=DAILY;BYSETPOS=5", False),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", False),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5", False),
        ("FREQ=HOURLY;INTERVAL=24;BYHOUR=3", False),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", False),
        ("FREQ=WEEKLY;INTERVAL=99999999999", False),
        ("FREQ=DAILY;COUNT=1000000000", False),
        (f"FREQ=DAILY;BYSECOND={EVERY};BYMINUTE={EVERY}", True),
    ],
)
def test_hostile_rules_cost_a_bounded_number_of_steps(text: str, crowded: bool) -> None:
    """The rule began long ago, and is asked for three years. What is left out of it is said."""
    meeting = series("1970-01-01T10:00:00", text)
    with counted_calls() as calls:
        found = occurrences(meeting, LISBON, datetime(2023, 12, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC), 10_000)
    assert len(found) <= 10_000
    assert calls[0] < 20 * rrules.MOST
    assert bool(problems(meeting)) == crowded


def hours(count: int) -> list[str]:
    return [(datetime(2020, 1, 1) + timedelta(hours=number)).isoformat() for number in range(count)]


@pytest.mark.parametrize(
    "more",
    [
        {"extra": tuple(hours(10_000))},
        {"except_": tuple(hours(10_000))},
        {"overrides": tuple(changed(hour, hour, hour) for hour in hours(10_000))},
        {"overrides": tuple(changed(hour, hour, hour, this_and_future=True) for hour in hours(10_000))},
        {"except_rules": ("FREQ=SECONDLY",)},
    ],
    ids=["RDATE", "EXDATE", "instances", "this and future", "EXRULE"],
)
def test_hostile_series_cost_a_bounded_number_of_steps(more: dict[str, Any]) -> None:
    meeting = series("2020-01-01T00:00:00", "FREQ=HOURLY", **more)
    with counted_calls() as calls:
        found = occurrences(meeting, LISBON, datetime(2020, 6, 1, tzinfo=UTC), datetime(2023, 6, 1, tzinfo=UTC), 10_000)
    assert len(found) <= 10_000
    assert calls[0] < 20 * rrules.MOST


def test_of_a_thousand_rules_a_few_are_followed() -> None:
    meeting = series("2020-01-01T00:00:00", *(f"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;BYHOUR={hour % 24}" for hour in range(1000)))
    with counted_calls() as calls:
        assert starts(meeting, "2020-01-01", "2023-01-01") == ["2020-01-01T00:00+0000"]
    assert calls[0] < 20 * rrules.MOST
    assert problems(meeting) == ("it has 1000 rules, of which only the first 10 are followed",)


def test_dates_at_the_edge_of_the_calendar_do_no_harm() -> None:
    assert starts(series("0001-01-01T00:00:00", "FREQ=YEARLY", zone="Asia/Tokyo"), "2026-01-01", "2027-01-01") == []
    assert starts(series("9999-12-31T22:00:00", zone="America/New_York"), "2026-01-01", "2027-01-01") == []
    for_ever = series("2026-03-02T10:00:00", "FREQ=WEEKLY;COUNT=99999999;UNTIL=99991231T235959Z", zone="Asia/Tokyo")
    assert len(starts(for_ever, "2026-01-01", "2027-01-01")) == 44
