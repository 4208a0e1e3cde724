"""What a script is told: how runs and mail ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportgen.archive.names import ALL_STORES, CHAIN
from reportgen.model.mail import Delivery
from reportgen.model.outcome import Outcome


def _run_as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "report": outcome.report,
        "store": outcome.store or (CHAIN if outcome.kind == "chain" else ALL_STORES),
        "kind": outcome.kind,
        "period": outcome.period,
        "status": outcome.status,
        "reason": outcome.reason or "; ".join(str(problem) for problem in outcome.problems),
        "run": outcome.run,
        "path": outcome.path,
        "later_lines": outcome.later_lines,
        "notes": list(outcome.notes),
        "warnings": [{"code": code, "words": said} for code, said in outcome.warnings],
        "files": dict(outcome.sizes),
        "seconds": {name: round(seconds, 3) for name, seconds in outcome.seconds.items()},
        "beside": {name: round(seconds, 3) for name, seconds in outcome.beside.items()},
    }


def mail_as_json(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    """Return how the mail went, for a script."""
    return [
        {
            "report": delivery.report,
            "store": delivery.whose,
            "kind": delivery.kind,
            "period": delivery.period,
            "run": delivery.run,
            "path": delivery.path,
            "status": delivery.status,
            "reasons": list(delivery.reasons),
            "recipients": [
                {"address": result.address, "state": result.state, "detail": result.detail}
                for result in delivery.results
            ],
        }
        for delivery in deliveries
    ]


def runs_as_json(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return how the runs ended, for a script."""
    return [_run_as_json(outcome) for outcome in outcomes]
