"""The order of packed names as texts, without making the texts."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from topology.region.naming.packed_names import DIGITS, PackedNames, names_at
from topology.region.naming.positions import PackedPositions

_LOW = (1 << 32) - 1
_MANY = 8
"""Where there is a kind for every so many names, they are put in order as texts: there is nothing to save."""


def text_order(names: PackedNames) -> NDArray[np.int32]:
    """Give the places of *names*, ordered by their texts."""
    if len(names.kinds) * _MANY > len(names):
        texts = list(names)
        return np.array(sorted(range(len(texts)), key=texts.__getitem__), np.int32)
    stems, digits = names.kinds.stems(), names.kinds.digits.tolist()
    # A beginning that has digits after it stands where "0" after it would: behind the same with "-", before it with letters.
    spelled = [stem + "0" if width else stem for stem, width in zip(stems, digits, strict=True)]
    roots = sorted(set(spelled))
    rank = {text: number for number, text in enumerate(roots)}
    root = np.array([rank[text] for text in spelled], np.int64)[names.keys >> 32]
    width = names.kinds.digits[names.keys >> 32].astype(np.int64)
    filled = (names.keys & _LOW) * 10 ** (DIGITS - width)
    order = np.argsort((root << 34) | (filled << 4) | width).astype(np.int32)
    for low, high in _mixed(roots, {text for text, has in zip(stems, digits, strict=True) if has}):
        begins, ends = np.searchsorted(root[order], np.array([low, high])).tolist()
        some = names_at(names, order[begins:ends])
        order[begins:ends] = order[begins:ends][sorted(range(len(some)), key=some.__getitem__)]
    return order


def _mixed(roots: list[str], numbered: set[str]) -> Iterator[tuple[int, int]]:
    """Give the parts of *roots* in which names of one stand among those of another: `r1`, `r10` and `r1-a` with `r`."""
    found = set()
    for text in roots:
        stem = text[:-1] if text.endswith("0") else text
        found |= {stem[:at] for at in range(len(stem)) if stem[at].isdigit() and stem[:at] in numbered}
    ends = -1
    for low, high in sorted((bisect_left(roots, text + "0"), bisect_left(roots, text + ":")) for text in found):
        if low >= ends:  # what is mixed inside something mixed is in order with it
            yield low, high
            ends = high


class OrderedNames(Sequence[str]):
    """Names in the order of their texts, each put together when it is read."""

    def __init__(self, names: PackedNames) -> None:
        self._names = names

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        if isinstance(at, slice):
            return names_at(self._names, self._order[at])
        return self._names[self._order.item(at)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._positions

    @cached_property
    def _positions(self) -> PackedPositions:
        return PackedPositions(self._names)

    @cached_property
    def _order(self) -> NDArray[np.int32]:
        return text_order(self._names)


def in_text_order(names: Sequence[str]) -> Sequence[str]:
    """Give *names* in the order of their texts; empty ones, of servers that went, are left out."""
    return OrderedNames(names) if isinstance(names, PackedNames) else tuple(sorted(filter(None, names)))
