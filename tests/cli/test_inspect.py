"""Looking before a report is made: `reportgen validate` with the data, and `reportgen init`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from reportgen.cli.main import main
from tests.exports import LAYOUTS, make_shop

SHOP = make_shop()
HEAD = "Order no,Date,Customer,SKU,Product,Quantity,Unit price\n"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that runs a command in this process: its exit code, stdout and stderr."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        return code, *capsys.readouterr()

    return run


def write_config(folder: Path, rows: Sequence[str], extra: str = "") -> Path:
    """Write a small source and a config for it."""
    (folder / "orders.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    path = folder / "shop.yaml"
    path.write_text(
        "source: {path: orders.csv}\ncolumns: {order_id: Order no, customer_id: Customer, ordered_at: Date,"
        f" quantity: Quantity, unit_price: Unit price, product_id: SKU, product_name: Product}}\n{extra}",
        encoding="utf-8",
    )
    return path


ROWS = [f"{n},2026-0{n % 2 + 1}-{n:02},K{n % 7},P{n},Pot,2,1.50" for n in range(1, 29)]


def test_a_config_alone_is_said_to_be_no_look_at_the_data(tmp_path: Path, command: Any) -> None:
    """Plain `validate` says what it has not done."""
    config = write_config(tmp_path, ROWS)
    assert command("validate", config) == (0, f"{config}: valid; the data were not looked at (see --data)\n", "")


def test_the_data_are_looked_at(tmp_path: Path, command: Any) -> None:
    """Fates, months, and what is doubtful are told; there is no report."""
    rows = [*ROWS, "90,2026-01-05,,P1,Pot,1,9.00", "91,2026-02-05,Guest,P1,Pot,1,4.00"]
    code, out, err = command("validate", "--data", write_config(tmp_path, rows))
    assert (code, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "30 lines in the source" in lines
    assert "1 dropped: no customer id (guest orders)" in lines
    assert "29 kept: 8 customers, 29 orders, 88.00 GBP" in lines
    assert lines[lines.index("month lines orders customers GBP") + 1 :][:2] == [
        "2026-01 14 14 7 42.00",
        "2026-02 15 15 8 46.00",
    ]
    assert "a run would report on 2026-01, observed to 2026-01-31" in lines
    assert any(line.startswith("warning (collective_customer): The customer “Guest”") for line in lines)
    assert {path.name for path in tmp_path.iterdir()} == {"orders.csv", "shop.yaml"}


def test_stores_and_months_without_a_report_are_told(tmp_path: Path, command: Any) -> None:
    """Stores are listed with their lines; where no month is complete it is said which could be asked for."""
    rows = [f"{n},2026-01-1{n % 5},K{n},P{n},{('North', 'south')[n % 2]},1,1.00" for n in range(10)]
    code, out, _ = command("validate", "--data", write_config(tmp_path, rows, "stores: {by: Product}\n"))
    assert code == 0
    assert "  store North: 5 lines\n  store south: 5 lines\n" in out
    assert "  no report yet: source: period: expected a complete month, got days from 2026-01-10 to 2026-01-14." in out


def test_mistakes_of_configs_and_data_are_told_together(tmp_path: Path, command: Any) -> None:
    """A wrong heading of one and a wrong option of another config stand in one message."""
    config = write_config(tmp_path, ROWS)
    broken = tmp_path / "broken.yaml"
    broken.write_text("window: forever\n", encoding="utf-8")
    code, _, err = command("validate", "--data", broken, config)
    assert (code, err.count("expected")) == (2, 1)
    config.write_text(config.read_text(encoding="utf-8").replace("Customer,", "Custmer,"), encoding="utf-8")
    code, _, err = command("validate", "--data", config)
    assert (code, "Did you mean 'Customer'?" in err) == (3, True)


def test_init_writes_a_config_that_runs(tmp_path: Path, command: Any) -> None:
    """From a Shopify export to a report in two commands, with the sums that pandas has."""
    export = LAYOUTS["shopify"](SHOP)
    (tmp_path / "orders_export.csv").write_text(export.text, encoding="utf-8")
    config = tmp_path / "shop.yaml"
    code, out, _ = command("init", tmp_path / "orders_export.csv", "--config", config, "--yes")
    assert code == 0
    assert "it is an export of Shopify" in out
    assert "taken as proposed: timezone: Europe/London" in out
    assert "orders add up to their own total to the penny, with the price taken for that of one unit" in out
    assert f"kept: {export.customers} customers, {export.orders} orders, {export.sales:,.2f} GBP" in out
    assert yaml.safe_load(config.read_text(encoding="utf-8"))["source"]["preset"] == "shopify"
    code, out, err = command("run", config, "--output", tmp_path / "out", "--set", "outputs=[]", "--period", "2025-12")
    assert (code, err) == (0, "")
    assert f"{export.sales:,.2f} GBP" in out
    assert "note: orders_export.csv: " in out


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "shopify"])
def test_every_layout_becomes_a_report(tmp_path: Path, command: Any, layout: str) -> None:
    """From each export to a page in two commands; customers, orders and sales in its facts are those of pandas."""
    export = LAYOUTS[layout](SHOP)
    (tmp_path / export.name).write_text(export.text, encoding="utf-8")
    config = tmp_path / "shop.yaml"
    assert command("init", tmp_path / export.name, "--config", config, "--yes")[0] == 0
    as_page = ("--set", "outputs=[html]", "--set", "trust.draws=0", "--period", "2025-12")
    code, _, err = command("run", config, "--output", tmp_path / "out", *as_page)
    assert (code, err) == (0, "")
    (facts_file,) = (tmp_path / "out").rglob("facts.json")
    (page,) = (tmp_path / "out").rglob("report.html")
    facts = json.loads(facts_file.read_text(encoding="utf-8"))
    assert (facts["customers"], facts["orders"]) == (export.customers, export.orders)
    assert float(facts["total_sales"]) == export.sales
    assert facts["warnings"] == []
    assert f"{export.customers}" in page.read_text(encoding="utf-8")


def test_init_in_a_script_stops_at_what_is_open(tmp_path: Path, command: Any) -> None:
    """Without --yes and without a terminal the open questions are told, and nothing is written."""
    (tmp_path / "x.csv").write_text(HEAD + "1,2025-01-05,K1,P,Pot,1,5.00\n", encoding="utf-8")
    code, _, err = command("init", tmp_path / "x.csv", "--config", tmp_path / "c.yaml")
    assert code == 2
    assert "init: currency: expected Which currency is the money in, got proposed: GBP. Take it with --yes." in err
    assert not (tmp_path / "c.yaml").exists()


def test_init_on_a_terminal_asks(tmp_path: Path, command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is taken, and an empty one takes what is proposed."""
    (tmp_path / "x.csv").write_text(HEAD + "1,03/04/2025,K1,P,Pot,1,5.00\n", encoding="utf-8")
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    asked: list[str] = []
    answers = iter(["SEK", ""])

    def answer(question: str) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr("builtins.input", answer)
    code, _, _ = command("init", tmp_path / "x.csv", "--config", tmp_path / "c.yaml")
    data = yaml.safe_load((tmp_path / "c.yaml").read_text(encoding="utf-8"))
    assert (code, data["currency"], data["source"]["date_format"]) == (0, "SEK", "day-first")
    assert asked[0] == "Which currency is the money in? [GBP] "


def test_init_replaces_nothing_unasked(tmp_path: Path, command: Any) -> None:
    """A config that is there stays as it is without --force."""
    (tmp_path / "x.csv").write_text(HEAD + "1,2025-01-05,K1,P,Pot,1,£5.00\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text("mine: true\n", encoding="utf-8")
    code, _, err = command("init", tmp_path / "x.csv", "--config", tmp_path / "c.yaml", "--yes")
    assert (code, "replace it with --force" in err) == (2, True)
    assert command("init", tmp_path / "x.csv", "--config", tmp_path / "c.yaml", "--yes", "--force")[0] == 0
    assert "customer_id: Customer" in (tmp_path / "c.yaml").read_text(encoding="utf-8")
