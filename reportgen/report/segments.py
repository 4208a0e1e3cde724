"""Describes every segment: what it is known by, its sizing, what fits it; what it buys is found elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.advice.actions import match_plays
from reportgen.advice.audience import STAGE
from reportgen.advice.opportunity import Step, choose_step, size_at_risk, size_opportunity
from reportgen.config.options import Options
from reportgen.model.actions import Opportunity, Play, Unaided
from reportgen.model.customers import Customers
from reportgen.model.identity import KnownAs
from reportgen.model.returning import SegmentReturn
from reportgen.model.trust import Silhouettes, Stability, trust_of
from reportgen.report.assemble import Segmented, SegmentParts, averages_of
from reportgen.report.earned import EarlierActions
from reportgen.report.history import History
from reportgen.report.setting import Setting
from reportgen.report.trials import IN_TRIAL, plan_trials
from reportgen.returning.times import follow_segments
from reportgen.segments.clusters import assign_customers
from reportgen.segments.features import scale_customers
from reportgen.segments.names import kind_of, recency_of
from reportgen.segments.profiles import measure_taken_back
from reportgen.segments.stages import count_stages
from reportgen.segments.step_up import follow_earlier, look_back_on_steps
from reportgen.segments.trust.assess import Assessment


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a segment comes back and how well its customers fit into it; None where that was not tried."""

    stability: Stability | None
    silhouettes: Silhouettes | None

    @property
    def allows_action(self) -> bool:
        """Whether the segment may be acted on alone."""
        return self.stability is None or trust_of(self.stability) != "do_not_act"


NO_EVIDENCE = Evidence(None, None)


def list_evidence(assessment: Assessment | None) -> dict[int, Evidence]:
    """List how well each segment comes back, by number; nothing where that was not tried."""
    if assessment is None:
        return {}
    found = zip(assessment.stability, assessment.silhouettes, strict=True)
    return {number: Evidence(*each) for number, each in enumerate(found, 1)}


def describe_segments(
    segmented: Segmented,
    setting: Setting,
    identities: Mapping[int, KnownAs],
    history: History,
    evidence: Mapping[int, Evidence],
    *,
    followed: pd.DataFrame,
    earlier: EarlierActions | None = None,
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
    evidence : mapping
        How well each comes back, where that was tried; what is not to be trusted gets no money and nothing to do.
    followed : pandas.DataFrame
        From `follow_back`.
    earlier : EarlierActions, optional
        What came of the actions of earlier reports.
    """
    options, base, rows = setting.options, segmented.profiles.base, dict(segmented.profiles.frame.iterrows())
    kinds = {n: each.kind if len(identities) == 1 else kind_of(rows[n], base) for n, each in identities.items()}
    acted_on = [n for n in sorted(kinds) if evidence.get(n, NO_EVIDENCE).allows_action]
    steps = {n: choose_step(kinds[n], averages_of(base).mean_avg_order_value) for n in acted_on}
    basis = _Basis(
        segmented=segmented,
        options=options,
        year_days=history.year_days,
        customers=_place_customers(segmented, history, earlier),
        kinds=kinds,
        steps=steps,
        plays={n: _match(setting, (kinds[n], recency_of(rows[n], base)), earlier) for n in acted_on},
        followed=followed,
        unaided=look_back_on_steps(followed, {n: step.goal for n, step in steps.items() if step is not None}),
        returning=follow_segments(followed),
    )
    return tuple(
        _describe(number, known_as, evidence.get(number, NO_EVIDENCE), basis)
        for number, known_as in sorted(identities.items())
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Basis:
    """What segments are described by: their customers with their stages, and what such customers did earlier.

    Steps and plays are those of the segments that may be acted on.
    """

    segmented: Segmented
    options: Options
    year_days: int
    customers: pd.DataFrame
    kinds: Mapping[int, str]
    steps: Mapping[int, Step | None]
    plays: Mapping[int, tuple[Play, ...]]
    followed: pd.DataFrame
    unaided: Mapping[int, Unaided]
    returning: Mapping[int, SegmentReturn]


def _place_customers(segmented: Segmented, history: History, earlier: EarlierActions | None) -> pd.DataFrame:
    in_trial = False if earlier is None else earlier.in_trial
    return segmented.customers.frame.join(history.net).assign(**{STAGE: history.stages, IN_TRIAL: in_trial})


def _describe(number: int, known_as: KnownAs, found: Evidence, basis: _Basis) -> SegmentParts:
    members = basis.customers[basis.segmented.segmentation.labels == number]
    stages, plays = members[STAGE].to_numpy(), basis.plays.get(number, ())
    followed, lift = basis.followed[basis.followed[c.SEGMENT] == number], basis.options.trials.plausible_lift
    return SegmentParts(
        number=number,
        known_as=known_as,
        kind=basis.kinds[number],
        center=_center_of(basis.segmented, number),
        stages=count_stages(stages),
        overdue=size_at_risk(members, (stages == "late") & found.allows_action, basis.year_days),
        opportunity=_size(members, basis.steps.get(number), basis.unaided.get(number), basis),
        returning=basis.returning.get(number),
        taken_back=measure_taken_back(members, basis.options.cleansing.returns),
        stability=found.stability,
        silhouettes=found.silhouettes,
        plays=tuple(play.id for play in plays),
        trials=plan_trials(number, plays, members, followed, lift),
    )


def _center_of(segmented: Segmented, number: int) -> dict[str, float]:
    centers: np.ndarray = segmented.segmentation.centers
    return dict(zip(segmented.features.names, centers[number - 1].tolist(), strict=True))


def _size(members: pd.DataFrame, step: Step | None, unaided: Unaided | None, basis: _Basis) -> Opportunity | None:
    if step is None:
        return None
    share = basis.options.advice.step_up_share
    return size_opportunity(members, step, step_up_share=share, days=basis.year_days, unaided=unaided)


def _match(setting: Setting, kind: tuple[str, str | None], earlier: EarlierActions | None) -> tuple[Play, ...]:
    failing = frozenset() if earlier is None else earlier.failing
    return match_plays(setting.plays, *kind, setting.options.advice.shop, failing)


def follow_back(segmented: Segmented, history: History, options: Options) -> pd.DataFrame:
    """Follow who would have been in each segment in earlier months, as `reportgen.segments.step_up.follow_earlier`."""
    model, is_net = segmented.model, options.cleansing.returns == "net"
    sources = segmented.segmentation.sources
    numbers = np.zeros(len(model.centers), dtype=np.int64)  # nobody is in some rows today
    numbers[sources] = np.arange(1, len(sources) + 1)

    def place(customers: Customers) -> np.ndarray:
        placed: np.ndarray = numbers[assign_customers(scale_customers(customers, model.scaler), model.centers)]
        return placed

    return follow_earlier(history.order_days, history.month_ends, history.as_of, place, is_net=is_net)
