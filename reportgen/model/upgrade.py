"""Reads the facts that an archived run keeps, whichever version wrote them: those of version n are lifted to n + 1."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from reportgen.model.chain import CHAIN_SCHEMA_VERSION
from reportgen.model.facts import SCHEMA_VERSION
from reportgen.model.report import ChainReport, Report, adapter_of
from reportgen.model.trials import trial_id
from reportgen.model.version_3 import Data, identity_of, lift_3
from reportgen.months import previous_month

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


def _read(content: bytes, kind: Any, newest: int, steps: Mapping[int, Callable[[Data], Data]]) -> Any:
    try:
        data = json.loads(content)
        version = data["schema_version"]
        while version in steps:
            data = {**steps[version](data), "schema_version": version + 1}
            version += 1
        if version != newest:
            raise ValueError(f"those of version {version}")
        return adapter_of(kind).validate_json(json.dumps(data))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{place}: {first['msg']}") from None
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError) as error:
        raise ValueError("no facts of a report") from error


def _lift_chain_1(old: Data) -> Data:
    """Part the sentences of version 1 from its facts, and give every segment an identity."""
    month = old["period"]["month"]
    segments = [
        {key: value for key, value in segment.items() if key not in ("name", "phrase")}
        | {"identity": identity_of(segment["number"], month, segment["name"], segment["phrase"])}
        for segment in old["segments"]
    ]
    facts = {key: value for key, value in old.items() if key != "headline"}
    return facts | {"segments": segments, "words": {"language": "en", "headline": old["headline"]}}


def _lift_4(old: Data) -> Data:
    """Say that nothing doubtful was looked for in version 4."""
    return old | {"warnings": None, "words": old["words"] | {"warnings": []}}


_RETOLD_5 = ("month", "base", "totals", "best")
"""Findings of a headline that version 5 told of the window: its words keep what was said."""


def _lift_5(old: Data) -> Data:
    """Put the month and the one before it into the place of `month`; who ordered, and who came back, was not known."""
    month, change = old["month"], old["change"]
    name = old["period"]["month"]
    now = _month_5(name, month["sales"], month["orders"])
    before = [_month_5(previous_month(name), month["previous_sales"], month["previous_orders"])]
    change = change | {"tested": None}
    restated = change["restated"]
    if restated is not None:
        kept = [finding for finding in restated["headline"] if finding["printed"]["about"] not in _RETOLD_5]
        change = change | {"restated": restated | {"headline": kept}}
    segments = [
        {key: value for key, value in segment.items() if key != "named_for"}
        | {"formerly": None, "stages": None}
        | {"overdue": {key: segment["overdue"][key] for key in ("amount", "customers")}}
        for segment in old["segments"]
    ]
    return {key: value for key, value in old.items() if key != "month"} | {
        "segments": segments,
        "months": [*(before if month["previous_sales"] is not None else []), now],
        "cohorts": [],
        "method": old["method"] | {"rules": old["method"]["rules"] | {"new_days": None, "lapsed_days": None}},
        "stages": None,
        "base_rate": None,
        "late_before": None,
        "words": old["words"] | {"risk": []},
        "change": change,
    }


def _month_5(month: str, sales: str, orders: int) -> Data:
    unknown = ("customers", "new_customers", "sales_without_id", "orders_without_id")
    return {"month": month, "sales": sales, "orders": orders, **dict.fromkeys(unknown)}


def _lift_6(old: Data) -> Data:
    """Say that version 6 did not know what customers did unaided, nor what of the sales was taken back later."""
    unknown = {"taken_back": None, "below_usual_share": None}
    return (
        old
        | unknown
        | {
            "segments": [segment | unknown | _sums_6(segment) for segment in old["segments"]],
            "method": old["method"]
            | {
                "rules": {key: value for key, value in old["method"]["rules"].items() if key != "range_level"}
                | {"lasting_reports": None}
            },
            "change": old["change"] | {"restated": _restated_6(old["change"]["restated"])},
        }
    )


def _sums_6(segment: Data) -> Data:
    sized = segment["opportunity"]
    if sized is not None:
        sized = {key: value for key, value in sized.items() if key not in ("low", "high")}
        sized |= {"each_percent": None, "days": None, "unaided": None}
    pairs = [pair | {"expected": None, "kind": None, "second_price": None} for pair in segment["pairs"]]
    return {"overdue": segment["overdue"] | {"days": None}, "opportunity": sized, "pairs": pairs, "pairs_alike": None}


def _restated_6(restated: Data | None) -> Data | None:
    """Say that what could be won and what was at risk were told of the whole window."""
    if restated is None:
        return None

    def dated(finding: Data | None) -> Data | None:
        return finding | {"days": None} if finding is not None and finding["about"] in ("growth", "risk") else finding

    headline = [{key: dated(finding) for key, finding in told.items()} for told in restated["headline"]]
    return restated | {"headline": headline}


def _lift_7(old: Data) -> Data:
    """Say that version 7 did not ask how far its segments can be trusted."""
    unknown, words = {"stability": None, "trust": None}, old["words"]
    return (
        old
        | {"votes": None, "verdict": None}
        | {"segments": [segment | unknown for segment in old["segments"]]}
        | {"words": words | {"verdict": [], "segments": [each | {"trust": None} for each in words["segments"]]}}
    )


def _lift_8(old: Data) -> Data:
    """Say that version 8 did not ask how many customers a division needs, nor how firm its headline was."""
    return old | {
        "ladder": None,
        "headline": [],
        "segments": [segment | {"silhouettes": None, "stability": _border_8(segment)} for segment in old["segments"]],
        "words": old["words"] | {"ladder": [], "headline_marks": []},
    }


def _lift_9(old: Data) -> Data:
    """Put the cohorts into `returning`, and say that version 9 knew no more of when customers order again."""
    returning = {
        "known_from": None,
        "steps": [],
        "cohorts": [cohort | {"ordered": None} for cohort in old["cohorts"]],
        "first_products": None,
    }
    return {key: value for key, value in old.items() if key != "cohorts"} | {
        "returning": returning,
        "trials": [],
        "segments": [segment | {"returning": None} for segment in old["segments"]],
        "words": old["words"] | {"returning": [], "trials": []},
    }


def _lift_10(old: Data) -> Data:
    """Make the plans trials that were proposed, and say that version 10 kept no files of their customers."""
    report, month = old["report"], old["period"]["month"]
    names = {segment["number"]: segment["identity"]["name"] for segment in old["segments"]}
    trials = [
        {
            "id": trial_id(report["id"], report["store"], month, (plan["segment"], plan["play"])),
            "month": month,
            "segment": names[plan["segment"]],
            "title": None,
            "plan": plan | {"in_trial": 0},
            "state": "proposed",
        }
        for plan in old["trials"]
    ]
    return old | {"trials": trials, "audiences": [], "words": old["words"] | {"earned": []}}


def _border_8(segment: Data) -> Data | None:
    return None if segment["stability"] is None else segment["stability"] | {"on_border": None}


_STEPS: Mapping[int, Callable[[Data], Data]] = {
    3: lift_3,
    4: _lift_4,
    5: _lift_5,
    6: _lift_6,
    7: _lift_7,
    8: _lift_8,
    9: _lift_9,
    10: _lift_10,
}


def _lift_chain_2(old: Data) -> Data:
    """Say that version 2 counted a customer in each of their stores, and did not know who they were."""
    return old | {"in_several_stores": None, "customers_by_store": old["customers"]}


def _lift_chain_3(old: Data) -> Data:
    """Say that version 3 let few customers differ as well; what was typical of stores stays as it was printed."""
    return old | {"method": old["method"] | {"least_customers": None}}


_CHAIN_STEPS: Mapping[int, Callable[[Data], Data]] = {1: _lift_chain_1, 2: _lift_chain_2, 3: _lift_chain_3}
