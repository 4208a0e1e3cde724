"""The box with one row for each customer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from reportgen import columns as c

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, slots=True)
class Customers:
    """Customers of the window, sorted by `customer_id`.

    Attributes
    ----------
    frame : pandas.DataFrame
        Columns `customer_id` (str), `amount` (int, ten-thousandths of the currency unit), `total_sales` and
        `avg_order_value` (float, currency units), `order_count`, `order_days` (int, distinct days with an order),
        `recency_days` (int),
        `first_ordered_at`, `last_ordered_at` (timestamps).
    orders : int
        Distinct orders of all of them.
    """

    frame: pd.DataFrame
    orders: int

    @property
    def total_sales(self) -> Decimal:
        """Sales of all customers, exact, in currency units."""
        return money_of(int(self.frame[c.AMOUNT].sum()))

    def __len__(self) -> int:
        return len(self.frame)


def money_of(amount: int) -> Decimal:
    """Turn a whole number of ten-thousandths into money with two decimals, half rounded to even."""
    return (Decimal(amount) / c.MONEY_SCALE).quantize(Decimal("0.01"))
