"""The commands of the mail: send, preview, release."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.cli.clock import read_clock, read_now
from reportgen.cli.mailing import add_new_archive, check_first_mail, end_mail
from reportgen.cli.run import load_all
from reportgen.errors import EXIT_DONE, EXIT_SOME_FAILED, ConfigError, Problem, ReportgenError, did_you_mean
from reportgen.model.artefacts import MANIFEST
from reportgen.text.terminal import say, say_json

if TYPE_CHECKING:
    from reportgen.archive.storage import Storage
    from reportgen.config.addresses import MailAddress
    from reportgen.mail.archived_report import ArchivedReport
    from reportgen.mail.request import MailRequest
    from reportgen.model.mail import Delivery
    from reportgen.runs.configs import LoadedConfig

_RUN = "a run: the first digits of its id, its folder, or REPORT/STORE/MONTH"


def add_mail(commands: Any) -> None:
    """Add the commands `send`, `preview` and `release`."""
    send = commands.add_parser("send", help="e-mail archived reports to their readers", allow_abbrev=False)
    what = f"a config (or a folder of them), or {_RUN}; without any the newest month of every report in the archive"
    send.add_argument("what", nargs="*", metavar="RUN|CONFIG", help=what)
    send.add_argument("--period", metavar="MONTHS", help="YYYY-MM, YYYY-MM..YYYY-MM or last, instead of the config's")
    send.add_argument("--store", metavar="NAME", action="append", default=[], help="only this store's reports")
    send.add_argument("--only", metavar="ADDRESS", action="append", default=[], help="of the readers only this one")
    add_new_archive(send)
    once = send.add_mutually_exclusive_group()
    once.add_argument(
        "--resend", action="store_true", help="send again what may have been delivered, or to those named with --only"
    )
    once.add_argument(
        "--arrived", action="store_true", help="send nothing: note that what may have been delivered has arrived"
    )
    _add_common(send)
    send.set_defaults(do=_send)

    release = commands.add_parser("release", help="send a report that was held", allow_abbrev=False)
    release.add_argument(
        "what", nargs=1, metavar="RUN|CONFIG", help=f"{_RUN}; or a config: all of its reports that are held"
    )
    add_new_archive(release)
    _add_common(release)
    release.set_defaults(do=_release, period=None, store=[], only=[], resend=False, arrived=False)

    preview = commands.add_parser(
        "preview", help="write a report's e-mail to look at, send nothing", allow_abbrev=False
    )
    preview.add_argument("what", nargs=1, metavar="RUN|CONFIG", help=f"{_RUN}; or a config")
    preview.add_argument("--folder", metavar="DIR", type=Path, default=Path("preview"), help="where to write it")
    _add_place(preview)
    preview.set_defaults(do=_preview, period=None, store=[])


def _add_place(command: argparse.ArgumentParser) -> None:
    command.add_argument("--config", metavar="CONFIG", type=Path, help="config to use instead of the run's own")
    command.add_argument("--output", metavar="PLACE", help="folder or URL of the archive instead of the config's")
    command.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="set any option")


def _add_common(command: argparse.ArgumentParser) -> None:
    _add_place(command)
    command.add_argument("--to", metavar="ADDRESS", help="a test: everything goes to this address alone")
    command.add_argument("--dry-run", action="store_true", help="tell what would be sent to whom, send nothing")
    command.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else")
    command.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _send(parsed: argparse.Namespace) -> int:
    return _deliver(parsed, release=False)


def _release(parsed: argparse.Namespace) -> int:
    from reportgen.mail.send import check_held  # noqa: PLC0415

    def check(kept: Sequence[ArchivedReport]) -> None:
        for report in kept:
            check_held(report, read_now())

    return _deliver(parsed, release=True, check=check, find=_find_held)


def _find_held(loaded_config: LoadedConfig, storage: Storage, stores: Sequence[str]) -> list[ArchivedReport]:
    """Find all reports of a config that are held, of whatever month."""
    from reportgen.mail.select import find_waiting_reports  # noqa: PLC0415
    from reportgen.mail.send import is_held  # noqa: PLC0415

    now = read_now()
    return [report for report in find_waiting_reports(loaded_config, storage, stores) if is_held(report, now)]


def _deliver(
    parsed: argparse.Namespace,
    *,
    release: bool,
    check: Callable[[Sequence[ArchivedReport]], None] | None = None,
    find: Find | None = None,
) -> int:
    from reportgen.mail.send import fail_mail, mail_reports  # noqa: PLC0415
    from reportgen.runs.index_pages import write_index  # noqa: PLC0415

    request = _read_request(parsed, release=release)
    found, problems = _find(parsed, find)
    if release:
        found = _drop_idle(found)
    _check_only(found, request)
    _check_ready(found, request, is_new=parsed.new_archive)
    for _, _, kept in found:
        if check is not None:
            check(kept)
    deliveries: list[Delivery] = []
    for loaded_config, storage, kept in found:
        try:
            deliveries += mail_reports(loaded_config, storage, (kept, ()), request, read_now)
        except ReportgenError as error:
            deliveries += fail_mail(kept, error)
        if not (request.is_silent or request.to is not None):
            write_index(storage)  # what is held, or no longer, is shown there
    if parsed.json:
        from reportgen.cli.as_json import mail_as_json  # noqa: PLC0415

        say_json({"mail": mail_as_json(deliveries)})
    elif not parsed.quiet:
        from reportgen.cli.console import summarise_mail  # noqa: PLC0415

        say(summarise_mail(deliveries))
    for problem in problems:
        say(str(problem), is_error=True)
    code = end_mail(deliveries, is_shown=not (parsed.json or parsed.quiet))
    return EXIT_SOME_FAILED if problems else code


def _drop_idle(found: Sequence[_Found]) -> list[_Found]:
    """Leave out configs of which nothing is held; stop when nothing is at all."""
    if not any(kept for _, _, kept in found):
        of = ", ".join(f"'{loaded_config.base.options.report.id}'" for loaded_config, _, _ in found)
        place = ", ".join(dict.fromkeys(storage.place for _, storage, _ in found))
        expected = f"reports of {of} that are held"
        raise ConfigError(Problem(place, "archive", expected, "none", "Send with 'reportgen send'."))
    return [one for one in found if one[2]]


def _read_request(parsed: argparse.Namespace, *, release: bool) -> MailRequest:
    from reportgen.mail.request import MailRequest  # noqa: PLC0415

    request = MailRequest(
        to=read_address("--to", parsed.to) if parsed.to is not None else None,
        only=tuple(read_address("--only", address).address for address in parsed.only),
        resend=parsed.resend,
        arrived=parsed.arrived,
        release=release,
        dry_run=parsed.dry_run,
    )
    if request.to is not None and (request.arrived or request.only or request.resend):
        expected = "a test, which goes to one address and counts for nothing"
        raise ConfigError(Problem("command line", "--to", expected, "--arrived, --only or --resend beside it"))
    return request


def _check_ready(found: Sequence[_Found], request: MailRequest, *, is_new: bool) -> None:
    """Stop before anything is sent where it cannot be sent, or should not be from this archive."""
    from reportgen.archive.identity import check_place  # noqa: PLC0415
    from reportgen.mail.send import check_ready  # noqa: PLC0415

    for loaded_config, storage, _ in found:
        options = loaded_config.base.options
        if len(found) == 1:
            check_ready(loaded_config, request)  # of several each has an end of its own
        check_place(storage, options.archive.id, is_new=False)
        if not (request.is_silent or request.to is not None):
            check_first_mail(loaded_config.config, options, storage, is_new=is_new, is_alone=len(found) == 1)


def _check_only(found: Sequence[_Found], request: MailRequest) -> None:
    """Stop at an address that is on nobody's list."""
    kept = [report for _, _, reports in found for report in reports]
    readers = [reader for report in kept for reader in report.options.mail.readers_of(report.manifest.kind).everyone]
    known = {reader.address.address.casefold() for reader in readers}
    for address in request.only:
        if address.casefold() not in known:
            hint = did_you_mean(address, known) or f"Its readers: {', '.join(sorted(known)[:20]) or 'none'}."
            raise ConfigError(Problem("command line", "--only", "a reader of these reports", f"'{address}'", hint))


Find = Callable[["LoadedConfig", "Storage", Sequence[str]], list["ArchivedReport"]]
_Found = tuple["LoadedConfig", "Storage", list["ArchivedReport"]]


def _find(parsed: argparse.Namespace, find: Find | None = None) -> tuple[list[_Found], list[Problem]]:
    """Find what is to be sent, by config; configs and runs may be named side by side.

    Returns
    -------
    found, problems
        What was found, and what is wrong with single configs among several.

    Raises
    ------
    ConfigError
        When nothing was found, or a run that was named is not there.
    """
    from reportgen.archive.open import open_storage  # noqa: PLC0415
    from reportgen.config.files import list_configs  # noqa: PLC0415
    from reportgen.mail.select import find_config_reports  # noqa: PLC0415
    from reportgen.runs.request import Request  # noqa: PLC0415

    configs = [Path(argument) for argument in parsed.what if _is_config(Path(argument))]
    if len(configs) < len(parsed.what) and (parsed.store or parsed.period is not None):
        expected = "a config; a run has one store and one month already"
        came = f"them with {', '.join(argument for argument in parsed.what if not _is_config(Path(argument)))}"
        raise ConfigError(Problem("command line", "--store, --period", expected, came))
    typed = list(dict.fromkeys(argument for argument in parsed.what if not _is_config(Path(argument))))
    found: list[_Found] = []
    problems: list[Problem] = []
    for loaded_config in load_all(list_configs(configs), _overrides(parsed)) if configs else []:
        try:
            if isinstance(loaded_config, ConfigError):
                raise loaded_config
            storage = open_storage(Request(parsed.output).place_of(loaded_config))
            reports = (find or find_config_reports)(loaded_config, storage, parsed.store)
            found.append((loaded_config, storage, reports))
        except ConfigError as error:
            problems += error.problems
    if typed or not configs:
        found += _find_runs(parsed, typed)
    if problems and not found:
        raise ConfigError(*problems)
    return found, problems


def _find_runs(parsed: argparse.Namespace, typed: Sequence[str]) -> list[_Found]:
    """Find runs by what was typed; of all that the archive has, those whose config says something of mail."""
    from reportgen.archive.open import open_storage  # noqa: PLC0415
    from reportgen.mail.select import find_named_reports  # noqa: PLC0415
    from reportgen.runs.load import load_config_to_run  # noqa: PLC0415
    from reportgen.runs.request import Request  # noqa: PLC0415

    made_on, begun_at = read_clock()

    def load(path: Path) -> LoadedConfig:
        return load_config_to_run(path, _overrides(parsed), made_on=made_on, begun_at=begun_at)

    place = parsed.output
    if place is None:
        place = Request().place_of(load(parsed.config)) if parsed.config is not None else "output"
    storage = open_storage(place)
    named = find_named_reports(storage, typed, load, parsed.config).values()
    stated = [
        (loaded_config, kept) for loaded_config, kept in named if typed or loaded_config.base.options.mail.is_stated
    ]
    return [(loaded_config, storage, kept) for loaded_config, kept in stated or named]


def _overrides(parsed: argparse.Namespace) -> list[str]:
    from reportgen.config.load import quote_override  # noqa: PLC0415

    period = [quote_override("period", parsed.period)] if parsed.period is not None else []
    return [*parsed.set, *period]


def _is_config(path: Path) -> bool:
    """Whether what a person typed is a config, or a folder of them; anything else is a run."""
    if path.suffix in (".yaml", ".yml"):
        return True
    return path.is_dir() and not (path / MANIFEST).exists() and any(path.glob("*.y*ml"))


def read_address(flag: str, value: str) -> MailAddress:
    """Read an address given on the command line."""
    from reportgen.config.addresses import MailAddress, parse_address  # noqa: PLC0415

    try:
        address = parse_address(value)
    except ValueError as error:
        raise ConfigError(Problem("command line", flag, str(error), f"'{value}'")) from None
    assert isinstance(address, MailAddress)  # noqa: S101 - a text gives one
    return address


def _preview(parsed: argparse.Namespace) -> int:
    from reportgen.mail.preview import write_preview  # noqa: PLC0415

    for _, _, kept in _find(parsed)[0]:
        for report in kept:
            for path, whom in write_preview(report, parsed.folder, read_now()):
                say(f"{path}  for {whom}")
    return EXIT_DONE
