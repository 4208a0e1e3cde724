"""What each sentence of the sections on change and method is said for, and of the chain report."""

from __future__ import annotations

from reportgen.narrative import (
    alerts,
    audience,
    chain_words,
    change,
    choice,
    earned,
    ladder,
    trust,
    words,
)
from reportgen.narrative.listed_entry import Listed

LATER: dict[str, tuple[Listed, ...]] = {
    "What advice earned": (
        Listed(
            "actions",
            "where an earlier report proposed actions whose customers are kept",
            "nothing: they say which were sent, are read out, or are not",
            (earned._say_states, earned._say_running),
            texts=(*(text for pair in earned._STATES.values() for text in pair), earned._MARKING),
        ),
        Listed(
            "read_out",
            "of the first four trials whose days have ended",
            "those held back by lot; what is expected of it once more is pulled toward no effect",
            (earned._say_trial, earned._say_verdict, earned._say_trials, earned._say_not_comparable, earned._name),
            "Newcombe 1998, method 10; CUPED, Deng et al. 2013; fixed-effect pooling; normal prior around zero",
            texts=(*earned._VERDICTS.values(), earned._UNSURE),
        ),
        Listed(
            "without_hold_out",
            "of an action that was sent to all its customers",
            "what such customers did unaided in earlier months",
            (earned._say_without_hold_out,),
        ),
        Listed(
            "total",
            "where trials of two months or more were proposed, and one was read out",
            "as many customers held back; all tests count, whatever they showed",
            (earned._say_total, earned._say_gain),
        ),
        Listed(
            "failing",
            "of a play of which two trials or more together leave less than half of the planned rise, or show harm",
            "no effect; half of the planned rise",
            (earned._say_failing,),
            texts=(earned.AGAINST,),
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
    "The files of customers": (
        Listed(
            "why",
            "of each customer whom an action is for",
            "the customer's own usual time between orders, where they are late",
            (audience.say_why, audience._days),
        ),
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
"""By section, in the order of the report."""
