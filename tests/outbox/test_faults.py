"""The write path meets every fault at every verb, with every edit of the user in between: what must hold, holds.

The faults are those of a bad day, so they end; then what is wanted stands there, unless the user wants something else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from auld.observations import Task
from outbox import hostile
from outbox.desk import Desk
from outbox.hostile import Fault, truncated

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
    desk.clock.advance(timedelta(hours=2))
    assert desk.deliver().written == 0
    desk.sink.on("fetch", hostile.nothing_there)  # not sent again, for a pull has seen it by now
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
