"""The configuration file: what is understood, and that each mistake is told with its line, its column and what was meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from auld import events
from auld.errors import ConfigurationWrong
from auld.policy import Budget, Category, Quiet, Words
from auldd import config
from auldd.config import Config
from auldd.credentials import Vault
from auldd.plugins import Registry

Read = Callable[[str], Config]

WHOLE = """\
timezone: Europe/Lisbon
me: [me@example.org, "+351 912 345 678"]
store: sqlite:////home/me/.local/state/auld/auld.db      # default: in the state folder
accounts:
  home:    {connector: caldav,  url: https://dav.example.org/, username: me, password: {command: [pass, show, dav]}}
  people:  {connector: caldav, url: https://dav.example.org, username: me, password: {credential: dav}, collections: [contacts]}
  alerts:  {connector: rss, feeds: [{url: "https://a.example/"}, {url: "https://b.example/", person: "Ana Lima"}], every: 6h}
write_to: {account: home, collection: Keep in touch, as: auto, alarm: none}   # auto | task | event; none | "09:00"
categories:
  inner circle: {ideal: 4w, at_most: 6w, debrief: true}
  clients:      {ideal: 8w, at_most: 12w, lead: 3d}
budget: {per_day: 2, per_week: 5}
horizon: 2w
quiet: {weekdays: [sat, sun], dates: [2026-12-24]}
"""

SMALL = """\
timezone: UTC
accounts:
  home: {connector: caldav, url: https://dav.example.org/}
"""


def problems(read: Read, text: str) -> list[str]:
    with pytest.raises(ConfigurationWrong) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_the_manuals_example_is_read_whole(read_config: Read) -> None:
    read = read_config(WHOLE)
    assert read.store == "sqlite:////home/me/.local/state/auld/auld.db"
    assert list(read.accounts) == ["home", "people", "alerts"]
    assert read.accounts["home"].every == timedelta(minutes=15)
    assert read.accounts["alerts"].every == timedelta(hours=6)
    assert read.accounts["people"].username == "me"
    assert read.accounts["people"].secret is not None
    assert read.accounts["alerts"].secret is None
    assert read.accounts["alerts"].settings.feeds[1].person == "Ana Lima"
    assert read.write_to == config.WriteTo("home", "Keep in touch", "auto", None)
    policy = read.policy(("home", "https://dav.example.org/keep/"))
    assert policy.timezone == "Europe/Lisbon"
    assert policy.region == "PT"
    assert policy.categories == (Category("inner circle", 28, 42, 0, True, 0), Category("clients", 56, 84, 1, False, 3))
    assert policy.budget == Budget(2, 5)
    assert policy.quiet == Quiet((5, 6), ("2026-12-24",))
    assert policy.horizon == 14
    assert policy.ours == ("home", "https://dav.example.org/keep/")


def test_defaults(read_config: Read, tmp_path: Path) -> None:
    read = read_config(SMALL)
    assert read.store == f"sqlite:///{tmp_path}/state/auld.db"
    assert (read.owner, read.region, read.me, read.write_to) == ("me", "", (), None)
    assert read.policy().quiet == Quiet()


@pytest.mark.parametrize(
    ("alarm", "expected"), [("none", None), ("None", None), ("09:00", "09:00"), ('"9:05"', "09:05"), ("", None)]
)
def test_alarm(read_config: Read, alarm: str, expected: str | None) -> None:
    read = read_config(SMALL + f"write_to:\n  account: home\n  collection: Tasks\n  alarm: {alarm}\n")
    assert read.write_to is not None
    assert read.write_to.alarm == expected


# text appended to SMALL (or, with "!", the whole text) -> line, column, key, and a piece of the message
MISTAKES = [
    ("!", 1, 1, "", "is empty"),
    ("!# only a comment\n", 1, 1, "", "is empty"),
    ("!just text\n", 1, 1, "", "must be settings"),
    ("![a, b]\n", 1, 1, "", "must be settings"),
    ("!timezone: UTC\naccounts:\n\thome: {}\n", 3, 1, "", "a tab"),
    ("!timezone: UTC\naccounts: [1,\n", 3, 1, "", "found '<stream end>'"),
    ("!timezone: UTC\n---\na: b\n", 2, 1, "", "one file holds one document"),
    ("me: &x [*x]\n", 4, 5, "me.0", "contains itself"),
    ("!a: \x01\n", 1, 1, "", "does not allow"),
    ("timezone: Europe/Rome\n", 4, 1, "timezone", "is given twice (first in line 1)"),
    ("budgt: {per_day: 1}\n", 4, 1, "budgt", "did you mean 'budget'?"),
    ("zzz: 1\n", 4, 1, "zzz", "known are: accounts, budget"),
    ("budget: {per_dya: 1}\n", 4, 10, "budget.per_dya", "did you mean 'per_day'?"),
    ("budget: {per_day: two}\n", 4, 19, "budget.per_day", "must be a whole number"),
    ("budget: {per_day: 0}\n", 4, 19, "budget.per_day", "greater than or equal to 1"),
    ("budget: 3\n", 4, 9, "budget", "must be settings"),
    ("me: me@example.org\n", 4, 5, "me", "must be a list"),
    ("me: [me@example.org, nobody]\n", 4, 22, "me.1", "'nobody' is neither"),
    ("me: [+351912345678]\n", 4, 6, "me.0", "put it in quotes"),
    ("region: XX\n", 4, 9, "region", "is no country code"),
    ("store: auld.db\n", 4, 8, "store", "four slashes"),
    ("horizon: 14\n", 4, 10, "horizon", "14d or 14w?"),
    ("horizon: 36h\n", 4, 10, "horizon", "whole days"),
    ("horizon: 2 moons\n", 4, 10, "horizon", "a number with a unit"),
    ("quiet: {weekdays: [sat, sonday]}\n", 4, 25, "quiet.weekdays.1", "must be a weekday"),
    ("quiet: {dates: [2026-02-30]}\n", 4, 17, "quiet.dates.0", "must be a date"),
    ("quiet: {dates: [20261224]}\n", 4, 17, "quiet.dates.0", "must be a date"),
    ("categories:\n  a: {ideal: 6w, at_most: 4w}\n", 5, 6, "categories.a", "at_most must not be shorter"),
    ("categories:\n  a: {ideal: 6w}\n", 5, 3, "categories.a.at_most", "is missing: the longest time"),
    (
        "categories:\n  a: {ideal: 1w, at_most: 4w}\n  A: {ideal: 1w, at_most: 4w}\n",
        6,
        3,
        "categories.A",
        "same category as 'a'",
    ),
    ("write_to: {account: hmoe, collection: x}\n", 4, 21, "write_to.account", "did you mean 'home'?"),
    ("write_to: {account: home}\n", 4, 1, "write_to.collection", "is missing"),
    ("write_to: {account: home, collection: x, as: event s}\n", 4, 46, "write_to.as", "must be auto, task or event"),
    ("write_to: {account: home, collection: x, alarm: 25:00}\n", 4, 49, "write_to.alarm", "time of day"),
    ("  a/b: {connector: caldav, url: u}\n", 4, 3, "accounts.a/b", "an account's name"),
    ("  b: {connector: caldva, url: u}\n", 4, 18, "accounts.b.connector", "did you mean 'caldav'?"),
    ("  b: {url: u}\n", 4, 3, "accounts.b.connector", "is missing"),
    ("  b: {connector: caldav}\n", 4, 3, "accounts.b.url", "is missing: the server's address"),
    ("  b: {connector: caldav, url: u, evrey: 6h}\n", 4, 34, "accounts.b.evrey", "did you mean 'every'?"),
    ("  b: {connector: caldav, url: u, every: 0s}\n", 4, 41, "accounts.b.every", "at least one second"),
    ("  b: {connector: rss, feeds: [{url: x, persn: y}]}\n", 4, 40, "accounts.b.feeds.0.persn", "did you mean 'person'?"),
    ("  b: {connector: caldav, url: https://dav.example.org/}\n", 4, 3, "accounts.b", "same collections as account 'home'"),
    ("  b: !secret x\n", 4, 6, "accounts.b", "tags"),
    ("!timezone: Lisbon\naccounts:\n  a: {connector: caldav, url: u}\n", 1, 11, "timezone", "did you mean 'Europe/Lisbon'?"),
    ("!timezone: Europe\naccounts:\n  a: {connector: caldav, url: u}\n", 1, 11, "timezone", "unknown time zone"),
    ("!accounts:\n  a: {connector: caldav, url: u}\n", 1, 1, "timezone", "is missing: your time zone"),
    ("!timezone: UTC\naccounts: {}\n", 2, 11, "accounts", "must not be empty"),
    ("!timezone: UTC\naccounts:\n", 2, 1, "accounts", "must be settings"),
]


@pytest.mark.parametrize(("text", "line", "column", "key", "message"), MISTAKES)
def test_each_mistake_is_placed(read_config: Read, text: str, line: int, column: int, key: str, message: str) -> None:
    found = problems(read_config, text[1:] if text.startswith("!") else SMALL + text)
    expected = f"c.yaml:{line}:{column}: {key}{': ' if key else ''}"
    assert any(problem.startswith(expected) and message in problem for problem in found), found
    assert len(found) == 1, found


def test_all_mistakes_at_once_in_the_order_of_the_file(read_config: Read) -> None:
    found = problems(
        read_config,
        "timezone: Nowhere\naccounts:\n  home: {connector: caldav, uri: x}\nbudget: {per_day: -1}\nbudget: {}\nhorizon: soon\n",
    )
    assert [problem.split(":")[1] for problem in found] == ["1", "3", "3", "4", "5", "6"]


@pytest.mark.parametrize(
    "password",
    [
        "hunter2",
        '"hunter2"',
        "[hunter2]",
        "{hunter2}",
        "{password: hunter2}",
        "{command: hunter2 x}",
        "{env: [hunter2]}",
        "{file: hunter2}",
        "*hunter2",
        "!hunter2 x",
        "'hunter2",
        "{env: X, hunter2: y}",
        "hunter2: {x: y}",
        "@hunter2",
        "%hunter2",
        "|hunter2",
    ],
)
def test_a_literal_password_is_refused_with_its_line_and_never_repeated(read_config: Read, password: str) -> None:
    text = f"timezone: UTC\naccounts:\n  home:\n    connector: caldav\n    url: u\n    password: {password}\n"
    found = problems(read_config, text)
    assert found[0].startswith("c.yaml:6:")
    assert "hunter2" not in "\n".join(found)


@pytest.mark.parametrize(
    "line", ["store: postgresql://me:hunter2@db/auld", "  b: {connector: caldav, url: 'https://me:hunter2@dav.example.org/'}"]
)
def test_a_password_inside_a_url_is_refused(read_config: Read, line: str) -> None:
    found = problems(read_config, SMALL + line + "\n")
    assert "literal password is refused" in found[0]
    assert "hunter2" not in "\n".join(found)


def test_a_password_file_that_others_can_read_is_refused(read_config: Read, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n")
    secret.chmod(0o644)
    text = SMALL + f"  b: {{connector: caldav, url: u, password: {{file: {secret}}}}}\n"
    assert "chmod 600" in problems(read_config, text)[0]
    secret.chmod(0o600)
    fetch = read_config(text).accounts["b"].secret
    assert fetch is not None
    assert fetch() == "hunter2"


def test_yaml_of_today(read_config: Read) -> None:
    """YAML 1.2: NO is Norway, times of day are no sexagesimal numbers, dates stay text, CRLF does no harm."""
    read = read_config(
        "timezone: UTC\r\nregion: NO\r\nquiet: {dates: [2026-12-24], weekdays: [Saturday, SUN]}\r\n"
        "accounts: {home: {connector: caldav, url: u}}\r\nwrite_to: {account: home, collection: c, alarm: 12:30}\r\n"
    )
    assert read.region == "NO"
    assert read.quiet == Quiet((5, 6), ("2026-12-24",))
    assert read.write_to is not None
    assert read.write_to.alarm == "12:30"


def test_files_that_cannot_be_read(registry: Registry, tmp_path: Path) -> None:
    def message(file: Path) -> str:
        with pytest.raises(ConfigurationWrong) as caught:
            config.load(file, registry, tmp_path, Vault({}))
        return str(caught.value)

    assert "auld init" in message(tmp_path / "none.yaml")
    assert "cannot be read" in message(tmp_path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("timezone: UTC\nme: [José]\n".encode("latin-1"))
    assert message(latin) == f"{latin}:2:1: is not UTF-8 text"
    with_bom = tmp_path / "bom.yaml"
    with_bom.write_text(SMALL, encoding="utf-8-sig")
    assert config.load(with_bom, registry, tmp_path, Vault({})).timezone == "UTC"


def test_a_problem_found_later_has_its_place_too(read_config: Read) -> None:
    read = read_config(WHOLE)
    assert str(read.problem(("write_to", "collection"), "there is none")) == "c.yaml:8:39: write_to.collection: there is none"
    assert str(read.problem(("accounts", "home", "collections"), "x")).startswith("c.yaml:5:3: accounts.home.collections")


def test_the_words_of_titles_reach_the_policy_and_stand_in_the_log_in_full(read_config: Read) -> None:
    """A later auld with other defaults must judge old titles as this one did."""
    plain = events.encode(read_config(SMALL).policy()).decode()
    assert '"feito"' in plain and '"niemals"' in plain
    told = read_config(SMALL + 'words: {done: [" Tehty "], not_this: [no]}\n').policy().words
    assert (told.done, told.not_this, told.never) == (("Tehty",), ("no",), Words().never)


def test_no_is_a_word_and_nothing_is_none(read_config: Read) -> None:
    assert read_config(SMALL + "words: {not_this: [no, Nein]}\n").policy().words.not_this == ("no", "Nein")
    (problem,) = problems(read_config, SMALL + 'words: {done: [" "]}\n')
    assert "must not be empty" in problem
