"""What a config asks for: which stores, which months, and the id that each run will have."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from reportgen.archive.lists import customer_key, key_mark
from reportgen.archive.names import store_folder
from reportgen.archive.runs import run_id_of, strip_paths
from reportgen.archive.seals import canonical, digest
from reportgen.config.options import Options
from reportgen.config.playbook import load_playbook
from reportgen.lines.parts import Part
from reportgen.model.actions import Play
from reportgen.model.archive import MANIFEST_VERSION, Circumstances, Input, Manifest
from reportgen.model.lines import Period
from reportgen.pipeline import Setting
from reportgen.versions import list_all_versions


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a store's reports are made with, and what their ids are made of; it can be sent to another process.

    Attributes
    ----------
    options : Options
        The store's.
    made_on : date
        The day to print.
    kept : dict
        The options as they are archived: secrets masked.
    playbook_path : Path
        Its file.
    playbook : bytes
        What stands in it.
    templates : str
        Digest of the templates.
    """

    options: Options
    made_on: date
    kept: Mapping[str, Any]
    playbook_path: Path
    playbook: bytes
    templates: str

    @property
    def setting(self) -> Setting:
        """What a report is made with."""
        return Setting(self.options, _load_plays(self.playbook_path), self.made_on)

    @cached_property
    def reading(self) -> bytes:
        """What two stores must share to be read and judged together."""
        names = ("source", "columns", "cleansing", "timezone", "currency", "locale")
        dumped = self.options.model_dump(mode="json")
        return canonical({name: dumped[name] for name in names})


@dataclass(frozen=True, eq=False)
class Shop:
    """A loaded config.

    Attributes
    ----------
    config : Path
        Its file.
    begun_at : str
        When the command began, in ISO form.
    base : Prepared
        Its own setting.
    each : mapping
        The setting of each store that it states, by name.
    """

    config: Path
    begun_at: str
    base: Prepared
    each: Mapping[str, Prepared] = field(default_factory=dict)

    def for_one(self, store: str | None, *, is_split: bool) -> Shop:
        """Return the config for one store's run alone; one that is not split off has all lines of the source."""
        if store is None or is_split:
            return self
        stores = self.base.options.stores.model_copy(update={"each": {store: {}}})
        base = replace(self.base, options=self.base.options.model_copy(update={"stores": stores}))
        return replace(self, base=base, each={store: base})


@dataclass(frozen=True, eq=False)
class Group:
    """Stores whose lines are read and judged together.

    Attributes
    ----------
    reading : Prepared
        Says where the lines are and how to read them.
    split_by : str or None
        Heading of the stores' column; None: all lines belong to the one store.
    stated : mapping
        Setting by the name of each store that has its own; for a group that is not split the only one.
    others : Prepared or None
        Setting of all other stores found in the data.
    apart : frozenset of str
        Stores found in the data that are read elsewhere.
    """

    reading: Prepared
    split_by: str | None
    stated: Mapping[str | None, Prepared]
    others: Prepared | None = None
    apart: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False, slots=True)
class Unit:
    """One run to make: one store, one month.

    Attributes
    ----------
    prepared : Prepared
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
    part : Part or None
        Where another process finds the lines.
    """

    prepared: Prepared
    manifest: Manifest
    made: Circumstances
    period: Period
    lines: int
    is_split: bool
    part: Part | None = None


@cache
def _load_plays(path: Path) -> tuple[Play, ...]:
    return load_playbook(path)


def group_stores(shop: Shop) -> Iterator[Group]:
    """Tell which stores can be read together."""
    stores = shop.base.options.stores
    if not stores.are_many:
        yield Group(shop.base, None, {None: shop.base})
        return
    together: dict[str | None, Prepared] = {}
    apart: list[str] = []
    for name, own in shop.each.items():
        if stores.by is not None and own.reading == shop.base.reading:
            together[name] = own
        elif stores.by is None or own.options.source != shop.base.options.source:
            apart.append(name)
            yield Group(own, None, {name: own})
        else:
            apart.append(name)
            yield Group(own, stores.by, {name: own})
    if stores.by is not None:
        yield Group(shop.base, stores.by, together, shop.base, frozenset(apart))


def plan_unit(
    shop: Shop,
    group: Group,
    prepared: Prepared,
    store: str | None,
    *,
    period: Period,
    seen: Input,
    has: str,
    later_lines: int,
) -> Unit:
    """Plan one run: its id follows from input, options and versions alone.

    Parameters
    ----------
    shop, group, prepared
        Of which config, read how, made with what.
    store : str or None
        The store's name.
    period : Period
        The month.
    seen : Input
        The store's lines up to the end of the month.
    has : str
        Which columns the source has.
    later_lines : int
        Lines of the source that the month does not see.
    """
    options = prepared.options
    content = kept_options(prepared, period.month)
    ids = options.archive.customers
    manifest = Manifest(
        manifest_version=MANIFEST_VERSION,
        run="",
        report=options.report.id,
        title=prepared.kept["report"]["title"],
        store=store,
        store_folder=store_folder(store),
        kind="store",
        period=period.month,
        status="done",
        reason="",
        made_on=prepared.made_on,
        input=seen,
        options_sha256=digest(canonical(content)),
        playbook_sha256=digest(prepared.playbook),
        templates_sha256=prepared.templates,
        versions=list_all_versions(),
        customer_ids=ids,
        figures=None,
        files={},
        origin={
            "as_of": period.as_of.isoformat(),
            "is_partial": period.is_partial,
            "has": has,
            "key": key_mark(customer_key()) if ids == "hashed" else "",
            "split_by": group.split_by,
        },
    )
    made = Circumstances(
        made_at=shop.begun_at,
        config=str(shop.config.absolute()),
        source=os.path.normpath(prepared.kept["source"]["path"]),
        playbook=options.playbook,
        template_dir=options.template_dir,
        split_by=group.split_by,
        later_lines=later_lines,
        seconds={},
    )
    return Unit(prepared, identify(manifest), made, period, seen.lines, group.split_by is not None)


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


def kept_options(prepared: Prepared, month: str) -> dict[str, Any]:
    """Return a store's options as they are archived: one month, one store, no paths."""
    kept = strip_paths(prepared.kept)
    kept["period"] = month
    kept["stores"] = {"min_customers": kept["stores"]["min_customers"]}
    return kept


def choose_stores(group: Group, found: Sequence[str], wanted: Sequence[str]) -> dict[str | None, Prepared]:
    """Choose the stores of a group to report on, sorted by name.

    Parameters
    ----------
    group : Group
        Read together.
    found : sequence of str
        Stores that the data have.
    wanted : sequence of str
        Stores asked for on the command line; empty for all.
    """
    if group.split_by is None:
        return {name: own for name, own in group.stated.items() if not wanted or name in wanted}
    stores = group.reading.options.stores
    chosen: dict[str | None, Prepared] = {}
    stated = {one for one in group.stated if one is not None}
    asked = set(stores.only) - group.apart if group.others is not None else set()
    for name in sorted({*found, *stated, *asked}):
        own = group.stated.get(name, group.others)
        left_out = name in group.apart or name in stores.leave_out or (stores.only and name not in stores.only)
        if own is not None and not left_out and (not wanted or name in wanted):
            chosen[name] = own
    return chosen
