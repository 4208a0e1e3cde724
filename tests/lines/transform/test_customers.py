"""One row for each customer: sums, orders and dates by hand, and equal to a naive second computation."""

from __future__ import annotations

import csv
import gzip
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import narwhals as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions, ColumnOptions, SourceOptions
from reportgen.lines.sources.malformed import NO_LINES
from reportgen.lines.sources.open import open_source
from reportgen.lines.transform.cleansing import count_fates, keep_only
from reportgen.lines.transform.customers import compute_customers
from reportgen.lines.transform.periods import choose_period, find_days
from reportgen.model.customers import Customers, money_of
from reportgen.model.lines import LineCounts, OrderLines, Period
from tests.made import cleanse

END = datetime(2026, 2, 1)
JANUARY = Period("2026-01", date(2025, 2, 1), date(2026, 1, 31), None, END, is_partial=False)
HEADINGS = {
    c.ORDER_ID: "InvoiceNo",
    c.CUSTOMER_ID: "CustomerID",
    c.ORDERED_AT: "InvoiceDate",
    c.QUANTITY: "Quantity",
    c.UNIT_PRICE: "UnitPrice",
    c.PRODUCT_ID: "StockCode",
    c.PRODUCT_NAME: "Description",
}


def test_a_customer_s_figures_by_hand(make_lines: Any) -> None:
    """Sales are summed, orders counted once each, and recency counts whole days back from the as-of date."""
    at = datetime(2026, 1, 10, 23, 59)
    lines = make_lines(
        [
            {c.CUSTOMER_ID: "zoe", c.ORDER_ID: "9", c.AMOUNT: "0.05", c.ORDERED_AT: datetime(2026, 1, 31, 23)},
            {c.CUSTOMER_ID: "ann", c.ORDER_ID: "1", c.AMOUNT: "12.30", c.ORDERED_AT: datetime(2025, 12, 24, 8)},
            {c.CUSTOMER_ID: "ann", c.ORDER_ID: "1", c.AMOUNT: "7.70", c.ORDERED_AT: datetime(2025, 12, 24, 8)},
            {c.CUSTOMER_ID: "ann", c.ORDER_ID: "2", c.AMOUNT: "5.01", c.ORDERED_AT: at},
        ]
    )
    customers = compute_customers(lines, JANUARY)
    assert (len(customers), customers.orders, customers.total_sales) == (2, 3, Decimal("25.06"))
    ann, zoe = customers.frame.to_dict("records")
    assert (ann[c.CUSTOMER_ID], zoe[c.CUSTOMER_ID]) == ("ann", "zoe")
    assert (ann[c.AMOUNT], ann[c.TOTAL_SALES], ann[c.ORDER_COUNT], ann[c.AVG_ORDER_VALUE]) == (250100, 25.01, 2, 12.505)
    assert (ann[c.RECENCY_DAYS], zoe[c.RECENCY_DAYS]) == (21, 0)
    assert (ann[c.FIRST_ORDERED_AT], ann[c.LAST_ORDERED_AT]) == (datetime(2025, 12, 24, 8), at)


def test_netted_returns_lower_sales_and_nothing_else(make_lines: Any) -> None:
    """A kept return takes its money off the sales; it is no order and no sign of life."""
    lines = make_lines(
        [
            {c.ORDER_ID: "1", c.QUANTITY: 3, c.AMOUNT: 30, c.ORDERED_AT: datetime(2026, 1, 2)},
            {c.ORDER_ID: "C2", c.QUANTITY: -1, c.AMOUNT: -10, c.ORDERED_AT: datetime(2026, 1, 30)},
        ]
    )
    kept = keep_only(cleanse(lines, CleansingOptions(returns="net"), JANUARY))
    customers = compute_customers(kept, JANUARY)
    (ann,) = customers.frame.to_dict("records")
    assert (ann[c.TOTAL_SALES], ann[c.ORDER_COUNT], ann[c.RECENCY_DAYS], customers.orders) == (20.0, 1, 29, 1)


def test_types_are_those_promised(make_lines: Any) -> None:
    """Ids are text, amounts and counts whole numbers, money floats, dates timestamps: whatever the engine sends."""
    frame = compute_customers(make_lines([{}]), JANUARY).frame
    kinds = {name: frame[name].dtype.kind for name in frame if name != c.CUSTOMER_ID}
    assert kinds == {
        c.ORDER_COUNT: "i",
        c.ORDER_DAYS: "i",
        c.FIRST_ORDERED_AT: "M",
        c.LAST_ORDERED_AT: "M",
        c.AMOUNT: "i",
        c.TOTAL_SALES: "f",
        c.AVG_ORDER_VALUE: "f",
        c.RECENCY_DAYS: "i",
    }
    assert isinstance(frame[c.CUSTOMER_ID].iloc[0], str)


@pytest.mark.parametrize(
    ("amount", "money"), [(12345678, "1234.57"), (-50, "-0.00"), (50, "0.00"), (150, "0.02"), (0, "0.00")]
)
def test_money_is_rounded_half_to_even(amount: int, money: str) -> None:
    """Ten-thousandths become money with two decimals, half rounded to even."""
    assert str(money_of(amount)) == money


ORDERS = st.lists(
    st.fixed_dictionaries(
        {
            c.CUSTOMER_ID: st.sampled_from(["ann", "Bob", "007", "7", "Zoë", "é"]),
            c.ORDER_ID: st.integers(1, 9).map(str),
            c.AMOUNT: st.decimals(0, 99_999, places=4),
            c.ORDERED_AT: st.datetimes(datetime(2025, 6, 1), END - timedelta(seconds=1)),
        }
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(ORDERS, st.randoms(use_true_random=False))
def test_customers_equal_a_naive_groupby(make_lines: Any, rows: list[dict[str, Any]], random: Random) -> None:
    """Plain loops over exact decimals give the same customers, and so do the lines in any other order."""
    customers = compute_customers(make_lines(rows), JANUARY)
    assert list(customers.frame[c.CUSTOMER_ID]) == sorted({row[c.CUSTOMER_ID] for row in rows})
    for found in customers.frame.to_dict("records"):
        mine = [row for row in rows if row[c.CUSTOMER_ID] == found[c.CUSTOMER_ID]]
        last = max(row[c.ORDERED_AT] for row in mine)
        assert Decimal(int(found[c.AMOUNT])) == sum(row[c.AMOUNT] for row in mine) * 10_000
        assert found[c.ORDER_COUNT] == len({row[c.ORDER_ID] for row in mine})
        assert found[c.AVG_ORDER_VALUE] == found[c.TOTAL_SALES] / found[c.ORDER_COUNT]
        assert found[c.RECENCY_DAYS] == (date(2026, 1, 31) - last.date()).days
        assert found[c.FIRST_ORDERED_AT] == min(row[c.ORDERED_AT] for row in mine)
        assert found[c.LAST_ORDERED_AT] == last
    assert customers.orders == len({(row[c.CUSTOMER_ID], row[c.ORDER_ID]) for row in rows})
    random.shuffle(rows)
    pd.testing.assert_frame_equal(customers.frame, compute_customers(make_lines(rows), JANUARY).frame)


@pytest.mark.filterwarnings("ignore:Found complex group-by:UserWarning")
@pytest.mark.parametrize("returns", ["drop", "net"])
def test_another_backend_gives_the_same_customers(make_lines: Any, make_frame: Any, returns: Any) -> None:
    """The same expressions on pandas instead of DuckDB give the same fates and the same customers."""
    random = Random(8)
    rows = [
        {
            c.CUSTOMER_ID: random.choice(["ann", "bob", "cyd", None]),
            c.ORDER_ID: random.choice(["1", "2", "3", "C4"]),
            c.PRODUCT_ID: random.choice("TUV"),
            c.QUANTITY: random.choice([-2, -1, 0, 1, 2, 3]),
            c.AMOUNT: random.choice([0, 5, 10]),
            c.ORDERED_AT: datetime(2026, 1, 1) + timedelta(hours=n * 4),
        }
        for n in range(200)
    ]
    for row in rows:
        row[c.AMOUNT] *= -1 if row[c.QUANTITY] < 0 else 1
    options = CleansingOptions(returns=returns)
    results = []
    for lines in (make_lines(rows), OrderLines(nw.from_native(make_frame(rows)).lazy(), True, True, True)):
        cleansed = cleanse(lines, options, JANUARY)
        results.append((count_fates(cleansed, NO_LINES), compute_customers(keep_only(cleansed), JANUARY)))
    (counts, customers), (other_counts, other_customers) = results
    assert counts == other_counts
    assert customers.orders == other_customers.orders
    pd.testing.assert_frame_equal(customers.frame, other_customers.frame, check_dtype=False, check_names=False)


def customers_in(path: Path) -> tuple[Customers, LineCounts, str]:
    """Read the customers of a UCI Online Retail file, all that it has up to its last complete month."""
    with open_source(SourceOptions(path=str(path)), ColumnOptions(**HEADINGS), ("£",)) as source:
        period = choose_period(find_days(source.lines, date(2030, 1, 1)), "last", None)
        cleansed = cleanse(source.lines, CleansingOptions(), period)
        counts = count_fates(cleansed, source.malformed)
        return compute_customers(keep_only(cleansed), period), counts, source.digests.result().fingerprint("9999-12")


def test_the_real_shop_s_figures(real_data: Path) -> None:
    """The UCI Online Retail lines give the figures that were published of them."""
    path = real_data / "online_retail.csv.gz"
    customers, counts, _ = customers_in(path)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        later = [
            row
            for row in csv.DictReader(file)
            if row["InvoiceDate"].startswith("12/") and "/2011 " in row["InvoiceDate"]
        ]
    guests = sum(not row["CustomerID"] for row in later)
    assert (counts.read + len(later), counts.dropped["no_customer"] + guests) == (541_909, 135_080)
    assert counts.kept == 380_620
    assert (len(customers), customers.orders, customers.total_sales) == (4298, 17_758, Decimal("8393215.11"))


def test_the_real_shop_s_customers_equal_plain_pandas(real_data: Path) -> None:
    """A plain pandas computation of the same customers gives the same sales, orders and last days."""
    customers, *_ = customers_in(real_data / "online_retail.csv.gz")
    raw = pd.read_csv(real_data / "online_retail.csv.gz", dtype=str)
    raw["at"] = pd.to_datetime(raw["InvoiceDate"], format="%m/%d/%Y %H:%M")
    raw = raw[raw["CustomerID"].notna() & ~raw["InvoiceNo"].str.startswith("C") & (raw["at"] < "2011-12-01")]
    raw["units"] = raw["Quantity"].astype(int)
    raw = raw[raw["units"] > 0]
    # prices have three decimals at most, so that thousandths are exact
    raw["money"] = raw["units"] * (raw["UnitPrice"].astype(float) * 1000).round().astype("int64") * 10
    naive = raw.groupby("CustomerID").agg(money=("money", "sum"), orders=("InvoiceNo", "nunique"), last=("at", "max"))
    frame = customers.frame
    assert list(frame[c.CUSTOMER_ID]) == list(naive.index)
    assert list(frame[c.AMOUNT]) == list(naive["money"])
    assert list(frame[c.ORDER_COUNT]) == list(naive["orders"])
    assert list(frame[c.RECENCY_DAYS]) == list((pd.Timestamp("2011-11-30") - naive["last"].dt.normalize()).dt.days)


def test_the_real_workbook_and_its_copies_agree(real_data: Path, tmp_path: Path) -> None:
    """The workbook and its lines as CSV, as shuffled semicolon CSV, and as Parquet give the same customers."""
    workbook = real_data / "online_retail_first70051.xlsx"
    frame = pd.read_excel(workbook, engine="calamine")
    frame.to_csv(tmp_path / "a.csv", index=False)
    shuffled = frame.sample(frac=1, random_state=3)
    shuffled.to_csv(tmp_path / "b.csv", index=False, sep=";", decimal=",", encoding="utf-8-sig")
    mixed = dict.fromkeys(("InvoiceNo", "StockCode", "Description"), "string")
    frame.astype(mixed).to_parquet(tmp_path / "c.parquet", index=False)
    customers, counts, fingerprint = customers_in(workbook)
    day = pd.to_datetime(frame["InvoiceDate"])
    assert counts.read == len(frame[day < "2011-01-01"]) < len(frame) == 70_051
    for name in ("a.csv", "b.csv", "c.parquet"):
        other, other_counts, other_fingerprint = customers_in(tmp_path / name)
        pd.testing.assert_frame_equal(customers.frame, other.frame)
        assert (other_counts, other_fingerprint) == (counts, fingerprint)
