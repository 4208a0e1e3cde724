"""What a template asks of its view the view has, and what a view offers its template shows: each is the other's contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from jinja2 import Environment, nodes

from reportgen.render.views.chain import ChainHeadlineView, ChainMethodView, MixView, StoresView
from reportgen.render.views.change import ChangeView
from reportgen.render.views.earned import EarnedView
from reportgen.render.views.frame import FrameView, view_frame
from reportgen.render.views.glance import GlanceView
from reportgen.render.views.growth import GrowthView
from reportgen.render.views.headline import HeadlineView
from reportgen.render.views.mail import ChainMailView, MailFrame, StoreMailView, view_mail
from reportgen.render.views.map import MapView
from reportgen.render.views.method import MethodView
from reportgen.render.views.parts import Medium
from reportgen.render.views.returning import ReturningView
from reportgen.render.views.segments import SegmentsView
from reportgen.report.sections import CHAIN_SECTIONS, SECTIONS
from reportgen.resources import shipped_folder
from reportgen.text.formats import Formats
from tests.conftest import ROOT
from tests.made import BRITISH, make_report
from tests.made_chain import make_chain_report
from tests.made_change import make_full_report

TEMPLATES = shipped_folder("templates")
VIEWS: dict[str, type] = {
    "sections/headline.html": HeadlineView,
    "sections/glance.html": GlanceView,
    "sections/map.html": MapView,
    "sections/segments.html": SegmentsView,
    "sections/returning.html": ReturningView,
    "sections/growth.html": GrowthView,
    "sections/earned.html": EarnedView,
    "sections/change.html": ChangeView,
    "sections/method.html": MethodView,
    "chain/headline.html": ChainHeadlineView,
    "chain/stores.html": StoresView,
    "chain/mix.html": MixView,
    "chain/method.html": ChainMethodView,
    "mail/store.html": StoreMailView,
    "mail/chain.html": ChainMailView,
}
BY_FRAME = ("print.html", "screen.html", "css/print.css")
MEDIA: tuple[Medium, ...] = ("screen", "print")


def asked(template: str, root: str) -> set[str]:
    """List what a template asks of a value that it is given."""
    tree = Environment(autoescape=True).parse((TEMPLATES / template).read_text(encoding="utf-8"))
    found = tree.find_all(nodes.Getattr)
    return {one.attr for one in found if isinstance(one.node, nodes.Name) and one.node.name == root}


def offered(kind: type) -> set[str]:
    """List the fields and properties of a view."""
    properties = {name for one in kind.__mro__ for name, value in vars(one).items() if isinstance(value, property)}
    return {one.name for one in fields(kind)} | properties


def test_each_section_has_a_view() -> None:
    """Every section that can be printed is among the views that are held here."""
    sections = [*(one.template for one in SECTIONS), *(one.template for one in CHAIN_SECTIONS)]
    assert set(sections) <= set(VIEWS)


@pytest.mark.parametrize("template", VIEWS)
def test_a_template_and_its_view_fit(template: str) -> None:
    """A template asks for nothing that its view does not have, and leaves out nothing that it is offered."""
    wanted, given = asked(template, "view"), offered(VIEWS[template])
    assert wanted - given == set()
    assert given - wanted <= {"frame"}


def test_the_frames_fit() -> None:
    """The files around the sections, and those around the mails, ask for what their frames have, and for all of it."""
    wanted = {name for template in BY_FRAME for name in asked(template, "frame")}
    assert wanted == offered(FrameView) - {"contents"}
    mails = ("mail/frame.html", "mail/frame.txt", "mail/store.html", "mail/chain.html")
    assert {name for template in mails for name in asked(template, "frame")} == offered(MailFrame)


@pytest.mark.parametrize("template", sorted(str(one.relative_to(TEMPLATES)) for one in TEMPLATES.rglob("*.html")))
def test_templates_neither_search_nor_choose(template: str) -> None:
    """No template of a report or a mail picks out of a list, cuts one, or takes a written number apart."""
    if template.startswith("history/"):
        pytest.skip("the history pages show manifests")
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    tags = " ".join(re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL))
    assert not re.search(r"selectattr|rejectattr|\| *(replace|truncate|first|sort|map)\b|append\(|report\.", tags)
    tree = Environment(autoescape=True).parse(text)
    assert [one for one in tree.find_all(nodes.For) if one.test is not None] == []
    slices = [one for one in tree.find_all(nodes.Getitem) if isinstance(one.arg, nodes.Slice)]
    assert len(slices) <= (template == "mail/frame.html")  # the first sentence leads, the others follow


def test_the_docs_name_each_view() -> None:
    """Who overrides a template finds its view in the docs."""
    docs = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
    for template, view in VIEWS.items():
        assert f"`{template}`" in docs and f"`{view.__name__}`" in docs, template


def _classes(kind: Any) -> Iterator[type]:
    if get_origin(kind) in (Union, UnionType, tuple):
        for inner in get_args(kind):
            yield from _classes(inner)
    elif is_dataclass(kind) and isinstance(kind, type):
        yield kind
        for inner in get_type_hints(kind).values():
            yield from _classes(inner)


@pytest.mark.parametrize("kind", dict.fromkeys([*VIEWS.values(), FrameView]), ids=lambda kind: kind.__name__)
def test_views_are_frozen_and_explained(kind: type) -> None:
    """Each view, with every value in it, cannot be changed and says what it is."""
    for one in set(_classes(kind)):
        assert one.__dataclass_params__.frozen, one  # type: ignore[attr-defined]
        assert one.__doc__ and not one.__doc__.startswith(f"{one.__name__}("), one


def _texts(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        for one in fields(value):
            yield from _texts(getattr(value, one.name))
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield value


@pytest.mark.parametrize("medium", MEDIA)
def test_views_hold_text_alone(medium: Medium) -> None:
    """A view holds what is printed, written out: the few whole numbers are colours, numbers of segments and of columns."""
    for report in (make_full_report(), make_report()):
        views = [section.view(report, BRITISH, medium) for section in SECTIONS]
        kinds = {type(one) for one in _texts([*views, view_mail(report, BRITISH), view_frame(report, [], BRITISH)])}
        assert kinds <= {str, int, bool, float, type(None)}
        floats = [one for one in _texts(views) if isinstance(one, float)]
        assert all(0 <= one <= 160 for one in floats)  # points of the small lines
    chain = make_chain_report()
    views = [section.view(chain, BRITISH, medium) for section in CHAIN_SECTIONS]
    assert {type(one) for one in _texts([*views, view_mail(chain, BRITISH)])} <= {str, int, bool, type(None)}


def test_views_write_in_the_report_s_own_way() -> None:
    """Every number of a view follows the locale and the currency that it is made with."""
    german = Formats("de_DE", "EUR")
    texts = [one for section in SECTIONS for one in _texts(section.view(make_full_report(), german, "screen"))]
    assert any("€" in str(one) for one in texts)
    assert not any("£" in str(one) for one in texts if not str(one).startswith(("January", "If 5%")))


def test_the_docs_name_each_block() -> None:
    """Who fills a block finds it in the docs, and the docs name none that there is not."""
    docs = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8").split("## Blocks")[1].split("\n## ")[0]
    rows = [row for row in docs.splitlines() if row.startswith("| ") and not row.startswith("| template")]
    told = {row.split(" | ")[0]: set(re.findall(r"`(\w+)`:", row)) for row in rows}
    [frame] = [blocks for names, blocks in told.items() if "mail/frame" in names]

    def blocks_of(name: str) -> set[str]:
        return set(re.findall(r"{% block (\w+) %}", (TEMPLATES / name).read_text(encoding="utf-8")))

    assert told["| each section"] == {"before", "after"}
    for folder in ("sections", "chain"):
        for path in (TEMPLATES / folder).glob("*.html"):
            assert blocks_of(f"{folder}/{path.name}") == {"before", "after"}, path
    for name in ("screen", "print"):
        assert told[f"| `{name}.html`"] == blocks_of(f"{name}.html")
    assert frame == blocks_of("mail/frame.html") == blocks_of("mail/frame.txt")
