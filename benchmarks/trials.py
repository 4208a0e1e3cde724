"""Reads out simulated trials, of which the true effect is known, and counts how often what is said of them is right.

Usage: python benchmarks/trials.py [--seeds 200]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reportgen.model.trials import Effect
from reportgen.trials.compare import Observed, compare_sales
from reportgen.trials.read_out import Comparison, read_out
from reportgen.trials.sizes import choose_hold, find_needed
from reportgen.trials.split import halve_by, split_customers

BASE = 0.25
"""Share who order within the window unaided."""
CUSTOMERS = (300, 1_000, 5_000, 20_000)
LIFTS = (0.0, 0.1, 0.3)
PLAUSIBLE = 0.3
_NOISE = 0.8


@dataclass(frozen=True)
class Simulated:
    """A trial with what is true of it: the effects that these very customers would show on average."""

    observed: Observed
    hold: float
    share: float
    sales: float


def simulate(seed: int, customers: int, lift: float, hold: float) -> Simulated:
    """Simulate a trial: customers differ in how often and how much they buy, the latter heavy-tailed (log-normal).

    Parameters
    ----------
    seed : int
        Of everything random.
    customers : int
        Of both arms.
    lift : float
        By how much more often the treated order, relative (0.3: 30 % more).
    hold : float
        Share held back (0..1).
    """
    rng = np.random.default_rng([seed, customers, int(lift * 100)])
    tempo = rng.gamma(1.2, 1.0, customers)
    tempo /= tempo.mean()
    worth = np.exp(rng.normal(4, 1, customers))
    earlier = rng.poisson(4 * tempo) * worth * np.exp(rng.normal(0, 0.3, customers))
    unaided = np.minimum(BASE * tempo, 0.95)
    treated = np.minimum(unaided * (1 + lift), 1)
    stratum = halve_by(earlier)
    held = split_customers(f"trial {seed}", [str(n) for n in range(customers)], stratum, round(customers * hold))
    ordered = rng.random(customers) < np.where(held, unaided, treated)
    sales = np.where(ordered, worth * np.exp(rng.normal(0, _NOISE, customers)), 0.0)
    mean = worth * np.exp(_NOISE**2 / 2)
    observed = Observed(held, stratum, ordered, sales, earlier)
    return Simulated(observed, hold, float((treated - unaided).mean()), float(((treated - unaided) * mean).mean()))


def _read(trial: Simulated) -> Comparison:
    found = read_out(trial.observed, trial.hold)
    assert found is not None  # noqa: S101 - every arm has customers
    return found


def _covers(difference: Effect, true: float) -> bool:
    return difference.low <= true <= difference.high


def count_right(customers: int, lift: float, seeds: int) -> str:
    """Read out trials of one size and effect, and tell in a line how often what is said is right."""
    hold = choose_hold(customers, BASE, PLAUSIBLE * BASE)
    trials = [simulate(seed, customers, lift, hold) for seed in range(seeds)]
    found = [_read(trial) for trial in trials]
    widths = []
    for trial, told in zip(trials, found, strict=True):
        seen = trial.observed
        blind = Observed(seen.is_held, seen.stratum, seen.ordered, seen.sales, np.zeros(customers))
        widths.append((told.sales.high - told.sales.low) / compare_sales(blind).error / 2 / 1.959964)
    pairs = list(zip(found, trials, strict=True))
    cells = (
        f"{customers:,}",
        f"{lift:+.0%}",
        f"{hold:.0%}",
        f"{np.mean([_covers(told.share, trial.share) for told, trial in pairs]):.1%}",
        f"{np.mean([_covers(told.sales, trial.sales) for told, trial in pairs]):.1%}",
        f"{np.mean([told.verdict == 'worked' for told in found]):.1%}",
        f"{np.mean([told.verdict == 'not_comparable' for told in found]):.1%}",
        f"{np.mean(widths):.2f}, {np.max(widths):.2f} at most",
    )
    return f"| {' | '.join(cells)} |"


def count_power(seeds: int) -> Iterator[str]:
    """Plan trials for 80 % power, and tell how often each finds the effect that it was planned for."""
    for lift, hold in ((0.1, 0.5), (0.2, 0.3), (0.3, 0.5), (0.3, 0.2)):
        true = np.mean(
            [simulate(seed, 5_000, lift, hold).share for seed in range(20)]
        )  # some order already for certain
        needed = find_needed(BASE, float(true), hold)
        assert needed is not None  # noqa: S101 - lifts of this size need a finite one
        worked = [_read(simulate(seed, needed, lift, hold)).verdict == "worked" for seed in range(seeds)]
        yield f"| {lift:+.0%} | {hold:.0%} | {needed:,} | {np.mean(worked):.1%} |"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    seeds = parser.parse_args().seeds
    print("| customers | effect | held | share covered | sales covered | worked | not comparable | width by CUPED |")
    print("|---|---|---|---|---|---|---|---|")
    for customers in CUSTOMERS:
        for lift in LIFTS:
            print(count_right(customers, lift, seeds), flush=True)
    print("\n| effect | held | planned customers | found |\n|---|---|---|---|")
    for line in count_power(seeds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
