"""What people do with an archive, through the real command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from reportgen.archive.lists import hash_customer
from reportgen.archive.seals import canonical, digest
from tests.conftest import QUICK, Command

KEY = "0123456789abcdef0123456789abcdef"
BY_STORE = ("--set", "stores.by=Store", "--jobs", "1")


@pytest.fixture(scope="module")
def kept(call: Command, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep three months of two stores, with plain lists."""
    place = tmp_path_factory.mktemp("kept") / "archive"
    options = ("--set", "stores.except=[Bath]", "--set", "archive.customers=plain", "--period", "2025-11..2026-01")
    done = call("run", sample / "sample.yaml", "--output", place, *BY_STORE, *options, *QUICK)
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def archive(kept: Path, tmp_path: Path) -> Path:
    """Copy the archive, to be changed."""
    shutil.copytree(kept, tmp_path / "archive", symlinks=True)
    return tmp_path / "archive"


def run_of(archive: Path, month: str) -> str:
    """Return the id of a month's present run."""
    return (archive / month / "latest").readlink().name


def test_list_shows_present_runs(call: Command, kept: Path) -> None:
    """Each present run is a line with its id, month, store and figures; as JSON they are the manifests."""
    lines = call("archive", "list", "--output", kept).stdout.splitlines()
    assert len(lines) == 9
    assert any(line.startswith(run_of(kept, "sample/leeds/2026-01")) and "Leeds" in line for line in lines)
    manifests = json.loads(call("archive", "list", "--output", kept, "--json").stdout)
    assert {one["store"] for one in manifests} == {"Leeds", "Norwich", None}


def test_show_tells_where_a_run_comes_from(call: Command, kept: Path, sample: Path) -> None:
    """A run's source, config, versions and files are shown."""
    shown = call("archive", "show", "sample/leeds/2026-01", "--output", kept).stdout
    for words in (str(sample / "order_lines.csv"), "sample.yaml", "reportgen 0.", "facts.json", "customers.csv"):
        assert words in shown


def test_verify_ends_with_six_when_something_is_wrong(call: Command, archive: Path) -> None:
    """A clean archive ends with 0; a flipped bit is named, and the exit code is 6."""
    assert call("archive", "verify", "--output", archive).returncode == 0
    facts = archive / "sample/leeds/2026-01/latest/facts.json"
    facts.write_bytes(facts.read_bytes().replace(b"1", b"2", 1))
    done = call("archive", "verify", "--output", archive)
    assert done.returncode == 6
    assert f"{run_of(archive, 'sample/leeds/2026-01')}/facts.json: damaged" in done.stderr


def test_reproduce_gives_the_same_bytes(call: Command, archive: Path, sample: Path) -> None:
    """A run of a split source is made again from its archived options, byte for byte."""
    for month in ("sample/leeds/2025-12", "sample/norwich/2026-01"):
        done = call("archive", "reproduce", month, "--source", sample / "order_lines.csv", "--output", archive)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "reproduced, byte for byte" in done.stdout


def test_reproduce_follows_no_path_of_an_archive_that_is_not_signed(call: Command, archive: Path, sample: Path) -> None:
    """Where the lines are is asked for; with the key that the archive is signed with it is taken from the archive."""
    words = ("archive", "reproduce", "sample/leeds/2026-01", "--output", archive)
    key = {"REPORTGEN_ARCHIVE_KEY": KEY}
    for environment in ({}, key):
        done = call(*words, **environment)
        assert done.returncode == 2
        asked = f"--source: expected where the order lines are now, got nothing; the archive says '{sample}"
        assert asked in done.stderr
    signed = call("archive", "sign", "--all", "--output", archive, **key)
    assert (signed.returncode, signed.stdout) == (0, "9 runs signed\n")
    again = call("archive", "sign", "--all", "--output", archive, **key)
    assert (again.returncode, again.stdout) == (0, "0 runs signed\n")
    done = call(*words, **key)
    assert (done.returncode, "reproduced, byte for byte" in done.stdout) == (0, True), done.stderr


def test_verify_with_the_key_tells_what_was_changed_on_purpose(call: Command, archive: Path) -> None:
    """A manifest changed together with its digest passes without the key, and not with it; so does one not signed."""
    key = {"REPORTGEN_ARCHIVE_KEY": KEY}
    unsigned = call("archive", "verify", "--output", archive, **key)
    assert (unsigned.returncode, unsigned.stderr.count("not signed")) == (6, 18)
    assert call("archive", "sign", "--all", "--output", archive, **key).returncode == 0
    assert call("archive", "verify", "--output", archive, **key).stdout.endswith("all as they were written\n")
    manifest = archive / "sample/leeds/2026-01" / run_of(archive, "sample/leeds/2026-01") / "manifest.json"
    value = json.loads(manifest.read_bytes())
    value["title"] = "Another"
    value["seal"] = digest(canonical({name: one for name, one in value.items() if name not in ("seal", "signature")}))
    manifest.write_bytes(canonical(value))
    plain = call("archive", "verify", "--output", archive)
    assert plain.returncode == 0
    assert "not a change on purpose" in plain.stdout
    told = call("archive", "verify", "--output", archive, **key)
    assert told.returncode == 6
    assert f"{manifest}: damaged: changed, or signed with another key" in told.stderr


def test_reproduce_tells_what_changed(call: Command, archive: Path, sample: Path, tmp_path: Path) -> None:
    """On corrected lines the run is another, and the data are named as the reason."""
    frame = pd.read_csv(sample / "order_lines.csv", dtype=str)
    mine = frame[(frame["Store"] == "Leeds") & frame["Customer"].notna()].index[0]
    frame.loc[mine, "Quantity"] = "9"
    frame.to_csv(tmp_path / "corrected.csv", index=False)
    again = (
        "archive",
        "reproduce",
        "sample/leeds/2026-01",
        "--output",
        archive,
        "--source",
        tmp_path / "corrected.csv",
    )
    done = call(*again)
    assert done.returncode == 6
    assert "data changed" in done.stdout
    assert "other content  facts.json" in done.stdout
    other = call(*("archive", "reproduce", "sample/norwich/2026-01", *again[3:]))
    assert other.returncode == 0, other.stdout


def test_diff_tells_config_and_figures(call: Command, archive: Path, sample: Path) -> None:
    """Between two runs of a month the changed option is named, and the figures are a table."""
    first = run_of(archive, "sample/leeds/2026-01")
    options = ("--set", "segments.n_clusters=3", "--set", "archive.customers=plain", "--store", "Leeds")
    done = call("run", sample / "sample.yaml", "--output", archive, *BY_STORE, *options, *QUICK)
    assert done.returncode == 0, done.stderr
    shown = call("archive", "diff", first, "sample/leeds/2026-01", "--output", archive).stdout
    assert 'The option segments.n_clusters is 3, before it was "4..8".' in shown
    assert "The order lines are the same." in shown
    assert "Segments fell from 4 to 3." in shown
    same = call("archive", "diff", first, first, "--output", archive).stdout
    assert "They are the same run." in same
    assert "No figure changed." in same


def test_prune_asks_first_and_keeps_what_is_referred_to(call: Command, archive: Path, sample: Path) -> None:
    """Nothing goes without --yes; then old months go but for the one that a kept report is compared with."""
    asked = call("archive", "prune", "--keep", "1 months", "--output", archive)
    assert asked.stdout.count("would remove") == 4
    assert (archive / "sample/leeds/2025-11").exists()
    done = call("archive", "prune", "--keep", "1 months", "--yes", "--output", archive)
    assert (done.returncode, done.stdout.count("removed")) == (0, 4)
    assert not (archive / "sample/leeds/2025-11").exists()
    assert (archive / "sample/leeds/2025-12").exists()  # January is compared with it
    assert 'href="2025-11/' not in (archive / "sample/leeds/index.html").read_text(encoding="utf-8")
    assert call("archive", "verify", "--output", archive).returncode == 0


def test_prune_refuses_a_rule_it_cannot_read(call: Command, archive: Path) -> None:
    """A rule that is none is told, and nothing goes."""
    done = call("archive", "prune", "--keep", "some", "--yes", "--output", archive)
    assert done.returncode == 2
    assert "'24 months'" in done.stderr
    assert (archive / "sample/leeds/2025-11").exists()


def test_forget_removes_a_customer_everywhere(call: Command, archive: Path, sample: Path) -> None:
    """The id is in no file afterwards, the archive verifies, and the run still counts as reproduced."""
    listed = pd.read_csv(archive / "sample/leeds/2026-01/latest/customers.csv", dtype=str)
    customer = listed["customer_id"][0]
    done = call("archive", "forget", customer, "--output", archive)
    assert done.returncode == 0, done.stderr
    assert "removed from" in done.stdout
    lists = [path.read_text(encoding="utf-8") for path in archive.rglob("customers*.csv")]
    assert lists
    assert not any(f'"{customer}"' in text for text in lists)
    assert call("archive", "verify", "--output", archive).returncode == 0
    lines = sample / "order_lines.csv"
    again = call("archive", "reproduce", "sample/leeds/2026-01", "--source", lines, "--output", archive)
    assert (again.returncode, "but for customers who were forgotten" in again.stdout) == (0, True)


def test_index_is_rebuilt_from_the_manifests(call: Command, archive: Path) -> None:
    """Pages that are gone come back as they were."""
    pages = {path: path.read_bytes() for path in archive.rglob("index.html")}
    assert len(pages) == 4
    for page in pages:
        page.unlink()
    assert call("archive", "verify", "--output", archive).returncode == 6
    assert call("archive", "index", "--output", archive).returncode == 0
    assert {path: path.read_bytes() for path in archive.rglob("index.html")} == pages


def test_hashed_lists_hold_keyed_ids(call: Command, sample: Path, tmp_path: Path) -> None:
    """With a secret in the environment ids are HMACs; without one the run does not begin, and the secret is nowhere."""
    words = ("run", sample / "sample.yaml", "--output", tmp_path / "out", "--set", "archive.customers=hashed", *QUICK)
    refused = call(*words, REPORTGEN_CUSTOMER_KEY="")
    assert refused.returncode == 2
    assert "REPORTGEN_CUSTOMER_KEY" in refused.stderr
    assert call(*words, REPORTGEN_CUSTOMER_KEY=KEY).returncode == 0
    latest = tmp_path / "out/sample/all/2026-01/latest"
    known = set(pd.read_csv(sample / "order_lines.csv", dtype=str)["Customer"].dropna())
    hashed = {hash_customer(one, KEY.encode()) for one in known}
    assert set(pd.read_csv(latest / "customers.csv", dtype=str)["customer_id"]) <= hashed
    assert not any(KEY.encode() in path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())


def test_secrets_are_archived_as_their_names(call: Command, sample: Path, tmp_path: Path) -> None:
    """A secret that the config takes from the environment is in no file of the archive."""
    words = ("run", sample / "sample.yaml", "--output", tmp_path / "out", *QUICK)
    done = call(*words, "--set", "segments.names={frequent_big: 'Top ${SHOP_TOKEN}'}", SHOP_TOKEN="hunter2")
    assert done.returncode == 0, done.stderr
    options = (tmp_path / "out/sample/all/2026-01/latest/options.yaml").read_text(encoding="utf-8")
    assert "Top ${SHOP_TOKEN}" in options
    assert "hunter2" not in options


def test_an_archive_that_is_not_there_is_told(call: Command, tmp_path: Path) -> None:
    """A folder that does not exist is a mistake of the command line, and is not made."""
    done = call("archive", "verify", "--output", tmp_path / "nowhere")
    assert done.returncode == 2
    assert "no such folder" in done.stderr
    assert not (tmp_path / "nowhere").exists()
