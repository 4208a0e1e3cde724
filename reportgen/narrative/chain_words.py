"""Writes every sentence of a chain report: what it comes down to."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.model.chain import ChainFacts, StoreFacts
from reportgen.model.words import ChainWords, Language
from reportgen.narrative.sentences import say_count
from reportgen.text.formats import Formats

_MAX_NAMED = 3


def write_chain_words(report: ChainFacts, language: Language = "en") -> ChainWords:
    """Write the headline: the chain's size, its largest store, who differs in sales per customer and in the mix.

    Parameters
    ----------
    report : ChainFacts
        Complete.
    language : {'en'}
        The language to write in. Numbers and dates follow the report's own locale.
    """
    formats = Formats(report.report.locale, report.report.currency)
    days = f"between {formats.day(report.period.first_day)} and {formats.day(report.period.as_of)}"
    stores = report.stores
    sentences = [
        f"{say_count(report.customers, 'customer', formats)} of {say_count(len(stores), 'store', formats)} spent"
        f" {formats.money_in_words(report.total_sales)} {days}."
    ]
    if report.in_several_stores:
        who = "1 of them" if report.in_several_stores == 1 else f"{formats.count(report.in_several_stores)} of them"
        sentences.append(f"{who} bought in more than one store; tables by store count them in each.")
    if report.period.is_partial:
        sentences.append(f"{formats.month(report.period.month)} is not complete.")
    first = stores[0]
    if report.total_sales > 0:
        sentences.append(f"{first.store} is the largest, with {formats.share(first.share_of_sales)} of sales.")
        sentences.append(_say_sales(report, formats))
    sentences += _say_mix(report, formats)
    held = [store for store in stores if store.link is not None and store.link.status == "held"]
    if held:
        few = f"(fewer than {formats.count(report.method.min_customers)} customers)"
        is_one = len(held) == 1
        are, they = (
            ("is too small for a report of its own", "it is")
            if is_one
            else ("are too small for a report of their own", "they are")
        )
        sentences.append(
            f"{say_count(len(held), 'store', formats)} {are} {few}: here {they} pulled toward the chain,"
            " the fewer customers the further."
        )
    return ChainWords(language, tuple(sentences))


def _say_sales(report: ChainFacts, formats: Formats) -> str:
    typical = formats.money(report.typical_sales)
    above = [store for store in report.stores if store.verdict == "above"]
    below = [store for store in report.stores if store.verdict == "below"]
    rest = sum(store.verdict == "within noise" for store in report.stores)
    start = f"A typical customer spends {typical} (the geometric mean, which a few large ones do not bend)"
    if not above and not below:
        return f"{start}; no store differs from that by more than chance."
    parts = []
    if above:
        parts.append(f"more at {_name(above, formats)}")
    if below:
        parts.append(f"less at {_name(below, formats)}")
    noise = f"; {formats.count(rest)} are within noise" if rest > 1 else ""
    few = sum(store.verdict == "too few customers" for store in report.stores)
    least = report.method.least_customers
    small = f"; {formats.count(few)} have fewer than {formats.count(least)} customers" if few > 1 and least else ""
    return f"{start}; clearly {' and '.join(parts)}{noise}{small}."


def _name(stores: Sequence[StoreFacts], formats: Formats) -> str:
    named = [f"{store.store} ({formats.money(store.pulled_sales)})" for store in stores[:_MAX_NAMED]]
    if len(stores) > _MAX_NAMED:
        named.append(f"{formats.count(len(stores) - _MAX_NAMED)} more")
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]


def _say_mix(report: ChainFacts, formats: Formats) -> list[str]:
    """Name the clearest difference in the mix of segments, if there is one."""
    if len(report.segments) < 2:
        return []
    found = [
        (abs(share.pulled - segment.share_of_customers), store, segment, share)
        for store in report.stores
        for segment, share in zip(report.segments, store.shares, strict=True)
        if share.verdict in ("above", "below")
    ]
    if not found:
        return ["The mix of segments is the same in all stores as far as can be told."]
    _, store, segment, share = max(found, key=lambda difference: difference[0])
    own, chain = formats.share(share.share), formats.share(segment.share_of_customers)
    if own == chain:
        return []
    than = "more" if share.verdict == "above" else "fewer"
    whom = segment.phrase
    return [f"{store.store} has {than} {whom} than the chain: {own} of its customers, against {chain}."]
