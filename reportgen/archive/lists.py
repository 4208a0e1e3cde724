"""The list of customers that a run keeps: who is in which segment, named plainly, keyed, or not at all."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import os
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from reportgen import columns as c
from reportgen.errors import ConfigError, Problem
from reportgen.model.archive import Manifest
from reportgen.model.artefacts import LIST, first_edition, holds_customers
from reportgen.text.spreadsheet import guard

if TYPE_CHECKING:
    import pandas as pd

KEY_VARIABLE = "REPORTGEN_CUSTOMER_KEY"
_COLUMNS = (
    c.CUSTOMER_ID,
    c.SEGMENT,
    c.SEGMENT_NAME,
    c.PREVIOUS_SEGMENT,
    c.CHANGED_IN,
    c.TOTAL_SALES,
    c.ORDER_COUNT,
    c.AVG_ORDER_VALUE,
    c.RECENCY_DAYS,
    c.KEPT_SHARE,
    c.NEXT_ORDER,
    c.ORDER_CHANCE,
    c.ACTION,
    c.ARM,
)
_PLACES = {c.TOTAL_SALES: 2, c.AVG_ORDER_VALUE: 2, c.KEPT_SHARE: 2, c.ORDER_CHANCE: 2}


def list_name(manifest: Manifest) -> str | None:
    """Return the name of a run's list of customers; None when it keeps none."""
    return next((name for name in manifest.files if first_edition(name) == LIST), None)


def files_with_customers(manifest: Manifest) -> dict[str, str]:
    """Return how each file of a run that names customers does so, ``plain`` or ``hashed``, by its name."""
    return {
        name: manifest.customer_ids if first_edition(name) == LIST else manifest.audience_ids
        for name in manifest.files
        if holds_customers(name)
    }


def name_customers(customers: Iterable[str], ids: str) -> list[str]:
    """Name customers as a file does: by their ids, safe in a spreadsheet, or by keyed ones.

    Parameters
    ----------
    customers : iterable of str
        Their ids in the source.
    ids : {'hashed', 'plain'}
        How.

    Raises
    ------
    ConfigError
        When they are to be hashed and the environment holds no secret.
    """
    if ids == "hashed":
        key = customer_key()
        return [hash_customer(customer, key) for customer in customers]
    return [guard(customer) for customer in customers]


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


def write_list(listed: pd.DataFrame, ids: str, month: str, earlier: bytes | None = None) -> bytes:
    """Write the list of customers as CSV, sorted by id.

    Parameters
    ----------
    listed : pandas.DataFrame
        One row for each customer: `customer_id`, `segment` (number), `segment_name`, `previous_segment` (name of the
        segment in the previous report, or null), `total_sales`, `order_count`, `avg_order_value`, `recency_days`,
        `kept_share` (of the draws, that keep the customer in the segment; nan where that was not tried), `next_order`
        (the day by which the next order is expected; null where none is), `order_chance` (of ordering within 90 days;
        nan where that is not known), `action` (the play that writes to them, or empty) and `arm` (`treat` or `hold`).
    ids : {'hashed', 'plain'}
        How to name them.
    month : str
        The report's, ``YYYY-MM``.
    earlier : bytes, optional
        The previous report's list with ids of the same kind: who has not changed segment keeps what it says.

    Notes
    -----
    A plain id that a spreadsheet would take for a formula gets an apostrophe before it, as one that begins with an
    apostrophe does.
    """
    names = name_customers(listed[c.CUSTOMER_ID], ids)
    shown = [guard(segment) for segment in listed[c.SEGMENT_NAME]]  # a config may have named it like a formula
    frame = listed.assign(**{c.CUSTOMER_ID: names, c.SEGMENT_NAME: shown})
    told = _read_changes(earlier) if earlier is not None else {}
    changes = [
        (guard(was), month) if isinstance(was, str) and guard(was) != now else told.get(name, ("", ""))
        for name, now, was in zip(names, frame[c.SEGMENT_NAME], frame[c.PREVIOUS_SEGMENT], strict=True)
    ]
    frame = frame.assign(
        **{c.PREVIOUS_SEGMENT: [was for was, _ in changes], c.CHANGED_IN: [month for _, month in changes]}
    )
    frame = frame[list(_COLUMNS)].sort_values(c.CUSTOMER_ID).round(_PLACES)
    text: str = frame.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return text.encode()


def _read_changes(content: bytes) -> dict[str, tuple[str, str]]:
    """Read from a list each customer's previous segment and the month of the change."""
    rows = read_rows(content)
    columns = next(rows)
    if c.CHANGED_IN not in columns:
        return {}
    at = [columns.index(name) for name in (c.CUSTOMER_ID, c.PREVIOUS_SEGMENT, c.CHANGED_IN)]
    return {row[at[0]]: (row[at[1]], row[at[2]]) for row in rows}


def read_rows(content: bytes) -> Iterator[list[str]]:
    """Read a list's rows, the heading first."""
    return csv.reader(io.StringIO(content.decode(), newline=""))


def drop_customers(content: bytes, ids: Collection[str]) -> tuple[bytes, int]:
    """Remove customers from a list; return the new list and how many rows went."""
    guarded = {guard(customer) for customer in ids}
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
