"""The chain report: all stores of one month on one common model, and the way to each store's own report."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw

from reportgen import columns as c
from reportgen.archive.names import CHAIN
from reportgen.archive.runs import keep_run
from reportgen.archive.seals import canonical, digest
from reportgen.archive.storage import Storage, StorageError, open_storage
from reportgen.chain.compare import Comparison, compare_stores
from reportgen.config.show import show_data
from reportgen.formats import Formats
from reportgen.lines.cleansing import count_fates, keep, look_from
from reportgen.lines.customers import compute_customers
from reportgen.lines.parts import Part, open_parts
from reportgen.making import OPTIONS, fail, tell_run
from reportgen.model.archive import Circumstances, Figures, Input, Manifest
from reportgen.model.chain import CHAIN_SCHEMA_VERSION, ChainMethod, ChainReport, ChainSegment, StoreLink
from reportgen.model.lines import MALFORMED, NO_STORE, LineCounts, OrderLines, Period
from reportgen.model.report import Identity, Span
from reportgen.narrative.chain_headline import write_chain_headline
from reportgen.outcomes import Outcome
from reportgen.pipeline import segment_customers
from reportgen.plan import Prepared, Shop, Unit, identify, kept_options
from reportgen.segments.names import name_segments
from reportgen.stages import Stages
from reportgen.versions import list_versions

_SEPARATOR = "\x1f"


@dataclass(frozen=True, eq=False, slots=True)
class ChainLoad:
    """All that another process needs for one month's chain report.

    Attributes
    ----------
    prepared : Prepared
        The config's own setting.
    manifest : Manifest
        Complete but for files and figures.
    made : Circumstances
        Complete but for the time it takes.
    period : Period
        The month.
    parts : mapping
        The lines of each store.
    links : mapping
        The stores' own reports.
    left_out : mapping
        Stores that cannot be compared, and why.
    outside : mapping
        Lines that belong to no store, by reason.
    place : str
        The archive's.
    """

    prepared: Prepared
    manifest: Manifest
    made: Circumstances
    period: Period
    parts: Mapping[str, Part]
    links: Mapping[str, StoreLink]
    left_out: Mapping[str, str]
    outside: Mapping[str, int]
    place: str


def plan_chain(
    shop: Shop, units: Sequence[Unit], outcomes: Mapping[str, Outcome], outside: Mapping[str, int]
) -> ChainLoad:
    """Plan the chain report of one month: its id follows from the stores' runs.

    Parameters
    ----------
    shop : Shop
        The config.
    units : sequence of Unit
        The month's runs, one for each store.
    outcomes : mapping
        How they ended, by store; a store without one counts as made.
    outside : mapping
        Lines that belong to no store, by reason.
    """
    prepared, first = shop.base, units[0]
    left_out = {
        unit.manifest.store or "": f"its money is in {unit.prepared.options.currency}"
        for unit in units
        if unit.prepared.options.currency != prepared.options.currency
    }
    compared = [unit for unit in units if unit.manifest.store not in left_out]
    links = {unit.manifest.store or "": _link(unit, outcomes.get(unit.manifest.store or "")) for unit in compared}
    runs = [[unit.manifest.store, unit.manifest.run, links[unit.manifest.store or ""].status] for unit in compared]
    content = {**kept_options(prepared, first.manifest.period), "chain": True}
    lines = sum(unit.manifest.input.lines for unit in compared) + sum(outside.values())
    fingerprint = digest(canonical([sorted(runs, key=str), sorted(outside.items())]))[:32]
    refers = tuple(sorted(unit.manifest.address.path for unit in compared if links[unit.manifest.store or ""].path))
    manifest = replace(
        first.manifest,
        store=None,
        store_folder=CHAIN,
        kind="chain",
        status="done",
        input=Input(fingerprint, lines),
        options_sha256=digest(canonical(content)),
        customer_ids="none",
        refers_to=refers,
    )
    origin = {"as_of": first.period.as_of.isoformat(), "is_partial": first.period.is_partial, "left_out": left_out}
    parts = {unit.manifest.store or "": unit.part for unit in compared if unit.part is not None}
    made = replace(first.made, later_lines=0)
    return ChainLoad(
        prepared, identify(manifest, origin), made, first.period, parts, links, left_out, outside, place=""
    )


def _link(unit: Unit, outcome: Outcome | None) -> StoreLink:
    address = unit.manifest.address
    path = f"../../../{address.store}/{address.period}/{address.run}"
    if outcome is None or outcome.status in ("done", "unchanged"):
        return StoreLink("done", "", path)
    if outcome.status == "held":
        return StoreLink("held", outcome.reason, None)
    return StoreLink("failed", "; ".join(f"{one.expected}, got {one.came}" for one in outcome.problems), None)


def make_chain(load: ChainLoad) -> Outcome:
    """Make one month's chain report from the stores' lines on disk.

    Raises
    ------
    StorageError
        When the archive's place fails. Every other failure is an outcome.
    """
    try:
        return _make(load, open_storage(load.place), Stages())
    except StorageError:
        raise
    except Exception as error:
        failed = Outcome(load.manifest.report, None, load.manifest.period, "failed", kind="chain")
        return fail(failed, error)
    finally:
        gc.collect()


def _make(load: ChainLoad, storage: Storage, stages: Stages) -> Outcome:
    report = build_chain(load, stages)
    options = load.prepared.options
    from reportgen.printing import print_chain  # noqa: PLC0415 - heavy

    files = {OPTIONS: show_data(kept_options(load.prepared, load.manifest.period)).encode()}
    files |= print_chain(report, options, stages)
    figures = Figures(
        customers=report.customers,
        orders=report.orders,
        total_sales=report.total_sales,
        avg_order_value=round(float(report.total_sales) / report.orders, 2),
        repeat_share=0.0,
        n_clusters=len(report.segments),
        currency=options.currency,
        locale=options.locale,
        is_partial=report.period.is_partial,
    )
    with stages("write"):
        seconds = {name: round(value, 3) for name, value in stages.seconds.items()}
        made = replace(load.made, seconds=seconds)
        manifest = keep_run(storage, replace(load.manifest, figures=figures), files, made)
    return replace(tell_run(manifest, storage, status="done"), counts=report.lines, seconds=dict(stages.seconds))


def build_chain(load: ChainLoad, stages: Stages) -> ChainReport:
    """Compute everything that the chain report says."""
    options = load.prepared.options
    with open_parts(load.parts) as (_engine, judged):
        with stages("cleanse"):
            seen = look_from(_apart(judged), options.cleansing, load.period)
            malformed = sum(len(part.malformed) for part in load.parts.values())
            outside = Counter(load.outside) + Counter({MALFORMED: malformed})
            counts = _with_outside(count_fates(seen, ()), outside)
        with stages("customers"):
            customers = compute_customers(keep(seen), load.period)
    with stages("segments"):
        found = segment_customers(customers, options)
        owners = customers.frame[c.CUSTOMER_ID].str.split(_SEPARATOR, n=1).str[0]
        frame = customers.frame.assign(**{c.STORE: owners})
        comparison = compare_stores(frame, found.segmentation.labels, load.links)
    names = name_segments(found.profiles, {str(kind): name for kind, name in options.segments.names.items()})
    rows: Any = found.profiles.frame.loc
    base = found.profiles.base
    segments = tuple(
        ChainSegment(
            number=number,
            name=name.name,
            phrase=name.phrase,
            kind=name.kind,
            customers=int(rows[number, "customers"]),
            share_of_customers=round(int(rows[number, "customers"]) / len(customers), 6),
            share_of_sales=round(int(rows[number, c.AMOUNT]) / int(base[c.AMOUNT]), 6) if base[c.AMOUNT] else 0.0,
            mean_total_sales=round(float(rows[number, "mean_total_sales"]), 2),
            mean_order_count=round(float(rows[number, "mean_order_count"]), 4),
            mean_avg_order_value=round(float(rows[number, "mean_avg_order_value"]), 2),
        )
        for number, name in sorted(names.items())
    )
    period, first_day = load.period, customers.frame[c.FIRST_ORDERED_AT].min().date()
    report = ChainReport(
        schema_version=CHAIN_SCHEMA_VERSION,
        made_on=load.prepared.made_on,
        report=Identity(
            options.report.id, f"{options.report.title}: all stores", None, options.locale, options.currency
        ),
        period=Span(period.month, max(period.first_day, first_day), period.as_of, options.window, period.is_partial),
        lines=counts,
        customers=len(customers),
        orders=customers.orders,
        total_sales=customers.total_sales,
        typical_sales=comparison.typical_sales,
        spread=comparison.spread,
        silhouette=found.choice.silhouette.get(found.choice.n_clusters),
        segments=segments,
        stores=comparison.stores,
        left_out=_left_out(load, comparison),
        headline=(),
        method=_method(load, comparison),
    )
    return write_chain_headline(report, Formats(options.locale, options.currency))


def _apart(judged: OrderLines) -> OrderLines:
    """Keep customers and orders of different stores apart, whatever they are called in each."""
    prefix = [nw.col(c.STORE), nw.lit(_SEPARATOR)]
    own = {name: nw.concat_str([*prefix, nw.col(name)]) for name in (c.CUSTOMER_ID, c.ORDER_ID)}
    return replace(judged, frame=judged.frame.with_columns(**own))


def _with_outside(counts: LineCounts, outside: Mapping[str, int]) -> LineCounts:
    """Add the lines that belong to no store."""
    added = Counter({reason: n for reason, n in outside.items() if n})
    dropped = {reason: added[reason] for reason in (MALFORMED, NO_STORE) if added[reason]} | counts.dropped
    return replace(counts, read=counts.read + sum(added.values()), dropped=dropped)


def _left_out(load: ChainLoad, comparison: Comparison) -> dict[str, str]:
    """Tell which stores are not compared; one with no customer in the window cannot be."""
    compared = {one.store for one in comparison.stores}
    empty = {store: "no order lines in the window" for store in sorted(load.links) if store not in compared}
    return {**load.left_out, **empty}


def _method(load: ChainLoad, comparison: Comparison) -> ChainMethod:
    segments = load.prepared.options.segments
    return ChainMethod(
        features=segments.features,
        random_state=segments.random_state,
        min_customers=load.prepared.options.stores.min_customers,
        fingerprint=load.manifest.input.fingerprint,
        versions=list_versions(),
        share_correlation=comparison.share_correlation,
    )
