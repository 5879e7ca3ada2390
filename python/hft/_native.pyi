"""The native module: thin bindings of the C++ stages. `import hft` is the door; this is the floor.

Arrays are read-only views of C++ memory unless a comment says otherwise; they keep it alive.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, final

import numpy as np
import numpy.typing as npt
from typing_extensions import CapsuleType

from hft.summary import SummaryDict

_StructArray: TypeAlias = npt.NDArray[np.void]
_Levels: TypeAlias = tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32], npt.NDArray[np.uint32]]
_Feed: TypeAlias = tuple[str, Venue, int, Sequence[tuple[bytes, int]]]
_Dtype: TypeAlias = np.dtype[np.void]

__version__: Final[str]
PRICE_NULL: Final[int]  # price_e9 of a record that has no price
INSTRUMENT_ALL: Final[int]  # instrument of a status of the whole feed
FLAG_LAST: Final[int]
FLAG_BOOK_SUSPECT: Final[int]
FLAG_NON_PRINTABLE: Final[int]
FLAG_SNAPSHOT: Final[int]

# record ---------------------------------------------------------------------------------------

class Kind(enum.IntEnum):
    none = 0
    order = 1
    trade = 2
    status = 3
    instrument = 4
    touch = 5
    order_command = 6
    order_report = 7
    control = 8

class Action(enum.IntEnum):
    none = 0
    add = 1
    cancel = 2
    execute = 3
    remove = 4
    replace = 5
    clear = 6

class TradeAction(enum.IntEnum):
    none = 0
    trade = 1
    cross = 2
    broken = 3

class CommandAction(enum.IntEnum):
    none = 0
    enter = 1
    replace = 2
    cancel = 3

class TimeInForce(enum.IntEnum):
    day = 0
    immediate = 1
    extended = 2

class ReportAction(enum.IntEnum):
    none = 0
    accepted = 1
    replaced = 2
    cancelled = 3
    executed = 4
    rejected = 5
    cancel_rejected = 6
    cancel_pending = 7
    modified = 8
    restated = 9
    priority_updated = 10
    corrected = 11
    broken = 12
    session_up = 13
    session_down = 14
    system = 15

class ControlAction(enum.IntEnum):
    none = 0
    limit = 1
    kill = 2
    resume = 3
    time = 4
    clock = 5
    position = 6
    halt = 7

class Scope(enum.IntEnum):
    none = 0
    firm = 1
    account = 2
    strategy = 3
    instrument = 4

class StatusAction(enum.IntEnum):
    none = 0
    system = 1
    trading = 2
    operational_halt = 3
    short_sale = 4
    session_start = 5
    late_start = 6
    gap = 7
    session_end = 8

class Side(enum.IntEnum):
    none = 0
    bid = 1
    ask = 2

class Venue(enum.IntEnum):
    none = 0
    xnas = 1
    xbos = 2
    xpsx = 3
    xnys = 4
    arcx = 5
    xcme = 6
    bats = 7
    iexg = 8
    memx = 9
    opra = 10

def record_dtypes() -> dict[str, _Dtype]:
    """The structured dtypes of the records, by name, from the C++ layout tables."""

def record_hash(records: _StructArray) -> int:
    """The digest of a run of records or touches, as a replay prints it."""

# book -----------------------------------------------------------------------------------------

@final
class BookSet:
    def __init__(
        self,
        kind: str = "fast",
        *,
        max_orders: int = 4000000,
        max_instruments: int = 65536,
        price_unit_e9: int = 100000,
    ) -> None: ...
    def apply(self, records: _StructArray) -> _StructArray: ...  # a new array of touches
    def touch(self, instrument: int) -> tuple[int, int, int, int]: ...
    def depth(self, instrument: int, side: Side, levels: int) -> _Levels: ...
    def orders(self, instrument: int, side: Side, price_e9: int) -> _StructArray: ...
    def find(self, order_id: int) -> tuple[int, Side, int, int] | None: ...
    def queue_position(self, order_id: int) -> tuple[int, int] | None: ...
    def is_suspect(self, instrument: int) -> bool: ...
    def trading_state(self, instrument: int) -> str: ...
    def digest(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def order_count(self) -> int: ...
    @property
    def verdicts(self) -> dict[str, int]: ...

# feature --------------------------------------------------------------------------------------

_Values: TypeAlias = npt.NDArray[np.int64]

def feature_mid_price(touches: _StructArray) -> _Values: ...
def feature_spread(touches: _StructArray) -> _Values: ...
def feature_microprice(touches: _StructArray) -> _Values: ...
def feature_touch_imbalance(touches: _StructArray) -> _Values: ...
def feature_depth_imbalance(
    bid_sizes: npt.NDArray[np.uint32], ask_sizes: npt.NDArray[np.uint32]
) -> _Values: ...
def feature_order_flow(touches: _StructArray) -> _Values: ...
def feature_order_flow_imbalance(touches: _StructArray, half_life_ns: int) -> _Values: ...
def feature_trade_flow(
    records: _StructArray, touches: _StructArray, half_life_ns: int
) -> tuple[_Values, _Values, _Values]: ...
def feature_variance(touches: _StructArray, half_life_ns: int) -> _Values: ...
def feature_volatility(touches: _StructArray, half_life_ns: int) -> _Values: ...

# strategy -------------------------------------------------------------------------------------

@final
class Actions:
    """What a strategy wants done; it is lent for one call of the strategy.

    Prices are in 1e-9 of the quote currency, `hft.to_price_e9` makes them; None: a market order.
    """

    def enter(
        self,
        instrument: int,
        side: Side,
        size: int,
        price_e9: int | None,
        *,
        time_in_force: TimeInForce = TimeInForce.day,
        post_only: bool = False,
        short_sale: bool = False,
    ) -> int:
        """Ask for a new order; its client_order_id, or 0 where one call has asked for too much."""

    def replace(
        self,
        client_order_id: int,
        instrument: int,
        side: Side,
        size: int,
        price_e9: int | None,
        *,
        time_in_force: TimeInForce = TimeInForce.day,
        post_only: bool = False,
        short_sale: bool = False,
    ) -> int:
        """Ask for another order in its place; the new one's id, or 0.

        ``size`` is that of the whole chain: what it has executed included.
        """

    def cancel(self, client_order_id: int, instrument: int, keep: int = 0) -> bool:
        """Reduce an order to ``keep`` shares in total, what it has executed included."""

@final
class Touch:
    """The best prices of an instrument; None and 0 where a side is empty."""

    @property
    def event_time_ns(self) -> int: ...
    @property
    def receive_time_ns(self) -> int: ...
    @property
    def instrument(self) -> int: ...
    @property
    def bid_size(self) -> int: ...
    @property
    def ask_size(self) -> int: ...
    @property
    def sequence_number(self) -> int: ...
    @property
    def bid_price_e9(self) -> int | None: ...
    @property
    def ask_price_e9(self) -> int | None: ...
    @property
    def mid_price_e9(self) -> int | None: ...
    @property
    def microprice_e9(self) -> int | None: ...
    @property
    def trading_state(self) -> str: ...  # T: trading; empty: never told
    @property
    def is_suspect(self) -> bool: ...

@final
class Report:
    """What a venue says of an order of ours, or of the session."""

    @property
    def event_time_ns(self) -> int: ...
    @property
    def receive_time_ns(self) -> int: ...
    @property
    def instrument(self) -> int: ...
    @property
    def action(self) -> ReportAction: ...
    @property
    def client_order_id(self) -> int: ...
    @property
    def reference(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def side(self) -> Side: ...
    @property
    def reason(self) -> int: ...
    @property
    def price_e9(self) -> int | None: ...

@final
class WorkingOrder:
    """An order as it stood when it was asked for."""

    @property
    def client_order_id(self) -> int: ...
    @property
    def instrument(self) -> int: ...
    @property
    def side(self) -> Side: ...
    @property
    def open_size(self) -> int: ...
    @property
    def executed(self) -> int: ...
    @property
    def price_e9(self) -> int: ...
    @property
    def cancelling(self) -> bool: ...
    @property
    def is_settled(self) -> bool: ...

@final
class WorkingOrders:
    """A strategy's own view of its orders, at most 256, kept by what it asks and is told."""

    def __init__(self) -> None: ...
    def __len__(self) -> int: ...
    def find(self, instrument: int, side: Side) -> WorkingOrder | None: ...
    def enter(
        self,
        actions: Actions,
        instrument: int,
        side: Side,
        size: int,
        price_e9: int,
        *,
        time_in_force: TimeInForce = TimeInForce.day,
        post_only: bool = False,
        short_sale: bool = False,
    ) -> bool: ...
    def replace(
        self,
        actions: Actions,
        client_order_id: int,
        size: int,
        price_e9: int,
        *,
        post_only: bool = False,
        short_sale: bool = False,
    ) -> bool: ...  # size: what shall be open; raises KeyError
    def cancel(self, actions: Actions, client_order_id: int) -> bool: ...
    def on_report(self, report: Report) -> tuple[int, int]:
        """The instrument (INSTRUMENT_ALL: of no order here) and the shares bought."""

@final
class Backtest:
    def __init__(
        self,
        name: str,
        parameters: Mapping[str, int],
        instruments: Sequence[int],
        *,
        feed_latency_ns: int = 0,
        order_latency_ns: int = 0,
        report_latency_ns: int = 0,
        max_orders: int = 4000000,
    ) -> None: ...
    @staticmethod
    def of_python(
        strategy: object,
        *,
        records: bool,
        touches: bool,
        reports: bool,
        times: bool,
        records_every_ns: int,
        feed_latency_ns: int = 0,
        order_latency_ns: int = 0,
        report_latency_ns: int = 0,
        max_orders: int = 4000000,
    ) -> Backtest: ...
    def apply(self, records: _StructArray) -> None: ...
    def finish(self) -> None: ...
    def touch(self, instrument: int) -> tuple[int, int, int, int]: ...
    @property
    def commands(self) -> _StructArray: ...
    @property
    def reports(self) -> _StructArray: ...
    @property
    def mids_e9(self) -> npt.NDArray[np.int64]: ...  # of each report
    @property
    def records(self) -> int: ...
    @property
    def touches(self) -> int: ...

# replay ---------------------------------------------------------------------------------------

@final
class Batch:
    """Records in C++ memory, in sequence."""

    @property
    def array(self) -> _StructArray: ...  # of the kind's dtype where all are of one kind
    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> CapsuleType: ...
    def __arrow_c_array__(
        self, requested_schema: CapsuleType | None = None
    ) -> tuple[CapsuleType, CapsuleType]: ...
    def __arrow_c_stream__(self, requested_schema: CapsuleType | None = None) -> CapsuleType: ...

def batch_of(records: _StructArray) -> Batch:
    """Wraps an array of a record dtype, without a copy where it is aligned to 64 bytes."""

def midnight_ns(date: str) -> int:
    """00:00 in New York of a date, ns since the Unix epoch."""

@final
class Replay:
    def __init__(
        self,
        paths: Sequence[str],
        *,
        feeds: Sequence[_Feed] = (),
        venue: Venue = Venue.none,
        date: str = "",
        symbols: Sequence[str] = ...,
        kinds: Sequence[Kind] = ...,
        start_ns: int = 0,
        stop_ns: int = 0,
        times_since_midnight: bool = False,
        pace: float = 0.0,
        book: str = "fast",
        max_orders: int = 4000000,
        max_instruments: int = 65536,
        latency: bool = True,
        records_path: str = "",
        touch_path: str = "",
        ring: str = "",
        ring_records: int = 1048576,
        overwrite: bool = False,
    ) -> None: ...
    def run(self, progress: Callable[[int, int, int], object] | None = None) -> bool: ...
    def step(self, records: int = 65536) -> Batch | None: ...
    def take_touches(self) -> Batch: ...
    def close(self) -> None: ...
    def stop(self) -> None: ...
    def summary(self) -> SummaryDict: ...
    def instruments(self, feed: int) -> list[tuple[int, str]]: ...
    def instrument_count(self, feed: int) -> int: ...
    def book(self, feed: int) -> BookSet: ...
    @property
    def feeds(self) -> list[tuple[int, str, Venue]]: ...
    @property
    def progress(self) -> tuple[int, int, int]: ...
    @property
    def finished(self) -> bool: ...

# ring -----------------------------------------------------------------------------------------

@final
class RingReader:
    def __init__(self, name: str, *, newest: bool = False) -> None: ...
    def read(self, limit: int = 65536) -> Batch: ...
    def peek(self, limit: int = 65536) -> _StructArray: ...  # overwritten at any time: see keep
    def keep(self, count: int) -> bool: ...
    @property
    def position(self) -> int: ...
    @property
    def lost(self) -> int: ...
    @property
    def capacity(self) -> int: ...
    @property
    def producer(self) -> str: ...

@final
class RingWriter:
    def __init__(self, name: str, *, records: int = 1048576) -> None: ...
    def publish(self, records: _StructArray) -> None: ...

def ring_remove(name: str) -> None: ...

# wire -----------------------------------------------------------------------------------------

def wire_dtypes() -> dict[str, Any]:
    """The dtypes of the wire structs.

    By message type: ``itch50``, ``ouch50_inbound``, ``ouch50_outbound``, ``ouch42_inbound``,
    ``ouch42_outbound``, ``soupbintcp`` (the login packets); and one dtype each:
    ``moldudp64_header``, ``soupbintcp_header``.
    """

def decode_message(
    message: bytes,
    *,
    midnight_ns: int = 0,
    receive_time_ns: int = 0,
    sequence_number: int = 1,
    venue: Venue = Venue.xnas,
) -> tuple[str, _StructArray]:
    """The slow decoder on one message: its verdict, and the records made."""

# risk ------------------------------------------------------------------------------------------

class RiskVerdict(enum.IntEnum):
    passed = 0
    unknown_instrument = 1
    restricted_instrument = 2
    restricted_kind = 3
    market_order = 4
    bad_terms = 5
    collar = 6
    auction_collar = 7
    blow_through = 8
    halted = 9
    order_size = 10
    order_value = 11
    daily_share = 12
    duplicate = 13
    throttled = 14
    session_rate = 15
    instrument_rate = 16
    message_rate = 17
    gross_value = 18
    position = 19
    hierarchy = 20
    exposure = 21
    loss = 22
    short_sale = 23
    self_match = 24
    stale_market = 25
    open_orders = 26
    fill_fault = 27
    killed = 28
    session_down = 29
    drop_copy = 30
    unidentified = 31
    limits = 32
    options = 33
    fencing = 34
    malformed = 35
    unknown_order = 36
    full = 37

class ControlVerdict(enum.IntEnum):
    applied = 0
    unknown_action = 1
    unknown_limit = 2
    bad_scope = 3
    unknown_scope_id = 4
    out_of_range = 5
    no_reason = 6
    damaged = 7

class ReportVerdict(enum.IntEnum):
    applied = 0
    duplicate = 1
    unknown_order = 2
    ignored = 3
    fault = 4

RISK_LIMIT_MISSING: Final[int]
RISK_MAGIC: Final[int]
RISK_VERSION: Final[int]
RISK_LAYOUT_HASH: Final[int]

def risk_dtypes() -> dict[str, _Dtype]:
    """The parts of a gate's shared file, by name, from the C++ layout tables."""

def risk_limits() -> list[tuple[str, int, int, int, int, str]]:
    """Name, number, scopes (1 firm, 2 account, 4 strategy, 8 instrument), least, most, looser."""

@final
class RiskGate:
    def __init__(
        self,
        *,
        feeds: int = 1,
        instruments: int = 65536,
        accounts: int = 1,
        strategies: int = 1,
        sessions: int = 1,
        max_orders: int = 1048576,
        max_executions: int = 1048576,
        path: str | None = None,
    ) -> None: ...
    def apply(self, records: _StructArray) -> npt.NDArray[np.uint8]: ...
    def order(self, client_order_id: int) -> dict[str, Any] | None: ...
    def holdings(self) -> _StructArray: ...
    def totals(self) -> _StructArray: ...
    def switches(self) -> _StructArray: ...
    @property
    def verdict_counts(self) -> dict[str, int]: ...
    @property
    def now_ns(self) -> int: ...

# order ----------------------------------------------------------------------------------------

@final
class InstrumentSymbols:
    """Which symbol an instrument has at one venue, and back."""

    def __init__(self, capacity: int = 16384) -> None: ...
    def add(self, instrument: int, symbol: str, round_lot_size: int = 100) -> str:
        """Answers ``added``, ``known``, ``taken``, ``full`` or ``bad``."""

    def find(self, instrument: int) -> tuple[bytes, int] | None:
        """Symbol of 8 bytes and round lot in shares."""

    def instrument_of(self, symbol: str) -> int: ...
    def __len__(self) -> int: ...

@final
class OrderEncoder:
    """The bytes of order commands. It sends nothing, and no engine can use it."""

    def __init__(
        self,
        protocol: str,
        symbols: InstrumentSymbols,
        *,
        firm: str = "",
        desk: str = "",
        capacity: str = "P",
        short_sale: str = "T",
        attributed: bool = False,
        shares_located: bool = False,
    ) -> None: ...
    def encode_unchecked(self, commands: _StructArray) -> list[tuple[str, bytes]]:
        """Verdict and SoupBinTCP packet of each command; no bytes where it was refused."""

    @property
    def counts(self) -> dict[str, int]: ...

def decode_order_report(
    protocol: str,
    message: bytes,
    symbols: InstrumentSymbols,
    *,
    midnight_ns: int = 0,
    receive_time_ns: int = 0,
    sequence_number: int = 1,
    venue: Venue = Venue.xnas,
    channel: int = 0,
    desk: str = "",
) -> tuple[str, _StructArray]:
    """The verdict on a venue's message, and its report, shape (1,) or (0,)."""

def next_user_ref_num(message: bytes) -> int:
    """Of an OUCH 5.0 account query response; 0 of any other message."""

# synth ----------------------------------------------------------------------------------------

def synth_generate(
    path: str,
    *,
    seed: int = 1,
    messages: int = 1000000,
    instruments: int = 8300,
    live_orders: int = 0,
    zipf_exponent: float = 0.9,
    sparse_order_ids: bool = False,
    halts: int = 20,
    crosses: bool = True,
    session_date: int = 20260105,
    line_a: Sequence[float] = (0.0, 0.0, 0.0),
    line_b: Sequence[float] = (0.0, 0.0, 0.0),
    gap: float = 0.0,
    overwrite: bool = False,
    progress: Callable[[int], object] | None = None,
) -> dict[str, Any]: ...

# exchange -------------------------------------------------------------------------------------

@final
class Exchange:
    def __init__(self, options: dict[str, Any]) -> None: ...
    def run(self, seconds: float = 0.0) -> None: ...
    def stop(self) -> None: ...
    def finish(self) -> None: ...
    def summary(self) -> dict[str, Any]: ...
    @property
    def order_address(self) -> str: ...
    @property
    def session(self) -> str: ...

def check_strategy(name: str, parameters: dict[str, int]) -> None: ...

REASON_NOT_SENT: int
REASON_NOT_RECEIVED: int

def send_verdict_name(verdict: int) -> str: ...

@final
class LiveEngine:
    """One feed, one strategy, one order session, on one thread."""

    def __init__(self, config: dict[str, Any]) -> None: ...
    def start(self) -> None: ...
    def trade(
        self,
        strategy: str,
        parameters: dict[str, int],
        instruments: list[int],
        index: int,
        account: int,
        venue: Venue,
        controls: _StructArray,
    ) -> None: ...
    def control(self, controls: _StructArray) -> None: ...
    def maintain(self) -> None: ...
    def stop(self) -> None: ...
    def join(self) -> None: ...
    @property
    def running(self) -> bool: ...
    def counts(self) -> dict[str, Any]: ...
    def times(self) -> dict[str, Any]: ...
    def send_verdicts(self) -> dict[str, int]: ...

# venue -----------------------------------------------------------------------------------------

class VenueAction(enum.IntEnum):
    none = 0
    enter = 1
    replace = 2
    cancel = 3
    modify = 4
    cancel_all = 5
    self_match = 6
    set_state = 7
    freeze = 8
    cross = 9
    expire = 10
    set_open = 11

class VenueEventKind(enum.IntEnum):
    none = 0
    accepted = 1
    rejected = 2
    replaced = 3
    modified = 4
    executed = 5
    cancelled = 6
    restated = 7
    cancel_pending = 8
    cancel_rejected = 9
    book_add = 10
    book_execute = 11
    book_cancel = 12
    book_delete = 13
    book_replace = 14
    trade = 15
    cross_trade = 16
    trading_status = 17

class VenueVerdict(enum.IntEnum):
    done = 0
    rejected = 1
    duplicate_token = 2
    unknown_order = 3
    without_effect = 4
    wrong_state = 5
    bad_instrument = 6
    bad_owner = 7

def venue_command_dtype() -> _Dtype: ...
def venue_event_dtype() -> _Dtype: ...

@final
class MatchingEngine:
    """The simulated exchange's price-time matching; docs/venues/simulated-exchange.md."""

    def __init__(
        self,
        *,
        instruments: int = 1,
        tick_e9: int = 10_000_000,
        reference_price_e9: int = 0,
        max_orders: int = 1_000_000,
        max_owners: int = 1_024,
        post_only: str = "adjust",
    ) -> None: ...
    def apply(self, commands: _StructArray) -> tuple[npt.NDArray[np.uint8], _StructArray]: ...
    def orders(self, instrument: int, side: Side) -> list[tuple[int, ...]]: ...
    def indication(self, instrument: int, cross: str) -> tuple[int, ...]: ...
    def displayed_digest(self) -> int: ...
    @property
    def order_count(self) -> int: ...
