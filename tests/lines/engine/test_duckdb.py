"""The engine: quotes whatever names hold, reads nothing but its own folder, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.lines.engine.duckdb import Engine, collect, materialise, open_engine, place_table, quote_name, quote_text

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(WORDS)
def test_any_text_is_quoted(engine: Engine, text: str) -> None:
    """A text comes back from SQL as it went in, whatever marks it holds."""
    assert engine.run(f"SELECT {quote_text(text)}") == [(text,)]


@given(WORDS)
def test_any_name_is_quoted(engine: Engine, name: str) -> None:
    """A column may have any name."""
    engine.run(f"SELECT 1 AS {quote_name(name)}")
    assert engine.connection.description is not None
    assert engine.connection.description[0][0] == name


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_is_left_behind(fails: bool) -> None:
    """The engine's folder and its connection are gone after the block, also when the block fails."""
    kept: list[Engine] = []

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


def test_frames_go_in_and_come_back(engine: Engine) -> None:
    """A pandas frame placed in the engine comes back the same, and a second of its name takes its place."""
    frame = pd.DataFrame({"customer": ["ann", "bob"], "n": [1, 2]})
    pd.testing.assert_frame_equal(collect(place_table(engine, "some", frame)), frame, check_dtype=False)
    assert len(collect(place_table(engine, "some", frame.head(1)))) == 1


def test_a_computed_table_does_not_change_with_its_source(engine: Engine) -> None:
    """What was computed once stays, whatever becomes of the table that it was computed from."""
    lazy = place_table(engine, "base", pd.DataFrame({"n": [1, 2]}))
    computed: Any = materialise(engine, "computed", lazy.select("n"))
    engine.run("DELETE FROM base")
    assert sorted(collect(computed)["n"]) == [1, 2]
    assert list(collect(lazy)["n"]) == []
