"""Replays from Python: batches and filters, books that follow, summaries, Ctrl-C."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

hft: Any = pytest.importorskip("hft", reason="hft is not installed")
pytest.importorskip("hft._native", reason="the native module is not installed")

NS_PER_HOUR = 3_600_000_000_000


def records_of(path: Path, **options: Any) -> np.ndarray[Any, Any]:
    parts = [b.array.view(hft.record_event) for b in hft.open_capture(path).batches(**options)]
    return np.concatenate(parts)


def test_batches_hold_every_record_once(session: Path) -> None:
    summary = hft.Replay(session).run()
    records = records_of(session, records=1000)
    assert len(records) == summary.as_dict()["totals"]["records"]
    numbers = hft.sequence_numbers(records)
    assert np.all(numbers[1:] >= numbers[:-1])


def test_digest_of_the_batches_is_the_summarys(session: Path) -> None:
    from hft import _native

    records = records_of(session)
    assert f"{_native.record_hash(records):016x}" == hft.Replay(session).run().digests["records"]


def test_kinds_are_filtered_and_give_their_own_dtype(session: Path) -> None:
    everything = records_of(session)
    for kind in (hft.Kind.order, hft.Kind.trade, hft.Kind.status, hft.Kind.instrument):
        expected = everything[everything["kind"] == kind]
        batches = list(hft.open_capture(session).batches(kinds=[kind]))
        assert {batch.array.dtype for batch in batches} == {hft.record.dtype_of(kind)}
        found = np.concatenate([batch.array for batch in batches])
        assert found.tobytes() == expected.tobytes()


def test_of_kind_takes_one_kind_out_of_a_mixture(session: Path) -> None:
    batch = next(hft.open_capture(session).batches())
    trades = batch.of_kind(hft.Kind.trade)
    assert trades.dtype == hft.trade_event
    assert len(trades) == np.count_nonzero(batch.array["kind"] == hft.Kind.trade)


def test_instruments_and_times_are_filtered(session: Path) -> None:
    everything = records_of(session)
    replay = hft.Replay(session, book="none")
    for _ in replay:
        pass
    table = replay.instruments()
    symbol = next(iter(table))
    midnight = replay.summary().as_dict()["feeds"][0]["midnight_ns"]
    start, stop = midnight + 11 * NS_PER_HOUR, midnight + 12 * NS_PER_HOUR
    own = (everything["instrument"] == table[symbol]) | (
        everything["instrument"] == hft.INSTRUMENT_ALL
    )
    times = everything["event_time_ns"]
    expected = everything[own & (times >= start) & (times < stop)]
    for bounds in (
        {"start": "11:00", "stop": "12:00:00.000"},
        {"start": start, "stop": stop},
        {"start": "2026-01-05T11:00", "stop": "2026-01-05T12:00:00-05:00"},
        {
            "start": dt.datetime.fromtimestamp(start // 10**9, tz=dt.UTC),
            "stop": np.datetime64(stop, "ns"),
        },
    ):
        found = records_of(session, instruments=[symbol], **bounds)
        assert found.tobytes() == expected.tobytes(), bounds


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"start": "noon"}, "not a time"),
        ({"start": "12:00", "stop": "11:00"}, "nothing lies between"),
        ({"start": "12:00", "stop": 5}, "give both alike"),
        ({"start": dt.datetime(2026, 1, 5)}, "no time zone"),
    ],
)
def test_bad_times_say_so(session: Path, bounds: dict[str, Any], words: str) -> None:
    with pytest.raises(hft.HftError, match=words):
        hft.Replay(session, **bounds)


def test_books_stand_behind_each_batch(session: Path) -> None:
    replay = hft.Replay(session)
    books = hft.BookSet("map", max_orders=100_000)
    touches = 0
    for batch in replay.batches(500):
        made = books.apply(batch.array)
        assert made.tobytes() == batch.touches.tobytes()
        assert replay.book().digest() == books.digest()
        touches += len(made)
    assert touches > 100
    summary = replay.summary().as_dict()
    assert summary["feeds"][0]["book"]["digest"] == books.digest()
    assert summary["totals"]["touches"] == touches


def test_book_queries_agree_with_the_reference(session: Path) -> None:
    fast, slow = hft.Replay(session, book="fast"), hft.Replay(session, book="map")
    for replay in (fast, slow):
        for _ in replay:
            pass
    compared = 0
    for symbol in list(fast.instruments())[:10]:
        for side in (hft.Side.bid, hft.Side.ask):
            depth = fast.book().depth(symbol, side, 5)
            for left, right in zip(depth, slow.book().depth(symbol, side, 5), strict=True):
                assert np.array_equal(left, right)
            for price in depth.price_e9.tolist():
                orders = fast.book().orders(symbol, side, price)
                assert orders.tobytes() == slow.book().orders(symbol, side, price).tobytes()
                ahead = 0
                for place, order in enumerate(orders):
                    position = fast.book().queue_position(int(order["order_id"]))
                    assert position == (place, ahead)
                    found = fast.book().find(int(order["order_id"]))
                    assert found == (fast.instruments()[symbol], side, price, order["size"])
                    ahead += int(order["size"])
                    compared += 1
        assert fast.book().touch(symbol) == slow.book().touch(symbol)
    assert compared > 50


def test_book_of_a_replay_changes_with_the_replay_only(session: Path) -> None:
    replay = hft.Replay(session)
    next(iter(replay))
    with pytest.raises(TypeError, match="belongs to a replay"):
        replay.book().apply(np.zeros(1, dtype=hft.order_event))
    books = replay.book()
    del replay
    assert books.order_count >= 0  # the books keep the replay alive


def test_unknown_symbols_and_feeds_say_so(session: Path) -> None:
    replay = hft.Replay(session)
    next(iter(replay))
    with pytest.raises(KeyError, match="NOSUCH"):
        replay.book().touch("NOSUCH")
    with pytest.raises(hft.HftError, match="xnas"):
        replay.book("xpsx")
    with pytest.raises(hft.HftError, match="neither"):
        hft.Replay(session, feed="nasdaq")
    with pytest.raises(hft.HftError, match="no kind of record"):
        hft.Replay(session, kinds=["orders"])
    no_books = hft.Replay(session, book="none")
    next(iter(no_books))
    with pytest.raises(hft.HftError, match="book='fast'"):
        no_books.book()


def test_two_runs_are_equal_but_for_what_is_measured(session: Path) -> None:
    one, two = hft.Replay(session).run(), hft.Replay(session).run()
    assert json.dumps(one.without_measured()) == json.dumps(two.without_measured())
    assert one.as_dict()["measured"]["wall_s"] > 0


def test_summary_has_the_stated_shape(session: Path) -> None:
    msgspec = pytest.importorskip("msgspec")
    from hft.summary import SummaryDict

    data = hft.Replay(session).run().as_dict()
    decoded = msgspec.json.decode(json.dumps(data).encode(), type=SummaryDict)
    assert json.loads(json.dumps(decoded)) == json.loads(json.dumps(data))
    assert set(data) == set(SummaryDict.__annotations__)
    stages = data["measured"]["latency"]["stages"]
    assert set(stages) == {"packet_to_record", "record_to_book", "packet_to_touch"}
    for stage in stages.values():
        assert stage["count"] == sum(count for _, count in stage["histogram"]) > 0
        assert stage["min_ns"] <= stage["p50_ns"] <= stage["p99_9_ns"] <= stage["max_ns"]


def test_outputs_are_npy_files(session: Path, tmp_path: Path) -> None:
    records, touches = tmp_path / "records.npy", tmp_path / "touch.npy"
    summary = hft.Replay(session, records=records, touch=touches).run()
    assert np.load(records).tobytes() == records_of(session).tobytes()
    found = np.load(touches, mmap_mode="r")
    assert found.dtype == hft.touch
    assert len(found) == summary.as_dict()["totals"]["touches"]
    outputs = summary.as_dict()["outputs"]
    assert outputs["records"] == {"path": str(records), "count": len(records_of(session))}
    with pytest.raises(hft.HftError, match="exists"):
        hft.Replay(session, records=records)
    hft.Replay(session, records=records, overwrite=True).run()


def test_unfinished_outputs_are_removed(session: Path, tmp_path: Path) -> None:
    replay = hft.Replay(session, records=tmp_path / "records.npy", instruments=["NOSUCH"])
    with pytest.raises(hft.HftError, match="NOSUCH"):
        replay.run()
    del replay
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_with_the_summary_so_far(session: Path) -> None:
    replay = hft.Replay(session, pace=0.001)
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    begin = time.monotonic()
    summary = replay.run()
    timer.join()
    assert time.monotonic() - begin < 5
    assert summary.as_dict()["ended_by"] == "stopped"


def test_progress_is_told(session: Path) -> None:
    told: list[tuple[int, int, int]] = []
    hft.Replay(session).run(lambda *progress: told.append(progress))
    assert told[-1][0] == told[-1][1] == session.stat().st_size
    assert told[-1][2] > 0


def test_an_error_in_progress_ends_the_replay(session: Path) -> None:
    def refuse(read: int, total: int, messages: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        hft.Replay(session).run(refuse)


def test_native_errors_are_hft_errors(tmp_path: Path) -> None:
    with pytest.raises(hft.HftError, match=r"none\.pcap: no such file; "):
        hft.open_capture(tmp_path / "none.pcap")


def test_configured_feeds(session: Path, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(
        '[[feed]]\nname = "mine"\nvenue = "xnas"\nlines = ["233.54.12.111:26477"]\n'
        "[limits]\nmax_orders = 100000\n"
    )
    replay = hft.Replay(session, feed=str(feeds))
    summary = replay.run().as_dict()
    assert replay.feeds == ["mine"]
    assert [line["group"] for line in summary["feeds"][0]["lines"]] == ["233.54.12.111"]
    assert summary["packets"]["foreign"] > 0
