"""The planted truth: four groups of customers that a good segmentation of the sample must find again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from reportgen.sample.trading import FIRST_DAY, LAST_DAY, draw_store

if TYPE_CHECKING:
    from reportgen.sample.chance import Chance


@dataclass(frozen=True, slots=True)
class Group:
    """How the customers of one planted group shop.

    Attributes
    ----------
    group_id : str
        The name in the file of planted groups.
    customers : int
        How many there are.
    fewest_orders : int
        How often each of them orders at the least.
    further_orders : float
        How many orders come on top of that, on average.
    median_order : float
        The median value of an order, in pence.
    line_value : float
        What they spend on one line of an order, in pence: decides between more lines and more units.
    """

    group_id: str
    customers: int
    fewest_orders: int
    further_orders: float
    median_order: float
    line_value: float


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer, and what decides when and how much they buy.

    Attributes
    ----------
    customer_id : str
        The number on the loyalty card; six digits, the first of them zeros.
    group : Group
        The planted group.
    home_store : str
        Where nearly all the orders are made.
    first, last : date
        The days between which the orders fall.
    order_count : int
        How many orders there are between them.
    typical_order : float
        The median value of this customer's orders, in pence.
    """

    customer_id: str
    group: Group
    home_store: str
    first: date
    last: date
    order_count: int
    typical_order: float


# Id, customers, fewest and further orders, then median order and line value in pence.
# The few rare customers who come three times or more make the border between the groups lifelike.
GROUPS: Final = (
    Group("frequent_big", 452, 8, 3.3, 18000, 5200),
    Group("frequent_small", 414, 8, 3.2, 3600, 1800),
    Group("rare_big", 416, 1, 0.14, 21500, 4100),
    Group("rare_small", 518, 1, 0.30, 2800, 1300),
)

_CUSTOMER_SPREAD: Final = 0.20
# Within a group, who comes more often buys less each time: orders go up as total sales do, but not in step.
_LESS_EACH_TIME: Final = 0.4
_LAPSED: Final = 0.17
_JOINED: Final = 0.20


def draw_customers(chance: Chance) -> list[Customer]:
    """Draw the customers of all groups.

    Parameters
    ----------
    chance : Chance
        The source of chance.

    Returns
    -------
    list of Customer
        In the order of their ids, which say nothing about the group.
    """
    groups = [group for group in GROUPS for _ in range(group.customers)]
    groups = [groups[place] for _, place in sorted((chance.uniform(), place) for place in range(len(groups)))]
    customers = []
    card = 100
    for group in groups:
        card += chance.between(1, 11)
        customers.append(_draw_customer(chance, f"{card:06d}", group))
    return customers


def _draw_customer(chance: Chance, customer_id: str, group: Group) -> Customer:
    is_frequent = group.fewest_orders > 1
    first, last = _draw_span(chance) if is_frequent else (FIRST_DAY, LAST_DAY)
    order_count = group.fewest_orders + chance.geometric(group.further_orders)
    usual_count = group.fewest_orders + group.further_orders
    median_order = group.median_order * (usual_count / order_count) ** _LESS_EACH_TIME
    typical_order = chance.log_normal(median_order, _CUSTOMER_SPREAD)
    return Customer(customer_id, group, draw_store(chance), first, last, order_count, typical_order)


def _draw_span(chance: Chance) -> tuple[date, date]:
    """Draw the days between which a frequent customer shops: some have lapsed, some came lately."""
    fate = chance.uniform()
    if fate < _LAPSED:
        return FIRST_DAY, LAST_DAY - timedelta(days=chance.between(70, 200))
    if fate < _LAPSED + _JOINED:
        return FIRST_DAY + timedelta(days=chance.between(60, 230)), LAST_DAY
    return FIRST_DAY, LAST_DAY
