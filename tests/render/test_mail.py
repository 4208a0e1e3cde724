"""The e-mail says the same in both its parts, in CSS that mail programs know, within Gmail's bounds."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import tinycss2
from PIL import Image

from reportgen.charts.export import draw_picture
from reportgen.config.options import Options
from reportgen.mail.compose import MAX_BODY
from reportgen.model.report import ChainReport, Report
from reportgen.render.mail import MailNotes
from reportgen.report.publish import MailPrinter
from reportgen.report.sections import mail_chart
from reportgen.text.formats import Formats
from tests.conftest import ROOT
from tests.made import make_action, make_report, make_segment, make_tasks
from tests.made_chain import make_chain_report, make_store

IGNORED = json.loads((ROOT / "tests" / "render" / "ignored_css.json").read_text(encoding="utf-8"))
NOTES = MailNotes(
    links={key: f"https://reports.example.org/{key}?a=1&b=2" for key in ("report", "pdf", "months")},
    enclosed=("the report as PDF (0.4 MB)",),
    replaces="This replaces the report for January 2026 that was sent on 1 February 2026.",
    changes=("Customers: 1,730, before 1,728.",),
    unsubscribe_url="https://reports.example.org/stop?x=1&y=2",
)
HEADLINE = ("400 customers placed 2,000 orders.", "The best bring 70% of sales.")


def many(count: int) -> Report:
    """Make a report with many segments of long names, all of them with something to do."""
    kinds = "Frequent buyers with very large baskets who have not been seen for a while"
    segments = tuple(make_segment(n, f"{kinds} {n}", mean_total_sales=12345.6 + n) for n in range(1, count + 1))
    actions = tuple(make_action(n, what="Write to them. " * 20) for n in range(1, min(count, 3) + 1))
    return make_report(segments, words={"headline": HEADLINE, "do_this_month": actions})


def four(**changes: object) -> Report:
    """Make the usual report with its headline."""
    return make_report(words={"headline": HEADLINE}, do_this_month=make_tasks(1, 2, 3), **changes)


def chain(count: int = 3) -> ChainReport:
    """Make a chain report of some stores."""
    stores = [make_store(f"Store {n} of the chain", pulled_sales=100.0 + n) for n in range(count)]
    return make_chain_report(stores, headline=HEADLINE)


REPORTS = {"four": four(), "ten": many(10), "one": many(1), "chain": chain(), "large chain": chain(60)}


def printed(report: Report | ChainReport, notes: MailNotes = NOTES) -> tuple[str, str]:
    """Fill the e-mail's templates."""
    return MailPrinter(report, Options()).print(notes)


def seen(page: str) -> str:
    """Return what a reader sees of the HTML with pictures blocked: texts, and the words in place of pictures."""
    page = re.sub(r"(?s)<(style|title)\b.*?</\1>|<div class=\"preview\".*?</div>|<!--.*?-->", " ", page)
    page = re.sub(r'<img[^>]*alt="([^"]*)"[^>]*>', r" \1 ", page)
    links = " ".join(re.findall(r'href="([^"]*)"', page))
    return html.unescape(f"{re.sub(r'<[^>]+>', ' ', page)} {links}")


def numbers(text: str) -> set[str]:
    """List every numeral of a text."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


@pytest.mark.parametrize("name", REPORTS)
def test_both_parts_say_the_same(name: str) -> None:
    """Every number of one part stands in the other; so does every sentence of the headline."""
    page, text = printed(REPORTS[name])
    assert numbers(seen(page)) == numbers(text)
    assert len(numbers(text)) > 10
    for sentence in REPORTS[name].words.headline:
        assert sentence in seen(page)
        assert sentence in " ".join(text.split())


@pytest.mark.parametrize("name", REPORTS)
def test_the_body_stays_within_the_budget(name: str) -> None:
    """90 kB with ten segments of long names or sixty stores; Gmail cuts off what is beyond 102."""
    page, _ = printed(REPORTS[name])
    assert len(page.encode()) < MAX_BODY


class _Tags(HTMLParser):
    """Collects elements with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """List every element of a page."""
    parser = _Tags()
    parser.feed(page)
    return parser.found


def declarations(page: str) -> Iterator[tuple[str, str, str]]:
    """List every inline declaration: element, property, value."""
    for tag, attributes in elements(page):
        for one in tinycss2.parse_declaration_list(attributes.get("style") or "", skip_whitespace=True):
            assert one.type == "declaration", one
            yield tag, one.lower_name, tinycss2.serialize(one.value).strip()


@pytest.mark.parametrize("name", REPORTS)
def test_no_css_that_mail_programs_ignore(name: str) -> None:
    """No property or value in use is one that a major mail program ignores, nor is one where Outlook ignores it."""
    page, _ = printed(REPORTS[name])
    used = list(declarations(page))
    assert len(used) > 100
    wrong = [(tag, prop) for tag, prop, _ in used if prop in IGNORED["properties"]]
    for tag, prop, value in used:
        words = set(re.findall(r"[a-z-]+\(?|(?<=\d)[a-z]+", value))
        wrong += [(tag, f"{prop}: {value}") for bad in IGNORED["values"] if bad in words or bad == f"{prop}: {value}"]
        if prop == "padding" and tag not in ("td", "th", "body"):
            wrong.append((tag, "padding, which Outlook knows on table cells alone"))
        if prop in ("width", "max-width") and tag not in ("table", "td", "th", "img"):
            wrong.append((tag, f"{prop}, which Outlook knows on tables alone"))
        if prop == "margin" and (re.search(r"-\d", value) or "auto" in value):
            wrong.append((tag, f"margin {value}"))
    assert wrong == []


@pytest.mark.parametrize("name", REPORTS)
def test_the_style_element_is_a_bonus_alone(name: str) -> None:
    """What is not inlined stands in media queries, for those who know them; nothing of the layout depends on it."""
    page, _ = printed(REPORTS[name])
    (sheet,) = re.findall(r"(?s)<style[^>]*>(.*?)</style>", page)
    rules = tinycss2.parse_stylesheet(sheet, skip_whitespace=True, skip_comments=True)
    assert {rule.type for rule in rules} == {"at-rule"}
    assert {rule.lower_at_keyword for rule in rules} == {"media"}
    assert "prefers-color-scheme: dark" in sheet


@pytest.mark.parametrize("name", REPORTS)
def test_only_elements_that_mail_programs_keep(name: str) -> None:
    """No scripts, forms, SVG or outside resources; the one picture comes with the message and tells its numbers."""
    page, _ = printed(REPORTS[name])
    found = elements(page)
    known = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "table",
        "tbody",
        "tr",
        "th",
        "td",
        "p",
        "h1",
        "h2",
    }
    assert {tag for tag, _ in found} <= known | {"a", "img", "span", "strong"}
    for _, attributes in found:
        assert not any(key.startswith("on") for key in attributes)
    pictures = [attributes for tag, attributes in found if tag == "img"]
    assert [one["src"] for one in pictures] == (["cid:chart"] if name != "one" else [])
    assert all(len(one["alt"] or "") > 40 for one in pictures)
    links = {attributes["href"] for tag, attributes in found if tag == "a"}
    assert links == {*NOTES.links.values(), NOTES.unsubscribe_url}
    layout = [attributes for tag, attributes in found if tag == "table" and attributes.get("role") != "presentation"]
    assert len(layout) == 1, "screen readers hear of one table: that of the figures"


def test_names_are_text() -> None:
    """Markup in a store's, a segment's or the report's name is shown as it stands, in both parts; no sign turns the text."""
    bad = "<b>&amp; {{ 7 * 7 }}"
    report = four()
    report = replace(
        report,
        report=replace(report.report, store=f"{bad}\u202e", title=f"{bad}\u202e"),
        segments=(make_segment(1, f"{bad}\u202e"), *report.segments[1:]),
    )
    page, text = printed(report)
    assert "b" not in {tag for tag, _ in elements(page)}
    assert "49" not in page + text
    assert bad in html.unescape(page)
    assert bad in text
    assert "\u202e" not in html.unescape(page) + text


def test_what_is_not_there_is_not_said() -> None:
    """Without links, enclosures, a correction or a list to leave the mail says nothing of them."""
    page, text = printed(four(), MailNotes())
    for part in (page, text):
        assert "http" not in part
        assert "Attached" not in part
        assert "Corrected" not in part
        assert "A test" not in part
        assert "unsubscribe" not in part
        assert "answer this e-mail" in " ".join(part.split())


def test_a_test_says_so() -> None:
    """It says that it is one, why the readers would not get it, and nothing of a list that its reader is not on."""
    for part in printed(four(), MailNotes(is_test=True, would_hold=("it is late",))):
        said = " ".join(part.split())
        assert "A test: it went to you alone" in said
        assert "They would not get it: it is late." in said
        assert "on the list" not in said


def test_numbers_follow_the_locale() -> None:
    """A German shop reads German numbers in both parts."""
    report = four()
    report = replace(report, report=replace(report.report, locale="de_DE", currency="EUR"))
    page, text = printed(report)
    for part in (seen(page), text):
        assert "1.400" in part.replace("\xa0", " ")
        assert "€" in part


def test_the_text_fits_any_window() -> None:
    """Lines have at most 76 signs, but for web addresses."""
    _, text = printed(many(10))
    assert all(len(line) <= 76 or "://" in line for line in text.splitlines())
    assert "\n\n\n" not in text
    assert "\n-- \n" in text


def test_own_templates_come_first(tmp_path: Path) -> None:
    """A user's own mail template takes the place of the shipped one."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "store.txt").write_text("Mine: {{ view.total.customers }}")
    assert MailPrinter(four(), Options(template_dir=str(tmp_path))).print(NOTES)[1] == "Mine: 400\n"


def test_the_picture() -> None:
    """The chart stands on white paper of its own, so that a dark screen swallows none of its ink, and is small."""
    british = Formats("en_GB", "GBP")
    for report in (four(), chain()):
        chart = mail_chart(report, british)
        assert chart is not None
        png = draw_picture(chart, british)
        with Image.open(io.BytesIO(png)) as picture:
            corners = [(0, 0), (picture.width - 1, 0), (0, picture.height - 1), (picture.width - 1, picture.height - 1)]
            assert {picture.convert("RGBA").getpixel(corner) for corner in corners} == {(255, 255, 255, 255)}
        assert png.startswith(b"\x89PNG")
        assert len(png) < 100_000
    assert mail_chart(many(1), british) is None
