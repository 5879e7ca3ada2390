"""compare.py tells a difference from noise: neither cries wolf nor sleeps."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bench import compare


def rounds(seed: int, median: float, spread: float = 0.02, count: int = 9) -> list[float]:
    draw = random.Random(seed)
    return [median * (1 + draw.gauss(0, spread)) for _ in range(count)]


def test_a_real_difference_is_told_with_its_size() -> None:
    found = compare.compare("book", "ns/message", rounds(1, 100), rounds(2, 110))
    assert found.differs
    assert found.low < 1.10 < found.high
    assert found.verdict().endswith("worse")
    back = compare.compare("book", "ns/message", rounds(2, 110), rounds(1, 100))
    assert back.verdict().endswith("better")


def test_a_rate_is_better_when_it_is_higher() -> None:
    assert compare.compare("x", "messages/s", rounds(1, 100), rounds(2, 120)).worse_percent < 0


def test_noise_is_seldom_taken_for_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "RESAMPLES", 1000)  # enough here, and quick
    wrong = sum(
        compare.compare("x", "ns", rounds(2 * s, 100), rounds(2 * s + 1, 100)).differs
        for s in range(60)
    )
    assert wrong <= 2


def test_an_outlier_changes_nothing() -> None:
    a = rounds(1, 100)
    assert not compare.compare("x", "ns", a, [*a[:-1], 5000.0]).differs


def test_few_rounds_give_no_verdict() -> None:
    found = compare.compare("x", "ns", [100.0] * 3, [200.0] * 3)
    assert not found.differs
    assert "cannot tell: 3 rounds" in found.verdict()


def test_ranks_that_shuffling_reaches_are_no_difference() -> None:
    found = compare.compare("x", "ns", [1.0, 2.0, 3.0, 4.0, 6.0], [5.0, 7.0, 8.0, 9.0, 10.0])
    assert found.low > 1  # the interval alone would call it one
    assert found.rarity > 0.01  # 4 of 252 splits are as far apart
    assert not found.differs


def test_equal_values_are_no_difference() -> None:
    found = compare.compare("x", "ns", [5.0] * 8, [5.0] * 8)
    assert not found.differs
    assert found.rarity == 1


def test_ties_share_their_rank() -> None:
    assert compare._ranks([3.0, 1.0, 3.0, 2.0]) == [3.5, 1.0, 3.5, 2.0]


def test_ratios_to_a_floor_are_compared_too() -> None:
    one = {"bench": "book", "unit": "ns", "values": [9.0], "floor": "hop", "ratios": [3.0, 3.1]}
    host = {"host": {"cpu": "one"}}
    assert compare.rounds_of({"results": [host, one, one]}) == {
        ("book", "ns"): [9.0, 9.0],
        ("book", "of hop"): [3.0, 3.1, 3.0, 3.1],
    }


def result_file(path: Path, values: list[float], cpu: str = "one") -> str:
    result = {"bench": "book", "unit": "ns/message", "values": values}
    path.write_text(json.dumps({"host": {"cpu": cpu}, "results": [result]}))
    return str(path)


def test_the_program_prints_and_fails_as_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = result_file(tmp_path / "a.json", rounds(1, 100))
    b = result_file(tmp_path / "b.json", rounds(2, 110), cpu="two")
    assert compare.main([a, b]) == 0
    out = capsys.readouterr().out
    assert "Different hosts" in out
    assert "worse" in out
    assert compare.main([a, b, "--fail-above", "5"]) == 1
    assert compare.main([a, b, "--fail-above", "50"]) == 0
    assert compare.main([b, a, "--fail-above", "5"]) == 0


def test_what_is_no_result_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = result_file(tmp_path / "a.json", rounds(1, 100))
    (tmp_path / "b.json").write_text("[]")
    assert compare.main([a, str(tmp_path / "b.json")]) == 2
    (tmp_path / "c.json").write_text('{"results": []}')
    assert compare.main([a, str(tmp_path / "c.json")]) == 2
    assert "no benchmark in common" in capsys.readouterr().err
