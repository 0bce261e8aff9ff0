"""What a touch weighs, as a figure and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.projections.weights import Weight

weights = st.builds(Weight, st.integers(2, 500), st.integers(0, 100), st.booleans())


@pytest.mark.parametrize(
    ("weight", "value", "why"),
    [
        (Weight(2), 1.0, "2 of you"),
        (Weight(1), 1.0, "2 of you"),
        (Weight(5), 0.25, "5 of you: a quarter"),
        (Weight(11), 0.1, "11 of you: 0.10"),
        (Weight(2, optional=True), 0.5, "2 of you; optional: half"),
        (Weight(2, 12), 0.25, "2 of you; no. 13 of a series in 90 days: a quarter"),
        (Weight(3, 4, optional=True), 0.125, "3 of you: half; no. 5 of a series in 90 days: half; optional: half"),
    ],
)
def test_weight(weight: Weight, value: float, why: str) -> None:
    assert weight.value == value
    assert weight.why == why


@given(weights)
def test_more_people_more_often_and_optional_weigh_less(weight: Weight) -> None:
    assert 0 < weight.value <= 1
    assert weight._replace(size=weight.size + 1).value < weight.value
    assert weight._replace(repeated=weight.repeated + 1).value < weight.value
    assert weight._replace(optional=True).value <= weight.value
