"""Order lines made by hand, in a real engine: fixtures for the tests of all that is made of lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from reportgen import columns as c
from reportgen.lines.engine.compute import place_table
from reportgen.lines.engine.duckdb import DuckDBEngine, open_engine
from reportgen.model.lines import OrderLines


@pytest.fixture(scope="session")
def engine() -> Iterator[DuckDBEngine]:
    """Open one engine for all tests that make their lines themselves."""
    with open_engine() as engine:
        yield engine


@pytest.fixture(scope="session")
def make_frame() -> Callable[..., pd.DataFrame]:
    """Return a function that makes typed order lines of dicts; what a dict leaves out has a harmless value."""

    def make(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
        usual: dict[str, Any] = {
            c.ORDER_ID: "1",
            c.CUSTOMER_ID: "ann",
            c.PRODUCT_ID: "T",
            c.PRODUCT_NAME: "Tea",
            c.STORE: None,
            c.ORDERED_AT: datetime(2026, 1, 15, 10),
            c.QUANTITY: 1,
            c.AMOUNT: 10,
            "unreadable_date": None,
            "unreadable_number": None,
            "is_implausible": False,
            c.FILE: 1,
            c.CURRENCY: None,
            c.STATE: None,
            c.LEFT_OUT: False,
            c.UNREAD: None,
            c.UNREAD_IN: None,
        }
        frame = pd.DataFrame([usual | row for row in rows], columns=list(usual))
        for name, scale in ((c.QUANTITY, c.QUANTITY_SCALE), (c.AMOUNT, c.MONEY_SCALE)):
            scaled = [None if pd.isna(value) else int(Decimal(str(value)) * scale) for value in frame[name]]
            frame[name] = pd.array(scaled, dtype="Int64")
        frame[c.ORDERED_AT] = pd.to_datetime(frame[c.ORDERED_AT]).astype("datetime64[us]")
        frame[c.UNREAD] = pd.array([None if pd.isna(n) else int(n) for n in frame[c.UNREAD]], dtype="Int64")
        others = (c.QUANTITY, c.AMOUNT, c.ORDERED_AT, "is_implausible", c.FILE, c.LEFT_OUT, c.UNREAD)
        texts = [name for name in usual if name not in others]
        return frame.astype(dict.fromkeys(texts, "string"))

    return make


@pytest.fixture(scope="session")
def make_lines(engine: DuckDBEngine, make_frame: Callable[..., pd.DataFrame]) -> Callable[..., OrderLines]:
    """Return a function that puts such order lines into the engine."""

    def make(rows: Sequence[dict[str, Any]], **flags: bool) -> OrderLines:
        told = {"has_order_ids": True, "has_products": True, "has_units": True} | flags
        return OrderLines(place_table(engine, "made_lines", make_frame(rows)), **told)

    return make
