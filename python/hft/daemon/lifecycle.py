"""The life of one engine: listen, trade, obey signals, stop flat, and tell what was done.

The native engine runs on a thread of its own; here, twenty times a second, its log is read and what
it needs from the slow world is done: instruments are found, order ids reserved, signals carried in.
"""

from __future__ import annotations

import datetime as dt
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from hft import _native
from hft.daemon.config import DaemonConfig, read_password
from hft.daemon.trade_log import TradeLog
from hft.errors import HftError
from hft.record import INSTRUMENT_ALL, ControlAction, Kind, Scope, Venue, control_event
from hft.ring import RingReader
from hft.risk import limit_controls, load_limits

NAP_S = 0.05
VENUE_ZONE = ZoneInfo("America/New_York")  # of the venues there are so far

Notice = Callable[[str], None]


class Daemon:
    """One engine as its configuration file describes it.

    Args:
        config: As `load_daemon_config` returns it.
        notice: Called with each line worth telling an operator at once.

    Raises:
        HftError: A socket, ring, file or limit is not as it must be.
    """

    def __init__(self, config: DaemonConfig, notice: Notice) -> None:
        self._config = config
        self._notice = notice
        self._limits = load_limits(config.risk.limits)
        _native.check_strategy(config.strategy.name, config.strategy.parameters)
        self._date = config.feed.session_date or f"{dt.datetime.now(VENUE_ZONE):%Y-%m-%d}"
        self.log = TradeLog()
        self.engine = _native.LiveEngine(self._native_config())
        self._reader = RingReader(f"{config.engine.name}.log", newest=True)
        self._trading = False
        self._stop = ""
        self._signals: list[ControlAction] = []

    def run(self, duration_s: float | None = None) -> None:
        """Run until a signal or the end of `duration_s`, then wind down.

        SIGINT and SIGTERM stop; SIGUSR1 pulls the kill switch of the firm, SIGUSR2 resumes.

        Raises:
            HftError: The engine's thread ended by an error.
        """
        handlers = {
            number: signal.signal(number, self._on_signal)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)
        }
        try:
            self._run(duration_s)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)

    def control(self, action: ControlAction, **fields: Any) -> None:
        """Put one control into the engine's sequence; `fields` as in ``hft.control_event``."""
        record = np.zeros(1, dtype=control_event)
        record["kind"], record["action"] = Kind.control, action
        record["instrument"] = INSTRUMENT_ALL
        for name, value in fields.items():
            record[name] = value
        self.engine.control(record)

    def kill(self, reason: str) -> None:
        """Pull the kill switch of the firm: no order leaves any more, open ones are cancelled."""
        self.control(ControlAction.kill, scope=Scope.firm, reason=reason.encode("ascii"))

    def resume(self, reason: str) -> None:
        """End the firm's kill; the reason stands in the log, at most 12 characters."""
        self.control(ControlAction.resume, scope=Scope.firm, reason=reason.encode("ascii"))

    def _run(self, duration_s: float | None) -> None:
        self.engine.start()
        began = time.monotonic()
        self._notice(f"listening to {', '.join(self._config.feed.lines)}")
        while self.engine.running and not self._stop:
            self._turn()
            if duration_s is not None and time.monotonic() - began >= duration_s:
                self._stop = "the time is up"
            time.sleep(NAP_S)
        self._notice(f"stopping: {self._stop or 'the engine has ended'}")
        self.engine.stop()
        while self.engine.running:
            self._read_log()
            time.sleep(NAP_S)
        self.engine.join()
        self._read_log()

    def _turn(self) -> None:
        self._read_log()
        self.engine.maintain()
        if not self._trading:
            self._try_to_trade()
        while self._signals:
            action = self._signals.pop(0)
            if action == ControlAction.kill:
                self.kill("SIGUSR1")
                self._notice("kill switch pulled: no order leaves until SIGUSR2")
            else:
                self.resume("SIGUSR2")
                self._notice("resumed")

    def _read_log(self) -> None:
        known = len(self.log.sessions)
        while len(batch := self._reader.read()):
            self.log.add(batch.array)
        for _, way in self.log.sessions[known:]:
            self._notice(f"order session {way}")

    def _try_to_trade(self) -> None:
        wanted = self._config.strategy.symbols
        if any(symbol not in self.log.instruments for symbol in wanted):
            return
        self._trading = True
        strategy = self._config.strategy
        self.engine.trade(
            strategy.name,
            strategy.parameters,
            [self.log.instruments[symbol] for symbol in wanted],
            strategy.index,
            strategy.account,
            Venue[self._config.feed.venue],
            limit_controls(self._limits, self.log.instruments),
        )
        self._notice(f"trading {', '.join(wanted)} by {strategy.name}")

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGUSR1:
            self._signals.append(ControlAction.kill)
        elif number == signal.SIGUSR2:
            self._signals.append(ControlAction.resume)
        else:
            self._stop = signal.Signals(number).name

    @property
    def lost_log_records(self) -> int:
        """Records of the log that were overwritten before they were read here."""
        return self._reader.lost

    @property
    def midnight_ns(self) -> int:
        """00:00 of the session date on the venue's clock, ns since the Unix epoch."""
        return _native.midnight_ns(self._date)

    @property
    def symbol_of(self) -> dict[int, str]:
        """The venue's names, by instrument."""
        return {instrument: symbol for symbol, instrument in self.log.instruments.items()}

    def _native_config(self) -> dict[str, Any]:
        engine, feed, session = self._config.engine, self._config.feed, self._config.session
        return {
            "name": engine.name,
            "core": -1 if engine.core is None else engine.core,
            "spin": engine.spin,
            "log_records": engine.log_records,
            "stop_timeout_ns": int(engine.stop_timeout_s * 1e9),
            "date": self._date,
            "feed_name": feed.venue,
            "venue": Venue[feed.venue],
            "lines": feed.lines,
            "interface": feed.interface,
            "receive_buffer_bytes": feed.receive_buffer_bytes,
            "max_orders": feed.max_orders,
            "max_instruments": feed.max_instruments,
            "protocol": session.protocol,
            "address": session.address,
            "username": session.username,
            "password": read_password(self._config),
            "session": session.session,
            "silence_ns": int(session.silence_s * 1e9),
            "firm": session.firm,
            "desk": session.desk,
            "messages_per_second": session.messages_per_second,
            "client_order_ids": session.client_order_ids,
            "accounts": len(self._limits.account),
            "strategies": len(self._limits.strategy),
            "shared_risk": f"/dev/shm/hft.{engine.name}.risk",
            "clock_offset_ns": self._config.risk.assumed_clock_offset_ns,
        }


def require_all_symbols(daemon: Daemon, config: DaemonConfig) -> None:
    """Say which symbols the venue never named, after a run.

    Raises:
        HftError: Some were not named, so that nothing was traded.
    """
    missing = [name for name in config.strategy.symbols if name not in daemon.log.instruments]
    if missing:
        raise HftError(
            f"strategy.symbols: the venue never named {', '.join(missing)}; the directory comes at "
            "the start of the venue's day: start hftd before it, and look at feed.lines"
        )
