"""The door to the mail: send, preview, release."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.cli_run import load_all, mail_as_json, read_clock, read_now
from reportgen.errors import EXIT_DONE, EXIT_NOT_SENT, ConfigError, Problem

if TYPE_CHECKING:
    from reportgen.archive.storage import Storage
    from reportgen.config.addresses import MailAddress
    from reportgen.letters import KeptReport
    from reportgen.model.mail import Delivery
    from reportgen.plan import Shop

_RUN = "a run: the first digits of its id, its folder, or REPORT/STORE/MONTH"


def add_mail(commands: Any) -> None:
    """Add the commands `send`, `preview` and `release`."""
    send = commands.add_parser("send", help="e-mail archived reports to their readers", allow_abbrev=False)
    what = f"a config (or a folder of them), or {_RUN}; without any the newest month of every report in the archive"
    send.add_argument("what", nargs="*", metavar="RUN|CONFIG", help=what)
    send.add_argument("--period", metavar="MONTHS", help="YYYY-MM, YYYY-MM..YYYY-MM or last, instead of the config's")
    send.add_argument("--store", metavar="NAME", action="append", default=[], help="only this store's reports")
    send.add_argument("--only", metavar="ADDRESS", action="append", default=[], help="of the readers only this one")
    send.add_argument(
        "--resend", action="store_true", help="send again what may have been delivered, or to those named with --only"
    )
    send.add_argument(
        "--arrived", action="store_true", help="send nothing: note that what may have been delivered has arrived"
    )
    _add_common(send)
    send.set_defaults(do=_send)

    release = commands.add_parser("release", help="send a report that was held", allow_abbrev=False)
    release.add_argument("what", nargs=1, metavar="RUN", help=_RUN)
    _add_common(release)
    release.set_defaults(do=_release, period=None, store=[], only=[], resend=False, arrived=False)

    preview = commands.add_parser(
        "preview", help="write a report's e-mail to look at, send nothing", allow_abbrev=False
    )
    preview.add_argument("what", nargs=1, metavar="RUN", help=_RUN)
    preview.add_argument("--folder", metavar="DIR", type=Path, default=Path("preview"), help="where to write it")
    _add_place(preview)
    preview.set_defaults(do=_preview, period=None)


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
    from reportgen.archive.ledger import read_page  # noqa: PLC0415

    def check(kept: Sequence[KeptReport]) -> None:
        for one in kept:
            hold = read_page(one.storage, one.manifest.address).hold
            if hold is None or hold.released_at is not None:
                came = "one that is not" if hold is None else f"one that was released, {hold.released_at} UTC"
                hint = "Send it with 'reportgen send'."
                place = one.storage.shown(one.manifest.address.path)
                raise ConfigError(Problem(place, "RUN", "a report that is held", came, hint))

    return _deliver(parsed, release=True, check=check)


def _deliver(
    parsed: argparse.Namespace, *, release: bool, check: Callable[[Sequence[KeptReport]], None] | None = None
) -> int:
    from reportgen.mailing import MailRequest  # noqa: PLC0415
    from reportgen.mailroom import mail_reports  # noqa: PLC0415

    request = MailRequest(
        to=read_address("--to", parsed.to) if parsed.to else None,
        only=tuple(read_address("--only", one).address for one in parsed.only),
        resend=parsed.resend,
        arrived=parsed.arrived,
        release=release,
        dry_run=parsed.dry_run,
    )
    deliveries: list[Delivery] = []
    for shop, storage, kept in _find(parsed):
        if check is not None:
            check(kept)
        deliveries += mail_reports(shop, storage, (kept, ()), request, read_now)
    if parsed.json:
        print(json.dumps({"mail": mail_as_json(deliveries)}, ensure_ascii=False))
    elif not parsed.quiet:
        from reportgen.console import summarise_mail  # noqa: PLC0415

        print(summarise_mail(deliveries))
    return EXIT_NOT_SENT if any(one.has_trouble for one in deliveries) else EXIT_DONE


def _find(parsed: argparse.Namespace) -> list[tuple[Shop, Storage, list[KeptReport]]]:
    """Find what is to be sent, by config: configs and runs may be named side by side."""
    from reportgen.archive.storage import open_storage  # noqa: PLC0415
    from reportgen.config.files import list_configs  # noqa: PLC0415
    from reportgen.config.load import quote_override  # noqa: PLC0415
    from reportgen.errands import find_config_reports, find_named_reports  # noqa: PLC0415
    from reportgen.errors import ReportgenError  # noqa: PLC0415
    from reportgen.rounds import Request  # noqa: PLC0415

    overrides = list(parsed.set)
    if parsed.period is not None:
        overrides.append(quote_override("period", parsed.period))
    configs = [Path(one) for one in parsed.what if _is_config(Path(one))]
    typed = [one for one in parsed.what if not _is_config(Path(one))]
    found = []
    for shop in load_all(list_configs(configs), overrides) if configs else []:
        if isinstance(shop, ReportgenError):
            raise shop
        storage = open_storage(Request(parsed.output).place_of(shop))
        found.append((shop, storage, find_config_reports(shop, storage, parsed.store)))
    if typed or not configs:
        from reportgen.loading import load_shop  # noqa: PLC0415

        made_on, begun_at = read_clock()
        storage = open_storage(parsed.output or "output")
        load = lambda path: load_shop(path, overrides, made_on=made_on, begun_at=begun_at)  # noqa: E731
        named = find_named_reports(storage, typed, load, parsed.config)
        found += [(shop, storage, kept) for shop, kept in named.values()]
    return found


def _is_config(path: Path) -> bool:
    """Whether what a person typed is a config, or a folder of them; anything else is a run."""
    if path.suffix in (".yaml", ".yml"):
        return True
    return path.is_dir() and not (path / "manifest.json").exists() and any(path.glob("*.y*ml"))


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
    from reportgen.previewing import write_preview  # noqa: PLC0415

    for _, _, kept in _find(parsed):
        for one in kept:
            for path in write_preview(one, parsed.folder, read_now()):
                print(path)
    return EXIT_DONE
