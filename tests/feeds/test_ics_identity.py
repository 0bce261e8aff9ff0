"""The same meeting stays the same: objects of a feed by their UIDs, without them, and in spite of them."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.errors import ItemUnreadable
from auld.observations import Meeting
from auld_connectors._ical import read_object
from auld_connectors._ics_match import Mark, recognise
from auld_connectors._ics_split import Thing, group, split
from auld_connectors._lines import Reading
from support.feed_server import FeedServer, Reply
from support.ics_feeds import Reader, calendar, component, ics, read, vevent

NOTHING = (0, 0, 0)
DAYS = [f"202603{day:02}" for day in range(10, 30)]


def reader_of(server: FeedServer, *contents: str) -> Reader:
    """A reader that has pulled once."""
    reader = read(server.serve("/feed", calendar(*contents)))
    reader.pull()
    return reader


def then(reader: Reader, server: FeedServer, *contents: str) -> tuple[int, int, int]:
    """What another state of the feed changes: new, changed and gone items."""
    server.serve("/feed", calendar(*contents))
    return reader.pull()


def instance(uid: str, of: str, moved_to: str, *lines: str) -> str:
    return vevent(uid, moved_to, "Weekly", f"RECURRENCE-ID:{of}T120000Z", *lines)


WEEKLY = vevent("series", "20260303", "Weekly", "RRULE:FREQ=WEEKLY")


# --- one item for each UID ----------------------------------------------------------------------------------------------
def test_an_override_may_stand_before_its_master(feed_server: FeedServer) -> None:
    reader = reader_of(feed_server, instance("series", "20260310", "20260311"), vevent("other"), WEEKLY)
    assert reader.refs == ["other", "series"]
    series = next(meeting for meeting in reader.meetings if meeting.uid == "series")
    assert series.main is not None and series.rules == ("FREQ=WEEKLY",)
    assert [override.happening.start for override in series.overrides] == ["2026-03-11T12:00:00"]


def test_an_override_without_its_master_is_a_meeting(feed_server: FeedServer) -> None:
    reader = reader_of(feed_server, instance("series", "20260310", "20260311"))
    (meeting,) = reader.meetings
    assert (meeting.uid, meeting.main, len(meeting.overrides)) == ("series", None, 1)


def test_dates_of_a_series_without_its_master_leave_a_feed_one_by_one(feed_server: FeedServer) -> None:
    dates = [instance("series", day, day) for day in DAYS[:3]]
    reader = reader_of(feed_server, *dates)
    assert len(reader.meetings) == 3
    assert {meeting.uid for meeting in reader.meetings} == {"series"}
    assert then(reader, feed_server, *dates[:2]) == (0, 0, 1)
    assert then(reader, feed_server, *dates[::-1]) == (1, 0, 0)


def test_the_same_component_twice_counts_once(feed_server: FeedServer) -> None:
    assert len(reader_of(feed_server, vevent(), vevent(), vevent("", DAYS[3]), vevent("", DAYS[3])).refs) == 2


def test_of_several_versions_the_newest_counts(feed_server: FeedServer) -> None:
    versions = [vevent("one", DAYS[n], f"Version {n}", f"SEQUENCE:{n}") for n in (1, 2, 0)]
    assert reader_of(feed_server, *versions).titles == ["Version 2"]
    stamped = [vevent("one", DAYS[0], f"Version {n}", f"DTSTAMP:2026030{n}T000000Z") for n in (1, 2)]
    assert reader_of(feed_server, *stamped).titles == ["Version 2"]


def test_one_uid_for_several_meetings_identifies_none_of_them(feed_server: FeedServer) -> None:
    meetings = [vevent("same", day, f"Meeting on {day}") for day in DAYS[:4]]
    reader = reader_of(feed_server, *meetings)
    assert len(reader.refs) == 4
    assert then(reader, feed_server, *meetings[::-1]) == NOTHING
    assert then(reader, feed_server, *meetings[1:]) == (0, 0, 1)
    gone = meetings[0]
    assert then(reader, feed_server, gone, *meetings[2:]) == (1, 0, 1)
    assert reader.titles == sorted(f"Meeting on {day}" for day in (DAYS[0], *DAYS[2:4]))


def test_a_meeting_and_a_task_may_share_a_uid(feed_server: FeedServer) -> None:
    reader = reader_of(feed_server, vevent("one"), component("VTODO", "UID:one", "SUMMARY:Prepare"))
    assert len(reader.refs) == 2


@pytest.mark.parametrize("uid", ["a/b?c#d e", "x" * 5000, "\U0001f4c5" * 200, "ü\\,\\;\\\\", "../../etc", "%2F", "é" * 150])
def test_odd_uids_make_refs_of_one_piece(feed_server: FeedServer, uid: str) -> None:
    reader = reader_of(feed_server, vevent(uid))
    (ref,) = reader.refs
    assert "/" not in ref and ref.isascii() and len(ref) < 300
    assert reader.meetings[0].uid == uid.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    assert then(reader, feed_server, vevent(uid, DAYS[5])) == (0, 1, 0)
    assert reader.refs == [ref]


def test_without_a_uid_the_content_identifies(feed_server: FeedServer) -> None:
    reader = reader_of(feed_server, vevent(""), vevent("", DAYS[1]))
    assert then(reader, feed_server, vevent("", DAYS[1]), vevent("")) == NOTHING
    assert then(reader, feed_server, vevent("", DAYS[1]), vevent("", DAYS[0], "Lunch with Ana", "LOCATION:Café")) == (0, 1, 0)
    assert then(reader, feed_server, vevent("", DAYS[1]), vevent("", DAYS[0], "Lunch, again", "LOCATION:Café")) == (0, 1, 0)


# --- UIDs that change ---------------------------------------------------------------------------------------------------
def minted(seed: int, *contents: str) -> list[str]:
    """The same entries, each with a UID that was never seen."""
    some = random.Random(seed)
    return [text.replace("UID:@", f"UID:{some.random()}@example.org") for text in contents]


def test_new_uids_at_every_request_are_nothing_new(feed_server: FeedServer) -> None:
    entries = [
        *(vevent("@", day, f"Meeting {number % 3}") for number, day in enumerate(DAYS)),
        vevent("@", "20260401", "Twice"),
        vevent("@", "20260401", "Twice", "LOCATION:elsewhere"),
        vevent("@", "20260303", "Weekly", "RRULE:FREQ=WEEKLY"),
        component("VTODO", "UID:@", "SUMMARY:Call Ben", "DUE:20260312T100000Z"),
    ]
    reader = reader_of(feed_server, *minted(0, *entries))
    refs = reader.refs
    for seed in range(1, 4):
        assert then(reader, feed_server, *minted(seed, *entries)) == NOTHING
        assert reader.batches == []
    assert then(reader, feed_server, *minted(8, *entries[::-1])) == NOTHING
    assert [batch for batch in reader.batches if batch.items] == []
    feed_server.serve("/feed", calendar(*minted(9, *entries)))
    assert reader.pull(full=True) == NOTHING
    assert reader.refs == refs


@pytest.mark.parametrize(
    "later",
    [
        vevent("@", "20260310", "Lunch with Ana", "LOCATION:Café", "DESCRIPTION:changed"),
        vevent("@", "20260310", "Lunch with Ana", "ATTENDEE:mailto:ben@example.net"),
        vevent("@", "20260310", "Lunch with Ana").replace("T130000Z", "T140000Z"),
        vevent("@", "20260310", "Dinner with Ana"),
        vevent("@", "20260310").replace("DTSTART:20260310T120000Z", "DTSTART;TZID=Europe/Madrid:20260310T130000"),
    ],
    ids=["notes", "another guest", "longer", "renamed", "another zone"],
)
def test_with_new_uids_a_change_is_a_change_and_not_another_meeting(feed_server: FeedServer, later: str) -> None:
    others = [vevent("@", day) for day in DAYS[1:5]]
    reader = reader_of(feed_server, *minted(0, vevent("@"), *others))
    refs = reader.refs
    new, changed, gone = then(reader, feed_server, *minted(1, later, *others))
    assert (new, gone) == (0, 0)
    assert changed == 1
    assert reader.refs == refs


def test_uids_that_are_numbers_of_lines_do_not_make_one_meeting_of_another(feed_server: FeedServer) -> None:
    def numbered(days: list[str]) -> list[str]:
        return [vevent(f"event-{number}", day, f"Meeting on {day}") for number, day in enumerate(days)]

    reader = reader_of(feed_server, *numbered(DAYS[:6]))
    before = dict(zip(reader.titles, reader.refs, strict=True))
    assert then(reader, feed_server, *numbered(DAYS[1:6])) == (0, 0, 1)
    assert then(reader, feed_server, *numbered([DAYS[0], *DAYS[2:8]])) == (3, 0, 1)
    seen = [(ref, item.observation) for ref, item in reader.copy.items.items()]
    after = {meeting.main.title: ref for ref, meeting in seen if isinstance(meeting, Meeting) and meeting.main}
    stayed = [f"Meeting on {day}" for day in DAYS[2:6]]
    assert [after[title] for title in stayed] == [before[title] for title in stayed]


def test_a_meeting_that_moves_keeps_its_item_by_its_uid(feed_server: FeedServer) -> None:
    reader = reader_of(feed_server, vevent("one"), vevent("two", DAYS[1], "Other"))
    moved = vevent("one", DAYS[7], "Moved and renamed")
    assert then(reader, feed_server, moved, vevent("two", DAYS[1], "Other")) == (0, 1, 0)
    assert reader.refs == ["one", "two"]


def test_a_new_meeting_that_takes_over_an_old_uid_gets_a_name_of_its_own(feed_server: FeedServer) -> None:
    """A feed that has given its meetings new UIDs once gives an old one to another."""
    reader = reader_of(feed_server, vevent("one"))
    assert then(reader, feed_server, vevent("new")) == NOTHING
    assert then(reader, feed_server, vevent("new"), vevent("one", DAYS[9], "Another")) == (1, 0, 0)
    assert len(reader.refs) == 2


# --- windows ------------------------------------------------------------------------------------------------------------
def test_what_leaves_a_feed_at_the_past_end_was_not_deleted(feed_server: FeedServer) -> None:
    meetings = [vevent(day, day, f"Meeting on {day}") for day in DAYS]
    reader = reader_of(feed_server, *meetings[:6])
    for number, day in enumerate(range(11, 20), start=1):
        reader.now = datetime(2026, 3, day, 9, tzinfo=UTC)
        assert then(reader, feed_server, *meetings[number : number + 6]) == (1, 0, 0)
    assert then(reader, feed_server, *meetings[9:12], *meetings[13:15]) == (0, 0, 1)  # that one was


def test_what_has_not_taken_place_yet_was_deleted_though_it_is_the_first(feed_server: FeedServer) -> None:
    meetings = [vevent(day, day) for day in DAYS[:3]]
    reader = reader_of(feed_server, *meetings)
    assert then(reader, feed_server, *meetings[1:]) == (0, 0, 1)


def test_a_feed_of_what_is_to_come_may_run_empty(feed_server: FeedServer) -> None:
    reader = reader_of(feed_server, vevent("one", "20260310"))
    reader.now = datetime(2026, 3, 11, tzinfo=UTC)
    assert then(reader, feed_server) == NOTHING
    assert then(reader, feed_server, vevent("two", "20260312")) == (1, 0, 0)


# --- whatever a feed says -----------------------------------------------------------------------------------------------
def parsed(thing: Thing) -> Reading:
    return read_object(thing.text({}, uids=False))


UID = st.sampled_from(["", "a", "b", "c"])
EVENT = st.builds(
    lambda uid, day, title, rid: vevent(uid, day, title, *([f"RECURRENCE-ID:{rid}T120000Z"] if rid else [])),
    UID,
    st.sampled_from(DAYS[:3]),
    st.sampled_from(["Lunch", "Call"]),
    st.sampled_from(["", "", DAYS[0], DAYS[1]]),
)


@given(st.lists(st.lists(EVENT, max_size=6), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_refs_are_unique_and_the_same_feed_again_brings_nothing(feeds: list[list[str]], some: random.Random) -> None:
    known: dict[str, str] = {}
    for feed in feeds:
        for order in range(2):
            events = list(feed)
            if order:
                some.shuffle(events)
            things = group(split(ics(*events)).parts)
            seen = recognise(
                things, known, lambda thing: read_object(thing.text({}, uids=False)), everything=False, renew=False
            )
            versions = {each.ref: each.mark.version for each in seen}
            assert len(versions) == len(things)
            if order:
                assert versions == known
            known = versions


def test_reading_is_for_what_is_not_known_word_for_word() -> None:
    def never(thing: Thing) -> None:
        raise AssertionError(thing.uid)

    things = group(split(ics(vevent("one"), vevent("two", DAYS[1]))).parts)
    first = recognise(things, {}, parsed, everything=False, renew=False)
    known = {each.ref: each.mark.version for each in first}
    again = group(split(ics(vevent("new"), vevent("two", DAYS[1], "Lunch with Ana", "DTSTAMP:20260302T000000Z"))).parts)
    seen = recognise(again, known, never, everything=False, renew=False)  # type: ignore[arg-type]  # it never returns
    assert {each.ref: each.mark.version for each in seen} == known


@pytest.mark.parametrize(
    "hostile",
    [
        component("VEVENT", "UID:one", "X-A:" + "a\r\n " * 200_000, "BEGIN:VALARM\r\n" * 50_000 + "END:OTHER\r\n" * 50_000),
        "".join(component("VTIMEZONE", f"TZID:z{number}") for number in range(20_000)) + vevent(),
        "BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 60_000,
        "BEGIN:VEVENT\r\nUID:one\r\n" * 60_000,
        "".join(f"BEGIN:VEVENT\r\nUID:one\r\nX-A:{number}\r\nEND:VEVENT\r\n" for number in range(5_000)),
        "BEGIN:VCALENDAR\r\n" * 60_000,
    ],
    ids=["deep", "zones", "many", "never-ending", "one uid", "calendars"],
)
def test_a_hostile_file_costs_little(hostile: str) -> None:
    began = time.process_time()
    document = split(ics(hostile))
    assert len(document.parts) <= 50_000
    assert document.whole is (len(document.parts) < 50_000 and not hostile.startswith("BEGIN:VCALENDAR"))
    known: dict[str, str] = {}
    for _ in range(2):
        seen = recognise(group(document.parts), known, parsed, everything=False, renew=False)
        known = {each.ref: each.mark.version for each in seen}
    assert len(known) <= 2
    assert time.process_time() - began < 5


@given(st.data())
def test_whatever_a_server_sends_is_read_or_refused(data: st.DataObject) -> None:
    body = bytearray(ics(vevent("one"), vevent("two", DAYS[1], "x", component("VALARM", "TRIGGER:-PT5M").strip()), WEEKLY))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body)))
        if data.draw(st.booleans()):
            body[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
        else:
            body[at:at] = body[at // 2 : at]
    try:
        document = split(bytes(body))
    except ItemUnreadable:
        return
    seen = recognise(group(document.parts), {}, parsed, everything=False, renew=False)
    assert len({each.ref for each in seen}) == len(seen)
    assert all(each.mark == Mark.parse(each.mark.version) for each in seen)


def test_replies_to_conditions_do_not_matter_to_identity(feed_server: FeedServer) -> None:
    url = feed_server.serve("/feed", Reply(ics(vevent("one")), validators="volatile"), Reply(ics(vevent("two"))))
    reader = read(url)
    assert reader.pull() == (1, 0, 0)
    assert [reader.pull(), reader.pull()] == [NOTHING, NOTHING]
    assert reader.refs == ["one"]
