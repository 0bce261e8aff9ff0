"""The write path meets every fault at every verb, with every edit of the user in between: what must hold, holds.

The faults are those of a bad day, so they end; then what is wanted stands there, unless the user wants something else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from auld.errors import ConfigurationWrong, CredentialsRefused
from auld.observations import Task
from auld.outbox import Missing
from auld_connectors.memory import MemoryWorld
from outbox import hostile
from outbox.desk import ACCOUNT, Desk
from outbox.hostile import Fault, HostileSink, truncated

FAULTS: list[Fault] = [
    hostile.lost, hostile.answer_lost, hostile.only_said_so, hostile.conflict, hostile.refused, hostile.no_credentials,
    hostile.no_collection, hostile.limited, hostile.broken,
]  # fmt: skip
NEW = ("Call Ana Lima today", "She was in the news", "2026-03-06")


def begin(desk: Desk, kind: str) -> None:
    """A follow-up whose next step is of this kind, and something of the user's own beside it."""
    desk.world.put(desk.calendar, "mine", Task("mine", "Buy bread"))
    desk.propose()
    if kind != "create":
        desk.cycle()
        assert desk.shows() == ("Call Ana Lima", "Why now", "2026-03-05")
    if kind == "update":
        title, text, day = NEW
        desk.revise(title=title, description=text, day=day)
    if kind == "remove":
        desk.withdraw()


def expected(kind: str) -> tuple[str, str, str] | None:
    return {"create": ("Call Ana Lima", "Why now", "2026-03-05"), "update": NEW, "remove": None}[kind]


def mine(desk: Desk) -> object:
    return desk.world.items(desk.calendar)["mine"]


STEPS = [("create", "fetch"), ("create", "create"), ("update", "fetch"), ("update", "update")]
STEPS += [("remove", "fetch"), ("remove", "remove")]


@pytest.mark.parametrize("times", [1, 2, 12])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize(("kind", "verb"), STEPS)
def test_once_the_fault_is_over_all_is_as_wanted(desk: Desk, kind: str, verb: str, fault: Fault, times: int) -> None:
    if (verb, fault) == ("fetch", hostile.only_said_so):
        fault = hostile.lost  # of what is not there to be read
    begin(desk, kind)
    own = mine(desk)
    desk.sink.on(verb, *[fault] * times)
    for _ in range(times):
        desk.cycle()
        assert len(desk.entries()) <= 1
    desk.settle()
    assert desk.shows() == expected(kind)
    assert len(desk.entries()) == (expected(kind) is not None)
    assert mine(desk) == own
    assert desk.follow_up().state == ("withdrawn" if kind == "remove" else "written")
    assert not desk.follow_up().user_fields
    assert desk.is_quiet()


EDITS: dict[str, tuple[Callable[[Desk], object], str, dict[int, str]]] = {
    "tick": (lambda desk: desk.tick(), "done", {}),
    "delete": (lambda desk: desk.delete(), "dismissed", {}),
    "move": (lambda desk: desk.edit(day="2026-04-01"), "moved", {2: "2026-04-01"}),
    "rename": (lambda desk: desk.edit(title="Ring Ana"), "written", {0: "Ring Ana"}),
    "describe": (lambda desk: desk.edit(text="ask about Porto"), "written", {1: "ask about Porto"}),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("fault", [None, *FAULTS[:4]], ids=lambda fault: fault.__name__ if fault else "no fault")
@pytest.mark.parametrize(("kind", "verb"), STEPS)
def test_the_users_edit_survives(desk: Desk, kind: str, verb: str, fault: Fault | None, edit: str) -> None:
    """The edit comes right after the fault, before anything else is asked of the server."""
    act, state, fields = EDITS[edit]
    begin(desk, kind)
    if fault is not None and (verb, fault) != ("fetch", hostile.only_said_so):
        desk.sink.on(verb, fault)
    desk.cycle()
    if desk.entry() is None:  # nothing there to be edited; the step was taken, or never reached the server
        desk.settle()
        assert desk.shows() == expected(kind)
        return
    if edit == "delete" and not desk.is_known():
        desk.pull()  # a deletion of what nobody ever saw cannot be told from a write that never arrived
    act(desk)
    edited = desk.shows()
    desk.settle()
    if edit == "delete":
        assert desk.entries() == []
    elif edit == "tick":
        assert desk.shows() == edited, "what is done is not written to any more"
        seen = desk.entry()
        assert isinstance(seen, Task) and (seen.status, seen.percent) == ("completed", 100)
    else:
        shown = desk.shows()
        assert shown is not None and {index: shown[index] for index in fields} == fields
        others = set(range(3)) - set(fields)
        if kind == "update":
            assert all(shown[index] == NEW[index] for index in others), "and what they left alone is brought up to date"
    follow_up = desk.follow_up()
    assert follow_up.state == ("withdrawn" if kind == "remove" and edit != "tick" else state)
    assert desk.is_quiet()


@pytest.mark.parametrize("verb", ["update", "remove"])
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_between_look_and_write_wins(desk: Desk, verb: str, edit: str) -> None:
    act, state, fields = EDITS[edit]
    begin(desk, verb)

    def race(deed: hostile.Deed) -> None:
        act(desk)
        deed()

    desk.sink.on(verb, race)
    desk.cycle()
    desk.settle()
    shown = desk.shows()
    assert (shown is None) == (edit == "delete")
    assert shown is None or {index: shown[index] for index in fields} == fields
    taken_back = verb == "remove" and edit != "tick"
    assert desk.follow_up().state == ("withdrawn" if taken_back else state)
    assert desk.is_quiet()


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_between_write_and_read_back_is_seen(desk: Desk, edit: str) -> None:
    act, state, _ = EDITS[edit]
    begin(desk, "update")

    def race(deed: hostile.Deed) -> None:
        deed()
        act(desk)

    desk.sink.on("update", race)
    desk.cycle()
    desk.settle()
    assert desk.follow_up().state == state
    assert desk.is_quiet()


def test_an_edit_between_pull_and_look_waits_for_the_next_pull(desk: Desk) -> None:
    begin(desk, "update")
    desk.pull()
    desk.edit(title="Ring Ana")
    assert desk.deliver().written == 0
    desk.settle()
    assert desk.shows() == ("Ring Ana", *NEW[1:])
    assert desk.follow_up().user_fields == {"title"}


def test_what_was_seen_before_its_receipt_is_ours(desk: Desk) -> None:
    """So that its deletion is the user's word, and no loss for the safety stop to judge."""
    desk.propose()
    desk.sink.on("create", hostile.answer_lost)
    desk.cycle()
    desk.pull()
    desk.delete()
    desk.cycle()
    assert desk.follow_up().state == "dismissed"
    assert "item.gone" not in {event.type for event in desk.log.read()}


# --- oddities of servers ------------------------------------------------------------------------------------------------
def test_a_server_that_refuses_tasks_gets_events(desk: Desk) -> None:
    desk.propose()
    desk.sink.on("create", hostile.refused)
    assert desk.cycle().written == 1
    follow_up = desk.follow_up()
    assert follow_up.base is not None and follow_up.base.form == "event"
    assert desk.is_quiet()


def test_a_server_that_rewrites_is_not_fought_over(desk: Desk) -> None:
    desk.sink.rewrite = truncated
    begin(desk, "create")
    desk.settle()
    assert desk.shows() == ("Call Ana L", "Why now", "2026-03-05")
    assert desk.follow_up().user_fields == {"title"}
    assert desk.is_quiet()


def test_a_read_that_lags_doubles_nothing(desk: Desk) -> None:
    begin(desk, "create")
    desk.sink.on("fetch", *[hostile.nothing_there] * 2)
    first = desk.cycle()
    assert (first.written, first.failed, desk.outbox.counts()["pending"]) == (0, 0, 1)
    desk.sink.on("fetch", *[hostile.nothing_there] * 2)  # so that it is sent again, and met by a conflict
    assert desk.cycle().written == 0
    assert desk.cycle().written == 1
    assert len(desk.entries()) == 1 and desk.sink.log.count("create") == 2
    assert desk.is_quiet()


def test_what_stands_in_our_place_is_left_alone(desk: Desk) -> None:
    desk.world.put(desk.calendar, desk.ref(), Task("somebody-elses", "Buy bread"))
    desk.propose()
    delivered = desk.cycle()
    assert delivered.failed == 1 and "did not write" in delivered.problems[0]
    desk.settle()
    assert desk.shows() == ("Buy bread", "", "")
    assert desk.follow_up().state == "failed"


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
    assert desk.entries() == []
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


def test_words_that_differ_from_todays_belong_to_the_user(desk: Desk) -> None:
    desk.propose(title="Words of another time")
    desk.cycle()
    desk.lose_store()
    desk.propose()
    desk.settle()
    assert desk.shows() == ("Words of another time", "Why now", "2026-03-05")
    assert desk.follow_up().user_fields == {"title"}


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
