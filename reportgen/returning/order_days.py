"""The days on which customers ordered, each with what came before and after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reportgen import columns as c


@dataclass(frozen=True, eq=False, slots=True)
class OrderDays:
    """Each day on which a customer ordered, once; sorted by customer, then by day.

    Attributes
    ----------
    who : ndarray of int of shape (n_order_days,)
        The customer: 0 for the first, and so on.
    day : ndarray of int of shape (n_order_days,)
        In days since 1970.
    paid : ndarray of float of shape (n_order_days,)
        On that day, in currency units.
    position : ndarray of int of shape (n_order_days,)
        Which of the customer's order days it is: 0 for the first.
    first : ndarray of int of shape (n_order_days,)
        The customer's first order day.
    until_next : ndarray of float of shape (n_order_days,)
        Days to the customer's next order day; nan after the last.
    """

    who: np.ndarray
    day: np.ndarray
    paid: np.ndarray
    position: np.ndarray
    first: np.ndarray
    until_next: np.ndarray

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return int(self.who[-1]) + 1 if len(self.who) else 0

    @property
    def is_first(self) -> np.ndarray:
        """Whether a day is the customer's first (ndarray of bool of shape (n_order_days,))."""
        return np.asarray(self.position == 0)


def walk_order_days(listed: pd.DataFrame) -> OrderDays:
    """Walk through the order days of all customers.

    Parameters
    ----------
    listed : pandas.DataFrame
        From `reportgen.lines.transform.visits.list_order_days`; days with returns alone are left out.
    """
    bought = listed[listed[c.ORDERS] > 0]
    day, paid = bought["day"].to_numpy(), bought[c.AMOUNT].to_numpy() / c.MONEY_SCALE
    _, starts, who = np.unique(bought["customer"].to_numpy(), return_index=True, return_inverse=True)
    until_next = np.full(len(day), np.nan)
    same = who[1:] == who[:-1]
    until_next[:-1][same] = np.diff(day)[same]
    return OrderDays(who, day, paid, np.arange(len(day)) - starts[who], day[starts[who]], until_next)
