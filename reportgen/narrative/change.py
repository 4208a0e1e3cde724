"""Says what has changed since the previous report: every sentence from numbers, and none where nothing is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reportgen.formats import Formats
from reportgen.model.change import Change, KpiChange, ModelUse, Move, Movement, SegmentChange
from reportgen.model.report import Report
from reportgen.narrative.sentences import say_count

CAUSES = {
    "new": "new customers",
    "returned": "customers who returned",
    "behaviour": "what they bought",
    "aged_out": "orders that left the window",
    "boundaries": "borders that moved",
    "corrected": "past data corrected",
}
"""What each cause is called, in the order in which they are shown."""
MAX_MOVES = 5
_STEADY = 0.005
_MONTHS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def kpi_of(change: Change, key: str) -> KpiChange:
    """Return one key figure."""
    return next(one for one in change.kpis if one.key == key)


def write_change(report: Report, formats: Formats) -> Change:
    """Write the sentences of a report's change: why, where to, what is to be known of the comparison.

    Parameters
    ----------
    report : Report
        With its change complete but for words.
    formats : Formats
        How numbers are written.
    """
    change = report.change
    segments = tuple(replace(one, sentence=say_segment(one, formats)) for one in change.segments)
    movement = change.movement
    if movement is not None:
        movement = replace(movement, sentences=say_moves(movement, formats))
    change = replace(change, segments=segments, movement=movement)
    return replace(change, summary=_summarise(replace(report, change=change), formats))


def _summarise(report: Report, formats: Formats) -> tuple[str, ...]:
    if report.change.withheld is not None:
        return ()
    parts = [say_month(report, formats), say_base(report, formats)]
    if len(report.segments) > 1:
        parts += [say_growth_and_loss(report.change, formats), say_borders(report.change, formats)]
    return tuple(one for one in parts if one)


def say_month(report: Report, formats: Formats) -> str:
    """Say what the month itself brought, against the previous one and the same month last year."""
    change, month = report.change, report.period.month
    sales = kpi_of(change, "month_sales")
    compared = []
    if sales.previous is not None and change.previous is not None:
        compared.append(
            f"{_relate(sales.change, sales.previous, formats)} {_month_of(change.previous.month, month, formats)}"
        )
    if sales.year_ago is not None:
        compared.append(f"{_relate(sales.year_change, sales.year_ago, formats)} the same month last year")
    orders = say_count(report.month.orders, "order", formats)
    brought = f"{formats.month(month)} brought {formats.money_in_words(report.month.sales)} from {orders}"
    return f"{brought}, {' and '.join(compared)}." if compared else f"{brought}."


def _month_of(month: str, now: str, formats: Formats) -> str:
    """Name a month, without its year where that is this one's."""
    return formats.month_alone(month) if month[:4] == now[:4] else formats.month(month)


def _relate(change: float | None, before: float, formats: Formats) -> str:
    if change is None:
        return "after a loss in" if before < 0 else "after nothing in"
    if abs(change) < _STEADY:
        return "as much as"
    return f"{formats.share(abs(change))} {'more' if change > 0 else 'less'} than"


def say_base(report: Report, formats: Formats) -> str:
    """Say how many customers there are, who came and who left, and what the best segment brings."""
    change = report.change
    customers = kpi_of(change, "customers")
    sentence = f"The shop has {say_count(report.customers, 'customer', formats)}"
    if customers.difference is not None and change.previous is not None:
        since = f"in {_month_of(change.previous.month, report.period.month, formats)}"
        more = round(customers.difference)
        size = f"{formats.count(abs(more))} {'more' if more > 0 else 'fewer'} than" if more else "as many as"
        sentence += f", {size} {since}{_say_arrivals(change, formats)}"
    if len(report.segments) < 2:
        return f"{sentence}."
    best = report.segments[0]
    shares = f"{formats.share(best.share_of_customers)} of customers and {formats.share(best.share_of_sales)} of sales"
    return f"{sentence}; the {formats.count(best.customers)} {best.phrase} are {shares}."


def _say_arrivals(change: Change, formats: Formats) -> str:
    movement = change.movement
    if movement is None:
        return ""
    came = {one.kind: one.customers for one in (*movement.origins, *movement.targets) if one.kind != "segment"}
    words = [f"{formats.count(came[kind])} {kind}" for kind in ("new", "returned", "left") if came.get(kind)]
    return f" ({', '.join(words)})" if words else ""


def say_growth_and_loss(change: Change, formats: Formats) -> str:
    """Say which segment grew most and which shrank most, and what did it."""
    moved = [one for one in change.segments if one.customers_change]
    if not moved:
        return "No segment has grown or shrunk."
    grown = max(moved, key=lambda one: one.customers_change)
    shrunk = min(moved, key=lambda one: one.customers_change)
    parts = []
    if grown.customers_change > 0:
        parts.append(_say_most(grown, "grew", formats))
    if shrunk.customers_change < 0:
        parts.append(_say_most(shrunk, "shrank", formats))
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _say_most(one: SegmentChange, verb: str, formats: Formats) -> str:
    net = one.customers_change
    cause = max(one.causes, key=lambda cause: cause.customers * (1 if net > 0 else -1))
    why = f", mostly through {CAUSES[cause.key]}" if cause.customers * net > 0 else ""
    return f"the {one.phrase} {verb} most, by {formats.count(abs(net))} to {formats.count(one.customers_now)}{why}"


def say_borders(change: Change, formats: Formats) -> str:
    """Say how many customers changed segment only because the borders moved."""
    movement = change.movement
    if movement is None or not change.model.is_refit:
        return ""
    if not movement.moved:
        return "The segments were divided anew, and nobody who stayed changed segment."
    start = f"{say_count(movement.moved, 'customer', formats)} changed segment"
    if not movement.by_borders:
        return f"{start}, none of them only because the segments were divided anew."
    return f"{start}, {formats.count(movement.by_borders)} of them only because the segments were divided anew."


def say_segment(one: SegmentChange, formats: Formats) -> str:
    """Say how a segment changed and why: the causes with their signs add up."""
    net = one.customers_change
    if one.number is None:
        start = f"Not found any more; it had {say_count(one.customers_before, 'customer', formats)}"
    elif one.is_new:
        start = f"New in this report, with {say_count(one.customers_now, 'customer', formats)}"
    elif not net:
        start = f"{say_count(one.customers_now, 'customer', formats)}, as many as before"
    else:
        before, now = formats.count(one.customers_before), say_count(one.customers_now, "customer", formats)
        start = f"From {before} to {now}"
    by_key = {cause.key: cause.customers for cause in one.causes}
    causes = [f"{formats.signed(by_key[key])} {_count_cause(key, by_key[key])}" for key in CAUSES if by_key.get(key)]
    return f"{start}: {', '.join(causes)}." if causes else f"{start}."


def _count_cause(key: str, customers: int) -> str:
    if key in ("new", "returned"):
        return CAUSES[key].replace("customers", "customer", 1) if abs(customers) == 1 else CAUSES[key]
    return f"by {CAUSES[key]}"


def say_moves(movement: Movement, formats: Formats) -> tuple[str, ...]:
    """Say the moves that most money went with, five at most; those who stayed are none."""
    moves = [one for one in movement.moves if not one.is_stay]
    moves.sort(key=lambda one: (-max(one.sales_before, one.sales_now), -one.customers, one.origin, one.target))
    return tuple(_say_move(movement, one, formats) for one in moves[:MAX_MOVES])


def _say_move(movement: Movement, move: Move, formats: Formats) -> str:
    origin, target = movement.origins[move.origin], movement.targets[move.target]
    count, before = formats.count(move.customers), formats.money_in_words(move.sales_before)
    now, is_one = formats.money_in_words(move.sales_now), move.customers == 1
    if origin.kind == "new":
        return f"{say_count(move.customers, 'new customer', formats)} began as {target.phrase}, with {now}."
    if origin.kind == "returned":
        return f"{say_count(move.customers, 'customer', formats)} returned, as {target.phrase}, with {now}."
    if target.kind == "left":
        return f"{count} of the {origin.phrase} left: no order in the window any more. They had brought {before}."
    verb = "is" if is_one else "are"
    borders = ""
    if move.by_borders:
        whom = "all" if move.by_borders == move.customers else formats.count(move.by_borders)
        borders = f"; {whom} of them only because borders moved" if not is_one else "; only because borders moved"
    money = f"they brought {before}, now {now}" if before != now else f"with {now}"
    return f"{count} of the {origin.phrase} {verb} now among the {target.phrase}: {money}{borders}."


def say_model(model: ModelUse, month: str, formats: Formats) -> str:
    """Say which model placed the customers, and why."""
    fitted = formats.month(model.fitted_in)
    if model.segments_before is None:
        return "This is the first division: there was none to keep."
    if model.rule == "refit":
        return "The config asks for a new division each month."
    if model.excess is None or model.shift is None:
        return "The customers were divided anew: the earlier division is by other options, or cannot be kept."
    measured = (
        f"customers are {formats.share(model.excess)} farther from its centres than from new ones, of 10% allowed, and"
        f" the segments' shares have shifted by {formats.decimal(model.shift, 2)}, of 0.25 allowed"
    )
    if model.fitted_in != month:
        how = "as the config asks" if model.rule == "frozen" else "as it still fits"
        return f"The division of {fitted} was kept, {how}: {measured}."
    return f"The customers were divided anew, because the earlier division has worn out: {measured}."


def say_notes(
    change: Change, month: str, store: str | None, *, other: Sequence[str], formats: Formats
) -> tuple[str, ...]:
    """Say what a reader should know of the comparison.

    Parameters
    ----------
    change : Change
        With its previous report, model and reason for withholding in place.
    month, store : str
        This report's.
    other : sequence of str
        Options that are others than in the previous report.
    formats : Formats
        How numbers are written.
    """
    previous = change.previous
    if previous is None:
        return (
            "There is no earlier report to compare with: from the next one on, this section says what has changed.",
        )
    then = formats.month(previous.month)
    notes = [f"Compared with the report of {then}, made on {formats.day(previous.made_on)}."]
    if change.withheld is not None:
        notes = [_WITHHELD[change.withheld].format(month=formats.month(month), then=then)]
    if previous.months_ago > 1:
        between = previous.months_ago - 1
        many = _MONTHS[between] if between < len(_MONTHS) else formats.count(between)
        lie = "month lies" if between == 1 else "months lie"
        notes.append(
            f"{many.capitalize()} {lie} between the two, so this is the change of {previous.months_ago} months."
        )
    if previous.store is not None and store is not None and previous.store != store:
        notes.append(f"The store was called {previous.store} then.")
    if other:
        told = " Figures that differ for that reason alone are told under past data corrected or borders that moved."
        where = told if change.withheld is None else ""
        notes.append(f"The config has changed since: {', '.join(other)}.{where}")
    if change.model.is_refit and change.model.segments_before is not None:
        now = sum(1 for one in change.segments if one.number is not None)
        if change.segments and now != change.model.segments_before:
            was = formats.count(change.model.segments_before)
            notes.append(f"There are {formats.count(now)} segments now, {was} before.")
    return tuple(notes)


_WITHHELD = {
    "partial": "{month} is not complete, so nothing is compared with {then} yet.",
    "currency": "Money was in another currency in the report of {then}, so nothing is compared with it.",
    "gone": "The source no longer holds the order lines of {then}, so nothing is compared with it.",
    "window": "The window has changed since the report of {then}, so customers and sales are not compared with it.",
}
