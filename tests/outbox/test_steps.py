"""What is to be done next, from what is wanted and what was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from auld.contract import Collection
from auld.outbox import Base, Step, Target, Wanted, next_step
from auld.outbox.steps import backoff

BASE = Base("home", "/keep/", "/keep/k1.ics", "task", date(2026, 3, 5), "Call Ana", "Why now", "f1")
WANTED = Wanted("k1", "uid-k1", date(2026, 3, 5), "Call Ana", "Why now", "open", BASE)
NEW = replace(WANTED, base=None)
ELSE: dict[str, Any] = {"title": "Call Ana Lima", "description": "She was in the news", "day": date(2026, 3, 9)}


def test_what_never_was_written_is_created() -> None:
    assert next_step(NEW) == Step("create", NEW)


def test_what_stands_as_wanted_needs_nothing() -> None:
    assert next_step(WANTED) is None


@pytest.mark.parametrize("field", ["title", "description", "day"])
def test_only_what_differs_is_changed(field: str) -> None:
    step = next_step(replace(WANTED, **{field: ELSE[field]}))
    assert step is not None and step.kind == "update" and step.fields == {field}


@pytest.mark.parametrize("field", ["title", "description", "day"])
def test_what_is_theirs_is_never_changed(field: str) -> None:
    wanted = replace(WANTED, **ELSE, theirs=frozenset({field}))
    step = next_step(wanted)
    assert step is not None and step.fields == {"title", "description", "day"} - {field}
    assert next_step(replace(wanted, theirs=frozenset(ELSE))) is None


def test_what_was_taken_back_is_removed_if_it_was_written() -> None:
    wanted = replace(WANTED, state="withdrawn", title="Other words")
    assert next_step(wanted) == Step("remove", wanted)
    assert next_step(replace(wanted, base=None)) is None


def test_what_is_over_is_left_alone() -> None:
    assert next_step(replace(WANTED, state="over", **ELSE)) is None
    assert next_step(replace(NEW, state="over")) is None


@pytest.mark.parametrize(
    ("form", "accepts", "forms"),
    [
        ("auto", {"task", "meeting"}, ("task", "event")),
        ("auto", {"meeting"}, ("event",)),
        ("event", {"task", "meeting"}, ("event",)),
        ("task", {"task"}, ("task",)),
    ],
)
def test_forms(form: str, accepts: set[str], forms: tuple[str, ...]) -> None:
    collection = Collection("/keep/", "Keep", frozenset(), frozenset(accepts))  # type: ignore[arg-type]  # plain text for literals
    assert Target("home", collection, form).forms() == forms  # type: ignore[arg-type]  # plain text for literals


def test_an_entry_stays_in_the_collection_that_it_was_written_to() -> None:
    target = Target("home", Collection("/new/", "New", frozenset()))
    assert target.collection_of(WANTED).id == "/keep/"
    assert target.collection_of(NEW) == target.collection


def test_backoff() -> None:
    assert [backoff(n) // timedelta(minutes=1) for n in (0, 1, 2, 3, 6, 7, 8, 10**6)] == [1, 1, 2, 4, 32, 60, 60, 60]
