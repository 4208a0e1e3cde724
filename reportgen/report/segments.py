"""Describes every segment: its name, sizing, actions and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from reportgen.advice.actions import match_plays, write_actions
from reportgen.advice.opportunity import size_at_risk, size_opportunity
from reportgen.config.options import Options
from reportgen.formats import Formats
from reportgen.model.actions import Play
from reportgen.model.products import BestSeller, PairCounting
from reportgen.model.report import Averages, SegmentFacts, SkippedSection
from reportgen.narrative.findings import find_in_segment, find_role
from reportgen.narrative.sentences import say, say_summary
from reportgen.report.assemble import Segmented, SegmentParts, averages_of, playbook_numbers, segment_facts
from reportgen.segments.identity import KnownAs
from reportgen.segments.names import kind_of
from reportgen.segments.profiles import overdue_customers


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
    segmented: Segmented, product_findings: ProductFindings, setting: Setting, identities: Mapping[int, KnownAs]
) -> tuple[SegmentFacts, ...]:
    """Give every segment its name, sizing, actions and words.

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
    """
    options, formats = setting.options, setting.formats
    everyone = averages_of(segmented.profiles.base)
    overdue = overdue_customers(segmented.customers)
    seed, share = options.segments.random_state, options.advice.step_up_share
    segments = []
    for number, identity in sorted(identities.items()):
        mine = segmented.segmentation.labels == number
        members, goal = segmented.customers.frame[mine], everyone.mean_avg_order_value
        row: Any = segmented.profiles.frame.loc[number]
        kind = kind_of(row) if len(identities) > 1 else identity.name.kind
        parts = SegmentParts(
            number=number,
            identity=identity,
            kind=kind,
            center=dict(zip(segmented.features.names, segmented.segmentation.centers[number - 1], strict=True)),
            overdue=size_at_risk(members, overdue[mine], random_state=seed),
            opportunity=size_opportunity(members, kind, goal=goal, step_up_share=share, random_state=seed),
            best_sellers=product_findings.best_sellers.get(number, ()),
            pairs=product_findings.pairs.get(number),
        )
        segment = segment_facts(parts, segmented.profiles)
        plays = match_plays(setting.plays, kind, segment.recency)
        actions = write_actions(plays, number, playbook_numbers(segment, everyone, formats))
        segments.append(replace(segment, actions=actions, summary=say_summary(segment, formats)))
    return tuple(_tell(one, segments, everyone, share, formats) for one in segments)


def _tell(
    segment: SegmentFacts, segments: Sequence[SegmentFacts], everyone: Averages, share: float, formats: Formats
) -> SegmentFacts:
    role = find_role(segment, segments)
    said = [say(finding, formats) for finding in find_in_segment(segment, segments, everyone, share)]
    spoken = say(role, formats) if role is not None else ""
    return replace(segment, role=spoken, narrative=tuple([spoken, *said] if spoken else said))
