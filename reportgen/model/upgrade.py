"""Reads the facts that an archived run keeps, whichever version wrote them: those of version n are lifted to n + 1."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reportgen.model.chain import CHAIN_SCHEMA_VERSION
from reportgen.model.facts import SCHEMA_VERSION
from reportgen.model.report import ChainReport, Report

_Data = dict[str, Any]
OLDEST = 3
"""The first version whose facts can be read; earlier ones tell no change."""


def is_readable(version: str | None) -> bool:
    """Whether the facts of a run, by the version that its manifest names, can be read."""
    return version is not None and version.isdecimal() and OLDEST <= int(version) <= SCHEMA_VERSION


def read_report(content: bytes) -> Report:
    """Read the facts and words of a store's report.

    Parameters
    ----------
    content : bytes
        A run's facts.json, of any version from `OLDEST` on.

    Raises
    ------
    ValueError
        When it is none, with what came.
    """
    report: Report = _read(content, Report, SCHEMA_VERSION, _STEPS)
    return report


def read_chain_report(content: bytes) -> ChainReport:
    """Read the facts and words of a chain report, of any version; raises as `read_report` does."""
    report: ChainReport = _read(content, ChainReport, CHAIN_SCHEMA_VERSION, _CHAIN_STEPS)
    return report


def _read(content: bytes, kind: Any, newest: int, steps: Mapping[int, Callable[[_Data], _Data]]) -> Any:
    try:
        data = json.loads(content)
        version = data["schema_version"]
        while version in steps:
            data = {**steps[version](data), "schema_version": version + 1}
            version += 1
        if version != newest:
            raise ValueError(f"those of version {version}")
        return _adapter_of(kind).validate_json(json.dumps(data))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{place}: {first['msg']}") from None
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError) as error:
        raise ValueError("no facts of a report") from error


@cache
def _adapter_of(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _lift_3(old: _Data) -> _Data:
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


def _segment_3(segment: _Data) -> _Data:
    dropped = ("name", "phrase", "colour", "known_since", "actions", "summary", "role", "narrative")
    identity = _identity(segment["colour"], segment["known_since"], segment["name"], segment["phrase"])
    plays = [action["id"] for action in segment["actions"]]
    return {key: value for key, value in segment.items() if key not in dropped} | {"identity": identity, "plays": plays}


def _identity(colour: int, since: str, name: str, phrase: str) -> _Data:
    return {"colour": colour, "since": since, "name": name, "is_own": phrase == f"“{name}”"}


def _identities(old: _Data) -> dict[int, _Data]:
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
        colour: _identity(colour, segment["known_since"], segment["name"], segment["phrase"])
        for colour, segment in own.items()
    }


def _named_3(segment: _Data, known: Mapping[int, _Data]) -> _Data:
    """Return the identity of a segment that version 3 tells by name, phrase and colour."""
    since = known[segment["colour"]]["since"] if segment["colour"] in known else ""
    return _identity(segment["colour"], since, segment["name"], segment["phrase"])


def _choice_3(choice: _Data) -> _Data:
    reason = choice["reason"]
    limit = None
    if reason is not None:
        counts = [int(text.replace(",", "")) for text in re.findall(r"\d[\d,]*", reason)] + [0, 0]
        code = "all_equal" if "equal" in reason else "few_groups" if "differ" in reason else "too_few_customers"
        limit = {"reason": code, "found": counts[0], "needed": counts[1]}
    return {key: value for key, value in choice.items() if key != "reason"} | {"limit": limit}


def _skipped_3(section: _Data) -> str:
    return {"products": "no_products", "pairs": "no_order_ids", "change": "first"}.get(section["key"], "undivided")


def _change_words_3(change: _Data) -> _Data:
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


def _change_3(change: _Data, known: Mapping[int, _Data]) -> _Data:
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


def _migration_3(movement: _Data, known: Mapping[int, _Data]) -> _Data:
    def place(row: _Data) -> _Data:
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


def _restated_3(restated: _Data, known: Mapping[int, _Data]) -> _Data:
    """Turn labels into codes; what the headline said is told by its words alone."""
    by_name = {segment["name"]: segment for segment in known.values()}

    def figure(row: _Data) -> _Data:
        values = {"printed": row["printed"], "now": row["now"]}
        if row["what"] in _KPIS_3:
            return {"key": _KPIS_3[row["what"]], "segment": None, **values}
        name, _, key = row["what"].rpartition(": ")
        missing = {"colour": 0, "since": "", "name": name, "is_own": False}
        return {"key": key, "segment": by_name.get(name, missing), **values}

    return {"months": restated["months"], "figures": [figure(row) for row in restated["figures"]], "headline": []}


def _trend_3(segment: _Data) -> _Data:
    identity = {"colour": segment["colour"], "since": segment["since"], "name": segment["name"], "is_own": False}
    return {key: value for key, value in segment.items() if key not in identity} | {"identity": identity}


def _lift_chain_1(old: _Data) -> _Data:
    """Part the sentences of version 1 from its facts, and give every segment an identity."""
    month = old["period"]["month"]
    segments = [
        {key: value for key, value in segment.items() if key not in ("name", "phrase")}
        | {"identity": _identity(segment["number"], month, segment["name"], segment["phrase"])}
        for segment in old["segments"]
    ]
    facts = {key: value for key, value in old.items() if key != "headline"}
    return facts | {"segments": segments, "words": {"language": "en", "headline": old["headline"]}}


def _lift_4(old: _Data) -> _Data:
    """Say that nothing doubtful was looked for in version 4."""
    return old | {"warnings": None, "words": old["words"] | {"warnings": []}}


_STEPS: Mapping[int, Callable[[_Data], _Data]] = {3: _lift_3, 4: _lift_4}


def _lift_chain_2(old: _Data) -> _Data:
    """Say that version 2 counted a customer in each of their stores, and did not know who they were."""
    return old | {"in_several_stores": None, "customers_by_store": old["customers"]}


_CHAIN_STEPS: Mapping[int, Callable[[_Data], _Data]] = {1: _lift_chain_1, 2: _lift_chain_2}
