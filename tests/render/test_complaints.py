"""Characters that no font has: heard while the PDF is printed, and told with what to install."""

from __future__ import annotations

import logging

import pytest

from reportgen.render.complaints import Complaints, say_missing


def test_complaints_about_glyphs_are_heard_and_no_others() -> None:
    """The code point of a complaint is a character; a complaint about anything else is nothing."""
    log, missing = logging.Logger("printer"), Complaints()
    log.addHandler(missing)
    log.warning('.notdef glyph rendered for Unicode string unsupported by fonts: "%s" (U+%04X)', "急", 0x6025)
    log.warning("Ignored `display: flexible`, invalid value")
    log.info("unsupported by fonts: (U+%04X)", 0x6026)
    assert missing.characters == {"急"}


@pytest.mark.parametrize(
    ("characters", "scripts", "package"),
    [
        ("急須カ", "CJK, Katakana", "fonts-noto-cjk)"),
        ("שלום", "Hebrew", "fonts-noto-core)"),
        ("한국", "Hangul", "fonts-noto-cjk)"),
        ("🫖", "Teapot", "fonts-noto-core fonts-noto-color-emoji)"),
    ],
)
def test_the_script_and_the_package_are_named(characters: str, scripts: str, package: str) -> None:
    """A person learns which script is missing, sees some of it, and what brings a font for it."""
    said = say_missing(set(characters))
    assert f"{len(set(characters))} of the characters in the PDF ({scripts}: {min(characters)}" in said
    assert f"(Debian: {package} and make the report anew" in said


def test_of_many_characters_some_are_shown() -> None:
    """A hundred characters are counted and eight of them shown."""
    said = say_missing({chr(0x4E00 + n) for n in range(100)})
    assert "has 100 of the characters" in said
    assert "一 丁 丂 七 丄 丅 丆 万 …" in said
