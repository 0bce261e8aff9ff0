"""Errors of the whole server, taking back, other collections, lost stores, and entries that went missing."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from auld.errors import ConfigurationWrong, CredentialsRefused
from auld.observations import Task
from auld.outbox import Missing
from auld.projections.query import Query
from auld_connectors.memory import MemoryWorld
from outbox import hostile
from outbox.desk import ACCOUNT, Desk
from outbox.hostile import HostileSink
from outbox.test_faults import EDITS, NEW, begin


# --- errors of the whole server -----------------------------------------------------------------------------------------
def test_a_refused_password_ends_the_delivery_at_once(desk: Desk) -> None:
    for key in ("k1", "k2", "k3"):
        desk.propose(key)
    desk.sink.on("fetch", hostile.no_credentials)
    before = desk.sink.requests
    delivered = desk.cycle()
    assert isinstance(delivered.stopped, CredentialsRefused)
    assert desk.sink.requests == before + 2  # the pull and one look
    assert desk.cycle().written == 3


def test_a_server_that_asks_us_to_wait_is_left_alone_altogether(desk: Desk) -> None:
    for key in ("k1", "k2", "k3"):
        desk.propose(key)
    desk.sink.on("fetch", hostile.limited)
    desk.cycle()
    before = desk.sink.requests
    for _ in range(2):
        assert desk.cycle(timedelta(minutes=14)).waiting == 3
    assert desk.sink.requests == before + 2  # pulls
    assert desk.cycle(timedelta(minutes=14)).written == 3


def test_a_night_without_the_server_gives_nothing_up(desk: Desk) -> None:
    desk.propose()
    for _ in range(40):
        desk.sink.on("fetch", hostile.lost)
        assert desk.cycle(timedelta(minutes=61)).failed == 0
    assert desk.outbox.counts() == {"pending": 1, "parked": 0}
    assert desk.cycle(timedelta(minutes=61)).written == 1


def test_one_bad_entry_does_not_hold_up_the_others(desk: Desk) -> None:
    for key in ("k1", "k2", "k3"):
        desk.propose(key)
    for fault in (hostile.refused, hostile.refused):  # as a task and as an event
        desk.sink.on("create", fault)
    assert desk.cycle().written == 2
    assert desk.follow_up("k1").state == "failed"


def test_what_was_given_up_is_tried_again_the_next_day(desk: Desk) -> None:
    desk.propose()
    desk.sink.on("create", hostile.refused, hostile.refused)
    assert desk.cycle().failed == 1
    assert (desk.follow_up().state, desk.follow_up().why) == ("failed", "403")
    before = desk.sink.requests
    desk.cycle()
    assert desk.sink.requests == before + 1, "today it is left in peace"
    assert desk.outbox.counts()["parked"] == 1
    assert desk.cycle(timedelta(hours=25)).written == 1
    assert (desk.follow_up().state, desk.outbox.counts()) == ("written", {"pending": 0, "parked": 0})


def test_the_user_can_have_it_tried_again_at_once(desk: Desk) -> None:
    desk.propose()
    desk.sink.on("create", hostile.refused, hostile.refused)
    desk.cycle()
    desk.outbox.try_again()
    assert desk.cycle().written == 1


def test_giving_up_every_day_is_said_once(desk: Desk) -> None:
    desk.propose()
    desk.sink.on("create", *[hostile.refused] * 6)
    for _ in range(3):
        assert desk.cycle(timedelta(hours=25)).failed == 1
    assert sum(event.type == "follow_up.parked" for event in desk.log.read()) == 1


def test_what_has_long_lost_its_point_is_not_tried_any_more(desk: Desk) -> None:
    desk.propose()
    desk.sink.on("create", *[hostile.refused] * 100)
    for _ in range(12):
        desk.cycle(timedelta(hours=25))
    assert desk.outbox.counts() == {"pending": 0, "parked": 0}
    assert desk.is_quiet()


def test_an_entry_that_cannot_be_changed_stands_as_it_is(desk: Desk) -> None:
    begin(desk, "update")
    desk.sink.on("update", hostile.refused)
    assert desk.cycle().failed == 1
    assert desk.follow_up().state == "written"
    desk.tick()
    desk.cycle()
    assert (desk.follow_up().state, desk.outbox.counts()["parked"]) == ("done", 0)


def test_a_clock_that_ran_ahead_holds_nothing_up(desk: Desk) -> None:
    desk.propose()
    desk.clock.advance(timedelta(days=365))
    desk.sink.on("fetch", hostile.lost)
    desk.deliver()
    desk.clock.advance(-timedelta(days=365))
    assert desk.cycle().written == 1


# --- taking back --------------------------------------------------------------------------------------------------------
def test_a_create_that_nobody_wants_any_more_is_looked_for(desk: Desk) -> None:
    desk.propose()
    desk.sink.on("create", hostile.answer_lost)
    desk.cycle()
    desk.withdraw()
    desk.settle()
    entry = desk.entry()
    assert isinstance(entry, Task)
    assert entry.status == "cancelled"  # not taken out: whether anybody was at it before it was found cannot be told
    assert desk.is_quiet()


def test_our_own_removal_is_no_dismissal(desk: Desk) -> None:
    begin(desk, "remove")
    desk.sink.on("remove", hostile.answer_lost)
    desk.cycle()
    desk.clock.advance(timedelta(hours=2))
    assert desk.deliver().closed == 1
    desk.settle()
    logged = [event.type for event in desk.log.read()]
    assert "follow_up.removed" in logged and "follow_up.dismissed" not in logged


def test_taken_back_before_it_was_written_asks_nothing(desk: Desk) -> None:
    desk.propose()
    desk.withdraw()
    desk.cycle()
    assert desk.sink.log == ["pull"]


def test_what_the_user_added_something_to_is_cancelled_instead_of_deleted(desk: Desk) -> None:
    begin(desk, "remove")
    desk.edit(percent=50, status="in-process")
    desk.settle()
    seen = desk.entry()
    assert isinstance(seen, Task) and (seen.status, seen.percent) == ("cancelled", 50)
    assert desk.follow_up().state == "withdrawn"
    assert desk.is_quiet()


def test_what_the_user_typed_into_is_cancelled_with_all_that_was_typed(desk: Desk) -> None:
    begin(desk, "remove")
    desk.edit(description="Her dog is called Rex")
    desk.settle()
    seen = desk.entry()
    assert isinstance(seen, Task) and (seen.status, seen.description) == ("cancelled", "Her dog is called Rex")
    assert desk.is_quiet()


def test_what_the_user_has_done_is_not_cancelled(desk: Desk) -> None:
    """Ticked, with a title that says something else."""
    begin(desk, "remove")
    desk.edit(title="no: Call Ana Lima")
    desk.cycle()
    desk.edit(status="completed", completed="2026-03-04T10:00:00Z")
    desk.settle()
    seen = desk.entry()
    assert isinstance(seen, Task) and seen.status == "completed"
    assert desk.is_quiet()


def test_what_the_user_made_their_own_stays(desk: Desk) -> None:
    begin(desk, "remove")
    desk.edit(title="Ring Ana")
    desk.settle()
    assert desk.shows() == ("Ring Ana", "Why now", "2026-03-05")
    seen = desk.entry()
    assert isinstance(seen, Task) and seen.status == "needs-action"
    desk.tick()
    desk.cycle()
    assert desk.follow_up().state == "done"


# --- other collections --------------------------------------------------------------------------------------------------
def test_entries_stay_and_are_looked_after_where_they_were_written(desk: Desk) -> None:
    desk.propose()
    desk.cycle()
    elsewhere = desk.world.add("Other", "task", "meeting")
    old, desk.target = desk.target, type(desk.target)(ACCOUNT, elsewhere)
    desk.propose("k2")
    desk.revise(title="Call Ana Lima today")
    desk.cycle()
    assert desk.shows() is not None and desk.shows()[0] == "Call Ana Lima today"  # type: ignore[index]
    assert len(desk.world.items(elsewhere)) == 1
    desk.withdraw()
    desk.cycle()
    assert desk.world.items(old.collection) == {}


def test_entries_of_another_account_are_left_there(desk: Desk) -> None:
    desk.propose()
    desk.cycle()
    desk.withdraw()
    desk.target = type(desk.target)("another", desk.calendar)
    before = desk.sink.requests
    assert desk.deliver().closed == 0
    assert (desk.sink.requests, desk.outbox.counts()["pending"]) == (before, 0)


# --- a store that was lost ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("edit", EDITS)
def test_entries_are_found_again(desk: Desk, edit: str) -> None:
    desk.propose()
    desk.cycle()
    act, state, _ = EDITS[edit]
    act(desk)
    shown = desk.shows()
    desk.lose_store()
    desk.propose()
    desk.settle()
    assert len(desk.entries()) == 1
    if edit != "delete":  # nobody can know that it was there
        assert desk.shows() == shown
        assert desk.follow_up().state == state
        assert "create" not in desk.sink.log[desk.sink.log.index("create") + 1 :]
    assert desk.is_quiet()


def test_what_was_seen_to_stand_and_is_gone_at_the_next_look_is_not_put_back(desk: Desk) -> None:
    """Its receipt was lost, a pull saw it, and the user deletes it right before auld looks for it. Found by the soak."""

    def delete_first(deed: hostile.Deed) -> object:
        desk.delete()
        return deed()

    desk.propose()
    desk.sink.on("create", hostile.answer_lost)
    desk.cycle()
    desk.sink.on("fetch", delete_first)
    desk.cycle()
    desk.settle()
    assert desk.entries() == [] and desk.follow_up().state == "dismissed"
    assert desk.is_quiet()


def test_words_that_differ_from_todays_belong_to_the_user(desk: Desk) -> None:
    desk.propose(title="Words of another time")
    desk.cycle()
    desk.lose_store()
    desk.propose()
    desk.settle()
    assert desk.shows() == ("Words of another time", "Why now", "2026-03-05")
    assert desk.follow_up().user_fields == {"title"}


def test_an_entry_from_before_that_is_wanted_no_more_does_not_stay(desk: Desk) -> None:
    """It was seen, but the follow-up is taken back before anything could be written."""
    desk.propose()
    desk.cycle()
    desk.lose_store()
    desk.pull()
    desk.propose()
    desk.withdraw()
    desk.settle()
    entry = desk.entry()
    assert isinstance(entry, Task) and entry.status == "cancelled"
    assert desk.is_quiet()


@pytest.mark.parametrize("done", [False, True])
def test_an_entry_from_before_that_the_user_had_put_elsewhere_gets_no_double(desk: Desk, done: bool) -> None:
    other = desk.world.add("Other", "task", "meeting")
    desk.propose()
    desk.cycle()
    entry = desk.entry()
    assert isinstance(entry, Task)
    desk.delete()
    desk.world.put(other, f"{other.id}/uid-k1", msgspec.structs.replace(entry, status="completed") if done else entry)
    desk.lose_store()
    desk.pull(other)
    desk.propose()
    for _ in range(3):
        desk.cycle()
    assert desk.entries() == []
    assert desk.follow_up().state == ("done" if done else "planned")
    assert desk.is_quiet()
    if not done:  # it is understood there, and followed back
        desk.world.delete(other, f"{other.id}/uid-k1")
        desk.world.put(desk.calendar, desk.ref(), entry)
        desk.pull(other)
        desk.settle()
        assert desk.follow_up().open and desk.follow_up().user_owned and len(desk.entries()) == 1


def test_working_tables_that_were_lost_cost_no_dismissal(desk: Desk) -> None:
    desk.propose()
    desk.cycle()
    with desk.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM items")
        connection.exec_driver_sql("DELETE FROM collections")
    desk.cycle()
    desk.delete()
    desk.settle()
    assert desk.entries() == [] and desk.follow_up().state == "dismissed"


# --- entries that went missing ------------------------------------------------------------------------------------------
def test_what_a_report_forgot_is_not_missing(desk: Desk) -> None:
    desk.propose()
    desk.cycle()
    missing = [Missing(ACCOUNT, desk.calendar, desk.ref())]
    assert desk.outbox.confirm_missing(missing, desk.sink, desk.clock.now).closed == 0
    assert desk.follow_up().state == "written"
    assert desk.is_quiet()


def test_one_entry_that_cannot_be_looked_at_does_not_hide_the_others(desk: Desk) -> None:
    keys = ["k1", "k2", "k3"]
    for key in keys:
        desk.propose(key)
    desk.cycle()
    for key in keys:
        desk.delete(key)
    desk.clock.advance(timedelta(hours=1))
    desk.pull()
    desk.sink.on("fetch", hostile.lost)
    desk.deliver()
    assert [desk.follow_up(key).state for key in keys] == ["written", "dismissed", "dismissed"]
    desk.cycle()
    assert desk.follow_up("k1").state == "dismissed"


def test_a_calendar_that_is_gone_dismisses_nothing(desk: Desk) -> None:
    begin(desk, "update")
    desk.sink.on("fetch", hostile.nothing_there)  # 404, and no pull has said so
    desk.deliver()
    assert desk.follow_up().state == "written"
    desk.settle()
    assert desk.shows() == NEW


def test_a_sink_that_cannot_name_places_is_not_ours_to_mend(desk: Desk) -> None:
    """What is wrong with a connector as a whole is for whoever runs the delivery."""

    class Nameless(HostileSink):
        def ref_for(self, collection: object, uid: str) -> str:
            raise ConfigurationWrong("no names")

    desk.propose()
    delivered = desk.outbox.deliver(desk.turn.wanted(), desk.target, Nameless(MemoryWorld(), desk.fuse), desk.clock.now)
    assert isinstance(delivered.stopped, ConfigurationWrong)


def test_what_went_wrong_with_a_step_is_forgotten_with_the_step(desk: Desk) -> None:
    """The password is refused for a change; before it is mended, the user deletes the entry."""
    desk.propose()
    desk.cycle()
    desk.revise(title="Call Ana Lima today")
    desk.sink.on("update", hostile.no_credentials)
    desk.cycle()
    assert desk.outbox.problems()
    desk.delete()
    desk.clock.advance(timedelta(hours=2))
    desk.pull()
    desk.outbox.confirm_missing([Missing(ACCOUNT, desk.calendar, desk.ref())], desk.sink, desk.clock.now)
    assert desk.outbox.due(desk.turn.wanted(), desk.target, desk.clock.now()) == []
    assert not desk.outbox.problems()
    assert desk.outbox.next_due() is None


@pytest.mark.parametrize("answer", [None, hostile.answer_lost], ids=["answered", "answer lost"])
def test_what_the_user_added_to_an_entry_is_never_removed(desk: Desk, answer: hostile.Fault | None) -> None:
    """Not even if auld changed the entry since, so that the last write was its own."""
    desk.propose()
    desk.cycle()
    desk.edit(percent=20)
    desk.revise(title="Call Ana Lima today")
    desk.sink.on("update", *([answer] if answer else []))
    desk.cycle()
    desk.cycle()
    desk.withdraw()
    desk.cycle()
    entry = desk.entry()
    assert isinstance(entry, Task)
    assert (entry.title, entry.percent, entry.status) == ("Call Ana Lima today", 20, "cancelled")


def test_what_the_user_added_before_a_lost_answer_was_made_up_for_is_never_removed(desk: Desk) -> None:
    desk.propose()
    desk.sink.on("create", hostile.answer_lost)
    desk.cycle()
    desk.edit(start="2026-03-01")
    desk.cycle()
    desk.withdraw()
    desk.cycle()
    entry = desk.entry()
    assert isinstance(entry, Task)
    assert (entry.start, entry.status) == ("2026-03-01", "cancelled")


@pytest.mark.parametrize("verb", ["create", "update"])
def test_what_the_user_added_before_the_read_back_is_never_removed(desk: Desk, verb: str) -> None:
    """Found by the soak: a series made of an entry while auld was writing it shows in none of auld's fields."""

    def then_repeat(deed: hostile.Deed) -> object:
        stored = deed()
        desk.edit(recurring=True)
        return stored

    begin(desk, verb)
    desk.sink.on(verb, then_repeat)
    desk.cycle()
    desk.withdraw()
    desk.settle()
    entry = desk.entry()
    assert isinstance(entry, Task) and entry.recurring


def test_what_a_server_stores_in_its_own_way_is_removed_all_the_same(desk: Desk) -> None:
    desk.sink.rewrite = lambda seen: (
        msgspec.structs.replace(seen, description=seen.description + " ") if isinstance(seen, Task) else seen
    )
    desk.propose()
    desk.cycle()
    desk.withdraw()
    desk.settle()
    assert desk.entry() is None


def test_what_auld_cancelled_and_the_user_takes_up_again_is_theirs(desk: Desk) -> None:
    begin(desk, "remove")
    desk.edit(percent=50, status="in-process")
    desk.settle()
    desk.edit(status="needs-action")
    desk.settle()
    seen = desk.entry()
    assert isinstance(seen, Task) and seen.status == "needs-action"
    assert desk.is_quiet()


def test_an_entry_is_cancelled_once(desk: Desk) -> None:
    desk.propose()
    desk.cycle()
    desk.edit(percent=20)
    desk.cycle()
    desk.withdraw()
    desk.sink.on("update", hostile.answer_lost)
    for _ in range(3):
        desk.cycle()
    assert desk.sink.log.count("update") == 1
    assert desk.is_quiet()


def test_what_auld_said_before_does_not_pass_for_what_the_user_typed(desk: Desk) -> None:
    """Though a program saved the entry, untouched, while the old words stood in it."""
    desk.propose(text="Birthday on 15 March")
    desk.cycle()
    desk.edit(percent=20)
    desk.cycle()
    desk.revise(description="In the news")
    desk.cycle()
    assert desk.shows() == ("Call Ana Lima", "In the news", "2026-03-05")
    typed = Query(desk.projector.catch_up(), desk.clock.now()).typed()
    assert not list(typed)


def test_a_wish_of_before_that_was_written_without_an_answer_is_ours(desk: Desk) -> None:
    """The answer to a change is lost, and the wish changes again before a pull sees it. Found by the soak."""
    desk.propose()
    desk.cycle()
    desk.revise(title="Call Ana", description="Now in Porto", day="2026-03-06")
    desk.sink.on("update", hostile.answer_lost)
    desk.deliver()
    desk.revise(title="Call Ana Costa", description="In the news", day="2026-03-07")
    desk.settle()
    assert desk.shows() == ("Call Ana Costa", "In the news", "2026-03-07")
    assert not desk.follow_up().user_fields
    assert not list(Query(desk.projector.catch_up(), desk.clock.now()).typed())
