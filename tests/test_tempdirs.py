"""What is on its way must not stay behind, nobody's living work be taken away, and nobody else's folder touched."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reportgen.errors import UnexpectedError
from reportgen.tempdirs import MARKER, PREFIX, is_marked, make_marked, open_tempdir, sweep_tempdirs
from tests.conftest import ROOT

OLD = time.time() - 3600
_CHILD = """\
import os, signal, sys
from reportgen.tempdirs import open_tempdir
with open_tempdir() as folder:
    (folder / "orders.csv").write_text("x")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use a temporary folder of our own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@contextmanager
def holding(temporary: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Start a process that holds a temporary folder, and give both."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", _CHILD], env=environment, text=True, **pipes) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return all that is below a folder, ours left out, with the files' content."""
    found = (path for path in folder.rglob("*") if not path.relative_to(folder).parts[0].endswith(".tmp"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in found}


def test_a_folder_is_gone_at_the_end(temporary: Path) -> None:
    """However the block ends, nothing of its content is left; the folder that all runs share is private and empty."""
    with pytest.raises(RuntimeError), open_tempdir() as folder:
        (folder / "lines").write_text("x")
        raise RuntimeError
    (shared,) = temporary.iterdir()
    assert [path.name for path in shared.iterdir()] == [MARKER]
    assert stat.S_IMODE(shared.stat().st_mode) == 0o700


def test_a_living_process_s_folder_is_left_alone(temporary: Path) -> None:
    """A folder in use is not swept, however old it is."""
    with holding(temporary) as (_, folder):
        for path in (folder, folder.parent, folder.parent / MARKER):
            os.utime(path, (OLD, OLD))
        sweep_tempdirs()
        assert (folder / "orders.csv").is_file()


def test_a_killed_process_s_folder_is_swept(temporary: Path) -> None:
    """What a killed process left goes with the next sweep, young or old."""
    with holding(temporary) as (process, folder):
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert (folder / "orders.csv").is_file()
        sweep_tempdirs()
        assert not folder.parent.exists()


def test_a_process_that_inherited_the_number_keeps_no_folder(temporary: Path) -> None:
    """A marker names a process by number and start: another one of the same number is not it."""
    with open_tempdir() as folder:
        shared = folder.parent.parent
    left = make_marked(shared)
    said = json.loads((left / MARKER).read_text())
    sweep_tempdirs()
    assert left.is_dir(), "this process lives"
    (left / MARKER).write_text(json.dumps({**said, "started": "another boot 1"}))
    sweep_tempdirs()
    assert not left.exists()


def test_folders_of_other_people_stay_whatever_their_name(temporary: Path) -> None:
    """Folders that begin with our name, hold what a run would hold, or link to one are not ours without a marker."""
    (temporary / f"{PREFIX}mydata").mkdir()
    (temporary / f"{PREFIX}mydata" / "orders.csv").write_text("precious")
    (temporary / f"{PREFIX}out" / "sample" / "all").mkdir(parents=True)
    (temporary / f"{PREFIX}link").symlink_to(temporary / f"{PREFIX}mydata")
    with open_tempdir() as folder:
        shared = folder.parent.parent
    (shared / "unmarked").mkdir()
    (shared / "unmarked" / "orders.csv").write_text("precious")
    (shared / "link").symlink_to(temporary / f"{PREFIX}mydata")
    (shared / "forged").mkdir()
    (shared / "forged" / MARKER).write_text(json.dumps({"what": "mine", "pid": 1, "started": ""}))
    for path in temporary.rglob("*"):
        os.utime(path, (OLD, OLD), follow_symlinks=False)
    before = {**tree(temporary), **tree(shared)}
    sweep_tempdirs()
    with open_tempdir():
        pass
    sweep_tempdirs()
    assert {**tree(temporary), **tree(shared)} == before


def test_a_link_inside_a_killed_run_s_folder_is_removed_not_followed(temporary: Path) -> None:
    """Sweeping removes links themselves; what they lead to stays."""
    precious = temporary / "precious"
    precious.mkdir()
    (precious / "orders.csv").write_text("x")
    with holding(temporary) as (process, folder):
        (folder / "link").symlink_to(precious)
        process.kill()
        process.wait()
        sweep_tempdirs()
        assert not folder.parent.exists()
    assert (precious / "orders.csv").read_text() == "x"


@pytest.mark.parametrize("taken", ["folder", "file", "link", "open"])
def test_a_name_that_is_taken_is_not_used(temporary: Path, taken: str) -> None:
    """Where something else has the name of the shared folder, it stays as it is and another folder is used."""
    with open_tempdir() as folder:
        shared = folder.parent.parent
    other = temporary / "other"
    other.mkdir()
    if taken == "open":
        shared.chmod(0o755)
    else:
        (shared / MARKER).unlink()
        shared.rmdir()
        {"folder": shared.mkdir, "file": shared.touch, "link": lambda: shared.symlink_to(other)}[taken]()
    before = sorted(temporary.rglob("*"))
    with open_tempdir() as folder:
        assert shared not in folder.parents
        assert other not in folder.parents
    assert sorted(temporary.rglob("*")) == before


def test_a_folder_without_room_is_told(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A temporary folder that is not there is one clear message."""
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "nowhere"))
    monkeypatch.setenv("TMPDIR", str(temporary / "nowhere"))
    told = r"temporary folder: expected one that can be written to.*TMPDIR"
    with pytest.raises(UnexpectedError, match=told), open_tempdir():
        pass


def test_a_mark_is_only_ours_in_a_folder_of_our_own(temporary: Path) -> None:
    """A link to a marked folder, a marker that is a link, and a huge marker prove nothing."""
    marked = make_marked(temporary)
    assert is_marked(marked)
    (temporary / "link").symlink_to(marked)
    assert not is_marked(temporary / "link")
    other = temporary / "other"
    other.mkdir()
    (other / MARKER).symlink_to(marked / MARKER)
    assert not is_marked(other)
    (other / MARKER).unlink()
    (other / MARKER).write_text("[" * 999)
    assert not is_marked(other)
    (marked / MARKER).write_bytes((marked / MARKER).read_bytes() + b" " * 2_000)
    assert not is_marked(marked)
