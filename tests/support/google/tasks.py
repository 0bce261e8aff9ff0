"""Google Tasks: the task lists of one account, what the user does in them, and the Tasks API v1 over them.

There are no sync tokens, no ids of the client's, no time of day in ``due``; what is ticked off in Google's own programs is
``hidden``; what is deleted stays for a while, marked so.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from support.google.model import ApiError, Call, Json, Pages, Ticks, merge, opaque, rfc3339

_OUTPUT_ONLY = frozenset(
    {"kind", "id", "etag", "updated", "selfLink", "parent", "position", "hidden", "links", "webViewLink", "assignmentInfo"}
)
_MOST = 20_000


@dataclass
class TaskList:
    """One list. ``tasks`` by id, the deleted ones among them, in the order of their positions.

    ``heeds_etags``: does the server keep to ``If-Match``?"""

    id: str
    title: str
    ticks: Ticks
    heeds_etags: bool = True
    tasks: dict[str, Json] = field(default_factory=dict)
    pages: Pages = field(default_factory=Pages)
    _number: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    # --- what the user does ---------------------------------------------------------------------------------------------
    def put(self, task: Json) -> str:
        """A task comes to stand there; its id (an old one replaces that task)."""
        task_id = task.get("id") or opaque(self.id, next(self._number)).translate(str.maketrans("+/=", "-_A"))
        self._store({"status": "needsAction", **task, "id": task_id})
        return task_id

    def edit(self, task_id: str, **changes: object) -> None:
        self._store(merge(self.tasks[task_id], changes))

    def complete(self, task_id: str) -> None:
        """Tick it off, as in Google's own programs."""
        self.edit(task_id, status="completed", hidden=True)

    def delete(self, task_id: str) -> None:
        self.edit(task_id, deleted=True)

    def forget(self, task_id: str) -> None:
        """A task goes without a trace."""
        del self.tasks[task_id]

    def move(self, task_id: str, to: TaskList) -> None:
        """Move a task to another list: it keeps its id there, and leaves nothing behind."""
        to.put({name: value for name, value in self.tasks.pop(task_id).items() if name != "position"})

    # --- keeping --------------------------------------------------------------------------------------------------------
    def _store(self, task: Json) -> Json:
        if len(task.get("title", "")) > 1024 or len(task.get("notes", "")) > 8192:
            raise ApiError(400, "invalid", "Invalid task resource.")
        if task.get("status") not in ("needsAction", "completed"):
            raise ApiError(400, "invalid", f"Invalid value for: Invalid status {task.get('status')!r}")
        at = self.ticks()
        task = {name: value for name, value in task.items() if value is not None and value is not False}
        if "due" in task:
            task["due"] = _whole_day(task["due"])
        if task["status"] == "completed":
            task.setdefault("completed", rfc3339(at))
        else:
            task = {name: value for name, value in task.items() if name not in ("completed", "hidden")}
        task_id = task["id"]
        self.tasks[task_id] = {
            "position": f"{len(self.tasks):020d}",
            **task,
            "kind": "tasks#task",
            "etag": f'"{opaque(task_id, rfc3339(at))}"',
            "title": task.get("title", ""),
            "updated": rfc3339(at),
            "selfLink": f"https://www.googleapis.com/tasks/v1/lists/{self.id}/tasks/{task_id}",
            "links": task.get("links", []),
            "webViewLink": f"https://tasks.google.com/task/{task_id}?sa=6",
        }
        return self.tasks[task_id]

    def entry(self) -> Json:
        """As the list of lists tells it."""
        return {
            "kind": "tasks#taskList",
            "id": self.id,
            "etag": f'"{opaque(self.id)}"',
            "title": self.title,
            "updated": rfc3339(self.ticks()),
            "selfLink": f"https://www.googleapis.com/tasks/v1/users/@me/lists/{self.id}",
        }

    # --- the API --------------------------------------------------------------------------------------------------------
    def get(self, call: Call) -> Json:
        task = self.tasks.get(call["task"])
        if task is None:
            raise ApiError(404, "notFound", "Requested entity was not found.")
        return task

    def listing(self, call: Call) -> Json:
        size = 20 if call["maxResults"] is None else call["maxResults"]
        if not 1 <= size <= 100:
            raise ApiError(400, "invalid", "Invalid maxResults.")
        if call["pageToken"]:
            page, beside = self.pages.next(call.params, size)
        else:
            found = sorted(
                (task for task in self.tasks.values() if _is_asked_for(task, call)), key=lambda task: task["position"]
            )
            page, beside = self.pages.first(call.params, found, size, {})
        return {"kind": "tasks#tasks", "etag": f'"{opaque(self.id)}"', **beside, "items": page}

    def insert(self, call: Call) -> Json:
        if sum(not task.get("hidden") for task in self.tasks.values()) >= _MOST:
            raise ApiError(403, "quotaExceeded", "Quota Exceeded", "usageLimits")
        beside = {"parent": call["parent"]} if call["parent"] else {}
        return self.tasks[self.put(_settable(call.body) | beside)]

    def patch(self, call: Call) -> Json:
        return self._change(call, lambda task: merge(task, _settable(call.body)))

    def update(self, call: Call) -> Json:
        settable = {"status": "needsAction", **_settable(call.body)}
        return self._change(call, lambda task: settable | {name: task[name] for name in _OUTPUT_ONLY if name in task})

    def _change(self, call: Call, change: Callable[[Json], Json]) -> Json:
        task = self.get(call)
        if self.heeds_etags:
            call.only_if(task["etag"])
        return self._store(change(task))

    def remove(self, call: Call) -> None:
        task = self.get(call)
        if task.get("deleted"):
            raise ApiError(404, "notFound", "Requested entity was not found.")
        if self.heeds_etags:
            call.only_if(task["etag"])
        self.delete(task["id"])

    def clear(self, call: Call) -> None:
        for task in [*self.tasks.values()]:
            if task["status"] == "completed" and not task.get("hidden"):
                self.edit(task["id"], hidden=True)


def _settable(body: Json) -> Json:
    return {name: value for name, value in body.items() if name not in _OUTPUT_ONLY}


def _whole_day(due: str) -> str:
    """Only the date counts; a time of day is thrown away."""
    try:
        return f"{datetime.fromisoformat(due):%Y-%m-%d}T00:00:00.000Z"
    except ValueError:
        raise ApiError(400, "invalid", "Request contains an invalid argument.") from None


def _is_asked_for(task: Json, call: Call) -> bool:
    if task.get("deleted") and not call["showDeleted"]:
        return False
    if task.get("hidden") and not call["showHidden"]:
        return False
    if task["status"] == "completed" and call["showCompleted"] is False:
        return False
    if "assignmentInfo" in task and not call["showAssigned"]:
        return False
    for name, key in (("due", "due"), ("completed", "completed"), ("updated", "updated")):
        least, most = call[f"{name}Min"], call[f"{name}Max"]
        at = datetime.fromisoformat(task[key]) if key in task else None
        if least and (at is None or at < datetime.fromisoformat(least)):
            return False
        if most and (at is None or at >= datetime.fromisoformat(most)):
            return False
    return True
