"""The tables of a report as plain numbers: what the PDF carries inside, for those who want to compute with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportgen.model.charts import Chart, NoChart
from reportgen.model.report import ChainReport, Report
from reportgen.model.tables import Cell, Column, Table
from reportgen.render.pdf import Enclosure
from reportgen.text.spreadsheet import write_csv

_MAPS = ("map-", "segment-map-", "center-", "share-")
"""Charts whose numbers the table of the segments has."""


def enclose_tables(report: Report | ChainReport, built: Sequence[Chart | NoChart]) -> list[Enclosure]:
    """Write the tables of a report, and the numbers of its charts, as CSV files.

    Parameters
    ----------
    report : Report or ChainReport
        The facts.
    built : sequence of Chart and NoChart
        Its charts.
    """
    own = list(_store_tables(report)) if isinstance(report, Report) else [_chain_segments(report)]
    drawn = [chart for chart in built if isinstance(chart, Chart) and not chart.key.startswith(_MAPS)]
    tables = [*own, *((chart.key, f"{chart.title}: {chart.subtitle}", chart.table) for chart in drawn)]
    return [Enclosure(f"{name}.csv", description, to_csv(table)) for name, description, table in tables]


def to_csv(table: Table) -> bytes:
    """Write a table as CSV in UTF-8, with the mark by which a spreadsheet knows that."""
    return write_csv([column.heading for column in table.columns], table.rows).encode("utf-8-sig")


def _store_tables(report: Report) -> Iterator[tuple[str, str, Table]]:
    yield "segments", "The segments, all figures", _segments(report)
    yield "months", "The months so far", _months(report)
    if any(segment.best_sellers for segment in report.segments):
        yield "best-sellers", "What each segment buys most", _best_sellers(report)
    if any(segment.pairs for segment in report.segments):
        yield "pairs", "Products that go together in the baskets of each segment", _pairs(report)
    yield "actions", "What to do about each segment", _actions(report)


def _segments(report: Report) -> Table:
    columns = (
        Column("Number", "count"),
        Column("Segment"),
        Column("Customers", "count"),
        Column("Share of customers", "share"),
        Column("Orders", "count"),
        Column("Sales", "money"),
        Column("Share of sales", "share"),
        Column("Sales per customer, mean", "money"),
        Column("Sales per customer, median", "money"),
        Column("Orders per customer, mean", "decimal_2"),
        Column("Order value, mean", "money"),
        Column("Order value, median", "money"),
        Column("Days since last order, median", "count"),
        Column("Ordered only once", "share"),
        Column("Overdue customers", "count"),
        Column("Their sales", "money"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            one.number,
            one.name,
            one.customers,
            one.share_of_customers,
            one.orders,
            one.sales,
            one.share_of_sales,
            one.mean_total_sales,
            one.median_total_sales,
            one.mean_order_count,
            one.mean_avg_order_value,
            one.median_avg_order_value,
            one.median_recency_days,
            one.one_order_share,
            one.overdue.customers,
            one.overdue.amount,
        )
        for one in report.segments
    ]
    return Table(columns, tuple(rows))


def _months(report: Report) -> Table:
    columns = (
        Column("Month"),
        Column("Sales", "money"),
        Column("Orders", "count"),
        Column("Customers who ordered", "count"),
        Column("Of them for the first time", "count"),
        Column("Average order value", "money"),
        Column("Sales that name no customer", "money"),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in report.months:
        unnamed = None if one.sales_without_id is None else float(one.sales_without_id)
        mean = one.avg_order_value
        rows.append((one.month, float(one.sales), one.orders, one.customers, one.new_customers, mean, unnamed))
    return Table(columns, tuple(rows))


def _best_sellers(report: Report) -> Table:
    columns = (
        Column("Segment"),
        Column("Product id"),
        Column("Product"),
        Column("Order lines", "count"),
        Column("Orders", "count"),
        Column("Units", "decimal"),
        Column("Sales", "money"),
        Column("Index", "count"),
    )
    rows: list[tuple[Cell, ...]] = [
        (segment.name, one.product_id, one.product_name, one.lines, one.orders, one.units, one.sales, one.index)
        for segment in report.segments
        for one in segment.best_sellers
    ]
    return Table(columns, tuple(rows))


def _pairs(report: Report) -> Table:
    columns = (
        Column("Segment"),
        Column("A"),
        Column("B"),
        Column("Orders with both", "count"),
        Column("By chance", "decimal"),
        Column("A to B", "share"),
        Column("B to A", "share"),
        Column("Bought A and not yet B", "count"),
        Column("Usual price of B", "money"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            segment.name,
            one.first,
            one.second,
            one.orders,
            one.expected,
            one.confidence,
            one.confidence_back,
            one.audience,
            one.second_price,
        )
        for segment in report.segments
        for one in segment.pairs
    ]
    return Table(columns, tuple(rows))


def _actions(report: Report) -> Table:
    headings = ("Segment", "Action", "What", "Channel", "Offer", "Measure", "Avoid")
    rows: list[tuple[Cell, ...]] = [
        (segment.name, one.title, one.what, one.channel, one.offer, one.measure, one.avoid)
        for segment, words in zip(report.segments, report.words.segments, strict=True)
        for one in words.actions
    ]
    return Table(tuple(Column(heading) for heading in headings), tuple(rows))


def _chain_segments(report: ChainReport) -> tuple[str, str, Table]:
    columns = (
        Column("Segment"),
        Column("Customers", "count"),
        Column("Share of customers", "share"),
        Column("Share of sales", "share"),
    )
    rows = tuple((one.name, one.customers, one.share_of_customers, one.share_of_sales) for one in report.segments)
    return "segments", "The chain’s segments", Table(columns, rows)
