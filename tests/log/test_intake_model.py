"""A state machine: a server that is edited, reports that break off, clocks that move, and a simple model of what is true."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from auld.contract import Batch, Item
from auld.events import Gone, Unreadable
from auld.intake import Intake, Taken
from auld.log import Log
from auld.safety import due_full
from auld.store import Store
from support.intake import ACCOUNT, COLLECTION, item

REFS = [f"/{n:02}" for n in range(24)]


class Server(RuleBasedStateMachine):
    """``truth`` is what stands on the server: ref -> (meaning, version). ``changes`` is its own journal, which a cursor, a
    place in it, is resolved against. A deletion is journalled as None."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="auld-model-"))
        self.store = Store.open(f"sqlite:///{self.folder / 'auld.db'}")
        self.log = Log(self.store)
        self.intake = Intake(self.log)
        self.now = datetime(2026, 3, 2, 10, tzinfo=UTC)
        self.truth: dict[str, tuple[str, int]] = {}
        self.journal: list[str] = []
        self.edits = 0

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @initialize(count=st.integers(0, len(REFS)))
    def fill(self, count: int) -> None:
        for ref in REFS[:count]:
            self.put(ref, "a")

    # --- the user edits -------------------------------------------------------------------------------------------------
    @rule(ref=st.sampled_from(REFS), meaning=st.sampled_from(["a", "b", "unreadable"]))
    def put(self, ref: str, meaning: str) -> None:
        self.edits += 1
        self.truth[ref] = (meaning, self.edits)
        self.journal.append(ref)

    @rule(refs=st.lists(st.sampled_from(REFS), max_size=12))
    def delete(self, refs: list[str]) -> None:
        for ref in refs:
            if self.truth.pop(ref, None):
                self.journal.append(ref)

    @rule(minutes=st.sampled_from([1, 16, 46, 1440]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # --- auld pulls -----------------------------------------------------------------------------------------------------
    @rule(size=st.integers(1, 8), broken_after=st.none() | st.integers(0, 3))
    def report(self, size: int, broken_after: int | None) -> None:
        """What changed since the cursor, in pages; it may break off."""
        place = int(self.intake.state(ACCOUNT, COLLECTION).cursor or 0)
        self.intake.known(ACCOUNT, COLLECTION)
        pages = [self.journal[start : start + size] for start in range(place, len(self.journal), size)]
        for number, page in enumerate(pages):
            if number == broken_after:
                self.intake = Intake(self.log)  # as if killed
                return
            place += len(page)
            there = [ref for ref in dict.fromkeys(page) if ref in self.truth]
            gone = [ref for ref in dict.fromkeys(page) if ref not in self.truth]
            self.take(Batch([self.item(ref) for ref in there], gone=gone, cursor=str(place)))
        self.end(listed=False)

    @rule()
    def listing(self) -> None:
        """A complete listing, and what differs from what is known fetched after it."""
        known = self.intake.known(ACCOUNT, COLLECTION)
        place = str(len(self.journal))
        listing = {ref: str(version) for ref, (_, version) in self.truth.items()}
        self.take(Batch(listing=listing))
        self.take(Batch([self.item(ref) for ref, version in listing.items() if known.get(ref) != version], cursor=place))
        self.end(listed=True)

    @precondition(lambda self: self.intake.state(ACCOUNT, COLLECTION).suspect)
    @rule()
    def accept(self) -> None:
        state = self.intake.state(ACCOUNT, COLLECTION)
        assert self.intake.accept_loss(ACCOUNT, [], self.now) == state.suspect_missing > 0
        assert not self.intake.state(ACCOUNT, COLLECTION).suspect

    @precondition(lambda self: self.intake.state(ACCOUNT, COLLECTION).suspect)
    @rule()
    def resolve(self) -> None:
        """However it came to it: looking when it is time, and the user's word where it is needed, settle a suspicion."""
        for _ in range(4):
            self.now += timedelta(minutes=46)
            if self.intake.state(ACCOUNT, COLLECTION).suspect:
                assert due_full(self.intake.state(ACCOUNT, COLLECTION), self.now)
            self.listing()
            if self.intake.state(ACCOUNT, COLLECTION).needs_acceptance:
                self.accept()
        self.listing()
        state = self.intake.state(ACCOUNT, COLLECTION)
        assert not state.suspect
        assert self.intake.known(ACCOUNT, COLLECTION).keys() == self.truth.keys()

    # --- what must hold -------------------------------------------------------------------------------------------------
    def take(self, batch: Batch) -> None:
        taken = self.intake.take(ACCOUNT, COLLECTION, batch, self.now)
        assert taken.gone == 0, "nothing is believed gone before the end of a pull"

    def end(self, listed: bool) -> None:
        before = self.intake.state(ACCOUNT, COLLECTION)
        taken = self.intake.finish(ACCOUNT, COLLECTION, self.now)
        after = self.intake.state(ACCOUNT, COLLECTION)
        self.not_too_many(taken, before.present, looked=before.suspect_looks)
        assert taken.suspect is after.suspect
        if not after.suspect:
            assert self.intake.known(ACCOUNT, COLLECTION) == {ref: str(v) for ref, (_, v) in self.truth.items()}
            assert after.cursor in (None, str(len(self.journal)))
        assert not listed or after.last_full == self.now

    def not_too_many(self, taken: Taken, present: int, looked: int) -> None:
        if taken.gone > max(5, present / 10):
            assert looked >= 1, "a large loss was believed without a second look"
            assert taken.gone < present, "everything was believed gone without the user's word"

    @invariant()
    def the_log_tells_a_story_that_makes_sense(self) -> None:
        last: dict[str, object] = {}
        for event in self.log.read(types=["contact.observed", "item.gone", "item.unreadable"]):
            before = last.get(event.ref)
            if isinstance(event.data, Gone):
                assert before is not None, "gone before it came"
                assert not isinstance(before, Gone), "gone twice"
            else:
                assert event.data != before or isinstance(event.data, Unreadable), "the same thing told twice"
            last[event.ref] = event.data
        known = self.intake.known(ACCOUNT, COLLECTION).keys()
        assert {ref for ref, data in last.items() if not isinstance(data, Gone)} == known
        assert self.intake.state(ACCOUNT, COLLECTION).present == len(known)

    @invariant()
    def the_log_verifies(self) -> None:
        assert self.log.verify() == []

    def item(self, ref: str) -> Item:
        meaning, version = self.truth[ref]
        bad = "no FN" if meaning == "unreadable" else ""
        return item(ref, f"{ref} {meaning}", version=str(version), problem=bad)


TestServer = Server.TestCase
TestServer.settings = settings(max_examples=settings().max_examples // 3, stateful_step_count=20)
