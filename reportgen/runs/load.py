"""Loads a config with its stores and playbooks, and takes the digests that the ids of its runs are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from reportgen.archive.lists import customer_key
from reportgen.archive.seals import digest_folder
from reportgen.config.files import playbook_of
from reportgen.config.load import Loaded, mask_options
from reportgen.config.options import Options
from reportgen.config.stores import load_stores
from reportgen.report.brand import read_brand
from reportgen.resources import shipped_folder
from reportgen.runs.configs import LoadedConfig, StoreConfig, load_plays


def load_config_to_run(config: Path, overrides: Sequence[str], *, made_on: date, begun_at: str) -> LoadedConfig:
    """Load a config, the options of each store in it, and their playbooks.

    Raises
    ------
    ConfigError
        With every problem found.
    """
    base, stores = load_stores(config, overrides)
    templates: dict[str | None, str] = {}

    def prepare(loaded: Loaded) -> StoreConfig:
        own, masked = loaded.options, mask_options(loaded)
        if "hashed" in (own.archive.customers, own.audiences.ids):
            customer_key()
        playbook = playbook_of(own)
        look = read_brand(own)  # its mistakes are told now too
        load_plays(playbook)  # its mistakes are told now, and it is not read again
        if own.template_dir not in templates:
            templates[own.template_dir] = _digest_templates(own.template_dir)
        return StoreConfig(
            options=own,
            made_on=made_on,
            kept=_dump(masked.kept),
            identity=_dump(masked.identity),
            masked=masked.names,
            playbook_path=playbook,
            playbook=playbook.read_bytes(),
            templates=f"{templates[own.template_dir]}{look.digest}",
        )

    each: Mapping[str, StoreConfig] = {name: prepare(own) for name, own in stores.items()}
    return LoadedConfig(config, begun_at, prepare(base), each)


def _dump(options: Options) -> dict[str, Any]:
    dumped = options.model_dump(mode="json")
    dumped["columns"] = options.columns.model_dump(mode="json", exclude_unset=True)  # a stated heading must be there
    return dumped


def _digest_templates(template_dir: str | None) -> str:
    shipped = digest_folder(shipped_folder("templates"), leave_out=("history", "mail"))
    own = digest_folder(Path(template_dir), leave_out=("mail",)) if template_dir is not None else ""
    return f"{shipped[:32]}{own[:32]}" if own else shipped
