"""Goals and sectors: from the configuration to the policy, and what is wrong with them at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from auld.errors import ConfigurationWrong
from auld.policy import Goals, Sector
from auldd import config
from auldd.config import Config
from auldd.credentials import Vault
from auldd.plugins import Registry
from support.small_world import CONFIG, World


def read(text: str) -> Config:
    return config.parse(CONFIG + text, Path("c.yaml"), Registry({"memory": World()}, [], [], []), Path("state"), Vault({}))


def test_they_reach_the_policy() -> None:
    policy = read("goals: {meetings: 12, reached: 40}\nsectors:\n  Energy: [EDP, ' .gov.pt ']\n").policy()
    assert policy.goals == Goals(meetings=12, reached=40)
    assert policy.sectors == (Sector("Energy", ("EDP", ".gov.pt")),)


def test_left_out_there_are_none() -> None:
    assert (read("").goals, read("").sectors) == (Goals(), ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("goals: {meetings: 0}", "greater than or equal to 1"),
        ("goals: {meeting: 3}", "did you mean 'meetings'?"),
        ("goals: 12", "must be settings"),
        ("goals: {calls: many}", "must be a whole number"),
        ("sectors: {Energy: EDP}", "must be a list"),
        ("sectors: {Energy: ['']}", "must not be empty"),
        ("sectors: {Energy: [12]}", "must be text"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    with pytest.raises(ConfigurationWrong) as wrong:
        read(text)
    (problem,) = wrong.value.problems
    assert told in str(problem)
    assert f":{len(CONFIG.splitlines()) + 1}:" in str(problem)
