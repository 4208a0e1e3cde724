"""The pictures of the chain report: what a typical customer spends in each store, and the mix of segments."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt

from reportgen.charts.build import TIP, finish, named
from reportgen.charts.theme import NARROW, WIDE
from reportgen.model.chain import ChainFacts, StoreFacts
from reportgen.model.charts import Chart
from reportgen.model.tables import Cell, Column, Table
from reportgen.palette import FAINT, GREY, INK, PAPER
from reportgen.text.formats import Formats

MAX_STORES = 24
"""More have no room; the table has them all."""
_VERDICTS = ("above", "below", "within noise", "too few customers")
_COLOURS = ("#0072B2", "#D55E00", GREY, GREY)
_NAME_LIMIT = 22
_LEAST = 0.01
"""A logarithmic axis has no zero."""


def _drawn(report: ChainFacts) -> Sequence[StoreFacts]:
    return report.stores[:MAX_STORES]


def _short(name: str, limit: int) -> str:
    """Shorten a name to what a chart has room for; signs that cannot be drawn become spaces."""
    name = "".join(sign if sign.isprintable() else " " for sign in name)
    return name if len(name) <= limit else f"{name[: limit - 1]}…"


def _labels(stores: Sequence[StoreFacts], limit: int) -> list[str]:
    """Shorten names; two that look alike then are told apart by a number."""
    seen: dict[str, int] = {}
    labels = []
    for store in stores:
        label = _short(store.store, limit)
        seen[label] = seen.get(label, 0) + 1
        labels.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return labels


def _how_many(report: ChainFacts, formats: Formats) -> str:
    drawn, all_stores = len(_drawn(report)), len(report.stores)
    return "" if drawn == all_stores else f"; the {formats.count(drawn)} largest of {formats.count(all_stores)} stores"


def store_sales(report: ChainFacts, formats: Formats) -> Chart:
    """Draw for each store the typical sales per customer with its interval, and the chain's as a line."""
    differ = [store for store in report.stores if store.verdict in ("above", "below")]
    count = formats.count(len(differ))
    title = "No store differs from the chain by more than chance" if not differ else f"{count} of "
    if differ:
        are = "differs" if len(differ) == 1 else "differ"
        title += f"{formats.count(len(report.stores))} stores {are} from the chain in what a typical customer spends"
    told = "; ".join(f"{store.store}: {formats.money(store.pulled_sales)}, {store.verdict}" for store in _drawn(report))
    return Chart(
        key="store-sales",
        title=title,
        subtitle="Dot: typical sales per customer, pulled toward the chain; bar: its 95% interval; line: the chain"
        + _how_many(report, formats),
        alt=f"A dot for each store with its interval. Chain: {formats.money(report.typical_sales)}. {told}.",
        table=Table(
            (
                Column("Store"),
                Column("Customers", "count"),
                Column("Typical sales per customer", "money"),
                Column("95% interval from", "money"),
                Column("95% interval to", "money"),
                Column("Against the chain"),
            ),
            tuple(
                (one.store, one.customers, one.pulled_sales, one.pulled_low, one.pulled_high, one.verdict)
                for one in report.stores
            ),
        ),
        specs={"wide": _sales(report, formats, WIDE), "narrow": _sales(report, formats, NARROW)},
    )


def _sales(report: ChainFacts, formats: Formats, width: int) -> dict[str, object]:
    stores = _drawn(report)
    labels = _labels(stores, _NAME_LIMIT if width == WIDE else 14)
    records = [
        {
            "store": label,
            "value": max(store.pulled_sales, _LEAST),
            "low": max(store.pulled_low, _LEAST),
            "high": max(store.pulled_high, _LEAST),
            "verdict": store.verdict,
            "tip": f"{store.store}: {formats.money(store.pulled_sales)}, {store.verdict}",
        }
        for label, store in zip(labels, stores, strict=True)
    ]
    order = [label for _, label in sorted(zip([-store.pulled_sales for store in stores], labels, strict=True))]
    y = alt.Y("store:N", sort=order, title=None, axis=alt.Axis(labelColor=INK, labelLimit=200))
    scale = alt.Scale(type="log", nice=False, padding=12)
    x = alt.X("low:Q", scale=scale, title="Typical sales per customer", axis=alt.Axis(format="$,.0f", tickCount=5))
    colour = alt.Color("verdict:N", scale=alt.Scale(domain=list(_VERDICTS), range=list(_COLOURS)), legend=None)
    base = alt.Chart(named()).encode(y=y, color=colour)
    bars = base.mark_rule(strokeWidth=3, strokeOpacity=0.5, aria=False).encode(x=x, x2=alt.X2("high:Q"))
    dots = base.mark_point(filled=True, opacity=1, size=70).encode(
        description=TIP, x=alt.X("value:Q"), shape=alt.Shape("verdict:N", scale=_shapes(), legend=None)
    )
    line = alt.Chart(named("chain")).mark_rule(color=INK, strokeDash=[4, 3], aria=False).encode(x=alt.X("value:Q"))
    chain = [{"value": max(report.typical_sales, _LEAST)}]
    return finish(alt.layer(line, bars, dots), width, 60 + 20 * len(stores), rows=records, chain=chain)


def _shapes() -> alt.Scale:
    return alt.Scale(domain=list(_VERDICTS), range=["triangle-up", "triangle-down", "circle", "circle"])


def store_mix(report: ChainFacts, formats: Formats) -> Chart:
    """Draw for each store, and for the chain, one bar divided by segment."""
    first = report.segments[0]
    by_share = sorted(report.stores, key=lambda store: store.shares[0].pulled)
    least, most = (formats.share(store.shares[0].pulled) for store in (by_share[0], by_share[-1]))
    title = f"{first.name}: the smallest share at {by_share[0].store}, the largest at {by_share[-1].store}"
    if least == most:
        title = f"{first.name}: {least} of customers in every store"
    told = "; ".join(
        f"{store.store}: {', '.join(formats.share(share.pulled) for share in store.shares)}" for store in _drawn(report)
    )
    return Chart(
        key="store-mix",
        title=title,
        subtitle=f"Share of customers by segment, pulled toward the chain{_how_many(report, formats)}",
        alt=f"A bar for each store, divided by segment. {told}.",
        table=_mix_table(report),
        by_segment=True,
        specs={"wide": _mix(report, formats, WIDE), "narrow": _mix(report, formats, NARROW)},
    )


def _mix_table(report: ChainFacts) -> Table:
    rows: list[tuple[Cell, ...]] = [("Chain", *(segment.share_of_customers for segment in report.segments))]
    rows += [(store.store, *(share.pulled for share in store.shares)) for store in report.stores]
    return Table((Column("Store"), *(Column(segment.name, "share") for segment in report.segments)), tuple(rows))


def _mix(report: ChainFacts, formats: Formats, width: int) -> dict[str, object]:
    stores = _drawn(report)
    labels = _labels(stores, _NAME_LIMIT if width == WIDE else 14)
    rows = [("Chain", [segment.share_of_customers for segment in report.segments])]
    rows += [(label, [share.pulled for share in store.shares]) for label, store in zip(labels, stores, strict=True)]
    records = []
    for n, (label, shares) in enumerate(rows):
        start = 0.0
        for number, share in enumerate(shares, start=1):
            tip = f"{label}, {report.segments[number - 1].name}: {formats.share(share)}"
            record = {
                "row": f"{n:03}",
                "store": label,
                "segment": str(number),
                "from": start,
                "to": start + share,
                "tip": tip,
            }
            records.append(record)
            start += share
    names = alt.Axis(labelExpr=_names([label for label, _ in rows]), labelColor=INK, labelLimit=200)
    y = alt.Y("row:N", title=None, axis=names, scale=alt.Scale(paddingInner=0.25))
    numbers = [segment.number for segment in report.segments]
    colours = alt.Scale(domain=[str(n) for n in numbers], range=[formats.look.colour_of(n) for n in numbers])
    x = alt.X(
        "from:Q",
        title="Share of customers",
        axis=alt.Axis(format="~%", tickCount=5, gridColor=FAINT),
        scale=alt.Scale(domain=[0, 1]),
    )
    bars = (
        alt.Chart(named())
        .mark_bar(stroke=PAPER, strokeWidth=1)
        .encode(description=TIP, y=y, x=x, x2=alt.X2("to:Q"), color=alt.Color("segment:N", scale=colours, legend=None))
    )
    return finish(bars, width, 60 + 20 * len(rows), rows=records)


def _names(labels: Sequence[str]) -> str:
    """Write the labels as a Vega expression: an array of texts, picked by the row's number."""
    return f"{json.dumps(list(labels), ensure_ascii=True)}[toNumber(datum.value)]"
