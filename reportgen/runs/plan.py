"""What is to be made: one store, one month, and the id that the run will have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from reportgen.archive.actions import dump_marks
from reportgen.archive.lists import customer_key, key_mark
from reportgen.archive.names import store_folder
from reportgen.archive.runs import run_id_of, strip_paths
from reportgen.archive.seals import canonical, digest
from reportgen.lines.sources.parts import Part
from reportgen.model.archive import MANIFEST_VERSION, Circumstances, Input, Manifest
from reportgen.model.facts import SCHEMA_VERSION
from reportgen.model.lines import Period
from reportgen.model.trials import ActionMark
from reportgen.report.change.trend import Marks
from reportgen.runs.configs import LoadedConfig, StoreConfig
from reportgen.versions import list_all_versions


@dataclass(frozen=True, eq=False, slots=True)
class PlannedRun:
    """One run to make: one store, one month.

    Attributes
    ----------
    store_config : StoreConfig
        With what.
    manifest : Manifest
        Complete but for files and figures.
    made : Circumstances
        Complete but for the time it takes.
    period : Period
        The month.
    lines : int
        Lines of the store: what it costs.
    is_split : bool
        Whether the source holds other stores too.
    marks : mapping
        Lines of each calendar month, and a digest of them.
    part : Part or None
        Where another process finds the lines.
    action_marks : tuple of ActionMark
        What was said of the actions of earlier reports, the newest month last.
    since : datetime or None
        Where the lines begin that count, when a database was asked for those that are needed; None: all.
    """

    store_config: StoreConfig
    manifest: Manifest
    made: Circumstances
    period: Period
    lines: int
    is_split: bool
    marks: Marks = field(default_factory=dict)
    part: Part | None = None
    action_marks: tuple[ActionMark, ...] = ()
    since: datetime | None = None


def plan_run(
    loaded_config: LoadedConfig,
    store_config: StoreConfig,
    store: str | None,
    *,
    split_by: str | None,
    period: Period,
    seen: Input,
    has: str,
    later_lines: int,
) -> PlannedRun:
    """Plan one run: its id follows from input, options and versions alone.

    Parameters
    ----------
    loaded_config, store_config, store
        Of which config, made with what, of which store.
    split_by, has
        Heading of the stores' column, when the source holds others too; which columns the source has.
    period, seen, later_lines
        The month, the store's lines up to its end, and how many come later.
    """
    ids, audience_ids = store_config.options.archive.customers, store_config.options.audiences.ids
    key = key_mark(customer_key()) if "hashed" in (ids, audience_ids) else ""
    manifest = Manifest(
        manifest_version=MANIFEST_VERSION,
        run="",
        report=store_config.options.report.id,
        title=store_config.kept["report"]["title"],
        store=store,
        store_folder=store_folder(store),
        kind="store",
        period=period.month,
        status="done",
        reason="",
        made_on=store_config.made_on,
        input=seen,
        options_sha256=digest(canonical(trim_options(store_config.identity, period.month))),
        playbook_sha256=digest(store_config.playbook),
        templates_sha256=store_config.templates,
        versions={**list_all_versions(), "facts": str(SCHEMA_VERSION)},
        customer_ids=ids,
        audience_ids=audience_ids,
        figures=None,
        files={},
        origin={**tell_observed(period), "has": has, "key": key, "split_by": split_by},
    )
    made = _circumstances(loaded_config, store_config, split_by, later_lines)
    return PlannedRun(store_config, identify(manifest), made, period, seen.lines, split_by is not None)


def link(planned_run: PlannedRun, previous: str | None) -> PlannedRun:
    """Give a planned run the one that it is compared with, and the id that follows from both."""
    origin = {**planned_run.manifest.origin, "previous": previous}
    return replace(planned_run, manifest=identify(replace(planned_run.manifest, origin=origin)))


def note_action_marks(planned_run: PlannedRun, marks: Sequence[ActionMark]) -> PlannedRun:
    """Note with a planned run what was said of earlier actions, and in what its id is made of; link it after that."""
    if not marks:
        return planned_run
    origin = {**planned_run.manifest.origin, "marks": digest(dump_marks(marks))[:16]}
    return replace(planned_run, action_marks=tuple(marks), manifest=replace(planned_run.manifest, origin=origin))


def tell_observed(period: Period) -> dict[str, str | bool | None]:
    """Tell what of a month is not in the lines: how far it was observed, for which other stores' lines count too."""
    return {"as_of": period.as_of.isoformat(), "is_partial": period.is_partial}


def _circumstances(
    loaded_config: LoadedConfig, store_config: StoreConfig, split_by: str | None, later_lines: int
) -> Circumstances:
    return Circumstances(
        made_at=loaded_config.begun_at,
        config=str(loaded_config.config.absolute()),
        source=store_config.source_place,
        playbook=store_config.options.playbook,
        template_dir=store_config.options.template_dir,
        split_by=split_by,
        later_lines=later_lines,
        seconds={},
    )


def identify(manifest: Manifest) -> Manifest:
    """Give a planned run its id."""
    content = {
        "manifest_version": manifest.manifest_version,
        "report": manifest.report,
        "store": manifest.store,
        "kind": manifest.kind,
        "period": manifest.period,
        "fingerprint": manifest.input.fingerprint,
        "options": manifest.options_sha256,
        "playbook": manifest.playbook_sha256,
        "templates": manifest.templates_sha256,
        "versions": manifest.versions,
        **manifest.origin,
    }
    return replace(manifest, run=run_id_of(content))


def trim_options(options: Mapping[str, Any], month: str) -> dict[str, Any]:
    """Return a store's options, dumped, as they are archived: one month, one store, no paths."""
    kept = strip_paths(options)
    kept["period"] = month
    kept["stores"] = {"min_customers": kept["stores"]["min_customers"]}
    return kept
