"""What becomes an event, and what does not; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest

from auld.contract import Batch, Item
from auld.events import Dismissed, Gone, Unreadable, Written
from auld.intake import Intake, Taken
from auld.log import Log
from auld.observations import Contact, Happening, Meeting
from auld.safety import due_full
from auld.store import Store
from support.intake import ACCOUNT, COLLECTION, item

MINUTE = timedelta(minutes=1)


class Source:
    """A collection on the other side, and the pulls that bring it in."""

    def __init__(self, intake: Intake, now: datetime, collection: str = COLLECTION) -> None:
        self.intake = intake
        self.now = now
        self.collection = collection

    def pull(self, *batches: Batch) -> Taken:
        """One pull, a minute after the last; returns how it ended, with the number of events of all of it."""
        self.now += MINUTE
        self.intake.known(ACCOUNT, self.collection)
        taken = [self.intake.take(ACCOUNT, self.collection, batch, self.now) for batch in batches]
        end = self.intake.finish(ACCOUNT, self.collection, self.now)
        return replace(end, events=end.events + sum(part.events for part in taken))

    def offer(self, *items: Item, gone: Sequence[str] = (), cursor: str | None = None) -> Taken:
        return self.pull(Batch(items=items, gone=gone, cursor=cursor))

    def listing(self, *refs: str) -> Taken:
        return self.pull(Batch(listing=dict.fromkeys(refs, '"1"')))

    def known(self) -> dict[str, str]:
        return self.intake.known(ACCOUNT, self.collection)


@pytest.fixture
def source(intake: Intake, now: datetime) -> Source:
    return Source(intake, now)


def told(log: Log) -> list[str]:
    """The log in short: what each event says."""
    shown = []
    for event in log.read():
        data = event.data
        shown.append(data.name if isinstance(data, Contact) else f"{type(data).__name__.lower()} {event.ref}")
    return shown


class TestRevisions:
    def test_moved_and_moved_back_is_three_events(self, source: Source, log: Log) -> None:
        for place in ("here", "there", "here", "here"):
            source.offer(item("/m", place))
        assert told(log) == ["here", "there", "here"]

    def test_deleted_restored_and_deleted_again(self, source: Source, log: Log) -> None:
        source.offer(item("/m"), item("/n"))
        for _ in range(2):
            source.offer(gone=["/m"])
            source.offer(gone=["/m"])
            source.offer(item("/m"))
        source.offer(gone=["/m"])
        assert told(log) == ["/m", "/n", "gone /m", "/m", "gone /m", "/m", "gone /m"]
        assert log.verify() == []

    def test_a_replay_is_nothing(self, source: Source, log: Log) -> None:
        everything = [item(f"/{n}") for n in range(50)]
        assert source.offer(*everything, cursor="1").events == 50
        assert source.offer(*everything, cursor="1").events == 0
        assert source.offer(*reversed(everything), gone=["/never-seen"], cursor="2").events == 0
        assert log.head() == 50

    def test_one_batch_may_hold_an_item_twice(self, source: Source, log: Log) -> None:
        source.offer(item("/m", "one"), item("/m", "two"))
        source.offer(item("/m", "two"))
        assert told(log) == ["one", "two"]

    def test_what_servers_rewrite_is_no_event_but_a_new_version(self, source: Source, log: Log) -> None:
        source.offer(item("/m", "same", version='"1"'))
        assert source.offer(item("/m", "same", version='"2"')).events == 0
        assert source.known() == {"/m": '"2"'}

    def test_go_on_where_the_log_stands_if_the_working_tables_are_lost(self, source: Source, log: Log, store: Store) -> None:
        source.offer(item("/m", "one"))
        source.offer(item("/m", "two"))
        with store.write() as connection:
            connection.exec_driver_sql("DELETE FROM items")
            connection.exec_driver_sql("DELETE FROM collections")
        source.offer(item("/m", "two"))
        source.offer(item("/m", "three"))
        assert told(log) == ["one", "two", "two", "three"]

    def test_deleted_and_made_anew_in_one_report_is_there(self, source: Source) -> None:
        source.offer(item("/m", "old"))
        source.offer(item("/m", "new"), gone=["/m"])
        assert source.known() == {"/m": '"new"'}


class TestNormaliser:
    def test_a_new_one_starts_over_in_silence(self, source: Source, log: Log) -> None:
        source.offer(item("/m", "ana", version='"1"'))
        assert source.offer(item("/m", "ana", version='"1"', normaliser=2)).events == 0
        assert source.offer(item("/m", "ana", version='"2"', normaliser=2)).events == 0
        assert source.offer(item("/m", "ana lima", version='"3"', normaliser=2)).events == 1
        assert told(log) == ["ana", "ana lima"]

    def test_but_a_change_at_the_same_time_is_not_lost(self, source: Source, log: Log) -> None:
        source.offer(item("/m", "ana", version='"1"'), item("/n", "bo", version=""))
        source.offer(item("/m", "ana lima", version='"2"', normaliser=2), item("/n", "bo berg", version="", normaliser=2))
        assert told(log) == ["ana", "bo", "ana lima", "bo berg"]

    def test_what_it_can_read_at_last_is_an_event(self, source: Source, log: Log) -> None:
        source.offer(item("/m", "ana", version='"1"', problem="no FN"))
        source.offer(item("/m", "ana", version='"1"', normaliser=2))
        assert told(log) == ["unreadable /m", "ana"]


class TestUnreadable:
    def test_is_told_once_a_body_and_holds_up_nothing(self, source: Source, log: Log) -> None:
        source.offer(item("/m", "ana"), item("/n", "bo"))
        bad = item("/m", "garbage", problem="line 3 is no property")
        assert source.offer(bad, item("/n", "bo berg")).events == 2
        assert source.offer(bad).events == 0
        event = next(log.read(types=["item.unreadable"]))
        assert event.data == Unreadable("line 3 is no property")
        assert log.raw(event.position) == b"FN:garbage"
        assert source.known().keys() == {"/m", "/n"}
        source.offer(item("/m", "ana"))
        assert told(log) == ["ana", "bo", "unreadable /m", "bo berg", "ana"]

    def test_what_is_read_in_part_is_told_in_words_and_counts_as_read(self, source: Source, log: Log) -> None:
        odd = Meeting("u", Happening("2026-03-02", "2026-03-03"), rules=("FREQ=NEVER",), problems=("EXDATE is half \0",))
        source.offer(replace(item("/m"), observation=odd), item("/n", "bo", problem="no FN"))
        [(_, ref, problem)] = source.intake.unreadable(in_part=True)
        assert ref == "/m"
        assert (
            problem == "EXDATE is half ?; there is no frequency that is known (RRULE:FREQ=NEVER); only its first date is known"
        )
        assert [ref for _, ref, _ in source.intake.unreadable()] == ["/n"]

    def test_what_is_nothing_for_us_is_known_without_a_word(self, source: Source, log: Log) -> None:
        journal = replace(item("/m", "journal"), observation=None)
        assert source.offer(journal).events == 0
        assert source.known() == {"/m": '"journal"'}
        source.offer(item("/m", "ana"))
        source.offer(journal)
        assert told(log) == ["ana", "unreadable /m"]

    def test_text_that_is_no_unicode(self, source: Source, log: Log) -> None:
        bad = replace(item("/m"), observation=Contact("half \ud83d"))
        assert source.offer(bad, item("/n")).events == 2
        assert told(log) == ["unreadable /m", "/n"]
        assert source.offer(bad, item("/n")).events == 0

    @pytest.mark.parametrize("ref", ["/a\0b", "/half \ud83d"])
    def test_a_ref_that_no_database_can_hold(self, source: Source, log: Log, ref: str) -> None:
        batch = Batch(items=[item("/m"), replace(item("/n"), ref=ref)], gone=[ref], notes=["odd"], cursor="1")
        taken = source.intake.take(ACCOUNT, COLLECTION, batch, source.now)
        assert taken.notes[0] == "odd"
        assert "left out" in taken.notes[1]
        source.intake.finish(ACCOUNT, COLLECTION, source.now)
        assert told(log) == ["/m"]

    def test_a_version_that_no_database_can_hold(self, source: Source) -> None:
        source.offer(item("/m", version="\ud83d"))
        assert source.offer(item("/m", version="\ud83d")).events == 0


class TestCursor:
    def test_moves_with_its_batch(self, source: Source, intake: Intake, log: Log) -> None:
        intake.take(ACCOUNT, COLLECTION, Batch([item("/1")], cursor="page 1"), source.now)
        assert intake.state(ACCOUNT, COLLECTION).cursor == "page 1"
        assert source.known() == {"/1": '"/1"'}
        source.offer(item("/2"))
        assert intake.state(ACCOUNT, COLLECTION).cursor == "page 1"

    def test_does_not_pass_deletions_that_wait_for_the_end(self, source: Source, intake: Intake, log: Log) -> None:
        source.offer(item("/1"), item("/2"), cursor="1")
        for batch in (Batch(gone=["/1"], cursor="2"), Batch([item("/3")], cursor="3")):
            intake.take(ACCOUNT, COLLECTION, batch, source.now)
        assert intake.state(ACCOUNT, COLLECTION).cursor == "1"
        # the pull breaks off here: its deletions are forgotten, and reported again by the next
        source.offer(item("/3"), cursor="1")
        assert source.known().keys() == {"/1", "/2", "/3"}
        source.offer(item("/3"), gone=["/1"], cursor="3")
        assert source.known().keys() == {"/2", "/3"}
        assert intake.state(ACCOUNT, COLLECTION).cursor == "3"
        assert told(log) == ["/1", "/2", "/3", "gone /1"]

    def test_forgotten_asks_for_everything(self, source: Source, intake: Intake) -> None:
        source.offer(item("/1"), cursor="1")
        assert not due_full(intake.state(ACCOUNT, COLLECTION), source.now)
        intake.forget_cursor(ACCOUNT, COLLECTION)
        state = intake.state(ACCOUNT, COLLECTION)
        assert state.cursor is None
        assert due_full(state, source.now)
        assert source.known() == {"/1": '"/1"'}


class TestGone:
    def test_by_a_complete_listing(self, source: Source, log: Log) -> None:
        source.offer(*(item(f"/{n}") for n in range(8)))
        seen = source.now
        assert source.listing(*(f"/{n}" for n in range(2, 8))).gone == 2
        assert told(log)[8:] == ["gone /0", "gone /1"]
        assert [event.data for event in log.read(after=8)] == [Gone(seen.isoformat())] * 2

    def test_last_seen_is_true_though_quiet_pulls_write_nothing(self, source: Source, log: Log) -> None:
        source.offer(item("/1"), item("/2"), cursor="1")
        for _ in range(30):
            source.offer(cursor="1")
        seen = source.now
        source.offer(gone=["/1"])
        assert next(log.read(types=["item.gone"])).data == Gone(seen.isoformat())

    def test_last_seen_of_an_item_whose_first_pull_broke_off(self, source: Source, intake: Intake, log: Log) -> None:
        intake.take(ACCOUNT, COLLECTION, Batch([item("/1"), item("/2")]), source.now)
        seen = source.now
        source.now += timedelta(days=1)
        source.offer(gone=["/1"])
        assert next(log.read(types=["item.gone"])).data == Gone(seen.isoformat())

    def test_a_ref_offered_after_the_listing_is_there(self, source: Source, log: Log) -> None:
        source.offer(item("/1"), item("/2"))
        source.pull(Batch(listing={"/1": "1"}), Batch([item("/2", "new")]))
        assert told(log) == ["/1", "/2", "new"]

    def test_other_collections_of_the_account_are_left_alone(self, source: Source, intake: Intake, log: Log) -> None:
        other = Source(intake, source.now, "https://dav.example.org/ana/other/")
        source.offer(item("/1"))
        other.offer(item("/2"))
        source.offer(gone=["/2"])
        other.listing("/2")
        assert told(log) == ["/1", "/2"]


class TestOneRefInTwoCollections:
    def test_the_first_holds_it(self, source: Source, intake: Intake, log: Log) -> None:
        other = Source(intake, source.now, "other")
        source.offer(item("/1", "mine"))
        for _ in range(3):
            assert other.offer(item("/1", "theirs")).events == 0
            assert source.offer(item("/1", "mine")).events == 0

    def test_until_it_is_bound_anew(self, source: Source, intake: Intake, log: Log) -> None:
        other = Source(intake, source.now, "other")
        source.offer(item("/1"))
        intake.forget_cursor(ACCOUNT, COLLECTION)
        assert other.offer(item("/1")).events == 0
        assert other.known() == {"/1": '"/1"'}
        assert source.known() == {}
        assert intake.state(ACCOUNT, COLLECTION).present == 0
        assert intake.state(ACCOUNT, "other").present == 1


class TestQuiet:
    def rows(self, store: Store) -> list[object]:
        tables = ("heads", "events", "items", "collections")
        with store.read() as connection:
            return [store.rows(connection, f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]

    def test_writes_no_row(self, source: Source, store: Store) -> None:
        everything = [item(f"/{n}") for n in range(20)]
        source.offer(*everything, cursor="1")
        before = self.rows(store)
        for _ in range(20):
            source.offer(cursor="1")
            source.offer(*everything, cursor="1")
        assert self.rows(store) == before

    def test_but_remembers_once_an_hour_when_it_was(self, source: Source, log: Log) -> None:
        source.offer(item("/1"), cursor="1")
        stored = []
        for _ in range(180):
            source.offer(cursor="1")
            stored.append(Intake(log).state(ACCOUNT, COLLECTION).last_seen)
        assert len(set(stored)) == 4
        assert stored[-1] is not None
        assert source.now - stored[-1] <= timedelta(hours=1)


class TestOurs:
    written = Written(key="k1", collection=COLLECTION, form="task", day="2026-03-09", title="Ana", description="")

    @pytest.fixture
    def entry(self, intake: Intake, log: Log, now: datetime) -> Item:
        entry = item("/ours.ics", "ours", version='"1"')
        with log.transaction() as tx:
            intake.record_write(tx, ACCOUNT, COLLECTION, entry, self.written, now)
        return entry

    def test_our_own_writing_comes_back_as_no_event(self, source: Source, log: Log, entry: Item) -> None:
        assert source.offer(entry, cursor="1").events == 0
        assert source.known() == {"/ours.ics": '"1"'}
        assert [event.data for event in log.read()] == [self.written]
        assert source.intake.is_current(ACCOUNT, entry)

    def test_what_the_user_changes_in_it_does(self, source: Source, log: Log, entry: Item) -> None:
        source.offer(item("/ours.ics", "ticked", version='"2"'))
        assert told(log) == ["written /ours.ics", "ticked"]

    @pytest.mark.parametrize("listed", [True, False])
    def test_missing_it_is_reported_until_somebody_looked(
        self, source: Source, log: Log, intake: Intake, entry: Item, listed: bool
    ) -> None:
        source.offer(item("/1"))
        lost = source.listing("/1") if listed else source.offer(gone=["/ours.ics"], cursor="2")
        assert lost.missing_ours == ("/ours.ics",)
        assert lost.events == 0
        assert source.offer().missing_ours == ("/ours.ics",), "also if the process died in between"
        assert Source(Intake(log), source.now).offer().missing_ours == ("/ours.ics",)
        assert intake.dismiss(ACCOUNT, "/ours.ics", source.now)
        assert not intake.dismiss(ACCOUNT, "/ours.ics", source.now)
        assert source.offer().missing_ours == ()
        assert [event.data for event in log.read(types=["follow_up.dismissed"])] == [Dismissed("k1")]
        assert source.known().keys() == {"/1"}

    @pytest.mark.parametrize("by", ["listing", "offer"])
    def test_that_is_back_is_not_missed_any_more(self, source: Source, entry: Item, by: str) -> None:
        assert source.listing().missing_ours
        assert not (source.listing("/ours.ics") if by == "listing" else source.offer(entry)).missing_ours
        assert not source.offer().missing_ours

    def test_takes_no_part_in_the_safety_stop(self, source: Source, intake: Intake, log: Log, now: datetime) -> None:
        with log.transaction() as tx:
            for n in range(20):
                entry = item(f"/ours-{n}.ics")
                intake.record_write(tx, ACCOUNT, COLLECTION, entry, msgspec.structs.replace(self.written, key=f"k{n}"), now)
        lost = source.listing()
        assert not lost.suspect
        assert len(lost.missing_ours) == 20
        assert intake.state(ACCOUNT, COLLECTION).present == 0

    def test_written_anew_after_it_was_taken_out(self, source: Source, intake: Intake, log: Log, entry: Item) -> None:
        with log.transaction() as tx:
            intake.mark_absent(tx, ACCOUNT, "/ours.ics")
        assert not intake.is_current(ACCOUNT, entry)
        assert source.listing().missing_ours == ()
        with log.transaction() as tx:
            intake.record_write(tx, ACCOUNT, COLLECTION, entry, self.written, source.now)
        assert told(log) == ["written /ours.ics"] * 2
        assert log.verify() == []

    def test_one_that_was_taken_for_somebody_elses_is_counted_off(self, source: Source, intake: Intake, log: Log) -> None:
        entry = item("/ours.ics")
        source.offer(entry)
        assert intake.state(ACCOUNT, COLLECTION).present == 1
        with log.transaction() as tx:
            intake.record_write(tx, ACCOUNT, COLLECTION, entry, msgspec.structs.replace(self.written, adopted=True), source.now)
        assert intake.state(ACCOUNT, COLLECTION).present == 0
        assert source.offer(entry).events == 0
