"""What the tables of all order protocols share: fields of a message, its bytes, its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Value = int | bytes


class Field(NamedTuple):
    """One row of a message's table; offset and length are bytes from the message type on."""

    name: str
    offset: int
    length: int
    kind: str  # "tag", "integer", "alpha" or "price" (1e-4 USD)


@dataclass(frozen=True)
class Message:
    """One message of a specification."""

    tag: bytes
    name: str
    size: int  # bytes, the message type included, an appendage not
    fields: tuple[Field, ...]


class DecodeError(ValueError):
    """Bytes that are no message; `reason` is the verdict that a decoder must give."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


def message(tag: bytes, name: str, size: int, *own: Field) -> Message:
    """A message whose first field is its type."""
    return Message(tag, name, size, (Field("message_type", 0, 1, "tag"), *own))


def split(known: Message, data: bytes) -> dict[str, bytes]:
    """The fields' bytes, in the specification's order; `data` has at least `known.size`."""
    return {f.name: data[f.offset : f.offset + f.length] for f in known.fields}


def values(known: Message, data: bytes) -> dict[str, Value]:
    """The fields as values: integers and prices as int (wire units), text as bytes."""
    kinds = {f.name: f.kind for f in known.fields}
    return {
        name: raw if kinds[name] in ("alpha", "tag") else int.from_bytes(raw, "big")
        for name, raw in split(known, data).items()
    }


def join(known: Message, given: dict[str, Value]) -> bytes:
    """The bytes of a message; text is padded with spaces, fields not given are 0 or spaces.

    Raises:
        KeyError: a value names a field that the message does not have.
    """
    out = b""
    left = dict(given)
    for field in known.fields:
        default: Value = b"" if field.kind == "alpha" else 0
        value = known.tag if field.kind == "tag" else left.pop(field.name, default)
        if isinstance(value, bytes):
            out += value.ljust(field.length, b" ")
        else:
            out += value.to_bytes(field.length, "big")
    if left:
        raise KeyError(f"{known.name} has no field {sorted(left)}")
    return out
