"""Tests of stores that are called otherwise than they were: their months stay together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reportgen.archive.history import read_history
from reportgen.archive.local import LocalStorage
from reportgen.archive.mail_pruning import drop_notes
from reportgen.archive.prune import choose_pruned
from reportgen.archive.renames import find_successors
from reportgen.archive.runs import keep_run
from reportgen.config.values import Keep
from reportgen.model.archive import Manifest
from reportgen.render.history import to_overview, to_store_page
from tests.made import MADE, make_manifest


def run(number: int, store: str, period: str, previous: Manifest | None = None) -> Manifest:
    """Make a run that is compared with another."""
    origin = {"previous": None if previous is None else previous.address.path}
    return make_manifest(store, period, f"{number:016x}", origin=origin, files={})


OLD = [run(1, "York", "2025-01"), run(2, "York", "2025-02")]
THEN = run(3, "York North", "2025-03", OLD[1])
NOW = [run(4, "York Centre", "2025-04", THEN), run(5, "York Centre", "2026-01", THEN)]
OTHER = run(6, "Bath", "2025-02")
ALL = [*OLD, THEN, *NOW, OTHER]


def test_a_store_is_followed_through_its_names() -> None:
    """Renamed twice, both earlier folders lead to the present one; a store that kept its name leads nowhere."""
    assert find_successors(ALL) == {("shop", "york"): "york-centre", ("shop", "york-north"): "york-centre"}
    back = run(7, "York", "2026-02", NOW[1])
    assert find_successors([*ALL, back]) == {("shop", "york-north"): "york", ("shop", "york-centre"): "york"}


def test_a_store_that_goes_on_was_not_renamed() -> None:
    """A comparison with another store by mistake takes no store away that has reports of that month or later."""
    mistaken = run(8, "Hull", "2025-03", OTHER)
    on = run(9, "Bath", "2025-03")
    assert ("shop", "bath") in find_successors([*ALL, mistaken])
    assert ("shop", "bath") not in find_successors([*ALL, mistaken, on])


def test_pruning_counts_months_from_the_present_name() -> None:
    """Months under an earlier name go by the age that they have today, as if nothing had been renamed."""
    paths = {one.address.path for one in ALL}
    gone = choose_pruned(ALL, paths, Keep(12, last_run_only=False)).gone
    assert [one.period for one in gone] == ["2025-01"]
    assert OLD[1] in choose_pruned(ALL, paths, Keep(6, last_run_only=False)).gone
    assert OTHER not in choose_pruned(ALL, paths, Keep(6, last_run_only=False)).gone


def test_the_history_has_all_months_under_the_present_name(tmp_path: Path) -> None:
    """One page has them all, with links that lead to each month's own folder; the old page leads there."""
    storage = LocalStorage(str(tmp_path))
    for one in ALL:
        keep_run(storage, one, {"report.html": b"x"}, MADE)
    (report,) = read_history(storage)
    assert [history.folder for history in report.present] == ["bath", "york-centre"]
    present, old = (next(one for one in report.stores if one.folder == folder) for folder in ("york-centre", "york"))
    assert [month.present.period for month in present.months] == ["2026-01", "2025-04", "2025-03", "2025-02", "2025-01"]
    page = to_store_page(report, present)
    assert f'href="../york/2025-01/{1:016x}/report.html"' in page
    assert f'href="2026-01/{5:016x}/report.html"' in page
    assert 'href="../york-centre/index.html"' in to_store_page(report, old)
    assert "York</a>" not in to_overview([report])


def test_months_are_written_as_the_reports_write_them(tmp_path: Path) -> None:
    """A German shop's pages name months in German."""
    storage = LocalStorage(str(tmp_path))
    figures = make_manifest("Ulm").figures
    assert figures is not None
    keep_run(storage, make_manifest("Ulm", "2026-01", figures=replace(figures, locale="de_DE")), {}, MADE)
    (report,) = read_history(storage)
    assert "Januar 2026" in to_overview([report])
    assert "Januar 2026" in to_store_page(report, report.stores[0])


def test_notes_of_months_that_are_gone_go_too(tmp_path: Path) -> None:
    """Notes to the operators stay as long as a report is of their month or an earlier one; other mail is left alone."""
    storage = LocalStorage(str(tmp_path))
    for folder in ("operators/2025-01", "operators/2025-02", "operators/0000-00", "york/2025-01"):
        storage.replace(f"mail/shop/{folder}/{1:016x}/a.json", b"{}")
    drop_notes(storage, [OLD[1], *NOW])
    kept = [path.split("/")[2:4] for path in storage.files("mail")]
    assert kept == [["operators", "0000-00"], ["operators", "2025-02"], ["york", "2025-01"]]
