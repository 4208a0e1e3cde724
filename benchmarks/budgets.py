"""Prints what a report weighs and how soon its page answers, beside what it may: ``benchmarks/budgets.py RUN_FOLDER``.

The page is opened in headless Chromium with the network off; it answers when its script has run to the end
(``domContentLoadedEventEnd``). The median of five openings counts.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
BUDGETS = {"report.html": 3_000_000, "report.pdf": 2_000_000, "summary.pdf": 300_000}
READY = 1_000
"""Milliseconds until the page answers."""
_OPENINGS = 5


def main(folder: Path) -> int:
    """Measure the report in a run's folder; return 1 where it goes beyond a budget."""
    rows = [(name, (folder / name).stat().st_size, most) for name, most in BUDGETS.items() if (folder / name).exists()]
    if (folder / "report.html").exists():
        rows.append(("ready, ms", round(median(_time_openings(folder / "report.html"))), READY))
    for name, came, most in rows:
        print(f"{name:<12} {came:>10,} of {most:>10,}  {came / most:.0%}")
    return int(any(came > most for _, came, most in rows))


def _time_openings(path: Path) -> list[float]:
    timing = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        times = []
        for _ in range(_OPENINGS):
            page = browser.new_page()
            page.goto(path.absolute().as_uri())
            times.append(float(page.evaluate(timing)))
            page.close()
        browser.close()
    return times


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
