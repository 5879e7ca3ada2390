"""The terminal's summary of one run of `hftd`."""

from __future__ import annotations

from hft import units
from hft.daemon.session_summary import SessionDict
from hft.report.text import Row, table

EXECUTIONS_SHOWN = 5

STAGES = {
    "packet_to_record": "from the packet in memory to its records",
    "record_to_book": "until the books have applied them",
    "book_to_decision": "until the strategy has asked for its first order",
    "decision_to_gate": "until the risk gate has passed it",
    "gate_to_wire": "until its bytes lie ready for the socket",
    "tick_to_trade": "the whole way of a packet",
    "report_to_trade": "from a report of the venue in memory to order bytes",
}


def render_trading_text(summary: SessionDict) -> str:
    """Return the summary of one run for people, ending in a newline."""
    blocks = [
        _head(summary),
        _orders(summary),
        _refusals(summary),
        _instruments(summary),
        _executions(summary),
        _controls(summary),
        _latency(summary),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _head(summary: SessionDict) -> list[str]:
    counts = summary["counts"]
    lines = [
        f"{summary['name']}: {summary['strategy']} on {summary['venue']}, "
        f"{units.duration(summary['wall_s'] * 1e9)}",
        f"  feed: {units.many(counts['packets'], 'packet')}, "
        f"{units.many(counts['records'], 'record')}, {units.many(counts['gaps'], 'gap')}"
        f"{_drops(counts['kernel_drops'])}",
        f"  order session: {units.many(counts['connections'], 'connection')}, "
        f"{units.many(counts['reports'], 'report')}; "
        f"{counts['phase']} at the end ({counts['session_verdict']})",
    ]
    if summary["open_orders"]:
        lines.append(
            f"  STILL OPEN at the venue, as far as is known: "
            f"{units.many(summary['open_orders'], 'order')}"
        )
    if summary["lost_log_records"]:
        lines.append(
            f"  {units.many(summary['lost_log_records'], 'log record')} came too fast to be read; "
            "what is told here is not all: raise engine.log_records"
        )
    return lines


def _drops(drops: int) -> str:
    return f", {units.many(drops, 'datagram')} dropped by the kernel" if drops else ""


def _orders(summary: SessionDict) -> list[str]:
    commands = summary["commands"]
    if not commands:
        return ["no order was asked for"]
    asked = ", ".join(f"{units.count(count)} {name}" for name, count in commands.items())
    ended = ", ".join(f"{units.count(count)} {name}" for name, count in summary["orders"].items())
    said = ", ".join(f"{units.count(count)} {name}" for name, count in summary["reports"].items())
    return [
        f"commands: {asked}; {units.count(summary['counts']['sent'])} sent",
        f"  orders ended: {ended or 'none'}",
        f"  the venue said: {said or 'nothing'}",
    ]


def _refusals(summary: SessionDict) -> list[str]:
    rows: list[Row] = [("refused", "commands", "by")]
    rows += [(name, units.count(n), "risk gate") for name, n in summary["refusals"].items()]
    rows += [(name, units.count(n), "gateway") for name, n in summary["not_sent"].items()]
    return table(rows) if len(rows) > 1 else []


def _instruments(summary: SessionDict) -> list[str]:
    if not summary["instruments"]:
        return []
    rows: list[Row] = [("instrument", "executions", "bought", "sold", "position", "mark", "result")]
    rows += [
        (
            one["symbol"],
            units.count(one["executions"]),
            units.count(one["bought"]),
            units.count(one["sold"]),
            units.count(one["position"]),
            _price(one["mark_e9"]),
            _price(one["result_e9"]),
        )
        for one in summary["instruments"]
    ]
    return [
        *table(rows),
        f"  profit (loss: -) of all, at these marks: {_price(summary['result_e9'])}",
    ]


def _price(price_e9: int | None) -> str:
    return "–" if price_e9 is None else units.price(price_e9)


def _executions(summary: SessionDict) -> list[str]:
    if not summary["executions"]:
        return []
    rows: list[Row] = [("last executions", "order", "shares", "price", "liquidity")]
    rows += [
        (
            f"{one['side']} {one['symbol']}",
            str(one["client_order_id"]),
            units.count(one["size"]),
            units.price(one["price_e9"]),
            one["liquidity"],
        )
        for one in summary["executions"][-EXECUTIONS_SHOWN:]
    ]
    return table(rows)


def _controls(summary: SessionDict) -> list[str]:
    if not summary["controls"]:
        return []
    rows: list[Row] = [("control", "of", "reason")]
    rows += [
        (one["action"], f"{one['scope']} {one['scope_id']}", one["reason"])
        for one in summary["controls"]
    ]
    return table(rows, text_columns=3)


def _latency(summary: SessionDict) -> list[str]:
    stages = summary["latency"]
    if not any(stage["count"] for stage in stages.values()):
        return []
    rows: list[Row] = [("tick to trade", "", "measured", "p50", "p99", "max")]
    for name, stage in stages.items():
        times = (units.duration(stage[key]) for key in ("p50_ns", "p99_ns", "max_ns"))
        rows.append((name.replace("_", " "), STAGES[name], units.count(stage["count"]), *times))
    return table(rows, text_columns=2)
