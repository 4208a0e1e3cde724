"""The list of customers that a run keeps: who is in which segment, named plainly, keyed, or not at all."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import os
from collections.abc import Collection, Iterator

import pandas as pd

from reportgen import columns as c
from reportgen.errors import ConfigError, Problem

KEY_VARIABLE = "REPORTGEN_CUSTOMER_KEY"
LIST = "customers.csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (c.CUSTOMER_ID, c.SEGMENT, c.TOTAL_SALES, c.ORDER_COUNT, c.AVG_ORDER_VALUE, c.RECENCY_DAYS)


def customer_key() -> bytes:
    """Return the secret that customer ids are hashed with.

    Raises
    ------
    ConfigError
        When the environment holds none, or one that is easily guessed.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    if len(key) < 16:
        came = "nothing" if not key else f"{len(key)} characters"
        hint = "Make one with 'openssl rand -hex 32', and keep it: another key gives other ids."
        raise ConfigError(Problem("environment", KEY_VARIABLE, "a secret of 16 characters or more", came, hint))
    return key.encode()


def hash_customer(customer: str, key: bytes) -> str:
    """Return a customer's keyed id: the first 32 hex digits of HMAC-SHA-256 (RFC 2104) over the id."""
    return hmac.new(key, customer.encode(), hashlib.sha256).hexdigest()[:32]


def key_mark(key: bytes) -> str:
    """Return eight hex digits that tell one key from another and nothing else."""
    return hash_customer("reportgen", key)[:8]


def write_list(listed: pd.DataFrame, ids: str) -> bytes:
    """Write the list of customers as CSV, sorted by id.

    Parameters
    ----------
    listed : pandas.DataFrame
        One row for each customer: `customer_id`, `segment`, `total_sales`, `order_count`, `avg_order_value`,
        `recency_days`.
    ids : {'hashed', 'plain'}
        How to name them.

    Notes
    -----
    A plain id that a spreadsheet would take for a formula gets an apostrophe before it, as one that begins with an
    apostrophe does.
    """
    frame = listed[list(_COLUMNS)]
    if ids == "hashed":
        key = customer_key()
        frame = frame.assign(**{c.CUSTOMER_ID: [hash_customer(one, key) for one in frame[c.CUSTOMER_ID]]})
    else:
        frame = frame.assign(**{c.CUSTOMER_ID: [_guard(one) for one in frame[c.CUSTOMER_ID]]})
    frame = frame.sort_values(c.CUSTOMER_ID).round({c.TOTAL_SALES: 2, c.AVG_ORDER_VALUE: 2})
    text: str = frame.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return text.encode()


def _guard(customer: str) -> str:
    return f"'{customer}" if customer.startswith((*_FORMULA, "'")) else customer


def read_rows(content: bytes) -> Iterator[list[str]]:
    """Read a list's rows, the heading first."""
    return csv.reader(io.StringIO(content.decode(), newline=""))


def drop_customers(content: bytes, ids: Collection[str]) -> tuple[bytes, int]:
    """Remove customers from a list; return the new list and how many rows went."""
    guarded = {_guard(one) for one in ids}
    rows = list(read_rows(content))
    kept = [row for n, row in enumerate(rows) if n == 0 or row[0] not in guarded]  # the first is the heading
    lines = content.decode().splitlines(keepends=True)
    if len(kept) == len(rows):
        return content, 0
    if len(lines) == len(rows):  # no id holds a line end: keep the very bytes of the others
        stays = (n == 0 or row[0] not in guarded for n, row in enumerate(rows))
        left = "".join(line for line, stay in zip(lines, stays, strict=True) if stay)
    else:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(kept)
        left = out.getvalue()
    return left.encode(), len(rows) - len(kept)
