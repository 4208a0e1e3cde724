"""A shell completes what is typed: asked as bash asks, through the real command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reportgen.cli.main import main
from tests.conftest import ROOT, Finished


def complete(line: str, folder: Path) -> list[str]:
    """Return what a shell is offered after a line, typed within a folder."""
    answer = folder / "answer"
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "_ARGCOMPLETE_STDOUT_FILENAME": str(answer)}
    line = f"reportgen {line}"
    environment = {**os.environ, **asked, "COMP_LINE": line, "COMP_POINT": str(len(line)), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "reportgen"], env=environment, cwd=folder, check=True, capture_output=True)
    return [one.rstrip() for one in answer.read_text(encoding="utf-8").split("\n") if one.strip()]


@pytest.fixture(scope="module")
def archive(sample_run: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the archive of the sample's run in its usual place."""
    folder = tmp_path_factory.mktemp("typed")
    shutil.copytree(sample_run.folder.parents[3], folder / "output", symlinks=True)
    return folder


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ar", ["archive"]),
        ("archive ver", ["verify"]),
        ("run --ver", ["--verbose"]),
        ("archive show sam", ["sample/all/2026-01"]),
        ("archive list sa", ["sample"]),
        ("run x.yaml --set brand.na", ["brand.name="]),
        ("completion b", ["bash"]),
    ],
)
def test_what_is_typed_is_completed(archive: Path, line: str, expected: list[str]) -> None:
    """Commands, options, runs, reports, names of options, closed lists."""
    assert complete(line, archive) == expected


def test_a_run_is_completed_by_its_id(archive: Path, sample_run: Finished) -> None:
    """The first digits of an id lead to the run; without an archive nothing is offered, and nothing fails."""
    run = sample_run.folder.name
    assert complete(f"archive show {run[:6]}", archive) == [run]
    assert complete(f"archive show --output nowhere {run[:6]}", archive) == []
    assert complete(f"archive show --output s3://far/away {run[:6]}", archive) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_ask(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints code that names the program; a shell that is here reads it without complaint."""
    assert main(["completion", shell]) == 0
    code = capsys.readouterr().out
    assert "reportgen" in code and "_ARGCOMPLETE" in code
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=code, text=True, check=True)
