"""Public holidays reach the planner by the log, as dates; a wrong country is told where it stands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from auld.errors import ConfigurationWrong
from auldd import config, public_holidays

Read = Callable[[str], config.Config]

BASE = "timezone: UTC\naccounts: {home: {connector: caldav, url: https://dav.example.org/}}\n"


@pytest.mark.parametrize(
    ("setting", "quiet", "not_quiet"),
    [
        ("PT", "2026-06-10", "2026-06-23"),
        ("pt", "2026-06-10", "2026-06-24"),
        ("DE-BY", "2026-01-06", "2026-10-31"),
        ("[DE-BY, DE-BE]", "2026-03-08", "2026-10-31"),
        ("[]", "2026-06-06", "2026-12-25"),
    ],
)
def test_of_countries_and_regions(setting: str, quiet: str, not_quiet: str, read_config: Read) -> None:
    found = read_config(BASE + f"quiet: {{holidays: {setting}}}\n").policy(year=2026).quiet.holidays
    assert (quiet in found) == (setting != "[]")
    assert not_quiet not in found
    assert list(found) == sorted(set(found))


def test_the_same_all_year_long_and_of_some_years(read_config: Read) -> None:
    made = read_config(BASE + "quiet: {holidays: PT}\n")
    assert made.policy(year=2026) == made.policy(year=2026) != made.policy(year=2027)
    assert {day[:4] for day in made.policy(year=2026).quiet.holidays} == {"2026", "2027", "2028"}
    assert made.policy().quiet.holidays == ()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("Portugal", "'PORTUGAL' is no country whose holidays are known"),
        ("QQ", "'QQ' is no country"),
        ("DE-XX", "'DE-XX' is no region whose holidays are known; there are: DE-BB"),
        ("{country: PT}", "must be a country (PT), a region (DE-BY), or a list of these"),
        ("[1]", "must be a country"),
    ],
)
def test_a_wrong_one_is_told(setting: str, message: str, read_config: Read) -> None:
    with pytest.raises(ConfigurationWrong) as wrong:
        read_config(BASE + f"quiet: {{holidays: {setting}}}\n")
    (problem,) = wrong.value.problems
    assert message in problem.message
    assert problem.line == 3


def test_the_library_is_imported_only_where_it_is_wanted() -> None:
    looks = "import sys, auldd.public_holidays as it; it.dates((), 2026); sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", looks], check=False).returncode == 0


def test_nothing_of_them_is_random() -> None:
    assert public_holidays.dates(("PT",), 2026) == public_holidays.dates.__wrapped__(("PT",), 2026)
