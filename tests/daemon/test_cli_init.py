"""``auld init``: what it asks, what it writes, and that it never writes over a configuration unasked."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auld.clock import FixedClock
from auld.errors import ConfigurationWrong, CredentialsRefused
from auldd import config, wiring
from auldd.cli import cli
from auldd.cli.common import Runtime
from auldd.cli.setup import guess_time_zone
from auldd.credentials import Vault
from auldd.plugins import Registry
from support.small_world import BOOK, CALENDAR, TASKS, World, card, meeting

Init = Callable[..., Result]

OPTIONS = ("--url", "https://dav.example.org/", "--timezone", "Europe/Lisbon", "--me", "me@example.org")


class Calendars(World):
    name = "caldav"


class Books(World):
    name = "carddav"


@pytest.fixture
def calendars() -> Calendars:
    made = Calendars(collections=(CALENDAR, TASKS))
    made.put(*(meeting("Review", date(2026, 1, day), "carla@example.net") for day in (5, 12, 19)))
    return made


@pytest.fixture
def books() -> Books:
    made = Books(collections=(BOOK,))
    for name in ("Ana", "Bruno"):
        made.put(card(name, f"{name.lower()}@example.net", categories=("clients",)))
    return made


@pytest.fixture
def registry(calendars: Calendars, books: Books) -> Registry:
    return Registry({"caldav": calendars, "carddav": books})


@pytest.fixture
def init(registry: Registry, tmp_path: Path) -> Init:
    def run(*arguments: str, code: int = 0, input: str | None = None) -> Result:
        runtime = Runtime(
            environ={"DAV_PASSWORD": "hunter2", "AULD_STATE_DIR": str(tmp_path / "state")},
            open_app=lambda config: wiring.open_app(config, clock=FixedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))),
            load_plugins=lambda environ: registry,
        )
        all_arguments = ["--config", str(tmp_path / "auld" / "config.yaml"), "init", *arguments]
        result = CliRunner().invoke(cli, all_arguments, obj=runtime, input=input, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def written(registry: Registry, tmp_path: Path) -> Callable[[], config.Config]:
    file = tmp_path / "auld" / "config.yaml"
    return lambda: config.load(file, registry, tmp_path / "state", Vault({"DAV_PASSWORD": "hunter2"}))


def test_without_questions(init: Init, written: Callable[[], config.Config], tmp_path: Path) -> None:
    arguments = (*OPTIONS, "--username", "me", "--password", "env:DAV_PASSWORD", "--write-to", "Keep in touch", "--no-read")
    result = init(*arguments, "--yes")
    read = written()
    assert list(read.accounts) == ["calendar", "contacts"]
    assert read.write_to == config.WriteTo("calendar", "Keep in touch", "auto", None)
    assert read.me == ("me@example.org",)
    secret = read.accounts["calendar"].secret
    assert secret is not None
    assert secret() == "hunter2"
    file = tmp_path / "auld" / "config.yaml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "hunter2" not in file.read_text() + result.output
    assert [path.name for path in file.parent.iterdir()] == ["config.yaml"]


def test_an_existing_file_is_left_as_it_is(init: Init, tmp_path: Path) -> None:
    file = tmp_path / "auld" / "config.yaml"
    file.parent.mkdir()
    file.write_text("mine: true\n")
    assert "was left as it is" in init(*OPTIONS, "--yes", "--no-read", code=1).stderr
    assert "Replace it?" in init(*OPTIONS, code=1, input="n\n").stdout
    assert file.read_text() == "mine: true\n"
    init(*OPTIONS, "--yes", "--no-read", "--force")
    assert "timezone" in file.read_text()


def test_with_questions(init: Init, written: Callable[[], config.Config]) -> None:
    answers = [
        "Lisbon",  # asked again
        "Europe/Lisbon",
        "me",  # asked again
        "me@example.org, +351 912 345 678",
        "https://dav.example.org/",
        "me",
        "env",  # where the password is
        "DAV_PASSWORD",
        "9",  # no such calendar: asked again
        "1, 2",
        "all",
        "task",
        "",  # the first one that fits
        "soon",  # asked again
        "9:30",  # alarm
        "y",  # look now
        "1",  # the category
        "6w 4w",  # asked again
        "4w 6w",
        "1",  # whom one meets
    ]
    result = init(input="\n".join(answers) + "\n")
    assert "stay silent" in result.stdout
    assert "answer with numbers from 1 to 2" in result.stdout
    assert "clients (2 people)" in result.stdout
    assert "Carla <carla@example.net> (3 meetings)" in result.stdout
    read = written()
    assert read.me == ("me@example.org", "+351 912 345 678")
    assert read.write_to == config.WriteTo("calendar", "Keep in touch", "task", "09:30")
    assert [(c.name, c.ideal, c.at_most) for c in read.categories] == [("clients", 28, 42)]
    with wiring.open_app(read, clock=FixedClock(datetime(2026, 3, 2, 9, tzinfo=UTC))) as app:
        assert any(person.kept and person.emails == ("carla@example.net",) for person in app.view().people())


def test_looking_writes_to_no_calendar(init: Init, calendars: Calendars) -> None:
    before = dict(calendars.objects[TASKS.id])
    init(*OPTIONS, "--username", "", "--yes", "--read")
    assert calendars.objects[TASKS.id] == before


def test_a_server_that_refuses_is_asked_again(init: Init, calendars: Calendars) -> None:
    calendars.fault = CredentialsRefused("the password was refused")
    assert "the password was refused" in init(*OPTIONS, "--yes", "--no-read", code=1).stderr
    result = init(*OPTIONS, "--no-read", input="me\nenv\nDAV_PASSWORD\n" * 2, code=1)
    assert result.stderr.count("the password was refused") == 2


def test_no_address_book_is_no_obstacle(init: Init, books: Books, written: Callable[[], config.Config]) -> None:
    books.fault = ConfigurationWrong("there is no address book")
    init(*OPTIONS, "--yes", "--no-read")
    assert list(written().accounts) == ["calendar"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--yes",), "Address of your CalDAV server"),
        ((*OPTIONS, "--yes", "--username", "me", "--password", "hunter2"), "must be exactly one of"),
        ((*OPTIONS, "--yes", "--write-to", "Keep in tuch"), "did you mean 'Keep in touch'?"),
        ((*OPTIONS, "--yes", "--alarm", "noon"), "time of day"),
        (("--yes", "--timezone", "Lisbon"), "did you mean 'Europe/Lisbon'?"),
    ],
)
def test_usage(init: Init, arguments: tuple[str, ...], message: str) -> None:
    result = init(*arguments, code=2)
    assert message in result.stderr
    assert "hunter2" not in result.output


def test_the_time_zone_is_guessed(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    assert guess_time_zone({}, link) == "Asia/Tokyo"
    assert guess_time_zone({"TZ": ":America/Lima"}, link) == "America/Lima"
    assert guess_time_zone({}, tmp_path / "none") == "UTC"
