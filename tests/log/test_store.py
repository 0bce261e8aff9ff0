"""The store: where it lives, who may have it, what it says when it cannot be had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from auld.errors import ConfigurationWrong, StoreBusy
from auld.log import Log
from auld.migrations import MIGRATIONS
from auld.store import Store
from support.databases import Database

_HOLD_THE_LOCK = """
import sys
from auld.store import Store
with Store.open(sys.argv[1]).cycle_lock("me"):
    print("held", flush=True)
    sys.stdin.read()
"""


class TestCycleLock:
    def test_is_one_at_a_time_and_an_owner_of_ones_own(self, store: Store, database: Database) -> None:
        other = database.open()
        with store.cycle_lock("me"):
            with pytest.raises(StoreBusy), other.cycle_lock("me"):
                pass
            with pytest.raises(StoreBusy), store.cycle_lock("me"):
                pass
            with other.cycle_lock("somebody/else"):
                pass
        with other.cycle_lock("me"):
            pass

    def test_is_freed_by_kill_9(self, database: Database) -> None:
        store = database.open()
        with subprocess.Popen(
            [sys.executable, "-c", _HOLD_THE_LOCK, database.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            with pytest.raises(StoreBusy), store.cycle_lock():
                pass
            holder.kill()
            holder.wait()
        for _ in range(1000):  # PostgreSQL notices at its next look at the socket
            try:
                with store.cycle_lock():
                    return
            except StoreBusy:
                continue
        pytest.fail("the lock of a dead process is still held")


class TestSchema:
    def test_opening_twice_changes_nothing(self, database: Database) -> None:
        first, second = database.open(), database.open()
        assert Log(first).head() == Log(second).head() == 0

    def test_migrations_run_in_order_and_once(self, database: Database) -> None:
        database.open().close()
        ran: list[int] = []
        steps = (*MIGRATIONS, lambda _: ran.append(2), lambda _: ran.append(3))
        database.open(migrations=steps)
        database.open(migrations=steps)
        assert ran == [2, 3]

    def test_a_failed_migration_leaves_the_version_before(self, database: Database) -> None:
        def fail(_: object) -> None:
            raise RuntimeError("no")

        database.open().close()
        with pytest.raises(RuntimeError):
            database.open(migrations=(*MIGRATIONS, fail))
        assert Log(database.open()).head() == 0

    def test_a_store_of_a_newer_auld_is_refused(self, database: Database) -> None:
        database.open(migrations=(*MIGRATIONS, lambda _: None)).close()
        with pytest.raises(ConfigurationWrong, match="newer"):
            database.open()


class TestSqlitePlaces:
    def test_is_private(self, tmp_path: Path) -> None:
        path = tmp_path / "state" / "auld" / "auld.db"
        with Store.open(f"sqlite:///{path}") as store, store.cycle_lock():
            assert path.parent.stat().st_mode & 0o777 == 0o700
            modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
        assert modes.keys() >= {"auld.db", "auld.db.me.lock"}
        assert set(modes.values()) == {0o600}

    def test_keeps_its_settings_on_every_connection(self, tmp_path: Path) -> None:
        with Store.open(f"sqlite:///{tmp_path / 'a.db'}") as store:
            for _ in range(2):
                with store.write() as connection:
                    values = {
                        name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                        for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "secure_delete")
                    }
                assert values == {
                    "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "secure_delete": 1
                }  # fmt: skip
                store.engine.dispose()

    def test_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "a.db"
        path.write_bytes(b"this is a letter, not a database; " * 50)
        with pytest.raises(ConfigurationWrong, match="not a database"):
            Store.open(f"sqlite:///{path}")

    def test_another_programs_database(self, tmp_path: Path) -> None:
        import sqlite3

        path = tmp_path / "a.db"
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE events (what TEXT)")
        other.close()
        with pytest.raises(ConfigurationWrong, match="another program"):
            Store.open(f"sqlite:///{path}")

    def test_a_folder_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(ConfigurationWrong, match="cannot be opened"):
            Store.open(f"sqlite:///{tmp_path}/file/auld.db")

    def test_a_folder_that_may_not_be_written(self, tmp_path: Path) -> None:
        folder = tmp_path / "readonly"
        folder.mkdir(mode=0o755)
        os.chown(folder, os.getuid(), os.getgid())
        folder.chmod(0o500)
        if os.getuid() == 0:  # root may write anywhere; the kernel's own folder refuses even root
            folder = Path("/proc/sys")
        with pytest.raises(ConfigurationWrong):
            Store.open(f"sqlite:///{folder}/auld.db")

    def test_somebody_else_writes_for_too_long(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path / 'a.db'}"
        with Store.open(url) as first, Store.open(url, patience=0.05) as second, first.write():
            assert Log(second).head() == 0, "readers do not wait"
            with pytest.raises(StoreBusy), second.write():
                pass

    @pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "nonsense"])
    def test_urls_that_are_none(self, url: str) -> None:
        with pytest.raises(ConfigurationWrong):
            Store.open(url)
