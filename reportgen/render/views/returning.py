"""What the section on coming back shows: from order to order, by segment, and by first product."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.facts import SegmentFacts
from reportgen.model.months import RETURN_DAYS
from reportgen.model.report import Report
from reportgen.model.returning import WITHIN_DAYS, FirstProduct, OrderStep, ReturnTimes, SegmentReturn
from reportgen.render.views.parts import Medium, SegmentLabel, label_of
from reportgen.text.formats import ORDINALS, Formats

_DIFFERS = {"more": "more often", "less": "less often", None: ""}


@dataclass(frozen=True, slots=True)
class StepRow:
    """The way from one order to the next.

    Attributes
    ----------
    name : str
        From which to which.
    customers : str
        Who reached the order.
    within : tuple of str
        Share who order again within 30, 60 and 90 days; empty where not known yet.
    interval : str
        Of the last of them that is known; empty without one.
    quartiles : str
        Days by which a quarter, half and three quarters of those who come back have done so; empty as well.
    paid, next_paid : str
        Mean on the day of the order, and of the next one.
    """

    name: str
    customers: str
    within: tuple[str, ...]
    interval: str
    quartiles: str
    paid: str
    next_paid: str


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """When customers such as those of a segment ordered again; as in `StepRow`."""

    segment: SegmentLabel
    customers: str
    within: tuple[str, ...]
    interval: str
    quartiles: str


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A first product.

    Attributes
    ----------
    name : str
        The product.
    customers, came_back : str
        Whose first order held it; share of them who came back.
    pulled, interval : str
        The same, pulled toward that of all, and its 95 % interval.
    next_sales : str
        Mean that they paid afterwards.
    differs : str
        Whether they come back more or less often than the others; empty where that may be chance.
    """

    name: str
    customers: str
    came_back: str
    pulled: str
    interval: str
    next_sales: str
    differs: str


@dataclass(frozen=True, slots=True)
class ReturningView:
    """The section on coming back.

    Attributes
    ----------
    sentences : tuple of str
        When customers come back, and where most are lost.
    days : tuple of str
        The days within which shares are told.
    steps : tuple of StepRow
        From order to order.
    horizon : str
        Days that the first step's quartiles look at; empty where they are not known.
    segments : tuple of SegmentRow
        By number; empty where no month end is long enough ago.
    month_ends : str
        How many were looked back on.
    products : tuple of ProductRow
        By how many began with them; empty without.
    everyone : ProductRow or None
        All first buyers.
    return_days : str
        Days that count as coming back.
    known_from : str
        The month from which first orders are known.
    """

    sentences: tuple[str, ...]
    days: tuple[str, ...]
    steps: tuple[StepRow, ...]
    horizon: str
    segments: tuple[SegmentRow, ...]
    month_ends: str
    products: tuple[ProductRow, ...]
    everyone: ProductRow | None
    return_days: str
    known_from: str


def view_returning(report: Report, formats: Formats, medium: Medium) -> ReturningView:  # noqa: ARG001 - as all views
    """Make the view of the section on coming back."""
    returning = report.returning
    first = returning.first_products
    seen = [(segment, segment.returning) for segment in report.segments if segment.returning is not None]
    horizons = [step.times.horizon_days for step in returning.steps[:1] if step.times.horizon_days is not None]
    return ReturningView(
        sentences=report.words.returning,
        days=tuple(formats.count(days) for days in WITHIN_DAYS),
        steps=tuple(_step_row(step, formats) for step in returning.steps),
        horizon="".join(formats.count(days) for days in horizons),
        segments=tuple(_segment_row(segment, found, formats) for segment, found in seen),
        month_ends=formats.count(seen[0][1].month_ends) if seen else "",
        products=() if first is None else tuple(_product_row(product, formats) for product in first.products),
        everyone=None
        if first is None
        else ProductRow(
            name="All first buyers",
            customers=formats.count(first.customers),
            came_back=formats.share(first.share),
            pulled="",
            interval="",
            next_sales=formats.money(first.next_sales),
            differs="",
        ),
        return_days=formats.count(RETURN_DAYS),
        known_from="" if returning.known_from is None else formats.month(returning.known_from),
    )


def _step_row(step: OrderStep, formats: Formats) -> StepRow:
    return StepRow(
        name=f"{ORDINALS[step.order - 1]} to {ORDINALS[step.order]}".capitalize(),
        customers=formats.count(step.times.customers),
        within=_within(step.times, formats),
        interval=_interval(step.times, formats),
        quartiles=_quartiles(step.times, formats),
        paid=formats.money(step.value),
        next_paid="" if step.next_value is None else formats.money(step.next_value),
    )


def _segment_row(segment: SegmentFacts, found: SegmentReturn, formats: Formats) -> SegmentRow:
    return SegmentRow(
        segment=label_of(segment),
        customers=formats.count(found.times.customers),
        within=_within(found.times, formats),
        interval=_interval(found.times, formats),
        quartiles=_quartiles(found.times, formats),
    )


def _within(times: ReturnTimes, formats: Formats) -> tuple[str, ...]:
    shares = [times.find(days) for days in WITHIN_DAYS]
    return tuple("" if share is None else formats.share(share.share) for share in shares)


def _interval(times: ReturnTimes, formats: Formats) -> str:
    return _write_interval(times.within[-1].low, times.within[-1].high, formats) if times.within else ""


def _write_interval(low: float, high: float, formats: Formats) -> str:
    return f"{formats.share(low)} to {formats.share(high)}"


def _quartiles(times: ReturnTimes, formats: Formats) -> str:
    return "" if times.quartiles is None else " / ".join(formats.count(day) for day in times.quartiles)


def _product_row(product: FirstProduct, formats: Formats) -> ProductRow:
    return ProductRow(
        name=product.product_name,
        customers=formats.count(product.customers),
        came_back=formats.share(product.came_back / product.customers),
        pulled=formats.share(product.pulled),
        interval=_write_interval(product.low, product.high, formats),
        next_sales=formats.money(product.next_sales),
        differs=_DIFFERS[product.differs],
    )
