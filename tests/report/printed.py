"""What each table of a printed report must say, cell by cell, from its facts; and what its HTML does say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from html.parser import HTMLParser
from typing import Any, TypeAlias

from reportgen.text.formats import Formats

Facts: TypeAlias = dict[str, Any]
Cell: TypeAlias = tuple[str, ...]
"""The lines of a cell; one without text has none."""
Row: TypeAlias = tuple[Cell, ...]
Table: TypeAlias = tuple[str, list[Row]]
"""Its name and its body."""

WRITE = Formats("en_GB", "GBP")
KPIS = {
    "customers": WRITE.count,
    "orders": WRITE.count,
    "total_sales": WRITE.money,
    "avg_order_value": WRITE.money,
    "repeat_share": WRITE.share,
}
"""Of the window: those of the month are tiles."""
CAUSES = ("new", "returned", "behaviour", "silence", "aged_out", "boundaries", "corrected")
METRICS: dict[str, Callable[[float], str]] = {
    "mean_total_sales": WRITE.money,
    "mean_order_count": WRITE.decimal,
    "mean_avg_order_value": WRITE.money,
    "mean_recency_days": WRITE.count,
    "one_order_share": WRITE.share,
}


def _plus(value: float, how: Callable[[float], str]) -> str:
    return ("+" if value > 0 else "") + how(value)


CHOICES = {
    "without_top": "Without the top 1% of buyers",
    "normalise": "On another scale",
    "fewer": "One segment fewer",
    "more": "One segment more",
    "seeds": "From other seeds",
    "returns": "Returns the other way",
}
"""What is chosen otherwise, as the report calls it."""


def _row(*cells: str | Cell) -> Row:
    return tuple(tuple(one for one in ((cell,) if isinstance(cell, str) else cell) if one) for cell in cells)


def _named(segment: Facts) -> str:
    return f"{segment['number']} {segment['identity']['name']}"


def tables_of(facts: Facts, medium: str) -> list[Table]:
    """List every table of the report in the order in which it is printed, on ``screen`` or in ``print``."""
    tables = [glance(facts), stages(facts)]
    for segment in facts["segments"]:
        tables += segment_tables(facts, segment, medium == "print")
    if "returning" not in {section["key"] for section in facts["skipped"]}:
        tables += returning(facts)
    tables += growth(facts, 6 if medium == "print" else 10)
    tables += earned(facts, 9 if medium == "print" else 60)
    if facts["change"]["previous"]:
        tables += change(facts["change"], medium == "print")
    lines = facts["lines"]
    counts = [lines["read"], *lines["dropped"].values(), lines["kept"]]
    return [*tables, ("reasons", [_row("", WRITE.count(one)) for one in counts]), *robustness(facts["headline"])]


def robustness(marks: list[Facts]) -> list[Table]:
    """Make the table of which findings survive which other choices: as many cells as either has, in words."""
    tried = [mark["survives"] for mark in marks if mark["survives"]]
    used = [key for key in CHOICES if any(key in survives for survives in tried)]
    told = {True: "holds", False: "does not", None: ""}
    rows = [_row(CHOICES[key], *(told[survives.get(key)] for survives in tried)) for key in used]
    return [("Whether the headline holds under other choices", rows)] if rows else []


def stages(facts: Facts) -> Table:
    """Make the table of where customers stand: shares of each segment, then of all; and how far each can be trusted."""
    counts = [*((_named(one), one["stages"], one["trust"]) for one in facts["segments"]), ("", facts["stages"], "")]
    told = {"do_not_act": "do not act on this"}
    names = ("new", "active", "late", "lapsed")
    return "Where they stand", [
        _row(name, *(WRITE.share(each[stage] / sum(each.values())) for stage in names), told.get(trust, trust))
        for name, each, trust in counts
    ]


def glance(facts: Facts) -> Table:
    """Make the table of all segments."""
    changes = {one["number"]: one["customers_change"] for one in facts["change"]["segments"]}
    if changes:
        [whole] = [one["difference"] for one in facts["change"]["kpis"] if one["key"] == "customers"]
    rows = []
    for one in facts["segments"]:
        shares = (WRITE.share(one["share_of_customers"]), WRITE.share(one["share_of_sales"]))
        since = (WRITE.signed(changes[one["number"]]),) if changes else ()
        rows.append(_row(_named(one), WRITE.count(one["customers"]), *since, *shares, *_means(one)))
    since = ("" if whole is None else WRITE.signed(whole),) if changes else ()
    total = _row("All customers", WRITE.count(facts["customers"]), *since, "100%", "100%", *_means(facts["averages"]))
    return "glance", [*rows, total]


def _means(one: Facts) -> tuple[str, ...]:
    return (
        WRITE.money(one["mean_total_sales"]),
        WRITE.decimal(one["mean_order_count"]),
        WRITE.money(one["mean_avg_order_value"]),
        WRITE.count(one["median_recency_days"]),
    )


def segment_tables(facts: Facts, segment: Facts, in_print: bool) -> list[Table]:
    """Make the tables of a segment: its figures, best sellers, pairs."""
    number, changed = segment["number"], bool(facts["change"]["segments"])
    labels = ("Total sales", "Orders", "Order value", "Days since last order", "Ordered only once")
    figures = [
        _row(label, how(segment[key]), "", how(facts["averages"][key]))
        for label, (key, how) in zip(labels, METRICS.items(), strict=True)
    ]
    tables = [(f"figures {number}", figures)]
    sellers = segment["best_sellers"][: (4 if changed else 5) if in_print else None]
    count, by = WRITE.count, "lines" if facts["method"]["rank_by"] == "lines" else "orders"
    if sellers:
        units = [() if one["units"] is None else (count(one["units"]),) for one in sellers]
        rows = [
            _row(
                "",
                count(one[by]),
                *unit,
                WRITE.money(one["sales"]),
                "" if one["index"] is None else count(one["index"]),
            )
            for one, unit in zip(sellers, units, strict=True)
        ]
        tables.append((f"Best sellers {number}", rows))
    pairs = segment["pairs"][: 2 if in_print else None]
    if pairs:
        tables.append((f"pairs {number}", [_pair(one) for one in pairs]))
    return tables


def _pair(one: Facts) -> Row:
    both = (WRITE.count(one["orders"]), WRITE.count(one["expected"]))
    ways = (WRITE.share(one["confidence"]), WRITE.share(one["confidence_back"]))
    return _row("", both, ways, WRITE.money(one["second_price"]), WRITE.count(one["audience"]))


ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")


def returning(facts: Facts) -> list[Table]:
    """Make the tables of who goes on from order to order, by segment, and of the first products."""
    found, money = facts["returning"], WRITE.money
    steps = [
        _row(
            f"{ORDINALS[n]} to {ORDINALS[n + 1].lower()}",
            *_times(step["times"]),
            money(step["value"]),
            "" if step["next_value"] is None else money(step["next_value"]),
        )
        for n, step in enumerate(found["steps"])
    ]
    tables = [("From order to order", steps)]
    seen = [(one, one["returning"]) for one in facts["segments"] if one["returning"]]
    if seen:
        rows = [_row(_named(one), *_times(back["times"])) for one, back in seen]
        tables.append(("Coming back by segment", rows))
    first = found["first_products"]
    if first and first["products"]:
        rows = [
            _row(
                one["product_name"],
                WRITE.count(one["customers"]),
                WRITE.share(one["came_back"] / one["customers"]),
                WRITE.share(one["pulled"]),
                f"{WRITE.share(one['low'])} to {WRITE.share(one['high'])}",
                money(one["next_sales"]),
                {"more": "more often", "less": "less often", None: ""}[one["differs"]],
            )
            for one in first["products"]
        ]
        counts = WRITE.count(first["customers"]), WRITE.share(first["came_back"] / first["customers"])
        tables.append(
            ("First products", [*rows, _row("All first buyers", *counts, "", "", money(first["next_sales"]), "")])
        )
    return tables


def _times(times: Facts) -> list[str]:
    """Write how soon customers come back: shares within 30, 60 and 90 days, the last one's interval, the quartiles."""
    shares = {one["days"]: one for one in times["within"]}
    cells = [WRITE.share(shares[days]["share"]) if days in shares else "" for days in (30, 60, 90)]
    last = times["within"][-1] if times["within"] else None
    interval = f"{WRITE.share(last['low'])} to {WRITE.share(last['high'])}" if last else ""
    quartiles = " / ".join(str(day) for day in times["quartiles"]) if times["quartiles"] else ""
    return [WRITE.count(times["customers"]), *cells, interval, quartiles]


def growth(facts: Facts, most: int) -> list[Table]:
    """Make the tables of what could be won and of what could be lost, the largest first."""
    won = [one for one in facts["segments"] if one["opportunity"]]
    lost = [one for one in facts["segments"] if one["overdue"]["customers"]]
    won.sort(key=lambda one: -one["opportunity"]["amount"])
    lost.sort(key=lambda one: -one["overdue"]["amount"])
    money, count = WRITE.money, WRITE.count
    tables = []
    if won:
        sizes = [(one, one["opportunity"]) for one in won[:most]]
        rows = [
            _row(
                _named(one),
                _unaided(size["unaided"]),
                money(size["value_of_step"]),
                money(size["each_percent"]),
                count(size["customers"]),
                money(size["amount"]),
            )
            for one, size in sizes
        ]
        tables.append(("Opportunity", rows))
    if lost:
        sizes = [(one, one["overdue"]) for one in lost[:most]]
        rows = [_row(_named(one), count(size["customers"]), money(size["amount"])) for one, size in sizes]
        tables.append(("At risk", rows))
    order = ("testable", "too_small", "no_past", "nobody")
    proposed = [trial["plan"] for trial in facts["trials"] if trial["state"] == "proposed"]
    plans = sorted(proposed, key=lambda plan: order.index(plan["state"]))[:most]
    titles = {
        (one["number"], action["id"]): action["title"]
        for one in facts["words"]["segments"]
        for action in one["actions"]
    }
    names = {one["number"]: one for one in facts["segments"]}
    rows = [_trial(plan, _named(names[plan["segment"]]), titles[plan["segment"], plan["play"]]) for plan in plans]
    return [*tables, ("How to test it", rows)] if rows else tables


def _trial(plan: Facts, segment: str, title: str) -> Row:
    """Make the row of how an action can be tested."""
    base, found = plan["base_rate"], plan["detectable"]
    enough = {"testable": "yes", "no_past": "not known yet", "nobody": ""}
    if base in (0, 1):
        enough |= {"too_small": "none order unaided" if base == 0 else "all order unaided"}
    short = "no number would do" if plan["needed"] is None else f"{WRITE.count(plan['needed'])} needed"
    return _row(
        (segment, title),
        WRITE.count(plan["customers"]),
        "" if base is None else WRITE.share(base),
        WRITE.count(plan["hold"]) if plan["hold"] else "",
        "" if base is None or found is None else WRITE.share(base + found),
        enough.get(plan["state"], short),
    )


def earned(facts: Facts, most: int) -> list[Table]:
    """Make the table of what became of the actions of earlier reports."""
    followed = [trial for trial in facts["trials"] if trial["state"] != "proposed"]
    return [("What advice earned", [_earned(trial) for trial in followed[:most]])] if followed else []


def _earned(trial: Facts) -> Row:
    out = trial["read_out"] or {"share": None, "expected": None, "sales": None}
    states = {"running": "too early", "not_sent": "not sent", "not_marked": "not marked"}
    verdicts = {"worked": "worked", "harmed": "fewer ordered", "no_hold_out": "no hold-out"}
    verdict = verdicts.get(out.get("verdict", ""), "no effect seen")
    verdict = "seems to work" if verdict == "worked" and out["expected"]["low"] <= 0 else verdict
    sent = f", sent {WRITE.day(date.fromisoformat(trial['sent_on']))}" if trial["sent_on"] else ""
    arms = [out.get(arm) for arm in ("treat", "hold")]
    shown = [
        f"{WRITE.share(arm['ordered'] / arm['customers'])} of {arm['customers']}" if arm and arm["customers"] else ""
        for arm in arms
    ]
    points = [_effect(out[name], WRITE.points) for name in ("expected", "share")]
    return _row(
        (trial["title"], f"{trial['segment']}, {WRITE.month_short(trial['month'])}{sent}"),
        states.get(trial["state"], verdict),
        *shown,
        *points,
        _effect(out["sales"], WRITE.money),
    )


def _effect(effect: Facts | None, write: Callable[[float], str]) -> str | tuple[str, str]:
    if effect is None:
        return ""
    sign = "+" if effect["value"] > 0 else ""
    return f"{sign}{write(effect['value'])}", f"{write(effect['low'])} to {write(effect['high'])}"


def _unaided(unaided: Facts | None) -> str:
    is_known = unaided is not None and unaided["customers"] >= 20
    return WRITE.share(unaided["took"] / unaided["customers"]) if is_known and unaided else ""


def change(change: Facts, in_print: bool) -> list[Table]:
    """Make the tables of what has changed."""
    tables = []
    of_window = [one for one in change["kpis"] if one["key"] in KPIS]
    with_year = any(one["year_ago"] is not None for one in of_window)
    if with_year or any(one["previous"] is not None for one in of_window):
        tables.append(("kpis", [_kpi(one, with_year) for one in of_window]))
    if change["segments"]:
        tables.append(("causes", _causes(change["segments"])))
    if change["migration"] is not None:
        tables.append(("movement", _migration(change["migration"], in_print)))
    if change["restated"] is not None and change["restated"]["figures"]:
        figures = change["restated"]["figures"][: 10 if in_print else None]
        rows = [_row("", *(getattr(WRITE, one["how"])(one[key]) for key in ("printed", "now"))) for one in figures]
        tables.append(("Restated figures", rows))
    return tables


def _kpi(one: Facts, with_year: bool) -> Row:
    how = KPIS[one["key"]]
    moved = "" if one["change"] is None else _plus(one["change"], WRITE.share)
    if one["key"] == "repeat_share" and one["difference"] is not None:
        moved = f"{_plus(one['difference'], WRITE.share).replace('%', '')} points"
    cells = [how(one["now"]), "" if one["previous"] is None else how(one["previous"]), moved]
    if with_year:
        cells.append("" if one["year_ago"] is None else how(one["year_ago"]))
        cells.append("" if one["year_change"] is None else _plus(one["year_change"], WRITE.share))
    return _row("", *cells)


def _causes(segments: list[Facts]) -> list[Row]:
    of_each = [
        {cause["key"]: (cause["customers"], float(cause["sales"])) for cause in one["causes"]} for one in segments
    ]
    used = [key for key in CAUSES if any(causes.get(key, (0, 0)) != (0, 0) for causes in of_each)]
    rows = []
    for one, causes in zip(segments, of_each, strict=True):
        before = (WRITE.count(one["customers_before"]), WRITE.money(float(one["sales_before"])))
        now = (WRITE.count(one["customers_now"]), WRITE.money(float(one["sales_now"])))
        why = [
            (WRITE.signed(customers), _plus(sales, WRITE.money))
            for customers, sales in (causes.get(key, (0, 0.0)) for key in used)
        ]
        rows.append(_row("", before, *why, now))
    return rows


def _migration(migration: Facts, in_print: bool) -> list[Row]:
    targets, crowded = migration["targets"], in_print and len(migration["targets"]) > 6
    moves = {(one["origin"], one["target"]): one for one in migration["moves"]}
    rows = []
    for row, origin in enumerate(migration["origins"]):
        cells: list[Cell] = []
        for column, target in enumerate(targets):
            move = moves.get((row, column))
            if move is None:
                cells.append(("0",))
                continue
            sales = move["sales_before" if target["kind"] == "left" else "sales_now"]
            cells.append((WRITE.count(move["customers"]), "" if crowded else WRITE.money(float(sales))))
        rows.append(_row("", *cells, WRITE.count(origin["customers"])))
    return [*rows, _row("", *(WRITE.count(one["customers"]) for one in targets), "")]


class _Tables(HTMLParser):
    """Reads the body of each table but those of the charts' figures, and the tiles of the headline."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Table] = []
        self.tiles: list[str] = []
        self._label, self._article = "", ""
        self._cell: list[str] | None = None
        self._skip, self._body, self._tile, self._told, self._twin = 0, False, False, False, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("svg", "style", "title", "head"):
            self._skip += 1
        elif tag == "article":
            self._article = f" {given['id'].removeprefix('segment-')}"
        elif tag == "details":
            self._twin = True
        elif given.get("role") == "region":
            self._label = given["aria-label"].partition(" of ")[0]
        elif tag == "table" and not self._twin:
            kinds = [one for one in given.get("class", "").split() if one not in ("wide", "sortable")]
            self.tables.append(((kinds[0] if kinds else self._label) + self._article, []))
        elif self._body:
            self._open_cell(tag)
        elif tag == "tbody" and not self._twin:
            self._body = True
        elif tag == "ul" and "tiles" in given.get("class", ""):
            self._tile = True
        elif tag == "p" and self._tile and given["class"] != "label":
            self._told = True
            self.tiles.append("")

    def _open_cell(self, tag: str) -> None:
        if tag == "tr":
            self.tables[-1][1].append(())
        elif tag in ("td", "th"):
            self._cell = [""]
        elif tag == "br" and self._cell is not None:
            self._cell.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("svg", "style", "title", "head"):
            self._skip -= 1
        elif tag == "article":
            self._article = ""
        elif tag == "tbody":
            self._body = False
        elif tag in ("td", "th") and self._cell is not None:
            rows = self.tables[-1][1]
            cell = tuple(text for text in (" ".join(line.split()) for line in self._cell) if text)
            rows[-1] = (*rows[-1], cell)
            self._cell = None
        elif tag == "p":
            self._told = False
        elif tag == "ul":
            self._tile = False
        elif tag == "details":
            self._twin = False

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        if self._cell is not None:
            self._cell[-1] += data
        elif self._told:
            self.tiles[-1] += data


def read_tables(page: str) -> list[Table]:
    """Read the bodies of an HTML report's tables, in order."""
    parser = _Tables()
    parser.feed(page)
    return parser.tables


def read_tiles(page: str) -> list[str]:
    """Read what the tiles of the headline say, in order."""
    parser = _Tables()
    parser.feed(page)
    return [text for text in (" ".join(tile.split()) for tile in parser.tiles) if text]


def tiles_of(facts: Facts) -> list[str]:
    """List what each tile must say: its figure, what belongs to it, and its changes, reckoned from the months."""
    months = {month["month"]: month for month in facts["months"]}
    now, sales = months[facts["period"]["month"]], {name: float(month["sales"]) for name, month in months.items()}
    with_rest = WRITE.money_in_words(sales[now["month"]] + float(now["sales_without_id"]))
    new = [] if now["new_customers"] is None else [f"{WRITE.count(now['new_customers'])} for the first time"]
    tiles = [WRITE.money_in_words(sales[now["month"]]), f"{with_rest} with those naming no customer"]
    tiles += _moved(sales, now["month"])
    orders = {name: float(month["orders"]) for name, month in months.items()}
    tiles += [WRITE.count(now["orders"]), *_moved(orders, now["month"])]
    worth = {name: round(sales[name] / orders[name], 2) for name in months}
    tiles += [WRITE.money(worth[now["month"]]), *_moved(worth, now["month"])]
    customers = {name: float(month["customers"]) for name, month in months.items()}
    tiles += [WRITE.count(now["customers"]), *new, *_moved(customers, now["month"])]
    ripe = [one for one in facts["returning"]["cohorts"] if one["is_ripe"]]
    shares = {one["month"]: one["came_back"] / one["customers"] for one in ripe}
    last = ripe[-1]
    who = f"of {WRITE.count(last['customers'])} who first ordered in {WRITE.month_short(last['month'])}"
    return [*tiles, WRITE.share(shares[last["month"]]), who, *_moved(shares, last["month"], in_points=True)]


def _moved(values: dict[str, float], month: str, *, in_points: bool = False) -> list[str]:
    """List the changes of a figure against the month before and the same month last year."""
    year, number = (int(part) for part in month.split("-"))
    before = f"{year - (number == 1):04}-{(number - 2) % 12 + 1:02}"
    changes = []
    for then in (before, f"{year - 1:04}-{number:02}"):
        if then in values:
            change = values[month] - values[then] if in_points else values[month] / values[then] - 1
            size = _plus(change, WRITE.share)
            arrow = "" if change == 0 else "▲ " if change > 0 else "▼ "
            size = f"{size.replace('%', '')} points" if in_points else size
            changes.append(f"{arrow}{size} on {WRITE.month_short(then)}")
    return changes


def in_lines(rows: Iterable[Row]) -> list[str]:
    """Make of each line of each row a pattern of its numbers, one after the other as on paper."""
    patterns = []
    for _, *cells in rows:
        for line in range(max(map(len, cells))):
            found = [cell[line] for cell in cells if len(cell) > line]
            patterns.append(r"[ \t]+".join(re.escape(text).replace(r"\ ", r"[ \t]+") for text in found))
    return patterns
