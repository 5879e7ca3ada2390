"""Records and touches in the formats of others: Parquet and DBN.

Imported by the commands only, so that `import hft` stays light.
"""

from hft.export.partial_file import refuse_existing, write_text
from hft.export.sink import Sink, Symbols, UnknownSuffixError, What, is_native, open_sink

__all__ = [
    "Sink",
    "Symbols",
    "UnknownSuffixError",
    "What",
    "is_native",
    "open_sink",
    "refuse_existing",
    "write_text",
]
