"""Records to DBN's messages, bytes for bytes.

How a record becomes MBO messages, as in Databento's own files of ITCH:

    add              A                      cancel, remove   C
    execute          T, F, C                replace          C (and the add behind it A)
    trade, cross     T                      clear            R, one an instrument

An execution is told three times: T for the tape (with the aggressor's side), F for the resting
order, C takes the shares out of the book; one that is not printable has no T. Broken trades, status
and instrument records have no message in the schema and are left out; the symbols go to the
metadata. Layouts: "DBN encoding, version 3", messages MboMsg and Mbp1Msg.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hft.export.live_orders import LiveOrders, Resolved
from hft.record import (
    FLAG_BOOK_SUSPECT,
    FLAG_LAST,
    FLAG_NON_PRINTABLE,
    FLAG_SNAPSHOT,
    PRICE_NULL,
    Action,
    Kind,
    StatusAction,
    TradeAction,
    Venue,
    order_event,
)

# Databento's dataset and publisher number of each venue's ITCH feed.
PUBLISHERS = {
    Venue.xnas: ("XNAS.ITCH", 2),
    Venue.xbos: ("XBOS.ITCH", 3),
    Venue.xpsx: ("XPSX.ITCH", 4),
}

_HEADER = [
    ("length", "u1"),  # of the message, in units of 4 bytes
    ("rtype", "u1"),
    ("publisher_id", "<u2"),
    ("instrument_id", "<u4"),
    ("ts_event", "<u8"),
]
_TIMES = [("ts_recv", "<u8"), ("ts_in_delta", "<i4"), ("sequence", "<u4")]
MBO = np.dtype(
    [
        *_HEADER,
        *[("order_id", "<u8"), ("price", "<i8"), ("size", "<u4"), ("flags", "u1")],
        *[("channel_id", "u1"), ("action", "S1"), ("side", "S1")],
        *_TIMES,
    ]
)
MBP1 = np.dtype(
    [
        *_HEADER,
        *[("price", "<i8"), ("size", "<u4"), ("action", "S1"), ("side", "S1")],
        *[("flags", "u1"), ("depth", "u1")],
        *_TIMES,
        *[("bid_px_00", "<i8"), ("ask_px_00", "<i8"), ("bid_sz_00", "<u4"), ("ask_sz_00", "<u4")],
        *[("bid_ct_00", "<u4"), ("ask_ct_00", "<u4")],
    ]
)
_RTYPE_MBO, _RTYPE_MBP1 = 0xA0, 0x01
_LAST, _SNAPSHOT, _MAYBE_BAD_BOOK, _TOP_OF_BOOK = 128, 32, 4, 64  # DBN's flag bits

_SIDES = np.array([b"N", b"B", b"A"])  # by Side: none, bid, ask
_OPPOSITE = np.array([b"N", b"A", b"B"])  # the aggressor's, by the resting order's
_PUBLISHER_OF = np.zeros(256, dtype=np.uint16)
for _venue, (_, _number) in PUBLISHERS.items():
    _PUBLISHER_OF[_venue] = _number

# Which messages a record becomes, by its code: the Action of an order event, or one of the others.
_SILENT_EXECUTE, _TRADE = 7, 8
_MESSAGES = np.zeros((9, 3), dtype="S1")
for _code, _letters in {
    Action.add: b"A",
    Action.cancel: b"C",
    Action.execute: b"TFC",
    Action.remove: b"C",
    Action.replace: b"C",
    Action.clear: b"R",
    _SILENT_EXECUTE: b"FC",
    _TRADE: b"T",
}.items():
    _MESSAGES[_code, : len(_letters)] = [_letters[k : k + 1] for k in range(len(_letters))]
_COUNTS = (_MESSAGES != b"").sum(axis=1)


class MboEncoder:
    """Records to MBO messages; follows the live orders for what the records leave out."""

    def __init__(self) -> None:
        self._orders: dict[int, LiveOrders] = {}  # by feed: instrument >> 16
        self._instruments: dict[int, npt.NDArray[np.uint32]] = {}  # with orders so far, by feed
        self._venues: dict[int, int] = {}  # by feed

    def encode(self, records: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
        """Return the messages of a batch of records of any kinds, dtype ``MBO``, in order."""
        # Orders and trades keep size, side, flags and price in the same bytes.
        events = records.view(order_event)
        starts = (events["kind"] == Kind.status) & (events["action"] == StatusAction.session_start)
        parts = [np.empty(0, dtype=MBO)]
        for part in np.split(events, np.flatnonzero(starts)):
            if len(part) and part["kind"][0] == Kind.status:
                parts += self._cleared_by(part[:1])
            parts.append(self._encode_part(part))
        return np.concatenate(parts)

    def _cleared_by(self, first: npt.NDArray[np.void]) -> list[npt.NDArray[np.void]]:
        """Tell with an R for each instrument that a new session dropped its feed's orders."""
        cleared: list[npt.NDArray[np.void]] = []
        if first["action"][0] != StatusAction.session_start:
            return cleared
        for feed, venue in self._venues.items():
            if venue != first["venue"][0]:
                continue
            self._orders[feed].clear()
            messages = _header(np.repeat(first, len(self._instruments[feed])))
            messages["instrument_id"] = self._instruments[feed]
            messages["price"] = PRICE_NULL
            messages["action"], messages["side"] = b"R", b"N"
            cleared.append(messages)
        return cleared

    def _encode_part(self, events: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
        """Encode events of one session."""
        told = (events["kind"] == Kind.order) | (
            (events["kind"] == Kind.trade) & (events["action"] != TradeAction.broken)
        )
        events = events[told]
        codes = events["action"].astype(np.intp)
        silent = (events["flags"] & FLAG_NON_PRINTABLE) != 0
        codes[(codes == Action.execute) & silent] = _SILENT_EXECUTE
        codes[events["kind"] == Kind.trade] = _TRADE
        counts = _COUNTS[codes]
        source = np.repeat(np.arange(len(events)), counts)
        position = np.arange(len(source)) - np.repeat(np.cumsum(counts) - counts, counts)
        messages = _header(events[source])
        messages["action"] = _MESSAGES[codes[source], position]
        messages["flags"][position + 1 < counts[source]] &= 255 - _LAST
        _fill(messages, events[source], codes[source], self._resolve(events), source)
        return messages

    def _resolve(self, events: npt.NDArray[np.void]) -> Resolved:
        """Return the order behind each order event; of other events, nothing."""
        count = len(events)
        side = np.zeros(count, dtype=np.uint8)
        price_e9 = np.full(count, PRICE_NULL, dtype=np.int64)
        left = np.zeros(count, dtype=np.int64)
        is_order = events["kind"] == Kind.order
        feeds = events["instrument"] >> 16
        for feed in np.unique(feeds[is_order]).tolist():
            mine = np.flatnonzero(is_order & (feeds == feed))
            orders = self._orders.setdefault(feed, LiveOrders())
            self._venues[feed] = int(events["venue"][mine[0]])
            known = self._instruments.get(feed, np.empty(0, dtype=np.uint32))
            self._instruments[feed] = np.union1d(known, events["instrument"][mine])
            resolved = orders.resolve(events[mine])
            side[mine], price_e9[mine] = resolved.side, resolved.price_e9
            left[mine] = resolved.left
        return Resolved(side, price_e9, left)


def _header(events: npt.NDArray[np.void], dtype: np.dtype[np.void] = MBO) -> npt.NDArray[np.void]:
    """Return one message an event, with the fields filled that all messages share."""
    messages = np.zeros(len(events), dtype=dtype)
    messages["length"] = dtype.itemsize // 4
    messages["rtype"] = _RTYPE_MBO if dtype is MBO else _RTYPE_MBP1
    messages["publisher_id"] = _PUBLISHER_OF[events["venue"]]
    messages["instrument_id"] = events["instrument"]
    messages["ts_event"] = events["event_time_ns"]
    messages["ts_recv"] = events["receive_time_ns"]
    messages["sequence"] = events["sequence_number"]
    for ours, theirs in (
        (FLAG_LAST, _LAST),
        (FLAG_SNAPSHOT, _SNAPSHOT),
        (FLAG_BOOK_SUSPECT, _MAYBE_BAD_BOOK),
    ):
        messages["flags"] |= np.where(events["flags"] & ours, theirs, 0).astype(np.uint8)
    return messages


def _fill(
    messages: npt.NDArray[np.void],
    events: npt.NDArray[np.void],
    codes: npt.NDArray[np.intp],
    orders: Resolved,
    source: npt.NDArray[np.intp],
) -> None:
    """Fill in order, price, size and side; `events` and `codes` have one row a message."""
    is_trade = messages["action"] == b"T"
    is_clear = codes == Action.clear
    whole = (codes == Action.remove) | (codes == Action.replace)
    own_price = (codes == Action.add) | is_trade | (messages["action"] == b"F")
    own_price &= events["price_e9"] != PRICE_NULL
    resting = np.where(codes == _TRADE, events["side"], orders.side[source])
    messages["channel_id"] = events["channel"]
    messages["order_id"] = np.where(is_trade | is_clear, 0, events["order_id"])
    messages["size"] = np.where(whole, orders.left[source], events["size"])
    messages["price"] = np.where(own_price, events["price_e9"], orders.price_e9[source])
    messages["side"] = np.where(is_trade, _OPPOSITE[resting], _SIDES[resting])
    messages["side"][is_clear] = b"N"


def mbp1_of(touches: npt.NDArray[np.void]) -> npt.NDArray[np.void]:
    """Return touches as MBP-1 messages.

    A touch is a state and not an event: its message has action N and no price, side or size of its
    own, and no order counts.

    Args:
        touches: A batch, dtype ``hft.touch``.
    """
    messages = _header(touches, MBP1)
    messages["flags"] |= _TOP_OF_BOOK
    messages["price"] = PRICE_NULL
    messages["action"], messages["side"] = b"N", b"N"
    messages["bid_px_00"], messages["ask_px_00"] = touches["bid_price_e9"], touches["ask_price_e9"]
    messages["bid_sz_00"], messages["ask_sz_00"] = touches["bid_size"], touches["ask_size"]
    return messages
