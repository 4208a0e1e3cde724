"""The printed report: what a reader and a browser meet, and that nothing in the data can do harm."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pikepdf
import pytest

from reportgen.formats import Formats
from tests.conftest import QUICK, ROOT, Finished, Shop

SCRIPT = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A1"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pdf_pages(pdf: Path) -> list[str]:
    """Return the text of each page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1]


def visible_text(page: str) -> str:
    """Return what a reader sees of an HTML page, charts left out."""
    page = re.sub(r"(?s)<(style|svg|title|head)\b.*?</\1>", " ", page)
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.fixture(scope="module")
def compared_run(finish: Callable[..., Finished], sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Make a report of ten segments that is compared with the three months before it."""
    output, ten = tmp_path_factory.mktemp("compared"), ("--set", "segments.n_clusters=10")
    finish(sample / "sample.yaml", output, *QUICK, *ten, "--period", "2025-10..2025-12")
    return finish(sample / "sample.yaml", output, *ten, "--period", "2026-01")


@pytest.fixture(params=["first", "compared"])
def either_run(request: pytest.FixtureRequest, sample_run: Finished, compared_run: Finished) -> Finished:
    """Return a first report, and one that says what has changed."""
    return sample_run if request.param == "first" else compared_run


def test_the_facts_follow_their_published_schema(either_run: Finished) -> None:
    """facts.json validates against facts.schema.json as it is published."""
    schema = json.loads((ROOT / "configs" / "schemas" / "facts.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(either_run.facts)


def _numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers_in(key)
            yield from _numbers_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers_in(inner)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float) or re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
        yield float(value)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(inner)
    elif isinstance(value, str):
        yield value


NUMERAL = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
IN_THE_TEMPLATES = {"0", "1", "2", "100", "95", "30", "1987", "2011"}
"""Constants of the wording: 100 is average, 95 % of draws, 30 days, 1 is chance, years of the sources."""


def _shown(facts: dict[str, Any]) -> set[str]:
    """Every numeral that any of the formats can make of any number of the facts, and those within its texts."""
    formats = Formats("en_GB", "GBP")
    ways: list[Callable[[float], str]] = [formats.count, formats.share, formats.money, formats.money_in_words]
    ways += [lambda value, places=places: formats.decimal(value, places) for places in (1, 2, 3)]  # type: ignore[misc]
    numerals: set[str] = set(IN_THE_TEMPLATES)
    for number in _numbers_in(facts):
        for way in ways:
            numerals.update(NUMERAL.findall(way(number)))
    for text in _texts_in(facts):
        numerals.update(NUMERAL.findall(text))
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            numerals.update(NUMERAL.findall(formats.day(date.fromisoformat(text))))
    return numerals


def test_every_number_of_the_html_is_in_the_facts(either_run: Finished) -> None:
    """Whatever number the HTML shows can be found in facts.json."""
    missing = set(NUMERAL.findall(visible_text(either_run.html))) - _shown(either_run.facts)
    assert missing == set()


def test_every_number_of_the_pdf_is_in_the_facts(either_run: Finished) -> None:
    """Whatever number the PDF shows can be found in facts.json, page numbers and axes apart."""
    pages = pdf_pages(either_run.pdf)
    allowed = _shown(either_run.facts) | {str(n) for n in range(len(pages) + 1)}
    text = "\n".join(re.sub(r"Input [0-9a-f]+\s+Page.*", "", page) for page in pages)
    for name in [best["product_name"] for one in either_run.facts["segments"] for best in one["best_sellers"]]:
        text = text.replace(name, "")
    # Axis labels of vector charts are text in a PDF; they are ticks, not findings.
    text = re.sub(r"£?\d[\d.,]*k?%?(?=\s{2,}£?\d|\s*$)", " ", text, flags=re.MULTILINE)
    assert set(NUMERAL.findall(text)) - allowed <= {n for n in NUMERAL.findall(text) if re.fullmatch(r"0\.\d+|\d+0", n)}


def check_segment_pages(run: Finished) -> None:
    """Assert that each segment's name heads exactly one page, and that the page after is the next one's."""
    pages = pdf_pages(run.pdf)
    heads = [next(line.strip() for line in page.splitlines()[2:] if line.strip()) for page in pages[1:]]
    names = [f"{one['number']} {one['name']}" for one in run.facts["segments"]]
    found = [n for n, head in enumerate(heads) if re.sub(r"\s+", " ", head) in names]
    assert [re.sub(r"\s+", " ", heads[n]) for n in found] == names
    assert found == list(range(found[0], found[0] + len(names)))
    assert re.sub(r"\s+", " ", heads[found[-1] + 1]) == "Where to grow"


def test_each_segment_fits_one_page(sample_run: Finished) -> None:
    """Each segment of the sample has one page."""
    check_segment_pages(sample_run)


def test_ten_segments_fit_one_page_each(compared_run: Finished) -> None:
    """Ten segments head ten pages in a row, one each, with what changed in each."""
    assert len(compared_run.facts["segments"]) == 10
    assert compared_run.facts["change"]["movement"]["moved"] > 0
    check_segment_pages(compared_run)


def test_the_pdf_is_made_for_paper(sample_run: Finished) -> None:
    """A4, a bookmark for each section and segment, tagged, in English, its fonts embedded, no script."""
    with pikepdf.open(sample_run.pdf) as pdf:
        for page in pdf.pages:
            width, height = (float(one) / 72 * 25.4 for one in page.mediabox[2:])
            assert (round(width), round(height)) == (210, 297)
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert "/JavaScript" not in pdf.Root.get("/Names", {})
        with pdf.open_outline() as outline:
            titles = [str(one.title) for top in outline.root for one in (top, *top.children)]
        for segment in sample_run.facts["segments"]:
            assert any(segment["name"] in title for title in titles)
        assert any("How this was made" in title for title in titles)
        fonts = [font for page in pdf.pages for font in page.Resources.get("/Font", {}).values()]
        for font in fonts:
            assert "/FontDescriptor" in font.DescendantFonts[0]


def test_the_files_keep_their_size_budgets(sample_run: Finished) -> None:
    """HTML stays within 3 MB and PDF within 2 MB."""
    assert (sample_run.folder / "report.html").stat().st_size <= 3_000_000
    assert sample_run.pdf.stat().st_size <= 2_000_000


def test_the_html_asks_for_nothing(sample_run: Finished) -> None:
    """No address stands in the HTML besides data and anchors."""
    addresses = re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"')>\s]+)", sample_run.html)
    assert {one for one in addresses if not one.startswith(("data:", "#", "url("))} == set()


def test_ids_are_unique(sample_run: Finished) -> None:
    """No two elements of the HTML share an id, those inside the charts included."""
    ids = re.findall(r'\bid="([^"]+)"', sample_run.html)
    assert len(ids) == len(set(ids))


@pytest.fixture(scope="module")
def hostile(finish: Callable[..., Finished], tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Make a report of data that want to do harm."""
    folder = tmp_path_factory.mktemp("hostile")
    write = _shop_writer(folder)
    config = write(
        "report: {title: \"</style><b>{{ 7*7 }}</b> & 'co'\"}\nproducts: {min_pair_orders: 2}\n"
        'segments: {names: {frequent_big: "</title><i>VIP", rare_small: "a\\"b<"}}\n'
    )
    return finish(config, folder / "out")


def _shop_writer(folder: Path) -> Callable[[str], Path]:
    def write(options: str) -> Path:
        rows = ["order,customer,date,code,name,quantity,price"]
        for n in range(80):
            for order in range(1 + n % 5):
                for item, name in enumerate((SCRIPT, "file:///etc/passwd", "Item {{ 7*7 }}")):
                    price = f"{(2 + n % 7 * 9) * (item + 1)}.00"
                    rows.append(f'{n}-{order},"{FORMULA}{n}",2026-01-{1 + n % 28:02},P{item},"{name}",1,{price}')
        rows.append("x,zz,2026-01-31,P1,One,1,1")
        (folder / "lines.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        config = folder / "shop.yaml"
        columns = "order_id: order, customer_id: customer, ordered_at: date, quantity: quantity, unit_price: price"
        names = "product_id: code, product_name: name"
        config.write_text(f"source: {{path: lines.csv}}\ncolumns: {{{columns}, {names}}}\n{options}", encoding="utf-8")
        return config

    return write


def test_a_hostile_product_is_plain_text(hostile: Finished) -> None:
    """A product called like a script shows as text in HTML and PDF and is no element."""
    assert "<script" not in hostile.html
    assert SCRIPT in visible_text(hostile.html)
    assert SCRIPT in re.sub(r"\s+", " ", " ".join(pdf_pages(hostile.pdf)))


def test_hostile_titles_and_names_are_plain_text(hostile: Finished) -> None:
    """Titles and segment names with markup and template signs are neither markup nor templates."""
    assert "<b>" not in hostile.html.split("<body>")[1]
    assert "{{ 7*7 }}" in visible_text(hostile.html)
    assert "49" not in hostile.facts["report"]["title"]
    assert hostile.html.count("</style>") == 1


def test_no_customer_id_is_printed(hostile: Finished) -> None:
    """No customer id, hostile or not, stands in any of the files."""
    assert "calc" not in hostile.html
    assert "calc" not in json.dumps(hostile.facts)
    assert "calc" not in " ".join(pdf_pages(hostile.pdf))


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/hostname", "shipped:../print.html"])
def test_a_template_may_not_fetch(command: Any, shop: Shop, tmp_path: Path, address: str) -> None:
    """A template of the user's that wants something from outside ends the run with exit code 2 and no folder."""
    own = tmp_path / "own" / "sections"
    own.mkdir(parents=True)
    (own / "glance.html").write_text(f'<img alt="x" src="{address}">')
    done = command("run", shop("template_dir: own\n"), "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "may not fetch" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_mistake_in_a_template_names_its_line(command: Any, shop: Shop, tmp_path: Path) -> None:
    """An unknown name in a template is told with the template and the line, and nothing is written."""
    own = tmp_path / "own" / "sections"
    own.mkdir(parents=True)
    (own / "glance.html").write_text("<p>\n{{ report.custmers }}\n</p>")
    done = command("run", shop("template_dir: own\n"), "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "glance.html:2" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start headless Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1400])
def test_the_html_opens_cleanly(browser: Any, sample_run: Finished, width: int, scheme: str) -> None:
    """With the network off the page makes no request, logs no error, and does not scroll sideways."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    address = (sample_run.folder / "report.html").as_uri()
    page.goto(address)
    assert [one for one in requests if one != address and not one.startswith("data:")] == []
    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.querySelectorAll('figure [role=img]')].every(e => e.ariaLabel.length > 40)")
    assert page.evaluate("document.fonts.check('16px Inter')")
    context.close()


def test_a_hostile_report_runs_no_script(browser: Any, hostile: Finished) -> None:
    """The hostile report opens without a dialog."""
    page = browser.new_page()
    dialogs: list[str] = []

    def note(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.goto((hostile.folder / "report.html").as_uri())
    assert dialogs == []
    page.close()
