"""A refused password costs two requests at most, and no secret is ever seen (guarantees G7 and G9). The real program, against a
server that knows whom it lets in."""

from __future__ import annotations

import base64
import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.hostile_dav import Asked, HostileDav, Reply
from support.program import Program
from support.town import SECRET, Town, account, card, once, town

pytestmark = pytest.mark.system

WRONG = "wr0ng horse Batterie"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path) as built:
        yield built


class Gate:
    """Lets in who has the password, and counts whom it turned away."""

    def __init__(self, *servers: HostileDav, password: str = SECRET) -> None:
        self.refused = 0
        self._right = "Basic " + base64.b64encode(f"me:{password}".encode()).decode()
        for server in servers:
            server.on("*", self._judge, times=1_000_000)

    def _judge(self, asked: Asked) -> Reply | None:
        if asked.headers.get("authorization") == self._right:
            return None
        self.refused += 1
        # a server that quotes what it was sent
        return Reply(401, f"not {asked.headers.get('authorization')}", {"WWW-Authenticate": 'Basic realm="x"'})


def one_server(place: Town) -> Town:
    """A second account with the same login at the same server."""
    login = "username: me, password: {env: AULD_TEST_PASSWORD}"
    place.more = f'twin: {{connector: carddav, url: "{place.home.base}/", {login}}}'
    return place


def with_password(place: Town, password: str) -> Program:
    place.environment["AULD_TEST_PASSWORD"] = password
    return place.program()


class TestRefused:
    def test_it_costs_two_requests_at_most_also_over_restarts(self, place: Town) -> None:
        gate = Gate(place.home)
        program = with_password(place, WRONG)
        for _ in range(2):
            told = once(program, 1)
            assert told["people"]["ok"] and not told["home"]["ok"]
        with program.daemon() as daemon:
            daemon.until_heard("STATUS=1 of 2 accounts well; look at: home")
            assert daemon.stop()[0] == 0
        line = account(program, "home")
        assert line["state"] == "refused" and "password" in line["error"] and line["next"] > line["since"]
        assert 1 <= gate.refused <= 2

    def test_the_writing_of_entries_does_not_ask_with_it_either(self, place: Town) -> None:
        place.people.put("ana.vcf", card("Ana"))
        once(place.program())
        place.people.put("bea.vcf", card("Bea"))
        gate = Gate(place.home)
        program = with_password(place, WRONG)
        for _ in range(2):
            assert once(program, 1)["follow_ups"]["written"] == 0
        assert 1 <= gate.refused <= 2

    def test_accounts_with_the_same_login_share_one_breaker(self, place: Town) -> None:
        gate = Gate(place.home)
        program = with_password(one_server(place), WRONG)
        once(program, 1)
        assert account(program, "home")["state"] == account(program, "twin")["state"] == "refused"
        assert 1 <= gate.refused <= 2

    def test_another_password_is_tried_at_once(self, place: Town) -> None:
        gate = Gate(place.home)
        once(with_password(place, WRONG), 1)
        assert once(with_password(place, SECRET))["home"]["ok"]
        assert gate.refused <= 2

    def test_check_tries_the_same_one_again(self, place: Town) -> None:
        gate = Gate(place.home, password=WRONG)
        program = with_password(place, SECRET)
        once(program, 1)
        before = gate.refused
        assert program.run("check").returncode == 1
        assert before < gate.refused <= before + 2
        once(program, 1)
        assert gate.refused <= before + 2
        place.home.clear()  # the server has learned it
        assert program.run("check").returncode == 0
        assert account(program, "home")["state"] == "waiting"
        assert once(program)["home"]["ok"]

    def test_a_reload_tries_the_same_one_again(self, place: Town) -> None:
        gate = Gate(place.home)
        with with_password(place, WRONG).daemon() as daemon:
            daemon.until_heard("STATUS=1 of 2 accounts well; look at: home")
            before = gate.refused
            place.home.clear()
            daemon.send(signal.SIGHUP)
            daemon.until_heard("STATUS=2 of 2 accounts well")
        assert before == gate.refused <= 2


class TestUnavailable:
    @pytest.mark.parametrize("command", ["[no-such-program]", "[sh, -c, 'exit 3']", "[sh, -c, ':']"])
    def test_a_command_that_fails_is_waited_for(self, place: Town, command: str) -> None:
        place.more = (
            f'locked: {{connector: caldav, url: "{place.home.base}/", username: you, password: {{command: {command}}}}}'
        )
        program = place.program()
        asked = len(place.home.log)
        told = once(program, 1)
        assert told["home"]["ok"] and "command" in told["locked"]["error"]
        assert account(program, "locked")["state"] == "waiting"
        assert not [each for each in place.home.log[asked:] if "eW91" in each.headers.get("authorization", "")]


class TestNeverSeen:
    def test_in_no_output_and_in_no_file(self, place: Town) -> None:
        """Neither while all is well, nor when the server refuses it and quotes it."""
        place.people.put("ana.vcf", card("Ana"))
        program = with_password(place, SECRET)
        said = [program.run(*command) for command in (["once"], ["check"], ["events", "--json"])]
        Gate(place.home, place.people, password="another")
        said += [program.run(*command) for command in (["check"], ["--verbose", "once"], ["status", "--json"])]
        with program.daemon() as daemon:
            daemon.until_heard("STATUS=0 of 2 accounts well")
            daemon.stop()
            output = daemon.said + "".join(daemon.heard)
        output += "".join(each.stdout + each.stderr for each in said)
        assert said[0].returncode == 0 and said[-1].returncode == 0 and json.loads(said[-1].stdout)["accounts"]
        files = {path: path.read_bytes() for path in program.state.rglob("*") if path.is_file()}
        assert any(path.name == "auld.db" and content for path, content in files.items())
        forms = (
            SECRET,
            base64.b64encode(f"me:{SECRET}".encode()).decode(),
            SECRET.replace(" ", "%20"),
            SECRET.replace(" ", "+"),
        )
        for form in forms:
            assert form not in output
            assert [path for path, content in files.items() if form.encode() in content] == []
