"""From typing to knowing: the fold of what was captured, corrections, retractions, and what closes a promise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from auld.capture.decide import capture
from auld.events import Because, Proposed, Written
from auld.observations import Task
from auld.policy import Policy
from auld.projections.state import State
from auld.projections.views import Promise
from auld.tongue import tongue
from auld.wording import signature
from projections.world import World

SIGNATURE = signature(tongue(Policy()))
OURS = f"Every 4 weeks.\n\nReach:\nana@example.org\n\n{SIGNATURE}"
KEY, OTHER = "ana:cadence:1", "ana:promise:x"


class Typing:
    """Ana, an entry about her, and what is typed into it. ``now`` runs on by a day with each text."""

    def __init__(self, *, adopted: bool = False) -> None:
        self.world = World()
        self.world.card("Ana Lima", "ana@example.org")
        self.ana = self.world.person("Ana Lima").id
        self.entry(KEY, "cadence", "cadence:1", adopted=adopted)

    def entry(self, key: str, reason: str, occasion: str, *, adopted: bool = False) -> None:
        because = (Because(reason, occasion),)
        self.world.say(Proposed(key, f"uid-{key}", self.ana, "Ana Lima", because, "2026-03-10", "Get in touch", OURS))
        self.world.say(Written(key, "tasks", "task", "2026-03-10", "Get in touch", OURS, adopted), "cal", f"/{key}.ics")

    def type(self, text: str, key: str = KEY, status: str = "needs-action") -> int:
        """The text as it stands now; how many events that makes."""
        self.world.now += timedelta(days=1)
        self.world.say(Task(f"uid-{key}", "Get in touch", text, due="2026-03-10", status=status), "cal", f"/{key}.ics")
        return self.take()

    def take(self) -> int:
        view = self.world.ask()
        found = capture(view.typed(), view.promises, view.policy)
        for each in found:
            self.world.say(each)
        return len(found)

    def promises(self) -> dict[str, Promise]:
        return {each.text: each for each in self.world.ask().promises(self.ana)}

    def notes(self) -> list[str]:
        return [each.text for each in self.world.ask().notes(self.ana)]

    def rebuilt(self) -> bool:
        anew = State()
        anew.apply_all(self.world.events)
        return anew.digest() == self.world.state.digest()


def test_what_is_typed_into_an_entry_that_is_ticked_at_once_stays_when_it_is_answered() -> None:
    """Between two looks: the lines never stood in an open entry."""
    typing = Typing()
    assert typing.type(f"{OURS}\nI: send the deck", status="completed") == 1
    (follow_up,) = typing.world.ask().follow_ups()
    answers = tuple(line.id for line in follow_up.answers)
    assert answers and not follow_up.open
    typing.world.say(Written(KEY, "tasks", "task", "2026-03-10", "Get in touch", OURS, answers=answers), "cal", f"/{KEY}.ics")
    assert typing.take() == 0
    assert typing.promises()["send the deck"].state == "open"
    assert typing.rebuilt()


def test_lines_become_what_they_say() -> None:
    typing = Typing()
    facts = "I: send the deck by Friday\nthey: intro\n?: the price\nlikes: sailing, wine\nmet through: Ben"
    assert typing.type(f"{OURS}\n{facts}\na plain line") == 1
    promises = typing.promises()
    assert {text: (each.by, each.kind) for text, each in promises.items()} == {
        "send the deck by Friday": ("me", "promise"),
        "intro": ("them", "theirs"),
        "the price": ("me", "question"),
    }
    assert promises["send the deck by Friday"].due == date(2026, 3, 13), "from the day of the entry, a Tuesday"
    told = [(each.kind, each.text) for each in typing.world.ask().facts(typing.ana)]
    assert told == [("likes", "sailing, wine"), ("met_through", "Ben")]
    assert typing.notes() == ["a plain line"]
    assert typing.rebuilt()


def test_what_was_understood_is_not_understood_again() -> None:
    typing = Typing()
    assert typing.type(f"{OURS}\nI: call on Monday") == 1
    assert typing.take() == 0
    before = typing.promises()["call on Monday"]
    typing.world.now += timedelta(days=10)
    typing.type(f"{OURS}\r\n✓ I: call on Monday\r\nmore")
    assert typing.promises()["call on Monday"] == before, "neither its day nor when it was said"
    assert typing.notes() == ["more"]


def test_an_entry_that_nobody_typed_into_makes_no_event() -> None:
    assert Typing().type(OURS.replace("\n", "\r\n")) == 0


def test_an_edited_line_stays_what_it_was_and_says_something_else() -> None:
    typing = Typing()
    typing.type(f"{OURS}\nI: send the deck by Friday\nI: call her mother")
    before = typing.promises()
    typing.type(f"{OURS}\nI: send the deck by 2026-04-01\nI: call her mother")
    after = typing.promises()
    assert set(after) == {"send the deck by 2026-04-01", "call her mother"}
    assert after["send the deck by 2026-04-01"].id == before["send the deck by Friday"].id
    assert after["send the deck by 2026-04-01"].at == before["send the deck by Friday"].at
    assert after["call her mother"] == before["call her mother"]
    assert typing.rebuilt()


def test_a_line_taken_out_is_retracted_and_its_id_is_not_used_again() -> None:
    typing = Typing()
    typing.type(f"{OURS}\nI: send the deck\na note")
    first = typing.promises()["send the deck"].id
    typing.type(OURS)
    assert (typing.promises(), typing.notes()) == ({}, [])
    typing.type(f"{OURS}\nthey: pay the bill")
    assert typing.promises()["pay the bill"].id != first
    assert typing.rebuilt()


def test_a_later_line_closes_a_promise_and_taking_it_out_opens_it_again() -> None:
    typing = Typing()
    typing.type(f"{OURS}\nI: send the deck by Friday\nI: call her mother")
    typing.entry(OTHER, "birthday", "birthday:2026")
    typing.type(f"{OURS}\ndone: send the deck", OTHER)
    assert {text: each.state for text, each in typing.promises().items()} == {
        "send the deck by Friday": "done",
        "call her mother": "open",
    }
    typing.type(f"{OURS}\ndone: something else altogether", OTHER)
    assert typing.promises()["send the deck by Friday"].state == "open"
    assert typing.notes() == ["done: something else altogether"], "what closes nothing is kept as a note"


def test_a_promise_crossed_off_is_done() -> None:
    typing = Typing()
    typing.type(f"{OURS}\nI: send the deck")
    typing.type(f"{OURS}\n✓ x I: send the deck")
    assert typing.promises()["send the deck"].state == "done"


def test_a_ticked_follow_up_closes_its_promise_and_an_unticked_one_opens_it() -> None:
    typing = Typing()
    typing.type(f"{OURS}\nI: send the deck")
    typing.entry(OTHER, "promise", f"promise::{typing.promises()['send the deck'].id}")
    typing.type(OURS, OTHER, status="completed")
    assert typing.promises()["send the deck"].state == "done"
    typing.type(OURS, OTHER)
    assert typing.promises()["send the deck"].state == "open"


def test_what_is_typed_while_ticking_is_taken_in() -> None:
    typing = Typing()
    typing.type(f"{OURS}\nI: send the deck", status="completed")
    assert set(typing.promises()) == {"send the deck"}


@pytest.mark.parametrize("language", ["en", "de", "pt", "fr"])
def test_in_an_entry_of_a_lost_log_auld_takes_none_of_its_old_lines_for_the_users(language: str) -> None:
    """In whatever language it wrote them then."""
    typing = Typing(adopted=True)
    last = signature(tongue(Policy(languages=(language,))))
    old = f"Every 6 weeks.\n\nLast in touch:\n1 March 2026: Tea\n✓ I: send the deck\nlikes: wine\n\n{last}\nbelow it"
    typing.type(old)
    assert set(typing.promises()) == {"send the deck"}
    assert [each.text for each in typing.world.ask().facts(typing.ana)] == ["wine"]
    assert typing.notes() == ["below it"]


def test_a_whole_book_is_taken_in_without_a_line_lost() -> None:
    typing = Typing()
    page = [f"line {number}" for number in range(3000)]
    typing.type("\n".join([OURS, *page, "x" * 100_000]))
    assert set(typing.notes()) == {*page, "x" * 100_000}
    typing.type("\n".join([OURS, *reversed(page)]))
    typing.type("\n".join([OURS, *(f"other {line}" for line in page)]))
    assert len(typing.notes()) == len(page)


def test_days_are_counted_from_the_meeting() -> None:
    typing = Typing()
    typing.entry(OTHER, "debrief", "debrief:2026-03-02")
    typing.world.now = datetime(2026, 3, 20, tzinfo=UTC)
    typing.type(f"{OURS}\nI: write tomorrow", OTHER)
    assert typing.promises()["write tomorrow"].due == date(2026, 3, 3)
