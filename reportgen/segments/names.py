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
    kinds = {number: kind_of(row) for number, row in rows.items()}
    recency = {number: recency_of(row) for number, row in rows.items()}
    names = {n: _plain_name(kinds[n], recency[n], own_names) for n in rows}
    for tell_apart in (_by_basket, _by_often, _by_recency, _by_number):
        for clash in _clashes(names):
            names |= tell_apart({n: rows[n] for n in clash}, names)
    return {n: SegmentName(kinds[n], recency[n], names[n], is_own=kinds[n] in own_names) for n in rows}


def kind_of(row: pd.Series) -> str:
    """Return the kind of a segment: ``frequent|occasional|rare`` and ``big|mid|small``, such as ``rare_big``."""
    often = _level(row[f"percentile_{c.ORDER_COUNT}"], ("rare", "occasional", "frequent"))
    basket = _level(row[f"percentile_{c.AVG_ORDER_VALUE}"], ("small", "mid", "big"))
    return f"{often}_{basket}"


def _level(percentile: float, words: tuple[str, str, str]) -> str:
    return words[0] if percentile <= LOW else words[2] if percentile >= HIGH else words[1]


def recency_of(row: pd.Series) -> str | None:
    """Return `recent` or `lapsed` where a segment's last orders lie clearly nearer or farther back than others'."""
    percentile = row[f"percentile_{c.RECENCY_DAYS}"]
    return "lapsed" if percentile >= LAPSED else "recent" if percentile <= RECENT else None


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


def _by_number(rows: _Rows, names: Mapping[int, str]) -> dict[int, str]:
    """Add a number to those that nothing tells apart, by mean total sales as segments are; the first keeps its name."""
    taken = set(names.values())
    numbered = {}
    for position, number in enumerate(sorted(rows)[1:], 2):
        step = position
        while f"{names[number]} ({step})" in taken:
            step += 1
        numbered[number] = f"{names[number]} ({step})"
        taken.add(numbered[number])
    return numbered
