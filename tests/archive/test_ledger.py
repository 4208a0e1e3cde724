"""The ledger says what became of each reader's mail, whatever instant a process ends at."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from reportgen.archive.ledger import (
    TEST,
    Ledger,
    key_of,
    mail_folder,
    mark_held,
    read_run_ledger,
    read_run_ledgers,
)
from reportgen.archive.mail_pruning import drop_messages
from reportgen.archive.open import open_storage
from reportgen.archive.seals import digest
from reportgen.archive.storage import Storage, StorageError
from reportgen.archive.verify import verify_archive
from reportgen.archive.verify_mail import verify_mail
from reportgen.model.mail import Intent, LedgerEntry, MailState
from tests.made import make_manifest

RUN = make_manifest(run="1" * 16)
ADDRESS = RUN.address
ANN, BOB = "ann@example.org", "Bob@Example.org"


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Open an empty archive, in a folder and behind a URL."""
    if request.param == "folder":
        return open_storage(str(tmp_path / "out"))
    return open_storage(f"{request.getfixturevalue('s3_bucket')}/{tmp_path.name}")


CONTENT = b"Subject: x\r\n\r\nHello"
KEY = digest(CONTENT)[:16]


def intend(storage: Storage, *recipients: str, is_test: bool = False) -> Intent:
    """Write a message down."""
    at, says = "2026-02-01T06:00:00+00:00", "s" * 64
    intent = Intent(KEY, "<m@example.org>", "x", at, recipients, says, digest(CONTENT), len(CONTENT), is_test)
    Ledger(storage, ADDRESS).intend(intent, CONTENT)
    return intent


def entry(
    address: str, state: MailState = "unknown", at: str = "2026-02-01T06:00:01+00:00", detail: str = ""
) -> LedgerEntry:
    """Make an entry."""
    return LedgerEntry(address, KEY, at, state, detail)


def state_of(storage: Storage, address: str) -> tuple[str, int, bool] | None:
    """Return what the ledger says of an address: state, times begun, whether it may be sent."""
    status = read_run_ledger(storage, ADDRESS).status_of(address)
    return None if status is None else (status.last.state, status.begun, status.is_open)


def test_an_empty_ledger_knows_nobody(storage: Storage) -> None:
    """Without a line there is no recipient, no intent and no hold."""
    page = read_run_ledger(storage, ADDRESS)
    assert (dict(page.recipients), dict(page.intents), page.hold) == ({}, {}, None)


def test_the_life_of_a_message(storage: Storage) -> None:
    """Intended, begun, ended: at each instant the ledger says what a reader may have."""
    ledger = Ledger(storage, ADDRESS)
    assert state_of(storage, ANN) is None
    intent = intend(storage, ANN, BOB)
    assert read_run_ledger(storage, ADDRESS).intents == {intent.key: intent}
    assert state_of(storage, ANN) == ("begun", 0, True)
    assert ledger.begin(entry(ANN), 1)
    assert state_of(storage, ANN) == ("unknown", 1, False)
    assert state_of(storage, BOB) == ("begun", 0, True)
    ledger.end(entry(ANN, "sent", detail="250 queued"), 1)
    assert state_of(storage, ANN) == ("sent", 1, False)


@pytest.mark.parametrize("state", ["failed", "refused"])
def test_what_was_not_taken_may_be_sent_again(storage: Storage, state: MailState) -> None:
    """After an answer that says no, another attempt may begin; it counts on."""
    ledger = Ledger(storage, ADDRESS)
    intend(storage, ANN)
    assert ledger.begin(entry(ANN), 1)
    ledger.end(entry(ANN, state), 1)
    assert state_of(storage, ANN) == (state, 1, True)
    assert not ledger.begin(entry(ANN), 1)
    assert ledger.begin(entry(ANN), 2)
    assert state_of(storage, ANN) == ("unknown", 2, False)
    ledger.end(entry(ANN, "sent"), 2)
    assert state_of(storage, ANN) == ("sent", 2, False)


def test_a_failure_before_the_message_is_no_beginning(storage: Storage) -> None:
    """Who could not even be begun may be sent to; a beginning after it counts more than the old failure."""
    ledger = Ledger(storage, ADDRESS)
    intend(storage, ANN)
    ledger.end(entry(ANN, "failed", detail="no connection"), 0)
    assert state_of(storage, ANN) == ("failed", 0, True)
    assert ledger.begin(entry(ANN, at="2026-02-01T06:00:01+00:00"), 1)
    assert state_of(storage, ANN) == ("unknown", 1, False)
    ledger.end(entry(ANN, "failed", at="2026-02-01T06:00:02+00:00", detail="451"), 1)
    ledger.end(entry(ANN, "failed", at="2026-02-01T06:00:03+00:00", detail="no connection again"), 0)
    status = read_run_ledger(storage, ADDRESS).status_of(ANN)
    assert status is not None
    assert status.last.detail == "no connection again"


def test_capitals_do_not_make_another_reader(storage: Storage) -> None:
    """Bob is Bob however his address is written."""
    intend(storage, BOB)
    Ledger(storage, ADDRESS).begin(entry(BOB), 1)
    assert state_of(storage, BOB.lower()) == ("unknown", 1, False)
    assert key_of("A@B.C") == key_of("a@b.c") != key_of("b@b.c")


def test_of_many_that_begin_one_is_let(storage: Storage) -> None:
    """Of eight threads that begin the same reader's message at the same instant, exactly one may."""
    barrier, let = threading.Barrier(8), []
    places = [open_storage(storage.place) for _ in range(8)]

    def begin(place: Storage) -> None:
        barrier.wait()
        if Ledger(place, ADDRESS).begin(entry(ANN), 1):
            let.append(place)

    threads = [threading.Thread(target=begin, args=[place]) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let) == 1


def test_tests_do_not_count(storage: Storage) -> None:
    """A message to somebody who only tries it leaves the readers' accounts alone."""
    intend(storage, BOB, is_test=True)
    assert Ledger(storage, ADDRESS).begin(entry(BOB), 1, f"{TEST}{KEY}-")
    assert state_of(storage, BOB) is None
    assert list(verify_mail(storage, storage.files("mail"))) == []


def test_pages_of_a_month(storage: Storage) -> None:
    """The runs of one month are read at once, those of another are not."""
    other = make_manifest(run="2" * 16).address
    intend(storage, ANN)
    Ledger(storage, other).hold(["late"], "2026-02-01T06:00:00+00:00")
    assert set(read_run_ledgers(storage, f"mail/{ADDRESS.month}")) == {ADDRESS.path, other.path}
    assert read_run_ledgers(storage, "mail/shop/paris/2026-02") == {}


def test_holds(storage: Storage) -> None:
    """A run is held, with its reasons, until a person lets it go or the reasons are gone."""
    ledger = Ledger(storage, ADDRESS)
    assert mark_held(storage, [RUN]) == [RUN]
    ledger.hold(["late", "small"], "2026-02-01T06:00:00+00:00")
    (held,) = mark_held(storage, [RUN])
    assert (held.status, held.reason, held.figures) == ("held", "late; small", RUN.figures)
    ledger.release("2026-02-02T06:00:00+00:00")
    hold = read_run_ledger(storage, ADDRESS).hold
    assert hold is not None
    assert (hold.reasons, hold.released_at) == (("late", "small"), "2026-02-02T06:00:00+00:00")
    assert mark_held(storage, [RUN]) == [RUN]
    ledger.unhold()
    assert read_run_ledger(storage, ADDRESS).hold is None


def test_a_damaged_line_stops_all(storage: Storage) -> None:
    """Where nobody can tell what was sent, nothing is: the place and a way out are told."""
    intend(storage, ANN)
    Ledger(storage, ADDRESS).begin(entry(ANN), 1)
    path = f"{mail_folder(ADDRESS)}/{key_of(ANN)}.1.began"
    whole = storage.read(path)
    storage.replace(path, whole[:-5])
    with pytest.raises(StorageError, match="a mail ledger that is damaged"):
        read_run_ledger(storage, ADDRESS)
    storage.replace(path, whole)
    storage.remove(f"{mail_folder(ADDRESS)}/{KEY}.json")
    with pytest.raises(StorageError, match=f"what was sent to {ANN} is not written down"):
        read_run_ledger(storage, ADDRESS)
    assert "missing: what was sent is not written down" in [fault.what for fault in verify_archive(storage)[1]]


def test_an_end_without_its_beginning_still_counts(storage: Storage) -> None:
    """A file that was lost makes nobody who has the report one who has it not; `verify` names it."""
    intend(storage, ANN)
    Ledger(storage, ADDRESS).begin(entry(ANN), 1)
    Ledger(storage, ADDRESS).end(entry(ANN, "sent"), 1)
    storage.remove(f"{mail_folder(ADDRESS)}/{key_of(ANN)}.1.began")
    assert state_of(storage, ANN) == ("sent", 1, False)
    assert [(fault.path.rsplit(".", 1)[1], fault.what) for fault in verify_archive(storage)[1]] == [
        ("began", "missing")
    ]


def test_a_damaged_hold_is_still_a_hold(storage: Storage) -> None:
    """What lists the archive goes on, and says so."""
    Ledger(storage, ADDRESS).hold(["late"], "2026-02-01T06:00:00+00:00")
    storage.replace(f"{mail_folder(ADDRESS)}/held", b"{}")
    (held,) = mark_held(storage, [RUN])
    assert (held.status, held.reason) == ("held", "why is not readable any more")


def test_verify_names_what_is_wrong_with_the_mail(storage: Storage) -> None:
    """Flipped and foreign files are named; a message that was written and never meant to leave is no fault."""
    folder = mail_folder(ADDRESS)
    intend(storage, ANN)
    Ledger(storage, ADDRESS).begin(entry(ANN), 1)
    orphan = b"written by a process that was killed before it wrote what for"
    storage.replace(f"{folder}/{digest(orphan)[:16]}.eml", orphan)
    assert verify_archive(storage)[1] == []
    storage.replace(f"{folder}/note.txt", b"mine")
    storage.replace(f"{folder}/{key_of(ANN)}.1.began", b"{}")
    storage.replace(f"{folder}/{KEY}.eml", b"other")
    found = {fault.path.rsplit("/", 1)[1]: fault.what.split(":")[0] for fault in verify_archive(storage)[1]}
    assert found == {"note.txt": "extra", f"{key_of(ANN)}.1.began": "damaged", f"{KEY}.eml": "damaged"}


def test_messages_go_with_their_run_and_the_ledger_stays(storage: Storage) -> None:
    """After pruning nobody gets the report anew, and nothing is called missing."""
    intend(storage, ANN)
    Ledger(storage, ADDRESS).begin(entry(ANN), 1)
    Ledger(storage, ADDRESS).end(entry(ANN, "sent"), 1)
    drop_messages(storage, ADDRESS)
    assert state_of(storage, ANN) == ("sent", 1, False)
    paths = storage.files("mail")
    assert not any(path.endswith(".eml") for path in paths)
    assert list(verify_mail(storage, paths)) == []
