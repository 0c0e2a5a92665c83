"""Sets of places in a table, as numbers with a bit for each: to join two of them, or to count one, takes some
millionths of a second."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Collection, Iterable, Iterator
from itertools import compress
from typing import TypeAlias

Places: TypeAlias = int
"""A set of places: the bit of each is set."""

# From which share on a set is quicker made with a byte for each place, and gone through byte by byte.
_SHARE_OF_LANES, _SHARE_OF_BYTES = 1 / 32, 1 / 16
_LANES = bytes.maketrans(b"01", b"\0\1")
_BITS = [tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]


def places_of(places: Collection[int], size: int) -> Places:
    """A set of them, which are all below `size`."""
    if len(places) > size * _SHARE_OF_LANES:
        lanes = bytearray(size)
        for at in places:
            lanes[at] = 1
        return of_lanes(lanes)
    bits = bytearray(size // 8 + 1)
    for at in places:
        bits[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(bits, "little")


def lanes_of(places: Places, size: int) -> bytes:
    """A byte for each place below `size`, 1 where it is in the set."""
    return f"{places:0{size}b}"[::-1].encode("ascii").translate(_LANES)


def each_of(places: Places) -> Iterator[int]:
    """The places of a set, from the first on. The first of them come at once: a screen shows few."""
    size = places.bit_length()
    if places.bit_count() > size * _SHARE_OF_BYTES:
        found = places.to_bytes(size // 8 + 1, "little")
        for number in compress(range(len(found)), found):
            start = 8 * number
            for bit in _BITS[found[number]]:
                yield start + bit
        return
    words = array("Q", places.to_bytes(8 * (size // 64 + 1), "little"))
    if sys.byteorder == "big":
        words.byteswap()
    for number in compress(range(len(words)), words):
        word, before = words[number], 64 * number - 1
        while word:
            lowest = word & -word
            yield before + lowest.bit_length()
            word ^= lowest


def of_lanes(lanes: bytes | bytearray) -> Places:
    """The set of which `lanes_of` makes these.

    Taken are the bytes of one bit at a time: that is quicker than to read a text of digits.
    """
    return sum(int.from_bytes(lanes[bit::8], "little") << bit for bit in range(8))


def united(several: Iterable[Places]) -> Places:
    """What is in any of them."""
    found = 0
    for places in several:
        found |= places
    return found
