"""All orders of the sample, with what real exports hold besides sales: guests, returns and lines entered twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from reportgen.sample.baskets import Line, draw_extras, fill_basket
from reportgen.sample.catalogue import PRODUCTS
from reportgen.sample.customers import GROUPS, Customer, Group
from reportgen.sample.trading import FIRST_DAY, LAST_DAY, draw_store, draw_visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportgen.sample.chance import Chance

_FIRST_ORDER_NUMBER: Final = 180_001
_AWAY_FROM_HOME: Final = 0.06
_ORDER_SPREAD: Final = 0.26
_GUEST_SHARE: Final = 0.08
# Those who shop without a card are mostly passers-by, sometimes gift buyers.
_PASSERS_BY: Final = 0.8
_RETURNED_SHARE: Final = 0.056
_ENTERED_TWICE: Final = 0.0015
# A return needs a day on which the store is open: Christmas closes it for two, a Sunday may make it three.
_DAYS_TO_RETURN: Final = 3
_BY_ID: Final = {group.group_id: group for group in GROUPS}
_CAN_COME_BACK: Final = frozenset(product.product_id for product in PRODUCTS)


@dataclass(frozen=True, slots=True)
class Order:
    """One basket that went through a till, or came back to it.

    Attributes
    ----------
    ordered_at : datetime
        The minute of the order.
    store : str
        The store.
    customer_id : str
        Empty for a guest.
    lines : tuple of Line
        At least one.
    is_return : bool
        Whether the lines were brought back.
    """

    ordered_at: datetime
    store: str
    customer_id: str
    lines: tuple[Line, ...]
    is_return: bool = False


def draw_orders(chance: Chance, customers: list[Customer]) -> list[tuple[str, Order]]:
    """Draw every order of the customers and of guests, and what came back of them.

    Parameters
    ----------
    chance : Chance
        The source of chance.
    customers : list of Customer
        Whose orders they are.

    Returns
    -------
    list of (str, Order)
        Each order with its number, in the order of time; the number of a return begins with ``C``.
    """
    orders = [order for customer in customers for order in _draw_orders_of(chance, customer)]
    returns = list(_draw_returns(chance, orders))
    guests = round(len(orders) * _GUEST_SHARE / (1 - _GUEST_SHARE))
    orders += [_draw_guest_order(chance) for _ in range(guests)]
    in_time = sorted(orders + returns, key=lambda order: (order.ordered_at, order.store, order.customer_id))
    return [
        (f"{'C' if order.is_return else ''}{number}", order)
        for number, order in enumerate(in_time, _FIRST_ORDER_NUMBER)
    ]


def _draw_orders_of(chance: Chance, customer: Customer) -> Iterator[Order]:
    for _ in range(customer.order_count):
        store = draw_store(chance) if chance.happens(_AWAY_FROM_HOME) else customer.home_store
        ordered_at = draw_visit(chance, store, customer.first, customer.last)
        lines = _draw_lines(chance, customer.group, ordered_at.month, customer.typical_order)
        yield Order(ordered_at, store, customer.customer_id, lines)


def _draw_guest_order(chance: Chance) -> Order:
    group = _BY_ID["rare_small" if chance.happens(_PASSERS_BY) else "rare_big"]
    store = draw_store(chance)
    ordered_at = draw_visit(chance, store, FIRST_DAY, LAST_DAY)
    return Order(ordered_at, store, "", _draw_lines(chance, group, ordered_at.month, group.median_order))


def _draw_lines(chance: Chance, group: Group, month: int, typical_order: float) -> tuple[Line, ...]:
    basket = fill_basket(chance, group, month, chance.log_normal(typical_order, _ORDER_SPREAD))
    lines = basket + draw_extras(chance, basket, month)
    if chance.happens(_ENTERED_TWICE * len(lines)):
        lines.append(lines[chance.between(0, len(lines) - 1)])
    return tuple(lines)


def _draw_returns(chance: Chance, orders: list[Order]) -> Iterator[Order]:
    """Draw what is brought back within four weeks, to the store where it was bought."""
    for order in orders:
        if not chance.happens(_RETURNED_SHARE):
            continue
        can_come_back = [line for line in dict.fromkeys(order.lines) if line.product.product_id in _CAN_COME_BACK]
        first = order.ordered_at.date() + timedelta(days=2)
        last = min(first + timedelta(days=26), LAST_DAY)
        if (last - first).days < _DAYS_TO_RETURN:
            continue
        start = chance.between(0, len(can_come_back) - 1)
        taken = can_come_back[start : start + chance.between(1, 2)]
        lines = tuple(Line(line.product, -chance.between(1, line.quantity)) for line in taken)
        yield Order(draw_visit(chance, order.store, first, last), order.store, order.customer_id, lines, is_return=True)
