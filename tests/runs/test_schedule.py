"""Every store, every month, through the real command: each ends on its own, and nothing depends on the others."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.conftest import BY_STORE, QUICK, ROOT, Runs
from tests.shops import contents, ends, facts_of


@pytest.fixture(scope="module")
def whole(runs: Runs, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """Make the reports of the sample's stores over two months, in two processes."""
    output = tmp_path_factory.mktemp("whole")
    found = runs(sample / "sample.yaml", output, *BY_STORE, "--period", "2025-12..2026-01", "--jobs", 2, *QUICK)
    return output, found


def test_every_store_has_every_month(whole: tuple[Path, list[dict[str, Any]]], sample: Path) -> None:
    """Each store's report is about that store's customers and sales, and the chain's about all of them."""
    _, found = whole
    stores = ("Bath", "Leeds", "Norwich")
    assert ends(found) == {(store, month): "done" for store in (*stores, "chain") for month in ("2025-12", "2026-01")}
    frame = pd.read_csv(sample / "order_lines.csv", dtype=str)
    day = pd.to_datetime(frame["Date"])
    inside = frame[(day >= "2025-02-01") & (day < "2026-02-01") & frame["Customer"].notna()]
    inside = inside[~inside["Order no"].str.startswith("C") & (inside["Quantity"].astype(float) > 0)]
    for run in (one for one in found if one["period"] == "2026-01" and one["kind"] == "store"):
        mine = inside[inside["Store"] == run["store"]]
        facts = facts_of(run)
        assert facts["report"]["store"] == run["store"]
        assert facts["customers"] == mine["Customer"].nunique()
        assert facts["lines"]["kept"] == len(mine)
    chain = next(facts_of(one) for one in found if one["kind"] == "chain" and one["period"] == "2026-01")
    assert chain["customers"] == inside["Customer"].nunique()
    assert chain["in_several_stores"] == (inside.groupby("Customer")["Store"].nunique() > 1).sum()
    assert chain["customers_by_store"] == len(inside[["Store", "Customer"]].drop_duplicates())
    assert chain["lines"]["kept"] == len(inside)
    assert {one["store"] for one in chain["stores"]} == set(stores)


def test_the_chain_adds_up(whole: tuple[Path, list[dict[str, Any]]]) -> None:
    """Customers, sales and segments of the stores add up to the chain's; each store is linked to its own report."""
    run = next(one for one in whole[1] if one["kind"] == "chain")
    chain = facts_of(run)
    assert sum(one["customers"] for one in chain["stores"]) == chain["customers_by_store"]
    assert sum(one["sales"] for one in chain["stores"]) == pytest.approx(float(chain["total_sales"]))
    for segment in chain["segments"]:
        mine = [
            share for store in chain["stores"] for share in store["shares"] if share["segment"] == segment["number"]
        ]
        assert sum(share["customers"] for share in mine) == segment["customers"]
        assert all(share["low"] <= share["share"] <= share["high"] for share in mine)
    for store in chain["stores"]:
        assert (Path(run["path"]) / store["link"]["path"] / "facts.json").is_file()
        assert store["pulled_low"] <= store["pulled_sales"] <= store["pulled_high"]
        assert (store["rank"] is None) is (store["verdict"] == "within noise")


def test_nothing_depends_on_order_jobs_or_neighbours(
    runs: Runs, whole: tuple[Path, list[dict[str, Any]]], sample: Path, tmp_path: Path
) -> None:
    """Shuffled lines, one process instead of two, and a store on its own give the same ids and the same bytes."""
    output, found = whole
    head, *lines = (sample / "order_lines.csv").read_text(encoding="utf-8").splitlines()
    random.Random(5).shuffle(lines)
    (tmp_path / "shuffled.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    months = ("--period", "2025-12..2026-01")
    source = ("--source", tmp_path / "shuffled.csv")
    again = runs(sample / "sample.yaml", tmp_path / "all", *BY_STORE, *months, *source, "--jobs", 1, *QUICK)
    assert [one["run"] for one in again] == [one["run"] for one in found]
    assert contents(tmp_path / "all") == contents(output)
    alone = runs(sample / "sample.yaml", tmp_path / "one", *BY_STORE, *months, "--store", "Leeds", *QUICK)
    assert ends(alone) == {("Leeds", "2025-12"): "done", ("Leeds", "2026-01"): "done"}
    here, there = tmp_path / "one" / "sample" / "leeds", output / "sample" / "leeds"
    assert contents(here) == contents(there)


def test_the_printed_report_does_not_depend_on_the_process(runs: Runs, sample: Path, tmp_path: Path) -> None:
    """HTML, PDF and specs made after another store's in one process are those made in a process of their own."""
    two = ("--set", "stores={by: Store, only: [Leeds, Norwich], chain: false}")
    first = runs(sample / "sample.yaml", tmp_path / "a", *two)
    second = runs(sample / "sample.yaml", tmp_path / "b", *two, "--store", "Norwich")
    assert [one["store"] for one in first] == ["Leeds", "Norwich"]
    (mine,) = (one for one in first if one["store"] == "Norwich")
    for name in ("report.html", "report.pdf", "charts.json"):
        assert (Path(mine["path"]) / name).read_bytes() == (Path(second[0]["path"]) / name).read_bytes(), name


def test_a_rerun_says_unchanged_and_writes_nothing(
    runs: Runs, whole: tuple[Path, list[dict[str, Any]]], sample: Path
) -> None:
    """The same input again: every run is unchanged, and no file has been touched."""
    output, found = whole
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()}
    again = runs(sample / "sample.yaml", output, *BY_STORE, "--period", "2025-12..2026-01", *QUICK)
    assert set(ends(again).values()) == {"unchanged"}
    assert [one["run"] for one in again] == [one["run"] for one in found]
    assert {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()} == before


def test_later_lines_change_no_earlier_month(runs: Runs, sample: Path, tmp_path: Path) -> None:
    """An export that has grown by later orders gives the months before the same id and the same bytes."""
    frame = pd.read_csv(sample / "order_lines.csv", dtype=str)
    frame[pd.to_datetime(frame["Date"]) < "2026-02-01"].to_csv(tmp_path / "short.csv", index=False)
    config = sample / "sample.yaml"
    (then,) = runs(config, tmp_path / "then", "--source", tmp_path / "short.csv", "--period", "2026-01", *QUICK)
    (now,) = runs(config, tmp_path / "now", "--period", "2026-01", *QUICK)
    assert (then["run"], then["later_lines"]) == (now["run"], 0)
    assert now["later_lines"] == len(frame[pd.to_datetime(frame["Date"]) >= "2026-02-01"]) > 0
    assert contents(tmp_path / "then") == contents(tmp_path / "now")


def test_a_corrected_month_stands_beside_the_old_one(runs: Runs, sample: Path, tmp_path: Path) -> None:
    """A changed line gives another run; `latest` moves to it, and back when the line is as it was."""
    config, frame = sample / "sample.yaml", pd.read_csv(sample / "order_lines.csv", dtype=str)
    (first,) = runs(config, tmp_path / "out", *QUICK)
    frame.loc[frame["Customer"].first_valid_index(), "Quantity"] = "9"
    frame.to_csv(tmp_path / "corrected.csv", index=False)
    (second,) = runs(config, tmp_path / "out", "--source", tmp_path / "corrected.csv", *QUICK)
    latest = tmp_path / "out" / "sample" / "all" / "2026-01" / "latest"
    assert first["run"] != second["run"] == str(latest.readlink())
    assert (Path(first["path"]) / "facts.json").is_file()
    (third,) = runs(config, tmp_path / "out", *QUICK)
    assert (third["status"], str(latest.readlink())) == ("unchanged", first["run"])


def test_real_countries_end_as_their_customers_allow(runs: Runs, online_retail: Path, tmp_path: Path) -> None:
    """Each country of UCI Online Retail is reported if it has 30 customers in the window, else held."""
    config = ROOT / "configs" / "online_retail_countries.yaml"
    found = runs(config, tmp_path, "--source", online_retail, "--period", "2011-11", *QUICK)
    frame = pd.read_csv(online_retail, dtype={"InvoiceNo": str, "CustomerID": str})
    frame = frame[frame["CustomerID"].notna() & (frame["Quantity"] > 0) & (frame["Country"] != "Unspecified")]
    frame = frame[~frame["InvoiceNo"].str.startswith("C")]
    day = pd.to_datetime(frame["InvoiceDate"])
    for month, first, end in (("2011-11", "2010-12-01", "2011-12-01"),):
        inside = frame[(day >= first) & (day < end)]
        customers = inside.groupby("Country")["CustomerID"].nunique()
        mine = {one["store"]: one for one in found if one["period"] == month and one["kind"] == "store"}
        assert set(customers.index) <= set(mine)
        for country, count in customers.items():
            assert mine[country]["status"] == ("done" if count >= 30 else "held"), (month, country)
        chain = facts_of(next(one for one in found if one["period"] == month and one["kind"] == "chain"))
        assert {one["store"]: one["customers"] for one in chain["stores"]} == customers.to_dict()
        sales = (inside["Quantity"] * inside["UnitPrice"]).groupby(inside["Country"]).sum()
        for store in chain["stores"]:
            assert store["sales"] == pytest.approx(sales[store["store"]], abs=0.02)


def test_resume_makes_only_what_is_missing(
    runs: Runs, whole: tuple[Path, list[dict[str, Any]]], sample: Path, tmp_path: Path
) -> None:
    """With one run gone, --resume makes that one, and the archive is what it was."""
    output, found = whole
    shutil.copytree(output, tmp_path / "out", symlinks=True)
    gone = next(one for one in found if one["store"] == "Leeds")
    shutil.rmtree(tmp_path / "out" / Path(gone["path"]).relative_to(output))
    again = runs(
        sample / "sample.yaml", tmp_path / "out", *BY_STORE, "--period", "2025-12..2026-01", "--resume", *QUICK
    )
    assert [one["store"] for one in again if one["status"] == "done"] == ["Leeds"]
    assert contents(tmp_path / "out") == contents(output)


def test_a_damaged_run_is_made_again(runs: Runs, sample: Path, tmp_path: Path) -> None:
    """A plain rerun looks at every file: a run with a flipped bit is made again, and is whole."""
    (first,) = runs(sample / "sample.yaml", tmp_path, *QUICK)
    facts = Path(first["path"]) / "facts.json"
    good = facts.read_bytes()
    facts.write_bytes(good.replace(b"customers", b"custome7s", 1))
    (second,) = runs(sample / "sample.yaml", tmp_path, *QUICK)
    assert (second["status"], second["run"], facts.read_bytes()) == ("done", first["run"], good)
