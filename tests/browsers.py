"""A headless browser, and what a checker of accessibility finds in a page of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start headless Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_FLAGS)
        yield chromium
        chromium.close()


@cache
def _axe() -> str:
    """Return axe-core, which a package of the test environment holds."""
    [folder] = find_spec("axe_playwright_python").submodule_search_locations  # type: ignore[union-attr, misc]
    return (Path(folder) / "axe.min.js").read_text(encoding="utf-8")


def list_violations(page: Any) -> list[str]:
    """List which rules of accessibility a page breaks, those of best practice included, each with an element.

    It is run from outside, so the page's own policy is no other than its readers meet.
    """
    page.evaluate(_axe())
    found: list[str] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations.map("
        "one => `${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 200)}`))"
    )
    return found
