"""The key figures of a report, declared once: what tiles, comparisons, history, mail and `archive diff` read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Kpi:
    """A key figure.

    Attributes
    ----------
    key : str
        Its name in the facts.
    label : str
        What a reader sees.
    how : {'count', 'money', 'share'}
        How it is written exactly: a method of `reportgen.text.formats.Formats`.
    brief : {'count', 'money', 'money_in_words', 'share'}
        How it is written where a glance must do.
    span : {'window', 'month'}
        Whether it is of all orders of the window, or of the calendar month: then it is held against the month before
        and the same month last year of the lines themselves.
    places : int
        Decimal places that a difference of it keeps.
    """

    key: str
    label: str
    how: Literal["count", "money", "share"]
    brief: Literal["count", "money", "money_in_words", "share"]
    span: Literal["window", "month"] = "window"
    places: int = 2

    @property
    def is_share(self) -> bool:
        """Whether it is compared in points, for a share of a share misleads."""
        return self.how == "share"


KPIS = {
    kpi.key: kpi
    for kpi in (
        Kpi("customers", "Customers", "count", "count"),
        Kpi("orders", "Orders", "count", "count"),
        Kpi("total_sales", "Sales", "money", "money_in_words"),
        Kpi("avg_order_value", "Average order value", "money", "money"),
        Kpi("repeat_share", "Repeat buyers", "share", "share", places=6),
        Kpi("month_sales", "Sales of the month", "money", "money_in_words", span="month"),
        Kpi("month_orders", "Orders of the month", "count", "count", span="month"),
        Kpi("month_avg_order_value", "Average order of the month", "money", "money", span="month"),
        Kpi("month_customers", "Customers who ordered in the month", "count", "count", span="month"),
        Kpi("back_share", "Came back within 90 days", "share", "share", span="month", places=6),
    )
}
"""By key, in the order in which they are shown."""
WINDOW_KPIS = tuple(kpi for kpi in KPIS.values() if kpi.span == "window")
MONTH_KPIS = tuple(kpi for kpi in KPIS.values() if kpi.span == "month")
