"""Stores as configs and sources name them: each gets what is asked for it, whatever it is called."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path

import pandas as pd

from reportgen.archive.names import store_folder
from tests.conftest import BY_STORE, QUICK, ROOT, Command, Runs
from tests.shops import contents, ends, facts_of, write_shop

HOSTILE = ["../../x", "a/b", "Paris", "PARIS", "Évry", unicodedata.normalize("NFD", "Évry"), "con", "..", "<script>x"]
HOSTILE += ["=1+1", "x" * 300, "日本", "All", "chain", "a\\b", "new\nline", "{{ 7 * 7 }}"]


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


def test_two_configs_may_not_share_an_id(call: Command, tmp_path: Path) -> None:
    """Two configs that would take each other's place are told so before anything is made."""
    config = write_shop(tmp_path, ["Ulm"])
    shutil.copy(config, tmp_path / "other.yaml")
    done = call("run", config, tmp_path / "other.yaml", "--output", tmp_path / "out", *QUICK)
    assert done.returncode == 2
    assert "report.id: expected an id that no other config has, got 'report'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_pages_of_others_are_left_alone(call: Command, sample: Path, tmp_path: Path) -> None:
    """A folder with an index.html that is not ours is told, and the page is left as it was."""
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    (tmp_path / "blog" / "post").mkdir(parents=True)
    (tmp_path / "blog" / "post" / "index.html").write_text("mine", encoding="utf-8")
    done = call("run", sample / "sample.yaml", "--output", tmp_path, *QUICK)
    assert done.returncode == 1
    assert "a page that reportgen has not written" in done.stderr
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "blog" / "post" / "index.html").read_text(encoding="utf-8") == "mine"


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


def test_an_unknown_store_is_told(call: Command, sample: Path, tmp_path: Path) -> None:
    """A store that nobody knows is a mistake of the command line, with the nearest name."""
    done = call("run", sample / "sample.yaml", "--output", tmp_path / "o", *BY_STORE, "--store", "Leds", *QUICK)
    assert done.returncode == 2
    assert done.stderr == "command line: --store: expected a store of the config, got 'Leds'. Did you mean 'Leeds'?\n"
    assert not (tmp_path / "o").exists()


def test_months_without_lines_fail_alone(runs: Runs, call: Command, sample: Path, tmp_path: Path) -> None:
    """In a range of months those without lines fail and say from when to when there are lines; asked for alone, one is a data error."""
    found = runs(sample / "sample.yaml", tmp_path, "--period", "2024-12..2025-02", *QUICK, code=5)
    assert ends(found) == {("all", "2024-12"): "failed", ("all", "2025-01"): "done", ("all", "2025-02"): "done"}
    assert "The data go from 2025-01 to" in found[0]["reason"]
    alone = call("run", sample / "sample.yaml", "--output", tmp_path, "--period", "2024-12", *QUICK)
    assert alone.returncode == 3


def test_a_month_sees_nothing_later(runs: Runs, sample: Path, tmp_path: Path) -> None:
    """A backfilled month ends on its last day: no line after it is counted, and recency is counted from there."""
    frame = pd.read_csv(sample / "order_lines.csv", dtype=str)
    for run in runs(sample / "sample.yaml", tmp_path, "--period", "2025-06..2025-07", "--jobs", 2, *QUICK):
        facts, end = facts_of(run), pd.Period(run["period"]).end_time
        assert facts["period"]["as_of"] == f"{end:%Y-%m-%d}"
        assert facts["lines"]["read"] == (pd.to_datetime(frame["Date"]) <= end).sum()
