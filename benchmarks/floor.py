"""The floor: the same libraries doing the least that a report needs, in the most direct way.

Imports what reportgen imports, reads and groups the lines with bare DuckDB, fits the same k-means, renders one chart
and writes a one-page PDF. reportgen's full run is measured against this.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import altair as alt
import duckdb
import jinja2
import pandas as pd
import vl_convert
import weasyprint
import yaml
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

GROUPED = """
SELECT CustomerID AS id, sum(CAST(Quantity AS INTEGER) * CAST(UnitPrice AS DECIMAL(18,4)))::DOUBLE AS total_sales,
       count(DISTINCT InvoiceNo) AS order_count
FROM read_csv(?, all_varchar=true)
WHERE CustomerID <> '' AND CAST(Quantity AS INTEGER) > 0
  AND strptime(InvoiceDate, '%m/%d/%Y %H:%M') < TIMESTAMP '2011-12-01'
GROUP BY CustomerID ORDER BY CustomerID
"""


def main(source: str) -> None:
    """Do the least."""
    customers = duckdb.connect().execute(GROUPED, [source]).df()
    customers["avg_order_value"] = customers["total_sales"] / customers["order_count"]
    ranks = customers[["total_sales", "order_count", "avg_order_value"]].rank(method="first")
    matrix = ((ranks - ranks.mean()) / ranks.std()).to_numpy()
    with threadpool_limits(1):
        for k in range(2, 11):
            KMeans(n_clusters=k, n_init=10, random_state=0).fit(matrix)
    rows = pd.DataFrame({"k": [4, 5, 6], "value": [3.0, 2.5, 2.1]})
    svg = vl_convert.vegalite_to_svg(alt.Chart(rows).mark_line().encode(x="k:O", y="value:Q").to_dict())
    page = jinja2.Template("<h1>{{ n }} customers</h1>{{ svg }}").render(n=len(customers), svg=svg)
    with tempfile.TemporaryDirectory() as folder:
        weasyprint.HTML(string=page).write_pdf(Path(folder) / "one-page.pdf")
    yaml.safe_load("a: 1")


if __name__ == "__main__":
    main(sys.argv[1])
