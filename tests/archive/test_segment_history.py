"""How a store's segments have gone is read from the facts of its newest report, or not told at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reportgen.archive.history import StoreHistory, read_history
from reportgen.archive.local import LocalStorage
from reportgen.archive.runs import keep_run
from reportgen.archive.segment_history import SegmentHistory, read_segment_history
from tests.made import MADE, make_manifest


def segment(colour: int, customers: int, since: str = "2025-11", **more: Any) -> dict[str, Any]:
    """Make a segment as facts have it."""
    identity = {"colour": colour, "since": since, "name": f"Segment <{colour}>", "is_own": False}
    return {"identity": identity, "customers": customers, **more}


def facts(**change: Any) -> dict[str, Any]:
    """Make the parts of facts that are read: three months, in the first of which the second segment was not there."""
    months = [
        {"month": "2025-11", "segments": [segment(3, 10)]},
        {"month": "2025-12", "segments": [segment(3, 12), segment(1, 20, "2025-12")]},
        {"month": "2026-01", "segments": [segment(3, 9), segment(1, 25, "2025-12")]},
    ]
    return {
        "change": {"trend": months, **change},
        "segments": [
            segment(1, 25, "2025-12", number=1, share_of_sales=0.7),
            segment(3, 9, number=2, share_of_sales=0.3),
        ],
        "words": {"headline": ["First.", "Second."], "change": {"summary": ["It grew."]}},
    }


def told(tmp_path: Path, content: bytes | None) -> SegmentHistory | None:
    """Read the history of a store whose newest run has these facts, or none."""
    storage = LocalStorage(str(tmp_path / "archive"))
    files = {} if content is None else {"facts.json": content}
    keep_run(storage, make_manifest("Paris", "2026-01", "1" * 16), files, MADE)
    [report] = read_history(storage)
    [store] = report.stores
    return read_segment_history(storage, store)


def test_each_segment_has_its_months(tmp_path: Path) -> None:
    """A segment is followed by colour and first month, not by name or number; a month without it has no figure."""
    found = told(tmp_path, json.dumps(facts()).encode())
    assert found is not None
    assert found.months == ("2025-11", "2025-12", "2026-01")
    assert [(one.number, one.colour, one.customers, one.known) for one in found.segments] == [
        (1, 1, (None, 20, 25), (20, 25)),
        (2, 3, (10, 12, 9), (10, 12, 9)),
    ]
    assert found.sentences == ("First.", "It grew.")


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"[]",
        b"{}",
        b"\xff",
        json.dumps(facts(trend=[])).encode(),
        json.dumps(facts(trend="x")).encode(),
        json.dumps(facts(trend=[{"month": "2026-01", "segments": []}])).encode(),
        json.dumps({**facts(), "segments": [{"number": "x"}]}).encode(),
        json.dumps({**facts(), "words": None}).encode(),
    ],
)
def test_what_cannot_be_read_is_not_told(tmp_path: Path, content: bytes | None) -> None:
    """Without facts, with facts of another shape, of one month alone, or damaged: the page has its months as before."""
    assert told(tmp_path, content) is None


def test_a_chain_and_a_store_without_figures_are_not_asked(tmp_path: Path) -> None:
    """Neither has segments of its own."""
    storage = LocalStorage(str(tmp_path / "archive"))
    keep_run(storage, make_manifest(None, "2026-01", "1" * 16, store_folder="chain", kind="chain"), {}, MADE)
    held = {"status": "held", "reason": "12 customers", "figures": None}
    keep_run(storage, make_manifest("Paris", "2026-01", "2" * 16, **held), {}, MADE)
    stores: list[StoreHistory] = [store for report in read_history(storage) for store in report.stores]
    assert len(stores) == 2
    assert [read_segment_history(storage, store) for store in stores] == [None, None]
