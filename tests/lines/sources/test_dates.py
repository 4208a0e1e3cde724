"""Dates that carry a zone are instants: which month they belong to is the calendar's of the stated time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.config.lines import ColumnOptions, SourceOptions
from reportgen.errors import ConfigError, DataError
from reportgen.lines.sources.dates import check_zone, format_of
from reportgen.lines.sources.open import open_source

Ordered = Callable[..., list[datetime | None]]
COLUMNS = ColumnOptions(order_id=None, product_id=None, product_name=None)
NIGHT = "2026-01-31T23:30:00"
"""Still January, or already February, after the zone."""


def ordered_at(
    path: Path, timezone: str | None, columns: ColumnOptions = COLUMNS, **source: str
) -> list[datetime | None]:
    """Open a file and return its lines' local times, in the order of the customers' ids."""
    with open_source(SourceOptions(path=str(path), **source), columns, ("GBP",), timezone) as opened:
        names = f"{c.CUSTOMER_ID}, {c.ORDERED_AT}, unreadable_date"
        rows = opened.lines.frame.to_native().project(names).fetchall()
    rows.sort(key=lambda row: int(row[0]))
    assert all((time is None) == (unreadable is not None) for _, time, unreadable in rows)
    return [time for _, time, _ in rows]


@pytest.fixture
def read(tmp_path: Path) -> Ordered:
    """Return a function that writes dates into a CSV file and reads them: ``read(date, date, timezone=...)``."""

    def write_and_read(*dates: str, timezone: str | None = None, **source: str) -> list[datetime | None]:
        lines = [f'{n},"{one}",1,5.00' for n, one in enumerate(dates)]
        path = tmp_path / "lines.csv"
        path.write_text("\n".join(["customer_id,ordered_at,quantity,unit_price", *lines]) + "\n", encoding="utf-8")
        return ordered_at(path, timezone, **source)

    return write_and_read


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("9999-99-99T99:99:99Z", "%Y-%m-%dT%H:%M:%S%z"),
        ("9999-99-99 99:99:99Z", "%Y-%m-%d %H:%M:%S%z"),
        ("9999-99-99T99:99Z", "%Y-%m-%dT%H:%M%z"),
        ("9999-99-99T99:99:99.999Z", "%Y-%m-%dT%H:%M:%S.%f%z"),
        ("9999-99-99T99:99:99+99:99", "%Y-%m-%dT%H:%M:%S%z"),
        ("9999-99-99T99:99:99-99:99", "%Y-%m-%dT%H:%M:%S%z"),
        ("9999-99-99T99:99:99+9999", "%Y-%m-%dT%H:%M:%S%z"),
        ("9999-99-99 99:99:99+99", "%Y-%m-%d %H:%M:%S%z"),
        ("9999-99-99 99:99:99 +99:99", "%Y-%m-%d %H:%M:%S %z"),
        ("9999-99-99 99:99:99 -9999", "%Y-%m-%d %H:%M:%S %z"),
        ("9999-99-99 99:99:99 UTC", "%Y-%m-%d %H:%M:%S%z"),
        ("9999-99-99 99:99:99 GMT", "%Y-%m-%d %H:%M:%S%z"),
        ("99/99/9999 99:99 UTC", "%d/%m/%Y %H:%M%z"),
        ("9999-99-99T99:99:99", "%Y-%m-%dT%H:%M:%S"),
        ("9999-99-99 99:99", "%Y-%m-%d %H:%M"),
        ("9999-99-99", "%Y-%m-%d"),
    ],
)
def test_a_zone_is_part_of_the_format(shape: str, expected: str) -> None:
    """Z, UTC, GMT and offsets of each notation are read as a zone; where none stands the time is local."""
    assert format_of(shape, "", "day-first") == expected


@pytest.mark.parametrize(
    "shape",
    ["9999-99-99Z", "9999-99-99+99:99", "9999-99-99T99:99:99 CET", "9999-99-99T99:99:99+9", "9999-99-99 99:99:99Zx"],
)
def test_what_is_no_zone_is_no_date(shape: str) -> None:
    """A zone without a time, by a name that many places share, or half written, is not guessed at."""
    assert format_of(shape, "", "day-first") is None


def test_the_order_of_day_and_month_holds_with_a_zone() -> None:
    """A zone changes nothing in how three numbers are read."""
    assert format_of("99/99/9999 9:99+99:99", "", "month-first") == "%m/%d/%Y %H:%M%z"
    assert format_of("99/99/99 9:99 PM +9999", "", "day-first") == "%d/%m/%y %I:%M %p %z"


@pytest.mark.parametrize(
    ("date", "zone", "expected"),
    [
        (f"{NIGHT}Z", "UTC", datetime(2026, 1, 31, 23, 30)),
        (f"{NIGHT}Z", "Europe/London", datetime(2026, 1, 31, 23, 30)),
        (f"{NIGHT}Z", "Europe/Paris", datetime(2026, 2, 1, 0, 30)),
        (f"{NIGHT}Z", "America/New_York", datetime(2026, 1, 31, 18, 30)),
        (f"{NIGHT}Z", "Asia/Kolkata", datetime(2026, 2, 1, 5, 0)),
        (f"{NIGHT}+02:00", "UTC", datetime(2026, 1, 31, 21, 30)),
        (f"{NIGHT}+0200", "UTC", datetime(2026, 1, 31, 21, 30)),
        (f"{NIGHT}+02", "UTC", datetime(2026, 1, 31, 21, 30)),
        (f"{NIGHT}-02:00", "UTC", datetime(2026, 2, 1, 1, 30)),
        (f"{NIGHT}-0200", "UTC", datetime(2026, 2, 1, 1, 30)),
        (f"{NIGHT} UTC", "Europe/Paris", datetime(2026, 2, 1, 0, 30)),
        (f"{NIGHT} GMT", "Europe/Paris", datetime(2026, 2, 1, 0, 30)),
        (f"{NIGHT} +0530", "UTC", datetime(2026, 1, 31, 18, 0)),
        (f"{NIGHT}.250Z", "Europe/Paris", datetime(2026, 2, 1, 0, 30, 0, 250_000)),
        ("2026-02-01T00:30:00+01:00", "Europe/London", datetime(2026, 1, 31, 23, 30)),
        ("2025-06-30T22:59:59Z", "Europe/London", datetime(2025, 6, 30, 23, 59, 59)),
        ("2025-06-30T23:00:00Z", "Europe/London", datetime(2025, 7, 1, 0, 0)),
        ("2025-12-31T23:00Z", "Europe/Paris", datetime(2026, 1, 1, 0, 0)),
        ("31/01/2026 23:30+00:00", "Europe/Paris", datetime(2026, 2, 1, 0, 30)),
        ("31 Jan 2026 11:30 PM +0000", "Europe/Paris", datetime(2026, 2, 1, 0, 30)),
    ],
)
def test_an_instant_is_in_the_month_of_the_stated_zone(read: Ordered, date: str, zone: str, expected: datetime) -> None:
    """Around midnight at a month's end the local time of the stated zone counts, summer time too."""
    assert read(date, timezone=zone) == [expected]


@pytest.mark.parametrize("sign", ["Z", "+02:00", "+0200", " UTC", " -05:00"])
def test_dates_with_a_zone_need_the_option(read: Ordered, sign: str) -> None:
    """Nobody can tell whose month is meant: the error names the option and what could stand there."""
    with pytest.raises(DataError, match=r"lines\.csv: timezone: .*timezone: Europe/London"):
        read(f"{NIGHT}{sign}")


def test_one_date_with_a_zone_is_enough_to_ask(read: Ordered) -> None:
    """If but one line among local ones carries a zone, the option is asked for."""
    with pytest.raises(DataError, match="timezone"):
        read("2026-01-30T10:00:00", "2026-01-30T10:00:00Z")


def test_local_dates_are_not_moved(read: Ordered) -> None:
    """Dates without a zone are local already, with and without the option, and beside dates that have one."""
    expected = datetime(2026, 1, 31, 23, 30)
    assert read(NIGHT) == read(NIGHT, timezone="Asia/Tokyo") == [expected]
    assert read(NIGHT, f"{NIGHT}Z", timezone="Europe/Paris") == [expected, datetime(2026, 2, 1, 0, 30)]


def test_every_notation_in_one_file(read: Ordered) -> None:
    """One instant in seven notations is one local time."""
    dates = [
        "2026-01-31T23:30:00Z",
        "2026-01-31T23:30:00+00:00",
        "2026-02-01T01:30:00+0200",
        "2026-01-31 18:30:00-05:00",
        "2026-01-31 23:30:00 UTC",
        "2026-01-31 23:30:00 GMT",
        "2026-02-01 05:00 +05:30",
    ]
    assert read(*dates, timezone="Europe/Paris") == [datetime(2026, 2, 1, 0, 30)] * 7


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-02-30T10:00:00Z",
        "2026-02-29T10:00:00Z",
        "2026-04-31T10:00:00+00:00",
        "2026-13-01T10:00:00Z",
        "2026-01-32T10:00:00Z",
        "2026-01-31T23:61:00Z",
        "soon",
        "",
    ],
)
def test_a_day_that_no_calendar_has_is_unreadable(read: Ordered, wrong: str) -> None:
    """Such a date is no other day of the next month, with a zone as little as without, and harms no other line."""
    assert read(f"{NIGHT}Z", wrong, timezone="UTC") == [datetime(2026, 1, 31, 23, 30), None]
    assert read(NIGHT, wrong.removesuffix("Z").removesuffix("+00:00")) == [datetime(2026, 1, 31, 23, 30), None]


def test_a_stated_format_may_have_a_zone(read: Ordered) -> None:
    """A format with %z is an instant too: it needs the option, and is in the month of it."""
    stated = "%d.%m.%Y %H:%M %z"
    date = "31.01.2026 23:30 +0000"
    assert read(date, timezone="Europe/Paris", date_format=stated) == [datetime(2026, 2, 1, 0, 30)]
    with pytest.raises(DataError, match="timezone"):
        read(date, date_format=stated)


@pytest.mark.parametrize("stated", ["%Y-%m-%d %H:%M:%S %Z", "%z %Y-%m-%d"])
def test_a_stated_format_has_its_zone_at_the_end(read: Ordered, stated: str) -> None:
    """Zones by name, and offsets before the date, are refused with what is understood."""
    with pytest.raises(ConfigError, match="%z at the end"):
        read("2026-01-31 23:30:00 America/New_York", timezone="Europe/Paris", date_format=stated)


def test_a_stated_format_may_end_with_an_offset(read: Ordered) -> None:
    """An instant by a stated format: without the option it is asked for, with it the local time counts."""
    stated, date = "%d.%m.%Y %H:%M %z", "31.01.2026 23:30 -0500"
    with pytest.raises(DataError, match="timezone"):
        read(date, date_format=stated)
    assert read(date, timezone="Europe/Paris", date_format=stated) == [datetime(2026, 2, 1, 5, 30)]


def test_date_and_time_in_two_columns(tmp_path: Path) -> None:
    """A time with a zone in a column of its own makes an instant of the day beside it."""
    path = tmp_path / "two.csv"
    path.write_text("customer_id,day,at,quantity,unit_price\n0,2026-01-31,23:30:00+00:00,1,5\n", encoding="utf-8")
    columns = COLUMNS.model_copy(update={"ordered_at": ("day", "at")})
    assert ordered_at(path, "Europe/Paris", columns) == [datetime(2026, 2, 1, 0, 30)]
    with pytest.raises(DataError, match="timezone"):
        ordered_at(path, None, columns)


def write_parquet(path: Path, times: list[datetime], kind: pa.DataType) -> Path:
    """Write a small Parquet file with times of some type."""
    columns = {
        "customer_id": pa.array([str(n) for n in range(len(times))]),
        "ordered_at": pa.array(times, kind),
        "quantity": pa.array([1] * len(times)),
        "unit_price": pa.array([5.0] * len(times)),
    }
    pq.write_table(pa.table(columns), path)
    return path


INSTANTS = [datetime(2026, 1, 31, 23, 30, tzinfo=UTC), datetime(2025, 6, 30, 22, 30, 0, 250_000, tzinfo=UTC)]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("own", ["UTC", "America/New_York", "+05:30"])
def test_parquet_s_instants_are_in_the_month_of_the_stated_zone(tmp_path: Path, unit: str, own: str) -> None:
    """Parquet's timestamps with a zone are the same instants, in any unit, whatever zone the file names."""
    instants = [one.replace(microsecond=0) for one in INSTANTS] if unit == "s" else INSTANTS
    path = write_parquet(tmp_path / "lines.parquet", instants, pa.timestamp(unit, tz=own))
    fraction = instants[1].microsecond
    assert ordered_at(path, "Europe/Paris") == [
        datetime(2026, 2, 1, 0, 30),
        datetime(2025, 7, 1, 0, 30, 0, fraction),
    ]


def test_parquet_s_instants_need_the_option(tmp_path: Path) -> None:
    """Without the option they are an error that names it, as those of a text file are."""
    path = write_parquet(tmp_path / "lines.parquet", INSTANTS, pa.timestamp("us", tz="UTC"))
    with pytest.raises(DataError, match=r"lines\.parquet: timezone: "):
        ordered_at(path, None)


def test_parquet_s_local_times_are_not_moved(tmp_path: Path) -> None:
    """Timestamps without a zone are local, with the option and without."""
    local = [datetime(2026, 1, 31, 23, 30)]
    path = write_parquet(tmp_path / "lines.parquet", local, pa.timestamp("us"))
    assert ordered_at(path, None) == ordered_at(path, "Asia/Tokyo") == local


def test_local_formats_ask_for_nothing() -> None:
    """Formats without a zone need no option, and with it any format is fine."""
    check_zone(["%Y-%m-%d", "%d/%m/%Y %H:%M"], ["Date"], None, None, "lines.csv")
    check_zone(["%Y-%m-%dT%H:%M:%S%z"], ["Date (UTC)"], "UTC", None, "lines.csv")
    with pytest.raises(DataError):
        check_zone(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"], ["Date"], None, None, "lines.csv")


ZONES = ("UTC", "Europe/London", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Pacific/Auckland")


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.integers(0, 800 * 24 * 60), st.integers(-12 * 4, 14 * 4)), min_size=1, max_size=40),
    st.sampled_from(ZONES),
)
def test_local_times_are_those_of_the_standard_library(
    tmp_path_factory: pytest.TempPathFactory, instants: list[tuple[int, int]], zone: str
) -> None:
    """Instants of two years, written with any offset, come out as `zoneinfo` has them, in text and in Parquet."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    times = [
        (start + timedelta(minutes=at)).astimezone(timezone(timedelta(minutes=15 * quarters)))
        for at, quarters in instants
    ]
    expected = [one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in times]
    folder = tmp_path_factory.mktemp("zones")
    lines = [f"{n},{one.isoformat()},1,5" for n, one in enumerate(times)]
    text = "\n".join(["customer_id,ordered_at,quantity,unit_price", *lines]) + "\n"
    (folder / "lines.csv").write_text(text, encoding="utf-8")
    assert ordered_at(folder / "lines.csv", zone) == expected
    assert ordered_at(write_parquet(folder / "l.parquet", times, pa.timestamp("us", tz="UTC")), zone) == expected
