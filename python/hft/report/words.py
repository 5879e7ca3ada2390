"""What letters and reasons mean, in words for someone who sees them for the first time.

The terminal's summary and the HTML report read the same tables.
"""

from __future__ import annotations

from hft.summary import FileDict, Place

ITCH50_MESSAGES = {
    "S": "system event",
    "R": "stock directory",
    "H": "trading action",
    "Y": "short sale restriction",
    "L": "market participant position",
    "V": "circuit breaker levels",
    "W": "circuit breaker breached",
    "K": "IPO quoting period",
    "J": "auction collar",
    "h": "operational halt",
    "A": "add order",
    "F": "add order, with attribution",
    "E": "order executed",
    "C": "order executed at another price",
    "X": "order cancelled in part",
    "D": "order deleted",
    "U": "order replaced",
    "P": "trade with a hidden order",
    "Q": "cross trade",
    "B": "broken trade",
    "I": "net order imbalance",
    "N": "retail price improvement",
    "O": "direct listing price range",
}

TRADING_STATES = {
    "T": "trading",
    "H": "halted",
    "P": "paused",
    "Q": "quotation only",
    "": "not told",
}

# Why a book refused a record (cpp/hft/book) or a feed a message (cpp/hft/feed).
REASONS = {
    "unknown_order": "an execution, cancel or removal of an order never seen; usual when the "
    "capture starts in mid-session or has gaps",
    "duplicate_order": "an order was added twice; the second one was left out",
    "oversized": "more was executed or cancelled than the order still had",
    "bad_price": "a price that is zero, negative, absurd, or no multiple of the price unit",
    "bad_size": "a size of zero",
    "bad_side": "an order without a side: it replaces one that was never seen",
    "bad_instrument": "an instrument beyond the configured number",
    "wrong_instrument": "the order lives in another instrument's book",
    "level_overflow": "one price level would hold more than 4,294,967,295 shares",
    "full": "more live orders than configured",
    "truncated": "a message shorter than its type requires",
    "unknown_type": "a message type that the protocol does not have",
    "wrong_size": "a message longer or shorter than its type",
    "bad_field": "a buy or sell letter that is neither",
}

# What to do about a reason; the others are the venue's or the capture's own faults.
_REMEDIES = {
    "full": "raise --max-orders",
    "bad_instrument": "raise --max-instruments",
    "unknown_order": "replay from the beginning of the session, and all lines together",
    "duplicate_order": "look whether two sessions or two days were put into one file",
}
_DAMAGED = "the capture is damaged there or not ITCH 5.0: capture or copy it anew"

ENDED_BY = {
    "end": "read to its end",
    "stopped": "stopped by hand; these are the results so far",
    "to_time": "ended at the time asked for",
    "damaged": "ended early: the file is damaged",
}

GAP_CAUSES = {
    "lost": "missing on all lines",
    "undecodable": "there, but not to be decoded",
}

STAGES = {
    "packet_to_record": "from the packet in memory to its normalised records",
    "record_to_book": "from a record to the updated book",
    "packet_to_touch": "from the packet in memory to the new best bid and offer",
}


def message_name(protocol: str, letter: str) -> str:
    """Return what a message type is called; the letter itself where that is not known."""
    return ITCH50_MESSAGES.get(letter, letter) if protocol == "itch50" else letter


def reason(name: str) -> str:
    """Return what a reason means; its own name, spaced, where there is no sentence for it."""
    return REASONS.get(name, name.replace("_", " "))


def remedy(name: str) -> str:
    """Return what to do about a reason."""
    return _REMEDIES.get(name, _DAMAGED)


def place(where: Place) -> str:
    """Write where something was found: file, packet and offset, message number."""
    parts = [where["file"]]
    if where["packet"]:
        parts.append(f"packet {where['packet']:,}")
    parts.append(f"offset {where['offset']:,}")
    if where["sequence_number"]:
        parts.append(f"message {where['sequence_number']:,}")
    return ", ".join(parts)


def file_note(file: FileDict) -> str:
    """Return what is to be said of a file, without its name; empty when it is whole."""
    return file["note"].removeprefix(f"{file['path']}: ")
