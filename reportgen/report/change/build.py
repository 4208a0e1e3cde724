"""Finds what has changed since the previous report, as facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.change import Change, Migration, ModelUse, SegmentChange
from reportgen.model.identity import KnownAs
from reportgen.model.lines import OrderLines
from reportgen.model.restatement import Restatement
from reportgen.model.segments import SegmentModel
from reportgen.model.trend import TrendMonth
from reportgen.months import count_months
from reportgen.report.assemble import Origin, Segmented, span_of
from reportgen.report.change.compare import (
    Comparison,
    Earlier,
    compare_months,
    compare_window,
    tell_previous,
    why_withheld,
)
from reportgen.report.change.migration import tell_migration, tell_segments, trace
from reportgen.report.change.restate import bring_up_to_date, restate, restate_months
from reportgen.report.change.trend import (
    MAX_MONTHS,
    NO_MOVES,
    Marks,
    MonthNow,
    Moves,
    SegmentSize,
    earlier_months,
    find_anomalies,
    measure_moves,
    tell_month,
)
from reportgen.report.setting import Setting
from reportgen.segments.identity import keep_identities
from reportgen.segments.trust.assess import Assessment


@dataclass(frozen=True, eq=False, slots=True)
class ChangeInputs:
    """What a comparison stands on.

    Attributes
    ----------
    segmented : Segmented
        This report's customers, divided.
    identities : mapping
        What each is known by.
    origin : Origin
        Where its numbers come from: the time, the month.
    comparison : Comparison or None
        The way from the previous report; None for a first one.
    classified : OrderLines
        The order lines, to look back at earlier months.
    marks : mapping
        Lines of each calendar month, and a digest of them.
    assessment : Assessment, optional
        How far the segments can be trusted; None where that was not tried.
    """

    segmented: Segmented
    identities: Mapping[int, KnownAs]
    origin: Origin
    comparison: Comparison | None
    classified: OrderLines
    marks: Marks
    assessment: Assessment | None = None


@dataclass(frozen=True, slots=True)
class _Followed:
    """How the customers went from the previous report to this one; empty where they are not followed."""

    segments: tuple[SegmentChange, ...] = ()
    migration: Migration | None = None
    moves: Moves = NO_MOVES


def find_change(inputs: ChangeInputs, setting: Setting) -> Change:
    """Find what has changed since the previous report.

    Parameters
    ----------
    inputs : ChangeInputs
        What the comparison stands on.
    setting : Setting
        Options and playbook.
    """
    comparison, currency, origin = inputs.comparison, setting.options.currency, inputs.origin
    customers = inputs.segmented.customers
    span = span_of(origin.period, setting.options)
    previous = None if comparison is None else comparison.previous
    withheld = why_withheld(comparison, span, currency)
    trend, restated = _look_back(inputs, setting, withheld)
    model = _tell_model(inputs, setting)
    followed = _follow(inputs) if withheld is None else _Followed()
    year_ago = next((month for month in trend if count_months(month.month, span.month) == 12), None)
    month = origin.history.months[-1]
    sizes = _size_segments(inputs)
    now = tell_month(MonthNow(span, customers, month, sizes, inputs.marks, model.is_refit), followed.moves)
    trend = (*trend[1 - MAX_MONTHS :], now)
    tested = find_anomalies(trend, origin.history.months, is_partial=span.is_partial)
    return Change(
        previous=None if previous is None else tell_previous(previous, span.month),
        withheld=withheld,
        other_options=() if previous is None else previous.other_options,
        model=model,
        kpis=(
            *compare_window(customers, span, Earlier(comparison, withheld, year_ago)),
            *compare_months(origin.history.months, origin.history.returning.cohorts, is_partial=span.is_partial),
        ),
        segments=followed.segments,
        migration=followed.migration,
        tested=tested.measures,
        anomalies=tested.anomalies,
        restated=restated,
        trend=trend,
    )


def _size_segments(inputs: ChangeInputs) -> tuple[SegmentSize, ...]:
    rows: Any = inputs.segmented.profiles.frame.loc
    return tuple(
        SegmentSize(
            known_as.identity,
            int(rows[number, "customers"]),
            round(int(rows[number, c.AMOUNT]) / c.MONEY_SCALE, 2),
        )
        for number, known_as in sorted(inputs.identities.items())
    )


def _look_back(
    inputs: ChangeInputs, setting: Setting, withheld: str | None
) -> tuple[tuple[TrendMonth, ...], Restatement | None]:
    """Return the earlier months as the lines are today, and what of them no longer is as printed."""
    comparison = inputs.comparison
    trend = earlier_months(comparison, setting.options.currency)
    if comparison is None or withheld in ("gone", "currency"):
        return trend, None
    months = restate_months(trend, inputs.marks, inputs.classified, setting.options)
    restated = None
    if not comparison.previous.reads_otherwise:  # else corrections cannot be told from another reading
        restated = restate(months, comparison, setting)
    return bring_up_to_date(trend, months, inputs.marks, comparison), restated


def _follow(inputs: ChangeInputs) -> _Followed:
    comparison = inputs.comparison
    if comparison is None:
        return _Followed()
    traces = trace(comparison, inputs.segmented, inputs.assessment)
    segments = tell_segments(comparison, inputs.identities, traces)
    migration = tell_migration(comparison, inputs.identities, traces)
    is_next = count_months(comparison.previous.month, inputs.origin.period.month) == 1
    moves = measure_moves(comparison, traces, segments) if is_next else NO_MOVES
    return _Followed(segments, migration, moves)


def _tell_model(inputs: ChangeInputs, setting: Setting) -> ModelUse:
    segmented, comparison = inputs.segmented, inputs.comparison
    return ModelUse(
        rule="bands" if segmented.choice.chosen_by == "bands" else setting.options.segments.model,
        fitted_in=segmented.model.fitted_in,
        is_refit=comparison is not None and not segmented.is_kept and segmented.choice.n_clusters > 1,
        segments_before=None
        if comparison is None
        else sum(segment.customers > 0 for segment in comparison.previous.model.known),
        excess=None if segmented.drift is None else round(segmented.drift.excess, 6),
        shift=None if segmented.drift is None else round(segmented.drift.shift, 4),
    )


def list_customers(inputs: ChangeInputs) -> pd.DataFrame:
    """List the customers with their segment, and with the one that they were in before if that was another.

    Returns
    -------
    pandas.DataFrame
        The customers' frame with `segment` (number), `segment_name`, `previous_segment`: the name of their segment
        in the previous report where they were in one, else null; `kept_share`: of the draws that keep them in
        theirs, nan where that was not tried; `next_order`: the day by which the next order is expected, a timestamp,
        null where none is; and `order_chance`: of ordering within 90 days, nan where that is not known.
    """
    segmented, comparison, assessment = inputs.segmented, inputs.comparison, inputs.assessment
    expected = inputs.origin.history.expected
    names = {number: known_as.name for number, known_as in inputs.identities.items()}
    frame = segmented.customers.frame.assign(**{c.SEGMENT: segmented.segmentation.labels})
    frame[c.SEGMENT_NAME] = frame[c.SEGMENT].map(names)
    frame[c.PREVIOUS_SEGMENT] = None
    frame[c.KEPT_SHARE] = np.nan if assessment is None or assessment.kept is None else assessment.kept
    frame[c.NEXT_ORDER] = pd.to_datetime(expected.day, unit="D")
    frame[c.ORDER_CHANCE] = expected.chance
    if comparison is not None:
        by_row = dict(enumerate(_names_now(comparison, names)))
        rows = pd.Series(comparison.before, index=comparison.past.before.frame[c.CUSTOMER_ID]).map(by_row)
        frame[c.PREVIOUS_SEGMENT] = rows.reindex(frame[c.CUSTOMER_ID]).to_numpy()
    return frame


def _names_now(comparison: Comparison, names: Mapping[int, str]) -> Sequence[str]:
    """Name the earlier segments: one that goes on by its name of today, for a config may have renamed it."""
    renamed = {row: names[number] for number, row in comparison.counterparts.items()}
    return [renamed.get(row, segment.name) for row, segment in enumerate(comparison.previous.model.known)]


def name_model(segmented: Segmented, identities: Mapping[int, KnownAs]) -> SegmentModel:
    """Return the model with what its segments are known by, for the next report."""
    rows: Any = segmented.profiles.frame
    sizes = {int(n): (int(row["customers"]), int(row[c.AMOUNT])) for n, row in rows.iterrows()}
    return keep_identities(segmented.model, segmented.segmentation, identities, sizes)
