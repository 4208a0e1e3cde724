"""The command of what is kept between runs: `reportgen cache`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.errors import EXIT_DONE
from reportgen.text.terminal import say

if TYPE_CHECKING:
    import argparse


def add_cache(commands: Any) -> None:
    """Add the command `cache`."""
    text = "show or remove the order lines that are kept, so that unchanged files need not be read again"
    cache = commands.add_parser("cache", help=text, allow_abbrev=False)
    does = cache.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=type(cache))
    does.add_parser("show", help="print where they are, and how much", allow_abbrev=False).set_defaults(do=_show)
    does.add_parser("clear", help="remove them", allow_abbrev=False).set_defaults(do=_clear)


def _show(_: argparse.Namespace) -> int:
    from reportgen.cachedir import VARIABLE, usual_cache  # noqa: PLC0415

    place = usual_cache()
    if place is None:
        say(f"none: {VARIABLE} is off")
        return EXIT_DONE
    sizes = place.list_sizes().values()
    say(f"{place.folder}\n{len(sizes)} sources, {sum(sizes) / 1e6:.1f} of at most {place.limit / 1e6:,.0f} MB")
    return EXIT_DONE


def _clear(_: argparse.Namespace) -> int:
    from reportgen.cachedir import usual_cache  # noqa: PLC0415

    place = usual_cache()
    removed = 0 if place is None else place.clear()
    say(f"{removed} sources removed")
    return EXIT_DONE
