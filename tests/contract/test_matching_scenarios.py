"""Every file of tests/scenarios, on the reference and on the engine.

What a broken expectation looks like is tested too: it must show the line and the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenario import ScenarioError, check, written
from tests.venues import VENUES

FOLDER = Path(__file__).parent.parent / "scenarios"
FILES = sorted(FOLDER.glob("*.txt"))
RULES = Path(__file__).parents[2] / "docs" / "venues" / "simulated-exchange.md"


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario(path: Path, venue: str) -> None:
    assert check(path, VENUES[venue]) > 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_rules_page_names_the_scenario(path: Path) -> None:
    assert f"`[{path.stem}]`" in RULES.read_text()


def test_a_broken_expectation_shows_its_line_and_the_difference(tmp_path: Path) -> None:
    path = tmp_path / "broken.txt"
    path.write_text(
        "# Wrong on purpose.\n"
        "alice: buy 100 @ 10.00 as a1\n"
        "  alice: accepted a1: bid 100 @ 10.00, order 7, shows 100\n"
        "  feed: add 1 bid 100 @ 10.00\n"
    )
    with pytest.raises(ScenarioError) as raised:
        check(path, VENUES["reference"])
    text = str(raised.value)
    assert text.startswith("broken.txt:2: alice: buy 100 @ 10.00 as a1\n")
    assert "- alice: accepted a1: bid 100 @ 10.00, order 7, shows 100" in text
    assert "+ alice: accepted a1: bid 100 @ 10.00, order 1, shows 100" in text
    assert written(path).splitlines()[2] == text.splitlines()[3].replace("  + ", "  ")


@pytest.mark.parametrize("line", ["alice: dance", "venue: cross sideways", "eve: cancel all"])
def test_what_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "unreadable.txt"
    path.write_text(f"{line}\n")
    with pytest.raises(ScenarioError, match=r"unreadable\.txt:1: "):
        check(path, VENUES["reference"])
