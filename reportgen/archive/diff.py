"""What changed between two runs: figures, segments, and why they may have: config, data, version."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from reportgen.archive.options import read_options
from reportgen.archive.storage import MAX_RECORD, Storage
from reportgen.errors import ArchiveError, Problem
from reportgen.model.archive import Manifest
from reportgen.model.artefacts import FACTS
from reportgen.model.chain import ChainSegment
from reportgen.model.facts import SegmentFacts
from reportgen.model.kpis import WINDOW_KPIS
from reportgen.model.report import ChainReport, Report
from reportgen.model.upgrade import read_chain_report, read_report

_FIGURES = (*((kpi.key, kpi.label, kpi.how) for kpi in WINDOW_KPIS), ("n_clusters", "Segments", "count"))
_OBSERVED = ("as_of", "is_partial", "has")
_Facts: TypeAlias = Report | ChainReport | None


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in two runs.

    Attributes
    ----------
    what : str
        Its name.
    how : str
        How it is written: `count`, `money` or `share`.
    before, after : float or None
        None where a run does not have it.
    """

    what: str
    how: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Two runs compared.

    Attributes
    ----------
    before, after : Manifest
        The runs.
    causes : tuple of str
        Sentences on what of input, options and versions is other.
    changes : tuple of Change
        Every figure, changed or not.
    headlines : tuple of (str, str)
        Both runs' first sentences.
    """

    before: Manifest
    after: Manifest
    causes: tuple[str, ...]
    changes: tuple[Change, ...]
    headlines: tuple[tuple[str, ...], tuple[str, ...]]


def diff_runs(storage: Storage, before: Manifest, after: Manifest) -> Difference:
    """Compare two runs of an archive.

    Raises
    ------
    ArchiveError
        When a file of theirs is not what a run keeps.
    """
    try:
        first, second = _read(storage, before), _read(storage, after)
        changes = [*_figure_changes(before, after), *_segment_changes(before, after, (first, second))]
        options = list(_options(storage, before, after))
        headlines = (_headline(first), _headline(second))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, FileNotFoundError) as error:
        came = f"another ({' '.join(str(error).split())[:200]})"
        hint = "See 'reportgen archive verify'."
        raise ArchiveError(Problem(storage.place, "archive", "two runs as they were written", came, hint)) from None
    causes = [*_identity(before, after), *options, *_data(before, after), *_made(before, after)]
    if before.run == after.run:
        causes = ["They are the same run."]
    return Difference(before, after, tuple(causes), tuple(changes), headlines)


def _read(storage: Storage, manifest: Manifest) -> _Facts:
    """Read what a run says; None when it was held."""
    if FACTS not in manifest.files:
        return None
    content = storage.read(f"{manifest.address.path}/{FACTS}", MAX_RECORD)
    return read_chain_report(content) if manifest.kind == "chain" else read_report(content)


def _figure_changes(before: Manifest, after: Manifest) -> Iterator[Change]:
    for name, what, how in _FIGURES:
        values = [None if run.figures is None else float(getattr(run.figures, name)) for run in (before, after)]
        yield Change(what, how, *values)


def _headline(report: _Facts) -> tuple[str, ...]:
    return () if report is None else report.words.headline


def _segment_changes(before: Manifest, after: Manifest, reports: Sequence[_Facts]) -> Iterator[Change]:
    """Compare segments; one that only one run has stands beside nothing."""
    is_same_store = before.address.store_path == after.address.store_path
    first, second = (_by_key(report, follow=is_same_store) for report in reports)
    for key in dict.fromkeys((*first, *second)):
        pair = (first.get(key), second.get(key))
        name = next(segment.name for segment in reversed(pair) if segment is not None)
        for figure, what, how in (("customers", "customers", "count"), ("share_of_sales", "share of sales", "share")):
            values = [None if segment is None else float(getattr(segment, figure)) for segment in pair]
            if not all(value is None or math.isfinite(value) for value in values):
                raise ValueError(f"{what} of {values}")
            yield Change(f"{name}: {what}", how, *values)


def _by_key(report: _Facts, *, follow: bool) -> dict[tuple[str, ...], SegmentFacts | ChainSegment]:
    """List segments by what makes two the same: within a store what they are known by, else what they are like."""
    found: dict[tuple[str, ...], SegmentFacts | ChainSegment] = {}
    for segment in () if report is None else report.segments:
        follows = follow and isinstance(segment, SegmentFacts)
        key: tuple[str, ...] = (segment.identity.key,) if follows else (segment.kind,)
        while key in found:  # two of one kind: by value, as they are numbered
            key = (*key, segment.kind)
        found[key] = segment
    return found


def _identity(before: Manifest, after: Manifest) -> Iterator[str]:
    if before.report != after.report:
        yield f"They are of two reports, {before.report} and {after.report}."
    if before.store_folder != after.store_folder:
        yield f"They are of two stores, {before.store or before.store_folder} and {after.store or after.store_folder}."
    if before.period != after.period:
        yield f"The month is {after.period}, before it was {before.period}."


def _options(storage: Storage, before: Manifest, after: Manifest) -> Iterator[str]:
    first, second = (flatten_options(read_options(storage, run.address.path)) for run in (before, after))
    for name in sorted({*first, *second}):
        old, new = first.get(name), second.get(name)
        if _say(old) != _say(new) and name not in ("period", "report.id"):
            yield f"The option {name} is {_say(new)}, before it was {_say(old)}."
    if before.playbook_sha256 != after.playbook_sha256:
        yield "The playbook is another."
    if before.templates_sha256 != after.templates_sha256:
        yield "The templates are others."


def flatten_options(options: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return options by dotted name."""
    flat: dict[str, Any] = {}
    for key, value in options.items():
        if isinstance(value, dict) and value:
            flat |= flatten_options(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _say(value: Any) -> str:
    return "not set" if value in (None, [], {}) else json.dumps(value, ensure_ascii=False)


def _data(before: Manifest, after: Manifest) -> Iterator[str]:
    if before.input.fingerprint == after.input.fingerprint:
        yield "The order lines are the same."
        return
    more = after.input.lines - before.input.lines
    if more:
        count = f"{abs(more):,} {'more' if more > 0 else 'fewer'}"
        yield f"The order lines are others: {after.input.lines:,}, {count} than before."
    else:
        yield f"The order lines are others, though as many: {after.input.lines:,}."


def _made(before: Manifest, after: Manifest) -> Iterator[str]:
    for name in sorted({*before.versions, *after.versions}):
        old, new = before.versions.get(name), after.versions.get(name)
        if old != new:
            yield f"{name} is version {new or 'none'}, before it was {old or 'none'}."


def compare_bytes(storage: Storage, kept: Manifest, other: Storage, made: Manifest) -> dict[str, str]:
    """Compare two runs' files byte for byte: `same`, `other content`, `missing` or `extra` by name."""
    found = {}
    for name in sorted({*kept.files, *made.files}):
        if name not in made.files:
            found[name] = "missing"
        elif name not in kept.files:
            found[name] = "extra"
        else:
            same = storage.read(f"{kept.address.path}/{name}") == other.read(f"{made.address.path}/{name}")
            found[name] = "same" if same else "other content"
    return found


def why_other(kept: Manifest, made: Manifest) -> list[str]:
    """Tell which of config, version and data is other between two runs that should be the same."""
    reasons = []
    digests = ("options_sha256", "playbook_sha256", "templates_sha256")
    if any(getattr(kept, name) != getattr(made, name) for name in digests):
        reasons.append("config")
    if kept.versions != made.versions:
        reasons.append("version")
    observed = {name: kept.origin.get(name) for name in _OBSERVED} != {
        name: made.origin.get(name) for name in _OBSERVED
    }
    if kept.input != made.input or observed:
        reasons.append("data")
    if kept.origin.get("key") != made.origin.get("key"):
        reasons.append("customer key")
    if kept.previous != made.previous:
        reasons.append("previous report")
    if kept.origin.get("marks") != made.origin.get("marks"):
        reasons.append("what was said of earlier actions")
    return reasons
