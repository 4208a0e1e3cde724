"""Customers must be divided again under each other choice, and under no other."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen import columns as c
from reportgen.config.options import SegmentOptions
from reportgen.segments.clusters import assign_customers
from reportgen.segments.features import scale_customers
from reportgen.segments.trust.variations import Redivided, find_top, redivide
from tests.segments.trust.shops import customers_of, make_four_groups, make_skewed

OPTIONS = SegmentOptions()


def by_variation(**changes: object) -> dict[str, list[Redivided]]:
    """Divide a skewed shop again, and sort what came by what was chosen otherwise."""
    frame = make_skewed(1, 300)
    found: dict[str, list[Redivided]] = {}
    for each in redivide(frame, OPTIONS, 4, frame[c.AMOUNT].to_numpy() // 2, **changes):  # type: ignore[arg-type]
        found.setdefault(each.variation, []).append(each)
    return found


@pytest.mark.parametrize(("customers", "expected"), [(1, 1), (60, 1), (149, 1), (151, 2), (1_000, 10)])
def test_the_top_are_one_in_a_hundred(customers: int, expected: int) -> None:
    """One of sixty, ten of a thousand: those with most."""
    amounts = np.random.default_rng(0).permutation(customers)
    top = find_top(amounts)
    assert top.sum() == expected
    assert amounts[top].min() == customers - expected


def test_of_equals_the_first_is_taken() -> None:
    """The same customers whatever the machine."""
    assert find_top(np.array([5, 9, 9, 1])).tolist() == [False, True, False, False]


def test_each_choice_is_made_otherwise() -> None:
    """Without the top, on another scale, with three and five segments, from two seeds, with other money."""
    found = by_variation()
    assert {key: len(each) for key, each in found.items()} == {
        "without_top": 1,
        "normalise": 1,
        "fewer": 1,
        "more": 1,
        "seeds": 2,
        "returns": 1,
    }
    assert {key: len(np.unique(each[0].labels)) for key, each in found.items()} == {
        "without_top": 4,
        "normalise": 4,
        "fewer": 3,
        "more": 5,
        "seeds": 4,
        "returns": 4,
    }
    assert found["without_top"][0].is_in.sum() == len(found["without_top"][0].frame) == 297
    assert found["normalise"][0].model.scaler.normalise == "log"
    halved = found["returns"][0].frame
    assert (halved[c.TOTAL_SALES] * c.MONEY_SCALE).round().tolist() == (make_skewed(1, 300)[c.AMOUNT] // 2).tolist()
    assert np.allclose(halved[c.AVG_ORDER_VALUE] * halved[c.ORDER_COUNT], halved[c.TOTAL_SALES])


def test_groups_that_exist_have_their_number() -> None:
    """One segment more or fewer is no choice where the groups are natural."""
    assert set(by_variation(other_numbers=False)) == {"without_top", "normalise", "seeds", "returns"}


def test_other_money_may_not_be_known() -> None:
    """Where returns cannot be laid beside the customers that is not tried."""
    assert "returns" not in {each.variation for each in redivide(make_skewed(1, 300), OPTIONS, 4, None)}


@pytest.mark.parametrize("number", [2, 10])
def test_the_range_of_numbers_has_ends(number: int) -> None:
    """There is nothing below two segments, nor beyond ten."""
    tried = {each.variation for each in redivide(make_skewed(1, 300), OPTIONS, number, None)}
    assert {"fewer", "more"} - tried == ({"fewer"} if number == 2 else {"more"})


def test_a_model_places_customers_where_they_are() -> None:
    """Row n of the model's centres is segment n, so that another month's customers can be placed."""
    for each in redivide(make_four_groups(1), OPTIONS, 4, None):
        customers = customers_of(each.frame)
        placed = assign_customers(scale_customers(customers, each.model.scaler), each.model.centers)
        assert placed.tolist() == each.labels.tolist()
