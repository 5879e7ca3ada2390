"""Instruments: the venue's symbols and the numbers that stand for them in records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hft.errors import HftError


class InstrumentTable(Mapping[str, int]):
    """Symbols to instruments of one feed; valid for one session date.

    Examples:
        >>> table = InstrumentTable([(8, "AAPL"), (9, "MSFT")])
        >>> table["AAPL"], table.symbol(9)
        (8, 'MSFT')
    """

    def __init__(self, instruments: Iterable[tuple[int, str]]) -> None:
        self._by_symbol = {symbol: instrument for instrument, symbol in instruments}
        self._by_instrument = {i: symbol for symbol, i in self._by_symbol.items()}

    def __getitem__(self, symbol: str) -> int:
        """Return the instrument of a symbol.

        Raises:
            UnknownSymbolError: The feed has not named it.
        """
        try:
            return self._by_symbol[symbol]
        except KeyError:
            raise UnknownSymbolError(symbol) from None

    def __iter__(self) -> Iterator[str]:
        """Iterate over the symbols."""
        return iter(self._by_symbol)

    def __len__(self) -> int:
        """Return how many instruments have a symbol."""
        return len(self._by_symbol)

    def symbol(self, instrument: int) -> str:
        """Return the symbol of an instrument; empty where the feed has not named it."""
        return self._by_instrument.get(instrument, "")


class UnknownSymbolError(HftError, KeyError):
    """No instrument has this symbol, or the feed has not named it yet."""

    def __init__(self, symbol: str) -> None:
        super().__init__(
            f"symbol {symbol!r}: the feed has not named it; check its spelling, or ask later"
        )

    def __str__(self) -> str:
        """Return the sentence; KeyError would quote it."""
        return str(self.args[0])
