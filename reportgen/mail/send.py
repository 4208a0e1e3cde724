"""The mail of one config: its reports over one connection, then the note to its operators."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from reportgen.archive.held import Waiting, list_waiting
from reportgen.archive.ledger import read_run_ledger
from reportgen.archive.storage import Storage
from reportgen.delivery.secret import NO_SECRET, Secret, read_secret
from reportgen.delivery.smtp import Outbox
from reportgen.errors import ConfigError, Problem, ReportgenError
from reportgen.mail.archived_report import ArchivedReport
from reportgen.mail.dispatch import Mailing
from reportgen.mail.note_words import Ended
from reportgen.mail.notify import note_operators
from reportgen.mail.reasons import find_mail_reasons
from reportgen.mail.request import MailRequest
from reportgen.mail.select import find_report
from reportgen.mail.transmit import Clock
from reportgen.model.mail import Delivery
from reportgen.model.outcome import Outcome
from reportgen.runs.configs import LoadedConfig


def mail_reports(
    loaded_config: LoadedConfig,
    storage: Storage,
    ended: tuple[Sequence[ArchivedReport], Sequence[Outcome]],
    request: MailRequest,
    clock: Clock,
) -> list[Delivery]:
    """Send the reports of one config over one connection, and tell its operators.

    Parameters
    ----------
    loaded_config : LoadedConfig
        The config.
    storage : Storage
        The archive.
    ended : (sequence of ArchivedReport, sequence of Outcome)
        Its reports, and how those ended that were made just now (empty when nothing was made).
    request : MailRequest
        How.
    clock : callable
        Tells the time.
    """
    options = loaded_config.base.options
    kept, outcomes = ended
    with Outbox(options.mail.smtp, check_ready(loaded_config, request)) as outbox:
        deliveries = Mailing(storage, request, clock).send(kept, outbox)
        if outcomes and not (request.is_silent or request.to or request.only):
            deliveries += _list_still_held(loaded_config, storage, kept)
        if not (request.is_silent or request.to or request.only):
            deliveries += note_operators(options, storage, outbox, Ended(tuple(deliveries), outcomes), clock)
    return deliveries


def _list_still_held(
    loaded_config: LoadedConfig, storage: Storage, kept: Sequence[ArchivedReport]
) -> Iterator[Delivery]:
    """Tell of reports of other months that were held and that nobody has released since."""
    looked_at = {report.manifest.address.path for report in kept}
    for waiting in list_waiting(storage, loaded_config.base.options.report.id):
        if waiting.address.path in looked_at:
            continue
        since = (f"since {waiting.hold.at[:10]}",) if waiting.hold.at else ()
        try:
            report = find_report(loaded_config, storage, waiting.address)
        except (FileNotFoundError, ValueError):
            yield _tell_damaged(loaded_config, storage, waiting)
        else:
            yield report.deliver("held", (*since, *waiting.hold.reasons))


def _tell_damaged(loaded_config: LoadedConfig, storage: Storage, waiting: Waiting) -> Delivery:
    """Tell of a report that is held and whose manifest cannot be read."""
    address = waiting.address
    return Delivery(
        report=address.report,
        store=address.store,
        period=address.period,
        run=address.run,
        kind="store",
        path=storage.shown(address.path),
        place=storage.place,
        config=str(loaded_config.config),
        status="held",
        reasons=("its manifest cannot be read any more: see 'reportgen archive verify'",),
    )


def fail_mail(kept: Sequence[ArchivedReport], error: ReportgenError) -> list[Delivery]:
    """Tell of reports that were made and could not be sent at all."""
    reasons = tuple(str(problem) for problem in error.problems)
    return [report.deliver("not sent", reasons) for report in kept]


def hold_back(outcomes: Sequence[Outcome], deliveries: Sequence[Delivery]) -> list[Outcome]:
    """Tell of reports that were made and then held as held, with the reason."""
    held = {
        (delivery.report, delivery.run): "; ".join(delivery.reasons)
        for delivery in deliveries
        if delivery.status == "held"
    }
    return [
        replace(outcome, status="held", reason=held[outcome.report, outcome.run])
        if (outcome.report, outcome.run) in held
        else outcome
        for outcome in outcomes
    ]


def check_ready(loaded_config: LoadedConfig, request: MailRequest) -> Secret:
    """Stop early where a config cannot send at all; return the password of its mail server.

    Raises
    ------
    ConfigError
        When it names no server or no sender, or the password is not where it says.
    """
    if request.arrived:
        return NO_SECRET
    place, mail = str(loaded_config.config), loaded_config.base.options.mail
    if mail.smtp.host is None and not request.dry_run:
        hint = "State 'mail: {smtp: {host: smtp.example.org}}'; 'reportgen preview' needs none."
        raise ConfigError(Problem(place, "mail.smtp.host", "the mail server", "nothing", hint))
    if mail.sender is None:
        hint = "State 'mail: {from: Shop reports <reports@example.org>}'."
        raise ConfigError(Problem(place, "mail.from", "whom the mail comes from", "nothing", hint))
    if mail.smtp.ca_file is not None and not Path(mail.smtp.ca_file).is_file():
        expected = "a file with certificates (PEM)"
        raise ConfigError(Problem(place, "mail.smtp.ca_file", expected, f"no such file: {mail.smtp.ca_file}"))
    return NO_SECRET if request.is_silent else read_secret(mail.smtp, os.environ)


def is_held(kept: ArchivedReport, now: datetime) -> bool:
    """Whether a report waits for a person, or would once it is to be sent."""
    run_ledger = read_run_ledger(kept.storage, kept.manifest.address)
    if run_ledger.hold is not None:
        return run_ledger.hold.released_at is None
    return not run_ledger.is_sent and bool(find_mail_reasons(kept, now.date()))


def check_held(kept: ArchivedReport, now: datetime) -> None:
    """Refuse to release what is not held.

    Raises
    ------
    ConfigError
        When nothing speaks against the report, or a person has released it already.
    """
    if is_held(kept, now):
        return
    hold = read_run_ledger(kept.storage, kept.manifest.address).hold
    came = "one that is not" if hold is None else f"one that was released, {(hold.released_at or '')[:16]} UTC"
    place = kept.storage.shown(kept.manifest.address.path)
    hint = "Send it with 'reportgen send'."
    raise ConfigError(Problem(place, "RUN", "a report that is held", came, hint))
