"""The history of an archive, read from manifests and the marks of held reports: months by store, the present run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reportgen.archive.ledger import mark_held
from reportgen.archive.names import CHAIN
from reportgen.archive.renames import find_successors
from reportgen.archive.runs import current_runs, list_manifests
from reportgen.archive.storage import Storage
from reportgen.model.archive import Manifest


@dataclass(frozen=True, slots=True)
class Month:
    """One month of one store.

    Attributes
    ----------
    present : Manifest
        The run that `latest` names.
    earlier : tuple of Manifest
        Runs that it replaced.
    """

    present: Manifest
    earlier: tuple[Manifest, ...]

    @property
    def sales(self) -> Decimal | None:
        """Sales; None when the report was held."""
        return self.present.figures.total_sales if self.present.figures else None


@dataclass(frozen=True, slots=True)
class StoreHistory:
    """All months of one store, newest first.

    Attributes
    ----------
    report, folder : str
        The report's id and the store's folder.
    store : str or None
        The store's shown name.
    months : tuple of Month
        Newest first; those under an earlier name too.
    renamed_to : str or None
        Folder of the name that the store has now, where this is an earlier one.
    """

    report: str
    folder: str
    store: str | None
    months: tuple[Month, ...]
    renamed_to: str | None = None

    @property
    def is_chain(self) -> bool:
        """Whether these are the chain reports."""
        return self.folder == CHAIN

    @property
    def newest(self) -> Month:
        """The newest month."""
        return self.months[0]

    @property
    def made(self) -> tuple[Month, ...]:
        """Months with figures, oldest first."""
        return tuple(month for month in reversed(self.months) if month.present.figures is not None)


@dataclass(frozen=True, slots=True)
class ReportHistory:
    """All stores of one report: the chain first, then by sales of the newest month; those only held come last."""

    report: str
    title: str
    stores: tuple[StoreHistory, ...]

    @property
    def present(self) -> tuple[StoreHistory, ...]:
        """The stores under the names that they have now."""
        return tuple(history for history in self.stores if history.renamed_to is None)


def read_history(storage: Storage, runs: Sequence[str] | None = None) -> tuple[ReportHistory, ...]:
    """Read the history of every report in an archive, by report id; of the runs that were listed, where they were."""
    manifests = mark_held(storage, list_manifests(storage, runs))
    current = current_runs(storage, manifests)
    reports: dict[str, dict[str, dict[str, list[Manifest]]]] = {}
    for run in manifests:
        reports.setdefault(run.report, {}).setdefault(run.store_folder, {}).setdefault(run.period, []).append(run)
    renamed = find_successors([run for run in manifests if run.address.path in current])
    return tuple(
        _report(report, stores, current, {before: now for (of, before), now in renamed.items() if of == report})
        for report, stores in sorted(reports.items())
    )


def _report(
    report: str, stores: dict[str, dict[str, list[Manifest]]], current: set[str], renamed: dict[str, str]
) -> ReportHistory:
    histories = []
    for folder, own in stores.items():
        by_month = dict(own)
        for before in (before for before, now in renamed.items() if now == folder):
            by_month = {**stores[before], **by_month}
        months = tuple(_month(runs, current) for _, runs in sorted(by_month.items(), reverse=True))
        histories.append(StoreHistory(report, folder, months[0].present.store, months, renamed.get(folder)))
    newest = max((history.newest for history in histories), key=lambda month: month.present.period)
    return ReportHistory(report, newest.present.title, tuple(sorted(histories, key=_rank)))


def _month(runs: Sequence[Manifest], current: set[str]) -> Month:
    present = next((run for run in runs if run.address.path in current), runs[-1])
    return Month(present, tuple(run for run in runs if run is not present))


def _rank(history: StoreHistory) -> tuple[bool, bool, Decimal, str]:
    sales = history.newest.sales
    return (not history.is_chain, not history.made, -(sales or Decimal(0)), history.folder)
