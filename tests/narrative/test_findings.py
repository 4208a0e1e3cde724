"""Only what differs clearly is found worth saying, each thing with the numbers that its sentence needs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.model.actions import AtRisk as Late
from reportgen.narrative.findings import (
    AtRisk,
    Differs,
    NextStep,
    Renamed,
    Taste,
    Worth,
    find_difference,
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


MEDIANS = {"order_count": 5.0, "avg_order_value": 100.0}
"""Of all customers; their means are the same."""


@pytest.mark.parametrize("metric", MEDIANS)
@pytest.mark.parametrize(
    ("percentile", "mean", "median", "expected"),
    [
        (0.9, 1.18, 1.0, "mean"),
        (0.9, 1.17, 1.18, "median"),
        (0.9, 1.17, 1.17, None),
        (0.9, 0.5, 1.2, "median"),
        (0.9, 0.5, 0.5, None),
        (0.1, 0.85, 1.0, "mean"),
        (0.1, 0.86, 0.85, "median"),
        (0.1, 2.0, 0.8, "median"),
        (0.1, 2.0, 2.0, None),
    ],
)
def test_what_is_said_agrees_with_its_numbers(
    metric: str, percentile: float, mean: float, median: float, expected: str | None
) -> None:
    """A difference is told by the mean or else the median, and only where that lies clearly on the ranks' side."""
    everyone = replace(EVERYONE, **{f"median_{metric}": MEDIANS[metric]})
    figures = {f"mean_{metric}": mean * MEDIANS[metric], f"median_{metric}": median * MEDIANS[metric]}
    segment = make_segment(percentiles={**dict.fromkeys(c.METRICS, 0.5), metric: percentile}, **figures)
    difference = find_difference(segment, everyone, metric)
    assert (None if difference is None else difference.statistic) == expected
    if difference is not None:
        assert difference.is_high is (percentile > 0.5)
        assert difference.own == figures[f"{expected}_{metric}"]


def test_recency_is_told_by_its_median() -> None:
    """Half of them, and half of all: the mean days of silence are nobody's."""
    silent = make_segment(percentiles={**dict.fromkeys(c.METRICS, 0.5), "recency_days": 0.9}, mean_recency_days=900.0)
    assert find_difference(silent, EVERYONE, "recency_days") is None
    difference = find_difference(replace(silent, median_recency_days=90.0), EVERYONE, "recency_days")
    assert difference == Differs(replace(silent, median_recency_days=90.0), "recency_days", "median", 90.0, 45.0)


@pytest.mark.parametrize(("orders", "index", "is_telling"), [(20, 130, True), (19, 900, False), (20, 129, False)])
def test_a_product_of_few_orders_tells_nothing(orders: int, index: int, is_telling: bool) -> None:
    """Whatever its index, a product in fewer than twenty orders is not said to set a segment apart."""
    taste = found(best_sellers=(make_best_seller("A", orders=orders, index=index),))[1]
    assert (taste.telling is not None) is is_telling


def test_a_renamed_segment_is_told() -> None:
    """What a segment was called before is said where that was another name."""
    assert kinds(found(formerly="Buyers of old")) == [Worth, Renamed]


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
    findings = found(overdue=Late(10.0, 3, 365), opportunity=make_opportunity())
    assert kinds(findings) == [Worth, AtRisk, NextStep]


def test_the_role_knows_best_and_last() -> None:
    """A segment's role is seen beside the first and the last segment; alone it has none."""
    four = make_four()
    role = find_role(four[1], four)
    assert role is not None
    assert (role.segment, role.best, role.last) == (four[1], four[0], four[3])
    assert find_role(four[0], four[:1]) is None
