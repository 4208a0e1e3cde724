"""Chain reports made by hand for the tests of the pure packages, with numbers easy to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from reportgen import columns as c
from reportgen.model.chain import (
    CHAIN_SCHEMA_VERSION,
    ChainFacts,
    ChainMethod,
    ChainSegment,
    StoreFacts,
    StoreLink,
    StoreShare,
)
from reportgen.model.facts import Identity, Span
from reportgen.model.lines import LineCounts
from reportgen.model.report import ChainReport
from reportgen.model.words import ChainWords
from tests.made import make_identity

NOISE = "within noise"
HELD = StoreLink("held", "12 customers", None)


def make_share(segment: int, share: float, **changes: Any) -> StoreShare:
    """Make a share of a store of 100 customers, within noise and 5 points either way."""
    low, high = max(0.0, share - 0.05), min(1.0, share + 0.05)
    return replace(StoreShare(segment, round(100 * share), share, low, high, share, low, high, NOISE), **changes)


def make_store(name: str = "Paris", shares: Sequence[float | StoreShare] = (0.25, 0.75), **changes: Any) -> StoreFacts:
    """Make a store of 100 customers who typically spend £200, within noise of the chain."""
    usual = StoreFacts(
        store=name,
        customers=100,
        share_of_customers=0.25,
        orders=300,
        sales=50_000.0,
        share_of_sales=0.25,
        typical_sales=200.0,
        pulled_sales=200.0,
        pulled_low=150.0,
        pulled_high=250.0,
        verdict=NOISE,
        rank=None,
        shares=tuple(one if isinstance(one, StoreShare) else make_share(n, one) for n, one in enumerate(shares, 1)),
        link=StoreLink("done", "", f"../../../{name.lower()}/2026-01/{'0' * 16}"),
    )
    return replace(usual, **changes)


def make_chain_segment(number: int = 1, **changes: Any) -> ChainSegment:
    """Make a segment of a quarter of the chain's customers."""
    usual = ChainSegment(
        number=number,
        identity=make_identity(number),
        kind="occasional_mid",
        customers=100,
        share_of_customers=0.25,
        share_of_sales=0.5,
        mean_total_sales=500.0,
        mean_order_count=5.0,
        mean_avg_order_value=100.0,
    )
    return replace(usual, **changes)


def make_chain_facts(stores: Sequence[StoreFacts] | None = None, **changes: Any) -> ChainFacts:
    """Make the facts of a chain of 400 customers worth £200,000 in two segments; three stores unless told."""
    if stores is None:
        stores = (make_store("Paris", share_of_sales=0.5), make_store("Lyon"), make_store("Nice"))
    usual = ChainFacts(
        schema_version=CHAIN_SCHEMA_VERSION,
        made_on=date(2026, 2, 1),
        report=Identity("shop", "The shop: all stores", None, "en_GB", "GBP"),
        period=Span("2026-01", date(2025, 2, 1), date(2026, 1, 31), 12, False),
        lines=LineCounts(10_000, 9_000, {"no_customer": 1_000}, 0.1),
        customers=400,
        in_several_stores=0,
        customers_by_store=400,
        orders=1_200,
        total_sales=Decimal("200000.00"),
        repeat_share=0.5,
        typical_sales=210.0,
        spread=1.2,
        silhouette=0.43,
        segments=(make_chain_segment(1), make_chain_segment(2, share_of_customers=0.75)),
        stores=tuple(stores),
        left_out={},
        method=ChainMethod(c.FEATURES, 0, 30, "00" * 16, {"reportgen": "0"}, 0.02, 20),
    )
    return replace(usual, **changes)


def make_chain_report(
    stores: Sequence[StoreFacts] | None = None, headline: tuple[str, ...] = ("One.",), **changes: Any
) -> ChainReport:
    """Make a chain report of such facts."""
    return ChainReport.of(make_chain_facts(stores, **changes), ChainWords("en", headline))
