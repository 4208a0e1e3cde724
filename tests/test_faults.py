"""A disk that fails, a command killed between two calls, wrong clocks, missing rights, long paths: told, nothing lost."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reportgen.archive.local import LocalStorage
from reportgen.archive.runs import has_whole_run, keep_run
from reportgen.archive.seals import KEY_VARIABLE
from reportgen.archive.staging import StagingArea
from reportgen.archive.storage import STAGING
from reportgen.archive.verify import verify_archive
from reportgen.cli.main import main
from reportgen.runs.index_pages import write_index
from reportgen.tempdirs import MARKER, make_marked, open_tempdir, sweep_tempdirs
from tests.conftest import EPOCH, QUICK, ROOT, Runs, Shop
from tests.made import MADE, make_manifest
from tests.shops import contents, write_shop

FIRST, SECOND = "1" * 16, "2" * 16
LIST = b"customer_id,segment\r\nc001,A\r\nc002,A\r\n"
FILES = {"facts.json": b"{}", "customers.csv": LIST}
YEAR = 366 * 86_400.0
VERBS = {
    "forget": ("forget", "c001"),
    "index": ("index",),
    "sign": ("sign", "--all"),
    "prune": ("prune", "--keep", "last run of each month", "--yes"),
}
_HOLD = "from reportgen.tempdirs import open_tempdir\nwith open_tempdir() as folder: print(folder)"
KEY = "0123456789abcdef" * 4
ALLOWED = ("not signed", "extra: the manifest does not know it")
"""What `verify` tells of runs that were not signed yet, and of a list that `forget` was about to replace."""
Case = tuple[str, str, int]
FAULT_OF_OURS = "This is a fault of reportgen"
NO_RIGHTS = ("--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search")
"""What root is taken by `setpriv` so that it may no more than others: then modes hold for it too."""


def start(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; bytecode is not written, so that it does not count."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": EPOCH, "PYTHONDONTWRITEBYTECODE": "1"}
    settings |= {KEY_VARIABLE: KEY} | environment
    return subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        text=True,
        env=settings,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def reportgen(*words: object) -> list[object]:
    """Return the real command line."""
    return [sys.executable, "-m", "reportgen", *words]


@pytest.fixture(scope="session")
def strace(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Find strace where it may refuse a call, or skip with a reason."""
    program = shutil.which("strace")
    if program is None:
        pytest.skip("needs strace")
    folder = tmp_path_factory.mktemp("strace") / "made"
    make = f"import os; os.mkdir({str(folder)!r})"
    for what in ("error=ENOSPC", "signal=KILL"):
        words = ["-f", "-qq", "-e", "trace=mkdir", "-e", f"inject=mkdir:{what}:when=1"]
        done = start(program, *words, sys.executable, "-S", "-c", make)
        if done.returncode == 0 or folder.exists():
            pytest.skip("strace may not trace here, or cannot refuse a call")
    return program


def disturb(strace: str, trace: Path, case: Case, words: list[object]) -> subprocess.CompletedProcess[str]:
    """Run a command whose n-th call of a kind fails, or that is killed at it."""
    syscall, fault, number = case
    what = "signal=KILL" if fault == "KILL" else f"error={fault}"
    quick = [] if fault == "KILL" else ["--seccomp-bpf"]  # with it, strace sends no signal
    inject = [*quick, "-e", f"trace={syscall}", "-e", f"inject={syscall}:{what}:when={number}"]
    done = start(strace, "-f", "-qq", "-o", trace, *inject, *words)
    assert "(INJECTED)" in trace.read_text() or "+++ killed by SIGKILL" in trace.read_text(), "no such call"
    return done


def make_archive(place: Path) -> LocalStorage:
    """Keep two runs of a month with lists of customers; the history pages show the first alone."""
    storage = LocalStorage(str(place))
    for run in (FIRST, SECOND):
        keep_run(storage, make_manifest(run=run, customer_ids="plain"), FILES, MADE)
        if run == FIRST:
            write_index(storage)
    return storage


def make_older(folder: Path) -> None:
    """Let all below a folder look as if it was written an hour ago."""
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - 3600,) * 2, follow_symlinks=False)


@pytest.mark.parametrize(
    ("verb", "case"),
    [
        ("sign", ("rename", "KILL", 2)),
        ("forget", ("unlink", "KILL", 1)),
        ("forget", ("write", "ENOSPC", 4)),
        ("index", ("rename", "ENOSPC", 1)),
        ("sign", ("unlink", "KILL", 2)),
        ("index", ("rename", "KILL", 1)),
        ("prune", ("rename", "KILL", 2)),
    ],
)
def test_a_disturbed_command_loses_nothing_and_is_made_good_by_the_next(
    strace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, case: Case
) -> None:
    """Killed between two calls, or on a disk that fails: one message at most; repeated, the archive is as undisturbed."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    for name in ("whole", "out"):
        make_archive(tmp_path / name)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    words = ["archive", *VERBS[verb], "--output"]
    assert main([*words, str(tmp_path / "whole")]) == 0
    done = disturb(strace, tmp_path / "trace", case, reportgen(*words, tmp_path / "out"))
    if case[1] == "KILL":
        assert (done.returncode in (-9, 137), done.stderr) == (True, "")
    else:
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert FAULT_OF_OURS not in done.stderr
    storage = LocalStorage(str(tmp_path / "out"))
    assert [one for one in verify_archive(storage)[1] if not one.what.startswith(ALLOWED)] == []
    make_older(tmp_path / "out")
    assert main([*words, str(tmp_path / "out")]) == 0
    assert [one for one in verify_archive(storage)[1] if not one.what.startswith("not signed")] == []
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert list((tmp_path / "out" / STAGING).glob("*")) == []


@pytest.mark.parametrize("case", [("rename", "KILL", 1), ("mkdir", "ENOSPC", 2)])
def test_a_disturbed_run_leaves_a_clean_archive(
    strace: str, shop: Shop, runs: Runs, tmp_path: Path, case: Case
) -> None:
    """A run killed at its one move, and one that cannot begin: the archive is clean, and the next run is complete."""
    config, place = shop(), tmp_path / "out"
    (tmp_path / "tmp").mkdir()
    words = reportgen("run", config, "--output", place, *QUICK, "--jobs", "1", "--quiet")
    words = ["env", f"TMPDIR={tmp_path / 'tmp'}", *words]
    done = disturb(strace, tmp_path / "trace", case, words)
    assert done.returncode in ((-9, 137) if case[1] == "KILL" else (1,)), done.stderr
    assert "Traceback" not in done.stderr
    storage = LocalStorage(str(place))
    assert verify_archive(storage)[1] == []
    assert storage.runs() == []
    assert [one["status"] for one in runs(config, place, *QUICK)] == ["done"]
    assert verify_archive(storage)[1] == []
    assert not (place / STAGING).exists()


@pytest.mark.parametrize("ahead", [YEAR, -YEAR])
def test_a_clock_that_jumps_takes_nothing_from_the_living(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: float
) -> None:
    """A clock set a year forward or back while work goes on: no temporary folder and nothing staged is swept."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    now = time.time
    first, second = LocalStorage(str(tmp_path / "out")), LocalStorage(str(tmp_path / "out"))
    with open_tempdir() as folder, first.session():
        (folder / "orders.csv").write_text("x")
        staged = StagingArea(tmp_path / "out").make_beside()
        (staged / "half").write_text("x")
        monkeypatch.setattr(time, "time", lambda: now() + ahead)
        sweep_tempdirs()
        with second.session():
            keep_run(second, make_manifest(run=FIRST), {"facts.json": b"{}"}, MADE)
        assert (folder / "orders.csv").read_text() == "x"
        assert (staged / "half").read_text() == "x"
    assert has_whole_run(first, make_manifest(run=FIRST).address)


def test_a_clock_that_jumps_back_leaves_nothing_of_the_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed process left is swept by what its marker says, whatever the clock shows."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with open_tempdir() as folder:
        shared = folder.parent.parent
    left = make_marked(shared)
    said = (left / MARKER).read_text()
    (left / MARKER).write_text(said.replace('"started": "', '"started": "another boot '))
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - YEAR)
    sweep_tempdirs()
    assert not left.exists()


def test_what_was_half_removed_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a process is killed while it removes its temporary folder, the next removes the rest: it holds order lines."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = (
        "import os, shutil, sys\nfrom reportgen.tempdirs import open_tempdir\n"
        "def unlink(path, *, dir_fd=None, real=os.unlink):\n    real(path, dir_fd=dir_fd)\n"
        "    if path == '.reportgen-temporary': os._exit(9)\n"
        "with open_tempdir() as folder:\n    (folder / 'orders.csv').write_text('x')\n    os.unlink = unlink\n"
    )
    assert start(sys.executable, "-c", code, TMPDIR=str(tmp_path)).returncode in (0, 9)
    make_older(tmp_path)
    sweep_tempdirs()
    assert [path.name for path in tmp_path.rglob("*") if path.name in ("work", "orders.csv")] == []


@pytest.fixture(scope="session")
def limited() -> list[object]:
    """Return words before which a command has no more rights than other people's, or skip with a reason."""
    if os.name != "posix":
        pytest.skip("needs modes of files")
    if os.geteuid() != 0:
        return []
    words: list[object] = [shutil.which("setpriv") or "setpriv", *NO_RIGHTS]
    try:
        done = start(*words, sys.executable, "-c", "import reportgen")
    except FileNotFoundError:
        pytest.skip("needs setpriv")
    if done.returncode:
        pytest.skip("root may not give rights away here")
    return words


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """Make a folder that nobody may write to, and one below it that nobody may look into."""
    folder = tmp_path / "locked"
    (folder / "closed" / "in").mkdir(parents=True)
    (folder / "closed").chmod(0)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    (folder / "closed").chmod(0o755)


@pytest.mark.parametrize("place", ["out", "closed", "x" * 300])
def test_an_output_that_cannot_be_used_is_one_clear_message(
    shop: Shop, limited: list[object], locked: Path, place: str
) -> None:
    """An archive below a folder without the right to write or to look, or with too long a name: one message, code 1."""
    words = reportgen("run", shop(), "--output", locked / place, *QUICK, "--jobs", "1", "--quiet")
    done = start(*limited, *words)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "archive: expected a place that can be read and written" in done.stderr
    assert FAULT_OF_OURS not in done.stderr


def test_a_temporary_folder_that_cannot_be_written_to_is_one_clear_message(limited: list[object], locked: Path) -> None:
    """A folder that TMPDIR names and that cannot be used is told, not passed over for another."""
    done = start(*limited, sys.executable, "-c", _HOLD, TMPDIR=str(locked))
    assert (done.returncode, done.stdout) == (1, "")
    assert "UnexpectedError" in done.stderr
    assert str(locked) in done.stderr


def test_a_folder_that_cannot_be_read_is_no_empty_one(limited: list[object], tmp_path: Path) -> None:
    """`forget` does not say that it has looked everywhere when it may not look into a store's folder."""
    make_archive(tmp_path / "out")
    store = tmp_path / "out" / "shop" / "paris"
    store.chmod(0)
    try:
        done = start(*limited, *reportgen("archive", "forget", "c001", "--output", tmp_path / "out"))
    finally:
        store.chmod(0o755)
    assert done.returncode == 1, done.stdout


def test_a_path_of_more_than_a_thousand_bytes_is_as_good_as_any(shop: Shop, runs: Runs, tmp_path: Path) -> None:
    """An archive deep down, its path longer than 1,000 bytes, is made and verified."""
    place = tmp_path.joinpath(*["d" * 100] * 11)
    assert [one["status"] for one in runs(shop(), place, *QUICK)] == ["done"]
    assert len(str(place)) > 1_000
    assert verify_archive(LocalStorage(str(place)))[1] == []
    assert not any(stat.S_ISLNK(path.lstat().st_mode) for path in tmp_path.glob("d*"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 40 kB, or skip with a reason."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", folder]
    if os.name != "posix" or os.geteuid() != 0 or start(*words).returncode:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("free", [4_096, 0])
def test_a_full_temporary_folder_is_told(small_disk: Path, free: int) -> None:
    """A temporary folder in which nothing, or almost nothing, can be written is told, not passed over for another."""
    (small_disk / "fill").write_bytes(bytes(40_960 - free))
    done = start(sys.executable, "-c", _HOLD, TMPDIR=str(small_disk))
    assert (done.returncode, done.stdout) == (1, "")
    assert "temporary folder: expected one that can be written to, got " in done.stderr
    assert "No space left on device" in done.stderr or "is full" in done.stderr


def test_a_full_temporary_folder_keeps_nothing(small_disk: Path) -> None:
    """Where a temporary folder could not be made, what was begun of it is gone."""
    (small_disk / "fill").write_bytes(bytes(40_960 - 4_096))
    start(sys.executable, "-c", _HOLD, TMPDIR=str(small_disk))
    left = {path.name for path in small_disk.rglob("*")}
    assert left <= {"fill", MARKER, f"reportgen-{os.getuid()}.tmp"}


def test_a_temporary_folder_that_runs_full_is_one_clear_message(small_disk: Path, tmp_path: Path) -> None:
    """When the stores' lines do not fit into the temporary folder: one message that names the cause, no archive."""
    (tmp_path / "shop").mkdir()
    config = write_shop(tmp_path / "shop", ["Paris", "Lyon"], customers=400)
    (small_disk / "fill").write_bytes(bytes(40_960 - 12_288))
    words = reportgen("run", config, "--output", tmp_path / "out", *QUICK, "--jobs", "1", "--quiet")
    done = start(*words, TMPDIR=str(small_disk))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "No space left on device" in done.stderr
    assert not (tmp_path / "out").exists()
    assert FAULT_OF_OURS not in done.stderr
