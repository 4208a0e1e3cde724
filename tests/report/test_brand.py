"""A shop's own look: its files read or refused, its logo and lines in every form of the report, blocks of its own."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from reportgen.config.options import Options
from reportgen.errors import ConfigError
from reportgen.palette import LOOK
from reportgen.render.mail import LOGO, MailNotes
from reportgen.report.brand import formats_of, read_brand
from reportgen.report.publish import MailPrinter, draw_report, print_report
from reportgen.stages import Stages
from tests.browsers import list_violations
from tests.conftest import ROOT, Finished, Shop
from tests.made import make_points, make_report
from tests.made_change import make_full_report
from tests.report.test_publish import pdf_text
from tests.report.test_screen import opened, report_of
from tests.report.test_standards import broken_rules

pytestmark = pytest.mark.filterwarnings(  # WeasyPrint leaves its colour profile open
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"><path fill="#103020" d="M0 0h80v40H0z"/></svg>'
FONTS = ROOT / "templates" / "fonts"


def options(folder: Path | None, **brand: Any) -> Options:
    """Make the options of a shop whose files are in a folder."""
    return Options.model_validate({"template_dir": str(folder) if folder else None, "brand": brand})


def renamed(folder: Path, file: str, family: str, embedding: int = 0) -> None:
    """Write a font of another name, made from the shipped one."""
    font = TTFont(FONTS / file)
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = family
    font["OS/2"].fsType = embedding
    font.save(folder / file)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Make a folder with a logo and two fonts."""
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "logo.svg").write_text(SVG, encoding="utf-8")
    for file in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        renamed(folder, file, "Fern Sans")
    return folder


def test_the_example_says_how_to_try_it(sample: Path) -> None:
    """The command at the head of the example names the file that the sample has."""
    head = (ROOT / "configs" / "brand.yaml").read_text(encoding="utf-8").split("extends:")[0]
    [source] = [word.split("=")[1] for word in head.split() if word.startswith("source.path=")]
    assert (sample / Path(source).name).is_file()


def test_no_brand_is_the_shipped_look() -> None:
    """Without options nothing is read and nothing changed."""
    house = read_brand(Options())
    assert house.look == LOOK
    assert (house.brand.logo, house.brand.font, house.notes) == (None, None, ())


@pytest.mark.parametrize(
    ("brand", "content", "words"),
    [
        ({"logo": "logo.svg"}, SVG, "brand.name too"),
        ({"logo": "none.svg", "name": "Fern"}, SVG, "expected a file"),
        ({"logo": "logo.svg", "name": "Fern"}, "GIF89a", "a PNG or an SVG picture"),
        ({"logo": "logo.svg", "name": "Fern"}, SVG.replace("<path", "<script>1</script><path"), "without scripts"),
        ({"logo": "logo.svg", "name": "Fern"}, SVG.replace("<path", "<path onload='x()'"), "without scripts"),
        (
            {"logo": "logo.svg", "name": "Fern"},
            SVG.replace("<path", "<image href='https://x.org/a'/><path"),
            "addresses",
        ),
        (
            {"logo": "logo.svg", "name": "Fern"},
            SVG.replace(' viewBox="0 0 80 40"', ""),
            "a viewBox, or a width and a height",
        ),
        ({"logo": "logo.svg", "name": "Fern"}, SVG + " " * 400_000, "at most 300,000 bytes"),
        ({"logo": "logo.svg", "name": "Fern"}, SVG.replace("0 0 80 40", "0 0 9000 40"), "sides of 1 to 4,000 pixels"),
        ({"logo": "logo.svg", "name": "Fern"}, SVG.replace("0 0 80 40", "0 0 0 0"), "sides of 1 to 4,000 pixels"),
        (
            {"logo": "logo.svg", "name": "Fern"},
            SVG.replace(' xmlns="http://www.w3.org/2000/svg"', ""),
            "an element svg",
        ),
        ({"logo": "logo.svg", "name": "Fern"}, SVG[:-8], "no XML"),
        ({"logo": "logo.svg", "name": "Fern"}, f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{SVG}", "an entity of its own"),
        (
            {"logo": "logo.svg", "name": "Fern"},
            SVG.replace("<path", "<style>*{fill:url(http://x)}</style><path"),
            "style",
        ),
        ({"logo": "logo.svg", "name": "Fern"}, "\x89PNG\r\n\x1a\nbroken", "a PNG picture"),
        ({"logo": "l" * 5000 + ".svg", "name": "Fern"}, SVG, "expected a file"),
        ({"fonts": {"regular": "logo.svg"}}, SVG, "an OpenType or TrueType file"),
        ({"fonts": {"semibold": "Inter-SemiBold.otf"}}, SVG, "a regular font too"),
    ],
)
def test_what_cannot_be_used_is_told(own: Path, brand: dict[str, Any], content: str, words: str) -> None:
    """A missing file, another kind of file, a picture with scripts or addresses, one too large: each in a sentence."""
    (own / "logo.svg").write_bytes(content.encode("latin-1" if content.startswith("\x89") else "utf-8"))
    with pytest.raises(ConfigError, match=words):
        read_brand(options(own, **brand))


@pytest.mark.parametrize(
    "content",
    [
        f'<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">\n<!-- made -->\n{SVG}',
        f"\ufeff{SVG}",
        SVG.replace("<path", "<desc>once=1 on time=2</desc><path"),
        SVG.replace(' viewBox="0 0 80 40"', ' width="80px" height="40"'),
    ],
)
def test_what_drawing_programs_write_is_taken(own: Path, content: str) -> None:
    """A heading, a byte order mark, a description, a size in pixels: an ordinary picture, which the mail can draw too."""
    (own / "logo.svg").write_text(content, encoding="utf-8")
    house = options(own, name="Fern", logo="logo.svg")
    assert MailPrinter(make_report(), house).pictures[LOGO].startswith(b"\x89PNG")


def test_a_link_does_not_lead_out(own: Path, tmp_path: Path) -> None:
    """A link in the folder to a picture outside is no file of the shop."""
    (tmp_path / "outside.svg").write_text(SVG, encoding="utf-8")
    (own / "linked.svg").symlink_to(tmp_path / "outside.svg")
    with pytest.raises(ConfigError, match="a link that leads out of it"):
        read_brand(options(own, name="Fern", logo="linked.svg"))


def test_each_file_has_a_part_in_the_digest(own: Path) -> None:
    """Another logo, wherever in the folder it stands, and another font are another house."""
    (own / "mail").mkdir()
    (own / "mail" / "logo.svg").write_text(SVG.replace("103020", "203020"), encoding="utf-8")
    shops = [
        read_brand(options(own, name="Fern", **brand))
        for brand in ({}, {"logo": "logo.svg"}, {"logo": "mail/logo.svg"}, {"fonts": {"regular": "Inter-Regular.otf"}})
    ]
    assert shops[0].digest == ""
    assert len({house.digest for house in shops}) == 4


def test_a_bitmap_keeps_the_standards(own: Path) -> None:
    """A PNG with transparency as logo is drawn in PDFs that break no rule, the summary's included."""
    Image.new("RGBA", (90, 40), (16, 48, 32, 90)).save(own / "logo.png")
    house = options(own, name="Fern", logo="logo.png", footer="For the shop.", disclaimer="As of today.")
    house = house.model_copy(update={"outputs": ("pdf", "summary_pdf")})
    report = make_full_report()
    files = print_report(report, draw_report(report, make_points(), house), house, Stages()).files
    for name in ("report.pdf", "summary.pdf"):
        assert broken_rules(files[name]) == []
        with pikepdf.open(io.BytesIO(files[name])) as pdf:
            told = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        assert "Fern" in {str(one.Alt) for one in told}


def test_a_folder_is_needed() -> None:
    """A logo without the folder that has it is told."""
    with pytest.raises(ConfigError, match="template_dir, the folder that has it"):
        read_brand(options(None, logo="logo.svg", name="Fern"))


@pytest.mark.parametrize("path", ["../logo.svg", "/etc/passwd", "a/../../b.svg", "C:\\logo.svg", ""])
def test_no_path_leads_out(path: str) -> None:
    """A file of the shop is below its folder."""
    with pytest.raises(ValueError, match="a file below template_dir"):
        options(Path("x"), logo=path)


@pytest.mark.parametrize("colour", ["red", "#12345", "#GGGGGG", "#123456; }", "rgb(1,2,3)"])
def test_colours_are_hex_digits(colour: str) -> None:
    """Nothing but a colour gets into a style sheet."""
    with pytest.raises(ValueError, match="six hex digits"):
        options(None, colours=[colour])


def test_fonts_are_checked(own: Path) -> None:
    """Two families, a font that must not be embedded, and a name that is none of a font are refused."""
    both = {"regular": "Inter-Regular.otf", "semibold": "Inter-SemiBold.otf"}
    font = read_brand(options(own, fonts=both)).brand.font
    assert font is not None
    assert (font.family, font.kind, [weight for weight, _ in font.faces]) == ("Fern Sans", "otf", [400, 600])
    for at, (family, embedding, words) in enumerate(
        (
            ("Other Sans", 0, "the same family as Inter-Regular.otf, Fern Sans"),
            ("Fern Sans", 2, "whose licence lets it be embedded"),
            ('Fern"; }', 0, "a family name of letters"),
        )
    ):
        folder = own.parent / f"other{at}"
        shutil.copytree(own, folder)
        renamed(folder, "Inter-SemiBold.otf", family, embedding)
        with pytest.raises(ConfigError, match=words):
            read_brand(options(folder, fonts=both))


def test_formats_carry_the_look(own: Path) -> None:
    """Whoever writes numbers colours segments as the shop does."""
    look = formats_of(options(own, colours=["#103020"], fonts={"regular": "Inter-Regular.otf"})).look
    assert look.colour_of(1) == "#103020"
    assert look.family == '"Fern Sans", Inter, sans-serif'


def test_the_mail_has_the_logo_with_an_outline(own: Path) -> None:
    """The logo is a bitmap within the message, named, with light around it; the lines of the shop are its last."""
    house = options(own, name="Fern", logo="logo.svg", footer="For the shop.", disclaimer="As of today.")
    printer = MailPrinter(make_report(), house)
    page, text = printer.print(MailNotes())
    assert 'alt="Fern"' in page and "cid:logo" in page
    assert "As of today." in page and page.index("As of today.") < page.index("For the shop.")
    assert text.endswith("As of today.\n\nFor the shop.\n")
    with Image.open(io.BytesIO(printer.pictures[LOGO])) as picture:
        middle, edge, corner = (picture.getpixel(at) for at in ((80, 40), (1, 40), (0, 0)))
        assert picture.size == (166, 86)
    assert middle == (16, 48, 32, 255)
    assert edge[:3] == (255, 255, 255) and edge[3] > 0  # type: ignore[index]
    assert corner[3] < 255  # type: ignore[index]
    assert "cid:logo" not in MailPrinter(make_report(), Options()).print(MailNotes())[0]


@pytest.fixture(scope="module")
def branded(finish: Callable[..., Finished], sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Make the sample's report with the shipped example of a brand, in its own type."""
    folder = tmp_path_factory.mktemp("branded")
    shutil.copytree(ROOT / "configs" / "brand", folder / "brand")
    for file in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        renamed(folder / "brand", file, "Fern Sans")
    for name in ("brand.yaml", "sample.yaml"):
        shutil.copy(ROOT / "configs" / name, folder / name)
    fonts = "brand.fonts={regular: Inter-Regular.otf, semibold: Inter-SemiBold.otf}"
    source = f"source.path={sample / 'order_lines.csv'}"
    words = ("--set", source, "--set", fonts, "--set", "trust.draws=0")
    return finish(folder / "brand.yaml", folder / "out", *words)


def test_the_example_is_in_every_form(branded: Finished, browser: Any) -> None:
    """The shipped example has its logo, colours, type, lines and block on the screen and on paper, and breaks no rule."""
    for scheme in ("light", "dark"):
        with opened(browser, report_of(branded), color_scheme=scheme) as page:
            assert page.locator("header img.logo").evaluate("logo => logo.naturalWidth") > 0
            assert page.evaluate("document.fonts.check('16px \"Fern Sans\"')")
            assert "Fern Sans" in page.evaluate("getComputedStyle(document.body).fontFamily")
            assert page.locator("#chart-share-strip .wide svg [fill='#1F5F4A']").count() == 2
            assert page.locator("footer").inner_text().endswith("Fern & Co · for use within the shop")
            assert "Our aim this year" in page.locator("#growth").inner_text()
            assert list_violations(page) == []
    text = " ".join(pdf_text(branded.pdf).split())
    assert "Our aim this year" in text and "Later returns change them" in text
    assert text.count("Fern & Co · for use within the shop") > 5
    assert broken_rules(branded.pdf.read_bytes()) == []
    with pikepdf.open(branded.pdf) as pdf:
        fonts = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert any("Fern" in name for name in fonts)


def test_the_same_brand_gives_the_same_bytes(shop: Shop, call: Any, own: Path, tmp_path: Path) -> None:
    """A rerun with a brand is the same to the byte; another logo is another run."""
    brand = "template_dir: house\nbrand: {name: Fern, logo: logo.svg, colours: ['#E0A030']}\n"
    config = shop(brand)
    assert own.parent == config.parent
    first, second = (call("run", config, "--output", tmp_path / name, "--json") for name in ("one", "two"))
    assert first.returncode == second.returncode == 0
    files = [sorted((tmp_path / name).rglob("*/report.*")) for name in ("one", "two")]
    assert [one.read_bytes() for one in files[0]] == [one.read_bytes() for one in files[1]]
    (own / "logo.svg").write_text(SVG.replace("103020", "203020"), encoding="utf-8")
    read = {path.parent.name for path in (tmp_path / "one").rglob("facts.json")}
    third = call("run", config, "--output", tmp_path / "three")
    assert "note: brand.colours: #E0A030 is too pale for white paper" in third.stdout
    assert read.isdisjoint({path.parent.name for path in (tmp_path / "three").rglob("facts.json")} - {"latest"})


def test_a_wrong_brand_ends_before_anything_is_made(shop: Shop, call: Any, tmp_path: Path) -> None:
    """A logo that is not there is told at once, as a mistake of the config."""
    done = call("run", shop("brand: {name: Fern, logo: logo.svg}\n"), "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "brand.logo: expected template_dir" in done.stderr
    assert not (tmp_path / "out").exists()
