"""A day on which everything may pass: the records before the first order of a risk gate's tests.

Limits are as loose as they go, so that a test tightens the one it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.reference.gate_limits import IDS, LIMITS, MAX, MILLION
from tests.reference.gate_records import (
    INSTRUMENT_ALL,
    AnyRecord,
    Command,
    CommandAction,
    Control,
    ControlAction,
    Instrument,
    Report,
    ReportAction,
    Scope,
    Side,
    Status,
    StatusAction,
    Touch,
)

SECOND = 1_000_000_000
START_NS = 1_000 * SECOND
TICK = 10_000_000
MARK = 100 * SECOND  # 100.00 of the currency
CONFIG = {
    "feeds": 2, "instruments": 2, "accounts": 2, "strategies": 3, "sessions": 2,
    "max_orders": 64, "max_executions": 24,
}  # fmt: skip
INSTRUMENTS = (0, 1, 1 << 16, 1 << 16 | 1)
VENUES = {0: 1, 1: 1, 1 << 16: 2, 1 << 16 | 1: 2}
PERMITTED = (0, 1, 0)  # account of each strategy
REASON = "ticket 7"

LOOSE: dict[str, int] = {name: LIMITS[number].most for name, number in IDS.items()} | {
    "collar_ppm": MILLION,
    "tick_e9": TICK,
    "tick_below_one_e9": 100_000,
    "lot_size": 1,
    "band_low_e9": 0,
    "reference_price_e9": 0,
    "algorithm_id": 11,
    "trader_id": 12,
    "duplicate_window_ns": 0,
    "repeat_window_ns": SECOND,
}
SCOPE_COUNTS = {Scope.FIRM: 1, Scope.ACCOUNT: 2, Scope.STRATEGY: 3, Scope.INSTRUMENT: 1}
Tight = Mapping[tuple[Scope, int, str], int]
"""Values that differ from LOOSE; the number of an instrument is the instrument."""


def limit(
    scope: Scope, number: int, name: str, value: int, reason: str = REASON, now_ns: int = 0
) -> Control:
    """One limit becomes `value`."""
    is_instrument = scope == Scope.INSTRUMENT
    return Control(
        event_time_ns=now_ns,
        action=ControlAction.LIMIT,
        scope=scope,
        scope_id=0 if is_instrument else number,
        instrument=number if is_instrument else INSTRUMENT_ALL,
        limit=IDS[name],
        value=value,
        reason=reason,
    )


def loose_limits() -> list[Control]:
    """Every limit of every scope."""
    made = []
    for row in LIMITS.values():
        for scope in sorted(row.scopes):
            for i in range(SCOPE_COUNTS[scope]):
                number = INSTRUMENT_ALL if scope == Scope.INSTRUMENT else i
                value = PERMITTED[i] if row.name == "permitted_account" else LOOSE[row.name]
                made.append(limit(scope, number, row.name, value))
    return made


def clock(offset_ns: int = 0, now_ns: int = START_NS) -> Control:
    """What is known of the host's clock."""
    return Control(action=ControlAction.CLOCK, value=offset_ns, event_time_ns=now_ns)


def tell(
    action: ControlAction, scope: Scope = Scope.FIRM, scope_id: int = 0, **own: int
) -> Control:
    """A kill, a resume, a position, a halt."""
    return Control(action=action, scope=scope, scope_id=scope_id, reason=REASON, **own)


def position(size: int, account: int = 0, instrument: int = 0) -> Control:
    """What an account holds."""
    action = ControlAction.POSITION
    return tell(action, Scope.ACCOUNT, account, instrument=instrument, value=size)


def touch(bid_e9: int, ask_e9: int, instrument: int = 0, **own: int | str) -> Touch:
    """Best prices of an instrument at its venue."""
    made = Touch(
        receive_time_ns=START_NS,
        instrument=instrument,
        venue=VENUES[instrument],
        bid_price_e9=bid_e9,
        ask_price_e9=ask_e9,
        bid_size=100,
        ask_size=100,
    )
    return replace(made, **own)  # type: ignore[arg-type]


def status(action: StatusAction, state: str = "\0", instrument: int = 0, venue: int = 1) -> Status:
    """A state of an instrument or a venue."""
    return Status(
        receive_time_ns=START_NS, action=action, state=state, instrument=instrument, venue=venue
    )


def report(action: ReportAction, client_order_id: int = 0, **own: int) -> Report:
    """A venue's answer, numbered 0: never a duplicate."""
    made = Report(receive_time_ns=START_NS, action=action, client_order_id=client_order_id)
    return replace(made, **own)


def session(action: ReportAction = ReportAction.SESSION_UP, channel: int = 0) -> Report:
    """An order session comes or goes."""
    return report(action, sequence_number=1, channel=channel)


def order(client_order_id: int, size: int = 100, price_e9: int = MARK, **own: int) -> Command:
    """A bid of strategy 0 in instrument 0, unless told otherwise."""
    made = Command(
        receive_time_ns=START_NS,
        client_order_id=client_order_id,
        size=size,
        side=Side.BID,
        price_e9=price_e9,
    )
    return replace(made, **own)


def ask(client_order_id: int, size: int = 100, price_e9: int = MARK, **own: int) -> Command:
    """An ask of strategy 0 in instrument 0, unless told otherwise."""
    return replace(order(client_order_id, size, price_e9), side=Side.ASK, **own)


def changed(
    client_order_id: int, original: int, size: int = 100, price_e9: int = MARK, **own: int
) -> Command:
    """A replace."""
    made = order(client_order_id, size, price_e9, **own)
    return replace(made, action=CommandAction.REPLACE, original_client_order_id=original)


def cancel(client_order_id: int, **own: int) -> Command:
    """A cancel."""
    return replace(order(client_order_id, **own), action=CommandAction.CANCEL)


def fill(client_order_id: int, size: int, price_e9: int = MARK, reference: int = 1) -> Report:
    """An execution."""
    action = ReportAction.EXECUTED
    return report(action, client_order_id, size=size, price_e9=price_e9, reference=reference)


@dataclass(frozen=True)
class Day:
    """What differs from the day on which everything passes."""

    tight: Tight = field(default_factory=dict)
    mark_e9: int = MARK  # bid and ask of all instruments, before any order
    price_unit_e9: int = 100_000
    has_touches: bool = True

    def morning(self) -> list[AnyRecord]:
        """All records before the first order."""
        records: list[AnyRecord] = [*loose_limits(), clock()]
        records += [limit(*whom, value) for whom, value in self.tight.items()]
        for venue in (1, 2):
            records.append(status(StatusAction.SESSION_START, venue=venue))
            records.append(status(StatusAction.SYSTEM, "Q", venue=venue))
        for instrument in INSTRUMENTS:
            venue = VENUES[instrument]
            records.append(
                Instrument(
                    receive_time_ns=START_NS,
                    instrument=instrument,
                    venue=venue,
                    price_unit_e9=self.price_unit_e9,
                )
            )
            records.append(status(StatusAction.TRADING, "T", instrument, venue))
            if self.has_touches:
                records.append(touch(self.mark_e9, self.mark_e9, instrument))
        return [*records, session(channel=0), session(channel=1)]


LOOSE_VALUE = MAX - 1
