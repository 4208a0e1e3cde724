"""Tests of order lines from databases: what is read, and what is told when it cannot be."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reportgen import columns as c
from reportgen.config.databases import DatabaseOptions
from reportgen.config.lines import ColumnOptions, SourceOptions
from reportgen.errors import ConfigError, DataError
from reportgen.lines.engine.compute import collect
from reportgen.lines.sources.databases.bounds import EVERYTHING, Bounds
from reportgen.lines.sources.databases.load import is_bounded
from reportgen.lines.sources.open import OpenOptions, open_source
from tests.databases import PASSWORD, PostgreSQL

HEADINGS = {
    "order_id": "no", "customer_id": "who", "ordered_at": "at", "quantity": "qty", "unit_price": "price",
    "product_id": "code", "product_name": "name",
}  # fmt: skip
COLUMNS = "no text, who text, at timestamp, qty integer, price numeric(12,4), code text, name text"
ROWS = """no,who,at,qty,price,code,name
1,a,2026-01-05 10:00:00,2,1.2500,T,"Tea, green"
1,a,2026-01-05 10:00:00,1,10.0000,K,Kettle
2,b,2026-02-01 00:00:00,3,0.3333,T,"Tea, green"
C3,a,2026-02-03 09:30:00,-1,10.0000,K,Kettle
4,,2026-02-04 12:00:00,1,2.5000,,
"""


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """Return a function that reads a database's lines: ``read(address, bounds, columns, **options)``."""

    def open_it(
        address: str, bounds: Bounds = EVERYTHING, columns: dict[str, Any] = HEADINGS, **options: Any
    ) -> list[dict[str, Any]]:
        monkeypatch.setenv("SHOP_DB", address)
        stated = {"table": "lines"} if "query" not in options else {}
        database = DatabaseOptions(uri_env="SHOP_DB", **{**stated, **options})
        source = SourceOptions(database=database)
        with open_source(source, ColumnOptions(**columns), ("£",), opening=OpenOptions(bounds=bounds)) as opened:
            found = collect(opened.lines.frame)
        found = found.sort_values([c.ORDERED_AT, c.ORDER_ID, c.PRODUCT_ID], na_position="last")
        rows = found.astype(object).where(found.notna(), None).to_dict("records")
        return [{str(name): value for name, value in row.items()} for row in rows]

    return open_it


@pytest.fixture(scope="session")
def lines(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> PostgreSQL:
    """Lay a table with a few lines into the server."""
    path = tmp_path_factory.mktemp("lines") / "lines.csv"
    path.write_text(ROWS, encoding="utf-8")
    postgresql.load("lines", path, COLUMNS)
    return postgresql


@pytest.fixture
def sqlite(tmp_path: Path) -> Callable[..., str]:
    """Return a function that makes an SQLite file of rows and returns its address."""

    def write(rows: list[tuple[Any, ...]], columns: str = "no, who, at, qty, price, code, name") -> str:
        with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
            connection.execute(f"CREATE TABLE lines ({columns})")
            connection.executemany(f"INSERT INTO lines VALUES ({', '.join('?' * len(rows[0]))})", rows)
            connection.commit()
        return f"sqlite:///{tmp_path / 'shop.db'}"

    return write


def test_a_table_of_postgresql_is_read_exactly(lines: PostgreSQL, read: Callable[..., Any]) -> None:
    """Money as numeric is exact, instants are as they are, and nothing is lost."""
    rows = read(lines.address())
    assert [(row[c.ORDER_ID], row[c.CUSTOMER_ID], row[c.QUANTITY], row[c.AMOUNT]) for row in rows] == [
        ("1", "a", 1_000_000, 100_000),
        ("1", "a", 2_000_000, 25_000),
        ("2", "b", 3_000_000, 9_999),
        ("C3", "a", -1_000_000, -100_000),
        ("4", None, 1_000_000, 25_000),
    ]
    assert [row[c.ORDERED_AT] for row in rows][2] == datetime(2026, 2, 1)
    assert rows[1][c.PRODUCT_NAME] == "Tea, green"


def test_only_the_lines_that_are_needed_are_fetched(
    lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path
) -> None:
    """A table's date column and a query's parameters leave out what came before, and keep the first instant."""
    bounds = Bounds(datetime(2026, 2, 1), datetime(2026, 2, 4))
    assert [row[c.ORDER_ID] for row in read(lines.address(), bounds, dated_by="at")] == ["2", "C3", "4"]
    query = tmp_path / "lines.sql"
    query.write_text(
        "SELECT * FROM lines\nWHERE at >= {{ first_day }} AND at < {{end}}; -- comment\n".replace("; --", " --")
    )
    assert [row[c.ORDER_ID] for row in read(lines.address(), bounds, query=str(query))] == ["2", "C3"]
    assert [row[c.ORDER_ID] for row in read(lines.address(), query=str(query))] == ["1", "1", "2", "C3", "4"]


def test_many_lines_come_in_parts(lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path) -> None:
    """More lines than are fetched at a time arrive whole, with parameters and without."""
    query = tmp_path / "lines.sql"
    for condition in ("true", "{{ first_day }} < {{ end }}"):
        query.write_text(
            "SELECT n AS no, 'c' AS who, timestamp '2026-01-01' AS at, 1 AS qty, 0.01 AS price, '' AS code, 'x' AS name"
            f" FROM generate_series(1, 250001) AS n WHERE {condition};"
        )
        assert sum(row[c.AMOUNT] for row in read(lines.address(), query=str(query))) == 250_001 * 100


def test_several_connections_read_every_line_once(lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path) -> None:
    """Ranges of a column, of which some rows have none, add up to the table, with parameters and without."""
    query = tmp_path / "lines.sql"
    for condition in ("true", "{{ first_day }} < {{ end }}"):
        query.write_text(
            "SELECT n AS no, nullif(n % 50, 0)::bigint * 1000000007 AS id, 'c' AS who, timestamp '2026-01-01' AS at, 1 AS qty,"
            f" n AS price, '' AS code, 'x' AS name FROM generate_series(1, 5000) AS n WHERE {condition}"
        )
        rows = read(lines.address(), query=str(query), partition_by="id")
        assert sorted(row[c.AMOUNT] for row in rows) == [n * c.MONEY_SCALE for n in range(1, 5_001)]
    query.write_text("SELECT * FROM lines WHERE false")
    with pytest.raises(DataError, match="a heading line and nothing below it"):
        read(lines.address(), query=str(query), partition_by="qty")
    with pytest.raises(DataError, match="expected whole numbers in the column 'name', got such as"):
        read(lines.address(), partition_by="name")
    query.write_text(
        "SELECT n AS no, CASE WHEN n = 9999 THEN 1 / (n - 9999) END AS qty, lines.who, at, price, code, name"
        " FROM lines, generate_series(1, 20000) AS n"
    )
    with pytest.raises(DataError, match="division by zero"):
        read(lines.address(), query=str(query), partition_by="no")


@pytest.mark.parametrize(
    ("sql", "instant"),
    [
        ("at", datetime(2026, 1, 5, 10)),
        ("at::date", datetime(2026, 1, 5)),
        ("to_char(at, 'YYYY/MM/DD')", datetime(2026, 1, 5)),
    ],
)
def test_dates_of_many_types(
    lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path, sql: str, instant: datetime
) -> None:
    """A date may be an instant, a day or a text."""
    query = tmp_path / "lines.sql"
    query.write_text(f"SELECT no, who, {sql} AS at, qty, price, code, name FROM lines WHERE no <> '2'")
    assert read(lines.address(), query=str(query))[0][c.ORDERED_AT] == instant


@pytest.mark.parametrize("kind", ["varchar(9)", "char(9)", "uuid", "an_enum", "integer", "bigint", "inet"])
def test_ids_of_many_types(lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path, kind: str) -> None:
    """A customer's id may be of any type that can be written out."""
    lines.run("DROP TYPE IF EXISTS an_enum CASCADE; CREATE TYPE an_enum AS ENUM ('7', '8')")
    text = {"uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "inet": "10.0.0.7"}.get(kind, "7")
    query = tmp_path / "lines.sql"
    query.write_text(f"SELECT no, '{text}'::{kind} AS who, at, qty, price, code, name FROM lines")
    expected = {"inet": "10.0.0.7/32"}.get(kind, text)
    assert {row[c.CUSTOMER_ID] for row in read(lines.address(), query=str(query))} == {expected}


@pytest.mark.parametrize("kind", ["money", "bytea", "integer[]", "interval"])
def test_a_type_that_no_line_has_is_told(
    lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path, kind: str
) -> None:
    """A driver that hands out cents for money must not make a figure a hundred times as large."""
    value = {"money": "'9.99'", "bytea": "'x'", "integer[]": "'{1}'", "interval": "'1 day'"}[kind]
    query = tmp_path / "lines.sql"
    query.write_text(f"SELECT no, who, at, qty, {value}::{kind} AS price, code, name FROM lines")
    with pytest.raises(DataError, match="column 'price': expected numbers, texts or dates, got the type"):
        read(lines.address(), query=str(query))


def faults(lines: PostgreSQL) -> dict[str, tuple[str, dict[str, Any], str]]:
    """Return addresses and options that cannot work, and what is told."""
    with_ca = f"?sslmode=verify-full&sslrootcert={lines.folder / 'authority.pem'}"
    lines.run("CREATE SCHEMA IF NOT EXISTS other; CREATE TABLE IF NOT EXISTS other.secret_lines (at timestamp)")
    return {
        "wrong password": (lines.address(password="wr0ng-one"), {}, "expected a login that the database accepts"),
        "no password": (f"postgresql://reader@localhost:{lines.port}/shop", {}, "a login that the database accepts"),
        "no such role": (lines.address(user="nobody"), {}, "expected a login that the database accepts"),
        "no such database": (lines.address(database="shoppe"), {}, "expected a database that is there"),
        "no such table": (lines.address(), {"table": "line"}, "Did you mean 'lines'?"),
        "no such date": (lines.address(), {"dated_by": "day"}, "expected columns that are there"),
        "may not read": (lines.address(), {"table": "other.secret_lines"}, "expected a role that may read the order lines"),
        "nobody there": ("postgresql://reader:s3cr3t@localhost:1/shop", {}, "expected a database that can be reached"),
        "no such host": ("postgresql://reader:s3cr3t@no.invalid/shop", {}, "expected a database that can be reached"),
        "another authority": (lines.address(also="?sslmode=verify-full"), {}, "expected a database that can be reached"),
        "another name": (
            lines.address(also=with_ca).replace("localhost", "127.0.0.1"), {}, "expected a database that can be reached",
        ),
        "broken address": (f"postgresql://reader:{PASSWORD}@localhost:{lines.port}/shop", {}, "source.database"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "fault",
    [
        "wrong password", "no password", "no such role", "no such database", "no such table", "no such date",
        "may not read", "nobody there", "no such host", "another authority", "another name", "broken address",
    ],
)  # fmt: skip
def test_each_fault_is_one_clear_message(lines: PostgreSQL, read: Callable[..., Any], fault: str) -> None:
    """What is wrong with a database is told in a line without any secret."""
    address, options, told = faults(lines)[fault]
    with pytest.raises(DataError) as raised:
        read(
            address,
            EVERYTHING if fault != "no such date" else Bounds(datetime(2026, 1, 1), datetime(2027, 1, 1)),
            **options,
        )
    (problem,) = raised.value.problems
    assert told in str(problem)
    assert str(problem).startswith("database $SHOP_DB, table ")
    for secret in (PASSWORD, "s3cr3t", "wr0ng-one", "word@"):
        assert secret not in str(problem)


def test_tls_is_spoken_and_checked(lines: PostgreSQL, read: Callable[..., Any]) -> None:
    """A server whose certificate is of the authority that the address names is read."""
    also = f"?sslmode=verify-full&sslrootcert={lines.folder / 'authority.pem'}"
    assert len(read(lines.address(also=also))) == 5


def test_a_dropped_connection_leaves_nothing(lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path) -> None:
    """When the server ends in the middle of the lines, nothing is made of those that had come."""
    query = tmp_path / "lines.sql"
    for bound in ("", " AND {{ first_day }} < {{ end }}"):
        query.write_text(
            "SELECT n AS no, CASE WHEN n = 150000 THEN pg_terminate_backend(pg_backend_pid())::text ELSE 'c' END AS who,"
            " timestamp '2026-01-01' AS at, 1 AS qty, 0.01 AS price, '' AS code, 'x' AS name"
            f" FROM generate_series(1, 200000) AS n WHERE true{bound}"
        )
        with pytest.raises(DataError, match="expected a connection that lasts"):
            read(lines.address(), query=str(query))


def test_a_slow_answer_is_not_waited_for(lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path) -> None:
    """A statement ends after its time."""
    query = tmp_path / "lines.sql"
    query.write_text("SELECT lines.* FROM lines, pg_sleep(60)")
    with pytest.raises(DataError, match="expected an answer within 1 seconds"):
        read(lines.address(), query=str(query), timeout=1)


def test_a_lock_is_not_waited_for_without_end(lines: PostgreSQL, read: Callable[..., Any]) -> None:
    """A table that somebody has locked is told after a while."""
    driver = pytest.importorskip("adbc_driver_postgresql.dbapi")

    with closing(driver.connect(f"postgresql:///shop?host={lines.folder}&port={lines.port}&user=owner")) as writer:
        with closing(writer.cursor()) as cursor:
            cursor.execute("LOCK TABLE lines IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DataError, match="locked for longer than 1 seconds"):
            read(lines.address(), timeout=1)
        writer.rollback()


def test_nothing_can_be_written(lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path) -> None:
    """A query that writes is refused by the session, whatever the role may do."""
    lines.run("CREATE OR REPLACE FUNCTION empty_lines() RETURNS text LANGUAGE sql AS 'DELETE FROM lines RETURNING no'")
    lines.run("GRANT DELETE ON lines TO reader")
    query = tmp_path / "lines.sql"
    query.write_text("SELECT empty_lines() AS no, 'a' AS who, at, qty, price, code, name FROM lines")
    with pytest.raises(DataError, match="read-only transaction"):
        read(lines.address(), query=str(query))
    assert lines.run("SELECT count(*) FROM lines") == "5"


def test_quoted_parameters_are_told(lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path) -> None:
    """A parameter within quotation marks would be a text; that it is none is told."""
    query = tmp_path / "lines.sql"
    query.write_text("SELECT * FROM lines WHERE at >= $${{ first_day }}$$")
    with pytest.raises(DataError):
        read(lines.address(), query=str(query))


def test_comments_of_a_query_are_left_out(lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path) -> None:
    """A placeholder in a comment means nothing, and what looks like a comment within quotation marks is none."""
    query = tmp_path / "lines.sql"
    query.write_text(
        "-- everything since {{ first_day }}, it's all there\n"
        "SELECT no, who, at, qty, price, code, CASE WHEN name = 'a -- \"b\" ; /* c' THEN '' ELSE name END AS \"name\"\n"
        "FROM lines /* until {{ end }} */ WHERE no <> '4' ; -- end; of it\n"
    )
    bounds = Bounds(datetime(2026, 2, 1), datetime(2026, 3, 1))
    assert [row[c.ORDER_ID] for row in read(lines.address(), bounds, query=str(query))] == ["1", "1", "2", "C3"]
    options = DatabaseOptions(uri_env="SHOP_DB", query=str(query))
    assert not is_bounded(options)


@pytest.mark.parametrize("kind", ["text", "bigint"])
def test_a_column_to_fetch_by_holds_dates(
    lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path, kind: str
) -> None:
    """Texts and numbers are no days to compare with; the way out is told, in both databases that look."""
    import duckdb

    lines.run(f"DROP TABLE IF EXISTS dated; CREATE TABLE dated (at {kind}); GRANT SELECT ON dated TO reader")
    with closing(duckdb.connect(tmp_path / "shop.duckdb")) as connection:
        connection.execute(f'CREATE TABLE dated ("at" {kind})')
        connection.execute("INSERT INTO dated VALUES ('7')")
    for address in (lines.address(), f"duckdb:///{tmp_path / 'shop.duckdb'}"):
        bounds = Bounds(datetime(2026, 2, 1), datetime(2027, 1, 1))
        with pytest.raises(DataError, match=r"a column of dates or timestamps to fetch by, got .*CAST\("):
            read(address, bounds, table="dated", dated_by="at")


def test_two_columns_of_one_name_are_told(lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path) -> None:
    """A join that gives a name twice is told with what to do."""
    query = tmp_path / "lines.sql"
    query.write_text("SELECT one.*, other.no FROM lines AS one JOIN lines AS other USING (who)")
    with pytest.raises(DataError, match=r"a name of their own, got two or more named 'no'\. Rename one"):
        read(lines.address(), query=str(query))
    query.write_text("SELECT lines.*, 1 AS beside, 2 AS beside FROM lines")
    with pytest.raises(DataError, match=r"got two or more named 'beside'\. Rename one"):
        read(lines.address(), query=str(query))


def test_a_file_of_duckdb_that_somebody_writes_in_is_told_at_once(read: Callable[..., Any], tmp_path: Path) -> None:
    """Another process holds the file; nothing is waited for, and nothing else is said."""
    path = tmp_path / "shop.duckdb"
    writing = "import duckdb, sys, time; kept = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", writing, path], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        try:
            with pytest.raises(DataError, match="a file that nobody has open to write in it"):
                read(f"duckdb:///{path}")
        finally:
            writer.kill()


def test_values_of_sqlite_have_types_of_their_own(read: Callable[..., Any], sqlite: Callable[..., str]) -> None:
    """Numbers, texts and nulls stand in one column, after thousands of others of another type, and all are read."""
    rows: list[tuple[Any, ...]] = [(n, "a", "2026-01-01", 1, 0.1, None, None) for n in range(3_000)]
    rows += [("x", 17850.0, "2026-01-02 08:30:00", 2.0, "1,234.50", b"\x01\xff", "Tea"), ("y", None, None, 1, 2, 7, "")]
    found = read(sqlite(rows))
    assert sum(row[c.AMOUNT] for row in found) == 3_000 * 1_000 + 24_690_000 + 20_000
    last = next(row for row in found if row[c.ORDER_ID] == "x")
    assert (last[c.CUSTOMER_ID], last[c.PRODUCT_ID], last[c.QUANTITY]) == ("17850", "blob 01FF", 2_000_000)
    assert next(row for row in found if row[c.ORDER_ID] == "y")["unreadable_date"] == ""


def test_sqlite_leaves_out_only_what_can_be_compared(read: Callable[..., Any], sqlite: Callable[..., str]) -> None:
    """Days as ISO texts are compared by the file; what is written in another way is fetched, and never lost unseen."""
    days = ["2025-12-31", "2026-02-01", "2026-02-02 10:00", None, "n/a"]
    address = sqlite([(n, "a", day, 1, 1, "T", "Tea") for n, day in enumerate(days)])
    found = read(address, Bounds(datetime(2026, 2, 1), datetime(2027, 1, 1)), dated_by="at")
    assert sorted(row[c.ORDER_ID] for row in found) == ["1", "2", "3", "4"]


def test_columns_that_nobody_names_may_hold_anything(
    lines: PostgreSQL, read: Callable[..., Any], tmp_path: Path
) -> None:
    """Bytes and lists beside the order lines stop nothing; names that differ only in capital letters are two columns."""
    query = tmp_path / "lines.sql"
    query.write_text("SELECT lines.*, '{1}'::integer[] AS tags, 'x'::bytea AS picture, 1 AS \"NO\" FROM lines")
    assert sorted(row[c.ORDER_ID] for row in read(lines.address(), query=str(query))) == ["1", "1", "2", "4", "C3"]


def test_a_date_column_of_another_zone_loses_nothing(lines: PostgreSQL, read: Callable[..., Any]) -> None:
    """A bound is asked for two days early: the database may keep its instants in another zone."""
    bounds = Bounds(datetime(2026, 2, 2, 1), datetime(2026, 3, 1))
    assert "2" in [row[c.ORDER_ID] for row in read(lines.address(), bounds, dated_by="at")]


def test_a_column_to_fetch_by_has_to_be_there(read: Callable[..., Any], sqlite: Callable[..., str]) -> None:
    """SQLite would take a misspelt name for a text, and fetch everything; and it cannot be read by ranges."""
    address = sqlite([("1", "a", "2026-01-01", 1, 1, "T", "Tea")])
    with pytest.raises(DataError, match=r"dated_by: expected the column 'att', got none. Did you mean 'at'"):
        read(address, dated_by="att")
    with pytest.raises(ConfigError, match="several connections at a time, got SQLite"):
        read(address, partition_by="qty")


def test_an_empty_table_is_told(read: Callable[..., Any], sqlite: Callable[..., str], tmp_path: Path) -> None:
    """A table without a line is the fault that an empty file would be."""
    address = sqlite([("1", "a", "2026-01-01", 1, 1, "T", "Tea")])
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("DELETE FROM lines")
        connection.commit()
    with pytest.raises(DataError, match="a heading line and nothing below it"):
        read(address)


@pytest.mark.parametrize(
    ("address", "error", "told"),
    [
        ("sqlite:////nowhere/shop.db", DataError, "no such file: /nowhere/shop.db"),
        ("duckdb:////nowhere/shop.duckdb", DataError, "no such file"),
        ("mysql://root:s3cr3t@db/shop", ConfigError, "one that begins with 'mysql:'"),
        ("host=db password=s3cr3t", ConfigError, "one that begins with no such word"),
        ("", ConfigError, "got nothing in SHOP_DB"),
    ],
)
def test_an_address_that_leads_nowhere(read: Callable[..., Any], address: str, error: Any, told: str) -> None:
    """An address without a database behind it is told, without its secrets."""
    with pytest.raises(error) as raised:
        read(address)
    assert told in str(raised.value)
    assert "s3cr3t" not in str(raised.value)


@pytest.mark.parametrize("content", [b"no database" * 200, b"SQLite format 3\0" + b"\1" * 4_000])
def test_a_damaged_file_is_told(read: Callable[..., Any], tmp_path: Path, content: bytes) -> None:
    """A file that is no database, or no whole one, is one clear message."""
    (tmp_path / "shop.db").write_bytes(content)
    with pytest.raises(DataError, match="source.database"):
        read(f"sqlite:///{tmp_path / 'shop.db'}")


def test_a_file_of_duckdb_is_read(read: Callable[..., Any], tmp_path: Path) -> None:
    """The embedded engine's own files are a source too; exact decimals stay so."""
    import duckdb

    (tmp_path / "lines.csv").write_text(ROWS, encoding="utf-8")
    with closing(duckdb.connect(tmp_path / "shop.duckdb")) as connection:
        connection.execute("CREATE TABLE lines (" + COLUMNS.replace(" at ", ' "at" ') + ")")
        connection.execute(f"COPY lines FROM '{tmp_path / 'lines.csv'}' (HEADER)")
    rows = read(
        f"duckdb:///{tmp_path / 'shop.duckdb'}", Bounds(datetime(2026, 2, 1), datetime(2027, 1, 1)), dated_by="at"
    )
    assert [row[c.AMOUNT] for row in rows] == [9_999, -100_000, 25_000]
    assert rows[0][c.ORDERED_AT].date() == date(2026, 2, 1)
    assert Decimal(rows[0][c.AMOUNT]) / c.MONEY_SCALE == Decimal("0.9999")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "got an empty file"),
        ("-- SELECT 1\n/* nothing\nelse */", "got comments alone"),
        ("SELECT '{{ end }}' AS no", "Write {{ end }} without quotation marks around it."),
        ("SELECT {{ last_day }}", "expected {{ first_day }} or {{ end }}, got '{{ last_day }}'"),
        (None, "got no such file or directory"),
    ],
)
def test_a_query_that_cannot_be_used(
    read: Callable[..., Any], sqlite: Callable[..., str], tmp_path: Path, query: str | None, told: str
) -> None:
    """A query file that is missing, empty or has an unknown parameter is a mistake of the config."""
    path = tmp_path / "lines.sql"
    if query is not None:
        path.write_text(query, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        read(sqlite([(1,)], "no"), query=str(path))
    assert told in str(raised.value)
