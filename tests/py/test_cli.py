"""The other commands, and what every command has in common."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import hft
from tests.py.commands import good_session, run_hft

SMALL = ("--messages", 5000, "--instruments", 40)


def test_versions() -> None:
    assert run_hft("--version").out == f"hft {hft.__version__}\n"
    daemon = [sys.executable, "-m", "hft.daemon"]
    done = subprocess.run([*daemon, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"hftd {hft.__version__}\n"


def test_the_daemon_without_a_command_tells_its_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hft.daemon"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "trade as a configuration file says" in done.stderr


@pytest.mark.parametrize("command", ["", "replay", "capture info", "synth", "ring tail"])
def test_help_fits_a_terminal(command: str) -> None:
    result = run_hft(*command.split(), "--help")
    assert result.code == 0
    assert max(map(len, result.out.splitlines())) <= 100


def test_no_arguments_is_wrong_usage() -> None:
    assert run_hft("replay").code == 2
    assert run_hft("fly").code == 2


def test_importing_hft_loads_no_library_of_the_commands() -> None:
    check = (
        "import sys, hft, hft.replay, hft.ring, hft.synth;"
        "heavy = {'click', 'jinja2', 'msgspec', 'pyarrow', 'databento_dbn'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_capture_info_tells_feeds_lines_and_symbols(tmp_path: Path) -> None:
    path = good_session().write(tmp_path / "day.pcap")
    result = run_hft("capture", "info", path)
    assert result.code == 0, result.err
    for fact in ("xnas", "000000001A", "233.54.12.111:26477", "AAPL", "2024-03-01"):
        assert fact in result.out
    told = json.loads(run_hft("capture", "info", path, "--json").out)
    assert told["symbols"] == ["AAPL"]
    assert told["feeds"][0]["messages"] == 15


def test_synth_gives_the_same_bytes_for_the_same_seed(tmp_path: Path) -> None:
    for name, seed in (("a.pcap", 5), ("b.pcap", 5), ("c.pcap", 6)):
        made = run_hft("synth", tmp_path / name, *SMALL, "--seed", seed)
        assert made.code == 0, made.err
    same, again, other = ((tmp_path / f"{name}.pcap").read_bytes() for name in "abc")
    assert same == again
    assert same != other


def test_synth_refuses_a_file_that_exists_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "day.itch"
    path.write_text("precious")
    refused = run_hft("synth", path, *SMALL)
    assert refused.code == 1
    assert "exists" in refused.err
    assert path.read_text() == "precious"
    assert run_hft("synth", path, *SMALL, "--force").code == 0


@pytest.mark.parametrize(
    "wrong", [["--loss", "2"], ["--loss", "a"], ["--gap", "7"], ["--date", "soon"], ["--seed", "x"]]
)
def test_synth_refuses_what_makes_no_sense(wrong: list[str], tmp_path: Path) -> None:
    result = run_hft("synth", tmp_path / "day.pcap", *wrong)
    assert result.code == 2
    assert wrong[1] in result.err
    assert not (tmp_path / "day.pcap").exists()


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[str]:
    """A ring that a replay has filled and closed."""
    name = f"test-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    result = run_hft("replay", good_session().write(tmp_path / "day.pcap"), "--ring", name)
    assert result.code == 0, result.err
    yield name
    run_hft("ring", "remove", name)


def test_ring_tail_prints_what_the_replay_published(ring: str) -> None:
    result = run_hft("ring", "tail", ring, "--oldest")
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    assert sum(line.startswith("order ") for line in lines) == 12
    assert any("symbol=AAPL" in line for line in lines)
    assert any("action=execute" in line and "size=40" in line for line in lines)
    assert str(2**63 - 1) not in result.out  # a price that is not there is not shown
    assert "its producer is done" in result.err
    rows = [
        json.loads(x) for x in run_hft("ring", "tail", ring, "--oldest", "--json").out.splitlines()
    ]
    assert rows[-1]["action"] == "execute"
    assert len(run_hft("ring", "tail", ring, "--oldest", "--count", 3).out.splitlines()) == 3


def test_ring_list_and_remove(ring: str) -> None:
    assert ring in run_hft("ring", "list").out
    assert run_hft("ring", "remove", ring).code == 0
    assert ring not in run_hft("ring", "list").out
    missing = run_hft("ring", "tail", ring)
    assert missing.code == 1
    assert ring in missing.err
