"""What an engine did: orders, executions, refusals, positions, profit and loss, from its log.

The log is the run of records that the engine shows as they take effect: commands, reports,
controls. Nothing else is needed to tell afterwards what happened.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hft.record import (
    PRICE_NULL,
    CommandAction,
    ControlAction,
    Kind,
    ReportAction,
    Scope,
    Side,
    control_event,
    instrument_event,
    order_command,
    order_report,
    touch,
)


@dataclass
class OrderLine:
    """One order of ours: what was asked, and what became of it."""

    client_order_id: int
    instrument: int
    side: Side
    size: int  # shares, as asked
    price_e9: int
    asked_ns: int  # event_time_ns of the record that caused it
    replaces: int = 0  # client_order_id of the order it took the place of
    state: str = "asked"
    executed: int = 0  # shares
    order_id: int = 0  # the venue's


@dataclass(frozen=True)
class Execution:
    """One execution of an order of ours."""

    time_ns: int  # the venue's clock, ns since the Unix epoch
    client_order_id: int
    instrument: int
    side: Side
    size: int  # shares
    price_e9: int
    liquidity: str  # the venue's letter
    match_number: int


@dataclass
class Holding:
    """Shares of one instrument and what they have cost so far."""

    position: int = 0  # shares, negative: short
    cash_e9: int = 0  # received less paid, 1e-9 of the currency
    bought: int = 0
    sold: int = 0

    def result_e9(self, mark_e9: int | None) -> int | None:
        """Profit (loss: negative) with the position valued at a mark; None where it has none."""
        if self.position == 0:
            return self.cash_e9
        return None if mark_e9 is None else self.cash_e9 + self.position * mark_e9


@dataclass(frozen=True)
class Control:
    """One control as it took its place: a kill, a change of a limit."""

    time_ns: int
    action: ControlAction
    scope: Scope
    scope_id: int
    limit: int  # id of the limit, docs/risk.md; 0 for all other actions
    value: int
    reason: str


@dataclass(frozen=True)
class Sample:
    """Position and profit at one time, by the marks of that time."""

    time_ns: int
    instrument: int  # whose mark had changed
    mark_e9: int
    position: int  # shares of that instrument
    result_e9: int | None  # of all holdings


@dataclass
class TradeLog:
    """Takes the log's records in order and keeps what they come to."""

    orders: dict[int, OrderLine] = field(default_factory=dict)
    executions: list[Execution] = field(default_factory=list)
    holdings: dict[int, Holding] = field(default_factory=dict)
    commands: Counter[str] = field(default_factory=Counter)
    refusals: Counter[int] = field(default_factory=Counter)  # by number of the gate's verdict
    reports: Counter[str] = field(default_factory=Counter)
    controls: list[Control] = field(default_factory=list)
    limit_changes: int = 0
    sessions: list[tuple[int, str]] = field(default_factory=list)  # ns, "up" or "down"
    instruments: dict[str, int] = field(default_factory=dict)  # as the venue named them
    marks_e9: dict[int, int] = field(default_factory=dict)  # middle of the newest touch
    samples: list[Sample] = field(default_factory=list)

    def add(self, records: npt.NDArray[np.void]) -> None:
        """Take records of any kind, shape (n,), in the order of the log."""
        kinds = records["kind"]
        for k in range(len(records)):
            kind = kinds[k]
            if kind == Kind.order_command:
                self._command(records[k : k + 1].view(order_command)[0])
            elif kind == Kind.order_report:
                self._report(records[k : k + 1].view(order_report)[0])
            elif kind == Kind.control:
                self._control(records[k : k + 1].view(control_event)[0])
            elif kind == Kind.touch:
                self._mark(records[k : k + 1].view(touch)[0])
            elif kind == Kind.instrument:
                named = records[k : k + 1].view(instrument_event)[0]
                symbol = bytes(named["symbol"]).decode("ascii", "replace").strip(" \0")
                self.instruments[symbol] = int(named["instrument"])

    def result_e9(self) -> int | None:
        """Profit of all holdings at the newest marks; None where a mark is missing."""
        results = [
            held.result_e9(self.marks_e9.get(instrument))
            for instrument, held in self.holdings.items()
        ]
        known = [result for result in results if result is not None]
        return sum(known) if len(known) == len(results) else None

    def open_orders(self) -> list[OrderLine]:
        """Return orders that the venue has, as far as the log tells."""
        return [order for order in self.orders.values() if order.state in ("asked", "live")]

    def _command(self, command: np.void) -> None:
        action = CommandAction(command["action"])
        self.commands[action.name] += 1
        if action == CommandAction.cancel:
            return
        number = int(command["client_order_id"])
        self.orders[number] = OrderLine(
            number,
            int(command["instrument"]),
            Side(command["side"]),
            int(command["size"]),
            int(command["price_e9"]),
            int(command["event_time_ns"]),
            int(command["original_client_order_id"]),
        )

    def _report(self, report: np.void) -> None:
        action = ReportAction(report["action"])
        number = int(report["client_order_id"])
        sequence_number = int(report["sequence_number"])
        if action in (ReportAction.session_up, ReportAction.session_down):
            self.sessions.append((int(report["receive_time_ns"]), action.name[8:]))
            return
        if sequence_number == 0 and action in (
            ReportAction.rejected,
            ReportAction.cancel_rejected,
        ):
            self._refused(number, action, int(report["reason"]))
            return
        self.reports[action.name] += 1
        order = self.orders.get(number)
        if order is not None:
            self._apply(order, action, report)
        if action in (ReportAction.executed, ReportAction.broken):
            self._execution(action, report)

    def _refused(self, number: int, action: ReportAction, verdict: int) -> None:
        self.refusals[verdict] += 1
        order = self.orders.get(number)
        if order is not None and action == ReportAction.rejected:
            order.state = "refused"

    def _apply(self, order: OrderLine, action: ReportAction, report: np.void) -> None:
        if action in (ReportAction.accepted, ReportAction.replaced):
            order.state = "dead" if chr(report["reason"]) == "D" else "live"
            order.order_id = int(report["reference"])
            order.size = order.executed + int(report["size"])  # as the venue took it
            if action == ReportAction.replaced and order.replaces in self.orders:
                self.orders[order.replaces].state = "replaced"
        elif action == ReportAction.executed:
            order.executed += int(report["size"])
            if order.executed >= order.size:
                order.state = "filled"
        elif action == ReportAction.cancelled:
            order.size -= int(report["size"])
            if order.executed >= order.size:
                order.state = "cancelled"
        elif action == ReportAction.rejected:
            order.state = "rejected"

    def _execution(self, action: ReportAction, report: np.void) -> None:
        price_e9 = int(report["price_e9"])
        if price_e9 == PRICE_NULL:
            return
        side, size = Side(report["side"]), int(report["size"])
        instrument = int(report["instrument"])
        sign = 1 if (side == Side.bid) == (action == ReportAction.executed) else -1
        held = self.holdings.setdefault(instrument, Holding())
        held.position += sign * size
        held.cash_e9 -= sign * size * price_e9
        if action == ReportAction.broken:
            return
        held.bought += size if sign > 0 else 0
        held.sold += size if sign < 0 else 0
        self.executions.append(
            Execution(
                int(report["event_time_ns"]),
                int(report["client_order_id"]),
                instrument,
                side,
                size,
                price_e9,
                chr(report["reason"]),
                int(report["reference"]),
            )
        )

    def _mark(self, seen: np.void) -> None:
        bid_e9, ask_e9 = int(seen["bid_price_e9"]), int(seen["ask_price_e9"])
        if PRICE_NULL in (bid_e9, ask_e9):
            return
        instrument, mark_e9 = int(seen["instrument"]), (bid_e9 + ask_e9) // 2
        self.marks_e9[instrument] = mark_e9
        position = self.holdings.get(instrument, Holding()).position
        self.samples.append(
            Sample(int(seen["event_time_ns"]), instrument, mark_e9, position, self.result_e9())
        )

    def _control(self, control: np.void) -> None:
        action = ControlAction(control["action"])
        if action in (ControlAction.time, ControlAction.clock):
            return
        if action == ControlAction.limit:
            self.limit_changes += 1
        self.controls.append(
            Control(
                int(control["event_time_ns"]),
                action,
                Scope(control["scope"]),
                int(control["scope_id"]),
                int(control["limit"]),
                int(control["value"]),
                bytes(control["reason"]).decode("ascii", "replace").strip(" \0"),
            )
        )
