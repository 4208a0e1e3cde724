"""Says what has changed since the previous report: every sentence from numbers, and none where nothing is compared."""

from __future__ import annotations

from reportgen.model.change import Change, Migration, ModelUse, Move, SegmentChange
from reportgen.model.facts import Facts, Span
from reportgen.model.method import Rules
from reportgen.model.words import ChangeWords
from reportgen.months import month_of
from reportgen.narrative.alerts import say_anomalies_note, say_anomaly, say_restated
from reportgen.narrative.sentences import CAUSES, say_count, say_list
from reportgen.text.formats import Formats

MAX_MOVES = 5
NO_PREVIOUS = "There is no earlier report to compare with: from the next one on, this section says what has changed."
_MONTHS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def write_change(facts: Facts, formats: Formats) -> ChangeWords:
    """Write every sentence on a report's change: what, why, where to, and what is to be known of the comparison.

    Parameters
    ----------
    facts : Facts
        Of the report.
    formats : Formats
        How numbers are written.
    """
    change, rules = facts.change, facts.method.rules
    phrases = {segment.colour: segment.phrase for segment in facts.segments}
    return ChangeWords(
        notes=say_notes(facts, formats),
        summary=_summarise(facts, formats),
        model=say_model(change.model, facts.period.month, rules, formats),
        segments=tuple(
            " ".join(filter(None, (say_segment(segment, formats), say_switches(segment, facts, formats))))
            for segment in change.segments
        ),
        moves=() if change.migration is None else say_moves(change.migration, formats),
        anomalies=tuple(say_anomaly(anomaly, phrases, formats) for anomaly in change.anomalies),
        anomalies_note=say_anomalies_note(change, rules, formats),
        restated=None
        if change.restated is None or change.previous is None
        else say_restated(change.restated, change.previous.month, formats),
    )


def _summarise(facts: Facts, formats: Formats) -> tuple[str, ...]:
    """Say what the headline leaves open: how many changed segment only because it was divided anew."""
    borders = say_borders(facts.change, formats) if len(facts.segments) > 1 else ""
    return (borders,) if borders else ()


def say_borders(change: Change, formats: Formats) -> str:
    """Say how many customers changed segment only because the borders moved."""
    migration = change.migration
    if migration is None or not (change.model.is_refit or migration.by_borders):
        return ""
    if not migration.moved:
        return "The segments were divided anew, and nobody who stayed changed segment."
    start = f"{say_count(migration.moved, 'customer', formats)} changed segment"
    if not migration.by_borders:
        return f"{start}, none of them only because a border moved or runs close by."
    return f"{start}, {formats.count(migration.by_borders)} of them only because a border moved or runs close by."


def say_segment(segment: SegmentChange, formats: Formats) -> str:
    """Say how a segment changed and why: the causes with their signs add up."""
    net = segment.customers_change
    if segment.number is None:
        start = f"Not found any more; it had {say_count(segment.customers_before, 'customer', formats)}"
    elif segment.is_new:
        start = f"New in this report, with {say_count(segment.customers_now, 'customer', formats)}"
    elif not net:
        start = f"{say_count(segment.customers_now, 'customer', formats)}, as many as before"
    else:
        before, now = formats.count(segment.customers_before), say_count(segment.customers_now, "customer", formats)
        start = f"From {before} to {now}"
    by_key = {cause.key: cause.customers for cause in segment.causes}
    causes = [f"{formats.signed(by_key[key])} {_count_cause(key, by_key[key])}" for key in CAUSES if by_key.get(key)]
    return f"{start}: {', '.join(causes)}." if causes else f"{start}."


def say_switches(segment: SegmentChange, facts: Facts, formats: Formats) -> str:
    """Say how many customers changed to and from a segment by their orders, upward and downward.

    Upward is to a segment whose customers spend more on average: the net alone, −130 by what they bought, reads as a
    loss where 88 have moved up. Nothing is said where who ordered nothing changed segment too. Who changed only because
    a border moved or runs close by is not counted.

    Parameters
    ----------
    segment : SegmentChange
        The segment.
    facts : Facts
        With the migration.
    formats : Formats
        How numbers are written.
    """
    migration = facts.change.migration
    numbers = {one.identity.key: one.number for one in facts.segments}
    is_timed = any(
        cause.key == "silence" and cause.customers for each in facts.change.segments for cause in each.causes
    )
    if migration is None or segment.number is None or is_timed:
        return ""
    gone, come = {True: 0, False: 0}, {True: 0, False: 0}
    for move in migration.moves:
        places = (migration.origins[move.origin].identity, migration.targets[move.target].identity)
        origin, target = (None if place is None else numbers.get(place.key) for place in places)
        if origin is None or target is None or origin == target:
            continue
        count, is_up = move.customers - move.by_borders, target < origin
        gone[is_up] += count if origin == segment.number else 0
        come[is_up] += count if target == segment.number else 0
    parts = [
        f"{formats.count(count)} {where}"
        for count, where in (
            (gone[True], "went up from here"),
            (gone[False], "went down"),
            (come[True], "came up to here"),
            (come[False], "came down"),
        )
        if count
    ]
    return f"By their orders {say_list(parts)}." if parts else ""


def _count_cause(key: str, customers: int) -> str:
    if key in ("new", "returned"):
        return CAUSES[key].replace("customers", "customer", 1) if abs(customers) == 1 else CAUSES[key]
    return f"by {CAUSES[key]}"


def say_moves(migration: Migration, formats: Formats) -> tuple[str, ...]:
    """Say the moves that most money went with, five at most; those who stayed are none."""
    moves = [move for move in migration.moves if not move.is_stay]
    moves.sort(key=lambda move: (-max(move.sales_before, move.sales_now), -move.customers, move.origin, move.target))
    return tuple(_say_move(migration, move, formats) for move in moves[:MAX_MOVES])


def _say_move(migration: Migration, move: Move, formats: Formats) -> str:
    origin, target = migration.origins[move.origin], migration.targets[move.target]
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
        borders = (
            f"; {whom} of them only because a border moved or runs close by"
            if not is_one
            else "; only because a border moved or runs close by"
        )
    money = f"they brought {before}, now {now}" if before != now else f"with {now}"
    return f"{count} of the {origin.phrase} {verb} now among the {target.phrase}: {money}{borders}."


def say_model(model: ModelUse, month: str, rules: Rules, formats: Formats) -> str:
    """Say which model placed the customers, and why.

    Parameters
    ----------
    model : ModelUse
        The model.
    month : str
        This report's.
    rules : Rules
        How far an earlier division may have worn out.
    formats : Formats
        How numbers are written.
    """
    fitted = formats.month(model.fitted_in)
    if model.segments_before is None:
        return "This is the first division: there was none to keep."
    if model.rule == "bands":
        return "Customers are divided by stated bands; what bounds of worth there are follow the sales of each month."
    if model.rule == "refit":
        return "The config asks for a new division each month."
    if model.excess is None or model.shift is None:
        return "The customers were divided anew: the earlier division is by other options, or cannot be kept."
    measured = (
        f"customers are {formats.share(model.excess)} farther from its centres than from new ones, of"
        f" {formats.share(rules.max_excess)} allowed, and the segments' shares have shifted by"
        f" {formats.decimal(model.shift, 2)}, of {formats.decimal(rules.max_shift, 2)} allowed"
    )
    if model.fitted_in != month:
        how = "as the config asks" if model.rule == "frozen" else "as it still fits"
        return f"The division of {fitted} was kept, {how}: {measured}."
    return f"The customers were divided anew, because the earlier division has worn out: {measured}."


def say_notes(facts: Facts, formats: Formats) -> tuple[str, ...]:
    """Say what a reader should know of the comparison."""
    change, month, store = facts.change, facts.period.month, facts.report.store
    previous = change.previous
    if previous is None:
        return (NO_PREVIOUS,)
    then = formats.month(previous.month)
    notes = [f"Compared with the report of {then}, made on {formats.day(previous.made_on)}."]
    if change.withheld is not None:
        notes = [_WITHHELD[change.withheld].format(month=formats.month(month), then=then)]
    elif facts.period.is_filling:
        notes.append(f"{_say_filling(facts.period, formats)}, so that its totals are not compared.")
    if previous.months_ago > 1:
        between = previous.months_ago - 1
        many = _MONTHS[between] if between < len(_MONTHS) else formats.count(between)
        lie = "month lies" if between == 1 else "months lie"
        notes.append(
            f"{many.capitalize()} {lie} between the two, so this is the change of {previous.months_ago} months."
        )
    if previous.store is not None and store is not None and previous.store != store:
        notes.append(f"The store was called {previous.store} then.")
    if change.other_options:
        told = " Figures that differ for that reason alone are told under past data corrected or borders."
        where = told if change.withheld is None else ""
        notes.append(f"The config has changed since: {', '.join(change.other_options)}.{where}")
    if change.model.is_refit and change.model.segments_before is not None:
        now = sum(1 for segment in change.segments if segment.number is not None)
        if change.segments and now != change.model.segments_before:
            was = formats.count(change.model.segments_before)
            notes.append(f"There are {formats.count(now)} segments now, {was} before.")
    return tuple(notes)


def _say_filling(period: Span, formats: Formats) -> str:
    """Say why a window's totals can hardly fall."""
    since = formats.month(month_of(period.first_day))
    if period.window_months is None:
        return f"The window holds all orders since {since} and only grows"
    return f"The window of {formats.count(period.window_months)} months is not full yet (the orders begin in {since})"


_WITHHELD = {
    "partial": "{month} is not complete, so nothing is compared with {then} yet.",
    "currency": "Money was in another currency in the report of {then}, so nothing is compared with it.",
    "gone": "The source no longer holds the order lines of {then}, so nothing is compared with it.",
    "window": "The window has changed since the report of {then}, so customers and sales are not compared with it.",
}
