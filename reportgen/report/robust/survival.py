"""Tells whether what a headline says of segments survives in another division of the same customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from reportgen.model.facts import SegmentFacts
from reportgen.model.headline import CustomerBase, GrowthAndLoss, HeadlineFinding, LargestRisk, LargestSteps
from reportgen.model.robustness import LEAST, MOST, POINTS, Variation


class Judgement(NamedTuple):
    """Whether a finding survives a variation."""

    variation: Variation
    finding: HeadlineFinding
    survives: bool


@dataclass(frozen=True, eq=False, slots=True)
class Said:
    """What a headline could say of a division, by segment.

    Attributes
    ----------
    each, risk, steps : ndarray of shape (k,)
        Money: mean sales of a customer, sales at risk, what the next step could bring.
    customers, sales : ndarray of shape (k,)
        Share of all (0..1).
    growth : ndarray of int of shape (k,), optional
        Customers gained since the previous report; None where that is not known.
    """

    each: np.ndarray
    customers: np.ndarray
    sales: np.ndarray
    risk: np.ndarray
    steps: np.ndarray
    growth: np.ndarray | None


def survives(
    finding: HeadlineFinding, segments: Sequence[SegmentFacts], printed: Said, said: Said, like: np.ndarray
) -> bool | None:
    """Tell whether a finding survives; None where it was not tried."""
    rows = {segment.identity.key: row for row, segment in enumerate(segments)}
    if isinstance(finding, CustomerBase):
        if finding.best is None:
            return None
        best, row = int(said.each.argmax()), rows[finding.best.identity.key]
        apart = max(
            abs(said.customers[best] - printed.customers[row]),
            abs(said.sales[best] - printed.sales[row]),
        )
        return bool(like[best] == row and apart <= POINTS)
    if isinstance(finding, LargestRisk):
        row, worst = rows[finding.identity.key], int(said.risk.argmax())
        return bool(like[worst] == row and _is_same_money(said.risk[worst], printed.risk[row]))
    if isinstance(finding, LargestSteps):
        named = [rows[each.identity.key] for each in finding.segments]
        largest = np.argsort(-said.steps, kind="stable")[: len(named)]
        is_same = {int(like[each]) for each in largest} == set(named)
        return bool(is_same and _is_same_money(said.steps[largest].sum(), printed.steps[named].sum()))
    if not isinstance(finding, GrowthAndLoss) or said.growth is None:
        return None
    moves = [move for move in (finding.grown, finding.shrunk) if move is not None]
    if not all(move.identity.key in rows for move in moves):
        return None  # a segment that is gone has no like today
    return all(said.growth[like == rows[move.identity.key]].sum() / move.difference >= LEAST for move in moves)


def _is_same_money(amount: float, printed: float) -> bool:
    return printed > 0 and LEAST <= amount / printed <= MOST
