"""The ledger of the mail: beside the archive, written before a message leaves and after, so that none leaves twice.

Below ``mail/<report>/<store>/<month>/<run>/`` stand, each sealed:

- ``<key>.eml`` and ``<key>.json``: what was about to be sent, written before the connection; the key follows from the
  message's bytes;
- ``<who>.<n>.began``: written at the moment before a message is handed over, by one process alone. From then until
  ``<who>.<n>.ended`` says what became of it, the message may have been delivered;
- ``<who>.failed``: why it never came so far;
- ``held``, ``released``: that the run waits for a person, and that one let it go;
- ``dropped``: that its messages were pruned with the run.

``mail/<report>/agreed`` says that a person has agreed that the archive mails the report for the first time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter

from reportgen.archive.names import OPERATORS
from reportgen.archive.seals import digest, seal, unseal
from reportgen.archive.storage import MAX_RECORD, Storage, StorageError, storage_error
from reportgen.config.values import MAIL_FOLDER
from reportgen.model.archive import Address, Manifest
from reportgen.model.mail import Hold, Intent, LedgerEntry

KEY_LENGTH = 16
HELD, RELEASED, DROPPED, AGREED = "held", "released", "dropped", "agreed"
TEST = "test-"
REPLACED = "replaced"
"""What a message says that is no report, but a note to a former reader that theirs is replaced."""
_ENTRY = re.compile(r"(?P<who>[0-9a-f]{16})\.(?:(?P<n>\d+)\.(?P<what>began|ended)|(?P<failed>failed))")
_INTENT = re.compile(r"(?P<key>[0-9a-f]{16})\.json")
_INTENTS, _ENTRIES, _HOLDS = TypeAdapter(Intent), TypeAdapter(LedgerEntry), TypeAdapter(Hold)
NOT_DELIVERED = ("begun", "failed", "refused")
"""States of which it is certain that nobody has the mail."""


def mail_folder(address: Address) -> str:
    """Return where the mail of a run stands."""
    return f"{MAIL_FOLDER}/{address.path}"


def split_mail_path(path: str) -> tuple[str, str]:
    """Split the path of a file of the mail: the path of its run or note, and the file's name."""
    run, _, name = path.removeprefix(f"{MAIL_FOLDER}/").rpartition("/")
    return run, name


def key_of(address: str) -> str:
    """Return the 16 hex digits that stand for a mail address in file names; capitals do not matter."""
    return digest(address.casefold().encode())[:16]


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """What the ledger says of one recipient of one run.

    Attributes
    ----------
    last : LedgerEntry
        What happened last.
    begun : int
        How many times a message was handed over, or may have been.
    """

    last: LedgerEntry
    begun: int

    @property
    def is_open(self) -> bool:
        """Whether it is certain that the recipient does not have the mail."""
        return self.last.state in NOT_DELIVERED


@dataclass(frozen=True, slots=True)
class RunLedger:
    """What the ledger says of one run.

    Attributes
    ----------
    recipients : mapping
        Those of the report, by `key_of` the address.
    told : mapping
        Former readers who were told that it replaces what they have, in the same way.
    intents : mapping
        By key.
    hold : Hold or None
        Whether it waits for a person, or did.
    """

    recipients: Mapping[str, RecipientStatus] = field(default_factory=dict)
    intents: Mapping[str, Intent] = field(default_factory=dict)
    hold: Hold | None = None
    told: Mapping[str, RecipientStatus] = field(default_factory=dict)

    @property
    def is_sent(self) -> bool:
        """Whether anybody has been sent the report."""
        return any(status.last.state == "sent" for status in self.recipients.values())

    def status_of(self, address: str) -> RecipientStatus | None:
        """Return what the ledger says of an address."""
        return self.recipients.get(key_of(address))

    def count_begun(self, address: str) -> int:
        """Tell how many times a message was handed over to an address, or may have been."""
        status = self.status_of(address) or self.told.get(key_of(address))
        return status.begun if status else 0


def read_run_ledgers(storage: Storage, folder: str) -> dict[str, RunLedger]:
    """Read the ledger below a folder: what it says of each run, by the run's path.

    Raises
    ------
    StorageError
        When something in the ledger cannot be read: then nobody can tell what was sent.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    paths = [path for path in storage.files(folder) if _is_record(split_mail_path(path)[1])]
    contents = storage.read_many(paths, MAX_RECORD)
    for path in paths:
        run, name = split_mail_path(path)
        try:
            found.setdefault(run, {})[name] = unseal(contents[path], path)
        except KeyError:
            raise _damaged(storage, path, FileNotFoundError("no plain file")) from None
        except ValueError as error:
            raise _damaged(storage, path, error) from None
    run_ledgers = {}
    for run, files in found.items():
        try:
            run_ledgers[run] = _make_run_ledger(files)
        except (ValueError, TypeError, KeyError) as error:
            raise _damaged(storage, f"{MAIL_FOLDER}/{run}", error) from None
    return run_ledgers


def read_run_ledger(storage: Storage, address: Address) -> RunLedger:
    """Read what the ledger says of one run; raises as `read_run_ledgers` does."""
    return read_run_ledgers(storage, mail_folder(address)).get(address.path, RunLedger())


def _is_record(name: str) -> bool:
    """Whether a file of the mail is one that the ledger is read from."""
    return bool(_ENTRY.fullmatch(name) or _INTENT.fullmatch(name)) or name in (HELD, RELEASED)


def _damaged(storage: Storage, path: str, error: Exception) -> StorageError:
    hint = (
        "See 'reportgen archive verify'. Until it is as it was, nothing of this month is sent: it could be sent twice."
    )
    return storage_error(storage.shown(path), f"a mail ledger that is damaged ({error})", hint)


def _make_run_ledger(files: Mapping[str, dict[str, Any]]) -> RunLedger:
    intents, entries = {}, {}
    for name, content in files.items():
        if _INTENT.fullmatch(name):
            intent = _INTENTS.validate_python(content)
            if f"{intent.key}.json" != name:
                raise ValueError(f"{name} is that of another message")
            intents[intent.key] = intent
        elif found := _ENTRY.fullmatch(name):
            entries[found["who"], int(found["n"] or 0), found["what"] or "failed"] = _read_entry(found["who"], content)
    recipients = {
        key_of(address): RecipientStatus(LedgerEntry(address, intent.key, intent.at, "begun"), 0)
        for intent in sorted(intents.values(), key=lambda message: (message.at, message.key))
        for address in intent.recipients
        if not intent.is_test
    }
    for who in {who for who, _, _ in entries}:
        begun = max((n for key, n, _ in entries if key == who), default=0)
        last = entries.get((who, begun, "ended")) or entries.get((who, begun, "began")) if begun else None
        later = entries.get((who, 0, "failed"))
        if last is None or (later is not None and later.at >= last.at and last.state in NOT_DELIVERED):
            last = later
        if last is not None and last.key not in intents:
            raise ValueError(f"what was sent to {last.address} is not written down")
        if last is not None:
            recipients[who] = RecipientStatus(last, begun)
    hold = files.get(HELD)
    released = files.get(RELEASED)
    held = _HOLDS.validate_python({**hold, "released_at": released["at"] if released else None}) if hold else None
    told = {who for who, status in recipients.items() if intents[status.last.key].says == REPLACED}
    readers = {who: status for who, status in recipients.items() if who not in told}
    return RunLedger(readers, intents, held, {who: recipients[who] for who in told})


def _read_entry(who: str, content: dict[str, Any]) -> LedgerEntry:
    entry = _ENTRIES.validate_python(content)
    if key_of(entry.address) != who:
        raise ValueError("an entry of another reader")
    return entry


def has_mailed(storage: Storage, report: str) -> bool:
    """Whether an archive has mailed a report to its readers, has held it, or a person has agreed that it may begin."""
    notes = f"{MAIL_FOLDER}/{report}/{OPERATORS}/"
    paths = [path for path in storage.files(f"{MAIL_FOLDER}/{report}") if not path.startswith(notes)]
    names = [path.rpartition("/")[2] for path in paths]
    return any(name in (HELD, RELEASED, AGREED) or _ENTRY.fullmatch(name) for name in names)


def note_agreed(storage: Storage, report: str) -> None:
    """Write that a person has agreed that an archive mails a report for the first time."""
    path = f"{MAIL_FOLDER}/{report}/{AGREED}"
    storage.replace(path, seal({}, path, sign=False))


def mark_held(storage: Storage, manifests: Sequence[Manifest]) -> list[Manifest]:
    """Show runs that wait for a person as held, with the reason; their manifests in the archive stay as they are."""
    paths = set(storage.files(MAIL_FOLDER))
    marked = []
    for manifest in manifests:
        folder = mail_folder(manifest.address)
        if f"{folder}/{HELD}" in paths and f"{folder}/{RELEASED}" not in paths:
            try:
                path = f"{folder}/{HELD}"
                reason = "; ".join(unseal(storage.read(path, MAX_RECORD), path)["reasons"])
            except (ValueError, KeyError, TypeError, FileNotFoundError):
                reason = "why is not readable any more"
            marked.append(replace(manifest, status="held", reason=reason))
        else:
            marked.append(manifest)
    return marked


class Ledger:
    """What the ledger says of one run, to write on.

    Parameters
    ----------
    storage : Storage
        The archive.
    address : Address
        The run.
    """

    def __init__(self, storage: Storage, address: Address) -> None:
        self._storage = storage
        self._folder = mail_folder(address)

    def intend(self, intent: Intent, content: bytes) -> None:
        """Write down a message that is about to be sent."""
        self._storage.replace(f"{self._folder}/{intent.key}.eml", content)
        self._storage.replace(
            f"{self._folder}/{intent.key}.json", seal(asdict(intent), f"{self._folder}/{intent.key}.json")
        )

    def begin(self, entry: LedgerEntry, number: int, test: str = "") -> bool:
        """Write that a message is handed over from now on; tell whether this process may: no other has begun it.

        Parameters
        ----------
        entry : LedgerEntry
            Its state is `unknown`.
        number : int
            The how-manieth time, from 1.
        test : str
            Set apart a test, which does not count.
        """
        path = f"{self._name(entry, test)}.{number}.began"
        return self._storage.create(path, seal(asdict(entry), path))

    def end(self, entry: LedgerEntry, number: int, test: str = "") -> None:
        """Write what became of a message that was begun, or, with number 0, why it never came so far."""
        path = f"{self._name(entry, test)}.{f'{number}.ended' if number else 'failed'}"
        self._storage.replace(path, seal(asdict(entry), path))

    def hold(self, reasons: Sequence[str], at: str) -> None:
        """Write that the run waits for a person."""
        path = f"{self._folder}/{HELD}"
        self._storage.replace(path, seal({"reasons": list(reasons), "at": at}, path))

    def release(self, at: str) -> None:
        """Write that a person let the run go."""
        path = f"{self._folder}/{RELEASED}"
        self._storage.replace(path, seal({"at": at}, path))

    def unhold(self) -> None:
        """Take back a hold whose reasons are gone."""
        self._storage.remove(f"{self._folder}/{HELD}")

    def _name(self, entry: LedgerEntry, test: str) -> str:
        return f"{self._folder}/{test}{key_of(entry.address)}"
