"""Coming back as pictures: each bar, cell and dot stands for its share, and what is not known yet is not drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reportgen.charts.returning import cohort_map, first_product_dots, order_steps
from reportgen.model.charts import Chart, NoChart
from reportgen.model.months import Cohort
from reportgen.model.returning import FirstProducts
from tests.made import BRITISH, make_returning, make_times

Layers = Callable[..., list[dict[str, Any]]]
RETURNING = make_returning()


def test_steps_are_bars_of_each_share(rows: Layers, layers: Layers) -> None:
    """Each step has a bar for 30, 60 and 90 days; the last has its interval as a line and its share as a label."""
    chart = order_steps(RETURNING, BRITISH)
    assert isinstance(chart, Chart)
    assert chart.title == "40% order a second time within 90 days"
    drawn = [(row["step"], row["days"], row["share"], row["label"]) for row in rows(chart)]
    assert drawn == [
        ("1st to 2nd", "30 days", 0.2, ""),
        ("1st to 2nd", "60 days", 0.3, ""),
        ("1st to 2nd", "90 days", 0.4, "40%"),
        ("2nd to 3rd", "30 days", 0.3, ""),
        ("2nd to 3rd", "60 days", 0.45, ""),
        ("2nd to 3rd", "90 days", 0.6, "60%"),
    ]
    (line,) = layers(chart, "rule")
    assert (line["encoding"]["x"]["field"], line["encoding"]["x2"]["field"]) == ("low", "high")
    assert "2nd to 3rd: 30% within 30 days, 45% within 60 days, 60% within 90 days" in chart.alt


def test_what_is_known_for_thirty_days_alone_is_drawn_as_such() -> None:
    """The title tells the longest time that is known; with nothing known there is no chart."""
    short = make_times(0.4)
    short = replace(short, within=short.within[:1])
    step = replace(RETURNING.steps[0], times=short)
    chart = order_steps(replace(RETURNING, steps=(step,)), BRITISH)
    assert chart.title == "20% order a second time within 30 days"  # type: ignore[union-attr]
    none = replace(step, times=replace(short, within=()))
    assert isinstance(order_steps(replace(RETURNING, steps=(none,)), BRITISH), NoChart)


def test_cohorts_are_cells(rows: Layers) -> None:
    """Each cell is the share of the month's first buyers; the title names the span of the first month after."""
    chart = cohort_map(RETURNING, BRITISH, "2026-01", is_partial=False)
    assert isinstance(chart, Chart)
    cells = [(row["month"], row["after"], row["share"], row["unfinished"]) for row in rows(chart)]
    assert cells[:4] == [("Sept 2025 (50)", n, share, False) for n, share in enumerate((0.2, 0.16, 0.14, 0.18), 1)]
    assert cells[4:] == [("Oct 2025 (40)", n, share, False) for n, share in enumerate((0.3, 0.15, 0.1), 1)]
    assert chart.title == "The month after the first order, 20% to 30% order again"
    assert "Sept 2025, 50 customers: 20%, 16%, 14%, 18%" in chart.alt


def test_cells_of_an_unfinished_month_are_marked(rows: Layers) -> None:
    """The last cell of each row is of the report's month; where that is not complete it is told and set apart."""
    chart = cohort_map(RETURNING, BRITISH, "2026-01", is_partial=True)
    assert isinstance(chart, Chart)
    assert [row["after"] for row in rows(chart) if row["unfinished"]] == [4, 3]
    assert chart.subtitle.endswith("italic: January 2026 is not complete")


def test_thirteen_months_are_shown_at_most() -> None:
    """Of three years the last thirteen months; without any there is no chart, nor where none has a month after it."""
    many = tuple(Cohort(f"20{20 + n // 12}-{n % 12 + 1:02}", 10, 1, is_ripe=True, ordered=(n % 10,)) for n in range(36))
    chart = cohort_map(replace(RETURNING, cohorts=many), BRITISH, "2023-01", is_partial=False)
    assert isinstance(chart, Chart)
    assert chart.alt.count("customers:") == 13
    for cohorts in ((), (Cohort("2025-12", 10, 0, is_ripe=False, ordered=()),)):
        found = cohort_map(replace(RETURNING, cohorts=cohorts), BRITISH, "2025-12", is_partial=False)
        assert isinstance(found, NoChart)


def test_first_products_are_dots_with_intervals(rows: Layers, layers: Layers) -> None:
    """A product that differs is told by colour, shape and the legend; the line stands at the share of all."""
    chart = first_product_dots(RETURNING.first_products, BRITISH)
    assert isinstance(chart, Chart)
    assert chart.title == "Buyers of 1 first product come back more or less often than the others"
    assert [(row["name"], row["pulled"], row["differs"]) for row in rows(chart)] == [
        ("Teapot", 0.6, "more"),
        ("Cup", 0.4, "as the others"),
    ]
    (dots,) = layers(chart, "point")
    assert dots["encoding"]["shape"]["field"] == "differs"
    assert "All first buyers: 40%. Teapot: 60%, 50% to 70%" in chart.alt


@pytest.mark.parametrize("first", [None, FirstProducts(10, 4, 1.0, 0, ())])
def test_without_first_products_there_is_no_chart(first: FirstProducts | None) -> None:
    """Neither where the source has none, nor where twenty customers began with none."""
    assert isinstance(first_product_dots(first, BRITISH), NoChart)
