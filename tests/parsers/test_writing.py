"""What auld writes can be read by itself and by icalendar, and a patch touches nothing else."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from auld.contract import Entry, EntryField
from auld.errors import ItemUnreadable, Refused
from auld.observations import Meeting, Task
from auld_connectors._ical import read_object
from auld_connectors._ical_write import patch, render

NOW = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
UID = "9d2c1c7a-0000-4000-8000-00000000cafe"

entries = st.builds(
    Entry,
    key=st.just("follow-up:1"),
    uid=st.just(UID),
    title=st.text(max_size=200),
    description=st.text(max_size=400),
    day=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    form=st.sampled_from(["task", "event"]),
    alarm=st.none() | st.sampled_from(["09:00", "00:00", "23:59"]),
    zone=st.sampled_from(["UTC", "Europe/Lisbon", "Pacific/Auckland"]),
)
all_fields: list[EntryField] = ["title", "description", "day", "closed"]
fields_to_change = st.frozensets(st.sampled_from(all_fields))


def clean(text: str) -> str:
    """What is left of a text once nothing unwritable is in it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]", "", text).strip()


def facts(body: bytes) -> tuple[str, str, str, str]:
    """Title, description, day and mark, read back."""
    found = read_object(body).observation
    if isinstance(found, Task):
        return found.title, found.description, found.due, found.mark
    assert isinstance(found, Meeting)
    assert found.main is not None
    assert found.main.transparent
    return found.main.title, found.main.description, found.main.start, found.mark


@given(entries)
def test_what_is_written_is_read_back(entry: Entry) -> None:
    body = render(entry, NOW)
    assert facts(body) == (clean(entry.title), clean(entry.description), entry.day.isoformat(), UID)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert body.count(b"\n") == body.count(b"\r\n")
    body.decode()
    calendar = Calendar.from_ical(body)
    [component] = calendar.todos if entry.form == "task" else calendar.events
    assert str(component["UID"]) == UID
    assert str(component["SUMMARY"]) == clean(entry.title)


@given(entries, entries, fields_to_change)
def test_a_patch_changes_the_fields_named_and_no_others(entry: Entry, other: Entry, fields: frozenset[EntryField]) -> None:
    other = dataclasses.replace(other, form=entry.form, title=other.title + "x")
    before = render(entry, NOW)
    after = patch(before, other, fields, LATER)
    title, description, day, mark = facts(after)
    assert title == clean(other.title if "title" in fields else entry.title)
    assert description == clean(other.description if "description" in fields else entry.description)
    assert day == (other.day if "day" in fields else entry.day).isoformat()
    assert mark == UID
    assert (b"\r\nSTATUS:CANCELLED\r\n" in after) == ("closed" in fields)
    assert (b"\r\nSEQUENCE:1\r\n" in after) == bool({"day", "closed"} & fields)
    assert (after == before) == (not fields)


FOREIGN = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Apple Inc.//iOS 18.1//EN
X-SERVER:keeps  this , as it is
BEGIN:VTODO
X-APPLE-SORT-ORDER:
 7123
UID:{UID}
SUMMARY;LANGUAGE=en:Call
  Ana about the pier
DUE;TZID=Europe/Lisbon:20261105T090000
DTSTAMP:20261101T083000Z
SEQUENCE:4
X-UNKNOWN;X-P="a;b:c":SUMMARY:not this
CATEGORIES:AULD,Mine
BEGIN:VALARM
UID:{UID}-alarm
TRIGGER;VALUE=DATE-TIME:20261105T090000Z
ACKNOWLEDGED:20261104T090000Z
ACTION:DISPLAY
SUMMARY:ours
END:VALARM
BEGIN:VALARM
UID:theirs
TRIGGER;VALUE=DATE-TIME:20261105T070000Z
ACTION:DISPLAY
END:VALARM
END:VTODO
END:VCALENDAR
"""
ENTRY = Entry(key="k", uid=UID, title="New", description="Text", day=date(2026, 12, 1), form="task", alarm="10:00", zone="UTC")


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
@given(fields=fields_to_change.filter(bool))
def test_every_other_line_stays_byte_for_byte(line_end: str, fields: frozenset[EntryField]) -> None:
    body = FOREIGN.replace("\n", line_end).encode()
    ours = {"title": ["SUMMARY"], "description": ["DESCRIPTION"], "day": ["DUE", "SEQUENCE"], "closed": ["STATUS", "SEQUENCE"]}
    touched = {"DTSTAMP", "LAST-MODIFIED"} | {name for field in fields for name in ours[field]}
    after = patch(body, ENTRY, fields, LATER)

    def kept(data: bytes) -> list[bytes]:
        lines = re.findall(rb"[^\n]*\n(?:[ \t][^\n]*\n)*", data)
        return [line for line in lines if re.split(rb"[;:]", line)[0].decode() not in touched or b"ours" in line]

    def without_our_trigger(lines: list[bytes]) -> list[bytes]:
        return [line for line in lines if "day" not in fields or b"TRIGGER" not in line or b"T070000Z" in line]

    assert without_our_trigger(kept(after)) == without_our_trigger(kept(body))
    assert (f"TRIGGER;VALUE=DATE-TIME:20261201T100000Z{line_end}".encode() in after) == ("day" in fields)
    assert after.count(line_end.encode()) == after.count(b"\n")


def test_a_move_takes_away_our_alarm_if_none_is_wanted_and_never_adds_one() -> None:
    silent = dataclasses.replace(ENTRY, alarm=None)
    moved = patch(FOREIGN.encode(), silent, frozenset({"day"}), LATER)
    assert b"-alarm" not in moved
    assert b"UID:theirs" in moved
    assert b"VALARM" not in patch(render(silent, NOW), ENTRY, frozenset({"day"}), LATER)


@pytest.mark.parametrize("length", ["DTEND:20261105T100000Z", "DURATION:PT1H", ""])
def test_a_moved_event_lasts_its_day(length: str) -> None:
    body = FOREIGN.replace("VTODO", "VEVENT").replace(
        "DUE;TZID=Europe/Lisbon:20261105T090000", f"DTSTART:20261105T090000Z\n{length}"
    )
    moved = patch(body.encode(), dataclasses.replace(ENTRY, form="event"), frozenset({"day"}), LATER)
    assert b"DURATION" not in moved
    found = read_object(moved).observation
    assert isinstance(found, Meeting)
    assert found.main is not None
    assert (found.main.start, found.main.end) == ("2026-12-01", "2026-12-02")


def test_a_body_without_our_component_or_with_a_cut_attachment_is_not_patched() -> None:
    with pytest.raises(ItemUnreadable):
        patch(FOREIGN.replace(UID, "other").encode(), ENTRY, frozenset({"title"}), LATER)
    attached = FOREIGN.replace("CATEGORIES", "ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "QUJD" * 500 + "\nCATEGORIES")
    kept = read_object(attached.encode()).raw
    assert b"sha256:" in kept
    with pytest.raises(Refused):
        patch(kept, ENTRY, frozenset({"title"}), LATER)
    assert b"QUJD" * 500 in patch(attached.encode(), ENTRY, frozenset({"title"}), LATER)


def test_what_nobody_may_find_in_a_calendar() -> None:
    body = render(dataclasses.replace(ENTRY, title="A\x0b\x00\x85\u2028\ud800B", description=""), NOW)
    assert b"SUMMARY:AB\r\n" in body
    for word in (b"ATTENDEE", b"ORGANIZER", b"RELATED-TO", b"TZID", b"DESCRIPTION:\r\n"):
        assert word not in body
