"""Follows stores through their names: a report that is compared with one of another folder is of a renamed store."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.model.archive import Address, Manifest


def find_successors(manifests: Sequence[Manifest]) -> dict[tuple[str, str], str]:
    """Find the folder that each renamed store has now.

    Parameters
    ----------
    manifests : sequence of Manifest
        The present run of each month; what was replaced was perhaps a mistake.

    Returns
    -------
    dict
        Folder of today by report and the folder of before; one that was renamed twice leads to the last. A store that
        has a report of the month of the renaming, or of a later one, was not renamed.
    """
    newest: dict[tuple[str, str], str] = {}
    for run in manifests:
        store = (run.report, run.store_folder)
        newest[store] = max(newest.get(store, ""), run.period)
    steps: dict[tuple[str, str], tuple[str, str]] = {}
    for run in manifests:
        if run.kind == "store" and run.previous is not None:
            before = Address.parse(run.previous)
            is_over = newest.get((run.report, before.store), "") < run.period
            if before.report == run.report and before.store != run.store_folder and is_over:
                known = steps.get((run.report, before.store), ("", ""))
                steps[run.report, before.store] = max(known, (run.period, run.store_folder))
    found = {}
    for report, folder in steps:
        now, seen = folder, {folder}
        while (step := steps.get((report, now))) is not None and step[1] not in seen:
            now = step[1]
            seen.add(now)
        if now != folder:
            found[report, folder] = now
    return found
