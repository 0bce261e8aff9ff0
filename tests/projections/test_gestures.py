"""What the user does to an entry in the calendar, and what auld takes from it: the table of docs/calendar.md, over the log."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from auld.events import Kept, Revised, Undone, Withdrawn
from auld.observations import Attendee, Happening, Meeting, Task
from auld.policy import Policy, Words
from auld.projections.gestures import by_title
from auld.projections.people import person_id
from auld.projections.state import State
from projections.world import NOW, POLICY, World

ANA = person_id("ana")
OURS = ("Call Ana Lima",)
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    world = World()
    world.card("Ana Lima", "ana@example.org", uid="ana", categories=("Inner",))
    world.propose(ANA)
    return world


@pytest.fixture
def event(world: World) -> World:
    world.write(form="event")
    return world


def elsewhere(world: World, account: str = "work", ref: str = "/work/x.ics", **fields: Any) -> None:
    """An object with our UID, or what ``fields`` say, in another calendar."""
    shown = {"uid": "uid-k1", "title": "Call Ana Lima", "description": "Why now", "due": "2026-03-12", **fields}
    world.say(Task(**shown), account, ref)


def meet(world: World, start: str = "2026-03-12T12:00:00", end: str = "2026-03-12T13:00:00", **fields: Any) -> None:
    """The entry, with a time of day."""
    fields = {"title": "Call Ana Lima", "description": "Why now", "transparent": True, **fields}
    world.say(Meeting("uid-k1", Happening(start, end, "Europe/Lisbon", **fields), mark="k1"), "home", "/ours/k1.ics")


def rebuilt(world: World) -> bool:
    state = State()
    state.apply_all(world.events)
    return state.digest() == world.state.digest()


# --- done, by renaming --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "title",
    [
        "✓Call Ana Lima", "✔️ Call Ana Lima", "x Call Ana Lima", "X: Call Ana Lima", "done", "Done, called", "DONE – Call Ana",
        "ok Call Ana Lima", "OK.", "[x]Call", "Feito: Call Ana Lima", "Erledigt! Call Ana", "fait", "Hecho Call Ana Lima",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["task", "event"])
def test_renamed_to_begin_with_a_word_it_is_done(world: World, form: str, title: str) -> None:
    world.write(form=form)
    (world.see if form == "task" else world.see_event)(title=title)
    assert (world.follow_up().state, world.follow_up().closed_at) == ("done", world.now)
    (touch,) = world.touches("Ana Lima")
    assert (touch.kind, touch.account, touch.ref) == ("follow-up", "home", "/ours/k1.ics")


@pytest.mark.parametrize(
    "title", ["Okay Corral with Ana", "Xmas call", "x-ray Ana", "Nobody: Ana", "Norbert and Ana", "neverland"]
)
def test_a_word_is_a_whole_word(event: World, title: str) -> None:
    event.see_event(title=title)
    assert (event.follow_up().state, event.follow_up().title) == ("written", title)


@pytest.mark.parametrize(
    ("title", "channel"),
    [
        ("done, called", "call"), ("ok mail", "mail"), ("✓ Call Ana Lima", ""), ("✓ Call Ana Lima (texted)", "message"),
        ("done", ""), ("x liguei, depois e-mail", "call"), ("ok: lunch with her", "met"),
        ("erledigt: angerufen", "call"), ("ok appele", "call"),
    ],
)  # fmt: skip
def test_the_channel_is_the_one_that_the_user_names(title: str, channel: str) -> None:
    assert by_title(title, OURS, Words()) == ("done", channel)


def test_the_channel_of_a_task_that_was_ticked_stands_in_its_title(world: World) -> None:
    world.write()
    world.see(title="Call Ana Lima - mailed", status="completed")
    assert world.touches("Ana Lima")[0].channel == "mail"


@pytest.mark.parametrize(
    ("ours", "title", "said"),
    [
        ("OK Computer: Ana", "OK Computer: Ana", ""), ("OK Computer: Ana", " OK  Computer: Ana", ""),
        ("OK Computer: Ana", "OK Computer with Ana", ""), ("OK Computer: Ana", "✓ OK Computer: Ana", "done"),
        ("OK Computer: Ana", "ok OK Computer: Ana", "done"), ("No Doubt: Ana", "never No Doubt: Ana", "never"),
        ("X Done", "Done with X", "done"), ("✓ Ana", "✓ Ana!", ""),
    ],
)  # fmt: skip
def test_a_title_of_ours_says_nothing(ours: str, title: str, said: str) -> None:
    assert by_title(title, (ours,), Words())[0] == said


def test_old_titles_are_judged_by_the_words_of_their_time(event: World) -> None:
    event.see_event(title="Tehty: Call Ana Lima")
    assert event.follow_up().state == "written"
    event.say(Policy(timezone="Europe/Lisbon", words=Words(done=("tehty",))))
    assert event.follow_up().state == "written"
    event.see_event(title="tehty Call Ana Lima")
    assert event.follow_up().state == "done"
    event.say(POLICY)
    assert event.follow_up().state == "done" and rebuilt(event)


# --- moved, snoozed -----------------------------------------------------------------------------------------------------
def test_dragged_to_a_time_of_day_it_is_moved(event: World) -> None:
    meet(event, "2026-03-20T15:00:00", "2026-03-20T16:00:00")
    follow_up = event.follow_up()
    assert (follow_up.state, follow_up.day, follow_up.pinned) == ("moved", date(2026, 3, 20), True)
    assert event.touches("Ana Lima", NOW + 20 * DAY) == []


def test_snoozed_to_a_later_day_it_is_moved_there_and_stays(world: World) -> None:
    world.write()
    world.see(snoozed="2026-03-12T18:00:00+00:00")
    assert (world.follow_up().state, world.follow_up().day) == ("written", date(2026, 3, 12)), "for some hours only"
    world.see(snoozed="2026-03-14T23:30:00+00:00")
    assert (world.follow_up().state, world.follow_up().day) == ("moved", date(2026, 3, 14))
    world.see()
    assert world.follow_up().day == date(2026, 3, 14), "the alarm has rung"
    world.see(due="2026-03-13")
    assert world.follow_up().day == date(2026, 3, 13), "dragged"


def test_an_event_is_snoozed_in_the_users_zone(event: World) -> None:
    main = Happening("2026-03-12", "2026-03-13", title="Call Ana Lima", description="Why now")
    event.say(Meeting("uid-k1", main, mark="k1", snoozed="2026-07-01T23:30:00+00:00"), "home", "/ours/k1.ics")
    assert event.follow_up().day == date(2026, 7, 2)


# --- not this one, never ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("title", ["no Call Ana Lima", "No", "– Call Ana Lima", "-Call Ana Lima", "nao Call", "NEIN: Call"])
def test_renamed_to_no_it_is_dismissed_and_may_be_taken_back(event: World, title: str) -> None:
    event.see_event(title=title)
    assert (event.follow_up().state, event.follow_up().closed_at) == ("dismissed", event.now)
    assert event.person("Ana Lima").tracked and not event.touches("Ana Lima")
    event.see_event()
    assert (event.follow_up().state, event.follow_up().closed_at) == ("written", None)


def test_a_cancelled_entry_is_taken_back_too(world: World) -> None:
    world.write()
    world.see(status="cancelled")
    assert world.follow_up().state == "dismissed"
    world.see(status="completed")
    assert world.follow_up().state == "done"
    world.see()
    assert world.follow_up().state == "written"


def test_never_lets_the_person_go_and_keep_takes_them_back(event: World) -> None:
    assert event.person("Ana Lima").tracked
    event.see_event(title="never Call Ana Lima")
    assert event.follow_up().state == "dismissed"
    assert event.person("Ana Lima").let_go and not event.ask().tracked()
    event.say(Kept(ANA))
    assert event.person("Ana Lima").tracked
    event.see_event(title="never Call Ana Lima", status="tentative")
    assert event.person("Ana Lima").tracked, "it was said once"
    assert rebuilt(event)


def test_never_taken_off_again_was_never_said(event: World) -> None:
    event.see_event(title="Nunca mais")
    event.see_event()
    assert event.person("Ana Lima").tracked and event.follow_up().state == "written"
    event.see_event(title="never")
    event.say(Undone(len(event.events)))
    assert event.person("Ana Lima").tracked and event.follow_up().state == "dismissed"
    assert rebuilt(event)


def test_never_holds_when_the_entry_is_deleted_after_it(event: World) -> None:
    event.see_event(title="never")
    event.dismiss()
    assert event.person("Ana Lima").let_go


# --- made a meeting of --------------------------------------------------------------------------------------------------
def test_with_a_place_and_a_time_it_is_a_meeting_and_counts_once_held(event: World) -> None:
    meet(event, title="Lunch", location="Tasca do Zé")
    assert (event.follow_up().state, event.follow_up().open) == ("meeting", False)
    assert [planned.title for planned in event.ask().planned(ANA)] == ["Lunch"]
    assert event.touches("Ana Lima") == []
    (touch,) = event.touches("Ana Lima", NOW + 3 * DAY)
    assert (touch.kind, touch.title, touch.weight) == ("meeting", "Lunch", 1.0)
    assert rebuilt(event)


def test_with_guests_it_counts_for_them(event: World) -> None:
    event.card("Rui Reis", "rui@example.org", uid="rui")
    meet(event, attendees=(Attendee("me@example.org"), Attendee("rui@example.org", status="accepted")))
    assert event.follow_up().state == "meeting"
    assert len(event.touches("Rui Reis", NOW + 3 * DAY)) == 1


@pytest.mark.parametrize(
    "main",
    [
        Happening("2026-03-12", "2026-03-13", title="Call Ana Lima", location="Porto"),
        Happening("2026-03-12T12:00:00", "2026-03-12T13:00:00", "UTC", title="Call Ana Lima",
                  organizer=Attendee("me@example.org"), attendees=(Attendee("me@example.org"),)),
    ],
)  # fmt: skip
def test_a_place_without_a_time_and_a_time_without_anybody_are_no_meeting(event: World, main: Happening) -> None:
    event.say(Meeting("uid-k1", main, mark="k1"), "home", "/ours/k1.ics")
    assert event.follow_up().open and event.touches("Ana Lima", NOW + 9 * DAY) == []


def test_a_meeting_that_was_one_by_mistake_is_an_entry_again(event: World) -> None:
    meet(event, location="Porto")
    event.see_event()
    assert event.follow_up().open and not event.ask().planned(ANA)


def test_a_meeting_that_is_called_off_before_it_is_held_is_dismissed(event: World) -> None:
    meet(event, location="Porto")
    event.dismiss()
    assert event.follow_up().state == "dismissed" and event.touches("Ana Lima", NOW + 9 * DAY) == []


def test_a_meeting_that_is_tidied_away_afterwards_was_held(event: World) -> None:
    meet(event, location="Porto")
    event.now = NOW + 5 * DAY
    event.dismiss()
    assert event.follow_up().state == "meeting" and len(event.touches("Ana Lima")) == 1


# --- moved elsewhere, copied, made a series -----------------------------------------------------------------------------
@pytest.mark.parametrize("first", ["seen there", "missed here"])
def test_moved_to_another_calendar_it_is_the_users(world: World, first: str) -> None:
    world.write()
    for act in (elsewhere, World.dismiss) if first == "seen there" else (World.dismiss, elsewhere):
        act(world)
    follow_up = world.follow_up()
    assert (follow_up.state, follow_up.user_owned, follow_up.pinned, follow_up.base) == ("moved", True, True, None)
    assert (follow_up.account, follow_up.ref) == ("work", "/work/x.ics")
    elsewhere(world, status="completed")
    assert world.follow_up().state == "done"
    assert [(touch.account, touch.ref) for touch in world.touches("Ana Lima")] == [("work", "/work/x.ics")]
    assert rebuilt(world)


def test_what_was_moved_and_then_deleted_is_dismissed(world: World) -> None:
    world.write()
    elsewhere(world)
    world.dismiss()
    world.gone("work", "/work/x.ics")
    assert world.follow_up().state == "dismissed"


def test_it_may_be_moved_on_and_back(world: World) -> None:
    world.write()
    elsewhere(world)
    world.dismiss()
    elsewhere(world, "home", "/other/y.ics", due="2026-04-01")
    world.gone("work", "/work/x.ics")
    assert (world.follow_up().state, world.follow_up().ref) == ("moved", "/other/y.ics")
    world.see(due="2026-04-02")
    world.gone("home", "/other/y.ics")
    assert (world.follow_up().ref, world.follow_up().day, world.follow_up().user_owned) == (
        "/ours/k1.ics",
        date(2026, 4, 2),
        True,
    )


def test_moved_by_a_program_that_gives_it_a_uid_of_its_own(world: World) -> None:
    world.write()
    world.dismiss()
    elsewhere(world, uid="another", mark="uid-k1")
    assert world.follow_up().state == "moved"


def test_a_copy_is_nobodys_business(world: World) -> None:
    world.write()
    before = world.follow_up()
    elsewhere(world, uid="another", mark="k1", due="2026-09-09", title="never")
    world.gone("work", "/work/x.ics")
    assert world.follow_up() == before and world.person("Ana Lima").tracked
    world.dismiss()
    assert world.follow_up().state == "dismissed", "the copy is gone, too"


@pytest.mark.parametrize("form", ["task", "event"])
def test_a_series_is_the_users_and_stays_open(world: World, form: str) -> None:
    world.write(form=form)
    if form == "task":
        world.see(recurring=True)
    else:
        main = Happening("2026-03-12", "2026-03-13", title="Call Ana Lima", description="Why now")
        world.say(Meeting("uid-k1", main, ("FREQ=WEEKLY",), mark="k1"), "home", "/ours/k1.ics")
    follow_up = world.follow_up()
    assert (follow_up.open, follow_up.user_owned, follow_up.repeats, follow_up.pinned) == (True, True, True, True)
    assert follow_up.user_fields == {"title", "description", "day"}


# --- left undone --------------------------------------------------------------------------------------------------------
def test_how_often_it_was_set_again_is_counted_from_the_log(world: World) -> None:
    world.write()
    world.say(Revised("k1", day="2026-03-11"))
    world.say(Revised("k1", title="Ring Ana"))
    assert world.follow_up().rolled == 0, "its day was still to come"
    world.now = NOW + 5 * DAY
    world.say(Revised("k1", day="2026-03-18"))
    assert world.follow_up().rolled == 1
    world.say(Withdrawn("k1", "left undone", rested=True))
    assert (world.follow_up().rested, world.follow_up().state) == (True, "withdrawn") and rebuilt(world)


@pytest.mark.parametrize(
    ("start", "end", "zone"),
    [("2026-03-20T10:00:00", "2026-03-20T11:00:00", "Mars/Olympus"), ("9999-12-31T23:00:00", "9999-12-31T23:30:00", "-12:00")],
)
def test_an_odd_time_stops_nothing(event: World, start: str, end: str, zone: str) -> None:
    event.say(Meeting("uid-k1", Happening(start, end, zone, title="Lunch", location="x"), mark="k1"), "home", "/ours/k1.ics")
    assert event.follow_up().state == "meeting"
