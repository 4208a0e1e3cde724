"""Shows options: as resolved YAML, as the JSON Schema that editors read, and as the page of `docs/options.md`."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, TypeGuard, get_args

import yaml
from pydantic import BaseModel

from reportgen.config.nodes import plain_value
from reportgen.config.options import Options

_VARIABLE = re.compile(r"\$(?:\{(\w+)\})?")
SCHEMA_TITLE = "Config of reportgen"
_PREAMBLE = """\
# Options

Every option, its default and its meaning. This page is made from the options' own declarations
(`python -m reportgen.config.show > docs/options.md`), and a test keeps it complete. Any option can also be set on the
command line: `reportgen run CONFIG --set segments.n_clusters=5`.

Beside the options a config may hold `extends: other.yaml`: the other file's options apply where this one says
nothing. `${VAR}` and `${VAR:-default}` are filled in from the environment; `${VAR:?message}` says what to do when it
is missing, and `$$` is a plain `$`.
"""


class _Dumper(yaml.SafeDumper):
    """SafeDumper whose texts our own reader takes for the same texts."""

    masked: Collection[str] = ()


def _show_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    # A dollar sign is doubled, as it is to be read, but not where a value was masked.
    shown = _VARIABLE.sub(lambda found: found[0] if found[1] in dumper.masked else f"${found[0]}", text)
    if not shown.isprintable():
        return dumper.represent_scalar("tag:yaml.org,2002:str", shown, style='"')
    return dumper.represent_scalar("tag:yaml.org,2002:str", shown, style=None if plain_value(shown) == shown else "'")


_Dumper.add_representer(str, _show_text)


def show_options(options: Options, masked: Collection[str] = ()) -> str:
    """Write resolved options as YAML, in the notation they are read in.

    Parameters
    ----------
    options : Options
        What to write.
    masked : collection of str
        Variables that stand for themselves in it: ``${SMTP_PASSWORD}``.
    """
    data = options.model_dump(mode="json")
    if options.source.database is not None:
        del data["source"]["path"]  # a config names one of them
    return show_data(data, masked)


def show_data(options: Mapping[str, Any], masked: Collection[str] = ()) -> str:
    """Write dumped options as YAML, in the notation they are read in."""
    dumper = type("_MaskedDumper", (_Dumper,), {"masked": frozenset(masked)})
    return yaml.dump(dict(options), Dumper=dumper, sort_keys=False, allow_unicode=True)


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema of the config."""
    schema = Options.model_json_schema(mode="validation")
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "Another config whose options apply where this one says nothing.",
    }
    schema["$defs"]["StoreOptions"]["properties"]["each"]["additionalProperties"] = {"$ref": "#"}  # a store's options
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": SCHEMA_TITLE}


def config_schema_text() -> str:
    """Return the schema as the text that is published."""
    return json.dumps(config_schema(), indent=2, ensure_ascii=False) + "\n"


def options_page() -> str:
    """Write the page that explains every option."""
    parts = [_PREAMBLE, "| option | default | meaning |\n|---|---|---|"]
    parts += [
        f"| `{name}` | {default} | {meaning} |"
        for name, default, meaning in list_options(Options, Options().model_dump(mode="json"))
    ]
    return "\n".join(parts) + "\n"


def list_options(model: type[BaseModel], defaults: dict[str, Any], prefix: str = "") -> list[tuple[str, str, str]]:
    """List every option: dotted name, default as YAML in code marks, meaning."""
    rows: list[tuple[str, str, str]] = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if _is_block(inner):
            rows += list_options(inner, defaults[name], f"{prefix}{name}.")
            continue
        shown = field.alias or name
        default = json.dumps(defaults[shown], ensure_ascii=False).replace("|", "\\|")
        meaning = " ".join((field.description or "").split()).replace("|", "\\|")
        rows.append((f"{prefix}{shown}", f"`{default}`", meaning))
        for block in filter(_is_block, get_args(inner)):
            if not issubclass(model, block):  # else they are those of the block that it stands in
                rows += list_options(block, block.model_construct().model_dump(mode="json"), f"{prefix}{shown}.")
    return rows


def _is_block(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


if __name__ == "__main__":
    print(options_page(), end="")
