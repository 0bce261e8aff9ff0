"""Some weeks of the year with few people, as part of the suite; the whole of it is ``make year``. And the judge is judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .judge import RULES, judge
from .simulation import Year, run


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return run(tmp_path_factory.mktemp("year"), seed=3, count=40, days=100, per_day=2, per_week=7, look_again=1)


def test_nothing_is_asked_that_must_not_be(year: Year) -> None:
    assert {rule: found for rule, found in judge(year).offences.items() if found and rule in RULES} == {}


def test_everybody_is_asked_about_in_time_and_within_the_budget(year: Year) -> None:
    verdict = judge(year)
    assert [figure for figure in verdict.figures if not figure.holds and "never fired" not in figure.what] == []
    assert verdict.offences["asked late"] == []
    assert verdict.fired["cadence"] > 10 and len(verdict.fired) > 9


def test_the_judge_finds_what_is_wrong(year: Year) -> None:
    """A check that cannot fail is none."""
    mute = replace(year, births=[], room=dict.fromkeys(year.room, True))
    assert judge(mute).offences["asked late"]
    birth = next(each for each in year.births if {b.reason for b in each.follow_up.because} == {"cadence"})
    nagging = replace(year, births=[replace(birth, touched=(birth.follow_up.day,))] * 9)
    assert judge(nagging).offences["pointless"]
    twice = replace(year, follow_ups=[replace(f, state="done", key=key) for f in year.follow_ups[:1] for key in ("a", "b")])
    assert judge(twice).offences["an occasion that was done or dismissed does not come back"]
    crowded = replace(
        year, too_many=["insight"], visits={"travel:1": 4}, placed_into_full=["a week"], noisy=["a second thought"]
    )
    assert judge(crowded).offences["what is rare stays so, week by week"]
    assert judge(crowded).offences["three people at most are asked for on a journey"]
    assert {figure.what for figure in judge(crowded).figures if not figure.holds} >= {
        "times that an entry was put into a week that was full",
        "events of a second look at once",
    }
