"""What the sections of a chain report show."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.chain import StoreFacts, StoreShare
from reportgen.model.report import ChainReport
from reportgen.render.views.parts import (
    LineFates,
    MadeLine,
    Medium,
    SegmentLabel,
    fates_of,
    label_of,
    list_features,
    made_line,
)
from reportgen.text.formats import Formats

SIGNS = {"above": "▲", "below": "▼", "within noise": "", "too few customers": ""}
"""The mark of each verdict."""


@dataclass(frozen=True, slots=True)
class ChainHeadlineView:
    """The first section: two sentences, the others, the key figures by label."""

    lead: str
    sentences: tuple[str, ...]
    tiles: tuple[tuple[str, str], ...]


def view_chain_headline(
    report: ChainReport,
    formats: Formats,
    medium: Medium,  # noqa: ARG001 - one for both
) -> ChainHeadlineView:
    """Make the view of the first section of a chain report."""
    headline = report.words.headline
    tiles = (
        ("Stores", formats.count(len(report.stores))),
        ("Customers", formats.count(report.customers)),
        ("Orders", formats.count(report.orders)),
        ("Sales", formats.money_in_words(report.total_sales)),
        ("Typical customer", formats.money(report.typical_sales)),
    )
    return ChainHeadlineView(" ".join(headline[:2]), headline[2:], tiles)


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store.

    Attributes
    ----------
    name : str
        The store.
    href : str or None
        Where its own report is; None on paper, or without one.
    status : str
        Why there is none: ``held`` or ``failed``; else empty.
    verdict : str
        Against the chain, with its mark and rank.
    is_ranked : bool
        Whether it differs by more than chance.
    customers, sales, share_of_sales, typical, pulled, low, high : str
        Its figures.
    """

    name: str
    href: str | None
    status: str
    verdict: str
    is_ranked: bool
    customers: str
    sales: str
    share_of_sales: str
    typical: str
    pulled: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class StoresView:
    """All stores, and the chain as the last row."""

    on_screen: bool
    left_out: tuple[tuple[str, str], ...]
    rows: tuple[StoreRow, ...]
    customers: str
    sales: str
    share_of_sales: str
    typical: str


def view_stores(report: ChainReport, formats: Formats, medium: Medium) -> StoresView:
    """Make the view of all stores."""
    return StoresView(
        on_screen=medium == "screen",
        left_out=tuple(report.left_out.items()),
        rows=tuple(_store(store, formats, medium) for store in report.stores),
        customers=formats.count(report.customers_by_store),
        sales=formats.money(report.total_sales),
        share_of_sales=formats.share(1),
        typical=formats.money(report.typical_sales),
    )


def _store(store: StoreFacts, formats: Formats, medium: Medium) -> StoreRow:
    link = store.link
    href = f"{link.path}/report.html" if medium == "screen" and link is not None and link.path else None
    return StoreRow(
        name=store.store,
        href=href,
        status="" if href is not None or link is None or link.status == "done" else link.status,
        verdict=say_verdict(store.verdict) + ("" if store.rank is None else f", rank {formats.count(store.rank)}"),
        is_ranked=store.rank is not None,
        customers=formats.count(store.customers),
        sales=formats.money(store.sales),
        share_of_sales=formats.share(store.share_of_sales),
        typical=formats.money(store.typical_sales),
        pulled=formats.money(store.pulled_sales),
        low=formats.money(store.pulled_low),
        high=formats.money(store.pulled_high),
    )


def say_verdict(verdict: str) -> str:
    """Write a verdict with its mark."""
    return f"{SIGNS[verdict]} {verdict}".strip()


@dataclass(frozen=True, slots=True)
class MixSegment:
    """A segment of the common model."""

    label: SegmentLabel
    customers: str
    share_of_customers: str
    share_of_sales: str
    total_sales: str
    order_count: str
    order_value: str


@dataclass(frozen=True, slots=True)
class MixShare:
    """A segment's share of a store's customers, with its interval; `sign` marks one that differs from the chain's."""

    sign: str
    share: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class MixRow:
    """A store's customers by segment."""

    store: str
    customers: str
    shares: tuple[MixShare, ...]


@dataclass(frozen=True, slots=True)
class MixView:
    """Segments by store; no segments when the customers were not divided."""

    segments: tuple[MixSegment, ...]
    rows: tuple[MixRow, ...]
    customers: str

    @property
    def key(self) -> tuple[SegmentLabel, ...]:
        """The colours of the chart."""
        return tuple(segment.label for segment in self.segments)


def view_mix(report: ChainReport, formats: Formats, medium: Medium) -> MixView:  # noqa: ARG001 - one for both
    """Make the view of the segments by store."""
    segments = tuple(
        MixSegment(
            label=label_of(segment),
            customers=formats.count(segment.customers),
            share_of_customers=formats.share(segment.share_of_customers),
            share_of_sales=formats.share(segment.share_of_sales),
            total_sales=formats.money(segment.mean_total_sales),
            order_count=formats.decimal(segment.mean_order_count),
            order_value=formats.money(segment.mean_avg_order_value),
        )
        for segment in report.segments
    )
    rows = tuple(
        MixRow(store.store, formats.count(store.customers), tuple(_share(share, formats) for share in store.shares))
        for store in report.stores
    )
    return MixView(segments if len(segments) > 1 else (), rows, formats.count(report.customers_by_store))


def _share(share: StoreShare, formats: Formats) -> MixShare:
    return MixShare(
        SIGNS[share.verdict], formats.share(share.share), formats.share(share.low), formats.share(share.high)
    )


@dataclass(frozen=True, slots=True)
class ChainMethodView:
    """How the chain report was made; `silhouette` is None when the customers were not divided by likeness."""

    lines: LineFates
    first_day: str
    as_of: str
    features: str
    silhouette: str | None
    is_banded: bool
    spread: str
    share_correlation: str
    least_customers: str
    made: MadeLine


def view_chain_method(
    report: ChainReport,
    formats: Formats,
    medium: Medium,  # noqa: ARG001 - one for both
) -> ChainMethodView:
    """Make the view of how the chain report was made."""
    method = report.method
    return ChainMethodView(
        lines=fates_of(report.lines, formats),
        first_day=formats.day(report.period.first_day),
        as_of=formats.day(report.period.as_of),
        features=list_features(method.features),
        silhouette=None if report.silhouette is None else formats.decimal(report.silhouette, 2),
        is_banded=report.silhouette is None and len(report.segments) > 1,
        spread=formats.decimal(report.spread, 2),
        share_correlation=formats.decimal(method.share_correlation, 3),
        least_customers="" if method.least_customers is None else formats.count(method.least_customers),
        made=made_line(report.made_on, method, formats),
    )
