"""The command that looks at a machine, and at what a config needs of it: `reportgen doctor`."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from reportgen.errors import EXIT_DONE
from reportgen.text.terminal import say, say_json, visible_line

_FAULT = 1
_MARKS = {"ok": "ok  ", "optional": " -  ", "fault": "FAIL"}


def add_doctor(commands: Any) -> None:
    """Add the command `doctor`."""
    doctor = commands.add_parser(
        "doctor", help="tell what this machine has and lacks, and with a config whether all can be reached",
        allow_abbrev=False,
    )  # fmt: skip
    doctor.add_argument("config", nargs="?", metavar="CONFIG", type=Path, help="YAML config file")
    doctor.add_argument("--output", metavar="PLACE", help="folder or URL of the archive instead of the config's")
    doctor.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else")
    doctor.set_defaults(do=_doctor)


def _doctor(parsed: argparse.Namespace) -> int:
    from reportgen.cli.run import load_all  # noqa: PLC0415
    from reportgen.errors import ConfigError  # noqa: PLC0415
    from reportgen.runs.doctor import look_at_config, look_at_machine  # noqa: PLC0415
    from reportgen.runs.request import Request  # noqa: PLC0415

    findings = list(look_at_machine(os.environ))
    if parsed.config is not None:
        (loaded,) = load_all([parsed.config], [])
        if isinstance(loaded, ConfigError):
            raise loaded
        findings += look_at_config(loaded, Request(parsed.output), os.environ)
    if parsed.json:
        say_json({"findings": [asdict(finding) for finding in findings]})
    else:
        for area, found in groupby(findings, lambda finding: finding.area):
            say(area)
            for finding in found:
                hint = f" — {finding.hint}" if finding.hint else ""
                say(visible_line(f"  {_MARKS[finding.state]} {finding.name}: {finding.detail}{hint}"))
    return _FAULT if any(finding.state == "fault" for finding in findings) else EXIT_DONE
