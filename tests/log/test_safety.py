"""The safety stop: what is believed, and when. The rules alone first, then through the intake on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from auld.contract import Batch
from auld.events import LossAccepted
from auld.intake import Intake, Taken
from auld.log import Log
from auld.safety import CollectionState, due_full, half_on, suspicious
from support.intake import ACCOUNT, COLLECTION, item

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
T0 = datetime(2026, 3, 2, 10, tzinfo=UTC)


class TestRules:
    @pytest.mark.parametrize(
        ("present", "missing", "doubted"),
        [
            (0, 0, False), (1, 1, False), (5, 5, False), (6, 6, True), (20, 5, False), (20, 6, True), (60, 6, False),
            (61, 6, False), (59, 6, True), (100, 10, False), (100, 11, True), (100, 0, False), (1000, 100, False),
            (1000, 101, True),
        ],
    )  # fmt: skip
    def test_more_than_five_and_more_than_a_tenth(self, present: int, missing: int, doubted: bool) -> None:
        assert suspicious(CollectionState("a", "c", present=present), missing, T0) is doubted

    @pytest.mark.parametrize(("present", "missing", "half"), [(20, 9, False), (20, 10, True), (21, 10, False), (6, 6, True)])
    def test_from_half_on(self, present: int, missing: int, half: bool) -> None:
        assert half_on(CollectionState("a", "c", present=present), missing) is half

    def test_losses_of_a_day_are_one_loss(self) -> None:
        state = CollectionState("a", "c", present=95, lost=5, lost_since=T0)
        assert suspicious(state, 6, T0 + 23 * HOUR)
        assert not suspicious(state, 5, T0 + 23 * HOUR)
        assert not suspicious(state, 6, T0 + 24 * HOUR)
        assert not suspicious(state, 6, T0 - HOUR), "a clock set back does not keep a window open for ever"


class TestDueFull:
    state = CollectionState("a", "c", last_full=T0, last_seen=T0)

    def test_at_first_and_once_a_day(self) -> None:
        assert due_full(CollectionState("a", "c"), T0)
        assert not due_full(self.state, T0 + 19 * HOUR)
        assert due_full(self.state, T0 + 24 * HOUR)

    def test_spread_evenly_and_the_same_every_time(self) -> None:
        states = [CollectionState("a", str(n), last_full=T0, last_seen=T0) for n in range(200)]
        minutes = [next(m for m in range(0, 1500, 5) if due_full(s, T0 + m * MINUTE)) for s in states]
        assert minutes == [next(m for m in range(0, 1500, 5) if due_full(s, T0 + m * MINUTE)) for s in states]
        assert 19 * 60 < min(minutes) < 20.5 * 60
        assert 22.5 * 60 < max(minutes) < 24 * 60

    def test_after_a_week_of_silence_and_after_a_clock_that_ran_ahead(self) -> None:
        assert due_full(CollectionState("a", "c", last_full=T0 + 169 * HOUR, last_seen=T0), T0 + 169 * HOUR)
        assert due_full(self.state, T0 - HOUR)


class Shrinking:
    """A collection of twenty cards, of which some are missing from later listings."""

    def __init__(self, intake: Intake, count: int = 20) -> None:
        self.intake = intake
        self.refs = [f"/{n:03}" for n in range(count)]
        intake.take(ACCOUNT, COLLECTION, Batch([item(ref) for ref in self.refs], cursor="1"), T0)
        intake.finish(ACCOUNT, COLLECTION, T0)

    def listing(self, left: int, at: timedelta, *more: str) -> Taken:
        """A complete listing that has the last ``left`` cards only."""
        return self.pull(Batch(listing=dict.fromkeys([*self.refs[len(self.refs) - left :], *more], "1"), cursor="2"), at=at)

    def gone(self, *refs: str, at: timedelta) -> Taken:
        return self.pull(Batch(gone=refs, cursor="2"), at=at)

    def pull(self, *batches: Batch, at: timedelta) -> Taken:
        self.intake.known(ACCOUNT, COLLECTION)
        for batch in batches:
            self.intake.take(ACCOUNT, COLLECTION, batch, T0 + at)
        return self.intake.finish(ACCOUNT, COLLECTION, T0 + at)

    @property
    def state(self) -> CollectionState:
        return self.intake.state(ACCOUNT, COLLECTION)

    @property
    def present(self) -> int:
        return len(self.intake.known(ACCOUNT, COLLECTION))


@pytest.fixture
def cards(intake: Intake) -> Shrinking:
    return Shrinking(intake)


class TestSafetyStop:
    def test_a_small_loss_is_believed_at_once(self, cards: Shrinking) -> None:
        assert cards.listing(15, MINUTE).gone == 5
        assert cards.state.present == cards.present == 15
        assert cards.state.cursor == "2"

    def test_a_large_one_not(self, cards: Shrinking) -> None:
        lost = cards.listing(14, MINUTE)
        assert (lost.suspect, lost.gone, cards.present) == (True, 0, 20)
        assert cards.state.cursor == "1"
        assert cards.state.suspect_missing == 6
        assert not cards.state.needs_acceptance

    def test_is_looked_at_again_after_15_and_60_minutes_and_then_believed(self, cards: Shrinking) -> None:
        cards.listing(14, 0 * MINUTE)
        assert cards.listing(14, 14 * MINUTE).gone == 0
        assert cards.listing(14, 15 * MINUTE).gone == 0
        assert cards.listing(14, 59 * MINUTE).gone == 0
        believed = cards.listing(14, 60 * MINUTE)
        assert (believed.gone, believed.suspect) == (6, False)
        assert cards.state.present == cards.present == 14
        assert cards.state.cursor == "2"

    def test_is_listed_each_time_so_that_it_ends_as_soon_as_all_is_back(self, cards: Shrinking) -> None:
        cards.listing(14, 0 * MINUTE)
        assert due_full(cards.state, T0 + 1 * MINUTE)
        assert not cards.listing(20, 1 * MINUTE).suspect

    def test_looks_in_quick_succession_do_not_count(self, cards: Shrinking) -> None:
        for minute in range(1, 55):
            assert cards.listing(14, minute * MINUTE).gone == 0

    def test_reports_without_a_listing_confirm_nothing(self, cards: Shrinking) -> None:
        for minute in range(0, 600, 20):
            assert cards.gone(*cards.refs[:6], at=minute * MINUTE).gone == 0
        assert cards.state.suspect

    def test_only_what_was_missing_every_time_is_believed(self, intake: Intake, log: Log) -> None:
        cards = Shrinking(intake, 40)
        cards.listing(32, 0 * MINUTE)
        cards.listing(32, 15 * MINUTE, "/000")
        third = cards.listing(24, 60 * MINUTE)
        assert {event.ref for event in log.read(types=["item.gone"])} == {f"/{n:03}" for n in range(1, 8)}
        assert third.suspect, "what is missing beyond that is a new loss"
        assert cards.state.suspect_missing == 9
        assert cards.state.suspect_since == T0 + 60 * MINUTE

    def test_half_of_it_takes_the_users_word(self, cards: Shrinking, log: Log) -> None:
        for minute in (0, 15, 60, 120, 600):
            assert cards.listing(10, minute * MINUTE).suspect
        assert cards.state.needs_acceptance
        assert cards.present == 20
        assert cards.intake.accept_loss(ACCOUNT, [], T0 + 601 * MINUTE) == 10
        assert [event.data for event in log.read(types=["loss.accepted"])] == [LossAccepted((COLLECTION,))]
        assert cards.state.present == cards.present == 10
        after = cards.listing(10, 602 * MINUTE)
        assert (after.gone, after.suspect, cards.state.cursor) == (0, False, "2")

    def test_accepting_what_nobody_doubts_is_nothing(self, cards: Shrinking, log: Log) -> None:
        head = log.head()
        cards.listing(10, MINUTE)
        assert cards.intake.accept_loss(ACCOUNT, ["https://elsewhere.example.org/"], T0) == 0
        assert cards.intake.accept_loss("another", [], T0) == 0
        assert log.head() == head
        assert cards.state.suspect

    def test_everything_gone_then_back(self, cards: Shrinking, log: Log) -> None:
        assert cards.listing(0, MINUTE).suspect
        back = cards.listing(20, 2 * MINUTE)
        assert (back.suspect, back.events, cards.present) == (False, 0, 20)
        assert cards.state.cursor == "2"
        assert log.head() == 20

    def test_mostly_back_leaves_a_small_loss_that_is_believed(self, cards: Shrinking) -> None:
        cards.listing(0, MINUTE)
        back = cards.listing(18, 2 * MINUTE)
        assert (back.suspect, back.gone, cards.present) == (False, 2, 18)

    def test_new_and_changed_items_come_in_all_the_same(self, cards: Shrinking, log: Log) -> None:
        cards.listing(10, MINUTE)
        cards.pull(Batch([item("/new"), item("/019", "changed")], gone=cards.refs[:10], cursor="3"), at=2 * MINUTE)
        assert [event.data.name for event in log.read(after=20)] == ["/new", "changed"]
        assert cards.state.cursor == "1"

    def test_small_batches_of_one_pull_count_together(self, cards: Shrinking) -> None:
        lost = cards.pull(*(Batch(gone=[ref], cursor=ref) for ref in cards.refs[:6]), at=MINUTE)
        assert (lost.suspect, lost.gone, cards.present, cards.state.cursor) == (True, 0, 20, "1")

    def test_a_slow_drip_counts_together_too(self, cards: Shrinking) -> None:
        for hour, ref in enumerate(cards.refs[:5]):
            assert cards.gone(ref, at=hour * HOUR).gone == 1
        assert cards.gone(cards.refs[5], at=5 * HOUR).suspect
        # and is resolved like any other: by two more looks
        for minute in (15, 60):
            last = cards.listing(14, 5 * HOUR + minute * MINUTE)
        assert (last.suspect, last.gone, cards.present) == (False, 1, 14)
        assert cards.gone(cards.refs[6], at=7 * HOUR).gone == 1, "the window started anew"

    def test_a_collection_that_is_gone_itself(self, cards: Shrinking, log: Log) -> None:
        assert cards.intake.suspect(ACCOUNT, COLLECTION, T0 + MINUTE)
        assert cards.intake.suspect(ACCOUNT, COLLECTION, T0 + 2 * MINUTE)
        assert cards.state.suspect_since == T0 + MINUTE
        assert cards.state.needs_acceptance
        assert not cards.listing(20, 3 * MINUTE).suspect
        cards.intake.suspect(ACCOUNT, COLLECTION, T0 + HOUR)
        assert cards.intake.accept_loss(ACCOUNT, [COLLECTION], T0 + 2 * HOUR) == 20
        assert cards.present == 0
        assert {event.data.last_seen for event in log.read(types=["item.gone"])} == {(T0 + 3 * MINUTE).isoformat()}
        assert log.verify() == []

    def test_a_collection_never_seen_has_nothing_to_lose(self, intake: Intake) -> None:
        assert not intake.suspect(ACCOUNT, COLLECTION, T0)
        intake.take(ACCOUNT, COLLECTION, Batch(listing={}, cursor="1"), T0)
        assert not intake.finish(ACCOUNT, COLLECTION, T0).suspect

    def test_the_count_is_set_right_by_a_listing(self, cards: Shrinking, log: Log) -> None:
        with log.transaction() as tx:
            tx.connection.exec_driver_sql("UPDATE collections SET present = 9999")
        cards.listing(20, MINUTE)
        assert cards.state.present == 20
