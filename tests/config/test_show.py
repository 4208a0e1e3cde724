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

from reportgen.config.load import load_config, load_options, mask_options, options_from
from reportgen.config.nodes import compose_text
from reportgen.config.options import Options
from reportgen.config.show import config_schema, list_options, options_page, show_options
from reportgen.config.variables import is_secret
from reportgen.errors import ConfigError
from tests.conftest import ROOT

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30) | st.sampled_from(
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
        "DB_DSN",
        "SMTP_PW",
        "SAS_SIG",
        "TOKEN1",
    ],
)
def test_secrets_are_never_resolved(name: str, tmp_path: Path) -> None:
    """A variable whose name tells a secret stands for itself, and loads again as that variable."""
    environ = {name: "hunter2", "SHOP": "Tea"}
    text = f"source: {{path: '/x'}}\nreport: {{title: '${{SHOP}} $$5 ${{{name}}}'}}\n"
    shown = show_masked(tmp_path, text, environ)
    assert "hunter2" not in shown
    assert yaml.safe_load(shown)["report"]["title"] == f"Tea $$5 ${{{name}}}"
    assert load(shown, environ).report.title == f"Tea $5 ${{{name}}}"  # a title is printed: a secret is not
    public = show_masked(tmp_path, f"public_env: [{name}]\n{text}", environ)
    assert yaml.safe_load(public)["report"]["title"] == "Tea $$5 hunter2"


def show_masked(folder: Path, text: str, environ: dict[str, str]) -> str:
    """Show a config as it would be written down."""
    (folder / "c.yaml").write_text(text)
    masked = mask_options(load_config(folder / "c.yaml", environ=environ), environ)
    return show_options(masked.kept, masked.names)


def test_a_value_of_the_environment_is_written_only_where_it_may(tmp_path: Path) -> None:
    """Titles, paths and months hold values, numbers and closed lists too; any other text holds the variable's name."""
    text = """
report: {title: "${WORD}", id: "${WORD}"}
source: {path: "/x/${WORD}.csv", decimal: "${MARK}"}
period: "${MONTH}"
window: "${SPAN}"
currency: "${CODE}"
segments: {n_clusters: "${NUMBER}", names: {rare_big: "${WORD}"}}
cleansing: {cancelled_prefix: "${WORD}", not_products: ["${WORD}", "$${WORD}"]}
columns: {customer_id: "${WORD}"}
"""
    environ = {"WORD": "hunter2", "MARK": ",", "MONTH": "2026-01", "SPAN": "all", "CODE": "EUR", "NUMBER": "5"}
    shown = yaml.safe_load(show_masked(tmp_path, text, environ))
    assert (shown["report"]["title"], shown["report"]["id"]) == ("hunter2", "hunter2")
    assert (shown["source"]["path"], shown["source"]["decimal"]) == ("/x/hunter2.csv", ",")
    assert (shown["period"], shown["window"], shown["currency"]) == ("2026-01", "all", "EUR")
    assert (shown["segments"]["n_clusters"], shown["segments"]["names"]) == (5, {"rare_big": "hunter2"})
    assert shown["cleansing"]["cancelled_prefix"] == "${WORD}"
    assert shown["columns"]["customer_id"] == "${WORD}"
    public = yaml.safe_load(show_masked(tmp_path, f"public_env: [WORD]{text}", environ))
    assert public["cleansing"]["cancelled_prefix"] == public["columns"]["customer_id"] == "hunter2"


def test_the_id_of_a_run_follows_from_values(tmp_path: Path) -> None:
    """Another value of a variable is another report, though neither is written; another secret is not."""
    config = tmp_path / "c.yaml"
    config.write_text('cleansing: {cancelled_prefix: "${WORD}"}\nreport: {title: "${TOKEN1}"}\n')
    found = []
    for word, token in (("A", "x"), ("B", "x"), ("A", "y")):
        environ = {"WORD": word, "TOKEN1": token}
        found.append(mask_options(load_config(config, environ=environ), environ))
    assert found[0].identity != found[1].identity
    assert found[0].identity == found[2].identity
    assert found[0].kept == found[1].kept


def test_a_secret_is_no_number(tmp_path: Path) -> None:
    """Where only a value can stand a secret is refused, and written nowhere."""
    config = tmp_path / "c.yaml"
    config.write_text('segments: {n_clusters: "${MY_TOKEN}"}\n')
    environ = {"MY_TOKEN": "5"}
    with pytest.raises(ConfigError, match=r"segments.n_clusters: expected no secret here.*public_env: \[MY_TOKEN\]"):
        mask_options(load_config(config, environ=environ), environ)
    shown = show_masked(tmp_path, f"public_env: [MY_TOKEN]\n{config.read_text()}", environ)
    assert yaml.safe_load(shown)["segments"]["n_clusters"] == 5


def test_a_message_does_not_tell_a_value(tmp_path: Path) -> None:
    """Where a value of the environment is no valid option the message names the variable."""
    config = tmp_path / "c.yaml"
    config.write_text('segments: {normalise: "${DB_URL}"}\nperiod: "${MONTH}"\n')
    with pytest.raises(ConfigError) as caught:
        load_config(config, environ={"DB_URL": "postgres://hunter2", "MONTH": "May"})
    assert "hunter2" not in str(caught.value)
    assert "'${DB_URL}'" in str(caught.value)
    assert "got 'May'" in str(caught.value)


@pytest.mark.parametrize("name", ["SHOP", "AUTHOR", "HOME", "PWD", "ONLINE_RETAIL", "TOKENIZER"])
def test_other_variables_are_resolved(name: str) -> None:
    """A variable that only resembles a secret keeps its value."""
    assert not is_secret(name)


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
        holder: Any = built
        for block in blocks:
            holder = {} if holder is None else holder.setdefault(block, {})
        if holder is not None:  # else it is of a block that is not there unless it is stated
            holder[last] = json.loads(default.strip("`").replace("\\|", "|"))
    assert Options.model_validate(built) == Options()


def test_every_row_of_the_page_is_one_line() -> None:
    """A row of a Markdown table ends where its line ends, with its three cells."""
    rows = [line for line in options_page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(list_options(Options, Options().model_dump(mode="json")))
    assert all(row.endswith(" |") and row.replace("\\|", "").count("|") == 4 for row in rows)
