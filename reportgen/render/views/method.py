"""What the last section shows: how the report was made."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.report import Report
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
    bands : tuple of str
        From which stability on a segment is firm, fair and doubtful.
    has_choice_charts : bool
        Whether more than one number was tried.
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
    features: str
    normalised: str
    returns: str
    not_products: str
    choice: tuple[str, ...]
    verdict: tuple[str, ...]
    bands: tuple[str, str, str]
    has_choice_charts: bool
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
        features=list_features(method.features),
        normalised=_NORMALISED[method.normalise] + (f" ({_TIES[method.ties]})" if method.normalise == "rank" else ""),
        returns=_tell_returns(report, formats),
        not_products=", ".join(method.not_products),
        choice=report.words.choice,
        verdict=report.words.verdict,
        bands=(formats.share(HIGHLY_STABLE), formats.share(VALID), formats.share(DISSOLVED)),
        has_choice_charts=len(choice.silhouette) > 1 or len(choice.inertia) > 1,
        warnings=report.words.warnings,
        skipped=tuple(
            (section.key, reason) for section, reason in zip(report.skipped, report.words.skipped, strict=True)
        ),
        made=made_line(report.made_on, method, formats),
    )


def _tell_returns(report: Report, formats: Formats) -> str:
    method, taken = report.method, report.taken_back
    told = _RETURNS[method.returns] + (_CANCELLED if method.cancelled_prefix and method.returns == "drop" else "")
    if taken is None or not taken.amount or not report.total_sales:
        return told
    share = formats.share(taken.amount / float(report.total_sales))
    return f"{told}; {formats.money_in_words(taken.amount)} ({share}) of the sales counted here were taken back later"
