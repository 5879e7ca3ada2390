"""Risk limits from a file, their changes at run time, and a look at a running gate.

Limits reach a gate as records only (`limit_controls`, `RiskLimits.change`), so that a replay of the
engine's log takes the same decisions. docs/risk.md says what every limit and verdict means.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from hft import _native
from hft.errors import ConfigError, UsageError
from hft.record import INSTRUMENT_ALL, ControlAction, Kind, Scope, Venue, control_event
from hft.strict_toml import load_toml

__all__ = [
    "Limit",
    "LimitsFile",
    "RiskLimits",
    "limit_controls",
    "limit_table",
    "load_limits",
    "verdict_name",
]

PAGE: Final = "docs/risk.md"
REASON_OF_FILE: Final = "limits file"
REASON_BYTES: Final = 12
NO_BAND: Final = _native.RISK_LIMIT_MISSING - 1

ORDER_KINDS: Final = {  # bits of order_kinds
    "post_only": 1,
    "short_sale": 2,
    "sweep": 3,
    "opening_cross": 4,
    "closing_cross": 5,
    "retail": 6,
    "day": 8,
    "immediate": 9,
    "extended": 10,
    "hidden": 11,
    "reserve": 12,
}

_Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,15}$")]
_Symbol = Annotated[str, msgspec.Meta(pattern="^[!-~]{1,8}$")]
_Number = Annotated[int, msgspec.Meta(ge=0)]


class Limit(NamedTuple):
    """One limit, as the gate has it.

    Attributes:
        name: As in docs/risk.md, with its unit.
        number: Its id in a control event.
        scopes: Whom it may be set for.
        least: The smallest value.
        most: The largest value.
        looser: Which changes need a reason: ``larger``, ``smaller``, ``bits`` or ``any``.
    """

    name: str
    number: int
    scopes: frozenset[Scope]
    least: int
    most: int
    looser: str

    def loosens(self, old: int | None, new: int) -> bool:
        """Whether `new` lets through what `old` (None: not set yet) refused."""
        if old is None:
            return True
        return {
            "larger": new > old,
            "smaller": new < old,
            "bits": bool(new & ~old),
            "any": new != old,
        }[self.looser]


@functools.cache
def limit_table() -> dict[str, Limit]:
    """Every limit by its name, from the gate's own table."""
    bits = {1: Scope.firm, 2: Scope.account, 4: Scope.strategy, 8: Scope.instrument}
    return {
        name: Limit(
            name, number, frozenset(s for bit, s in bits.items() if bit & of), least, most, looser
        )
        for name, number, of, least, most, looser in _native.risk_limits()
    }


def verdict_name(number: int) -> str:
    """Name what a gate answered, ``order_size`` for 10; the number itself where it is unknown."""
    try:
        return _native.RiskVerdict(number).name
    except ValueError:
        return str(number)


class _Actor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What firm, accounts and strategies all have. Sizes in shares; docs/risk.md has the units."""

    market_orders: bool = False
    collar_ppm: _Number
    auction_collar_ppm: _Number
    blow_through_ppm: _Number
    order_size: _Number
    order_value_e6: _Number
    position_size: _Number
    open_orders: _Number
    venues: Annotated[list[str], msgspec.Meta(min_length=1)]
    market_categories: str
    order_kinds: list[str]
    messages_per_second: _Number
    gross_value_e6: _Number
    exposure_value_e6: _Number
    loss_value_e6: _Number
    drawdown_value_e6: _Number


class Firm(_Actor, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The ``[firm]`` table."""

    average_daily_ppm: _Number
    session_orders_per_second: _Number
    feed_silence_ns: _Number
    clock_offset_ns: _Number
    clock_age_ns: _Number


class Account(_Actor, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An ``[[account]]`` table; its place in the file is its index in records."""

    name: _Name
    average_daily_ppm: _Number = 1_000_000


class Strategy(_Actor, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ``[[strategy]]`` table; `account` is the name of the one it trades for."""

    name: _Name
    account: _Name
    average_daily_ppm: _Number = 1_000_000
    algorithm_id: _Number
    trader_id: _Number
    duplicate_window_ns: _Number
    repeat_orders: _Number
    repeat_executions: _Number
    repeat_window_ns: _Number


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The ``[instrument]`` table: what holds for every instrument without an ``[[override]]``."""

    tradable: bool
    market_orders: bool = False
    collar_ppm: _Number
    auction_collar_ppm: _Number
    blow_through_ppm: _Number
    order_size: _Number
    order_value_e6: _Number
    position_size: _Number
    open_orders: _Number
    average_daily_ppm: _Number
    average_daily_size: _Number
    tick_e9: _Number = 10_000_000
    tick_below_one_e9: _Number = 100_000
    lot_size: _Number = 1
    band_low_e9: _Number = 0
    band_high_e9: _Number = NO_BAND
    reference_price_e9: _Number = 0
    orders_per_second: _Number
    locate_size: _Number = 0
    touch_age_ns: _Number


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An ``[[override]]`` table: what differs for one instrument, by the venue's symbol."""

    symbol: _Symbol
    tradable: bool | None = None
    market_orders: bool | None = None
    collar_ppm: _Number | None = None
    auction_collar_ppm: _Number | None = None
    blow_through_ppm: _Number | None = None
    order_size: _Number | None = None
    order_value_e6: _Number | None = None
    position_size: _Number | None = None
    open_orders: _Number | None = None
    average_daily_ppm: _Number | None = None
    average_daily_size: _Number | None = None
    tick_e9: _Number | None = None
    tick_below_one_e9: _Number | None = None
    lot_size: _Number | None = None
    band_low_e9: _Number | None = None
    band_high_e9: _Number | None = None
    reference_price_e9: _Number | None = None
    orders_per_second: _Number | None = None
    locate_size: _Number | None = None
    touch_age_ns: _Number | None = None


class LimitsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole file of limits."""

    firm: Firm
    account: Annotated[list[Account], msgspec.Meta(min_length=1)]
    strategy: Annotated[list[Strategy], msgspec.Meta(min_length=1)]
    instrument: Instrument
    override: list[Override] = []


class _Place(NamedTuple):
    """Where a limit is set: a scope, the index of its account or strategy, or an instrument."""

    scope: Scope
    scope_id: int = 0
    instrument: int = INSTRUMENT_ALL


def load_limits(path: str | Path) -> LimitsFile:
    """Read a file of limits.

    Raises:
        ConfigError: A key is unknown or missing, or a value out of its range; the message says
            file, key, problem and what to do.
    """
    limits = load_toml(path, LimitsFile, PAGE)
    file = str(path)
    _check_names(file, limits)
    for key, _, values in _tables(limits, {o.symbol: k for k, o in enumerate(limits.override)}):
        for name, value in values.items():
            try:
                _check_range(limit_table()[name], value)
            except UsageError as error:
                raise ConfigError(file, f"{key}.{name}", str(error), f"see {PAGE}") from error
    return limits


def limit_controls(
    limits: LimitsFile, instruments: Mapping[str, int] | None = None
) -> npt.NDArray[np.void]:
    """Return the controls that give a gate all limits of a file.

    Args:
        limits: As `load_limits` returns it.
        instruments: Instrument by symbol, for the file's overrides.

    Returns:
        dtype ``hft.control_event``, shape (n,), in the order in which the gate must take them, with
        sequence numbers from 1, times 0, and ``limits file`` as their reason.

    Raises:
        UsageError: An override names a symbol that is not in `instruments`.
    """
    return RiskLimits(limits, instruments).controls()


class RiskLimits:
    """The limits of a running gate, to change them: tighter at once, looser with a reason.

    Args:
        limits: What the gate was started with.
        instruments: Instrument by symbol, for the file's overrides.

    Raises:
        UsageError: An override names a symbol that is not in `instruments`.
    """

    def __init__(self, limits: LimitsFile, instruments: Mapping[str, int] | None = None) -> None:
        self._values: dict[tuple[_Place, str], int] = {}
        self._count = 0
        rows: list[npt.NDArray[np.void]] = []
        for _, place, values in _tables(limits, instruments or {}):
            for name, value in values.items():
                rows.append(
                    self.change(
                        place.scope,
                        name,
                        value,
                        scope_id=place.scope_id,
                        instrument=place.instrument,
                        reason=REASON_OF_FILE,
                    )
                )
        self._first = np.concatenate(rows)

    def controls(self) -> npt.NDArray[np.void]:
        """Return the controls of the start, as `limit_controls` does."""
        return self._first.copy()

    def value(
        self, scope: Scope, name: str, *, scope_id: int = 0, instrument: int = INSTRUMENT_ALL
    ) -> int | None:
        """Return a limit as it is now; of an instrument without its own, what holds for all."""
        own = self._values.get((_Place(scope, scope_id, instrument), name))
        if own is None and scope == Scope.instrument:
            return self._values.get((_Place(scope), name))
        return own

    def change(
        self,
        scope: Scope,
        name: str,
        value: int,
        *,
        scope_id: int = 0,
        instrument: int = INSTRUMENT_ALL,
        reason: str = "",
    ) -> npt.NDArray[np.void]:
        """Return the control that changes one limit, to be put into the engine's sequence.

        Args:
            scope: Whom it is about.
            name: Of the limit, as in docs/risk.md.
            value: In the limit's unit.
            scope_id: Index of the account or strategy.
            instrument: In scope instrument; ``INSTRUMENT_ALL``: every one, overrides too.
            reason: Why, at most 12 ASCII characters; needed where the change loosens.

        Returns:
            dtype ``hft.control_event``, shape (1,); its time is 0, which the engine sets.

        Raises:
            UsageError: The limit is unknown, not of that scope, or out of range; or the change
                loosens and has no reason; or the reason does not fit.
        """
        limit = limit_table().get(name)
        if limit is None:
            raise UsageError(f"limit {name!r}: unknown; known: {', '.join(sorted(limit_table()))}")
        if scope not in limit.scopes:
            known = ", ".join(sorted(s.name for s in limit.scopes))
            raise UsageError(f"limit {name}: {scope.name} has no such limit; use {known}")
        _check_range(limit, value)
        place = _Place(scope, scope_id, instrument)
        _check_reason(limit, self._old_values(place, name), value, reason)
        if instrument == INSTRUMENT_ALL and scope == Scope.instrument:
            self._values = {
                key: held
                for key, held in self._values.items()
                if key[0].scope != scope or key[1] != name
            }
        self._values[place, name] = value
        self._count += 1
        return _control(place, limit, value, reason, self._count)

    def _old_values(self, place: _Place, name: str) -> list[int | None]:
        """Every value that a change at `place` replaces."""
        now = self.value(place.scope, name, scope_id=place.scope_id, instrument=place.instrument)
        if place.scope != Scope.instrument or place.instrument != INSTRUMENT_ALL:
            return [now]
        return [
            now,
            *(v for (p, n), v in self._values.items() if p.scope == place.scope and n == name),
        ]


def _control(
    place: _Place, limit: Limit, value: int, reason: str, number: int
) -> npt.NDArray[np.void]:
    out = np.zeros(1, dtype=control_event)
    out["kind"], out["action"] = Kind.control, ControlAction.limit
    out["scope"], out["scope_id"], out["instrument"] = place
    out["limit"], out["value"] = limit.number, value
    out["sequence_number"] = number
    out["reason"] = reason.ljust(REASON_BYTES).encode("ascii")
    return out


def _check_range(limit: Limit, value: int) -> None:
    if not limit.least <= value <= limit.most:
        raise UsageError(f"limit {limit.name}: {value} is not in {limit.least} to {limit.most}")


def _check_reason(limit: Limit, old: list[int | None], value: int, reason: str) -> None:
    if not reason.isascii() or len(reason) > REASON_BYTES:
        raise UsageError(f"reason {reason!r}: use at most {REASON_BYTES} ASCII characters")
    if not reason.strip() and any(limit.loosens(one, value) for one in old):
        raise UsageError(f"limit {limit.name}: {value} is looser than before; say a reason")


def _check_names(file: str, limits: LimitsFile) -> None:
    for key, names in (
        ("account", [a.name for a in limits.account]),
        ("strategy", [s.name for s in limits.strategy]),
        ("override", [o.symbol for o in limits.override]),
    ):
        for k, name in enumerate(names):
            if name in names[:k]:
                raise ConfigError(file, f"{key}[{k}]", f"{name!r} comes twice", "name it otherwise")
    accounts = [a.name for a in limits.account]
    for k, strategy in enumerate(limits.strategy):
        if strategy.account not in accounts:
            raise ConfigError(
                file,
                f"strategy[{k}].account",
                f"{strategy.account!r} is no account",
                f"known: {accounts}",
            )
    actors: list[tuple[str, _Actor]] = [("firm", limits.firm)]
    actors += [(f"account[{k}]", a) for k, a in enumerate(limits.account)]
    actors += [(f"strategy[{k}]", s) for k, s in enumerate(limits.strategy)]
    for key, actor in actors:
        _check_words(file, f"{key}.venues", actor.venues, [v.name for v in Venue if v])
        _check_words(file, f"{key}.order_kinds", actor.order_kinds, list(ORDER_KINDS))


def _check_words(file: str, key: str, words: list[str], known: list[str]) -> None:
    for word in words:
        if word not in known:
            raise ConfigError(file, key, f"{word!r} is unknown", f"known: {known}")


def _tables(
    limits: LimitsFile, instruments: Mapping[str, int]
) -> Iterator[tuple[str, _Place, dict[str, int]]]:
    """Every table of the file: its key, whom it is about, its limits as numbers."""
    accounts = [account.name for account in limits.account]
    yield "firm", _Place(Scope.firm), _values(limits.firm)
    for k, account in enumerate(limits.account):
        yield f"account[{k}]", _Place(Scope.account, k), _values(account)
    for k, strategy in enumerate(limits.strategy):
        values = _values(strategy)
        values["permitted_account"] = accounts.index(strategy.account)
        yield f"strategy[{k}]", _Place(Scope.strategy, k), values
    yield "instrument", _Place(Scope.instrument), _values(limits.instrument)
    for k, override in enumerate(limits.override):
        if override.symbol not in instruments:
            raise UsageError(f"override[{k}]: {override.symbol} is no instrument of the session")
        place = _Place(Scope.instrument, 0, instruments[override.symbol])
        yield f"override[{k}]", place, _values(override)


def _values(table: msgspec.Struct) -> dict[str, int]:
    """A table's limits as the gate has them; names and what is not given left out."""
    out = {}
    for name, value in msgspec.structs.asdict(table).items():
        if value is not None and name not in ("name", "account", "symbol"):
            out[name] = _number(name, value)
    return out


def _number(name: str, value: Any) -> int:
    if name == "venues":
        return sum(1 << int(Venue[venue]) for venue in set(value))
    if name == "order_kinds":
        return sum(1 << ORDER_KINDS[kind] for kind in set(value))
    if name == "market_categories":
        letters = {ord(c) - ord("A") if "A" <= c <= "Z" else 26 for c in value}
        return sum(1 << letter for letter in letters)
    return int(value)
