"""Follows stores through their names: a report that is compared with one of another folder is of a renamed store."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.model.archive import Address, Manifest


def find_successors(manifests: Sequence[Manifest]) -> dict[tuple[str, str], str]:
    """Find the folder that each renamed store has now.

    Parameters
    ----------
    manifests : sequence of Manifest
        All runs of an archive.

    Returns
    -------
    dict
        Folder of today by report and the folder of before; one that was renamed twice leads to the last.
    """
    steps: dict[tuple[str, str], tuple[str, str]] = {}
    for run in manifests:
        if run.kind == "store" and run.previous is not None:
            before = Address.parse(run.previous)
            if before.report == run.report and before.store != run.store_folder:
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
