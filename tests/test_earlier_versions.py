"""An archive that an earlier version made goes on: listed, verified, compared, mailed, and the base of the next month."""

from __future__ import annotations

import html
import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Command, Runs
from tests.moving import MONTHS, cell, change_of, change_words_of, crossing, write_months
from tests.shops import facts_of

EXAMPLES = Path(__file__).parent / "archive" / "examples"
OFTEN, RARELY = "Recent frequent buyers, small baskets", "Rare buyers, big baskets"
AS_THEN = "cleansing: {cancelled_prefix: C}\n"
"""What was the default when the archives were made."""
MAIL = "mail: {from: shop@example.org, to: [reader@example.org], attach: []}\n"


@pytest.fixture(params=sorted(one.name for one in EXAMPLES.iterdir()))
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Copy the archive of a version: January and February 2025 of a shop."""
    place = tmp_path / "out"
    shutil.copytree(EXAMPLES / request.param, place, symlinks=True)
    return place


def run_of(archive: Path, month: str) -> str:
    """Return the run of a month."""
    return (archive / "moving" / "all" / month / "latest").readlink().name


def test_it_is_listed_and_whole(archive: Path, call: Command) -> None:
    """Both months are listed, and nothing in the archive is other than it was written; only its pages are made anew."""
    assert call("archive", "index", "--output", archive).returncode == 0
    listed = json.loads(call("archive", "list", "--output", archive, "--json").stdout)
    assert MONTHS[0] in json.dumps(listed) and MONTHS[1] in json.dumps(listed)
    assert call("archive", "verify", "--output", archive).returncode == 0


def test_its_months_are_compared(archive: Path, call: Command) -> None:
    """The difference of two of its months names customers, segments and both headlines."""
    runs = [run_of(archive, month) for month in MONTHS[:2]]
    done = call("archive", "diff", *runs, "--output", archive)
    assert done.returncode == 0, done.stderr
    assert f"{OFTEN}: customers" in done.stdout
    assert "February 2025 brought" in done.stdout


def test_its_reports_are_mailed(archive: Path, call: Command, tmp_path: Path) -> None:
    """The mail of its month says the sentences that were archived."""
    config = write_months(tmp_path, MONTHS[:2], crossing, more=MAIL)
    run = run_of(archive, MONTHS[1])
    done = call("preview", run, "--config", config, "--output", archive, "--folder", tmp_path / "mail")
    assert done.returncode == 0, done.stderr + done.stdout
    [letter] = list((tmp_path / "mail").glob("*.html"))
    said = " ".join(html.unescape(letter.read_text(encoding="utf-8")).split())
    facts = json.loads((archive / "moving" / "all" / MONTHS[1] / run / "facts.json").read_text(encoding="utf-8"))
    headline = facts["words"]["headline"] if "words" in facts else facts["headline"]
    assert all(" ".join(sentence.split()) in said for sentence in headline)


def test_the_next_month_goes_on_from_it(archive: Path, runs: Runs, tmp_path: Path) -> None:
    """The next month is compared with its last one: names and colours follow, and customers are found in their cells."""
    config = write_months(tmp_path, MONTHS[:3], crossing, more=AS_THEN)
    [march] = runs(config, archive, "--period", MONTHS[2])
    change = change_of(march["path"])
    assert change["previous"]["run"].endswith(run_of(archive, MONTHS[1]))
    assert (cell(change, RARELY, OFTEN), cell(change, OFTEN, RARELY)) == (5, 0)
    assert change["restated"] is None
    assert [one["month"] for one in change["trend"]] == list(MONTHS[:3])
    known = {(one["identity"]["name"], one["identity"]["since"]) for one in facts_of(march)["segments"]}
    assert known == {(OFTEN, "2025-01"), (RARELY, "2025-01")}


def test_what_it_printed_is_restated(archive: Path, runs: Runs, tmp_path: Path) -> None:
    """Returns that came late for one of its months are told with the figures that it printed.

    Its sentences were worded otherwise, so that none of them can be held against today's.
    """
    late = [(f"R{n}", "c001", "2025-02-27 12:00", 1, 500.0) for n in range(9)]
    config = write_months(tmp_path, MONTHS[:3], crossing, late=late, more=AS_THEN)
    [march] = runs(config, archive, "--period", MONTHS[2])
    restated, words = change_of(march["path"])["restated"], change_words_of(march["path"])["restated"]
    assert [one["month"] for one in restated["months"]] == ["2025-02"]
    assert {"total_sales", "orders"} <= {one["key"] for one in restated["figures"] if one["segment"] is None}
    assert words["summary"][0].startswith("February 2025 has 9 more order lines")
    assert (words["headline"], restated["headline"]) == ([], [])
