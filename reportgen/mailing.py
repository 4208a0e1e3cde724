"""Sends archived reports to their readers: decides who has one already, holds what is broken, and tells how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from reportgen.archive.ledger import Account, Ledger, Page, read_pages
from reportgen.archive.runs import read_manifest
from reportgen.archive.storage import Storage
from reportgen.config.addresses import MailAddress
from reportgen.config.mail import Recipient
from reportgen.config.values import MAIL_FOLDER
from reportgen.delivery.checks import find_reasons
from reportgen.delivery.smtp import Outbox
from reportgen.errors import ReportgenError
from reportgen.kept import KeptReport
from reportgen.letters import Earlier, Occasion, Written, write_letter
from reportgen.model.archive import Address, Figures
from reportgen.model.mail import Delivery, Mark, Told
from reportgen.posting import Clock, Dispatch, count_begun, post

SENT, HELD, NOT_SENT, NOTHING, PLANNED = "sent", "held", "not sent", "nothing to send", "would be sent"
_IN_ORDER = ("sent", "already sent", "says the same", "planned")


@dataclass(frozen=True, slots=True)
class MailRequest:
    """What was asked for on the command line.

    Attributes
    ----------
    to : MailAddress or None
        Somebody who gets everything, instead of the readers: a test.
    only : tuple of str
        Of the readers only these addresses; empty for all.
    resend : bool
        Send again what may have been delivered; to those named with `only`, whatever became of it.
    arrived : bool
        Send nothing, but note that what may have been delivered has arrived.
    release : bool
        Send although it is held: a person has looked at it.
    dry_run : bool
        Do nothing, tell what would be done.
    """

    to: MailAddress | None = None
    only: tuple[str, ...] = ()
    resend: bool = False
    arrived: bool = False
    release: bool = False
    dry_run: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing is sent."""
        return self.dry_run or self.arrived


@dataclass(eq=False, slots=True)
class _Plan:
    """What is to be done for one run."""

    kept: KeptReport
    told: list[Told] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)
    status: str = NOTHING
    reasons: tuple[str, ...] = ()

    def deliver(self) -> Delivery:
        """Tell how it went."""
        states = {one.state for one in self.told}
        status = self.status
        if status == NOTHING and not states <= {*_IN_ORDER}:
            status = NOT_SENT
        elif status == NOTHING and states & {"sent", "planned"}:
            status = SENT if "sent" in states else PLANNED
        return self.kept.deliver(status, self.reasons, tuple(self.told))


@dataclass(frozen=True, eq=False, slots=True)
class Mailing:
    """Sends runs of one archive.

    Parameters
    ----------
    storage : Storage
        The archive.
    request : MailRequest
        How.
    clock : callable
        Tells the time.
    """

    storage: Storage
    request: MailRequest
    clock: Clock

    def send(self, kept: Sequence[KeptReport], outbox: Outbox) -> list[Delivery]:
        """Send reports over one connection: first everything is written down, then the connection is made.

        What keeps the mail of one run from being written or sent is told, and stops no other.

        Raises
        ------
        StorageError
            When the archive cannot be held against others.
        """
        dry = self.request.dry_run
        with nullcontext() if dry else self.storage.alone(MAIL_FOLDER):
            plans = [_Plan(one) for one in kept]
            for plan in plans:
                _attempt(plan, self._fill)
            for plan in plans:
                _attempt(plan, lambda plan: self._post(plan, outbox))
        return [plan.deliver() for plan in plans]

    def _post(self, plan: _Plan, outbox: Outbox) -> None:
        for dispatch in plan.dispatches:
            plan.told += post(outbox, self.storage, dispatch, self.clock)

    def _fill(self, plan: _Plan) -> None:
        address, request = plan.kept.manifest.address, self.request
        pages = read_pages(self.storage, f"{MAIL_FOLDER}/{address.month}")
        page = pages.get(address.path, Page())
        if request.arrived:
            self._note_arrivals(plan, pages)
            return
        groups: dict[tuple[object, ...], list[Recipient]] = {}
        earlier: dict[str, Earlier] = {}
        for one in self._list_readers(plan):
            mail = one.address.address
            account = None if request.to else page.account_of(mail)
            found = None if request.to else self._find_earlier(mail, address, pages)
            told = self._tell_no_need(mail, account, found, plan.kept)
            if told is not None:
                plan.told.append(told)
                continue
            if found is not None and found.intent.says == plan.kept.says:
                found = None  # there is nothing to correct
            if found is not None:
                earlier[found.intent.key] = found
            key = (one.attach, found.intent.key if found else None, account.begun if account else 0)
            groups.setdefault(key, []).append(one)
        if groups and self._is_held(plan, page):
            return
        would_hold = self._find_reasons(plan) if request.to is not None else ()
        if would_hold:
            plan.reasons = tuple(f"it would be held: {reason}" for reason in would_hold)
        for (_, corrected, begun), readers in groups.items():
            again = begun if isinstance(begun, int) else 0
            occasion = Occasion(self.clock(), earlier.get(str(corrected)), request.to is not None, again, would_hold)
            self._intend(plan, write_letter(plan.kept, readers, occasion), page)

    def _list_readers(self, plan: _Plan) -> list[Recipient]:
        """List those who are to get the report."""
        mail = plan.kept.options.mail
        if self.request.to is not None:
            return [Recipient(address=self.request.to)]
        readers = mail.readers_of(plan.kept.manifest.kind).everyone
        only = {one.casefold() for one in self.request.only}
        chosen = [one for one in readers if not only or one.address.address.casefold() in only]
        if not chosen:
            plan.reasons = ("none of its readers is asked for" if readers else "nobody is on its list (mail.to)",)
        return chosen

    def _tell_no_need(self, mail: str, account: Account | None, found: Earlier | None, kept: KeptReport) -> Told | None:
        """Tell why a reader is not sent to; None when they are."""
        request = self.request
        if request.resend and request.only:
            return None
        is_unknown = account is not None and account.last.state == "unknown"
        if is_unknown and request.resend:
            return None
        if account is not None and not account.is_open and not (found is not None and found.at > account.last.at):
            told = _tell_kept(mail, account)
            more = "; to send it again, name the reader with --only" if request.resend else ""
            return replace(told, detail=f"{told.detail}{more}")
        if found is None or found.intent.says != kept.says:
            return None
        if found.is_certain:
            return Told(mail, "says the same", f"as the e-mail sent on {found.at[:10]}")
        return None if request.resend else Told(mail, "unknown", f"an e-mail that says the same, {found.at[:16]} UTC")

    def _find_earlier(self, mail: str, address: Address, pages: Mapping[str, Page]) -> Earlier | None:
        """Find the newest message on the same month, of another run, that a reader has or may have."""
        found = [
            (account.last, path, page)
            for path, page in pages.items()
            if path != address.path and (account := page.account_of(mail)) and not account.is_open
        ]
        if not found:
            return None
        last, path, page = max(found, key=lambda one: one[0].at)
        return Earlier(page.intents[last.key], last.at, self._figures(path), last.state == "sent")

    def _figures(self, path: str) -> Figures | None:
        try:
            return read_manifest(self.storage, path).figures
        except (FileNotFoundError, ValueError):
            return None

    def _find_reasons(self, plan: _Plan) -> tuple[str, ...]:
        return find_reasons(plan.kept.facts, plan.kept.options.checks, self.clock().date())

    def _is_held(self, plan: _Plan, page: Page) -> bool:
        """Look whether the report may leave; note in the ledger when it may not, or may again."""
        request, kept = self.request, plan.kept
        has_left = any(account.last.state == "sent" for account in page.accounts.values())
        if request.to is not None or has_left:
            return False
        ledger = Ledger(self.storage, kept.manifest.address)
        now = self.clock().isoformat(timespec="seconds")
        if request.release and not request.dry_run:
            ledger.release(now)
        if request.release or (page.hold is not None and page.hold.released_at is not None):
            return False
        reasons = self._find_reasons(plan)
        if not request.dry_run:
            if reasons and (page.hold is None or page.hold.reasons != reasons):
                ledger.hold(reasons, page.hold.at if page.hold else now)
            elif not reasons and page.hold is not None:
                ledger.unhold()
        if reasons:
            plan.status, plan.reasons = HELD, reasons
        return bool(reasons)

    def _intend(self, plan: _Plan, written: Written, page: Page) -> None:
        """Write a message down; from now on it is to be sent."""
        intent = written.intent
        if self.request.dry_run:
            plan.told += [Told(mail, "planned", intent.subject) for mail in intent.recipients]
            return
        address, sender = plan.kept.manifest.address, plan.kept.options.mail.sender
        assert sender is not None  # noqa: S101 - or it could not have been written
        Ledger(self.storage, address).intend(intent, written.content)
        numbers = {} if intent.is_test else count_begun(page, intent.recipients)
        plan.dispatches.append(Dispatch(address, intent, sender.address, numbers))

    def _note_arrivals(self, plan: _Plan, pages: Mapping[str, Page]) -> None:
        """Note of every run of the month that what a reader may have has arrived."""
        now = self.clock().isoformat(timespec="microseconds")
        for one in self._list_readers(plan):
            for path, page in pages.items():
                account = page.account_of(one.address.address)
                if account is None or account.last.state != "unknown":
                    continue
                mark = replace(account.last, at=now, state="sent", detail="a person says that it has arrived")
                if self.request.dry_run:
                    plan.told.append(Told(mark.address, "planned", "would be noted as arrived"))
                    continue
                Ledger(self.storage, Address(*path.split("/"))).end(mark, account.begun)
                plan.told.append(Told(mark.address, "already sent", mark.detail))


def _attempt(plan: _Plan, do: Callable[[_Plan], None]) -> None:
    """Do something for one run; what goes wrong is how its mail ended."""
    try:
        do(plan)
    except ReportgenError as error:
        plan.status, plan.reasons = NOT_SENT, tuple(str(problem) for problem in error.problems)
        plan.dispatches = []


def _tell_kept(mail: str, account: Account) -> Told:
    """Tell of a reader who has the report, or may have it."""
    last: Mark = account.last
    if last.state == "unknown":
        detail = f"{last.detail or 'the process ended while the message was handed over'}, {last.at[:16]} UTC"
        return Told(mail, "unknown", detail)
    return Told(mail, "already sent", f"{last.at[:16]} UTC")
