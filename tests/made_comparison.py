"""A comparison with a previous report, made by hand: eight customers, four earlier segments, three of today.

Sales by step; the segment that the previous report's model places each in is after the sales:

    customer   then    with the orders since   in today's window   today's segment
    ann        10 A    110 B                   110 B               B
    bob        20 A     20 A                    20 A               A
    cat        30 B     30 B                    30 B               B
    dan        40 B     40 B                    25 A               A
    eve        50 C     50 C                    50 C               D
    fay        60 C     60 C                    -                  -
    gus        -         5 A                     5 A               A
    hal        -         7 C                     7 C               D

Nobody is in the earlier segment E. Hal had ordered before the previous report's window. Printed were 3 customers and 75 for
B, which has 2 and 70 today.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.config.options import SegmentOptions
from reportgen.lines.transform.past import Past
from reportgen.model.customers import Customers
from reportgen.model.identity import KnownAs, KnownSegment
from reportgen.model.previous import Previous
from reportgen.model.report import Report
from reportgen.model.returning import Returning
from reportgen.model.segments import Segmentation, SegmentModel
from reportgen.report.assemble import Segmented
from reportgen.report.change.compare import Comparison
from reportgen.report.history import History
from reportgen.returning.expected import Expected
from reportgen.segments.features import fit_scaler, scale_customers
from reportgen.segments.profiles import profile_segments
from tests.made import make_choice, make_customers, make_identity, make_month, make_report

A, B, E, C = range(4)
"""Rows of the previous report's model."""
THEN = {"ann": (10.0, A), "bob": (20.0, A), "cat": (30.0, B), "dan": (40.0, B), "eve": (50.0, C), "fay": (60.0, C)}
WIDENED = {**THEN, "ann": (110.0, B), "gus": (5.0, A), "hal": (7.0, C)}
SHIFTED = {**{who: WIDENED[who] for who in WIDENED if who != "fay"}, "dan": (25.0, A)}
NUMBERS = {"B": 1, "A": 2, "D": 3}
TODAY = {"ann": "B", "bob": "A", "cat": "B", "dan": "A", "eve": "D", "gus": "A", "hal": "D"}
ORDERS = {"ann": 2, "bob": 1, "eve": 3, "gus": 1, "hal": 1}
"""Orders since the previous report."""


def name_customers(sales: dict[str, float], orders: dict[str, int] | None = None) -> Customers:
    """Make customers with names and sales, and with one order each unless told."""
    made = make_customers(list(sales.values()), [(orders or {}).get(who, 1) for who in sales])
    return Customers(made.frame.assign(**{c.CUSTOMER_ID: list(sales)}), made.orders)


def known_as(number: int, name: str) -> KnownAs:
    """Make what a segment is known by: its colour is its number."""
    return KnownAs(make_identity(number, name), "occasional_mid", None)


KNOWN = tuple(
    KnownSegment(known_as(row + 1, name), customers, round(sales * c.MONEY_SCALE), 0.25)
    for row, name, customers, sales in ((A, "A", 2, 30), (B, "B", 3, 75), (E, "E", 0, 0), (C, "C", 2, 110))
)
IDENTITIES = {1: KNOWN[B].known_as, 2: KNOWN[A].known_as, 3: known_as(5, "D")}


def make_previous(facts: Report | None = None, **changes: Any) -> Previous:
    """Make the previous report: December 2025, in pounds, over a year."""
    if facts is None:
        facts = make_report()
        facts = replace(facts, period=replace(facts.period, month="2025-12"))
    customers = name_customers({who: sales for who, (sales, _) in THEN.items()})
    scaler = fit_scaler(customers, SegmentOptions(features=("total_sales",)))
    centers = np.array([[-1.0], [0.0], [9.0], [1.0]])
    model = SegmentModel("2025-12", scaler, centers, KNOWN)
    usual = Previous(f"shop/all/2025-12/{'0' * 16}", date(2026, 1, 1), facts, model)
    return replace(usual, **changes)


def make_history(customers: Customers, **changes: Any) -> History:
    """Make a history that holds no more than the window: all are active, nothing was returned, nothing looked back on."""
    frame = customers.frame
    net = frame[[c.AMOUNT, c.AMOUNT, c.ORDER_COUNT]].set_axis([c.NET_AMOUNT, c.YEAR_AMOUNT, c.YEAR_ORDERS], axis=1)
    days = pd.DataFrame({name: [] for name in ("customer", "day", c.ORDERS, c.AMOUNT)}, dtype="int64")
    usual = History(
        months=(),
        returning=Returning(None, (), (), None),
        expected=Expected(np.full(len(frame), np.nan), np.full(len(frame), np.nan)),
        stages=np.full(len(frame), "active", dtype=object),
        base_rate=None,
        late_before=None,
        order_days=days,
        month_ends=[],
        as_of=0,
        net=net,
        year_days=365,
    )
    return replace(usual, **changes)


def make_past(**changes: Any) -> Past:
    """Make the customers as they were, and with the orders since then."""
    then = name_customers({who: sales for who, (sales, _) in THEN.items()}, {"ann": 2, "bob": 3})
    widened = name_customers({who: sales for who, (sales, _) in WIDENED.items()})
    return replace(Past(then, widened, frozenset({"hal"}), ORDERS), **changes)


def make_comparison(**changes: Any) -> Comparison:
    """Make the way from the previous report to today's."""
    usual = Comparison(
        previous=make_previous(),
        past=make_past(),
        before=np.array([row for _, row in THEN.values()]),
        widened=np.array([row for _, row in WIDENED.values()]),
        shifted=np.array([row for _, row in SHIFTED.values()]),
        counterparts={1: B, 2: A},
        months=(make_month("2025-11", "100.00", 5), make_month("2025-12", "155.50", 9)),
        see_past=lambda: make_history(make_past().before),
    )
    return replace(usual, **changes)


def make_segmented(**changes: Any) -> Segmented:
    """Divide today's customers."""
    customers = name_customers({who: sales for who, (sales, _) in SHIFTED.items()})
    labels = np.array([NUMBERS[TODAY[who]] for who in SHIFTED])
    segmentation = Segmentation(labels, np.zeros((3, 1)), np.array([B, A, C]))
    model = make_previous().model
    features = scale_customers(customers, model.scaler)
    profiles = profile_segments(customers, segmentation)
    return replace(Segmented(customers, features, make_choice(), segmentation, profiles, {}, model), **changes)
