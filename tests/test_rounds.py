"""Every store, every month, through the real command: each ends on its own, and nothing depends on the others."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reportgen.archive.names import store_folder
from reportgen.archive.storage import open_storage
from tests.conftest import QUICK, ROOT, Command

BY_STORE = ("--set", "stores.by=Store")
MONTHS = ("2025-12", "2025-12", "2025-11")
Runs = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def runs(command: Command) -> Runs:
    """Return a function that runs a config to its end and returns what --json tells of each run."""

    def run(config: Path, output: object, *arguments: object, code: int = 0) -> list[dict[str, Any]]:
        done = command("run", config, "--output", output, "--json", *arguments)
        assert done.returncode == code, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)["runs"]
        return found

    return run


def contents(folder: Path) -> dict[str, bytes | str]:
    """Return every file of an archive that does not keep the time."""
    found: dict[str, bytes | str] = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file() and path.name != "made.json":
            found[name] = path.read_bytes()
    return found


def ends(found: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Return how each run ended, by store and month."""
    return {("chain" if one["kind"] == "chain" else one["store"], one["period"]): one["status"] for one in found}


def facts_of(run: dict[str, Any]) -> dict[str, Any]:
    """Read a run's facts."""
    facts: dict[str, Any] = json.loads((Path(run["path"]) / "facts.json").read_text(encoding="utf-8"))
    return facts


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
    assert chain["customers"] == len(inside[["Store", "Customer"]].drop_duplicates())
    assert chain["lines"]["kept"] == len(inside)
    assert {one["store"] for one in chain["stores"]} == set(stores)


def test_the_chain_adds_up(whole: tuple[Path, list[dict[str, Any]]]) -> None:
    """Customers, sales and segments of the stores add up to the chain's; each store is linked to its own report."""
    run = next(one for one in whole[1] if one["kind"] == "chain")
    chain = facts_of(run)
    assert sum(one["customers"] for one in chain["stores"]) == chain["customers"]
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
    first = runs(sample / "sample.yaml", tmp_path / "a", *BY_STORE, "--jobs", 1)
    second = runs(sample / "sample.yaml", tmp_path / "b", *BY_STORE, "--store", "Norwich", "--jobs", 1)
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
    """Each country of UCI Online Retail is reported in both months if it has 30 customers in the window, else held."""
    config = ROOT / "configs" / "online_retail_countries.yaml"
    found = runs(config, tmp_path, "--source", online_retail, "--period", "2011-10..2011-11", *QUICK)
    frame = pd.read_csv(online_retail, dtype={"InvoiceNo": str, "CustomerID": str})
    frame = frame[frame["CustomerID"].notna() & (frame["Quantity"] > 0) & (frame["Country"] != "Unspecified")]
    frame = frame[~frame["InvoiceNo"].str.startswith("C")]
    day = pd.to_datetime(frame["InvoiceDate"])
    for month, first, end in (("2011-10", "2010-11-01", "2011-11-01"), ("2011-11", "2010-12-01", "2011-12-01")):
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


HOSTILE = ["../../x", "a/b", "Paris", "PARIS", "Évry", unicodedata.normalize("NFD", "Évry"), "con", "..", "<script>x"]
HOSTILE += ["=1+1", "x" * 300, "日本", "All", "chain", "a\\b", "new\nline", "{{ 7 * 7 }}"]


def write_shop(path: Path, stores: list[str], *, customers: int = 12, also: str = "") -> Path:
    """Write a shop in which every customer of every store orders twice in January, and its config."""
    with (path / "lines.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "customer", "date", "code", "name", "quantity", "price", "branch"])
        for number, store in enumerate(stores):
            for n in range(customers):
                for order in range(2):
                    day = f"2026-01-{1 + (n * 3 + order) % 28:02} 10:00"
                    row = [
                        f"{number}-{n}-{order}",
                        f"c{n}",
                        day,
                        "P",
                        "Tea",
                        1 + n % 3,
                        f"{5 + n * (1 + number % 4)}.50",
                    ]
                    writer.writerow([*row, store])
        writer.writerow(["last", "zz", "2026-01-31 10:00", "P", "Tea", 1, "1.00", stores[0]])
    config = path / "shop.yaml"
    config.write_text(
        "source: {path: lines.csv}\n"
        "columns: {order_id: order, customer_id: customer, ordered_at: date, quantity: quantity, unit_price: price,"
        f" product_id: code, product_name: name}}\nstores: {{by: branch, min_customers: 5{also}}}\n",
        encoding="utf-8",
    )
    return config


def test_hostile_names_get_safe_folders(runs: Runs, tmp_path: Path) -> None:
    """Whatever stores are called, each has a folder of its own below its report, and its name is shown untouched."""
    config = write_shop(tmp_path, HOSTILE)
    found = runs(config, tmp_path / "out", "--set", "outputs=[html]")
    stores = [one for one in found if one["kind"] == "store"]
    assert sorted(one["store"] for one in stores) == sorted(HOSTILE)
    assert {one["status"] for one in stores} == {"done"}
    assert len({Path(one["path"]).parent.parent.name.casefold() for one in stores}) == len(HOSTILE)
    assert {path.name for path in tmp_path.iterdir()} == {"lines.csv", "shop.yaml", "out"}
    for one in stores:
        path = Path(one["path"])
        assert path.relative_to(tmp_path / "out" / "report").parts[0] == store_folder(one["store"])
        assert facts_of(one)["report"]["store"] == one["store"]
        assert "<script>x" not in (path / "report.html").read_text(encoding="utf-8")
    for page in (tmp_path / "out").rglob("index.html"):
        assert "<script>x" not in page.read_text(encoding="utf-8")
    chain = next(one for one in found if one["kind"] == "chain")
    assert {one["store"] for one in facts_of(chain)["stores"]} == set(HOSTILE)


def test_stores_end_each_on_its_own(runs: Runs, tmp_path: Path) -> None:
    """One store is too small, one loses too many lines, one is misspelt: each says so, the others are made, code 5."""
    each = ", each: {Bonn: {cleansing: {leave_out_customers: [c0, c1, c2, c3, c4, c5, c6], max_dropped_share: 0.1}}"
    config = write_shop(tmp_path, ["Ulm", "Bonn", "Kiel"], also=each + ", Keil: {locale: de_DE}}")
    with (tmp_path / "lines.csv").open("a", encoding="utf-8") as file:
        file.write("z1,y1,2026-01-09 10:00,P,Tea,1,3.00,Jena\nz2,y2,2026-01-09 10:00,P,Tea,1,3.00,\n")
    found = runs(config, tmp_path / "out", *QUICK, code=5)
    reasons = {one["store"]: (one["status"], one["reason"]) for one in found if one["kind"] == "store"}
    assert {store: status for store, (status, _) in reasons.items()} == {
        "Ulm": "done",
        "Kiel": "done",
        "Bonn": "failed",
        "Keil": "failed",
        "Jena": "held",
    }
    assert reasons["Jena"][1] == "1 customer, fewer than 5"
    assert "at most 10% of the lines to be dropped" in reasons["Bonn"][1]
    assert "Did you mean 'Kiel'?" in reasons["Keil"][1]
    chain = facts_of(next(one for one in found if one["kind"] == "chain"))
    assert chain["lines"]["dropped"]["no_store"] == 1
    links = {one["store"]: one["link"]["status"] for one in chain["stores"]}
    assert (links["Ulm"], links["Jena"], links["Bonn"]) == ("done", "held", "failed")


def test_held_is_archived_with_its_reason(runs: Runs, tmp_path: Path) -> None:
    """A store that is too small leaves a manifest that says so, and is not looked at again while nothing changes."""
    config = write_shop(tmp_path, ["Ulm", "Bonn"], customers=3)
    first = runs(config, tmp_path / "out", *QUICK)
    held = [one for one in first if one["kind"] == "store"]
    assert {one["status"] for one in held} == {"held"}
    manifest = json.loads((Path(held[0]["path"]) / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["figures"]) == ("held", None)
    assert manifest["reason"] in ("3 customers, fewer than 5", "4 customers, fewer than 5")
    assert runs(config, tmp_path / "out", *QUICK)[0]["run"] == first[0]["run"]


def test_stores_may_have_sources_of_their_own(runs: Runs, tmp_path: Path) -> None:
    """A map of stores: each reads its own lines in its own money; one whose file is missing fails alone."""
    for name in ("ulm", "lyon", "bath"):
        (tmp_path / name).mkdir()
        write_shop(tmp_path / name, ["whatever"])
    config = tmp_path / "stores.yaml"
    config.write_text(
        "columns: {order_id: order, customer_id: customer, ordered_at: date, quantity: quantity, unit_price: price,"
        " product_id: code, product_name: name}\ncurrency: EUR\nlocale: de_DE\n"
        "stores:\n  min_customers: 5\n  each:\n"
        "    Ulm: {source: {path: ulm/lines.csv}}\n"
        "    Lyon: {source: {path: lyon/lines.csv}, locale: fr_FR}\n"
        "    Bath: {source: {path: bath/lines.csv}, locale: en_GB, currency: GBP}\n"
        "    Gone: {source: {path: gone.csv}}\n",
        encoding="utf-8",
    )
    found = runs(config, tmp_path / "out", *QUICK, code=5)
    assert ends(found) == {
        ("Ulm", "2026-01"): "done",
        ("Lyon", "2026-01"): "done",
        ("Bath", "2026-01"): "done",
        ("Gone", ""): "failed",
        ("chain", "2026-01"): "done",
    }
    money = {one["store"]: facts_of(one)["report"]["currency"] for one in found if one["status"] == "done"}
    assert (money["Ulm"], money["Lyon"], money["Bath"]) == ("EUR", "EUR", "GBP")
    chain = facts_of(next(one for one in found if one["kind"] == "chain"))
    assert chain["left_out"] == {"Bath": "its money is in GBP", "Gone": "its lines could not be read"}
    assert {one["store"] for one in chain["stores"]} == {"Ulm", "Lyon"}


def test_the_order_of_stores_in_the_config_is_nothing(runs: Runs, tmp_path: Path) -> None:
    """The same map of stores the other way round gives the same ids and the same bytes, the chain's among them."""
    for name in ("ulm", "lyon"):
        (tmp_path / name).mkdir()
        write_shop(tmp_path / name, [name], customers=20 if name == "ulm" else 30)
    found = []
    for stores in (("ulm", "lyon"), ("lyon", "ulm")):
        config = tmp_path / "stores.yaml"
        each = "".join(
            f"    {one}: {{source: {{path: {one}/lines.csv}}, report: {{title: {one}}}}}\n" for one in stores
        )
        config.write_text(
            "columns: {order_id: order, customer_id: customer, ordered_at: date, quantity: quantity, unit_price: price,"
            f" product_id: code, product_name: name}}\nstores:\n  min_customers: 5\n  each:\n{each}",
            encoding="utf-8",
        )
        found.append(runs(config, tmp_path / f"out-{stores[0]}", *QUICK))
    assert [one["run"] for one in found[0]] == [one["run"] for one in found[1]]
    assert contents(tmp_path / "out-ulm") == contents(tmp_path / "out-lyon")


def test_one_store_with_customers_is_no_chain(runs: Runs, tmp_path: Path) -> None:
    """Where only one store has customers there is nothing to compare, and the chain report is held."""
    config = write_shop(tmp_path, ["Ulm"])
    with (tmp_path / "lines.csv").open("a", encoding="utf-8") as file:
        file.write("z1,,2026-01-09 10:00,P,Tea,1,3.00,Jena\n")
    found = runs(config, tmp_path / "out", *QUICK)
    assert ends(found) == {("Ulm", "2026-01"): "done", ("Jena", "2026-01"): "held", ("chain", "2026-01"): "held"}
    assert {one["reason"] for one in found if one["status"] == "held"} == {
        "no customers in the window",
        "fewer than two stores with customers",
    }


def test_two_configs_may_not_share_an_id(command: Command, tmp_path: Path) -> None:
    """Two configs that would take each other's place are told so before anything is made."""
    config = write_shop(tmp_path, ["Ulm"])
    shutil.copy(config, tmp_path / "other.yaml")
    done = command("run", config, tmp_path / "other.yaml", "--output", tmp_path / "out", *QUICK)
    assert done.returncode == 2
    assert "report.id: expected an id that no other config has, got 'report'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_pages_of_others_are_left_alone(command: Command, sample: Path, tmp_path: Path) -> None:
    """A folder with an index.html that is not ours is told, and the page is left as it was."""
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    (tmp_path / "blog" / "post").mkdir(parents=True)
    (tmp_path / "blog" / "post" / "index.html").write_text("mine", encoding="utf-8")
    done = command("run", sample / "sample.yaml", "--output", tmp_path, *QUICK)
    assert done.returncode == 1
    assert "a page that reportgen has not written" in done.stderr
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "blog" / "post" / "index.html").read_text(encoding="utf-8") == "mine"


def test_months_without_lines_fail_alone(runs: Runs, command: Command, sample: Path, tmp_path: Path) -> None:
    """In a range of months those without lines fail and say which there are; asked for alone, one is a data error."""
    found = runs(sample / "sample.yaml", tmp_path, "--period", "2024-12..2025-02", *QUICK, code=5)
    assert ends(found) == {("all", "2024-12"): "failed", ("all", "2025-01"): "done", ("all", "2025-02"): "done"}
    assert "2025-01, 2025-02" in found[0]["reason"]
    alone = command("run", sample / "sample.yaml", "--output", tmp_path, "--period", "2024-12", *QUICK)
    assert alone.returncode == 3


def test_a_month_sees_nothing_later(runs: Runs, sample: Path, tmp_path: Path) -> None:
    """A backfilled month ends on its last day: no line after it is counted, and recency is counted from there."""
    frame = pd.read_csv(sample / "order_lines.csv", dtype=str)
    for run in runs(sample / "sample.yaml", tmp_path, "--period", "2025-06..2025-07", "--jobs", 2, *QUICK):
        facts, end = facts_of(run), pd.Period(run["period"]).end_time
        assert facts["period"]["as_of"] == f"{end:%Y-%m-%d}"
        assert facts["lines"]["read"] == (pd.to_datetime(frame["Date"]) <= end).sum()


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


def test_an_unknown_store_is_told(command: Command, sample: Path, tmp_path: Path) -> None:
    """A store that nobody knows is a mistake of the command line, with the nearest name."""
    done = command("run", sample / "sample.yaml", "--output", tmp_path / "o", *BY_STORE, "--store", "Leds", *QUICK)
    assert done.returncode == 2
    assert done.stderr == "command line: --store: expected a store of the config, got 'Leds'. Did you mean 'Leeds'?\n"
    assert not (tmp_path / "o").exists()


def test_only_and_except_choose_stores(runs: Runs, sample: Path, tmp_path: Path) -> None:
    """`only` and `except` choose; without the others there is no chain to compare."""
    some = ("--set", "stores.only=[Bath, Leeds]", "--set", "stores.except=[Leeds]")
    found = runs(sample / "sample.yaml", tmp_path, *BY_STORE, *some, *QUICK)
    assert ends(found) == {("Bath", "2026-01"): "done"}


def test_a_folder_of_configs_is_run_whole(runs: Runs, tmp_path: Path) -> None:
    """Every config of a folder is run; a playbook, a base that begins with `_` and other files are none."""
    config = write_shop(tmp_path, ["Ulm", "Bonn"], also=", chain: false")
    folder = tmp_path / "configs"
    folder.mkdir()
    text = config.read_text(encoding="utf-8").replace("path: lines.csv", "path: ../lines.csv")
    (folder / "_base.yaml").write_text(text, encoding="utf-8")
    for name in ("one", "two"):
        (folder / f"{name}.yaml").write_text(f"extends: _base.yaml\nreport: {{id: {name}}}\n", encoding="utf-8")
    shutil.copy(ROOT / "configs" / "playbook.yaml", folder)
    (folder / "notes.txt").write_text("no config", encoding="utf-8")
    found = runs(folder, tmp_path / "out", *QUICK)
    assert [(one["report"], one["store"]) for one in found] == [
        (report, store) for report in ("one", "two") for store in ("Bonn", "Ulm")
    ]


def test_two_runs_at_once_do_not_harm_each_other(command: Command, sample: Path, tmp_path: Path) -> None:
    """Two that make the same and a third that makes other months end well; all runs are whole, shown, and there once."""
    wanted = [sample / "sample.yaml", "--output", tmp_path / "out", *BY_STORE, *QUICK, "--jobs", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600"}
    words = [[sys.executable, "-m", "reportgen", "run", *map(str, wanted), "--period", month] for month in MONTHS]
    processes = [
        subprocess.Popen(one, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment) for one in words
    ]
    told = [process.communicate(timeout=300)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], told
    assert command("archive", "verify", "--output", tmp_path / "out").returncode == 0
    assert len(open_storage(str(tmp_path / "out")).runs()) == 8
    page = (tmp_path / "out" / "sample" / "leeds" / "index.html").read_text(encoding="utf-8")
    assert "November 2025" in page
    assert "December 2025" in page


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_interruption_keeps_what_was_finished(command: Command, sample: Path, tmp_path: Path) -> None:
    """SIGTERM in the middle of many reports: code 130, no process left, a clean archive; --resume makes the rest."""
    wanted = [sample / "sample.yaml", "--output", tmp_path / "out", *BY_STORE, "--period", "2025-08..2026-01", *QUICK]
    words = [sys.executable, "-m", "reportgen", "run", *map(str, wanted), "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600"}
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    while not list((tmp_path / "out").glob("*/*/*/*/manifest.json")) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130, told
    assert "reportgen run --resume" in told
    deadline = time.monotonic() + 30
    while _is_alive(process.pid):
        assert time.monotonic() < deadline, "a process outlives the run"
        time.sleep(0.05)
    finished = len(open_storage(str(tmp_path / "out")).runs())
    assert 0 < finished < 24
    assert command("archive", "verify", "--output", tmp_path / "out").returncode == 0
    resumed = command("run", *wanted, "--resume", "--json")
    assert resumed.returncode == 0
    statuses = [one["status"] for one in json.loads(resumed.stdout)["runs"]]
    assert (len(statuses), statuses.count("unchanged")) == (24, finished)


@pytest.mark.parametrize(("place", "kills"), [("folder", 2), ("s3", 1)])
def test_killed_runs_lose_nothing(place: str, kills: int, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The script that kills runs at random instants ends well, on a folder and on an object store."""
    where = str(tmp_path) if place == "folder" else f"{request.getfixturevalue('s3_bucket')}/kills-{tmp_path.name}"
    words = [sys.executable, "benchmarks/kill.py", "--kills", str(kills), "--seed", "7", "--place", where]
    done = subprocess.run(
        words, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every archive whole" in done.stdout
