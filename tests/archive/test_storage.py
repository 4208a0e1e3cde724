"""A folder and an object store must keep the same promises."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reportgen.archive.local import LocalStorage
from reportgen.archive.open import open_storage
from reportgen.archive.runs import find_run, has_whole_run, keep_run, list_manifests, read_made, read_manifest
from reportgen.archive.storage import STAGING, Storage, StorageError
from reportgen.archive.verify import verify_archive
from reportgen.errors import ConfigError
from reportgen.model.artefacts import MANIFEST
from reportgen.tempdirs import content_of, make_marked
from tests.conftest import ROOT, Command
from tests.made import MADE, make_manifest

FILES = {"facts.json": b"{}", "report.html": b"<p>\xc3\xa9</p>"}
FIRST, SECOND = "1" * 16, "2" * 16


def test_a_run_is_kept_and_found(storage: Storage) -> None:
    """What was kept is read back, `latest` names it, and nothing of it lies beside."""
    kept = keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    path = kept.address.path
    assert storage.runs() == [path] == [f"shop/paris/2026-01/{FIRST}"]
    assert storage.pointed("shop/paris/2026-01") == FIRST
    assert read_manifest(storage, path) == kept
    assert read_made(storage, path) == MADE
    assert {name: storage.read(f"{path}/{name}") for name in FILES} == FILES
    assert has_whole_run(storage, kept.address)
    expected = {*FILES, "made.json", MANIFEST}
    assert set(storage.files()) == {f"{path}/{name}" for name in expected} | {"shop/paris/2026-01/latest"}


def test_the_same_run_twice_is_one(storage: Storage) -> None:
    """Writing a run that is there already changes nothing and is no fault."""
    keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    assert len(list_manifests(storage)) == 1


def test_latest_moves_and_moves_back(storage: Storage) -> None:
    """`latest` names the run that was kept last; the earlier one stays."""
    first = keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    keep_run(storage, make_manifest(run=SECOND), FILES, MADE)
    assert storage.pointed(first.address.month) == SECOND
    storage.point(first.address.month, FIRST)
    assert storage.pointed(first.address.month) == FIRST
    assert [one.run for one in list_manifests(storage)] == [FIRST, SECOND]


def test_a_damaged_run_is_replaced(storage: Storage) -> None:
    """A run whose manifest is gone does not count as kept, and keeping it again makes it whole."""
    kept = keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    storage.remove(f"{kept.address.path}/{MANIFEST}")
    assert not storage.has_run(kept.address.path)
    keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    assert has_whole_run(storage, kept.address)


def test_removing_a_run_leaves_the_others(storage: Storage) -> None:
    """A removed run does not exist any more, and its neighbour is untouched."""
    first = keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    second = keep_run(storage, make_manifest(run=SECOND), FILES, MADE)
    storage.remove_run(first.address.path)
    assert storage.runs() == [second.address.path]
    assert not any(first.run in path for path in storage.files())
    assert has_whole_run(storage, second.address)


def test_one_file_is_replaced(storage: Storage) -> None:
    """A page is replaced by another, and removing what is not there is no fault."""
    for content in (b"old", b"new"):
        storage.replace("shop/index.html", content)
    assert storage.read("shop/index.html") == b"new"
    storage.remove("shop/index.html")
    storage.remove("shop/index.html")
    with pytest.raises(FileNotFoundError):
        storage.read("shop/index.html")


def test_a_session_marks_what_is_under_way(storage: Storage) -> None:
    """While a session is open the archive says so; when it has ended well nothing of it is left."""
    assert not storage.is_unfinished()
    with storage.session():
        assert storage.is_unfinished()
        assert storage.files() == []
        keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    assert not storage.is_unfinished()
    assert not any(STAGING in path for path in storage.files())


def test_an_empty_place_has_no_runs(storage: Storage) -> None:
    """Nothing is found where nothing was kept, and nothing is wrong with it."""
    assert (storage.runs(), storage.files(), storage.pointed("shop/paris/2026-01")) == ([], [], None)
    assert verify_archive(storage) == (0, [])


def test_runs_are_found_as_people_type_them(storage: Storage) -> None:
    """A run is found by the beginning of its id, by its folder, and a month's present run by its path."""
    keep_run(storage, make_manifest(run="1234" + "0" * 12), FILES, MADE)
    kept = keep_run(storage, make_manifest(run="1299" + "0" * 12), FILES, MADE)
    path = kept.address.path
    for typed in ("1299", path, f"{storage.place}/{path}", f"{path}/report.html", "shop/paris/2026-01"):
        assert find_run(storage, typed) == kept, typed
    assert find_run(storage, "1234").run.startswith("1234")
    for typed in ("12", "beef", "shop/paris/2026-02", ""):
        with pytest.raises(ConfigError, match="the id of a run"):
            find_run(storage, typed)


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    """Debris of a process that is gone vanishes with the next session, and `latest` is set where it was cut short."""
    storage = LocalStorage(str(tmp_path))
    kept = keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    (tmp_path / kept.address.month / "latest").unlink()
    (tmp_path / STAGING).mkdir(exist_ok=True)
    left = make_marked(tmp_path / STAGING)
    (content_of(left) / "half").write_text("half")
    (tmp_path / STAGING / "tmpx").mkdir()
    assert verify_archive(storage)[1] == []
    with storage.session():
        assert not left.exists()
        assert not (tmp_path / STAGING / "tmpx").exists()
        assert storage.pointed(kept.address.month) == FIRST


def test_what_others_keep_in_the_staging_area_stays(tmp_path: Path) -> None:
    """A folder of somebody else's that has the name of our staging area keeps all that is in it."""
    theirs = tmp_path / STAGING / "settings"
    theirs.mkdir(parents=True)
    (theirs / "precious").write_text("x")
    (tmp_path / STAGING / "note").write_text("x")
    storage = LocalStorage(str(tmp_path))
    with storage.session():
        keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    assert (theirs / "precious").read_text() == (tmp_path / STAGING / "note").read_text() == "x"
    assert sorted(path.name for path in (tmp_path / STAGING).iterdir()) == ["note", "settings"]
    assert not storage.is_unfinished()


def test_a_run_s_folder_with_others_files_in_it_is_neither_removed_nor_replaced(storage: Storage) -> None:
    """Whatever else stands in a run's folder is named, and stays with all the rest."""
    kept = keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    path = kept.address.path
    for name in ("notes.txt", "more/customers.csv"):
        storage.replace(f"{path}/{name}", b"precious")
    before = {name: storage.read(name) for name in storage.files(path)}
    with pytest.raises(StorageError, match=r"files of the run alone.*more/customers.csv', 'notes.txt"):
        storage.remove_run(path)
    with pytest.raises(StorageError, match="Move them somewhere else first"):
        keep_run(storage, make_manifest(run=FIRST), {**FILES, "report.html": b"other"}, MADE)
    assert {name: storage.read(name) for name in storage.files(path)} == before


OUTSIDE = ("../x", "/etc/x", "shop/../../x", "shop//x", "shop/./x", "shop\\..\\x", "shop/\0x")


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leads_out_of_an_archive(storage: Storage, path: str) -> None:
    """Whatever a manifest or a caller says, nothing outside is read, written or removed."""
    for write in (storage.replace, storage.create, storage.put_run):
        with pytest.raises(StorageError, match="No path may lead out"):
            write(path, {} if write == storage.put_run else b"")  # type: ignore[operator]
    for change in (storage.remove, storage.remove_run):
        with pytest.raises(StorageError, match="No path may lead out"):
            change(path)
    assert not storage.has_run(path)
    assert storage.pointed(path) is None
    with pytest.raises(FileNotFoundError):
        storage.read(path)


def test_links_inside_an_archive_are_not_followed(tmp_path: Path) -> None:
    """Where a link stands for a folder of the archive, nothing is read, written or removed behind it."""
    storage, outside = LocalStorage(str(tmp_path / "archive")), tmp_path / "outside"
    kept = keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    path, month = kept.address.path, kept.address.month
    store = tmp_path / "archive" / "shop" / "paris"
    store.rename(outside)
    store.symlink_to(outside)
    before = sorted((str(one), one.stat().st_mtime_ns) for one in outside.rglob("*"))
    assert storage.runs() == []
    assert not storage.has_run(path)
    assert storage.pointed(month) is None
    with pytest.raises(FileNotFoundError):
        storage.read(f"{path}/facts.json")
    for change in (
        lambda: storage.replace(f"{path}/facts.json", b"x"),
        lambda: storage.create(f"{path}/new.json", b"x"),
        lambda: storage.remove(f"{path}/facts.json"),
        lambda: storage.remove_run(path),
        lambda: storage.point(month, SECOND),
        lambda: keep_run(storage, make_manifest(run=SECOND), FILES, MADE),
    ):
        with pytest.raises(StorageError, match="a link to somewhere else"):
            change()
    assert sorted((str(one), one.stat().st_mtime_ns) for one in outside.rglob("*")) == before


def test_a_file_that_is_a_link_is_replaced_not_written_through(tmp_path: Path) -> None:
    """Replacing and removing a file touch the link itself; reading one finds no file; a pipe is none either."""
    storage, precious = LocalStorage(str(tmp_path / "archive")), tmp_path / "precious"
    storage.replace("shop/index.html", b"x")
    precious.write_text("precious")
    page = tmp_path / "archive" / "shop" / "index.html"
    for change in (lambda: storage.replace("shop/index.html", b"new"), lambda: storage.remove("shop/index.html")):
        page.unlink(missing_ok=True)
        page.symlink_to(precious)
        with pytest.raises(FileNotFoundError):
            storage.read("shop/index.html")
        change()
        assert precious.read_text() == "precious"
    os.mkfifo(page)
    with pytest.raises(FileNotFoundError):
        storage.read("shop/index.html")
    page.unlink()
    storage.replace("shop/index.html", b"12345")
    with pytest.raises(ValueError, match="5 bytes, more than the 4"):
        storage.read("shop/index.html", 4)


def test_latest_names_a_run_or_nothing(tmp_path: Path) -> None:
    """A link that leads out of its month names no run."""
    storage = LocalStorage(str(tmp_path))
    kept = keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    link = tmp_path / kept.address.month / "latest"
    for target in ("../../../../etc", "/etc", f"../2026-01/{FIRST}", "x"):
        link.unlink()
        link.symlink_to(target)
        assert storage.pointed(kept.address.month) is None
    assert [fault.what for fault in verify_archive(storage)[1] if fault.path.endswith("latest")] == [
        "damaged: it names no run"
    ]


def test_what_a_living_run_stages_is_left_alone(tmp_path: Path) -> None:
    """A second session does not sweep what the first has under its hands."""
    first, second = LocalStorage(str(tmp_path)), LocalStorage(str(tmp_path))
    with first.session():
        before = set((tmp_path / STAGING).iterdir())
        with second.session():
            assert before < set((tmp_path / STAGING).iterdir())
        assert before == set((tmp_path / STAGING).iterdir())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_failing_disk_is_one_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """When a disk fails while a run is written, neither a file nor a folder of it stays."""
    storage = LocalStorage(str(tmp_path / "archive"))

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageError, match=os.strerror(number)):
        keep_run(storage, make_manifest(run=FIRST), FILES, MADE)
    monkeypatch.undo()
    assert not (tmp_path / "archive").exists()


def _mounted(folder: Path, *options: str) -> bool:
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)]
    return (
        os.name == "posix"
        and os.geteuid() == 0
        and subprocess.run(words, capture_output=True, check=False).returncode == 0
    )


@pytest.mark.parametrize("stores", [False, True])
def test_a_full_disk_is_one_error(command: Command, call: Command, sample: Path, tmp_path: Path, stores: bool) -> None:
    """A small disk that runs full, for one report and for many: one message, exit code 1, nothing half-written."""
    disk = tmp_path / "disk"
    if not _mounted(disk, "-o", "size=300k"):
        pytest.skip("needs the right to mount a small disk")
    try:
        words = ("run", sample / "sample.yaml", "--output", disk / "archive", "--set", "outputs=[html]")
        done = command(*words, "--set", "stores.by=Store") if stores else call(*words)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
        assert "No space left on device" in done.stderr
        assert not any(STAGING in str(path) for path in disk.rglob("*"))
        assert [
            fault for fault in verify_archive(open_storage(str(disk / "archive")))[1] if "index" not in fault.path
        ] == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_read_only_archive_is_one_error(call: Command, sample: Path, tmp_path: Path) -> None:
    """An archive on a disk that cannot be written to: one message, exit code 1, before any report is made."""
    disk = tmp_path / "disk"
    if not _mounted(disk, "-o", "ro"):
        pytest.skip("needs the right to mount a disk")
    try:
        done = call("run", sample / "sample.yaml", "--output", disk, "--set", "outputs=[html]")
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
        assert "Read-only file system" in done.stderr
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_url_nobody_knows_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A URL of a kind that no library knows is a mistake of the config."""
    with pytest.raises(ConfigError, match="nonsense"):
        open_storage("nonsense://bucket")


def test_a_bucket_that_is_missing_is_told(s3_bucket: str) -> None:
    """A bucket that is not there is one clear error."""
    storage = open_storage("s3://not-there/reports")
    with pytest.raises(StorageError, match="bucket"), storage.session():
        pass


def test_a_file_is_created_once(storage: Storage) -> None:
    """The first who creates a file is told so, every other is not, and the content stays the first's."""
    assert storage.create("mail/a/one", b"mine")
    assert not storage.create("mail/a/one", b"yours")
    assert storage.read("mail/a/one") == b"mine"
    assert storage.create("mail/a/two", b"yours")
    assert storage.files("mail") == ["mail/a/one", "mail/a/two"]


def test_a_file_is_created_once_where_there_are_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without hard links keeps the promise too."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    place = LocalStorage(str(tmp_path / "out"))
    assert place.create("mail/one", b"mine")
    assert not place.create("mail/one", b"yours")
    assert place.read("mail/one") == b"mine"


def test_a_folder_is_held_by_one(tmp_path: Path) -> None:
    """A second process that wants the same folder waits until the first lets it go."""
    place = LocalStorage(str(tmp_path / "out"))
    code = "import sys; from reportgen.archive.local import LocalStorage as L\nwith L(sys.argv[1]).alone('mail'): print('in')"
    with place.alone("mail"):
        words = [sys.executable, "-c", code, str(tmp_path / "out")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        other = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=1.5)
    assert other.communicate(timeout=60)[0] == "in\n"


def test_a_folder_by_its_url_is_that_folder(tmp_path: Path) -> None:
    """What holds for links in a folder holds for one that is named as a URL."""
    for scheme in ("file", "local"):
        storage = open_storage(f"{scheme}://{tmp_path}/archive")
        assert isinstance(storage, LocalStorage)
        assert storage.place == f"{tmp_path}/archive"


def test_what_a_killed_replacement_left_is_put_back_even_into_a_month_that_is_gone(tmp_path: Path) -> None:
    """A leftover whose month has no folder any more stops no session; one that leads out by a link neither."""
    storage = LocalStorage(str(tmp_path / "archive"))
    path = f"shop/paris/2026-01/{FIRST}"
    (tmp_path / "archive" / STAGING).mkdir(parents=True)
    (tmp_path / "archive" / "away").symlink_to(tmp_path)
    for target in (path, f"away/paris/2026-01/{FIRST}"):
        left = content_of(make_marked(tmp_path / "archive" / STAGING))
        (left / "old").mkdir()
        (left / "old" / "facts.json").write_text("{}")
        (left / "target").write_text(target)
    with storage.session():
        assert storage.read(f"{path}/facts.json") == b"{}"
    assert not (tmp_path / "paris").exists()
