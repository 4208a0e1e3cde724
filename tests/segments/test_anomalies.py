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
    earlier = (7.0, 1.0, 6.0, 2.0, 5.0, 3.0, 4.0)  # neighbours that do not resemble one another
    found = find_unusual({"a": Measure(earlier, 99.0, 0.0), "b": Measure(earlier, 4.0, 0.0)})
    reach = stats.t.ppf(1 - FALSE_ALARMS / 4, 6) * np.std(earlier, ddof=1) * np.sqrt(8 / 7)
    assert list(found) == ["a"]
    assert (found["a"].low, found["a"].high) == pytest.approx((4 - reach, 4 + reach))


def test_months_that_resemble_one_another_tell_less() -> None:
    """A series whose neighbours are alike is worth fewer independent values, so that its bounds are wider."""
    rising = find_unusual({"a": Measure((1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0), 999.0, 0.0)})["a"]
    mixed = find_unusual({"a": Measure((7.0, 1.0, 6.0, 2.0, 5.0, 3.0, 4.0), 999.0, 0.0)})["a"]
    assert rising.high - rising.low > 2 * (mixed.high - mixed.low)


def test_chance_alone_is_never_unusual() -> None:
    """Values that have been equal so far by luck do not make the least move unusual."""
    assert find_unusual({"a": Measure((0.2,) * 8, 0.21, noise_of_share([0.2] * 8, 100))}) == {}
    assert noise_of_share([0.2], 100) == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("earlier", "size", "expected"),
    [([], 4, 0.25), ([0.0], 1, 1.0), ([0.5], 0, 1.0), ([0.5], 1, 1.0), ([0.2], 400, 0.02)],
)
def test_a_share_is_never_surer_than_one_of_its_things(earlier: list[float], size: int, expected: float) -> None:
    """The noise is that of the binomial law, and at least that of a share of one thing in all."""
    assert noise_of_share(earlier, size) == pytest.approx(expected)


@pytest.mark.parametrize(("now", "is_found"), [(0.9, False), (1.1, True), (-0.9, False), (-1.1, True)])
def test_both_ways_are_unusual(now: float, is_found: bool) -> None:
    """A fall beyond the interval is flagged as a rise is, and neither within it."""
    earlier = (-1.0, 1.0, -1.0, 1.0, -1.0, 1.0)
    reach = stats.t.ppf(0.99, 5) * np.std(earlier, ddof=1) * np.sqrt(7 / 6)
    assert bool(find_unusual({"a": Measure(earlier, now * reach, 0.0)})) == is_found


def test_false_alarms_are_as_rare_as_promised() -> None:
    """Of 4,000 reports of stores in which nothing happens, ten measures each, no more flag a move than 2 % can explain.

    Too many or too few both reject, one time in 1,000, that alarms are binomial at the promised rate; with
    ten independent measures the shared error is 1 - 0.998^10, a little below 2 %.
    """
    random, reports = np.random.default_rng(4), 4_000
    flagged = 0
    for _ in range(reports):
        months = int(random.integers(MIN_MONTHS, 24))
        values = random.normal(size=(10, months + 1))
        flagged += bool(find_unusual({str(n): Measure(tuple(one[:-1]), one[-1], 0.0) for n, one in enumerate(values)}))
    assert stats.binomtest(flagged, reports, 0.02, alternative="greater").pvalue > 0.001
    assert stats.binomtest(flagged, reports, 1 - (1 - 0.02 / 10) ** 10, alternative="less").pvalue > 0.001
