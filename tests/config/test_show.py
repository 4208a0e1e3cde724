"""What is shown must load again as the same options, tell no secret, and explain every option."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.load import load_options, options_from
from reportgen.config.nodes import compose_text
from reportgen.config.options import Options
from reportgen.config.show import config_schema, list_options, mask_secrets, options_page, show_options
from reportgen.errors import ConfigError
from tests.conftest import ROOT

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "",
        "no",
        "1e5",
        "1.5e3",
        "12:30",
        "010",
        "null",
        "~",
        "5",
        "a: b",
        "# a",
        "$5",
        "$$",
        "${HOME}",
        "$${x}",
        " a ",
        "{{ x }}",
    ]
)
SHARES = st.floats(0, 1)
CHOICES = {
    "report": st.fixed_dictionaries(
        {}, optional={"title": TEXTS, "id": st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)}
    ),
    "source": st.fixed_dictionaries(
        {"path": st.just("/data/lines.csv")},
        optional={"separator": st.sampled_from([",", "\t", "spaces"]), "headings": st.lists(TEXTS), "sheet": TEXTS},
    ),
    "columns": st.fixed_dictionaries(
        {}, optional={"ordered_at": TEXTS | st.lists(TEXTS, min_size=1, max_size=2), "order_id": st.none() | TEXTS}
    ),
    "window": st.just("all") | st.integers(1, 9999).map("{} months".format),
    "cleansing": st.fixed_dictionaries(
        {},
        optional={"not_products": st.lists(TEXTS), "leave_out_customers": st.lists(TEXTS), "max_dropped_share": SHARES},
    ),
    "segments": st.fixed_dictionaries(
        {},
        optional={
            "n_clusters": st.integers(2, 10) | st.integers(3, 10).map("2..{}".format),
            "names": st.dictionaries(st.sampled_from(["frequent_big", "rare_small"]), TEXTS),
            "random_state": st.integers(0, 2**32 - 1),
        },
    ),
    "outputs": st.lists(st.sampled_from(["html", "pdf"]), unique=True),
}
CONFIGS = st.fixed_dictionaries({}, optional=CHOICES).map(lambda data: {"source": {"path": "/data/lines.csv"}} | data)


def load(text: str, environ: dict[str, str] | None = None) -> Options:
    """Load a config given as text."""
    return options_from(compose_text(text, "c.yaml"), environ or {})


@given(CONFIGS)
def test_what_is_shown_loads_again_as_the_same_options(data: dict[str, Any]) -> None:
    """Whatever texts the options hold, showing and loading gives the same options, and showing them the same text."""
    options = Options.model_validate(data)
    shown = show_options(options)
    assert load(shown) == options
    assert show_options(load(shown)) == shown


@pytest.mark.parametrize("name", ["sample", "online_retail"])
def test_the_examples_load_again_as_shown(name: str, tmp_path: Path) -> None:
    """The shipped examples survive being shown, from any folder, for their paths are then absolute."""
    options = load_options(ROOT / "configs" / f"{name}.yaml", environ={})
    path = tmp_path / "shown.yaml"
    path.write_text(show_options(options), encoding="utf-8")
    assert load_options(path, environ={}) == options


def test_every_option_is_shown() -> None:
    """Also what stands at its default is shown."""
    assert yaml.safe_load(show_options(Options())).keys() == Options.model_fields.keys()


@pytest.mark.parametrize(
    "name",
    [
        "SMTP_PASSWORD",
        "PGPASSWORD",
        "DB_PASS",
        "DB_PWD",
        "API_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "GITHUB_TOKEN",
        "HTTP_AUTH",
        "ssh_passphrase",
    ],
)
def test_secrets_are_never_resolved(name: str) -> None:
    """A variable whose name tells a secret stands for itself, and loads again as that variable."""
    environ = mask_secrets({name: "hunter2", "SHOP": "Tea"})
    text = f"source: {{path: '/x'}}\nreport: {{title: '${{SHOP}} $$5 ${{{name}}}'}}\n"
    shown = show_options(load(text, environ))
    assert "hunter2" not in shown
    assert yaml.safe_load(shown)["report"]["title"] == f"Tea $$5 ${{{name}}}"
    assert load(shown, {name: "hunter2"}).report.title == "Tea $5 hunter2"


@pytest.mark.parametrize("name", ["SHOP", "AUTHOR", "HOME", "PWD", "ONLINE_RETAIL", "TOKENIZER"])
def test_other_variables_are_resolved(name: str) -> None:
    """A variable that only resembles a secret keeps its value."""
    assert mask_secrets({name: "value"}) == {name: "value"}


def problem_count(data: object) -> int:
    """Count what JSON Schema finds wrong with a config."""
    return len(list(jsonschema.Draft202012Validator(config_schema()).iter_errors(data)))


def test_the_schema_is_a_schema() -> None:
    """The published schema follows the rules of its own draft."""
    jsonschema.Draft202012Validator.check_schema(config_schema())


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"extends": "base.yaml"},
        {"columns": {"ordered_at": "Date"}},
        {"columns": {"ordered_at": ["Date", "Time"], "order_id": None}},
        {"segments": {"n_clusters": 4, "names": {"rare_big": "Guests"}}},
        {"segments": {"n_clusters": "4..8"}, "window": "all", "outputs": []},
    ],
)
def test_the_schema_accepts_what_the_program_accepts(data: dict[str, Any]) -> None:
    """An editor that checks a right config finds nothing, and neither does the program."""
    assert problem_count(data) == 0
    Options.model_validate({key: value for key, value in data.items() if key != "extends"})


@pytest.mark.parametrize(
    "data",
    [
        {"reprot": {}},
        {"report": {"color": "red"}},
        {"report": []},
        {"currency": 5},
        {"segments": {"n_clusters": 11}},
        {"segments": {"n_clusters": "four"}},
        {"segments": {"features": []}},
        {"segments": {"features": ["sales"]}},
        {"segments": {"names": {"whales": "x"}}},
        {"window": 12},
        {"window": "1 year"},
        {"outputs": ["doc"]},
        {"cleansing": {"max_dropped_share": 2}},
    ],
)
def test_the_schema_refuses_what_the_program_refuses(data: dict[str, Any]) -> None:
    """A mistake that the program would find is found in the editor too."""
    assert problem_count(data) > 0
    with pytest.raises(ConfigError):
        load(json.dumps(data))


def test_every_option_has_an_explanation() -> None:
    """Each option says in whole words what it means, in the page and in the schema."""
    rows = list_options(Options, Options().model_dump(mode="json"))
    assert [name for name, _, meaning in rows if len(meaning.split()) < 3 or not meaning.endswith(".")] == []
    assert len({name for name, _, _ in rows}) == len(rows)


def test_every_default_in_the_page_is_the_default() -> None:
    """A config made of the page's names and defaults is the config that says nothing."""
    built: dict[str, Any] = {}
    for name, default, _ in list_options(Options, Options().model_dump(mode="json")):
        *blocks, last = name.split(".")
        holder = built
        for block in blocks:
            holder = holder.setdefault(block, {})
        holder[last] = json.loads(default.strip("`").replace("\\|", "|"))
    assert Options.model_validate(built) == Options()


def test_every_row_of_the_page_is_one_line() -> None:
    """A row of a Markdown table ends where its line ends, with its three cells."""
    rows = [line for line in options_page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(list_options(Options, Options().model_dump(mode="json")))
    assert all(row.endswith(" |") and row.replace("\\|", "").count("|") == 4 for row in rows)
