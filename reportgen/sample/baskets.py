"""What goes into one basket: the group's taste, the pairs that belong together, and a sum to spend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reportgen.sample.catalogue import CARRIER_BAG, DELIVERY, FREE_SAMPLES, GIFT_WRAPPING, PRODUCTS, Product
from reportgen.sample.tastes import companion_of, taste_table

if TYPE_CHECKING:
    from reportgen.sample.chance import Chance
    from reportgen.sample.customers import Group

# People buy one, a pair, half a dozen: never seven.
_PACKS: Final = (1, 2, 3, 4, 6, 8, 12, 24)
_TRIES: Final = 6
_BIG_BASKET: Final = 10_000
_PRESENTS_FROM: Final = 11


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order, without the order.

    Attributes
    ----------
    product : Product
        What was bought, or the service given with it.
    quantity : int
        How many units; negative when they were brought back.
    """

    product: Product
    quantity: int


def fill_basket(chance: Chance, group: Group, month: int, to_spend: float) -> list[Line]:
    """Fill a basket for about the sum to spend.

    Parameters
    ----------
    chance : Chance
        The source of chance.
    group : Group
        Whose taste it is.
    month : int
        The calendar month, 1 to 12: seasonal products come and go.
    to_spend : float
        In pence. The basket may end a little above or below it.

    Returns
    -------
    list of Line
        At least one; no product twice.
    """
    basket: dict[Product, int] = {}
    left = to_spend
    lines_to_come = max(1, round(to_spend / group.line_value * (0.7 + 0.6 * chance.uniform())))
    while lines_to_come > 0:
        product = _draw_product(chance, group, month, basket, left)
        if product is None:
            break
        quantity = _draw_quantity(chance, product, left, lines_to_come)
        basket[product] = quantity
        left -= product.pence * quantity
        lines_to_come -= 1
        companion = _draw_companion(chance, product)
        if companion is not None and companion not in basket:
            basket[companion] = min(quantity, _most_units(companion, left))
            left -= companion.pence * basket[companion]
            lines_to_come -= 1
    return [Line(product, quantity) for product, quantity in basket.items()]


def draw_extras(chance: Chance, basket: list[Line], month: int) -> list[Line]:
    """Draw the lines of an order that nobody came for: delivery, wrapping, bags and free samples.

    Parameters
    ----------
    chance : Chance
        The source of chance.
    basket : list of Line
        What was bought.
    month : int
        The calendar month, 1 to 12: presents are wrapped before Christmas.

    Returns
    -------
    list of Line
        None, one or several.
    """
    is_big = sum(line.product.pence * line.quantity for line in basket) >= _BIG_BASKET
    extras = []
    if chance.happens(0.12 if is_big else 0.02):
        extras.append(Line(DELIVERY, 1))
    elif chance.happens(0.13):
        extras.append(Line(CARRIER_BAG, 2 if is_big else 1))
    if chance.happens(0.07 if month >= _PRESENTS_FROM else 0.02):
        extras.append(Line(GIFT_WRAPPING, 1))
    if chance.happens(0.012):
        extras.append(Line(FREE_SAMPLES[chance.between(0, len(FREE_SAMPLES) - 1)], 1))
    return extras


def _draw_product(chance: Chance, group: Group, month: int, basket: dict[Product, int], left: float) -> Product | None:
    """Draw a product that is not in the basket yet and does not break the sum; None when none comes up."""
    table = taste_table(group.group_id, month)
    cheapest = None
    for _ in range(_TRIES):
        product = PRODUCTS[chance.pick(table)]
        if product in basket:
            continue
        if product.pence <= 1.05 * left:
            return product
        if cheapest is None or product.pence < cheapest.pence:
            cheapest = product
    # An empty basket is no order: then the cheapest thing seen is taken, whatever it costs.
    return None if basket else cheapest


def _draw_companion(chance: Chance, product: Product) -> Product | None:
    pair = companion_of(product)
    return pair[0] if pair is not None and chance.happens(pair[1]) else None


def _draw_quantity(chance: Chance, product: Product, left: float, lines_to_come: int) -> int:
    line_budget = left / lines_to_come * (0.6 + 0.8 * chance.uniform())
    return _most_units(product, min(line_budget, left))


def _most_units(product: Product, budget: float) -> int:
    """Return the largest pack that the budget pays for; one at least."""
    return max((pack for pack in _PACKS if pack * product.pence <= budget), default=1)
