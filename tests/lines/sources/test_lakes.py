"""Tests of sources that are folders, or lie behind a URL."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reportgen import columns as c
from reportgen.errors import ConfigError, DataError
from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.sources.files import partition_of
from reportgen.lines.sources.lakes import find_parts
from tests.lines.conftest import HEADINGS

LINE = {"order": "1", "customer": "a", "date": "2026-01-05", "quantity": 1, "price": 2.5, "code": "T", "name": "Tea"}
WITH_STORE = {**HEADINGS, c.STORE: "store"}
TEXT = "order,customer,date,quantity,price,code,name\n{n},a,2026-01-05,1,2.50,T,Tea\n"


def write(path: Path, **changed: Any) -> None:
    """Write a Parquet file with one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({name: [value] for name, value in {**LINE, **changed}.items()}), path)


def test_folders_tell_columns(tmp_path: Path, read_path: Callable[..., Any]) -> None:
    """The names of a table's folders are columns, as Hive writes them: escaped, and with a name for null."""
    for n, store in enumerate(("York", "L%C3%A9%2Fx", "__HIVE_DEFAULT_PARTITION__", "")):
        write(tmp_path / "lake" / f"store={store}" / "part-0.parquet", order=str(n))
    write(tmp_path / "lake" / "_temporary" / "store=Bath" / "part-0.parquet")
    (tmp_path / "lake" / "_SUCCESS").touch()
    opened = read_path(tmp_path / "lake", WITH_STORE)
    assert {row[c.ORDER_ID]: row[c.STORE] for row in opened.rows} == {"0": "York", "1": "Lé/x", "2": None, "3": None}


def test_files_of_a_table_may_differ(tmp_path: Path, read_path: Callable[..., Any]) -> None:
    """A column that came later is null before, and one whose type has grown is read as the larger."""
    write(tmp_path / "store=a" / "1.parquet", quantity=1)
    write(tmp_path / "store=b" / "2.parquet", quantity=2.5)
    path = tmp_path / "store=b" / "3.parquet"
    pq.write_table(pa.table({name: [value] for name, value in LINE.items() if name != "name"}), path)
    opened = read_path(tmp_path, WITH_STORE)
    assert sorted(str(value) for value in opened.column(c.QUANTITY)) == ["1", "1", "2.5"]
    assert opened.column(c.PRODUCT_NAME).count(None) == 1


def test_text_files_are_told_by_their_folders_too(tmp_path: Path, read_path: Callable[..., Any]) -> None:
    """A folder for each store may hold CSV files; a column of the file itself counts before the folder's name."""
    for n, store in enumerate(("York", "Bath")):
        folder = tmp_path / f"store={store}" / "month=2026-01"
        folder.mkdir(parents=True)
        (folder / "lines.csv").write_text(TEXT.format(n=n), encoding="utf-8")
    opened = read_path(tmp_path / "*" / "*" / "*.csv", WITH_STORE)
    assert {row[c.ORDER_ID]: row[c.STORE] for row in opened.rows} == {"0": "York", "1": "Bath"}
    (folder / "lines.csv").write_text(TEXT.replace("name\n", "name,store\n").replace("Tea\n", "Tea,Hull\n").format(n=2))
    assert set(read_path(tmp_path, WITH_STORE).column(c.STORE)) == {"York", "Hull"}


def test_any_other_folder_is_no_table(tmp_path: Path) -> None:
    """A folder that nobody has laid out as a table is told with a glob that would read its files."""
    (tmp_path / "old.csv").write_text(TEXT.format(n=1), encoding="utf-8")
    with pytest.raises(DataError, match="got a folder"), find_parts(str(tmp_path)):
        pass


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/a/lake/month=2026-01/store=York/x.csv", (("month", "2026-01"), ("store", "York"))),
        ("/a/lake/x/store=a=b/x.csv", (("store", "a=b"),)),
        ("/a/lake/x.csv", ()),
        ("/a/b=c/x.csv", ()),
    ],
)
def test_a_partition_is_what_the_folders_say(path: str, told: tuple[tuple[str, str], ...]) -> None:
    """Only folders below the table's own tell a column."""
    assert partition_of(Path(path), Path("/a/lake")) == told


def test_a_changed_part_stops_the_run(tmp_path: Path) -> None:
    """A file of the table that is written to meanwhile is told."""
    write(tmp_path / "store=a" / "1.parquet")
    with find_parts(str(tmp_path)) as (lake,):
        write(tmp_path / "store=a" / "1.parquet", order="another order")
        with pytest.raises(DataError, match="a file that stays as it is"):
            lake.check_unchanged()


def test_a_glob_of_a_bucket_is_read(s3_bucket: str, tmp_path: Path, read_path: Callable[..., Any]) -> None:
    """Files behind a URL are read as if they were here, and messages name them by their URL."""
    import s3fs

    filesystem, prefix = s3fs.S3FileSystem(use_listings_cache=False), f"{s3_bucket}/{uuid.uuid4().hex}"
    for n in (1, 2):
        filesystem.pipe_file(f"{prefix}/store=S{n}/lines.csv", TEXT.format(n=n).encode())
    filesystem.pipe_file(f"{prefix}/readme.txt", b"no lines")
    filesystem.pipe_file(f"{prefix}/broken.csv", b"")
    assert read_path(f"{prefix}/*/*.csv", WITH_STORE).column(c.STORE) == ["S1", "S2"]
    assert read_path(f"{prefix}/store=S1/lines.csv").column(c.ORDER_ID) == ["1"]
    for url, told in ((f"{prefix}/none.csv", "nothing of that name"), ("s3://no-such-bucket-here/x.csv", "expected a")):
        with pytest.raises(DataError, match=told) as raised:
            read_path(url)
        assert url in str(raised.value)
    with pytest.raises(DataError) as raised:
        read_path(f"{prefix}/broken.csv")
    assert f"{prefix}/broken.csv" in str(raised.value)


def test_an_unknown_kind_of_url_is_told(read_path: Callable[..., Any]) -> None:
    """A URL that no library knows is a mistake of the config."""
    with pytest.raises(ConfigError, match="a URL whose library is installed"):
        read_path("nosuch://bucket/lines.csv")


def test_a_lake_is_read_through_links_and_never_in_part(tmp_path: Path, read_path: Callable[..., Any]) -> None:
    """A folder of the table may be a link; one that leads nowhere stops the run."""
    write(tmp_path / "lake" / "store=York" / "1.parquet", order="1")
    write(tmp_path / "elsewhere" / "2.parquet", order="2")
    (tmp_path / "lake" / "store=Bath").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "lake" / "store=Hull").mkdir()
    (tmp_path / "lake" / "store=Hull" / "back").symlink_to(tmp_path / "lake")
    opened = read_path(tmp_path / "lake", WITH_STORE)
    assert {row[c.ORDER_ID]: row[c.STORE] for row in opened.rows} == {"1": "York", "2": "Bath"}
    (tmp_path / "lake" / "store=Hull" / "3.parquet").symlink_to(tmp_path / "none")
    with pytest.raises(DataError, match="a link that leads nowhere"):
        read_path(tmp_path / "lake", WITH_STORE)


def test_files_of_different_kinds_are_typed_apart(tmp_path: Path, read_path: Callable[..., Any]) -> None:
    """A large id stays itself beside numbers with decimals."""
    large = 2**53 + 1
    write(tmp_path / "store=a" / "1.parquet", customer=large)
    write(tmp_path / "store=b" / "2.parquet", customer=17850.0)
    assert set(read_path(tmp_path, WITH_STORE).column(c.CUSTOMER_ID)) == {str(large), "17850"}


def test_kinds_of_columns_are_told_apart(tmp_path: Path, engine: DuckDBEngine) -> None:
    """Instants and local times, whole and other numbers are kinds; how wide a number is makes none."""
    write(tmp_path / "1.parquet", date=datetime(2026, 1, 1), quantity=1, price=Decimal("2.50"))
    write(tmp_path / "2.parquet", date=datetime(2026, 1, 1, tzinfo=UTC), quantity=1.5, price=Decimal("1234.5678"))
    one, other = engine.list_kinds([tmp_path / "1.parquet", tmp_path / "2.parquet"])
    assert {name for name in one if one[name] != other[name]} == {"date", "quantity"}
    assert (one["date"], other["date"], one["price"]) == ("local time", "instant", "decimal")


@pytest.mark.parametrize("name", ["path", "Order", "told", "filename", "date"])
def test_a_folder_may_be_called_anything(tmp_path: Path, read_path: Callable[..., Any], name: str) -> None:
    """A folder named as a column, in small or capital letters, or as something of ours, loses no line."""
    for kind in ("parquet", "csv"):
        folder = tmp_path / kind / f"{name}=York"
        write(folder / "1.parquet")
        if kind == "csv":
            (folder / "1.parquet").unlink()
            (folder / "1.csv").write_text(TEXT.format(n=1), encoding="utf-8")
        columns = HEADINGS if name.lower() in TEXT else {**HEADINGS, c.STORE: name}
        opened = read_path(tmp_path / kind, columns)
        assert opened.column(c.ORDER_ID) == ["1"]
        assert opened.column(c.STORE) == [None if columns is HEADINGS else "York"]


def test_files_of_a_delta_table_are_no_source(tmp_path: Path) -> None:
    """A glob over its files would count versions that are no more."""
    write(tmp_path / "table" / "part-0.parquet")
    (tmp_path / "table" / "_delta_log").mkdir()
    with (
        pytest.raises(DataError, match="expected the folder of a Delta table"),
        find_parts(str(tmp_path / "table" / "*")),
    ):
        pass


def test_a_url_with_a_login_is_refused(read_path: Callable[..., Any]) -> None:
    """A login in a URL would stand in archives and messages."""
    with pytest.raises(ConfigError, match="a URL without a login in it") as raised:
        read_path("http://bob:s3cr3t@localhost:1/lines.csv")
    assert "s3cr3t" not in str(raised.value)
