"""When a calendar entry is a touch: the rows of the truth table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from auld.events import Note
from auld.observations import Attendee, Happening, Meeting, Override
from auld.projections.people import person_id
from projections.world import ME, POLICY, World

ANA, RUI = "ana@example.org", "rui@example.org"
LISBON = ZoneInfo("Europe/Lisbon")
PAST = ("2026-03-02T10:00:00", "2026-03-02T11:00:00")
FUTURE = ("2026-03-20T10:00:00", "2026-03-20T11:00:00")


@pytest.fixture
def world() -> World:
    world = World()
    world.card("Ana Lima", ANA, uid="ana")
    world.card("Rui Reis", RUI, uid="rui")
    return world


def starts(world: World, name: str = "Ana Lima") -> list[str]:
    return [touch.at.isoformat() for touch in world.touches(name)]


def planned(world: World, name: str = "Ana Lima") -> list[str]:
    return [meeting.at.isoformat() for meeting in world.ask().planned(world.person(name).id)]


# --- held and to come ---------------------------------------------------------------------------------------------------
def test_a_held_meeting_of_two_is_a_full_touch(world: World) -> None:
    ref = world.meeting(*PAST, ANA, title="Coffee")
    (touch,) = world.touches("Ana Lima")
    assert touch.at == datetime(2026, 3, 2, 10, tzinfo=LISBON)
    assert (touch.kind, touch.title, touch.weight, touch.account, touch.ref) == ("meeting", "Coffee", 1.0, "cal", ref)
    assert world.touches("Rui Reis") == []


def test_a_meeting_to_come_is_planned_and_counts_once_it_has_ended(world: World) -> None:
    world.meeting(*FUTURE, ANA, title="Coffee")
    assert starts(world) == [] and planned(world) == ["2026-03-20T10:00:00+00:00"]
    before_end, at_end = datetime(2026, 3, 20, 10, 59, tzinfo=UTC), datetime(2026, 3, 20, 11, tzinfo=UTC)
    person = world.person("Ana Lima").id
    assert not world.ask(before_end).touches(person) and len(world.ask(before_end).planned(person)) == 1
    assert len(world.ask(at_end).touches(person)) == 1 and not world.ask(at_end).planned(person)


def test_planned_reaches_thirteen_weeks_or_as_far_as_asked(world: World) -> None:
    world.meeting("2026-08-01T10:00:00", "2026-08-01T11:00:00", ANA)
    person = world.person("Ana Lima").id
    assert not world.ask().planned(person)
    assert not world.ask().planned(person, until=date(2026, 7, 31))
    assert len(world.ask().planned(person, until=date(2026, 8, 1))) == 1


# --- who was there ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", ["declined", "delegated"])
def test_declined_by_me(world: World, status: str) -> None:
    world.meeting(*PAST, Attendee(ME, status=status), Attendee(ANA, status="accepted"))
    world.meeting(*FUTURE, Attendee(ME, status=status), Attendee(ANA, status="accepted"))
    assert starts(world) == [] and planned(world) == []


@pytest.mark.parametrize("status", ["declined", "delegated"])
def test_declined_by_another(world: World, status: str) -> None:
    world.meeting(*PAST, Attendee(ANA, status=status), Attendee(RUI, status="accepted"), title="With Ana Lima")
    assert starts(world) == []
    assert [touch.weight for touch in world.touches("Rui Reis")] == [1.0]


def test_a_title_does_not_bring_back_who_declined(world: World) -> None:
    world.meeting(*PAST, Attendee(ANA, status="declined"), title="Lunch with Ana Lima")
    assert starts(world) == []


@pytest.mark.parametrize(("others", "counts"), [(1, True), (12, False)])
def test_never_answered(world: World, others: int, counts: bool) -> None:
    crowd = [Attendee(f"x{n}@example.org", status="accepted") for n in range(others - 1)]
    world.meeting(*PAST, Attendee(ANA, status="needs-action"), *crowd)
    assert bool(starts(world)) is counts


def test_weight_falls_with_size_and_nobody_is_left_above_the_limit(world: World) -> None:
    three = [Attendee(f"x{n}@example.org", status="accepted") for n in range(3)]
    world.meeting(*PAST, ANA, *three)
    assert [touch.weight for touch in world.touches("Ana Lima")] == [0.25]
    world.meeting("2026-03-03T10:00:00", "2026-03-03T11:00:00", ANA, *[f"y{n}@example.org" for n in range(POLICY.size_limit)])
    assert len(starts(world)) == 1


@pytest.mark.parametrize("kind", ["room", "resource", "group"])
def test_rooms_resources_and_lists_are_nobody(world: World, kind: str) -> None:
    world.meeting(*PAST, ANA, Attendee(RUI, kind=kind))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0]
    assert world.touches("Rui Reis") == []


def test_optional_counts_less_and_the_merely_informed_not_at_all(world: World) -> None:
    world.meeting(*PAST, Attendee(ANA, role="opt-participant", status="accepted"))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [0.5]
    world.meeting(*PAST, Attendee(RUI, role="non-participant"))
    assert world.touches("Rui Reis") == []


def test_the_organiser_takes_part(world: World) -> None:
    world.meeting(*PAST, ME, organizer=Attendee(ANA))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0]


def test_a_published_entry_is_no_invitation_of_its_organiser(world: World) -> None:
    world.meeting(*PAST, organizer=Attendee(ANA), title="Street market")
    assert starts(world) == []


def test_a_calendar_that_organises_is_nobody(world: World) -> None:
    world.meeting(*PAST, ANA, organizer=Attendee("c_1@group.calendar.google.com"))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0]


def test_the_organiser_of_a_large_meeting_need_not_answer(world: World) -> None:
    crowd = [Attendee(f"x{n}@example.org", status="accepted") for n in range(12)]
    world.meeting(*PAST, Attendee(ANA), *crowd, organizer=Attendee(ANA))
    assert len(starts(world)) == 1


def test_addresses_of_mine_are_never_a_person(world: World) -> None:
    world.meeting(*PAST, Attendee("ME@example.org"), ANA, organizer=Attendee(ME))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0]


# --- moved, cancelled, deleted ------------------------------------------------------------------------------------------
def test_moved_counts_at_the_new_time_only(world: World) -> None:
    ref = world.meeting(*PAST, ANA, uid="m")
    world.meeting("2026-03-04T15:00:00", "2026-03-04T16:00:00", ANA, uid="m", ref=ref)
    assert starts(world) == ["2026-03-04T15:00:00+00:00"]
    world.meeting(*FUTURE, ANA, uid="m", ref=ref)
    assert starts(world) == [] and planned(world) == ["2026-03-20T10:00:00+00:00"]


def test_cancelled(world: World) -> None:
    world.meeting(*PAST, ANA, status="cancelled")
    world.meeting("2026-03-03T10:00:00", "2026-03-03T11:00:00", ANA, series={"method": "CANCEL"})
    assert starts(world) == []


@pytest.mark.parametrize(
    ("last_seen", "stays"),
    [("2026-03-02T10:59:00+00:00", False), ("2026-03-02T11:00:00+00:00", True), ("2026-03-09T00:00:00+00:00", True)],
)
def test_deleted_stays_if_seen_after_its_end(world: World, last_seen: str, stays: bool) -> None:
    ref = world.meeting(*PAST, ANA)
    assert len(starts(world)) == 1
    world.gone("cal", ref, last_seen)
    assert bool(starts(world)) is stays


def test_deleted_before_it_came(world: World) -> None:
    ref = world.meeting(*FUTURE, ANA)
    world.gone("cal", ref)
    assert planned(world) == []
    assert world.touches("Ana Lima", datetime(2026, 4, 1, tzinfo=UTC)) == []


def test_deleted_and_restored(world: World) -> None:
    ref = world.meeting(*PAST, ANA, uid="m")
    world.gone("cal", ref, "2026-03-01T00:00:00+00:00")
    world.meeting(*PAST, ANA, uid="m", ref=ref)
    assert len(starts(world)) == 1


# --- series -------------------------------------------------------------------------------------------------------------
WEEKLY = {"rules": ("FREQ=WEEKLY",)}


def test_a_series_counts_every_date_that_took_place_and_is_planned_to_the_horizon_only(world: World) -> None:
    world.meeting("2026-02-17T10:00:00", "2026-02-17T11:00:00", ANA, series=WEEKLY)
    assert [text[:10] for text in starts(world)] == ["2026-02-17", "2026-02-24", "2026-03-03", "2026-03-10"]
    assert len(planned(world)) == 13


def test_except_dates_cancelled_and_moved_instances(world: World) -> None:
    moved = Happening("2026-03-05T15:00:00", "2026-03-05T16:00:00", "Europe/Lisbon", attendees=(Attendee(ANA),))
    off = Happening("2026-02-24T10:00:00", "2026-02-24T11:00:00", "Europe/Lisbon", status="cancelled")
    series = {
        **WEEKLY,
        "except_": ("2026-03-10T10:00:00",),
        "overrides": (Override("2026-03-03T10:00:00", moved), Override("2026-02-24T10:00:00", off)),
    }
    world.meeting("2026-02-17T10:00:00", "2026-02-17T11:00:00", ANA, series=series)
    assert starts(world) == ["2026-02-17T10:00:00+00:00", "2026-03-05T15:00:00+00:00"]


def test_the_weekly_stand_up_weighs_less_and_less(world: World) -> None:
    world.meeting("2025-09-02T10:00:00", "2025-09-02T10:15:00", ANA, series=WEEKLY)
    weights = [touch.weight for touch in world.touches("Ana Lima")]
    assert weights[:3] == [1.0, 1 / 1.25, 1 / 1.5]
    assert weights[-1] == 1 / (1 + 0.25 * 12)


def test_a_daily_series_of_years_still_knows_its_last_dates(world: World) -> None:
    world.meeting("2015-01-01T10:00:00", "2015-01-01T10:15:00", ANA, series={"rules": ("FREQ=DAILY",)})
    touches = world.touches("Ana Lima")
    assert touches[-1].at.date() == date(2026, 3, 10)
    assert touches[0].at.date() >= date(2022, 12, 1)


def test_a_single_meeting_long_ago_is_not_forgotten(world: World) -> None:
    world.meeting("2001-05-04T10:00:00", "2001-05-04T11:00:00", ANA)
    assert starts(world) == ["2001-05-04T10:00:00+01:00"]


def test_one_instance_of_somebody_elses_series(world: World) -> None:
    instance = Happening(*PAST, "Europe/Lisbon", attendees=(Attendee(ANA), Attendee(ME)))
    world.say(Meeting("m", None, overrides=(Override("2026-03-02T10:00:00", instance),)), "cal", "/cal/m.ics")
    assert len(starts(world)) == 1


# --- not every entry is a meeting ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-03-02", "2026-03-03"), ("2026-03-02", "2026-03-06"), ("2026-03-02T09:00:00", "2026-03-04T17:00:00")],
)
def test_all_day_and_multi_day_entries_are_no_touch(world: World, start: str, end: str) -> None:
    world.meeting(start, end, ANA, title="Conference with Ana Lima")
    assert starts(world) == []


def test_what_auld_wrote_is_never_a_meeting(world: World) -> None:
    world.propose(person_id("ana"))
    entry = Happening(*PAST, "Europe/Lisbon", title="Call Ana Lima")
    world.say(Meeting("other", entry, mark="k1"), "cal", "/1")
    world.say(Meeting("uid-k1", entry), "cal", "/2")
    assert starts(world) == []


def test_an_entry_seen_before_auld_knew_it_for_its_own(world: World) -> None:
    world.say(Meeting("uid-k1", Happening(*PAST, "Europe/Lisbon", title="Call Ana Lima")), "home", "/ours/k1.ics")
    assert len(starts(world)) == 1
    world.propose(person_id("ana"))
    assert starts(world) == []


@pytest.mark.parametrize("title", ["Lunch with Ana Lima", "ANA LIMA: catch-up", "Café “Ana Lima”"])
def test_a_title_that_names_somebody(world: World, title: str) -> None:
    world.meeting(*PAST, title=title)
    assert len(starts(world)) == 1


@pytest.mark.parametrize("title", ["Lunch with Ana", "Susana Limage", "Ana and Lima", "", "Ana Lima Costa"])
def test_a_title_that_names_nobody_or_somebody_else(world: World, title: str) -> None:
    world.card("Ana Lima Costa", "other@example.org")
    world.meeting(*PAST, title=title)
    assert list(world.ask().touches(person_id("ana"))) == []


def test_a_name_that_two_people_bear_is_never_guessed(world: World) -> None:
    world.meeting(*PAST, title="Lunch with Ana Lima")
    assert len(world.ask().touches(person_id("ana"))) == 1
    world.card("Ana Lima", "namesake@example.org")
    assert len(world.ask().touches(person_id("ana"))) == 0


def test_two_people_in_a_title(world: World) -> None:
    world.meeting(*PAST, title="Ana Lima / Rui Reis")
    assert [touch.weight for touch in world.touches("Ana Lima")] == [0.5]
    assert [touch.weight for touch in world.touches("Rui Reis")] == [0.5]


# --- one meeting, several copies ----------------------------------------------------------------------------------------
def test_the_same_uid_in_two_accounts_is_one_touch(world: World) -> None:
    world.meeting(*PAST, ANA, uid="m", account="work", ref="/w/m.ics")
    world.meeting(*PAST, ANA, uid="m", account="home", ref="/h/m.ics")
    assert len(starts(world)) == 1


def test_of_two_copies_the_one_observed_last_decides(world: World) -> None:
    world.meeting(*PAST, ANA, uid="m", account="work", ref="/w/m.ics")
    world.meeting(*PAST, ANA, uid="m", account="home", ref="/h/m.ics")
    world.meeting("2026-03-04T10:00:00", "2026-03-04T11:00:00", ANA, uid="m", account="work", ref="/w/m.ics")
    assert starts(world) == ["2026-03-04T10:00:00+00:00"]
    world.meeting(*PAST, ANA, uid="m", account="work", ref="/w/m.ics", status="cancelled")
    assert starts(world) == []


def test_a_copy_that_was_deleted_leaves_the_other(world: World) -> None:
    world.meeting(*PAST, ANA, uid="m", account="home", ref="/h/m.ics")
    world.meeting(*PAST, ANA, uid="m", account="work", ref="/w/m.ics")
    world.gone("work", "/w/m.ics", "2026-03-01T00:00:00+00:00")
    assert len(starts(world)) == 1


def test_a_uid_in_use_twice_in_one_collection_is_two_meetings(world: World) -> None:
    world.meeting(*PAST, ANA, uid="m", ref="/cal/1.ics")
    world.meeting("2026-03-04T10:00:00", "2026-03-04T11:00:00", ANA, uid="m", ref="/cal/2.ics")
    assert len(starts(world)) == 2


def test_the_organisers_copy_under_another_uid_is_the_same_touch(world: World) -> None:
    world.meeting(*PAST, ANA, uid="mine", title="Coffee")
    world.meeting(*PAST, ANA, uid="theirs", title="Coffee", account="work", zone="Europe/Lisbon")
    assert len(starts(world)) == 1


def test_a_feed_that_gives_a_new_uid(world: World) -> None:
    ref = world.meeting(*PAST, ANA, uid="old")
    world.gone("cal", ref, "2026-03-09T00:00:00+00:00")
    world.meeting(*PAST, ANA, uid="new")
    assert len(starts(world)) == 1


# --- whom an address means ----------------------------------------------------------------------------------------------
def test_an_address_that_a_card_once_had_keeps_its_meetings(world: World) -> None:
    world.card("Ana Lima", "old@example.org", ref="/9", uid="nine")
    world.meeting(*PAST, "old@example.org")
    assert len(world.ask().touches(person_id("nine"))) == 1
    world.card("Ana Lima", "new@example.org", ref="/9", uid="nine")
    assert len(world.ask().touches(person_id("nine"))) == 1
    world.card("Pedro Pires", "old@example.org", uid="heir")
    assert len(world.ask().touches(person_id("nine"))) == 0
    assert len(world.ask().touches(person_id("heir"))) == 1


def test_a_shared_mailbox_means_whom_the_invitation_names(world: World) -> None:
    world.card("Pedro Costa", "desk@example.org")
    world.card("Inês Sousa", "desk@example.org")
    world.meeting(*PAST, Attendee("desk@example.org", name="Ines Sousa", status="accepted"))
    world.meeting("2026-03-03T10:00:00", "2026-03-03T11:00:00", Attendee("desk@example.org", status="accepted"))
    assert len(world.touches("Inês Sousa")) == 1
    assert world.touches("Pedro Costa") == []


def test_a_meeting_known_before_its_person(world: World) -> None:
    world.meeting(*PAST, "new@example.org")
    world.card("Nuno Alves", "new@example.org")
    assert len(world.touches("Nuno Alves")) == 1


# --- time ---------------------------------------------------------------------------------------------------------------
def test_floating_time_is_the_users(world: World) -> None:
    world.meeting("2026-07-01T23:30:00", "2026-07-02T00:30:00", ANA, zone="")
    (touch,) = world.touches("Ana Lima", datetime(2026, 7, 2, tzinfo=UTC))
    assert (touch.at.date(), touch.at.utcoffset()) == (date(2026, 7, 1), timedelta(hours=1))


def test_the_local_date_decides_the_day(world: World) -> None:
    world.meeting("2026-03-01T20:00:00", "2026-03-01T21:00:00", ANA, zone="America/New_York")
    assert world.touches("Ana Lima")[0].at.date() == date(2026, 3, 2)


def test_the_hour_that_comes_twice(world: World) -> None:
    world.meeting("2026-10-25T00:30:00", "2026-10-25T00:45:00", ANA, zone="UTC")
    person = person_id("ana")
    assert not world.ask(datetime(2026, 10, 25, 0, 44, tzinfo=UTC)).touches(person)
    assert len(world.ask(datetime(2026, 10, 25, 1, 0, tzinfo=UTC)).touches(person)) == 1


# --- other kinds --------------------------------------------------------------------------------------------------------
def test_a_note_is_shown_but_does_not_count(world: World) -> None:
    world.say(Note(person_id("ana"), "likes fado"))
    assert [(touch.kind, touch.title, touch.weight) for touch in world.touches("Ana Lima")] == [("note", "likes fado", 0.0)]
    assert world.ask().last_touch(person_id("ana")) is None


def test_last_touch(world: World) -> None:
    world.meeting(*PAST, ANA)
    world.meeting("2026-01-02T10:00:00", "2026-01-02T11:00:00", ANA)
    last = world.ask().last_touch(person_id("ana"))
    assert last is not None and last.at.date() == date(2026, 3, 2)


# --- busy days ----------------------------------------------------------------------------------------------------------
def test_busy_minutes_count_overlaps_once_and_only_what_takes_time(world: World) -> None:
    day = "2026-03-12"
    world.meeting(f"{day}T09:00:00", f"{day}T10:00:00")
    world.meeting(f"{day}T09:30:00", f"{day}T11:00:00", ANA)
    world.meeting(f"{day}T12:00:00", f"{day}T13:00:00", transparent=True)
    world.meeting(f"{day}T13:00:00", f"{day}T14:00:00", status="cancelled")
    world.meeting(f"{day}T14:00:00", f"{day}T15:00:00", Attendee(ME, status="declined"), ANA)
    world.meeting(day, "2026-03-13")
    ref = world.meeting(f"{day}T15:00:00", f"{day}T16:00:00")
    world.gone("cal", ref)
    assert world.ask().busy_minutes(date(2026, 3, 12)) == 120
    assert world.ask().busy_minutes(date(2026, 3, 13)) == 0


def test_busy_minutes_over_midnight_and_in_series(world: World) -> None:
    world.meeting("2026-01-01T23:00:00", "2026-01-02T02:00:00", series={"rules": ("FREQ=DAILY",)})
    assert world.ask().busy_minutes(date(2026, 3, 12)) == 180
    assert world.ask().busy_minutes(date(2026, 1, 1)) == 60
    assert world.ask().busy_minutes(date(2026, 12, 1)) == 180
