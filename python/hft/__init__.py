"""Market-data captures in, order-by-order books out.

Names are loaded when they are first used: a command that prints its help should not wait for numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hft._native import __version__ as __version__
    from hft.book import BookSet as BookSet
    from hft.book import Depth as Depth
    from hft.book import Order as Order
    from hft.book import QueuePosition as QueuePosition
    from hft.book import Touch as Touch
    from hft.capture import Capture as Capture
    from hft.capture import RecordBatch as RecordBatch
    from hft.capture import open_capture as open_capture
    from hft.errors import HftError as HftError
    from hft.instruments import InstrumentTable as InstrumentTable
    from hft.price import price_in_units as price_in_units
    from hft.price import to_price_e9 as to_price_e9
    from hft.record import FLAG_BOOK_SUSPECT as FLAG_BOOK_SUSPECT
    from hft.record import FLAG_LAST as FLAG_LAST
    from hft.record import FLAG_NON_PRINTABLE as FLAG_NON_PRINTABLE
    from hft.record import FLAG_SNAPSHOT as FLAG_SNAPSHOT
    from hft.record import INSTRUMENT_ALL as INSTRUMENT_ALL
    from hft.record import PRICE_NULL as PRICE_NULL
    from hft.record import Action as Action
    from hft.record import CommandAction as CommandAction
    from hft.record import ControlAction as ControlAction
    from hft.record import Kind as Kind
    from hft.record import ReportAction as ReportAction
    from hft.record import Scope as Scope
    from hft.record import Side as Side
    from hft.record import StatusAction as StatusAction
    from hft.record import TimeInForce as TimeInForce
    from hft.record import TradeAction as TradeAction
    from hft.record import Venue as Venue
    from hft.record import control_event as control_event
    from hft.record import instrument_event as instrument_event
    from hft.record import order_command as order_command
    from hft.record import order_event as order_event
    from hft.record import order_report as order_report
    from hft.record import record_event as record_event
    from hft.record import sequence_numbers as sequence_numbers
    from hft.record import status_event as status_event
    from hft.record import touch as touch
    from hft.record import trade_event as trade_event
    from hft.replay import Replay as Replay
    from hft.ring import RingReader as RingReader
    from hft.ring import RingWriter as RingWriter
    from hft.ring import remove_ring as remove_ring
    from hft.strategy import Actions as Actions
    from hft.strategy import BacktestResult as BacktestResult
    from hft.strategy import Latency as Latency
    from hft.strategy import NativeStrategy as NativeStrategy
    from hft.strategy import PaperTrader as PaperTrader
    from hft.strategy import Strategy as Strategy
    from hft.strategy import WorkingOrders as WorkingOrders
    from hft.strategy import backtest as backtest
    from hft.summary import Summary as Summary
    from hft.synth import LineFaults as LineFaults
    from hft.synth import synthesize as synthesize

_NAMES = {
    "hft._native": ("__version__",),
    "hft.book": ("BookSet", "Depth", "Order", "QueuePosition", "Touch"),
    "hft.capture": ("Capture", "RecordBatch", "open_capture"),
    "hft.errors": ("HftError",),
    "hft.instruments": ("InstrumentTable",),
    "hft.price": ("price_in_units", "to_price_e9"),
    "hft.record": (
        "FLAG_BOOK_SUSPECT",
        "FLAG_LAST",
        "FLAG_NON_PRINTABLE",
        "FLAG_SNAPSHOT",
        "INSTRUMENT_ALL",
        "PRICE_NULL",
        "Action",
        "CommandAction",
        "ControlAction",
        "Kind",
        "ReportAction",
        "Scope",
        "Side",
        "StatusAction",
        "TimeInForce",
        "TradeAction",
        "Venue",
        "control_event",
        "instrument_event",
        "order_command",
        "order_event",
        "order_report",
        "record_event",
        "sequence_numbers",
        "status_event",
        "touch",
        "trade_event",
    ),
    "hft.replay": ("Replay",),
    "hft.ring": ("RingReader", "RingWriter", "remove_ring"),
    "hft.strategy": (
        "Actions",
        "BacktestResult",
        "Latency",
        "NativeStrategy",
        "PaperTrader",
        "Strategy",
        "WorkingOrders",
        "backtest",
    ),
    "hft.summary": ("Summary",),
    "hft.synth": ("LineFaults", "synthesize"),
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load the module that a name comes from, and keep the name."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'hft' has no attribute {name!r}")
    value = getattr(importlib.import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the names, those not loaded yet included."""
    return sorted({*globals(), *_MODULE_OF})
