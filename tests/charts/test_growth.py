"""What could be won and what could be lost must be bars from zero, never added up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reportgen.charts.growth import opportunity_chart, risk_chart
from reportgen.model.actions import AtRisk, Opportunity
from reportgen.palette import SEGMENT_COLOURS
from tests.made import BRITISH, make_report, make_segment

Layers = Callable[..., list[dict[str, Any]]]
REPORT = make_report()
OPPORTUNITY = opportunity_chart(REPORT.by_opportunity, 0.05, BRITISH)
RISK = risk_chart(
    (make_segment(3, overdue=AtRisk(500.0, 4, 365)), make_segment(1, overdue=AtRisk(50.0, 2, 365))),
    BRITISH,
)


def test_opportunities_are_sorted_by_size(rows: Layers) -> None:
    """The largest opportunity is the first bar, and each has its amount."""
    assert [(one["segment"], one["amount"]) for one in rows(OPPORTUNITY)] == [("2", 12_345), ("3", 2_000), ("4", 200)]


def test_risks_are_sums(rows: Layers) -> None:
    """Each segment with overdue customers has its sales at risk."""
    assert [(one["segment"], one["amount"]) for one in rows(RISK)] == [("3", 500), ("1", 50)]


@pytest.mark.parametrize(("chart", "segments"), [(OPPORTUNITY, (2, 3, 4)), (RISK, (3, 1))], ids=["opportunity", "risk"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_bars_begin_at_zero_in_their_colours(layers: Layers, chart: Any, segments: Any, width: str) -> None:
    """A bar begins at zero in its segment's own colour."""
    (bars,) = layers(chart, "bar", width)
    assert bars["encoding"]["x"]["scale"]["zero"] is True
    assert bars["encoding"]["color"]["scale"]["domain"] == [str(n) for n in segments]
    assert bars["encoding"]["color"]["scale"]["range"] == [SEGMENT_COLOURS[n - 1] for n in segments]


def test_titles_and_alternatives_hold_the_finding() -> None:
    """The title names the segment with most, the alternative every amount."""
    assert OPPORTUNITY.title == "Most could be won from the frequent buyers with small baskets"
    assert "5% of the segment" in OPPORTUNITY.subtitle
    assert "Rare buyers, big baskets: £2,000;" in OPPORTUNITY.alt
    assert RISK.title == "Most is at risk among the buyers 3"
    assert "Buyers 1: £50.00." in RISK.alt


def test_the_two_are_never_added(rows: Layers) -> None:
    """Of a segment with both, one chart shows what could be won and the other what could be lost, each for itself."""
    won = Opportunity(100.0, 5, "one_more_order", 20.0, 20.0, 365)
    both = (make_segment(1, opportunity=won, overdue=AtRisk(500.0, 4, 365)),)
    charts = opportunity_chart(both, 0.05, BRITISH), risk_chart(both, BRITISH)
    assert [one.key for one in charts] == ["opportunity", "at-risk"]
    for chart, size in zip(charts, [100, 500], strict=True):
        for width in ("wide", "narrow"):
            assert [one["amount"] for one in rows(chart, width=width)] == [size]
        assert "£600" not in chart.title + chart.subtitle + chart.alt
