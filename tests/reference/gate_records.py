"""What a risk gate is told, one plain class per kind of record, and the numbers it answers.

The names are those of the record layouts; letters are text of one character. tests/gates.py packs
them into 64 bytes, the reference gate reads them as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

PRICE_NULL = 2**63 - 1
INSTRUMENT_ALL = 2**32 - 1
DISPLAY_ALL = 0
DISPLAY_NONE = 255
NO_LETTER = "\0"
FLAG_BOOK_SUSPECT = 2


class Side(IntEnum):
    NONE, BID, ASK = range(3)


class CommandAction(IntEnum):
    NONE, ENTER, REPLACE, CANCEL = range(4)


class TimeInForce(IntEnum):
    DAY, IMMEDIATE, EXTENDED = range(3)


class CommandFlag(IntFlag):
    MARKET = 1
    POST_ONLY = 2
    SHORT_SALE = 4
    SWEEP = 8
    OPENING_CROSS = 16
    CLOSING_CROSS = 32
    RETAIL = 64


class ReportAction(IntEnum):
    (
        NONE,
        ACCEPTED,
        REPLACED,
        CANCELLED,
        EXECUTED,
        REJECTED,
        CANCEL_REJECTED,
        CANCEL_PENDING,
        MODIFIED,
        RESTATED,
        PRIORITY_UPDATED,
        CORRECTED,
        BROKEN,
        SESSION_UP,
        SESSION_DOWN,
        SYSTEM,
    ) = range(16)


class StatusAction(IntEnum):
    (
        NONE,
        SYSTEM,
        TRADING,
        OPERATIONAL_HALT,
        SHORT_SALE,
        SESSION_START,
        LATE_START,
        GAP,
        SESSION_END,
    ) = range(9)


class ControlAction(IntEnum):
    NONE, LIMIT, KILL, RESUME, TIME, CLOCK, POSITION, HALT = range(8)


class Scope(IntEnum):
    NONE, FIRM, ACCOUNT, STRATEGY, INSTRUMENT = range(5)


class Verdict(IntEnum):
    """Of a command: 0, or the check that refused it."""

    PASSED = 0
    UNKNOWN_INSTRUMENT = 1
    RESTRICTED_INSTRUMENT = 2
    RESTRICTED_KIND = 3
    MARKET_ORDER = 4
    BAD_TERMS = 5
    COLLAR = 6
    AUCTION_COLLAR = 7
    BLOW_THROUGH = 8
    HALTED = 9
    ORDER_SIZE = 10
    ORDER_VALUE = 11
    DAILY_SHARE = 12
    DUPLICATE = 13
    THROTTLED = 14
    SESSION_RATE = 15
    INSTRUMENT_RATE = 16
    MESSAGE_RATE = 17
    GROSS_VALUE = 18
    POSITION = 19
    HIERARCHY = 20
    EXPOSURE = 21
    LOSS = 22
    SHORT_SALE = 23
    SELF_MATCH = 24
    STALE_MARKET = 25
    OPEN_ORDERS = 26
    FILL_FAULT = 27
    KILLED = 28
    SESSION_DOWN = 29
    DROP_COPY = 30
    UNIDENTIFIED = 31
    LIMITS = 32
    OPTIONS = 33
    FENCING = 34
    MALFORMED = 35
    UNKNOWN_ORDER = 36
    FULL = 37


class ReportVerdict(IntEnum):
    APPLIED, DUPLICATE, UNKNOWN_ORDER, IGNORED, FAULT = range(5)


class ControlVerdict(IntEnum):
    (
        APPLIED,
        UNKNOWN_ACTION,
        UNKNOWN_LIMIT,
        BAD_SCOPE,
        UNKNOWN_SCOPE_ID,
        OUT_OF_RANGE,
        NO_REASON,
        DAMAGED,
    ) = range(8)


@dataclass(frozen=True, kw_only=True)
class Common:
    """What all records have; times in ns."""

    event_time_ns: int = 0
    receive_time_ns: int = 0
    instrument: int = 0
    venue: int = 1
    channel: int = 0

    @property
    def now_ns(self) -> int:
        """The time that this record tells the gate."""
        return self.receive_time_ns


@dataclass(frozen=True, kw_only=True)
class Command(Common):
    """A strategy's wish. Sizes in shares, prices in 1e-9 of the quote currency."""

    action: int = CommandAction.ENTER
    client_order_id: int = 0
    original_client_order_id: int = 0
    size: int = 0
    side: int = Side.NONE
    flags: int = 0
    price_e9: int = PRICE_NULL
    time_in_force: int = TimeInForce.DAY
    display: int = DISPLAY_ALL
    strategy: int = 0
    account: int = 0

    @property
    def is_market(self) -> bool:
        """Whether it has no limit price."""
        return bool(self.flags & CommandFlag.MARKET)

    @property
    def is_bid(self) -> bool:
        """Whether it wants to have shares."""
        return self.side == Side.BID


@dataclass(frozen=True, kw_only=True)
class Report(Common):
    """A venue's answer."""

    action: int = ReportAction.NONE
    sequence_number: int = 0
    sequence_number_high: int = 0
    reference: int = 0
    size: int = 0
    side: int = Side.NONE
    reason: int = 0
    price_e9: int = PRICE_NULL
    client_order_id: int = 0

    @property
    def number(self) -> int:
        """Its place in the order session, from 1; 0: the gateway made it."""
        return self.sequence_number_high << 32 | self.sequence_number


@dataclass(frozen=True, kw_only=True)
class Control(Common):
    """What a person or a timer says."""

    action: int = ControlAction.NONE
    value: int = 0
    scope_id: int = 0
    scope: int = Scope.NONE
    limit: int = 0
    reason: str = ""

    @property
    def now_ns(self) -> int:
        """The time that this record tells the gate."""
        return self.event_time_ns

    @property
    def has_reason(self) -> bool:
        """Whether anything but spaces and zero bytes is said."""
        return self.reason.strip(" \0") != ""


@dataclass(frozen=True, kw_only=True)
class Touch(Common):
    """Best bid and offer."""

    bid_price_e9: int = PRICE_NULL
    bid_size: int = 0
    trading_state: str = NO_LETTER
    flags: int = 0
    ask_price_e9: int = PRICE_NULL
    ask_size: int = 0


@dataclass(frozen=True, kw_only=True)
class Status(Common):
    """The state of an instrument or of a feed."""

    action: int = StatusAction.NONE
    state: str = NO_LETTER
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Instrument(Common):
    """The venue names an instrument."""

    symbol: str = "AAAA"
    round_lot_size: int = 100
    market_category: str = "Q"
    price_unit_e9: int = 100_000


AnyRecord = Command | Report | Control | Touch | Status | Instrument
