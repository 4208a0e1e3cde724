"""The front door: every mistake at once, at its place; bases, variables and overrides do what they say."""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.layers import merge_nodes
from reportgen.config.load import load_options, quote_override
from reportgen.config.nodes import build_data, compose_text
from reportgen.config.options import Options
from reportgen.config.show import list_options, options_page, show_options
from reportgen.config.stores import load_stores
from reportgen.config.variables import NOTHING
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


def test_validate_lists_the_problems_of_all_configs(tmp_path: Path, call: Any) -> None:
    """`validate` goes on after a bad config and ends with exit code 2."""
    good, bad = write(tmp_path, "currency: EUR\n", "good.yaml"), write(tmp_path, TEN_MISTAKES, "bad.yaml")
    done = call("validate", bad, good)
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
        ("outputs: [docx]\n", "one of 'html', 'pdf' or 'summary_pdf'"),
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
    assert (columns.order_id[0], columns.customer_id, columns.store, columns.product_id) == (
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
    assert build_data(root, NOTHING, []) == {"title": text}


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
    assert build_data(merge_nodes(*nodes), NOTHING, []) == _merge(base, over)


def test_shown_options_load_again(tmp_path: Path) -> None:
    """What `show` prints is a config that gives the same options."""
    options = load_options(ROOT / "configs" / "sample.yaml")
    assert load_options(write(tmp_path, show_options(options))) == options


@pytest.mark.parametrize("path", sorted(set((ROOT / "configs").glob("*.yaml")) - {ROOT / "configs" / "playbook.yaml"}))
def test_examples_follow_the_published_schema(path: Path) -> None:
    """Every example config names the schema in its first line, follows it, and loads."""
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == "# yaml-language-server: $schema=schemas/reportgen.schema.json"
    schema = json.loads((ROOT / "configs" / "schemas" / "reportgen.schema.json").read_text(encoding="utf-8"))
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


@pytest.mark.parametrize(
    ("files", "place", "thing"),
    [
        (
            {"shop.yaml": "extends: base.yaml\nlocale: de_DE\nlocale: fr_FR\n", "base.yaml": ""},
            "shop.yaml:3:1",
            "locale",
        ),
        (
            {"shop.yaml": "extends: base.yaml\n", "base.yaml": "report:\n  id: a\n  id: b\n"},
            "base.yaml:3:3",
            "report.id",
        ),
        (
            {"shop.yaml": "extends: base.yaml\nextends: base.yaml\n", "base.yaml": ""},
            "shop.yaml:2:1",
            "extends",
        ),
    ],
)
def test_keys_repeated_in_a_config_with_a_base_are_told(
    tmp_path: Path, files: dict[str, str], place: str, thing: str
) -> None:
    """A key that one file states twice is a mistake in that file, though merging would hide it."""
    for name, text in files.items():
        write(tmp_path, text, name)
    (problem,) = problems_of(tmp_path / "shop.yaml", "currency=EUR")
    assert (problem.place, problem.thing) == (f"{tmp_path}/{place}", thing)


def test_a_key_in_a_config_and_in_its_base_is_no_repetition(tmp_path: Path) -> None:
    """To state again what a base states is the purpose of a base."""
    write(tmp_path, "locale: de_DE\n", "base.yaml")
    path = write(tmp_path, "extends: base.yaml\nlocale: fr_FR\n")
    assert load_options(path, ["locale=sv_SE"]).locale == "sv_SE"


def test_a_circle_of_three_is_told_where_it_closes(tmp_path: Path) -> None:
    """A circle over several files ends at the line that leads back."""
    for name, base in (("a", "b"), ("b", "c"), ("c", "a")):
        write(tmp_path, f"# {name}\nextends: {base}.yaml\n", f"{name}.yaml")
    (problem,) = problems_of(tmp_path / "a.yaml")
    assert problem.place == f"{tmp_path / 'c.yaml'}:2:10"
    assert problem.expected == "a config that does not lead back"


def test_the_nearest_of_three_generations_wins(tmp_path: Path) -> None:
    """A value is the nearest file's that states it, and a stated null takes a base's value away."""
    write(tmp_path, "report: {id: grand, title: Grand}\ncolumns: {store: Shop}\nplaybook: p.yaml\n", "grand.yaml")
    write(tmp_path, "extends: grand.yaml\nreport: {title: Base}\n", "base.yaml")
    options = load_options(write(tmp_path, "extends: base.yaml\ncolumns: {store: null}\nplaybook: null\n"))
    assert (options.report.id, options.report.title) == ("grand", "Base")
    assert (options.columns.store, options.playbook) == (None, None)


@pytest.mark.parametrize(
    ("content", "came"),
    [
        ("title: Café".encode("latin-1"), "text that is not UTF-8"),
        ("locale: de_DE".encode("utf-16"), "text that is not UTF-8"),
        (b"# " + b"x" * 1_000_001, "1,000,003 bytes"),
    ],
)
def test_a_file_that_cannot_be_a_config_is_told(tmp_path: Path, content: bytes, came: str) -> None:
    """Another encoding and a file of megabytes are told with the file's name."""
    path = tmp_path / "shop.yaml"
    path.write_bytes(content)
    (problem,) = problems_of(path)
    assert (problem.place, problem.came) == (str(path), came)


def test_a_folder_is_no_config(tmp_path: Path) -> None:
    """A folder given as config is told as such."""
    (problem,) = problems_of(tmp_path)
    assert (problem.place, problem.came) == (str(tmp_path), "Is a directory")


def test_utf_8_is_read_with_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    """Letters beyond ASCII are kept, and a byte order mark is no part of the text."""
    for mark in (b"", b"\xef\xbb\xbf"):
        path = tmp_path / "shop.yaml"
        path.write_bytes(mark + "report: {title: Crème brûlée}\n".encode())
        assert load_options(path).report.title == "Crème brûlée"


HOSTILE = [
    "it's",
    'a"b',
    "$HOME",
    "${X}",
    "$$",
    "a: b",
    "a #b",
    "[x",
    "{x}",
    "*x",
    "&x",
    "!x",
    "%x",
    "@x",
    " a ",
    "-",
    "é€",
    "\\t",
]


@pytest.mark.parametrize("name", [*HOSTILE, "a\nb", "tab\tx", "\x07", "no", "12:30", "010", "null", "~x", "\udcff"])
def test_source_and_period_are_taken_to_the_letter(tmp_path: Path, name: str) -> None:
    """Whatever signs a path or a month given on the command line holds, it arrives as it was typed."""
    config = write(tmp_path, "source: {path: other.csv}\n")
    options = load_options(config, [quote_override("source.path", f"{tmp_path}/{name}")], environ={})
    assert options.source.path == str(tmp_path / name)
    (problem,) = problems_of(config, quote_override("period", name))
    assert problem.thing == "period"


def test_a_path_on_the_command_line_is_relative_to_the_present_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--set` and `--source` mean the folder where the command runs, not the folder of the config."""
    (tmp_path / "configs").mkdir()
    config = write(tmp_path, "source: {path: x.csv}\n", "configs/shop.yaml")
    monkeypatch.chdir(tmp_path)
    assert Path(load_options(config, ["source.path=y.csv"]).source.path) == tmp_path / "y.csv"
    assert Path(load_options(config).source.path) == tmp_path / "configs" / "x.csv"


def test_a_very_long_path_on_the_command_line_is_only_a_path(tmp_path: Path) -> None:
    """A path with a part longer than any file's name is kept for the reader of the source to refuse."""
    name = "x" * 300
    options = load_options(write(tmp_path, ""), [quote_override("source.path", f"{tmp_path}/{name}")])
    assert options.source.path == str(tmp_path / name)


def test_a_tilde_is_a_home_only_before_a_slash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`~/` is the user's home, while `~old.csv` is a file beside the config and nobody's home."""
    monkeypatch.setenv("HOME", "/home/ann")
    path = write(tmp_path, "source: {path: ~/x.csv}\nplaybook: ~old.yaml\n")
    options = load_options(path)
    assert options.source.path == "/home/ann/x.csv"
    assert options.playbook == str(tmp_path / "~old.yaml")


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("nonsense", "--set: nonsense: expected KEY=VALUE such as segments.n_clusters=5, got 'nonsense'"),
        (" =5", "--set:  =5: expected KEY=VALUE such as segments.n_clusters=5, got ' =5'"),
        (
            "segments.k=5",
            "--set segments.k=5:2:3: segments.k: expected a known option, got 'k'. Known here: choose_by,",
        ),
        ("currency=pounds", "--set currency=pounds:1:11: currency: expected an ISO 4217 currency code"),
        (
            "report.title=a: b",
            "--set report.title=a: b:2:11: YAML: expected valid YAML, got a second colon in one line",
        ),
        ("a: b.c=1", "--set a: b.c=1:1:5: YAML: expected valid YAML, got a second colon in one line"),
        ("report=5", "--set report=5:1:9: report: expected a block of 'key: value' lines, got '5'"),
        ("extends=x.yaml", "--set extends=x.yaml:1:1: extends: expected a known option, got 'extends'"),
        ("period=${MONTH}", "--set period=${MONTH}:1:9: MONTH: expected the environment variable MONTH to be set"),
    ],
)
def test_a_wrong_override_is_told_like_a_wrong_line(tmp_path: Path, override: str, told: str) -> None:
    """A mistake in `--set` names the override, the option, what was expected and what came."""
    (problem,) = problems_of(write(tmp_path, ""), override)
    assert str(problem).startswith(told)


@pytest.mark.parametrize(
    ("override", "title"),
    [
        ("report.title='a: b # c'", "a: b # c"),
        ('report.title="a\\tb"', "a\tb"),
        ("report.title=5", None),
        ("report.title=a=b=c", "a=b=c"),
        ("report.title=no", "no"),
        (" report.title = x ", "x"),
        ("report={title: y}", "y"),
        ("report.title=${SHOP}", "Tea & more"),
    ],
)
def test_an_override_is_read_as_yaml(tmp_path: Path, override: str, title: str | None) -> None:
    """Quotes, lists, blocks and variables in `--set` mean what they mean in a file; a number is no text."""
    path, environ = write(tmp_path, "report: {id: kept}\n"), {"SHOP": "Tea & more"}
    if title is None:
        (problem,) = problems_of(path, override)
        assert (problem.thing, problem.hint) == ("report.title", "Put it in quotes.")
    else:
        options = load_options(path, [override], environ=environ)
        assert (options.report.id, options.report.title) == ("kept", title)


def test_the_last_of_equal_overrides_wins(tmp_path: Path) -> None:
    """Overrides are laid over one another in the order given."""
    assert load_options(write(tmp_path, ""), ["locale=de_DE", "locale=sv_SE"]).locale == "sv_SE"


def test_stores_are_laid_over_the_config(tmp_path: Path) -> None:
    """A store's options win over the config's, the command line's over both, and each path is its own file's."""
    config = tmp_path / "shop.yaml"
    config.write_text(
        "currency: GBP\nlocale: en_GB\nstores:\n  by: Branch\n  each:\n"
        "    Lyon: {currency: EUR, locale: fr_FR, source: {path: lyon.csv}}\n    Bath: {}\n",
        encoding="utf-8",
    )
    base, loaded = load_stores(config, ["locale=de_DE"])
    options, stores = base.options, {name: one.options for name, one in loaded.items()}
    assert (options.stores.by, list(stores)) == ("Branch", ["Lyon", "Bath"])
    assert (stores["Lyon"].currency, stores["Lyon"].locale) == ("EUR", "de_DE")
    assert stores["Lyon"].source.path == str(tmp_path / "lyon.csv")
    assert (stores["Bath"].currency, stores["Bath"].source.path) == ("GBP", options.source.path)


@pytest.mark.parametrize(
    ("each", "told"),
    [
        ("{Lyon: {currncy: EUR}}", "stores.each.Lyon.currncy: expected a known option"),
        ("{Lyon: {report: {id: x}}}", "stores.each.Lyon.report.id: expected an option of the store"),
        ("{Lyon: {stores: {by: x}}}", "stores.each.Lyon.stores: expected an option of the store"),
        ("{Lyon: {output: x}}", "stores.each.Lyon.output: expected an option of the store"),
        ("{Lyon: {currency: EUR}}", "stores.each.Lyon: expected a way to tell the store's lines"),
        ("{Lyon: 5}", "stores.each.Lyon: expected a block of 'key: value' lines"),
    ],
)
def test_a_store_s_mistakes_are_told_at_their_place(tmp_path: Path, each: str, told: str) -> None:
    """What a store states wrongly is told with its line, like any other option."""
    config = tmp_path / "shop.yaml"
    config.write_text(f"locale: en_GB\nstores:\n  each: {each}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_stores(config)
    assert told in str(caught.value)
    assert str(caught.value).startswith(f"{config}:3:")


def test_two_columns_for_the_store_are_told(tmp_path: Path) -> None:
    """A config that names one column in `columns.store` and another in `stores.by` is refused."""
    config = tmp_path / "shop.yaml"
    config.write_text("columns: {store: Shop}\nstores: {by: Branch}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="stores.by: expected the heading of columns.store, 'Shop'"):
        load_stores(config)


def test_one_source_does_not_take_the_place_of_many(tmp_path: Path) -> None:
    """A source given on the command line is refused where a store states its own."""
    config = tmp_path / "shop.yaml"
    config.write_text("stores: {each: {Lyon: {source: {path: lyon.csv}}}}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="--source: expected no source where stores have their own"):
        load_stores(config, ["source.path=x.csv"])


@pytest.mark.parametrize("kind", ["fifo", "device", "proc", "link to itself"])
def test_what_is_no_plain_file_is_no_config(tmp_path: Path, kind: str) -> None:
    """A pipe, a device and what the system makes up are refused, as config and as its base, without waiting."""
    path = tmp_path / "base.yaml"
    made = {
        "fifo": lambda: os.mkfifo(path),
        "device": lambda: path.symlink_to("/dev/zero"),
        "proc": lambda: path.symlink_to("/proc/self/environ"),
        "link to itself": lambda: path.symlink_to(path),
    }
    made[kind]()
    (tmp_path / "shop.yaml").write_text("extends: base.yaml\n")
    for config in (path, tmp_path / "shop.yaml"):
        (problem,) = problems_of(config)
        assert problem.thing in ("config", "extends")
    (tmp_path / "shop.yaml").write_text("extends: /proc/self/environ\n")
    assert problems_of(tmp_path / "shop.yaml")[0].thing == "extends"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('report: {title: "a\\uD800"}', "expected a text that can be written, got the sign U+D800"),
        ('source: {path: "a\\0b"}', "expected a text that can be written, got the sign U+0000"),
        ('extends: "a\\0b"', "expected a text that can be written, got the sign U+0000"),
        ("extends: " + "x" * 5000, "extends: expected the path of a config, got"),
        ("template_dir: nowhere", "template_dir: expected a folder with templates, got no folder"),
    ],
)
def test_texts_that_nothing_can_hold_are_told(tmp_path: Path, text: str, told: str) -> None:
    """Halves of pairs, NUL, paths that are too long and folders that are not there are one problem each."""
    (problem,) = problems_of(write(tmp_path, text + "\n"))
    assert told in str(problem)
    assert problem.place.count(":") == 2


def test_tens_of_thousands_of_keys_are_told_soon(tmp_path: Path) -> None:
    """A config without end is one problem; one with thousands of unknown options explains the first of them."""
    problems = problems_of(write(tmp_path, "".join(f"key{n}: 1\n" for n in range(60_000))))
    assert [problem.expected for problem in problems] == ["a config of at most 50,000 entries"]
    problems = problems_of(write(tmp_path, "".join(f"key{n}: 1\n" for n in range(3_000))))
    assert len(problems) == 101
    assert any(problem.came == "3,000 mistakes" for problem in problems)


def test_a_source_that_nobody_states_is_relative_to_the_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default path of the order lines is beside the config, wherever the command runs."""
    config = write(tmp_path, "window: all\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert load_options(config).source.path == str(tmp_path / "order_lines.csv")


def test_merging_many_keys_is_quick_and_the_nearer_file_wins(tmp_path: Path) -> None:
    """Thousands of store names in a base and in the file itself are merged by name."""
    names = [f"store {n}" for n in range(2_000)]
    each = ", ".join(f"'{name}': {{currency: EUR}}" for name in names)
    (tmp_path / "base.yaml").write_text(f"stores: {{by: Branch, each: {{{each}}}}}\n")
    config = write(tmp_path, f"extends: base.yaml\nstores: {{each: {{'{names[7]}': {{currency: USD}}}}}}\n")
    stores = load_options(config).stores.each
    assert (len(stores), stores[names[7]], stores[names[8]]) == (2_000, {"currency": "USD"}, {"currency": "EUR"})
