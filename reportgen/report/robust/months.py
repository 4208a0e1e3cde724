"""Tries what a headline says of months without the top buyers, and with returns the other way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.lines.transform.visits import day_number
from reportgen.model.facts import Facts
from reportgen.model.headline import HeadlineFinding, MonthSales, SameMonthLastYear
from reportgen.model.months import MonthFigures
from reportgen.model.robustness import LEAST, Variation
from reportgen.months import add_months, first_day
from reportgen.narrative.headline_sentences import STEADY
from reportgen.report.history import History
from reportgen.report.robust.survival import Judgement
from reportgen.segments.trust.variations import find_top

_NEARLY = 0.05
"""Up to which a change may be where none is printed."""


def try_months(
    findings: Sequence[HeadlineFinding], facts: Facts, history: History, options: Options
) -> Iterator[Judgement]:
    """Try the findings on months without the top buyers, and with returns the other way."""
    days, is_net = history.order_days, options.cleansing.returns == "net"
    inside = days[days["day"] >= day_number(facts.period.first_day)]
    totals = (inside if is_net else inside[inside[c.ORDERS] > 0]).groupby("customer")[c.AMOUNT].sum()
    top = totals.index[find_top(totals.to_numpy())]
    others: dict[Variation, tuple[pd.DataFrame, bool]] = {
        "without_top": (days[~days["customer"].isin(top)], is_net),
        "returns": (days, not is_net),
    }
    for finding in findings:
        now, before = _months_of(finding)
        if now is None or before is None or before.sales <= 0:
            continue
        printed = float(now.sales) / float(before.sales) - 1
        for variation, (lines, net) in others.items():
            month, earlier = (_sum_up_month(lines, each.month, is_net=net) for each in (now, before))
            survives = earlier > 0 and _is_same_change(month / earlier - 1, printed)
            yield Judgement(variation, finding, survives)


def _months_of(finding: HeadlineFinding) -> tuple[MonthFigures | None, MonthFigures | None]:
    if isinstance(finding, MonthSales):
        return finding.now, finding.previous
    return (finding.now, finding.year_ago) if isinstance(finding, SameMonthLastYear) else (None, None)


def _sum_up_month(days: pd.DataFrame, month: str, *, is_net: bool) -> int:
    first, end = (day_number(first_day(each)) for each in (month, add_months(month, 1)))
    inside = (days["day"] >= first) & (days["day"] < end)
    return int(days.loc[inside if is_net else inside & (days[c.ORDERS] > 0), c.AMOUNT].sum())


def _is_same_change(change: float, printed: float) -> bool:
    if abs(printed) < STEADY:
        return abs(change) < _NEARLY
    return change / printed >= LEAST
