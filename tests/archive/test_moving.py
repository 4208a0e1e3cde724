"""Tests of archives that are moved, or were copied in a way that loses something: nothing goes on in silence."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

import pytest

from reportgen.archive.identity import give_identity, read_identity
from reportgen.archive.ledger import has_mailed, note_agreed
from reportgen.archive.open import open_storage
from reportgen.archive.verify import verify_archive
from tests.conftest import Command, Runs
from tests.shops import contents, write_shop

STORES = ["York", "Bath"]
OUTPUTS = ("--set", "outputs=[]", "--jobs", "1")


@pytest.fixture
def kept(runs: Runs, tmp_path: Path) -> Path:
    """Make an archive of a config of two stores and their chain; return the config, beside which it stands."""
    config = write_shop(tmp_path, STORES)
    runs(config, tmp_path / "out", *OUTPUTS)
    return config


def test_an_archive_has_an_id_that_stays(kept: Path, runs: Runs, tmp_path: Path) -> None:
    """The first run gives it, later ones keep it, and another archive has another."""
    first = read_identity(open_storage(str(tmp_path / "out")))
    assert first is not None
    assert len(first) == 12
    runs(kept, tmp_path / "out", *OUTPUTS)
    assert read_identity(open_storage(str(tmp_path / "out"))) == first
    runs(kept, tmp_path / "other", *OUTPUTS)
    assert read_identity(open_storage(str(tmp_path / "other"))) != first


def test_an_id_that_the_config_names_is_held_to(kept: Path, call: Command, tmp_path: Path) -> None:
    """With the id in the config a run uses that archive, wherever it is, and no other or new one; nothing is made."""
    known = read_identity(open_storage(str(tmp_path / "out")))
    stated = ("--set", f"archive.id={known}", *OUTPUTS)
    assert call("run", kept, "--output", tmp_path / "out", *stated).returncode == 0
    done = call("run", kept, "--output", tmp_path / "new", *stated)
    assert (done.returncode, (tmp_path / "new").exists()) == (2, False)
    assert f"archive.id: expected the archive '{known}', got a new one" in done.stderr
    done = call("run", kept, "--output", tmp_path / "out", *OUTPUTS, "--set", "archive.id=bcdfghjkmnpq")
    assert f"got '{known}'" in done.stderr
    assert call("run", kept, "--output", tmp_path / "out", "--set", "archive.id=x").returncode == 2


def test_a_damaged_id_is_told(kept: Path, call: Command, tmp_path: Path) -> None:
    """What says which archive it is may rot as any other file may: the run stops, and `verify` names it."""
    path = tmp_path / "out" / "archive.json"
    path.write_text(path.read_text().replace('"id"', '"ib"'))
    done = call("run", kept, "--output", tmp_path / "out", *OUTPUTS)
    assert done.returncode == 6
    assert "the id of an archive" in done.stderr
    done = call("archive", "verify", "--output", tmp_path / "out")
    assert (done.returncode, "archive.json: damaged" in done.stderr) == (6, True)


def test_an_archive_without_links_stops_a_run_until_it_is_repaired(kept: Path, call: Command, tmp_path: Path) -> None:
    """Copied without its links nothing says which runs are present: a run stops, `repair` makes it what it was."""
    out, copied = tmp_path / "out", tmp_path / "copied"
    shutil.copytree(out, copied, ignore=shutil.ignore_patterns("latest", "index.html"))
    done = call("run", kept, "--output", copied, *OUTPUTS)
    assert done.returncode == 6
    assert "expected 'latest' in each month that has runs, got 3 without it" in done.stderr
    assert f"archive repair --output {copied}" in done.stderr
    done = call("archive", "repair", "--output", copied)
    assert (done.returncode, done.stdout.count("latest  ")) == (0, 3)
    assert contents(copied) == contents(out)
    assert call("archive", "repair", "--output", copied).stdout.startswith("0 months")
    assert call("run", kept, "--output", copied, *OUTPUTS).returncode == 0


def test_links_that_a_copy_has_followed_are_links_again(kept: Path, call: Command, tmp_path: Path) -> None:
    """A copy that has a folder in the place of each link is repaired too, unless the folder holds something else."""
    out, copied = tmp_path / "out", tmp_path / "copied"
    shutil.copytree(out, copied)
    done = call("archive", "repair", "--output", copied)
    assert done.returncode == 0, done.stderr
    assert contents(copied) == contents(out)
    link = next(copied.glob("*/york/*/latest"))
    link.unlink()
    link.mkdir()
    (link / "mine.txt").write_text("mine")
    done = call("archive", "repair", "--output", copied)
    assert (done.returncode, "a folder where a link should be" in done.stderr) == (1, True)
    assert (link / "mine.txt").read_text() == "mine"


def test_of_several_runs_the_last_one_made_is_the_present_one(kept: Path, call: Command, tmp_path: Path) -> None:
    """A month that was made again is repaired to the run that replaced the other, and that is told."""
    out = tmp_path / "out"
    with (tmp_path / "lines.csv").open("a") as file:
        file.write("more,c1,2026-01-20 10:00,P,Tea,1,7.00,York\n")
    later = call("run", kept, "--output", out, *OUTPUTS, SOURCE_DATE_EPOCH="1771000000")
    assert later.returncode == 0
    before = contents(out)
    for link in out.glob("*/*/*/latest"):
        link.unlink()
    done = call("archive", "repair", "--output", out)
    assert "the one of 2 that was made last" in done.stdout
    assert contents(out) == before


def test_an_archive_is_moved_whole(kept: Path, call: Command, runs: Runs, s3_bucket: str, tmp_path: Path) -> None:
    """From a folder to an object store and back: every byte, link and id; the old place says where it is now."""
    out, bucket, back = tmp_path / "out", f"{s3_bucket}/{uuid.uuid4().hex}", tmp_path / "back"
    (out / "notes").mkdir()
    (out / "notes" / "mine.txt").write_text("not of an archive")
    before, identity = contents(out), read_identity(open_storage(str(out)))
    done = call("archive", "move", bucket, "--output", out)
    assert done.returncode == 0, done.stderr
    assert "left where it is" in done.stdout
    assert f'archive: {{path: "{bucket}", id: {identity}}}' in done.stdout
    stopped = call("run", kept, "--output", out, *OUTPUTS)
    assert (stopped.returncode, f"one that has moved to {bucket}" in stopped.stderr) == (2, True)
    ends = runs(kept, bucket, *OUTPUTS, "--set", f"archive.id={identity}")
    assert {one["status"] for one in ends} == {"unchanged"}
    assert call("archive", "move", back, "--output", bucket).returncode == 0
    del before["notes/mine.txt"]
    assert contents(back) == before
    assert read_identity(open_storage(str(back))) == identity
    assert verify_archive(open_storage(str(back)))[1] == []


def test_a_move_that_was_cut_short_is_gone_on_with(kept: Path, call: Command, tmp_path: Path) -> None:
    """A copy that lacks runs is completed by the same command; a damaged archive is not copied at all."""
    out, other = tmp_path / "out", tmp_path / "other"
    whole = contents(out)
    give_identity(open_storage(str(other)), read_identity(open_storage(str(out))))
    run = next(out.glob("*/york/*/latest")).resolve()
    shutil.copytree(run, other / run.relative_to(out))
    (other / run.relative_to(out) / "facts.json").write_text("{}")  # half of a file
    facts = next(out.glob("*/bath/*/*/facts.json"))
    content = facts.read_bytes()
    facts.write_bytes(b"{}")
    done = call("archive", "move", other, "--output", out)
    assert (done.returncode, "Mend that first" in done.stderr) == (6, True)
    facts.write_bytes(content)
    assert call("archive", "move", other, "--output", out).returncode == 0
    assert contents(other) == whole


def test_another_archive_is_not_moved_into(kept: Path, call: Command, runs: Runs, tmp_path: Path) -> None:
    """Two archives are never mixed, nor is one moved twice."""
    runs(kept, tmp_path / "other", *OUTPUTS)
    done = call("archive", "move", tmp_path / "other", "--output", tmp_path / "out")
    assert (done.returncode, "expected a place without an archive" in done.stderr) == (2, True)
    assert call("archive", "move", tmp_path / "new", "--output", tmp_path / "out").returncode == 0
    done = call("archive", "move", tmp_path / "newer", "--output", tmp_path / "out")
    assert (done.returncode, "has moved to" in done.stderr) == (2, True)


def test_mail_is_known_by_report(tmp_path: Path) -> None:
    """A note to the operators or a test is no mail to readers, and that of another report does not count."""
    storage = open_storage(str(tmp_path))
    storage.replace("mail/shop/operators/2026-01/0123456789abcdef/held", b"{}")
    assert not has_mailed(storage, "shop")
    for name in ("0123456789abcdef.json", "0123456789abcdef.eml", "test-0123456789abcdef-0123456789abcdef.1.ended"):
        storage.replace(f"mail/shop/york/2026-01/0123456789abcdef/{name}", b"{}")  # a test
    assert not has_mailed(storage, "shop")
    storage.replace("mail/shop/york/2026-01/0123456789abcdef/held", b"{}")
    assert has_mailed(storage, "shop")
    note_agreed(storage, "hats")
    assert has_mailed(storage, "hats")
    assert not [fault for fault in verify_archive(storage)[1] if fault.path == "mail/hats/agreed"]
    assert not has_mailed(storage, "sho")


def test_an_archive_is_moved_to_a_place_beside_it_and_back(kept: Path, call: Command, tmp_path: Path) -> None:
    """Its own place, or one within it, is refused and it is used on; moved there and back it is used where it was."""
    out = tmp_path / "out"
    for place in (out, out / "within", f"{out}/../out"):
        done = call("archive", "move", place, "--output", out)
        assert (done.returncode, "expected a place beside the archive" in done.stderr) == (2, True)
    assert call("run", kept, "--output", out, *OUTPUTS).returncode == 0
    before = contents(out)
    assert call("archive", "move", tmp_path / "other", "--output", out).returncode == 0
    assert call("archive", "move", out, "--output", tmp_path / "other").returncode == 0
    assert call("run", kept, "--output", out, *OUTPUTS).returncode == 0
    assert call("run", kept, "--output", tmp_path / "other", *OUTPUTS).returncode == 2
    assert contents(out) == before


def test_what_is_gone_here_goes_there(kept: Path, call: Command, tmp_path: Path) -> None:
    """What an interrupted copy has left and this archive no longer has is not brought back by the next one."""
    out, other = tmp_path / "out", tmp_path / "other"
    shutil.copytree(out, other, symlinks=True)
    storage = open_storage(str(other))
    storage.replace("mail/report/york/2026-01/0123456789abcdef/held", b"{}")
    run = next(path for path in storage.runs() if "/york/" in path)
    shutil.copytree(other / run, other / f"{run[:-16]}{'f' * 16}")
    manifest = other / f"{run[:-16]}{'f' * 16}" / "manifest.json"
    assert manifest.exists()
    done = call("archive", "move", other, "--output", out)
    assert done.returncode == 0, done.stderr
    moved = contents(out)
    assert "moved.json" in moved
    del moved["moved.json"]
    assert contents(other) == moved


def test_links_that_a_copy_has_followed_to_an_object_store(
    kept: Path, call: Command, s3_bucket: str, tmp_path: Path
) -> None:
    """Files below `latest` that are copies of a run's go; another file there stays and is named by `verify`."""
    out, bucket = tmp_path / "out", f"{s3_bucket}/{uuid.uuid4().hex}"
    storage = open_storage(bucket)
    for path in sorted(out.rglob("*")):
        if path.is_file() and not path.is_symlink():
            storage.replace(path.relative_to(out).as_posix(), path.read_bytes())
    for link in out.glob("*/*/*/latest"):
        for path in link.iterdir():
            storage.replace(f"{link.relative_to(out).as_posix()}/{path.name}", path.read_bytes())
    for _ in range(2):
        done = call("run", kept, "--output", bucket, *OUTPUTS)
        assert (done.returncode, "expected 'latest' in each month" in done.stderr) == (6, True)
    assert call("archive", "repair", "--output", bucket).returncode == 0
    assert verify_archive(storage)[1] == []
    assert call("run", kept, "--output", bucket, *OUTPUTS).returncode == 0
