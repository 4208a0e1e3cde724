"""A run must have the files that are declared, and no other may be taken for one of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.model.artefacts import ARTEFACTS, RUN_FILE, find_artefact, first_edition, holds_customers, next_edition

NAMES = {
    "manifest.json", "made.json", "marks.json", "options.yaml", "playbook.yaml", "model.json",
    "facts.json", "charts.json", "report.html", "report.pdf", "summary.pdf",
    "customers.csv", "audiences/regulars-win-back-2.csv",
}  # fmt: skip


def test_the_declared_files_are_those_of_a_run() -> None:
    """Each file that a real run has (tests/report) is declared once, and is one that a run may have."""
    assert {one.name for name in NAMES if (one := find_artefact(name))} == {one.name for one in ARTEFACTS}
    assert all(RUN_FILE.fullmatch(name) for name in NAMES)


@given(st.sampled_from(sorted(NAMES)), st.text(max_size=2), st.text(max_size=2))
def test_no_other_file_is_taken_for_one_of_a_run(name: str, before: str, after: str) -> None:
    """A name with anything before or behind it is no file of a run."""
    other = f"{before}{name}{after}"
    assert bool(RUN_FILE.fullmatch(other)) == (not before and not after)


@given(st.from_regex(RUN_FILE, fullmatch=True))
def test_each_file_is_declared_once(name: str) -> None:
    """Whatever the expression accepts is one artefact alone: a declared name, or one of a file that names customers."""
    assert [one for one in ARTEFACTS if re.fullmatch(one.pattern, name)] == [find_artefact(name)]
    assert name in NAMES or holds_customers(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "reportXhtml", "report.csv", "facts-2.json", "report-2.pdf", "customers-.csv", "customers-1234567.csv"),
        *("audiences/.csv", "audiences/A.csv", "audiences/a/b.csv", "audiences/../a.csv", "audiences/a.x.csv", "a.csv"),
    ],
)
def test_names_that_no_run_has(name: str) -> None:
    """Only what names customers has editions, and a point is a point."""
    assert not RUN_FILE.fullmatch(name)
    assert find_artefact(name) is None
    assert not holds_customers(name)


def test_the_lists_alone_name_customers() -> None:
    """Who is forgotten must be looked for in them and nowhere else; each edition has the next number."""
    assert {name for name in NAMES if holds_customers(name)} == {"customers.csv", "audiences/regulars-win-back-2.csv"}
    assert holds_customers("customers-12.csv")
    assert next_edition("customers.csv") == "customers-2.csv"
    assert next_edition("customers-2.csv") == "customers-3.csv"
    assert next_edition("audiences/regulars-win-back-2.csv") == "audiences/regulars-win-back-2.2.csv"
    assert next_edition("audiences/regulars-win-back-2.9.csv") == "audiences/regulars-win-back-2.10.csv"


@given(st.from_regex(RUN_FILE, fullmatch=True), st.integers(1, 5))
def test_every_edition_leads_back_to_the_first(name: str, renewals: int) -> None:
    """However often a file was renewed, it is known what it was called when its run was made."""
    first = first_edition(name)
    assert first_edition(first) == first
    renewed = name
    for _ in range(renewals if holds_customers(name) else 0):
        renewed = next_edition(renewed)
        if find_artefact(renewed) is None:
            assert renewed.endswith("1000000.csv")  # more editions than a number has digits
            return
    assert find_artefact(renewed) == find_artefact(name)
    assert first_edition(renewed) == first


@pytest.mark.parametrize("name", ["facts.json", "other.csv"])
def test_other_files_have_no_editions(name: str) -> None:
    """A file that names no customers is never renewed."""
    with pytest.raises(ValueError, match="names no customers"):
        next_edition(name)
