"""Key figures are declared once, and what they say of themselves is true of the facts."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from reportgen.model.archive import Figures
from reportgen.model.kpis import KPIS, MONTH_KPIS, WINDOW_KPIS, Kpi
from reportgen.model.months import MonthFigures
from reportgen.model.restatement import RestatedMonth
from reportgen.model.trend import TrendMonth
from reportgen.report.change.compare import compare_months, window_figures
from reportgen.report.change.restate import bring_up_to_date
from reportgen.text.formats import Formats
from tests.made import make_customers, make_facts
from tests.made_change import make_full_report

EVERY = tuple(KPIS.values())
IN_TREND = (*(kpi.key for kpi in WINDOW_KPIS), "month_sales", "month_orders")


@pytest.mark.parametrize("kpi", EVERY, ids=lambda kpi: kpi.key)
def test_a_key_figure_can_be_written(kpi: Kpi) -> None:
    """Each way to write a figure is one that formats have."""
    formats = Formats("en_GB", "GBP")
    assert getattr(formats, kpi.how)(0.25)
    assert getattr(formats, kpi.brief)(0.25)


def test_the_facts_have_every_key_figure_and_no_other() -> None:
    """What is compared are the declared figures, in their order; the trend has those of the window and the month by the same name."""
    of_month = [
        kpi.key for kpi in compare_months(make_facts().months, make_facts().returning.cohorts, is_partial=False)
    ]
    assert (*window_figures(make_customers([10.0, 20.0])), *of_month) == tuple(KPIS)
    assert set(IN_TREND) <= set(TrendMonth.__dataclass_fields__)


def test_figures_of_the_window_stand_in_the_manifest() -> None:
    """The history shows the window's figures, which a manifest holds under the same names."""
    assert {kpi.key for kpi in WINDOW_KPIS} <= set(Figures.__dataclass_fields__)


def test_figures_of_the_month_stand_in_the_facts() -> None:
    """What is of the calendar month says so in its name, and stands under the rest of it among the month's figures."""
    names = {f"month_{name}" for name in (*MonthFigures.__dataclass_fields__, "avg_order_value")}
    assert {kpi.key for kpi in MONTH_KPIS} - {"back_share"} <= names


def test_a_month_whose_lines_have_changed_has_every_figure_anew() -> None:
    """The trend shows what the lines say today, of each key figure of the last month that was reported."""
    *_, last = make_full_report().change.trend
    restated = RestatedMonth(last.month, 500, 600, Decimal(1), Decimal(2), 1, 2)
    today: Any = SimpleNamespace(past=SimpleNamespace(before=make_customers([10.0, 20.0], [1, 2])))
    [renewed] = bring_up_to_date([last], [restated], {last.month: (600, "other")}, today)
    assert {key for key in IN_TREND if getattr(renewed, key) == getattr(last, key)} == set()
