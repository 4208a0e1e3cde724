"""Tells the operators, in short, how the mail of a run went: one note, and never the same twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reportgen.archive.ledger import Ledger, RunLedger, read_run_ledger, read_run_ledgers
from reportgen.archive.names import OPERATORS
from reportgen.archive.storage import Storage
from reportgen.config.addresses import MailAddress
from reportgen.config.options import Options
from reportgen.config.values import MAIL_FOLDER
from reportgen.delivery.message import Letter, make_message_id, to_message
from reportgen.delivery.smtp import Outbox
from reportgen.mail.compose import write_intent
from reportgen.mail.note_words import Ended, count_ends, say_note
from reportgen.mail.transmit import Clock, Dispatch, count_begun, post
from reportgen.model.archive import Address
from reportgen.model.mail import Delivery


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
                subject=f"{options.report.title}: {count_ends(ended)}",
                text="\n".join(say_note(storage, ended)) + "\n",
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
