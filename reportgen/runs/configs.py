"""A loaded config, and what each of its stores' reports are made with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from reportgen.archive.seals import canonical
from reportgen.config.options import Options
from reportgen.config.playbook import load_playbook
from reportgen.filesystems import is_url, shown_url
from reportgen.model.actions import Play
from reportgen.report.setting import Setting


@dataclass(frozen=True, eq=False)
class StoreConfig:
    """What a store's reports are made with, and what their ids are made of; it can be sent to another process.

    Attributes
    ----------
    options : Options
        The store's.
    made_on : date
        The day to print.
    kept : dict
        The options as they are archived: the environment's values masked.
    identity : dict
        The options as the run's id is made of them: secrets masked.
    masked : frozenset of str
        Variables that stand for themselves in `kept`.
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
    identity: Mapping[str, Any]
    masked: frozenset[str]
    playbook_path: Path
    playbook: bytes
    templates: str

    @property
    def setting(self) -> Setting:
        """What a report is made with."""
        return Setting(self.options, load_plays(self.playbook_path), self.made_on)

    @property
    def source_place(self) -> str:
        """Where the lines are, as it may be written down."""
        source, path = self.options.source, str(self.kept["source"]["path"])
        if source.database is not None:
            return source.place
        return shown_url(path) if is_url(path) else os.path.normpath(path)

    @cached_property
    def reading(self) -> bytes:
        """What two stores must share to be read and classified together."""
        names = ("source", "columns", "cleansing", "timezone", "currency", "locale")
        dumped = self.options.model_dump(mode="json")
        return canonical({name: dumped[name] for name in names})


@dataclass(frozen=True, eq=False)
class LoadedConfig:
    """A loaded config.

    Attributes
    ----------
    config : Path
        Its file.
    begun_at : str
        When the command began, in ISO form.
    base : StoreConfig
        Its own setting.
    each : mapping
        The setting of each store that it states, by name.
    """

    config: Path
    begun_at: str
    base: StoreConfig
    each: Mapping[str, StoreConfig] = field(default_factory=dict)

    def for_one(self, store: str | None, *, is_split: bool) -> LoadedConfig:
        """Return the config for one store's run alone; one that is not split off has all lines of the source."""
        if store is None or is_split:
            return self
        stores = self.base.options.stores.model_copy(update={"each": {store: {}}})
        base = replace(self.base, options=self.base.options.model_copy(update={"stores": stores}))
        return replace(self, base=base, each={store: base})


@cache
def load_plays(path: Path) -> tuple[Play, ...]:
    """Load a playbook, once in each process."""
    return load_playbook(path)
