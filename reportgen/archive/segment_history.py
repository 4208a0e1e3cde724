"""How the segments of a store have gone, month by month: read from the facts of its newest report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from reportgen.archive.history import StoreHistory
from reportgen.archive.storage import MAX_RECORD, Storage
from reportgen.model.artefacts import FACTS

_LEAST_MONTHS = 2
_MOST_SENTENCES = 5


@dataclass(frozen=True, slots=True)
class SegmentMonths:
    """A segment of the newest report over the months.

    Attributes
    ----------
    number, colour : int
        Its number in the report, and its place in the palette.
    name : str
        Its shown name.
    customers : tuple of int or None
        By month; None where it was not there.
    share_of_sales : float
        Of the newest window (0..1).
    """

    number: int
    colour: int
    name: str
    customers: tuple[int | None, ...]
    share_of_sales: float

    @property
    def known(self) -> tuple[int, ...]:
        """The months in which it was there."""
        return tuple(count for count in self.customers if count is not None)


@dataclass(frozen=True, slots=True)
class SegmentHistory:
    """The segments of a store over the months.

    Attributes
    ----------
    months : tuple of str
        As ``YYYY-MM``, oldest first.
    segments : tuple of SegmentMonths
        By number.
    sentences : tuple of str
        The first of the newest report's headline, and what it says has changed.
    """

    months: tuple[str, ...]
    segments: tuple[SegmentMonths, ...]
    sentences: tuple[str, ...]


def read_segment_history(storage: Storage, history: StoreHistory) -> SegmentHistory | None:
    """Read how a store's segments have gone; None where its newest report does not tell.

    The facts are read as they are, not as a report: a page of the history must not take longer than it is worth, and
    what an older version wrote otherwise is left out.

    Parameters
    ----------
    storage : Storage
        The archive.
    history : StoreHistory
        The store.
    """
    if history.is_chain or not history.made:
        return None
    try:
        path = f"{history.made[-1].present.address.path}/{FACTS}"
        return _tell(json.loads(storage.read(path, MAX_RECORD)))
    except (FileNotFoundError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _tell(facts: dict[str, Any]) -> SegmentHistory | None:
    trend = facts["change"]["trend"]
    months = tuple(str(month["month"]) for month in trend)
    if len(months) < _LEAST_MONTHS:
        return None
    counts = [{_key(one): int(one["customers"]) for one in month["segments"]} for month in trend]
    segments = tuple(
        SegmentMonths(
            number=int(one["number"]),
            colour=int(one["identity"]["colour"]),
            name=str(one["identity"]["name"]),
            customers=tuple(month.get(_key(one)) for month in counts),
            share_of_sales=float(one["share_of_sales"]),
        )
        for one in facts["segments"]
    )
    if not all(one.known for one in segments):
        return None
    words = facts["words"]
    said = [words["headline"][0], *words["change"]["summary"]]
    return SegmentHistory(months, segments, tuple(map(str, said[:_MOST_SENTENCES])))


def _key(segment: dict[str, Any]) -> tuple[int, str]:
    """Return what tells a segment from the others in all reports of a store."""
    identity = segment["identity"]
    return int(identity["colour"]), str(identity["since"])
