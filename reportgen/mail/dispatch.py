"""Sends archived reports to their readers: decides who has one already, holds what is broken, and tells how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from reportgen.archive.identity import check_place
from reportgen.archive.ledger import Ledger, RecipientStatus, RunLedger, read_run_ledgers
from reportgen.archive.runs import read_manifest
from reportgen.archive.storage import Storage
from reportgen.config.mail import Recipient
from reportgen.config.values import MAIL_FOLDER
from reportgen.delivery.smtp import Outbox
from reportgen.errors import ReportgenError
from reportgen.mail.archived_report import ArchivedReport
from reportgen.mail.compose import Earlier, Occasion, Written, write_letter
from reportgen.mail.reasons import find_mail_reasons, list_held_stores
from reportgen.mail.replaced import list_former, write_replaced
from reportgen.mail.request import MailRequest
from reportgen.mail.transmit import Clock, Dispatch, count_begun, post
from reportgen.model.archive import Address, Figures
from reportgen.model.mail import Delivery, LedgerEntry, RecipientResult

SENT, HELD, NOT_SENT, NOTHING, PLANNED = "sent", "held", "not sent", "nothing to send", "would be sent"
_IN_ORDER = ("sent", "already sent", "says the same", "planned")


@dataclass(eq=False, slots=True)
class _Plan:
    """What is to be done for one run."""

    kept: ArchivedReport
    results: list[RecipientResult] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)
    status: str = NOTHING
    reasons: tuple[str, ...] = ()

    def deliver(self) -> Delivery:
        """Tell how it went."""
        states = {result.state for result in self.results}
        status = self.status
        if status == NOTHING and not states <= {*_IN_ORDER}:
            status = NOT_SENT
        elif status == NOTHING and states & {"sent", "planned"}:
            status = SENT if "sent" in states else PLANNED
        return self.kept.deliver(status, self.reasons, tuple(self.results))


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
    doubtful: set[str] = field(default_factory=set)
    """Runs that are held, or would be, as this sending has found."""

    def send(self, kept: Sequence[ArchivedReport], outbox: Outbox) -> list[Delivery]:
        """Send reports over one connection: first everything is written down, then the connection is made.

        What keeps the mail of one run from being written or sent is told, and stops no other.

        Raises
        ------
        StorageError
            When the archive cannot be held against others.
        ConfigError
            When it has moved away.
        """
        dry = self.request.dry_run
        with nullcontext() if dry else self.storage.alone(MAIL_FOLDER):
            check_place(self.storage, None, is_new=False)  # it may have moved since the reports were made
            plans = [_Plan(report) for report in kept]
            stores_first = sorted(plans, key=lambda plan: plan.kept.manifest.kind == "chain")
            for plan in stores_first:  # what is held of them is told in that of the chain
                _attempt(plan, self._fill)
            for plan in plans:
                _attempt(plan, lambda plan: self._post(plan, outbox))
        return [plan.deliver() for plan in plans]

    def _post(self, plan: _Plan, outbox: Outbox) -> None:
        for dispatch in plan.dispatches:
            plan.results += post(outbox, self.storage, dispatch, self.clock)

    def _fill(self, plan: _Plan) -> None:
        address, request = plan.kept.manifest.address, self.request
        run_ledgers = read_run_ledgers(self.storage, f"{MAIL_FOLDER}/{address.month}")
        run_ledger = run_ledgers.get(address.path, RunLedger())
        if request.arrived:
            self._note_arrivals(plan, run_ledgers)
            return
        if request.release and not request.dry_run and run_ledger.hold is not None:
            Ledger(self.storage, address).release(self.clock().isoformat(timespec="seconds"))
        groups, earlier = self._group_readers(plan, run_ledgers, run_ledger)
        if (not groups and not run_ledger.is_sent) or (groups and self._is_held(plan, run_ledger)):
            return
        would_hold = self._find_reasons(plan) if request.to is not None else ()
        if would_hold:
            self.doubtful.add(address.path)
            plan.reasons = tuple(f"it would be held: {reason}" for reason in would_hold)
        held_stores = self._list_held(plan)
        for (_, corrected, begun), readers in groups.items():
            again = begun if isinstance(begun, int) else 0
            occasion = Occasion(
                self.clock(), earlier.get(str(corrected)), request.to is not None, again, would_hold, held_stores
            )
            self._intend(plan, write_letter(plan.kept, readers, occasion), run_ledger)
        if request.to is None and not request.only:
            of_kind = plan.kept.options.mail.readers_of(plan.kept.manifest.kind)
            for entry in list_former(run_ledgers, address.path, of_kind):
                self._intend(plan, write_replaced(plan.kept, entry, self.clock()), run_ledger)

    def _group_readers(
        self, plan: _Plan, run_ledgers: Mapping[str, RunLedger], run_ledger: RunLedger
    ) -> tuple[dict[tuple[object, ...], list[Recipient]], dict[str, Earlier]]:
        """Group those who are to get the same message; tell of the others why they get none.

        Returns
        -------
        groups : dict
            By attachments, the key of the message that is corrected, and how often theirs was handed over.
        earlier : dict
            The messages that are corrected, by key.
        """
        request, address = self.request, plan.kept.manifest.address
        groups: dict[tuple[object, ...], list[Recipient]] = {}
        earlier: dict[str, Earlier] = {}
        for reader in self._list_readers(plan):
            mail = reader.address.address
            status = None if request.to else run_ledger.status_of(mail)
            found = None if request.to else self._find_earlier(mail, address, run_ledgers)
            result = self._tell_no_need(mail, status, found, plan.kept)
            if result is not None:
                plan.results.append(result)
                continue
            if found is not None and found.intent.says == plan.kept.says:
                found = None  # there is nothing to correct
            if found is not None:
                earlier[found.intent.key] = found
            begun = 0 if request.to else run_ledger.count_begun(mail)
            groups.setdefault((reader.attach, found.intent.key if found else None, begun), []).append(reader)
        return groups, earlier

    def _list_readers(self, plan: _Plan) -> list[Recipient]:
        """List those who are to get the report."""
        mail = plan.kept.options.mail
        if self.request.to is not None:
            return [Recipient(address=self.request.to)]
        readers = mail.readers_of(plan.kept.manifest.kind).everyone
        only = {address.casefold() for address in self.request.only}
        chosen = [reader for reader in readers if not only or reader.address.address.casefold() in only]
        if not chosen:
            plan.reasons = ("none of its readers is asked for" if readers else "nobody is on its list (mail.to)",)
        return chosen

    def _tell_no_need(
        self, mail: str, status: RecipientStatus | None, found: Earlier | None, kept: ArchivedReport
    ) -> RecipientResult | None:
        """Tell why a reader is not sent to; None when they are."""
        request = self.request
        if request.resend and request.only:
            return None
        is_unknown = status is not None and status.last.state == "unknown"
        if is_unknown and request.resend:
            return None
        if status is not None and not status.is_open and not (found is not None and found.at > status.last.at):
            result = _tell_kept(mail, status)
            more = "; to send it again, name the reader with --only" if request.resend else ""
            return replace(result, detail=f"{result.detail}{more}")
        if found is None or found.intent.says != kept.says:
            return None
        if found.is_certain:
            return RecipientResult(mail, "says the same", f"as the e-mail sent on {found.at[:10]}")
        return (
            None
            if request.resend
            else RecipientResult(mail, "unknown", f"an e-mail that says the same, {found.at[:16]} UTC")
        )

    def _find_earlier(self, mail: str, address: Address, run_ledgers: Mapping[str, RunLedger]) -> Earlier | None:
        """Find the newest message on the same month, of another run, that a reader has or may have."""
        found = [
            (status.last, path, run_ledger)
            for path, run_ledger in run_ledgers.items()
            if path != address.path and (status := run_ledger.status_of(mail)) and not status.is_open
        ]
        if not found:
            return None
        last, path, run_ledger = max(found, key=lambda candidate: candidate[0].at)
        return Earlier(run_ledger.intents[last.key], last.at, self._figures(path), last.state == "sent")

    def _figures(self, path: str) -> Figures | None:
        try:
            return read_manifest(self.storage, path).figures
        except (FileNotFoundError, ValueError):
            return None

    def _find_reasons(self, plan: _Plan) -> tuple[str, ...]:
        return find_mail_reasons(plan.kept, self.clock().date(), self.doubtful)

    def _list_held(self, plan: _Plan) -> tuple[str, ...]:
        """List the stores of a report on all stores whose own reports are held, the largest first."""
        return list_held_stores(plan.kept, self.doubtful) if plan.kept.manifest.kind == "chain" else ()

    def _is_held(self, plan: _Plan, run_ledger: RunLedger) -> bool:
        """Look whether the report may leave; note in the ledger when it may not, or may again."""
        request, kept = self.request, plan.kept
        if request.to is not None or run_ledger.is_sent:
            return False
        ledger = Ledger(self.storage, kept.manifest.address)
        now = self.clock().isoformat(timespec="seconds")
        if request.release and not request.dry_run:
            ledger.release(now)
        if request.release or (run_ledger.hold is not None and run_ledger.hold.released_at is not None):
            return False
        reasons = self._find_reasons(plan)
        if not request.dry_run:
            if reasons and (run_ledger.hold is None or run_ledger.hold.reasons != reasons):
                ledger.hold(reasons, run_ledger.hold.at if run_ledger.hold else now)
            elif not reasons and run_ledger.hold is not None:
                ledger.unhold()
        if reasons:
            self.doubtful.add(kept.manifest.address.path)
            plan.status, plan.reasons = HELD, reasons
        return bool(reasons)

    def _intend(self, plan: _Plan, written: Written, run_ledger: RunLedger) -> None:
        """Write a message down; from now on it is to be sent."""
        intent = written.intent
        if self.request.dry_run:
            plan.results += [RecipientResult(mail, "planned", intent.subject) for mail in intent.recipients]
            return
        address, sender = plan.kept.manifest.address, plan.kept.options.mail.sender
        assert sender is not None  # noqa: S101 - or it could not have been written
        Ledger(self.storage, address).intend(intent, written.content)
        numbers = {} if intent.is_test else count_begun(run_ledger, intent.recipients)
        plan.dispatches.append(Dispatch(address, intent, sender.address, numbers))

    def _note_arrivals(self, plan: _Plan, run_ledgers: Mapping[str, RunLedger]) -> None:
        """Note of every run of the month that what a reader may have has arrived."""
        now = self.clock().isoformat(timespec="microseconds")
        for reader in self._list_readers(plan):
            for path, run_ledger in run_ledgers.items():
                status = run_ledger.status_of(reader.address.address)
                if status is None or status.last.state != "unknown":
                    continue
                entry = replace(status.last, at=now, state="sent", detail="a person says that it has arrived")
                if self.request.dry_run:
                    plan.results.append(RecipientResult(entry.address, "planned", "would be noted as arrived"))
                    continue
                Ledger(self.storage, Address.parse(path)).end(entry, status.begun)
                plan.results.append(RecipientResult(entry.address, "already sent", entry.detail))


def _attempt(plan: _Plan, do: Callable[[_Plan], None]) -> None:
    """Do something for one run; what goes wrong is how its mail ended."""
    try:
        do(plan)
    except ReportgenError as error:
        plan.status, plan.reasons = NOT_SENT, tuple(str(problem) for problem in error.problems)
        plan.dispatches = []


def _tell_kept(mail: str, status: RecipientStatus) -> RecipientResult:
    """Tell of a reader who has the report, or may have it."""
    last: LedgerEntry = status.last
    if last.state == "unknown":
        detail = f"{last.detail or 'the process ended while the message was handed over'}, {last.at[:16]} UTC"
        return RecipientResult(mail, "unknown", detail)
    return RecipientResult(mail, "already sent", f"{last.at[:16]} UTC")
