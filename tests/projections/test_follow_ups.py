"""The life of a follow-up: the planner's word, the outbox's receipts, and the user's edits."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from auld.events import Because, Parked, Revised
from auld.observations import Happening, Meeting, Task
from auld.projections.people import person_id
from auld.projections.views import Base
from projections.world import POLICY, World

ANA = person_id("ana")


@pytest.fixture
def world() -> World:
    world = World()
    world.card("Ana Lima", "ana@example.org", uid="ana")
    world.propose(ANA)
    return world


@pytest.fixture
def written(world: World) -> World:
    world.write()
    return world


# --- the planner and the outbox -----------------------------------------------------------------------------------------
def test_proposed(world: World) -> None:
    follow_up = world.follow_up()
    assert (follow_up.state, follow_up.open, follow_up.person, follow_up.day) == ("planned", True, ANA, date(2026, 3, 12))
    assert follow_up.base is None and follow_up.closed_at is None and not follow_up.user_fields


def test_a_key_is_born_once(world: World) -> None:
    world.propose(ANA, day="2026-05-01")
    assert world.follow_up().day == date(2026, 3, 12)


def test_revised_changes_only_what_it_names(world: World) -> None:
    world.say(Revised("k1", day="2026-03-13", because=(Because("birthday", "birthday:2026"),)))
    follow_up = world.follow_up()
    assert (follow_up.day, follow_up.title) == (date(2026, 3, 13), "Call Ana Lima")
    assert [because.reason for because in follow_up.because] == ["birthday"]


def test_written(written: World) -> None:
    follow_up = written.follow_up()
    assert (follow_up.state, follow_up.ref) == ("written", "/ours/k1.ics")
    assert follow_up.base == Base("home", "/ours/", "/ours/k1.ics", "task", date(2026, 3, 12), "Call Ana Lima", "Why now")


def test_withdrawn_stays_in_the_calendar_until_it_is_removed(written: World) -> None:
    written.withdraw()
    follow_up = written.follow_up()
    assert (follow_up.state, follow_up.why, follow_up.base is not None) == ("withdrawn", "met on 3 March", True)
    written.remove()
    assert written.follow_up().state == "withdrawn" and written.follow_up().base is None


def test_parked_and_written_after_all(world: World) -> None:
    world.say(Parked("k1", "the server will not have it"))
    assert (world.follow_up().state, world.follow_up().why) == ("failed", "the server will not have it")
    world.write()
    assert (world.follow_up().state, world.follow_up().why) == ("written", "")


def test_receipts_and_decisions_for_unknown_keys_change_nothing(world: World) -> None:
    before = world.follow_up()
    for say in (world.write, world.withdraw, world.remove, world.dismiss):
        say("k9")
    world.say(Parked("k9", "no"))
    world.say(Revised("k9", title="no"))
    assert world.follow_up() == before and len(world.ask().follow_ups()) == 1


# --- the user -----------------------------------------------------------------------------------------------------------
def test_an_untouched_entry_stays_written(written: World) -> None:
    written.see(description=" Why now\n")
    assert written.follow_up().state == "written" and not written.follow_up().user_fields


def test_ticked_off_is_done_and_a_touch(written: World) -> None:
    written.see(status="completed", completed="2026-03-10T09:30:00Z")
    follow_up = written.follow_up()
    assert (follow_up.state, follow_up.closed_at) == ("done", datetime(2026, 3, 10, 9, 30, tzinfo=UTC))
    (touch,) = written.touches("Ana Lima")
    assert (touch.kind, touch.weight, touch.at, touch.title) == ("follow-up", 1.0, follow_up.closed_at, "Call Ana Lima")
    assert not written.touches("Ana Lima", datetime(2026, 3, 10, 9, tzinfo=UTC))


@pytest.mark.parametrize("completed", ["2025-03-01T10:00:00Z", "2036-03-01T10:00:00Z"])
def test_a_tick_of_a_clock_that_is_wrong_counts_when_it_was_seen(written: World, completed: str) -> None:
    written.see(status="completed", completed=completed)
    assert (written.follow_up().state, written.follow_up().closed_at) == ("done", written.now)


def test_a_hundred_percent_is_done_at_the_time_it_was_seen(written: World) -> None:
    written.see(percent=100)
    assert (written.follow_up().state, written.follow_up().closed_at) == ("done", written.now)


@pytest.mark.parametrize("title", ["✓ Call Ana Lima", "x Call Ana Lima", "Done: Call Ana Lima", "OK Call Ana Lima", "[x] Call"])
def test_an_event_is_done_by_its_title(world: World, title: str) -> None:
    world.write(form="event")
    world.see_event(title=title)
    assert world.follow_up().state == "done"


@pytest.mark.parametrize("title", ["Okay Corral with Ana", "Xmas call", "Call Ana, done deal"])
def test_a_title_that_only_looks_like_it_is_an_edit(world: World, title: str) -> None:
    world.write(form="event")
    world.see_event(title=title)
    assert (world.follow_up().state, world.follow_up().title) == ("written", title)


def test_moved_by_the_user_is_pinned_there(written: World) -> None:
    written.see(due="2026-03-20")
    follow_up = written.follow_up()
    assert (follow_up.state, follow_up.day, follow_up.pinned, follow_up.open) == ("moved", date(2026, 3, 20), True, True)
    assert follow_up.user_fields == {"day"}
    written.say(Revised("k1", day="2026-03-15"))
    assert written.follow_up().day == date(2026, 3, 20)
    written.see(due="2026-03-12")
    assert (written.follow_up().day, written.follow_up().pinned) == (date(2026, 3, 12), True)


def test_an_event_moved(world: World) -> None:
    world.write(form="event")
    world.see_event(start="2026-03-14")
    assert (world.follow_up().state, world.follow_up().day) == ("moved", date(2026, 3, 14))


def test_a_time_of_day_is_read_in_the_users_zone(written: World) -> None:
    written.say(Task("uid-k1", "Call Ana Lima", "Why now", due="2026-07-01T23:30:00", zone="UTC"), "home", "/ours/k1.ics")
    assert written.follow_up().day == date(2026, 7, 2)


def test_a_task_whose_date_was_taken_away_stays_where_it_was(written: World) -> None:
    written.see(due="")
    assert (written.follow_up().state, written.follow_up().day) == ("written", date(2026, 3, 12))


def test_words_of_the_user_are_the_users_for_good(written: World) -> None:
    written.see(title="Ring Ana", description="ask about Porto")
    follow_up = written.follow_up()
    assert follow_up.user_fields == {"title", "description"}
    assert (follow_up.title, follow_up.their_title, follow_up.their_description) == ("Ring Ana", "Ring Ana", "ask about Porto")
    assert (follow_up.description, follow_up.state) == ("Why now", "written")
    written.say(Revised("k1", title="Call Ana Lima today"))
    assert written.follow_up().title == "Ring Ana"


def test_a_write_whose_receipt_was_lost_is_no_edit(written: World) -> None:
    written.say(Revised("k1", title="Call Ana Lima today"))
    written.see(title="Call Ana Lima today")
    assert not written.follow_up().user_fields


def test_deleted_or_cancelled_is_dismissed(world: World) -> None:
    world.write()
    world.dismiss()
    assert (world.follow_up().state, world.follow_up().closed_at, world.follow_up().base) == ("dismissed", world.now, None)
    world.propose(ANA, "k2")
    world.write("k2")
    world.see("k2", status="cancelled")
    assert world.follow_up("k2").state == "dismissed"
    world.propose(ANA, "k3")
    world.write("k3", form="event")
    world.see_event("k3", status="cancelled")
    assert world.follow_up("k3").state == "dismissed"


def test_done_stays_done_when_the_entry_is_tidied_away(written: World) -> None:
    written.see(status="completed")
    written.dismiss()
    assert written.follow_up().state == "done"


def test_dismissed_never_comes_back(written: World) -> None:
    written.dismiss()
    written.write()
    written.see()
    written.see(status="completed")
    written.withdraw()
    assert written.follow_up().state == "dismissed"


def test_taking_the_tick_off_opens_it_again(written: World) -> None:
    written.see(status="completed")
    written.see()
    assert (written.follow_up().state, written.follow_up().closed_at) == ("written", None)
    written.see(status="completed", due="2026-03-20")
    written.see(due="2026-03-20")
    assert written.follow_up().state == "moved"
    assert written.touches("Ana Lima") == []


def test_done_counts_even_if_the_planner_had_just_taken_it_back(written: World) -> None:
    written.withdraw()
    written.see(status="completed")
    assert written.follow_up().state == "done"


def test_a_meeting_made_of_it_counts_even_if_the_planner_had_just_taken_it_back(written: World) -> None:
    written.withdraw()
    written.see_event(start="2026-03-12T10:00:00", location="Café Central")
    assert written.follow_up().state == "meeting"


def test_never_counts_even_if_the_planner_had_just_taken_it_back(written: World) -> None:
    written.withdraw()
    written.see(title="never Call Ana Lima")
    assert written.follow_up().state == "dismissed"
    assert written.person("Ana Lima").let_go


def test_our_own_closing_is_no_dismissal(written: World) -> None:
    written.withdraw()
    written.see(status="cancelled")
    assert written.follow_up().state == "withdrawn"


def test_a_copy_elsewhere_is_nobodys_edit(written: World) -> None:
    written.say(Task("uid-k1", "Copy", due="2026-08-01", status="completed"), "other", "/other/k1.ics")
    assert written.follow_up().state == "written"


def test_an_entry_seen_before_its_receipt_is_known_by_its_mark(world: World) -> None:
    world.say(Task("some-uid", "Call Ana Lima", "Why now", due="2026-03-20", mark="k1"), "home", "/ours/k1.ics")
    world.write()
    assert (world.follow_up().state, world.follow_up().day) == ("moved", date(2026, 3, 20))


def test_an_entry_deleted_before_its_receipt_is_known_is_dismissed(world: World) -> None:
    world.say(Task("uid-k1", "Call Ana Lima", "Why now", due="2026-03-12", mark="uid-k1"), "home", "/ours/k1.ics")
    world.gone("home", "/ours/k1.ics")
    assert world.follow_up().state == "dismissed"


@pytest.mark.parametrize("gone_first", [True, False])
def test_an_entry_put_elsewhere_and_back_again_is_open(written: World, gone_first: bool) -> None:
    entry = Task("uid-k1", "Call Ana Lima", "Why now", due="2026-03-12", mark="k1")
    written.say(entry, "home", "/other/k1.ics")
    written.dismiss()
    assert written.follow_up().user_owned and written.follow_up().open
    for step in (0, 1) if gone_first else (1, 0):
        if step == 0:
            written.gone("home", "/other/k1.ics")
        else:
            written.see()
    assert written.follow_up().user_owned and written.follow_up().open
    written.see(status="completed")
    assert written.follow_up().state == "done"


def test_a_copy_of_what_has_no_receipt_yet_is_not_taken_for_it(world: World) -> None:
    world.say(Task("copy", "Call Ana Lima", "Why now", due="2026-03-12", mark="k1"), "home", "/ours/copy.ics")
    assert world.follow_up().sighted == ()
    world.say(Task("uid-k1", "Call Ana Lima", "Why now", due="2026-03-12", mark="k1"), "home", "/ours/k1.ics")
    assert world.follow_up().sighted == (("home", "/ours/k1.ics"),)
    world.gone("home", "/ours/copy.ics")
    assert world.follow_up().open


def test_an_entry_taken_back_is_read_where_it_went(written: World) -> None:
    written.say(Task("uid-k1", "Call Ana Lima", "Why now", due="2026-03-12", mark="k1"), "home", "/other/k1.ics")
    written.dismiss()
    written.withdraw()
    written.see(description="Why now\nlikes: sailing")
    written.gone("home", "/other/k1.ics")
    (typed,) = written.ask().typed()
    assert (typed.text, written.follow_up().state) == ("Why now\nlikes: sailing", "withdrawn")


def test_an_entry_put_elsewhere_is_followed_there_whatever_copies_there_are(written: World) -> None:
    entry = Task("uid-k1", "Call Ana Lima", "Why now", due="2026-03-12", mark="k1")
    written.say(msgspec.structs.replace(entry, status="cancelled"), "home", "/other/k1.ics")
    written.say(msgspec.structs.replace(entry, uid="copy"), "home", "/ours/copy.ics")
    written.dismiss()
    assert (written.follow_up().state, written.follow_up().ref) == ("dismissed", "/other/k1.ics")


def test_an_entry_taken_out_of_the_bin_is_the_users(written: World) -> None:
    written.dismiss()
    assert written.follow_up().state == "dismissed"
    written.see()
    assert written.follow_up().user_owned and written.follow_up().open


def test_an_entry_put_back_is_followed_home_from_a_copy_that_was_taken_for_it_meanwhile(written: World) -> None:
    entry = Task("uid-k1", "Call Ana Lima", "Why now\nlikes: sailing", due="2026-03-12", mark="k1")
    written.say(msgspec.structs.replace(entry, uid="copy", description="Why now"), "home", "/ours/copy.ics")
    written.say(entry, "home", "/other/k1.ics")
    written.dismiss()
    written.gone("home", "/other/k1.ics")
    assert written.follow_up().ref == "/ours/copy.ics"
    written.see(description="Why now\nlikes: sailing")
    (typed,) = written.ask().typed()
    assert (typed.text, written.follow_up().ref) == ("Why now\nlikes: sailing", "/ours/k1.ics")


def test_an_entry_put_back_and_away_again_is_followed(written: World) -> None:
    entry = Task("uid-k1", "Call Ana Lima", "Why now", due="2026-03-12", mark="k1")
    written.dismiss()
    written.see()
    written.say(entry, "home", "/other/k1.ics")
    written.dismiss()
    assert written.follow_up().ref == "/other/k1.ics"
    written.say(msgspec.structs.replace(entry, status="completed"), "home", "/other/k1.ics")
    assert written.follow_up().state == "done"


def test_an_entry_taken_out_of_the_bin_and_deleted_again_is_dismissed(written: World) -> None:
    written.dismiss()
    written.see()
    written.dismiss()
    assert written.follow_up().state == "dismissed"


@pytest.mark.parametrize("kept", [False, True])
def test_what_an_older_log_wrote_and_the_user_deleted_is_not_written_again(kept: bool) -> None:
    world = World()
    entry = Task("uid-k1", "Call Ana Lima", "Why now", due="2026-03-12", mark="k1")
    world.say(entry, "home", "/ours/k1.ics")
    world.gone("home", "/ours/k1.ics")
    if kept:
        world.say(entry, "home", "/other/k1.ics")
    world.propose(ANA)
    assert world.follow_up().open == kept


def test_an_entry_without_a_receipt_that_was_put_elsewhere_is_not_deleted(world: World) -> None:
    entry = Task("uid-k1", "Call Ana Lima", "Why now", due="2026-03-12", mark="k1")
    world.say(entry, "home", "/ours/k1.ics")
    world.say(entry, "home", "/other/k1.ics")
    world.dismiss()
    assert world.follow_up().open
    assert world.follow_up().sighted == (("home", "/other/k1.ics"),)
    world.gone("home", "/other/k1.ics")
    assert world.follow_up().state == "dismissed"


@pytest.mark.parametrize("closed", [{"status": "cancelled"}, {"status": "completed"}, {"title": "never Call Ana Lima"}])
def test_an_entry_taken_back_and_put_elsewhere_is_open_however_late_it_is_seen_there(
    written: World, closed: dict[str, str]
) -> None:
    entry = Task("uid-k1", "Call Ana Lima", "Why now", due="2026-03-12", mark="k1")
    written.see(**closed)
    before = written.follow_up().state
    written.dismiss()
    written.say(msgspec.structs.replace(entry, uid="copy"), "home", "/other/copy.ics")
    assert written.follow_up().state == before, "a copy opened what was closed"
    written.say(entry, "home", "/other/k1.ics")
    assert written.follow_up().user_owned and written.follow_up().open
    assert not written.person("Ana Lima").let_go
    written.say(msgspec.structs.replace(entry, status="completed"), "home", "/other/k1.ics")
    assert written.follow_up().state == "done"


def test_a_copy_elsewhere_that_goes_dismisses_nothing(world: World) -> None:
    world.say(Task("uid-k1", "Copy", due="2026-08-01"), "other", "/other/k1.ics")
    world.write()
    world.say(Task("uid-k1", "Copy", due="2026-09-01", status="completed"), "other", "/other/k1.ics")
    world.gone("other", "/other/k1.ics")
    assert world.follow_up().state in ("written", "moved")


def test_what_was_written_and_cannot_be_changed_has_not_failed(written: World) -> None:
    written.say(Parked("k1", "the server will not have it"))
    assert written.follow_up().state == "written"


def test_objects_that_are_not_ours_change_nothing(world: World) -> None:
    before = world.follow_up()
    world.say(Task("x", "Shopping", status="completed", mark="k9"), "home", "/x.ics")
    world.say(Meeting("y", Happening("2026-03-12", "2026-03-13", title="✓")), "home", "/y.ics")
    assert world.follow_up() == before


# --- by person ----------------------------------------------------------------------------------------------------------
def test_follow_ups_of_a_person_by_any_of_their_ids() -> None:
    world = World(POLICY)
    world.card("Ana Lima", "a@example.org", uid="one")
    world.card("Ana Lima", phone="+351912345678", uid="two")
    world.propose(person_id("one"), "k1")
    world.propose(person_id("two"), "k2")
    world.card("Ana Lima", "a@example.org", "+351912345678", uid="three")
    for known_as in ("one", "two", "three"):
        assert [f.key for f in world.ask().follow_ups(person_id(known_as))] == ["k1", "k2"]
    assert {f.person for f in world.ask().follow_ups()} == {person_id("one")}
