"""auld report, auld accept, and the goals in auld status."""

from __future__ import annotations

import json
import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from auld.clock import FixedClock
from quarterly.conftest import Auld


def codes(auld: Auld) -> list[str]:
    return re.findall(r"auld accept (\S+?)\]", auld("accept").stdout)


def entries(auld: Auld) -> list[str]:
    auld("once")
    return [
        row["title"] for row in json.loads(auld("due", "--all", "--json").stdout) if row["title"].startswith("Get in touch")
    ]


# --- report -------------------------------------------------------------------------------------------------------------
def test_the_report_is_a_file_for_the_user_alone(auld: Auld, tmp_path: Path) -> None:
    result = auld("report")
    file = tmp_path / "state" / "report.html"
    assert f"Written to {file}." in result.stdout
    assert "1. Get in touch with Ana Lima again, on 8 October 2026" in result.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text(encoding="utf-8").endswith("</html>\n")


def test_the_report_goes_where_it_is_told(auld: Auld, tmp_path: Path) -> None:
    auld("report", "--out", str(tmp_path / "mine.html"))
    there = auld("report", "--out", "-").stdout
    assert (tmp_path / "mine.html").read_text(encoding="utf-8") == there
    assert list(tmp_path.glob(".report*")) == []


def test_a_folder_that_is_not_there_is_told_in_a_line(auld: Auld, tmp_path: Path) -> None:
    assert "No such file" in auld("report", "--out", str(tmp_path / "no" / "where.html"), code=1).stderr


def test_the_report_changes_nothing_in_the_log(auld: Auld) -> None:
    before = auld("events", "--json").stdout
    auld("report")
    assert auld("events", "--json").stdout == before


# --- accept -------------------------------------------------------------------------------------------------------------
def test_what_is_accepted_becomes_a_follow_up_once(auld: Auld) -> None:
    assert "Accepted: Get in touch with Ana Lima again, on 8 October 2026." in auld("accept", "1").stdout
    assert "Accepted already" in auld("accept", "1").stdout
    assert len(auld("events", "--type", "action.accepted", "--json").stdout.splitlines()) == 1
    assert entries(auld).count("Get in touch with Ana Lima again") == 1
    assert "[accepted]" in auld("accept").stdout.splitlines()[0]


def test_a_code_means_what_it_meant_however_the_numbers_move(auld: Auld) -> None:
    first, second, *_ = codes(auld)
    auld("let-go", "Ana Lima")
    assert "is not any more" in auld("accept", first, code=1).stderr
    assert codes(auld)[0].split("-")[1] == second.split("-")[1]
    assert "Accepted" in auld("accept", second).stdout


def test_a_number_means_what_the_calendar_shows(auld: Auld) -> None:
    first = codes(auld)[0]
    auld("let-go", "Ana Lima")
    assert codes(auld)[0] != first
    assert "is not any more" in auld("accept", "1", code=1).stderr


@pytest.mark.parametrize("said", ["7", "0", "7-0000"])
def test_what_was_never_proposed_is_refused(auld: Auld, said: str) -> None:
    assert "there is no action" in auld("accept", said, code=1).stderr


@pytest.mark.parametrize("said", ["one", "1-xyz", "-1"])
def test_what_is_no_number_is_a_slip(auld: Auld, said: str) -> None:
    auld("accept", "--", said, code=2)


def test_undo_takes_it_back(auld: Auld) -> None:
    auld("accept", "1")
    listed = auld("undo").stdout.splitlines()[-1]
    assert "accept (revive) about Ana Lima" in listed
    auld("undo", listed.split()[0])
    assert "[auld accept 1-" in auld("accept").stdout
    assert "Get in touch with Ana Lima again" not in entries(auld)


def test_the_day_moves_on_when_it_is_past(auld: Auld, clock: FixedClock) -> None:
    clock.advance(timedelta(days=42))
    assert "on 17 November 2026" in auld("accept").stdout.splitlines()[0]


# --- status -------------------------------------------------------------------------------------------------------------
def test_status_says_calmly_how_the_goals_stand(auld: Auld, clock: FixedClock) -> None:
    assert "goals: 0 of 4 meetings, 1 of 3 people reached by 31 December 2026: on track" in auld("status").stdout
    clock.advance(timedelta(days=70))
    assert ": behind an even pace by 3 meetings and 1 person reached" in auld("status").stdout
    shown = json.loads(auld("status", "--json").stdout)["goals"]
    assert (shown["quarter"], shown["until"], shown["on_track"]) == ("2026-Q4", "2026-12-31", False)
    assert shown["metrics"][0] == {"metric": "meetings", "count": 0, "goal": 4, "expected": 3, "on_track": False}


def test_without_goals_status_says_nothing_of_them(auld: Auld, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(file.read_text().replace("goals:", "# goals:"))
    assert "goals:" not in auld("status").stdout
    assert json.loads(auld("status", "--json").stdout)["goals"] is None


def test_who_follows_nobody_up_has_a_report_too(auld: Auld, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(file.read_text().replace("clients:", "others:"))
    auld("once")
    assert "You follow nobody up yet." in auld("report", "--out", "-").stdout
