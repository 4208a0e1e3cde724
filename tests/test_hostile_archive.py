"""An archive from elsewhere is input from anybody: nothing outside it is written, deleted, read or run."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reportgen.archive.seals import seal
from reportgen.cli.main import main
from tests.conftest import QUICK, Runs
from tests.fuzz.common import EXAMPLES

MONTHS = ("2025-12", "2026-01")
PLACE = "sample/leeds/2025-12"
EVIL = (
    "../../../../precious",
    "/etc/passwd",
    "../precious/orders.csv",
    "..",
    "",
    "x" * 5_000,
    "\x1b[31m\u202e\x00",
    -1,
    10**30,
    1e308,
    float("nan"),
    None,
    [],
    {"a": {}},
    ["../../../../precious"],
)
MANIFEST = ("run", "report", "title", "store", "store_folder", "kind", "period", "status", "figures", "files")
MADE = ("made_at", "config", "source", "playbook", "template_dir", "split_by", "seconds", "notes")


@pytest.fixture(scope="module")
def kept(runs: Runs, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep two months of two stores, with plain lists."""
    place = tmp_path_factory.mktemp("kept") / "archive"
    options = ("--set", "stores={by: Store, only: [Leeds, Norwich], chain: false}", "--set", "archive.customers=plain")
    runs(sample / "sample.yaml", place, *options, "--period", f"{MONTHS[0]}..{MONTHS[-1]}", *QUICK)
    return place


class Trap:
    """A hostile archive with something precious beside it.

    Parameters
    ----------
    folder : Path
        Where.
    kept : Path
        The archive to copy.
    """

    def __init__(self, folder: Path, kept: Path) -> None:
        self.folder, self.kept = folder, kept
        self.archive = folder / "a" / "archive"
        self.precious = folder / "precious"
        self.precious.mkdir()
        (self.precious / "orders.csv").write_text("order_id\n1\n")
        (self.precious / "manifest.json").write_text("{}")
        templates = self.precious / "templates"
        templates.mkdir()
        pwn = f"{{{{ cycler.__init__.__globals__.os.system('touch {folder}/pwned') }}}}"
        for name in ("screen.html", "print.html", "mail/store.html"):
            (templates / name).parent.mkdir(exist_ok=True)
            (templates / name).write_text(pwn)
        self.reset()
        self.before = self.listing()

    def reset(self) -> None:
        """Copy the archive anew."""
        shutil.rmtree(self.archive, ignore_errors=True)
        shutil.copytree(self.kept, self.archive, symlinks=True)

    @property
    def run(self) -> Path:
        """The folder of the run that is changed."""
        return self.archive / PLACE / (self.kept / PLACE / "latest").readlink()

    def change(self, name: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Change a sealed file as somebody would who knows how seals are made."""
        path = self.run / name
        value = json.loads(path.read_bytes())
        value.pop("seal")
        change(value)
        path.write_bytes(seal(value, "x"))

    def put(self, name: str, field: str, value: Any) -> None:
        """Change one field of a sealed file."""
        self.change(name, lambda content: content.update({field: value}))

    def describe(self, name: str, described: dict[str, Any]) -> None:
        """Let the manifest describe a file so."""
        self.change("manifest.json", lambda manifest: manifest["files"].update({name: described}))

    def listing(self) -> dict[str, tuple[int, str]]:
        """List everything outside the archive."""
        found = {}
        for path in self.folder.rglob("*"):
            if path.is_file() and self.archive not in path.parents and "preview" not in path.parts:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                found[str(path.relative_to(self.folder))] = (path.stat().st_mtime_ns, content)
        return found


@pytest.fixture
def trap(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> Trap:
    """Lay a trap, with a temporary folder elsewhere."""
    monkeypatch.chdir(tmp_path)
    return Trap(tmp_path, kept)


def commands(trap: Trap, config: Path) -> Iterator[list[str]]:
    """List every command that meets an archive."""
    place = ["--output", str(trap.archive)]
    run = f"{PLACE}/{trap.run.name}"
    yield ["archive", "list", "--all", *place]
    yield ["archive", "list", "--all", "--json", *place]
    yield ["archive", "show", run, *place]
    yield ["archive", "verify", *place]
    yield ["archive", "diff", run, "sample/leeds/2026-01", *place]
    yield ["archive", "reproduce", run, *place]
    yield ["archive", "index", *place]
    yield ["send", PLACE, "--dry-run", *place]
    yield ["send", PLACE, "--dry-run", "--config", str(config), *place]
    yield ["preview", PLACE, "--config", str(config), "--folder", str(trap.folder / "preview"), *place]
    yield ["archive", "forget", "C0001", *place]
    yield ["archive", "prune", "--keep", "1 months", "--yes", *place]


def mutations() -> Iterator[tuple[str, str, Any]]:
    """List what is put where: over 200 fields and values, each of another kind in turn."""
    for name, fields in (("manifest.json", MANIFEST), ("made.json", MADE)):
        for n, field in enumerate(fields):
            for m, value in enumerate(EVIL):
                if (n + m) % 3 or isinstance(value, str):
                    yield name, field, value


@pytest.mark.parametrize("part", range(4))
def test_a_changed_field_leads_nowhere(trap: Trap, sample: Path, part: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a manifest or a note says, each command ends with a code of its own and touches nothing outside."""
    chosen = list(mutations())
    assert len(chosen) >= 200
    config = sample / "sample.yaml"
    for number, (name, field, value) in enumerate(chosen):
        if number % 4 != part:
            continue
        trap.reset()
        trap.put(name, field, value)
        every = list(commands(trap, config))
        for words in every if EXAMPLES else [every[number // 4 % len(every)]]:
            code = main(words)
            shown = capsys.readouterr()
            assert code in (0, 2, 4, 6), (name, field, value, words, shown.err)
            assert "fault of reportgen" not in shown.err
            assert "\x1b" not in shown.out + shown.err
            assert trap.listing() == trap.before, (name, field, value, words)


@pytest.mark.parametrize("name", ["../../../../precious/new.json", "/reportgen-new", "made.json", "a/b", ".x"])
def test_a_file_name_that_is_a_path_is_no_file_of_a_run(trap: Trap, name: str, sample: Path) -> None:
    """Names in manifests are plain; the run counts as damaged, in every command."""
    trap.describe(name, {"sha256": "0" * 64, "size": 1})
    for words in commands(trap, sample / "sample.yaml"):
        assert main(words) in (0, 2, 6)
        assert trap.listing() == trap.before
        assert not Path("/reportgen-new").exists()


def test_pruning_and_forgetting_stay_inside(trap: Trap) -> None:
    """A run that says it stands elsewhere is neither pruned nor searched there."""
    trap.change("manifest.json", lambda content: content.update(run="../../../../precious", period="2020-01"))
    assert main(["archive", "prune", "--keep", "1 months", "--yes", "--output", str(trap.archive)]) == 0
    assert main(["archive", "forget", "C0001", "--output", str(trap.archive)]) == 2
    assert trap.listing() == trap.before


def test_no_template_is_taken_from_an_archive(trap: Trap, sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A template folder that an archive names is asked for; and one that the user names runs in a sandbox."""
    evil = trap.precious / "templates"
    trap.change("made.json", lambda content: content.update(template_dir=str(evil), source=str(sample)))
    words = ["archive", "reproduce", f"{PLACE}/{trap.run.name}", "--output", str(trap.archive)]
    assert main(words) == 2
    assert main([*words, "--source", str(sample / "order_lines.csv")]) == 2
    assert "--template-dir: expected where the templates are" in capsys.readouterr().err
    given = ["--set", f"template_dir={evil}", "--set", "outputs=[html]", "--output", str(trap.folder / "preview")]
    assert main(["run", str(sample / "sample.yaml"), *given]) == 2
    assert "template" in capsys.readouterr().err
    assert not (trap.folder / "pwned").exists()


@pytest.mark.parametrize(
    "option",
    [
        "extends: /etc/passwd",
        "template_dir: /tmp",
        "playbook: /etc/passwd",
        "source: {path: /etc/passwd}",
        "mail: {to: [a@example.org]}",
        "archive: {path: /tmp}",
        "stores: {by: Store}",
        "a: &a [x, x]\nb: [*a, *a]",
        "{{{{",
        "[1, 2]",
        "report: {id: other}",
        "report: 5",
    ],
)
def test_archived_options_hold_no_paths(trap: Trap, sample: Path, option: str) -> None:
    """Options that no run keeps make the run one that is not as it was written."""
    content = option.encode()
    (trap.run / "options.yaml").write_bytes(content)
    described = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    trap.describe("options.yaml", described)
    run = f"{PLACE}/{trap.run.name}"
    place = ["--output", str(trap.archive)]
    assert main(["archive", "reproduce", run, "--source", str(sample / "order_lines.csv"), *place]) == 6
    assert main(["archive", "diff", run, "sample/leeds/2026-01", *place]) in ((0, 6) if "report" in option else (6,))
    assert trap.listing() == trap.before


def test_links_in_an_archive_lead_nowhere(trap: Trap, sample: Path) -> None:
    """A run, a store, a file or the staging area that is a link to elsewhere is not followed by any command."""
    outside = trap.folder / "outside"
    run = trap.run
    shutil.copytree(run, outside / "run")
    shutil.copytree(trap.archive / "sample/norwich", outside / "norwich", symlinks=True)
    trap.before = trap.listing()
    for link, target in (
        (run, outside / "run"),
        (trap.archive / "sample/norwich", outside / "norwich"),
        (trap.archive / ".reportgen", outside),
        (trap.archive / "mail", outside),
        (run / "facts.json", trap.precious / "orders.csv"),
    ):
        trap.reset()
        shutil.rmtree(link) if link.is_dir() else link.unlink(missing_ok=True)
        link.symlink_to(target)
        for words in commands(trap, sample / "sample.yaml"):
            assert main(words) in (0, 1, 2, 4, 6), words
            assert trap.listing() == trap.before, (link, words)


def test_a_previous_report_of_somebody_else_s_making(
    trap: Trap, sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A month that is compared with a model or facts that no run wrote is not made, and one message says why."""
    for name, change in (
        ("model.json", {"centers": [[1e308, float("nan"), 0]] * 3}),
        ("model.json", {"segments": []}),
        ("model.json", {"scales": [{"mean": 0, "std": 0, "knots": [], "low": [], "high": []}] * 3}),
        ("facts.json", {"headline": "x", "segments": []}),
        ("facts.json", {"currency": []}),
    ):
        trap.reset()
        content = json.dumps(json.loads((trap.run / name).read_bytes()) | change).encode()
        (trap.run / name).write_bytes(content)
        described = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        trap.describe(name, described)
        for path in (trap.archive / "sample/leeds").glob("2026-01*"):
            shutil.rmtree(path)
        words = ["--period", "2026-01", "--store", "Leeds", "--set", "stores.by=Store", *QUICK]
        code = main(["run", str(sample / "sample.yaml"), "--output", str(trap.archive), "--jobs", "1", *words])
        shown = capsys.readouterr().err
        assert code in (0, 6), shown
        assert "fault of reportgen" not in shown
        assert trap.listing() == trap.before


def test_reading_waits_for_nothing(trap: Trap) -> None:
    """A pipe in the place of a file is no file: no command waits for somebody to write into it."""
    for name in ("manifest.json", "made.json", "facts.json"):
        trap.reset()
        (trap.run / name).unlink()
        os.mkfifo(trap.run / name)
        for words in commands(trap, trap.folder / "none.yaml"):
            assert main(words) in (0, 2, 6), (name, words)
