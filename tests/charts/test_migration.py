"""The movement chart shows the table's numbers, the trend every month; spec by spec."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from reportgen.charts.migration import migration_chart, trend_chart
from reportgen.model.change import Migration, Move, Place
from reportgen.model.trend import TrendMonth, TrendSegment
from tests.made import BRITISH, make_identity, make_segment

MONEY = Decimal("1.00")
MIGRATION = Migration(
    origins=(
        Place("segment", make_identity(1, "A"), 90, MONEY),
        Place("segment", make_identity(2, "B"), 20, MONEY),
        Place("new", None, 7, MONEY),
    ),
    targets=(Place("segment", make_identity(1, "A"), 92, MONEY), Place("left", None, 25, MONEY)),
    moves=(
        Move(0, 0, True, 80, 0, MONEY, MONEY),
        Move(0, 1, False, 10, 0, MONEY, MONEY),
        Move(1, 0, False, 5, 0, MONEY, MONEY),
        Move(1, 1, False, 15, 0, MONEY, MONEY),
        Move(2, 0, False, 7, 0, MONEY, MONEY),
    ),
    stayed=80,
    moved=5,
    by_borders=0,
)


def test_bands_are_as_thick_as_their_customers() -> None:
    """Of 37 who moved each band has its share of the height at both ends; those who stayed have none."""
    chart = migration_chart(MIGRATION, BRITISH)
    rows = chart.specs["wide"]["datasets"]["rows"]
    ends = {(row["move"], row["x"]): row["high"] - row["low"] for row in rows if row["x"] in (0, 1)}
    assert {n: round(37 * ends[n, 0.0]) for n in range(4)} == {0: 10, 1: 5, 2: 15, 3: 7}
    assert all(abs(ends[n, 0.0] - ends[n, 1.0]) < 1e-9 for n in range(4))


def test_labels_count_who_moved() -> None:
    """Each end names its segment with the customers who came or went, and the title the largest move."""
    chart = migration_chart(MIGRATION, BRITISH)
    data = chart.specs["wide"]["datasets"]
    assert [row["label"] for row in data["origins"]] == ["A 10", "B 20", "New 7"]
    assert [row["label"] for row in data["targets"]] == ["A 12", "Left 25"]
    assert chart.title == "The largest move: 15 b who left"
    assert "New to A: 7" in chart.alt and "80 who stayed" in chart.subtitle


def test_the_trend_has_every_month_of_a_segment() -> None:
    """A line has a point for each month in which its segment is known, hollow where the borders moved."""
    identity = make_identity(3, "A", since="2025-01")
    own = make_segment(1, identity=identity)
    segment = TrendSegment(identity, 5, 1.0, None, None)
    gone = TrendSegment(make_identity(4, "Gone"), 9, 1.0, None, None)
    first = TrendMonth(
        "2025-01", "r", 9, 9, 9.0, 1.0, 0.5, 1.0, 1, False, 12, False, 1, 1, "m", None, None, (segment, gone)
    )
    second = replace(first, month="2025-02", is_refit=True, segments=(replace(segment, customers=6),))
    chart = trend_chart((first, second), (own,), BRITISH)
    rows = chart.specs["wide"]["datasets"]["rows"]
    assert [(row["month"], row["customers"], row["is_refit"]) for row in rows] == [
        ("2025-01", 5, False),
        ("2025-02", 6, True),
    ]
