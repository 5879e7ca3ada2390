"""Features: numbers computed from touches and records, whole numbers in a stated unit.

They are computed by the engine's own code (``cpp/hft/feature``), so what research finds is what a
strategy sees. One value comes back for each touch, computed from that touch and from those of its
instrument before it; instruments may come mixed. A value that does not exist is ``hft.PRICE_NULL``.
docs/features.md has the formulas and where they come from.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hft import _native

Touches = npt.NDArray[np.void]
Values = npt.NDArray[np.int64]


class TradeFlow(NamedTuple):
    """Three arrays of shape (touches,), dtype int64."""

    flow: Values
    """Shares bought by takers less shares sold by them."""
    size: Values
    """Shares traded, those of unknown side included."""
    trades_per_second_e6: Values
    """Trades a second, in 1e-6."""


def mid_price(touches: Touches) -> Values:
    """Return (bid + ask) / 2.

    Args:
        touches: Shape (n,), dtype ``hft.touch``.

    Returns:
        Shape (n,), in 1e-9 of the quote currency; ``PRICE_NULL`` where a side is missing.

    Raises:
        TypeError: The dtype is no record dtype.
        ValueError: An element is no touch, or the array is not contiguous.
    """
    return _native.feature_mid_price(touches)


def spread(touches: Touches) -> Values:
    """Return ask - bid; arguments, unit, nulls and errors as of `mid_price`."""
    return _native.feature_spread(touches)


def microprice(touches: Touches) -> Values:
    """Return the mid weighted by the size of the other side.

    Arguments, unit, nulls and errors as of `mid_price`.

    Examples:
        >>> import hft
        >>> touch = np.zeros(1, dtype=hft.touch)
        >>> touch["kind"], touch["bid_size"], touch["ask_size"] = hft.Kind.touch, 300, 100
        >>> touch["bid_price_e9"], touch["ask_price_e9"] = 10_000_000_000, 10_040_000_000
        >>> microprice(touch)
        array([10030000000])
    """
    return _native.feature_microprice(touches)


def touch_imbalance(touches: Touches) -> Values:
    """Return (bid size - ask size) / (bid size + ask size) in 1e-9, from -1e9 to 1e9.

    Arguments, nulls and errors as of `mid_price`.
    """
    return _native.feature_touch_imbalance(touches)


def depth_imbalance(bid_sizes: npt.NDArray[np.uint32], ask_sizes: npt.NDArray[np.uint32]) -> Values:
    """Return (bids - asks) / (bids + asks) over levels, in 1e-9.

    Args:
        bid_sizes: Sizes of the bid levels, shape (n, levels), dtype uint32; 0 where there is none.
        ask_sizes: The same of the asks, shape (n, any).

    Returns:
        Shape (n,); ``PRICE_NULL`` where a side has no size at all.

    Raises:
        ValueError: An array has not two axes, or n differs.

    Examples:
        >>> depth_imbalance(np.array([[300, 100]], np.uint32), np.array([[50, 50]], np.uint32))
        array([600000000])
    """
    return _native.feature_depth_imbalance(bid_sizes, ask_sizes)


def order_flow(touches: Touches) -> Values:
    """Return what each change of the touch adds to demand less supply, in shares.

    Summed over an interval it is the order-flow imbalance of Cont, Kukanov and Stoikov.

    Args:
        touches: Shape (n,), dtype ``hft.touch``, in sequence.

    Returns:
        Shape (n,); ``PRICE_NULL`` at an instrument's first touch, at suspect ones, and at the first
        behind a suspect one.

    Raises:
        TypeError: The dtype is no record dtype.
        ValueError: An element is no touch, or the array is not contiguous.
    """
    return _native.feature_order_flow(touches)


def order_flow_imbalance(touches: Touches, half_life_ns: int) -> Values:
    """Return the order flow added up, with weights that halve in ``half_life_ns`` of record time.

    Arguments and errors as of `order_flow`; shares, shape (n,), never null.
    """
    return _native.feature_order_flow_imbalance(touches, half_life_ns)


def trade_flow(records: npt.NDArray[np.void], touches: Touches, half_life_ns: int) -> TradeFlow:
    """Return what was traded, with weights that halve in ``half_life_ns`` of record time.

    Args:
        records: Orders and trades of one feed in sequence, shape (m,), any record dtype.
        touches: The touches that they made, shape (n,), dtype ``hft.touch``: they tell which side
            an execution took.
        half_life_ns: Nanoseconds; rounded down to a multiple of 1024.

    Returns:
        Values at the time of each touch, the records of its own message included.

    Raises:
        TypeError: A dtype is no record dtype.
        ValueError: Records of several feeds, or an element of ``touches`` is no touch.
    """
    return TradeFlow(*_native.feature_trade_flow(records, touches, half_life_ns))


def variance(touches: Touches, half_life_ns: int) -> Values:
    """Return the squared returns of the mid added up, with weights that halve in ``half_life_ns``.

    Arguments and errors as of `order_flow`; in 1e-18, shape (n,), never null.
    """
    return _native.feature_variance(touches, half_life_ns)


def volatility(touches: Touches, half_life_ns: int) -> Values:
    """Return the relative standard deviation of the mid over one second, in 1e-9.

    Arguments and errors as of `order_flow`; shape (n,), never null. 100_000 is 0.01 % in a second.
    """
    return _native.feature_volatility(touches, half_life_ns)
