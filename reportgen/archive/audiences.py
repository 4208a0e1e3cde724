"""The files of a run that say whom each action is for: written for spreadsheets and mailing tools, read at the end."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reportgen import columns as c
from reportgen.archive.lists import name_customers, read_rows
from reportgen.text.spreadsheet import guard

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = (
    c.CUSTOMER_ID,
    c.ARM,
    c.WHY,
    c.LAST_ORDER,
    c.NEXT_ORDER,
    c.TOTAL_SALES,
    c.USUAL_PRODUCT,
    c.SHOW,
    c.PLACEMENT,
)
_TEXTS = (c.WHY, c.USUAL_PRODUCT, c.SHOW)


def write_audience(audience: pd.DataFrame, ids: str) -> bytes:
    """Write the customers of an action as CSV: UTF-8, sorted by id, and nothing that a spreadsheet would compute.

    Parameters
    ----------
    audience : pandas.DataFrame
        From `reportgen.report.audiences.list_audiences`.
    ids : {'hashed', 'plain'}
        How to name them.
    """
    names = name_customers(audience[c.CUSTOMER_ID], ids)
    texts = {name: [guard(text) for text in audience[name]] for name in _TEXTS}
    frame = audience.assign(**{c.CUSTOMER_ID: names}, **texts)[list(_COLUMNS)]
    frame = frame.sort_values(c.CUSTOMER_ID).round({c.TOTAL_SALES: 2})
    text: str = frame.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC, date_format="%Y-%m-%d")
    return text.encode()


def read_arms(content: bytes) -> Mapping[str, str]:
    """Read the arm of each customer from such a file, by the name that it gives them.

    Raises
    ------
    ValueError
        When it is no such file.
    """
    rows = read_rows(content)
    heading = next(rows, [])
    if heading[:2] != [c.CUSTOMER_ID, c.ARM]:
        raise ValueError("no file of an action's customers")
    return {row[0]: row[1] for row in rows}
