"""Tells the operators, in short, how the mail of a run went: one note, and never the same twice."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reportgen.archive.ledger import Ledger, RunLedger, read_run_ledger, read_run_ledgers
from reportgen.archive.names import OPERATORS
from reportgen.archive.seals import canonical, digest
from reportgen.archive.storage import Storage
from reportgen.config.addresses import MailAddress
from reportgen.config.options import Options
from reportgen.config.values import MAIL_FOLDER
from reportgen.delivery.message import Letter, make_message_id, to_message
from reportgen.delivery.smtp import Outbox
from reportgen.mail.compose import write_intent
from reportgen.mail.transmit import Clock, Dispatch, count_begun, post
from reportgen.model.archive import NO_MONTH, Address
from reportgen.model.artefacts import HTML
from reportgen.model.mail import Delivery
from reportgen.model.outcome import Outcome, say_state


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run went as a whole.

    Attributes
    ----------
    deliveries : sequence of Delivery
        How the mail went.
    outcomes : sequence of Outcome
        How the reports ended that came with it; empty when only mail was sent.
    """

    deliveries: Sequence[Delivery]
    outcomes: Sequence[Outcome]

    def with_status(self, *statuses: str) -> list[Delivery]:
        """List the mail that ended so."""
        return [delivery for delivery in self.deliveries if delivery.status in statuses]

    @property
    def failed(self) -> list[Outcome]:
        """Reports that could not be made."""
        return [outcome for outcome in self.outcomes if outcome.status == "failed"]

    @property
    def too_small(self) -> list[Outcome]:
        """Stores with too few customers for a report."""
        return [outcome for outcome in self.outcomes if outcome.status == "held"]

    @property
    def is_worth_a_note(self) -> bool:
        """Whether operators want to know: of every trouble, and of many reports however they went."""
        several = len(self.deliveries) + len(self.failed) > 1
        return bool(self.failed or self.with_status("held", "not sent") or (several and self.with_status("sent")))

    @property
    def entry(self) -> str:
        """16 hex digits that are the same as long as nothing new has happened; a growing age of the data is not new."""
        what: list[Any] = [
            [
                delivery.report,
                delivery.store,
                delivery.period,
                delivery.run,
                delivery.status,
                [[result.address, result.state] for result in delivery.results],
            ]
            for delivery in self.deliveries
        ]
        what += [[outcome.report, outcome.store, outcome.period, outcome.status] for outcome in self.failed]
        return digest(canonical(what))[:16]

    @property
    def month(self) -> str:
        """The newest month that it is about."""
        months = {
            *(delivery.period for delivery in self.deliveries),
            *(outcome.period for outcome in self.outcomes),
        } - {""}
        return max(months, default=NO_MONTH)


def note_operators(options: Options, storage: Storage, outbox: Outbox, ended: Ended, clock: Clock) -> list[Delivery]:
    """Send the operators one note when something was held, failed or not sent, or when several reports were sent.

    Parameters
    ----------
    options, storage, outbox
        The config's own options, the archive, the connection.
    ended : Ended
        How it went.
    clock : callable
        Tells the time.

    Returns
    -------
    list of Delivery
        How the note went, and earlier ones that could not be sent then; empty when there was nothing new to tell.
    """
    mail = options.mail
    operators = {operator.address.casefold(): operator for operator in mail.operators}
    if not operators or mail.sender is None:
        return []
    with storage.alone(MAIL_FOLDER):
        run_ledgers = read_run_ledgers(storage, f"{MAIL_FOLDER}/{options.report.id}/{OPERATORS}")
        everybody, way = list(operators.values()), (storage, outbox, clock)
        sent = [
            _post_to(everybody, Address.parse(path, of_note=True), run_ledger, way, mail.sender)
            for path, run_ledger in run_ledgers.items()
        ]
        address = Address(options.report.id, OPERATORS, ended.month, ended.entry)
        if ended.is_worth_a_note and address.path not in run_ledgers:
            letter = Letter(
                message_id=make_message_id(address.path, mail.sender),
                sent_at=clock(),
                sender=mail.sender,
                reply_to=mail.reply_to,
                to=everybody,
                cc=(),
                subject=f"{options.report.title}: {_count(ended)}",
                text="\n".join(_say(storage, ended)) + "\n",
            )
            content = to_message(letter)
            intent = write_intent(letter, tuple(operator.address for operator in letter.to), content, says=ended.entry)
            Ledger(storage, address).intend(intent, content)
            run_ledger = read_run_ledger(storage, address)
            sent.append(_post_to(letter.to, address, run_ledger, way, mail.sender))
        return [delivery for delivery in sent if delivery is not None]


def _post_to(
    operators: Sequence[MailAddress],
    address: Address,
    run_ledger: RunLedger,
    way: tuple[Storage, Outbox, Clock],
    sender: MailAddress,
) -> Delivery | None:
    """Post a note that is written down to those who do not have it; None when all do."""
    storage, outbox, clock = way
    recipients = [(operator.address, run_ledger.status_of(operator.address)) for operator in operators]
    left = tuple(mail for mail, status in recipients if status is not None and status.is_open)
    if not left or not run_ledger.intents:
        return None
    intent = replace(max(run_ledger.intents.values(), key=lambda message: message.at), recipients=left)
    results = post(outbox, storage, Dispatch(address, intent, sender.address, count_begun(run_ledger, left)), clock)
    return Delivery(
        report=address.report,
        store=None,
        period=address.period,
        run=address.run,
        kind="operators",
        path=storage.shown(f"{MAIL_FOLDER}/{address.path}"),
        place=storage.place,
        config="",
        status="sent" if all(result.state == "sent" for result in results) else "not sent",
        results=results,
    )


def _count(ended: Ended) -> str:
    """Tell in short how many reports ended how."""
    numbers = {
        "sent": len(ended.with_status("sent")),
        "sent before": sum(bool(delivery.results) for delivery in ended.with_status("nothing to send")),
        "held": len(ended.with_status("held")),
        "not sent": len(ended.with_status("not sent")),
        "failed": len(ended.failed),
        "too small": len(ended.too_small),
    }
    return ", ".join(f"{number:,} {word}" for word, number in numbers.items() if number)


def _say(storage: Storage, ended: Ended) -> Iterator[str]:
    yield f"Reports: {_count(ended)}."
    for number, delivery in enumerate(ended.with_status("held")):
        if number == 0:
            yield "\nHeld: not sent to its readers until somebody has looked and released it."
        yield f"- {_name(delivery)}"
        yield from (f"  {reason}" for reason in delivery.reasons)
        yield f"  look:    {_anywhere(delivery.path)}/{HTML}"
        where = f"--config {shlex.quote(_anywhere(delivery.config))} --output {shlex.quote(_anywhere(storage.place))}"
        yield f"  release: reportgen release {delivery.run} {where}"
    for number, delivery in enumerate(ended.with_status("not sent")):
        if number == 0:
            yield "\nNot sent, or not to all:"
        yield f"- {_name(delivery)}"
        yield from (f"  {reason}" for reason in delivery.reasons)
        yield from (
            f"  {result.address}: {say_state(result.state, result.detail)}"
            for result in delivery.results
            if result.state in _BAD
        )
        yield from _say_remedy(delivery, f"{delivery.run} --output {shlex.quote(_anywhere(storage.place))}")
    for number, failure in enumerate(ended.failed):
        if number == 0:
            yield "\nFailed: no report was made."
        yield f"- {failure.store or failure.report} {failure.period}".rstrip()
        yield from (f"  {problem}" for problem in dict.fromkeys(failure.problems))
    for number, delivery in enumerate(ended.with_status("sent")):
        if number == 0:
            yield "\nSent:"
        yield f"- {_name(delivery)}, to {sum(result.state == 'sent' for result in delivery.results):,}"
    if ended.too_small:
        names = sorted({outcome.store or outcome.report for outcome in ended.too_small})
        yield f"\nToo small for a report of their own: {', '.join(names)}."


_BAD = ("failed", "refused", "unknown", "elsewhere")


def _say_remedy(delivery: Delivery, there: str) -> Iterator[str]:
    """Say what to type for a report that was not sent to all."""
    if any(result.state == "unknown" for result in delivery.results):
        yield f"  it came: reportgen send {there} --arrived"
        yield f"  it did not: reportgen send {there} --resend"
    else:
        yield f"  again:   reportgen send {there}"


def _anywhere(place: str) -> str:
    """Return a place as it can be typed in any folder of the machine."""
    return place if "://" in place else str(Path(place).absolute())


def _name(delivery: Delivery) -> str:
    store = "all stores" if delivery.kind == "chain" else delivery.store or delivery.report
    return f"{store} {delivery.period}"
