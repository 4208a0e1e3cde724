"""What people do with an archive: say what differs, prune."""

from __future__ import annotations

from reportgen.archive.actions import read_marks
from reportgen.archive.diff import Change, Difference
from reportgen.archive.held import list_read_runs
from reportgen.archive.mail_pruning import drop_messages, drop_notes
from reportgen.archive.prune import Pruning, choose_pruned
from reportgen.archive.runs import (
    current_runs,
    list_manifests,
)
from reportgen.archive.storage import Storage, refuse_foreign
from reportgen.config.values import parse_keep
from reportgen.runs.index_pages import write_index
from reportgen.text.formats import Formats
from reportgen.text.terminal import visible_line


def plan_pruning(storage: Storage, keep: str) -> Pruning:
    """Tell what a rule keeps and what would go."""
    manifests = list_manifests(storage)
    reports = {manifest.report for manifest in manifests}
    marks = [
        mark for report in sorted(reports) for said in read_marks(storage, report).values() for mark in said.values()
    ]
    used = {mark.run for mark in marks if mark.sent_on is not None}
    current = current_runs(storage, manifests)
    for report in reports:  # what readers have is not replaced by what is held
        current |= list_read_runs(storage, report)
    return choose_pruned(manifests, current, parse_keep(keep), used)


def prune(storage: Storage, pruning: Pruning) -> None:
    """Remove what is to go: chain reports first, so that none ever refers to what is gone, then bring all in step.

    Raises
    ------
    StorageError
        When somebody else's files are in a run's folder; nothing is removed then.
    """
    with storage.session():
        for run in pruning.gone:
            foreign = storage.list_foreign(run.address.path)
            if foreign:
                raise refuse_foreign(storage.shown(run.address.path), foreign)
        for run in sorted(pruning.gone, key=lambda manifest: manifest.kind != "chain"):
            month = run.address.month
            if storage.pointed(month) == run.run:
                staying = [
                    manifest.run for manifest in (*pruning.kept, *pruning.referred) if manifest.address.month == month
                ]
                if staying:
                    storage.point(month, staying[-1])
                else:
                    storage.remove(f"{month}/latest")
            drop_messages(storage, run.address)
            storage.remove_run(run.address.path)
        if pruning.gone:
            drop_notes(storage, [*pruning.kept, *pruning.referred])
        write_index(storage)


def say_difference(difference: Difference) -> list[str]:
    """Write what changed between two runs as sentences and a table."""
    before, after = difference.before, difference.after
    figures = after.figures or before.figures
    formats = Formats(figures.locale, figures.currency) if figures else Formats("en_GB", "GBP")
    lines = [f"{before.address.path}", f"{after.address.path}", "", *map(visible_line, difference.causes)]
    changed = [change for change in difference.changes if change.before != change.after]
    if not changed:
        return [*lines, "", "No figure changed."]
    lines += ["", *(visible_line(_say_change(change, formats)) for change in changed[:3]), ""]
    width = max(len(visible_line(change.what)) for change in changed)
    rows = [
        (visible_line(change.what), *(_write(value, change.how, formats) for value in (change.before, change.after)))
        for change in changed
    ]
    lines.append(f"{'':<{width}}  {'before':>14}  {'after':>14}")
    lines += [f"{what:<{width}}  {old:>14}  {new:>14}" for what, old, new in rows]
    first, second = difference.headlines
    if first != second:
        lines += [
            "",
            *(visible_line(f"- {sentence}") for sentence in first if sentence not in second),
            *(visible_line(f"+ {sentence}") for sentence in second if sentence not in first),
        ]
    return lines


def _write(value: float | None, how: str, formats: Formats) -> str:
    text: str = "none" if value is None else getattr(formats, how)(value)
    return text


def _say_change(change: Change, formats: Formats) -> str:
    old, new = (_write(value, change.how, formats) for value in (change.before, change.after))
    if change.before is None:
        return f"{change.what}: {new}, new."
    if change.after is None:
        return f"{change.what}: {old} before, none now."
    way = "rose" if change.after > change.before else "fell"
    return f"{change.what} {way} from {old} to {new}."
