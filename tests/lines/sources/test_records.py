"""No line of a text may be lost: each is part of a record, blank, or told as malformed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.lines.sources.malformed import NO_LINES, MalformedLines
from reportgen.lines.sources.records import Reading, Tally, tidy_records
from reportgen.lines.sources.survey import Survey, survey_text
from tests.made import count_lines

SIGNS = st.text(st.sampled_from('a1 ",;\n\r\\\t\u2028\x85\x0b\x00é'), max_size=60)
CELLS = st.text(st.sampled_from('ab1 ",;\n'), max_size=6)


def lines_of(text: str) -> list[str]:
    """Split a text at its line ends, and at nothing that only looks like one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def tidy(text: str, columns: int = 3) -> tuple[list[list[str]], Tally]:
    """Tidy a text; read the copy with the csv module."""
    out = io.StringIO(newline="")
    tally = tidy_records(lines_of(text), out, Reading(",", columns))
    return list(csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)), tally


@pytest.mark.parametrize(
    ("text", "rows", "unpaired", "malformed"),
    [
        ('1,"Tea, green",2', [["1", "Tea, green", "2"]], 0, []),
        ('1,"Tea\ngreen",2\n3,x,4', [["1", "Tea\ngreen", "2"], ["3", "x", "4"]], 0, []),
        ('1,"5 inch pipe,2\n3,x,4', [["1", '"5 inch pipe', "2"], ["3", "x", "4"]], 1, []),
        ('1,5" pipe,2', [["1", '5" pipe', "2"]], 0, []),
        ('1,"Tea "" big",2', [["1", 'Tea " big', "2"]], 0, []),
        ('"1","5" pipe","2"', [["1", '5" pipe', "2"]], 1, []),
        ('1,"12\\" tray, large",2', [["1", '12" tray, large', "2"]], 0, []),
        ('1,"Deluxe" set,2', [["1", '"Deluxe" set', "2"]], 1, []),
        ('"1","5" pipe, long","2,50"', [["1", '5" pipe, long', "2,50"]], 1, []),
        ('1,2,"x,y",3', [], 0, ['1,2,"x,y",3']),
        ('1,"x,y"', [], 0, ['1,"x,y"']),
        ('1,"a,b,2\n3,x,4', [["3", "x", "4"]], 0, ['1,"a,b,2']),
        ("1,2\n\n  \n3,x,4\n5,6,7,8", [["3", "x", "4"]], 0, ["1,2", "5,6,7,8"]),
        ("1,Tea\u2028\x85\x0bgreen,2", [["1", "Tea\u2028\x85\x0bgreen", "2"]], 0, []),
    ],
)
def test_each_line_is_read_in_the_way_that_gives_its_columns(
    text: str, rows: list[list[str]], unpaired: int, malformed: list[str]
) -> None:
    """Cells in marks, over lines, with inch marks, backslashes and open marks; what fits in no way is malformed."""
    found, tally = tidy(text)
    assert found == rows
    assert (tally.records, tally.unpaired, tally.malformed) == (len(rows), unpaired, count_lines(malformed))


def test_an_open_mark_swallows_no_records() -> None:
    """An open mark that a mark closes hundreds of lines below has swallowed records, even if a few are malformed."""
    lines = [f"{n},Tea,{n}" for n in range(400)]
    lines[10], lines[200], lines[300] = '10,"5 inch pipe,10', "half,", '300,pipe 5",300'
    found, tally = tidy("\n".join(lines))
    assert (tally.records, tally.unpaired, tally.first_unpaired, tally.malformed.count) == (399, 1, 11, 1)
    assert [row[0] for row in found] == [str(n) for n in range(400) if n != 200]


def test_a_note_of_several_lines_with_commas_is_one_cell() -> None:
    """Lines of a long note that look like records by chance do not break the note; that they might be lines is told."""
    note = "Dear all,\nplease, leave it, at the door\nthank you\nAnn"
    found, tally = tidy(f'1,"{note}",2\n3,"a, b\nc",4')
    assert found == [["1", note, "2"], ["3", "a, b\nc", "4"]]
    assert tally == Tally(2, NO_LINES, 0, 0, swallowing=1, first_swallowing=1)


def test_a_cell_that_may_have_swallowed_lines_is_told() -> None:
    """Two marks left open, lines apart, pair with one another; what lies between them is told as doubtful."""
    lines = ["1,Tea,2", '2,"5 inch pipe, long', "x,y,", "z", 'w",3', '4,"two\nlines",5', "6,Tea,7"]
    found, tally = tidy("\n".join(lines))
    assert [row[0] for row in found] == ["1", "2", "4", "6"]
    assert (tally.swallowing, tally.first_swallowing, tally.unpaired) == (1, 2, 0)


@given(text=SIGNS)
def test_every_line_has_one_fate(text: str) -> None:
    """Of any text each line is blank, malformed, or in a record; the copy holds just the records."""
    found, tally = tidy(text)
    assert tally.records == len(found)
    assert all(len(row) == 3 for row in found)
    blank = sum(not line.strip(" \t\v\f") for line in lines_of(text))
    spanned = sum(sum(cell.count("\n") for cell in row) for row in found)
    assert tally.records + spanned + tally.malformed.count + blank >= len(lines_of(text))


@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8), marks=st.sampled_from([0, 1]))
def test_what_the_csv_module_wrote_is_read_back(rows: list[list[str]], marks: int) -> None:
    """A file by the rules of RFC 4180 is read as it was written, but for cells that hold whole records."""
    records = []
    for row in rows:
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL if marks else csv.QUOTE_MINIMAL).writerow(row)
        records.append(out.getvalue())
    found, tally = tidy("".join(records))
    if not any(holds_records(record) for record in records):
        assert found == rows
        assert tally.malformed == NO_LINES
        assert not tally.unpaired


def holds_records(record: str) -> bool:
    """Whether most lines of a record have the columns of one by themselves: then nobody can tell what they are."""
    lines = record.removesuffix("\n").split("\n")
    return len(lines) > 1 and 2 * sum(line.count(",") == 2 for line in lines) > len(lines)


def test_a_record_of_lines_that_are_records_is_told() -> None:
    """Where nobody can tell lines within cells from records, they are counted as malformed or unpaired, none is lost."""
    found, tally = tidy('"\n,","\n",",1"\n')
    assert (len(found), tally.malformed.count + tally.unpaired) == (0, 3)


def test_malformed_lines_are_counted_not_kept() -> None:
    """The digest tells any line and how often it is there, in whatever order; three examples are kept, cut short."""
    lines = [f"{n:04}" + "x" * 200 for n in range(1000)]
    counted = count_lines(lines)
    assert counted == count_lines(reversed(lines)) == count_lines(lines[:300]) + count_lines(lines[300:])
    assert (counted.count, counted.examples) == (1000, tuple(line[:80] for line in lines[:3]))
    others = [lines[1:], [*lines, lines[0]], [*lines[1:], lines[0] + "y"], []]
    assert len({one.digest for one in (counted, *map(count_lines, others))}) == 5
    assert MalformedLines().digest == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b\n1,2\n3,4", Survey(3, is_plain=True)),
        (b'\xef\xbb\xbf"a",b\r\n\r\n1,"x ""y"""\r\n', Survey(2, is_plain=True)),
        (b"a,b\r\n1,2\r\n3,4", Survey(3, is_plain=True)),
        (b'\n\na,b\n\n1,""\n', Survey(2, is_plain=True)),
        ("a,b\n1,é\u2028\n".encode(), Survey(2, is_plain=True)),
        (b"", Survey(0, is_plain=True)),
        (b"a,b\r\n1,2\n", None),
        (b"a,b\r1,2\r", None),
        (b"a,b\n1,x\ry\n", None),
        (b"a,b\n1,\xe9\n", None),
        (b'a,b\n1,"x\ny"\n', None),
        (b'a,b\n1,"x\n', None),
        (b'a,b\n1,5" pipe 6"\n', None),
        (b'a,b\n1,"x" y""\n', None),
        (b'a,b\n"x\ny,"\n', None),
    ],
)
def test_only_what_every_parser_reads_alike_is_plain(tmp_path: Path, content: bytes, expected: Survey | None) -> None:
    """The survey counts the lines of plain files, and calls plain only what RFC 4180 leaves no doubt of."""
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    found = survey_text(path, ",")
    assert found == expected if expected else not found.is_plain


@given(text=SIGNS)
def test_a_plain_text_is_read_alike_by_the_csv_module(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever is called plain gives the csv module, strict, as many records as were counted, one in each line."""
    path = tmp_path_factory.getbasetemp() / "plain.csv"
    path.write_bytes(text.encode())
    found = survey_text(path, ",")
    if found.is_plain:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert found.records == sum(bool(row) for row in rows)
        assert not any("\n" in cell for row in rows for cell in row)
