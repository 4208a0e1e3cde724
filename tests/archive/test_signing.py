"""A signature is given to what a person knows to be theirs, and to nothing else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from reportgen.archive.forget import forget_customers
from reportgen.archive.ledger import Ledger
from reportgen.archive.open import open_storage
from reportgen.archive.runs import is_signed, keep_run, read_manifest
from reportgen.archive.seals import KEY_VARIABLE
from reportgen.archive.signing import sign_run
from reportgen.archive.verify import verify_archive
from reportgen.cli.main import main
from reportgen.errors import ArchiveError
from tests.made import MADE, make_manifest

KEY = "0123456789abcdef"
MADE_ON = date(2026, 2, 1)
LISTED = b'"customer_id","segment"\n"c001",1\n"c002",1\n'


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep a run with a list of customers and a hold of its mail, unsigned; then let there be a key."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    storage = open_storage(str(tmp_path / "archive"))
    manifest = keep_run(storage, make_manifest(run="1" * 16, customer_ids="plain"), {"customers.csv": LISTED}, MADE)
    Ledger(storage, manifest.address).hold(["why"], "2026-01-01")
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    return tmp_path / "archive"


def test_a_run_is_signed_with_its_mail(place: Path) -> None:
    """After a run was signed, nothing of it or of its ledger counts as not signed; a second time nothing is to be done."""
    storage = open_storage(str(place))
    (path,) = storage.runs()
    unsigned = {fault.path for fault in verify_archive(storage)[1] if fault.what.startswith("not signed")}
    assert unsigned == {f"{path}/manifest.json", f"{path}/made.json", f"mail/{path}/held"}
    assert sign_run(storage, read_manifest(storage, path))
    assert not sign_run(storage, read_manifest(storage, path))
    assert not [fault for fault in verify_archive(storage)[1] if "signed" in fault.what]


def test_runs_to_sign_are_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a run or --all nothing is signed."""
    assert main(["archive", "sign", "--output", str(place)]) == 2
    assert "the runs to sign, or --all" in capsys.readouterr().err
    assert main(["archive", "sign", "1111", "--output", str(place)]) == 0
    assert capsys.readouterr().out == "1 runs signed\n"


def test_a_changed_run_is_not_signed(place: Path) -> None:
    """A run whose file has another content is refused."""
    storage = open_storage(str(place))
    (path,) = storage.runs()
    storage.replace(f"{path}/customers.csv", LISTED + b'"evil",1\n')
    with pytest.raises(ValueError, match="another content"):
        sign_run(storage, read_manifest(storage, path))
    assert not is_signed(storage, path)


def test_forgetting_signs_nothing_that_was_not_signed(place: Path) -> None:
    """A renewed manifest is signed if the old one was; a list that was changed is not renewed at all."""
    storage = open_storage(str(place))
    (path,) = storage.runs()
    forget_customers(storage, ["c001"], MADE_ON)
    assert "signature" not in json.loads(storage.read(f"{path}/manifest.json"))
    sign_run(storage, read_manifest(storage, path))
    forget_customers(storage, ["c002"], MADE_ON)
    assert is_signed(storage, path)
    storage.replace(f"{path}/customers-3.csv", LISTED)
    with pytest.raises(ArchiveError, match="expected a list as it was written, got another content than was written"):
        forget_customers(storage, ["c001"], MADE_ON)
    storage.remove(f"{path}/customers-3.csv")
    with pytest.raises(ArchiveError, match="got none"):
        forget_customers(storage, ["c001"], MADE_ON)
