"""The printed report: what a reader and a browser meet, and that nothing in the data can do harm."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import altair
import jsonschema
import pikepdf
import pytest

from reportgen.config.options import Options
from reportgen.model.artefacts import ARTEFACTS, AUDIENCES, find_artefact
from reportgen.model.trust import DISSOLVED, HIGHLY_STABLE, VALID
from reportgen.model.upgrade import read_report
from reportgen.render.mail import MailNotes
from reportgen.report.publish import MailPrinter
from reportgen.text.formats import Formats
from tests.conftest import ROOT, Finished, Shop
from tests.render.test_mail import REPORTS, printed
from tests.report.printed import in_lines, read_tables, read_tiles, tables_of, tiles_of

SCRIPT = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A1"
FOOTER, DISCLAIMER = "</footer><script>alert(2)</script> {{ 6*7 }}", "=1+1 \u202etxet\u202c zero\u200bwidth <b>bold</b>"
OVERRIDE = "Tea\u202eneerg"


def pdf_text(pdf: Path, *flags: str) -> str:
    """Return a PDF's text in the order in which it is read, or as `flags` say."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    return subprocess.run(["pdftotext", *flags, str(pdf), "-"], capture_output=True, text=True, check=True).stdout


def pdf_pages(pdf: Path) -> list[str]:
    """Return the text of each page as it is laid out."""
    return pdf_text(pdf, "-layout").split("\f")[:-1]


def head_of(page: str) -> str:
    """Return the first line of a page below its margin; the section of the segments says its name above the first."""
    lines = (" ".join(line.split()) for line in page.splitlines()[2:] if line.strip())
    return next(line for line in lines if line != "Segment by segment")


def visible_text(page: str) -> str:
    """Return what a reader sees of an HTML page, charts left out."""
    page = re.sub(r"(?s)<(style|script|svg|title|head)\b.*?</\1>", " ", page)
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.fixture(params=["first", "compared"])
def either_run(request: pytest.FixtureRequest, sample_run: Finished, compared_run: Finished) -> Finished:
    """Return a first report, and one that says what has changed."""
    return sample_run if request.param == "first" else compared_run


def test_a_real_run_has_the_declared_files(compared_run: Finished) -> None:
    """A run that keeps everything has every declared file once, and none besides."""
    files = [path.relative_to(compared_run.folder) for path in compared_run.folder.rglob("*") if path.is_file()]
    artefacts = [find_artefact(path.as_posix()) for path in files]
    assert {artefact.name for artefact in artefacts if artefact} == {artefact.name for artefact in ARTEFACTS}
    assert None not in artefacts
    assert {path.parent.name for path in files} == {"", AUDIENCES}


def test_charts_follow_the_schema_of_vega_lite(either_run: Finished) -> None:
    """Every spec of charts.json is one of Vega-Lite, but for a background of null, which Vega knows as none."""
    schema = altair.load_schema()
    validator = jsonschema.validators.validator_for(schema)(schema)
    charts = json.loads((either_run.folder / "charts.json").read_text(encoding="utf-8"))
    for key, specs in charts.items():
        for width, spec in specs.items():
            assert spec["config"].pop("background") is None
            assert not list(validator.iter_errors(spec)), f"{key}, {width}"


def test_the_facts_follow_their_published_schema(either_run: Finished) -> None:
    """facts.json validates against facts.schema.json as it is published."""
    schema = json.loads((ROOT / "configs" / "schemas" / "facts.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(either_run.facts)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(inner)
    elif isinstance(value, str):
        yield value


def _sentences_in(value: Any, is_said: bool = False) -> Iterator[str]:
    """Find what is printed on screen and paper alike, wherever in the facts it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _sentences_in(inner, key in ("headline", "summary", "narrative"))
    elif isinstance(value, list):
        for inner in value:
            yield from _sentences_in(inner, is_said)
    elif is_said and isinstance(value, str):
        yield value


NUMERAL = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
IN_THE_TEMPLATES = {"1", "5", "20", "28", "30", "90", "100", "1987", "1995", "2001", "2007", "2011"}
"""Constants of the wording: 100 is average, 1 %, 5 %, 20 customers, 30 and 90 days, years of the sources."""


def _told_in_templates(facts: dict[str, Any]) -> set[str]:
    """Every numeral that the templates put between the sentences and tables."""
    formats, period, method = Formats("en_GB", "GBP"), facts["period"], facts["method"]
    days = [period["first_day"], period["as_of"], facts["made_on"]]
    texts = [formats.day(date.fromisoformat(one)) for one in days]
    if facts["change"]["previous"]:
        texts.append(facts["change"]["previous"]["month"])
        texts.append(str(facts["change"]["model"]["segments_before"]))
    counts = [facts["n_clusters"], method["random_state"], method["min_pair_orders"]]
    for one in facts["segments"]:
        counts += [one["number"], one["pairs_found"], one["pairs_alike"], one["pair_orders_counted"]]
    counts += [method["rules"][name] for name in ("new_days", "overdue_days", "lapsed_days")]
    texts += [formats.share(one) for one in (facts["lines"]["dropped_share"], method["max_dropped_share"])]
    texts += [formats.share(one) for one in (method["step_up_share"], HIGHLY_STABLE, VALID, DISSOLVED)]
    if facts["returning"]["known_from"]:
        texts.append(formats.month(facts["returning"]["known_from"]))
    counts += [step["times"]["horizon_days"] for step in facts["returning"]["steps"][:1]]
    counts += [one["returning"]["month_ends"] for one in facts["segments"] if one["returning"]]
    if facts["taken_back"]:
        amount = facts["taken_back"]["amount"]
        texts += [formats.money_in_words(amount), formats.share(amount / float(facts["total_sales"]))]
    texts += [formats.count(one) for one in counts if one is not None]
    return IN_THE_TEMPLATES | set(NUMERAL.findall(" ".join(texts)))


def test_each_cell_of_the_html_is_its_fact(either_run: Finished) -> None:
    """Each cell of each table of the HTML says the number of the facts that belongs there; no table is without."""
    expected, found = tables_of(either_run.facts, "screen"), read_tables(either_run.html)
    assert [name for name, _ in found] == [name for name, _ in expected]
    for (name, wanted), (_, rows) in zip(expected, found, strict=True):
        assert [row[1:] for row in rows] == [row[1:] for row in wanted], name
        for wants, row in zip(wanted, rows, strict=True):
            assert wants[0] in ((), row[0]), name


def test_each_tile_of_the_html_is_its_fact(either_run: Finished) -> None:
    """Each tile of the headline shows its own figure and by how much it has changed."""
    assert read_tiles(either_run.html) == tiles_of(either_run.facts)


def test_between_tables_stands_nothing_but_sentences_of_the_facts(either_run: Finished) -> None:
    """Tables, tiles, charts and the texts of the facts apart, the HTML shows the few numbers of its own wording."""
    page = re.sub(r'(?s)<(figcaption|details|table)\b.*?</\1>|<ul class="tiles.*?</ul>', " ", either_run.html)
    text = " ".join(visible_text(page).split())
    for one in sorted(set(_texts_in(either_run.facts)), key=len, reverse=True):
        if re.search(r"\d", one):
            text = re.sub(rf"(?<!\w){re.escape(' '.join(one.split()))}(?!\w)", " ", text)
    assert set(NUMERAL.findall(text)) - _told_in_templates(either_run.facts) == set()


def _text_from(pages: list[str], name: str, facts: dict[str, Any]) -> str:
    """Return the pages from that on which a table begins: its segment's, or the first."""
    number = re.search(r" (\d+)$", name)
    if not number:
        return "\n".join(pages)
    [segment] = [one for one in facts["segments"] if one["number"] == int(number[1])]
    [page] = [page for page in pages[1:] if head_of(page) == f"{segment['number']} {segment['identity']['name']}"]
    return page


def test_each_row_of_the_pdf_is_its_facts(either_run: Finished) -> None:
    """Each row of each table of the PDF shows its numbers beside one another, the rows in order, a segment's on its page."""
    pages = pdf_pages(either_run.pdf)
    for name, rows in tables_of(either_run.facts, "print"):
        text, at = _text_from(pages, name, either_run.facts), 0
        for pattern in in_lines(rows):
            found = re.compile(rf"(?<!\S){pattern}(?!\S)").search(text, at)
            assert found, (name, pattern)
            at = found.end()


def test_the_pdf_says_each_sentence(either_run: Finished) -> None:
    """Headline, summaries and narratives stand in the PDF word for word and number for number."""
    sentences = {" ".join(one.split()) for one in _sentences_in(either_run.facts)}
    assert len(sentences) > 5 * len(either_run.facts["segments"])
    text = " ".join(pdf_text(either_run.pdf).split())
    assert {one for one in sentences if one not in text} == set()


def check_segment_pages(run: Finished) -> None:
    """Assert that each segment's name heads exactly one page, and that the page after is the next one's."""
    pages = pdf_pages(run.pdf)
    heads = [head_of(page) for page in pages[1:]]
    names = [f"{one['number']} {one['identity']['name']}" for one in run.facts["segments"]]
    found = [n for n, head in enumerate(heads) if head in names]
    assert [heads[n] for n in found] == names
    assert found == list(range(found[0], found[0] + len(names)))
    assert heads[found[-1] + 1] == "Coming back"


def test_each_segment_fits_one_page(sample_run: Finished) -> None:
    """Each segment of the sample has one page."""
    check_segment_pages(sample_run)


def test_ten_segments_fit_one_page_each(compared_run: Finished) -> None:
    """Ten segments head ten pages in a row, one each, with what changed in each."""
    assert len(compared_run.facts["segments"]) == 10
    assert compared_run.facts["change"]["migration"]["moved"] > 0
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
            assert any(segment["identity"]["name"] in title for title in titles)
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
    page = re.sub(r"(?s)<script>.*?</script>", "", sample_run.html)
    addresses = re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"')>\s]+)", page)
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
        'segments: {clusters_from: 2, names: {frequent_big: "</title><i>VIP", rare_small: "a\\"b<"}}\n'
        f"brand: {{name: '<i>Fern', footer: '{FOOTER}', disclaimer: \"{DISCLAIMER}\"}}\n"
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
    assert hostile.html.count("<script") == 1 and hostile.html.count("</script") == 1  # the page's own
    assert SCRIPT in visible_text(hostile.html)
    assert SCRIPT in re.sub(r"\s+", " ", " ".join(pdf_pages(hostile.pdf)))


def test_hostile_titles_and_names_are_plain_text(hostile: Finished) -> None:
    """Titles and segment names with markup and template signs are neither markup nor templates."""
    assert "<b>" not in hostile.html.split("<body>")[1]
    assert "{{ 7*7 }}" in visible_text(hostile.html)
    assert "49" not in hostile.facts["report"]["title"]
    assert hostile.html.count("</style>") == 1
    for text in (visible_text(hostile.html), " ".join(pdf_text(hostile.pdf).split())):
        assert FOOTER in text
        assert "zero" in text and "<b>bold</b>" in text
    assert not re.search("[\u202a-\u202e]", hostile.html)


def test_hostile_texts_are_plain_in_the_mail(hostile: Finished) -> None:
    """The mail shows titles, names, footer and disclaimer as they stand, and has no element of theirs."""
    report = read_report(json.dumps(hostile.facts))
    house = Options.model_validate({"brand": {"footer": FOOTER, "disclaimer": DISCLAIMER}})
    page, text = MailPrinter(report, house).print(MailNotes())
    bare = re.sub(r'="[^"]*"', "", page.partition("<body")[2])  # in an attribute it is no element
    assert not re.search(r"<(script|b|i)\b", bare)
    assert not re.search("[\u202a-\u202e]", page + text)
    for shown in (visible_text(page), text):
        assert FOOTER in " ".join(shown.split())
        assert "& 'co'" in " ".join(shown.split())


def test_no_customer_id_is_printed(hostile: Finished) -> None:
    """No customer id, hostile or not, stands in any of the files."""
    assert "calc" not in hostile.html
    assert "calc" not in json.dumps(hostile.facts)
    assert "calc" not in " ".join(pdf_pages(hostile.pdf))


def test_names_in_a_report_are_isolated(shop: Shop, tmp_path: Path, finish: Callable[..., Finished]) -> None:
    """A product with an override in its name stands isolated in every sentence of HTML and facts."""
    config = shop(f'report: {{title: "{OVERRIDE}"}}', product=OVERRIDE)
    done = finish(config, tmp_path / "out", "--set", "outputs=[html]")
    facts = (done.folder / "facts.json").read_text(encoding="utf-8")
    for text in (done.html, facts):
        assert not re.search("[\u202a-\u202e]", text)
        assert "\u2068Teaneerg\u2069" in text


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/hostname", "shipped:../print.html"])
def test_a_template_may_not_fetch(call: Any, shop: Shop, tmp_path: Path, address: str) -> None:
    """A template of the user's that wants something from outside ends the run with exit code 2 and no folder."""
    own = tmp_path / "own" / "sections"
    own.mkdir(parents=True)
    (own / "glance.html").write_text(f'<img alt="x" src="{address}">')
    done = call("run", shop("template_dir: own\n"), "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "may not fetch" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("block", ["{% set _ = sections.pop() %}", "{% set _ = kpis.clear() %}"])
def test_a_template_may_not_write(call: Any, shop: Shop, tmp_path: Path, block: str) -> None:
    """What a template is given can be read and not changed: the mistake is the template's, and told with its place."""
    own = tmp_path / "own" / "sections"
    own.mkdir(parents=True)
    (own / "glance.html").write_text(f"<h2>Mine</h2>{block}", encoding="utf-8")
    done = call("run", shop("template_dir: own\n"), "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "glance.html" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_mistake_in_a_template_names_its_line(call: Any, shop: Shop, tmp_path: Path) -> None:
    """An unknown name in a template is told with the template and the line, and nothing is written."""
    own = tmp_path / "own" / "sections"
    own.mkdir(parents=True)
    (own / "glance.html").write_text("<p>\n{{ report.custmers }}\n</p>")
    done = call("run", shop("template_dir: own\n"), "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "glance.html:2" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


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
    labels = page.evaluate("[...document.querySelectorAll('figure [role=img]')].map(e => e.ariaLabel.length)")
    assert len(labels) > len(sample_run.facts["segments"])  # each has a map of its own
    assert min(labels) > 40
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800])
def test_no_mail_scrolls_sideways(browser: Any, width: int, scheme: str) -> None:
    """No e-mail is wider than the screen with its pictures blocked, and it is dark where the screen is."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for name in ("four", "ten", "chain", "large chain"):
        page.set_content(printed(REPORTS[name])[0])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (colour == "rgb(15, 19, 24)") is (scheme == "dark")
    page.close()


def test_the_list_of_customers_has_the_trials_that_the_report_tells(compared_run: Finished) -> None:
    """Who is written to and who is held back are as many as the plans say, action by action; overdue are the overdue."""
    facts = compared_run.facts
    with (compared_run.folder / "customers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counted = Counter((int(row["segment"]), row["action"], row["arm"]) for row in rows)
    assert facts["trials"]
    proposed = [trial["plan"] for trial in facts["trials"] if trial["state"] == "proposed"]
    for plan in proposed:
        mine = plan["segment"], plan["play"]
        assert [counted.pop((*mine, arm), 0) for arm in ("treat", "hold")] == [plan["treat"], plan["hold"]]
        assert plan["treat"] + plan["hold"] == plan["customers"]
        if plan["audience"] == "overdue":
            segment = next(one for one in facts["segments"] if one["number"] == plan["segment"])
            assert plan["customers"] + plan["in_trial"] == segment["overdue"]["customers"]
    assert {(action, arm) for _, action, arm in counted} == {("", "")}
    assert sum(counted.values()) + sum(plan["customers"] for plan in proposed) == facts["customers"]


def test_the_file_of_each_action_has_its_customers(compared_run: Finished) -> None:
    """Each action's file names those whom the list of customers gives it, as many as the facts say, and why."""
    facts, by_action = compared_run.facts, {}
    with (compared_run.folder / "customers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_action.setdefault((int(row["segment"]), row["action"]), {})[row["customer_id"]] = row
    ids = {trial["id"] for trial in facts["trials"] if trial["state"] == "proposed" and trial["plan"]["customers"]}
    assert {audience["trial"] for audience in facts["audiences"]} == ids
    for audience in facts["audiences"]:
        listed = by_action[audience["segment"], audience["action"]]
        with (compared_run.folder / audience["file"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0])[:2] == ["customer_id", "arm"]
        assert [row["customer_id"] for row in rows] == sorted(listed)
        arms = Counter(row["arm"] for row in rows)
        assert (len(rows), arms["treat"], arms["hold"]) == tuple(
            audience[name] for name in ("customers", "treat", "hold")
        )
        for row in rows:
            mine = listed[row["customer_id"]]
            assert [row[name] for name in ("arm", "total_sales", "next_order")] == [
                mine[name] for name in ("arm", "total_sales", "next_order")
            ]
            silent = date.fromisoformat(facts["period"]["as_of"]) - date.fromisoformat(row["last_order"])
            assert re.match(rf"(?:.*[^\d,])?{silent.days:,} days? (?:ago|without)|.* on the last day$", row["why"])
            assert row["placement"] == ("border" if float(mine["kept_share"]) < 0.75 else "sure")


def test_what_became_of_the_actions_is_told(compared_run: Finished) -> None:
    """What was marked is told: read out where the days are over, not sent, not marked; and nothing else was proposed."""
    earlier = [trial for trial in compared_run.facts["trials"] if trial["state"] != "proposed"]
    followed = [trial for trial in earlier if trial["month"] == "2025-12"]
    assert {(trial["month"], trial["state"]) for trial in earlier if trial not in followed} == {
        ("2025-10", "not_marked"),
        ("2025-11", "not_marked"),
    }
    assert earlier[: len(followed)] == followed
    states = Counter(trial["state"] for trial in followed)
    assert (states["not_sent"], states["not_marked"], states["read"]) == (1, 1, len(followed) - 2)
    for trial in followed:
        out = trial["read_out"]
        assert (out is not None) == (trial["state"] == "read")
        if out is not None:
            assert (trial["sent_on"], out["until"], trial["read_in"]) == ("2026-01-02", "2026-01-29", "2026-01")
            assert (out["treat"]["customers"], out["hold"]["customers"]) == (
                trial["plan"]["treat"],
                trial["plan"]["hold"],
            )
