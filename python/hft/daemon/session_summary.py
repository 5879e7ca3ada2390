"""The summary of one run of `hftd`: what `--json` prints and both reports are made of."""

from __future__ import annotations

from collections import Counter
from typing import Any, TypedDict

from hft import _native
from hft.daemon.config import DaemonConfig
from hft.daemon.lifecycle import Daemon
from hft.daemon.trade_log import TradeLog
from hft.record import Side
from hft.risk import verdict_name
from hft.summary import LatencyDict

EXECUTIONS_LISTED = 1000
SAMPLES_LISTED = 5000


class InstrumentDict(TypedDict):
    """What was done in one instrument. Prices and results in 1e-9 of the currency."""

    symbol: str
    instrument: int
    position: int  # shares at the end
    bought: int
    sold: int
    executions: int
    mark_e9: int | None
    result_e9: int | None
    samples: list[tuple[int, int, int, int | None]]  # time ns, mark, position, result of all


class ExecutionDict(TypedDict):
    """One execution of an order of ours."""

    time_ns: int
    client_order_id: int
    symbol: str
    side: str
    size: int
    price_e9: int
    liquidity: str  # the venue's letter


class ControlDict(TypedDict):
    """One kill, resumption, halt or change as it took its place in the sequence."""

    time_ns: int
    action: str
    scope: str
    scope_id: int
    reason: str


class SessionDict(TypedDict):
    """A whole summary."""

    name: str
    strategy: str
    venue: str
    address: str
    wall_s: float
    counts: dict[str, Any]  # the engine's own counters
    commands: dict[str, int]  # asked by the strategy or the engine, by action
    refusals: dict[str, int]  # by the gate, by the name of the check
    not_sent: dict[str, int]  # by the gateway, by its reason
    reports: dict[str, int]  # of the venue, by action
    orders: dict[str, int]  # by the state they ended in
    open_orders: int
    session_changes: list[tuple[int, str]]
    limit_changes: int
    controls: list[ControlDict]
    instruments: list[InstrumentDict]
    executions: list[ExecutionDict]  # the last EXECUTIONS_LISTED of them
    result_e9: int | None
    latency: dict[str, LatencyDict]
    lost_log_records: int


def summarize(daemon: Daemon, config: DaemonConfig, wall_s: float) -> SessionDict:
    """Put together what a run has done; after `Daemon.run` has returned."""
    log, names = daemon.log, daemon.symbol_of
    refusals, not_sent = _refusals(log)
    return {
        "name": config.engine.name,
        "strategy": config.strategy.name,
        "venue": config.feed.venue,
        "address": config.session.address,
        "wall_s": wall_s,
        "counts": daemon.engine.counts(),
        "commands": dict(log.commands),
        "refusals": refusals,
        "not_sent": not_sent,
        "reports": dict(log.reports),
        "orders": dict(Counter(order.state for order in log.orders.values())),
        "open_orders": len(log.open_orders()),
        "session_changes": log.sessions,
        "limit_changes": log.limit_changes,
        "controls": _controls(log),
        "instruments": _instruments(log, names),
        "executions": _executions(log, names),
        "result_e9": log.result_e9(),
        "latency": daemon.engine.times(),
        "lost_log_records": daemon.lost_log_records,
    }


def _refusals(log: TradeLog) -> tuple[dict[str, int], dict[str, int]]:
    """Split refusals into those of the gate and those of the gateway."""
    gate: dict[str, int] = {}
    gateway: dict[str, int] = {}
    for reason, count in sorted(log.refusals.items()):
        if reason < _native.REASON_NOT_SENT:
            gate[verdict_name(reason)] = count
        elif reason == _native.REASON_NOT_RECEIVED:
            gateway["not_taken_by_venue"] = count  # most often: replaced what had just been filled
        else:
            gateway[_native.send_verdict_name(reason - _native.REASON_NOT_SENT)] = count
    return gate, gateway


def _controls(log: TradeLog) -> list[ControlDict]:
    return [
        {
            "time_ns": control.time_ns,
            "action": control.action.name,
            "scope": control.scope.name,
            "scope_id": control.scope_id,
            "reason": control.reason,
        }
        for control in log.controls
        if control.action.name != "limit"
    ]


def _instruments(log: TradeLog, names: dict[int, str]) -> list[InstrumentDict]:
    traded = {*log.holdings, *(sample.instrument for sample in log.samples)}
    out: list[InstrumentDict] = []
    for instrument in sorted(traded):
        held = log.holdings.get(instrument)
        mark_e9 = log.marks_e9.get(instrument)
        samples = [
            (sample.time_ns, sample.mark_e9, sample.position, sample.result_e9)
            for sample in log.samples
            if sample.instrument == instrument
        ]
        out.append(
            {
                "symbol": names.get(instrument, str(instrument)),
                "instrument": instrument,
                "position": held.position if held else 0,
                "bought": held.bought if held else 0,
                "sold": held.sold if held else 0,
                "executions": sum(one.instrument == instrument for one in log.executions),
                "mark_e9": mark_e9,
                "result_e9": held.result_e9(mark_e9) if held else 0,
                "samples": _thinned(samples),
            }
        )
    return out


def _thinned(samples: list[Any]) -> list[Any]:
    """Every n-th of many samples, the last one kept: a drawing has no more pixels."""
    step = -(-len(samples) // SAMPLES_LISTED) or 1
    kept = samples[::step]
    return kept if not samples or kept[-1] == samples[-1] else [*kept, samples[-1]]


def _executions(log: TradeLog, names: dict[int, str]) -> list[ExecutionDict]:
    return [
        {
            "time_ns": one.time_ns,
            "client_order_id": one.client_order_id,
            "symbol": names.get(one.instrument, str(one.instrument)),
            "side": "bought" if one.side == Side.bid else "sold",
            "size": one.size,
            "price_e9": one.price_e9,
            "liquidity": one.liquidity,
        }
        for one in log.executions[-EXECUTIONS_LISTED:]
    ]
