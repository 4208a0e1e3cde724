"""The chain report: all stores of one month on one common model, and the way to each store's own report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.archive.open import open_storage
from reportgen.archive.runs import keep_run
from reportgen.archive.storage import Storage
from reportgen.chain.compare import LEAST_CUSTOMERS, Comparison, compare_stores
from reportgen.config.options import Options
from reportgen.garbage import collect_garbage
from reportgen.lines.sources.malformed import NO_LINES
from reportgen.lines.sources.parts import open_parts
from reportgen.lines.transform.cleansing import apply_window, count_fates, keep_only, see_from
from reportgen.lines.transform.customers import compute_customers
from reportgen.model.archive import Figures
from reportgen.model.artefacts import FACTS, OPTIONS
from reportgen.model.chain import CHAIN_SCHEMA_VERSION, ChainFacts, ChainMethod, ChainSegment
from reportgen.model.facts import Identity, Span
from reportgen.model.identity import KnownAs
from reportgen.model.lines import MALFORMED, NO_STORE, LineCounts, OrderLines
from reportgen.model.outcome import Outcome
from reportgen.model.report import ChainReport
from reportgen.narrative.chain_words import write_chain_words
from reportgen.render.facts import to_facts
from reportgen.report.assemble import Segmented
from reportgen.report.divide import name_divided, segment_customers
from reportgen.runs.chain_plan import ChainLoad
from reportgen.runs.execute import write_options
from reportgen.runs.outcomes import attempt, outcome_of
from reportgen.stages import Stages
from reportgen.versions import list_versions


def make_chain(load: ChainLoad) -> Outcome:
    """Make one month's chain report from the stores' lines on disk.

    Raises
    ------
    StorageError
        When the archive's place fails. Every other failure is an outcome.
    """
    try:
        return attempt(load, lambda: _make(load, open_storage(load.place), Stages()))
    finally:
        collect_garbage()


def _make(load: ChainLoad, storage: Storage, stages: Stages) -> Outcome:
    report, options = build_chain(load, stages), load.store_config.options
    options_file = write_options(load.store_config, load.manifest.period)
    if report is None:
        manifest = replace(load.manifest, status="held", reason="fewer than two stores with customers", refers_to=())
        manifest = keep_run(storage, manifest, {OPTIONS: options_file}, load.made)
        return outcome_of(manifest, storage, status="held")
    from reportgen.report.publish import draw_chain, print_report  # noqa: PLC0415 - heavy

    with stages("charts"):
        drawn = draw_chain(report, options)
    printed = print_report(report, drawn, options, stages)
    files = {OPTIONS: options_file, FACTS: to_facts(report), **printed.files}
    figures = Figures(
        customers=report.customers,
        orders=report.orders,
        total_sales=report.total_sales,
        avg_order_value=round(float(report.total_sales) / report.orders, 2),
        repeat_share=report.repeat_share,
        n_clusters=len(report.segments),
        currency=options.currency,
        locale=options.locale,
        is_partial=report.period.is_partial,
    )
    with stages("write"):
        seconds = {name: round(value, 3) for name, value in stages.seconds.items()}
        made = replace(load.made, seconds=seconds)
        manifest = keep_run(storage, replace(load.manifest, figures=figures), files, made)
    return replace(
        outcome_of(manifest, storage, status="done"),
        counts=report.lines,
        notes=printed.notes,
        seconds=dict(stages.seconds),
    )


def build_chain(load: ChainLoad, stages: Stages) -> ChainReport | None:
    """Compute everything that the chain report says; None when fewer than two stores have customers."""
    options = load.store_config.options
    with open_parts(load.parts) as (_engine, classified):
        with stages("cleanse"):
            seen = apply_window(_apart(see_from(classified, load.since)), options.cleansing, load.period)
            malformed = sum(part.malformed.count for part in load.parts.values())
            outside = Counter(load.outside) + Counter({MALFORMED: malformed})
            counts = _with_outside(count_fates(seen, NO_LINES), outside)
        with stages("customers"):
            customers = compute_customers(keep_only(seen), load.period)
    frame = customers.frame.assign(**{c.STORE: customers.frame[c.CUSTOMER_ID].map(_owner)})
    if frame[c.STORE].nunique() < 2:
        return None
    with stages("segments"):
        found = segment_customers(customers, options, load.period.month)
        comparison = compare_stores(frame, found.segmentation.labels, load.links)
    known_in = _count_stores(customers.frame[c.CUSTOMER_ID], load.sources)
    period, first_day = load.period, customers.frame[c.FIRST_ORDERED_AT].min().date()
    facts = ChainFacts(
        schema_version=CHAIN_SCHEMA_VERSION,
        made_on=load.store_config.made_on,
        report=Identity(
            options.report.id, f"{options.report.title}: all stores", None, options.locale, options.currency
        ),
        period=Span(period.month, max(period.first_day, first_day), period.as_of, options.window, period.is_partial),
        lines=counts,
        customers=len(known_in),
        in_several_stores=int((known_in > 1).sum()),
        customers_by_store=len(customers),
        orders=customers.orders,
        total_sales=customers.total_sales,
        repeat_share=round(float((frame[c.ORDER_COUNT] > 1).mean()), 6),
        typical_sales=comparison.typical_sales,
        spread=comparison.spread,
        silhouette=found.choice.silhouette.get(found.choice.n_clusters),
        segments=_segments(found, options, period.month),
        stores=comparison.stores,
        left_out=_left_out(load, comparison),
        method=_method(load, comparison),
    )
    return ChainReport.of(facts, write_chain_words(facts))


def _segments(found: Segmented, options: Options, month: str) -> tuple[ChainSegment, ...]:
    names = name_divided(found, {str(kind): name for kind, name in options.segments.names.items()})
    rows: Any = found.profiles.frame.loc
    base = found.profiles.base
    return tuple(
        ChainSegment(
            number=number,
            identity=KnownAs.give(name, number, month).identity,
            kind=name.kind,
            customers=int(rows[number, "customers"]),
            share_of_customers=round(int(rows[number, "customers"]) / int(base["customers"]), 6),
            share_of_sales=round(int(rows[number, c.AMOUNT]) / int(base[c.AMOUNT]), 6) if base[c.AMOUNT] else 0.0,
            mean_total_sales=round(float(rows[number, "mean_total_sales"]), 2),
            mean_order_count=round(float(rows[number, "mean_order_count"]), 4),
            mean_avg_order_value=round(float(rows[number, "mean_avg_order_value"]), 2),
        )
        for number, name in sorted(names.items())
    )


def _apart(classified: OrderLines) -> OrderLines:
    """Keep customers and orders of different stores apart, whatever they are called in each."""
    store = nw.col(c.STORE)
    prefix = [store.str.len_chars().cast(nw.String), nw.lit(":"), store]
    own = {name: nw.concat_str([*prefix, nw.col(name)]) for name in (c.CUSTOMER_ID, c.ORDER_ID)}
    return replace(classified, frame=classified.frame.with_columns(**own))


def _owner(customer: str) -> str:
    """Return the store of a customer that `_apart` named: its length stands before it."""
    length, _, rest = customer.partition(":")
    return rest[: int(length)]


def _count_stores(customers: pd.Series[str], sources: Mapping[str, str]) -> pd.Series[int]:
    """Count the stores of each customer: the same id in stores of one source is one person, elsewhere nobody knows."""
    stores = customers.map(_owner)
    ids = [customer[len(f"{len(store)}:{store}") :] for customer, store in zip(customers, stores, strict=True)]
    return pd.Series(ids).groupby([stores.map(sources), pd.Series(ids)]).size()


def _with_outside(counts: LineCounts, outside: Mapping[str, int]) -> LineCounts:
    """Add the lines that belong to no store."""
    added = Counter({reason: n for reason, n in outside.items() if n})
    dropped = {reason: added[reason] for reason in (MALFORMED, NO_STORE) if added[reason]} | counts.dropped
    return replace(counts, read=counts.read + sum(added.values()), dropped=dropped)


def _left_out(load: ChainLoad, comparison: Comparison) -> dict[str, str]:
    """Tell which stores are not compared; one with no customer in the window cannot be."""
    compared = {store.store for store in comparison.stores}
    empty = {store: "no customers in the window" for store in sorted(load.links) if store not in compared}
    return {**load.left_out, **empty}


def _method(load: ChainLoad, comparison: Comparison) -> ChainMethod:
    segments = load.store_config.options.segments
    return ChainMethod(
        features=segments.features,
        random_state=segments.random_state,
        min_customers=load.store_config.options.stores.min_customers,
        fingerprint=load.manifest.input.fingerprint,
        versions=list_versions(),
        share_correlation=comparison.share_correlation,
        least_customers=LEAST_CUSTOMERS,
    )
