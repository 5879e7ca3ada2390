"""Messages of ITCH 5.0 for hypothesis: every type, every field over its whole range."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.reference import itch50

TAGS = sorted(itch50.MESSAGES)
NS_PER_DAY = 86_400 * 10**9


def _values(field: itch50.Field) -> st.SearchStrategy[Any]:
    if field.name == "timestamp":
        return st.integers(0, NS_PER_DAY - 1)
    if field.name == "buy_sell_indicator":
        return st.sampled_from((b"B", b"S"))
    if field.name == "printable":
        return st.sampled_from((b"Y", b"N"))
    if field.kind == "alpha":
        return st.text("ABQNY1 .", min_size=0, max_size=field.length).map(str.encode)
    return st.integers(0, 256**field.length - 1)


def message_of(tag: bytes) -> st.SearchStrategy[bytes]:
    """Valid messages of one type."""
    own = {f.name: _values(f) for f in itch50.MESSAGES[tag].fields if f.kind != "tag"}
    return st.fixed_dictionaries(own).map(lambda values: itch50.encode(tag, **values))


def messages() -> st.SearchStrategy[bytes]:
    """Valid messages of any type."""
    return st.sampled_from(TAGS).flatmap(message_of)


def damaged() -> st.SearchStrategy[bytes]:
    """Cut or too long, of an unknown type, with a letter out of its set, or any bytes at all.

    Not all of it is refused: an unknown printable flag is as good as printable.
    """
    letters = st.binary(min_size=1, max_size=1)
    return st.one_of(
        st.builds(lambda m, n: m[: max(1, n % len(m))], messages(), st.integers(0, 60)),
        st.builds(lambda m, more: m + more, messages(), st.binary(min_size=1, max_size=3)),
        st.builds(lambda letter: itch50.encode(b"A", buy_sell_indicator=letter), letters),
        st.builds(lambda letter: itch50.encode(b"C", printable=letter), letters),
        st.builds(lambda m: b"z" + m[1:], messages()),
        st.binary(min_size=1, max_size=60),
    )
