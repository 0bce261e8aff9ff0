"""What may befall the store, the clock and a half-done sync; nothing is lost or done twice for it (G3, G4, G8, G10)."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auld.clock import FixedClock
from support.databases import PostgresServer
from support.hostile_dav import Asked, Reply
from support.program import Program
from support.town import Town, card, cycle, meeting, once, town

pytestmark = pytest.mark.system

NAMES = [f"N{number:03}" for number in range(240)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as built:
        yield built


def database(program: Program) -> Path:
    return program.state / "auld.db"


def contacts(program: Program) -> int:
    """How many cards the log has."""
    done = program.run("events", "--json", "--type", "contact.observed")
    assert done.returncode == 0, done.stderr
    return len({json.loads(line)["ref"] for line in done.stdout.splitlines()})


@contextmanager
def mounted(folder: Path, size: str = "8m") -> Iterator[Path]:
    """A small file system of its own; takes root."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def one_line(done: subprocess.CompletedProcess[str], code: int, words: str) -> None:
    """It failed, and says so in one line."""
    assert done.returncode == code, (done.stdout, done.stderr)
    assert words in done.stderr and done.stderr.count("\n") == 1, done.stderr


class TestPostgresql:
    def test_from_end_to_end(self, place: Town, postgres: PostgresServer) -> None:
        place.store = postgres.fresh()
        place.people.put("ana.vcf", card("Ana", "ana@example.org"))
        place.home.put("talk.ics", meeting("talk", "ana@example.org", -300))
        program = place.program()
        with program.daemon() as daemon:
            daemon.until(lambda: place.has_entry("Ana"))
            one_line(program.run("once"), 1, "another auld is at work on this store")
            assert program.run("note", "Ana Quick", "likes tea").returncode == 0
            place.people.put("bea.vcf", card("Bea"))
            daemon.until(lambda: place.has_entry("Bea"))
            postgres.disconnect()  # a restart of the server
            place.people.put("cleo.vcf", card("Cleo"))
            daemon.until(lambda: place.has_entry("Cleo"))
            assert daemon.stop()[0] == 0, daemon.said
        once(program)
        assert once(program)["follow_ups"] == {"planned": 0, "written": 0, "closed": 0, "failed": 0}
        before = program.run("due", "--all", "--json").stdout, program.run("people", "--json").stdout
        assert program.run("verify").returncode == 0
        assert program.run("rebuild").returncode == 0
        assert (program.run("due", "--all", "--json").stdout, program.run("people", "--json").stdout) == before
        assert sorted(place.entries().values()) == [1, 1, 1]
        assert not database(program).exists()

    def test_a_server_that_is_away(self, place: Town) -> None:
        place.store = "postgresql://auld@127.0.0.1:9/none"
        one_line(place.program().run("once"), 1, "the database is not reached")


class TestDisk:
    def test_full(self, place: Town, tmp_path: Path) -> None:
        place.people.put("ana.vcf", card("Ana"))
        with mounted(tmp_path / "state"):
            program = place.program()
            once(program)
            for name in NAMES:
                place.people.put(f"{name}.vcf", card(name, friend=False).replace("END:", "NOTE:" + "x" * 4000 + "\r\nEND:"))
            filler = program.state / "filler"
            free = os.statvfs(program.state)
            filler.write_bytes(b"x" * max(0, free.f_bavail * free.f_bsize - 200_000))
            one_line(program.run("once"), 1, "no space left for the store")
            assert program.run("verify").returncode == 0
            filler.unlink()
            self._as_if_nothing_had_been(place, program)

    def test_files_that_must_not_grow(self, place: Town) -> None:
        place.people.put("ana.vcf", card("Ana"))
        program = place.program()
        once(program)
        for name in NAMES:
            place.people.put(f"{name}.vcf", card(name, friend=False))
        size = max(path.stat().st_size for path in program.state.iterdir())
        limited = ["prlimit", f"--fsize={size + 60_000}", *program.command, "once"]
        done = subprocess.run(limited, capture_output=True, text=True, env=program.full_environment, check=False)
        assert done.returncode == 1 and "Traceback" not in done.stderr and "store" in done.stderr, done.stderr
        self._as_if_nothing_had_been(place, program)

    def _as_if_nothing_had_been(self, place: Town, program: Program) -> None:
        once(program)
        assert contacts(program) == len(NAMES) + 1
        assert set(place.entries().values()) == {1}
        assert program.run("verify").returncode == 0

    def test_read_only(self, place: Town, tmp_path: Path) -> None:
        with mounted(tmp_path / "state") as folder:
            once(place.program())
            subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
            for command in ("once", "run", "status"):
                one_line(place.program().run(command), 78, "Read-only file system")


class TestDamage:
    def test_not_a_database(self, place: Town) -> None:
        program = place.program()
        program.state.mkdir(mode=0o700)
        database(program).write_bytes(b"these are not the pages you are looking for" * 100)
        one_line(program.run("once"), 78, "not a database")

    def test_pages_overwritten(self, place: Town) -> None:
        for name in NAMES[:60]:
            place.people.put(f"{name}.vcf", card(name, friend=False))
        program = place.program()
        once(program)
        with sqlite3.connect(database(program)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (size,) = connection.execute("PRAGMA page_size").fetchone()
        content = bytearray(database(program).read_bytes())
        content[size * 20 :] = os.urandom(len(content) - size * 20)
        database(program).write_bytes(content)
        for command in ("verify", "rebuild", "once"):
            done = program.run(command)
            assert done.returncode in {1, 78}, (command, done)
            assert "Traceback" not in done.stderr and 0 < done.stderr.count("\n") < 5, done.stderr


class TestOthersAtIt:
    def test_who_finds_the_store_locked_waits_for_it(self, place: Town) -> None:
        program = place.program()
        once(program)
        place.people.put("ana.vcf", card("Ana"))
        read = threading.Event()
        place.people.on("GET", lambda asked: read.set())
        other = sqlite3.connect(database(program), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert program.run("due", timeout=10).returncode == 0  # who only reads does not wait
        with program.start("once", "--json") as writer:
            assert read.wait(20)  # what comes next is to store it
            other.execute("COMMIT")
            other.close()
            assert writer.wait(20) == 0
        assert place.entries() == {"Get in touch with Ana Quick": 1}

    def test_two_machines_that_write_into_one_calendar(self, place: Town) -> None:
        """Each has a store of its own. What the other wrote is adopted, not written again."""
        clock = FixedClock(datetime.now(UTC))
        place.people.put("ana.vcf", card("Ana"))
        cycle(place, clock, "one")
        assert place.entries() == {"Get in touch with Ana Quick": 1}
        place.people.put("bea.vcf", card("Bea"))
        for turn in range(6):
            clock.advance(timedelta(hours=1))
            report = cycle(place, clock, ("two", "one")[turn % 2])
            assert report.failed == 0 and all(account.ok for account in report.accounts), report
        assert place.entries() == {"Get in touch with Ana Quick": 1, "Get in touch with Bea Quick": 1}
        assert (report.planned, report.written, report.closed) == (0, 0, 0)


class TestClock:
    @pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=365), timedelta(days=-365)], ids=str)
    def test_that_jumps(self, place: Town, jump: timedelta) -> None:
        clock = FixedClock(datetime.now(UTC))
        for name in NAMES[:20]:
            place.people.put(f"{name}.vcf", card(name))
        first = cycle(place, clock)
        before = place.entries()
        assert first.written == len(before) > 0
        clock.advance(jump)
        report = cycle(place, clock)
        assert all(account.ok for account in report.accounts) and report.failed == 0 and not report.problems, report
        after = place.entries()
        assert set(after.values()) == {1} and len(after) <= 20
        assert report.closed == 0 and before.keys() <= after.keys(), (report, before, after)
        clock.advance(-jump)
        assert all(account.ok for account in cycle(place, clock).accounts)
        clock.advance(timedelta(hours=1))
        last = cycle(place, clock)
        assert (last.planned, last.written, last.closed) == (0, 0, 0), last


class TestFirstSync:
    def test_killed_half_way_goes_on_where_it_was(self, place: Town) -> None:
        names = [f"S{number:04}" for number in range(1500)]
        for name in names:
            place.people.put(f"{name}.vcf", card(name, friend=False))
        program = place.program()
        with program.start("once") as process:

            def kill(asked: Asked) -> Reply | None:
                if len(place.people.asked("multiget")) < 5:  # some are fetched ahead of what is stored
                    return None
                process.kill()
                return Reply(500)

            place.people.on("multiget", kill, times=10)
            assert process.wait(30) == -9
        place.people.clear()
        first = set(place.people.asked("multiget")[0].hrefs)
        assert 0 < len(first) < len(names) // 2
        place.people.log.clear()
        once(program)
        again = {href for request in place.people.asked("multiget") for href in request.hrefs}
        assert again and not first & again, "what was read before is read again"
        assert contacts(program) == len(names)


class TestWhatAServerHides:
    def test_is_found_by_the_next_complete_listing(self, place: Town) -> None:
        clock = FixedClock(datetime.now(UTC))
        for name in NAMES[:3]:
            place.people.put(f"{name}.vcf", card(name))
        for _ in range(2):
            cycle(place, clock)
        # behind the back of the sync token
        place.people.items["N000.vcf"] = ('"hidden"', card("N000").replace("N000 Quick", "Nora Quick").encode())
        place.people.items["new.vcf"] = ('"hidden"', card("Nils").encode())
        del place.people.items["N001.vcf"]
        clock.advance(timedelta(minutes=15))
        people = cycle(place, clock).accounts[0]
        assert people.events == 0 and people.requests == 1
        for _ in range(24):
            clock.advance(timedelta(hours=1))
            people = cycle(place, clock).accounts[0]
            if people.events:
                break
        assert people.events == 3, people
