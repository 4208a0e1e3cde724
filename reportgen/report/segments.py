"""Describes every segment: what it is known by, its sizing, what fits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from reportgen.advice.actions import match_plays
from reportgen.advice.opportunity import size_at_risk, size_opportunity
from reportgen.config.options import Options
from reportgen.model.actions import Play
from reportgen.model.facts import SegmentFacts, SkippedSection
from reportgen.model.identity import KnownAs
from reportgen.model.products import BestSeller, PairCounting
from reportgen.report.assemble import Segmented, SegmentParts, averages_of, segment_facts
from reportgen.segments.names import kind_of, recency_of
from reportgen.segments.stages import count_stages
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
    """What segments buy; a part that could not be made says why."""

    best_sellers: Mapping[int, tuple[BestSeller, ...]] = field(default_factory=dict)
    pairs: Mapping[int, PairCounting] = field(default_factory=dict)
    skipped: tuple[SkippedSection, ...] = ()


def describe_segments(
    segmented: Segmented,
    product_findings: ProductFindings,
    setting: Setting,
    identities: Mapping[int, KnownAs],
    stages: np.ndarray,
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
    stages : ndarray of str of shape (n_customers,)
        Where each customer stands.
    """
    options = setting.options
    everyone = averages_of(segmented.profiles.base)
    seed, share = options.segments.random_state, options.advice.step_up_share
    segments, rows = [], segmented.profiles.frame
    for number, known_as in sorted(identities.items()):
        mine = segmented.segmentation.labels == number
        members, goal = segmented.customers.frame[mine], everyone.mean_avg_order_value
        row: Any = rows.loc[number]
        base = segmented.profiles.base
        kind = kind_of(row, base) if len(identities) > 1 else known_as.kind
        parts = SegmentParts(
            number=number,
            known_as=known_as,
            kind=kind,
            center=dict(zip(segmented.features.names, segmented.segmentation.centers[number - 1], strict=True)),
            stages=count_stages(stages[mine]),
            overdue=size_at_risk(members, stages[mine] == "late"),
            opportunity=size_opportunity(members, kind, goal=goal, step_up_share=share, random_state=seed),
            plays=tuple(play.id for play in match_plays(setting.plays, kind, recency_of(row, base))),
            best_sellers=product_findings.best_sellers.get(number, ()),
            pairs=product_findings.pairs.get(number),
        )
        segments.append(segment_facts(parts, segmented.profiles))
    return tuple(segments)
