"""What any engine promises: to hold tables of order lines, and to compute what Narwhals expressions say of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import narwhals as nw
import pandas as pd
import pyarrow as pa

MAX_LINE_BYTES = 10_000_000
"""What a line of a text may have: an engine reads it whole, and a longer one was never meant to be one."""


class UnreadableFileError(Exception):
    """A file that the engine cannot read, and in one line why."""


@dataclass(frozen=True, slots=True)
class TextLayout:
    r"""How a delimited text in UTF-8 is laid out, so that nothing of it is left to be guessed.

    Cells may stand between quotation marks, and a doubled mark is one within the cell (RFC 4180).

    Attributes
    ----------
    headings : tuple of str
        All of its columns, in their order.
    separator : str
        The sign between columns.
    has_head : bool
        Whether its first line is the heading line.
    blank_lines : int
        Lines to skip before that.
    line_end : str, optional
        What alone ends a line, as an escape such as ``\n``; without it any line end does, and the file has one kind.
    """

    headings: tuple[str, ...]
    separator: str
    has_head: bool = False
    blank_lines: int = 0
    line_end: str | None = None


class Engine(ABC):
    """An open engine, with tables that have names.

    Tables and lazy frames belong to the engine that gave them, and end with it. Integers are exact, and instants keep
    their microseconds. The order of rows is never promised. Values never decide how a method works: whatever signs a
    text, a name or a path holds, it is taken as it stands.

    Raises
    ------
    DataError
        From any method, when the lines need more memory than there is.
    UnexpectedError
        From any method, when there is no space left for temporary files.
    """

    repeats_cheaply: ClassVar[bool] = True
    """Whether a lazy frame may as well be computed each time that it is asked for, instead of once into a table."""

    @abstractmethod
    def close(self) -> None:
        """Give back memory and connections; nothing works after that."""

    @abstractmethod
    def beside(self) -> Engine:
        """Return an engine on the same tables that another thread may use meanwhile."""

    @abstractmethod
    def lazy(self, table: str) -> nw.LazyFrame[Any]:
        """Return a table as a lazy frame."""

    @abstractmethod
    def count(self, table: str) -> int:
        """Count the rows of a table."""

    @abstractmethod
    def drop(self, table: str) -> None:
        """Forget a table and free what it held."""

    @abstractmethod
    def list_tables(self) -> set[str]:
        """List the names of all tables."""

    @contextmanager
    def temporary_tables(self) -> Iterator[None]:
        """Drop, when the block ends, the tables that were made in it."""
        before = self.list_tables()
        try:
            yield
        finally:
            for table in self.list_tables() - before:
                self.drop(table)

    @staticmethod
    def collect(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
        """Compute a lazy frame into pandas; `reportgen.lines.engine.compute.collect` finds the engine to ask.

        Sums of integers come back as integers where the expression casts them (``.cast(nw.Int64)``).
        """
        return frame.collect("pandas").to_native()  # type: ignore[no-any-return]

    @abstractmethod
    def materialise(self, name: str, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Compute a lazy frame once into a table, which takes the place of one of that name.

        The frame may not be made of the table whose place it takes. What is lazy until then sees later changes of the
        tables below it; what is returned does not.
        """

    @abstractmethod
    def place_table(self, name: str, frame: pd.DataFrame) -> nw.LazyFrame[Any]:
        """Copy a small pandas frame into a table, which takes the place of one of that name."""

    @abstractmethod
    def write_parts(self, frame: nw.LazyFrame[Any], by: str, folder: Path) -> None:
        """Compute a lazy frame into Parquet files, apart by the values of a column of whole numbers.

        The files of a value lie in a folder ``<by>=<value>`` and do not hold that column. A value without rows has no
        folder.
        """

    @abstractmethod
    def sum_digests(self, frame: nw.LazyFrame[Any], by: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Count rows and add up their digests, for each group of rows.

        A row's digest is the MD5 of its texts in UTF-8, each with the count of its bytes before it, all joined by
        colons. As a number it is made of two of 64 bits, the first eight bytes above the last eight, each with its
        lowest byte first.

        Parameters
        ----------
        frame : LazyFrame
            The columns of `by`, and texts that are never null, in the order in which they count.
        by : sequence of str
            Columns that tell groups apart; null is a group too.

        Yields
        ------
        tuple
            The group's values, the number of rows, and the sum of their digests modulo 2**128.
        """


class LoadingEngine(Engine):
    """An engine that files and rows can be loaded into as texts, to be typed there."""

    @abstractmethod
    def new_file(self, suffix: str) -> Path:
        """Return a path for a new file, which vanishes with the engine."""

    @abstractmethod
    def load_text(self, path: Path, layout: TextLayout, columns: Sequence[str]) -> str | None:
        """Load columns of a delimited text into a new table, every cell as text and an empty one as null.

        Returns
        -------
        str or None
            The table's name; None, and no table, when a line does not have the columns of the layout. Who calls counts
            the records before, and compares: a parser that errs must not lose lines unnoticed.
        """

    @abstractmethod
    def list_columns(self, paths: Sequence[Path]) -> dict[str, bool]:
        """List the columns of Parquet files that make one table, and tell of each whether it holds numbers.

        Raises
        ------
        UnreadableFileError
            When it is damaged.
        """

    @abstractmethod
    def list_kinds(self, paths: Sequence[Path]) -> list[dict[str, str]]:
        """Tell, for each of some Parquet files, the kind of value in each of its columns, however wide it is.

        Files in which a column has different kinds are no one table: a whole number above 2**53 among numbers with
        decimals would be another one, and an instant among local times would be moved.

        Raises
        ------
        UnreadableFileError
            When one is damaged.
        """

    @abstractmethod
    def load_parquet(
        self, paths: Sequence[Path], columns: Mapping[str, str], told: Mapping[str, Sequence[str | None]]
    ) -> str:
        """Load columns of Parquet files that make one table into a new one, every value as text.

        Numbers that are whole have no decimal point (``17850``), one that is none is null, dates are in ISO form and
        instants in UTC.

        Parameters
        ----------
        paths : sequence of Path
            The files; a column that one of them has not is null in its rows.
        columns : mapping
            The table's name of each of the files' columns that are wanted.
        told : mapping
            Columns that are in no file: the text that each of the paths has in all of its rows.

        Raises
        ------
        UnreadableFileError
            When it is damaged.
        """

    @abstractmethod
    def add_texts(self, table: str, columns: Mapping[str, str | None]) -> None:
        """Add columns to a table that hold one text, or null, in every row."""

    @abstractmethod
    def load_batches(self, reader: pa.RecordBatchReader, columns: Mapping[str, str]) -> str:
        """Load rows that come in batches into a new table, every value as text, as `load_parquet` writes them.

        Parameters
        ----------
        reader : RecordBatchReader
            Read once; what it has given can be freed before it gives the next.
        columns : mapping
            The table's name of each of its columns that are wanted.
        """

    @abstractmethod
    def append_parquet(self, table: str, path: Path, constants: Mapping[str, str]) -> None:
        """Add the rows of a Parquet file to a table, which is made when it is not there.

        Parameters
        ----------
        table : str
            Its columns are those of the first file.
        path : Path
            Written by `write_parts`; types stay what they were.
        constants : mapping
            Columns of the file that hold one text in every row, whatever the file says.
        """
