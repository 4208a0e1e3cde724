"""Chooses what an archive may lose: never what a kept report refers to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from reportgen.archive.renames import find_successors
from reportgen.config.values import Keep
from reportgen.model.archive import Address, Manifest
from reportgen.model.trials import MONTHS_OPEN
from reportgen.months import count_months


@dataclass(frozen=True, slots=True)
class Pruning:
    """What pruning would do.

    Attributes
    ----------
    kept : tuple of Manifest
        Runs that stay by the rule.
    referred : tuple of Manifest
        Runs that stay only because a kept report refers to them, or their customers were written to of late.
    gone : tuple of Manifest
        Runs that go.
    """

    kept: tuple[Manifest, ...]
    referred: tuple[Manifest, ...]
    gone: tuple[Manifest, ...]


def choose_pruned(
    manifests: Sequence[Manifest], current: Collection[str], keep: Keep, used: Collection[str] = ()
) -> Pruning:
    """Divide the runs of an archive by a rule.

    Parameters
    ----------
    manifests : sequence of Manifest
        All runs.
    current : collection of str
        Paths of the runs that `latest` names; of a month where it names none every run counts as the last.
    keep : Keep
        The rule; months are counted back from each store's newest, under whatever name.
    used : collection of str
        Paths of the runs whose customers were written to; those of the last months stay until that is read out.
    """
    pointed = {Address.parse(path).month for path in current}
    current = {*current, *(run.address.path for run in manifests if run.address.month not in pointed)}
    renamed = find_successors([run for run in manifests if run.address.path in current])

    def store_of(run: Manifest) -> tuple[str, str]:
        return run.report, renamed.get((run.report, run.store_folder), run.store_folder)

    newest: dict[tuple[str, str], str] = {}
    for run in manifests:
        newest[store_of(run)] = max(newest.get(store_of(run), ""), run.period)
    kept = [run for run in manifests if _stays(run, newest[store_of(run)], current, keep)]
    names = {path for run in kept for path in (*run.refers_to, *([run.previous] if run.previous else ()))}
    names |= {
        run.address.path
        for run in manifests
        if run.address.path in used and count_months(run.period, newest[store_of(run)]) <= MONTHS_OPEN
    }
    kept_paths = {run.address.path for run in kept}
    referred = [run for run in manifests if run.address.path in names - kept_paths]
    gone = [run for run in manifests if run.address.path not in kept_paths | names]
    return Pruning(tuple(kept), tuple(referred), tuple(gone))


def _stays(run: Manifest, newest: str, current: Collection[str], keep: Keep) -> bool:
    if keep.months is not None and count_months(run.period, newest) >= keep.months:
        return False
    return not keep.last_run_only or run.address.path in current
