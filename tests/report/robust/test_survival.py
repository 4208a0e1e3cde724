"""A finding must survive where it is the same still, and not where it is another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from reportgen.model.headline import (
    CustomerBase,
    GrowthAndLoss,
    LargestRisk,
    LargestSteps,
    MonthSales,
    SegmentAmount,
    SegmentMove,
    SegmentShare,
)
from reportgen.report.robust.survival import Said, survives
from tests.made import make_four, make_identity, make_month

FOUR = make_four()
SAME = np.arange(4)


def said(**changes: Any) -> Said:
    """Say of four segments: the first is the best, the second at risk, steps are in the third and second."""
    usual = Said(
        each=np.array([900.0, 200.0, 150.0, 50.0]),
        customers=np.array([0.2, 0.3, 0.3, 0.2]),
        sales=np.array([0.7, 0.15, 0.1, 0.05]),
        risk=np.array([10.0, 80.0, 0.0, 5.0]),
        steps=np.array([0.0, 30.0, 40.0, 5.0]),
        growth=None,
    )
    return replace(usual, **changes)


def best() -> CustomerBase:
    """Find that the first segment is the most valuable."""
    share = SegmentShare(FOUR[0].identity, 80, 0.2, 0.7)
    month = make_month()
    return CustomerBase(month, None, 12, None, 400, None, None, {}, share)  # type: ignore[arg-type]


RISK = LargestRisk(FOUR[1].identity, 8, 80.0, 365)
STEPS = LargestSteps((SegmentAmount(FOUR[2].identity, 40.0), SegmentAmount(FOUR[1].identity, 30.0)), 0.05, 365)


@pytest.mark.parametrize(
    ("other", "like", "expected"),
    [
        ({}, SAME, True),
        ({"sales": np.array([0.61, 0.2, 0.14, 0.05])}, SAME, True),
        ({"sales": np.array([0.59, 0.2, 0.16, 0.05])}, SAME, False),
        ({"customers": np.array([0.31, 0.2, 0.29, 0.2])}, SAME, False),
        ({}, np.array([1, 0, 2, 3]), False),
        ({"each": np.array([100.0, 200.0, 150.0, 50.0])}, SAME, False),
    ],
)
def test_the_best_segment_survives_with_its_shares(other: dict[str, Any], like: np.ndarray, expected: bool) -> None:
    """The same customers are the most valuable, with shares within ten points."""
    assert survives(best(), FOUR, said(), said(**other), like) is expected


@pytest.mark.parametrize(
    ("risk", "like", "expected"),
    [
        ([0.0, 40.0, 0.0, 5.0], SAME, True),
        ([0.0, 160.0, 0.0, 5.0], SAME, True),
        ([0.0, 39.0, 0.0, 5.0], SAME, False),
        ([90.0, 80.0, 0.0, 5.0], SAME, False),
        ([0.0, 80.0, 0.0, 5.0], np.array([0, 2, 1, 3]), False),
    ],
)
def test_the_risk_survives_with_its_money(risk: list[float], like: np.ndarray, expected: bool) -> None:
    """Most is at risk among the same customers, between half and twice as much."""
    assert survives(RISK, FOUR, said(), said(risk=np.array(risk)), like) is expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([0.0, 40.0, 30.0, 5.0], True),
        ([0.0, 20.0, 15.0, 5.0], True),
        ([0.0, 20.0, 14.0, 5.0], False),
        ([0.0, 30.0, 4.0, 5.0], False),
    ],
)
def test_the_steps_survive_in_any_order(steps: list[float], expected: bool) -> None:
    """Both named segments are the two largest still, and their money together is between half and twice."""
    assert survives(STEPS, FOUR, said(), said(steps=np.array(steps)), SAME) is expected


@pytest.mark.parametrize(
    ("growth", "like", "expected"),
    [
        ([10, -8, 0, 0], SAME, True),
        ([5, -4, 0, 0], SAME, True),
        ([4, -8, 0, 0], SAME, False),
        ([10, 8, 0, 0], SAME, False),
        ([6, 4, -8, 0], np.array([0, 0, 1, 3]), True),
    ],
)
def test_growth_survives_in_its_direction(growth: list[int], like: np.ndarray, expected: bool) -> None:
    """The same customers' segments grew and shrank by half as much at least; one that was split counts as one."""
    grew = GrowthAndLoss(
        SegmentMove(FOUR[0].identity, 10, 90, "behaviour"), SegmentMove(FOUR[1].identity, -8, 112, "behaviour")
    )
    assert survives(grew, FOUR, said(), said(growth=np.array(growth)), like) is expected


def test_what_was_not_tried_is_not_judged() -> None:
    """Without growth, without a best segment, and of a month there is nothing to say here."""
    grew = GrowthAndLoss(SegmentMove(FOUR[0].identity, 10, 90, None), None)
    assert survives(grew, FOUR, said(), said(), SAME) is None
    gone = GrowthAndLoss(SegmentMove(FOUR[0].identity, 10, 90, None), SegmentMove(make_identity(9), -9, 0, None))
    assert survives(gone, FOUR, said(), said(growth=np.array([10, 0, 0, 0])), SAME) is None
    assert survives(replace(best(), best=None), FOUR, said(), said(), SAME) is None
    assert survives(MonthSales(make_month(), None, None), FOUR, said(), said(), SAME) is None
