"""One word per thing: the words docs/GLOSSARY.md replaces, looked for in names and in prose.

Only words that mean nothing else are listed. A name is split at underscores and capitals,
so a word is found in whatever style it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# scripts/tidy.py leaves this file and the glossary out: they must name the words.
INSTEAD_OF = {
    "seq": "sequence_number",
    "seqno": "sequence_number",
    "seqnum": "sequence_number",
    "qty": "size",
    "quantity": "size",
    "quantities": "sizes",
    "px": "price_e9",
    "sym": "symbol",
    "syms": "symbols",
    "ticker": "symbol",
    "tickers": "symbols",
    "dedup": "line arbitration",
    "deduplicate": "arbitrate",
    "deduplication": "line arbitration",
    "exch": "venue",
    "clordid": "client_order_id",
    "bbo": "touch",
    "tob": "touch",
}
FOREIGN = re.compile(r"(memory_order_)?seq_cst|(bid|ask)_px_\d\d")  # names of C++ and of DBN

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def banned_words(text: str) -> Iterator[tuple[int, str, str]]:
    """Words of other vocabularies.

    Yields:
        Line (from 1), the name it stands in, the word to use.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if "foreign name" in line:  # says that another project or a file's header chose it
            continue
        for word in WORD.findall(line):
            if FOREIGN.fullmatch(word):
                continue
            for part in PART.findall(word):
                better = INSTEAD_OF.get(part.lower())
                if better is not None:
                    yield number, word, better
