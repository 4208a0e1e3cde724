"""Looking back at steps: who took one unaided, by hand and by loops."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.model.actions import Unaided
from reportgen.model.customers import Customers
from reportgen.segments.step_up import follow_earlier, look_back_on_steps

Row = tuple[int, int, int, int]
"""Customer, day, orders (0 for a return), pounds."""


def make_days(rows: list[Row]) -> pd.DataFrame:
    """Make order days, sorted as they come."""
    frame = pd.DataFrame(rows, columns=["customer", "day", c.ORDERS, c.AMOUNT])
    frame = frame.sort_values(["customer", "day", c.ORDERS], ascending=[True, True, False], ignore_index=True)
    frame[c.AMOUNT] *= c.MONEY_SCALE
    return frame


def place(customers: Customers) -> np.ndarray:
    """Place customers with an order value of £50 or more in segment 1, all others in 2."""
    return np.where(customers.frame[c.AVG_ORDER_VALUE] >= 50, 1, 2)


DAYS: list[Row] = [
    (1, 10, 1, 100), (1, 120, 1, 60),  # big before, smaller after
    (2, 20, 2, 200), (2, 150, 1, 300), (2, 190, 1, 100),  # after 190 nothing counts
    (3, 30, 1, 80),  # never again
    (4, 40, 1, 20), (4, 150, 1, 70),  # small, reached the goal
    (5, 50, 1, 20), (5, 160, 2, 60),  # small, did not
    (6, 150, 1, 90),  # not there yet
    (7, 60, 1, 90), (7, 70, 0, -60), (7, 140, 1, 10),  # big, two thirds sent back
]  # fmt: skip


def look(rows: list[Row], ends: list[tuple[int, int]], as_of: int, *, is_net: bool = False) -> dict[int, Unaided]:
    """Look back at one more order of segment 1, and at orders of £50 of segment 2."""
    return look_back_on_steps(follow_earlier(make_days(rows), ends, as_of, place, is_net=is_net), {1: None, 2: 50.0})


def test_steps_by_hand() -> None:
    """Of four big ones three came back; of two small ones who did, one reached £50. Money is less what was returned."""
    found = look(DAYS, [(0, 100)], 200)
    # before: 100, 100 and 30 an order; after: 60, 300 (day 190 is the 90th) and 100, 10
    assert found[1] == Unaided(1, 4, 3, 76.67, 90.0)
    assert found[2] == Unaided(1, 2, 1, None, None)


def test_who_is_placed_by_net_money() -> None:
    """Where returns are set against purchases, customer 7 is a small one, and ordered below £50 again."""
    found = look(DAYS, [(0, 100)], 200, is_net=True)
    assert found[1] == Unaided(1, 3, 2, 100.0, 130.0)
    assert found[2] == Unaided(1, 3, 1, None, None)


def test_what_cannot_be_known_yet_is_not_told() -> None:
    """A month end of less than 90 days ago is not looked back on; nor a segment that nobody stood in."""
    assert look(DAYS, [(0, 111)], 200) == {}
    assert set(look([(1, 10, 1, 100)], [(0, 100)], 200)) == {1}
    assert look([(1, 10, 1, 100)], [(0, 100)], 200)[1] == Unaided(1, 1, 0, None, None)


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(0, 300), st.integers(0, 3), st.integers(1, 120)),
        min_size=1,
        max_size=60,
    ),
    st.lists(st.integers(50, 300), min_size=1, max_size=8, unique=True).map(sorted),
    st.booleans(),
)
def test_steps_equal_a_naive_count(rows: list[Row], ends: list[int], is_net: bool) -> None:
    """Loops over month ends and customers give the same counts and means."""
    rows = [(who, day, orders, pounds if orders else -pounds) for who, day, orders, pounds in rows]
    usable = [end for end in ends if end + 90 <= 300][-6:]
    seen: dict[int, list[tuple[bool, float, float]]] = {1: [], 2: []}
    for end in usable:
        for who in {row[0] for row in rows}:
            past = [row for row in rows if row[0] == who and 10 <= row[1] <= end]
            orders = sum(row[2] for row in past)
            if not orders:
                continue
            net = sum(row[3] for row in past) / orders
            shown = net if is_net else sum(row[3] for row in past if row[2]) / orders
            later = [row for row in rows if row[0] == who and end < row[1] <= end + 90]
            more = sum(row[2] for row in later)
            after = sum(row[3] for row in later) / more if more else 0.0
            seen[1 if shown >= 50 else 2].append((more > 0, net, after))
    found = look(rows, [(10, end) for end in ends], 300, is_net=is_net)
    stood = [end for end in usable if any(10 <= row[1] <= end and row[2] for row in rows)]
    big, small = seen[1], [one for one in seen[2] if one[0] and one[1] < 50]
    assert (1 in found, 2 in found) == (bool(big), bool(small))
    if big:
        took = [one for one in big if one[0]]
        assert (found[1].months, found[1].customers, found[1].took) == (len(stood), len(big), len(took))
        for value, place_in in ((found[1].value_before, 1), (found[1].value_after, 2)):
            assert value == (pytest.approx(np.mean([one[place_in] for one in took]), abs=0.006) if took else None)
    if small:
        assert (found[2].customers, found[2].took) == (len(small), sum(one[2] >= 50 for one in small))
