"""Warnings in words: each says what was seen, both figures, and the option that answers it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from reportgen.model.warnings import SourceWarning, WarningCode
from reportgen.narrative.warnings import say_warning, write_warnings
from tests.made import BRITISH, make_facts

CODES = get_args(WarningCode)
DOCS = Path(__file__).parents[2] / "docs" / "warnings.md"


def warning(code: str, **changes: Any) -> SourceWarning:
    """Make a warning about 1,200 lines with £3,400 of sales of £50,000."""
    usual: dict[str, Any] = {
        "lines": 1_200,
        "amount": Decimal("3400.00"),
        "measure": "sales",
        "as_read": Decimal("50000.00"),
        "otherwise": Decimal("46600.00"),
        "share": 0.068,
        "examples": ("cancelled", "failed"),
        "column": "Financial Status",
    }
    return SourceWarning(code, **{**usual, **changes})


@pytest.mark.parametrize("code", CODES)
def test_every_warning_has_words(code: Any) -> None:
    """Each code has its sentence, how many lines it concerns or their money, both figures, and an answer with an option."""
    met = {"examples": ("zeros", "letters")} if code == "alike_customers" else {}
    said = say_warning(warning(code, **met), BRITISH)
    assert "1,200 order lines" in said or code == "total_line"
    assert "Sales of the window are £50,000 here; read the other way they are £46,600. " in said
    assert "{" not in said.replace("{Financial Status", "")
    assert said.endswith(".")
    assert say_warning(warning(code, otherwise=None, **met), BRITISH).count("read the other way") == 0


@pytest.mark.parametrize("code", CODES)
def test_every_warning_stands_in_the_docs(code: str) -> None:
    """A reader who meets a code finds what it means and what answers it."""
    rows = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{code}` | ")]
    assert len(rows) == 1


def test_the_answer_can_be_copied_into_a_config() -> None:
    """Values and heading stand in the option as YAML wants them, quoted where they have to be."""
    said = say_warning(warning("order_status"), BRITISH)
    assert said.endswith("If so, leave them out with cleansing: leave_out: {Financial Status: [cancelled, failed]}.")
    assert '{"Type: kind": [x]}' in say_warning(warning("credit_notes", column="Type: kind", examples=("x",)), BRITISH)


def test_one_line_is_one_line() -> None:
    """A single line is told in the singular, its money as it is counted."""
    said = say_warning(warning("collective_customer", lines=1, amount=Decimal("9.50"), examples=("Guest",)), BRITISH)
    assert "The customer “Guest” looks like many people under one id: 1 order line with £9.50" in said


def test_facts_that_were_not_checked_have_no_warnings() -> None:
    """Facts of an earlier version say nothing, and so do their words."""
    assert write_warnings(make_facts(warnings=None), BRITISH) == ()
    assert len(write_warnings(make_facts(warnings=(warning("total_line"), warning("credit_notes"))), BRITISH)) == 2
