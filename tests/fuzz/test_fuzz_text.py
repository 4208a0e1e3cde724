"""Order lines as text: in every dialect nothing is lost, and of broken texts every line is accounted for."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from tests.fuzz.common import Ended, count_records, fuzzing, new_folder, run_command
from tests.fuzz.tables import LAST_DAY, QUICK, Dialect, Line, Table, Truth, tables, told_by, truth_of, write_table

NAMES_TO_EDIT = ("Tea", "Crème brûlée", "Ofen groß", "A  B", "Café € 5")


def run_table(folder: Path, dialect: Dialect, content: bytes) -> Ended:
    """Write order lines and make their report."""
    note(f"{dialect}\n{content[:3000]!r}")
    return run_command("run", write_table(folder, dialect, content), "--output", folder / "out", *QUICK)


def check_truth(found: Truth, true: Truth) -> None:
    """Compare what a report says with what is true."""
    assert (found.read, found.kept, found.dropped) == (true.read, true.kept, true.dropped)
    assert found == true


def read_run(ended: Ended) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the command tells of its one run, and the run's facts."""
    (run,) = json.loads(ended.stdout)["runs"]
    facts: dict[str, Any] = json.loads((Path(run["path"]) / "facts.json").read_text(encoding="utf-8"))
    return run, facts


@fuzzing(5)
@given(table=tables())
def test_a_table_is_read_alike_in_every_dialect(table: Table) -> None:
    """Customers, orders, sales to the penny, counts of lines and names of products are those that were written."""
    with new_folder() as folder:
        ended = run_table(folder, table.dialect, table.dialect.assemble(table.encoded, table.seed))
        ended.check(0)
        run, facts = read_run(ended)
    check_truth(told_by(facts), truth_of(table.lines))
    assert run["later_lines"] == 0
    known = {" ".join(line.name.split()) for line in table.lines}
    for segment in facts["segments"]:
        assert {" ".join(one["product_name"].split()) for one in segment["best_sellers"]} <= known


@dataclass(frozen=True, slots=True)
class Edited:
    """A line as it stands in the file after an edit, and what it is now; None where it is blank."""

    content: bytes
    line: Line | None


class Rows(list[Edited]):
    """The lines of a file, not printed: what is edited is noted."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(f"{len(self)} lines")


@st.composite
def edits(draw: st.DrawFn, table: Table) -> Rows:
    """Edit some lines in ways that leave the meaning of all others as it was."""
    dialect = table.dialect
    rows = Rows(Edited(content, line) for content, line in zip(table.encoded[1:], table.lines, strict=True))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(rows) - 2))  # the last line stays: without it the month may be incomplete
        row = rows[at]
        kind = draw(st.sampled_from(("delete", "double", "swap", "blank", "cells", "cells", "name", "name", "name")))
        if kind == "delete":
            del rows[at]
        elif kind == "double":
            rows.insert(draw(st.integers(0, at)), row)
        elif kind == "swap":
            other = draw(st.integers(0, len(rows) - 2))
            rows[at], rows[other] = rows[other], row
        elif kind == "blank":
            blank = draw(st.sampled_from(("", " ", "  \v", "\f") + (("\t",) if dialect.separator != "\t" else ())))
            rows.insert(at, Edited(dialect.encode(blank), None))
        elif row.line is not None and not row.line.reason and row.content in table.encoded:
            rows[at] = draw(_edited_cells(dialect, row.line) if kind == "cells" else _edited_name(dialect, row.line))
    return rows


@st.composite
def _edited_cells(draw: st.DrawFn, dialect: Dialect, line: Line) -> Edited:
    """Make a line malformed, or one of its cells such that it cannot be read."""
    cells = dialect.cells_of(line)
    what = draw(st.sampled_from(("fewer", "more", "one", "date", "number", "customer")))
    if what == "fewer":
        del cells[draw(st.integers(0, 5))]
        return Edited(dialect.encode(dialect.join(cells)), replace(line, reason="malformed_line"))
    if what == "more":
        cells.insert(draw(st.integers(0, 6)), draw(st.sampled_from(("", "x", "12"))))
        return Edited(dialect.encode(dialect.join(cells)), replace(line, reason="malformed_line"))
    if what == "one":
        text = draw(st.sampled_from(("-- end of page --", "x", "\x1a", "\u00a0")))
        return Edited(dialect.encode(text), replace(line, reason="malformed_line"))
    at, values, reason = {
        "date": (2, ("soon", "2026-02-30", "", "2026-13-01"), "unreadable_date"),
        "number": (draw(st.sampled_from((4, 5))), ("abc", "1x", "", "--5", "1e"), "unreadable_number"),
        "customer": (1, ("", " ", "null", "NaN"), "no_customer"),
    }[what]
    cells[at] = draw(st.sampled_from(values))
    return Edited(dialect.encode(dialect.join(cells)), replace(line, reason=reason))


@st.composite
def _edited_name(draw: st.DrawFn, dialect: Dialect, line: Line) -> Edited:
    """Put signs into a name that could be taken for something else: the line stays what it was."""
    signs = ["\u2028", "\x0b", "\x0c", "\x1c", "\u0085", "\u00a0", "é", "\ufeff", "\x7f", "x" * 5_000, "\\", "'", "`"]
    marks = ('"', ' 5" ', '""', '" "')
    extra = draw(st.sampled_from([sign for sign in signs if dialect.can_write(sign)]))
    place = draw(st.integers(0, len(line.name)))
    cells = [dialect.quote(cell) for cell in dialect.cells_of(line)]
    # where another cell holds the separator, a mark that does not pair leaves more than one way to read the line
    is_clear = not any(dialect.separator in cell for cell in dialect.cells_of(line))
    how = draw(st.sampled_from(("sign", "bytes", "mark", "open", "closing") if is_clear else ("sign", "bytes")))
    bare = line.name if dialect.quoting != "all" else f'"{line.name}"'
    inner = draw(st.integers(1, len(bare) - 1))
    if how == "sign":
        cells[3] = dialect.quote(line.name[:place] + extra + line.name[place:])
    elif how == "mark":
        cells[3] = bare[:inner] + draw(st.sampled_from(marks)) + bare[inner:]
    elif how == "open":
        cells[3] = '"' + line.name
    elif how == "closing":
        cells[3] = line.name + '"'
    content = dialect.encode(dialect.separator.join(cells))
    if how == "bytes" and dialect.encoding in ("utf-8", "utf-8-sig") and not dialect.is_stated:
        content = dialect.separator.join([*cells[:3], "NAME", *cells[4:]]).encode().replace(b"NAME", b"Caf\xe9 \x85")
    return Edited(content, line)


@st.composite
def edited_tables(draw: st.DrawFn) -> tuple[Table, Rows]:
    """Draw a table and edit it."""
    table = draw(tables(NAMES_TO_EDIT))
    return table, draw(edits(table))


@fuzzing(6)
@given(drawn=edited_tables())
def test_an_edited_line_changes_nothing_but_itself(drawn: tuple[Table, Rows]) -> None:
    """Lines that cannot be read are told, by reason; all others count to the penny, whatever stands beside them."""
    table, rows = drawn
    content = table.dialect.assemble([table.encoded[0], *(row.content for row in rows)], table.seed)
    lines = [row.line for row in rows if row.line is not None]
    note(f"edited: {[row.content[:300] for row in rows if row.content not in table.encoded]}")
    with new_folder() as folder:
        ended = run_table(folder, table.dialect, content)
        ended.check(0)
        run, facts = read_run(ended)
    check_truth(told_by(facts), truth_of(lines))
    assert run["later_lines"] == 0
    assert lines[-1].day == LAST_DAY


SPLINTERS = (
    *(
        b'"',
        b'""',
        b'",',
        b',"',
        b'\\"',
        b",",
        b";",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\0",
        b"\x0b",
        b"\x0c",
    ),
    *(
        b"\xe2\x80\xa8",
        b"\xc2\x85",
        b"\xe9",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
    ),
    *(b"\x1a", b"\x1f\x8b", b" ", b"-", b"9" * 400, b"x" * 20_000, b"order,customer,date,name,quantity,price\n"),
    *(b'"\n"', b"NaN", b"1e99", b"=1+1", b"2199-12-31", b"0001-01-01"),
)


@st.composite
def mutations(draw: st.DrawFn, content: bytes) -> bytes:
    """Delete, insert, double, swap and cut bytes."""
    for _ in range(draw(st.integers(1, 5))):
        first = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(1, 120))
        piece, before, after = content[first : first + length], content[:first], content[first + length :]
        kind = draw(st.sampled_from(("insert", "insert", "insert", "delete", "double", "move", "cut", "flip")))
        if kind == "insert":
            content = before + draw(st.sampled_from(SPLINTERS) | st.binary(max_size=4)) + piece + after
        elif kind == "delete":
            content = before + after
        elif kind == "double":
            content = before + piece + piece + after
        elif kind == "move":
            content = before + after[:length] + piece + after[length:]
        elif kind == "cut":
            content = content[: max(60, first)]
        else:
            content = before + bytes([piece[0] ^ draw(st.integers(1, 255))]) + piece[1:] + after if piece else content
    return content


@st.composite
def mutated_tables(draw: st.DrawFn) -> tuple[Table, bytes]:
    """Draw a table and mutate its bytes; the heading line stays in two of three."""
    table = draw(tables())
    content = table.dialect.assemble(table.encoded, table.seed)
    kept = len(table.dialect.mark) + len(table.encoded[0]) + 4 if draw(st.sampled_from((True, True, False))) else 0
    return table, content[:kept] + draw(mutations(content[kept:]))


def decode(content: bytes, dialect: Dialect) -> str | None:
    """Decode a file such that its line ends are those of its bytes; None where it is not in its encoding."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            return None
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    return text if dialect.encoding != "utf-16" else None


@fuzzing(6)
@given(drawn=mutated_tables())
def test_a_mutated_text_is_read_or_refused_and_no_line_is_lost(drawn: tuple[Table, bytes]) -> None:
    """Whatever the bytes are, the command ends well or with a reason, and each line is kept, dropped for a reason or later."""
    table, content = drawn
    text = decode(content, table.dialect)
    with new_folder() as folder:
        ended = run_table(folder, table.dialect, content)
        ended.check(0, 2, 3)
        if ended.code or text is None:
            return
        run, facts = read_run(ended)
    lines = facts["lines"]
    assert lines["read"] == lines["kept"] + sum(lines["dropped"].values())
    head = table.encoded[0].decode(table.dialect.plain_encoding)
    found = [line for line in text.replace("\r", "\n").split("\n") if line.strip()]
    if found and found[0].strip("\ufeff") != head:  # then it may have other columns, or another separator
        bounds = count_records(text.replace('"', ""), table.dialect.separator)
        assert lines["read"] + run["later_lines"] <= bounds.most
        return
    bounds = count_records(text, table.dialect.separator)
    assert bounds.least <= lines["read"] + run["later_lines"] <= bounds.most
