"""Typed lines kept for the next run of the same files: read once, whatever is reported on them, and of which month."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from reportgen.cachedir import CacheDir
from reportgen.config.lines import ColumnOptions
from reportgen.errors import ReportgenError
from reportgen.lines.engine.base import UnreadableFileError
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.sources.digests import Digests
from reportgen.lines.sources.files import SourceFile
from reportgen.lines.sources.lakes import Lake
from reportgen.lines.sources.loading import Loaded, SourcePart
from reportgen.lines.sources.malformed import MalformedLines
from reportgen.lines.sources.typed import TABLE, Notation
from reportgen.logs import LOG
from reportgen.model.lines import OrderLines
from reportgen.resources import shipped_folder
from reportgen.versions import list_versions

LEAST_BYTES = 1_000_000
"""Size of the files below which they are read as quickly as what was kept of them."""
DECIDED_LATER = (
    "cancelled_prefix",
    "returns",
    "zero_price",
    "duplicates",
    "discounts",
    "other_currencies",
    "leave_out_customers",
    "not_products",
    "max_dropped_share",
)
"""Options of `cleansing` that have no part in how lines are read: with others the same lines serve."""
_LINES, _RECORD = "lines.parquet", "source.json"


@dataclass(frozen=True, slots=True)
class _Record:
    """What is kept beside the lines: their digest, and all of `Loaded` and `Digests` that they do not hold."""

    sha256: str
    has_order_ids: bool
    has_products: bool
    has_units: bool
    malformed: MalformedLines
    notes: tuple[str, ...]
    digests: tuple[tuple[str | None, str | None, int, int], ...]


@dataclass(frozen=True, slots=True)
class LinesCache:
    """Typed lines in a cache.

    Attributes
    ----------
    place : CacheDir
        Where.
    least_bytes : int
        Size of a source's files from which they are kept.
    """

    place: CacheDir
    least_bytes: int = LEAST_BYTES

    def key_of(self, parts: Sequence[SourcePart], columns: ColumnOptions, notation: Notation) -> str | None:
        """Return what tells these files, read in this way by this program, from all others; None if they are small.

        None too for a database or a Delta table: nothing but reading it tells whether it is what it was.

        The files' whole content is a part of it, so that a file that was changed is never taken for what it was.
        """
        files = [part for part in parts if isinstance(part, SourceFile | Lake)]
        if len(files) < len(parts) or sum(file.size for file in files) < self.least_bytes:
            return None
        content = {
            "program": _digest_program(),
            "files": [[file.place, file.digest(), getattr(file, "partition", ())] for file in files],
            "columns": columns.model_dump(mode="json"),
            "source": notation.options.model_dump(mode="json", exclude={"path"}),
            "cleansing": notation.cleansing.model_dump(mode="json", exclude=set(DECIDED_LATER)),
            "signs": list(notation.currency_signs),
            "zone": notation.timezone,
            "locale": notation.locale,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def load(self, engine: DuckDBEngine, key: str) -> tuple[Loaded, Future[Digests]] | None:
        """Load lines into `TABLE`; None where none were kept, or what was is damaged, which then is removed."""
        entry = self.place.find(key)
        if entry is None:
            return None
        try:
            record = _adapter().validate_json((entry / _RECORD).read_bytes())
            if _digest_file(entry / _LINES) != record.sha256:
                raise ValueError("another content than was kept")
            engine.read_parquet(TABLE, entry / _LINES)
        except (OSError, ValueError, UnreadableFileError) as error:
            LOG.info("kept lines cannot be used, and are read anew: %s", error)
            engine.drop(TABLE)
            self.place.drop(key)
            return None
        return _restore(engine, record)

    def keep(self, engine: DuckDBEngine, key: str, loaded: Loaded, digests: Digests) -> None:
        """Keep the lines in `TABLE`; where that is not possible the next run reads its files again."""

        def write(folder: Path) -> None:
            engine.write_parquet(TABLE, folder / _LINES)
            record = _record(_digest_file(folder / _LINES), loaded, digests)
            (folder / _RECORD).write_bytes(_adapter().dump_json(record))

        try:
            self.place.keep(key, write)
        except (OSError, ValueError, ReportgenError, UnreadableFileError) as error:
            LOG.info("lines are not kept: %s", error)


def _record(sha256: str, loaded: Loaded, digests: Digests) -> _Record:
    by_store = digests.by_store.items()
    counted = tuple((store, month, *sums) for store, months in by_store for month, sums in months.items())
    lines = loaded.lines
    flags = (lines.has_order_ids, lines.has_products, lines.has_units)
    return _Record(sha256, *flags, loaded.malformed, loaded.notes, counted)


def _restore(engine: DuckDBEngine, record: _Record) -> tuple[Loaded, Future[Digests]]:
    lines = OrderLines(engine.lazy(TABLE), record.has_order_ids, record.has_products, record.has_units)
    by_store: dict[str | None, dict[str | None, tuple[int, int]]] = {}
    for store, month, count, total in record.digests:
        by_store.setdefault(store, {})[month] = (count, total)
    digests: Future[Digests] = Future()
    digests.set_result(Digests(by_store, record.malformed.digest, record.malformed.count))
    return Loaded(lines, record.malformed, record.notes), digests


@cache
def _adapter() -> TypeAdapter[_Record]:
    return TypeAdapter(_Record)


@cache
def _digest_program() -> str:
    """Return a digest of the program and of its presets: lines that another one has typed are not its own."""
    files = [*Path(__file__).parents[2].rglob("*.py"), *(shipped_folder("configs") / "exports").rglob("*")]
    own = [_digest_file(file) for file in sorted(files) if file.is_file()]
    return hashlib.sha256(json.dumps([own, list_versions()], sort_keys=True).encode()).hexdigest()


def _digest_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
