"""All risk gates under one face: the reference, and the native one where `hft` is installed.

A new implementation (a GPU's, an FPGA's) joins every contract by one line in OTHER_GATES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import cache
from importlib import import_module
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tests.book_sets import native_module
from tests.reference import gate_records as records
from tests.reference.gate import ReferenceGate
from tests.reference.gate_limits import FIRM, MAX
from tests.reference.gate_orders import OrderState
from tests.reference.gate_records import AnyRecord, Scope, Verdict

State = dict[str, Any]
"""All that can be asked; sizes in shares.

now_ns; verdicts: name to count; holdings: (instrument, actor) to (position, open bids, open asks,
value, orders) where any is not 0; totals: per actor (result, peak, executed value, open value,
exposure, orders), the values of orders at most MAX; killed, throttled, halted: places of actors and
instruments. Actors are 0 the firm, then accounts, then strategies; instruments come after them.
"""

OrderView = tuple[str, int, int, int]  # state, leaves, executed, price_e9


class Gate(Protocol):
    """What the tests ask of a gate."""

    def apply(self, record: AnyRecord, /) -> int: ...
    def apply_all(self, stream: Iterable[AnyRecord], /) -> list[int]: ...
    def state(self) -> State: ...
    def order(self, client_order_id: int, /) -> OrderView | None: ...


class FacedReference:
    """The reference, telling its state as others do."""

    def __init__(self, **config: int) -> None:
        self.gate = ReferenceGate(**config)
        self.instruments = list(self.gate.market.all_instruments())

    def apply(self, record: AnyRecord) -> int:
        """One record; the answer."""
        return int(self.gate.apply(record))

    def apply_all(self, stream: Iterable[AnyRecord]) -> list[int]:
        """Many records; the answers."""
        return [self.apply(record) for record in stream]

    def state(self) -> State:
        """All that can be asked."""
        gate, switches = self.gate, self._switch_places()
        return {
            "now_ns": gate.now_ns,
            "verdicts": {v.name.lower(): n for v, n in gate.verdicts.items()},
            "holdings": self._holdings(),
            "totals": [self._total(actor) for actor in gate.actors],
            "killed": sorted(switches[under] for under in gate.killed),
            "throttled": [
                switches[Scope.STRATEGY, i]
                for i, repeat in enumerate(gate.repeats)
                if repeat.is_throttled
            ],
            "halted": [switches[FIRM]] if gate.is_halted else [],
        }

    def order(self, client_order_id: int) -> OrderView | None:
        """One that passed."""
        order = self.gate.ledger.orders.get(client_order_id)
        if order is None:
            return None
        return str(order.state), order.leaves, order.executed, order.price_e9

    def _switch_places(self) -> dict[Any, int]:
        named = [*self.gate.actors, *((Scope.INSTRUMENT, i) for i in self.instruments)]
        return {under: place for place, under in enumerate(named)}

    def _holdings(self) -> dict[tuple[int, int], tuple[int, ...]]:
        found: dict[tuple[int, int], tuple[int, ...]] = {}
        ledger = self.gate.ledger
        for place, instrument in enumerate(self.instruments):
            for number, actor in enumerate(self.gate.actors):
                held = ledger.holding(actor, instrument)
                row = (
                    held.position,
                    held.open_bids,
                    held.open_asks,
                    ledger.holding_value(actor, instrument),
                    len(ledger.live_of(actor, instrument)),
                )
                if any(row):
                    found[place, number] = row
        return found

    def _total(self, actor: Any) -> tuple[int, ...]:
        ledger = self.gate.ledger
        total = ledger.totals[actor]
        return (
            total.result_e9,
            total.peak_e9,
            total.executed_value_e6,
            min(MAX, ledger.open_value(actor)),
            min(MAX, ledger.exposure(actor)),
            len(ledger.live_of(actor)),
        )


_KINDS = {
    "Touch": "touch",
    "Status": "status",
    "Instrument": "instrument",
    "Command": "order_command",
    "Report": "order_report",
    "Control": "control",
}


@cache
def _layout(name: str) -> tuple[Any, int, tuple[str, ...]]:
    """dtype, number of the kind and fields of a class of gate_records."""
    record = import_module("hft.record")
    kind = record.Kind[_KINDS[name]]
    names = tuple(field.name for field in fields(getattr(records, name)))
    return record.dtype_of(kind), int(kind), names


def pack(stream: Iterable[AnyRecord]) -> npt.NDArray[np.void]:
    """Records as the native module has them, shape (n,)."""
    parts = []
    for one in stream:
        dtype, kind, names = _layout(type(one).__name__)
        row = np.zeros(1, dtype=dtype)
        row["kind"] = kind
        for name in names:
            at = getattr(one, name)
            row[name] = at.encode("latin-1") if isinstance(at, str) else at
        parts.append(row.tobytes())
    packed: npt.NDArray[np.void] = np.frombuffer(
        b"".join(parts), dtype=import_module("hft.record").record_event
    )
    return packed


class NativeGate:
    """The gate of the native module, speaking as the reference does."""

    def __init__(self, **config: Any) -> None:
        self.gate = native_module().RiskGate(**config)
        self._actors = 1 + config["accounts"] + config["strategies"]

    def apply(self, record: AnyRecord) -> int:
        """One record; the answer."""
        return int(self.gate.apply(pack([record]))[0])

    def apply_all(self, stream: Iterable[AnyRecord]) -> list[int]:
        """Many records in one array; the answers."""
        answers: list[int] = self.gate.apply(pack(stream)).tolist()
        return answers

    def state(self) -> State:
        """All that can be asked."""
        holdings, totals, switches = self.gate.holdings(), self.gate.totals(), self.gate.switches()
        rows = zip(
            holdings["position"].ravel().tolist(),
            holdings["open_bid_size"].ravel().tolist(),
            holdings["open_ask_size"].ravel().tolist(),
            holdings["value_e6"].ravel().tolist(),
            holdings["open_orders"].ravel().tolist(),
            strict=True,
        )
        columns = (
            "result_e9", "peak_e9", "executed_value_e6", "open_value_e6", "exposure_value_e6",
            "open_orders",
        )  # fmt: skip
        return {
            "now_ns": self.gate.now_ns,
            "verdicts": self.gate.verdict_counts,
            "holdings": {
                divmod(place, self._actors): row for place, row in enumerate(rows) if any(row)
            },
            "totals": list(zip(*(totals[name].tolist() for name in columns), strict=True)),
            "killed": np.flatnonzero(switches["killed"]).tolist(),
            "throttled": np.flatnonzero(switches["throttled"]).tolist(),
            "halted": np.flatnonzero(switches["halted"]).tolist(),
        }

    def order(self, client_order_id: int) -> OrderView | None:
        """One that passed."""
        found = self.gate.order(client_order_id)
        if found is None:
            return None
        state = "rejected" if found["state"] == "refused" else found["state"]
        return state, found["leaves"], found["executed"], found["price_e9"]


OTHER_GATES: dict[str, Callable[..., Gate]] = {"native": NativeGate}
GATES: dict[str, Callable[..., Gate]] = {"reference": FacedReference, **OTHER_GATES}

# What no command of this kind of instrument can be answered (docs/risk.md, Open).
UNREACHABLE = {Verdict.DROP_COPY, Verdict.OPTIONS, Verdict.FENCING}
APPLICABLE = set(Verdict) - UNREACHABLE

__all__ = ["APPLICABLE", "GATES", "OTHER_GATES", "Gate", "OrderState", "OrderView", "State"]
