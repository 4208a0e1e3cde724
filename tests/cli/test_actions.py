"""Actions, from the file of their customers to what they brought, through the real command."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.conftest import QUICK, Command, Finished

KEEPS = (*QUICK, "--set", "audiences.ids=plain")
ARMS = ("treat", "hold")


def read_actions(call: Command, archive: Path, *words: str) -> list[dict[str, Any]]:
    """List the actions of an archive."""
    done = call("actions", "list", "--json", "--output", archive, *words)
    assert done.returncode == 0, done.stderr
    listed: list[dict[str, Any]] = json.loads(done.stdout)
    return listed


def read_arms(file: str) -> dict[str, str]:
    """Read the arm of each customer of an action."""
    with Path(file).open(encoding="utf-8", newline="") as opened:
        return {row["customer_id"]: row["arm"] for row in csv.DictReader(opened)}


@pytest.fixture(scope="module")
def december(finish: Callable[..., Finished], sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the sample's report of December, with the customers of its actions."""
    output = tmp_path_factory.mktemp("december") / "archive"
    finish(sample / "sample.yaml", output, *KEEPS, "--period", "2025-12")
    return output


@pytest.fixture
def archive(december: Path, tmp_path: Path) -> Path:
    """Copy that archive."""
    return shutil.copytree(december, tmp_path / "archive", symlinks=True)


def plant(source: Path, target: Path, customers: list[str], day: str) -> None:
    """Write order lines anew in which customers order once more on a day, what they ordered before."""
    lines = pd.read_csv(source, dtype=str)
    bought = lines[lines["Customer"].isin(customers) & ~lines["Quantity"].str.startswith("-")]
    more = bought.drop_duplicates("Customer").assign(Date=f"{day} 12:00")
    more["Order no"] = [f"9{n:05}" for n in range(len(more))]
    pd.concat([lines, more]).to_csv(target, index=False)


def late_orders(source: Path, arms: dict[str, str]) -> set[str]:
    """Return who of some customers ordered from the 2nd to the 29th of January, as pandas reads it."""
    lines = pd.read_csv(source, dtype=str)
    when = lines["Date"].str[:10].between("2026-01-02", "2026-01-29")
    is_order = ~lines["Order no"].str.startswith("C") & ~lines["Quantity"].str.startswith("-")
    return set(lines[when & is_order]["Customer"].dropna()) & set(arms)


def test_a_planted_effect_is_found(
    call: Command, finish: Callable[..., Finished], archive: Path, sample: Path, tmp_path: Path
) -> None:
    """Thirty in a hundred of those written to order who would not have: it is read out, and found, with its counts."""
    action = max(read_actions(call, archive), key=lambda one: one["hold"])
    assert call("actions", "mark", action["id"], "sent", "--on", "2026-01-02", "--output", archive).returncode == 0
    arms = read_arms(action["file"])
    silent = sorted(set(arms) - late_orders(sample / "order_lines.csv", arms))
    treated = [customer for customer in silent if arms[customer] == "treat"]
    plant(sample / "order_lines.csv", tmp_path / "planted.csv", treated[: round(0.3 * len(treated))], "2026-01-10")
    source = ("--set", f"source.path={tmp_path / 'planted.csv'}")
    done = finish(sample / "sample.yaml", archive, *KEEPS, *source, "--period", "2026-01")
    (trial,) = [one for one in done.facts["trials"] if one["id"] == action["id"]]
    out, came = trial["read_out"], late_orders(tmp_path / "planted.csv", arms)
    assert (out["verdict"], out["until"], out["elsewhere"]) == ("worked", "2026-01-29", 0)
    for arm in ARMS:
        mine = {customer for customer, own in arms.items() if own == arm}
        assert (out[arm]["customers"], out[arm]["ordered"]) == (len(mine), len(mine & came))
    assert 0 < out["expected"]["value"] < out["share"]["value"]
    assert out["sales"]["value"] > 0
    assert any("It worked: done again, expect +" in sentence for sentence in done.facts["words"]["earned"])
    assert {one["state"] for one in done.facts["trials"]} == {"proposed", "read", "not_marked"}
    again = call(
        "archive", "reproduce", "sample/all/2026-01", "--source", tmp_path / "planted.csv", "--output", archive
    )
    assert again.returncode == 0, again.stdout
    assert call("archive", "verify", "--output", archive).returncode == 0


def test_what_is_said_is_listed_and_the_last_counts(call: Command, archive: Path) -> None:
    """An action is not marked, then sent, then not sent after all; each is one line more in the ledger."""
    first, second = read_actions(call, archive)[:2]
    assert (first["state"], first["sent_on"], first["treat"] + first["hold"]) == (
        "not-marked",
        None,
        len(read_arms(first["file"])),
    )
    done = call("actions", "mark", first["id"][:6], second["id"], "sent", "--on", "2026-01-02", "--output", archive)
    assert done.returncode == 0, done.stderr
    assert f"{first['id']}  2025-12  {first['segment']}: {first['title']}; sent on 2026-01-02" in done.stdout
    assert call("actions", "mark", second["id"], "not-sent", "--output", archive).returncode == 0
    listed = {one["id"]: one for one in read_actions(call, archive)}
    assert (listed[first["id"]]["state"], listed[first["id"]]["until"]) == ("sent", "2026-01-29")
    assert (listed[second["id"]]["state"], listed[second["id"]]["until"]) == ("not-sent", None)
    assert read_actions(call, archive, "--month", "2025-11") == []
    shown = call("actions", "list", "--output", archive).stdout
    assert "sent on 2026-01-02; to be read out by the first report that has seen 2026-01-29" in shown
    assert "not sent" in shown
    assert "not marked" in shown
    assert call("archive", "verify", "--output", archive).returncode == 0
    assert len(list((archive / "actions/sample/all/2025-12").iterdir())) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("zz", "sent"), "ACTION: expected the id of an action, got 'zz'"),
        (("{id}", "sent", "--on", "2025-12-31"), "--on: expected a day after 2025-12-31, the last that the report saw"),
        (("{id}", "sent", "--on", "2999-01-01"), "a day in the 6 months after the report's"),
        (("{id}", "sent", "--on", "2026-07-01"), "a day in the 6 months after the report's"),
        (("{id}", "sent", "--on", "yesterday"), "--on: expected a day as YYYY-MM-DD, got 'yesterday'"),
        (("{id}", "not-sent", "--on", "2026-01-02"), "--on: expected a day only for what was sent"),
        (("{id}", "maybe"), "invalid choice: 'maybe'"),
    ],
)
def test_what_cannot_be_is_not_marked(call: Command, archive: Path, words: tuple[str, ...], told: str) -> None:
    """One clear message, exit code 2, and nothing written."""
    key = read_actions(call, archive)[0]["id"]
    done = call("actions", "mark", *(word.format(id=key) for word in words), "--output", archive)
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert not (archive / "actions").exists()


def test_an_archive_without_lists_says_how_to_have_them(
    call: Command, finish: Callable[..., Finished], sample: Path, tmp_path: Path
) -> None:
    """Nothing is listed where no report keeps customers, and a place that is no archive is told."""
    finish(sample / "sample.yaml", tmp_path / "archive", *QUICK, "--period", "2025-12")
    done = call("actions", "list", "--output", tmp_path / "archive")
    assert (done.returncode, "audiences.ids" in done.stdout) == (0, True)
    assert read_actions(call, tmp_path / "archive") == []
    assert call("actions", "list", "--output", tmp_path / "nowhere").returncode == 2


def test_who_is_forgotten_is_in_no_file_of_an_action(call: Command, archive: Path) -> None:
    """The customer goes, the list is found under its new name, and the archive verifies."""
    action = read_actions(call, archive)[0]
    gone, *rest = read_arms(action["file"])
    done = call("archive", "forget", gone, "--output", archive)
    assert done.returncode == 0, done.stderr
    renewed = next(one for one in read_actions(call, archive) if one["id"] == action["id"])
    assert renewed["file"] != action["file"]
    assert list(read_arms(renewed["file"])) == rest
    assert call("archive", "verify", "--output", archive).returncode == 0
    assert not any(gone.encode() in path.read_bytes() for path in archive.rglob("*.csv"))


def test_hashed_files_are_read_out_alike(
    call: Command, finish: Callable[..., Finished], sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With keyed ids the same customers are followed, and no id of the source is in the archive."""
    monkeypatch.setenv("REPORTGEN_CUSTOMER_KEY", "0123456789abcdef0123456789abcdef")
    outs = []
    for ids in ("plain", "hashed"):
        output, keeps = tmp_path / ids, (*QUICK, "--set", f"audiences.ids={ids}")
        finish(sample / "sample.yaml", output, *keeps, "--period", "2025-12")
        keys = [one["id"] for one in read_actions(call, output)]
        assert call("actions", "mark", *keys, "sent", "--on", "2026-01-02", "--output", output).returncode == 0
        done = finish(sample / "sample.yaml", output, *keeps, "--period", "2026-01")
        outs.append([trial["read_out"] for trial in done.facts["trials"] if trial["state"] == "read"])
        names = [name for one in read_actions(call, output) for name in read_arms(one["file"])]
        assert all(len(name) == (32 if ids == "hashed" else 6) for name in names)
    assert outs[0] == outs[1]
    assert len(outs[0]) == 3


def test_an_action_that_is_under_way_keeps_its_customers(
    call: Command, finish: Callable[..., Finished], archive: Path, sample: Path
) -> None:
    """Who is in a trial that is not over by the time that the next list is sent is in no action of it."""
    action = max(read_actions(call, archive), key=lambda one: one["hold"])
    assert call("actions", "mark", action["id"], "sent", "--on", "2026-01-25", "--output", archive).returncode == 0
    done = finish(sample / "sample.yaml", archive, *KEEPS, "--period", "2026-01")
    (trial,) = [one for one in done.facts["trials"] if one["id"] == action["id"]]
    assert (trial["state"], trial["sent_on"], trial["read_out"]) == ("running", "2026-01-25", None)
    busy = set(read_arms(action["file"]))
    new = [set(read_arms(str(done.folder / one["file"]))) for one in done.facts["audiences"]]
    assert not any(busy & customers for customers in new)
    assert sum(one["plan"]["in_trial"] for one in done.facts["trials"] if one["state"] == "proposed") > 0
    assert any("too early" in sentence for sentence in done.facts["words"]["earned"])


def test_an_action_goes_to_a_mailing_tool(
    call: Command, finish: Callable[..., Finished], sample: Path, tmp_path: Path
) -> None:
    """The treated alone, with their addresses from the source; no archive and no report holds one of them."""
    lines = pd.read_csv(sample / "order_lines.csv", dtype=str)
    lines["Customer"] = "buyer-" + lines["Customer"]
    lines["Mail"] = lines["Customer"] + "@example.com"
    lines["Agrees"] = (
        lines["Customer"].str[-1].map({"1": "no", "2": None}).fillna("yes").where(lines["Customer"].notna())
    )
    lines.loc[lines["Customer"].str[-1] == "2", "Agrees"] = None
    lines.to_csv(tmp_path / "order_lines.csv", index=False)
    config = tmp_path / "sample.yaml"
    config.write_text((sample / "sample.yaml").read_text() + "audiences: {ids: plain, email: Mail, consent: Agrees}\n")
    archive, file = tmp_path / "archive", tmp_path / "klaviyo.csv"
    finish(config, archive, "--set", "trust.draws=0", "--set", "outputs=[html]", "--period", "2025-12")
    action = read_actions(call, archive)[0]
    words = ("actions", "export", action["id"], file, "--to", "klaviyo", "--config", config, "--output", archive)
    done = call(*words)
    assert done.returncode == 0, done.stderr
    treated = sorted(customer for customer, arm in read_arms(action["file"]).items() if arm == "treat")
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["Email"] for row in rows] == [f"{customer}@example.com" for customer in treated]
    consent = {"1": "no", "2": "unknown"}
    assert [row["Email Marketing Consent"] for row in rows] == [consent.get(one[-1], "yes") for one in treated]
    assert f"{len(treated)} addresses for klaviyo; the {action['hold']} held back are not in it" in done.stdout
    again = call(*words)
    assert (again.returncode, "expected a file that is not there yet" in again.stderr) == (2, True)
    assert call(*words, "--force").returncode == 0
    holding = {path.parent.name for path in archive.rglob("*") if path.is_file() and b"buyer-" in path.read_bytes()}
    assert holding == {"audiences"}
    assert not any(b"@example.com" in path.read_bytes() for path in archive.rglob("*") if path.is_file())


def test_several_stores_and_one_that_is_held(
    call: Command, finish: Callable[..., Finished], sample: Path, tmp_path: Path
) -> None:
    """Each store has its own actions; the chain report and a store that is too small have none, and stop nobody."""
    archive = tmp_path / "archive"
    by_store = (*KEEPS, "--set", "stores.by=Store")
    done = call("run", sample / "sample.yaml", "--output", archive, *by_store, "--period", "2025-12")
    assert done.returncode == 0, done.stderr
    small = call(
        "run",
        sample / "sample.yaml",
        "--output",
        archive,
        *by_store,
        "--set",
        "stores.min_customers=5000",
        "--period",
        "2025-11",
    )
    assert "held" in small.stdout
    actions = read_actions(call, archive)
    assert {one["store"] for one in actions} == {"Bath", "Leeds", "Norwich"}
    assert len({one["id"] for one in actions}) == len(actions)
    mine = [one for one in actions if one["store"] == "Leeds"]
    ids = [one["id"] for one in mine]
    assert call("actions", "mark", *ids, "sent", "--on", "2026-01-02", "--output", archive).returncode == 0
    assert call("run", sample / "sample.yaml", "--output", archive, *by_store, "--period", "2026-01").returncode == 0
    for store in ("leeds", "bath"):
        facts = json.loads((archive / f"sample/{store}/2026-01/latest/facts.json").read_text())
        states = {trial["state"] for trial in facts["trials"] if trial["month"] == "2025-12"}
        assert states == {"read" if store == "leeds" else "not_marked"}
    assert call("archive", "verify", "--output", archive).returncode == 0


def test_a_month_that_was_made_anew(
    call: Command, finish: Callable[..., Finished], archive: Path, sample: Path, tmp_path: Path
) -> None:
    """Its actions have the same ids and other customers: which of the runs is meant must be said, and is read out."""
    old = read_actions(call, archive)
    lines = pd.read_csv(sample / "order_lines.csv", dtype=str)
    lines[~lines["Date"].str.startswith("2025-12-2")].to_csv(tmp_path / "other.csv", index=False)
    source = ("--set", f"source.path={tmp_path / 'other.csv'}")
    finish(sample / "sample.yaml", archive, *KEEPS, *source, "--period", "2025-12")
    new = read_actions(call, archive)
    same = [one for one in new if one["id"] in {other["id"] for other in old}]
    assert same
    assert all(one["is_current"] and one["run"] != old[0]["run"] for one in same)
    words = ("actions", "mark", same[0]["id"], "sent", "--on", "2026-01-02", "--output", archive)
    refused = call(*words)
    assert refused.returncode == 2
    assert (
        f"{old[0]['run']}, {new[0]['run']} (the latest)" in refused.stderr
        or f"{new[0]['run']} (the latest), {old[0]['run']}" in refused.stderr
    )
    assert call(*words, "--run", "ffff").returncode == 2
    marked = call(*words, "--run", old[0]["run"][:6])
    assert (marked.returncode, old[0]["run"] in marked.stdout) == (0, True), marked.stderr
    listed = {(one["id"], one["run"]): one["state"] for one in read_actions(call, archive)}
    assert listed[same[0]["id"], old[0]["run"]] == "sent"
    assert listed[same[0]["id"], new[0]["run"]] == "not-marked"
    done = finish(sample / "sample.yaml", archive, *KEEPS, "--period", "2026-01")
    (trial,) = [one for one in done.facts["trials"] if one["id"] == same[0]["id"]]
    meant = next(one for one in old if one["id"] == same[0]["id"])
    assert (trial["state"], trial["read_out"]["treat"]["customers"]) == ("read", meant["treat"])


def test_who_was_forgotten_may_differ_a_read_out(
    call: Command, finish: Callable[..., Finished], archive: Path, sample: Path
) -> None:
    """A report that read out a list from which somebody was forgotten since is not the same again, and why is told."""
    action = max(read_actions(call, archive), key=lambda one: one["hold"])
    assert call("actions", "mark", action["id"], "sent", "--on", "2026-01-02", "--output", archive).returncode == 0
    finish(sample / "sample.yaml", archive, *KEEPS, "--period", "2026-01")
    assert call("archive", "forget", next(iter(read_arms(action["file"]))), "--output", archive).returncode == 0
    again = call(
        "archive", "reproduce", "sample/all/2026-01", "--source", sample / "order_lines.csv", "--output", archive
    )
    assert again.returncode == 6
    assert "who is in the lists of earlier actions (somebody was forgotten) changed" in again.stdout


def test_a_month_that_is_not_complete_hands_out_no_list(
    finish: Callable[..., Finished], sample: Path, tmp_path: Path
) -> None:
    """It will be made again with other customers: whoever were written to meanwhile would be in both."""
    lines = pd.read_csv(sample / "order_lines.csv", dtype=str)
    lines[lines["Date"] < "2026-01-16"].to_csv(tmp_path / "cut.csv", index=False)
    source = ("--set", f"source.path={tmp_path / 'cut.csv'}")
    done = finish(sample / "sample.yaml", tmp_path / "archive", *KEEPS, *source, "--period", "2026-01")
    assert done.facts["period"]["is_partial"]
    assert done.facts["audiences"] == []
    assert done.facts["trials"]
    assert not (done.folder / "audiences").exists()


def test_what_no_report_would_heed_is_not_marked(
    call: Command, finish: Callable[..., Finished], sample: Path, tmp_path: Path
) -> None:
    """A year after its report an action is closed: what is said of it would be kept and never read."""
    archive = tmp_path / "archive"
    for month in ("2025-01", "2025-12"):
        finish(sample / "sample.yaml", archive, *KEEPS, "--period", month)
    action = read_actions(call, archive, "--month", "2025-01")[0]
    words = ("actions", "mark", action["id"], "not-sent", "--output", archive)
    assert call(*words).returncode == 0
    finish(sample / "sample.yaml", archive, *KEEPS, "--period", "2026-01")
    done = call(*words)
    assert (done.returncode, "not 12 months older than the newest, 2026-01" in done.stderr) == (2, True), done.stderr
