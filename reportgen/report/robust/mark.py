"""Marks each finding of a headline by whether it would be made as well under other choices."""

from __future__ import annotations

from reportgen.config.options import Options
from reportgen.model.facts import Facts
from reportgen.model.robustness import HeadlineMark, Variation
from reportgen.narrative.headline import basis_of, find_headline
from reportgen.report.robust.months import try_months
from reportgen.report.robust.segments import Tried, try_segments


def mark_headline(facts: Facts, tried: Tried, options: Options) -> tuple[HeadlineMark, ...]:
    """Mark each finding of a headline by whether it survives.

    Parameters
    ----------
    facts : Facts
        Of the report, complete but for the marks.
    tried : Tried
        What they were made of.
    options : Options
        The choices made.

    Notes
    -----
    A share survives within ten points of that printed, money between half and twice it, a change in the same direction
    of at least half of it; and a segment is the one that most of the same customers are in. More than `SAMPLE`
    customers are tried on a sample of them.
    """
    findings = find_headline(basis_of(facts))
    found: dict[str, dict[Variation, list[bool]]] = {finding.about: {} for finding in findings}
    for variation, finding, survives in (
        *try_months(findings, facts, tried.history, options),
        *try_segments(findings, facts, tried, options),
    ):
        found[finding.about].setdefault(variation, []).append(survives)
    return tuple(_mark(about, {key: all(each) for key, each in by.items()}) for about, by in found.items())


def _mark(about: str, survives: dict[Variation, bool]) -> HeadlineMark:
    return HeadlineMark(about, all(survives.values()) if survives else None, survives)
