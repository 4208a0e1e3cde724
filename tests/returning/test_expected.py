"""The next order that is expected: by hand where rhythms are plain, and against what then happens where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.returning.expected import expect_orders
from reportgen.returning.order_days import OrderDays
from tests.returning.made_days import walk


def _ask(days: OrderDays, customers: list[tuple[int, int, int]], as_of: int):
    """Expect the next order of customers given as order days, first and last."""
    count, first, last = (np.array(column) for column in zip(*customers, strict=True))
    return expect_orders(days, count, first, last, as_of)


def test_regular_customers_are_expected_after_their_own_gap() -> None:
    """Fifty who order every 10 days and fifty every 40: each is expected a gap of their own after the last order."""
    rows = [(who, day, 1.0) for who in range(50) for day in range(0, 400, 10)]
    rows += [(who, day, 1.0) for who in range(50, 100) for day in range(0, 400, 40)]
    found = _ask(walk(rows), [(40, 0, 390), (10, 0, 360)], 399)
    assert found.day == pytest.approx([400, 400], abs=1)
    assert found.chance[0] == pytest.approx(1, abs=0.01)


def test_those_with_one_order_do_as_others_did_after_their_first() -> None:
    """Of 100 who began on day 0, 50 came back on day 30, 20 on day 60: who is silent since day 60 comes at 60 if at all."""
    rows = [(who, 0, 1.0) for who in range(100)]
    rows += [(who, 30, 1.0) for who in range(50)] + [(who, 60, 1.0) for who in range(50, 70)]
    found = _ask(walk(rows), [(1, 100, 100), (1, 60, 60), (1, 0, 0)], 100)
    assert found.day[:2].tolist() == [130, 120]  # the median of all; of those still silent after 40 days
    assert found.chance[0] == pytest.approx(0.7)
    assert np.isnan(found.day[2])  # nobody who was silent for 100 days was seen to come back
    assert np.isnan(found.chance[1:]).all()  # nobody was followed for 130 days or more


def test_with_too_few_to_look_at_nothing_is_expected() -> None:
    """Nineteen customers tell nothing of the next."""
    found = _ask(
        walk([(who, day, 1.0) for who in range(19) for day in (0, 10)]), [(1, 0, 0), (2, 0, 10), (3, 0, 20)], 30
    )
    assert np.isnan(found.day).all()
    assert np.isnan(found.chance).all()


def _simulate(seed: int, customers: int) -> list[tuple[int, int, float]]:
    """Make customers with a tempo of their own who stop for good with 8 % after each order."""
    rng = np.random.default_rng(seed)
    rows = []
    for who in range(customers):
        day, tempo = float(rng.integers(0, 500)), rng.gamma(2, 20)
        while day < 730:
            rows.append((who, int(day), 1.0))
            if rng.random() < 0.08:
                break
            day += 1 + rng.exponential(tempo)
    return sorted(set(rows))


def test_chances_come_true() -> None:
    """In a simulated shop the chances of each third of the customers are met in the next 90 days, within 5 points."""
    rows = _simulate(1, 3000)
    past, later = [row for row in rows if row[1] <= 600], [row for row in rows if 600 < row[1] <= 690]
    days = walk(past)
    last = np.array([days.day[days.who == who].max() for who in range(days.customers)])
    first = days.day[days.is_first]
    count = np.bincount(days.who)
    found = expect_orders(days, count, first, last, 600)
    ids = sorted({row[0] for row in past})
    came = np.isin(ids, [row[0] for row in later])
    known = ~np.isnan(found.chance)
    assert known.mean() > 0.9
    order = np.argsort(found.chance[known], kind="stable")
    for third in np.array_split(order, 3):
        assert came[known][third].mean() == pytest.approx(found.chance[known][third].mean(), abs=0.05)
    assert (found.day[~np.isnan(found.day)] > 600).all()
