"""What was asked for on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportgen.runs.configs import LoadedConfig
from reportgen.runs.shards import Shard


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line.

    Attributes
    ----------
    place : str or None
        The archive's folder or URL, instead of each config's own.
    stores : tuple of str
        Stores to make; empty for all.
    jobs : int
        Processes.
    resume : bool
        Trust what the archive has: only what is missing is made.
    last_day : date or None
        Day after which nobody can have ordered; without it the lines alone tell how far they reach.
    keeps_owner : bool
        Whether a config stops where another one has made the reports of its id.
    keeps_lines : bool
        Whether lines that an earlier run has read are taken from this user's cache, and new ones kept there.
    shard : Shard or None
        Which share of the stores to make, while other machines make the others.
    is_mailed : bool
        Whether mail follows, after which the pages of all runs are written.
    """

    place: str | None = None
    stores: tuple[str, ...] = ()
    jobs: int = 1
    resume: bool = False
    last_day: date | None = None
    keeps_owner: bool = False
    keeps_lines: bool = False
    shard: Shard | None = None
    is_mailed: bool = False

    def asks_for(self, report: str, store: str) -> bool:
        """Tell whether a store that the config names is to be made."""
        is_named = not self.stores or store in self.stores
        return is_named and (self.shard is None or self.shard.has(report, store))

    def place_of(self, loaded_config: LoadedConfig) -> str:
        """Return where a config's runs are kept."""
        options = loaded_config.base.options
        return self.place or options.archive.path or options.output
