"""Understands numbers as people write them: which mark is the decimal one, and which signs are decoration."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from reportgen.errors import DataError, Problem
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.engine.sql import quote_name, quote_text
from reportgen.lines.sources.raw import RawTable
from reportgen.lines.sources.values import values_of

DecimalMark = Literal[".", ","]
MANY = 99
_GARBLED_SHARE = 0.01
_CLEANED = "regexp_full_match"
_WITH_UNIT = r"^[-+]?[0-9][0-9.,]*\s*([A-Za-z\x{00C0}-\x{024F}][A-Za-z\x{00C0}-\x{024F}.]*)$"
_SPACES = r"[\s\x{00A0}\x{2009}\x{202F}]"


Shape = tuple[str, int, str, str, bool]
Shapes = Mapping[str, Sequence[Shape]]
"""By heading: each shape that numbers with a mark or an exponent have, how many have it, the least and the greatest,
and whether these were numbers in the file already, so that their mark is a point.

In a shape 9 stands for the digits 1 to 9, and 0 for zero.
"""


def find_shapes(engine: DuckDBEngine, table: RawTable, columns: Iterable[str]) -> Shapes:
    """Find the shapes of the numbers in some columns, those of digits alone left out."""
    shapes: dict[str, list[Shape]] = {}
    for column in columns:
        text = quote_name(column)
        values, lines = values_of(engine, table, column)
        rows = engine.run(
            f"SELECT translate({text}, '12345678', '99999999') AS shape, {lines}, min({text}), max({text}),"
            f" {table.native.get(column, 'false')} AS is_native"
            f" FROM {values} WHERE contains({text}, '.') OR contains({text}, ',') OR contains(lower({text}), 'e')"
            " GROUP BY shape, is_native ORDER BY shape, is_native"
        )
        shapes[column] = [(shape, count, low, high, bool(native)) for shape, count, low, high, native in rows]
    return shapes


def detect_decimal(shapes: Shapes, place: str) -> DecimalMark:
    """Tell the decimal mark of the number columns of one table; one mark is taken to hold for all of them.

    Parameters
    ----------
    shapes : mapping
        From `find_shapes`.
    place : str
        The file, for the message.

    Raises
    ------
    DataError
        When all marked numbers could be read either way (``1.234``), or some only one way and some only the other.
    """
    evidence: Counter[str] = Counter()
    examples: dict[str, list[str]] = {".": [], ",": [], "either": []}
    for shape, count, low, high, is_native in (row for rows in shapes.values() for row in rows):
        verdict = None if is_native else mark_shown_by(shape)
        if verdict is not None:
            evidence[verdict] += count
            examples[verdict] += sorted({low, high})
    return _decide(evidence, examples, place)


def count_decimals(rows: Iterable[Shape], mark: DecimalMark) -> int:
    """Return the most decimal places that a column's numbers have; `MANY` when some are written with an exponent."""
    most = 0
    for shape, *_, is_native in rows:
        _, found, rest = shape.rpartition("." if is_native else mark)
        digits = re.match("[09]*", rest)
        most = max(most, MANY if re.search("[0-9][eE]", rest) else len(digits[0]) if found and digits else 0)
    return most


def mark_shown_by(shape: str) -> Literal[".", ",", "either"] | None:
    """Tell which decimal mark a number's shape proves; ``either`` when both readings are possible, None for no mark.

    Shapes have 9 for the digits 1 to 9 and 0 for zero: ``9.999,00`` proves a comma, ``9.999`` proves nothing.
    """
    marks = re.sub(r"[^.,]", "", shape)
    if not marks:
        return None
    last = marks[-1]
    other: Literal[".", ","] = "," if last == "." else "."
    if len(set(marks)) > 1:
        return "." if last == "." else ","
    if len(marks) > 1:
        return other
    before, after = re.sub(r"[^09.,]", "", shape).split(last)
    if len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0"):
        return "either"
    return "." if last == "." else ","


def _decide(evidence: Counter[str], examples: dict[str, list[str]], place: str) -> DecimalMark:
    points, commas = evidence["."], evidence[","]
    hint = "Say which with 'source: {decimal: \".\"}' or 'source: {decimal: \",\"}'."
    if min(points, commas) > _GARBLED_SHARE * max(points, commas):
        came = f"'{examples['.'][0]}' and '{examples[','][0]}'"
        raise DataError(Problem(place, "source.decimal", "one decimal mark in all numbers", came, hint))
    if points or commas:
        return "." if points > commas else ","
    if evidence["either"]:
        came = " and ".join(f"'{value}'" for value in examples["either"][:2])
        expected = "numbers that show which mark is the decimal one"
        raise DataError(Problem(place, "source.decimal", expected, f"{came}, which can be read both ways", hint))
    return "."


def check_units(engine: DuckDBEngine, table: RawTable, column: str, signs: Iterable[str], place: str) -> None:
    """Stop when quantities have words beside them, such as ``2 pcs``, that the config does not name.

    Left out they would be missing in every figure; a single one that nobody meant is no reason to stop.

    Raises
    ------
    DataError
        Naming the words and the option for them.
    """
    text, known = f"trim({quote_name(column)})", {sign.casefold() for sign in signs}
    refused = f"{text} <> '' AND TRY_CAST(replace({text}, ',', '.') AS DOUBLE) IS NULL"
    values, lines = values_of(engine, table, column)
    rows = engine.run(
        f"SELECT lower(regexp_extract({text}, {quote_text(_WITH_UNIT)}, 1)) AS unit, {lines}, min({text}),"
        f" (SELECT count(*) FROM {table.name}) FROM {values} WHERE {refused} GROUP BY unit ORDER BY unit"
    )
    unknown = [row for row in rows if row[0] and row[0].casefold() not in known]
    if sum(count for _, count, _, _ in unknown) > _GARBLED_SHARE * max((total for *_, total in unknown), default=0):
        words = ", ".join(unit for unit, *_ in unknown[:8])
        came = f"quantities such as '{unknown[0][2]}'"
        hint = f"State what may stand beside them: 'source: {{units: [{words}]}}'."
        raise DataError(Problem(place, "source.units", "plain numbers as quantities", came, hint))


def number_sql(
    engine: DuckDBEngine, table: RawTable, column: str, mark: DecimalMark, *, signs: Iterable[str], scale: int
) -> str:
    """Return SQL that reads a text column as a decimal of that scale, null where it is no number.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the table is.
    table : RawTable
        The lines as texts.
    column : str
        Heading of the text column.
    mark : {'.', ','}
        The decimal mark; the other mark, spaces and apostrophes are thousands marks, in groups of three.
    signs : iterable of str
        Currency signs and abbreviations that may stand before or after the number.
    scale : int
        Decimal places kept.
    """
    text = f"trim({quote_name(column)})"
    kind = f"DECIMAL({18 if scale <= 4 else 38},{scale})"  # the narrow one is far quicker
    plain = _plain_sql(text, mark, kind)
    native = table.native.get(column)
    if native == "true":
        return _plain_sql(text, ".", kind)
    if native is not None:
        rest = f"coalesce({plain}, {_cleaned_sql(text, mark, signs, kind)})"
        return f"CASE WHEN {native} THEN {_plain_sql(text, '.', kind)} ELSE {rest} END"
    # A cast is far quicker than patterns over every line, so these are used only where the cast refuses something.
    values, _ = values_of(engine, table, column)
    refused = engine.run(f"SELECT 1 FROM {values} WHERE {text} <> '' AND {plain} IS NULL LIMIT 1")
    return f"coalesce({plain}, {_cleaned_sql(text, mark, signs, kind)})" if refused else plain


def cells_sql(headings: Mapping[str, tuple[str, ...]], columns: Iterable[str]) -> str:
    """Return SQL of number columns as they came, for `cells_text_sql`."""
    return ", ".join(f"{quote_name(headings[name][0])} AS cell_{name}" for name in columns if name in headings)


def cells_text_sql(headings: Mapping[str, tuple[str, ...]], columns: Iterable[str]) -> str:
    """Return SQL that writes number columns out as they came, which only lines need that cannot be read."""
    parts = [
        f"{quote_text(name.replace('_', ' '))} || ' ''' || coalesce(cell_{name}, '') || ''''"
        for name in columns
        if name in headings
    ]
    return f"concat_ws(', ', {', '.join(parts)})"


def takes_signs_off(sql: str) -> bool:
    """Tell whether SQL of `number_sql` had to be made for numbers with something beside them."""
    return _CLEANED in sql


def _plain_sql(text: str, mark: DecimalMark, kind: str) -> str:
    """Cast what needs no cleaning, but not what a cast would misread: 1_000, or a point that marks thousands."""
    misread = f"contains({text}, '_')" + (f" OR contains({text}, '.')" if mark == "," else "")
    plain = f"replace({text}, ',', '.')" if mark == "," else text
    return f"CASE WHEN NOT ({misread}) THEN TRY_CAST({plain} AS {kind}) END"


def _cleaned_sql(text: str, mark: DecimalMark, signs: Iterable[str], kind: str) -> str:
    """Take off currency signs, turn ``(5)``, ``5-`` and U+2212 into a minus, and drop well-placed thousands marks."""
    point, comma = ("\\.", ",") if mark == "." else (",", "\\.")
    words = "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))
    # a sign inside a number is no decoration: in some places 1€50 is one and a half
    beside = f"(?i)^([-+(\u2212]?){_SPACES}*(?:{words}){_SPACES}*|{_SPACES}*(?:{words}){_SPACES}*([-)\u2212]?)$"
    bare = f"regexp_replace({text}, {quote_text(beside)}, '\\1\\2', 'g')"
    signed = f"regexp_replace(regexp_replace({bare}, '\\x{{2212}}', '-', 'g'), '^\\((.*)\\)$|^([^-].*)-$', '-\\1\\2')"
    grouped = f"regexp_replace({signed}, {quote_text(rf'({_SPACES}|[' + chr(39) + '’])')}, '{comma[-1]}', 'g')"
    well_formed = (
        f"'[-+]?([0-9]{{1,3}}({comma}[0-9]{{2,3}})*{comma}[0-9]{{3}}|[0-9]+)?({point}[0-9]*)?([eE][-+]?[0-9]{{1,2}})?'"
    )
    cleaned = f"replace(replace({grouped}, '{comma[-1]}', ''), ',', '.')"
    return f"CASE WHEN {_CLEANED}({grouped}, {well_formed}) THEN TRY_CAST({cleaned} AS {kind}) END"
