"""Exports of one made-up shop in the layouts of platforms and public data sets, each with what is right for it.

Headings and quirks are those of published samples and source code of the platforms; the lines are made up.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

PRODUCTS = [
    ("P100", "Mug", 8.50),
    ("P101", "Teapot", 24.00),
    ("P102", 'Bowl, large 12"', 12.40),
    ("P103", "Tray", 19.90),
]


def make_shop(seed: int = 7) -> pd.DataFrame:
    """Make the lines of 120 orders by 40 customers in 2025: order, customer, at, sku, name, quantity, price."""
    chance = random.Random(seed)
    rows = []
    for number in range(120):
        at = datetime(2025, 1, 2, 9) + timedelta(days=3 * number, minutes=chance.randrange(600))
        customer = 200 + chance.randrange(40)
        for place in chance.sample(range(len(PRODUCTS)), 1 + number % 3):
            sku, name, price = PRODUCTS[place]
            rows.append((1001 + number, customer, at, sku, name, 1 + chance.randrange(3), price))
    frame = pd.DataFrame(rows, columns=["order", "customer", "at", "sku", "name", "quantity", "price"])
    frame["line"] = (frame["quantity"] * frame["price"]).round(2)
    frame["is_first"] = ~frame.duplicated("order")
    return frame


@dataclass(frozen=True)
class Export:
    """A file's name and text, and the right customers, orders and sales of all that it holds."""

    text: str
    customers: int
    orders: int
    sales: float
    name: str = "orders.csv"


def _right(frame: pd.DataFrame, sales: float | None = None) -> tuple[int, int, float]:
    total = frame["line"].sum() if sales is None else sales
    return frame["customer"].nunique(), frame["order"].nunique(), round(float(total), 2)


def _csv(columns: dict[str, object], separator: str = ",") -> str:
    return pd.DataFrame(columns).to_csv(index=False, sep=separator)


def shopify(shop: pd.DataFrame) -> Export:
    """Write order-level cells on the first line alone; voided orders, discounts and refunds of orders; dates with a zone."""
    first = shop["is_first"]
    voided = shop["order"] % 17 == 0
    goods = shop.groupby("order")["line"].transform("sum").round(2)
    off = (goods * 0.1).round(2).where(shop["order"] % 4 == 0, 0.0)
    back = (goods * 0.2).round(2).where((shop["order"] % 5 == 0) & ~voided, 0.0)
    status = pd.Series("paid", shop.index).mask(back > 0, "partially_refunded").mask(voided, "voided")
    blank: dict[str, object] = dict.fromkeys(("Fulfillment Status", "Shipping Method", "Notes", "Vendor", "Tags"), "")
    columns = {
        "Name": "#" + shop["order"].astype(str),
        "Email": "K" + shop["customer"].astype(str) + "@Example.com",
        "Financial Status": status.where(first, ""),
        "Paid at": "",
        "Currency": pd.Series("GBP", shop.index).where(first, ""),
        "Subtotal": (goods - off).round(2).where(first),
        "Total": (goods - off + 4).round(2).where(first),
        "Discount Amount": off.where(first),
        "Refunded Amount": back.where(first),
        "Created at": shop["at"].dt.strftime("%Y-%m-%d %H:%M:%S +0000"),
        "Lineitem quantity": shop["quantity"],
        "Lineitem name": shop["name"],
        "Lineitem price": shop["price"],
        "Lineitem sku": shop["sku"],
        "Cancelled at": shop["at"].dt.strftime("%Y-%m-%d %H:%M:%S +0000").where(voided & first, ""),
        **blank,
    }
    kept = shop[~voided]
    taken = float((off + back)[first & ~voided].sum())
    return Export(_csv(columns), *_right(kept, kept["line"].sum() - taken))


def woocommerce(shop: pd.DataFrame) -> Export:
    """Leave order cells blank on later lines; some orders cancelled or on hold."""
    first, undone = shop["is_first"], shop["order"] % 11 == 0
    columns = {
        "Order Number": shop["order"].astype(str).where(first, ""),
        "Order Status": pd.Series("completed", shop.index).mask(undone, "on-hold").where(first, ""),
        "Order Date": shop["at"].dt.strftime("%Y-%m-%d %H:%M").where(first, ""),
        "Email (Billing)": ("k" + shop["customer"].astype(str) + "@example.com").where(first, ""),
        "Item #": 1,
        "SKU": shop["sku"],
        "Item Name": shop["name"],
        "Quantity": shop["quantity"],
        "Item Cost": shop["price"],
    }
    return Export(_csv(columns), *_right(shop[~undone]))


def square(shop: pd.DataFrame) -> Export:
    """Write date and time apart, dollars with their sign, refunds as lines of their own, most sales without a customer."""
    known = shop["customer"] % 3 != 0
    money = shop["line"].map("${:,.2f}".format)
    columns = {
        "Date": shop["at"].dt.strftime("%Y-%m-%d"),
        "Time": shop["at"].dt.strftime("%H:%M:%S"),
        "Time Zone": "Eastern Time (US & Canada)",
        "Category": "Kitchen",
        "Item": shop["name"],
        "Qty": shop["quantity"].map("{:.1f}".format),
        "SKU": shop["sku"],
        "Gross Sales": money,
        "Discounts": "$0.00",
        "Net Sales": money,
        "Transaction ID": "T" + shop["order"].astype(str),
        "Event Type": "Payment",
        "Location": "Main Street",
        "Customer ID": ("C" + shop["customer"].astype(str)).where(known, ""),
    }
    sold = pd.DataFrame(columns)
    back = sold[known & (shop["order"] % 9 == 0)].assign(**{"Event Type": "Refund"})
    back = back.assign(**{"Net Sales": "-" + back["Net Sales"], "Gross Sales": "-" + back["Gross Sales"]})
    back = back.assign(**{"Qty": "-" + back["Qty"], "Transaction ID": "R" + back["Transaction ID"]})
    kept = shop[known]
    sales = kept["line"].sum() - kept.loc[kept["order"] % 9 == 0, "line"].sum()
    return Export(pd.concat([sold, back]).to_csv(index=False), *_right(kept, sales))


def etsy(shop: pd.DataFrame) -> Export:
    """Write American dates of two-digit years, a discount on each line."""
    off = (shop["line"] * 0.05).round(2)
    columns = {
        "Sale Date": shop["at"].dt.strftime("%m/%d/%y"),
        "Item Name": shop["name"],
        "Buyer": "buyer" + shop["customer"].astype(str),
        "Quantity": shop["quantity"],
        "Price": shop["price"].map("{:.2f}".format),
        "Coupon Code": "",
        "Discount Amount": off.map("{:.2f}".format),
        "Item Total": (shop["line"] - off).map("{:.2f}".format),
        "Currency": "USD",
        "Transaction ID": range(9000, 9000 + len(shop)),
        "Listing ID": shop["sku"].str[1:],
        "Order ID": shop["order"],
        "SKU": shop["sku"],
    }
    return Export(_csv(columns), *_right(shop, shop["line"].sum() - off.sum()))


def stripe(shop: pd.DataFrame) -> Export:
    """Write one line for each attempt: failed ones beside those that were paid, and part of some paid back."""
    orders = shop.groupby("order", as_index=False).agg(
        customer=("customer", "first"), at=("at", "first"), line=("line", "sum")
    )
    failed = orders["order"] % 13 == 0
    back = (orders["line"] * 0.25).round(2).where((orders["order"] % 6 == 0) & ~failed, 0.0)
    columns = {
        "id": "ch_" + orders["order"].astype(str),
        "Created date (UTC)": orders["at"].dt.strftime("%Y-%m-%d %H:%M:%S"),
        "Amount": orders["line"].map("{:.2f}".format),
        "Amount Refunded": back.map("{:.2f}".format),
        "Currency": "gbp",
        "Captured": (~failed).map({True: "true", False: "false"}),
        "Status": pd.Series("Paid", orders.index).mask(failed, "Failed"),
        "Customer ID": "cus_" + orders["customer"].astype(str),
        "Customer Email": "k" + orders["customer"].astype(str) + "@example.com",
    }
    kept = orders[~failed]
    return Export(_csv(columns), *_right(kept, kept["line"].sum() - back.sum()))


def odoo(shop: pd.DataFrame) -> Export:
    """Write order cells on the first line of an order alone, a discount in percent that the subtotal has in it."""
    first = shop["is_first"]
    columns = {
        "Order Reference": ("S0" + shop["order"].astype(str)).where(first, ""),
        "Customer": ("Customer " + shop["customer"].astype(str)).where(first, ""),
        "Order Date": shop["at"].dt.strftime("%Y-%m-%d %H:%M:%S").where(first, ""),
        "Product": shop["name"],
        "Quantity": shop["quantity"].map("{:.2f}".format),
        "Unit Price": shop["price"],
        "Discount (%)": 10,
        "Subtotal": (shop["line"] * 0.9).map("{:.2f}".format),
    }
    return Export(_csv(columns), *_right(shop, (shop["line"] * 0.9).map("{:.2f}".format).astype(float).sum()))


def sap(shop: pd.DataFrame) -> Export:
    """Write a query over invoices and their lines."""
    columns = {
        "DocNum": shop["order"],
        "DocDate": shop["at"].dt.strftime("%Y-%m-%d"),
        "CardCode": "C0" + shop["customer"].astype(str),
        "CardName": "",
        "ItemCode": shop["sku"],
        "Quantity": shop["quantity"].map("{:.6f}".format),
        "LineTotal": shop["line"].map("{:.6f}".format),
    }
    return Export(_csv(columns), *_right(shop))


def tutorial(shop: pd.DataFrame) -> Export:
    """Write the layout of Online Retail: cancelled orders begin with C and are negative."""
    gone = shop[shop["order"] % 7 == 0]
    lines = pd.concat([shop, gone.assign(order="C" + (gone["order"] + 5000).astype(str), quantity=-gone["quantity"])])
    columns = {
        "InvoiceNo": lines["order"],
        "StockCode": lines["sku"],
        "Description": lines["name"],
        "Quantity": lines["quantity"],
        "InvoiceDate": lines["at"].dt.strftime("%Y-%m-%d %H:%M:%S"),
        "UnitPrice": lines["price"],
        "CustomerID": lines["customer"],
        "Country": "United Kingdom",
    }
    return Export(_csv(columns), *_right(shop))


def superstore(shop: pd.DataFrame) -> Export:
    """Write the layout of a well-known training file: order numbers begin with a country, discounts are shares already off."""
    country = shop["customer"].map(lambda customer: "CA" if customer % 2 else "US")
    columns = {
        "Row ID": range(1, len(shop) + 1),
        "Order ID": country + "-2025-" + shop["order"].astype(str),
        "Order Date": shop["at"].dt.strftime("%-m/%-d/%Y"),
        "Ship Date": (shop["at"] + timedelta(days=4)).dt.strftime("%-m/%-d/%Y"),
        "Ship Mode": "Standard Class",
        "Customer ID": "AB-" + shop["customer"].astype(str),
        "Customer Name": "Ann Lee",
        "Segment": "Consumer",
        "State": "Kentucky",
        "Product ID": shop["sku"],
        "Product Name": shop["name"],
        "Sales": shop["line"],
        "Quantity": shop["quantity"],
        "Discount": 0.2,
        "Profit": -1.5,
    }
    return Export(_csv(columns), *_right(shop))


def german(shop: pd.DataFrame) -> Export:
    """Write a German export: semicolons, decimal commas with the sign, days first, a title above and a total below."""
    columns = {
        "Bestellnummer": shop["order"],
        "Kunden-Nr.": "0000" + shop["customer"].astype(str),
        "Bestelldatum": shop["at"].dt.strftime("%d.%m.%Y %H:%M"),
        "Artikelnummer": shop["sku"],
        "Bezeichnung": shop["name"],
        "Menge": shop["quantity"],
        "Einzelpreis": shop["price"].map(lambda price: f"{price:.2f} €".replace(".", ",")),
    }
    total = f"Summe;;;;;;{shop['line'].sum():.2f} €\n".replace(".", ",")
    return Export("Auswertung 2025\n\n" + _csv(columns, ";") + total, *_right(shop))


def french(shop: pd.DataFrame) -> Export:
    """Write a French export in Windows' encoding's letters: accents in headings, months by name."""
    months = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
    columns = {
        "N° commande": shop["order"],
        "Client": "K" + shop["customer"].astype(str),
        "Date": shop["at"].map(lambda at: f"{at.day:02} {months[at.month - 1]} {at.year}"),
        "Référence": shop["sku"],
        "Désignation": shop["name"],
        "Quantité": shop["quantity"],
        "Prix unitaire": shop["price"].map(lambda price: f"{price:.2f} €".replace(".", ",")),
    }
    return Export(_csv(columns, ";"), *_right(shop))


LAYOUTS: dict[str, Callable[[pd.DataFrame], Export]] = {
    layout.__name__: layout
    for layout in (shopify, woocommerce, square, etsy, stripe, odoo, sap, tutorial, superstore, german, french)
}
