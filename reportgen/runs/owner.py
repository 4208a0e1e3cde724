"""Keeps two configs with one report id from taking each other's place in an archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reportgen.archive.runs import read_made
from reportgen.archive.storage import Storage
from reportgen.errors import ConfigError, Problem
from reportgen.model.archive import Address
from reportgen.runs.configs import LoadedConfig


def check_owner(loaded_config: LoadedConfig, storage: Storage, months: Sequence[Address]) -> None:
    """Stop when the newest reports of this id were made by another config that is still there.

    Parameters
    ----------
    loaded_config : LoadedConfig
        The config.
    storage : Storage
        The archive.
    months : sequence of Address
        One run of each month that it has runs of.

    Raises
    ------
    ConfigError
        Naming both configs.
    """
    report = loaded_config.base.options.report.id
    mine = [address for address in months if address.report == report]
    newest = max(mine, key=lambda address: address.period, default=None)
    run = None if newest is None else storage.pointed(newest.month)
    if newest is None or run is None:
        return
    try:
        other = Path(read_made(storage, replace(newest, run=run).path).config)
        is_other = other.is_file() and not other.samefile(loaded_config.config)
    except (OSError, ValueError):
        return  # `archive verify` names what is damaged
    if is_other:
        hint = "Give this config its own 'report: {id: ...}', or move the other one away if this takes its place."
        came = f"reports of '{report}' made by {other}, which is still there"
        expected = f"an archive whose reports of '{report}' this config has made"
        raise ConfigError(Problem(str(loaded_config.config), "report.id", expected, came, hint))
