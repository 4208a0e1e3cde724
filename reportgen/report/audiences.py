"""Makes the files that say whom each action is for, and who of them is held back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.archive.names import split_words
from reportgen.config.options import Options
from reportgen.lines.transform.habits import find_usual_products, list_buyers
from reportgen.model.artefacts import AUDIENCES
from reportgen.model.facts import Facts, SegmentFacts
from reportgen.model.lines import OrderLines
from reportgen.model.products import Pair
from reportgen.model.trials import AudienceFile, Trial
from reportgen.model.trust import BORDER
from reportgen.narrative.audience import Customer, say_why
from reportgen.report.history import History
from reportgen.text.formats import Formats

_LONGEST_NAME = 60


def name_audiences(trials: Sequence[Trial]) -> tuple[AudienceFile, ...]:
    """Name the file of each action that a report proposes; one that is for nobody has none.

    Parameters
    ----------
    trials : sequence of Trial
        Those that the report proposes.
    """
    named = [trial for trial in trials if trial.plan.customers]
    files = [f"{_slug_of(trial.segment)}-{trial.plan.play}" for trial in named]
    if len(set(files)) < len(files):  # the number tells them apart: no two segments have one
        files = [f"{trial.plan.segment}-{file}" for trial, file in zip(named, files, strict=True)]
    return tuple(
        AudienceFile(
            file=f"{AUDIENCES}/{file}.csv",
            trial=trial.id,
            segment=trial.plan.segment,
            action=trial.plan.play,
            customers=trial.plan.customers,
            treat=trial.plan.treat,
            hold=trial.plan.hold,
        )
        for trial, file in zip(named, files, strict=True)
    )


def _slug_of(name: str) -> str:
    return "-".join(split_words(name))[:_LONGEST_NAME].strip("-") or "segment"


def list_audiences(
    facts: Facts, listed: pd.DataFrame, kept: OrderLines, history: History, options: Options
) -> dict[str, pd.DataFrame]:
    """List the customers of each action.

    Parameters
    ----------
    facts : Facts
        With the files to make.
    listed : pandas.DataFrame
        The list of customers, with `action` and `arm`.
    kept : OrderLines
        The lines of the window.
    history : History
        What the lines say beyond it.
    options : Options
        The config.

    Returns
    -------
    dict
        By file: `customer_id`, `arm`, `why`, `last_order`, `next_order` (timestamps; the latter null where none is
        expected), `total_sales`, `usual_product`, `show` and `placement` (``sure``, ``border`` or empty).
    """
    if not facts.audiences:
        return {}
    frame = _describe(listed, kept, history, options)
    segments = {segment.number: segment for segment in facts.segments}
    rows = {file: frame[_is_for(frame, file)] for file in facts.audiences}
    pairs = {file: _list_pairs(segments[file.segment]) for file in facts.audiences}
    names = sorted({name for each in pairs.values() for pair in each for name in (pair.first, pair.second)})
    buyers = list_buyers(kept, options.cleansing.not_products, names) if names else {}
    return {
        file.file: mine.assign(
            **{c.SHOW: [_choose_shown(customer, pairs[file], buyers) for customer in mine[c.CUSTOMER_ID]]}
        )
        for file, mine in rows.items()
    }


def _is_for(frame: pd.DataFrame, file: AudienceFile) -> pd.Series:
    return (frame[c.SEGMENT] == file.segment) & (frame[c.ACTION] == file.action)


def _describe(listed: pd.DataFrame, kept: OrderLines, history: History, options: Options) -> pd.DataFrame:
    frame = listed.copy()
    frame[c.WHY] = list(_say_why(frame, history, Formats(options.locale, options.currency)))
    frame[c.LAST_ORDER] = frame[c.LAST_ORDERED_AT].dt.normalize()
    border = np.where(frame[c.KEPT_SHARE] < BORDER, "border", "sure")
    frame[c.PLACEMENT] = np.where(frame[c.KEPT_SHARE].isna(), "", border)
    usual = find_usual_products(kept, options.cleansing.not_products) if kept.has_products else pd.Series(dtype=object)
    frame[c.USUAL_PRODUCT] = frame[c.CUSTOMER_ID].map(usual).fillna("")
    return frame


def _say_why(frame: pd.DataFrame, history: History, formats: Formats) -> Iterator[str]:
    span = (frame[c.LAST_ORDERED_AT].dt.normalize() - frame[c.FIRST_ORDERED_AT].dt.normalize()).dt.days
    gaps = span / np.maximum(frame[c.ORDER_DAYS] - 1, 1)
    columns = history.stages, frame[c.ORDER_COUNT], frame[c.RECENCY_DAYS], gaps
    for stage, orders, silent, gap in zip(*(list(column) for column in columns), strict=True):
        yield say_why(Customer(stage, int(orders), int(silent), float(gap)), formats)


def _list_pairs(segment: SegmentFacts) -> list[Pair]:
    """List the pairs that tell what to show: who has one colour seldom wants the other."""
    return [pair for pair in segment.pairs if pair.kind in (None, "different")]


def _choose_shown(customer: str, pairs: Sequence[Pair], buyers: Mapping[str, set[str]]) -> str:
    """Choose the product that goes with one the customer has bought, and that they have not."""
    for pair in pairs:
        if customer in buyers[pair.first] and customer not in buyers[pair.second]:
            return pair.second
    return ""
