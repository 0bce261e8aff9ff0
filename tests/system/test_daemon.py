"""``auld run`` as a process of its own: how it starts, works on, reloads and stops; and what others may do beside it."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.dav_servers import DavHome
from support.fault_proxy import hang
from support.feed_server import FeedServer
from support.feed_server import Reply as FeedReply
from support.hostile_dav import Asked, HostileDav, Reply
from support.program import Program
from support.town import Town, account, card, meeting, once, town

pytestmark = pytest.mark.system

PROMPT = 5.0
"""Seconds within which it stops, whatever it is at."""

_RADICALE = """\
timezone: UTC
me: [me@example.org]
accounts:
  people: {{connector: carddav, url: "{base}", username: {user}, password: {{env: AULD_TEST_PASSWORD}}, every: 1s}}
  home: {{connector: caldav, url: "{base}", username: {user}, password: {{env: AULD_TEST_PASSWORD}}, every: 1s}}
write_to: {{account: home, collection: Keep in touch}}
categories: {{friends: {{ideal: 26w, at_most: 52w}}}}
quiet: {{weekdays: []}}
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as built:
        yield built


def silent(server: HostileDav, kind: str) -> threading.Event:
    """From now on the server never answers such a request; set when it got one."""
    asked = threading.Event()

    def fault(_: Asked) -> Reply:
        asked.set()
        return Reply(0, wire=hang)

    server.on(kind, fault, times=1000)
    return asked


@contextmanager
def black_hole() -> Iterator[str]:
    """The address of a server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_a_life_on_a_real_server(radicale: DavHome, tmp_path: Path) -> None:
    """It comes up, writes what is due, sees what changes at the next poll, and goes; kill -9 makes no double."""
    people, work = radicale.address_book("Contacts"), radicale.calendar("Work", "VEVENT")
    keep = radicale.calendar("Keep in touch", "VTODO")
    radicale.put(f"{people}ana.vcf", card("Ana", "ana@example.org"))
    config = tmp_path / "config.yaml"
    config.write_text(_RADICALE.format(base=radicale.base, user=radicale.username))
    program = Program(config, tmp_path / "state", {"AULD_TEST_PASSWORD": radicale.password})

    def hrefs() -> int:
        return radicale.request("PROPFIND", f"/{keep.split('/', 3)[3]}", Depth="1").body.count(b".ics</")

    with program.daemon() as daemon:
        daemon.until_heard("READY=1").until_heard("WATCHDOG=1").until_heard("STATUS=2 of 2 accounts well")
        daemon.until(lambda: hrefs() == 1)
        radicale.put(f"{people}bea.vcf", card("Bea", "bea@example.org"))
        daemon.until(lambda: hrefs() == 2)
        daemon.process.kill()
        assert daemon.process.wait() == -signal.SIGKILL
    with program.daemon() as daemon:
        daemon.until_heard("STATUS=2 of 2 accounts well")
        radicale.put(f"{work}coffee.ics", meeting("coffee", "ana@example.org", 1))
        daemon.until(lambda: hrefs() == 1)
        code, took = daemon.stop()
        assert code == 0 and took < PROMPT and "STOPPING=1" in daemon.heard
        assert "ERROR" not in daemon.said and "WARNING" not in daemon.said, daemon.said


class TestStopping:
    @pytest.mark.parametrize("kind", ["PROPFIND", "sync"])
    def test_while_a_server_hangs_in_the_middle_of_an_answer(self, place: Town, kind: str) -> None:
        place.people.put("ana.vcf", card("Ana"))
        if kind == "sync":
            once(place.program())
        asked = silent(place.people, kind)
        with place.program().daemon() as daemon:
            daemon.until(asked.is_set)
            code, took = daemon.stop()
        assert code == 0 and took < PROMPT

    def test_while_it_delivers(self, place: Town) -> None:
        place.people.put("ana.vcf", card("Ana"))
        asked = silent(place.home, "PUT")
        with place.program().daemon() as daemon:
            daemon.until(asked.is_set)
            code, took = daemon.stop()
        assert code == 0 and took < PROMPT
        place.home.clear()
        once(place.program())
        assert place.entries() == {"Get in touch with Ana Quick": 1}

    def test_while_a_password_command_hangs(self, place: Town) -> None:
        started = place.folder / "started"
        place.more = (
            f'slow: {{connector: caldav, url: "{place.home.base}/other/", username: me, '
            f"password: {{command: [sh, -c, 'touch {started}; sleep 60']}}}}"
        )
        with place.program().daemon() as daemon:
            daemon.until(started.exists)
            code, took = daemon.stop()
        assert code == 0 and took < PROMPT

    def test_at_once_when_idle_by_control_c(self, place: Town) -> None:
        with place.program().daemon() as daemon:
            daemon.until_heard("STATUS=2 of 2 accounts well")
            code, took = daemon.stop(signal.SIGINT)
        assert code == 0 and took < PROMPT

    def test_right_after_a_reload(self, place: Town) -> None:
        asked = silent(place.people, "PROPFIND")
        with place.program().daemon() as daemon:
            daemon.until(asked.is_set)
            daemon.send(signal.SIGHUP)
            daemon.until_heard("STATUS=reading the configuration again")
            code, took = daemon.stop()
        assert code == 0 and took < PROMPT


class TestReloading:
    def test_a_new_account_appears_and_a_wrong_configuration_is_refused(self, place: Town) -> None:
        place.people.put("ana.vcf", card("Ana"))
        with FeedServer() as feeds, place.program().daemon() as daemon:
            daemon.until_heard("STATUS=2 of 2 accounts well")
            config = place.configure()
            good = config.read_text()
            config.write_text(
                good.replace("timezone: UTC", "timezone: Mars/Olympus").replace("connector: caldav", "connector: caldva")
            )
            daemon.send(signal.SIGHUP)
            daemon.until_heard("READY=1")
            said = daemon.said
            assert "the new configuration is not used" in said and "Mars/Olympus" in said and "caldva" in said
            place.people.put("bea.vcf", card("Bea"))
            daemon.until(lambda: place.has_entry("Bea"))
            feed = feeds.serve("/news", FeedReply(b"<feed xmlns='http://www.w3.org/2005/Atom'><title>n</title></feed>"))
            place.more = f'news: {{connector: rss, feeds: [{{url: "{feed}"}}]}}'
            place.configure()
            daemon.send(signal.SIGHUP)
            daemon.until(lambda: feeds.requests).until_heard("STATUS=3 of 3 accounts well")
            assert daemon.stop()[0] == 0
        assert account(place.program(), "news")["state"] == "ok"

    def test_leaves_nothing_open_behind(self, place: Town) -> None:
        with place.program().daemon() as daemon:
            process = Path(f"/proc/{daemon.process.pid}")

            def held() -> tuple[int, int]:
                return len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))

            def reloaded() -> None:
                daemon.send(signal.SIGHUP)
                daemon.until_heard("READY=1").until_heard("STATUS=2 of 2 accounts well")

            daemon.until_heard("READY=1")
            reloaded()
            before = held()
            for _ in range(8):
                reloaded()
            files, threads = before
            daemon.until(lambda: held()[0] <= files + 2 and held()[1] <= threads)

    def test_another_store_takes_a_restart(self, place: Town) -> None:
        with place.program().daemon() as daemon:
            daemon.until_heard("STATUS=2 of 2 accounts well")
            place.store = f"sqlite:///{place.folder / 'other.db'}"
            place.configure()
            daemon.send(signal.SIGHUP)
            daemon.until_heard("READY=1").until_heard("STATUS=2 of 2 accounts well")
            assert "another store takes a restart" in daemon.said
        assert not (place.folder / "other.db").exists()


class TestBeside:
    def test_a_second_one_says_so_and_what_the_user_does_goes_on(self, place: Town) -> None:
        place.people.put("ana.vcf", card("Ana"))
        place.people.put("zoe.vcf", card("Zoe", friend=False))
        program = place.program()
        with program.daemon() as daemon:
            daemon.until(lambda: place.has_entry("Ana"))
            for second in (program.run("run"), program.run("once")):
                assert second.returncode == 1
                assert "another auld is at work on this store" in second.stderr and second.stderr.count("\n") == 1
            for command in (
                ["keep", "Zoe Quick"],
                ["note", "Ana Quick", "likes tea"],
                ["pause", "Ana Quick", "--until", "2099-01-01"],
            ):
                done = program.run(*command, timeout=10)
                assert done.returncode == 0, done.stderr
            assert program.run("due", "--json", timeout=10).returncode == 0
            daemon.until(lambda: place.has_entry("Zoe"))
            assert daemon.stop()[0] == 0


class TestOneAccountsFailure:
    def test_never_stops_another(self, place: Town) -> None:
        place.people.put("ana.vcf", card("Ana"))
        with FeedServer() as feeds, black_hole() as hole:
            feed = feeds.serve("/news", FeedReply(b"this is no feed", content_type="text/plain"))
            place.more = f"""dead: {{connector: caldav, url: "http://127.0.0.1:9/"}}
  mute: {{connector: caldav, url: "{hole}"}}
  unset: {{connector: carddav, url: "{place.home.base}/", username: me, password: {{env: AULD_TEST_NOTHING}}}}
  news: {{connector: rss, feeds: [{{url: "{feed}"}}]}}"""
            program = place.program()
            with program.daemon() as daemon:
                daemon.until_heard("STATUS=2 of 6 accounts well; reading for the first time: mute; look at: dead, news, unset")
                lines = {name: account(program, name) for name in ("dead", "news", "people", "home", "unset", "mute")}
                place.people.put("bea.vcf", card("Bea"))
                daemon.until(lambda: any(b"bea.vcf" in asked.path.encode() + asked.body for asked in place.people.log))
                code, took = daemon.stop()
        assert code == 0 and took < PROMPT
        for name in ("people", "home"):
            assert lines[name]["state"] == "ok" and lines[name]["error"] is None and lines[name]["last_ok"], lines
            assert lines[name]["next"] > lines[name]["last_ok"]
        for name, words in {"dead": "refuses the connection", "news": "feed", "unset": "AULD_TEST_NOTHING"}.items():
            assert lines[name]["state"] in {"waiting", "failed"} and words in lines[name]["error"], lines
            assert lines[name]["last_ok"] is None and lines[name]["next"] is not None
        assert lines["mute"]["state"] == "syncing"


_PLUGIN = """
import sys, threading
from types import SimpleNamespace
from pydantic import BaseModel
from auld.contract import Batch, Collection
from auld.hooks import hookimpl


class Settings(BaseModel, extra="forbid"):
    pass

class Odd:
    contract, summary, settings, every, requests = 1, "does what it must not", Settings, "1s", 0
    def origin(self, settings): return None
    def open(self, account): return self
    def discover(self): return [Collection(f"odd:{self.name}", "Here", frozenset({"meeting"}))]
    def close(self): raise RuntimeError("not even that")

class Raises(Odd):
    name = "raises"
    def pull(self, request):
        yield Batch()
        raise RuntimeError("Ana Lima's secret")

class Exits(Odd):
    name = "exits"
    def pull(self, request): sys.exit(3)

class Nonsense(Odd):
    name, requests = "nonsense", "many"
    def origin(self, settings): return 1 / 0
    def pull(self, request): return ["a batch", None, 7]

class NoItems(Odd):
    name = "noitems"
    def pull(self, request): yield Batch(items=[None, "an item"], gone=[5], cursor=object())

class Nothing(Odd):
    name = "nothing"
    def open(self, account): return None

class Lists(Odd):
    name = "lists"
    def discover(self): return "three collections"

class Hangs(Odd):
    name = "hangs"
    def pull(self, request): threading.Event().wait()

@hookimpl
def auld_connectors():
    return [each() for each in (Raises, Exits, Nonsense, NoItems, Nothing, Lists, Hangs)]
"""


@pytest.fixture
def plugins(tmp_path: Path) -> str:
    """A folder for PYTHONPATH in which a distribution of misbehaving connectors is installed."""
    folder = tmp_path / "site"
    info = folder / "odd-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "odd_connectors.py").write_text(_PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[auld]\nodd = odd_connectors\n")
    return str(folder)


class TestPluginsThatMisbehave:
    def test_each_harms_only_its_own_account(self, place: Town, plugins: str) -> None:
        kinds = ("raises", "exits", "nonsense", "noitems", "nothing", "lists")
        place.environment["PYTHONPATH"] = plugins
        place.more = "\n  ".join(f"{kind}: {{connector: {kind}}}" for kind in kinds)
        place.people.put("ana.vcf", card("Ana"))
        told = once(place.program(), 1)
        assert told["people"]["ok"] and told["home"]["ok"] and told["follow_ups"]["written"] == 1
        assert {kind: told[kind]["ok"] for kind in kinds} == dict.fromkeys(kinds, False)
        place.more += "\n  hangs: {connector: hangs}"
        program = place.program()
        with program.daemon() as daemon:
            daemon.until(lambda: "hangs" in "".join(daemon.heard))
            place.people.put("bea.vcf", card("Bea"))
            daemon.until(lambda: any(b"bea.vcf" in asked.path.encode() + asked.body for asked in place.people.log))
            lines = {kind: account(program, kind) for kind in ("raises", "nonsense", "people")}
            code, took = daemon.stop()
            assert code == 0 and took < PROMPT
            assert "Ana Lima" not in daemon.said and "Traceback" not in daemon.said, daemon.said
        assert lines["people"]["state"] == "ok"
        assert lines["raises"]["state"] == "waiting" and "unexpectedly (RuntimeError at" in lines["raises"]["error"]
