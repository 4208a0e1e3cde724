"""What `run` and `send` share when mail goes out: what is looked at before, and what is told after."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.cli.clock import read_now
from reportgen.errors import EXIT_DONE, EXIT_NOT_SENT, ConfigError, Problem, ReportgenError
from reportgen.text.terminal import say

if TYPE_CHECKING:
    import argparse

    from reportgen.archive.storage import Storage
    from reportgen.config.options import Options
    from reportgen.model.mail import Delivery
    from reportgen.model.outcome import Outcome
    from reportgen.runs.configs import LoadedConfig
    from reportgen.runs.request import Request


def add_new_archive(command: argparse.ArgumentParser) -> None:
    """Add the flag `--new-archive`."""
    what = "mail from an archive that has never mailed this report; needed once, at the very first time"
    command.add_argument("--new-archive", action="store_true", help=what)


def check_first_mail(config: Path, options: Options, storage: Storage, *, is_new: bool, is_alone: bool = True) -> None:
    """Stop unless an archive has mailed a report before, or a person says that it never was.

    Parameters
    ----------
    config : Path
        The config.
    options : Options
        What it says.
    storage : Storage
        The archive.
    is_new : bool
        Whether `--new-archive` was given.
    is_alone : bool
        Whether it was given for this config alone; of several it is for those that have never mailed.

    Raises
    ------
    ConfigError
        When the archive has never mailed the report and nobody says that it is new, or when it has and is called new.
    """
    from reportgen.archive.ledger import has_mailed, note_agreed  # noqa: PLC0415

    report = options.report.id
    place = storage.place if "://" in storage.place else str(Path(storage.place).absolute())
    if has_mailed(storage, report):
        if is_new and is_alone:
            hint = "Leave it out: it is for the very first time, so that it covers no later mistake."
            came = f"one that has mailed '{report}' before"
            raise ConfigError(Problem(place, "--new-archive", "an archive that has never mailed", came, hint))
        return
    if options.archive.id is not None:
        return
    if is_new or _is_confirmed(report, place):
        note_agreed(storage, report)
        return
    hint = (
        "If the archive is elsewhere, name its place with --output or 'archive: {path: …}'; here everybody would get"
        " what they have already. If this report was never mailed, say so once with --new-archive."
    )
    expected = f"the archive that '{report}' has been mailed from"
    raise ConfigError(Problem(str(config), "archive", expected, f"one that has never mailed it: {place}", hint))


def _is_confirmed(report: str, place: str) -> bool:
    """Ask the person at the terminal, where there is one."""
    if not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    known = f"The archive {place} has never mailed '{report}'."
    say(f"{known} If another one has, its readers get everything again.", is_error=True)
    say("Is this the first time that it is mailed? [y/N] ", is_error=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def check_mail(loaded_configs: Sequence[LoadedConfig]) -> None:
    """Tell what keeps mail from being sent before any report is made."""
    from reportgen.mail.request import MailRequest  # noqa: PLC0415
    from reportgen.mail.send import check_ready  # noqa: PLC0415

    mailed = [loaded_config for loaded_config in loaded_configs if loaded_config.base.options.mail.is_stated]
    if len(mailed) < 2:  # of several each has an end of its own
        check_ready((mailed or list(loaded_configs))[0], MailRequest())


def check_first(
    config: Path, loaded_config: LoadedConfig | ConfigError, request: Request, parsed: argparse.Namespace
) -> LoadedConfig | ConfigError:
    """Refuse a config whose archive has never mailed its report, before anything is made there."""
    from reportgen.archive.open import open_storage  # noqa: PLC0415

    if isinstance(loaded_config, ConfigError) or not loaded_config.base.options.mail.is_stated:
        return loaded_config
    storage = open_storage(request.place_of(loaded_config))
    try:
        is_alone = len(parsed.configs) == 1 and not parsed.configs[0].is_dir()
        check_first_mail(config, loaded_config.base.options, storage, is_new=parsed.new_archive, is_alone=is_alone)
    except ConfigError as error:
        return error
    return loaded_config


def mail_made(loaded_config: LoadedConfig, request: Request, ended: Sequence[Outcome]) -> list[Delivery]:
    """Send what a round has made."""
    from reportgen.archive.open import open_storage  # noqa: PLC0415
    from reportgen.mail.request import MailRequest  # noqa: PLC0415
    from reportgen.mail.select import find_made_reports  # noqa: PLC0415
    from reportgen.mail.send import fail_mail, mail_reports  # noqa: PLC0415
    from reportgen.runs.index_pages import write_index  # noqa: PLC0415

    storage = open_storage(request.place_of(loaded_config))
    kept = find_made_reports(loaded_config, storage, ended)
    try:
        return mail_reports(loaded_config, storage, (kept, ended), MailRequest(), read_now)
    except ReportgenError as error:
        return fail_mail(kept, error)
    finally:
        write_index(storage)  # what is held, or no longer, is shown there


def end_mail(deliveries: Sequence[Delivery], *, is_shown: bool) -> int:
    """Print what was not sent, unless it is shown already, and tell the exit code."""
    troubled = [delivery for delivery in deliveries if delivery.has_trouble]
    if troubled and not is_shown:
        from reportgen.cli.console import summarise_mail  # noqa: PLC0415

        say("\n".join(summarise_mail([delivery]) for delivery in troubled), is_error=True)
    return EXIT_NOT_SENT if troubled else EXIT_DONE
