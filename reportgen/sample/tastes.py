"""Who likes what, when, and with what: the reason why the groups' best sellers and the pairs in baskets differ."""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from reportgen.sample.catalogue import PRODUCTS, SHELVES, Product

if TYPE_CHECKING:
    from collections.abc import Mapping

# Cafés and guest houses, neighbours who top up, gift buyers and home movers, passers-by: 1 is an average liking.
AFFINITIES: Final[Mapping[str, Mapping[str, float]]] = {
    "frequent_big": {"Tea & coffee": 1.8, "Tableware": 2.6, "Glass & bar": 1.9, "Linen": 1.2, "Baking": 0.8},
    "frequent_small": {"Tea & coffee": 2.0, "Candles & scent": 1.5, "Baking": 1.7, "Garden": 1.5, "Cookware": 0.6},
    "rare_big": {"Cookware": 2.6, "Linen": 2.2, "Glass & bar": 1.2, "Christmas": 1.5, "Tea & coffee": 0.6},
    "rare_small": {"Cards & paper": 2.6, "Candles & scent": 1.8, "Christmas": 1.6, "Cookware": 0.3, "Tableware": 0.5},
}

# What a group is not said to like or shun it still buys, a little less than the average shopper.
_OTHER_AFFINITY: Final = 0.7

# A small basket leans towards the cheaper things on a shelf, a big one towards the dearer.
_PRICE_LEAN: Final[Mapping[str, float]] = {
    "frequent_big": 0.0,
    "frequent_small": -0.35,
    "rare_big": 0.30,
    "rare_small": -0.45,
}

# January to December; a shelf that is not named sells evenly all year.
_SEASONS: Final[Mapping[str, tuple[float, ...]]] = {
    "Christmas": (0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.7, 2.0, 2.4),
    "Garden": (0.3, 0.5, 1.2, 1.8, 2.0, 1.8, 1.4, 1.1, 0.7, 0.4, 0.3, 0.3),
    "Candles & scent": (1.1, 1.1, 0.9, 0.8, 0.7, 0.7, 0.7, 0.8, 1.0, 1.2, 1.4, 1.4),
    "Glass & bar": (0.8, 0.8, 0.9, 1.0, 1.1, 1.2, 1.2, 1.1, 0.9, 0.9, 1.1, 1.3),
}
_ALL_YEAR: Final = (1.0,) * 12

# Each leader, its companion, and how often the companion goes into the same basket.
PLANTED_PAIRS: Final[tuple[tuple[str, str, float], ...]] = (
    ("00312", "00318", 0.45),  # teapot & tea cosy
    ("00321", "00307", 0.35),  # cafetière & ground coffee
    ("10120", "10121", 0.55),  # pasta machine & drying rack
    ("10131", "10132", 0.45),  # salt & pepper mill & sea salt
    ("00811", "00812", 0.40),  # bundt tin & cooling rack
    ("20413", "20414", 0.50),  # cheese board & cheese knives
    ("20408", "20409", 0.45),  # café mug & saucer
    ("20611", "20612", 0.35),  # champagne flutes & stopper
    ("30211", "30212", 0.40),  # apron & oven glove
    ("40117", "40118", 0.35),  # scented candle & wick trimmer
    ("50213A", "50214", 0.45),  # wrapping paper & ribbon
    ("60311", "60312", 0.50),  # terracotta pot & saucer
    ("70105", "70106", 0.40),  # crackers & holly napkins
)

# A companion is seldom bought for its own sake: a tea cosy wants a teapot.
_FOLLOWER_ALONE: Final = 0.4
_FOLLOWERS: Final = frozenset(companion for _, companion, _ in PLANTED_PAIRS)

_BY_ID: Final = {product.product_id: product for product in PRODUCTS}
_COMPANIONS: Final = {leader: (_BY_ID[companion], often) for leader, companion, often in PLANTED_PAIRS}


def companion_of(product: Product) -> tuple[Product, float] | None:
    """Return the product that goes with this one and how often it does.

    Parameters
    ----------
    product : Product
        A product that has just gone into a basket.

    Returns
    -------
    tuple of (Product, float) or None
        The companion and the chance that it goes into the same basket; None when nothing was planted.
    """
    return _COMPANIONS.get(product.product_id)


@cache
def taste_table(group: str, month: int) -> tuple[float, ...]:
    """Return the running totals of a group's liking for every product in one month.

    Parameters
    ----------
    group : str
        The id of a planted group.
    month : int
        The calendar month, 1 to 12.

    Returns
    -------
    tuple of float
        One running total for each of `PRODUCTS`, in their order: what `Chance.pick` draws from.
    """
    return tuple(accumulate(_liking(group, month, product) for product in PRODUCTS))


def _liking(group: str, month: int, product: Product) -> float:
    popularity = (_PLACES[product.product_id] + 1) ** -0.55
    if product.product_id in _FOLLOWERS:
        popularity *= _FOLLOWER_ALONE
    season = _SEASONS.get(product.category, _ALL_YEAR)[month - 1]
    affinity = AFFINITIES[group].get(product.category, _OTHER_AFFINITY)
    return float(affinity * season * popularity * (product.pence / 1000) ** _PRICE_LEAN[group])


_PLACES: Final = {product_id: place for shelf in SHELVES.values() for place, (product_id, _, _) in enumerate(shelf)}
