"""Follows customers from the previous report to this one: who moved where, and why each segment grew or shrank."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.customers import Customers

CAUSES = ("corrected", "new", "returned", "behaviour", "aged_out", "boundaries")
"""Why a segment grew or shrank; each customer and each sale of the change has exactly one of them."""
NEW, RETURNED, LEFT = -1, -2, -3
"""Where customers come from who were in no segment, and where those go who are in none any more."""
_ABSENT = 0


@dataclass(frozen=True, eq=False, slots=True)
class Standing:
    """Customers at one moment, and where a model places them.

    Attributes
    ----------
    customers : Customers
        One row each.
    places : numpy.ndarray of shape (n_customers,)
        Segment of each: the number that it keeps from month to month, from 1.
    """

    customers: Customers
    places: np.ndarray


@dataclass(frozen=True, eq=False, slots=True)
class Way:
    """The way from the previous report to this one, in steps that change one thing each.

    Attributes
    ----------
    before : Standing
        At the previous report's end, in its window, as the lines are today, placed by its model.
    widened : Standing
        The same window with the orders since then, placed by the same model.
    shifted : Standing
        In this report's window: what is too old has gone. Placed by the same model still.
    places : numpy.ndarray of shape (n_customers,)
        The segments of this report, for the customers of `shifted`.
    on_border : numpy.ndarray of bool of shape (n_customers,)
        Who of them stands on a border: a change of segment tells nothing of what they did.
    seen_earlier : collection of str
        Customers who ordered before the previous report's window.
    """

    before: Standing
    widened: Standing
    shifted: Standing
    places: np.ndarray
    on_border: np.ndarray
    seen_earlier: Collection[str]


def trace_customers(way: Way) -> pd.DataFrame:
    """Join the steps of the way by customer.

    Returns
    -------
    pandas.DataFrame
        Index `customer_id`. Columns `before`, `widened`, `shifted`, `now`: segment at each step, 0 where the customer
        is not in it; `on_border`, 0 or 1; `amount_before`, `amount_widened`, `amount_now`: sales in ten-thousandths, 0
        likewise; `origin` and `target`: the segment, or `NEW`, `RETURNED` and `LEFT`.
    """
    steps = {"before": way.before, "widened": way.widened, "shifted": way.shifted}
    columns = []
    for name, step in steps.items():
        ids = step.customers.frame[c.CUSTOMER_ID]
        amount = "amount_now" if name == "shifted" else f"amount_{name}"
        values = {name: step.places, amount: step.customers.frame[c.AMOUNT].to_numpy()}
        if name == "shifted":
            values |= {"now": way.places, "on_border": way.on_border.astype(np.int64)}
        columns.append(pd.DataFrame(values, index=pd.Index(ids, name=c.CUSTOMER_ID)))
    traces = pd.concat(columns, axis=1).fillna(_ABSENT).astype(np.int64).sort_index()
    seen_earlier = traces.index.isin(list(way.seen_earlier))
    arrived = np.where(seen_earlier, RETURNED, NEW)
    traces["origin"] = np.where(traces["before"] == _ABSENT, arrived, traces["before"])
    traces["target"] = np.where(traces["now"] == _ABSENT, LEFT, traces["now"])
    return traces


def count_moves(traces: pd.DataFrame) -> pd.DataFrame:
    """Count the customers of each way from segment to segment.

    Returns
    -------
    pandas.DataFrame
        Columns `origin`, `target`, `customers`, `by_borders` (those of them whom the earlier model would have left
        where they were, or who stand on a border now), `amount_before`, `amount_now`; one row for each way that
        somebody went, those who stayed included. Who came and left between the two reports is in neither, and left out.
    """
    there = traces[(traces["before"] != _ABSENT) | (traces["now"] != _ABSENT)]
    is_near = (there["before"] == there["shifted"]) | (there["on_border"] > 0)
    by_borders = is_near & (there["now"] != there["before"]) & (there["now"] != _ABSENT) & (there["before"] != _ABSENT)
    groups = there.assign(by_borders=by_borders.astype(np.int64)).groupby(["origin", "target"])
    sums = groups[["by_borders", "amount_before", "amount_now"]].sum()
    return groups.size().to_frame("customers").join(sums).reset_index()


def split_causes(traces: pd.DataFrame, printed: Mapping[int, tuple[int, int]]) -> dict[int, dict[str, tuple[int, int]]]:
    """Split the change of each segment into causes that add up exactly.

    Parameters
    ----------
    traces : pandas.DataFrame
        From `trace_customers`.
    printed : mapping
        Customers and amount of each segment as the previous report printed them.

    Returns
    -------
    dict
        By segment, of either report: customers and amount by cause (`CAUSES`). For each segment they add up to what
        this report has less what the previous one printed.

    Notes
    -----
    The causes are the steps of the way, in order: what was printed -> the same month as the lines are today
    (`corrected`) -> with the orders since then (`new` and `returned` for customers who were in no segment, `behaviour`
    for all others) -> in this report's window (`aged_out`) -> by this report's model (`boundaries`). Who changed
    segment by their orders and stands on a border now counts under `boundaries`.
    """
    was_there = traces["before"] != _ABSENT
    is_near = was_there & (traces["on_border"] > 0) & (traces["widened"] != traces["before"])
    parts = {
        "new": traces["origin"] == NEW,
        "returned": traces["origin"] == RETURNED,
        "behaviour": was_there & ~is_near,
    }
    places = sorted({*printed, *traces["before"], *traces["widened"], *traces["shifted"], *traces["now"]} - {_ABSENT})
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for place in places:
        customers, amount = printed.get(place, (0, 0))
        now = _sum(traces, place, "before", "amount_before")
        causes = {"corrected": (now[0] - customers, now[1] - amount)}
        for cause, part in parts.items():
            causes[cause] = _step(traces[part], place, ("before", "amount_before"), ("widened", "amount_widened"))
        causes["aged_out"] = _step(traces, place, ("widened", "amount_widened"), ("shifted", "amount_now"))
        moved = _step(traces, place, ("shifted", "amount_now"), ("now", "amount_now"))
        near = _step(traces[is_near], place, ("before", "amount_before"), ("widened", "amount_widened"))
        causes["boundaries"] = (moved[0] + near[0], moved[1] + near[1])
        found[place] = {cause: causes[cause] for cause in CAUSES}
    return found


def _sum(traces: pd.DataFrame, place: int, step: str, amount: str) -> tuple[int, int]:
    there = traces[step] == place
    return int(there.sum()), int(traces.loc[there, amount].sum())


def _step(traces: pd.DataFrame, place: int, first: tuple[str, str], then: tuple[str, str]) -> tuple[int, int]:
    old, new = _sum(traces, place, *first), _sum(traces, place, *then)
    return new[0] - old[0], new[1] - old[1]


def round_parts(parts: Sequence[int], total: int, unit: int) -> list[int]:
    """Round amounts to a coarser unit so that they still add up (largest remainders).

    Parameters
    ----------
    parts : sequence of int
        Amounts.
    total : int
        What they must add up to, in the coarser unit; at most one unit for each part away from their own sum.
    unit : int
        How many of the finer unit one of the coarser is.

    Returns
    -------
    list of int
        In the coarser unit; each is one of the two nearest to its part wherever the total allows.
    """
    rounded = [part // unit for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda n: (-(parts[n] % unit), n))
    left = total - sum(rounded)
    for step in range(abs(left)):
        at = by_remainder[step % len(parts)] if left > 0 else by_remainder[-1 - step % len(parts)]
        rounded[at] += 1 if left > 0 else -1
    return rounded
