"""Opens workbooks and compressed files in a process of its own, which may use so much memory and time and no more.

    python -m reportgen.lines.sources.child unpack KIND SOURCE TARGET MEGABYTES SECONDS LIMIT
    python -m reportgen.lines.sources.child workbook ASKED SOURCE TARGET MEGABYTES SECONDS LIMIT

One JSON object on stdout says how it went: what came of it, or under ``error`` why nothing did. Only the standard
library and the one reader that is needed are imported.
"""

from __future__ import annotations

import gzip
import itertools
import json
import os
import sys
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from reportgen.lines.sources.filled import Filler, unmerged
from reportgen.lines.sources.heads import MAX_ABOVE, count_found

_BLOCK = 1 << 20
_ERRORS = (OSError, EOFError, zlib.error, ValueError)
MAX_CELLS = 50_000_000
ALL_SHEETS = "*"
NUMBER = "\x1f"
"""What a number's cell begins with; no sign of any text."""


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """Something that is not read, and why."""


def main(arguments: list[str]) -> int:
    """Do one task and tell how it went."""
    task, option, source, target, megabytes, seconds, limit = arguments
    _limit_resources(int(megabytes), int(seconds))
    _end_with_parent()
    try:
        if task == "unpack":
            said: dict[str, Any] = {"bytes": unpack(option, Path(source), Path(target), int(limit))}
        else:
            said = copy_sheets(json.loads(option), Path(source), Path(target), int(limit))
    except Refused as refused:
        said = {"error": str(refused)}
    except MemoryError:
        said = {"error": f"one that needs more than {megabytes} MB of memory", "is_memory": True}
    except BaseException as error:  # a panic of the reader is no Exception
        said = {"error": f"one that cannot be read ({' '.join(str(error).split())[:200] or type(error).__name__})"}
    print(json.dumps(said))
    return 0


def _limit_resources(megabytes: int, seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows, where the parent's patience is the only limit
    except ImportError:  # pragma: no cover
        return
    for kind, value in ((resource.RLIMIT_AS, megabytes << 20), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _end_with_parent() -> None:
    """End when the parent does: nobody would read what is written here."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def unpack(kind: str, source: Path, target: Path, limit: int) -> int:
    """Unpack a file, and count its bytes; `Refused` when they are more than the limit, or the file is not whole."""
    count = 0
    try:
        with _open_packed(kind, source) as packed, target.open("wb") as out:
            while block := packed.read(_BLOCK):
                count += len(block)
                if count > limit:
                    raise Refused(f"one that unpacks to more than {limit / 1e9:,.1f} GB")
                try:
                    out.write(block)
                except OSError as error:
                    raise Refused(f"no room to unpack it ({error.strerror})") from None
    except _ERRORS as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise Refused(f"one that is damaged or cut short ({reason})") from None
    return count


def _open_packed(kind: str, source: Path) -> IO[bytes]:
    if kind == "gzip":
        return cast("IO[bytes]", gzip.open(source, "rb"))
    if kind == "zip":
        return _open_only_file(source)
    import pyarrow as pa  # noqa: PLC0415 - Arrow's reader, because it notices when the file breaks off

    return cast("IO[bytes]", pa.input_stream(str(source), compression="zstd"))


def _open_only_file(source: Path) -> IO[bytes]:
    import zipfile  # noqa: PLC0415 - not needed for workbooks and other packings

    try:
        archive = zipfile.ZipFile(source)
        (name,) = files_within(archive.namelist())
        return archive.open(name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError) as error:
        raise Refused(f"one that cannot be unpacked ({error})") from None


def files_within(names: Iterable[str]) -> list[str]:
    """List the files of an archive, but for folders and what Macs put beside them."""
    return [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX/")]


def copy_sheets(asked: dict[str, Any], source: Path, target: Path, limit: int) -> dict[str, Any]:
    """Copy the cells of a table as CSV without headings; return the headings, and how many rows there are.

    Parameters
    ----------
    asked : dict
        ``sheet``: a name, ``*`` for every sheet that has the headings, or None for the one that has them; ``wanted``:
        the headings that are looked for in the first rows; ``is_page``: whether it is an HTML page; ``fill`` and
        ``kept``: as `Filler` needs them.
    source, target : Path
        The workbook, and where its cells go.
    limit : int
        Bytes that it may unpack to.

    Returns
    -------
    dict
        ``known`` sheets; ``sheets`` that were read, the one that shows most of the headings first; ``others`` that show
        more than half as many; ``headings``; ``rows``; ``above``: rows before the headings. When the sheet is not
        there, ``known`` alone.
    """
    book = _open_book(asked, source, limit)
    known, wanted = list(book.sheet_names), set(asked["wanted"])
    if asked["sheet"] not in (None, ALL_SHEETS, *known):
        return {"known": known}
    looked_at = known if asked["sheet"] in (None, ALL_SHEETS) else [asked["sheet"]]
    tables = {name: _open_sheet(book, name) for name in looked_at}
    heads = {name: _find_head(_rows(table), wanted) for name, table in tables.items()}
    best = max(looked_at, key=lambda name: heads[name].found, default="")
    first = heads.get(best, _NO_HEAD)
    others = [name for name in looked_at if name != best and 2 * heads[name].found > first.found]
    read = [best, *others] if asked["sheet"] == ALL_SHEETS else [best]
    rows = itertools.chain.from_iterable(
        _fill_down(_below(tables[name], heads[name], first), first.cells, asked) for name in read if name in tables
    )
    return {
        "known": known,
        "sheets": read,
        "others": [name for name in others if name not in read],
        "headings": list(first.cells),
        "above": sum(heads[name].above for name in read if name in heads),
        "rows": _write(rows, target),
    }


def _open_book(asked: dict[str, Any], source: Path, limit: int) -> Any:
    if asked.get("is_page"):
        from reportgen.lines.sources.pages import load_page  # noqa: PLC0415 - needed for pages alone

        return load_page(source)
    import python_calamine  # noqa: PLC0415 - not needed to unpack

    _check_unpacked(source, limit)
    return python_calamine.load_workbook(str(source))


class _Head(NamedTuple):
    """The row of headings: its cells, how many of those that are wanted, the rows before it."""

    cells: tuple[str, ...]
    found: int
    above: int


_NO_HEAD = _Head((), 0, 0)


def _find_head(rows: Iterable[list[Any]], wanted: set[str]) -> _Head:
    """Find the row that shows most of the headings; where none shows any, the first."""
    best: _Head | None = None
    for above, row in enumerate(itertools.islice(rows, MAX_ABOVE)):
        cells = tuple(text_of(cell) or "" for cell in row)
        found = count_found(cells, wanted)
        if best is None or found > best.found:
            best = _Head(cells, found, above)
    return best or _NO_HEAD


def _below(table: Any, head: _Head, first: _Head) -> Iterator[list[Any]]:
    """Give the rows below the headings, in the order of the first sheet's."""
    return (_in_order(row, head, first) for row in itertools.islice(_rows(table), head.above + 1, None))


def _fill_down(rows: Iterable[list[Any]], headings: Sequence[str], asked: dict[str, Any]) -> Iterator[Sequence[Any]]:
    """Fill the cells of rows that name no order of their own from the row above, as the config asks."""
    filler = Filler(headings, asked.get("fill", ()), asked.get("kept", ()))
    return map(filler.fill, rows) if filler.is_asked else iter(rows)


def _in_order(row: list[Any], head: _Head, first: _Head) -> list[Any]:
    """Return a row's cells in the order of the first sheet's headings; a column that its own sheet has not is empty."""
    if head.cells == first.cells:
        return row
    at = {cell: n for n, cell in reversed(list(enumerate(head.cells)))}
    return [row[at[cell]] if cell in at and at[cell] < len(row) else None for cell in first.cells]


def _open_sheet(book: Any, name: str) -> Any:
    table = book.get_sheet_by_name(name)
    if table.height * table.width > MAX_CELLS:
        raise Refused(f"a sheet '{name}' of {table.height:,} rows and {table.width:,} columns")
    return table


def _rows(table: Any) -> Iterator[list[Any]]:
    """Give the rows of a sheet that have a cell with something in it; a merged cell stands in each of its rows."""
    return (row for row in unmerged(table) if any(cell not in ("", None) for cell in row))


def _check_unpacked(source: Path, limit: int) -> None:
    """Refuse a packed workbook that would be too large; what it says of itself may be wrong, but then memory is not."""
    import zipfile  # noqa: PLC0415 - not needed to unpack

    try:
        with zipfile.ZipFile(source) as book:
            size = sum(part.file_size for part in book.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return  # an XLS, or one that the reader will refuse
    if size > limit:
        raise Refused(f"one that unpacks to {size / 1e9:,.1f} GB, more than {limit / 1e9:,.1f}")


def _write(rows: Iterable[Sequence[Any]], target: Path) -> int:
    import csv  # noqa: PLC0415 - not needed to unpack

    count = 0
    with target.open("w", encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)  # a lone CR in a cell must be in quotes
        for row in rows:
            writer.writerow([_cell_text(cell) for cell in row])
            count += 1
    return count


def _cell_text(cell: object) -> str | None:
    """Write a cell as text, a number's marked as one: a text that looks like a number is not."""
    text = text_of(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{NUMBER}{text}"
    return text.replace(NUMBER, "") if text else text


def text_of(cell: object) -> str | None:
    """Write a cell as text: 17850.0 as ``17850``, dates in ISO form, durations as hours, minutes and seconds."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, timedelta):
        return _duration(cell)
    return cell.isoformat() if isinstance(cell, date | day_time) else str(cell)


def _duration(length: timedelta) -> str:
    seconds = abs(length) // timedelta(seconds=1)
    sign = "-" if length < timedelta() else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
