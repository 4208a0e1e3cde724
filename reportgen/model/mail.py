"""What the mail hands on: what was meant to be sent, what became of it, why a report is held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MailState = Literal["begun", "failed", "refused", "unknown", "sent"]
"""What became of one recipient's mail: `begun`, nothing was handed over yet; `failed`, a passing trouble; `refused`,
the server will not have it; `unknown`, it may have been delivered; `sent`, the server has taken it."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A message that is about to be sent; it is on disk before the connection is made.

    Attributes
    ----------
    key : str
        The first 16 hex digits of the `.eml`'s digest; names both files.
    message_id, subject : str
        As in the message's header.
    at : str
        When, in ISO form.
    recipients : tuple of str
        Addresses on the envelope.
    says : str
        Digest of what the message says, the time and the note on an earlier report left out.
    sha256 : str
        Digest of the `.eml`.
    size : int
        Bytes of it.
    is_test : bool
        Whether it goes to somebody else than the report's readers.
    """

    key: str
    message_id: str
    subject: str
    at: str
    recipients: tuple[str, ...]
    says: str
    sha256: str
    size: int
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the ledger: an address, and what began or ended for it.

    Attributes
    ----------
    address : str
        The recipient.
    key : str
        Of the intent.
    at : str
        When, in ISO form.
    state : MailState
        What became of it; `unknown` while a message is being handed over.
    detail : str
        The server's words, or a person's.
    """

    address: str
    key: str
    at: str
    state: MailState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """That a report waits for a person.

    Attributes
    ----------
    reasons : tuple of str
        Why.
    at : str
        When it was found, in ISO form.
    released_at : str or None
        When a person let it go.
    """

    reasons: tuple[str, ...]
    at: str
    released_at: str | None = None


@dataclass(frozen=True, slots=True)
class RecipientResult:
    """How one recipient's mail ended in this command.

    Attributes
    ----------
    address : str
        The recipient.
    state : str
        A `MailState`, or `already sent`, `says the same`, `elsewhere` (another process has it), `planned` (a dry run).
    detail : str
        More of it.
    """

    address: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the mail of one run went.

    Attributes
    ----------
    report, store, period, run, kind
        Which run; `store` is None for all lines or the chain; `kind` is `store`, `chain`, or `operators` for a note.
    path, place, config : str
        Where a person finds the run, the archive, and the config that says who gets mail.
    status : {'sent', 'held', 'not sent', 'nothing to send', 'would be sent'}
        `nothing to send`: everybody has it, or there is nobody to send it to; `would be sent`: a dry run.
    reasons : tuple of str
        Of a hold, or why nothing could be sent.
    results : tuple of RecipientResult
        One for each recipient.
    """

    report: str
    store: str | None
    period: str
    run: str
    kind: str
    path: str
    place: str
    config: str
    status: str
    reasons: tuple[str, ...] = ()
    results: tuple[RecipientResult, ...] = ()

    @property
    def whose(self) -> str:
        """The store's name, or `chain`, `operators`, `all`."""
        return self.store or {"chain": "chain", "operators": "operators"}.get(self.kind, "all")

    @property
    def has_trouble(self) -> bool:
        """Whether a reader does not have, or may not have, what was made for them."""
        return self.status in ("held", "not sent")
