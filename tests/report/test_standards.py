"""PDFs keep what they claim: PDF/A-3a and PDF/UA-1 by a validator of its own, and the report's data inside."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import pytest

from reportgen.config.options import Options
from reportgen.errors import ConfigError
from reportgen.model.report import ChainReport, Report
from reportgen.report.publish import draw_chain, draw_report, print_report
from reportgen.stages import Stages
from tests.conftest import Finished, Shop
from tests.made import make_best_seller, make_pair, make_points
from tests.made_chain import make_chain_report
from tests.made_change import make_full_report
from tests.report.test_publish import pdf_text

pytestmark = pytest.mark.filterwarnings(  # WeasyPrint leaves its colour profile open
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
SUMMARY = Options(outputs=("summary_pdf",))
PIXEL = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
PROFILES = (validator.ValidationProfile.PDF_A_3A, validator.ValidationProfile.PDF_UA_1)
STREAM_LENGTH = "PDFA3A-STREAM-LENGTH-001"
"""The validator takes a last byte of CR for part of the line end that follows the data; such a stream is not at fault."""


def selling(*names: str) -> Report:
    """Make a report, compared and corrected, whose segments buy products of these names."""
    report = make_full_report()
    bought = tuple(make_best_seller(name) for name in names)
    pairs = (make_pair(first=names[0], second=names[-1]),)
    return replace(report, segments=tuple(replace(one, best_sellers=bought, pairs=pairs) for one in report.segments))


REPORTS: dict[str, Callable[[], Report | ChainReport]] = {
    "compared and restated": make_full_report,
    "chain": lambda: make_chain_report(headline=("One.", "Two.", "Three.")),
    "german": lambda: selling("Teekännchen „Größe L“ für Ästheten", "Süßholz & Fußbänkchen"),
    "japanese": lambda: selling("急須 鉄瓶", "ティーカップ"),
    "cyrillic": lambda: selling("Чайник «Большой»", "Чашка"),
}


@cache
def printed(name: str) -> bytes:
    """Print a made report as PDF."""
    report, options = REPORTS[name](), Options(outputs=("pdf",))
    drawn = (
        draw_chain(report, options) if isinstance(report, ChainReport) else draw_report(report, make_points(), options)
    )
    return print_report(report, drawn, options, Stages()).files["report.pdf"]


def has_font_for(language: str) -> bool:
    """Tell whether this machine has a font for a language."""
    found = subprocess.run(["fc-list", f":lang={language}"], capture_output=True, text=True, check=False).stdout
    return bool(found.strip())


def broken_rules(pdf: bytes) -> list[str]:
    """List the rules of both standards that a file breaks, but for the known exception where it is one."""
    return [
        f"{failure.rule_id}: {failure.message}"
        for profile in PROFILES
        for failure in validator.validate_pdf_bytes(pdf, profile=profile).failures
        if not (failure.rule_id == STREAM_LENGTH and is_excused(pdf))
    ]


def is_excused(pdf: bytes) -> bool:
    """Tell whether each stream is as long as it says, and one ends in the byte that the validator stumbles over."""
    streams = [(found.end(), int(found[1])) for found in re.finditer(rb"/Length (\d+)[^>]*>>\nstream\n", pdf)]
    assert len(streams) == pdf.count(b"\nendstream")
    right = all(pdf[at + length : at + length + 10] == b"\nendstream" for at, length in streams)
    return right and any(pdf[at + length - 1 : at + length] == b"\r" for at, length in streams)


@pytest.mark.parametrize("name", REPORTS)
def test_a_pdf_keeps_both_standards(name: str) -> None:
    """A report compared and restated, a chain's, and German, Japanese and Cyrillic products: no rule is broken."""
    if name == "japanese" and not has_font_for("ja"):
        pytest.skip("needs a Japanese font: apt-get install fonts-ipafont-gothic")
    assert broken_rules(printed(name)) == []


def test_real_runs_keep_both_standards(sample_run: Finished, compared_run: Finished) -> None:
    """So do a first report from the command line, and one of ten segments with actions that were read out."""
    for run in (sample_run, compared_run):
        assert broken_rules(run.pdf.read_bytes()) == []
    assert broken_rules((compared_run.folder / "summary.pdf").read_bytes()) == []


def summed_up(report: Report | ChainReport, options: Options = SUMMARY) -> str:
    """Print a report's summary; return its text, of what must be one page."""
    drawn = (
        draw_chain(report, options) if isinstance(report, ChainReport) else draw_report(report, make_points(), options)
    )
    files = print_report(report, drawn, options, Stages()).files
    assert set(files) == {"charts.json", "summary.pdf"}
    assert broken_rules(files["summary.pdf"]) == []
    with pikepdf.open(io.BytesIO(files["summary.pdf"])) as pdf:
        assert len(pdf.pages) == 1
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(files["summary.pdf"])
        file.flush()
        return " ".join(pdf_text(Path(file.name)).split())


def own_headline(folder: Path, height: int) -> Options:
    """Make the options of a shop whose first section begins with so many millimetres of nothing."""
    (folder / "sections").mkdir(exist_ok=True)
    block = f'{{% block before %}}<div style="height: {height}mm"></div>{{% endblock %}}'
    text = f"{{% extends 'shipped/sections/headline.html' %}}{block}"
    (folder / "sections" / "headline.html").write_text(text, encoding="utf-8")
    return Options.model_validate(
        {"template_dir": str(folder), "outputs": ["summary_pdf"], "brand": {"disclaimer": f"As of today. {height}"}}
    )


def test_a_summary_is_one_page(tmp_path: Path) -> None:
    """The first section stands alone on one page; of a dozen long sentences it has the first three, and the figures."""
    report = make_full_report()
    text = summed_up(report)
    for sentence in report.words.headline:
        assert sentence in text
    assert "25% of customers bring 70% of sales" in text and "Segments at a glance" not in text
    long = tuple(f"Sentence {n} is long. {'It goes on and on about customers and sales. ' * 9}" for n in range(12))
    words = replace(report.words, headline=long, headline_marks=(None,) * 12)
    cut = summed_up(replace(report, words=words))
    assert [f"Sentence {n} is" in cut for n in range(4)] == [True, True, True, False]
    assert "Average order value" in cut
    with pytest.raises(ConfigError, match="a first section that fits one page"):
        summed_up(report, own_headline(tmp_path, 230))
    house = own_headline(tmp_path, 60)
    assert "As of today." in summed_up(replace(report, words=words), house)
    assert "One." in summed_up(make_chain_report(headline=("One.", "Two.", "Three.")))


def test_a_pdf_with_empty_boxes_claims_nothing(call: Any, shop: Shop, tmp_path: Path) -> None:
    """Signs that no font has are empty boxes, which the standards forbid: the file does not claim to keep them."""
    done = call("run", shop(product="Teapot \U00013000"), "--output", tmp_path / "out")
    assert done.returncode == 0
    assert "no font of this machine has 1 of the characters in the PDF" in done.stdout
    [pdf] = (tmp_path / "out").rglob("latest/report.pdf")
    assert b"pdfaid:part" not in pdf.read_bytes() and b"pdfuaid:part" not in pdf.read_bytes()
    assert b"pdfaid:part" in printed("chain") and b"pdfuaid:part" in printed("chain")


def test_the_validator_finds_what_is_broken() -> None:
    """The validator is no rubber stamp: without the identifier and the tree of tags the same file fails."""
    with pikepdf.open(io.BytesIO(printed("chain"))) as pdf:
        del pdf.Root.Metadata, pdf.Root.StructTreeRoot
        out = io.BytesIO()
        pdf.save(out)
    rules = " ".join(broken_rules(out.getvalue()))
    assert "PDFUA1" in rules and "PDFA3A" in rules


def test_running_headers_are_artefacts() -> None:
    """What stands in the margins is passed over by who listens; every other text belongs to the document's tree."""
    with pikepdf.open(io.BytesIO(printed("compared and restated"))) as pdf:
        mapped = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        for number, page in enumerate(pdf.pages):
            told, hidden = [], 0
            for operands, operator in map(tuple, pikepdf.parse_content_stream(page)):
                if str(operator) != "BDC":
                    continue
                if operands[0] == "/Artifact":
                    hidden += operands[1].Type == "/Pagination"
                else:
                    told.append(int(operands[1].MCID))
            elements = mapped[2 * number + 1]
            assert hidden >= (2 if number == 0 else 4)
            assert all(elements[one] is not None for one in told)
            assert sum(1 for one in elements if one is not None) == len(told)


def test_the_outline_is_a_tree_of_the_report() -> None:
    """Each section has a bookmark below none, and each segment one below the section of the segments."""
    with pikepdf.open(io.BytesIO(printed("compared and restated"))) as pdf, pdf.open_outline() as outline:
        tops = {str(top.title): [str(one.title) for one in top.children] for top in outline.root}
    assert [title for title, below in tops.items() if below] == ["Segment by segment"]
    names = [one.name for one in make_full_report().segments]
    assert [title.split("\u2002")[1] for title in tops["Segment by segment"]] == names
    assert {"Segments at a glance", "Where to grow", "How this was made"} < set(tops)


def test_pictures_say_what_they_show() -> None:
    """Each figure of the tree has words of its own, and they are not its caption's."""
    with pikepdf.open(io.BytesIO(printed("compared and restated"))) as pdf:
        figures = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        words = [str(one.Alt) for one in figures]
    assert len(words) > 15
    assert min(map(len, words)) > 25
    pictures = [one for one in words if not one.startswith("Line over")]
    assert len(pictures) > 10
    assert len(set(pictures)) == len(pictures)


def test_a_pdf_carries_its_data(sample_run: Finished) -> None:
    """The facts are inside to the byte, marked as data, with the tables as CSV that add up to them."""
    with pikepdf.open(sample_run.pdf) as pdf:
        inside = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        assert all(str(spec.obj.AFRelationship) == "/Data" for spec in pdf.attachments.values())
        assert all(spec.description for spec in pdf.attachments.values())
    assert inside["facts.json"] == (sample_run.folder / "facts.json").read_bytes()
    tables = {
        name: list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        for name, content in inside.items()
        if name.endswith(".csv")
    }
    facts = sample_run.facts
    assert [int(row["Customers"]) for row in tables["segments.csv"]] == [one["customers"] for one in facts["segments"]]
    assert [row["Month"] for row in tables["months.csv"]] == [one["month"] for one in facts["months"]]
    assert [float(row["Sales"]) for row in tables["months.csv"]] == [float(one["sales"]) for one in facts["months"]]
    sold = [one["product_name"] for segment in facts["segments"] for one in segment["best_sellers"]]
    assert [row["Product"] for row in tables["best-sellers.csv"]] == sold
    done = [one["title"] for segment in facts["words"]["segments"] for one in segment["actions"]]
    assert [row["Action"] for row in tables["actions.csv"]] == done
    lost = [one["overdue"]["amount"] for one in facts["segments"] if one["overdue"]["customers"]]
    assert [float(row["Sales"]) for row in tables["at-risk.csv"]] == sorted(lost, reverse=True)


def test_a_formula_inside_is_a_text() -> None:
    """A product that a spreadsheet would compute stands guarded in the tables inside."""
    options = Options(outputs=("pdf",))
    report = selling("=cmd|' /C calc'!A1", "+1")
    pdf = print_report(report, draw_report(report, make_points(), options), options, Stages()).files["report.pdf"]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        content = opened.attachments["best-sellers.csv"].get_file().read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert {row[2] for row in rows[1:]} == {"'=cmd|' /C calc'!A1", "'+1"}


def test_a_picture_without_words_ends_the_run(call: Any, shop: Shop, tmp_path: Path) -> None:
    """A template of the user's with a picture that has no text alternative is told, and nothing is written."""
    own = tmp_path / "own" / "sections"
    own.mkdir(parents=True)
    (own / "glance.html").write_text(f'<h2>Glance</h2><img src="{PIXEL}">')
    done = call("run", shop("template_dir: own\n"), "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "a text alternative (alt) for each picture" in done.stderr
    assert not (tmp_path / "out").exists()
