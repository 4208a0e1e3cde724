"""Tests of what waits for a person, of what readers have, and of who is no longer one of them."""

from __future__ import annotations

from reportgen.archive.held import find_read_run, list_waiting
from reportgen.archive.ledger import REPLACED, Ledger, read_run_ledger, read_run_ledgers
from reportgen.archive.runs import keep_run
from reportgen.archive.seals import digest
from reportgen.archive.storage import Storage
from reportgen.config.mail import Readers
from reportgen.mail.replaced import list_former
from reportgen.model.archive import Address
from reportgen.model.mail import Intent, LedgerEntry, MailState
from tests.made import MADE, make_manifest

ANN, BOB = "ann@example.org", "bob@example.org"
DAY = "2026-02-0{}T06:00:00+00:00"


def keep(storage: Storage, run: str, period: str = "2026-01") -> Address:
    """Keep a run of a month; the last one kept is the present one."""
    manifest = make_manifest(period=period, run=run * 16)
    keep_run(storage, manifest, {}, MADE)
    return manifest.address


def mail(
    storage: Storage, address: Address, day: int, *readers: str, state: MailState = "sent", says: str = "s"
) -> None:
    """Write into the ledger that readers were sent a run on a day."""
    content = f"{address.path} {readers} {day} {says}".encode()
    at = DAY.format(day)
    key = digest(content)[:16]
    ledger = Ledger(storage, address)
    ledger.intend(Intent(key, "<m@example.org>", "x", at, readers, says, digest(content), len(content)), content)
    run_ledger = read_run_ledger(storage, address)
    for reader in readers:
        number = run_ledger.count_begun(reader) + 1
        assert ledger.begin(LedgerEntry(reader, key, at, "unknown", ""), number)
        ledger.end(LedgerEntry(reader, key, at, state, ""), number)


def waiting(storage: Storage) -> list[str]:
    """Return the months and runs that wait."""
    return [f"{one.address.period} {one.address.run[0]}" for one in list_waiting(storage, "shop")]


def test_what_is_held_waits_until_it_is_released_replaced_or_sent(storage: Storage) -> None:
    """Only a present run that nobody has let go, and nobody has got, waits; the oldest month is told first."""
    runs = {
        number: keep(storage, number, period)
        for number, period in (("1", "2026-01"), ("2", "2025-12"), ("3", "2025-11"))
    }
    assert waiting(storage) == []
    for address in runs.values():
        Ledger(storage, address).hold(["too few"], DAY.format(1))
    assert waiting(storage) == ["2025-11 3", "2025-12 2", "2026-01 1"]
    Ledger(storage, runs["3"]).release(DAY.format(2))
    keep(storage, "4", "2025-12")
    assert waiting(storage) == ["2026-01 1"]
    mail(storage, runs["1"], 3, ANN)
    assert waiting(storage) == []


def test_what_readers_have_is_what_was_sent_last(storage: Storage) -> None:
    """A run that is held, or whose mail was refused, is not what they have; without any mail nobody has anything."""
    first, second, third = (keep(storage, number) for number in "123")
    assert find_read_run(storage, first.month) is None
    mail(storage, first, 1, ANN)
    Ledger(storage, second).hold(["too few"], DAY.format(2))
    mail(storage, third, 3, ANN, state="refused")
    assert find_read_run(storage, first.month) == first.run
    mail(storage, second, 4, BOB)
    assert find_read_run(storage, first.month) == second.run


def test_former_readers_are_told_once(storage: Storage) -> None:
    """Who has an earlier run and is no longer a reader is former; who was told, is a reader, or has nothing, is not."""
    first, second = keep(storage, "1"), keep(storage, "2")
    mail(storage, first, 1, ANN, BOB)
    mail(storage, first, 1, "eve@example.org", state="refused")
    readers = Readers.model_validate({"to": [ANN.upper()]})

    def former() -> list[str]:
        run_ledgers = read_run_ledgers(storage, f"mail/{first.month}")
        return [entry.address for entry in list_former(run_ledgers, second.path, readers)]

    assert former() == [BOB]
    mail(storage, second, 2, BOB, state="failed", says=REPLACED)
    assert former() == [BOB]  # it did not come so far
    mail(storage, second, 3, BOB, says=REPLACED)
    assert former() == []
    run_ledger = read_run_ledger(storage, second)
    assert (run_ledger.is_sent, run_ledger.status_of(BOB), run_ledger.count_begun(BOB)) == (False, None, 2)
    mail(storage, second, 4, BOB)
    assert read_run_ledger(storage, second).is_sent
