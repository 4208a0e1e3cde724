"""Tests of months that should be there: late, left out, of a store that has vanished, and of one that has closed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.called import call_command
from tests.shops import write_shop

FEBRUARY, MARCH = "1769904000", "1772582400"
"""The first of February and the fourth of March 2026; the lines of the shop end with January."""
QUIET = ("--set", "outputs=[]", "--set", "expect.by=3")


def late(folder: Path, config: Path, *words: str, day: str = MARCH, code: int = 7) -> dict[tuple[str, str], str]:
    """Run on a day, and return which months are late, by store, and why."""
    done = call_command("run", config, "--output", folder / "out", "--json", *QUIET, *words, SOURCE_DATE_EPOCH=day)
    assert done.returncode == code, done.stderr
    runs = json.loads(done.stdout)["runs"]
    return {(one["store"], one["period"]): one["reason"] for one in runs if one["status"] == "late"}


def test_a_month_is_late_from_its_day_on(tmp_path: Path) -> None:
    """On the first of February January is early, on the fourth of March February is late, for each store by name."""
    config = write_shop(tmp_path, ["York", "Bath"])
    assert late(tmp_path, config, day=FEBRUARY, code=0) == {}
    said = "its order lines were expected by 3 March 2026; the newest report is for January 2026"
    assert late(tmp_path, config) == {("York", "2026-02"): said, ("Bath", "2026-02"): said}
    assert late(tmp_path, config, "--store", "York", code=0) == {}  # one who asks for a store looks at that
    assert late(tmp_path, config, "--period", "2026-01", code=0) == {}
    assert late(tmp_path, config, "--set", "expect.by=5", code=0) == {}
    quiet = call_command("run", config, "--output", tmp_path / "out", "--quiet", *QUIET, SOURCE_DATE_EPOCH=MARCH)
    assert (quiet.returncode, quiet.stderr.count("late: its order lines were expected")) == (7, 2)


def test_a_month_that_was_left_out_is_told_until_it_is_made(tmp_path: Path) -> None:
    """Between two months that are there one is missing: which command makes it is told, and that it does."""
    config = write_shop(tmp_path, ["York", "Bath"])
    lines = tmp_path / "lines.csv"
    text = lines.read_text(encoding="utf-8")
    earlier = [text.replace("2026-01-", f"2025-{month}-").splitlines()[1:] for month in ("11", "12")]
    lines.write_text(text + "".join(f"{line}\n" for month in earlier for line in month), encoding="utf-8")
    late(tmp_path, config, "--period", "2025-11", day=FEBRUARY, code=0)
    told = late(tmp_path, config, day=FEBRUARY)  # December is due, January is there already
    assert told == dict.fromkeys(
        [("York", "2025-12"), ("Bath", "2025-12")],
        "it was left out; 'reportgen run … --period 2025-12' makes it if its lines are there",
    )
    late(tmp_path, config, "--period", "2025-12", day=FEBRUARY, code=0)
    assert late(tmp_path, config, day=FEBRUARY, code=0) == {}


def test_a_store_that_vanishes_is_missed_and_one_that_has_closed_is_not(tmp_path: Path) -> None:
    """A store of the archive that the lines no longer have is told by name, until the config says when it closed."""
    config = write_shop(tmp_path, ["York", "Bath", "Hull"])
    late(tmp_path, config, day=FEBRUARY, code=0)
    lines = tmp_path / "lines.csv"
    text = "".join(line for line in lines.read_text(encoding="utf-8").splitlines(keepends=True) if "Hull" not in line)
    february = "".join(line.replace("2026-01-", "2026-02-") for line in text.splitlines(keepends=True)[1:])
    lines.write_text(text + february.replace("2026-02-31", "2026-02-28").replace("2026-02-29", "2026-02-27"), "utf-8")
    told = late(tmp_path, config)
    assert set(told) == {("Hull", "2026-02")}
    closed = ("--set", "stores.each={Hull: {closed: 2026-01}}")
    assert late(tmp_path, config, *closed, code=0) == {}
    done = call_command("run", config, "--output", tmp_path / "out", *QUIET, *closed, SOURCE_DATE_EPOCH=MARCH)
    assert (done.returncode, "Hull" in done.stdout) == (0, False)
    done = call_command(
        "run", config, "--output", tmp_path / "out", *QUIET, "--set", "closed=soon", SOURCE_DATE_EPOCH=MARCH
    )
    assert (done.returncode, "a month such as '2026-05'" in done.stderr) == (2, True)
