"""Looks at a file of which nothing is known: its headings, some of its texts, the currencies beside its money."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reportgen.config.lines import SourceOptions
from reportgen.lines.engine.duckdb import DuckDBEngine, open_engine
from reportgen.lines.sources.child import NUMBER
from reportgen.lines.sources.files import SourceFile, find_files
from reportgen.lines.sources.raw import OrderCells, RawTable
from reportgen.lines.sources.textfiles import load_text
from reportgen.lines.sources.watched import is_currency
from reportgen.lines.sources.workbooks import load_parquet, load_workbook

_ROWS = 2_000
_MONEY = re.compile(r"(?:([£$€¥₹])|\b([A-Z]{3})\b)\s*-?\d|\d\s*(?:([£$€¥₹])|([A-Z]{3})\b)")
_COMMA = re.compile(r"^\D*\d+,\d{1,2}\D*$")
_KINDS = {
    "text": "text",
    "gzip": "text, packed",
    "zstd": "text, packed",
    "parquet": "Parquet",
    "xlsx": "a workbook",
    "xls": "a workbook",
    "html": "a table of an HTML page",
    "zip": "text, packed",
}


@dataclass(frozen=True, slots=True)
class Peek:
    """What a look at a file shows.

    Attributes
    ----------
    headings : tuple of str
        All of its headings.
    sample : mapping
        By heading: texts from the first lines, empty ones left out.
    currencies : tuple of str
        Signs or codes beside amounts or in a column of currencies, the most frequent first.
    has_commas : bool
        Whether numbers have a decimal comma.
    described : str
        What kind of file it is, in words.
    """

    headings: tuple[str, ...]
    sample: Mapping[str, Sequence[str]]
    currencies: tuple[str, ...]
    has_commas: bool
    described: str


def peek_file(path: str, known: Collection[str]) -> Peek:
    """Look at the first lines of a file.

    Parameters
    ----------
    path : str
        The file.
    known : collection of str
        Headings that exports have, by which the line of headings is found below titles.

    Raises
    ------
    DataError
        When the file is missing, empty, or of a kind that is not read.
    """
    (file, *_) = find_files(path)
    with open_engine() as engine:
        raw = _load(engine, file, known)
        rows = engine.run(f"SELECT * FROM {raw.name} LIMIT {_ROWS}")
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(raw.headings)
    sample = {
        heading: [str(text).replace(NUMBER, "").strip() for text in texts if text is not None and str(text).strip()]
        for heading, texts in zip(raw.headings, columns, strict=True)
    }
    texts = [text for heading in sample for text in sample[heading]]
    signs: Counter[str] = Counter()
    for heading, values in sample.items():
        found = values if is_currency(heading) else _signs(values)
        signs.update(found)
    many = f"{len(rows):,}{' or more' if len(rows) == _ROWS else ''}"
    described = f"{_KINDS[file.kind]}, {len(raw.headings)} columns, {many} lines"
    commas = any(_COMMA.match(text) for text in texts)
    return Peek(raw.headings, sample, tuple(sign for sign, _ in signs.most_common()), commas, described)


def _signs(texts: Sequence[str]) -> list[str]:
    found = (_MONEY.search(text) for text in texts if len(text) < 30)
    return [next(group for group in match.groups() if group) for match in found if match]


def _load(engine: DuckDBEngine, file: SourceFile, known: Collection[str]) -> RawTable:
    def pick(headings: Sequence[str]) -> Sequence[str]:
        return headings

    if file.kind in ("xlsx", "xls", "html"):
        return load_workbook(engine, file, "*", known, pick, order_cells=OrderCells())
    if file.kind == "parquet":
        return load_parquet(engine, [file], file.place, pick)
    return load_text(engine, file, SourceOptions(), known, pick, order_cells=OrderCells())
