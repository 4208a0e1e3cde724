"""Which stores a config asks for, and which of them are read and classified together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportgen.runs.configs import LoadedConfig, StoreConfig


@dataclass(frozen=True, eq=False)
class Group:
    """Stores whose lines are read and classified together.

    Attributes
    ----------
    reading : StoreConfig
        Says where the lines are and how to read them.
    split_by : str or None
        Heading of the stores' column; None: all lines belong to the one store.
    stated : mapping
        Setting by the name of each store that has its own; for a group that is not split the only one.
    others : StoreConfig or None
        Setting of all other stores found in the data.
    apart : frozenset of str
        Stores found in the data that are read elsewhere.
    """

    reading: StoreConfig
    split_by: str | None
    stated: Mapping[str | None, StoreConfig]
    others: StoreConfig | None = None
    apart: frozenset[str] = frozenset()

    @property
    def only(self) -> str | None:
        """The store that all lines belong to, where the config names it."""
        return next(iter(self.stated)) if self.split_by is None else None


def group_stores(loaded_config: LoadedConfig) -> Iterator[Group]:
    """Tell which stores can be read together."""
    stores = loaded_config.base.options.stores
    if not stores.are_many:
        yield Group(loaded_config.base, None, {None: loaded_config.base})
        return
    together: dict[str | None, StoreConfig] = {}
    apart: list[str] = []
    for name, own in loaded_config.each.items():
        if stores.by is not None and own.reading == loaded_config.base.reading:
            together[name] = own
        elif stores.by is None or own.options.source != loaded_config.base.options.source:
            apart.append(name)
            yield Group(own, None, {name: own})
        else:
            apart.append(name)
            yield Group(own, stores.by, {name: own})
    if stores.by is not None:
        yield Group(loaded_config.base, stores.by, together, loaded_config.base, frozenset(apart))


def choose_stores(group: Group, found: Sequence[str], wanted: Sequence[str]) -> dict[str | None, StoreConfig]:
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
    chosen: dict[str | None, StoreConfig] = {}
    stated = {store for store in group.stated if store is not None}
    asked = set(stores.only) - group.apart if group.others is not None else set()
    for name in sorted({*found, *stated, *asked}):
        own = group.stated.get(name, group.others)
        left_out = name in group.apart or name in stores.leave_out or (stores.only and name not in stores.only)
        if own is not None and not left_out and (not wanted or name in wanted):
            chosen[name] = own
    return chosen
