"""What a calendar object says, rule by rule; icalendar's object layer as an oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event, Todo

from auld.observations import Meeting, Task
from auld_connectors._ical import read_object
from support.calls import counted_calls


def read(*lines: str, component: str = "VEVENT") -> Meeting | Task:
    frame = [f"BEGIN:{component}", *lines, f"END:{component}"]
    reading = read_object("\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *frame, "END:VCALENDAR", ""]).encode())
    assert isinstance(reading.observation, Meeting | Task), reading.problem
    return reading.observation


def event(*lines: str) -> Meeting:
    meeting = read("UID:1", *lines)
    assert isinstance(meeting, Meeting)
    return meeting


def task(*lines: str) -> Task:
    found = read("UID:1", *lines, component="VTODO")
    assert isinstance(found, Task)
    return found


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (["DTSTART;VALUE=DATE:20260302"], "2026-03-02", "2026-03-03"),
        (["DTSTART:20260302"], "2026-03-02", "2026-03-03"),
        (["DTSTART;VALUE=DATE:20260302", "DURATION:P3D"], "2026-03-02", "2026-03-05"),
        (["DTSTART;VALUE=DATE:20260302", "DTEND;VALUE=DATE:20260302"], "2026-03-02", "2026-03-03"),
        (["DTSTART;VALUE=DATE:20260302", "DTEND:20260303T120000"], "2026-03-02", "2026-03-04"),
        (["DTSTART:20260302T100000Z"], "2026-03-02T10:00:00", "2026-03-02T10:00:00"),
        (["DTSTART:20260302T100000", "DURATION:PT1H30M"], "2026-03-02T10:00:00", "2026-03-02T11:30:00"),
        (["DTSTART:20260302T100000Z", "DURATION:P1W"], "2026-03-02T10:00:00", "2026-03-09T10:00:00"),
        (["DTSTART:20260302T100000Z", "DURATION:-PT1H"], "2026-03-02T10:00:00", "2026-03-02T10:00:00"),
        (["DTSTART:20260302T100000Z", "DTEND:20260302T090000Z"], "2026-03-02T10:00:00", "2026-03-02T10:00:00"),
        (["DTSTART:20260302T100000Z", "DTEND;VALUE=DATE:20260303"], "2026-03-02T10:00:00", "2026-03-03T00:00:00"),
        (["DTSTART:20260302T100000Z", "DTEND:soon"], "2026-03-02T10:00:00", "2026-03-02T10:00:00"),
        # across the change to summer time: days by the calendar, hours by the clock
        (["DTSTART;TZID=Europe/Lisbon:20260328T120000", "DURATION:P1D"], "2026-03-28T12:00:00", "2026-03-29T12:00:00"),
        (["DTSTART;TZID=Europe/Lisbon:20260328T230000", "DURATION:PT3H"], "2026-03-28T23:00:00", "2026-03-29T03:00:00"),
    ],
)
def test_an_end_is_given_or_follows_from_the_standard(lines: list[str], start: str, end: str) -> None:
    main = event(*lines).main
    assert main is not None
    assert (main.start, main.end) == (start, end)


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("Europe/Lisbon", "Europe/Lisbon"),
        ('"Europe/Lisbon"', "Europe/Lisbon"),
        ("europe/lisbon", "Europe/Lisbon"),
        ("/freeassociation.sourceforge.net/Europe/Lisbon", "Europe/Lisbon"),
        ("/citadel.org/20190914_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("Etc/UTC", "UTC"),
        ("GMT+0200", "+02:00"),
        ("UTC-5:30", "-05:30"),
        ('"(UTC+01:00) Amsterdam, Berlin"', "Europe/Amsterdam"),
        ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ('"(UTC+03:30) Nowhere"', "+03:30"),
        ('"(UTC) Dublin, Edinburgh, Lisbon, London"', "Europe/Dublin"),
        ("(GMT+01.00) Amsterdam / Berlin / Bern", "Europe/Amsterdam"),
        ('"Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"', "Europe/Amsterdam"),
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("W. Europe Standard Time 1", "Europe/Berlin"),
        ("Kamchatka Standard Time", "Asia/Kamchatka"),
        ("Mexico Standard Time 2", "America/Chihuahua"),
        ("US-Eastern", "US/Eastern"),
        ("tzone://Microsoft/Custom", ""),
        ("Nowhere", ""),
        ("../../etc/passwd", ""),
    ],
)
def test_zones_by_their_names(tzid: str, zone: str) -> None:
    main = event(f"DTSTART;TZID={tzid}:20260302T100000").main
    assert main is not None
    assert (main.start, main.zone) == ("2026-03-02T10:00:00", zone)


CUSTOM = """BEGIN:VTIMEZONE
TZID:Our own clock
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0345
TZOFFSETTO:+0245
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0245
TZOFFSETTO:+0345
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


@pytest.mark.parametrize(("day", "zone"), [("20260105", "+02:45"), ("20260705", "+03:45")])
def test_a_zone_that_only_its_definition_tells_has_the_offset_of_the_day(day: str, zone: str) -> None:
    text = (
        f"BEGIN:VCALENDAR\n{CUSTOM}\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Our own clock:{day}T100000\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    meeting = read_object(text.encode()).observation
    assert isinstance(meeting, Meeting)
    assert meeting.main is not None
    assert (meeting.main.start[10:], meeting.main.zone, meeting.problems) == ("T10:00:00", zone, ())


@pytest.mark.parametrize(("definitions", "years"), [(300, 1), (1, 300)])
def test_definitions_of_zones_cost_a_bounded_number_of_steps(definitions: int, years: int) -> None:
    names = [f"Our own clock {number}" for number in range(definitions)]
    dates = [f"EXDATE;TZID={name}:{1800 + year}0706T100000" for name in names for year in range(years)]
    lines = [
        *(CUSTOM.replace("Our own clock", name) for name in names),
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTART:20260105T100000Z",
        *dates,
    ]
    with counted_calls() as calls:
        reading = read_object("\n".join(["BEGIN:VCALENDAR", *lines, "END:VEVENT", "END:VCALENDAR", ""]).encode())
    assert isinstance(reading.observation, Meeting)
    assert calls[0] < 2_000_000


def framed(head: str, *lines: str) -> Meeting:
    body = "\n".join(["BEGIN:VCALENDAR", head, "BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT", "END:VCALENDAR", ""])
    meeting = read_object(body.encode()).observation
    assert isinstance(meeting, Meeting)
    return meeting


def test_the_calendars_own_zone_is_that_of_times_without_one() -> None:
    head = "X-WR-TIMEZONE;VALUE=TEXT:US/Pacific"
    meeting = framed(head, "DTSTART:20260302T100000", "RRULE:FREQ=DAILY", "EXDATE:20260303T180000Z")
    assert meeting.main is not None
    assert (meeting.main.start, meeting.main.zone, meeting.except_) == (
        "2026-03-02T10:00:00",
        "US/Pacific",
        ("2026-03-03T10:00:00",),
    )
    for line, zone in (("DTSTART:20260302T100000Z", "UTC"), ("DTSTART;VALUE=DATE:20260302", "")):
        main = framed(head, line).main
        assert main is not None
        assert main.zone == zone


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("EXDATE:soon", "EXDATE has a date that cannot be read: 'soon'"),
        ("RDATE;VALUE=PERIOD:soon/PT1H", "RDATE has a date that cannot be read: 'soon/PT1H'"),
        ("DTEND;TZID=Customized Time Zone:20260302T110000", "the time zone 'Customized Time Zone' is not known"),
        ("END:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID:soon", "a changed date (RECURRENCE-ID) cannot be read"),
        ("END:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nDTSTART:20260302T100000Z", "there are several meetings in one object"),
    ],
)
def test_what_cannot_be_read_of_a_meeting_is_said_and_the_rest_is_read(line: str, problem: str) -> None:
    meeting = event("DTSTART:20260302T100000Z", line)
    assert meeting.main is not None
    assert [told.startswith(problem) for told in meeting.problems] == [True]


def test_a_period_lasts_as_long_as_it_says() -> None:
    meeting = event(
        "DTSTART;TZID=Europe/Lisbon:20260302T100000",
        "DURATION:PT1H",
        "RDATE;VALUE=PERIOD:20260303T100000Z/PT1H,20260304T100000Z/PT3H,20260305T100000Z/20260305T103000Z",
    )
    assert meeting.extra == ("2026-03-03T10:00:00", "2026-03-04T10:00:00", "2026-03-05T10:00:00")
    lengths = {override.recurrence_id: override.happening.end for override in meeting.overrides}
    assert lengths == {"2026-03-04T10:00:00": "2026-03-04T13:00:00", "2026-03-05T10:00:00": "2026-03-05T10:30:00"}


@pytest.mark.parametrize(
    "marker",
    [
        "RECURRENCE-ID:20260706T090000Z",
        "RECURRENCE-ID;TZID=Europe/Berlin:20260706T110000",
        "RECURRENCE-ID:20260706T100000",
        "RECURRENCE-ID;VALUE=DATE:20260706",
        "RECURRENCE-ID;TZID=Europe/Berlin:20260706T000000",
    ],
)
def test_a_changed_date_is_known_however_it_is_written(marker: str) -> None:
    meeting = event(
        "DTSTART;TZID=Europe/Lisbon:20260302T100000", "RRULE:FREQ=WEEKLY", "END:VEVENT",
        "BEGIN:VEVENT", "UID:1", marker, "DTSTART;VALUE=DATE:20260707",
    )  # fmt: skip
    [override] = meeting.overrides
    assert (override.recurrence_id, override.zone) == ("2026-07-06T10:00:00", "Europe/Lisbon")


@pytest.mark.parametrize(
    ("lines", "transparent"),
    [
        (["TRANSP:transparent"], True),
        (["X-MICROSOFT-CDO-BUSYSTATUS:FREE"], True),
        (["X-MICROSOFT-CDO-BUSYSTATUS:FREE", "TRANSP:OPAQUE"], False),
        (["X-MICROSOFT-CDO-BUSYSTATUS:OOF"], False),
    ],
)
def test_whether_the_time_is_free(lines: list[str], transparent: bool) -> None:
    main = event("DTSTART:20260302T100000Z", *lines).main
    assert main is not None
    assert main.transparent is transparent


PLAIN = "\r\n".join(
    [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "UID:1",
        "DTSTART:20260302T100000Z",
        "SUMMARY:Zürich ☕️",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
)


@pytest.mark.parametrize(
    "body",
    [
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\r\n", "\n").encode(),
        PLAIN.replace("\r\n", "\r").encode(),
        PLAIN.replace("\r\n", "\r\r\n").encode(),
        PLAIN.encode().replace(b"Z\xc3\xbcrich", b"Z\xc3\r\n \xbcrich"),
        PLAIN.replace("☕️", "").encode("latin-1"),
        PLAIN.replace("☕️", "").encode("cp1252"),
    ],
    ids=["BOM", "UTF-16", "LF", "CR", "CRCRLF", "folded inside a character", "latin-1", "cp1252"],
)
def test_bytes_are_read_however_they_are_written(body: bytes) -> None:
    meeting = read_object(body).observation
    assert isinstance(meeting, Meeting)
    assert meeting.main is not None
    assert meeting.main.title.removesuffix(" ☕️") == "Zürich"


@pytest.mark.parametrize("name", ["DESCRIPTION", "X-ALT-DESC;FMTTYPE=text/html", "ATTACH;ENCODING=BASE64;VALUE=BINARY"])
def test_two_megabytes_of_text_or_pictures_are_left_out(name: str) -> None:
    main = event("SUMMARY:A", "DTSTART:20260302T100000Z", f"{name}:" + "x" * 2**21).main
    assert main is not None
    assert (main.title, main.description) == ("A", "")


def test_exceptions_are_put_to_the_clock_of_the_series() -> None:
    meeting = event(
        "DTSTART;TZID=Europe/Lisbon:20260302T100000",
        "RRULE:FREQ=DAILY",
        "EXDATE;TZID=Europe/Berlin:20260303T110000",
        "EXDATE:20260304T100000Z,garbage,20260305T100000Z",
        "EXDATE;VALUE=DATE:20260306",
        "EXDATE:20260307T100000",
    )
    assert meeting.except_ == (
        "2026-03-03T10:00:00",
        "2026-03-04T10:00:00",
        "2026-03-05T10:00:00",
        "2026-03-06",
        "2026-03-07T10:00:00",
    )
    midnights = "EXDATE;TZID=Europe/Lisbon:20260303T000000,20260304T000000"
    assert event("DTSTART:20260302T100000Z", "RRULE:FREQ=DAILY", midnights).except_ == ("2026-03-03", "2026-03-04")
    twice = event("DTSTART:20260302T120000Z", "RRULE:FREQ=DAILY;BYHOUR=0,12", "EXDATE:20260303T000000Z")
    assert twice.except_ == ("2026-03-03T00:00:00",)
    days = event("DTSTART;VALUE=DATE:20260302", "RRULE:FREQ=DAILY", "EXDATE:20260303T000000Z")
    assert days.except_ == ("2026-03-03",)


def test_an_object_without_uid_is_known_by_its_content() -> None:
    one, same, other = (read("DTSTART:20260302T100000Z", f"SUMMARY:{title}") for title in ("A", "A", "B"))
    assert one.uid == same.uid != other.uid


@pytest.mark.parametrize("uid", ["x" * 1000, "a\\nb", "http://example.org/1?2", "ünï@example.org"])
def test_odd_uids_are_uids(uid: str) -> None:
    assert read(f"UID:{uid}", "DTSTART:20260302T100000Z").uid == uid.replace("\\n", "\n")


def test_a_cancelled_instance_without_a_start_stands_where_the_rule_put_it() -> None:
    meeting = event(
        "DTSTART:20260302T100000Z", "DTEND:20260302T110000Z", "RRULE:FREQ=DAILY", "END:VEVENT",
        "BEGIN:VEVENT", "UID:1", "RECURRENCE-ID:20260303T100000Z", "STATUS:CANCELLED",
    )  # fmt: skip
    [override] = meeting.overrides
    assert (override.happening.start, override.happening.end) == ("2026-03-03T10:00:00", "2026-03-03T11:00:00")
    assert override.happening.status == "cancelled"


@pytest.mark.parametrize(
    ("line", "email", "name"),
    [
        ("ATTENDEE;CN=Ana:mailto:Ana@Example.org", "ana@example.org", "Ana"),
        ('ATTENDEE;CN="Lima, Ana; Dr.":MAILTO:ana@example.org', "ana@example.org", "Lima, Ana; Dr."),
        ("ATTENDEE;CN=A^'B^':mailto:ana@example.org", "ana@example.org", 'A"B"'),
        ("ATTENDEE;EMAIL=ana@example.org:urn:uuid:1234", "ana@example.org", ""),
        ("ATTENDEE:ana@example.org", "ana@example.org", ""),
        ("ATTENDEE:mailto:ana%40example.org?subject=x", "ana@example.org", ""),
        ("ATTENDEE;CN=Ana:/principals/ana", "", "Ana"),
        ('ATTENDEE;CN=Ana;EMAIL="Ana@example.org":/aMTEx/principal/', "ana@example.org", "Ana"),
        ("ATTENDEE;CN=ana@example.org:invalid:nomail", "ana@example.org", ""),
        ("ATTENDEE;CN=Ana:invalid:nomail", "", "Ana"),
        ("ATTENDEE;CN=\"'ana@example.org'\":mailto:'ana@example.org'", "ana@example.org", ""),
        ("ATTENDEE;CN=Lima, Ana:mailto:ana@example.org", "ana@example.org", "Lima, Ana"),
        ("ATTENDEE;CN=Ana: Lima:mailto:ana@example.org", "ana@example.org", "Ana"),
        ('ATTENDEE;CN="Ana "X" Lima";PARTSTAT=DECLINED:mailto:ana@example.org', "ana@example.org", 'Ana "X" Lima'),
        ('ATTENDEE;CN="Ana:mailto:ana@example.org', "ana@example.org", "Ana"),
        ("ATTENDEE;CN=Ana;;RSVP:mailto:ana@example.org", "ana@example.org", "Ana"),
        ("ATTENDEE:Ana Lima <ana@example.org>", "ana@example.org", ""),
        ("ATTENDEE;CN=Ana <ana@example.org>:invalid:nomail", "ana@example.org", "Ana"),
    ],
)
def test_attendees(line: str, email: str, name: str) -> None:
    main = event("DTSTART:20260302T100000Z", line).main
    assert main is not None
    assert [(a.email, a.name) for a in main.attendees] == [(email, name)]


@pytest.mark.parametrize("due", ["garbage", "", "20261399", "20260302T996000", "00010101T000000Z"])
def test_a_task_with_garbage_for_a_due_date_is_a_task_without_one(due: str) -> None:
    found = task("SUMMARY:A", f"DUE:{due}")
    assert (found.title, found.due) == ("A", "")


def test_tasks() -> None:
    assert task("DUE;VALUE=DATE:20260302").due == "2026-03-02"
    timed = task("DTSTART:20260302T100000Z", "DURATION:PT2H")
    assert (timed.start, timed.due, timed.zone) == ("2026-03-02T10:00:00", "2026-03-02T12:00:00", "UTC")
    assert task("COMPLETED:20260302T100000Z").status == "completed"
    assert task("STATUS:In-Process", "PERCENT-COMPLETE:250").percent == 100
    assert task("RRULE:FREQ=DAILY").recurring


def test_the_event_wins_over_a_task_in_the_same_object() -> None:
    found = event("DTSTART:20260302T100000Z", "END:VEVENT", "BEGIN:VTODO", "UID:2", "END:VTODO", "BEGIN:VEVENT", "UID:1",
                  "RECURRENCE-ID:20260303T100000Z", "DTSTART:20260303T100000Z")  # fmt: skip
    assert len(found.overrides) == 1


# --- the oracle ---------------------------------------------------------------------------------------------------------
text = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"], include_characters=" \n"), max_size=60).map(
    str.strip
)
moments = st.one_of(
    st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.datetimes(
        datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.sampled_from([UTC, ZoneInfo("America/New_York")])
    ).map(lambda moment: moment.replace(microsecond=0, hour=12)),
)


@given(text, text, text, moments)
def test_what_icalendar_writes_is_read_alike(title: str, description: str, location: str, start: date | datetime) -> None:
    made = Event()
    made.add("uid", "1")
    made.add("summary", title)
    made.add("description", description)
    made.add("location", location)
    made.add("dtstart", start)
    made.add("dtend", start + timedelta(days=2))
    calendar = Calendar()
    calendar.add_component(made)
    reading = read_object(calendar.to_ical())
    assert isinstance(reading.observation, Meeting)
    main = reading.observation.main
    assert main is not None
    oracle: Any = Calendar.from_ical(calendar.to_ical()).events[0]
    assert main.title == str(oracle["SUMMARY"])
    assert main.description == str(oracle["DESCRIPTION"])
    assert main.location == str(oracle["LOCATION"])
    assert main.start == oracle["DTSTART"].dt.isoformat()[:19]
    assert main.end == oracle["DTEND"].dt.isoformat()[:19]
    assert main.zone == {None: "", UTC: "UTC"}.get(getattr(start, "tzinfo", None), "America/New_York")


@given(text, moments)
def test_tasks_that_icalendar_writes_are_read_alike(title: str, due: date | datetime) -> None:
    made = Todo()
    made.add("uid", "1")
    made.add("summary", title)
    made.add("due", due)
    calendar = Calendar()
    calendar.add_component(made)
    found = read_object(calendar.to_ical()).observation
    assert isinstance(found, Task)
    assert (found.title, found.due) == (title, due.isoformat()[:19])


# --- alarms that were put off -------------------------------------------------------------------------------------------
def alarm(*lines: str) -> list[str]:
    return ["BEGIN:VALARM", "UID:two", "ACTION:DISPLAY", *lines, "END:VALARM"]


@pytest.mark.parametrize(
    ("lines", "until"),
    [
        (["X-MOZ-SNOOZE-TIME:20260304T081500Z"], "2026-03-04T08:15:00+00:00"),
        (["X-MOZ-LASTACK:20260304T081500Z"], ""),
        (["X-MOZ-SNOOZE-TIME:soon"], ""),
        (alarm("TRIGGER;VALUE=DATE-TIME:20260304T081500Z", "RELATED-TO;RELTYPE=SNOOZE:one"), "2026-03-04T08:15:00+00:00"),
        (alarm("TRIGGER;VALUE=DATE-TIME:20260304T081500Z", "RELATED-TO:one"), "2026-03-04T08:15:00+00:00"),
        (alarm("TRIGGER:P2DT1H", "RELATED-TO;RELTYPE=SNOOZE:one"), "2026-03-04T11:00:00+00:00"),
        (alarm("TRIGGER:-PT15M", "ACKNOWLEDGED:20260304T081500Z"), ""),
        (alarm("TRIGGER;VALUE=DATE-TIME:20260304T081500Z", "RELATED-TO;RELTYPE=PARENT:one"), ""),
        (
            ["X-MOZ-SNOOZE-TIME:20260303T080000Z", *alarm("TRIGGER:20260305T080000Z", "RELATED-TO;RELTYPE=SNOOZE:one")],
            "2026-03-05T08:00:00+00:00",
        ),
    ],
)
def test_until_when_an_alarm_was_put_off(lines: list[str], until: str) -> None:
    assert event("DTSTART:20260302T100000Z", *lines).snoozed == until
    assert task("DUE:20260302T100000Z", *lines).snoozed == until
