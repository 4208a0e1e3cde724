"""Guesses of columns: by what headings are called in seven languages, and by what stands below them."""

from __future__ import annotations

import pytest

from reportgen import columns as c
from reportgen.runs.guesses import guess_columns

VALUES = {
    c.ORDERED_AT: ["2025-01-05", "2025-01-06"],
    c.ORDER_ID: ["A1001", "A1002"],
    c.CUSTOMER_ID: ["K1", "K2"],
    c.QUANTITY: ["1", "2"],
    c.UNIT_PRICE: ["£2.50", "3.00"],
    c.AMOUNT: ["2.50", "6.00"],
    c.PRODUCT_ID: ["P-1", "P-2"],
    c.PRODUCT_NAME: ["Pot", "Pan"],
}


@pytest.mark.parametrize(
    "headings",
    [
        "Order Date|Order ID|Customer ID|Qty|Unit Price||SKU|Product Name",
        "created_at|order_id|customer_email|quantity|price||sku|title",
        "Belegdatum|Belegnummer|Kundennummer|Menge|Einzelpreis||Artikelnummer|Bezeichnung",
        "Date de commande|N° commande|Client|Quantité|Prix unitaire||Référence|Désignation",
        "Fecha|Pedido|Cliente|Cantidad|Precio unitario||Código|Descripción",
        "Datum|Ordernummer|Klantnummer|Aantal|Stukprijs||Artikelcode|Omschrijving",
        "InvoiceDate|InvoiceNo|CustomerID|Quantity|UnitPrice||StockCode|Description",
        "Date|Invoice|Buyer||||Item Code|Item",
    ],
)
def test_headings_are_known_in_many_tongues(headings: str) -> None:
    """Each column is found under the heading that means it, whatever order the file has them in."""
    named = dict(zip(VALUES, headings.split("|"), strict=True))
    if not named[c.UNIT_PRICE]:
        named |= {c.AMOUNT: "Net Amount"}
    sample = {heading: VALUES[name] for name, heading in reversed(named.items()) if heading}
    assert guess_columns(sample) == {name: (heading,) for name, heading in named.items() if heading}


def test_values_decide_where_headings_could_be_either() -> None:
    """A column called `Date` that holds names is none of dates, a price of words none of numbers; e-mails are customers."""
    found = guess_columns(
        {
            "Date": ["soon", "later"],
            "When": ["05.01.2025", "06.01.2025"],
            "Contact": ["a@example.com", "b@example.com"],
            "Price": ["cheap", "dear"],
            "Total": ["1.00", "2.00"],
        }
    )
    assert found == {c.ORDERED_AT: ("When",), c.CUSTOMER_ID: ("Contact",), c.AMOUNT: ("Total",)}


def test_a_time_beside_a_date_without_one_is_its_second_heading() -> None:
    """Date and time in two columns are one instant; a date that has its time needs no other."""
    apart = {"Date": ["2025-01-05"], "Time": ["10:30:00"], "Customer": ["K1"]}
    assert guess_columns(apart)[c.ORDERED_AT] == ("Date", "Time")
    assert guess_columns({**apart, "Date": ["2025-01-05 10:30"]})[c.ORDERED_AT] == ("Date",)


def test_a_customer_s_id_comes_before_the_name() -> None:
    """Two people may have one name."""
    sample = {"Customer Name": ["Ann Lee"], "Customer ID": ["K1"], "Date": ["2025-01-05"]}
    assert guess_columns(sample)[c.CUSTOMER_ID] == ("Customer ID",)
    assert guess_columns({"Billing Name": ["Ann"], "Email": ["a@example.com"]})[c.CUSTOMER_ID] == ("Email",)
