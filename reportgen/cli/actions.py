"""The commands of actions: `reportgen actions list`, `mark` and `export`."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.cli.place import open_archive
from reportgen.errors import EXIT_DONE, ConfigError, Problem
from reportgen.text.terminal import say, say_json, visible_line

if TYPE_CHECKING:
    from reportgen.archive.actions import KeptAction
    from reportgen.archive.storage import Storage


_RUN = "first digits of the run whose customers are meant, where a month was made more than once"
_TOOLS = ("klaviyo", "google", "mailchimp")


def add_actions(commands: Any) -> None:
    """Add the command `actions` and its own commands."""
    actions = commands.add_parser(
        "actions", help="say which actions were sent, to be read out later", allow_abbrev=False
    )
    verbs = actions.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=type(actions))
    place = "folder or URL of the archive; default: output"

    listing = verbs.add_parser("list", help="list the actions whose customers are kept", allow_abbrev=False)
    listing.add_argument("report", nargs="?", metavar="REPORT", help="only this report's")
    listing.add_argument("--month", metavar="YYYY-MM", help="only those of this month's reports")
    listing.add_argument("--all", action="store_true", help="those of runs that were replaced, too")
    listing.add_argument("--json", action="store_true", help="print them as JSON")
    listing.set_defaults(do=_list)
    mark = verbs.add_parser("mark", help="say that an action was sent, or was not", allow_abbrev=False)
    mark.add_argument("action", metavar="ACTION", nargs="+", help="the first digits of its id, as 'list' prints it")
    mark.add_argument("what", metavar="WHAT", choices=("sent", "not-sent"), help="sent, or not-sent")
    mark.add_argument("--on", metavar="DATE", help="day on which it was sent, YYYY-MM-DD; default: today")
    mark.add_argument("--run", metavar="RUN", help=_RUN)
    mark.set_defaults(do=_mark)
    export = verbs.add_parser("export", help="write whom an action writes to, for a mailing tool", allow_abbrev=False)
    export.add_argument("action", metavar="ACTION", help="the first digits of its id, as 'list' prints it")
    export.add_argument("file", metavar="FILE", type=Path, help="CSV file to write")
    export.add_argument("--to", metavar="TOOL", required=True, choices=_TOOLS, help=", ".join(_TOOLS))
    text = "its config: the source is read for addresses and consent"
    export.add_argument("--config", metavar="CONFIG", type=Path, required=True, help=text)
    export.add_argument("--run", metavar="RUN", help=_RUN)
    export.add_argument("--force", action="store_true", help="replace the file if it is there")
    export.set_defaults(do=_export)
    for parser in (listing, mark, export):
        parser.add_argument("--output", metavar="PLACE", default="output", help=place)


def _list(parsed: argparse.Namespace) -> int:
    from reportgen.archive.actions import list_actions  # noqa: PLC0415

    storage = open_archive(parsed.output)
    listed = [kept for kept in list_actions(storage, parsed.report) if parsed.month in (None, kept.manifest.period)]
    actions = [kept for kept in listed if parsed.all or kept.is_current or kept.is_marked]
    if parsed.json:
        say_json([_dump(kept, storage) for kept in actions])
        return EXIT_DONE
    for kept in actions:
        store = kept.manifest.store or kept.manifest.store_folder
        arms = f"{kept.file.treat:,} to write to, {kept.file.hold:,} held back"
        what = f"{kept.mark.trial.segment}: {kept.mark.trial.title}"
        say(visible_line(f"{kept.mark.trial.id}  {kept.manifest.period}  {kept.manifest.report} {store}  {what}"))
        say(visible_line(f"          {arms}; {_tell(kept)}"))
        say(f"          {storage.shown(kept.path)}{'' if kept.is_current else '  (the run was replaced)'}")
    if not actions:
        say("no action: no report keeps the customers of its actions; see the option audiences.ids")
    return EXIT_DONE


def _tell(kept: KeptAction) -> str:
    """Tell how far an action has come."""
    from reportgen.model.trials import last_day_of  # noqa: PLC0415

    if not kept.is_marked:
        return "not marked"
    if kept.mark.sent_on is None:
        return "not sent"
    until = last_day_of(kept.mark.sent_on)
    return (
        f"sent on {kept.mark.sent_on.isoformat()}; to be read out by the first report that has seen {until.isoformat()}"
    )


def _dump(kept: KeptAction, storage: Storage) -> dict[str, Any]:
    from reportgen.model.trials import last_day_of  # noqa: PLC0415

    trial, sent_on = kept.mark.trial, kept.mark.sent_on
    return {
        "id": trial.id,
        "month": trial.month,
        "run": kept.manifest.run,
        "is_current": kept.is_current,
        "report": kept.manifest.report,
        "store": kept.manifest.store,
        "segment": trial.segment,
        "action": trial.plan.play,
        "title": trial.title,
        "file": storage.shown(kept.path),
        "treat": kept.file.treat,
        "hold": kept.file.hold,
        "state": ("sent" if sent_on else "not-sent") if kept.is_marked else "not-marked",
        "sent_on": sent_on.isoformat() if sent_on else None,
        "until": last_day_of(sent_on).isoformat() if sent_on else None,
    }


def _export(parsed: argparse.Namespace) -> int:
    from reportgen.archive.actions import find_action, load_list  # noqa: PLC0415
    from reportgen.config.stores import load_stores  # noqa: PLC0415
    from reportgen.runs.contacts import read_contacts  # noqa: PLC0415
    from reportgen.runs.destinations import write_for  # noqa: PLC0415

    if parsed.file.exists() and not parsed.force:
        hint = "Name another one, or say --force."
        raise ConfigError(Problem(str(parsed.file), "FILE", "a file that is not there yet", "one that is", hint))
    storage = open_archive(parsed.output)
    kept = find_action(storage, parsed.action, parsed.run)
    listed = load_list(storage, kept.mark)
    base, stores = load_stores(parsed.config, [])
    options = stores[kept.manifest.store].options if kept.manifest.store in stores else base.options
    done = write_for(parsed.to, listed, read_contacts(options))
    _write(parsed.file, done.content)
    say(f"{parsed.file}")
    say(f"  {done.written:,} addresses for {parsed.to}; the {kept.file.hold:,} held back are not in it")
    if done.without_address:
        say(f"  {done.without_address:,} customers to write to have no e-mail address in the source")
    if done.unknown:
        say(f"  {done.unknown:,} have not said in the source whether they agree: write to none who did not")
    if done.held:
        say(f"  {done.held:,} are left out, as somebody who is held back has the same address")
    if done.refused:
        say(f"  {done.refused:,} who have not agreed are left out, as {parsed.to} takes no consent")
    return EXIT_DONE


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner alone: it holds addresses."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415

    written = None
    try:
        with NamedTemporaryFile(dir=file.parent, delete=False) as fresh:
            written = Path(fresh.name)
            fresh.write(content)
        written.replace(file)
    except OSError as error:
        if written is not None:
            written.unlink(missing_ok=True)
        came = error.strerror or str(error)
        raise ConfigError(Problem(str(file), "FILE", "a file that can be written", came)) from None


def _mark(parsed: argparse.Namespace) -> int:
    from dataclasses import replace  # noqa: PLC0415

    from reportgen.archive.actions import find_action, write_mark  # noqa: PLC0415
    from reportgen.cli.clock import read_clock, read_last_day  # noqa: PLC0415

    today, now = read_clock()
    if parsed.what == "not-sent" and parsed.on is not None:
        raise ConfigError(Problem("command line", "--on", "a day only for what was sent", f"'{parsed.on}'"))
    storage = open_archive(parsed.output)
    found = [find_action(storage, typed, parsed.run) for typed in parsed.action]
    sent_on = None if parsed.what == "not-sent" else _read_day(parsed.on, today)
    for kept in found:
        _check_heard(storage, kept)
        _check_day(sent_on, kept, max(today, read_last_day()))
    with storage.session():
        for kept in found:
            mark = replace(kept.mark, sent_on=sent_on, at=now)
            write_mark(storage, mark, kept.manifest.address)
            told = _tell(replace(kept, mark=mark))
            say(visible_line(f"{mark.trial.id}  {mark.trial.month}  {mark.trial.segment}: {mark.trial.title}; {told}"))
            say(f"          {storage.shown(kept.path)}")
    return EXIT_DONE


def _read_day(typed: str | None, today: date) -> date:
    if typed is None:
        return today
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ConfigError(Problem("command line", "--on", "a day as YYYY-MM-DD", f"'{typed}'")) from None


def _check_heard(storage: Storage, kept: KeptAction) -> None:
    """Refuse what no report to come would heed: the store's own have gone on too far."""
    from reportgen.archive.runs import list_manifests  # noqa: PLC0415
    from reportgen.model.trials import MONTHS_OPEN  # noqa: PLC0415
    from reportgen.months import count_months  # noqa: PLC0415

    mine = (kept.manifest.report, kept.manifest.store_folder)
    runs = list_manifests(storage)
    newest = max(run.period for run in runs if (run.report, run.store_folder) == mine)
    if count_months(kept.manifest.period, newest) >= 2 * MONTHS_OPEN:
        expected = f"one of a report that is not {2 * MONTHS_OPEN} months older than the newest, {newest}"
        raise ConfigError(Problem(storage.place, "ACTION", expected, f"one of {kept.manifest.period}"))


def _check_day(sent_on: date | None, kept: KeptAction, latest: date) -> None:
    """Refuse a day on which the list was not there yet, or that is still to come."""
    from reportgen.model.trials import MONTHS_OPEN  # noqa: PLC0415
    from reportgen.months import count_months  # noqa: PLC0415

    first = date.fromisoformat(str(kept.manifest.origin["as_of"]))
    if sent_on is not None and count_months(kept.manifest.period, f"{sent_on:%Y-%m}") > MONTHS_OPEN:
        expected = f"a day in the {MONTHS_OPEN} months after the report's, whose segments are not those of later ones"
        raise ConfigError(Problem("command line", "--on", expected, sent_on.isoformat()))
    if sent_on is not None and not first < sent_on <= latest:
        expected = f"a day after {first.isoformat()}, the last that the report saw, up to today"
        raise ConfigError(Problem("command line", "--on", expected, sent_on.isoformat()))
