"""Describes every segment: what it is known by, its sizing, what fits it; what it buys is found elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from reportgen.advice.actions import match_plays
from reportgen.advice.opportunity import Step, choose_step, size_at_risk, size_opportunity
from reportgen.config.options import Options
from reportgen.model.actions import Opportunity, Unaided
from reportgen.model.customers import Customers
from reportgen.model.identity import KnownAs
from reportgen.model.trust import Stability, trust_of
from reportgen.report.assemble import Segmented, SegmentParts, averages_of
from reportgen.report.history import History
from reportgen.report.setting import Setting
from reportgen.segments.clusters import assign_customers
from reportgen.segments.features import scale_customers
from reportgen.segments.names import kind_of, recency_of
from reportgen.segments.profiles import measure_taken_back
from reportgen.segments.stages import count_stages
from reportgen.segments.step_up import look_back_on_steps


def describe_segments(
    segmented: Segmented,
    setting: Setting,
    identities: Mapping[int, KnownAs],
    history: History,
    stability: Mapping[int, Stability | None],
) -> tuple[SegmentParts, ...]:
    """Give every segment what it is known by, its sizing and the plays that fit it.

    Parameters
    ----------
    segmented : Segmented
        The customers, divided.
    setting : Setting
        Options and playbook.
    identities : mapping
        What each segment is known by.
    history : History
        What the lines say beyond the window.
    stability : mapping
        How well each comes back, where that was tried; what is not to be trusted gets no money and nothing to do.
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
        members, stable = customers[mine], stability.get(number)
        is_trusted = stable is None or trust_of(stable) != "do_not_act"
        plays = _list_plays(setting, kinds[number], recency_of(rows[number], base)) if is_trusted else ()
        step = steps[number] if is_trusted else None
        described.append(
            SegmentParts(
                number=number,
                known_as=known_as,
                kind=kinds[number],
                center=_center_of(segmented, number),
                stages=count_stages(history.stages[mine]),
                overdue=size_at_risk(members, history.stages[mine] == "late", history.year_days),
                opportunity=_size(members, step, unaided.get(number), options, history),
                taken_back=measure_taken_back(members, options.cleansing.returns),
                stability=stable,
                plays=plays,
            )
        )
    return tuple(described)


def _center_of(segmented: Segmented, number: int) -> dict[str, float]:
    centers: np.ndarray = segmented.segmentation.centers
    return dict(zip(segmented.features.names, centers[number - 1].tolist(), strict=True))


def _size(
    members: pd.DataFrame, step: Step | None, unaided: Unaided | None, options: Options, history: History
) -> Opportunity | None:
    if step is None:
        return None
    share = options.advice.step_up_share
    return size_opportunity(members, step, step_up_share=share, days=history.year_days, unaided=unaided)


def _list_plays(setting: Setting, kind: str, recency: str | None) -> tuple[str, ...]:
    return tuple(play.id for play in match_plays(setting.plays, kind, recency, setting.options.advice.shop))


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
