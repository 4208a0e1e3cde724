"""Says how customers could be divided, by how many there are, and who brings the sales."""

from __future__ import annotations

from reportgen.model.facts import Facts
from reportgen.model.ladder import SILENT_DAYS, Ladder
from reportgen.model.stages import LAPSED_DAYS, LATE_DAYS, LATE_GAPS, LATE_ORDER_DAYS
from reportgen.narrative.sentences import say_count, say_list, say_undivided
from reportgen.text.formats import Formats

_TOLD_FROM = 3
"""Customers below which it means nothing how many of them bring most of the sales."""
BANDS = (
    "These are bands by a stated rule, not groups found in the data: they come out the same however often they are"
    " made, and whether customers on two sides of a bound differ in anything else is not said."
)


def write_ladder(facts: Facts, formats: Formats) -> tuple[str, ...]:
    """Write how customers could be divided, and who brings the sales.

    Parameters
    ----------
    facts : Facts
        Of the report.
    formats : Formats
        How numbers are written.

    Returns
    -------
    tuple of str
        Empty for facts of before version 9.
    """
    ladder = facts.ladder
    if ladder is None:
        return ()
    is_one = facts.choice.chosen_by == "undivided"
    said = say_undivided(facts.choice.limit, formats) if is_one else say_rung(ladder, formats)
    concentration = say_concentration(ladder, formats)
    return (said,) if concentration is None else (said, concentration)


def say_rung(ladder: Ladder, formats: Formats) -> str:
    """Say how customers are divided, and why in this way."""
    customers, least = say_count(ladder.customers, "customer", formats), formats.count(ladder.clusters_from)
    if ladder.rung == "clusters":
        return _say_clusters(ladder, customers, least)
    few = f"{customers} are too few to group by likeness (from {least}), so they are divided by"
    if ladder.is_held:
        few = f"As in the previous report the {customers} are divided by"
    if ladder.rung == "rhythm":
        return f"{few} what they spend and by their own rhythm." if ladder.by_worth else f"{few} their own rhythm."
    returning, needed = formats.count(ladder.returning), formats.count(ladder.rhythm_from)
    days = "the days since their last order"
    if ladder.is_held:
        return f"{few} {days}."
    return f"{few} {days}; {returning} ordered on two days or more, too few to go by their rhythm (from {needed})."


def _say_clusters(ladder: Ladder, customers: str, least: str) -> str:
    if ladder.customers >= ladder.clusters_from:
        return f"{customers} are enough to group them by likeness (from {least})."
    if ladder.is_held:
        return f"{customers} are grouped by likeness as in the previous report, though {least} are wanted for it."
    return f"{customers} are few to group by likeness (from {least}); the config insists on a number of segments."


def say_concentration(ladder: Ladder, formats: Formats) -> str | None:
    """Say who brings the first half, 80 % and 95 % of the sales; None for hardly any customers, or without sales."""
    if ladder.customers < _TOLD_FROM or not ladder.concentration:
        return None
    first, *others = ladder.concentration
    clauses = [
        f"the first half comes from {say_count(first.customers, 'customer', formats)}"
        f" ({formats.share(first.share_of_customers)})",
        *(
            f"the first {formats.share(each.share_of_sales)} from {formats.count(each.customers)}"
            f" ({formats.share(each.share_of_customers)})"
            for each in others
        ),
    ]
    return f"Of the sales, counted from who spends most, {', '.join(clauses)}."


def say_bands(ladder: Ladder) -> tuple[str, ...]:
    """Say where one band ends and the next begins; empty where there are none."""
    if ladder.rung == "bands":
        return (f"The bands end with {say_list([str(days) for days in SILENT_DAYS])} days since the last order.",)
    if ladder.rung != "rhythm":
        return ()
    top = ("Top customers are those who bring the first half of the sales, counted from who spends most.",)
    return (
        *(top if ladder.by_worth else ()),
        f"Silent is who has not ordered for more than {'twice' if LATE_GAPS == 2 else LATE_GAPS} their usual time"
        f" between orders and more than {LATE_DAYS} days; who ordered on fewer than {LATE_ORDER_DAYS} days is so after"
        f" more than {LAPSED_DAYS} days.",
    )
