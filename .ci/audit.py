"""Asks the public advisories about the locked versions; says so, and goes on, where they cannot be reached."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PATIENCE = 120


def audit(lock: str) -> tuple[int, list[str], list[str]]:
    """Return how many packages were asked about, the advisories on them, and why others were not."""
    words = [sys.executable, "-m", "pip_audit", "-r", str(ROOT / lock), "--no-deps", "--disable-pip"]
    more = ["-f", "json", "--progress-spinner", "off", "--timeout", "15"]
    try:
        done = subprocess.run([*words, *more], capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
        found = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return 0, [], [f"no answer within {PATIENCE} seconds"]
    except (ValueError, KeyError):
        return 0, [], [(done.stderr.strip().splitlines() or ["no answer"])[-1][:200]]
    asked = [one for one in found if "skip_reason" not in one]
    known = [f"{one['name']} {one['version']}: {flaw['id']}" for one in asked for flaw in one["vulns"]]
    return len(asked), known, [one["skip_reason"] for one in found if "skip_reason" in one]


def main() -> int:
    """Audit both lock files; 1 when an advisory is known for a locked version."""
    code = 0
    for lock in LOCKS:
        asked, known, skipped = audit(lock)
        for one in known:
            print(f"{lock}: {one}", file=sys.stderr)
            code = 1
        why = f"; skipped: {len(skipped)}, such as: {skipped[0][:120]}" if skipped else ""
        print(f"{lock}: {asked} packages audited, {len(known)} advisories{why}")
    return code


if __name__ == "__main__":
    sys.exit(main())
