"""The ledger of actions keeps what was said, in the order in which it was said, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reportgen.archive.actions import (
    dump_marks,
    load_list,
    load_marked,
    read_dumped,
    read_marks,
    write_mark,
)
from reportgen.archive.audiences import write_audience
from reportgen.archive.forget import forget_customers
from reportgen.archive.lists import key_mark
from reportgen.archive.runs import keep_run
from reportgen.archive.signing import sign_run
from reportgen.archive.storage import Storage, StorageError
from reportgen.archive.verify import verify_archive
from reportgen.errors import ArchiveError, ConfigError
from reportgen.model.archive import Address, Manifest
from reportgen.model.trials import ActionMark
from reportgen.runs.index_pages import write_index
from tests.archive.test_audiences import audience
from tests.archive.test_forget import KEY
from tests.made import MADE, make_manifest
from tests.made_change import make_followed

FILE = "audiences/rare-buyers-write.csv"
ADDRESS = Address("shop", "paris", "2025-12", "0" * 16)
TRIAL = replace(make_followed()[4], state="proposed")
SENT = ActionMark(TRIAL, ADDRESS.path, FILE, date(2026, 1, 2), "2026-01-02T09:00:00+00:00")
NOT_SENT = replace(SENT, sent_on=None, at="2026-01-01T09:00:00+00:00")


@pytest.fixture
def run(storage: Storage) -> Manifest:
    """Keep a run with the file of an action."""
    manifest = make_manifest("Paris", "2025-12", audience_ids="plain")
    files = {FILE: write_audience(audience(["ann", "bob", "=cyd"]), "plain"), "facts.json": b"{}"}
    kept = keep_run(storage, manifest, files, MADE)
    write_index(storage)
    return kept


def test_the_last_that_was_said_counts(storage: Storage, run: Manifest) -> None:
    """Whatever the times say, what was written later stands; all of it stays, and verifies."""
    assert read_marks(storage, "shop") == {}
    for said in (SENT, NOT_SENT, SENT):
        write_mark(storage, said, ADDRESS)
    assert read_marks(storage, "shop") == {"paris": {TRIAL.id: SENT}}
    write_mark(storage, NOT_SENT, ADDRESS)
    assert read_marks(storage, "shop") == {"paris": {TRIAL.id: NOT_SENT}}
    assert read_marks(storage, "other") == {}
    assert verify_archive(storage)[1] == []
    assert storage.runs() == [run.address.path]


def test_more_than_nine_things_are_in_order(storage: Storage) -> None:
    """The tenth comes after the ninth."""
    for number in range(11):
        write_mark(storage, replace(SENT, at=f"2026-01-02T09:00:{number:02}+00:00"), ADDRESS)
    assert read_marks(storage, "shop")["paris"][TRIAL.id].at.endswith("10+00:00")


def test_the_list_is_read_with_its_arms(storage: Storage, run: Manifest) -> None:
    """An action that was sent has its customers, without those who were forgotten; one that was not needs none."""
    loaded = load_marked(storage, SENT)
    assert (loaded.arms, loaded.ids) == ({"'=cyd": "treat", "ann": "treat", "bob": "hold"}, "plain")
    assert load_marked(storage, NOT_SENT).arms is None
    forget_customers(storage, ["=cyd"], date(2026, 2, 1))
    assert load_marked(storage, SENT).arms == {"ann": "treat", "bob": "hold"}
    storage.replace(f"{run.address.path}/{FILE.replace('.csv', '.2.csv')}", b"customer_id,arm\n")
    assert load_marked(storage, SENT).arms is None
    with pytest.raises(ArchiveError, match="as they were written"):
        load_list(storage, SENT)
    storage.remove_run(run.address.path)
    assert load_marked(storage, SENT).arms is None


def test_a_list_that_is_keyed_by_another_secret_is_not_read(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody would be found by another key, which is not to say that nobody ordered."""
    monkeypatch.setenv("REPORTGEN_CUSTOMER_KEY", KEY)
    origin = {"key": key_mark(KEY.encode())}
    manifest = make_manifest("Paris", "2025-12", audience_ids="hashed", origin=origin)
    keep_run(storage, manifest, {FILE: write_audience(audience(["ann", "bob"]), "hashed")}, MADE)
    assert load_marked(storage, SENT).ids == "hashed"
    assert len(load_marked(storage, SENT).arms or {}) == 2
    for secret in (KEY[::-1], ""):
        monkeypatch.setenv("REPORTGEN_CUSTOMER_KEY", secret)
        assert load_marked(storage, SENT).arms is None
        with pytest.raises(ConfigError, match="REPORTGEN_CUSTOMER_KEY"):
            load_list(storage, SENT)


def test_what_was_said_is_signed_with_its_month(
    storage: Storage, run: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mark that was written before there was a key is signed when its month's run is."""
    write_mark(storage, SENT, ADDRESS)
    monkeypatch.setenv("REPORTGEN_ARCHIVE_KEY", KEY)
    assert any(fault.path.startswith("actions/") for fault in verify_archive(storage)[1])
    assert sign_run(storage, run)
    assert verify_archive(storage)[1] == []
    assert read_marks(storage, "shop") == {"paris": {TRIAL.id: SENT}}
    assert not sign_run(storage, run)


def test_a_damaged_ledger_stops(storage: Storage, run: Manifest) -> None:
    """What cannot be read could be what was sent: nobody goes on without it, and verify names it; so is what is extra."""
    path = write_mark(storage, SENT, ADDRESS)
    content = storage.read(path)
    storage.replace(path, content.replace(b"2026-01-02", b"2026-01-03", 1))
    with pytest.raises(StorageError, match="ledger of actions that is damaged"):
        read_marks(storage, "shop")
    assert [fault.path for fault in verify_archive(storage)[1]] == [path]
    storage.replace(path, content)
    storage.replace("actions/shop/paris/2025-12/notes.txt", b"x")
    assert [(fault.path, fault.what) for fault in verify_archive(storage)[1]] == [
        ("actions/shop/paris/2025-12/notes.txt", "extra: nothing has written it")
    ]
    assert read_marks(storage, "shop") == {"paris": {TRIAL.id: SENT}}
    assert run.address.path in storage.runs()


def test_a_mark_of_another_action_is_refused(storage: Storage) -> None:
    """A file that was given another name is not what it says."""
    path = write_mark(storage, SENT, ADDRESS)
    storage.replace(path.replace(TRIAL.id, "ffffffff"), storage.read(path))
    with pytest.raises(StorageError, match="damaged"):
        read_marks(storage, "shop")
    assert [fault.path for fault in verify_archive(storage)[1] if "ffffffff" in fault.path]


def test_what_a_run_saw_is_kept_as_it_was() -> None:
    """What is archived with a run is read back whole; anything else is refused."""
    assert read_dumped(dump_marks([SENT, NOT_SENT])) == [SENT, NOT_SENT]
    with pytest.raises(ValueError, match=r"."):
        read_dumped(b"{}")
