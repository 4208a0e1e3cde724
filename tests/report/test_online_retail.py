"""The figures of UCI Online Retail, November 2011, are those that pandas finds in its lines by itself."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reportgen import columns as c
from reportgen.archive.segment_models import read_model
from reportgen.model.customers import Customers
from reportgen.segments.clusters import assign_customers
from reportgen.segments.features import scale_customers
from tests.conftest import QUICK, Finished, Runs
from tests.shops import facts_of

ROOT = Path(__file__).parent.parent.parent
NO_PRODUCTS = ("POST", "DOT", "M", "D", "PADS", "C2", "CRUK", "S", "B", "AMAZONFEE", "BANK CHARGES")


@pytest.fixture(scope="module")
def run(finish: Callable[..., Finished], online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Make the first configuration's report."""
    output = tmp_path_factory.mktemp("retail")
    return finish(ROOT / "configs" / "online_retail.yaml", output, "--source", online_retail, *QUICK)


@pytest.fixture(scope="module")
def lines(online_retail: Path) -> pd.DataFrame:
    """Read the lines with a customer up to November, money in whole ten-thousandths."""
    found = pd.read_csv(online_retail, dtype={"CustomerID": str, "InvoiceNo": str, "StockCode": str})
    found["at"] = pd.to_datetime(found["InvoiceDate"])
    found = found[found["CustomerID"].notna() & (found["at"] < "2011-12-01")].copy()
    found["money"] = (found["Quantity"] * found["UnitPrice"] * 10_000).round().astype("int64")
    found["day"] = found["at"].dt.normalize()
    return found


def bought(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that are purchases."""
    return lines[(lines["Quantity"] > 0) & ~lines["InvoiceNo"].str.startswith("C")]


def taken_back(lines: pd.DataFrame) -> pd.Series:
    """Return, line by line in order of time, what of each return finds units and money bought, by plain loops."""
    sales = bought(lines).groupby(["CustomerID", "StockCode"])[["Quantity", "money"]].sum()
    left = {key: [int(units), int(money)] for key, (units, money) in zip(sales.index, sales.to_numpy(), strict=True)}
    returns = lines[lines["Quantity"] < 0].sort_values(["Quantity", "money"], ascending=False)
    returns = returns.sort_values(["at", "InvoiceNo"], kind="stable")
    found = {}
    for row in returns.itertuples():
        key = (row.CustomerID, row.StockCode)
        if key in left and left[key][0] > 0:
            found[row.Index] = min(-int(row.money), max(left[key][1], 0))  # type: ignore[arg-type]
        if key in left:
            left[key] = [left[key][0] + int(row.Quantity), left[key][1] + int(row.money)]  # type: ignore[arg-type]
    return pd.Series(found, dtype="int64")


def placed(run: Finished, orders: pd.DataFrame) -> pd.Series:
    """Place customers by the archived model, and number the segments as the report does."""
    model = read_model((run.folder / "model.json").read_bytes())
    frame = orders.rename_axis(c.CUSTOMER_ID).reset_index()
    frame[c.AVG_ORDER_VALUE] = frame[c.TOTAL_SALES] / frame[c.ORDER_COUNT]
    rows = assign_customers(scale_customers(Customers(frame, 0), model.scaler), model.centers)
    numbers = {
        row: next(one["number"] for one in run.facts["segments"] if one["identity"]["colour"] == known.identity.colour)
        for row, known in enumerate(known.known_as for known in model.known)
    }
    return pd.Series([numbers[int(row)] for row in rows], index=frame[c.CUSTOMER_ID])


def sum_up(lines: pd.DataFrame) -> pd.DataFrame:
    """Sum up sales and orders of each customer."""
    grouped = bought(lines).groupby("CustomerID")
    return pd.DataFrame({c.TOTAL_SALES: grouped["money"].sum() / 10_000, c.ORDER_COUNT: grouped["InvoiceNo"].nunique()})


def test_what_cancellations_take_off(run: Finished, lines: pd.DataFrame) -> None:
    """By segment and in all, sales that were taken back later and order values without them are those of loops."""
    orders = sum_up(lines)
    back = taken_back(lines)
    by_customer = back.groupby(lines.loc[back.index, "CustomerID"]).sum().reindex(orders.index, fill_value=0)
    value = (orders[c.TOTAL_SALES] - by_customer / 10_000) / orders[c.ORDER_COUNT]
    segments = placed(run, orders)
    for one in run.facts["segments"]:
        mine = segments.index[segments == one["number"]]
        assert len(mine) == one["customers"]
        assert one["taken_back"]["amount"] == pytest.approx(by_customer[mine].sum() / 10_000, abs=0.01)
        assert one["taken_back"]["avg_order_value"] == pytest.approx(value[mine].mean(), abs=0.01)
    assert run.facts["taken_back"]["amount"] == pytest.approx(by_customer.sum() / 10_000, abs=0.01)
    # one order of £77,184, cancelled in full, is what makes the order value of segment 3
    third = run.facts["segments"][2]
    assert (round(third["mean_avg_order_value"]), round(third["taken_back"]["avg_order_value"])) == (610, 526)


def test_what_customers_did_unaided(run: Finished, lines: pd.DataFrame) -> None:
    """Who took the next step within 90 days of six month ends, and how much their orders fell, are pandas' own counts."""
    back = taken_back(lines)
    net = pd.concat([bought(lines)["money"], -back]) / 10_000
    all_lines = lines.loc[net.index].assign(net=net)
    goal = run.facts["averages"]["mean_avg_order_value"]
    seen: dict[int, list[Any]] = {number: [] for number in (1, 2, 3, 4)}
    for end in pd.date_range("2011-03-31", "2011-08-31", freq="ME"):
        before, after = (
            all_lines[all_lines["day"] <= end],
            all_lines[(all_lines["day"] > end) & (all_lines["day"] <= end + pd.Timedelta(days=90))],
        )
        orders, later = sum_up(before), sum_up(after)
        then = before.groupby("CustomerID")["net"].sum().reindex(orders.index) / orders[c.ORDER_COUNT]
        next_value = after.groupby("CustomerID")["net"].sum().reindex(later.index) / later[c.ORDER_COUNT]
        for customer, number in placed(run, orders).items():
            seen[number].append((then[customer], next_value.get(customer, np.nan)))
    for one in run.facts["segments"][1:]:
        told, table = one["opportunity"]["unaided"], np.array(seen[one["number"]])
        if one["opportunity"]["step"] == "bigger_baskets":
            small = table[~np.isnan(table[:, 1]) & (table[:, 0] < goal)]
            assert (told["customers"], told["took"]) == (len(small), (small[:, 1] >= goal).sum())
        else:
            took = table[~np.isnan(table[:, 1])]
            assert (told["customers"], told["took"]) == (len(table), len(took))
            assert (told["value_before"], told["value_after"]) == pytest.approx(took.mean(axis=0), abs=0.01)
    second = run.facts["segments"][1]["opportunity"]["unaided"]
    assert round(100 * second["took"] / second["customers"]) == 11


def test_what_is_paid_below_the_usual_price(run: Finished, lines: pd.DataFrame) -> None:
    """Of what each segment paid for products on ten lines or more, the share at less than 95 % of the median price."""
    paid = bought(lines)
    paid = paid[~paid["StockCode"].isin(NO_PRODUCTS) & ~paid["StockCode"].str.startswith("gift_") & (paid["money"] > 0)]
    price = paid["money"] / 10_000 / paid["Quantity"]
    by_product = price.groupby(paid["StockCode"])
    usual = by_product.transform("median").where(by_product.transform("size") >= 10)
    segment = placed(run, sum_up(lines)).reindex(paid["CustomerID"]).to_numpy()
    known = usual.notna()
    below = paid["money"].where(price < 0.95 * usual, 0)
    share = below[known].groupby(segment[known]).sum() / paid["money"][known].groupby(segment[known]).sum()
    for one in run.facts["segments"]:
        assert one["below_usual_share"] == pytest.approx(share[one["number"]], abs=2e-6)
    assert round(100 * share[1]) == 45


def test_pairs_are_beyond_chance_month_by_month(run: Finished, lines: pd.DataFrame) -> None:
    """What chance would give the first pair of each segment is what sums over months give, in baskets of these sizes."""
    sold = bought(lines)
    sold = sold[~sold["StockCode"].isin(NO_PRODUCTS) & ~sold["StockCode"].str.startswith("gift_")]
    segment = placed(run, sum_up(lines)).reindex(sold["CustomerID"]).to_numpy()
    names = sold.dropna(subset="Description").groupby("StockCode")["Description"].agg(lambda one: one.mode()[0])
    codes = {" ".join(name.split()): code for code, name in names.items()}
    for one in run.facts["segments"]:
        mine = sold[segment == one["number"]].drop_duplicates(["InvoiceNo", "StockCode"])
        mine = mine.assign(month=mine.groupby("InvoiceNo")["at"].transform("min").dt.strftime("%Y-%m"))
        sizes = mine.groupby("InvoiceNo").size()
        mine = mine[mine["InvoiceNo"].map(sizes) <= 100]
        first, second = (set(mine[mine["StockCode"] == codes[one["pairs"][0][name]]]["InvoiceNo"]) for name in PAIR)
        assert len(first & second) == one["pairs"][0]["orders"]
        expected = 0.0
        for _, month in mine.groupby("month"):
            size, total = month.groupby("InvoiceNo").size(), len(month)
            here = set(month["InvoiceNo"])
            together = (size * (size - 1)).sum() / (total * (total - 1))
            expected += len(first & here) * len(second & here) * together
        assert one["pairs"][0]["expected"] == pytest.approx(expected, abs=0.01)


def test_customers_of_the_chain_count_once(
    runs: Runs, online_retail: Path, lines: pd.DataFrame, tmp_path: Path
) -> None:
    """By country the chain has 4,294 customers, eight of them in two; typical is the geometric mean of all, store by store.

    A country of fewer than twenty customers is never said to differ.
    """
    config = ROOT / "configs" / "online_retail_countries.yaml"
    found = runs(config, tmp_path, "--source", online_retail, *QUICK)
    chain = facts_of(next(one for one in found if one["kind"] == "chain"))
    sold = bought(lines)
    sold = sold[sold["Country"] != "Unspecified"]
    by_store = sold.groupby(["CustomerID", "Country"])["money"].sum() / 10_000
    stores = by_store.groupby("CustomerID").size()
    assert (chain["customers"], chain["in_several_stores"]) == (len(stores), (stores > 1).sum()) == (4_294, 8)
    assert chain["customers_by_store"] == len(by_store) == 4_302
    logs = np.log(by_store.clip(lower=0.01))
    assert chain["typical_sales"] == pytest.approx(np.exp(logs.mean()), abs=0.01)
    assert round(chain["typical_sales"]) == 707
    sizes = by_store.groupby("Country").size()
    for store in chain["stores"]:
        assert store["customers"] == sizes[store["store"]]
        assert (store["verdict"] == "too few customers") == (store["customers"] < 20)
        assert store["typical_sales"] == pytest.approx(np.exp(logs.xs(store["store"], level=1).mean()), abs=0.01)


PAIR = ("first", "second")


def test_when_customers_come_back(run: Finished, lines: pd.DataFrame) -> None:
    """Who goes on from order to order is scipy's Kaplan-Meier estimate of the days that pandas finds; cohorts by counting."""
    days = bought(lines).groupby(["CustomerID", "day"], as_index=False)["money"].sum()
    days["number"] = days.groupby("CustomerID").cumcount() + 1
    days["next"] = days.groupby("CustomerID")["day"].shift(-1)
    first = days.groupby("CustomerID")["day"].transform("min")
    days["took"] = (days["next"].fillna(pd.Timestamp(2011, 11, 30)) - days["day"]).dt.days
    known = days[first >= pd.Timestamp(2011, 1, 1)]
    returning = run.facts["returning"]
    assert returning["known_from"] == "2011-01"
    for step in returning["steps"]:
        mine = known[known["number"] == step["order"]]
        came_back = mine["next"].notna()
        survival = stats.ecdf(stats.CensoredData.right_censored(mine["took"], ~came_back)).sf
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # at the end nobody is left
            interval = survival.confidence_interval(method="log-log")
        times = step["times"]
        assert (times["customers"], times["came_back"]) == (len(mine), came_back.sum())
        for share in times["within"]:
            bounds = [1 - float(bound.evaluate(share["days"])) for bound in (interval.high, interval.low)]
            assert share["share"] == pytest.approx(1 - float(survival.evaluate(share["days"])), abs=1e-6)
            assert [share["low"], share["high"]] == pytest.approx(bounds, abs=1e-6)
        assert step["value"] == pytest.approx(mine["money"].mean() / 10_000, abs=0.006)
    begun = known[known["number"] == 1].set_index("CustomerID")["day"].dt.strftime("%Y-%m")
    for cohort in returning["cohorts"]:
        mine = known[known["CustomerID"].isin(begun.index[begun == cohort["month"]])]
        by_month = mine.groupby(mine["day"].dt.strftime("%Y-%m"))["CustomerID"].nunique()
        later = [f"2011-{month:02}" for month in range(int(cohort["month"][5:]) + 1, 12)]
        assert cohort["ordered"] == [int(by_month.get(month, 0)) for month in later]


def test_what_first_orders_held(run: Finished, lines: pd.DataFrame) -> None:
    """Who began with each product listed, and who of them came back within 90 days, counted by pandas."""
    mine = bought(lines)
    first = mine.groupby("CustomerID")["day"].min()
    ripe = first[(first >= pd.Timestamp(2011, 1, 1)) & (first <= pd.Timestamp(2011, 11, 30) - pd.Timedelta(days=90))]
    mine = mine[mine["CustomerID"].isin(ripe.index)].assign(first=lambda frame: frame["CustomerID"].map(ripe))
    later = mine[(mine["day"] > mine["first"]) & (mine["day"] <= mine["first"] + pd.Timedelta(days=90))]
    back = set(later["CustomerID"])
    began = mine[(mine["day"] == mine["first"]) & ~mine["StockCode"].isin(NO_PRODUCTS)]
    found = run.facts["returning"]["first_products"]
    assert (found["customers"], found["came_back"]) == (len(ripe), len(back))
    sizes = began.groupby("StockCode")["CustomerID"].nunique()
    assert found["tested"] == (sizes >= 20).sum()
    for product in found["products"]:
        who = set(began.loc[began["StockCode"] == product["product_id"], "CustomerID"])
        assert (product["customers"], product["came_back"]) == (len(who), len(who & back))
