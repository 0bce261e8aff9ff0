"""Google Tasks: read by the time of change, written at most once, known by a line in the notes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auld.contract import Collection, Held, Kind
from auld.errors import CollectionGone, ConfigurationWrong, Conflict, Refused, TryLater, UsedUp
from auld.observations import Task
from auld.testing.sinks import ENTRY, seen
from auld.testing.sources import Copy
from auld_connectors._google_task_fields import body, read, ref_for
from auld_connectors.google_tasks import GoogleTasksAccount
from support.google import Fault, Google
from support.google.tasks import TaskList
from support.google_calendars import ME, tasks_of

REF = ref_for("MDAxMjM0NTY3ODkwMTIzNDU6MDow", ENTRY.uid)
"""In the list that everybody has."""


@pytest.fixture
def tasks(google: Google) -> TaskList:
    return google.account(ME).tasks


@pytest.fixture
def me(google: Google, tmp_path: Path) -> GoogleTasksAccount:
    return tasks_of(google, tmp_path)


@pytest.fixture
def place(tasks: TaskList) -> Collection:
    kinds: frozenset[Kind] = frozenset({"task"})
    return Collection(tasks.id, tasks.title, kinds, kinds)


def created(me: GoogleTasksAccount, place: Collection) -> Held:
    me.create(place, ENTRY)
    held = me.fetch(place, me.ref_for(place, ENTRY.uid))
    assert held is not None
    return held


def ours(tasks: TaskList) -> str:
    (found,) = (key for key, task in tasks.tasks.items() if ENTRY.uid in task.get("notes", ""))
    return found


# --- reading ------------------------------------------------------------------------------------------------------------
def test_a_task_is_told_with_its_day_and_whether_it_is_done(me: GoogleTasksAccount, tasks: TaskList, place: Collection) -> None:
    ref = tasks.put({"title": "Call Rui", "notes": "about the house", "due": "2026-03-09T00:00:00.000Z"})
    copy = Copy()
    copy.pull(me, place)
    told = copy.items[f"{tasks.id}/{ref}"].observation
    assert told == Task(uid=ref, title="Call Rui", description="about the house", due="2026-03-09")
    tasks.complete(ref)
    copy.pull(me, place)
    told = copy.items[f"{tasks.id}/{ref}"].observation
    assert isinstance(told, Task)
    assert (told.status, told.completed) == ("completed", "2026-03-02T09:30:00+00:00")


def test_a_place_in_the_list_is_no_news(me: GoogleTasksAccount, tasks: TaskList, place: Collection) -> None:
    ref = tasks.put({"title": "Call Rui"})
    copy = Copy()
    copy.pull(me, place)
    before = copy.items[f"{tasks.id}/{ref}"]
    tasks.edit(ref, position="00000000000000000009")
    copy.pull(me, place)
    assert copy.items[f"{tasks.id}/{ref}"].version != before.version
    assert copy.items[f"{tasks.id}/{ref}"].fingerprint == before.fingerprint


def test_a_cycle_that_finds_nothing_costs_one_request_a_list(google: Google, me: GoogleTasksAccount, tasks: TaskList) -> None:
    google.account(ME).task_list("Work").put({"title": "Report"})
    tasks.put({"title": "Call Rui"})
    copies = [(collection, Copy()) for collection in me.discover()]
    assert len(copies) == 2
    for collection, copy in copies:
        copy.pull(me, collection)
    before = me.requests
    for collection, copy in copies:
        for batch in copy.pull(me, collection):
            assert (list(batch.items), list(batch.gone), batch.cursor) == ([], [], None)
    assert me.requests - before == 2


def test_a_task_without_a_trace_is_missing_from_the_next_listing(
    me: GoogleTasksAccount, tasks: TaskList, place: Collection
) -> None:
    ref, stays = tasks.put({"title": "Call Rui"}), tasks.put({"title": "Call Eva"})
    copy = Copy()
    copy.pull(me, place)
    tasks.forget(ref)
    copy.pull(me, place)
    assert set(copy.items) == {f"{tasks.id}/{ref}", f"{tasks.id}/{stays}"}
    copy.pull(me, place, full=True)
    assert set(copy.items) == {f"{tasks.id}/{stays}"}


def test_long_lists_are_read_to_their_end(me: GoogleTasksAccount, tasks: TaskList, place: Collection) -> None:
    for n in range(230):
        tasks.put({"title": str(n)})
    copy = Copy()
    copy.pull(me, place)
    assert len(copy.items) == 230


@pytest.mark.parametrize("answer", [b"{}", b"<html>Log in</html>", b"[]"])
def test_what_is_no_list_is_no_empty_list(google: Google, me: GoogleTasksAccount, place: Collection, answer: bytes) -> None:
    google.on("tasks.tasks.list", Fault(body=answer))
    with pytest.raises(TryLater):
        Copy().pull(me, place)


def test_a_list_that_is_gone_is_gone_not_empty(google: Google, me: GoogleTasksAccount) -> None:
    work = google.account(ME).task_list("Work")
    place = next(c for c in me.discover() if c.name == "Work")
    held = created(me, place)
    del google.account(ME).lists[work.id]
    with pytest.raises(CollectionGone):
        Copy().pull(me, place)
    with pytest.raises(CollectionGone):
        me.fetch(place, held.item.ref)
    with pytest.raises(CollectionGone):
        me.create(place, ENTRY)


def test_lists_are_chosen_by_name_and_our_own_is_made_once(google: Google, tmp_path: Path) -> None:
    google.account(ME).task_list("Work")
    assert [c.name for c in tasks_of(google, tmp_path, collections=["work"]).discover()] == ["Work"]
    (made,) = tasks_of(google, tmp_path, collections=["auld"]).discover()
    assert tasks_of(google, tmp_path, collections=["auld"]).discover() == [made]
    with pytest.raises(ConfigurationWrong, match=r"'Wrok'.*'Work'"):
        tasks_of(google, tmp_path, collections=["Wrok"]).discover()


@pytest.mark.parametrize("odd", [{"due": 7}, {"completed": "soon", "status": "completed"}, {"title": None}])
def test_a_task_that_makes_no_sense_is_kept_with_its_problem(odd: dict[str, Any]) -> None:
    item = read("list/odd", {"id": "odd", "etag": '"1"', **odd})
    assert item.problem
    assert item.observation is None


# --- writing ------------------------------------------------------------------------------------------------------------
def test_what_stands_there_is_the_day_the_words_and_the_line(
    me: GoogleTasksAccount, tasks: TaskList, place: Collection
) -> None:
    me.create(place, ENTRY)
    task = tasks.tasks[ours(tasks)]
    assert task["due"] == "2026-03-05T00:00:00.000Z"
    assert task["title"] == ENTRY.title
    assert task["notes"] == f"{ENTRY.description}\n\nauld:{ENTRY.uid}"


def test_events_are_refused(me: GoogleTasksAccount, place: Collection) -> None:
    with pytest.raises(Refused):
        me.create(place, replace(ENTRY, form="event"))


@pytest.mark.parametrize("wire", ["drop", "cut"])
def test_a_creation_whose_answer_is_lost_is_found_and_not_repeated(
    google: Google, me: GoogleTasksAccount, tasks: TaskList, place: Collection, tmp_path: Path, wire: Any
) -> None:
    google.on("tasks.tasks.insert", Fault(after=True, wire=wire))
    with pytest.raises(TryLater):
        me.create(place, ENTRY)
    assert len(google.asked("tasks.tasks.insert")) == 1
    for account in (me, tasks_of(google, tmp_path)):
        assert seen(account.fetch(place, REF))[0] == ENTRY.title
        with pytest.raises(Conflict):
            account.create(place, ENTRY)
    assert ours(tasks)


def test_a_follow_up_is_found_at_once_when_it_is_known(me: GoogleTasksAccount, tasks: TaskList, place: Collection) -> None:
    for n in range(230):
        tasks.put({"title": str(n)})
    created(me, place)
    before = me.requests
    assert me.fetch(place, REF) is not None
    assert me.requests - before == 1


@pytest.mark.parametrize("forgotten", [False, True])
def test_what_the_user_deleted_is_gone_and_is_not_made_again(
    me: GoogleTasksAccount, tasks: TaskList, place: Collection, forgotten: bool
) -> None:
    held = created(me, place)
    tasks.delete(ours(tasks))
    if forgotten:
        tasks.forget(ours(tasks))
    assert me.fetch(place, REF) is None
    with pytest.raises(Conflict):
        me.update(place, held, replace(ENTRY, title="New"), frozenset({"title"}))
    me.remove(place, held)
    if not forgotten:
        with pytest.raises(UsedUp):
            me.create(place, ENTRY)


@pytest.mark.parametrize("heeds_etags", [True, False])
@pytest.mark.parametrize(
    "edit",
    [
        {"title": "✓ Ana"},
        {"notes": f"met her\n\nauld:{ENTRY.uid}"},
        {"due": "2026-03-09T00:00:00.000Z"},
        {"status": "completed"},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_an_edit_reaches_the_pull_and_stops_every_write(
    me: GoogleTasksAccount, tasks: TaskList, place: Collection, edit: dict[str, Any], heeds_etags: bool
) -> None:
    tasks.heeds_etags = heeds_etags
    held = created(me, place)
    copy = Copy()
    copy.pull(me, place)
    tasks.edit(ours(tasks), **edit)
    (item,) = (item for batch in copy.pull(me, place) for item in batch.items)
    assert item.ref == REF
    assert item.fingerprint != held.item.fingerprint
    with pytest.raises(Conflict):
        me.update(place, held, replace(ENTRY, title="New"), frozenset({"title"}))
    with pytest.raises(Conflict):
        me.remove(place, held)


def test_words_after_the_line_are_the_users_too(me: GoogleTasksAccount, tasks: TaskList, place: Collection) -> None:
    created(me, place)
    task = tasks.tasks[ours(tasks)]
    tasks.edit(task["id"], notes=f"{task['notes']}\nmet her yesterday")
    held = me.fetch(place, REF)
    assert seen(held)[1].split("\n")[-1] == "met her yesterday"
    assert held is not None
    me.update(place, held, ENTRY, frozenset({"closed"}))
    closed = me.fetch(place, REF)
    assert seen(closed)[1].split("\n")[-1] == "met her yesterday"
    assert seen(closed)[3] == "cancelled"


def test_of_two_with_the_same_line_each_is_one_item(me: GoogleTasksAccount, tasks: TaskList, place: Collection) -> None:
    held = created(me, place)
    copied = tasks.put({name: tasks.tasks[ours(tasks)][name] for name in ("title", "notes", "due")})
    copy = Copy()
    copy.pull(me, place)
    assert set(copy.items) == {REF, f"{tasks.id}/{copied}"}
    assert copy.items[REF] == held.item


def test_notes_are_cut_so_that_the_line_stays() -> None:
    made = body(replace(ENTRY, description="x" * 20_000, title="t" * 2000))
    assert len(made["notes"]) == 8192
    assert made["notes"].endswith(f"\n\nauld:{ENTRY.uid}")
    assert len(made["title"]) == 1024
