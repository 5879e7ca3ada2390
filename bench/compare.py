#!/usr/bin/env python3
"""Tell a difference from noise: compares two result files of `dev.py bench`.

    python3 bench/compare.py A.json B.json [--fail-above PERCENT]

A benchmark has several values, one per round. Two benchmarks differ only if both hold:

- the 99 % interval of the ratio of their medians, from resampling the rounds, leaves out 1, and
- shuffling the rounds between the two gives ranks as far apart in less than 1 of 100 cases.

The first says how much, the second guards against few rounds; medians and ranks do not mind the
outliers of a shared machine. Standard library only, seeded: the same files, the same answer.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

RESAMPLES = 4000
CONFIDENCE = 0.99
FEWEST_ROUNDS = 5  # with fewer no shuffling can be rarer than 1 in 100


@dataclasses.dataclass(frozen=True)
class Comparison:
    name: str
    unit: str
    median_a: float
    median_b: float
    low: float  # bounds of the ratio b to a
    high: float
    rarity: float  # share of shuffles whose ranks are as far apart
    rounds: int  # of the side that has fewer

    @property
    def ratio(self) -> float:
        return self.median_b / self.median_a

    @property
    def differs(self) -> bool:
        return (
            self.rounds >= FEWEST_ROUNDS
            and not self.low <= 1 <= self.high
            and self.rarity < 1 - CONFIDENCE
        )

    @property
    def worse_percent(self) -> float:
        """How much worse B is, in percent; negative where it is better."""
        more_is_better = self.unit.endswith("/s")
        return 100 * ((1 / self.ratio if more_is_better else self.ratio) - 1)

    def verdict(self) -> str:
        if self.rounds < FEWEST_ROUNDS:
            return f"cannot tell: {self.rounds} rounds, {FEWEST_ROUNDS} are the least"
        if not self.differs:
            return "no difference that can be told from noise"
        word = "worse" if self.worse_percent > 0 else "better"
        return f"{abs(self.worse_percent):.1f} % {word}"


def ratio_bounds(a: Sequence[float], b: Sequence[float], seed: int) -> tuple[float, float]:
    """The interval of median(b) / median(a), by resampling the rounds of each."""
    draw = random.Random(seed)
    ratios = sorted(
        statistics.median(draw.choices(b, k=len(b))) / statistics.median(draw.choices(a, k=len(a)))
        for _ in range(RESAMPLES)
    )
    outside = int(RESAMPLES * (1 - CONFIDENCE) / 2)
    return ratios[outside], ratios[-1 - outside]


def shuffle_rarity(a: Sequence[float], b: Sequence[float], seed: int) -> float:
    """In what share of random splits the rank sums are at least as far apart as found."""
    ranks = _ranks([*a, *b])
    middle = len(a) * (len(ranks) + 1) / 2  # what the rank sum of `a` would be on average
    found = abs(sum(ranks[: len(a)]) - middle)
    shuffle = random.Random(seed)
    as_far = 0
    for _ in range(RESAMPLES):
        shuffle.shuffle(ranks)
        as_far += abs(sum(ranks[: len(a)]) - middle) >= found - 1e-9
    return (as_far + 1) / (RESAMPLES + 1)


def _ranks(values: Sequence[float]) -> list[float]:
    """Rank of each value from 1; equal values share the mean of theirs."""
    order = sorted(values)
    first: dict[float, int] = {}
    count: dict[float, int] = {}
    for index, value in enumerate(order):
        first.setdefault(value, index)
        count[value] = count.get(value, 0) + 1
    return [first[value] + (count[value] + 1) / 2 for value in values]


def compare(name: str, unit: str, a: Sequence[float], b: Sequence[float]) -> Comparison:
    """Compare the rounds of one benchmark; both must be positive and not empty."""
    low, high = ratio_bounds(a, b, seed=1)
    return Comparison(
        name=name,
        unit=unit,
        median_a=statistics.median(a),
        median_b=statistics.median(b),
        low=low,
        high=high,
        rarity=shuffle_rarity(a, b, seed=2),
        rounds=min(len(a), len(b)),
    )


def spread_percent(values: Sequence[float]) -> float:
    """Half the distance of the quartiles, in percent of the median."""
    if len(values) < 2:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return 100 * (high - low) / 2 / statistics.median(values)


def rounds_of(file: Mapping[str, Any]) -> dict[tuple[str, str], list[float]]:
    """The values of each benchmark and unit, those of repeated runs together."""
    rounds: dict[tuple[str, str], list[float]] = {}
    for result in file["results"]:
        if "values" in result:
            rounds.setdefault((result["bench"], result["unit"]), []).extend(result["values"])
        if "ratios" in result:  # to the floor measured in the same rounds: the steadier figure
            unit = f"of {result['floor']}"
            rounds.setdefault((result["bench"], unit), []).extend(result["ratios"])
    return rounds


def report(file_a: Mapping[str, Any], file_b: Mapping[str, Any]) -> tuple[str, list[Comparison]]:
    """The table, and the comparisons it shows."""
    a, b = rounds_of(file_a), rounds_of(file_b)
    lines = []
    cpu_a, cpu_b = (file.get("host", {}).get("cpu") for file in (file_a, file_b))
    if cpu_a != cpu_b:
        lines.append(f"Different hosts, {cpu_a} and {cpu_b}: only ratios within a file count.")
    comparisons = [compare(*key, a[key], b[key]) for key in a if key in b]
    for one in comparisons:
        spreads = [spread_percent(side[one.name, one.unit]) for side in (a, b)]
        lines.append(
            f"{one.name}: {one.median_a:.4g} (±{spreads[0]:.1f} %) → "
            f"{one.median_b:.4g} (±{spreads[1]:.1f} %) {one.unit}, "
            f"ratio {one.ratio:.3f} [{one.low:.3f}, {one.high:.3f}]: {one.verdict()}"
        )
    for names, where in ((a.keys() - b.keys(), "first"), (b.keys() - a.keys(), "second")):
        lines += [f"{name}: only in the {where} file" for name, _ in sorted(names)]
    return "\n".join(lines), comparisons


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Tell a difference from noise.")
    parser.add_argument("a", type=Path, help="results before, as dev.py bench wrote them")
    parser.add_argument("b", type=Path, help="results after")
    parser.add_argument(
        "--fail-above",
        type=float,
        metavar="PERCENT",
        help="exit with 1 if a benchmark is worse by more than this, noise apart",
    )
    args = parser.parse_args(argv)
    try:
        files = [json.loads(path.read_text()) for path in (args.a, args.b)]
        text, comparisons = report(*files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"compare.py: not a result file of dev.py bench: {error!r}", file=sys.stderr)
        return 2
    print(text)
    if not comparisons:
        print("compare.py: the files have no benchmark in common", file=sys.stderr)
        return 2
    limit = args.fail_above
    return int(
        limit is not None and any(c.differs and c.worse_percent > limit for c in comparisons)
    )


if __name__ == "__main__":
    sys.exit(main())
