"""Comparing two runs must name every figure and every cause that is other, and no other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reportgen.archive.diff import Change, compare_bytes, diff_runs, why_other
from reportgen.archive.local import LocalStorage
from reportgen.archive.runs import keep_run
from reportgen.model.archive import Figures, Input, Manifest
from reportgen.render.facts import to_facts
from tests.made import MADE, make_identity, make_manifest, make_report, make_segment

FIRST, SECOND = "1" * 16, "2" * 16
OPTIONS = "report: {id: shop, title: Shop}\nperiod: 2026-01\nsegments: {n_clusters: 4..8, features: []}\n"
SAME = "The order lines are the same."


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    """Return an empty archive in a folder."""
    return LocalStorage(str(tmp_path / "archive"))


COLOURS = {"Best": 1, "Old": 2, "New": 3}


def facts(headline: tuple[str, ...] = (), **segments: tuple[int, float]) -> bytes:
    """Write the facts of a report with segments of some customers and some share of sales."""
    made = tuple(
        make_segment(n, identity=make_identity(COLOURS[name], name), customers=customers, share_of_sales=share)
        for n, (name, (customers, share)) in enumerate(segments.items(), 1)
    )
    return to_facts(make_report(made, words={"headline": headline}))


def keep(
    storage: LocalStorage, run: str, *, options: str = OPTIONS, files: dict[str, bytes] | None = None, **parts: Any
) -> Manifest:
    """Keep a run with its options."""
    manifest = make_manifest(parts.pop("store", "Paris"), parts.pop("period", "2026-01"), run, **parts)
    return keep_run(storage, manifest, {"options.yaml": options.encode(), **(files or {})}, MADE)


def causes(storage: LocalStorage, *, options: str = OPTIONS, **parts: Any) -> tuple[str, ...]:
    """Tell what is other in a second run."""
    first = keep(storage, FIRST)
    return diff_runs(storage, first, keep(storage, SECOND, options=options, **parts)).causes


def test_a_run_differs_in_nothing_from_itself(storage: LocalStorage) -> None:
    """A run beside itself is said to be the same run, and no figure changes."""
    run = keep(storage, FIRST, files={"facts.json": facts(("One.",), Best=(10, 0.5))})
    difference = diff_runs(storage, run, run)
    assert difference.causes == ("They are the same run.",)
    assert all(one.before == one.after for one in difference.changes)
    assert difference.headlines == (("One.",), ("One.",))
    assert (difference.before, difference.after) == (run, run)


def test_figures_stand_beside_one_another(storage: LocalStorage) -> None:
    """Every figure of both manifests is there, with how it is written."""
    after = Figures(110, 165, Decimal("2000.25"), 12.12, 0.5, 5, "GBP", "en_GB", False)
    changes = diff_runs(storage, keep(storage, FIRST), keep(storage, SECOND, figures=after)).changes
    assert changes == (
        Change("Customers", "count", 100.0, 110.0),
        Change("Orders", "count", 150.0, 165.0),
        Change("Sales", "money", 1234.5, 2000.25),
        Change("Average order value", "money", 8.23, 12.12),
        Change("Repeat buyers", "share", 0.4, 0.5),
        Change("Segments", "count", 4.0, 5.0),
    )


def test_a_held_run_has_no_figures(storage: LocalStorage) -> None:
    """Where one run was held, its figures, segments and headline are none."""
    first = keep(storage, FIRST, status="held", figures=None)
    second = keep(storage, SECOND, files={"facts.json": facts(("Now.",), Best=(10, 1.0))})
    difference = diff_runs(storage, first, second)
    assert [one.before for one in difference.changes] == [None] * 8
    assert [one.after for one in difference.changes] == [100, 150, 1234.5, 8.23, 0.4, 4, 10, 1.0]
    assert difference.headlines == ((), ("Now.",))


def test_segments_are_compared_by_what_they_are_known_by(storage: LocalStorage) -> None:
    """The same segment stands side by side; one that only one run has stands beside nothing."""
    first = keep(storage, FIRST, files={"facts.json": facts(Best=(10, 0.5), Old=(30, 0.5))})
    second = keep(storage, SECOND, files={"facts.json": facts(New=(5, 0.25), Best=(15, 0.75))})
    assert diff_runs(storage, first, second).changes[6:] == (
        Change("Best: customers", "count", 10.0, 15.0),
        Change("Best: share of sales", "share", 0.5, 0.75),
        Change("Old: customers", "count", 30.0, None),
        Change("Old: share of sales", "share", 0.5, None),
        Change("New: customers", "count", None, 5.0),
        Change("New: share of sales", "share", None, 0.25),
    )


def test_a_segment_under_another_name_is_still_the_same(storage: LocalStorage) -> None:
    """What the config calls a segment anew stands beside what it was called before, under its name of now."""
    renamed = make_report((make_segment(1, identity=make_identity(1, "Gold"), customers=15),))
    first = keep(storage, FIRST, files={"facts.json": facts(Best=(10, 0.5))})
    second = keep(storage, SECOND, files={"facts.json": to_facts(renamed)})
    assert diff_runs(storage, first, second).changes[6] == Change("Gold: customers", "count", 10.0, 15.0)


def test_segments_of_two_stores_are_compared_by_kind(storage: LocalStorage) -> None:
    """Another store's segments are others, whatever their colours; alike ones stand side by side, by value."""
    first = keep(storage, FIRST, files={"facts.json": facts(Old=(10, 0.5), Best=(7, 0.5))})
    second = keep(storage, SECOND, store="Lyon", files={"facts.json": facts(New=(15, 0.75), Best=(8, 0.25))})
    assert [(one.before, one.after) for one in diff_runs(storage, first, second).changes[6::2]] == [(10, 15), (7, 8)]


def test_nothing_else_is_named_when_nothing_else_is_other(storage: LocalStorage) -> None:
    """Two runs alike in all but their ids have the same order lines, and that is all."""
    assert causes(storage) == (SAME,)


@pytest.mark.parametrize(
    ("parts", "cause"),
    [
        ({"report": "other"}, "They are of two reports, shop and other."),
        ({"store": "Lyon"}, "They are of two stores, Paris and Lyon."),
        ({"store": None}, "They are of two stores, Paris and all."),
        ({"period": "2026-02"}, "The month is 2026-02, before it was 2026-01."),
        ({"playbook_sha256": "0" * 64}, "The playbook is another."),
        ({"templates_sha256": "0" * 64}, "The templates are others."),
        ({"versions": {"reportgen": "2"}}, "reportgen is version 2, before it was 1."),
        ({"versions": {}}, "reportgen is version none, before it was 1."),
        ({"versions": {"reportgen": "1", "new": "3"}}, "new is version 3, before it was none."),
    ],
)
def test_each_cause_is_named_alone(storage: LocalStorage, parts: dict[str, Any], cause: str) -> None:
    """What is other in the manifest is named in one sentence, beside what is said of the order lines."""
    assert sorted(causes(storage, **parts)) == sorted((cause, SAME))


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        (1_234, "The order lines are others: 1,234, 1,224 more than before."),
        (9, "The order lines are others: 9, 1 fewer than before."),
        (10, "The order lines are others, though as many: 10."),
    ],
)
def test_other_lines_are_counted(storage: LocalStorage, lines: int, cause: str) -> None:
    """Other order lines are told with how many more or fewer they are, also when they are as many."""
    assert causes(storage, input=Input("0" * 32, lines)) == (cause,)


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("4..8", "5", 'The option segments.n_clusters is 5, before it was "4..8".'),
        ("features: []", "features: [é]", 'The option segments.features is ["é"], before it was not set.'),
        ("features: []", "features: 0", "The option segments.features is 0, before it was not set."),
        ("title: Shop", "title: ''", 'The option report.title is "", before it was "Shop".'),
        (", title: Shop", "", 'The option report.title is not set, before it was "Shop".'),
        (
            "{n_clusters: 4..8, features: []}",
            "{n_clusters: 4..8, features: [], x: false}",
            "The option segments.x is false, before it was not set.",
        ),
    ],
)
def test_options_are_compared_one_by_one(storage: LocalStorage, old: str, new: str, cause: str) -> None:
    """An option that is other is named with its path and both values."""
    assert old in OPTIONS
    assert causes(storage, options=OPTIONS.replace(old, new)) == (cause, SAME)


def test_what_makes_no_difference_is_not_an_option(storage: LocalStorage) -> None:
    """The order of options, none for not set, the month and the report's id are no other option."""
    other = "segments: {features: null, n_clusters: 4..8}\nperiod: 2025-01\nreport: {title: Shop, id: other}\nx: {}\n"
    assert causes(storage, options=other) == (SAME,)


def test_the_first_entry_of_an_empty_block_is_the_only_change(storage: LocalStorage) -> None:
    """A block that was empty and now has an entry is told by the entry alone."""
    first = keep(storage, FIRST, options="segments: {names: {}}\n")
    second = keep(storage, SECOND, options="segments: {names: {rare_big: Guests}}\n")
    expected = 'The option segments.names.rare_big is "Guests", before it was not set.'
    assert diff_runs(storage, first, second).causes == (expected, SAME)


def test_bytes_are_compared_by_name(storage: LocalStorage, tmp_path: Path) -> None:
    """Each file of either run is the same, of other content, missing or extra."""
    kept = keep(storage, FIRST, files={"facts.json": b"{}", "report.html": b"<p>", "report.pdf": b"pdf"})
    other = LocalStorage(str(tmp_path / "again"))
    made = keep(other, SECOND, files={"facts.json": b"{}", "report.html": b"<b>", "customers.csv": b""})
    assert compare_bytes(storage, kept, other, made) == {
        "customers.csv": "extra",
        "facts.json": "same",
        "options.yaml": "same",
        "report.html": "other content",
        "report.pdf": "missing",
    }


def test_the_bytes_are_read_and_not_the_manifests(storage: LocalStorage, tmp_path: Path) -> None:
    """A kept file that rotted is of other content, though both manifests hold the same digest."""
    kept = keep(storage, FIRST, files={"facts.json": b"{}"})
    other = LocalStorage(str(tmp_path / "again"))
    made = keep(other, FIRST, files={"facts.json": b"{}"})
    storage.replace(f"{kept.address.path}/facts.json", b"[]")
    assert compare_bytes(storage, kept, other, made) == {"facts.json": "other content", "options.yaml": "same"}


@pytest.mark.parametrize(
    ("parts", "reasons"),
    [
        ({}, []),
        ({"run": SECOND, "title": "Other"}, []),
        ({"options_sha256": "0" * 64}, ["config"]),
        ({"playbook_sha256": "0" * 64}, ["config"]),
        ({"templates_sha256": "0" * 64}, ["config"]),
        ({"versions": {"reportgen": "2"}}, ["version"]),
        ({"input": Input("0" * 32, 10)}, ["data"]),
        (
            {"input": Input("f" * 32, 11), "versions": {}, "playbook_sha256": "0" * 64},
            ["config", "version", "data"],
        ),
    ],
)
def test_why_a_run_made_again_is_other(parts: dict[str, Any], reasons: list[str]) -> None:
    """Config, version and data are each named when they are other, and only then."""
    kept = make_manifest()
    assert why_other(kept, replace(kept, **parts)) == reasons
