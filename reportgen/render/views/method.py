"""What the last section shows: how the report was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportgen.model.report import Report
from reportgen.model.robustness import VARIATIONS, HeadlineMark, Variation
from reportgen.model.trust import DISSOLVED, HIGHLY_STABLE, VALID
from reportgen.render.views.parts import (
    LineFates,
    MadeLine,
    Medium,
    fates_of,
    list_features,
    made_line,
)
from reportgen.text.formats import Formats

_NORMALISED = {"rank": "each replaced by its rank", "log": "each as a logarithm", "zscore": "each as it is"}
_TIES = {"average": "equal values share a rank", "first": "equal values ranked by customer id"}
_CANCELLED = ", as are cancelled orders"
_RETURNS = {
    "drop": "left out",
    "net": "set against the same customer’s purchases of the same product",
}


_FINDINGS: Mapping[str, str] = {
    "month": "The month",
    "year_ago": "Last year",
    "base": "Best segment",
    "segments": "Grew and shrank",
    "growth": "Growth",
    "risk": "At risk",
}
_VARIATIONS: Mapping[Variation, str] = {
    "without_top": "Without the top 1% of buyers",
    "normalise": "On another scale",
    "fewer": "One segment fewer",
    "more": "One segment more",
    "seeds": "From other seeds",
    "returns": "Returns the other way",
}


@dataclass(frozen=True, slots=True)
class RobustnessTable:
    """Which findings of the headline survive which other choices.

    Attributes
    ----------
    findings : tuple of str
        Headings.
    rows : tuple of (str, tuple of str)
        What was chosen otherwise, and for each finding whether it holds.
    """

    findings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class MethodView:
    """How the report was made.

    Attributes
    ----------
    lines : LineFates
        What became of the order lines.
    dropped_share, max_dropped_share : str
        Of the lines in the window; above the second there would be no report.
    first_day, as_of, month : str
        The window and its month.
    is_all_data, is_partial : bool
        Whether the window has no first month, and whether the month is not complete.
    is_clustered : bool
        Whether customers are divided by likeness, or that was tried.
    features, normalised : str
        What customers are compared by, and how it was made comparable.
    returns : str
        What is done with returns.
    not_products : str
        Codes that are not shown as products; empty without any.
    choice : tuple of str
        How the number of segments came about.
    verdict : tuple of str
        How far the segments can be trusted.
    robustness : RobustnessTable or None
        Which findings of the headline survive which other choices; None where that was not tried.
    bands : tuple of str
        From which stability on a segment is firm, fair and doubtful.
    has_choice_charts : bool
        Whether more than one number was tried.
    has_trust_charts : bool
        Whether it was tried how far segments can be trusted.
    warnings : tuple of str
        What is doubtful in the order lines, and what answers it.
    skipped : tuple of (str, str)
        Sections that could not be made, and why.
    made : MadeLine
        When, by what, from which input.
    """

    lines: LineFates
    dropped_share: str
    max_dropped_share: str
    first_day: str
    as_of: str
    month: str
    is_all_data: bool
    is_partial: bool
    is_clustered: bool
    features: str
    normalised: str
    returns: str
    not_products: str
    choice: tuple[str, ...]
    verdict: tuple[str, ...]
    robustness: RobustnessTable | None
    bands: tuple[str, str, str]
    has_choice_charts: bool
    has_trust_charts: bool
    warnings: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    made: MadeLine


def view_method(report: Report, formats: Formats, medium: Medium) -> MethodView:  # noqa: ARG001 - one for both
    """Make the view of how the report was made."""
    method, period, choice = report.method, report.period, report.choice
    return MethodView(
        lines=fates_of(report.lines, formats),
        dropped_share=formats.share(report.lines.dropped_share),
        max_dropped_share=formats.share(method.max_dropped_share),
        first_day=formats.day(period.first_day),
        as_of=formats.day(period.as_of),
        month=formats.month(period.month),
        is_all_data=period.window_months is None,
        is_partial=period.is_partial,
        is_clustered=report.ladder is None or report.ladder.rung in ("clusters", "refused"),
        features=list_features(method.features),
        normalised=_NORMALISED[method.normalise] + (f" ({_TIES[method.ties]})" if method.normalise == "rank" else ""),
        returns=_tell_returns(report, formats),
        not_products=", ".join(method.not_products),
        choice=report.words.choice,
        verdict=report.words.verdict,
        robustness=_table_robustness(report.headline),
        bands=(formats.share(HIGHLY_STABLE), formats.share(VALID), formats.share(DISSOLVED)),
        has_choice_charts=len(choice.silhouette) > 1 or len(choice.inertia) > 1,
        has_trust_charts=report.votes is not None or any(each.silhouettes is not None for each in report.segments),
        warnings=report.words.warnings,
        skipped=tuple(
            (section.key, reason) for section, reason in zip(report.skipped, report.words.skipped, strict=True)
        ),
        made=made_line(report.made_on, method, formats),
    )


def _table_robustness(marks: Sequence[HeadlineMark]) -> RobustnessTable | None:
    tried = [mark for mark in marks if mark.survives]
    if not tried:
        return None
    rows = [
        (_VARIATIONS[variation], tuple(_write_survival(mark.survives.get(variation)) for mark in tried))
        for variation in VARIATIONS
        if any(variation in mark.survives for mark in tried)
    ]
    return RobustnessTable(tuple(_FINDINGS[mark.about] for mark in tried), tuple(rows))


def _write_survival(survives: bool | None) -> str:
    return "" if survives is None else "holds" if survives else "does not"


def _tell_returns(report: Report, formats: Formats) -> str:
    method, taken = report.method, report.taken_back
    told = _RETURNS[method.returns] + (_CANCELLED if method.cancelled_prefix and method.returns == "drop" else "")
    if taken is None or not taken.amount or not report.total_sales:
        return told
    share = formats.share(taken.amount / float(report.total_sales))
    return f"{told}; {formats.money_in_words(taken.amount)} ({share}) of the sales counted here were taken back later"
