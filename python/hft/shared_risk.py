"""A look at a running gate: its limits, positions and kill switch, from its shared file.

Reading costs the gate nothing. Every block carries a stamp that is odd while it is written; a block
is taken when its stamp was even and the same before and after (docs/risk.md has the layout).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hft import _native
from hft.errors import HftError
from hft.risk import limit_table, verdict_name

__all__ = ["Held", "Kill", "SharedRisk"]

_ATTEMPTS = 1000
_VERDICTS = 64  # places in the file
_Array = npt.NDArray[np.void]


class Held(NamedTuple):
    """What one actor has in one instrument; sizes in shares."""

    actor: str
    symbol: str
    instrument: int
    position: int
    open_bid_size: int
    open_ask_size: int
    value_e6: int


class Kill(NamedTuple):
    """What keeps new orders of an actor or instrument from leaving.

    Attributes:
        who: ``firm``, ``account 0``, ``strategy 0``, or an instrument's symbol.
        what: ``killed``, ``throttled`` or ``halted``.
        reason: As it was given.
        event_time_ns: When, by the gate's input; ns since the Unix epoch.
    """

    who: str
    what: str
    reason: str
    event_time_ns: int


class SharedRisk:
    """The shared file of a gate, to read. Use `SharedRisk.open`."""

    def __init__(self, memory: npt.NDArray[np.uint8], path: str) -> None:
        self._memory = memory
        self._path = path
        self._dtypes = _native.risk_dtypes()
        self._header = self._part("header", 0, 1)[0]
        self._actors = 1 + int(self._header["accounts"]) + int(self._header["strategies"])
        self._instruments = int(self._header["feeds"]) * int(self._header["instruments"])

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> SharedRisk:
        """Map the file of a gate.

        Raises:
            HftError: It is missing, cut off, no gate's, or of another build.
        """
        name = os.fspath(path)
        dtype = _native.risk_dtypes()["header"]
        try:
            memory = np.memmap(Path(name), dtype=np.uint8, mode="r")
        except (OSError, ValueError) as error:
            raise HftError(f"{name}: cannot be read: {error}; start its engine first") from error
        if memory.size < dtype.itemsize:
            raise HftError(f"{name}: cut off; let its engine make it anew")
        header = memory[: dtype.itemsize].view(dtype)[0]
        if header["magic"] != _native.RISK_MAGIC:
            raise HftError(f"{name}: not the shared state of a risk gate; check the name")
        fits = header["layout_hash"] == _native.RISK_LAYOUT_HASH
        if header["version"] != _native.RISK_VERSION or not fits:
            raise HftError(
                f"{name}: made by another build; read it with the version that writes it"
            )
        if memory.size < header["file_size"]:
            raise HftError(f"{name}: cut off; let its engine make it anew")
        return cls(memory, name)

    @property
    def now_ns(self) -> int:
        """The time of the gate's input at its last report or control, ns since the Unix epoch."""
        return int(self._header["now_ns"])

    @property
    def is_owner_alive(self) -> bool:
        """Whether the process that writes the file is still there."""
        return Path(f"/proc/{int(self._header['owner_pid'])}").exists()

    @property
    def verdict_counts(self) -> dict[str, int]:
        """How often the gate has answered what; answers it never gave are left out."""
        begin = int(self._header["verdict_counts_offset"])
        counts = self._memory[begin : begin + _VERDICTS * 8].view(np.uint64)
        return {verdict_name(k): int(n) for k, n in enumerate(counts) if n}

    def positions(self) -> list[Held]:
        """Every holding that is not empty, by instrument, the firm first."""
        shape = self._instruments * self._actors
        begin = int(self._header["holdings_offset"])
        held = self._whole(self._part("holding", begin, shape))
        symbols = self._symbols()
        out = []
        fields = ("position", "open_bid_size", "open_ask_size", "value_e6")
        some = (held["position"] != 0) | (held["open_orders"] != 0)
        for k in np.flatnonzero(some):
            instrument, actor = divmod(int(k), self._actors)
            number = int(symbols[instrument]["instrument"])
            values = [int(held[k][field]) for field in fields]
            out.append(Held(self._actor(actor), self._symbol(symbols, instrument), number, *values))
        return out

    def totals(self) -> dict[str, dict[str, int]]:
        """Result, exposure and so on of every actor, by its name; ``_e9`` and ``_e6`` as named."""
        begin = int(self._header["actor_totals_offset"])
        rows = self._whole(self._part("totals", begin, self._actors))
        names = [n for n in rows.dtype.names or () if n != "stamp" and not n.startswith("reserved")]
        return {
            self._actor(k): {name: int(row[name]) for name in names} for k, row in enumerate(rows)
        }

    def limits(self, actor: str) -> dict[str, int | None]:
        """The limits of ``firm``, ``account 0``, ``strategy 0``; None where one is missing.

        Raises:
            HftError: There is no such actor.
        """
        names = [self._actor(k) for k in range(self._actors)]
        if actor not in names:
            raise HftError(f"{self._path}: no actor {actor!r}; there are {', '.join(names)}")
        begin = int(self._header["actor_limits_offset"])
        row = self._whole(self._part("actor_limits", begin, self._actors))[names.index(actor)]
        scope = actor.split()[0]
        return self._limits(row, scope)

    def instrument_limits(self, instrument: int) -> dict[str, int | None]:
        """The limits of an instrument, by its number in records; None where one is missing.

        Raises:
            HftError: The gate has no such instrument.
        """
        per_feed = int(self._header["instruments"])
        feed, locate = instrument >> 16, instrument & 0xFFFF
        if feed >= int(self._header["feeds"]) or locate >= per_feed:
            raise HftError(f"{self._path}: no instrument {instrument}")
        begin = int(self._header["instrument_limits_offset"])
        rows = self._part("instrument_limits", begin, self._instruments)
        place = feed * per_feed + locate
        return self._limits(self._whole(rows[place : place + 1])[0], "instrument")

    def kills(self) -> list[Kill]:
        """Whatever is killed, throttled or halted now."""
        begin = int(self._header["switches_offset"])
        rows = self._whole(self._part("switch", begin, self._actors + self._instruments))
        symbols = self._symbols()
        out = []
        for k in np.flatnonzero(rows["killed"] | rows["throttled"] | rows["halted"]):
            place = int(k) - self._actors
            who = self._actor(int(k)) if place < 0 else self._symbol(symbols, place)
            reason = bytes(rows[k]["reason"]).decode("ascii", "replace").strip(" \0")
            time_ns = int(rows[k]["event_time_ns"])
            states = [name for name in ("killed", "throttled", "halted") if rows[k][name]]
            out += [Kill(who, what, reason, time_ns) for what in states]
        return out

    def _part(self, name: str, begin: int, count: int) -> _Array:
        dtype = self._dtypes[name]
        return self._memory[begin : begin + count * dtype.itemsize].view(dtype)

    def _whole(self, rows: _Array) -> _Array:
        """Copy rows; those caught in the middle of a change are read again."""
        before = rows["stamp"].copy()
        out = rows.copy()
        torn = np.flatnonzero((before % 2 == 1) | (rows["stamp"] != before))
        for k in torn:
            for _ in range(_ATTEMPTS):
                stamp = int(rows["stamp"][k])
                out[k] = rows[k]
                if stamp % 2 == 0 and int(rows["stamp"][k]) == stamp:
                    break
            else:
                raise HftError(f"{self._path}: never at rest; try again")
        return out

    def _symbols(self) -> _Array:
        begin = int(self._header["instruments_offset"])
        return self._part("instrument", begin, self._instruments)

    @staticmethod
    def _symbol(symbols: _Array, place: int) -> str:
        text = bytes(symbols[place]["symbol"]).decode("ascii", "replace").strip(" \0")
        return text or f"instrument {int(symbols[place]['instrument'])}"

    def _actor(self, k: int) -> str:
        accounts = int(self._header["accounts"])
        if k == 0:
            return "firm"
        return f"account {k - 1}" if k <= accounts else f"strategy {k - 1 - accounts}"

    def _limits(self, row: np.void, scope: str) -> dict[str, int | None]:
        out: dict[str, int | None] = {}
        for limit in limit_table().values():
            if scope in {one.name for one in limit.scopes}:
                value = int(row[limit.name])
                out[limit.name] = None if value == _native.RISK_LIMIT_MISSING else value
        return out
