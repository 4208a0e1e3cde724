"""Everything that is printed goes through here: control signs from names and files are shown, not obeyed."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

_CONTROLS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"  # what turns the writing round, or is not seen
    "\u2028\u2029\ufeff\ufff9-\ufffb\ud800-\udfff"
)
_UNSAFE = re.compile(f"[{_CONTROLS}]")
_UNSAFE_IN_LINE = re.compile(f"[\t\n{_CONTROLS}]")


def visible(text: str) -> str:
    r"""Show every sign that a terminal would obey, or that turns the writing round, as an escape such as ``\u001b``.

    Line ends and tabs stay. A text that is JSON stays the same JSON.
    """
    return _UNSAFE.sub(_escape, text)


def visible_line(text: str) -> str:
    """Show a text that must stay in its line: line ends and tabs in it are escaped too."""
    return _UNSAFE_IN_LINE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def say_json(value: Any) -> None:
    """Print a value as JSON on stdout, in one line that is JSON in whatever encoding."""
    is_unicode = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    say(json.dumps(value, ensure_ascii=not is_unicode))


def say(text: str = "", *, is_error: bool = False, end: str = "\n") -> None:
    """Print a text on stdout, or on stderr if it tells of an error.

    What the terminal's encoding does not have is escaped too.
    """
    stream = sys.stderr if is_error else sys.stdout
    shown = visible(text)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(shown.encode(encoding, "backslashreplace").decode(encoding), file=stream, end=end)
