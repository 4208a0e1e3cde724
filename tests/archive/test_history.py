"""The history must be read from the manifests alone: which run is the present one, and in what order stores stand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from reportgen.archive.history import ReportHistory, read_history
from reportgen.archive.local import LocalStorage
from reportgen.archive.runs import keep_run
from reportgen.model.archive import Figures, Manifest
from tests.made import MADE, make_manifest

FIRST, SECOND, THIRD = "1" * 16, "2" * 16, "3" * 16


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    """Return an empty archive in a folder."""
    return LocalStorage(str(tmp_path / "archive"))


def figures(sales: str) -> Figures:
    """Make the figures of a run with some sales."""
    return Figures(100, 150, Decimal(sales), 8.23, 0.4, 4, "GBP", "en_GB", False)


def held() -> dict[str, object]:
    """Return what the manifest of a run says that was too small to report."""
    return {"status": "held", "reason": "12 customers", "figures": None}


def keep(storage: LocalStorage, store: str | None, period: str, run: str = FIRST, **parts: object) -> Manifest:
    """Keep a run without files."""
    return keep_run(storage, make_manifest(store, period, run, **parts), {}, MADE)


def keep_chain(storage: LocalStorage, period: str, **parts: object) -> Manifest:
    """Keep a chain report."""
    return keep(storage, None, period, store_folder="chain", kind="chain", **parts)


def only(storage: LocalStorage) -> ReportHistory:
    """Read the history of the only report."""
    (report,) = read_history(storage)
    return report


def test_an_empty_archive_has_no_history(storage: LocalStorage) -> None:
    """A folder that is not there yet has no reports."""
    assert read_history(storage) == ()


def test_months_stand_newest_first(storage: LocalStorage) -> None:
    """Each month of a store is there once, the newest first, across the turn of the year, in any order of making."""
    for period in ("2025-12", "2026-02", "2025-02", "2026-01"):
        keep(storage, "Paris", period)
    (store,) = only(storage).stores
    assert (store.report, store.folder, store.store, store.is_chain) == ("shop", "paris", "Paris", False)
    assert [month.present.period for month in store.months] == ["2026-02", "2026-01", "2025-12", "2025-02"]
    assert store.newest.present.period == "2026-02"
    assert [month.present.period for month in store.made] == ["2025-02", "2025-12", "2026-01", "2026-02"]


@pytest.mark.parametrize("order", [[FIRST, SECOND, THIRD], [THIRD, FIRST, SECOND], [SECOND, THIRD, FIRST]])
def test_the_run_kept_last_is_the_present_one(storage: LocalStorage, order: list[str]) -> None:
    """Of several runs of a month the one kept last is present, whatever its id; the others were replaced."""
    for run in order:
        keep(storage, "Paris", "2026-01", run, figures=figures(f"{run[0]}.00"))
    (month,) = only(storage).stores[0].months
    assert month.present.run == order[-1]
    assert {one.run for one in month.earlier} == set(order[:-1])
    assert month.sales == Decimal(order[-1][0])


def test_a_month_that_latest_does_not_name_has_a_present_run(storage: LocalStorage) -> None:
    """Where the link is gone or names nothing, one of the runs that are there is shown all the same."""
    first = keep(storage, "Paris", "2026-01", FIRST)
    keep(storage, "Paris", "2026-01", SECOND)
    storage.point(first.address.month, "f" * 16)
    (month,) = only(storage).stores[0].months
    assert {month.present.run, *(one.run for one in month.earlier)} == {FIRST, SECOND}
    storage.remove(f"{first.address.month}/latest")
    assert len(only(storage).stores[0].months[0].earlier) == 1


def test_stores_stand_by_sales_of_their_newest_month(storage: LocalStorage) -> None:
    """The chain comes first, then stores by the newest month's sales, alike ones by folder, the only held last."""
    keep(storage, "Small", "2026-01", figures=figures("10.00"))
    keep(storage, "Small", "2025-12", figures=figures("9999.00"))
    keep(storage, "Big", "2026-01", figures=figures("1000.00"))
    keep(storage, "Closed", "2020-01", figures=figures("500.00"))
    keep(storage, "Zebra", "2026-01", figures=figures("10.00"))
    keep(storage, "Negative", "2026-01", figures=figures("-5.00"))
    keep(storage, "Always Held", "2026-01", **held())
    keep_chain(storage, "2026-01", figures=figures("1.00"))
    folders = [store.folder for store in only(storage).stores]
    assert folders == ["chain", "big", "closed", "small", "zebra", "negative", "always-held"]
    assert [store.is_chain for store in only(storage).stores] == [True, *[False] * 6]


def test_a_held_month_has_no_sales(storage: LocalStorage) -> None:
    """A store that is held now but was reported on before stands before those that were only held."""
    keep(storage, "Small", "2025-12", figures=figures("10.00"))
    keep(storage, "Small", "2026-01", **held())
    keep(storage, "A", "2026-01", **held())
    small, other = only(storage).stores
    assert (small.folder, other.folder) == ("small", "a")
    assert [month.sales for month in small.months] == [None, Decimal("10.00")]
    assert [month.present.period for month in small.made] == ["2025-12"]
    assert other.made == ()


def test_reports_stand_by_id_with_their_newest_title(storage: LocalStorage) -> None:
    """Each report has a history of its own, under the title of its newest month."""
    keep(storage, "Paris", "2026-01", report="b", title="New")
    keep(storage, "Lyon", "2025-12", report="b", title="Old")
    keep(storage, None, "2020-01", report="a", title="Other")
    reports = read_history(storage)
    assert [(one.report, one.title, len(one.stores)) for one in reports] == [("a", "Other", 1), ("b", "New", 2)]
    assert (reports[0].stores[0].folder, reports[0].stores[0].store) == ("all", None)


def test_a_damaged_manifest_is_passed_over(storage: LocalStorage) -> None:
    """A run whose manifest cannot be read is no part of the history, and the others are."""
    kept = keep(storage, "Paris", "2026-01")
    keep(storage, "Paris", "2025-12")
    storage.replace(f"{kept.address.path}/manifest.json", b"{}")
    assert [month.present.period for month in only(storage).stores[0].months] == ["2025-12"]
