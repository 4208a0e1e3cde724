"""Names segments from how often and how much each time, with recency as a qualifier, always unique."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

import pandas as pd

from reportgen import columns as c
from reportgen.model.identity import SegmentName
from reportgen.model.segments import Profiles

LOW, HIGH = 0.42, 0.58
"""Mean percentiles up to LOW are low, from HIGH on high: the middle is close to the median customer."""
LAPSED, RECENT = 0.70, 0.30
"""Mean percentile of recency (days since the last order) from which a segment is lapsed, or up to which recent."""
CLEARLY = 0.08
"""Two segments of one kind are told apart by a metric when their mean percentiles differ by more than this."""

_OFTEN = {"frequent": "Frequent buyers", "occasional": "Occasional buyers", "rare": "Rare buyers"}
_BASKET = {"big": "big baskets", "mid": "mid-size baskets", "small": "small baskets"}
_PLACES = ("second-highest", "third-highest", *(f"{n}th-highest" for n in range(4, 10)))
UNDIVIDED = SegmentName("occasional_mid", None, "All customers")


def name_segments(profiles: Profiles, own_names: Mapping[str, str]) -> dict[int, SegmentName]:
    """Name every segment.

    Parameters
    ----------
    profiles : Profiles
        Of the segments.
    own_names : mapping
        Kind to the name that the config wants; a qualifier is added only where two would be the same.

    Returns
    -------
    dict
        Segment number to its name; no two names are equal.
    """
    rows = {int(number): row for number, row in profiles.frame.iterrows()}  # type: ignore[call-overload]
    if len(rows) == 1:
        return dict.fromkeys(rows, UNDIVIDED)
    kinds = {number: kind_of(row, profiles.base) for number, row in rows.items()}
    recency = {number: recency_of(row, profiles.base) for number, row in rows.items()}
    names = {n: _plain_name(kinds[n], recency[n], own_names) for n in rows}
    for tell_apart in (_by_basket, _by_often, _by_recency, _by_spend):
        for clash in _clashes(names):
            names |= tell_apart({n: rows[n] for n in clash}, names)
    return {n: SegmentName(kinds[n], recency[n], names[n], is_own=kinds[n] in own_names) for n in rows}


def kind_of(row: pd.Series, base: pd.Series) -> str:
    """Return the kind of a segment: ``frequent|occasional|rare`` and ``big|mid|small``, such as ``rare_big``.

    Ranks say which it is; the mean, printed beside the name, has to lie on the same side of all customers'.

    Parameters
    ----------
    row, base : pandas.Series
        Of a segment's profile, and of all customers'.
    """
    often = _level(row, base, c.ORDER_COUNT, ("rare", "occasional", "frequent"))
    basket = _level(row, base, c.AVG_ORDER_VALUE, ("small", "mid", "big"))
    return f"{often}_{basket}"


def _level(row: pd.Series, base: pd.Series, metric: str, words: tuple[str, str, str]) -> str:
    percentile, above = row[f"percentile_{metric}"], row[f"mean_{metric}"] - base[f"mean_{metric}"]
    if percentile <= LOW and above < 0:
        return words[0]
    return words[2] if percentile >= HIGH and above > 0 else words[1]


def recency_of(row: pd.Series, base: pd.Series) -> str | None:
    """Return `recent` or `lapsed` where a segment's last orders lie clearly nearer or farther back than others'."""
    percentile = row[f"percentile_{c.RECENCY_DAYS}"]
    later = row[f"median_{c.RECENCY_DAYS}"] - base[f"median_{c.RECENCY_DAYS}"]
    if percentile >= LAPSED and later > 0:
        return "lapsed"
    return "recent" if percentile <= RECENT and later < 0 else None


def _plain_name(kind: str, recency: str | None, own_names: Mapping[str, str]) -> str:
    if kind in own_names:
        return own_names[kind]
    often, basket = kind.split("_")
    buyers = _OFTEN[often]
    if recency is not None:
        buyers = f"{recency.capitalize()} {buyers[0].lower()}{buyers[1:]}"
    return f"{buyers}, {_BASKET[basket]}"


def _clashes(names: Mapping[int, str]) -> list[list[int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for number, name in names.items():
        holders[name].append(number)
    return [numbers for numbers in holders.values() if len(numbers) > 1]


_Rows = Mapping[int, pd.Series]
_Namer = Callable[[_Rows, Mapping[int, str]], dict[int, str]]


def _by_basket(rows: _Rows, names: Mapping[int, str]) -> dict[int, str]:
    """Tell apart by order value: the extreme one of a kind becomes "very big" or "very small"."""
    metric = f"percentile_{c.AVG_ORDER_VALUE}"
    ranked = sorted(rows, key=lambda n: rows[n][metric])
    if rows[ranked[-1]][metric] - rows[ranked[-2]][metric] > CLEARLY and "big baskets" in names[ranked[-1]]:
        return {ranked[-1]: names[ranked[-1]].replace("big baskets", "very big baskets")}
    if rows[ranked[1]][metric] - rows[ranked[0]][metric] > CLEARLY and "small baskets" in names[ranked[0]]:
        return {ranked[0]: names[ranked[0]].replace("small baskets", "very small baskets")}
    return {}


def _by_often(rows: _Rows, names: Mapping[int, str]) -> dict[int, str]:
    metric = f"percentile_{c.ORDER_COUNT}"
    ranked = sorted(rows, key=lambda n: rows[n][metric])
    if rows[ranked[-1]][metric] - rows[ranked[-2]][metric] > CLEARLY and "requent buyers" in names[ranked[-1]]:
        name = names[ranked[-1]]
        plain, very = ("Frequent", "Very frequent") if "Frequent buyers" in name else ("frequent", "very frequent")
        return {ranked[-1]: name.replace(f"{plain} buyers", f"{very} buyers")}
    return {}


def _by_recency(rows: _Rows, names: Mapping[int, str]) -> dict[int, str]:
    metric = f"percentile_{c.RECENCY_DAYS}"
    ranked = sorted(rows, key=lambda n: rows[n][metric])
    if rows[ranked[-1]][metric] - rows[ranked[-2]][metric] > CLEARLY:
        return {ranked[-1]: f"{names[ranked[-1]]}, longer ago"}
    if rows[ranked[1]][metric] - rows[ranked[0]][metric] > CLEARLY:
        return {ranked[0]: f"{names[ranked[0]]}, more recently"}
    return {}


def _by_spend(rows: _Rows, names: Mapping[int, str]) -> dict[int, str]:
    """Tell apart what nothing else does by mean total sales, which segments are numbered by."""
    ranked = sorted(rows)
    words = ["higher spend", "lower spend"]
    if len(ranked) > 2:
        between = [f"{place} spend" for place in _PLACES[: len(ranked) - 2]]
        words = ["highest spend", *between, "lowest spend"]
    told: dict[int, str] = {}
    taken = set(names.values())
    for number, word in zip(ranked, words, strict=True):
        name = f"{names[number]}, {word}"
        while name in taken:  # a config may give any name
            name = f"{name}, {word}"
        told[number] = name
        taken.add(name)
    return told
