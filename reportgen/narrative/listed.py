"""What each sentence of a report is said for: its code, the functions that word it, when, held against what."""

from __future__ import annotations

from reportgen.model import headline as h
from reportgen.narrative import (
    findings,
    growth,
    ladder,
    returning,
    sentences,
    steps,
    trials,
    trust,
    words,
)
from reportgen.narrative import headline_sentences as hs
from reportgen.narrative.listed_entry import Listed, words_of
from reportgen.narrative.listed_later import LATER

_MONTH = "the month before and, in brackets, its orders and order value, from the order lines"
_ALL = "the same figure of all customers"

SECTIONS: dict[str, tuple[Listed, ...]] = {
    "Headline": (
        Listed(
            "month",
            "always, first",
            _MONTH,
            (words_of(h.MonthSales), hs._say_orders, hs._say_with_the_rest, hs._relate),
        ),
        Listed(
            "year_ago",
            "where the lines hold the same month last year whole",
            "that month, from the order lines",
            (words_of(h.SameMonthLastYear),),
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
            (words_of(h.GrowthAndLoss), hs._say_most),
        ),
        Listed(
            "growth",
            "where nothing is compared with a previous report, and a segment has a next step",
            "the other segments' steps, all for the same assumed share",
            (words_of(h.LargestSteps),),
        ),
        Listed(
            "risk",
            "where customers are overdue and nothing should make a reader stop",
            "the other segments' sums, all of the last twelve months, less returns",
            (words_of(h.LargestRisk),),
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
            (words_of(findings.Role),),
        ),
        Listed("worth", "always", _ALL, (words_of(findings.Worth), sentences._against)),
        Listed(
            "differs",
            "of orders, order value and days since the last order, where mean or median lies 15 % below or 18 % above"
            " at least, on the side where the ranks of its customers lie",
            f"{_ALL}, of the same statistic",
            (words_of(findings.Differs), sentences._say_recency),
            texts=tuple(sentences._DIFFERS.values()),
        ),
        Listed(
            "taste",
            "where products are known; the second sentence of a best seller with an index of 130 in 20 orders or more",
            "the product's share of all order lines",
            (words_of(findings.Taste),),
        ),
        Listed(
            "paid_below",
            "where it differs by five points or more",
            "the same share of all customers' money; usual is the median of what was paid for a unit",
            (words_of(findings.PaidBelow),),
        ),
        Listed(
            "taken_back",
            "where returns are left out and 3 % of its sales or more were taken back later",
            "the order value printed beside it",
            (words_of(findings.TakenBackLater),),
        ),
        Listed(
            "at_risk",
            "where one of its customers is overdue",
            "nothing: a sum that is known",
            (words_of(findings.AtRisk),),
        ),
        Listed(
            "next_step",
            "where it has a next step",
            "what customers like them did unaided at the ends of up to six earlier months, where twenty are known",
            (steps.say_next_step,),
        ),
        Listed(
            "renamed",
            "where it was called otherwise in the previous report",
            "that name",
            (words_of(findings.Renamed),),
        ),
        Listed(
            "undivided",
            "where there is one segment only",
            "the customers needed",
            (sentences.say_undivided, sentences.say_limit),
        ),
    ),
    "Coming back": (
        Listed(
            "goes_on",
            "where 20 customers with a known first order were followed for 30 days; that most are lost after the first"
            " where its interval lies below those of all later orders",
            "the interval of the share, and the same share after the second order and each later one",
            (returning._say_steps,),
            "Kaplan & Meier 1958; interval on the scale log(-log), Kalbfleisch & Prentice 1980",
        ),
        Listed(
            "how_soon",
            "where 20 came back after the first order",
            "all who come back within the same time",
            (returning._say_when,),
            "quantiles of the Kaplan-Meier estimate",
        ),
        Listed(
            "segments_return",
            "where the intervals of the segment that comes back most and of the one that does so least do not meet",
            "each other, from the same month ends on",
            (returning._say_segments,),
            "the same; errors by the infinitesimal jackknife summed by customer, Therneau & Grambsch 2000",
        ),
        Listed(
            "first_product",
            "of the two first products that go furthest with coming back or not, or that none does",
            "all first buyers",
            (returning._say_products, returning._say_product),
            "Fisher's exact test; Benjamini & Hochberg 1995",
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
            "testing",
            "where what such customers do unaided is known of an action that writes to customers; how the first of"
            " those with enough of them is tested, or what the nearest would take",
            "the share of such customers who ordered unaided, and the rise of `trials.plausible_lift`",
            (trials._say_how_many, trials._say_first, trials._say_nearest, trials._name, trials._say_detectable),
            "two proportions, Fleiss, Levin & Paik 2003, 4.2",
        ),
        Listed(
            "files",
            "where the customers of the actions are kept, or some are left out of them",
            "nothing: it says where they stand",
            (trials._say_files,),
        ),
        Listed(
            "overdue",
            "where a customer is overdue; the second sentence where twenty are known of each",
            "the month before, and customers with a rhythm who were not overdue",
            (growth.write_risk,),
        ),
    ),
    **LATER,
}
"""Every sentence, by section, in the order of the report."""
