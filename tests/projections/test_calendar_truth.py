"""The rows of the calendar truth table (tests/support/truth_rows.py), over log and projection: a test's name begins with its
row's; what follows ``__`` is what is particular about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.events import Unreadable
from auld.observations import Attendee, Happening, Meeting, Override
from auld.projections.people import person_id
from auld_connectors._ical import read_object
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


def why(world: World, name: str = "Ana Lima") -> list[str]:
    """The rules by which entries that concern somebody were left out."""
    return [left_out.rule for left_out in world.ask().left_out(world.person(name).id)]


def questions(world: World) -> list[tuple[str, list[str]]]:
    return [(each.about, [person.name for person in each.candidates]) for each in world.ask().questions()]


def crowd(count: int) -> list[Attendee]:
    return [Attendee(f"x{number}@example.org", status="accepted") for number in range(count)]


# --- held and to come ---------------------------------------------------------------------------------------------------
def test_took_place(world: World) -> None:
    ref = world.meeting(*PAST, ANA, title="Coffee")
    (touch,) = world.touches("Ana Lima")
    assert touch.at == datetime(2026, 3, 2, 10, tzinfo=LISBON)
    assert (touch.kind, touch.title, touch.weight, touch.account, touch.ref) == ("meeting", "Coffee", 1.0, "cal", ref)
    assert world.touches("Rui Reis") == []


def test_took_place__long_ago(world: World) -> None:
    world.meeting("2001-05-04T10:00:00", "2001-05-04T11:00:00", ANA)
    assert starts(world) == ["2001-05-04T10:00:00+01:00"]


def test_to_come(world: World) -> None:
    world.meeting(*FUTURE, ANA, title="Coffee")
    assert starts(world) == [] and planned(world) == ["2026-03-20T10:00:00+00:00"]
    before_end, at_end = datetime(2026, 3, 20, 10, 59, tzinfo=UTC), datetime(2026, 3, 20, 11, tzinfo=UTC)
    person = world.person("Ana Lima").id
    assert not world.ask(before_end).touches(person) and len(world.ask(before_end).planned(person)) == 1
    assert len(world.ask(at_end).touches(person)) == 1 and not world.ask(at_end).planned(person)


def test_to_come__thirteen_weeks_or_as_far_as_asked(world: World) -> None:
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


def test_declined_by_me__not_attending_any_more(world: World) -> None:
    """Somebody else's meeting, from whose list the user was taken, or took themself."""
    for start, end in (PAST, FUTURE):
        ref = world.meeting(start, end, ANA, uid=start, organizer=Attendee(ANA))
        without_me = Happening(start, end, "Europe/Lisbon", organizer=Attendee(ANA), attendees=(Attendee(ANA), Attendee(RUI)))
        world.say(Meeting(start, without_me), "cal", ref)
    assert starts(world) == [] and planned(world) == []
    assert why(world) == ["declined_by_me", "declined_by_me"]


def test_declined_by_me__invited_again(world: World) -> None:
    ref = world.meeting(*PAST, ANA, uid="m")
    world.say(Meeting("m", Happening(*PAST, "Europe/Lisbon", attendees=(Attendee(ANA),))), "cal", ref)
    assert starts(world) == []
    world.meeting(*PAST, ANA, uid="m", ref=ref)
    assert len(starts(world)) == 1


def test_declined_by_me__never_listed_is_no_refusal(world: World) -> None:
    """An organiser's copy as Exchange writes it, and an invitation to an alias that auld does not know."""
    for ref, people in (("/1", (Attendee(ANA),)), ("/2", (Attendee(RUI), Attendee("alias@example.com")))):
        for title in ("Review", "Review, changed"):
            world.say(Meeting(ref, Happening(*PAST, "Europe/Lisbon", title=title, attendees=people)), "cal", ref)
    assert len(starts(world)) == 1 and len(starts(world, "Rui Reis")) == 1


def test_declined_by_me__the_organiser_need_not_be_listed(world: World) -> None:
    ref = world.meeting(*PAST, ANA, uid="m", organizer=Attendee(ME))
    mine = Happening(*PAST, "Europe/Lisbon", organizer=Attendee(ME), attendees=(Attendee(ANA),))
    world.say(Meeting("m", mine), "cal", ref)
    assert len(starts(world)) == 1


def test_declined_by_me__one_date_of_a_series(world: World) -> None:
    people = (Attendee(ME, status="declined"), Attendee(ANA, status="accepted"))
    off = Override(
        "2026-03-03T10:00:00", Happening("2026-03-03T10:00:00", "2026-03-03T11:00:00", "Europe/Lisbon", attendees=people)
    )
    world.meeting("2026-02-24T10:00:00", "2026-02-24T11:00:00", ANA, series={**WEEKLY, "overrides": (off,)})
    assert [text[:10] for text in starts(world)] == ["2026-02-24", "2026-03-10"]


@pytest.mark.parametrize("status", ["declined", "delegated"])
def test_declined_by_another(world: World, status: str) -> None:
    world.meeting(*PAST, Attendee(ANA, status=status), Attendee(RUI, status="accepted"), title="With Ana Lima")
    assert starts(world) == []
    assert [touch.weight for touch in world.touches("Rui Reis")] == [1.0]


def test_declined_by_another__changed_their_mind(world: World) -> None:
    ref = world.meeting(*PAST, Attendee(ANA, status="declined"), uid="m")
    assert starts(world) == [] and why(world) == ["declined_by_another"]
    world.meeting(*PAST, Attendee(ANA, status="accepted"), uid="m", ref=ref)
    assert len(starts(world)) == 1


def test_declined_by_another__named_in_the_title(world: World) -> None:
    world.meeting(*PAST, Attendee(ANA, status="declined"), title="Lunch with Ana Lima")
    assert starts(world) == []


@pytest.mark.parametrize(("others", "counts"), [(1, True), (12, False)])
def test_never_answered(world: World, others: int, counts: bool) -> None:
    crowd = [Attendee(f"x{n}@example.org", status="accepted") for n in range(others - 1)]
    world.meeting(*PAST, Attendee(ANA, status="needs-action"), *crowd)
    assert bool(starts(world)) is counts


def test_organiser(world: World) -> None:
    world.meeting(*PAST, ME, organizer=Attendee(ANA))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0]


def test_organiser__need_not_answer(world: World) -> None:
    crowd = [Attendee(f"x{n}@example.org", status="accepted") for n in range(12)]
    world.meeting(*PAST, Attendee(ANA), *crowd, organizer=Attendee(ANA))
    assert len(starts(world)) == 1


def test_organiser__of_a_published_entry(world: World) -> None:
    world.meeting(*PAST, organizer=Attendee(ANA), title="Street market")
    assert starts(world) == []


def test_organiser__is_a_calendar(world: World) -> None:
    world.meeting(*PAST, ANA, organizer=Attendee("c_1@group.calendar.google.com"))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0]


def test_optional(world: World) -> None:
    world.meeting(*PAST, Attendee(ANA, role="opt-participant", status="accepted"))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [0.5]
    world.meeting(*PAST, Attendee(RUI, role="non-participant"))
    assert world.touches("Rui Reis") == []


@pytest.mark.parametrize("kind", ["room", "resource", "group"])
def test_rooms_and_lists(world: World, kind: str) -> None:
    world.meeting(*PAST, ANA, Attendee(RUI, kind=kind))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0]
    assert world.touches("Rui Reis") == []


@pytest.mark.parametrize("name", ["Room 4.12", "Conference Room Blue", "Besprechungsraum Nord", "Sala 3"])
def test_rooms_and_lists__by_name_only(world: World, name: str) -> None:
    """Many servers invite a room as they would a human."""
    world.card(name, RUI)
    world.meeting(*PAST, ANA, Attendee(RUI, name, status="accepted"))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0]


def test_own_addresses(world: World) -> None:
    world.meeting(*PAST, Attendee("ME@example.org"), ANA, organizer=Attendee(ME))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0]


def test_own_addresses__the_policy_names_one_more(world: World) -> None:
    world.meeting(*PAST, "alias@example.com", ANA)
    assert [touch.weight for touch in world.touches("Ana Lima")] == [0.5]
    world.say(msgspec.structs.replace(POLICY, me=(*POLICY.me, "alias@example.com")))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0]


def test_own_addresses__somebody_went_instead(world: World) -> None:
    """The delegate takes part, the user does not."""
    world.meeting(*PAST, Attendee(ME, status="delegated"), Attendee(RUI, status="accepted"), ANA)
    assert starts(world) == [] and starts(world, "Rui Reis") == []


def test_size(world: World) -> None:
    world.meeting(*PAST, ANA, *crowd(3))
    assert [touch.weight for touch in world.touches("Ana Lima")] == [0.25]


def test_size__counts_who_comes_and_each_once(world: World) -> None:
    """Rooms and those who declined are not there, and somebody invited under two addresses is one person."""
    world.card("Ana Lima", "ana@work.example.org", uid="ana", ref="/second")
    away = [Attendee(f"y{n}@example.org", status="declined") for n in range(5)]
    room = Attendee("room@example.org", kind="room", status="accepted")
    world.meeting(*PAST, ANA, "ana@work.example.org", RUI, room, *away)
    assert [touch.weight for touch in world.touches("Ana Lima")] == [0.5]


@pytest.mark.parametrize(("others", "counts"), [(POLICY.size_limit - 1, True), (POLICY.size_limit, False)])
def test_too_large(world: World, others: int, counts: bool) -> None:
    world.meeting(*PAST, ANA, *crowd(others - 1))
    assert bool(starts(world)) is counts
    assert why(world) == ([] if counts else ["too_large"])


def test_somebody_else(world: World) -> None:
    world.card("Pedro Costa", "desk@example.org")
    world.card("Inês Sousa", "desk@example.org")
    world.meeting(*PAST, Attendee("desk@example.org", name="Ines Sousa", status="accepted"))
    world.meeting("2026-03-03T10:00:00", "2026-03-03T11:00:00", Attendee("desk@example.org", status="accepted"))
    assert starts(world, "Inês Sousa") == ["2026-03-02T10:00:00+00:00"] and why(world, "Inês Sousa") == ["somebody_else"]
    assert starts(world, "Pedro Costa") == [] and why(world, "Pedro Costa") == ["somebody_else", "somebody_else"]


# --- moved, cancelled, deleted ------------------------------------------------------------------------------------------
def test_moved(world: World) -> None:
    ref = world.meeting(*PAST, ANA, uid="m")
    world.meeting("2026-03-04T15:00:00", "2026-03-04T16:00:00", ANA, uid="m", ref=ref)
    assert starts(world) == ["2026-03-04T15:00:00+00:00"]
    world.meeting(*FUTURE, ANA, uid="m", ref=ref)
    assert starts(world) == [] and planned(world) == ["2026-03-20T10:00:00+00:00"]


def test_cancelled(world: World) -> None:
    world.meeting(*PAST, ANA, status="cancelled")
    world.meeting("2026-03-03T10:00:00", "2026-03-03T11:00:00", ANA, series={"method": "CANCEL"})
    assert starts(world) == []


def test_cancelled__afterwards_and_taken_back(world: World) -> None:
    ref = world.meeting(*PAST, ANA, uid="m")
    world.meeting(*PAST, ANA, uid="m", ref=ref, status="cancelled")
    assert starts(world) == [] and why(world) == ["cancelled"]
    world.meeting(*PAST, ANA, uid="m", ref=ref)
    assert len(starts(world)) == 1


def test_cancelled__a_series_after_some_of_its_dates(world: World) -> None:
    """The organiser ends the stand-up by cancelling it: what was held until then was held, but what was cancelled by itself."""
    world.now = datetime(2026, 3, 17, 12, tzinfo=UTC)
    later = datetime(2026, 4, 1, tzinfo=UTC)
    weekly = {"rules": ("FREQ=WEEKLY",), "except_": ("2026-03-09T10:00:00",)}
    ref = world.meeting(*PAST, ANA, uid="m", series=weekly)
    world.meeting(*PAST, ANA, uid="m", ref=ref, series=weekly, status="cancelled")
    assert [touch.at.day for touch in world.touches("Ana Lima", later)] == [2, 16]
    world.meeting(*PAST, ANA, uid="m", ref=ref, series=weekly, status="cancelled", title="Again")
    assert [touch.at.day for touch in world.touches("Ana Lima", later)] == [2, 16]
    world.meeting(*PAST, ANA, uid="n", series=weekly, status="cancelled")
    assert [touch.at.day for touch in world.touches("Ana Lima", later)] == [2, 16]


@pytest.mark.parametrize(
    "title",
    ["Canceled: Review", "Abgesagt: Lunch with Ana Lima", "ANNULÉ : point", "Cancelled - Tea", "Tea with Ana Lima (cancelled)"],
)
def test_cancelled__as_exchange_leaves_it_standing(world: World, title: str) -> None:
    world.meeting(*PAST, ANA, title=title)
    world.meeting("2026-03-03T10:00:00", "2026-03-03T11:00:00", title=title)
    assert starts(world) == []


def test_deleted_before(world: World) -> None:
    ref = world.meeting(*FUTURE, ANA)
    world.gone("cal", ref)
    assert planned(world) == []
    assert world.touches("Ana Lima", datetime(2026, 4, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize("last_seen", ["2026-03-02T11:00:00+00:00", "2026-03-09T00:00:00+00:00"])
def test_deleted_after(world: World, last_seen: str) -> None:
    ref = world.meeting(*PAST, ANA)
    world.gone("cal", ref, last_seen)
    assert len(starts(world)) == 1


def test_deleted_after__but_moved_by_deleting_it_and_making_it_anew(world: World) -> None:
    ref = world.meeting(*PAST, ANA, uid="m", ref="/cal/1.ics")
    world.meeting("2026-03-04T10:00:00", "2026-03-04T11:00:00", ANA, uid="m", ref="/cal/2.ics")
    world.gone("cal", ref)
    assert starts(world) == ["2026-03-04T10:00:00+00:00"]


@pytest.mark.parametrize("last_seen", ["2026-03-01T00:00:00+00:00", "2026-03-02T10:59:00+00:00"])
def test_deleted_unseen(world: World, last_seen: str) -> None:
    """Also if the daemon was away, and found it gone only a week later."""
    ref = world.meeting(*PAST, ANA)
    world.gone("cal", ref, last_seen)
    assert starts(world) == [] and why(world) == ["deleted_before"]


def test_deleted_before__and_restored(world: World) -> None:
    ref = world.meeting(*PAST, ANA, uid="m")
    world.gone("cal", ref, "2026-03-01T00:00:00+00:00")
    world.meeting(*PAST, ANA, uid="m", ref=ref)
    assert len(starts(world)) == 1


# --- series -------------------------------------------------------------------------------------------------------------
WEEKLY = {"rules": ("FREQ=WEEKLY",)}


def test_series(world: World) -> None:
    world.meeting("2026-02-17T10:00:00", "2026-02-17T11:00:00", ANA, series=WEEKLY)
    assert [text[:10] for text in starts(world)] == ["2026-02-17", "2026-02-24", "2026-03-03", "2026-03-10"]
    assert len(planned(world)) == 13


def test_series__deleted_when_half_of_it_was_over(world: World) -> None:
    ref = world.meeting("2026-02-17T10:00:00", "2026-02-17T11:00:00", ANA, series=WEEKLY)
    world.gone("cal", ref, "2026-02-28T00:00:00+00:00")
    assert [text[:10] for text in starts(world)] == ["2026-02-17", "2026-02-24"] and planned(world) == []


def test_series__ended_early(world: World) -> None:
    ref = world.meeting("2026-02-17T10:00:00", "2026-02-17T11:00:00", ANA, uid="m", series=WEEKLY)
    ended = {"rules": ("FREQ=WEEKLY;UNTIL=20260224T235959Z",)}
    world.meeting("2026-02-17T10:00:00", "2026-02-17T11:00:00", ANA, uid="m", ref=ref, series=ended)
    assert [text[:10] for text in starts(world)] == ["2026-02-17", "2026-02-24"] and planned(world) == []


def test_series__with_dates_of_its_own(world: World) -> None:
    """RDATE, also one that is a day only."""
    series = {"extra": ("2026-02-19T15:00:00", "2026-02-26")}
    world.meeting("2026-02-17T10:00:00", "2026-02-17T11:00:00", ANA, series=series)
    assert [text[:16] for text in starts(world)] == ["2026-02-17T10:00", "2026-02-19T15:00", "2026-02-26T10:00"]


def test_series_exceptions(world: World) -> None:
    moved = Happening("2026-03-05T15:00:00", "2026-03-05T16:00:00", "Europe/Lisbon", attendees=(Attendee(ANA),))
    off = Happening("2026-02-24T10:00:00", "2026-02-24T11:00:00", "Europe/Lisbon", status="cancelled")
    series = {
        **WEEKLY,
        "except_": ("2026-03-10T10:00:00",),
        "overrides": (Override("2026-03-03T10:00:00", moved), Override("2026-02-24T10:00:00", off)),
    }
    world.meeting("2026-02-17T10:00:00", "2026-02-17T11:00:00", ANA, series=series)
    assert starts(world) == ["2026-02-17T10:00:00+00:00", "2026-03-05T15:00:00+00:00"]


def test_series_exceptions__put_in_afterwards(world: World) -> None:
    ref = world.meeting("2026-02-24T10:00:00", "2026-02-24T11:00:00", ANA, uid="m", series=WEEKLY)
    series = {**WEEKLY, "except_": ("2026-03-03",)}
    world.meeting("2026-02-24T10:00:00", "2026-02-24T11:00:00", ANA, uid="m", ref=ref, series=series)
    assert [text[:10] for text in starts(world)] == ["2026-02-24", "2026-03-10"]


def test_series_moved(world: World) -> None:
    """From the past into the future, and from the future into the past."""
    people = (Attendee(ANA, status="accepted"), Attendee(ME))
    later = Happening("2026-03-12T15:00:00", "2026-03-12T16:00:00", "Europe/Lisbon", attendees=people)
    earlier = Happening("2026-03-09T15:00:00", "2026-03-09T16:00:00", "Europe/Lisbon", attendees=people)
    overrides = (Override("2026-03-03T10:00:00", later), Override("2026-03-17T10:00:00", earlier))
    world.meeting("2026-03-03T10:00:00", "2026-03-03T11:00:00", ANA, series={**WEEKLY, "overrides": overrides})
    assert [text[:10] for text in starts(world)] == ["2026-03-09", "2026-03-10"]
    assert [text[:10] for text in planned(world)][:2] == ["2026-03-12", "2026-03-24"]


def test_series_moved__this_and_all_that_follow(world: World) -> None:
    """RANGE=THISANDFUTURE, with other people from then on."""
    people = (Attendee(RUI, status="accepted"), Attendee(ME))
    moved = Happening("2026-03-04T15:00:00", "2026-03-04T16:00:00", "Europe/Lisbon", attendees=people)
    series = {**WEEKLY, "overrides": (Override("2026-03-03T10:00:00", moved, this_and_future=True),)}
    world.meeting("2026-02-24T10:00:00", "2026-02-24T11:00:00", ANA, series=series)
    assert [text[:16] for text in starts(world)] == ["2026-02-24T10:00"]
    day = datetime(2026, 3, 12, tzinfo=UTC)
    assert [touch.at.isoformat()[:16] for touch in world.touches("Rui Reis", day)] == ["2026-03-04T15:00", "2026-03-11T15:00"]


def test_series_endless(world: World) -> None:
    world.meeting("2015-01-01T10:00:00", "2015-01-01T10:15:00", ANA, series={"rules": ("FREQ=DAILY",)})
    touches = world.touches("Ana Lima")
    assert touches[-1].at.date() == date(2026, 3, 10)
    assert touches[0].at.date() >= date(2022, 12, 1)


def test_series_dense(world: World) -> None:
    world.meeting("2025-09-02T10:00:00", "2025-09-02T10:15:00", ANA, series=WEEKLY)
    weights = [touch.weight for touch in world.touches("Ana Lima")]
    assert weights[:3] == [1.0, 1 / 1.25, 1 / 1.5]
    assert weights[-1] == 1 / (1 + 0.25 * 12)


def test_series_dense__split_as_google_splits_it(world: World) -> None:
    """ "This and all following" gives the rest of a series a UID of its own; it is the same stand-up."""
    ended = {"rules": ("FREQ=WEEKLY;UNTIL=20260223T000000Z",)}
    world.meeting("2026-02-17T10:00:00", "2026-02-17T10:15:00", ANA, uid="abc@google.com", series=ended)
    rest = "abc_R20260224T100000@google.com"
    world.meeting("2026-02-24T11:00:00", "2026-02-24T11:15:00", ANA, uid=rest, ref="/cal/rest.ics", series=WEEKLY)
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0, 1 / 1.25, 1 / 1.5, 1 / 1.75]


def test_series_dense__lunches_of_their_own_are_no_series(world: World) -> None:
    for day in ("02-17", "02-24", "03-03"):
        world.meeting(f"2026-{day}T12:00:00", f"2026-{day}T13:00:00", ANA, title="Lunch")
    assert [touch.weight for touch in world.touches("Ana Lima")] == [1.0, 1.0, 1.0]


# --- not every entry is a meeting ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-03-02", "2026-03-03"), ("2026-03-02", "2026-03-06"), ("2026-03-02T09:00:00", "2026-03-04T17:00:00")],
)
def test_whole_days(world: World, start: str, end: str) -> None:
    world.meeting(start, end, ANA, title="Conference with Ana Lima")
    assert starts(world) == []


@pytest.mark.parametrize(
    "ref",
    [
        "/caldav/v2/addressbook%23contacts%40group.v.calendar.google.com/events/1.ics",
        "https://calendar.google.com/calendar/ical/en.pt%23holiday@group.v.calendar.google.com/public/basic.ics#1",
        "/remote.php/dav/calendars/me/contact_birthdays/1.ics",
    ],
)
def test_calendars_of_days(world: World, ref: str) -> None:
    world.meeting(*PAST, title="Ana Lima", ref=ref)
    assert starts(world) == [] and why(world) == ["calendars_of_days"]


@pytest.mark.parametrize(
    "title", ["Ana Lima's birthday", "🎂 Ana Lima", "Geburtstag: Ana Lima", "Aniversário de Ana Lima", "Ana's Birthday"]
)
def test_calendars_of_days__a_birthday_with_an_hour(world: World, title: str) -> None:
    world.meeting(*PAST, title=title)
    assert starts(world) == [] and questions(world) == []


@pytest.mark.parametrize("title", ["Benfica - Porto", "Porto vs Benfica", "Benfica x Porto", "Porto"])
def test_calendars_of_days__sports(world: World, title: str) -> None:
    world.card("Porto Seguro", "porto@example.org")
    world.meeting(*PAST, title=title)
    assert starts(world, "Porto Seguro") == []


def test_ticked_off(world: World) -> None:
    world.propose(person_id("ana"))
    world.write()
    world.see(status="completed", completed="2026-03-10T09:00:00+00:00")
    (touch,) = world.touches("Ana Lima")
    assert (touch.kind, touch.weight, touch.why) == ("follow-up", 1.0, "ticked off")


def test_written_by_auld(world: World) -> None:
    world.propose(person_id("ana"))
    entry = Happening(*PAST, "Europe/Lisbon", title="Call Ana Lima")
    world.say(Meeting("other", entry, mark="k1"), "cal", "/1")
    world.say(Meeting("uid-k1", entry), "cal", "/2")
    assert starts(world) == []


def test_written_by_auld__seen_before_it_was_known(world: World) -> None:
    world.say(Meeting("uid-k1", Happening(*PAST, "Europe/Lisbon", title="Call Ana Lima")), "home", "/ours/k1.ics")
    assert len(starts(world)) == 1
    world.propose(person_id("ana"))
    assert starts(world) == []


def test_written_by_auld__made_a_meeting_by_the_user(world: World) -> None:
    world.propose(person_id("ana"))
    world.write(form="event")
    meeting = Happening(*PAST, "Europe/Lisbon", title="Lunch", location="Tasca")
    world.say(Meeting("uid-k1", meeting, mark="uid-k1"), "home", "/ours/k1.ics")
    assert len(starts(world)) == 1


@pytest.mark.parametrize("title", ["Lunch with Ana Lima", "ANA LIMA: catch-up", "Café “Ana Lima”"])
def test_title_names(world: World, title: str) -> None:
    world.meeting(*PAST, title=title)
    assert len(starts(world)) == 1


@pytest.mark.parametrize("title", ["Susana Limage", "Ana and Lima", "", "Ana Lima Costa", "Mark tickets as done"])
def test_title_names__nobody_or_somebody_else(world: World, title: str) -> None:
    world.card("Ana Lima Costa", "other@example.org")
    world.meeting(*PAST, title=title)
    assert list(world.ask().touches(person_id("ana"))) == []


@pytest.mark.parametrize(
    "title",
    ["Lunch with Ana", "lunch w/ ana", "Ana / Ben 1:1", "1:1 Ana", "Ana<>Ben", "Call: Ana", "Call Ana", "Ana - coffee",
     "Almoço com Ana", "Coffee with Dr. Ana", "Coffee with Ana L.", "Acme: lunch with Ana at noon", "Tea with Nocas (Lisbon)"],
)  # fmt: skip
def test_title_names__by_less_than_the_full_name(world: World, title: str) -> None:
    world.card("Ana Lima", ANA, uid="ana", ref="/second", nicknames=("Nocas",))
    world.meeting(*PAST, title=title)
    assert len(starts(world)) == 1 and starts(world, "Rui Reis") == []


def test_title_names__what_attendees_tell_is_not_told_twice(world: World) -> None:
    """A note of one's own beside the invitation: one touch, and it weighs what the invitation says."""
    world.meeting(*PAST, ANA, RUI, title="Review")
    world.meeting(*PAST, title="Ana Lima 1:1")
    assert [touch.weight for touch in world.touches("Ana Lima")] == [0.5]
    assert why(world) == ["organisers_copy"]


def test_title_names__two_people(world: World) -> None:
    world.meeting(*PAST, title="Ana Lima / Rui Reis")
    assert [touch.weight for touch in world.touches("Ana Lima")] == [0.5]
    assert [touch.weight for touch in world.touches("Rui Reis")] == [0.5]


def test_title_ambiguous(world: World) -> None:
    world.meeting(*PAST, title="Lunch with Ana Lima")
    assert len(world.ask().touches(person_id("ana"))) == 1
    world.card("Ana Lima", "namesake@example.org")
    assert len(world.ask().touches(person_id("ana"))) == 0


def test_title_ambiguous__a_given_name_that_two_people_bear(world: World) -> None:
    world.card("Ana Reis", "reis@example.org", uid="reis")
    world.meeting(*PAST, title="Lunch with Ana")
    assert starts(world) == [] and why(world) == ["title_ambiguous"]
    assert questions(world) == [("ana", ["Ana Lima", "Ana Reis"])]
    world.gone("book", world.ref_of("Ana Reis"))
    assert len(starts(world)) == 1 and questions(world) == []


@pytest.mark.parametrize("title", ["Ana", "Ana / Ben", "Prepare call with Ana Lima", "Ana Lima's keynote", "Keynote Ana Lima"])
def test_title_ambiguous__it_does_not_say_that_you_meet(world: World, title: str) -> None:
    world.meeting(*PAST, title=title)
    assert starts(world) == [] and [names for _, names in questions(world)] == [["Ana Lima"]]


# --- one meeting, several copies ----------------------------------------------------------------------------------------
def test_two_calendars(world: World) -> None:
    world.meeting(*PAST, ANA, uid="m", account="work", ref="/w/m.ics")
    world.meeting(*PAST, ANA, uid="m", account="home", ref="/h/m.ics")
    assert len(starts(world)) == 1


def test_two_calendars__one_shows_no_people(world: World) -> None:
    """As published feeds do; whichever was read last."""
    for uid, order in (("m", ("work", "feed")), ("n", ("feed", "work"))):
        for account in order:
            world.meeting(*PAST, *((ANA,) if account == "work" else ()), uid=uid, account=account, title="Busy")
    assert len(starts(world)) == 1


def test_two_calendars__a_date_that_only_the_older_copy_knows(world: World) -> None:
    for account, series in (("home", WEEKLY), ("work", {**WEEKLY, "except_": ("2026-03-03T10:00:00",)})):
        world.meeting("2026-02-24T10:00:00", "2026-02-24T11:00:00", ANA, uid="m", account=account, series=series)
    assert [text[:10] for text in starts(world)] == ["2026-02-24", "2026-03-10"]


@given(st.permutations(range(6)))
def test_two_calendars__in_whatever_order_they_are_read(order: list[int]) -> None:
    """Copies that agree tell the same, whoever is read first."""
    world = World()
    world.card("Ana Lima", ANA, uid="ana")
    copies = (
        lambda: world.meeting(*PAST, ANA, uid="m", account="work"),
        lambda: world.meeting(*PAST, ANA, uid="m", account="home"),
        lambda: world.meeting(*PAST, uid="m", account="feed", title="Busy"),
        lambda: world.meeting(*PAST, ANA, RUI, uid="theirs", account="work"),
        lambda: world.meeting(*PAST, title="Lunch with Ana Lima", account="home", uid="note"),
        lambda: world.meeting(
            "2026-03-02T11:00:00", "2026-03-02T12:00:00", ANA, zone="Europe/Madrid", account="feed", uid="new"
        ),
    )
    for number in order:
        copies[number]()
    assert [(touch.at.isoformat(), touch.weight) for touch in world.touches("Ana Lima")] == [("2026-03-02T10:00:00+00:00", 0.5)]


def test_two_calendars__observed_last_decides(world: World) -> None:
    world.meeting(*PAST, ANA, uid="m", account="work", ref="/w/m.ics")
    world.meeting(*PAST, ANA, uid="m", account="home", ref="/h/m.ics")
    world.meeting("2026-03-04T10:00:00", "2026-03-04T11:00:00", ANA, uid="m", account="work", ref="/w/m.ics")
    assert starts(world) == ["2026-03-04T10:00:00+00:00"]
    world.meeting(*PAST, ANA, uid="m", account="work", ref="/w/m.ics", status="cancelled")
    assert starts(world) == []


def test_two_calendars__one_deleted(world: World) -> None:
    world.meeting(*PAST, ANA, uid="m", account="home", ref="/h/m.ics")
    world.meeting(*PAST, ANA, uid="m", account="work", ref="/w/m.ics")
    world.gone("work", "/w/m.ics", "2026-03-01T00:00:00+00:00")
    assert len(starts(world)) == 1


def test_organisers_copy(world: World) -> None:
    world.meeting(*PAST, ANA, uid="mine", title="Coffee")
    world.meeting(*PAST, ANA, uid="theirs", title="Coffee", account="work", zone="Europe/Lisbon")
    assert len(starts(world)) == 1


def test_new_uid(world: World) -> None:
    ref = world.meeting(*PAST, ANA, uid="old")
    world.gone("cal", ref, "2026-03-09T00:00:00+00:00")
    world.meeting(*PAST, ANA, uid="new")
    assert len(starts(world)) == 1


# --- odd objects --------------------------------------------------------------------------------------------------------
def test_uid_twice(world: World) -> None:
    world.meeting(*PAST, ANA, uid="m", ref="/cal/1.ics")
    world.meeting("2026-03-04T10:00:00", "2026-03-04T11:00:00", ANA, uid="m", ref="/cal/2.ics")
    assert len(starts(world)) == 2


def test_override_alone(world: World) -> None:
    instance = Happening(*PAST, "Europe/Lisbon", attendees=(Attendee(ANA), Attendee(ME)))
    world.say(Meeting("m", None, overrides=(Override("2026-03-02T10:00:00", instance),)), "cal", "/cal/m.ics")
    assert len(starts(world)) == 1


def calendar(*lines: str) -> bytes:
    body = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:m", "DTSTAMP:20260101T000000Z", *lines,
            "SUMMARY:Coffee", f"ATTENDEE:mailto:{ME}", f"ATTENDEE:mailto:{ANA}", "END:VEVENT", "END:VCALENDAR", ""]  # fmt: skip
    return "\r\n".join(body).encode()


def read(world: World, *lines: str) -> None:
    """Says what a calendar object with these lines is read as."""
    observation = read_object(calendar(*lines)).observation
    assert isinstance(observation, Meeting)
    world.say(observation, "cal", "/cal/m.ics")


def test_no_start(world: World) -> None:
    """The connector says so; to the log it is an item that could not be read, and what was known of it stays."""
    reading = read_object(calendar("DTEND:20260302T110000Z"))
    assert reading.observation is None and "without a start" in reading.problem
    ref = world.meeting(*PAST, ANA)
    world.say(Unreadable(reading.problem), "cal", ref)
    assert len(starts(world)) == 1


def test_unusable_zone(world: World) -> None:
    """Read as the user's own time."""
    read(world, "DTSTART;TZID=Customized Time Zone:20260302T100000", "DTEND;TZID=Customized Time Zone:20260302T110000")
    assert starts(world) == ["2026-03-02T10:00:00+00:00"]


def test_windows_zone(world: World) -> None:
    read(world, "DTSTART;TZID=Romance Standard Time:20260302T100000", "DTEND;TZID=Romance Standard Time:20260302T110000")
    assert starts(world) == ["2026-03-02T09:00:00+00:00"]


# --- what day it was ----------------------------------------------------------------------------------------------------
def test_daylight_saving__the_hour_that_comes_twice(world: World) -> None:
    world.meeting("2026-10-25T00:30:00", "2026-10-25T00:45:00", ANA, zone="UTC")
    person = person_id("ana")
    assert not world.ask(datetime(2026, 10, 25, 0, 44, tzinfo=UTC)).touches(person)
    assert len(world.ask(datetime(2026, 10, 25, 1, 0, tzinfo=UTC)).touches(person)) == 1


def test_daylight_saving(world: World) -> None:
    """Ten on the clock is ten on the clock, before and after; and a day is a day, however many hours it has."""
    world.meeting("2026-03-23T10:00:00", "2026-03-23T11:00:00", ANA, series=WEEKLY)
    world.meeting("2026-03-29T00:00:00", "2026-03-30T00:00:00", ANA)
    touches = world.touches("Ana Lima", datetime(2026, 4, 1, tzinfo=UTC))
    assert [touch.at.isoformat() for touch in touches] == ["2026-03-23T10:00:00+00:00", "2026-03-30T10:00:00+01:00"]


def test_floating(world: World) -> None:
    world.meeting("2026-07-01T23:30:00", "2026-07-02T00:30:00", ANA, zone="")
    (touch,) = world.touches("Ana Lima", datetime(2026, 7, 2, tzinfo=UTC))
    assert (touch.at.date(), touch.at.utcoffset()) == (date(2026, 7, 1), timedelta(hours=1))


def test_travelling(world: World) -> None:
    world.meeting("2026-03-01T20:00:00", "2026-03-01T21:00:00", ANA, zone="America/New_York")
    assert world.touches("Ana Lima")[0].at.date() == date(2026, 3, 2)


def test_travelling__the_users_zone_changes(world: World) -> None:
    world.meeting("2026-03-02T23:30:00", "2026-03-02T23:45:00", ANA)
    world.say(msgspec.structs.replace(POLICY, timezone="Asia/Tokyo"))
    assert world.touches("Ana Lima")[0].at.date() == date(2026, 3, 3)
