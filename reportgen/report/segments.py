"""Describes every segment: what it is known by, its sizing, what fits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from reportgen.advice.actions import match_plays
from reportgen.advice.opportunity import Step, choose_step, size_at_risk, size_opportunity
from reportgen.config.options import Options
from reportgen.lines.transform.products import Prices
from reportgen.model.actions import Opportunity, Play, Unaided
from reportgen.model.customers import Customers
from reportgen.model.facts import SegmentFacts, SkippedSection
from reportgen.model.identity import KnownAs
from reportgen.model.products import BestSeller, PairCounting
from reportgen.report.assemble import Segmented, SegmentParts, averages_of, segment_facts
from reportgen.report.history import History
from reportgen.segments.clusters import assign_customers
from reportgen.segments.features import scale_customers
from reportgen.segments.names import kind_of, recency_of
from reportgen.segments.profiles import measure_taken_back
from reportgen.segments.stages import count_stages
from reportgen.segments.step_up import look_back_on_steps
from reportgen.text.formats import Formats


@dataclass(frozen=True, eq=False, slots=True)
class Setting:
    """What a report is made with: options, playbook, and the day to print on it."""

    options: Options
    plays: Sequence[Play]
    made_on: date

    @property
    def formats(self) -> Formats:
        """The ways to write a number."""
        return Formats(self.options.locale, self.options.currency)

    @property
    def own_names(self) -> dict[str, str]:
        """Names that the config wants, by kind of segment."""
        return {str(kind): name for kind, name in self.options.segments.names.items()}


@dataclass(frozen=True, eq=False, slots=True)
class ProductFindings:
    """What segments buy, and at which prices; a part that could not be made says why."""

    best_sellers: Mapping[int, tuple[BestSeller, ...]] = field(default_factory=dict)
    pairs: Mapping[int, PairCounting] = field(default_factory=dict)
    prices: Prices | None = None
    skipped: tuple[SkippedSection, ...] = ()

    @property
    def below_of_all(self) -> float | None:
        """Share of all sales paid below the usual price; None where prices are not known."""
        return None if self.prices is None else self.prices.below_of_all


def describe_segments(
    segmented: Segmented,
    product_findings: ProductFindings,
    setting: Setting,
    identities: Mapping[int, KnownAs],
    history: History,
) -> tuple[SegmentFacts, ...]:
    """Give every segment what it is known by, its sizing and the plays that fit it.

    Parameters
    ----------
    segmented : Segmented
        The customers, divided.
    product_findings : ProductFindings
        What the segments buy.
    setting : Setting
        Options and playbook.
    identities : mapping
        What each segment is known by.
    history : History
        What the lines say beyond the window.
    """
    options, base = setting.options, segmented.profiles.base
    goal, rows = averages_of(base).mean_avg_order_value, dict(segmented.profiles.frame.iterrows())
    customers, is_one = segmented.customers.frame.join(history.net), len(identities) == 1
    kinds = {n: known_as.kind if is_one else kind_of(rows[n], base) for n, known_as in identities.items()}
    steps = {number: choose_step(kind, goal) for number, kind in kinds.items()}
    unaided = _look_back(segmented, steps, history, is_net=options.cleansing.returns == "net")
    described = []
    for number, known_as in sorted(identities.items()):
        mine = segmented.segmentation.labels == number
        members, step, row = customers[mine], steps[number], rows[number]
        sized = None if step is None else _size(members, step, unaided.get(number), options, history)
        parts = SegmentParts(
            number=number,
            known_as=known_as,
            kind=kinds[number],
            center=dict(zip(segmented.features.names, segmented.segmentation.centers[number - 1], strict=True)),
            stages=count_stages(history.stages[mine]),
            overdue=size_at_risk(members, history.stages[mine] == "late", history.year_days),
            opportunity=sized,
            taken_back=measure_taken_back(members, options.cleansing.returns),
            plays=_list_plays(setting, kinds[number], recency_of(row, base)),
            best_sellers=product_findings.best_sellers.get(number, ()),
            pairs=product_findings.pairs.get(number),
            below_usual_share=_below_usual(product_findings.prices, number),
        )
        described.append(segment_facts(parts, segmented.profiles))
    return tuple(described)


def _size(
    members: pd.DataFrame, step: Step, unaided: Unaided | None, options: Options, history: History
) -> Opportunity | None:
    share = options.advice.step_up_share
    return size_opportunity(members, step, step_up_share=share, days=history.year_days, unaided=unaided)


def _list_plays(setting: Setting, kind: str, recency: str | None) -> tuple[str, ...]:
    return tuple(play.id for play in match_plays(setting.plays, kind, recency, setting.options.advice.shop))


def _below_usual(prices: Prices | None, number: int) -> float | None:
    return None if prices is None or number not in prices.below else float(prices.below[number])


def _look_back(
    segmented: Segmented, steps: Mapping[int, Step | None], history: History, *, is_net: bool
) -> dict[int, Unaided]:
    model = segmented.model
    numbers = np.argsort(segmented.segmentation.sources) + 1

    def place(customers: Customers) -> np.ndarray:
        placed: np.ndarray = numbers[assign_customers(scale_customers(customers, model.scaler), model.centers)]
        return placed

    goals = {number: step.goal for number, step in steps.items() if step is not None}
    return look_back_on_steps(history.order_days, history.month_ends, history.as_of, place, goals, is_net=is_net)
