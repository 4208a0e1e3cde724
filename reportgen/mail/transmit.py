"""Sends what is planned, and keeps the ledger while it does: begun before a message is handed over, ended after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reportgen.archive.ledger import TEST, Ledger, RunLedger, mail_folder
from reportgen.archive.storage import Storage
from reportgen.delivery.smtp import Outbox, Parcel
from reportgen.model.archive import Address
from reportgen.model.mail import Intent, LedgerEntry, MailState, RecipientResult

Clock = Callable[[], datetime]


@dataclass(frozen=True, eq=False, slots=True)
class Dispatch:
    """A message that is written down in the ledger and is to leave.

    Attributes
    ----------
    address : Address
        Of its run.
    intent : Intent
        What is to leave.
    sender : str
        Mail address on the envelope.
    numbers : mapping
        By recipient, how many times a message was handed over before.
    """

    address: Address
    intent: Intent
    sender: str
    numbers: Mapping[str, int]


def count_begun(run_ledger: RunLedger, recipients: Sequence[str]) -> dict[str, int]:
    """Tell how many times each recipient's message was handed over, or may have been."""
    return {address: run_ledger.count_begun(address) for address in recipients}


class Bookkeeper:
    """Keeps the ledger of one message, as `reportgen.delivery.smtp.Book` asks for it.

    Parameters
    ----------
    storage : Storage
        The archive.
    dispatch : Dispatch
        The message.
    clock : callable
        Tells the time.
    """

    def __init__(self, storage: Storage, dispatch: Dispatch, clock: Clock) -> None:
        self._ledger = Ledger(storage, dispatch.address)
        self._key = dispatch.intent.key
        self._test = f"{TEST}{self._key}-" if dispatch.intent.is_test else ""
        self._clock = clock
        self._numbers = dict(dispatch.numbers)
        self._open: set[str] = set()
        self.results: dict[str, RecipientResult] = {}

    def begin(self, address: str) -> bool:
        """Write that a message is handed over from now on; False where another process has it."""
        if address in self._open:
            return True
        number = self._numbers.get(address, 0) + 1
        entry = self._entry(address, "unknown", "")
        while not self._ledger.begin(entry, number, self._test):
            if not self._test:
                return False
            number += 1  # a test is sent as often as somebody asks for it
        self._numbers[address] = number
        self._open.add(address)
        return True

    def end(self, address: str, state: MailState | None, detail: str) -> None:
        """Write what became of it."""
        if state is None:
            self.results[address] = RecipientResult(address, "elsewhere", "another process sends it, or has begun to")
            return
        number = self._numbers[address] if address in self._open else 0
        self._ledger.end(self._entry(address, state, detail), number, self._test)
        self._open.discard(address)
        self.results[address] = RecipientResult(address, state, detail)

    def _entry(self, address: str, state: MailState, detail: str) -> LedgerEntry:
        return LedgerEntry(address, self._key, self._clock().isoformat(timespec="microseconds"), state, detail)


def post(outbox: Outbox, storage: Storage, dispatch: Dispatch, clock: Clock) -> tuple[RecipientResult, ...]:
    """Send one message, the very bytes that the archive keeps of it; tell how it went for each recipient."""
    content = storage.read(f"{mail_folder(dispatch.address)}/{dispatch.intent.key}.eml")
    book = Bookkeeper(storage, dispatch, clock)
    outbox.post(Parcel(dispatch.sender, dispatch.intent.recipients, content), book)
    return tuple(book.results[address] for address in dispatch.intent.recipients)
