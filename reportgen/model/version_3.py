"""Lifts the facts of version 3, which told sentences and numbers together, to version 4."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

Data: TypeAlias = dict[str, Any]
"""Facts as JSON has them."""


def lift_3(old: Data) -> Data:
    """Part the sentences of version 3 from its facts, and give every segment one identity."""
    change = old["change"]
    known = _identities(old)
    words = {
        "language": "en",
        "headline": old["headline"],
        "do_this_month": old["do_this_month"],
        "segments": [
            {key: segment[key] for key in ("number", "summary", "narrative", "actions")}
            | {"role": segment["role"] or None}
            for segment in old["segments"]
        ],
        "growth": old["growth"],
        "change": _change_words_3(change),
        "choice": old["method_notes"],
        "skipped": [section["reason"] for section in old["skipped"]],
    }
    facts = {key: value for key, value in old.items() if key not in _APART_3}
    return facts | {
        "choice": _choice_3(old["choice"]),
        "do_this_month": [{"segment": task["segment"], "play": task["id"]} for task in old["do_this_month"]],
        "segments": [_segment_3(segment) for segment in old["segments"]],
        "method": old["method"] | {"rules": _RULES_3},
        "skipped": [{"key": section["key"], "reason": _skipped_3(section)} for section in old["skipped"]],
        "change": _change_3(change, known),
        "words": words,
    }


_APART_3 = ("headline", "growth", "method_notes", "silhouette", "inertia")
"""Sentences, and what stands in the choice of segments as well."""
_RULES_3 = {
    "near_best": 0.02,
    "max_excess": 0.1,
    "max_shift": 0.25,
    "anomaly_months": 6,
    "false_alarms": 0.02,
    "overdue_orders": 3,
    "overdue_gaps": 2,
    "overdue_days": 30,
    "range_level": 0.95,
}
"""What version 3 judged by, without saying so."""


def _segment_3(segment: Data) -> Data:
    dropped = ("name", "phrase", "colour", "known_since", "actions", "summary", "role", "narrative")
    identity = identity_of(segment["colour"], segment["known_since"], segment["name"], segment["phrase"])
    plays = [action["id"] for action in segment["actions"]]
    return {key: value for key, value in segment.items() if key not in dropped} | {"identity": identity, "plays": plays}


def identity_of(colour: int, since: str, name: str, phrase: str) -> Data:
    """Return the identity of a segment: its name is the config's own where it stands in quotation marks."""
    return {"colour": colour, "since": since, "name": name, "is_own": phrase == f"“{name}”"}


def _identities(old: Data) -> dict[int, Data]:
    """List what each colour stood for, the newest month last: rows and causes of version 3 name the colour alone."""
    known = {
        segment["colour"]: {
            "colour": segment["colour"],
            "since": segment["since"],
            "name": segment["name"],
            "is_own": False,
        }
        for month in old["change"]["trend"]
        for segment in month["segments"]
    }
    own = {segment["colour"]: segment for segment in old["segments"]}
    return known | {
        colour: identity_of(colour, segment["known_since"], segment["name"], segment["phrase"])
        for colour, segment in own.items()
    }


def _named_3(segment: Data, known: Mapping[int, Data]) -> Data:
    """Return the identity of a segment that version 3 tells by name, phrase and colour."""
    since = known[segment["colour"]]["since"] if segment["colour"] in known else ""
    return identity_of(segment["colour"], since, segment["name"], segment["phrase"])


def _choice_3(choice: Data) -> Data:
    reason = choice["reason"]
    limit = None
    if reason is not None:
        counts = [int(text.replace(",", "")) for text in re.findall(r"\d[\d,]*", reason)] + [0, 0]
        code = "all_equal" if "equal" in reason else "few_groups" if "differ" in reason else "too_few_customers"
        limit = {"reason": code, "found": counts[0], "needed": counts[1]}
    return {key: value for key, value in choice.items() if key != "reason"} | {"limit": limit}


def _skipped_3(section: Data) -> str:
    return {"products": "no_products", "pairs": "no_order_ids", "change": "first"}.get(section["key"], "undivided")


def _change_words_3(change: Data) -> Data:
    restated = change["restated"]
    withdrawn = [] if restated is None else restated["sentences"]
    return {
        "notes": change["notes"],
        "summary": change["summary"],
        "model": change["model"]["why"],
        "segments": [segment["sentence"] for segment in change["segments"]],
        "moves": [] if change["movement"] is None else change["movement"]["sentences"],
        "anomalies": [anomaly["sentence"] for anomaly in change["unusual"]],
        "anomalies_note": change["unusual_note"],
        "restated": None
        if restated is None
        else {
            "summary": restated["summary"],
            "headline": [{"printed": sentence["printed"], "now": sentence["now"] or None} for sentence in withdrawn],
        },
    }


def _change_3(change: Data, known: Mapping[int, Data]) -> Data:
    movement, restated = change["movement"], change["restated"]
    segments = [
        {key: value for key, value in segment.items() if key not in ("colour", "name", "phrase", "sentence")}
        | {"identity": _named_3(segment, known)}
        for segment in change["segments"]
    ]
    return {
        "previous": change["previous"],
        "withheld": change["withheld"],
        "other_options": [],
        "model": {key: value for key, value in change["model"].items() if key != "why"},
        "kpis": change["kpis"],
        "segments": segments,
        "migration": None if movement is None else _migration_3(movement, known),
        "anomalies": [
            {key: value for key, value in anomaly.items() if key != "sentence"} for anomaly in change["unusual"]
        ],
        "restated": None if restated is None else _restated_3(restated, known),
        "trend": [
            month | {"segments": [_trend_3(segment) for segment in month["segments"]]} for month in change["trend"]
        ],
    }


def _migration_3(movement: Data, known: Mapping[int, Data]) -> Data:
    def place(row: Data) -> Data:
        identity = None if row["colour"] is None else _named_3(row, known)
        return {"kind": row["kind"], "identity": identity, "customers": row["customers"], "sales": row["sales"]}

    sides = {side: [place(row) for row in movement[side]] for side in ("origins", "targets")}
    return {key: value for key, value in movement.items() if key != "sentences"} | sides


_KPIS_3 = {
    "Customers": "customers",
    "Orders": "orders",
    "Sales": "total_sales",
    "Average order value": "avg_order_value",
    "Repeat buyers": "repeat_share",
}


def _restated_3(restated: Data, known: Mapping[int, Data]) -> Data:
    """Turn labels into codes; what the headline said is told by its words alone."""
    by_name = {segment["name"]: segment for segment in known.values()}

    def figure(row: Data) -> Data:
        values = {"printed": row["printed"], "now": row["now"]}
        if row["what"] in _KPIS_3:
            return {"key": _KPIS_3[row["what"]], "segment": None, **values}
        name, _, key = row["what"].rpartition(": ")
        missing = {"colour": 0, "since": "", "name": name, "is_own": False}
        return {"key": key, "segment": by_name.get(name, missing), **values}

    return {"months": restated["months"], "figures": [figure(row) for row in restated["figures"]], "headline": []}


def _trend_3(segment: Data) -> Data:
    identity = {"colour": segment["colour"], "since": segment["since"], "name": segment["name"], "is_own": False}
    return {key: value for key, value in segment.items() if key not in identity} | {"identity": identity}
