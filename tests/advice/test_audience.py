"""Each customer of a segment belongs to the first action that is for them, and to no other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.advice.audience import STAGE, share_out
from reportgen.model.trials import Audience

CUSTOMERS = pd.DataFrame({STAGE: ["new", "late", "active", "lapsed", "active"], c.ORDER_COUNT: [1, 4, 1, 2, 3]})


def test_each_rule_by_hand() -> None:
    """All, those who are not new, the overdue, and who ordered once."""
    rules: dict[Audience, list[bool]] = {
        "all": [True] * 5,
        "not_new": [False, True, True, True, True],
        "overdue": [False, True, False, False, False],
        "one_order": [True, False, True, False, False],
    }
    for audience, expected in rules.items():
        assert share_out([audience], CUSTOMERS)[0].tolist() == expected


def test_the_first_action_has_them() -> None:
    """Who is overdue is not written to by the next action as well; a play for the cart takes nobody."""
    found = share_out(["overdue", None, "not_new", "all"], CUSTOMERS)
    assert [np.flatnonzero(one).tolist() for one in found] == [[1], [], [2, 3, 4], [0]]


@given(
    st.lists(st.sampled_from([None, "all", "not_new", "overdue", "one_order"]), max_size=4),
    st.lists(st.tuples(st.sampled_from(["new", "active", "late", "lapsed"]), st.integers(1, 4)), max_size=20),
)
def test_nobody_is_in_two(audiences, customers) -> None:
    """Whatever the actions, each customer is in one of them at most."""
    found = share_out(audiences, pd.DataFrame(customers, columns=[STAGE, c.ORDER_COUNT]))
    assert len(found) == len(audiences)
    assert all(one.shape == (len(customers),) for one in found)
    assert (sum((one.astype(int) for one in found), np.zeros(len(customers), dtype=int)) <= 1).all()
