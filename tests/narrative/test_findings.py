"""Only what differs clearly is found worth saying, each thing with the numbers that its sentence needs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.model.actions import Sizing
from reportgen.narrative.findings import (
    AtRisk,
    HowMuch,
    HowOften,
    HowRecent,
    Potential,
    Taste,
    Worth,
    find_in_segment,
    find_role,
)
from tests.made import EVERYONE, make_best_seller, make_four, make_opportunity, make_segment


def found(number_of_segments: int = 2, **changes: Any) -> list[Any]:
    """Find what is worth saying of a segment that is average but for the changes."""
    segment = make_segment(**changes)
    return find_in_segment(segment, (segment,) * number_of_segments, EVERYONE, 0.05)


def kinds(findings: list[Any]) -> list[type]:
    """Return the types of findings."""
    return [type(one) for one in findings]


def test_of_an_average_segment_only_its_worth_is_said() -> None:
    """A segment in the middle of everything, with no products, step or risk, leaves only what it is worth."""
    assert kinds(found()) == [Worth]


@pytest.mark.parametrize(
    ("metric", "finding"),
    [("order_count", HowOften), ("avg_order_value", HowMuch), ("recency_days", HowRecent)],
)
@pytest.mark.parametrize(
    ("percentile", "is_high"), [(0.58, True), (0.9, True), (0.42, False), (0.5, None), (0.579, None)]
)
def test_only_a_clear_difference_is_found(metric: str, finding: type, percentile: float, is_high: bool | None) -> None:
    """A metric is mentioned from the 58th percentile up and the 42nd down, and not between."""
    findings = found(percentiles={**dict.fromkeys(c.METRICS, 0.5), metric: percentile})
    if is_high is None:
        assert kinds(findings) == [Worth]
    else:
        assert kinds(findings) == [Worth, finding]
        assert findings[1].is_high is is_high


@given(st.dictionaries(st.sampled_from(c.METRICS), st.floats(0, 1), min_size=4))
def test_one_group_is_not_compared_with_itself(percentiles: dict[str, float]) -> None:
    """When all customers are one segment it is never said to differ from all customers."""
    assert kinds(found(1, percentiles=percentiles)) == [Worth]


def test_the_first_best_seller_is_told() -> None:
    """The best seller is the list's first; without one of index 130 or more nothing sets the segment apart."""
    (taste,) = [one for one in found(best_sellers=(make_best_seller("A"), make_best_seller("B", index=129)))[1:]]
    assert isinstance(taste, Taste)
    assert (taste.best.product_name, taste.telling) == ("A", None)


def test_the_highest_index_sets_apart() -> None:
    """Of the best sellers with an index of 130 or more the highest is told, among equals the one in more orders."""
    told = [
        make_best_seller("A", index=None),
        make_best_seller("B", index=130),
        make_best_seller("C", index=200, orders=10),
        make_best_seller("D", index=200, orders=20),
    ]
    taste = found(best_sellers=tuple(told))[1]
    assert taste.best is told[0]
    assert taste.telling is told[3]


def test_risk_and_step_are_found() -> None:
    """Overdue customers and a next step are told, in this order."""
    findings = found(overdue=Sizing(10.0, 5.0, 15.0, 3), opportunity=make_opportunity())
    assert kinds(findings) == [Worth, AtRisk, Potential]


def test_the_role_knows_best_and_last() -> None:
    """A segment's role is seen beside the first and the last segment; alone it has none."""
    four = make_four()
    role = find_role(four[1], four)
    assert role is not None
    assert (role.segment, role.best, role.last) == (four[1], four[0], four[3])
    assert find_role(four[0], four[:1]) is None
