"""The sample must look like a real export, be the same every time, and hold the truth that it claims to hold.

Nothing here uses another room of the package: the planted groups are found again with pandas and scikit-learn alone.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

from reportgen.sample.catalogue import PRODUCTS
from reportgen.sample.tastes import AFFINITIES, PLANTED_PAIRS
from reportgen.sample.write import TakenError, write_sample

CONFIG_TEXT = "# Crème brûlée\ntitle: A sample\n"
SERVICES = ("POST", "WRAP", "CARRIER")
FILES = ("order_lines.csv", "planted_groups.csv", "sample.yaml")
CLOSED_DAYS = ("2025-04-20", "2025-12-25", "2025-12-26")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the sample once for all tests that only read it."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, CONFIG_TEXT)
    return folder


@pytest.fixture(scope="module")
def lines(folder: Path) -> pd.DataFrame:
    """Read the order lines as text, then type what is counted with."""
    lines = pd.read_csv(folder / "order_lines.csv", dtype=str, keep_default_na=False)
    return lines.assign(
        date=pd.to_datetime(lines["Date"], format="%Y-%m-%d %H:%M"),
        units=lines["Quantity"].astype(int),
        price=lines["Unit price"].astype(float),
        is_return=lines["Order no"].str.startswith("C"),
    )


@pytest.fixture(scope="module")
def planted(folder: Path) -> pd.Series:
    """Read the planted group of every customer."""
    return pd.read_csv(folder / "planted_groups.csv", dtype=str).set_index("Customer")["Group"]


@pytest.fixture(scope="module")
def customers(lines: pd.DataFrame) -> pd.DataFrame:
    """Sum up the twelve complete months before the unfinished one, one row for each customer."""
    in_window = lines["date"].between("2025-02-01", "2026-02-01", inclusive="left")
    window = lines[in_window & (lines["Customer"] != "") & (lines["units"] > 0) & ~lines["is_return"]]
    sales = (window["units"] * window["price"]).groupby(window["Customer"]).sum()
    orders = window.groupby("Customer")["Order no"].nunique()
    return pd.DataFrame({"total_sales": sales, "order_count": orders, "avg_order_value": sales / orders})


def test_config_is_copied_and_its_path_returned(tmp_path: Path) -> None:
    """The configuration is written as it was given, into a folder that need not exist yet."""
    path = write_sample(tmp_path / "new" / "folder", CONFIG_TEXT)
    assert path == tmp_path / "new" / "folder" / "sample.yaml"
    assert path.read_bytes() == CONFIG_TEXT.encode("utf-8")


def test_same_bytes_every_time(folder: Path, tmp_path: Path) -> None:
    """Two runs write the same bytes."""
    write_sample(tmp_path, CONFIG_TEXT)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_only_its_own_files_are_touched(tmp_path: Path) -> None:
    """Older files are replaced when that is wanted, a neighbour stays as it was, and nothing is left lying about."""
    (tmp_path / "order_lines.csv").write_text("old", encoding="utf-8")
    (tmp_path / "neighbour.csv").write_text("mine", encoding="utf-8")
    write_sample(tmp_path, CONFIG_TEXT, replace=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((*FILES, "neighbour.csv"))
    assert (tmp_path / "neighbour.csv").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "order_lines.csv").read_text(encoding="utf-8").startswith("Order no,")


def test_edited_files_are_not_replaced_unasked(tmp_path: Path) -> None:
    """A configuration that somebody edited, or a link of its name, keeps every file as it is."""
    write_sample(tmp_path, CONFIG_TEXT)
    write_sample(tmp_path, CONFIG_TEXT)  # what is there says the same: nothing to ask
    (tmp_path / "sample.yaml").write_text("title: Mine\n", encoding="utf-8")
    (tmp_path / "order_lines.csv").unlink()
    (tmp_path / "order_lines.csv").symlink_to(tmp_path / "nowhere")
    with pytest.raises(TakenError) as caught:
        write_sample(tmp_path, CONFIG_TEXT)
    assert [path.name for path in caught.value.paths] == ["order_lines.csv", "sample.yaml"]
    assert (tmp_path / "sample.yaml").read_text(encoding="utf-8") == "title: Mine\n"
    write_sample(tmp_path, CONFIG_TEXT, replace=True)
    assert not (tmp_path / "order_lines.csv").is_symlink()
    assert not (tmp_path / "nowhere").exists()


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a file cannot be moved into its place the old one is still whole and no part of the new one stays."""

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(self, target)

    (tmp_path / "order_lines.csv").write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        write_sample(tmp_path, CONFIG_TEXT, replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["order_lines.csv"]
    assert (tmp_path / "order_lines.csv").read_text(encoding="utf-8") == "old"


def test_headings_and_formats(folder: Path) -> None:
    """The files are UTF-8 with plain newlines, and every line has the promised headings and formats."""
    text = (folder / "order_lines.csv").read_bytes()
    assert text.startswith(b"Order no,Date,Store,Customer,SKU,Product,Quantity,Unit price\n")
    assert (folder / "planted_groups.csv").read_bytes().startswith(b"Customer,Group\n")
    assert b"\r" not in text
    lines = pd.read_csv(folder / "order_lines.csv", dtype=str, keep_default_na=False)
    patterns = {
        "Order no": r"C?\d{6}",
        "Date": r"\d{4}-\d\d-\d\d \d\d:\d\d",
        "Customer": r"(\d{6})?",
        "SKU": r"[0-9A-Z]+",
        "Quantity": r"-?[1-9]\d*",
        "Unit price": r"\d+\.\d\d",
    }
    for heading, pattern in patterns.items():
        assert lines[heading].str.fullmatch(pattern).all(), heading


def test_size_is_a_small_chain(lines: pd.DataFrame, planted: pd.Series) -> None:
    """Numbers of customers, lines and products are those of a small chain."""
    assert 25_000 <= len(lines) <= 40_000
    assert 1_500 <= len(planted) <= 2_000
    assert set(planted.index) == set(lines["Customer"]) - {""}
    assert 120 <= len({product.product_id for product in PRODUCTS}) <= 150
    assert set(lines["SKU"]) >= {product.product_id for product in PRODUCTS}


def test_last_month_is_unfinished(lines: pd.DataFrame) -> None:
    """The data begin on the first day of a month and stop in the middle of the fourteenth."""
    assert lines["date"].min().date().isoformat() == "2025-01-01"
    assert lines["date"].max().date().isoformat() == "2026-02-11"
    assert lines["date"].dt.to_period("M").nunique() == 14


def test_stores_keep_hours(lines: pd.DataFrame) -> None:
    """Three stores of unequal size are open by day, and one of them rests on Sundays."""
    orders = lines.drop_duplicates("Order no")
    sizes = orders["Store"].value_counts(normalize=True)
    assert list(sizes.index) == ["Bath", "Leeds", "Norwich"]
    assert all(bigger > 1.2 * smaller for bigger, smaller in pairwise(sizes))
    assert lines["date"].dt.hour.between(9, 17).all()
    assert set(lines.loc[lines["date"].dt.day_of_week == 6, "Store"]) == {"Bath", "Leeds"}
    assert not lines["Date"].str[:10].isin(CLOSED_DAYS).any()


def test_season_peaks_before_christmas(lines: pd.DataFrame) -> None:
    """November and December sell the most, and January more than a year before."""
    sales = (lines["units"] * lines["price"]).groupby(lines["date"].dt.strftime("%Y-%m")).sum()
    assert set(sales.nlargest(2).index) == {"2025-11", "2025-12"}
    assert sales["2026-01"] > sales["2025-01"]


def test_guests_have_no_customer(lines: pd.DataFrame) -> None:
    """About one order in twelve is a guest's."""
    orders = lines[~lines["is_return"]].drop_duplicates("Order no")
    assert (orders["Customer"] == "").mean() == pytest.approx(0.08, abs=0.01)


def test_returns_were_bought_before(lines: pd.DataFrame) -> None:
    """About two lines in a hundred bring back, in orders of their own, what the same customer bought earlier."""
    returned = lines[lines["is_return"]]
    assert len(returned) / len(lines) == pytest.approx(0.02, abs=0.004)
    assert ((lines["units"] < 0) == lines["is_return"]).all()
    bought = lines[~lines["is_return"]][["Customer", "SKU", "date", "units"]]
    both = returned.reset_index().merge(bought, on=["Customer", "SKU"], suffixes=("", "_bought"))
    matched = both[(both["date_bought"] < both["date"]) & (both["units_bought"] >= -both["units"])]
    assert set(matched["index"]) == set(returned.index)
    assert not returned["SKU"].isin(SERVICES).any()


def test_services_samples_and_double_entries(lines: pd.DataFrame) -> None:
    """Service lines, free samples and a few lines entered twice are there, and stay few."""
    services = lines[lines["SKU"].isin(SERVICES)].drop_duplicates("SKU").set_index("SKU")["Product"]
    assert services.to_dict() == {"POST": "Delivery", "WRAP": "Gift wrapping", "CARRIER": "Carrier bag"}
    assert set(lines.loc[lines["SKU"] == "CARRIER", "Unit price"]) == {"0.10"}
    assert 0.001 < (lines["price"] == 0).mean() < 0.01
    assert 20 <= lines.duplicated().sum() <= 100


def test_ids_and_names_are_awkward(lines: pd.DataFrame) -> None:
    """Ids begin with zeros, and names hold ampersands, quotes, commas and accents."""
    assert (lines["Customer"].str[:1] == "0").any()
    assert lines["SKU"].str.startswith("00").any()
    assert lines["SKU"].str.fullmatch(r"\d+[A-Z]").any()
    names = set(lines["Product"])
    assert {'"Crème brûlée" dish, set of 4', "Salt & pepper mill"} <= names
    assert lines.groupby("SKU")["Product"].nunique().max() == 1


def test_groups_are_unequal_but_not_tiny(planted: pd.Series) -> None:
    """Each of the four planted groups holds between a fifth and a third of the customers."""
    shares = planted.value_counts(normalize=True)
    assert set(shares.index) == {"frequent_big", "frequent_small", "rare_big", "rare_small"} == set(AFFINITIES)
    assert shares.between(0.2, 0.33).all()
    assert shares.nunique() == 4


def test_groups_order_as_they_are_named(customers: pd.DataFrame, planted: pd.Series) -> None:
    """Frequent and rare, big and small mean what they say in the window of twelve months."""
    means = customers.groupby(planted.reindex(customers.index)).mean()
    assert means.loc[["frequent_big", "frequent_small"], "order_count"].min() > 6
    assert means.loc[["rare_big", "rare_small"], "order_count"].max() < 2
    assert means.loc[["frequent_big", "rare_big"], "avg_order_value"].between(150, 300).all()
    assert means.loc[["frequent_small", "rare_small"], "avg_order_value"].between(25, 40).all()


def test_some_frequent_customers_lapsed(lines: pd.DataFrame, planted: pd.Series) -> None:
    """Most frequent customers came lately, but more than a tenth has not been seen for three months."""
    sales = lines[~lines["is_return"] & (lines["Customer"] != "")]
    last = sales.groupby("Customer")["date"].max()
    recency = (pd.Timestamp("2026-02-11 23:59") - last).dt.days
    frequent = recency[planted.reindex(recency.index).str.startswith("frequent")]
    assert frequent.median() < 60
    assert 0.1 < (frequent > 90).mean() < 0.3


@pytest.mark.parametrize("method", ["average", "first"])
def test_planted_groups_are_found_again(
    customers: pd.DataFrame, planted: pd.Series, method: Literal["average", "first"]
) -> None:
    """K-means on ranks finds the planted groups again, and four clusters have the best silhouette."""
    features = StandardScaler().fit_transform(customers.rank(method=method))
    labels = {k: KMeans(n_clusters=k, n_init=10, random_state=0).fit_predict(features) for k in range(4, 9)}
    assert adjusted_rand_score(planted.reindex(customers.index), labels[4]) >= 0.95
    silhouettes = {k: silhouette_score(features, of_k) for k, of_k in labels.items()}
    assert max(silhouettes, key=lambda k: silhouettes[k]) == 4


def test_best_sellers_differ_by_group(lines: pd.DataFrame, planted: pd.Series) -> None:
    """Every group has a best seller of its own."""
    sales = lines[~lines["is_return"] & (lines["Customer"] != "") & ~lines["SKU"].isin(SERVICES)]
    counts = sales.groupby([sales["Customer"].map(planted), "SKU"])["Order no"].nunique().unstack(fill_value=0)
    assert counts.idxmax(axis="columns").nunique() == 4


@pytest.mark.parametrize(("leader", "companion", "often"), PLANTED_PAIRS)
def test_planted_pairs_have_lift(lines: pd.DataFrame, leader: str, companion: str, often: float) -> None:
    """What belongs together is bought together far more often than chance would have it."""
    sales = lines[~lines["is_return"]]
    with_leader = set(sales.loc[sales["SKU"] == leader, "Order no"])
    with_companion = set(sales.loc[sales["SKU"] == companion, "Order no"])
    confidence = len(with_leader & with_companion) / len(with_leader)
    assert confidence / (len(with_companion) / sales["Order no"].nunique()) > 2
    assert confidence == pytest.approx(often, abs=0.15)
