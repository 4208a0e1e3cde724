"""Makes order days by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from reportgen import columns as c
from reportgen.lines.transform.visits import day_number
from reportgen.returning.order_days import OrderDays, walk_order_days


def walk(rows: Sequence[tuple[int, int, float]]) -> OrderDays:
    """Walk through days given as customer, day, what was paid; a negative sum is a return without an order."""
    frame = pd.DataFrame(rows, columns=["customer", "day", c.AMOUNT])
    frame[c.ORDERS] = (frame[c.AMOUNT] >= 0).astype(int)
    frame[c.AMOUNT] = (frame[c.AMOUNT] * c.MONEY_SCALE).round().astype("int64")
    return walk_order_days(frame.sort_values(["customer", "day", c.ORDERS], ascending=[True, True, False]))


def on(day: str) -> int:
    """Count a day given as ``2026-01-31``."""
    return day_number(date.fromisoformat(day))
