"""What a task at Google means, and how a follow-up is told as one.

Google makes the ids, so a follow-up is known by a line at the end of its notes. Only days can be told, no times. There is no
status "cancelled" either: such a follow-up is ticked off, and the line says so.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from auld.contract import Entry, EntryField, Item
from auld.observations import Task
from auld_connectors._google_text import writable

TaskBody = Mapping[str, Any]

NORMALISER = 1
_MARK = re.compile(r"^[ \t]*auld:([0-9A-Za-z-]{8,64})( closed)?[ \t]*$", re.MULTILINE)
_OURS = "auld:"
_MOST_TITLE = 1024
_MOST_NOTES = 8192


# --- what a task means --------------------------------------------------------------------------------------------------
def ref_of(tasklist: str, task: TaskBody) -> str:
    """The list and the task's id; of a follow-up what its notes say."""
    mark = _mark(task)
    return ref_for(tasklist, mark[1]) if mark else plain_ref(tasklist, task)


def plain_ref(tasklist: str, task: TaskBody) -> str:
    """The list and the task's id, whatever its notes say."""
    return f"{tasklist}/{task['id']}"


def ref_for(tasklist: str, uid: str) -> str:
    """The ref of a follow-up."""
    return f"{tasklist}/{_OURS}{uid}"


def is_ours(task: TaskBody) -> bool:
    """Have its notes the line by which follow-ups are known?"""
    return _mark(task) is not None


def is_there(task: TaskBody) -> bool:
    return not task.get("deleted")


def read(ref: str, task: TaskBody) -> Item:
    """The item that a task is, under this ref. Never raises."""
    try:
        observation, problem = _observed(task), ""
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        observation, problem = None, f"the task is not as Google describes tasks ({type(error).__name__})"
    raw = json.dumps(task, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Item(ref, str(task.get("etag", "")), observation, raw, _fingerprint(task), NORMALISER, problem)


def _observed(task: TaskBody) -> Task:
    mark = _mark(task)
    done = task.get("status") == "completed"
    completed = task.get("completed", "")
    return Task(
        uid=mark[1] if mark else task["id"],
        title=task.get("title", "").strip(),
        description=_words(task),
        due=task.get("due", "")[:10],
        status="needs-action" if not done else "cancelled" if mark and mark[2] else "completed",
        completed=datetime.fromisoformat(completed).astimezone(UTC).isoformat(timespec="seconds") if completed else "",
        mark=mark[1] if mark else "",
    )


def _fingerprint(task: TaskBody) -> str:
    """Not of the task's place in the list, and not of what Google counts."""
    names = ("title", "notes", "due", "status", "completed", "parent", "links", "assignmentInfo")
    told = [[name, task[name]] for name in names if task.get(name)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _mark(task: TaskBody) -> re.Match[str] | None:
    """The last line of the notes that says whose task it is."""
    found = None
    for found in _MARK.finditer(task.get("notes", "")):  # noqa: B007  # the last one is wanted
        pass
    return found


def _words(task: TaskBody) -> str:
    """The notes without our line."""
    return _MARK.sub("", task.get("notes", "")).strip()


# --- what to send -------------------------------------------------------------------------------------------------------
def body(entry: Entry) -> dict[str, Any]:
    """A new task."""
    notes = _notes(entry.description, entry.uid)
    return {"title": writable(entry.title, _MOST_TITLE), "notes": notes, "due": _due(entry), "status": "needsAction"}


def changes(task: TaskBody, entry: Entry, fields: frozenset[EntryField]) -> dict[str, Any]:
    """What to send so that just these fields change (a patch leaves out what stays)."""
    told: dict[str, Any] = {}
    mark = _mark(task)
    closed = "closed" in fields or bool(mark and mark[2])
    if "title" in fields:
        told["title"] = writable(entry.title, _MOST_TITLE)
    if fields & {"description", "closed"}:
        told["notes"] = _notes(entry.description if "description" in fields else _words(task), entry.uid, closed=closed)
    if "day" in fields:
        told["due"] = _due(entry)
    if "closed" in fields:
        told["status"] = "completed"
    return told


def _due(entry: Entry) -> str:
    return f"{entry.day.isoformat()}T00:00:00.000Z"


def _notes(text: str, uid: str, *, closed: bool = False) -> str:
    line = f"{_OURS}{uid}{' closed' if closed else ''}"
    words = writable(_MARK.sub("", text), _MOST_NOTES - len(line) - 2)
    return f"{words}\n\n{line}" if words else line
