"""What the runs of one config share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reportgen.archive.storage import Storage
from reportgen.lines.sources.digests import Digests
from reportgen.model.archive import Address
from reportgen.model.outcome import Outcome
from reportgen.runs.chain_plan import has_chains
from reportgen.runs.configs import LoadedConfig
from reportgen.runs.listener import Listener
from reportgen.runs.plan import PlannedRun
from reportgen.runs.printing import Printer
from reportgen.runs.request import Request


@dataclass(frozen=True, eq=False, slots=True)
class RunState:
    """What the groups of a config share.

    Attributes
    ----------
    kept_months : sequence of Address
        One run of each month that the archive had when the round began; those of the round are known to be planned.
    known : set of str
        Stores that the config and the data have.
    months, outside : dict
        For the chain: all planned runs, and lines that belong to no store by reason, by month.
    """

    loaded_config: LoadedConfig
    request: Request
    storage: Storage
    folder: Path
    listener: Listener
    kept_months: Sequence[Address]
    printer: Printer
    outcomes: list[Outcome] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    months: dict[str, list[PlannedRun]] = field(default_factory=dict)
    outside: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def wants_chain(self) -> bool:
        """Whether a chain report is made: of all stores or not at all."""
        stores = self.loaded_config.base.options.stores
        return stores.are_many and stores.chain and not self.request.stores and self.request.shard is None

    def tell(self, outcome: Outcome) -> None:
        """Note how a run ended, and tell it on."""
        self.outcomes.append(outcome)
        self.listener.tell(outcome)

    @property
    def ended(self) -> dict[tuple[str, str], Outcome]:
        """How the stores' runs ended so far, by month and store."""
        return {(outcome.period, outcome.store or ""): outcome for outcome in self.outcomes if outcome.kind == "store"}

    def has_chains(self, planned_runs: Sequence[PlannedRun], digests: Digests) -> bool:
        """Whether the archive has the chain reports that runs lead to; of several sources nobody knows yet."""
        return not self.loaded_config.each and has_chains(
            self.loaded_config, planned_runs, digests, self.ended, self.storage
        )
