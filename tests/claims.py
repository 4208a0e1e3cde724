"""Reads the claims of a report, sentence by sentence, against the two numbers beside each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from reportgen.model.facts import Facts, SegmentFacts
from reportgen.model.report import Report

MONEY = r"(−?£\d[\d,]*(?:\.\d+)?(?:k|m|bn)?)"
NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
TIMES = r"(once|[\d.,]+ times)"
SHARE = r"([\d.]+)%"
POINTS = r"([+−]?[\d.]+)"
Check = Callable[..., bool]

NEAR = 0.006
"""How far two numbers may be apart that are printed alike."""


def number(text: str) -> float:
    """Read a printed number: ``£1,234``, ``−£12.50``, ``£1.16m``, ``12``."""
    text = "1" if text == "once" else text.removesuffix(" times")
    scale = {"k": 1e3, "m": 1e6, "n": 1e9}.get(text[-1], 1.0)
    digits = re.sub(r"[^\d.]", "", text)
    return float(digits) * scale * (-1 if text.startswith("−") else 1)


def related(word: str, own: float, other: float) -> bool:
    """Whether a word that relates two numbers is true of them, as they are printed."""
    if word in ("more", "bigger", "more than"):
        return own > other
    if word in ("less", "smaller", "less than"):
        return own < other
    if word == "close to":
        return 0.84 <= own / other <= 1.19
    times = re.fullmatch(rf"{NUMBER} times", word)
    assert times is not None, word
    return abs(own / other - number(times[1])) <= 0.06 + NEAR * own / other


def is_read_out_right(treat: str, ordered: str, hold: str, came: str, verdict: str, *effects: str) -> bool:
    """Whether the figures of a trial that was read out go together, and its verdict with them."""
    expected, expected_low, expected_high, seen, low, high = map(number, effects)
    difference = 100 * (number(ordered) / number(treat) - number(came) / number(hold))
    follows = {
        "It worked": low >= 0 < seen and expected_low >= 0,
        "It seems to have worked": low >= 0 < seen,
        "It seems to do harm": high <= 0 > seen,
        "No effect": low <= 0 <= high,
    }[verdict]
    is_in_order = expected_low <= expected <= expected_high and low <= seen <= high
    return follows and is_in_order and abs(seen - difference) <= 0.51


CLAIMS: tuple[tuple[str, Check], ...] = (
    (
        rf"{SHARE} of customers order a second time \(95% interval {SHARE} to {SHARE}, from",
        lambda own, low, high: number(low) <= number(own) <= number(high),
    ),
    (
        rf"hold back {NUMBER} of {NUMBER} by lot: {SHARE} of such customers .+?, and {SHARE} of those written to",
        lambda hold, all_, base, found: number(hold) <= number(all_) / 2 and number(base) <= number(found),
    ),
    (
        rf"of {NUMBER} written to {NUMBER} ordered within 28 days, of {NUMBER} held back {NUMBER}\. (It worked|It seems to have worked|It seems to do harm|No effect)"
        rf".*?: done again, expect {POINTS} points \(95% interval {POINTS} to {POINTS}.*?\); seen were {POINTS}"
        rf" \({POINTS} to {POINTS}\)",
        is_read_out_right,
    ),
    (
        rf"with {NUMBER} of the {NUMBER} that it takes: read the trials of {NUMBER} months together",
        lambda own, needed, months: number(own) < number(needed) <= number(own) * number(months),
    ),
    (
        rf"a quarter have done so by day {NUMBER}, half by day {NUMBER} and three quarters by day {NUMBER}",
        lambda early, middle, late: number(early) <= number(middle) <= number(late),
    ),
    (
        rf"Of customers such as .+? {SHARE} ordered within 90 days of an earlier month’s end, of such as .+? {SHARE}\.",
        lambda most, least: number(most) > number(least),
    ),
    (
        rf"comes back (more|less) often: {SHARE} of {NUMBER} within 90 days, against {SHARE} of all first buyers",
        lambda word, own, _many, all_: related(word, number(own), number(all_)),
    ),
    (
        rf"Each spent {MONEY} on average, (.+?) the {MONEY} of all customers",
        lambda own, word, all_: related(word, number(own), number(all_)),
    ),
    (
        rf"They order (more|less) often than most: {TIMES} on average, against {TIMES} for all",
        lambda word, own, all_: related(word, number(own), number(all_)),
    ),
    (
        rf"They order (more|less) often than most: half of them {TIMES} or more, of all customers half {TIMES} or",
        lambda word, own, all_: related(word, number(own), number(all_)),
    ),
    (
        rf"Their baskets are (bigger|smaller) than most: {MONEY} on average, against {MONEY} for all",
        lambda word, own, all_: related(word, number(own), number(all_)),
    ),
    (
        rf"Their baskets are (bigger|smaller) than most: half of them spend {MONEY} an order or more, of all customers"
        rf" half {MONEY} ",
        lambda word, own, all_: related(word, number(own), number(all_)),
    ),
    (
        rf"have not ordered for {NUMBER} days or more; of all customers, half for {NUMBER}\.",
        lambda own, all_: number(own) > number(all_),
    ),
    (
        rf"ordered within the last {NUMBER} days; of all customers, half within {NUMBER}\.",
        lambda own, all_: number(own) < number(all_),
    ),
    (
        rf"is the next order: {NUMBER} orders each, the best segment {NUMBER};",
        lambda own, best: number(own) < number(best),
    ),
    (
        rf"is the basket: their orders are worth {MONEY}, the best segment's {MONEY}",
        lambda own, best: number(own) < number(best),
    ),
    (rf"each spent {NUMBER} times as much", lambda times: number(times) >= 2),
    (rf"They are {SHARE} of customers but {SHARE} of sales", lambda people, sales: number(sales) < number(people)),
    (rf"would bring about {MONEY}", lambda money: number(money) > 0),
    (
        rf"{SHARE} of their money is paid at more than 5% below a product’s usual price, of all customers’ {SHARE}",
        lambda own, all_: abs(number(own) - number(all_)) >= 4,
    ),
    (rf"had spent {MONEY} an order and then spent {MONEY};", lambda before, after: number(after) < number(before)),
    (rf"there are at most {SHARE} as many customers", lambda share: number(share) <= 50),
    (rf"there are still {SHARE} as many customers", lambda share: 0 < number(share) < 95),
    (
        rf"have silhouettes of {NUMBER} to {NUMBER} when .* this one has {NUMBER}, (more than any|no more than)",
        lambda low, high, own, word: (
            number(low) <= number(high)
            and (number(own) > number(high) if "any" in word else number(own) <= number(high))
        ),
    ),
    (rf"every segment comes back; .* overlap least, by {SHARE}", lambda share: number(share) >= 75),
    (rf"not every segment comes back; .* by only {SHARE}", lambda share: number(share) < 75),
    (rf"^{NUMBER} customers are enough .*from {NUMBER}", lambda own, least: number(own) >= number(least)),
    (rf"^{NUMBER} customers are too few .*?from {NUMBER}\)", lambda own, least: number(own) < number(least)),
    (
        rf"{NUMBER} ordered on two days or more, too few .*from {NUMBER}\)",
        lambda own, least: number(own) < number(least),
    ),
    (
        rf"the first half comes from {NUMBER} customers? .*, the first 80% from {NUMBER} .*, the first 95% from {NUMBER} ",
        lambda half, most, nearly: number(half) <= number(most) <= number(nearly),
    ),
    (rf"{NUMBER} customers? \({SHARE}\) stands? on a border", lambda count, _: number(count) > 0),
    (rf"^Firm: .* overlap of {SHARE}", lambda share: number(share) >= 85),
    (rf"^Fair: .* overlap of {SHARE}", lambda share: 75 <= number(share) < 85),
    (rf"^Doubtful: .* by {SHARE} only", lambda share: 60 <= number(share) < 75),
    (rf"^Do not act on .* by {SHARE} only", lambda share: number(share) < 60),
    (r"(?<![\d.])1 (\w+s)\b(?! (?:of|each))", lambda word: word in ("has", "is", "was", "names", "orders")),
    (r"(?<![\d.,])(0|1\.0) times\b", lambda _: False),
    (r"All (1) customers", lambda _: False),
)
"""A pattern, and whether what it has found is true."""


def find_contradictions(report: Report) -> list[str]:
    """List the sentences of a report that their own numbers contradict, and names that the figures beside them do."""
    told = [sentence for sentence in _sentences(report) if not _is_true(sentence)]
    return [*told, *_names(report), *_returning(report), *_headline(report)]


def _sentences(report: Report) -> Iterator[str]:
    words = report.words
    yield from words.headline
    yield from words.returning
    yield from words.growth
    yield from words.trials
    yield from words.earned
    for segment in words.segments:
        yield segment.summary
        yield from segment.narrative
        yield from filter(None, (segment.trust,))
    yield from words.verdict
    yield from words.ladder
    yield from words.change.summary
    yield from words.change.segments
    yield from words.change.moves


def _is_true(sentence: str) -> bool:
    return (
        all(check(*found.groups()) for pattern, check in CLAIMS for found in re.finditer(pattern, sentence))
        and "  " not in sentence
    )


def _names(report: Facts) -> Iterator[str]:
    """List the names that say another than the means and medians printed beside them."""
    if len(report.segments) < 2:
        return
    base = report.averages
    for segment in report.segments:
        often, basket = segment.kind.split("_")
        checks = (
            (often == "frequent", segment.mean_order_count > base.mean_order_count),
            (often == "rare", segment.mean_order_count < base.mean_order_count),
            (basket == "big", segment.mean_avg_order_value > base.mean_avg_order_value),
            (basket == "small", segment.mean_avg_order_value < base.mean_avg_order_value),
            (segment.recency == "lapsed", segment.median_recency_days > base.median_recency_days),
            (segment.recency == "recent", segment.median_recency_days < base.median_recency_days),
        )
        if not all(holds for applies, holds in checks if applies) or not _says_its_kind(segment, report):
            yield f"{segment.name}: {segment.kind}, {segment.recency}"


def _says_its_kind(segment: SegmentFacts, report: Facts) -> bool:
    if report.ladder is not None and report.ladder.rung in ("rhythm", "bands"):
        return _says_its_band(segment.name, segment)
    often, basket = segment.kind.split("_")
    size = {"big": "big baskets", "mid": "mid-size baskets", "small": "small baskets"}[basket]
    named = segment.name.lower()
    is_numbered = re.search(r"\(\d+\)$", named) is not None
    return segment.identity.is_own or (f"{often} buyers" in named and size in named and not is_numbered)


def _says_its_band(name: str, segment: SegmentFacts) -> bool:
    """Whether the median of a band lies within the days that it is named after, if it is after days."""
    days = segment.median_recency_days
    if found := re.search(r"silent for (\d+) to (\d+) days", name):
        return int(found[1]) <= days <= int(found[2])
    if "of the last 40 days" in name:
        return days <= 40
    if "silent for over 180 days" in name:
        return days > 180
    return re.fullmatch(r"(Active|Silent)( top)? customers|Other (active|silent) customers", name) is not None


def _returning(report: Report) -> Iterator[str]:
    """List the shares after later orders that their table does not give, or that do not lie above the first one's."""
    steps, days, first = report.returning.steps, 0, 0.0
    for sentence in report.words.returning:
        found = re.match(rf"Within {NUMBER} days of their first order {SHARE} of", sentence)
        if found:
            days, first = int(found[1]), number(found[2])
        elif sentence.startswith("After the second"):
            told = [number(share) for share in re.findall(SHARE, sentence.split(" order again")[0])]
            known = [share.share * 100 for step in steps[1:] if (share := step.times.find(days)) is not None]
            is_right = len(told) == len(known) and all(abs(a - b) <= 0.51 for a, b in zip(told, known, strict=True))
            if not is_right or ("loses most" in sentence and min(told) <= first):
                yield sentence


def _headline(report: Report) -> Iterator[str]:
    """List the headline's comparisons of months that the months themselves do not give."""
    months = {month.month: month for month in report.months}
    now = months[report.period.month]
    for sentence in report.words.headline:
        found = re.search(rf"spent {MONEY} in .+?, {SHARE} (more|less) than in", sentence)
        if found:
            before = report.months[-2]
            change = float(now.sales) / float(before.sales) - 1
            if (change > 0) is not (found[3] == "more") or abs(abs(change) * 100 - number(found[2])) > 0.51:
                yield sentence
        found = re.search(rf"the same month last year, .*?spent {SHARE} (more|less)", sentence)
        if found:
            change = float(now.sales) / float(report.months[-13].sales) - 1
            if (change > 0) is not (found[2] == "more") or abs(abs(change) * 100 - number(found[1])) > 0.51:
                yield sentence
