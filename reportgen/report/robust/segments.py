"""Tries what a headline says of segments in divisions that could as well have been made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.advice.opportunity import choose_step, size_opportunity
from reportgen.config.options import Options
from reportgen.lines.transform.visits import day_number
from reportgen.model.customers import Customers
from reportgen.model.facts import Facts, SegmentFacts
from reportgen.model.headline import HeadlineFinding, LargestSteps, MonthSales, SameMonthLastYear
from reportgen.model.segments import Segmentation
from reportgen.report.assemble import Segmented
from reportgen.report.change.compare import Comparison
from reportgen.report.history import History
from reportgen.report.robust.survival import Judgement, Said, survives
from reportgen.segments.clusters import assign_customers
from reportgen.segments.features import scale_customers
from reportgen.segments.names import kind_of
from reportgen.segments.profiles import profile_segments
from reportgen.segments.silhouettes import pick_in_proportion
from reportgen.segments.trust.assess import SAMPLE
from reportgen.segments.trust.bootstrap import find_like
from reportgen.segments.trust.variations import Redivided, find_top, redivide

_LATE = "is_late"


@dataclass(frozen=True, eq=False, slots=True)
class Tried:
    """What a headline is tried on.

    Attributes
    ----------
    segmented : Segmented
        The customers, divided.
    history : History
        What the lines say beyond the window.
    comparison : Comparison or None
        The way from the previous report.
    """

    segmented: Segmented
    history: History
    comparison: Comparison | None


def try_segments(
    findings: Sequence[HeadlineFinding], facts: Facts, tried: Tried, options: Options
) -> Iterator[Judgement]:
    """Try the findings on segments in divisions made otherwise."""
    segmented = tried.segmented
    if len(facts.segments) < 2 or segmented.ladder is None or segmented.ladder.rung != "clusters":
        return
    about = [each for each in findings if not isinstance(each, MonthSales | SameMonthLastYear)]
    labels = segmented.segmentation.labels - 1
    picked = pick_in_proportion(labels, SAMPLE, options.segments.random_state)
    whole = segmented.customers.frame.join(tried.history.net).assign(**{_LATE: tried.history.stages == "late"})
    other = _other_amounts(whole, tried.history, facts, is_net=options.cleansing.returns == "net")
    frame, labels = whole.iloc[picked].reset_index(drop=True), labels[picked]
    look = _Looker(facts.segments, tried, options, wants_steps=any(isinstance(each, LargestSteps) for each in about))
    printed = look.describe(frame, labels)
    amounts, number = None if other is None else other[picked], len(facts.segments)
    is_natural = facts.verdict is not None and facts.verdict.kind == "natural"
    for again in redivide(frame, options.segments, number, amounts, other_numbers=not is_natural):
        like = find_like(again.labels, labels[again.is_in])
        said = look.describe(again.frame, again.labels, again, like)
        for finding in about:
            holds = survives(finding, facts.segments, printed, said, like)
            if holds is not None:
                yield Judgement(again.variation, finding, holds)


def _other_amounts(frame: pd.DataFrame, history: History, facts: Facts, *, is_net: bool) -> np.ndarray | None:
    """Return the customers' money with returns the other way; None where it cannot be laid beside them."""
    if not is_net:
        net: np.ndarray = frame[c.NET_AMOUNT].to_numpy()
        return net
    days = history.order_days
    bought = days[(days["day"] >= day_number(facts.period.first_day)) & (days[c.ORDERS] > 0)]
    sums = bought.groupby("customer")[c.AMOUNT].sum().to_numpy()  # numbered in the order of the ids, as customers are
    return sums if len(sums) == len(frame) else None


@dataclass(frozen=True, eq=False, slots=True)
class _Looker:
    """Looks at divisions as a headline does."""

    segments: Sequence[SegmentFacts]
    tried: Tried
    options: Options
    wants_steps: bool

    def describe(
        self, frame: pd.DataFrame, labels: np.ndarray, again: Redivided | None = None, like: np.ndarray | None = None
    ) -> Said:
        """Describe a division: that of the report, or another beside it."""
        sizes = np.bincount(labels)
        beside = np.arange(len(sizes)) if like is None else like
        is_told = np.array([segment.trust != "do_not_act" for segment in self.segments])[beside]
        amounts = np.bincount(labels, weights=frame[c.AMOUNT].to_numpy(dtype=float))
        late = np.where(frame[_LATE], frame[c.YEAR_AMOUNT], 0).astype(float)
        steps = self._size_steps(frame, labels, beside)
        return Said(
            each=amounts / sizes,
            customers=sizes / len(frame),
            sales=amounts / amounts.sum() if amounts.sum() else np.zeros(len(sizes)),
            risk=np.bincount(labels, weights=late) * is_told,
            steps=steps * is_told,
            growth=None if again is None else self._count_growth(again),
        )

    def _size_steps(self, frame: pd.DataFrame, labels: np.ndarray, like: np.ndarray) -> np.ndarray:
        """Size the next step of each segment, with what customers of the segment most like it did unaided."""
        found = np.zeros(len(like))
        if not self.wants_steps:
            return found
        profiles = profile_segments(
            Customers(frame, len(frame)), Segmentation(labels + 1, np.zeros((len(like), 0)), np.arange(len(like)))
        )
        rows: Mapping[int, pd.Series] = {int(n): row for n, row in profiles.frame.iterrows()}  # type: ignore[call-overload]
        for number, row in rows.items():
            step = choose_step(kind_of(row, profiles.base), float(profiles.base[f"mean_{c.AVG_ORDER_VALUE}"]))
            printed = self.segments[like[number - 1]].opportunity
            if step is None:
                continue
            sized = size_opportunity(
                frame[labels == number - 1],
                step,
                step_up_share=self.options.advice.step_up_share,
                days=365,
                unaided=printed.unaided if printed is not None and printed.step == step.name else None,
            )
            found[number - 1] = 0.0 if sized is None else sized.amount
        return found

    def _count_growth(self, again: Redivided) -> np.ndarray | None:
        """Count by how many customers each segment has grown, placed by the same borders in both months."""
        comparison = self.tried.comparison
        if comparison is None or again.variation == "returns":
            return None
        now, past = self.tried.segmented.customers.frame, comparison.past.before.frame
        if again.variation == "without_top":
            top = now[c.CUSTOMER_ID][find_top(now[c.AMOUNT].to_numpy())]
            now, past = (each[~each[c.CUSTOMER_ID].isin(top)] for each in (now, past))
        model = again.model
        counts = [
            np.bincount(
                assign_customers(scale_customers(Customers(each, 0), model.scaler), model.centers),
                minlength=len(model.centers),
            )
            for each in (now, past)
        ]
        grown: np.ndarray = counts[0] - counts[1]
        return grown
