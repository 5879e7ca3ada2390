"""The native module: thin bindings of the C++ stages. `import hft` is the door; this is the floor.

Arrays are read-only views of C++ memory unless a comment says otherwise; they keep it alive.
"""

import enum
from collections.abc import Callable, Sequence
from types import CapsuleType
from typing import Any, Final, final

import numpy as np
import numpy.typing as npt

from hft.summary import SummaryDict

type StructArray = npt.NDArray[np.void]
type DepthArrays = tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32], npt.NDArray[np.uint32]]

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

def record_dtypes() -> dict[str, np.dtype[np.void]]:
    """The structured dtypes of the records, by name, from the C++ layout tables."""

def record_hash(records: StructArray) -> int:
    """The digest of a run of records or touches, as a replay prints it."""

# book -----------------------------------------------------------------------------------------

@final
class BookSet:
    def __init__(
        self,
        kind: str = "fast",
        *,
        max_orders: int = 4_000_000,
        max_instruments: int = 65_536,
        price_unit_e9: int = 100_000,
    ) -> None: ...
    def apply(self, records: StructArray) -> StructArray: ...  # a new array of touches
    def touch(self, instrument: int) -> tuple[int, int, int, int]: ...
    def depth(self, instrument: int, side: Side, levels: int) -> DepthArrays: ...
    def orders(self, instrument: int, side: Side, price_e9: int) -> StructArray: ...
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

# replay ---------------------------------------------------------------------------------------

@final
class Batch:
    """Records in C++ memory, in the order of their messages."""

    @property
    def array(self) -> StructArray: ...  # of the kind's dtype where all are of one kind
    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> CapsuleType: ...
    def __arrow_c_array__(
        self, requested_schema: CapsuleType | None = None
    ) -> tuple[CapsuleType, CapsuleType]: ...
    def __arrow_c_stream__(self, requested_schema: CapsuleType | None = None) -> CapsuleType: ...

def batch_of(records: StructArray) -> Batch:
    """Wraps an array of a record dtype, without a copy where it is contiguous."""

@final
class Replay:
    def __init__(
        self,
        paths: Sequence[str],
        *,
        feed: str = "",
        date: str = "",
        symbols: Sequence[str] = (),
        kinds: Sequence[str] = (),
        start_ns: int = 0,
        stop_ns: int = 0,
        times_since_midnight: bool = False,
        pace: float = 0.0,
        book: str = "fast",
        max_orders: int = 4_000_000,
        max_instruments: int = 65_536,
        latency: bool = True,
        records_path: str = "",
        touch_path: str = "",
        ring: str = "",
        ring_records: int = 1 << 20,
        overwrite: bool = False,
    ) -> None: ...
    def run(self, progress: Callable[[int, int, int], Any] | None = None) -> bool: ...
    def step(self, records: int = 65_536) -> Batch | None: ...
    def take_touches(self) -> Batch: ...
    def close(self) -> None: ...
    def stop(self) -> None: ...
    def summary(self) -> SummaryDict: ...
    def instruments(self) -> list[tuple[int, str, str]]: ...
    def book(self, feed: int) -> BookSet: ...
    @property
    def feeds(self) -> list[str]: ...
    @property
    def progress(self) -> tuple[int, int, int]: ...
    @property
    def finished(self) -> bool: ...
