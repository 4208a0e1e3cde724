"""What changed since the last report, through the real command: identity, movement, causes, restatement, words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reportgen.archive.open import open_storage
from reportgen.archive.runs import keep_run, read_made, read_manifest
from tests.conftest import QUICK, ROOT, Command, Runs
from tests.moving import MONTHS, cell, change_of, change_words_of, crossing, name_of, steady, write_months
from tests.shops import contents, facts_of

OFTEN, RARELY = "Recent frequent buyers, small baskets", "Rare buyers, big baskets"
CAUSES = ("corrected", "new", "returned", "behaviour", "aged_out", "boundaries")


def by_month(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return runs by month."""
    return {one["period"]: one for one in found}


@pytest.fixture(scope="module")
def year(runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, Any]]]:
    """Twelve months of a shop with two groups that cross in size and in value."""
    path = tmp_path_factory.mktemp("year")
    config = write_months(path, MONTHS, crossing)
    return config, by_month(runs(config, str(path / "out"), "--period", "2025-01..2025-12"))


def colours_of(year: tuple[Path, dict[str, dict[str, Any]]]) -> tuple[int, int]:
    """Return the colours of those who order often and of those who order rarely."""
    first = {name_of(one): one["identity"]["colour"] for one in facts_of(year[1]["2025-01"])["segments"]}
    assert set(first) == {OFTEN, RARELY}
    return first[OFTEN], first[RARELY]


def colour_of(one: dict[str, Any]) -> int | str:
    """Return the colour of a segment, or the kind of those outside all segments."""
    colour: int | str = one["kind"] if one.get("identity") is None else one["identity"]["colour"]
    return colour


def test_names_and_colours_follow_the_customers(year: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    """Though the groups cross in size and in mean sales, each keeps its colour, and has the name of what it is."""
    _, found = year
    often, rarely = colours_of(year)
    order = []
    names = {often: OFTEN, rarely: RARELY}
    for n, month in enumerate(MONTHS):
        segments = {one["identity"]["colour"]: one for one in facts_of(found[month])["segments"]}
        assert set(segments) == {often, rarely}
        assert segments[often]["customers"] == 30 + 5 * n
        assert {one["identity"]["since"] for one in segments.values()} == {"2025-01"}
        for colour, one in segments.items():
            kept = one["identity"]["name"] == names[colour]
            assert one["formerly"] == (None if kept else names[colour])
            names[colour] = one["identity"]["name"]
            assert names[colour].startswith("Lapsed") is (one["recency"] == "lapsed")
        order.append(segments[often]["number"])
    assert order[0] == 2 and order[-1] == 1  # they did cross in value


def test_planted_moves_are_in_their_cells(year: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    """Five customers a month went from the rare to the frequent, and nobody back."""
    _, found = year
    often, rarely = colours_of(year)
    for month in MONTHS[1:]:
        change = change_of(found[month]["path"])
        names = {colour_of(one): name_of(one) for one in change["migration"]["targets"]}
        assert cell(change, names[rarely], names[often]) == 5
        assert cell(change, names[often], names[rarely]) == 0
        assert change["migration"]["stayed"] == 115


def test_table_and_causes_add_up_as_printed(year: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    """Rows, columns and causes add up to the printed customers and pennies of both reports."""
    _, found = year
    for before, month in zip(MONTHS, MONTHS[1:], strict=False):
        then = {colour_of(one): one for one in facts_of(found[before])["segments"]}
        now = {colour_of(one): one for one in facts_of(found[month])["segments"]}
        change = change_of(found[month]["path"])
        for one in change["segments"]:
            printed, today = then[colour_of(one)], now[colour_of(one)]
            assert [cause["key"] for cause in one["causes"]] == list(CAUSES)
            gained = sum(cause["customers"] for cause in one["causes"])
            pennies = sum(round(100 * float(cause["sales"])) for cause in one["causes"])
            assert printed["customers"] + gained == today["customers"]
            assert round(100 * printed["sales"]) + pennies == round(100 * today["sales"])
        migration = change["migration"]
        for side, places in (("origin", "origins"), ("target", "targets")):
            for n, place in enumerate(migration[places]):
                own = [one for one in migration["moves"] if one[side] == n]
                assert sum(one["customers"] for one in own) == place["customers"]
        assert {colour_of(one): one["customers"] for one in migration["origins"]} == {
            colour: one["customers"] for colour, one in then.items()
        }
        assert {colour_of(one): one["customers"] for one in migration["targets"]} == {
            colour: one["customers"] for colour, one in now.items()
        }


def test_the_headline_is_about_change(year: tuple[Path, dict[str, dict[str, Any]]]) -> None:
    """From the second report on the headline begins with the month against the one before."""
    _, found = year
    assert facts_of(found["2025-01"])["words"]["headline"][0].startswith("Known customers spent")
    headline = facts_of(found["2025-12"])["words"]["headline"]
    assert headline[0].startswith("Known customers spent")
    assert "in December 2025" in headline[0] and "than in November" in headline[0]
    assert not any("grew most" in sentence for sentence in headline)  # five of eighty-five is what chance does


def test_a_second_command_changes_nothing(
    year: tuple[Path, dict[str, dict[str, Any]]], runs: Runs, tmp_path: Path
) -> None:
    """Run again, all twelve are unchanged; in a fresh archive, month by month, they come out byte for byte the same."""
    config, found = year
    out = config.parent / "out"
    again = runs(config, str(out), "--period", "2025-01..2025-12")
    assert {one["status"] for one in again} == {"unchanged"}
    for month in MONTHS[:3]:
        runs(config, str(tmp_path), "--period", month)
    kept = {name: one for name, one in contents(out / "moving" / "all").items() if name.startswith(MONTHS[:3])}
    fresh = {name: one for name, one in contents(tmp_path / "moving" / "all").items() if name.startswith(MONTHS[:3])}
    assert fresh == kept
    assert found["2025-03"]["run"] in "".join(fresh)


def test_labels_permuted_in_the_archive_change_nothing(
    year: tuple[Path, dict[str, dict[str, Any]]], runs: Runs, tmp_path: Path
) -> None:
    """With the segments of the previous report numbered the other way round, the next comes out the same."""
    config, found = year
    out = tmp_path / "out"
    shutil.copytree(config.parent / "out", out, symlinks=True)
    storage = open_storage(str(out))
    path = f"moving/all/2025-03/{found['2025-03']['run']}"
    manifest, made = read_manifest(storage, path), read_made(storage, path)
    files = {name: storage.read(f"{path}/{name}") for name in manifest.files}
    model, facts = json.loads(files["model.json"]), json.loads(files["facts.json"])
    for key in ("centers", "segments"):
        model[key] = model[key][::-1]
    facts["segments"] = facts["segments"][::-1]
    for number, one in enumerate(facts["segments"], 1):
        one["number"] = number
    files |= {"model.json": json.dumps(model).encode(), "facts.json": json.dumps(facts).encode()}
    storage.remove_run(path)
    keep_run(storage, manifest, files, made)
    storage.remove_run(f"moving/all/2025-04/{found['2025-04']['run']}")
    [again] = runs(config, str(out), "--period", "2025-04")
    assert again["status"] == "done"
    assert (Path(again["path"]) / "facts.json").read_bytes() == (
        Path(found["2025-04"]["path"]) / "facts.json"
    ).read_bytes()


def test_a_new_division_of_the_same_customers_is_borders_alone(runs: Runs, tmp_path: Path) -> None:
    """In a month of guests alone nobody's figures change; another number of segments is told as borders that moved."""
    config = write_months(
        tmp_path, MONTHS[:3], lambda month: crossing(month) if month < "2025-03" else (), window="all", k="3"
    )
    out = tmp_path / "out"
    runs(config, out, "--period", "2025-01..2025-02")
    [found] = runs(config, out, "--period", "2025-03", "--set", "segments.n_clusters=5")
    change = change_of(found["path"])
    assert change["model"]["is_refit"] and change["model"]["segments_before"] == 3
    moved = 0
    for one in change["segments"]:
        causes = {cause["key"]: (cause["customers"], float(cause["sales"])) for cause in one["causes"]}
        assert all(causes[key] == (0, 0) for key in CAUSES if key != "boundaries")
        moved += abs(causes["boundaries"][0])
    assert moved > 0
    assert change["migration"]["by_borders"] == change["migration"]["moved"] > 0
    assert any("segments.n_clusters" in note for note in change_words_of(found["path"])["notes"])
    assert any("5 segments now, 3 before" in note for note in change_words_of(found["path"])["notes"])


def test_late_returns_are_restated(runs: Runs, tmp_path: Path) -> None:
    """With 200 late returns in February, March says which month, which figures and by how much, once."""
    more = "cleansing: {returns: net}\n"
    months = MONTHS[:5]
    config = write_months(tmp_path, months, steady(3), window="12 months", k="4", more=more)
    out = tmp_path / "out"
    before = by_month(runs(config, out, "--period", "2025-01..2025-03"))
    sold = [(one, value) for one, orders, value in steady(3)("2025-02") for _ in range(orders)][:200]
    late = [(f"R{n}", one, "2025-02-27 12:00", -1, value) for n, (one, value) in enumerate(sold)]
    write_months(tmp_path, months, steady(3), window="12 months", k="4", more=more, late=late)
    found = by_month(runs(config, out, "--period", "2025-04") + runs(config, out, "--period", "2025-05"))
    restated = change_of(found["2025-04"]["path"])["restated"]
    [month] = restated["months"]
    lost = sum(round(100 * value) for _, value in sold)
    printed = facts_of(before["2025-02"])["months"][-1]
    assert (month["month"], month["lines_now"] - month["lines_before"]) == ("2025-02", 200)
    assert round(100 * float(month["sales_before"])) == round(100 * float(printed["sales"]))
    assert round(100 * float(month["sales_before"])) - round(100 * float(month["sales_now"])) == lost
    figures = {one["key"]: one for one in restated["figures"] if one["segment"] is None}
    march = facts_of(before["2025-03"])
    assert figures["total_sales"]["printed"] == float(march["total_sales"])
    assert round(100 * (figures["total_sales"]["printed"] - figures["total_sales"]["now"])) == lost
    words = change_words_of(found["2025-04"]["path"])["restated"]
    assert "February 2025 has 200 more order lines" in words["summary"][0]
    corrected = [cause for one in change_of(found["2025-04"]["path"])["segments"] for cause in one["causes"][:1]]
    assert sum(round(100 * float(one["sales"])) for one in corrected) == -lost
    said = [one["printed"] for one in words["headline"]]
    assert said == [one for one in march["words"]["headline"] if one in said] != []
    assert change_of(found["2025-05"]["path"])["restated"] is None


def test_a_year_of_online_retail(runs: Runs, online_retail: Path, tmp_path: Path) -> None:
    """Nine months of UCI Online Retail: all adds up, and the new customers are those that pandas finds."""
    found = by_month(
        runs(
            ROOT / "configs" / "online_retail.yaml",
            tmp_path,
            *("--source", online_retail, "--period", "2011-03..2011-11", *QUICK),
        )
    )
    lines = pd.read_csv(online_retail, dtype={"CustomerID": str, "InvoiceNo": str}, parse_dates=["InvoiceDate"])
    lines = lines[lines["CustomerID"].notna() & (lines["Quantity"] > 0) & ~lines["InvoiceNo"].str.startswith("C")]
    first = lines.groupby("CustomerID")["InvoiceDate"].min().dt.strftime("%Y-%m").value_counts()
    for before, month in zip(sorted(found), sorted(found)[1:], strict=False):
        change, then, now = change_of(found[month]["path"]), facts_of(found[before]), facts_of(found[month])
        migration = change["migration"]
        came = {one["kind"]: one["customers"] for one in migration["origins"] if one["kind"] != "segment"}
        assert came == {"new": first[month]}
        assert sum(one["customers"] for one in migration["origins"]) - first[month] == then["customers"]
        assert sum(one["customers"] for one in migration["targets"]) == now["customers"]
        pennies = [round(100 * float(cause["sales"])) for one in change["segments"] for cause in one["causes"]]
        assert sum(pennies) == round(100 * float(now["total_sales"])) - round(100 * float(then["total_sales"]))
    last = facts_of(found["2011-11"])
    assert [one["month"] for one in last["change"]["trend"]] == sorted(found)
    # the tutorial's four groups, which a division that begins from October's gives but for customers on the border
    for one, tutorial in zip(last["segments"], (1130, 941, 1067, 1160), strict=True):
        assert one["customers"] == pytest.approx(tutorial, rel=0.02)
    assert last["words"]["headline"][0] == (
        "Known customers spent £1.16m in November 2011, 12% more than in October: 2,658 orders (+38%) of £437 each"
        " (−19%). With the 112 orders that name no customer it is £1.51m (+31%)."
    )
    days = lines[lines["InvoiceDate"] < "2011-12-01"].assign(day=lines["InvoiceDate"].dt.normalize())
    begun = days.groupby("CustomerID")["day"].min().rename("begun")
    joined = days.join(begun, on="CustomerID")
    again = joined[joined["day"] > joined["begun"]].groupby("CustomerID")["day"].min()
    came_back = ((again - begun).dt.days <= 90).groupby(begun.dt.strftime("%Y-%m")).mean()
    ripe = {
        one["month"]: round(100 * one["came_back"] / one["customers"], 1)
        for one in last["returning"]["cohorts"]
        if one["is_ripe"]
    }
    assert ripe == {month: round(100 * came_back[month], 1) for month in ripe}
    assert list(ripe.values()) == [47.2, 43.2, 38.7, 40.7, 33.1, 37.2, 39.9, 44.4]


def test_a_kept_division_stays(runs: Runs, tmp_path: Path) -> None:
    """`frozen` keeps scale and centres for good, so that no border ever moves; `auto` keeps them while they fit."""
    config = write_months(tmp_path, MONTHS[:4], steady(5), k="4")
    for rule in ("frozen", "auto"):
        chosen = ("--period", "2025-01..2025-04", "--set", f"segments.model={rule}")
        found = by_month(runs(config, tmp_path / rule, *chosen))
        for month in MONTHS[1:4]:
            change = change_of(found[month]["path"])
            assert change["model"]["fitted_in"] == "2025-01" and not change["model"]["is_refit"]
            assert "was kept" in change_words_of(found[month]["path"])["model"]
            assert all(cause["customers"] == 0 for one in change["segments"] for cause in one["causes"][-1:])


def test_an_empty_segment_is_remembered(runs: Runs, tmp_path: Path) -> None:
    """A frozen segment that nobody is in for a month is gone, and back under its name and colour when they are."""

    def plan(month: str) -> list[tuple[str, int, float]]:
        kinds = ((1, 90.0), (5, 40.0), (12, 9.0))
        there = [n for n in range(90) if n % 3 != 1 or month != "2025-03"]
        return [(f"c{n:03}", kinds[n % 3][0], kinds[n % 3][1] + n % 5) for n in there]

    config = write_months(tmp_path, MONTHS[:4], plan, k="3")
    chosen = ("--period", "2025-01..2025-04", "--set", "segments.model=frozen", "--set", "trust.draws=5")
    found = by_month(runs(config, tmp_path / "out", *chosen))
    first, march, april = (facts_of(found[month]) for month in ("2025-01", "2025-03", "2025-04"))
    known = {name_of(one): (one["identity"]["colour"], one["identity"]["since"]) for one in first["segments"]}
    assert (len(known), len(march["segments"])) == (3, 2)
    assert march["change"]["model"]["fitted_in"] == "2025-01"
    [gone] = [one for one in march["change"]["segments"] if one["number"] is None]
    assert (gone["customers_before"], gone["customers_now"]) == (30, 0)
    assert march["change"]["migration"]["targets"][-1]["kind"] == "left"
    assert {name_of(one): (one["identity"]["colour"], one["identity"]["since"]) for one in april["segments"]} == known


def test_a_held_month_is_passed_over(runs: Runs, tmp_path: Path) -> None:
    """After a month that was too small for a report the next one is compared with the one before it, in one round or two."""
    config = write_months(
        tmp_path, MONTHS[:3], lambda month: list(crossing(month))[: 3 if month == "2025-02" else None]
    )
    named = config.read_text(encoding="utf-8").replace("lines.csv", "none.csv")
    config.write_text(
        f"{named}stores: {{min_customers: 5, each: {{Lyon: {{source: {{path: lines.csv}}}}}}}}\n", encoding="utf-8"
    )
    found = by_month(runs(config, tmp_path / "one", "--period", "2025-01..2025-03"))
    assert [one["status"] for one in found.values()] == ["done", "held", "done"]
    assert change_of(found["2025-03"]["path"])["previous"]["month"] == "2025-01"
    for month in MONTHS[:3]:
        [again] = runs(config, tmp_path / "two", "--period", month)
        assert again["run"] == found[month]["run"]


def test_a_worn_division_is_fitted_anew(runs: Runs, tmp_path: Path) -> None:
    """`auto` divides anew, and says so, when the shares of the segments are no longer those it was fitted on."""
    config = write_months(tmp_path, MONTHS[:5], steady(5, collapse_in="2025-04"), k="4")
    found = by_month(runs(config, f"{tmp_path}/out", "--period", "2025-01..2025-05", "--set", "segments.model=auto"))
    refits = [month for month in MONTHS[:5] if change_of(found[month]["path"])["model"]["is_refit"]]
    assert refits == ["2025-04"]
    assert "worn out" in change_words_of(found[refits[0]]["path"])["model"]
    trend = change_of(found["2025-05"]["path"])["trend"]
    assert [one["month"] for one in trend if one["is_refit"]] == refits


def test_gap_and_unfinished_month(runs: Runs, tmp_path: Path) -> None:
    """A gap is told with the months it spans; an unfinished month is compared with nothing and nothing with it."""
    config = write_months(tmp_path, MONTHS[:6], crossing)
    lines = (tmp_path / "lines.csv").read_text(encoding="utf-8")
    out = tmp_path / "out"
    [first] = runs(config, out, "--period", "2025-01")
    assert change_of(first["path"])["withheld"] == "first"
    (tmp_path / "lines.csv").write_text(
        "".join(
            line for line in lines.splitlines(keepends=True) if "2025-06-2" not in line and "2025-06-3" not in line
        ),
        encoding="utf-8",
    )
    [partial] = runs(config, out, "--period", "2025-06")
    change = change_of(partial["path"])
    assert change["withheld"] == "partial"
    assert all(one["previous"] is None and one["year_ago"] is None for one in change["kpis"])
    assert (
        "June 2025 is not complete, so nothing is compared with January 2025 yet."
        in change_words_of(partial["path"])["notes"]
    )
    [april] = runs(config, out, "--period", "2025-04")
    change = change_of(april["path"])
    assert change["previous"]["months_ago"] == 3
    assert any("Two months lie between the two" in note for note in change_words_of(april["path"])["notes"])
    assert cell(change, RARELY, OFTEN) == 15
    (tmp_path / "lines.csv").write_text(f"{lines}x,,2025-07-31 10:00,1,1.00\n", encoding="utf-8")
    [july] = runs(config, out, "--period", "2025-07", "--set", "window=3 months")
    change = change_of(july["path"])
    assert change["previous"]["month"] == "2025-04"  # not the unfinished June
    assert change["withheld"] == "window"
    assert change["migration"] is None


def test_an_export_that_reaches_back_less_far_corrects_nothing(runs: Runs, tmp_path: Path) -> None:
    """A rolling export restates no month that it has dropped; without the previous month nothing is compared."""
    out = tmp_path / "out"
    config = write_months(tmp_path, MONTHS[:4], crossing)
    runs(config, out, "--period", "2025-01..2025-03")
    write_months(tmp_path, MONTHS[2:4], crossing)
    [april] = runs(config, out, "--period", "2025-04")
    change = change_of(april["path"])
    assert (change["withheld"], change["restated"]) == (None, None)
    assert [one["month_orders"] > 0 for one in change["trend"]] == [True] * 4
    write_months(tmp_path, MONTHS[4:6], crossing)
    [may] = runs(config, out, "--period", "2025-05")
    change = change_of(may["path"])
    assert (change["withheld"], change["restated"], change["migration"]) == ("gone", None, None)
    assert "no longer holds the order lines of April 2025" in change_words_of(may["path"])["notes"][0]
    assert change["tested"] == []
    assert "are looked for once" in change_words_of(may["path"])["anomalies_note"]


def test_other_reading_corrects_nothing(runs: Runs, tmp_path: Path) -> None:
    """A month read by other options is compared, with their names, and neither it nor the next speaks of corrections."""
    out, config = tmp_path / "out", write_months(tmp_path, MONTHS[:4], crossing)
    runs(config, out, "--period", "2025-01..2025-02")
    for month in MONTHS[2:4]:
        [found] = runs(config, out, "--period", month, "--set", "columns.product_id=order")
        change = change_of(found["path"])
        assert change["restated"] is None
        assert cell(change, RARELY, OFTEN) == 5
        assert change["other_options"] == ["columns.product_id"] * (month == "2025-03")
        notes = change_words_of(found["path"])["notes"]
        assert any("columns.product_id" in note for note in notes) == (month == "2025-03")


def test_undivided_reports_speak_of_no_division(runs: Runs, tmp_path: Path) -> None:
    """With all customers as one group, neither a division nor a segment that grew is spoken of."""
    config = write_months(tmp_path, MONTHS[:2], crossing)
    found = by_month(
        runs(config, tmp_path / "out", "--period", "2025-01..2025-02", "--set", "segments.min_customers=5000")
    )
    facts = facts_of(found["2025-02"])
    assert not facts["change"]["model"]["is_refit"]
    words = " ".join((*facts["words"]["headline"], *facts["words"]["change"]["summary"]))
    assert "divided" not in words and "segment" not in words and "the all customers" not in words
    assert facts["change"]["migration"]["stayed"] == 120


def test_a_renamed_store_goes_on(runs: Runs, tmp_path: Path) -> None:
    """A store that says what it was called is compared with its reports under that name, and says so."""
    config = write_months(tmp_path, MONTHS[:3], crossing)
    named = config.read_text(encoding="utf-8").replace("lines.csv", "none.csv")
    out = tmp_path / "out"
    config.write_text(
        f"{named}stores: {{min_customers: 5, each: {{Lyon: {{source: {{path: lines.csv}}}}}}}}\n", encoding="utf-8"
    )
    runs(config, out, "--period", "2025-01..2025-02")
    each = "{Lyon Centre: {source: {path: lines.csv}, report: {formerly: Lyon}}}"
    config.write_text(f"{named}stores: {{min_customers: 5, each: {each}}}\n", encoding="utf-8")
    [found] = runs(config, out, "--period", "2025-03")
    change = change_of(found["path"])
    assert (change["previous"]["month"], change["previous"]["store"]) == ("2025-02", "Lyon")
    assert any("called Lyon" in note for note in change_words_of(found["path"])["notes"])
    assert cell(change, RARELY, OFTEN) == 5


def test_the_list_tells_each_customers_last_segment(runs: Runs, tmp_path: Path) -> None:
    """The archived list has each customer's segment, the one before if it was another, and the month of the change."""
    config = write_months(tmp_path, MONTHS[:3], crossing, more="archive: {customers: plain}\n")
    found = by_month(runs(config, str(tmp_path / "out"), "--period", "2025-01..2025-03"))
    text = (Path(found["2025-03"]["path"]) / "customers.csv").read_text(encoding="utf-8")
    rows = {line.split(",", 1)[0].strip('"'): line for line in text.splitlines()}
    assert f'"{OFTEN}","{RARELY}","2025-03"' in rows["c036"]
    assert f'"{OFTEN}","{RARELY}","2025-02"' in rows["c031"]
    assert f'"{OFTEN}","",""' in rows["c001"]


def test_a_month_made_again_is_what_the_next_compares_with(runs: Runs, call: Command, tmp_path: Path) -> None:
    """A rerun of a month on other options makes the next one anew; both can be reproduced byte for byte."""
    config = write_months(tmp_path, MONTHS[:3], crossing)
    out = tmp_path / "out"
    first = by_month(runs(config, out, "--period", "2025-01..2025-03"))
    [again] = runs(config, out, "--period", "2025-02", "--set", "advice.step_up_share=0.1")
    [march] = runs(config, out, "--period", "2025-03")
    assert march["status"] == "done" and march["run"] != first["2025-03"]["run"]
    assert change_of(march["path"])["previous"]["run"].endswith(again["run"])
    source = tmp_path / "lines.csv"
    done = call("archive", "reproduce", march["run"], "--source", source, "--output", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr + done.stdout


def test_a_damaged_previous_report_is_named(runs: Runs, call: Command, tmp_path: Path) -> None:
    """Where the previous report is not as it was written the next is not made, and one message says which it is."""
    config = write_months(tmp_path, MONTHS[:2], crossing)
    out = tmp_path / "out"
    [first] = runs(config, out, "--period", "2025-01")
    (Path(first["path"]) / "model.json").write_text("{}", encoding="utf-8")
    done = call("run", str(config), "--period", "2025-02", "--output", out)
    assert done.returncode == 6
    assert "archive verify" in done.stderr and "model.json" in done.stderr


def test_a_collapse_is_flagged_at_once(runs: Runs, tmp_path: Path) -> None:
    """After nine months in which nothing was flagged, the collapse of the best segment is, in its first month."""
    config = write_months(tmp_path, MONTHS[:10], steady(1, collapse_in="2025-10"), window="6 months", k="4")
    found = by_month(runs(config, str(tmp_path / "out"), "--period", "2025-01..2025-10"))
    assert [month for month in MONTHS[:9] if change_of(found[month]["path"])["anomalies"]] == []
    change = change_of(found["2025-10"]["path"])
    best = facts_of(found["2025-09"])["segments"][0]["identity"]["colour"]
    assert best in [one["colour"] for one in change["anomalies"]]
    assert facts_of(found["2025-10"])["words"]["headline"][2].startswith("Unusual:")
