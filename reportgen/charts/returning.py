"""When customers come back: from order to order, by the month of the first order, and by what they bought first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from reportgen.charts.build import TIP, Records, finish, named
from reportgen.charts.labels import shorten
from reportgen.charts.theme import NARROW, WIDE
from reportgen.model.charts import Chart, NoChart
from reportgen.model.months import COHORT_MONTHS, Cohort
from reportgen.model.returning import WITHIN_DAYS, FirstProducts, OrderStep, Returning
from reportgen.model.tables import Cell, Column, Table
from reportgen.palette import DARK_LABEL, GREY, INK, LIGHT_LABEL, RULE
from reportgen.text.formats import Formats

STEPS, COHORTS, PRODUCTS = "order-steps", "cohorts", "first-products"
_BLUES = ["#08519C", "#5F9FCF", "#B5D3E8"]
"""The sooner the darker."""
_SHADES = ["#F2F6FA", "#D6E5F1", "#AECDE4", "#74AAD1", "#3A82B8", "#12588F"]
_SHADE_BOUNDS = [0.05, 0.1, 0.2, 0.35, 0.5]
_LIGHT_FROM = 0.35
_COHORTS_SHOWN = 13
_ROW = 26
_STEP = Column("From the … order to the next")
_INTERVAL = (Column("95% interval from", "share"), Column("95% interval to", "share"))
_ORDINALS = ("1st", "2nd", "3rd", "4th", "5th", "6th")
_VERDICTS = ("more", "as the others", "less")
_VERDICT_COLOURS = ["#0072B2", GREY, "#D55E00"]
_VERDICT_SHAPES = ["triangle-up", "circle", "triangle-down"]
_PERCENT: dict[str, Any] = {"format": ".0%", "tickCount": 5, "gridColor": RULE}


def step_name(order: int) -> str:
    """Name the way from one order to the next: ``1st to 2nd``."""
    return f"{_ORDINALS[order - 1]} to {_ORDINALS[order]}"


def order_steps(returning: Returning, formats: Formats) -> Chart | NoChart:
    """Draw, for each order, the share of customers who go on to the next within 30, 60 and 90 days."""
    steps = [step for step in returning.steps if step.times.within]
    if not steps:
        return NoChart(STEPS, "too few customers have been followed for 30 days")
    records = [record for step in steps for record in _step_records(step, formats)]
    first = steps[0].times.within[-1]
    title = f"{formats.share(first.share)} order a second time within {formats.count(first.days)} days"
    values = "; ".join(f"{step_name(step.order)}: {_say_within(step, formats)}" for step in steps)
    specs = {"wide": _step_spec(records, WIDE), "narrow": _step_spec(records, NARROW)}
    subtitle = "Share who order again within so many days, of customers whose first order is known; line: 95% interval"
    table = Table(
        (_STEP, Column("Days", "count"), Column("Share", "share"), *_INTERVAL),
        tuple(
            (step_name(step.order), one.days, one.share, one.low, one.high)
            for step in steps
            for one in step.times.within
        ),
    )
    return Chart(STEPS, title, subtitle, f"A bar for each order. {values}.", table, specs)


def _step_records(step: OrderStep, formats: Formats) -> Records:
    return [
        {
            "step": step_name(step.order),
            "days": f"{share.days} days",
            "order": -share.days,
            "share": share.share,
            "low": share.low,
            "high": share.high,
            "label": formats.share(share.share) if share is step.times.within[-1] else "",
            "tip": f"{step_name(step.order)}: {formats.share(share.share)} within {share.days} days"
            f" ({formats.share(share.low)} to {formats.share(share.high)})",
        }
        for share in step.times.within
    ]


def _say_within(step: OrderStep, formats: Formats) -> str:
    return ", ".join(f"{formats.share(share.share)} within {share.days} days" for share in step.times.within)


def _step_spec(records: Records, width: int) -> dict[str, Any]:
    steps = list(dict.fromkeys(record["step"] for record in records))
    days = [f"{day} days" for day in WITHIN_DAYS]
    legend = alt.Legend(orient="top", title=None, symbolType="square")
    base = alt.Chart(named()).encode(y=alt.Y("step:N", sort=steps, title=None, axis=alt.Axis(labelColor=INK)))
    x = alt.X("share:Q", title=None, axis=alt.Axis(**_PERCENT), scale=alt.Scale(domain=[0, 1]), stack=None)
    colour = alt.Color("days:N", scale=alt.Scale(domain=days, range=_BLUES), sort=days, legend=legend)
    bars = base.mark_bar(height=14).encode(x=x, color=colour, order=alt.Order("order:Q"), description=TIP)
    last = "datum.label != ''"
    lines = (
        base.transform_filter(last)
        .mark_rule(strokeWidth=2, color=INK, aria=False)
        .encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"))
    )
    text: dict[str, Any] = {"align": "left", "dx": 6, "color": INK, "aria": False}
    labels = base.transform_filter(last).mark_text(**text).encode(x=alt.X("high:Q"), text=alt.Text("label:N"))
    return finish(alt.layer(bars, lines, labels), width, 70 + _ROW * len(steps), rows=records)


def cohort_map(returning: Returning, formats: Formats, month: str, *, is_partial: bool) -> Chart | NoChart:
    """Draw which share of each month's first buyers ordered in each of the twelve months after.

    Parameters
    ----------
    returning : Returning
        With its cohorts.
    formats : Formats
        How numbers are written.
    month : str
        The report's, whose cells are marked where it is not complete.
    is_partial : bool
        Whether it is not.
    """
    shown = [cohort for cohort in returning.cohorts if cohort.ordered][-_COHORTS_SHOWN:]
    if not shown:
        return NoChart(COHORTS, "no month’s first buyers have been followed for a month")
    months = [_cohort_name(cohort, formats) for cohort in shown]
    records = [record for cohort in shown for record in _cohort_records(cohort, formats, is_partial=is_partial)]
    after_one = [(cohort, cohort.ordered[0] / cohort.customers) for cohort in shown if cohort.ordered]
    most, least = (pick(after_one, key=lambda pair: pair[1]) for pick in (max, min))
    title = f"The month after the first order, {formats.share(least[1])} to {formats.share(most[1])} order again"
    if least[1] == most[1]:
        title = f"The month after the first order, {formats.share(most[1])} order again"
    unfinished = f"; italic: {formats.month(month)} is not complete" if is_partial else ""
    values = "; ".join(
        f"{formats.month_short(cohort.month)}, {formats.count(cohort.customers)} customers: "
        + ", ".join(formats.share(part / cohort.customers) for part in cohort.ordered or ())
        for cohort in shown
    )
    return Chart(
        key=COHORTS,
        title=title,
        subtitle=f"Share of each month’s first buyers (in brackets) who ordered in each month after it{unfinished}",
        alt=f"A grid of first months and months after, the darker the more came back. {values}.",
        table=_cohort_table(shown, formats),
        specs={
            "wide": _cohort_spec(records, months, WIDE, COHORT_MONTHS),
            "narrow": _cohort_spec(records, months, NARROW, COHORT_MONTHS // 2),
        },
    )


def _cohort_table(cohorts: Sequence[Cohort], formats: Formats) -> Table:
    columns = (Column("First order in"), Column("Customers", "count"))
    after = tuple(Column(f"{n} month{'s' if n > 1 else ''} after", "share") for n in range(1, COHORT_MONTHS + 1))
    rows = []
    for cohort in cohorts:
        shares: list[Cell] = [round(part / cohort.customers, 4) for part in (cohort.ordered or ())[:COHORT_MONTHS]]
        name = formats.month_short(cohort.month)
        rows.append((name, cohort.customers, *shares, *[None] * (COHORT_MONTHS - len(shares))))
    return Table((*columns, *after), tuple(rows))


def _cohort_name(cohort: Cohort, formats: Formats) -> str:
    return f"{formats.month_short(cohort.month)} ({formats.count(cohort.customers)})"


def _cohort_records(cohort: Cohort, formats: Formats, *, is_partial: bool) -> Records:
    ordered = cohort.ordered or ()
    reaches_now = is_partial and len(ordered) < COHORT_MONTHS
    return [
        {
            "month": _cohort_name(cohort, formats),
            "after": after,
            "share": round(part / cohort.customers, 4),
            "label": formats.share(part / cohort.customers),
            "tip": f"{formats.month_short(cohort.month)}, {after} month{'s' if after > 1 else ''} after:"
            f" {formats.count(part)} of {formats.count(cohort.customers)}",
            "unfinished": reaches_now and after == len(ordered),
        }
        for after, part in enumerate(ordered, 1)
    ]


def _cohort_spec(records: Records, months: list[str], width: int, columns: int) -> dict[str, Any]:
    rows = [record for record in records if record["after"] <= columns]
    top = alt.Axis(orient="top", labelAngle=0, labelColor=INK, title="Months after the first order")
    base = alt.Chart(named()).encode(
        x=alt.X("after:O", axis=top, scale=alt.Scale(domain=list(range(1, columns + 1)))),
        y=alt.Y("month:N", sort=months, title=None, axis=alt.Axis(labelColor=INK)),
    )
    scale = alt.Scale(type="threshold", domain=_SHADE_BOUNDS, range=_SHADES)
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(
        description=TIP, color=alt.Color("share:Q", scale=scale, legend=None)
    )
    layers = [cells]
    for is_light in (False, True):
        for is_unfinished in (False, True):
            chosen = f"(datum.share >= {_LIGHT_FROM}) == {str(is_light).lower()}"
            chosen += f" && datum.unfinished == {str(is_unfinished).lower()}"
            text: dict[str, Any] = {"fontSize": 11, "fontStyle": "italic" if is_unfinished else "normal"}
            colour = LIGHT_LABEL if is_light else DARK_LABEL
            layers.append(
                base.transform_filter(chosen)
                .mark_text(**text, fill=colour, aria=False)
                .encode(text=alt.Text("label:N"))
            )
    return finish(alt.layer(*layers), width, 60 + 22 * len(months), rows=rows)


def first_product_dots(first: FirstProducts | None, formats: Formats) -> Chart | NoChart:
    """Draw how often the buyers of each first product come back, pulled toward all, with its interval."""
    if first is None or not first.products:
        return NoChart(PRODUCTS, "no product was bought first by 20 customers 90 days ago or more")
    told = [product for product in first.products if product.differs is not None]
    title = "No first product stands out beyond chance" if not told else _say_told(len(told))
    records: Records = [
        {
            "name": product.product_name,
            "pulled": product.pulled,
            "low": product.low,
            "high": product.high,
            "differs": product.differs or _VERDICTS[1],
            "tip": f"{product.product_name}: {formats.share(product.pulled)}"
            f" ({formats.share(product.low)} to {formats.share(product.high)})",
        }
        for product in first.products
    ]
    values = "; ".join(
        f"{product.product_name}: {formats.share(product.pulled)}, {formats.share(product.low)} to"
        f" {formats.share(product.high)}"
        for product in first.products
    )
    everyone = formats.share(first.share)
    specs = {width: _product_spec(records, first.share, size) for width, size in (("wide", WIDE), ("narrow", NARROW))}
    subtitle = (
        f"Share of its first buyers who come back within 90 days, few pulled toward all ({everyone}, the line);"
        " bar: 95% interval"
    )
    table = Table(
        (Column("First order held"), Column("Customers", "count"), Column("Share", "share"), *_INTERVAL),
        tuple((one.product_name, one.customers, one.pulled, one.low, one.high) for one in first.products),
    )
    alt = f"A dot for each product with its interval. All first buyers: {everyone}. {values}."
    return Chart(PRODUCTS, title, subtitle, alt, table, specs)


def _say_told(count: int) -> str:
    return f"Buyers of {count} first product{'s' if count > 1 else ''} come back more or less often than the others"


def _product_spec(records: Records, everyone: float, width: int) -> dict[str, Any]:
    limit = 230 if width == WIDE else 120
    shown = [record | {"name": shorten(record["name"], limit)} for record in records]
    if len({record["name"] for record in shown}) == len(records):  # else two would be one
        records = shown
    names = [record["name"] for record in records]
    base = alt.Chart(named()).encode(
        y=alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelColor=INK, labelLimit=limit)),
        color=alt.Color(
            "differs:N",
            scale=alt.Scale(domain=list(_VERDICTS), range=_VERDICT_COLOURS),
            legend=alt.Legend(orient="top", title=None, labelExpr=_LEGEND, columns=3 if width == WIDE else 1),
        ),
    )
    shape = alt.Shape("differs:N", scale=alt.Scale(domain=list(_VERDICTS), range=_VERDICT_SHAPES))
    place: dict[str, Any] = {"title": None, "axis": alt.Axis(**_PERCENT), "scale": alt.Scale(domain=[0, 1])}
    bars = base.mark_rule(strokeWidth=2, opacity=0.6, aria=False).encode(x=alt.X("low:Q", **place), x2=alt.X2("high:Q"))
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        description=TIP, x=alt.X("pulled:Q", **place), shape=shape
    )
    line = alt.Chart(named("all")).mark_rule(color=INK, strokeDash=[4, 3], aria=False).encode(x=alt.X("all:Q", **place))
    height = 70 + 22 * len(names)
    return finish(alt.layer(line, bars, dots), width, height, rows=records, all=[{"all": everyone}])


_LEGEND = "datum.label == 'more' ? 'More often' : datum.label == 'less' ? 'Less often' : 'No clear difference'"
