"""Finds what is doubtful in lines that a test makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest

from reportgen.config.lines import CleansingOptions
from reportgen.lines.checks.build import find_warnings
from reportgen.lines.checks.seen import see
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.sources.malformed import NO_LINES
from reportgen.lines.transform.cleansing import count_fates, keep_only
from reportgen.lines.transform.customers import compute_customers
from reportgen.model.lines import Period
from reportgen.model.warnings import SourceWarning
from tests.made import cleanse

JANUARY = Period("2026-01", date(2025, 2, 1), date(2026, 1, 31), datetime(2025, 2, 1), datetime(2026, 2, 1), False)


@pytest.fixture
def find(engine: DuckDBEngine, make_lines: Any) -> Callable[..., dict[str, SourceWarning]]:
    """Return a function that checks made lines: ``find(rows, accept=(), currency="GBP", flags={}, **cleansing)``."""

    def check(
        rows: Sequence[dict[str, Any]],
        accept: Sequence[str] = (),
        currency: str = "GBP",
        flags: dict[str, bool] | None = None,
        **cleansing: Any,
    ) -> dict[str, SourceWarning]:
        options = CleansingOptions(**cleansing)
        cleansed = cleanse(make_lines(rows, **(flags or {})), options, JANUARY)
        customers = compute_customers(keep_only(cleansed), JANUARY)
        seen = see(engine, cleansed, count_fates(cleansed, NO_LINES), customers, cleansing=options, currency=currency)
        found = find_warnings(seen, accept)
        assert len({(one.code, one.column) for one in found}) == len(found)
        return {one.code: one for one in found}

    return check
