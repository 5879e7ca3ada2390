"""`hft replay` as a user runs it: what it prints, writes and returns."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.py.commands import Session, add, executed, good_session, opening, run_hft

MESSAGES = 30_000
Levels = dict[int, int]  # price_e9 to size


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic day with a little loss on each line and none on both."""
    path = tmp_path_factory.mktemp("day") / "day.pcap"
    result = run_hft(
        *("synth", path, "--messages", MESSAGES, "--instruments", 40, "--seed", 3),
        *("--loss", "0.002,0", "--reorder", "0.01", "--duplicate", "0.001"),
    )
    assert result.code == 0, result.err
    return path


def summary_of(*arguments: str | Path) -> dict[str, Any]:
    """The JSON that a replay prints; it must end well."""
    result = run_hft("replay", *arguments, "--json")
    assert result.code == 0, result.err
    summary: dict[str, Any] = json.loads(result.out)
    return summary


def test_the_text_tells_every_block_with_one_line_of_explanation(day: Path) -> None:
    result = run_hft("replay", day)
    assert result.code == 0, result.err
    assert result.err == ""  # no progress bar where no terminal is
    for title in ("Feeds –", "Lines –", "Messages of xnas", "Gaps –", "Books at the end –"):
        assert title in result.out
    for title in ("Speed –", "Latency –", "Digests –"):
        assert title in result.out


def test_a_whole_raw_file_ends_well_with_the_generators_books(tmp_path: Path) -> None:
    path = tmp_path / "20260105.itch"
    made = run_hft("synth", path, "--messages", MESSAGES, "--instruments", 40)
    digest = made.out.rsplit(maxsplit=1)[-1]
    assert f"books {digest}" in run_hft("replay", path).out
    assert summary_of(path)["digests"]["books"] == digest


def test_json_is_alone_on_stdout_and_counts_every_message(day: Path) -> None:
    summary = summary_of(day)
    assert summary["format"] == "hft.summary/1"
    assert summary["totals"]["messages"] == MESSAGES
    assert sum(summary["feeds"][0]["messages_by_type"].values()) == MESSAGES


def test_the_digest_is_the_one_the_generator_promised(day: Path, tmp_path: Path) -> None:
    same = ("--messages", MESSAGES, "--instruments", 40, "--seed", 3, "--json")
    made = json.loads(run_hft("synth", tmp_path / "day.itch", *same).out)
    assert summary_of(day)["feeds"][0]["book"]["digest"] == made["digest"]


def test_two_runs_give_the_same_bytes(day: Path, tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        os.symlink(day, tmp_path / name / "day.pcap")
        done = subprocess.run(
            f"{sys.executable} -m hft replay day.pcap --json --records a.npy --touch b.npy".split(),
            cwd=tmp_path / name,
            capture_output=True,
            check=True,
        )
        told.append({**json.loads(done.stdout), "measured": None})
    assert told[0] == told[1]
    for file in ("a.npy", "b.npy"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_instruments_and_times_choose_records_and_not_books(day: Path, tmp_path: Path) -> None:
    whole = summary_of(day)
    symbol = whole["books"][2]["symbol"]
    chosen = summary_of(
        *(day, "--instrument", symbol, "--from", "10:00", "--to", "11:00:00"),
        *("--records", tmp_path / "records.npy"),
    )
    records = np.load(tmp_path / "records.npy")
    midnight_ns = whole["feeds"][0]["midnight_ns"]
    hours = (records["event_time_ns"] - np.uint64(midnight_ns)) / 3.6e12
    of_feed = records["instrument"] == 0xFFFFFFFF
    assert 0 < len(records) < MESSAGES
    assert set(records["instrument"][~of_feed]) == {whole["books"][2]["instrument"]}
    assert hours.min() >= 10
    assert hours.max() < 11
    assert chosen["ended_by"] == "to_time"
    assert chosen["feeds"][0]["book"]["instruments"] > 1


def test_a_paced_replay_takes_its_time(tmp_path: Path) -> None:
    session = Session().send(opening())
    for k in range(1, 5):
        session.send([add(k)], at_ns=session.frames[-1][0] + 10**8)
    started = time.monotonic()
    summary = summary_of(session.write(tmp_path / "day.pcap"), "--pace", "0.5x")
    assert time.monotonic() - started >= 0.8
    assert summary["measured"]["pace"]["factor"] == 0.5


def slow_session(folder: Path) -> Path:
    """A session that takes 50 s to replay at its own pace."""
    session = Session().send(opening())
    for k in range(1, 500):
        session.send([add(k)], at_ns=session.frames[-1][0] + 10**8)
    return session.write(folder / "day.pcap")


@pytest.mark.parametrize("suffix", ["", ".npy", ".parquet"])
def test_ctrl_c_ends_with_the_summary_so_far(suffix: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hft", "replay", str(slow_session(tmp_path)), "--pace", "1x"]
    target = tmp_path / f"out{suffix}"
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    if suffix:
        command += ["--records", str(target)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    maps = Path(f"/proc/{running.pid}/maps")
    deadline = time.monotonic() + 30
    while "day.pcap" not in maps.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)  # now it replays
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert running.returncode == 130, err
    assert "stopped by hand" in out
    assert "Traceback" not in err
    if suffix == ".npy":
        assert 0 < len(np.load(target)) < 500
    elif suffix:
        import pyarrow.parquet as pq

        assert 0 <= pq.read_table(target).num_rows < 500


def test_the_progress_bar_is_for_terminals(tmp_path: Path) -> None:
    session = Session().send(opening())
    for k in range(1, 15):
        session.send([add(k)], at_ns=session.frames[-1][0] + 10**8)
    path = session.write(tmp_path / "day.pcap")
    master, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "hft", "replay", str(path), "--pace", "1x"],
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    ):
        os.close(terminal)
        shown = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:  # the other side has gone
                break
            if not part:
                break
            shown += part
    os.close(master)
    assert b"messages/s" in shown
    assert b"%" in shown


@pytest.mark.parametrize("command", ["replay", "capture info"])
def test_a_reader_that_goes_away_is_no_error(command: str, day: Path) -> None:
    command = f"{sys.executable} -m hft {command} {day} | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_the_configuration_names_feeds_and_lines(tmp_path: Path) -> None:
    config = tmp_path / "hft.toml"
    config.write_text(
        '[[feed]]\nname = "ours"\nvenue = "xnas"\nlines = ["233.54.12.111:26477"]\n'
        "[limits]\nmax_orders = 3\n"
    )
    path = good_session().write(tmp_path / "day.pcap")
    result = run_hft("replay", path, "--config", config, "--json")
    feed = json.loads(result.out)["feeds"][0]
    assert feed["name"] == "ours"
    assert [fault["reason"] for fault in feed["book"]["refused"]][:1] == ["full"]
    assert result.code == 1


def test_a_mistake_in_the_configuration_is_wrong_usage(tmp_path: Path) -> None:
    config = tmp_path / "hft.toml"
    config.write_text("[limits]\nmax_order = 3\n")
    result = run_hft("replay", good_session().write(tmp_path / "d.pcap"), "--config", config)
    assert result.code == 2
    assert "limits.max_order: unknown key" in result.err


def test_the_report_is_written(day: Path, tmp_path: Path) -> None:
    result = run_hft("replay", day, "--report", tmp_path / "report.html")
    assert result.code == 0, result.err
    page = (tmp_path / "report.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "The touch of " in page


def rebuilt(messages: Any) -> dict[int, dict[bytes, Levels]]:
    """Books from MBO messages as any reader of DBN builds them: instrument, side, levels."""
    orders: dict[int, Any] = {}
    for message in messages:
        if message["action"] == b"A":
            orders[message["order_id"]] = message.copy()
        elif message["action"] == b"C":
            order = orders[message["order_id"]]
            assert (order["price"], order["side"]) == (message["price"], message["side"])
            assert message["size"] <= order["size"]
            order["size"] -= message["size"]
            if order["size"] == 0:
                del orders[message["order_id"]]
    books: dict[int, dict[bytes, Levels]] = {}
    for order in orders.values():
        levels = books.setdefault(int(order["instrument_id"]), {b"B": {}, b"A": {}})
        side = levels[order["side"]]
        side[int(order["price"])] = side.get(int(order["price"]), 0) + int(order["size"])
    return books


def test_books_rebuilt_from_dbn_are_the_books_of_the_replay(day: Path, tmp_path: Path) -> None:
    dbn = pytest.importorskip("databento_dbn")
    from hft.export.dbn_messages import MBO

    target = tmp_path / "records.dbn"
    summary = summary_of(day, "--records", target)
    data = target.read_bytes()
    decoder = dbn.DBNDecoder()
    decoder.write(data)
    metadata, *records = decoder.decode()  # the format's own library reads it
    assert (metadata.dataset, str(metadata.schema)) == ("XNAS.ITCH", "mbo")
    assert len(metadata.symbols) == 40
    assert len(records) == summary["outputs"]["records"]["count"]
    messages = np.frombuffer(data[-len(records) * MBO.itemsize :], dtype=MBO)
    books = rebuilt(messages)
    for book in summary["books"]:
        levels = books[book["instrument"]]
        for side, letter, best in (("bid", b"B", max), ("ask", b"A", min)):
            shown = [(price, size) for price, size, _ in book[side]]
            ordered = sorted(levels[letter].items(), reverse=best is max)
            assert ordered[: len(shown)] == shown


def test_parquet_holds_what_npy_holds(day: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    summary_of(day, "--records", tmp_path / "a.npy", "--touch", tmp_path / "b.npy")
    summary_of(day, "--records", tmp_path / "a.parquet", "--touch", tmp_path / "b.parquet")
    records, table = np.load(tmp_path / "a.npy"), pq.read_table(tmp_path / "a.parquet")
    assert table.num_rows == len(records)
    assert table["instrument"].to_numpy().tolist() == records["instrument"].tolist()
    kinds = table["kind"].to_pylist()
    assert [kinds.count(name) for name in ("order", "trade", "status", "instrument")] == [
        int((records["kind"] == kind).sum()) for kind in (1, 2, 3, 4)
    ]
    orders = table.filter(table.column("kind").cast("string").to_numpy() == "order")
    assert {"add", "remove", "execute"} <= set(orders["action"].to_pylist())
    touches, rows = np.load(tmp_path / "b.npy"), pq.read_table(tmp_path / "b.parquet")
    no_bid = touches["bid_price_e9"] == 2**63 - 1
    assert rows["bid_price_e9"].is_null().to_numpy().tolist() == no_bid.tolist()
    assert rows["ask_size"].to_numpy().tolist() == touches["ask_size"].tolist()


def test_an_execution_of_an_order_never_seen_is_counted_and_the_book_suspect(
    tmp_path: Path,
) -> None:
    session = Session(sequence_number=50).send([executed(1, 10), add(2)])
    summary = summary_of(session.write(tmp_path / "day.pcap"))
    assert summary["feeds"][0]["late_start_missed"] == 49
    assert summary["books"][0]["suspect"] is True
