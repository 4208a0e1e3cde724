"""The engine: quotes whatever names hold, reads nothing but its own folder, and leaves nothing behind."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.lines.engine.base import UnreadableFileError
from reportgen.lines.engine.compute import collect, materialise, place_table
from reportgen.lines.engine.duckdb import DuckDBEngine, open_engine
from reportgen.lines.engine.sql import quote_name, quote_text

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(WORDS)
def test_any_text_is_quoted(engine: DuckDBEngine, text: str) -> None:
    """A text comes back from SQL as it went in, whatever marks it holds."""
    assert engine.run(f"SELECT {quote_text(text)}") == [(text,)]


@given(WORDS)
def test_any_name_is_quoted(engine: DuckDBEngine, name: str) -> None:
    """A column may have any name."""
    engine.run(f"SELECT 1 AS {quote_name(name)}")
    assert engine.connection.description is not None
    assert engine.connection.description[0][0] == name


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_is_left_behind(fails: bool) -> None:
    """The engine's folder and its connection are gone after the block, also when the block fails."""
    kept: list[DuckDBEngine] = []

    def work() -> None:
        with open_engine() as engine:
            kept.append(engine)
            (engine.folder / "spilled").write_text("x")
            if fails:
                raise ZeroDivisionError

    if fails:
        with pytest.raises(ZeroDivisionError):
            work()
    else:
        work()
    assert not kept[0].folder.exists()
    with pytest.raises(duckdb.ConnectionException):
        kept[0].run("SELECT 1")


def test_two_engines_do_not_meet() -> None:
    """What one engine holds is not there in another."""
    with open_engine() as one, open_engine() as other:
        place_table(one, "mine", pd.DataFrame({"a": [1]}))
        assert one.folder != other.folder
        with pytest.raises(duckdb.CatalogException):
            other.run("SELECT * FROM mine")


def test_frames_go_in_and_come_back(engine: DuckDBEngine) -> None:
    """A pandas frame placed in the engine comes back the same, and a second of its name takes its place."""
    frame = pd.DataFrame({"customer": ["ann", "bob"], "n": [1, 2]})
    pd.testing.assert_frame_equal(collect(place_table(engine, "some", frame)), frame, check_dtype=False)
    assert len(collect(place_table(engine, "some", frame.head(1)))) == 1


def test_temporary_tables_go_with_their_block(engine: DuckDBEngine) -> None:
    """What was made in the block is dropped at its end, also by a failure; what was there before stays."""
    frame = pd.DataFrame({"n": [1, 2]})
    place_table(engine, "there", frame)
    before = engine.list_tables()
    with engine.temporary_tables():
        materialise(engine, "within", place_table(engine, "brought", frame).select("n"))
        assert engine.list_tables() == {*before, "within", "brought"}
    assert engine.list_tables() == before
    with pytest.raises(ZeroDivisionError), engine.temporary_tables():
        place_table(engine, "brought", frame)
        raise ZeroDivisionError
    assert engine.list_tables() == before
    assert "there" in before


def test_a_computed_table_does_not_change_with_its_source(engine: DuckDBEngine) -> None:
    """What was computed once stays, whatever becomes of the table that it was computed from."""
    lazy = place_table(engine, "base", pd.DataFrame({"n": [1, 2]}))
    computed: Any = materialise(engine, "computed", lazy.select("n"))
    engine.run("DELETE FROM base")
    assert sorted(collect(computed)["n"]) == [1, 2]
    assert list(collect(lazy)["n"]) == []


def test_parts_come_back_whole(engine: DuckDBEngine, tmp_path: Path) -> None:
    """What is written apart by a column comes back without it, in one table, with the constants that are asked for."""
    frame = pd.DataFrame({"name": ["a", "b'", None], "store": ["x", "y", "x"], "part": [0, 1, 0]})
    folder = tmp_path / "it's [a] folder"
    engine.write_parts(place_table(engine, "whole", frame), "part", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["part=0", "part=1"]
    engine.drop("again")
    for number, store in enumerate(["it's", "y"]):
        for file in (folder / f"part={number}").iterdir():
            engine.append_parquet("again", file, {"store": store})
    again = collect(engine.lazy("again"))
    assert list(again.columns) == ["name", "store"]
    assert sorted(zip(again["name"].fillna("-"), again["store"], strict=True)) == [
        ("-", "it's"),
        ("a", "it's"),
        ("b'", "y"),
    ]


def test_digests_are_those_of_hashlib(engine: DuckDBEngine) -> None:
    """Digests add up to what Python's own MD5 gives for the same texts, whatever the order of lines."""
    texts = [("é", ""), ("1:a", "b"), ("é", "")]
    frame = pd.DataFrame([("s", *pair) for pair in texts], columns=["store", "one", "two"])
    expected = 0
    for pair in texts:
        said = ":".join(f"{len(text.encode())}:{text}" for text in pair)
        own = hashlib.md5(said.encode(), usedforsecurity=False).digest()
        expected += (int.from_bytes(own[:8], "little") << 64) + int.from_bytes(own[8:], "little")
    assert list(engine.sum_digests(place_table(engine, "said", frame), ["store"])) == [("s", 3, expected % 2**128)]


def test_a_damaged_parquet_file_is_told(engine: DuckDBEngine, tmp_path: Path) -> None:
    """A file that is no Parquet is told in one line, whoever asks for it."""
    (tmp_path / "x.parquet").write_bytes(b"PAR1 and no more")
    for ask in (lambda path: engine.list_columns([path]), lambda path: engine.load_parquet([path], {"a": "a"}, {})):
        with pytest.raises(UnreadableFileError) as caught:
            ask(tmp_path / "x.parquet")
        assert "\n" not in str(caught.value)
