"""Tells how a run ended: with what the archive has of it, or with what went wrong."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from reportgen.archive.storage import Storage, StorageError
from reportgen.errors import ReportgenError, unexpected
from reportgen.model.archive import Manifest, Status
from reportgen.model.outcome import Outcome


class Planned(Protocol):
    """Whatever has the manifest of a run that is to be made."""

    @property
    def manifest(self) -> Manifest:
        """Complete but for files and figures."""


def attempt(planned: Planned, do: Callable[[], Outcome]) -> Outcome:
    """Do what makes a run; a failure of the archive's place goes on, every other failure is how that run ended."""
    try:
        return do()
    except StorageError:
        raise
    except Exception as error:
        return fail_run(planned, error)


def outcome_of(manifest: Manifest, storage: Storage, *, status: Status) -> Outcome:
    """Tell of a run that is in the archive."""
    return Outcome(
        report=manifest.report,
        store=manifest.store,
        period=manifest.period,
        status=status,
        kind=manifest.kind,
        reason=manifest.reason,
        run=manifest.run,
        path=storage.shown(manifest.address.path),
        figures=manifest.figures,
        sizes={name: file.size for name, file in manifest.files.items()},
    )


def fail_run(planned_run: Planned, error: BaseException) -> Outcome:
    """Tell of a run that could not be made."""
    manifest = planned_run.manifest
    failed = Outcome(manifest.report, manifest.store, manifest.period, "failed", kind=manifest.kind)
    return fail(failed, error)


def fail(outcome: Outcome, error: BaseException) -> Outcome:
    """Add to an outcome what went wrong; what is nobody's mistake is told as a fault of the program."""
    if not isinstance(error, ReportgenError):
        if os.environ.get("REPORTGEN_DEBUG"):
            traceback.print_exception(error)
        error = unexpected(error)
    return replace(outcome, problems=tuple(error.problems), exit_code=error.exit_code)
