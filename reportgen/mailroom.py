"""The mail of one config: its reports over one connection, then the note to its operators."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from reportgen.archive.storage import Storage
from reportgen.config.options import Options
from reportgen.delivery.secret import NO_SECRET, read_secret
from reportgen.delivery.smtp import Outbox
from reportgen.errors import ConfigError, Problem
from reportgen.indexing import write_index
from reportgen.letters import KeptReport
from reportgen.mailing import Mailing, MailRequest
from reportgen.model.mail import Delivery
from reportgen.noting import Ended, note_operators
from reportgen.outcomes import Outcome
from reportgen.plan import Shop
from reportgen.posting import Clock


def mail_reports(
    shop: Shop,
    storage: Storage,
    ended: tuple[Sequence[KeptReport], Sequence[Outcome]],
    request: MailRequest,
    clock: Clock,
) -> list[Delivery]:
    """Send the reports of one config over one connection, and tell its operators.

    Parameters
    ----------
    shop : Shop
        The config.
    storage : Storage
        The archive.
    ended : (sequence of KeptReport, sequence of Outcome)
        Its reports, and how those ended that were made just now (empty when nothing was made).
    request : MailRequest
        How.
    clock : callable
        Tells the time.
    """
    options = shop.base.options
    kept, outcomes = ended
    silent = request.dry_run or request.arrived
    if not request.arrived:
        check_ready(options, request)
    secret = NO_SECRET if silent else read_secret(options.mail.smtp, os.environ)
    with Outbox(options.mail.smtp, secret) as outbox:
        deliveries = Mailing(storage, request, clock).send(kept, outbox)
        if not (silent or request.to):
            write_index(storage)  # what is held, or no longer, is shown there
        if not (silent or request.to or request.only):
            note_operators(options, storage, outbox, Ended(deliveries, outcomes), clock)
    return deliveries


def hold_back(outcomes: Sequence[Outcome], deliveries: Sequence[Delivery]) -> list[Outcome]:
    """Tell of reports that were made and then held as held, with the reason."""
    held = {(one.report, one.run): "; ".join(one.reasons) for one in deliveries if one.status == "held"}
    return [
        replace(one, status="held", reason=held[one.report, one.run]) if (one.report, one.run) in held else one
        for one in outcomes
    ]


def check_ready(options: Options, request: MailRequest) -> None:
    """Stop early where a config cannot send at all.

    Raises
    ------
    ConfigError
        When it names no server, or no sender.
    """
    place, mail = f"config of '{options.report.id}'", options.mail
    if mail.smtp.host is None and not request.dry_run:
        hint = "State 'mail: {smtp: {host: smtp.example.org}}'; 'reportgen preview' needs none."
        raise ConfigError(Problem(place, "mail.smtp.host", "the mail server", "nothing", hint))
    if mail.sender is None:
        hint = "State 'mail: {from: Shop reports <reports@example.org>}'."
        raise ConfigError(Problem(place, "mail.from", "whom the mail comes from", "nothing", hint))
