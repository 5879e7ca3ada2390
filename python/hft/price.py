"""Prices as numbers of the quote currency. The engine itself never uses floating-point prices."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import numpy.typing as npt

from hft._native import PRICE_NULL


def price_in_units(price_e9: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Convert record prices to the quote currency, for display and research only.

    Args:
        price_e9: Prices in 1e-9 of the quote currency, shape (...), as in ``order_event``.

    Returns:
        Prices in the quote currency, same shape; NaN where the record has no price.

    Raises:
        TypeError: ``price_e9`` is not int64. A float array here is nearly always a price converted
            twice.

    Examples:
        >>> price_in_units(np.array([1_234_500_000_000, PRICE_NULL]))
        array([1234.5,    nan])

    See Also:
        ``cpp/hft/record/record.hpp``, where the unit is defined.
    """
    if price_e9.dtype != np.int64:
        raise TypeError(f"price_e9: dtype is {price_e9.dtype}, must be int64")
    return np.where(price_e9 == PRICE_NULL, np.nan, price_e9 / 1e9)


def to_price_e9(price: Decimal | str | int) -> int:
    """Return a price as records have it, in 1e-9 of the quote currency.

    Args:
        price: In the quote currency, exact: no float is taken, for 10.1 is not 10.1 there.

    Raises:
        TypeError: ``price`` is a float.
        ValueError: It has more than nine decimals.

    Examples:
        >>> to_price_e9("10.05")
        10050000000
    """
    if isinstance(price, float):
        raise TypeError(f"to_price_e9: {price} is a float; give a Decimal, a str or an int")
    scaled = Decimal(price) * 10**9
    if scaled != int(scaled):
        raise ValueError(f"to_price_e9: {price} has more than nine decimals")
    return int(scaled)
