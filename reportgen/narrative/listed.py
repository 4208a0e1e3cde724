"""What each sentence of a report is said for: its code, the functions that word it, when, held against what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportgen.model import headline as h
from reportgen.narrative import (
    alerts,
    chain_words,
    change,
    choice,
    findings,
    growth,
    ladder,
    sentences,
    steps,
    trust,
    words,
)
from reportgen.narrative import headline_sentences as hs


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the list of sentences.

    Attributes
    ----------
    code : str
        What it is called.
    when, against : str
        When it is said, and what its figures are held against, each as the rest of a sentence.
    functions : tuple of callables
        That word it.
    source : str
        Of the method; empty where it is arithmetic.
    texts : tuple of str
        Words that stand outside the functions.
    """

    code: str
    when: str
    against: str
    functions: tuple[Callable[..., Any], ...]
    source: str = ""
    texts: tuple[str, ...] = ()


def _of(finding: type) -> Callable[..., Any]:
    """Return what words a finding of a segment or of the headline."""
    words_of: dict[Any, Callable[..., Any]] = {**sentences.say.registry, **hs.say_finding.registry}
    return words_of[finding]


_MONTH = "the month before and, in brackets, its orders and order value, from the order lines"
_ALL = "the same figure of all customers"

SECTIONS: dict[str, tuple[Listed, ...]] = {
    "Headline": (
        Listed(
            "month",
            "always, first",
            _MONTH,
            (_of(h.MonthSales), hs._say_orders, hs._say_with_the_rest, hs._relate),
        ),
        Listed(
            "year_ago",
            "where the lines hold the same month last year whole",
            "that month, from the order lines",
            (_of(h.SameMonthLastYear),),
        ),
        Listed(
            "base",
            "always",
            "the previous report, where its window is comparable",
            (hs._say_who_ordered, hs._say_window, hs._say_span, hs._say_more),
        ),
        Listed(
            "segments",
            "where a segment grew or shrank beyond two standard deviations of a Poisson count, not by borders alone",
            "its customers in the previous report",
            (_of(h.GrowthAndLoss), hs._say_most),
        ),
        Listed(
            "growth",
            "where nothing is compared with a previous report, and a segment has a next step",
            "the other segments' steps, all for the same assumed share",
            (_of(h.LargestSteps),),
        ),
        Listed(
            "risk",
            "where customers are overdue and nothing should make a reader stop",
            "the other segments' sums, all of the last twelve months, less returns",
            (_of(h.LargestRisk),),
        ),
        Listed(
            "ladder",
            "always; the second sentence where three customers or more spent something",
            "the bounds of the config; all sales",
            (ladder.write_ladder, ladder.say_rung, ladder._say_clusters, ladder.say_concentration),
        ),
        Listed("do_first", "always", "nothing: it is the first play of what is to be done", (words.write_headline,)),
    ),
    "A segment": (
        Listed("summary", "always", "all customers and all sales, as shares", (sentences.say_summary,)),
        Listed(
            "trust",
            "where it was tried how far segments can be trusted",
            "the same segment when customers are drawn anew and divided again",
            (trust.say_trust, words._write_action),
            "Hennig 2007",
        ),
        Listed(
            "role",
            "of each of several segments",
            "the most valuable segment, for that one the least valuable",
            (_of(findings.Role),),
        ),
        Listed("worth", "always", _ALL, (_of(findings.Worth), sentences._against)),
        Listed(
            "differs",
            "of orders, order value and days since the last order, where mean or median lies 15 % below or 18 % above"
            " at least, on the side where the ranks of its customers lie",
            f"{_ALL}, of the same statistic",
            (_of(findings.Differs), sentences._say_recency),
            texts=tuple(sentences._DIFFERS.values()),
        ),
        Listed(
            "taste",
            "where products are known; the second sentence of a best seller with an index of 130 in 20 orders or more",
            "the product's share of all order lines",
            (_of(findings.Taste),),
        ),
        Listed(
            "paid_below",
            "where it differs by five points or more",
            "the same share of all customers' money; usual is the median of what was paid for a unit",
            (_of(findings.PaidBelow),),
        ),
        Listed(
            "taken_back",
            "where returns are left out and 3 % of its sales or more were taken back later",
            "the order value printed beside it",
            (_of(findings.TakenBackLater),),
        ),
        Listed(
            "at_risk", "where one of its customers is overdue", "nothing: a sum that is known", (_of(findings.AtRisk),)
        ),
        Listed(
            "next_step",
            "where it has a next step",
            "what customers like them did unaided at the ends of up to six earlier months, where twenty are known",
            (steps.say_next_step,),
        ),
        Listed(
            "renamed", "where it was called otherwise in the previous report", "that name", (_of(findings.Renamed),)
        ),
        Listed(
            "undivided",
            "where there is one segment only",
            "the customers needed",
            (sentences.say_undivided, sentences.say_limit),
        ),
    ),
    "Where to grow": (
        Listed(
            "steps",
            "of each segment with a next step, and the assumption once",
            "what each 1 % is worth, and what happens unaided, in the table beside it",
            (growth.write_growth, steps.say_step, steps.say_step_days, steps.say_days),
            texts=tuple(steps._STEPS.values()),
        ),
        Listed(
            "fall",
            "of the segment whose customers' next orders fell furthest, where by a tenth or more, of twenty customers",
            "the order value of the same customers before",
            (steps.say_fall,),
            "regression to the mean, Galton 1886",
        ),
        Listed(
            "overdue",
            "where a customer is overdue; the second sentence where twenty are known of each",
            "the month before, and customers with a rhythm who were not overdue",
            (growth.write_risk,),
        ),
    ),
    "What changed": (
        Listed(
            "notes",
            "of each report that could be compared with one before",
            "nothing: they say what is compared",
            (change.say_notes, change._say_filling),
            texts=(*change._WITHHELD.values(), change.NO_PREVIOUS),
        ),
        Listed(
            "borders",
            "where the customers were divided anew, or some who changed segment stand on a border",
            "all who changed segment",
            (change.say_borders,),
        ),
        Listed(
            "model",
            "always",
            "a new division of the same customers, and the shares at the earlier one",
            (change.say_model,),
            "population stability index, Siddiqi 2006",
        ),
        Listed(
            "segment_change",
            "of each segment of either report",
            "the previous report; the causes add up to the change",
            (change.say_segment, change.say_switches),
        ),
        Listed("moves", "of the five moves that most money went with", "their sales before", (change._say_move,)),
        Listed(
            "unusual",
            "where a move lies outside the store's own history, with six earlier values",
            "the prediction interval of a normal sample, one false alarm in fifty months for all measures together",
            (alerts.say_anomaly, alerts.say_anomalies_note),
            "Hahn & Meeker 1991; Bayley & Hammersley 1946; Bonferroni",
            texts=(*alerts._SHOWN.values(), *alerts._TESTED.values()),
        ),
        Listed(
            "restated",
            "where order lines of a reported month have changed since",
            "what was printed",
            (alerts.say_restated, alerts.say_restated_month),
        ),
    ),
    "How this was made": (
        Listed(
            "choice",
            "always",
            "the other numbers of segments that were tried",
            (choice.write_choice, choice._say_choice, choice._say_stays),
            "silhouette: Rousseeuw 1987, bands: Kaufman & Rousseeuw 1990; elbow: Satopaa et al. 2011",
        ),
        Listed(
            "bands",
            "where customers are divided by stated bands",
            "nothing: they are stated",
            (ladder.say_bands,),
            texts=(ladder.BANDS,),
        ),
        Listed(
            "refused",
            "where the segments that were tried do not come back and the gap statistic is for one group",
            "the same customers drawn anew and divided again; shops made up without groups",
            (trust._write_refused,),
            "Hennig 2007; Tibshirani, Walther & Hastie 2001",
        ),
        Listed(
            "verdict",
            "where there are two segments or more",
            "shops made up without groups; the same customers drawn anew and divided again",
            (
                trust.write_trust,
                trust.say_verdict,
                trust._say_reason,
                trust._say_gaps,
                trust._say_made_up,
                trust._say_border,
                trust._say_stability,
                trust._say_votes,
                trust._say,
            ),
            "Dolnicar & Leisch 2010; Hennig 2007; Silverman 1981, 1986; Tibshirani, Walther & Hastie 2001;"
            " Calinski & Harabasz 1974; Davies & Bouldin 1979; Hubert & Arabie 1985",
        ),
        Listed("skipped", "of each section that could not be made", "nothing: the reason", (words._say_skipped,)),
    ),
    "The chain report": (
        Listed(
            "chain",
            "always",
            "nothing: sums; customers who bought in several stores count once",
            (chain_words.write_chain_words,),
        ),
        Listed(
            "typical",
            "where the chain sold something",
            "the geometric mean of all the chain's customers; clearly: the 95 % interval leaves it out, and twenty"
            " customers stand behind it",
            (chain_words._say_sales, chain_words._name),
            "restricted maximum likelihood, Patterson & Thompson 1971; empirical Bayes, Efron & Morris 1975",
        ),
        Listed(
            "mix",
            "of the clearest difference between a store and the chain",
            "the chain's share",
            (chain_words._say_mix,),
            "Wilson 1927; Dirichlet-multinomial model, Kleinman 1973",
        ),
    ),
}
"""Every sentence, by section, in the order of the report."""
