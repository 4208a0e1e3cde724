"""The same order lines give the same facts to the byte, wherever they are read from."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import QUICK, Command, Finished
from tests.databases import PASSWORD, PostgreSQL
from tests.places import Places

SOURCES = ("parquet", "partitioned parquet", "partitioned csv", "glob", "delta", "sqlite", "duckdb", "postgresql", "s3")
AT = ("--period", "2026-02")


@pytest.fixture(scope="session")
def csv_run(finish: Callable[..., Finished], sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Make the sample's report from its CSV file."""
    return finish(sample / "sample.yaml", tmp_path_factory.mktemp("csv"), *QUICK, *AT)


@pytest.fixture
def lay(
    request: pytest.FixtureRequest, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], tuple[str, ...]]:
    """Return a function that lays the sample's lines into a place and returns the options that read them from there."""
    places = Places(sample / "order_lines.csv", tmp_path)

    def write(source: str) -> tuple[str, ...]:
        if source == "s3":
            return ("--source", places.to_s3(request.getfixturevalue("s3_bucket")))
        if source not in ("sqlite", "duckdb", "postgresql"):
            return ("--source", places.to_files(source))
        address = (
            places.to_postgresql(request.getfixturevalue("postgresql"))
            if source == "postgresql"
            else places.to_file_system(source)
        )
        monkeypatch.setenv("SHOP_DB", address)
        return ("--set", "source.database={uri_env: SHOP_DB, table: lines}")

    return write


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_lines_give_the_same_facts(
    lay: Callable[[str], tuple[str, ...]],
    finish: Callable[..., Finished],
    csv_run: Finished,
    sample: Path,
    source: str,
) -> None:
    """Facts and the run's id are those of the CSV file."""
    run = finish(sample / "sample.yaml", sample / f"from {source}", *lay(source), *QUICK, *AT)
    assert (run.folder / "facts.json").read_bytes() == (csv_run.folder / "facts.json").read_bytes()
    assert run.folder.resolve().name == csv_run.folder.resolve().name


def test_stores_and_chain_from_a_database(
    lay: Callable[[str], tuple[str, ...]], runs: Callable[..., Any], sample: Path, tmp_path: Path
) -> None:
    """The reports of all stores, and the one that compares them, are the same from a table as from a file."""
    config = sample / "sample.yaml"
    by_store = ("--set", "stores.by=Store", *QUICK, *AT)
    from_file = runs(config, tmp_path / "file", *by_store)
    from_table = runs(config, tmp_path / "table", *lay("sqlite"), *by_store)
    assert len(from_file) == 4
    for one, other in zip(from_file, from_table, strict=True):
        facts = [(Path(run["path"]) / "facts.json").read_bytes() for run in (one, other)]
        assert facts[0] == facts[1]


def test_what_is_fetched_does_not_depend_on_what_else_is_asked_for(
    lay: Callable[[str], tuple[str, ...]], runs: Callable[..., Any], sample: Path, tmp_path: Path
) -> None:
    """Of a table that is fetched in part, a month's run is the same alone and among others, and says what is missing."""
    options = (
        *lay("sqlite"),
        "--set",
        "source.database.dated_by=Date",
        "--set",
        "source.database.before_window=1 month",
    )
    short = ("--set", "window=2 months", *QUICK)
    config = sample / "sample.yaml"
    several = runs(config, tmp_path / "several", *options, *short, "--period", "2026-01..2026-02")
    alone = runs(config, tmp_path / "several", *options, *short, *AT)
    assert [run["status"] for run in (*several, *alone)] == ["done", "done", "unchanged"]
    assert "lines before 2025-12-01 were not fetched" in several[1]["notes"][-1]
    counts = json.loads((Path(several[1]["path"]) / "facts.json").read_text(encoding="utf-8"))["lines"]
    assert 0 < counts["read"] < 20_000


def test_a_previous_report_out_of_reach_is_told(
    lay: Callable[[str], tuple[str, ...]], call: Command, sample: Path, tmp_path: Path
) -> None:
    """A report whose previous one needs lines that were not fetched is not compared with half of them."""
    options = (
        *lay("sqlite"),
        "--set",
        "source.database.dated_by=Date",
        "--set",
        "source.database.before_window=1 month",
    )
    short = ("--set", "window=2 months", *QUICK, "--output", tmp_path / "out")
    assert call("run", sample / "sample.yaml", *options, *short, "--period", "2025-10").returncode == 0
    done = call("run", sample / "sample.yaml", *options, *short, *AT)
    assert done.returncode == 3
    assert "for the report of 2025-10 that this one is compared with" in done.stderr


def test_a_run_from_a_database_is_reproduced(
    lay: Callable[[str], tuple[str, ...]], call: Command, csv_run: Finished, sample: Path, tmp_path: Path
) -> None:
    """`archive reproduce` takes a config for where the lines are, and neither keeps nor follows an address by itself."""
    lay("sqlite")
    own = sample / "sample.yaml"
    config = tmp_path / "database.yaml"
    config.write_text(f"extends: {own}\nsource: {{database: {{uri_env: SHOP_DB, table: lines}}}}\n", encoding="utf-8")
    output = tmp_path / "out"
    done = call("run", config, "--output", output, "--json", *QUICK, *AT)
    assert done.returncode == 0, done.stderr
    (run,) = json.loads(done.stdout)["runs"]
    assert Path(run["path"]).resolve().name == csv_run.folder.resolve().name
    again = call("archive", "reproduce", run["run"], "--output", output, "--source", config)
    assert (again.returncode, "byte for byte" in again.stdout) == (0, True), again.stderr
    unknown = call("archive", "reproduce", run["run"], "--output", output)
    assert "--source" in unknown.stderr
    assert "database" not in (Path(run["path"]) / "options.yaml").read_text(encoding="utf-8")


def test_no_secret_is_written(postgresql: PostgreSQL, command: Command, sample: Path, tmp_path: Path) -> None:
    """A wrong password, and a right one, stand in no file, message, log or trace; a fault is exit code 3 and no report."""
    Places(sample / "order_lines.csv", tmp_path).to_postgresql(postgresql)
    table = ("--set", "source.database={uri_env: SHOP_DB, table: lines}", *QUICK, *AT, "--verbose")
    good, bad = postgresql.address(), postgresql.address(password="an0ther-Secret")

    def run(address: str, name: str) -> subprocess.CompletedProcess[str]:
        words = (*table, "--output", tmp_path / name, "--profile", tmp_path / f"{name}.trace")
        return command(
            "run", sample / "sample.yaml", *words, SHOP_DB=address, TMPDIR=str(tmp_path), REPORTGEN_DEBUG="1"
        )

    made, failed = run(good, "made"), run(bad, "failed")
    assert (made.returncode, failed.returncode) == (0, 3), made.stderr
    assert failed.stderr.count("expected a login that the database accepts") == 1
    assert not list((tmp_path / "failed").rglob("facts.json"))
    said = made.stdout + made.stderr + failed.stdout + failed.stderr
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (PASSWORD, "s3cr3t", "an0ther-Secret", postgresql.address(), f":{postgresql.port}/shop"):
        assert secret not in said
        assert secret.encode() not in written
