"""A person who is to be forgotten must be gone from every list, and the archive whole at every instant."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from reportgen import columns as c
from reportgen.archive.forget import forget_customers
from reportgen.archive.lists import hash_customer, key_mark, read_rows, write_list
from reportgen.archive.runs import keep_run, read_manifest
from reportgen.archive.storage import Storage
from reportgen.archive.verify import verify_archive
from reportgen.errors import ConfigError
from reportgen.model.artefacts import LIST, MANIFEST
from reportgen.runs.index_pages import write_index
from tests.made import MADE, make_manifest

KEY = "0123456789abcdef0123456789abcdef"
TODAY = date(2026, 3, 5)
LISTED = pd.DataFrame(
    {
        c.CUSTOMER_ID: ["=cmd|' /C calc'!A1", "ann", "ann2", "bob, jr"],
        c.SEGMENT: [1, 1, 2, 2],
        c.SEGMENT_NAME: ["A", "A", "B", "B"],
        c.PREVIOUS_SEGMENT: [None] * 4,
        c.TOTAL_SALES: [10.0, 20.0, 30.0, 40.0],
        c.ORDER_COUNT: [1, 2, 3, 4],
        c.AVG_ORDER_VALUE: [10.0, 10.0, 10.0, 10.0],
        c.RECENCY_DAYS: [5, 6, 7, 8],
        c.KEPT_SHARE: [1.0, 0.505, 0.125, float("nan")],
        c.NEXT_ORDER: [pd.Timestamp(2026, 3, 1)] * 3 + [pd.NaT],
        c.ORDER_CHANCE: [0.5, 0.25, 0.125, float("nan")],
        c.ACTION: ["write-to-them"] * 2 + [""] * 2,
        c.ARM: ["treat", "hold", "", ""],
    }
)


@pytest.fixture
def archive(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """Fill a place with a plain list, a hashed one, and a run without a list."""
    monkeypatch.setenv("REPORTGEN_CUSTOMER_KEY", KEY)
    for number, ids in enumerate(("plain", "hashed"), start=1):
        origin = {"key": key_mark(KEY.encode())}
        manifest = make_manifest(run=f"{number:016x}", customer_ids=ids, origin=origin)
        keep_run(storage, manifest, {LIST: write_list(LISTED, ids, "2026-01")}, MADE)
    keep_run(storage, make_manifest("Lyon"), {"facts.json": b"{}"}, MADE)
    write_index(storage)
    return storage


def ids_in(storage: Storage, run: str) -> list[str]:
    """Return the ids of a run's present list."""
    path = f"shop/paris/2026-01/{run}"
    (name,) = read_manifest(storage, path).files
    return [row[0] for row in read_rows(storage.read(f"{path}/{name}"))][1:]


@pytest.mark.parametrize("customer", ["ann", "bob, jr", "=cmd|' /C calc'!A1"])
def test_a_customer_is_gone_from_every_list(archive: Storage, customer: str) -> None:
    """One row goes from each list, everybody else stays, and the archive verifies."""
    done = forget_customers(archive, [customer], TODAY)
    assert (done.lists, len(done.changed)) == (2, 2)
    rest = [one for one in LISTED[c.CUSTOMER_ID] if one != customer]
    assert [one.removeprefix("'") for one in ids_in(archive, f"{1:016x}")] == rest
    assert set(ids_in(archive, f"{2:016x}")) == {hash_customer(one, KEY.encode()) for one in rest}
    assert verify_archive(archive)[1] == []


def test_the_note_says_when_and_never_who(archive: Storage) -> None:
    """The renewed manifests hold the day and the number; the id is in no file of the archive any more."""
    forget_customers(archive, ["bob, jr"], TODAY)
    for run in (1, 2):
        (note,) = read_manifest(archive, f"shop/paris/2026-01/{run:016x}").forgotten
        assert (note.on, note.customers) == (TODAY, 1)
    assert not any(b"bob" in archive.read(path) for path in archive.files() if not path.endswith("/latest"))


def test_who_is_in_no_list_changes_nothing(archive: Storage) -> None:
    """An id that nobody has, or that is only a part of one, leaves every byte as it was."""
    before = {path: archive.read(path) for path in archive.files() if not path.endswith("/latest")}
    assert forget_customers(archive, ["an"], TODAY).changed == ()
    assert {path: archive.read(path) for path in archive.files() if not path.endswith("/latest")} == before


def test_all_ids_of_a_customer_are_forgotten_at_once(archive: Storage) -> None:
    """One who had another id before is named by both; which id no list has is told."""
    done = forget_customers(archive, ["nobody", "ann", "ann2"], TODAY)
    assert (len(done.changed), done.unknown) == (2, (0,))
    assert len(ids_in(archive, f"{1:016x}")) == 2
    (note,) = read_manifest(archive, f"shop/paris/2026-01/{1:016x}").forgotten
    assert note.customers == 2


def test_two_can_be_forgotten_one_after_the_other(archive: Storage) -> None:
    """Each forgetting is noted, and the second finds the list that the first has written."""
    for customer in ("ann", "ann2"):
        assert len(forget_customers(archive, [customer], TODAY).changed) == 2
    assert len(read_manifest(archive, f"shop/paris/2026-01/{1:016x}").forgotten) == 2
    assert len(ids_in(archive, f"{1:016x}")) == 2


def test_a_killed_forgetting_is_finished_by_the_next(archive: Storage) -> None:
    """An old list that a killed `forget` left beside the new one is named by verify and removed by the next forget."""
    path = f"shop/paris/2026-01/{1:016x}"
    old = archive.read(f"{path}/{LIST}")
    forget_customers(archive, ["ann"], TODAY)
    archive.replace(f"{path}/{LIST}", old)
    assert [fault.path for fault in verify_archive(archive)[1]] == [f"{path}/{LIST}"]
    forget_customers(archive, ["ann"], TODAY)
    assert verify_archive(archive)[1] == []


def test_hashed_lists_need_their_secret(archive: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the secret nothing is touched, for nobody could say that all lists were looked through."""
    before = archive.read(f"shop/paris/2026-01/{1:016x}/{MANIFEST}")
    for secret in ("", KEY[::-1]):
        monkeypatch.setenv("REPORTGEN_CUSTOMER_KEY", secret)
        with pytest.raises(ConfigError, match="REPORTGEN_CUSTOMER_KEY"):
            forget_customers(archive, ["ann"], TODAY)
    assert archive.read(f"shop/paris/2026-01/{1:016x}/{MANIFEST}") == before
