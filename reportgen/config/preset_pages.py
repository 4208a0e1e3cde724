"""Writes the pages of `docs/presets` from the declarations: `python -m reportgen.config.preset_pages FOLDER`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from reportgen.config.presets import Preset, load_presets
from reportgen.config.show import show_data

INDEX = "README.md"
_PLACES = {"date_format": "source.date_format"}
_PREAMBLE = """\
# Exports of platforms

`reportgen init FILE` recognises these exports by their headings and writes a config for them. By hand it is one line:

```yaml
source: {path: orders_export.csv, preset: shopify}
```

A preset's options lie beneath the config's own: what you state yourself wins. `reportgen show CONFIG` prints both
together. Columns of a preset that your file does not have are left out where a report can do without them.

"""
_REFUSED = """
Refused, because nobody could be told from anybody else or no lines are in them, with what to export instead:

"""
_END = """
Headings are those of published samples and source code of the platforms as of November 2026. Where yours differ, state
them under `columns`. These pages are made from `configs/exports/presets.yaml`.
"""


def write_pages() -> Mapping[str, str]:
    """Write an index and a page for each preset, by file name."""
    presets = load_presets().values()
    pages = {f"{preset.name}.md": "\n".join(_write_page(preset)) + "\n" for preset in presets}
    return {INDEX: _PREAMBLE + _list(are_refused=False) + _REFUSED + _list(are_refused=True) + _END, **pages}


def _list(*, are_refused: bool) -> str:
    listed = [preset for preset in load_presets().values() if bool(preset.refused) == are_refused]
    return "".join(f"* [{preset.title}]({preset.name}.md): `{preset.name}`\n" for preset in listed)


def _write_page(preset: Preset) -> Iterator[str]:
    yield f"# {preset.title}\n"
    yield f"Recognised by the headings {', '.join(f'`{heading}`' for heading in preset.recognised_by)}.\n"
    if preset.refused:
        yield f"It is refused. {preset.refused}"
        return
    yield f"{preset.reading}\n"
    places = [_PLACES.get(option, option) for option in preset.asks]
    asked = "".join(f", and state `{place}`: the export does not tell it" for place in places)
    yield f"Write `source: {{path: FILE, preset: {preset.name}}}`{asked}. The options that this stands for:\n"
    yield f"```yaml\n{show_data(preset.options)}```\n"
    yield "Any of them can be stated in the config, and what is stated there wins. [All presets](README.md)"


if __name__ == "__main__":
    for name, text in write_pages().items():
        (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8")
