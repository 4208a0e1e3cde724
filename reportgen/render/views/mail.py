"""What the e-mail of a report shows, in HTML and in plain text alike."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.facts import Span
from reportgen.model.lines import BEFORE_WINDOW, DROP_REASONS
from reportgen.model.report import ChainReport, Report
from reportgen.render.views.chain import say_verdict
from reportgen.render.views.headline import Sentence, ToDo, list_sentences, list_to_do
from reportgen.render.views.parts import SegmentLabel, label_of
from reportgen.render.views.tiles import list_tiles, sum_up_deltas
from reportgen.text.formats import Formats

_MOST_STORES = 24
"""Stores that an e-mail has room for, the largest first."""
_MOST_REASONS, _MOST_EARNED = 3, 3
"""Reasons for which lines were left out, and sentences on earlier advice, that it has room for."""


@dataclass(frozen=True, slots=True)
class MailTile:
    """A key figure; `change` is empty where it is not compared, `note` where nothing belongs to it."""

    label: str
    value: str
    change: str = ""
    note: str = ""

    @property
    def said(self) -> str:
        """All of it in one line."""
        beside = "; ".join(part for part in (self.note, self.change) if part)
        return f"{self.label}: {self.value}" + (f" ({beside})" if beside else "")


@dataclass(frozen=True, slots=True)
class MailFrame:
    """What every e-mail shows.

    Attributes
    ----------
    language : str
        Of the whole e-mail.
    title, store, month, as_of : str
        Which report; the store is empty for all lines of the source.
    basis : tuple of str
        From which orders the figures are, and what of them was left out.
    headline : tuple of Sentence
        The sentences.
    tiles : tuple of MailTile
        The key figures.
    first_day : str
        Of the window.
    is_partial : bool
        Whether the month is not complete.
    """

    language: str
    title: str
    store: str
    month: str
    as_of: str
    basis: tuple[str, ...]
    headline: tuple[Sentence, ...]
    tiles: tuple[MailTile, ...]
    first_day: str
    is_partial: bool


@dataclass(frozen=True, slots=True)
class MailSegment:
    """A segment, or all customers (without a label)."""

    label: SegmentLabel | None
    customers: str
    share_of_sales: str
    sales_each: str


@dataclass(frozen=True, slots=True)
class StoreMailView:
    """The e-mail of one store's report.

    Attributes
    ----------
    frame : MailFrame
        What every e-mail shows.
    segments : tuple of MailSegment
        By number.
    total : MailSegment
        All customers.
    to_do : tuple of ToDo
        Up to three actions.
    earned : tuple of str
        What came of the advice of earlier reports, the first sentences of it.
    overdue_days : str or None
        Days of silence that it takes at least to be overdue; None when nobody is.
    """

    frame: MailFrame
    segments: tuple[MailSegment, ...]
    total: MailSegment
    to_do: tuple[ToDo, ...]
    earned: tuple[str, ...]
    overdue_days: str | None


@dataclass(frozen=True, slots=True)
class MailStore:
    """A store, or the chain (without a verdict); `verdict` has its mark, `said` has none."""

    name: str
    customers: str
    typical: str
    verdict: str
    said: str


@dataclass(frozen=True, slots=True)
class ChainMailView:
    """The e-mail of a chain report.

    Attributes
    ----------
    frame : MailFrame
        What every e-mail shows.
    stores : tuple of MailStore
        The largest, as many as there is room for.
    total : MailStore
        The chain.
    shown, all_stores : str or None
        How many of how many, where not all are shown.
    """

    frame: MailFrame
    stores: tuple[MailStore, ...]
    total: MailStore
    shown: str | None
    all_stores: str | None


def view_mail(report: Report | ChainReport, formats: Formats) -> StoreMailView | ChainMailView:
    """Make the view of a report's e-mail."""
    return _view_chain(report, formats) if isinstance(report, ChainReport) else _view_store(report, formats)


def _frame(report: Report | ChainReport, tiles: tuple[MailTile, ...], formats: Formats) -> MailFrame:
    return MailFrame(
        language=report.words.language,
        title=report.report.title,
        store=report.report.store or "",
        month=formats.month(report.period.month),
        as_of=formats.day(report.period.as_of),
        basis=_say_basis(report, formats),
        headline=list_sentences(report.words),
        tiles=tiles,
        first_day=formats.day(report.period.first_day),
        is_partial=report.period.is_partial,
    )


def _say_basis(report: Report | ChainReport, formats: Formats) -> tuple[str, ...]:
    """Say from which orders the figures are, and of which lines none are: those of the window."""
    period, dropped = report.period, report.lines.dropped
    orders = f"Orders from {formats.day(period.first_day)} to {formats.day(period.as_of)}."
    inside = sorted(((count, reason) for reason, count in dropped.items() if reason != BEFORE_WINDOW), reverse=True)
    if not inside:
        return (orders,)
    told = "; ".join(f"{DROP_REASONS[reason]}, {formats.count(count)}" for count, reason in inside[:_MOST_REASONS])
    more = sum(count for count, _ in inside[_MOST_REASONS:])
    rest = f"; for other reasons, {formats.count(more)}" if more else ""
    return orders, f"Lines left out: {told}{rest}."


def _sales_label(period: Span, formats: Formats) -> str:
    """Say what the sales of the window are called."""
    months = period.window_months
    if months is None:
        return "Sales, all years"
    return f"Sales, {formats.count(months)} month{'' if months == 1 else 's'}"


def _view_store(report: Report, formats: Formats) -> StoreMailView:
    rows = tuple(
        MailSegment(
            label_of(segment),
            formats.count(segment.customers),
            formats.share(segment.share_of_sales),
            formats.money(segment.mean_total_sales),
        )
        for segment in report.segments
    )
    everyone = report.averages.mean_total_sales
    return StoreMailView(
        frame=_frame(report, _store_tiles(report, formats), formats),
        segments=rows,
        total=MailSegment(None, formats.count(report.customers), formats.share(1), formats.money(everyone)),
        to_do=list_to_do(report),
        earned=report.words.earned[:_MOST_EARNED],
        overdue_days=formats.count(report.method.rules.overdue_days) if report.by_risk else None,
    )


def _store_tiles(report: Report, formats: Formats) -> tuple[MailTile, ...]:
    return tuple(
        MailTile(tile.label, tile.value, sum_up_deltas(tile.deltas), tile.note) for tile in list_tiles(report, formats)
    )


def _view_chain(report: ChainReport, formats: Formats) -> ChainMailView:
    tiles = (
        MailTile("Stores", formats.count(len(report.stores))),
        MailTile("Customers", formats.count(report.customers)),
        MailTile("Orders", formats.count(report.orders)),
        MailTile(_sales_label(report.period, formats), formats.money_in_words(report.total_sales)),
        MailTile("Typical customer", formats.money(report.typical_sales)),
        MailTile("Repeat buyers", formats.share(report.repeat_share)),
    )
    is_cut = len(report.stores) > _MOST_STORES
    stores = tuple(
        MailStore(
            store.store,
            formats.count(store.customers),
            formats.money(store.pulled_sales),
            say_verdict(store.verdict),
            store.verdict,
        )
        for store in report.stores[:_MOST_STORES]
    )
    return ChainMailView(
        frame=_frame(report, tiles, formats),
        stores=stores,
        total=MailStore("Chain", formats.count(report.customers_by_store), formats.money(report.typical_sales), "", ""),
        shown=formats.count(_MOST_STORES) if is_cut else None,
        all_stores=formats.count(len(report.stores)) if is_cut else None,
    )
