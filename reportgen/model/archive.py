"""What the archive hands on: what a run's manifest says, where a run is kept, what was found there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

MANIFEST_VERSION = 1
Status = Literal["done", "unchanged", "held", "late", "failed"]
NO_MONTH = "0000-00"
"""Stands for the month in the address of a note to the operators that is about none; no run is of it."""
_RUN_PATH = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9._-]{0,63})/([a-z0-9][a-z0-9-]{0,63})"
    rf"/((?:19|20|21)[0-9]{{2}}-(?:0[1-9]|1[0-2])|{NO_MONTH})/([0-9a-f]{{16}})"
)
"""Report, store folder, period, run."""


@dataclass(frozen=True, slots=True)
class FileSeal:
    """What a file of a run must be."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Input:
    """The order lines that a run saw.

    Attributes
    ----------
    fingerprint : str
        32 hex digits; the same for the same lines in any order and format.
    lines : int
        How many they were.
    """

    fingerprint: str
    lines: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures of a run, as the history shows them."""

    customers: int
    orders: int
    total_sales: Decimal
    avg_order_value: float
    repeat_share: float
    n_clusters: int
    currency: str
    locale: str
    is_partial: bool


@dataclass(frozen=True, slots=True)
class Forgotten:
    """That a customer was removed from a run's list, and when; never who."""

    on: date
    customers: int


@dataclass(frozen=True, slots=True)
class Address:
    """Where a run is kept: `<report>/<store folder>/<period>/<run>`."""

    report: str
    store: str
    period: str
    run: str

    @classmethod
    def parse(cls, path: str, *, of_note: bool = False) -> Address:
        """Read the path of a run's folder.

        Parameters
        ----------
        path : str
            Within the archive, parts joined by ``/``.
        of_note : bool
            It may be that of a note to the operators too, which need not be about a month.

        Raises
        ------
        ValueError
            When it is none.
        """
        found = _RUN_PATH.fullmatch(path)
        if found is None or (found[3] == NO_MONTH and not of_note):
            raise ValueError(f"'{path[:100]}' is no run")
        return cls(*found.groups())

    @classmethod
    def parse_file(cls, path: str) -> tuple[Address, str]:
        """Read the path of a file in a run's folder: the run, and the file's name in it; raises as `parse` does."""
        *parts, name = path.split("/", 4)
        if len(parts) != 4 or not name:
            raise ValueError(f"'{path[:100]}' is no file of a run")
        return cls.parse("/".join(parts)), name

    @classmethod
    def is_path(cls, path: str) -> bool:
        """Whether a path is that of a run's folder."""
        try:
            cls.parse(path)
        except ValueError:
            return False
        return True

    @property
    def store_path(self) -> str:
        """Path of the store's folder."""
        return f"{self.report}/{self.store}"

    @property
    def month(self) -> str:
        """Path of the period's folder."""
        return f"{self.store_path}/{self.period}"

    @property
    def path(self) -> str:
        """Path of the run's folder."""
        return f"{self.month}/{self.run}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run is made of; everything in it follows from the input, the options and the version.

    Attributes
    ----------
    run : str
        The run's id: 16 hex digits made of input, options and versions.
    report, title : str
        The report's id and title.
    store : str or None
        The store's shown name; None: all lines of the source.
    kind : {'store', 'chain'}
        Whether it reports on customers or compares stores.
    status : {'done', 'held'}
        `held`: too small to report; `reason` says so.
    options_sha256 : str
        Digest of the options, paths left out.
    playbook_sha256, templates_sha256 : str
        Digests of what was filled in.
    customer_ids : {'none', 'hashed', 'plain'}
        How customers are named in the run's list.
    audience_ids : {'none', 'hashed', 'plain'}
        How they are named in the files that say whom its actions are for.
    files : dict
        By name.
    origin : dict
        What else the id is made of: the last day observed, whether the month is complete, which columns there are,
        a mark of the secret that ids are hashed with, the path of the previous run.
    refers_to : tuple of str
        Paths of other runs that this one links to.
    """

    manifest_version: int
    run: str
    report: str
    title: str
    store: str | None
    store_folder: str
    kind: Literal["store", "chain"]
    period: str
    status: Literal["done", "held"]
    reason: str
    made_on: date
    input: Input
    options_sha256: str
    playbook_sha256: str
    templates_sha256: str
    versions: dict[str, str]
    customer_ids: Literal["none", "hashed", "plain"]
    figures: Figures | None
    files: dict[str, FileSeal]
    origin: dict[str, str | bool | None]
    refers_to: tuple[str, ...] = ()
    forgotten: tuple[Forgotten, ...] = ()
    audience_ids: Literal["none", "hashed", "plain"] = "none"

    @property
    def previous(self) -> str | None:
        """Path of the run that this one is compared with; a held one stands for the one before it."""
        path = self.origin.get("previous")
        return path if isinstance(path, str) else None

    @property
    def address(self) -> Address:
        """Where the run is kept."""
        return Address(self.report, self.store_folder, self.period, self.run)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is not of the run's content: when, where from, how long; beside the manifest, not hashed by it.

    Attributes
    ----------
    made_at : str
        In ISO form.
    config, source, playbook, template_dir : str or None
        Paths, as they were.
    split_by : str or None
        Heading of the stores' column, when the source held others too.
    later_lines : int
        Lines after the month, which the report does not see.
    seconds : dict
        By stage.
    notes : tuple of str
        What of the source was read in another way than the rest.
    """

    made_at: str
    config: str
    source: str
    playbook: str | None
    template_dir: str | None
    split_by: str | None
    later_lines: int
    seconds: dict[str, float]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the archive that is not as the manifests say.

    Attributes
    ----------
    path : str
        Of the file, within the archive.
    what : str
        `damaged`, `missing`, `extra` or `unreadable`, with what was expected where that helps.
    """

    path: str
    what: str
