"""The page in a browser: what a pointer, a keyboard, a dark screen, a printer, or no script at all make of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browsers import list_violations
from tests.conftest import BY_STORE, QUICK, Finished
from tests.render.test_mail import REPORTS, printed
from tests.report.test_publish import hostile

__all__ = ["hostile"]
PICKED = "document.documentElement.dataset.picked"
OPACITY = "marks => marks.map(mark => Number(getComputedStyle(mark).opacity))"


@contextmanager
def opened(browser: Any, path: Path, **context: Any) -> Iterator[Any]:
    """Open a page with the network off; leaving fails where it asked for anything or complained of anything."""
    made = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, "offline": True} | context)
    page = made.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))  # where a policy's violations are told
    page.on("pageerror", lambda error: said.append(str(error)))

    def note(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.goto(path.as_uri())
    yield page
    assert said == []
    assert [one for one in asked if one != path.as_uri() and not one.startswith(("data:", "blob:"))] == []
    made.close()


@pytest.fixture(scope="module")
def chain_run(finish: Callable[..., Finished], sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the reports of the sample's stores and of their chain, two months; return the archive."""
    output = tmp_path_factory.mktemp("chain")
    finish(sample / "sample.yaml", output, *QUICK, *BY_STORE, "--period", "2025-12")
    pages = ("--set", "outputs=[html]", "--set", "trust.draws=0")
    finish(sample / "sample.yaml", output, *BY_STORE, *pages, "--period", "2026-01")
    return output


def report_of(run: Finished) -> Path:
    """Return the page of a run."""
    return run.folder / "report.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(
    browser: Any, sample_run: Finished, compared_run: Finished, chain_run: Path, scheme: str
) -> None:
    """Store, ten segments, chain, the pages of the history: nothing of WCAG and nothing of best practice, in any light."""
    pages = [report_of(sample_run), report_of(compared_run)]
    pages += [next((chain_run / "sample").glob("chain/2026-01/latest/report.html"), Path())]
    pages += [chain_run / "index.html", *sorted((chain_run / "sample").glob("*/index.html"))[:2]]
    assert all(path.is_file() for path in pages)
    for path in pages:
        with opened(browser, path, color_scheme=scheme) as page:
            assert list_violations(page) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_mail_breaks_a_rule_of_accessibility(browser: Any, scheme: str) -> None:
    """The mail of a store, of ten segments, and of a chain break no rule either."""
    page = browser.new_page(color_scheme=scheme)
    for name in ("four", "ten", "chain"):
        page.set_content(printed(REPORTS[name])[0])
        assert list_violations(page) == [], name
    page.close()


def test_the_checker_finds_what_is_wrong(browser: Any, sample_run: Finished) -> None:
    """The checker is no rubber stamp: a heading out of order and a picture without words are found."""
    with opened(browser, report_of(sample_run)) as page:
        page.evaluate("document.querySelector('main').append(document.createElement('img'))")
        page.evaluate("document.querySelector('h2').outerHTML = '<h5>Out of order</h5>'")
        assert {one.split()[0] for one in list_violations(page)} == {"image-alt", "heading-order"}


def test_a_segment_is_highlighted_everywhere(browser: Any, sample_run: Finished) -> None:
    """A click in the list of segments marks the segment's rows, and fades all marks but its own in every chart."""
    with opened(browser, report_of(sample_run)) as page:
        button = page.locator(".picker button").nth(1)
        name, colour = button.get_attribute("data-name"), button.get_attribute("data-colour")
        button.click()
        assert page.evaluate(PICKED) == button.get_attribute("data-segment")
        assert button.get_attribute("aria-pressed") == "true"
        assert page.inner_text("[role=status]") == f"Highlighted: {name}"
        assert page.url.endswith("#highlight-2")
        for key in ("share-strip", "map-order-count-total-sales", "share-gaps"):
            marks = f"#chart-{key} .wide svg .role-mark:not(.mark-text) >"
            own, others = f"{marks} [fill='{colour}']", f"{marks} [fill='#E69F00']"
            assert set(page.locator(own).evaluate_all(OPACITY)) == {1}
            assert set(page.locator(others).evaluate_all(OPACITY)) == {0.12}
        wash = "row => getComputedStyle(row.cells[1]).backgroundColor"
        rows = page.locator("table.glance tbody tr")
        washes = [rows.nth(n).evaluate(wash) for n in range(rows.count())]
        assert washes.count(washes[1]) == 1
        page.keyboard.press("Escape")
        assert page.evaluate(PICKED) is None
        assert button.get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize(
    "place",
    ["#chart-share-strip .wide svg .mark-rect.role-mark > path", "table.glance tbody td:first-child", "#map .key li"],
)
def test_a_segment_can_be_clicked_anywhere(browser: Any, sample_run: Finished, place: str) -> None:
    """A bar, the name in a table, a key: each highlights its segment, and a second click lets go of it."""
    with opened(browser, report_of(sample_run)) as page:
        page.locator(place).nth(2).click()
        assert page.evaluate(PICKED) == "3"
        page.locator(place).nth(2).click()
        assert page.evaluate(PICKED) is None


def test_a_link_leads_to_a_highlight(browser: Any, sample_run: Finished) -> None:
    """A link to a segment opens the page with it highlighted; one to a segment that there is not, plainly."""
    with opened(browser, report_of(sample_run)) as page:
        for anchor, picked in (("#highlight-3", "3"), ("#segment-1", "1"), ("#highlight-77", "1")):
            page.goto(report_of(sample_run).as_uri() + anchor)
            assert page.evaluate(PICKED) == picked


def test_a_mark_says_what_it_stands_for(browser: Any, sample_run: Finished) -> None:
    """Under the pointer a bar tells its figure, and a point of the map the figures of its segment."""
    first = sample_run.facts["segments"][0]
    with opened(browser, report_of(sample_run)) as page:
        page.locator("#chart-share-strip .wide svg .mark-rect.role-mark > path").first.hover()
        assert page.inner_text(".tip").startswith(f"{first['identity']['name']}: ")
        assert page.inner_text(".tip").endswith("of customers")
        point = "#chart-map-order-count-total-sales svg .mark-symbol.role-mark > path[fill='#E69F00']"
        page.locator(point).first.dispatch_event("pointerover")
        assert f"{first['identity']['name']}: Customers {first['customers']}" in page.inner_text(".tip")
        page.locator("h1").dispatch_event("pointerover")
        assert page.locator(".tip").is_hidden()


def test_each_mark_of_a_small_chart_says_something(browser: Any, compared_run: Finished) -> None:
    """Bars, bands, cells and dots of every chart that is not dense have words of their own."""
    with opened(browser, report_of(compared_run)) as page:
        silent = page.locator("figure:has(svg [data-tip])").evaluate_all("figures => figures.map(one => one.id)")
        keys = {"movement", "trend", "order-steps", "cohorts", "opportunity", "at-risk", "stability", "silhouettes"}
        assert {f"chart-{key}" for key in keys} <= set(silent)


def test_tables_are_sorted(browser: Any, sample_run: Finished) -> None:
    """A click on a heading sorts high to low, the next low to high, a third as it was; the total stays last."""
    segments = sample_run.facts["segments"]
    names = [f"{one['number']}\u2002{one['identity']['name']}" for one in segments]
    by_customers = [name for _, name in sorted(zip([-one["customers"] for one in segments], names, strict=True))]
    with opened(browser, report_of(sample_run)) as page:
        head = page.locator("table.glance thead th").nth(1)
        cells = page.locator("table.glance tbody tr > :first-child")
        for order, expected in (("descending", by_customers), ("ascending", by_customers[::-1]), (None, names)):
            head.locator("button").click()
            assert head.get_attribute("aria-sort") == order
            assert cells.all_inner_texts() == [*expected, "All customers"]


def test_a_keyboard_reaches_everything(browser: Any, sample_run: Finished) -> None:
    """Every link, button, summary and frame that scrolls gets the focus by Tab, in order, and shows that it has it."""
    wanted = "a[href], button, summary, [tabindex='0']"
    with opened(browser, report_of(sample_run)) as page:
        total = page.locator(wanted).evaluate_all("all => all.filter(one => one.checkVisibility()).length")
        reached = page.evaluate(
            f"() => {{ window.seen = []; addEventListener('focusin', event => seen.push("
            f"event.target.matches(`{wanted}`) && getComputedStyle(event.target).outlineStyle !== 'none')); }}"
        )
        assert reached is None
        for _ in range(total):
            page.keyboard.press("Tab")
        seen = page.evaluate("window.seen")
        assert len(seen) == total
        assert all(seen)


def test_data_and_pictures_can_be_taken(browser: Any, sample_run: Finished) -> None:
    """The data of a chart are its facts as CSV, numbers in full; its picture is a PNG with title and paper."""
    allowed = ["clipboard-read", "clipboard-write"]
    with opened(browser, report_of(sample_run), accept_downloads=True, permissions=allowed) as page:
        tools = page.locator("#chart-share-gaps .tools button")
        with page.expect_download() as download:
            tools.nth(1).click()
        assert download.value.suggested_filename == "chart-share-gaps.csv"
        text = Path(download.value.path()).read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        facts = sample_run.facts["segments"]
        assert [float(row["Share of sales"]) for row in rows] == [one["share_of_sales"] for one in facts]
        tools.nth(0).click()
        page.locator("[role=status]", has_text="Copied").wait_for(state="attached")
        size = page.evaluate(
            "navigator.clipboard.read().then(items => items[0].getType('image/png'))"
            ".then(createImageBitmap).then(image => [image.width, image.height])"
        )
        assert size[0] == 1280 and size[1] > 300


def test_without_scripts_everything_is_there(browser: Any, sample_run: Finished) -> None:
    """Pictures, tables and the figures of each chart stand without a script, and nothing that would do nothing."""
    with opened(browser, report_of(sample_run), java_script_enabled=False) as page:
        assert page.locator("figure svg").count() > 10
        assert page.locator(".picker").is_hidden()
        assert page.locator("button:visible").count() == 0
        page.locator("#chart-share-gaps summary").click()
        assert page.locator("#chart-share-gaps .twin td").first.is_visible()


def test_a_static_page_has_no_script(
    browser: Any, finish: Callable[..., Finished], sample: Path, tmp_path: Path
) -> None:
    """With `charts: static` the page has no script and its policy allows none."""
    run = finish(sample / "sample.yaml", tmp_path, "--set", "charts=static", "--set", "outputs=[html]")
    assert "<script" not in run.html and "script-src" not in run.html
    with opened(browser, report_of(run)) as page:
        assert page.locator("button").count() == 0
        assert list_violations(page) == []


def test_the_policy_stops_what_is_not_the_page_s_own(browser: Any, sample_run: Finished) -> None:
    """A script, a style or an address that came in by the data would be stopped: the policy names its own alone."""
    policy = sample_run.html.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert "unsafe" not in policy and policy.startswith("default-src 'none';")
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(report_of(sample_run).as_uri())
    page.evaluate(
        "const script = document.createElement('script'); script.textContent = 'window.harm = 1';"
        "document.body.append(script); document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>');"
        "fetch('https://example.org').catch(() => 0)"
    )
    assert page.evaluate("window.harm") is None
    stopped = " ".join(one for one in said if "Content Security Policy" in one)
    assert all(what in stopped for what in ("inline script", "inline style", "https://example.org"))
    context.close()


def test_the_page_prints_as_a_report(browser: Any, sample_run: Finished) -> None:
    """On paper stand no buttons, no contents of the screen, and no figure is as wide as to be cut."""
    with opened(browser, report_of(sample_run)) as page:
        page.emulate_media(media="print")
        assert page.locator(".tools:visible, nav.rail:visible, .twin:visible").count() == 0
        pdf = page.pdf(format="A4")
        assert pdf.startswith(b"%PDF") and len(pdf) > 50_000


@pytest.mark.parametrize("width", [360, 800, 1600])
def test_no_width_scrolls_sideways(browser: Any, compared_run: Finished, width: int) -> None:
    """From a phone to a large screen, with the data of every chart unfolded, nothing sticks out of the page."""
    with opened(browser, report_of(compared_run), viewport={"width": width, "height": 900}) as page:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_data_stay_text(browser: Any, hostile: Finished) -> None:
    """Scripts, formulas and markup in names do nothing under the pointer and in what is taken away."""
    with opened(browser, report_of(hostile), accept_downloads=True) as page:
        marks = page.locator("figure svg .role-mark > [data-tip]")
        for n in range(0, marks.count(), 7):
            marks.nth(n).dispatch_event("pointerover")
        assert page.locator(".tip *").count() == 0
        for n in range(5):  # of more downloads in a row the browser asks whether they are wanted
            with page.expect_download() as download:
                page.locator(".tools").nth(n).locator("button").nth(1).click()
            text = Path(download.value.path()).read_text(encoding="utf-8-sig")
            assert all(not cell.startswith(("=", "@", "+")) for row in csv.reader(io.StringIO(text)) for cell in row)


def test_a_figure_of_an_own_template_is_left_alone(
    browser: Any, finish: Callable[..., Finished], sample: Path, tmp_path: Path
) -> None:
    """A figure without what charts have gets no tools, and stops none of the others from getting theirs."""
    own = tmp_path / "own" / "sections"
    own.mkdir(parents=True)
    block = '{% block before %}<figure id="mine"><p>Mine</p></figure>{% endblock %}'
    (own / "growth.html").write_text(f"{{% extends 'shipped/sections/growth.html' %}}{block}", encoding="utf-8")
    words = ("--set", f"template_dir={tmp_path / 'own'}", "--set", "outputs=[html]", "--set", "trust.draws=0")
    with opened(browser, report_of(finish(sample / "sample.yaml", tmp_path / "out", *words))) as page:
        assert page.locator("#mine .tools").count() == 0
        assert page.locator("figure .tools").count() == page.locator("figure").count() - 1
        assert page.locator("nav.rail a[aria-current]").count() > 0
