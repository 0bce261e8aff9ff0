"""Whatever stands in the file: reading ends with a configuration or with problems, each placed, none repeating a password."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from auld.errors import ConfigurationWrong
from auldd import config, plugins
from auldd.credentials import Vault

EXAMPLE = (Path(__file__).parents[2] / "config.example.yaml").read_text()
REGISTRY = plugins.load({"AULD_PLUGINS": ""})
PIECES = (
    *"{}[]:,-#&*!|>'\"%@` \n\t?~=",
    "null",
    "0o9",
    "1e999",
    ".nan",
    "<<: *a",
    "&a ",
    "!!binary x",
    "---\n",
    "...\n",
    "- ",
    "9" * 5000,
)


def outcome(text: str) -> str:
    """ "read" or "refused"; anything else is an error of ours."""
    try:
        config.parse(text, Path("c.yaml"), REGISTRY, Path("/state"), Vault({}))
    except ConfigurationWrong as error:
        assert error.problems
        assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in error.problems)
        assert all(problem.line <= text.count("\n") + 2 for problem in error.problems)
        return "refused"
    return "read"


@given(st.integers(0, len(EXAMPLE) - 1), st.integers(0, 12), st.sampled_from(PIECES))
def test_an_example_with_one_slip(at: int, lost: int, gained: str) -> None:
    event(outcome(EXAMPLE[:at] + gained + EXAMPLE[at + lost :]))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_at_all(text: str) -> None:
    outcome(text)


@given(st.lists(st.sampled_from([*PIECES, "timezone", "accounts", "me", "x"]), max_size=25).map("".join))
def test_any_pile_of_punctuation(text: str) -> None:
    outcome(text)


def test_both_outcomes_happen() -> None:
    """The properties above look at both sides, not at one only."""
    rolled = random.Random(1)
    seen = {outcome(EXAMPLE[:at] + rolled.choice(PIECES) + EXAMPLE[at:]) for at in rolled.sample(range(len(EXAMPLE)), 20)}
    assert seen == {"read", "refused"}


@pytest.mark.parametrize("text", ["[" * 500, "a: " + "{a: " * 500, "- " * 500, "&a [" + "*a," * 9 + "]"])
def test_depth_is_no_crash(text: str) -> None:
    assert outcome(text) == "refused"


@given(st.text(alphabet="abc{}[]:,*&!'\"%@|>#- ", max_size=12), st.booleans())
def test_no_message_repeats_a_password(noise: str, before: bool) -> None:
    secret = "hunterzwei"
    password = f"{noise}{secret}" if before else f"{secret}{noise}"
    text = f"timezone: UTC\naccounts:\n  home:\n    connector: caldav\n    url: https://d.example/\n    password: {password}\n"
    with pytest.raises(ConfigurationWrong) as caught:
        config.parse(text, Path("c.yaml"), REGISTRY, Path("/state"), Vault({}))
    assert secret not in str(caught.value)
