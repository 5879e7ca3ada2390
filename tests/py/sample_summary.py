"""A summary as `hft replay --json` prints it, made up but lifelike: two venues, a gap, a fault.

The report and the text summary are developed and tested against it, so that their tests need
neither the engine nor a capture.
"""

from __future__ import annotations

from typing import Any

import numpy as np

MIDNIGHT_NS = 1_412_308_800_000_000_000  # 2014-10-03 00:00 in New York
OPEN_NS = MIDNIGHT_NS + 34_200_000_000_000
BINS = 900
BIN_NS = 100_000_000


def latency(scale_ns: float, seed: int) -> dict[str, Any]:
    """One stage's latencies: log-normal with a slow tail, as percentiles and buckets."""
    random = np.random.default_rng(seed)
    samples = scale_ns * random.lognormal(0, 0.35, 40_000)
    samples[:200] *= random.uniform(10, 300, 200)
    bounds = np.round(2 ** np.arange(0, 40, 1 / 8), 1)
    counts = np.bincount(np.searchsorted(bounds, samples), minlength=len(bounds))
    p50, p90, p99, p99_9 = (float(x) for x in np.percentile(samples, [50, 90, 99, 99.9]))
    return {
        "count": len(samples),
        "min_ns": float(samples.min()),
        "p50_ns": p50,
        "p90_ns": p90,
        "p99_ns": p99,
        "p99_9_ns": p99_9,
        "max_ns": float(samples.max()),
        "histogram": [[float(b), int(n)] for b, n in zip(bounds, counts, strict=True) if n],
    }


def place(sequence_number: int) -> dict[str, Any]:
    """Where something happened."""
    return {
        "file": "day.pcap",
        "packet": 4711,
        "offset": 918_273,
        "sequence_number": sequence_number,
    }


def line(name: str, group: str, packets: int, used: int) -> dict[str, Any]:
    """One line's packets by fate."""
    return {
        "name": name,
        "group": group,
        "port": 26477,
        "packets": packets,
        "bytes": packets * 190,
        "won": used,
        "held": 31,
        "duplicates": packets - used,
        "late": 3,
        "heartbeats": 12,
        "malformed": 0,
        "sequence_backwards": 0,
        "old_session": 0,
        "time_backwards": 0,
        "first_malformed": None,
        "first_sequence_backwards": None,
        "first_time_backwards": None,
        "first_time_ns": OPEN_NS,
        "last_time_ns": OPEN_NS + BINS * BIN_NS,
    }


def feed(name: str, index: int, messages: int, gaps: int) -> dict[str, Any]:
    """One venue's feed."""
    shares = {"A": 0.44, "D": 0.41, "U": 0.07, "E": 0.03, "X": 0.01, "P": 0.03, "F": 0.01}
    packets = messages // 4
    listed = [
        {
            "receive_time_ns": OPEN_NS + 17_000_000_000 * (k + 1),
            "first_sequence_number": 1_000_000 + 5000 * k,
            "count": 7 + 40 * k,
            "cause": "lost",
            "place": place(1_000_007 + 5000 * k),
        }
        for k in range(gaps)
    ]
    missed = sum(gap["count"] for gap in listed)
    return {
        "name": name,
        "venue": name,
        "index": index,
        "protocol": "itch50",
        "date": "2014-10-03",
        "midnight_ns": MIDNIGHT_NS,
        "session": f"000006814{'BD'[index]}",
        "messages": messages,
        "messages_by_type": {letter: int(messages * share) for letter, share in shares.items()},
        "records": int(messages * 1.07),
        "touches": messages // 9,
        "first_sequence_number": 1,
        "next_sequence_number": messages + 1 + missed,
        "late_start_missed": 0,
        "lines": [
            line("A", "233.54.12.111", packets - 120, int(packets * 0.71)),
            line("B", "233.49.196.111", packets - 340, int(packets * 0.29)),
        ],
        "counters": {"packets": 2 * packets, "duplicates": packets},
        "faults": [{"reason": "unknown", "count": 2}] if gaps else [],
        "first_fault": {
            "reason": "unknown",
            "place": place(1_000_007),
            "text": "packet 4711 at offset 918273: message type 'Z' is not in ITCH 5.0",
        }
        if gaps
        else None,
        "first_time_out_of_day": None,
        "gaps": {"count": gaps, "messages_missed": missed, "list": listed},
        "instruments": {"named": 8300, "active": 7214 - index * 2000},
        "book": {
            "kind": "fast",
            "orders": 1_213_441 // (index + 1),
            "levels": 301_222,
            "instruments": 7100,
            "suspect": 7100 if gaps else 0,
            "refused": [{"reason": "unknown_order", "count": 12, "first": place(1_000_123)}]
            if gaps
            else [],
            "digest": "a3f09c8e77120b5d",
        },
    }


def book(symbol: str, index: int, middle: float, tick: float) -> dict[str, Any]:
    """One instrument's book, twelve levels a side."""
    random = np.random.default_rng(index)

    def levels(sign: int) -> list[list[int]]:
        steps = np.cumsum(random.integers(1, 3, 12))
        return [
            [
                int(round((middle + sign * tick * int(step)) * 100) * 10_000_000),
                int(random.integers(1, 40)) * 100,
                int(random.integers(1, 9)),
            ]
            for step in steps
        ]

    return {
        "feed": "xnas",
        "instrument": index,
        "symbol": symbol,
        "messages": 98_000 // (index + 1),
        "touches": 9_000 // (index + 1),
        "trading_state": "T",
        "suspect": index == 3,
        "bid": levels(-1),
        "ask": levels(1),
    }


def _measured() -> dict[str, Any]:
    return {
        "wall_s": 0.42,
        "messages_per_s": 8_052_380.0,
        "bytes_per_s": 1_142_857_142.0,
        "peak_memory_bytes": 412_000_000,
        "latency": {
            "how": "every 16th packet, by the processor's time stamp counter",
            "stages": {
                "packet_to_record": latency(38, 1),
                "record_to_book": latency(61, 2),
                "packet_to_touch": latency(140, 3),
            },
        },
        "pace": None,
    }


def sample_summary() -> dict[str, Any]:
    """The whole summary, a new one at each call."""
    time_s = np.arange(BINS) / 10
    random = np.random.default_rng(1)
    wave = 9_000 * np.exp(-time_s / 12) + 1_500 + 700 * np.sin(time_s / 9)
    messages = random.poisson(wave + 9_000 * (random.random(BINS) > 0.99))
    feeds = [feed("xnas", 0, 2_626_000, 2), feed("xbos", 1, 756_000, 0)]
    symbols = ["AAPL", "MSFT", "FB", "INTC", "QQQ", "CSCO", "SPY", "YHOO"]
    return {
        "format": "hft.summary/1",
        "version": "0.1.0",
        "ended_by": "end",
        "files": [
            {
                "path": "day.pcap",
                "format": "pcap",
                "size_bytes": 512_000_000,
                "packets": 1_700_000,
                "bytes": 480_000_000,
                "note": "",
            }
        ],
        "time": {
            "first_receive_ns": OPEN_NS,
            "last_receive_ns": OPEN_NS + BINS * BIN_NS,
            "first_event_ns": OPEN_NS - 60_000,
            "last_event_ns": OPEN_NS + BINS * BIN_NS - 70_000,
        },
        "packets": {
            "total": 1_700_000,
            "bytes": 480_000_000,
            "of_feeds": 1_690_000,
            "foreign": 9_000,
            "refused": {"not_udp": 1_000},
        },
        "totals": {
            "messages": 3_382_000,
            "records": 3_618_740,
            "touches": 375_777,
            "gaps": 2,
            "messages_missed": 54,
            "refused": 12,
        },
        "feeds": feeds,
        "books": [book(s, i, 40 + 13.37 * i, 0.01) for i, s in enumerate(symbols)],
        "series": {
            "clock": "receive",
            "start_ns": OPEN_NS,
            "bin_ns": BIN_NS,
            "packets": [int(x) for x in messages // 4],
            "messages": [int(x) for x in messages],
            "bytes": [int(x) for x in messages * 37],
            "peak_1ms_messages": 412,
        },
        "digests": {
            "records": "0123456789abcdef",
            "touches": "fedcba9876543210",
            "books": "a3f09c8e77120b5d",
        },
        "outputs": {"records": None, "touch": None, "ring": None},
        "measured": _measured(),
    }


def sample_touches() -> dict[str, Any]:
    """Touches of one instrument over time, as `hft.report.TouchSeries` holds them."""
    random = np.random.default_rng(4)
    steps = 1500
    middle = 99_500_000_000 + np.cumsum(random.integers(-1, 2, steps)) * 10_000_000
    width = 10_000_000 * random.integers(1, 4, steps)
    return {
        "feed": "xnas",
        "symbol": "AAPL",
        "time_ns": OPEN_NS + np.sort(random.integers(0, BINS * BIN_NS, steps)),
        "bid_price_e9": middle,
        "ask_price_e9": middle + width,
    }
