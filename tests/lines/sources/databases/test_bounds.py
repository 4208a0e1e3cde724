"""Tests of how much of a database a run needs."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from reportgen.lines.sources.databases.bounds import Bounds, find_bounds


@pytest.mark.parametrize(
    ("period", "months", "first_day", "end"),
    [
        ("2026-02", 24, datetime(2024, 3, 1), datetime(2026, 3, 11)),
        ("2025-06", 12, datetime(2024, 7, 1), datetime(2025, 8, 1)),
        ("2025-06..2025-11", 12, datetime(2024, 7, 1), datetime(2026, 1, 1)),
        ("last", 3, datetime(2025, 11, 1), datetime(2026, 3, 11)),
        ("last", None, None, datetime(2026, 3, 11)),
        ("2026-03", 1, datetime(2026, 3, 1), datetime(2026, 3, 11)),
        ("0001-02", 5_000, datetime(1, 1, 1), datetime(1, 4, 1)),
    ],
)
def test_bounds_reach_as_far_as_a_report_looks(
    period: str, months: int | None, first_day: datetime | None, end: datetime
) -> None:
    """They begin with the first month that is needed, and end where it shows that the last one is complete."""
    assert find_bounds(period, months, date(2026, 3, 10)) == Bounds(first_day, end)
