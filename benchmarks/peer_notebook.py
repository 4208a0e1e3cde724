"""The peer: the tutorial that reportgen grew from, as the notebook an analyst would write, made into HTML by nbconvert.

Reads, cleanses, aggregates, ranks, tries 4 to 8 segments by silhouette and 1 to 10 by inertia, and shows the centres,
three scatter charts and the best sellers: five pictures, no PDF, no words. It needs `nbconvert`, `ipykernel` and
`matplotlib`, which reportgen does not: hand the interpreter that has them to `measure.py --notebook`.

    python benchmarks/peer_notebook.py ../shared/data/online_retail.csv.gz notebook.html
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from subprocess import run

READ = """
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

lines = pd.read_csv({source!r}, dtype={{"CustomerID": str, "InvoiceNo": str, "StockCode": str}})
lines["InvoiceDate"] = pd.to_datetime(lines["InvoiceDate"], format="%m/%d/%Y %H:%M")
lines.info()
lines.head()
"""
CLEANSE = """
lines = lines.dropna(subset=["CustomerID"])
lines = lines[(lines["Quantity"] > 0) & (lines["InvoiceDate"] < "2011-12-01")]
lines = lines.assign(amount=lines["Quantity"] * lines["UnitPrice"])
lines.describe()
"""
AGGREGATE = """
customers = lines.groupby("CustomerID").agg(total_sales=("amount", "sum"), order_count=("InvoiceNo", "nunique"))
customers["avg_order_value"] = customers["total_sales"] / customers["order_count"]
customers.describe()
"""
RANK = """
ranks = customers.rank(method="first")
scaled = (ranks - ranks.mean()) / ranks.std()
"""
ELBOW = """
inertia = {n: KMeans(n_clusters=n, n_init=10, random_state=0).fit(scaled).inertia_ for n in range(1, 11)}
pd.Series(inertia).plot(marker="o", title="Elbow")
"""
SILHOUETTES = """
fits = {n: KMeans(n_clusters=n, n_init=10, random_state=0).fit(scaled) for n in range(4, 9)}
scores = {n: silhouette_score(scaled, fit.labels_) for n, fit in fits.items()}
pd.Series(scores)
"""
CENTRES = """
best = max(scores, key=scores.get)
customers["segment"] = fits[best].labels_
centres = customers.groupby("segment").mean()
plt.imshow(pd.DataFrame(fits[best].cluster_centers_).to_numpy(), cmap="RdBu")
plt.colorbar()
centres
"""
SCATTER = """
for segment, rows in customers.groupby("segment"):
    plt.scatter(rows["{x}"], rows["{y}"], s=6, label=segment)
plt.xscale("log"); plt.yscale("log"); plt.xlabel("{x}"); plt.ylabel("{y}"); plt.legend()
"""
BEST_SELLERS = """
sold = lines.merge(customers["segment"], left_on="CustomerID", right_index=True)
sold.groupby("segment")["Description"].value_counts().groupby(level=0).head(10)
"""


def write_notebook(source: Path, path: Path) -> None:
    """Write the notebook, not yet run."""
    import nbformat  # noqa: PLC0415 - not one of reportgen's libraries

    metrics = ("total_sales", "order_count", "avg_order_value")
    pairs = [(metrics[0], metrics[1]), (metrics[0], metrics[2]), (metrics[1], metrics[2])]
    cells = [READ.format(source=str(source.resolve())), CLEANSE, AGGREGATE, RANK, ELBOW, SILHOUETTES, CENTRES]
    cells += [SCATTER.format(x=x, y=y) for x, y in pairs]
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in [*cells, BEST_SELLERS]]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def main(source: str, target: str) -> None:
    """Write the notebook, run it, and convert it to HTML."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = Path(folder) / "tutorial.ipynb"
        write_notebook(Path(source), notebook)
        output = Path(target).resolve()
        command = [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to=html", "--execute", str(notebook)]
        run([*command, f"--output-dir={output.parent}", f"--output={output.stem}"], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
