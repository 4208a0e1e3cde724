"""The report of one store and month through the real command: figures that are known from elsewhere come out."""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import python_calamine
from sklearn.metrics import adjusted_rand_score

from reportgen import columns as c
from reportgen.cli.main import main
from reportgen.config.load import load_options
from reportgen.lines.sources.open import open_source
from reportgen.lines.transform.cleansing import keep_only
from reportgen.lines.transform.customers import compute_customers
from reportgen.lines.transform.periods import choose_period, find_days
from reportgen.model.lines import LineCounts
from reportgen.report import build, divide
from reportgen.report.build import segment_customers
from tests.conftest import QUICK, ROOT, Finished, Shop
from tests.made import cleanse

Finish = Callable[..., Finished]
ONLINE_RETAIL = ROOT / "configs" / "online_retail.yaml"


@pytest.fixture(scope="module")
def tutorial(finish: Finish, online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Make the report of the tutorial's data once."""
    return finish(ONLINE_RETAIL, tmp_path_factory.mktemp("tutorial"), "--source", online_retail)


def test_the_tutorial_is_reproduced(tutorial: Finished, reference: dict[str, Any]) -> None:
    """Lines, customers, orders and sales are the tutorial's exactly; silhouettes, sizes and means nearly."""
    facts = tutorial.facts
    made = json.loads((tutorial.folder / "made.json").read_text(encoding="utf-8"))
    assert facts["lines"]["read"] + made["later_lines"] == reference["lines_read"]
    assert facts["lines"]["kept"] == reference["lines_kept"]
    assert facts["customers"] == reference["customers"]
    assert facts["orders"] == reference["orders_distinct_invoices"]
    assert facts["total_sales"] == reference["total_sales"]
    assert facts["n_clusters"] == reference["chosen_n_clusters"]
    for k, value in reference["silhouette"].items():
        assert facts["choice"]["silhouette"][k] == pytest.approx(value, abs=0.005)
    assert facts["choice"]["inertia"]["4"] == pytest.approx(reference["inertia_at_4"], rel=0.02)
    for segment, expected in zip(facts["segments"], reference["clusters_by_mean_total_sales"], strict=True):
        for name in ("customers", "mean_total_sales", "mean_order_count", "mean_avg_order_value"):
            assert segment[name] == pytest.approx(expected[name], rel=0.02), name


def test_the_tutorial_s_best_seller_leads(tutorial: Finished, reference: dict[str, Any]) -> None:
    """The most valuable segment's best seller by order lines is the tutorial's, with its count."""
    best = tutorial.facts["segments"][0]["best_sellers"][0]
    expected = reference["best_seller_of_the_most_valuable_segment"]
    assert (best["product_name"], best["lines"]) == (expected["product_name"], expected["lines"])


def test_the_tutorial_s_story_is_told(tutorial: Finished) -> None:
    """Each of the four groups is told as the tutorial tells it, and growth comes from the two middle ones."""
    best, small, rare, low = tutorial.facts["segments"]
    assert [one["kind"] for one in (best, small, rare, low)] == [
        "frequent_big",
        "frequent_small",
        "rare_big",
        "rare_small",
    ]
    words = tutorial.facts["words"]
    roles = [one["role"] for one in words["segments"]]
    expected = ("most valuable", "is the basket", "is the next order", "keep the cost of reaching them low")
    assert all(part in role for part, role in zip(expected, roles, strict=True))
    growth = next(sentence for sentence in words["headline"] if sentence.startswith("Growth"))
    assert "frequent buyers with small baskets" in growth
    assert "rare buyers with big baskets" in growth
    assert "frequent buyers with big baskets" not in growth


def test_equal_lines_in_any_order_give_equal_bytes(
    finish: Finish, tutorial: Finished, online_retail: Path, tmp_path: Path
) -> None:
    """A run on the shuffled lines leaves the same HTML, PDF and facts, byte for byte."""
    with gzip.open(online_retail, "rt", encoding="utf-8", newline="") as file:
        head, *lines = file.read().splitlines()
    random.Random(3).shuffle(lines)
    (tmp_path / "shuffled.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    again = finish(ONLINE_RETAIL, tmp_path / "output", "--source", tmp_path / "shuffled.csv")
    for name in ("facts.json", "report.html", "report.pdf"):
        assert (again.folder / name).read_bytes() == (tutorial.folder / name).read_bytes(), name


def _cell(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value.strftime("%m/%d/%Y %H:%M") if hasattr(value, "strftime") else str(value)


def test_equal_lines_in_any_format_give_equal_facts(finish: Finish, first_workbook: Path, tmp_path: Path) -> None:
    """The workbook, its CSV, its semicolon CSV with decimal commas and BOM, and its Parquet give the same facts."""
    rows = python_calamine.load_workbook(str(first_workbook)).get_sheet_by_index(0).to_python()
    head, cells = [str(cell) for cell in rows[0]], [[_cell(value) for value in row] for row in rows[1:]]
    price = head.index("UnitPrice")
    with (tmp_path / "plain.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *cells])
    with (tmp_path / "semicolon.csv").open("w", newline="", encoding="utf-8-sig") as file:
        commas = [[*row[:price], row[price].replace(".", ","), *row[price + 1 :]] for row in cells]
        csv.writer(file, delimiter=";").writerows([head, *commas])
    frame = pd.DataFrame(cells, columns=head).replace("", None)
    frame["CustomerID"] = frame["CustomerID"].astype(float)
    frame["UnitPrice"] = frame["UnitPrice"].astype(float)
    frame["Quantity"] = frame["Quantity"].astype("int64")
    frame["InvoiceDate"] = pd.to_datetime(frame["InvoiceDate"], format="%m/%d/%Y %H:%M")
    frame.to_parquet(tmp_path / "lines.parquet")
    sources = [first_workbook, *(tmp_path / name for name in ("plain.csv", "semicolon.csv", "lines.parquet"))]
    facts = [
        finish(ONLINE_RETAIL, tmp_path / str(n), "--source", source, *QUICK).facts for n, source in enumerate(sources)
    ]
    assert facts[0]["lines"]["read"] == len(frame[frame["InvoiceDate"] < "2011-01-01"]) < len(frame) == 70_051
    assert facts[1] == facts[0]
    assert facts[2] == facts[0]
    assert facts[3] == facts[0]


def test_the_sample_s_planted_groups_are_recovered(sample: Path) -> None:
    """The segments agree with the planted groups (adjusted Rand of at least 0.9)."""
    options = load_options(sample / "sample.yaml")
    with open_source(options.source, options.columns, ("£",)) as source:
        period = choose_period(find_days(source.lines, date(2030, 1, 1)), options.period, options.window)
        kept = keep_only(cleanse(source.lines, options.cleansing, period))
        found = segment_customers(compute_customers(kept, period), options, period.month)
    planted = pd.read_csv(sample / "planted_groups.csv", dtype=str).set_index("Customer")["Group"]
    truth = planted.reindex(found.customers.frame[c.CUSTOMER_ID])
    assert found.choice.n_clusters == 4
    assert adjusted_rand_score(truth, found.segmentation.labels) >= 0.9


def test_a_run_says_nothing_on_stderr(sample_run: Finished) -> None:
    """No warning and no progress stands on stderr when it is piped."""
    assert sample_run.stderr == ""


def test_fates_add_up(sample_run: Finished) -> None:
    """Kept and dropped lines are the lines read."""
    lines = sample_run.facts["lines"]
    assert lines["kept"] + sum(lines["dropped"].values()) == lines["read"]


def test_segments_add_up_to_the_whole(sample_run: Finished) -> None:
    """Customers and sales of the segments are those of the report."""
    facts = sample_run.facts
    assert sum(one["customers"] for one in facts["segments"]) == facts["customers"]
    assert sum(one["sales"] for one in facts["segments"]) == pytest.approx(float(facts["total_sales"]), abs=0.05)
    assert sum(one["share_of_sales"] for one in facts["segments"]) == pytest.approx(1, abs=1e-5)


def test_the_facts_hold_what_is_promised(sample_run: Finished) -> None:
    """Every key that other programs are told of is there, of its kind."""
    facts = sample_run.facts
    assert isinstance(facts["total_sales"], str)
    assert {"read", "kept", "dropped"} <= set(facts["lines"])
    assert all(isinstance(sentence, str) for sentence in facts["words"]["headline"])
    assert all(one["narrative"] and one["actions"] for one in facts["words"]["segments"])
    for segment in facts["segments"]:
        assert {"number", "identity", "share_of_customers", "share_of_sales", "pairs", "plays"} <= set(segment)
        for best in segment["best_sellers"]:
            assert {"product_name", "lines", "orders", "units", "sales", "index"} <= set(best)


def test_without_products_the_report_says_why(finish: Finish, shop: Shop, tmp_path: Path) -> None:
    """A source without product columns leaves the product sections out, and says so in facts and HTML."""
    config = shop("")
    text = config.read_text().replace(" product_id: code, product_name: name", " product_id: null, product_name: null")
    config.write_text(text)
    done = finish(config, tmp_path / "out", "--set", "outputs=[html]")
    assert {"key": "products", "reason": "no_products"} in done.facts["skipped"]
    assert "no product columns" in done.html


def test_without_order_numbers_pairs_are_left_out(finish: Finish, shop: Shop, tmp_path: Path) -> None:
    """Without order numbers a customer's day is one order, and the pairs are skipped with the reason."""
    config = shop("")
    config.write_text(config.read_text().replace("order_id: order", "order_id: null"))
    done = finish(config, tmp_path / "out", *QUICK)
    frame = pd.read_csv(tmp_path / "lines.csv")
    assert done.facts["orders"] == len(frame.assign(day=frame["date"].str[:10])[["customer", "day"]].drop_duplicates())
    assert [one["key"] for one in done.facts["skipped"]] == ["returning", "change", "pairs"]


def test_few_customers_are_one_group(finish: Finish, shop: Shop, tmp_path: Path) -> None:
    """Fewer customers than asked for are described as one group, and the reason is said in words."""
    done = finish(shop("segments: {min_customers: 500}\n"), tmp_path / "out", "--set", "outputs=[html]")
    assert done.facts["n_clusters"] == 1
    assert any("61 customers, fewer than the 500" in note for note in done.facts["words"]["choice"])
    assert "fewer than the 500" in done.html


@pytest.mark.parametrize(
    ("keep", "rung"),
    [(60, "bands"), (150, "rhythm"), (29, "too_small"), (1, "too_small")],
)
def test_few_customers_stand_on_their_rung(finish: Finish, sample: Path, tmp_path: Path, keep: int, rung: str) -> None:
    """The sample's first customers make a report of two months by the right division, page and PDF, true to its names."""
    lines = pd.read_csv(sample / "order_lines.csv", dtype=str)
    buyers = lines[~lines["Order no"].str.startswith("C")]
    returned = buyers.groupby("Customer")["Date"].nunique().sort_values(ascending=False, kind="stable")
    few = returned.index[:keep]
    lines[lines["Customer"].isin(few)].to_csv(tmp_path / "order_lines.csv", index=False)
    (tmp_path / "sample.yaml").write_text((sample / "sample.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    finish(tmp_path / "sample.yaml", tmp_path / "out", "--period", "2025-12", "--set", "outputs=[]")
    words = ("--period", "2026-01", "--set", "outputs=[html]")
    done = finish(tmp_path / "sample.yaml", tmp_path / "out", *words)
    ladder, segments = done.facts["ladder"], done.facts["segments"]
    assert ladder["rung"] == rung
    assert sum(one["customers"] for one in segments) == done.facts["customers"] == ladder["customers"]
    for one in segments:
        late = one["stages"]["late"] + one["stages"]["lapsed"]
        if rung == "rhythm":
            assert late == (one["customers"] if "ilent" in one["identity"]["name"] else 0)
    assert done.facts["words"]["ladder"][0] in " ".join(done.html.split())
    assert (done.facts["verdict"], done.facts["votes"]) == (None, None)
    if rung in ("bands", "rhythm"):
        assert {one["identity"]["since"] for one in segments} == {"2025-12"}


def test_segments_that_are_given_up_leave_no_trace(
    finish: Finish, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found out of segments before they were given up is found out anew of the one that is left."""
    monkeypatch.setattr(divide, "_is_one_group", lambda _: True)
    words = ("--set", "outputs=[html]", "--set", "trust.draws=5")
    beside = finish(sample / "sample.yaml", tmp_path / "beside", *words)
    here = finish(sample / "sample.yaml", tmp_path / "here", "--jobs", "1", *words)
    undivided = finish(sample / "sample.yaml", tmp_path / "one", *QUICK, "--set", "segments.min_customers=1000000")
    assert beside.facts["ladder"]["rung"] == "refused"
    [segment], [one] = beside.facts["segments"], undivided.facts["segments"]
    for name in ("customers", "best_sellers", "pairs", "stages", "identity"):
        assert segment[name] == one[name], name
    for name in ("facts.json", "report.html", "charts.json", "model.json"):
        assert (here.folder / name).read_bytes() == (beside.folder / name).read_bytes(), name


def write_days(path: Path, orders: dict[str, list[str]]) -> Path:
    """Write a shop of one line for each customer and day, complete to the end of March, and its config."""
    rows = [
        (f"{who}-{day}", who, day, "P", "Tea", 1, f"{10 + n % 7}.00")
        for n, who in enumerate(orders)
        for day in orders[who]
    ]
    columns = ["order", "customer", "date", "code", "name", "quantity", "price"]
    pd.DataFrame(rows, columns=columns).to_csv(path / "lines.csv", index=False)
    config = path / "days.yaml"
    config.write_text(
        "source: {path: lines.csv}\ncolumns: {order_id: order, customer_id: customer, ordered_at: date, quantity:"
        " quantity, unit_price: price, product_id: code, product_name: name}\ncomplete_to: 2026-03-31\n",
        encoding="utf-8",
    )
    return config


def test_a_band_that_nobody_is_in_is_no_other_band(finish: Finish, tmp_path: Path) -> None:
    """What customers did unaided is told of the band that they stood in, not of the next one that somebody is in today."""
    odd, even = ["2025-10-01", "2025-11-20", "2026-03-20"], ["2025-10-01", "2025-12-05"]
    config = write_days(tmp_path, {f"c{n:02}": odd if n % 2 else even for n in range(40)})
    done = finish(config, tmp_path / "out", "--period", "2026-03", *QUICK)
    by_name = {one["identity"]["name"]: one for one in done.facts["segments"]}
    assert set(by_name) == {"Customers of the last 40 days", "Customers silent for 91 to 180 days"}
    sized = by_name["Customers silent for 91 to 180 days"]["opportunity"]
    assert sized is None or sized["unaided"] is None


def test_who_falls_silent_has_bought_nothing(finish: Finish, tmp_path: Path) -> None:
    """Customers who are in another band as time went by are not told to have moved by what they bought."""
    orders = {f"c{n:02}": ["2025-03-05", "2026-02-10" if n % 2 else "2026-01-10"] for n in range(60)}
    orders |= {f"d{n:02}": ["2026-03-20"] for n in range(5)}
    config = write_days(tmp_path, orders)
    finish(config, tmp_path / "out", "--period", "2026-02", *QUICK)
    done = finish(config, tmp_path / "out", "--period", "2026-03", *QUICK)
    causes = {
        one["identity"]["name"]: {cause["key"]: cause["customers"] for cause in one["causes"]}
        for one in done.facts["change"]["segments"]
    }
    assert causes["Customers silent for 41 to 90 days"]["silence"] == 30
    assert causes["Customers of the last 40 days"]["silence"] == -30
    assert causes["Customers silent for 41 to 90 days"]["boundaries"] == 0
    assert not any("behaviour" in each for each in causes.values())
    said = " ".join((*done.facts["words"]["headline"], *done.facts["words"]["change"]["segments"]))
    assert "what they bought" not in said
    assert "By their orders" not in said


@pytest.mark.parametrize("k", range(2, 11))
def test_any_number_of_segments_has_unique_names(finish: Finish, sample: Path, tmp_path: Path, k: int) -> None:
    """From 2 to 10 segments can be asked for, and no two share a name."""
    done = finish(sample / "sample.yaml", tmp_path, "--set", f"segments.n_clusters={k}", *QUICK)
    names = [one["identity"]["name"] for one in done.facts["segments"]]
    assert len(set(names)) == len(names) == k
    means = [one["mean_total_sales"] for one in done.facts["segments"]]
    assert means == sorted(means, reverse=True)


def test_own_names_are_used(finish: Finish, sample: Path, tmp_path: Path) -> None:
    """A name of the config's takes the place of ours for its kind."""
    done = finish(
        sample / "sample.yaml", tmp_path, "--set", 'segments.names={frequent_big: "Regulars & friends"}', *QUICK
    )
    assert done.facts["segments"][0]["identity"]["name"] == "Regulars & friends"


def test_json_names_the_folder(call: Any, sample: Path, tmp_path: Path) -> None:
    """With --json stdout is one object that names report, store, period, status and the folder."""
    done = call("run", sample / "sample.yaml", "--output", tmp_path, "--json", *QUICK)
    (run,) = json.loads(done.stdout)["runs"]
    assert (run["report"], run["store"], run["period"], run["status"]) == ("sample", "all", "2026-01", "done")
    assert (Path(run["path"]) / "facts.json").is_file()


def test_a_report_that_would_lose_a_line_is_not_made(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the fates do not add up to the lines of the source the run stops, and keeps nothing."""
    count = build.count_fates

    def lose_one(*arguments: Any) -> LineCounts:
        counts = count(*arguments)
        return replace(counts, read=counts.read - 1, kept=counts.kept - 1)

    monkeypatch.setattr(build, "count_fates", lose_one)
    assert main(["run", str(shop()), "--output", str(tmp_path / "out"), *QUICK]) == 1
    assert "order lines: expected 451 lines with a fate" in capsys.readouterr().err
    assert not list((tmp_path / "out").rglob("facts.json"))


def test_the_tutorial_is_a_cut_that_comes_back(tutorial: Finished, stability: dict[str, Any]) -> None:
    """Stability and gap statistic are those of an independent computation; no group is claimed to exist."""
    facts, known = tutorial.facts, stability["results"]["online_retail/real"]
    expected = known["bootstrap_full"]["jaccard_mean"]
    assert [segment["stability"]["jaccard"] for segment in facts["segments"]] == pytest.approx(expected, abs=0.02)
    for k, (gap, error) in enumerate(zip(known["gap"]["gap"], known["gap"]["se"], strict=True), 1):
        assert facts["votes"]["gap"][str(k)] == pytest.approx(gap, abs=2 * error), k
    assert facts["votes"]["numbers"]["gap"] == known["gap"]["k_tibshirani_1se"]
    assert facts["verdict"]["kind"] == "reproducible"
    assert facts["verdict"]["reasons"] == ["comes_back", "no_gaps", "like_made_up"]


def test_groups_that_were_planted_are_natural(sample_run: Finished) -> None:
    """The sample's four planted groups are found, each firm, with gaps between them that no made-up shop has."""
    facts = sample_run.facts
    assert facts["verdict"]["kind"] == "natural"
    assert facts["verdict"]["valley"] < facts["verdict"]["made_up_valley"]
    assert [segment["trust"] for segment in facts["segments"]] == ["firm"] * 4
    assert facts["votes"]["numbers"] == dict.fromkeys(facts["votes"]["numbers"], 4)


def test_what_was_left_out_is_said(finish: Finish, sample: Path, tmp_path: Path) -> None:
    """Without draws there is no verdict, and the report says why."""
    facts = finish(sample / "sample.yaml", tmp_path, *QUICK, "--period", "2026-01").facts
    assert (facts["verdict"], facts["votes"]) == (None, None)
    assert {segment["trust"] for segment in facts["segments"]} == {None}
    assert facts["words"]["verdict"] == [
        "How far these segments can be trusted was not tried: the config leaves it out."
    ]
