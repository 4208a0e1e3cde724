"""Order days are walked through: which one it is, and how long until the next."""

from __future__ import annotations

import numpy as np

from tests.returning.made_days import walk


def test_a_walk_by_hand() -> None:
    """Days with returns alone are none; the last of each customer has no next one."""
    days = walk([(7, 10, 1.0), (7, 12, -1.0), (7, 15, 2.5), (9, 11, 3.0)])
    assert days.who.tolist() == [0, 0, 1]
    assert days.position.tolist() == [0, 1, 0]
    assert days.first.tolist() == [10, 10, 11]
    assert days.paid.tolist() == [1.0, 2.5, 3.0]
    assert days.is_first.tolist() == [True, False, True]
    assert days.customers == 2
    np.testing.assert_array_equal(days.until_next, [5, np.nan, np.nan])


def test_no_days() -> None:
    """Of nobody there are none."""
    assert walk([]).customers == 0
    assert len(walk([(1, 5, -1.0)]).day) == 0
