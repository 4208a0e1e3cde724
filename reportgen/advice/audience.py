"""Shares out the customers of a segment among its actions, each customer to one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.trials import Audience

STAGE = "stage"


def share_out(audiences: Sequence[Audience | None], customers: pd.DataFrame) -> list[np.ndarray]:
    """Tell for each action which customers it is for, but those whom an action before it is for.

    Parameters
    ----------
    audiences : sequence of str or None
        What each action is for, the most important first; None: for no list of customers, but a place such as the cart.
    customers : pandas.DataFrame
        A row for each, with `stage` (``new``, ``active``, ``late`` or ``lapsed``) and `order_count`.

    Returns
    -------
    list of ndarray of bool of shape (n_customers,)
        One for each action; nobody is in two.
    """
    left = np.ones(len(customers), dtype=bool)
    found = []
    for audience in audiences:
        mine = left & _belong(audience, customers)
        left &= ~mine
        found.append(mine)
    return found


def _belong(audience: Audience | None, customers: pd.DataFrame) -> np.ndarray:
    stage, orders = customers[STAGE].to_numpy(), customers[c.ORDER_COUNT].to_numpy()
    if audience is None:
        return np.zeros(len(customers), dtype=bool)
    chosen = {
        "all": np.ones(len(customers), dtype=bool),
        "not_new": stage != "new",
        "overdue": stage == "late",
        "one_order": orders == 1,
    }
    return np.asarray(chosen[audience], dtype=bool)
