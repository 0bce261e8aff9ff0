"""The fake keeps the semantics of Google Tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from support.google import Google
from support.google.client import TASKS, Client, Got
from support.google.tasks import TaskList

HERE = "/tasks/v1/lists/@default/tasks"


@pytest.fixture
def client(google: Google) -> Client:
    return Client(google, *TASKS)


@pytest.fixture
def tasks(google: Google) -> TaskList:
    return google.account().tasks


def titles(client: Client, **query: Any) -> list[str]:
    got = client.ask("GET", HERE, **query)
    assert got.status == 200, got.body
    return [task["title"] for task in got.body["items"]]


def change(client: Client, task: str, body: Any, etag: str = "") -> Got:
    return client.ask("PATCH", f"{HERE}/{task}", body, headers={"If-Match": etag} if etag else {})


def test_what_is_made_is_completed(client: Client) -> None:
    task = client.ask("POST", HERE, {"id": "mine", "title": "Call", "notes": "x", "due": "2026-03-05T18:30:00+02:00"}).body
    assert task["id"] != "mine", "the server chooses"
    assert (task["due"], task["status"]) == ("2026-03-05T00:00:00.000Z", "needsAction")
    assert client.ask("GET", f"{HERE}/{task['id']}").body == task
    assert client.ask("POST", HERE, {"title": "Call"}).body["id"] != task["id"], "nothing keeps one from making two"


@pytest.mark.parametrize(
    "body", [{"title": "x" * 1025}, {"title": "x", "notes": "x" * 8193}, {"due": "5 March"}, {"status": "done"}]
)
def test_what_is_refused(client: Client, body: dict[str, str]) -> None:
    assert client.ask("POST", HERE, body).status == 400


def test_what_is_done_deleted_and_hidden_is_told_on_request(client: Client, tasks: TaskList) -> None:
    for title in ("open", "done", "cleared", "deleted"):
        tasks.put({"id": title, "title": title})
    change(client, "done", {"status": "completed"})
    tasks.complete("cleared")
    assert client.ask("DELETE", f"{HERE}/deleted").status == 204
    assert titles(client) == ["open", "done"]
    assert titles(client, showCompleted=False) == ["open"]
    assert titles(client, showHidden=True) == ["open", "done", "cleared"]
    assert titles(client, showHidden=True, showDeleted=True) == ["open", "done", "cleared", "deleted"]
    assert client.ask("GET", f"{HERE}/deleted").body["deleted"] is True
    assert client.ask("DELETE", f"{HERE}/deleted").status == 404
    tasks.forget("deleted")
    assert client.ask("GET", f"{HERE}/deleted").status == 404


def test_clearing_hides_what_is_done(client: Client, tasks: TaskList) -> None:
    done = tasks.put({"title": "done", "status": "completed"})
    assert client.ask("POST", "/tasks/v1/lists/@default/clear").status == 204
    assert tasks.tasks[done]["hidden"] is True
    assert titles(client) == []


def test_to_take_back_a_tick_takes_back_all_of_it(client: Client, tasks: TaskList) -> None:
    task = tasks.put({"title": "Call"})
    tasks.complete(task)
    assert "completed" in tasks.tasks[task]
    back = change(client, task, {"status": "needsAction"}).body
    assert not {"completed", "hidden"} & back.keys()


def test_a_patch_merges_and_an_update_replaces(client: Client, tasks: TaskList) -> None:
    task = tasks.put({"title": "Call", "notes": "x", "due": "2026-03-05T00:00:00Z"})
    assert change(client, task, {"due": None}).body.get("due") is None
    replaced = client.ask("PUT", f"{HERE}/{task}", {"id": task, "title": "Ring"}).body
    assert (replaced["id"], replaced["title"], "notes" in replaced) == (task, "Ring", False)


def test_etags(client: Client, tasks: TaskList) -> None:
    task = tasks.put({"title": "Call"})
    old = client.ask("GET", f"{HERE}/{task}").body["etag"]
    tasks.edit(task, title="Theirs")
    assert change(client, task, {"title": "Ours"}, old).status == 412
    assert client.ask("DELETE", f"{HERE}/{task}", headers={"If-Match": old}).status == 412
    tasks.heeds_etags = False
    assert change(client, task, {"title": "Ours"}, old).status == 200


def test_what_changed_lately(google: Google, client: Client, tasks: TaskList) -> None:
    tasks.put({"title": "old", "due": "2026-03-05T00:00:00Z"})
    google.clock.advance(timedelta(hours=1))
    since = google.clock.now().isoformat()
    tasks.put({"title": "new"})
    assert titles(client, updatedMin=since) == ["new"]
    assert titles(client, dueMin="2026-03-05T00:00:00Z", dueMax="2026-03-06T00:00:00Z") == ["old"]


def test_pages(client: Client, tasks: TaskList) -> None:
    for number in range(23):
        tasks.put({"title": f"{number}"})
    assert len(titles(client)) == 20
    first = client.ask("GET", HERE, maxResults=15).body
    rest = client.ask("GET", HERE, maxResults=15, pageToken=first["nextPageToken"]).body
    assert [task["title"] for task in first["items"] + rest["items"]] == [f"{number}" for number in range(23)]
    assert client.ask("GET", HERE, maxResults=101).status == 400
    assert client.ask("GET", HERE, pageToken="x").status == 400


def test_lists(google: Google, client: Client, tasks: TaskList) -> None:
    more = google.account().task_list("Errands")
    found = client.ask("GET", "/tasks/v1/users/@me/lists").body["items"]
    assert [(each["id"], each["title"]) for each in found] == [(tasks.id, "My Tasks"), (more.id, "Errands")]
    made = client.ask("POST", "/tasks/v1/users/@me/lists", {"title": "auld"}).body
    assert client.ask("GET", f"/tasks/v1/users/@me/lists/{made['id']}").body["title"] == "auld"
    assert client.ask("GET", "/tasks/v1/lists/nowhere/tasks").status == 404


def test_a_task_moves_to_another_list(google: Google, client: Client, tasks: TaskList) -> None:
    more = google.account().task_list("Errands")
    task = tasks.put({"title": "Call"})
    tasks.move(task, more)
    assert client.ask("GET", f"{HERE}/{task}").status == 404
    assert client.ask("GET", f"/tasks/v1/lists/{more.id}/tasks/{task}").body["title"] == "Call"
