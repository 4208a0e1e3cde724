"""Looks back at customers like those of each segment, and at how many took the next step unaided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.actions import Unaided
from reportgen.model.customers import Customers
from reportgen.model.months import RETURN_DAYS
from reportgen.segments.stages import Rhythm, find_stages, usable_ends

_FOLLOWED = (
    *(c.CUSTOMER_ID, c.SEGMENT, "month_end", "followed", "until_next", "stage", c.ORDER_COUNT),
    *("value_before", "orders_after", "value_after"),
)


def follow_earlier(
    order_days: pd.DataFrame,
    month_ends: Sequence[tuple[int, int]],
    as_of: int,
    place: Callable[[Customers], np.ndarray],
    *,
    is_net: bool,
) -> pd.DataFrame:
    """Place the customers of earlier month ends by today's borders, and tell what they did afterwards.

    Parameters
    ----------
    order_days : pandas.DataFrame
        From `list_order_days`, sorted by customer and day.
    month_ends : sequence of (int, int)
        First and last day of the window of each earlier month, oldest first; the latest six that are 90 days ago are
        looked at.
    as_of : int
        The last day observed.
    place : callable
        Gives the segment of each of some customers.
    is_net : bool
        Whether customers are placed by their sales less returns.

    Returns
    -------
    pandas.DataFrame
        A row for each customer and month end: `customer_id` (int, the number in `order_days`), `segment`, `month_end`
        (day), `followed` (days since), `until_next` (days to the next order, nan), `stage` and `order_count` then,
        `value_before` (mean order value), and of the `RETURN_DAYS` after it `orders_after` and `value_after`.
    """
    ends = usable_ends(month_ends, as_of)
    first_ever = order_days[order_days[c.ORDERS] > 0].groupby("customer")["day"].min()
    order_days = order_days.assign(first_ever=order_days["customer"].map(first_ever))
    tables = [
        _follow(order_days, first, last, place, is_net=is_net).assign(followed=as_of - last) for first, last in ends
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(_FOLLOWED))


def look_back_on_steps(followed: pd.DataFrame, goals: Mapping[int, float | None]) -> dict[int, Unaided]:
    """Look back at how many took the next step of their segment unaided.

    Parameters
    ----------
    followed : pandas.DataFrame
        From `follow_earlier`.
    goals : mapping
        By segment that has a next step: the order value that baskets are to grow to, None for one more order.

    Returns
    -------
    dict
        By segment; one that nobody stood in is left out.
    """
    found = {}
    for number, goal in goals.items():
        mine = followed[followed[c.SEGMENT] == number]
        looked_at = mine if goal is None else mine[(mine["orders_after"] > 0) & (mine["value_before"] < goal)]
        if len(looked_at):
            found[number] = _measure(looked_at, goal, int(followed["month_end"].nunique()))
    return found


def _measure(looked_at: pd.DataFrame, goal: float | None, months: int) -> Unaided:
    if goal is not None:
        took = int((looked_at["value_after"] >= goal).sum())
        return Unaided(months, len(looked_at), took, None, None)
    took_it = looked_at[looked_at["orders_after"] > 0]
    before, after = (
        round(float(took_it[name].mean()), 2) if len(took_it) else None for name in ("value_before", "value_after")
    )
    return Unaided(months, len(looked_at), len(took_it), before, after)


def _follow(
    order_days: pd.DataFrame, first: int, last: int, place: Callable[[Customers], np.ndarray], *, is_net: bool
) -> pd.DataFrame:
    """Place the customers of an earlier window, and tell what they ordered in the 90 days after it."""
    day = order_days["day"]
    inside = _sum_up(order_days[(day >= first) & (day <= last)])
    frame = inside[inside[c.ORDER_COUNT] > 0].reset_index(names=c.CUSTOMER_ID)
    frame[c.TOTAL_SALES] = frame["net"] if is_net else frame["bought"]
    frame[c.AVG_ORDER_VALUE] = frame[c.TOTAL_SALES] / frame[c.ORDER_COUNT]
    frame[c.RECENCY_DAYS] = last - frame["last_day"]
    frame[c.FIRST_ORDERED_AT], frame[c.LAST_ORDERED_AT] = (
        pd.to_datetime(frame[day], unit="D") for day in ("first_day", "last_day")
    )
    after = _sum_up(order_days[(day > last) & (day <= last + RETURN_DAYS)]).reindex(frame[c.CUSTOMER_ID], fill_value=0)
    orders_after = after[c.ORDER_COUNT].to_numpy()
    bought = order_days[order_days[c.ORDERS] > 0]
    rhythm = Rhythm(frame[c.ORDER_DAYS].to_numpy(), frame["first_day"].to_numpy(), frame["last_day"].to_numpy())
    stages = find_stages(rhythm, frame["first_ever"].to_numpy(), last)
    later = bought[bought["day"] > last].groupby("customer")["day"].min()
    return pd.DataFrame(
        {
            c.CUSTOMER_ID: frame[c.CUSTOMER_ID].to_numpy(),
            "month_end": last,
            "until_next": later.reindex(frame[c.CUSTOMER_ID]).to_numpy(dtype=float) - last,
            c.SEGMENT: place(Customers(frame, orders=int(frame[c.ORDER_COUNT].sum()))),
            "stage": stages,
            c.ORDER_COUNT: frame[c.ORDER_COUNT].to_numpy(),
            "value_before": (frame["net"] / frame[c.ORDER_COUNT]).to_numpy(),
            "orders_after": orders_after,
            "value_after": after["net"].to_numpy() / np.where(orders_after > 0, orders_after, 1),
        }
    )


def _sum_up(order_days: pd.DataFrame) -> pd.DataFrame:
    """Sum up order days by customer: orders and days with one, sales with and without returns, first and last day.

    The rows are sorted, so that each customer's are beside each other: grouping them anew took most of this time.
    """
    bought = order_days[order_days[c.ORDERS] > 0]
    starts, customers = _find_runs(bought)
    ends = np.append(starts, len(bought))[1:]
    day, first_ever = bought["day"].to_numpy(), bought["first_ever"].to_numpy()
    return pd.DataFrame(
        {
            c.ORDER_COUNT: np.add.reduceat(bought[c.ORDERS].to_numpy(), starts),
            c.ORDER_DAYS: ends - starts,
            "bought": np.add.reduceat(bought[c.AMOUNT].to_numpy(), starts) / c.MONEY_SCALE,
            "first_day": day[starts],
            "last_day": day[ends - 1],
            "first_ever": first_ever[starts],
            "net": _sum_all(order_days)[customers].to_numpy() / c.MONEY_SCALE,
        },
        index=pd.Index(customers, name="customer"),
    )


def _sum_all(order_days: pd.DataFrame) -> pd.Series:
    starts, customers = _find_runs(order_days)
    return pd.Series(np.add.reduceat(order_days[c.AMOUNT].to_numpy(), starts), index=customers)


def _find_runs(order_days: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Find where each customer's rows begin, and who they are."""
    who = order_days["customer"].to_numpy()
    starts = np.flatnonzero(np.append(True, who[1:] != who[:-1])) if len(who) else np.zeros(0, dtype=np.intp)
    return starts, who[starts]
