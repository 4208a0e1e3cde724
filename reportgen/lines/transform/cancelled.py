"""Finds what the numbers of cancelled orders begin with, where a shop marks them so."""

from __future__ import annotations

import re
from collections import Counter

import narwhals as nw

from reportgen import columns as c
from reportgen.lines.engine.compute import collect
from reportgen.model.lines import OrderLines

_NEGATIVE_SHARE = 0.98
"""Share of the lines of a prefix that are negative, above which it marks cancelled orders; and as few elsewhere."""
_LEAST_LINES = 10


def find_cancelled_prefix(lines: OrderLines) -> str | None:
    """Find letters that order numbers begin with and whose lines are nearly all negative, and hardly any others are.

    Parameters
    ----------
    lines : OrderLines
        Of the source.

    Returns
    -------
    str or None
        The letters; None where there are none, or several.
    """
    if not lines.has_order_ids:
        return None
    first = nw.col(c.ORDER_ID).str.slice(0, 2)
    is_negative = nw.coalesce((nw.col(c.AMOUNT) < 0) | (nw.col(c.QUANTITY) < 0), nw.lit(value=False))
    counted = collect(lines.frame.group_by(first.alias("first"), is_negative.alias("is_negative")).agg(n=nw.len()))
    total: Counter[str] = Counter()
    negative: Counter[str] = Counter()
    for start, below_zero, n in zip(counted["first"], counted["is_negative"], counted["n"], strict=True):
        letters = re.match(r"[A-Za-z]*", str(start) if isinstance(start, str) else "")
        prefix = letters[0] if letters else ""
        total[prefix] += int(n)
        negative[prefix] += int(n) if below_zero else 0
    marked = [p for p in total if p and total[p] >= _LEAST_LINES and negative[p] >= _NEGATIVE_SHARE * total[p]]
    rest = sum(total.values()) - sum(total[p] for p in marked)
    is_alone = len(marked) == 1 and rest > total[marked[0]]
    return marked[0] if is_alone else None
