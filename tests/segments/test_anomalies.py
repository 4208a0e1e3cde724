"""Unusual moves: silence without history, few false alarms, and no collapse passed over."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from reportgen.segments.anomalies import FALSE_ALARMS, MIN_MONTHS, Measure, find_unusual, noise_of_share


def test_silence_before_there_is_history() -> None:
    """With five earlier values nothing is said, however wild the move."""
    assert find_unusual({"a": Measure((0.1,) * (MIN_MONTHS - 1), 9.0, 0.0)}) == {}


def test_bounds_are_the_prediction_interval() -> None:
    """The bounds are those of the t distribution for one further value, shared by all measures."""
    earlier = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    found = find_unusual({"a": Measure(earlier, 99.0, 0.0), "b": Measure(earlier, 4.0, 0.0)})
    reach = stats.t.ppf(1 - FALSE_ALARMS / 4, 6) * np.std(earlier, ddof=1) * np.sqrt(8 / 7)
    assert list(found) == ["a"]
    assert (found["a"].low, found["a"].high) == pytest.approx((4 - reach, 4 + reach))


def test_chance_alone_is_never_unusual() -> None:
    """Values that have been equal so far by luck do not make the least move unusual."""
    assert find_unusual({"a": Measure((0.2,) * 8, 0.21, noise_of_share([0.2] * 8, 100))}) == {}
    assert noise_of_share([0.2], 100) == pytest.approx(0.04)


def test_few_false_alarms() -> None:
    """Of 2,000 reports of stores in which nothing happens, with ten measures each, fewer than one in 20 flags anything."""
    random = np.random.default_rng(4)
    flagged = 0
    for _ in range(2_000):
        months = int(random.integers(MIN_MONTHS, 24))
        values = random.normal(size=(10, months + 1))
        flagged += bool(find_unusual({str(n): Measure(tuple(one[:-1]), one[-1], 0.0) for n, one in enumerate(values)}))
    assert flagged / 2_000 < 0.05
