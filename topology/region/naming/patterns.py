"""Which packed names a pattern such as `index-00*` means, found by their kinds and numbers without reading them one by one.

A kind of names is a beginning and so many digits after it: a pattern is followed through the beginning once, and through the
digits as ranges of numbers. What would be too many ranges, such as every name that ends in 7, is left to whoever reads names.
"""

from collections.abc import Iterator, Sequence
from fnmatch import translate
from functools import cache
from itertools import pairwise
from re import compile as compile_pattern

import numpy as np
from numpy.typing import NDArray

from topology.region.naming.packed_names import PackedNames

MOST_RANGES = 300
"""Ranges of numbers of one kind; a pattern with more is answered name by name."""
MOST_KINDS = 50_000
"""Kinds that are looked at; where names have more, most begin otherwise and there is nothing to save."""
_SHIFT = 32
_FIGURES = "0123456789"

Ranges = tuple[tuple[int, int], ...]
"""From and up to (not included), in order, none beside another."""


class _TooManyError(Exception):
    """A pattern means too many ranges."""


def places_like(names: PackedNames, patterns: Sequence[str]) -> NDArray[np.int32] | None:
    """Give the places of the names that have one of the *patterns*, in order; None where they are to be read one by one."""
    if len(names.kinds) > MOST_KINDS:
        return None
    try:
        keys = sorted(one for pattern in patterns for one in _keys_like(names, pattern))
    except _TooManyError:
        return None
    order = names.by_key
    parts = [order[names.key_place(low) : names.key_place(high)] for low, high in _joined(keys)]
    return np.sort(np.concatenate([np.zeros(0, np.int32), *parts]))


def _keys_like(names: PackedNames, pattern: str) -> Iterator[tuple[int, int]]:
    """Give the ranges of keys whose names have a pattern."""
    steps = _Steps(pattern)
    for kind, (stem, digits) in enumerate(zip(names.kinds.stems(), names.kinds.digits.tolist(), strict=True)):
        for low, high in steps.numbers(steps.through(stem), digits):
            yield (kind << _SHIFT) + low, (kind << _SHIFT) + high


class _Steps:
    """A pattern as the sets of its parts that may come next, each set one number: bit *n* is part *n*, the last bit the end."""

    def __init__(self, pattern: str) -> None:
        self._parts = tuple(_parts(pattern))
        self._end = 1 << len(self._parts)
        self._open = self._end >> 1 if self._parts and self._parts[-1] == "*" else 0
        """The part from which on everything fits."""
        self._begin = self._with_empty(1)
        self._after: dict[tuple[int, str], int] = {}
        self._numbers: dict[tuple[int, int], Ranges] = {}

    def through(self, text: str) -> int:
        """Give what may come after *text*; 0 where the pattern does not begin so."""
        at = self._begin
        for character in text:
            at = self._next(at, character)
            if not at:
                break
        return at

    def numbers(self, at: int, digits: int) -> Ranges:
        """Give the numbers of so many *digits* that end the pattern from *at* on.

        Raises:
            _TooManyError: there are too many ranges of them.
        """
        if not at:
            return ()
        if at & self._open:
            return ((0, 10**digits),)
        if digits == 0:
            return ((0, 1),) if at & self._end else ()
        known = self._numbers.get((at, digits))
        if known is None:
            known = self._numbers[at, digits] = self._worked_out(at, digits)
        return known

    def _worked_out(self, at: int, digits: int) -> Ranges:
        each = 10 ** (digits - 1)
        found = _joined(
            [
                (figure * each + low, figure * each + high)
                for figure in range(10)
                for low, high in self.numbers(self._next(at, _FIGURES[figure]), digits - 1)
            ]
        )
        if len(found) > MOST_RANGES:
            raise _TooManyError
        return found

    def _next(self, at: int, character: str) -> int:
        known = self._after.get((at, character))
        if known is None:
            known = self._after[at, character] = self._with_empty(self._moved(at, character))
        return known

    def _moved(self, at: int, character: str) -> int:
        found = 0
        for number, part in enumerate(self._parts):
            if at >> number & 1 and _fits(part, character):
                found |= 1 << number if part == "*" else 2 << number
        return found

    def _with_empty(self, at: int) -> int:
        """Add what comes after each `*`, which may also stand for nothing."""
        for number, part in enumerate(self._parts):
            if part == "*" and at >> number & 1:
                at |= 2 << number
        return at


@cache
def _fits(part: str, character: str) -> bool:
    return compile_pattern(translate(part)).match(character) is not None


def _parts(pattern: str) -> Iterator[str]:
    """Give the characters, wildcards and choices (`[a-c]`) of a pattern; a `[` that nothing closes is a character."""
    at = 0
    while at < len(pattern):
        end = at + 1
        if pattern[at] == "[":
            # What closes a choice is not its first character, nor the first behind its `!`.
            begin = at + 1 + (pattern[at + 1 : at + 2] == "!")
            closed = pattern.find("]", begin + 1)
            end = closed + 1 if closed >= 0 else end
        yield pattern[at:end]
        at = end


def _joined(ranges: Sequence[tuple[int, int]]) -> Ranges:
    """Make one of ranges that touch or overlap; they are in order of where they begin."""
    if all(one[1] < other[0] for one, other in pairwise(ranges)):
        return tuple(ranges)
    found: list[tuple[int, int]] = []
    for low, high in ranges:
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)
