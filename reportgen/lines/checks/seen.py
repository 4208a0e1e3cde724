"""What the checks look at: the lines of a report, and its figures by order and by customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.compute import collect, materialise
from reportgen.lines.transform.customers import is_purchase
from reportgen.model.customers import Customers, money_of
from reportgen.model.lines import KEPT, LineCounts, OrderLines
from reportgen.model.warnings import Measure, SourceWarning, WarningCode

COUNT = "n"
MOST_EXAMPLES = 3
SHORTENED = r"^[0-9]([.,][0-9]+)?[eE]\+?[0-9]+$"
"""An id that a spreadsheet has written as a power of ten: all but its first digits are lost."""


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """A report's lines and figures, as the checks need them.

    Attributes
    ----------
    cleansed : OrderLines
        The lines up to the month's end, with their fates.
    counts : LineCounts
        What became of them.
    customers : Customers
        Of the window.
    orders : LazyFrame
        A row for each order of the window, from `list_orders`.
    by_customer : pandas.DataFrame
        Column `n`: kept lines, by `customer_id`, sorted by it.
    cleansing : CleansingOptions
        What is left out.
    currency : str
        ISO 4217 code that money is in.
    """

    cleansed: OrderLines
    counts: LineCounts
    customers: Customers
    orders: nw.LazyFrame[Any]
    by_customer: pd.DataFrame
    cleansing: CleansingOptions
    currency: str

    @property
    def kept(self) -> nw.LazyFrame[Any]:
        """The lines that the report is made of."""
        return self.cleansed.frame.filter(nw.col(c.FATE) == KEPT)

    @property
    def sales(self) -> Decimal:
        """Sales of the window."""
        return self.customers.total_sales

    def figure(self, measure: Measure) -> Decimal:
        """Return a figure of the window."""
        values = {
            "sales": self.sales,
            "orders": Decimal(self.customers.orders),
            "customers": Decimal(len(self.customers)),
            "lines": Decimal(self.counts.kept),
        }
        return values[measure]

    def warn(
        self,
        code: WarningCode,
        measure: Measure,
        *,
        lines: int,
        amount: int,
        concerned: Decimal | int | None = None,
        otherwise: Decimal | int | None = None,
        examples: Sequence[str] = (),
        column: str | None = None,
    ) -> SourceWarning:
        """Make a warning.

        Parameters
        ----------
        code : str
            What is doubtful.
        measure : str
            The figure that it concerns.
        lines, amount : int
            Lines concerned, and their money in ten-thousandths.
        concerned : Decimal or int, optional
            How much of the figure; without it the difference of the two readings.
        otherwise : Decimal or int, optional
            The figure by the other reading.
        examples, column
            What was met, and where.
        """
        as_read = self.figure(measure)
        other = None if otherwise is None else Decimal(otherwise)
        part = abs(as_read - other) if concerned is None and other is not None else Decimal(concerned or 0)
        share = min(abs(float(part / as_read)), 1.0) if as_read else float(part != 0)
        return SourceWarning(
            code=code,
            lines=lines,
            amount=money_of(amount),
            measure=measure,
            as_read=as_read,
            otherwise=other,
            share=round(share, 6),
            examples=tuple(text[:60] for text in examples[:MOST_EXAMPLES]),
            column=column,
        )


def list_orders(engine: Engine, lines: OrderLines) -> nw.LazyFrame[Any]:
    """Sum up the kept lines of each order: how many, and what is least and greatest of what should be one."""
    kept = lines.frame.filter((nw.col(c.FATE) == KEPT) & ~nw.col(c.ORDER_ID).is_null())
    product = nw.coalesce(nw.col(c.PRODUCT_ID), nw.col(c.PRODUCT_NAME), nw.lit(""))
    orders = kept.with_columns(product.alias("product")).group_by(c.ORDER_ID)
    summed = orders.agg(
        nw.len().cast(nw.Int64).alias(COUNT),
        nw.col(c.AMOUNT).sum().cast(nw.Int64).alias(c.AMOUNT),
        nw.col(c.AMOUNT).min().alias("low"),
        nw.col(c.AMOUNT).max().alias("high"),
        **{
            f"{which}_{name}": getattr(nw.col(column), way)()
            for name, column in (
                ("customer", c.CUSTOMER_ID),
                ("at", c.ORDERED_AT),
                ("file", c.FILE),
                ("product", "product"),
            )
            for which, way in (("first", "min"), ("last", "max"))
        },
    )
    return materialise(engine, "orders_seen", summed)


def see(
    engine: Engine,
    cleansed: OrderLines,
    counts: LineCounts,
    customers: Customers,
    *,
    cleansing: CleansingOptions,
    currency: str,
) -> Seen:
    """Sum up what the checks look at."""
    kept = cleansed.frame.filter((nw.col(c.FATE) == KEPT) & is_purchase())
    counted = collect(kept.group_by(c.CUSTOMER_ID).agg(nw.len().cast(nw.Int64).alias(COUNT)))
    by_customer = counted.sort_values(c.CUSTOMER_ID, ignore_index=True)
    return Seen(cleansed, counts, customers, list_orders(engine, cleansed), by_customer, cleansing, currency)


def sum_up(lines: nw.LazyFrame[Any]) -> tuple[int, int]:
    """Return how many lines there are, and their money in ten-thousandths."""
    row = collect(lines.select(n=nw.len().cast(nw.Int64), money=nw.col(c.AMOUNT).sum().cast(nw.Int64))).iloc[0]
    return int(row["n"]), 0 if pd.isna(row["money"]) else int(row["money"])
