"""Puts together what has changed since the previous report, as the facts of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from reportgen import columns as c
from reportgen.formats import Formats
from reportgen.model.change import Change, ModelUse
from reportgen.model.lines import OrderLines
from reportgen.model.report import Report
from reportgen.model.segments import SegmentModel
from reportgen.model.trend import Unusual
from reportgen.months import count_months
from reportgen.narrative.alerts import say_restated, say_unusual, say_unusual_note
from reportgen.narrative.change import say_model, say_notes
from reportgen.report.assemble import Segmented
from reportgen.report.change.compare import Comparison, compare_kpis, tell_previous, why_withheld
from reportgen.report.change.migration import tell_movement, tell_segments, trace
from reportgen.report.change.restate import bring_up_to_date, restate, restate_months
from reportgen.report.change.trend import (
    MAX_MONTHS,
    Marks,
    add_moves,
    count_comparable,
    earlier_months,
    find_unusual_moves,
    tell_month,
)
from reportgen.report.segments import Setting
from reportgen.segments.anomalies import MIN_MONTHS
from reportgen.segments.identity import KnownAs, keep_identities


@dataclass(frozen=True, eq=False, slots=True)
class ChangeInputs:
    """What a comparison stands on.

    Attributes
    ----------
    segmented : Segmented
        This report's segments.
    identities : mapping
        What each is known by.
    comparison : Comparison or None
        The way from the previous report; None for a first one.
    classified : OrderLines
        The order lines, to look back at earlier months.
    marks : mapping
        Lines of each calendar month, and a digest of them.
    """

    segmented: Segmented
    identities: Mapping[int, KnownAs]
    comparison: Comparison | None
    classified: OrderLines
    marks: Marks


def bind_change(report: Report, inputs: ChangeInputs, setting: Setting) -> Change:
    """Bind what has changed since the previous report; most of its sentences are written afterwards.

    Parameters
    ----------
    report : Report
        This report, whose own change is still empty.
    inputs : ChangeInputs
        What the comparison stands on.
    setting : Setting
        Options and playbook.
    """
    comparison, formats, month = inputs.comparison, setting.formats, report.period.month
    previous = None if comparison is None else comparison.previous
    withheld = why_withheld(comparison, report)
    model = _tell_model(inputs, setting, month)
    trend = earlier_months(comparison, report.report.currency)
    restated = None
    if comparison is not None and withheld not in ("gone", "currency"):
        months = restate_months(trend, inputs.marks, inputs.classified, setting.options)
        if not comparison.previous.reads_otherwise:  # else corrections cannot be told from another reading
            restated = restate(months, comparison, setting)
        trend = bring_up_to_date(trend, months, inputs.marks, comparison)
    year_ago = next((one for one in trend if count_months(one.month, month) == 12), None)
    change = Change(
        previous=None if previous is None else tell_previous(previous, month),
        withheld=withheld,
        notes=(),
        model=model,
        kpis=compare_kpis(report, comparison, withheld, year_ago),
        summary=(),
        segments=(),
        movement=None,
        unusual=(),
        unusual_note="",
        restated=None if restated is None else say_restated(restated, trend[-1].month, formats),
        trend=(),
    )
    now = tell_month(report, inputs.marks, is_refit=model.is_refit)
    if comparison is not None and withheld is None:
        traces = trace(comparison, inputs.segmented)
        segments = tell_segments(comparison, inputs.identities, traces)
        change = replace(change, segments=segments, movement=tell_movement(comparison, inputs.identities, traces))
        if count_months(comparison.previous.month, month) == 1:
            now = add_moves(now, comparison, traces, segments)
    change = _find_unusual(replace(change, trend=(*trend[1 - MAX_MONTHS :], now)), report, formats)
    other = () if previous is None else previous.other_options
    return replace(change, notes=say_notes(change, month, report.report.store, other=other, formats=formats))


def _tell_model(inputs: ChangeInputs, setting: Setting, month: str) -> ModelUse:
    segmented, comparison = inputs.segmented, inputs.comparison
    model = ModelUse(
        rule=setting.options.segments.model,
        fitted_in=segmented.model.fitted_in,
        is_refit=comparison is not None and not segmented.is_kept and segmented.choice.n_clusters > 1,
        segments_before=None
        if comparison is None
        else sum(one.customers > 0 for one in comparison.previous.model.known),
        excess=None if segmented.drift is None else round(segmented.drift.excess, 6),
        shift=None if segmented.drift is None else round(segmented.drift.shift, 4),
        why="",
    )
    return replace(model, why=say_model(model, month, setting.formats))


def _find_unusual(change: Change, report: Report, formats: Formats) -> Change:
    phrases = {one.colour: one.phrase for one in report.segments}
    months, is_compared = count_comparable(change.trend), change.trend[-1].new_share is not None
    unusual: tuple[Unusual, ...] = ()
    if is_compared:
        segmented = find_unusual_moves(change.trend, report.month.orders)
        unusual = tuple(replace(one, sentence=say_unusual(one, phrases, formats)) for one in segmented)
    note = say_unusual_note(months, MIN_MONTHS, is_compared=is_compared, is_found=bool(unusual))
    return replace(change, unusual=unusual, unusual_note=note)


def list_customers(
    segmented: Segmented, identities: Mapping[int, KnownAs], comparison: Comparison | None
) -> pd.DataFrame:
    """List the customers with their segment, and with the one that they were in before if that was another.

    Returns
    -------
    pandas.DataFrame
        The customers' frame with `segment` (number), `segment_name`, and `previous_segment`: the name of their
        segment in the previous report where they were in one, else null.
    """
    names = {number: one.name.name for number, one in identities.items()}
    frame = segmented.customers.frame.assign(**{c.SEGMENT: segmented.segmentation.labels})
    frame[c.SEGMENT_NAME] = frame[c.SEGMENT].map(names)
    frame[c.PREVIOUS_SEGMENT] = None
    if comparison is not None:
        by_row = dict(enumerate(_names_now(comparison, names)))
        rows = pd.Series(comparison.before, index=comparison.past.before.frame[c.CUSTOMER_ID]).map(by_row)
        frame[c.PREVIOUS_SEGMENT] = rows.reindex(frame[c.CUSTOMER_ID]).to_numpy()
    return frame


def _names_now(comparison: Comparison, names: Mapping[int, str]) -> Sequence[str]:
    """Name the earlier segments: one that goes on by its name of today, for a config may have renamed it."""
    renamed = {row: names[number] for number, row in comparison.counterparts.items()}
    return [renamed.get(row, one.name.name) for row, one in enumerate(comparison.previous.model.known)]


def name_model(segmented: Segmented, identities: Mapping[int, KnownAs]) -> SegmentModel:
    """Return the model with what its segments are known by, for the next report."""
    rows: Any = segmented.profiles.frame
    sizes = {int(n): (int(row["customers"]), int(row[c.AMOUNT])) for n, row in rows.iterrows()}
    return keep_identities(segmented.model, segmented.segmentation, identities, sizes)
