"""Ticks: all that is ever written into a text of the user's, once for each line, and on the body that stands there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from auld.capture.decide import capture
from auld.observations import Task
from auld.projections.query import Query
from outbox.desk import Desk
from outbox.hostile import answer_lost


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.propose(text="Why now")
    made.cycle()
    yield made
    made.close()


def shown(desk: Desk) -> str:
    seen = desk.entry()
    assert isinstance(seen, Task)
    return seen.description


def listen(desk: Desk) -> int:
    """A cycle with the taking in; how many events it made."""
    before = desk.log.head()
    desk.pull()
    hear(desk)
    desk.deliver()
    return desk.log.head() - before


def hear(desk: Desk) -> None:
    view = Query(desk.projector.catch_up(), desk.clock.now())
    for each in capture(view.typed(), view.promises, view.policy):
        desk.say(each)


def test_a_line_is_ticked_once_and_then_all_is_quiet(desk: Desk) -> None:
    desk.edit(text="Why now\n\nlikes: wine  \nshe sails")
    assert listen(desk)
    assert shown(desk) == "Why now\n\n✓ likes: wine  \n✓ she sails"
    assert listen(desk) == 0


def test_a_tick_that_somebody_takes_away_is_not_written_again(desk: Desk) -> None:
    desk.edit(text="Why now\nlikes: wine")
    listen(desk)
    desk.edit(text="Why now\nlikes: wine\nshe sails")
    listen(desk)
    assert shown(desk) == "Why now\nlikes: wine\n✓ she sails"
    assert listen(desk) == 0


def test_what_the_user_types_between_the_look_and_the_write_is_kept(desk: Desk) -> None:
    desk.edit(text="Why now\nlikes: wine")
    desk.pull()
    hear(desk)
    desk.edit(text="Why now\nlikes: wine\nshe sails")
    desk.deliver()
    assert shown(desk) == "Why now\nlikes: wine\nshe sails", "the log has not seen this text: hands off"
    listen(desk)
    assert shown(desk) == "Why now\n✓ likes: wine\n✓ she sails"


def test_a_planner_that_changes_its_words_does_not_touch_the_users_text(desk: Desk) -> None:
    desk.edit(text="mine alone")
    listen(desk)
    desk.revise(description="Other words", title="Other title")
    listen(desk)
    assert shown(desk) == "✓ mine alone"
    assert desk.follow_up().title == "Other title"


def test_the_answer_to_a_tick_that_was_lost_is_only_recorded(desk: Desk) -> None:
    desk.edit(text="likes: wine")
    desk.sink.on("update", answer_lost)
    listen(desk)
    desk.sink.calm()
    assert shown(desk) == "✓ likes: wine"
    desk.cycle()
    desk.cycle()
    assert (shown(desk), desk.follow_up().answers) == ("✓ likes: wine", ())
