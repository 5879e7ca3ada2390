"""The configuration file: what is read, and what every mistake is answered with."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from hft.config import Config, Endpoint, FeedConfig, Limits, endpoint_of, load_config
from hft.errors import ConfigError

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
FEED = '[[feed]]\nname = "itch"\nvenue = "xnas"\nlines = ["233.54.12.111:26477"]\n'


def load(folder: Path, text: str) -> Config:
    """Write a file and read it."""
    (folder / "hft.toml").write_text(text)
    return load_config(folder / "hft.toml")


def test_the_documented_example_is_read(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert example is not None
    config = load(tmp_path, example[1])
    assert [feed.name for feed in config.feed] == ["itch", "bx"]
    assert config.feed[0].lines == ["233.54.12.111:26477", "233.49.196.111:26477"]
    assert config.limits.max_orders == 4_000_000


@pytest.mark.parametrize("table", [FeedConfig, Limits])
def test_every_key_is_documented(table: type[msgspec.Struct]) -> None:
    text = DOCUMENT.read_text()
    missing = [name for name in table.__struct_fields__ if f"| `{name}` |" not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["feed", "docs/configuration.md"]),
        ("feed = 3\n", ["feed", "array"]),
        ("[[feed\n", ["not TOML", "line 1"]),
        (FEED + "[limits]\nmax_order = 5\n", ["limits.max_order", "unknown key", "max_orders"]),
        (FEED + "colour = 1\n", ["feed[0].colour", "unknown key", "'lines', 'name'"]),
        (FEED + "[limits]\nmax_orders = 0\n", ["limits.max_orders", ">= 1"]),
        (FEED + "[limits]\nmax_instruments = 70000\n", ["limits.max_instruments", "<= 65536"]),
        (FEED + '[limits]\nmax_orders = "many"\n', ["limits.max_orders", "int"]),
        (FEED.replace("xnas", "nasdaq"), ["feed[0].venue", "'nasdaq' is no venue", "xnas"]),
        (FEED.replace("itch", "Big Feed"), ["feed[0].name"]),
        (FEED.replace(":26477", ""), ["feed[0].lines[0]", "port", "233.54.12.111:26477"]),
        (FEED.replace("233.54", "233.354"), ["feed[0].lines[0]", "233.354.12.111"]),
        (FEED + FEED.replace("111", "112"), ["feed[1].name", "comes twice"]),
        (FEED + FEED.replace("itch", "bx"), ["feed[1].lines[0]", "already", "feed[0].lines[0]"]),
        (FEED.replace('["233.54.12.111:26477"]', "[]"), ["feed[0].lines"]),
    ],
)
def test_a_mistake_is_answered_with_file_key_problem_and_remedy(
    text: str, words: list[str], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'hft.toml'}: ")
    assert "; " in message
    assert not [word for word in words if word not in message], message


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere.toml: file: No such file.*; check the name"):
        load_config(tmp_path / "nowhere.toml")


def test_endpoints() -> None:
    assert endpoint_of("233.54.12.111:26477") == Endpoint("233.54.12.111", 26477)
    assert endpoint_of("[ff0e::1]:5000") == Endpoint("ff0e::1", 5000)
    for wrong in ("233.54.12.111", "233.54.12.111:0", "233.54.12.111:65536", "host:1", ":5"):
        with pytest.raises(ValueError, match=r".+"):
            endpoint_of(wrong)
