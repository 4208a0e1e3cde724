"""The commands of the archive, and those that only look: list, show, diff, reproduce."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.cli import archive_care
from reportgen.cli.place import open_archive
from reportgen.errors import EXIT_DONE, EXIT_NOT_AS_KEPT, ArchiveError, Problem
from reportgen.text.terminal import say, say_json, visible_line

if TYPE_CHECKING:
    from reportgen.archive.storage import Storage
    from reportgen.model.archive import Manifest

_RUN = "a run: the first digits of its id, its folder, or REPORT/STORE/MONTH"


def add_archive(commands: Any) -> None:
    """Add the command `archive` and its own commands."""
    archive = commands.add_parser("archive", help="look after the reports that are kept", allow_abbrev=False)
    verbs = archive.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=type(archive))

    def add(name: str, help_text: str, do: Any) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(name, help=help_text, allow_abbrev=False)
        place = "folder or URL of the archive; default: output"
        parser.add_argument("--output", metavar="PLACE", default="output", help=place)
        parser.set_defaults(do=lambda parsed: _guarded(do, parsed))
        return parser

    listing = add("list", "list all runs", _list)
    listing.add_argument("report", nargs="?", metavar="REPORT", help="only this report's")
    listing.add_argument("--all", action="store_true", help="those that were replaced or held, too")
    listing.add_argument("--json", action="store_true", help="print manifests as JSON")
    add("show", "show one run", _show).add_argument("run", metavar="RUN", help=_RUN)
    verify = add("verify", "recompute every digest", archive_care.verify)
    verify.add_argument("report", nargs="?", metavar="REPORT", help="only this report's runs")
    sign = add("sign", "sign runs that you know to be yours with the key in REPORTGEN_ARCHIVE_KEY", archive_care.sign)
    sign.add_argument("runs", nargs="*", metavar="RUN", help=_RUN)
    sign.add_argument("--all", action="store_true", help="sign every run of the archive")
    diff = add("diff", "say what changed between two runs", _diff)
    diff.add_argument("before", metavar="RUN", help=_RUN)
    diff.add_argument("after", metavar="RUN", help="another one")
    prune = add("prune", "remove old runs by rule", archive_care.prune)
    prune.set_defaults(output=None)
    prune.add_argument("--config", metavar="CONFIG", type=Path, help="take archive.keep and the place from this config")
    prune.add_argument(
        "--keep", metavar="RULE", help="'24 months', 'last run of each month', or both joined by a comma"
    )
    prune.add_argument("--yes", action="store_true", help="do it; without it only say what would be done")
    again = add("reproduce", "make a run again and compare byte for byte", _reproduce)
    again.add_argument("run", metavar="RUN", help=_RUN)
    again.add_argument(
        "--source",
        metavar="PATH",
        help="where the order lines are, or a config that says so; needed unless the run is signed",
    )
    again.add_argument("--template-dir", metavar="DIR", help="where the own templates are that it was made with")
    move = add(
        "move", "copy the archive to another place, verify it there, and leave word where it is", archive_care.move
    )
    move.add_argument("place", metavar="PLACE", help="folder or URL that has no archive yet")
    add("repair", "make links and pages anew that a copy has lost", archive_care.repair)
    add("index", "rebuild the history pages", archive_care.index)
    forget = add("forget", "remove a customer from every archived list", archive_care.forget)
    what = "ids of the customer as in the source, all that they have had; - reads them from stdin, one in a line"
    forget.add_argument("customers", nargs="+", metavar="CUSTOMER", help=what)


def _guarded(do: Callable[[argparse.Namespace], int], parsed: argparse.Namespace) -> int:
    """Tell what a run lacks, or holds that cannot be read, as a fault of the archive and not of the program."""
    try:
        return do(parsed)
    except (FileNotFoundError, ValueError) as error:
        came = f"one that cannot be read ({error})"
        hint = "See 'reportgen archive verify'."
        raise ArchiveError(
            Problem(str(parsed.output), "archive", "a run that is as it was written", came, hint)
        ) from None


def _list(parsed: argparse.Namespace) -> int:
    from reportgen.archive.ledger import mark_held  # noqa: PLC0415
    from reportgen.archive.runs import current_runs, list_manifests, write_manifest  # noqa: PLC0415

    storage = open_archive(parsed.output)
    manifests = [manifest for manifest in list_manifests(storage) if parsed.report in (None, manifest.report)]
    unread = len(storage.runs()) - len(list_manifests(storage))
    if unread:
        say(f"{storage.place}: {unread} runs cannot be read. See 'reportgen archive verify'.", is_error=True)
    current = current_runs(storage, manifests)
    if not parsed.all:
        manifests = [
            manifest for manifest in manifests if manifest.address.path in current and manifest.figures is not None
        ]
    manifests = mark_held(storage, manifests)
    if parsed.json:
        say_json([json.loads(write_manifest(manifest)) for manifest in manifests])
        return EXIT_DONE
    width = max((len(_name(manifest)) for manifest in manifests), default=0)
    for manifest in manifests:
        figures = manifest.figures
        what = (
            f"{figures.customers:>8,} customers {figures.total_sales:>16,} {figures.currency}"
            if figures
            else visible_line(manifest.reason)
        )
        state = manifest.status if manifest.address.path in current else "replaced"
        why = f"  {visible_line(manifest.reason)}" if figures and manifest.reason else ""
        say(f"{manifest.run}  {manifest.period}  {_name(manifest):<{width}}  {state:<8}  {what}{why}")
    return EXIT_DONE


def _name(manifest: Manifest) -> str:
    return visible_line(f"{manifest.report} {manifest.store or manifest.store_folder}")


def _show(parsed: argparse.Namespace) -> int:
    from reportgen.archive.ledger import mark_held  # noqa: PLC0415
    from reportgen.archive.runs import find_run, read_made  # noqa: PLC0415

    storage = open_archive(parsed.output)
    (manifest,) = mark_held(storage, [find_run(storage, parsed.run)])
    made = read_made(storage, manifest.address.path)
    reason = f": {manifest.reason}" if manifest.reason else ""
    say(
        visible_line(
            f"{manifest.title}: {manifest.store or manifest.store_folder}, {manifest.period}, {manifest.status}{reason}"
        )
    )
    say(f"  run       {manifest.run}, made {visible_line(made.made_at)} in {sum(made.seconds.values()):.1f} s")
    if manifest.previous is not None:
        say(f"  compared  with {manifest.previous}")
    say(f"  input     {manifest.input.fingerprint}, {manifest.input.lines:,} lines of {visible_line(made.source)}")
    say(f"  options   {manifest.options_sha256[:16]} from {visible_line(made.config)}")
    say(visible_line(f"  versions  {', '.join(f'{name} {number}' for name, number in manifest.versions.items())}"))
    if manifest.figures:
        figures = manifest.figures
        counts = f"{figures.customers:,} customers, {figures.orders:,} orders"
        say(f"  figures   {counts}, {figures.total_sales:,} {figures.currency}")
    for said in made.notes:
        say(visible_line(f"  note      {said}"))
    for note in manifest.forgotten:
        say(f"  forgotten {note.customers} on {note.on.isoformat()}")
    for line in _say_mail(storage, manifest):
        say(visible_line(f"  mail      {line}"))
    for name, file in manifest.files.items():
        say(f"  {file.sha256[:16]}  {file.size:>9,}  {storage.shown(manifest.address.path)}/{name}")
    return EXIT_DONE


def _say_mail(storage: Storage, manifest: Manifest) -> list[str]:
    """Tell what the ledger says of a run's mail: one line for each reader."""
    from reportgen.archive.ledger import read_run_ledger  # noqa: PLC0415
    from reportgen.model.outcome import say_state  # noqa: PLC0415

    entries = sorted(
        (recipient.last for recipient in read_run_ledger(storage, manifest.address).recipients.values()),
        key=lambda entry: entry.at,
    )
    return [f"{entry.address}: {say_state(entry.state, entry.detail)}, {entry.at[:16]} UTC" for entry in entries]


def _diff(parsed: argparse.Namespace) -> int:
    from reportgen.archive.diff import diff_runs  # noqa: PLC0415
    from reportgen.archive.runs import find_run  # noqa: PLC0415
    from reportgen.runs.maintenance import say_difference  # noqa: PLC0415

    storage = open_archive(parsed.output)
    difference = diff_runs(storage, find_run(storage, parsed.before), find_run(storage, parsed.after))
    say("\n".join(say_difference(difference)))
    return EXIT_DONE


def _reproduce(parsed: argparse.Namespace) -> int:
    from datetime import UTC, datetime  # noqa: PLC0415

    from reportgen.archive.runs import find_run  # noqa: PLC0415
    from reportgen.runs.reproduce import reproduce  # noqa: PLC0415

    storage = open_archive(parsed.output)
    manifest = find_run(storage, parsed.run)
    now = datetime.now(tz=UTC).isoformat(timespec="seconds")
    made = reproduce(storage, manifest, source=parsed.source, template_dir=parsed.template_dir, begun_at=now)
    for name, state in made.files.items():
        say(f"{state:<14} {name}")
    if made.is_same:
        how = "but for customers who were forgotten" if made.forgotten else "byte for byte"
        say(f"{manifest.run} is reproduced, {how}.")
        return EXIT_DONE
    why = " and ".join(made.reasons) or "nothing that is recorded"
    say(f"{manifest.run} is not reproduced: {why} changed.")
    return EXIT_NOT_AS_KEPT
