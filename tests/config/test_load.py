"""The front door: every mistake at once, at its place; bases, variables and overrides do what they say."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.load import load_options, quote_override
from reportgen.config.nodes import build_data, compose_text, merge_nodes
from reportgen.config.options import Options
from reportgen.config.show import list_options, options_page, show_options
from reportgen.errors import ConfigError, did_you_mean
from tests.conftest import ROOT

TEN_MISTAKES = """\
report: {id: "a/b"}
curency: GBP
locale: xx_YY
window: 12 moons
period: 2011-13
segments:
  n_clusters: 3..20
  normalise: ranks
  names: {frequent_bigg: x}
cleansing:
  returns: drop
  returns: net
  max_dropped_share: 2
"""
PLACES = {
    (1, 14): "report.id",
    (2, 1): "curency",
    (3, 9): "locale",
    (4, 9): "window",
    (5, 9): "period",
    (7, 15): "segments.n_clusters",
    (8, 14): "segments.normalise",
    (9, 11): "segments.names.frequent_bigg",
    (12, 3): "cleansing.returns",
    (13, 22): "cleansing.max_dropped_share",
}


def write(folder: Path, text: str, name: str = "shop.yaml") -> Path:
    """Write a config."""
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def problems_of(path: Path, *overrides: str, **environ: str) -> list[Any]:
    """Return the problems that loading a config raises."""
    with pytest.raises(ConfigError) as caught:
        load_options(path, overrides, environ=environ)
    return list(caught.value.problems)


def test_ten_mistakes_are_all_told_at_their_places(tmp_path: Path) -> None:
    """Ten different mistakes give ten problems, each with line, column and option."""
    path = write(tmp_path, TEN_MISTAKES)
    problems = problems_of(path)
    assert {problem.place: problem.thing for problem in problems} == {
        f"{path}:{line}:{column}": thing for (line, column), thing in PLACES.items()
    }


def test_a_problem_shows_its_line_with_a_caret(tmp_path: Path) -> None:
    """The offending line stands below the message, with a caret at the column."""
    problem = problems_of(write(tmp_path, TEN_MISTAKES))[1]
    assert problem.excerpt.splitlines() == ["    curency: GBP", "    ^"]
    assert problem.hint == "Did you mean 'currency'?"


def test_validate_lists_the_problems_of_all_configs(tmp_path: Path, command: Any) -> None:
    """`validate` goes on after a bad config and ends with exit code 2."""
    good, bad = write(tmp_path, "currency: EUR\n", "good.yaml"), write(tmp_path, TEN_MISTAKES, "bad.yaml")
    done = command("validate", bad, good)
    assert done.returncode == 2
    assert sum(line.startswith(str(bad)) for line in done.stderr.splitlines()) == 10
    assert f"{good}: valid" in done.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1", "valid YAML"),
        ("source:\n\tpath: x", "valid YAML"),
        ("- 1\n- 2\n", "options as 'key: value'"),
        ("report: &r {id: x}\nsource: *r\n", "aliases are not supported"),
        ("source: 5\n", "a block of 'key: value' lines"),
        ("segments: {random_state: no}\n", "a whole number"),
        ("segments: {random_state: 1.5}\n", "a whole number"),
        ("segments: {n_clusters: 1}\n", "a number from 2 to 10"),
        ("segments: {features: []}\n", "at least 1"),
        ("outputs: [docx]\n", "one of 'html' or 'pdf'"),
        ("currency: pounds\n", "an ISO 4217 currency code"),
        ("columns: {ordered_at: [a, b, c]}\n", "a list of two headings"),
    ],
)
def test_a_mistake_says_what_was_expected(tmp_path: Path, text: str, expected: str) -> None:
    """Each kind of mistake says what would have been right."""
    (problem,) = problems_of(write(tmp_path, text))
    assert expected in str(problem)


def test_a_missing_config_names_its_neighbour(tmp_path: Path) -> None:
    """A config that is not there is told with the name of one that is nearly called so."""
    write(tmp_path, "", "shop.yaml")
    (problem,) = problems_of(tmp_path / "shpo.yaml")
    assert problem.hint == "Did you mean 'shop.yaml'?"


def test_an_empty_config_is_all_defaults(tmp_path: Path) -> None:
    """An empty file, with or without BOM, is a config with every option at its default."""
    path = tmp_path / "shop.yaml"
    path.write_bytes(b"\xef\xbb\xbf")
    assert load_options(path).segments == Options().segments


def test_yaml_surprises_stay_text(tmp_path: Path) -> None:
    """`no`, `12:30`, `010` and a date stay the text they are."""
    path = write(tmp_path, "columns: {order_id: no, customer_id: 010, store: 12:30, product_id: 2026-05-31}\n")
    columns = load_options(path).columns
    assert (columns.order_id, columns.customer_id, columns.store, columns.product_id) == (
        "no",
        "010",
        "12:30",
        "2026-05-31",
    )


def test_a_base_applies_where_a_config_says_nothing(tmp_path: Path) -> None:
    """Maps merge with the base's, lists and scalars replace them, over two generations."""
    write(tmp_path, "currency: EUR\ncleansing: {returns: net, not_products: [A, B]}\n", "grand.yaml")
    write(tmp_path, "extends: grand.yaml\nlocale: de_DE\n", "base.yaml")
    options = load_options(write(tmp_path, "extends: base.yaml\ncleansing: {not_products: [C]}\n"))
    assert (options.currency, options.locale) == ("EUR", "de_DE")
    assert (options.cleansing.returns, options.cleansing.not_products) == ("net", ("C",))


def test_an_inherited_mistake_names_the_base(tmp_path: Path) -> None:
    """A mistake in the base is told at the base's line."""
    base = write(tmp_path, "\ncurrency: pounds\n", "base.yaml")
    (problem,) = problems_of(write(tmp_path, "extends: base.yaml\n"))
    assert problem.place == f"{base}:2:11"


def test_paths_are_relative_to_the_config_that_states_them(tmp_path: Path) -> None:
    """A path in a base is relative to the base's folder."""
    (tmp_path / "bases").mkdir()
    write(tmp_path, "source: {path: data/x.csv}\n", "bases/base.yaml")
    options = load_options(write(tmp_path, "extends: bases/base.yaml\n"))
    assert Path(options.source.path) == tmp_path / "bases" / "data" / "x.csv"


@pytest.mark.parametrize("text", ["extends: shop.yaml\n", "extends: other.yaml\n", "extends: [a, b]\n"])
def test_a_base_that_leads_nowhere_is_told(tmp_path: Path, text: str) -> None:
    """A circle, a missing base and a list of bases are told at the line that states them."""
    path = write(tmp_path, text)
    (problem,) = problems_of(path)
    assert problem.place.startswith(f"{path}:1:")
    assert problem.thing == "extends"


def test_variables_are_filled_in(tmp_path: Path) -> None:
    """`${VAR}`, its default and `$$` are filled in after the YAML is read, so a value cannot break it."""
    path = write(tmp_path, "report: {title: '${NAME} ${NONE:-nobody} $${x}'}\n")
    assert load_options(path, environ={"NAME": "A: #b}"}).report.title == "A: #b} nobody ${x}"


def test_a_missing_variable_is_told(tmp_path: Path) -> None:
    """A variable without value and default is a mistake with its place; its own message is told."""
    problems = problems_of(write(tmp_path, "locale: ${A}\ncurrency: ${B:?say which money}\n"))
    assert any("environment variable A" in str(one) for one in problems)
    assert any("say which money" in str(one) for one in problems)


def test_overrides_win(tmp_path: Path) -> None:
    """`--set` lies over the file, and its value is read as YAML."""
    path = write(tmp_path, "segments: {n_clusters: 4}\n")
    options = load_options(path, ["segments.n_clusters=2..6", "outputs=[html]"])
    assert (tuple(options.segments.n_clusters), options.outputs) == ((2, 6), ("html",))


@pytest.mark.parametrize("override", ["nonsense", "=5", "a..b=1", "segments.n_clusters=[", "segments.k=5"])
def test_a_wrong_override_is_told(tmp_path: Path, override: str) -> None:
    """A mistake in `--set` is told with what was given."""
    assert override.split("=", maxsplit=1)[0] in str(problems_of(write(tmp_path, ""), override)[0])


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u0085\u2028\u2029\ufeff"), min_size=1)
)
def test_any_text_can_be_an_override(text: str) -> None:
    """A quoted override is taken to the letter, whatever signs it holds."""
    root = compose_text(quote_override("title", text).replace("=", ": ", 1), "--set")
    assert build_data(root, {}, []) == {"title": text}


_trees = st.recursive(
    st.integers(-9999, 9999) | st.sampled_from(["a", "b"]),
    lambda inner: st.dictionaries(st.sampled_from("pqrs"), inner, max_size=3),
    max_leaves=8,
)
_maps = st.dictionaries(st.sampled_from("pqrs"), _trees, max_size=4)


def _merge(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        return {
            k: _merge(base[k], over[k]) if k in base and k in over else over.get(k, base.get(k)) for k in base | over
        }
    return over


@given(_maps, _maps)
def test_nodes_merge_as_dicts_would(base: dict[str, Any], over: dict[str, Any]) -> None:
    """Merging nodes gives what merging the plain data gives."""
    nodes = [compose_text(yaml.safe_dump(one), "x") for one in (base, over)]
    assert build_data(merge_nodes(*nodes), {}, []) == _merge(base, over)


def test_shown_options_load_again(tmp_path: Path) -> None:
    """What `show` prints is a config that gives the same options."""
    options = load_options(ROOT / "configs" / "sample.yaml")
    assert load_options(write(tmp_path, show_options(options))) == options


@pytest.mark.parametrize("path", sorted(set((ROOT / "configs").glob("*.yaml")) - {ROOT / "configs" / "playbook.yaml"}))
def test_examples_follow_the_published_schema(path: Path) -> None:
    """Every example config names the schema in its first line, follows it, and loads."""
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == "# yaml-language-server: $schema=../reportgen.schema.json"
    schema = json.loads((ROOT / "reportgen.schema.json").read_text(encoding="utf-8"))
    data = yaml.safe_load(text)
    jsonschema.Draft202012Validator(schema).validate(data)
    assert load_options(path)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(data | {"curency": "GBP"})


def test_the_options_page_is_complete() -> None:
    """docs/options.md is made from the declarations, and every option has an explanation."""
    assert (ROOT / "docs" / "options.md").read_text(encoding="utf-8") == options_page()
    rows = list_options(Options, Options().model_dump(mode="json"))
    assert all(meaning for _, _, meaning in rows)


def test_did_you_mean_needs_a_near_word() -> None:
    """A near word is proposed whatever its case, a far one is not."""
    assert did_you_mean("customerID", ["CustomerID", "Date"]) == "Did you mean 'CustomerID'?"
    assert did_you_mean("zebra", ["CustomerID", "Date"]) == ""
