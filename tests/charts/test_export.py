"""Drawn charts must be plain pictures: the same every time, in the reader's notation, with ids of their own."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from reportgen.charts.export import d3_notation, draw_charts, tidy_svg
from reportgen.charts.growth import opportunity_chart
from reportgen.charts.maps import segment_map
from reportgen.text.formats import Formats
from tests.made import BRITISH, make_points, make_report, make_segment

HOSTILE = "</svg><script>alert(1)</script>&"


def test_ids_are_the_chart_s_own() -> None:
    """Ids and what refers to them are renamed together, counted from 0."""
    svg = '<svg><clipPath id="clip7"/><g clip-path="url(#clip7)"/><path id="b"/><use href="#b"/></svg>'
    expected = '<svg><clipPath id="my-0"/><g clip-path="url(#my-0)"/><path id="my-1"/><use href="#my-1"/></svg>'
    assert tidy_svg(svg, "my") == expected


def test_numbers_are_cut_to_two_decimals() -> None:
    """No coordinate has more than two decimals."""
    assert tidy_svg('<path d="M1.23456,7L0.5,10.99999"/>', "k") == '<path d="M1.23,7L0.5,10.99"/>'


@pytest.mark.parametrize(
    ("locale", "currency", "money", "decimal"),
    [
        ("en_GB", "GBP", ["£", ""], "."),
        ("de_DE", "EUR", ["", "\N{NO-BREAK SPACE}€"], ","),
        ("en_US", "USD", ["$", ""], "."),
        ("ja_JP", "JPY", ["￥", ""], "."),
    ],
)
def test_axes_speak_the_locale(locale: str, currency: str, money: list[str], decimal: str) -> None:
    """Currency sign, its side, and the decimal mark are the locale's."""
    notation = d3_notation(Formats(locale, currency))
    assert (notation["currency"], notation["decimal"]) == (money, decimal)


def test_a_drawing_is_the_same_whatever_was_drawn_before() -> None:
    """The same chart gives the same bytes, first and last, alone and among others."""
    report, points = make_report(), make_points()
    bars = opportunity_chart(report.by_opportunity, 0.05, BRITISH)
    dots = segment_map(report.segments[0], points, BRITISH)
    first = draw_charts([bars, dots], BRITISH)
    second = draw_charts([dots, bars], BRITISH)
    assert {key: one.svg for key, one in first.items()} == {key: one.svg for key, one in second.items()}
    assert {key: one.png for key, one in first.items()} == {key: one.png for key, one in second.items()}


def test_a_chart_that_was_drawn_is_not_drawn_again() -> None:
    """Of a chart with the same specs the pictures are taken, with its words of now; one with others is drawn anew."""
    report = make_report()
    bars = opportunity_chart(report.by_opportunity, 0.05, BRITISH)
    ahead = draw_charts([bars], BRITISH)
    renamed, fewer = replace(bars, title="Where to grow"), opportunity_chart(report.by_opportunity[:1], 0.05, BRITISH)
    again = draw_charts([renamed], BRITISH, drawn=ahead)["opportunity"]
    assert again.svg is ahead["opportunity"].svg
    assert again.chart is renamed
    assert draw_charts([fewer], BRITISH, drawn=ahead) == draw_charts([fewer], BRITISH)


def test_only_dense_charts_have_a_bitmap() -> None:
    """A chart with many marks gets a PNG for paper, a light one stays a drawing."""
    report = make_report()
    bars = opportunity_chart(report.by_opportunity, 0.05, BRITISH)
    dots = segment_map(report.segments[0], make_points(), BRITISH)
    drawn = draw_charts([bars, dots], BRITISH)
    assert drawn["opportunity"].png is None
    assert (drawn["segment-map-1"].png or b"").startswith(b"\x89PNG")


def test_a_hostile_name_is_text() -> None:
    """A segment named like markup is drawn as text within a well-formed picture."""
    segment = make_segment(1, HOSTILE, opportunity=make_report().segments[2].opportunity)
    drawn = draw_charts([opportunity_chart((segment,), 0.05, BRITISH)], BRITISH)["opportunity"]
    picture = ElementTree.fromstring(drawn.svg["wide"])  # noqa: S314 - our own picture
    assert not [one for one in picture.iter() if one.tag.endswith("script")]
    assert any(HOSTILE[:12] in (one.text or "") for one in picture.iter())


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x0c", "\x1f", "\ufffe", "\ud800"])
def test_a_sign_that_no_picture_may_hold_is_a_space(sign: str) -> None:
    """A control sign in a name, at which the drawing library would end the process, is drawn as a space."""
    segment = make_segment(1, f"Tea{sign}pot", opportunity=make_report().segments[2].opportunity)
    drawn = draw_charts([opportunity_chart([segment], 0.05, BRITISH)], BRITISH)["opportunity"]
    assert sign not in drawn.svg["wide"]
    assert "Tea pot" in drawn.svg["wide"]
