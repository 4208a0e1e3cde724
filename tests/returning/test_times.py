"""How soon customers order again: by hand, where nothing is left to estimate, and against the true share where it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reportgen import columns as c
from reportgen.model.returning import ReturnTimes
from reportgen.returning.times import find_reach, follow_orders, follow_segments, measure_times
from tests.returning.made_days import walk


def test_with_everybody_followed_long_enough_shares_are_counts() -> None:
    """Of 40 who were followed for 200 days 10 came back on day 10, 10 on day 50, 5 on day 90, and 5 on day 190."""
    until_next = np.array([10.0] * 10 + [50.0] * 10 + [90.0] * 5 + [190.0] * 5 + [np.nan] * 10)
    found = measure_times(until_next, np.full(40, 200))
    assert (found.customers, found.came_back, found.horizon_days) == (40, 30, 180)
    assert [(share.days, share.share) for share in found.within] == [(30, 0.25), (60, 0.5), (90, 0.625)]
    assert found.quartiles == (10, 50, 50)  # of 25 who came back within 180 days: the 7th, the 13th and the 19th
    assert all(share.low < share.share < share.high for share in found.within)
    assert found.find(60) == found.within[1]
    assert found.find(61) is None


def test_what_twenty_were_not_followed_for_is_not_told() -> None:
    """Nineteen followed for 60 days and one for 59: only 30 days are told; with one fewer nothing is."""
    followed = np.array([60] * 19 + [59])
    found = measure_times(np.full(20, np.nan), followed)
    assert [share.days for share in found.within] == [30]
    assert found.within[0].share == 0
    assert (found.quartiles, found.horizon_days) == (None, None)
    assert measure_times(np.full(19, 5.0), followed[:19]) == ReturnTimes(19, 19, (), None, None)


@pytest.mark.parametrize("until_next", [np.nan, 10.0])
def test_where_none_or_all_come_back_the_interval_is_wilsons(until_next: float) -> None:
    """Of 50 followed for 30 days nobody, or everybody, came back: up to 7 % may do so, or fail to; copies tell no more."""
    for customer in (None, np.arange(50)):
        share = measure_times(np.full(50, until_next), np.full(50, 30), customer).within[0]
        ends = (share.low, share.high) if np.isnan(until_next) else (1 - share.high, 1 - share.low)
        assert ends == pytest.approx((0, 3.8415 / 53.8415), abs=1e-4)
    often = measure_times(np.full(200, until_next), np.full(200, 30), np.tile(np.arange(50), 4)).within[0]
    assert often.high - often.low == pytest.approx(3.8415 / 53.8415, abs=1e-4)


def test_quartiles_need_twenty_who_came_back() -> None:
    """Nineteen who came back of a hundred have a share but no quartiles; twenty have."""
    for back, has_quartiles in ((19, False), (20, True)):
        until_next = np.where(np.arange(100) < back, 25.0, np.nan)
        assert (measure_times(until_next, np.full(100, 90)).quartiles is not None) is has_quartiles


def test_who_has_not_had_the_time_does_not_count_as_lost() -> None:
    """Half come back on day 45; of 2,000 begun over 90 days the estimate is a half, the plain share of returners less."""
    rng = np.random.default_rng(5)
    followed = rng.integers(0, 91, 2000)
    comes_back = rng.random(2000) < 0.5
    until_next = np.where(comes_back & (followed >= 45), 45.0, np.nan)
    share = measure_times(until_next, followed).find(60)
    assert share is not None
    assert share.share == pytest.approx(0.5, abs=0.04)
    assert share.low < 0.5 < share.high
    assert np.mean(~np.isnan(until_next)) < 0.3


def test_the_same_customers_followed_often_make_a_wider_interval() -> None:
    """Four copies of every customer tell no more than one."""
    rng = np.random.default_rng(6)
    until_next = np.where(rng.random(200) < 0.4, 40.0, np.nan)
    once = measure_times(until_next, np.full(200, 120))
    often = measure_times(np.tile(until_next, 4), np.full(800, 120), np.tile(np.arange(200), 4))
    naive = measure_times(np.tile(until_next, 4), np.full(800, 120))
    widths = [found.within[2].high - found.within[2].low for found in (once, often, naive)]
    assert widths[1] == pytest.approx(widths[0], rel=0.02)
    assert widths[2] == pytest.approx(widths[0] / 2, rel=0.05)


def test_reach() -> None:
    """The longest time that twenty were followed for."""
    assert find_reach(np.arange(100)) == 80
    assert find_reach(np.arange(19)) == 0


def test_from_order_to_order_by_hand() -> None:
    """Who was there before first orders are known is left out; what was paid then and next is averaged."""
    days = walk(
        [(1, 5, 9.0), (2, 31, 10.0), (2, 41, 20.0), (2, 141, 30.0), (3, 32, 50.0), (4, 40, 30.0), (4, 50, 40.0)]
    )
    first, second, third = follow_orders(days, 31, 200)
    assert (first.order, first.times.customers, first.times.came_back) == (1, 3, 2)
    assert (first.value, first.next_value) == (30.0, 30.0)
    assert (second.times.customers, second.times.came_back, second.value, second.next_value) == (2, 1, 30.0, 30.0)
    assert (third.times.customers, third.times.came_back, third.value, third.next_value) == (1, 0, 30.0, None)
    assert follow_orders(walk([(1, 5, 9.0)]), 31, 200) == ()


def test_no_more_than_five_orders_are_told() -> None:
    """Who ordered nine times is followed through the first five."""
    assert [step.order for step in follow_orders(walk([(1, day, 1.0) for day in range(9)]), 0, 20)] == [1, 2, 3, 4, 5]


def test_segments_are_followed_from_month_ends() -> None:
    """Each segment has its own times; both month ends count."""
    rows = [(who, 1 + who % 2, end, 200, 20.0 if who % 2 else np.nan) for who in range(80) for end in (10, 40)]
    names = [c.CUSTOMER_ID, c.SEGMENT, "month_end", "followed", "until_next"]
    found = follow_segments(pd.DataFrame(rows, columns=names))
    assert set(found) == {1, 2}
    assert (found[1].month_ends, found[1].times.customers, found[1].times.within[0].share) == (2, 80, 0.0)
    assert found[2].times.within[0].share == 1.0
    assert follow_segments(pd.DataFrame(columns=names)) == {}
