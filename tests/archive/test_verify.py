"""Whatever happens to an archive's files after they were written must be named."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from reportgen.archive.runs import keep_run
from reportgen.archive.storage import Storage
from reportgen.archive.verify import verify_archive
from reportgen.runs.index_pages import write_index
from tests.made import MADE, make_manifest

FILES = {"facts.json": b'{"a": 1}', "report.html": b"<p>report</p>" * 50, "report.pdf": bytes(range(256)) * 20}


@pytest.fixture
def archive(storage: Storage) -> Storage:
    """Fill a place with stores of two months, one of them corrected, and its pages; an object store, slower, with one."""
    for store in ("Paris", "a/b") if storage.is_atomic else ("Paris",):
        for number, period in enumerate(("2025-12", "2026-01", "2026-01")):
            run = f"{number + 1:x}{ord(store[0]):015x}"
            keep_run(storage, make_manifest(store, period, run), FILES, MADE)
    write_index(storage)
    return storage


def times(storage: Storage) -> int:
    """Return how many files are changed; an object store, slower, is asked for fewer."""
    return 100 if storage.is_atomic else 30


def named(storage: Storage) -> set[str]:
    """Return the paths that verifying names."""
    return {fault.path for fault in verify_archive(storage)[1]}


def files_of(storage: Storage) -> list[str]:
    """List files that hold bytes of their own: a link in a folder holds none."""
    is_link = isinstance(getattr(storage, "root", None), Path)
    return [path for path in storage.files() if not (is_link and path.endswith("/latest"))]


def test_an_archive_as_written_is_clean(archive: Storage) -> None:
    """Every file is looked at, and none is called other than it was written."""
    assert verify_archive(archive) == (len(archive.files()), [])


def one_of_each_month(storage: Storage, chance: random.Random) -> dict[str, bytes]:
    """Choose a file of each month, and each page, at random; return their contents."""
    by_month: dict[str, list[str]] = {}
    for path in files_of(storage):
        parts = path.split("/")
        by_month.setdefault("/".join(parts[:3]), []).append(path)
    return {path: storage.read(path) for path in map(chance.choice, by_month.values())}


def test_any_flipped_bit_is_named(archive: Storage) -> None:
    """One bit of any file, many times, one in each month at once: these files are named, and no other."""
    chance, flipped = random.Random(1), 0
    while flipped < times(archive):
        chosen = one_of_each_month(archive, chance)
        for path, content in chosen.items():
            at, bit = chance.randrange(len(content)), 1 << chance.randrange(8)
            archive.replace(path, content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
        assert named(archive) == set(chosen)
        for path, content in chosen.items():
            archive.replace(path, content)
        flipped += len(chosen)
    assert named(archive) == set()


def test_any_missing_file_is_named(archive: Storage) -> None:
    """Any file gone, many times, one of each month at once: they are named."""
    chance, gone = random.Random(2), 0
    while gone < times(archive):
        chosen = one_of_each_month(archive, chance)
        for path in chosen:
            archive.remove(path)
        assert set(chosen) <= named(archive)
        for path, content in chosen.items():
            archive.replace(path, content)
        gone += len(chosen)
    assert named(archive) == set()


def test_any_extra_file_is_named(archive: Storage) -> None:
    """A file in any folder of a report, many times, one in each at once: they are named, and no other."""
    chance, added = random.Random(3), 0
    folders = sorted({path.rsplit("/", n)[0] for path in archive.files() for n in (1, 2, 3) if path.count("/") >= n})
    while added < times(archive):
        names = ["x", "facts.json.bak", ".hidden", f"{added}.csv"]
        chosen = {f"{folder}/{chance.choice(names)}" for folder in folders}
        for path in chosen:
            archive.replace(path, b"extra")
        assert named(archive) == chosen
        for path in chosen:
            archive.remove(path)
        added += len(chosen)
    assert named(archive) == set()


def test_a_missing_link_and_a_wrong_one_are_named(archive: Storage) -> None:
    """`latest` gone, or naming a run that is not there, is named."""
    month = "shop/paris/2026-01"
    archive.point(month, "f" * 16)
    assert named(archive) == {f"{month}/latest"}
    archive.remove(f"{month}/latest")
    assert named(archive) == {f"{month}/latest"}


def test_a_run_moved_elsewhere_is_named(archive: Storage) -> None:
    """A run whose files were copied to another month's folder does not pass for one of that month."""
    path = archive.runs()[0]
    for name in (*FILES, "made.json", "manifest.json"):
        archive.replace(f"shop/paris/2025-11/{'9' * 16}/{name}", archive.read(f"{path}/{name}"))
    assert f"shop/paris/2025-11/{'9' * 16}/manifest.json" in named(archive)


def test_one_report_alone_can_be_verified(archive: Storage) -> None:
    """Faults of another report are not told when one is asked for."""
    keep_run(archive, make_manifest(report="other"), FILES, MADE)
    write_index(archive)
    archive.replace(f"other/paris/2026-01/{'0' * 16}/facts.json", b"{}")
    assert verify_archive(archive, "shop")[1] == []
    assert [fault.what.split(",")[0] for fault in verify_archive(archive, "other")[1]] == [
        "damaged: other content than was written"
    ]
