"""Names of many servers in eight bytes each: what begins a name is kept once, its number as a number.

`billing-0007` is of the kind `billing-` with four digits, and its number is 7. Names of which each begins otherwise are kept as
well; they take their letters and 13 bytes.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

DIGITS = 9
"""Digits at the end of a name that are taken for its number; what is before them begins the name."""
WORTHWHILE = 100_000
"""Names from which packing them is worth that each is put together anew when it is read."""
_SHIFT, _LOW = 32, (1 << 32) - 1
_CHUNK = 8192
_PART = 50_000
"""Names that are packed at once: their columns stay near the processor."""
_FEW_KINDS = 50_000
"""Kinds whose forms are kept ready."""
_NUMBER = "0123456789"


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """How names begin and how many digits follow, each pair once, in the order of their texts and digits."""

    text: bytes
    """All beginnings, one after the other."""
    ends: NDArray[np.uint32]
    """Where in *text* each ends."""
    digits: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.digits)

    def stem(self, kind: int) -> str:
        """Give how names of a kind begin."""
        begins = self.ends.item(kind - 1) if kind else 0
        return self.text[begins : self.ends.item(kind)].decode("ascii")

    def stems(self) -> list[str]:
        """Give how names of every kind begin."""
        text, ends = self.text.decode("ascii"), self.ends.tolist()
        return [text[begins:end] for begins, end in zip((0, *ends), ends, strict=False)]


@dataclass(frozen=True, eq=False)
class PackedNames(Sequence[str]):
    """Names in some order: read them one by one, or many at once by `names_at`, which is quicker."""

    kinds: Kinds
    keys: NDArray[np.int64] = field(repr=False)
    """For each name its kind, and in the lower 32 bits its number."""

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        if isinstance(at, slice):
            return self.at(self.keys[at])
        key = self.keys.item(at)
        kind, number = key >> _SHIFT, key & _LOW
        return (self._forms[kind] if self._forms else self._form(kind)) % number

    def __iter__(self) -> Iterator[str]:
        for first in range(0, len(self.keys), _CHUNK):
            yield from self.at(self.keys[first : first + _CHUNK])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.key_of(name) in self.keys

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PackedNames) and self._is_packed_as(other):
            return True
        if isinstance(other, PackedNames | tuple | list):
            return len(self) == len(other) and all(map(str.__eq__, self, other))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment] # it would have to be that of an equal tuple

    def _is_packed_as(self, other: "PackedNames") -> bool:
        one, two = self.kinds, other.kinds
        same = one.text == two.text and np.array_equal(one.ends, two.ends) and np.array_equal(one.digits, two.digits)
        return same and np.array_equal(self.keys, other.keys)

    def at(self, keys: NDArray[np.int64]) -> tuple[str, ...]:
        """Give the names of some *keys*."""
        if len(keys) == 0:
            return ()
        kinds, which = np.unique(keys >> _SHIFT, return_inverse=True)
        forms = [self._form(kind) for kind in kinds.tolist()]
        columns = zip(which.tolist(), (keys & _LOW).tolist(), strict=True)
        return tuple([forms[kind] % number for kind, number in columns])

    def key_of(self, name: str) -> int:
        """Give the key of a name, or -1 where no name here is of its kind."""
        stem, number = split_name(name)
        kind = self._kind_of.get((stem, len(number)), -1)
        return kind << _SHIFT | int(number or "0") if kind >= 0 else -1

    def ordered(self, order: NDArray[np.integer]) -> "PackedNames":
        """Give the names in another *order*."""
        return PackedNames(self.kinds, self.keys[order])

    @cached_property
    def by_key(self) -> NDArray[np.int32]:
        """The places of all names, ordered by their keys."""
        return np.argsort(self.keys).astype(np.int32)

    def key_place(self, key: int) -> int:
        """Give how many keys are below this one. numpy would turn the order of all names into wider numbers each time."""
        return bisect_left(self.by_key, key, key=self.keys.item)

    @cached_property
    def first_twice(self) -> str | None:
        """A name that is there twice, or None."""
        ordered = self.keys[self.by_key]
        twice = np.flatnonzero(ordered[1:] == ordered[:-1])
        return self[int(self.by_key[twice[0]])] if len(twice) else None

    @cached_property
    def _forms(self) -> list[str]:
        return [self._form(kind) for kind in range(len(self.kinds))] if len(self.kinds) <= _FEW_KINDS else []

    @cached_property
    def _kind_of(self) -> dict[tuple[str, int], int]:
        pairs = zip(self.kinds.stems(), self.kinds.digits.tolist(), strict=True)
        return {pair: kind for kind, pair in enumerate(pairs)}

    def _form(self, kind: int) -> str:
        digits = self.kinds.digits.item(kind)
        return self.kinds.stem(kind) + (f"%0{digits}d" if digits else "%.0s")


def split_name(name: str) -> tuple[str, str]:
    """Give how a name begins, and the digits at its end, `DIGITS` at the most."""
    digits = min(len(name) - len(name.rstrip(_NUMBER)), DIGITS)
    return name[: len(name) - digits], name[len(name) - digits :]


def is_worth_packing(count: int) -> bool:
    """Say whether so many names are packed where a region is read."""
    return count >= WORTHWHILE


class _Numbered(dict[str, int]):
    """Texts, numbered as they come."""

    def __missing__(self, text: str) -> int:
        found = self[text] = len(self)
        return found


def pack(names: Sequence[str]) -> PackedNames:
    """Pack names, which hold no `%` and are ASCII, as those of servers are."""
    stems = _Numbered()
    parts = [_split(names[first : first + _PART], stems) for first in range(0, len(names), _PART)]
    empty = np.zeros(0, np.int64), np.zeros(0, np.uint8), np.zeros(0, np.int64)
    which, digits, numbers = (np.concatenate(column) for column in zip(empty, *parts, strict=True))
    return _of_parts(list(stems), which, digits, numbers)


def _split(names: Sequence[str], stems: _Numbered) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Give the number of the stem of each name, how many digits follow it, and the number they are."""
    data = np.frombuffer("\n".join(names).encode("ascii") + b"\n", np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    numbers, digits = np.zeros(len(names), np.int64), np.zeros(len(names), np.uint8)
    kept, going = np.ones(len(data), np.bool_), np.arange(len(names))
    for place in range(DIGITS):
        at = ends[going] - 1 - place
        figure = data[np.maximum(at, 0)] - np.uint8(ord("0"))  # what is no figure wraps round to more than nine
        goes_on = (figure <= 9) & (at >= 0)
        going, at = going[goes_on], at[goes_on]
        kept[at] = False
        numbers[going] += figure[goes_on].astype(np.int64) * 10**place
        digits[going] += 1
    found = data[kept].tobytes().decode("ascii").split("\n")[:-1]
    return np.fromiter(map(stems.__getitem__, found), np.int64, len(names)), digits, numbers


def is_sound(names: PackedNames) -> bool:
    """Say whether columns from elsewhere are those of names: no number leads out of what it numbers."""
    kinds, keys = names.kinds, names.keys
    fits = keys.dtype == np.int64 and kinds.ends.dtype == np.uint32 and kinds.digits.dtype == np.uint8
    fits = (
        fits and len(kinds.ends) == len(kinds.digits) and (int(kinds.ends[-1]) if len(kinds) else 0) == len(kinds.text)
    )
    fits = fits and bool((np.diff(kinds.ends.astype(np.int64)) >= 0).all()) and kinds.text.isascii()
    return fits and (len(keys) == 0 or 0 <= int(keys.min()) <= int(keys.max()) < len(kinds) << _SHIFT)


def names_at(names: Sequence[str], places: NDArray[np.integer]) -> tuple[str, ...]:
    """Give the names at some places."""
    if isinstance(names, PackedNames):
        return names.at(names.keys[places])
    return tuple(map(names.__getitem__, places.tolist()))


def _of_parts(
    stems: list[str], which: NDArray[np.int64], digits: NDArray[np.uint8], numbers: NDArray[np.int64]
) -> PackedNames:
    """Put names together that have *which* of the *stems*; each pair of a stem and its digits becomes a kind."""
    order = sorted(range(len(stems)), key=stems.__getitem__)
    rank = np.empty(len(stems), np.int64)
    rank[order] = np.arange(len(stems))
    pair = rank[which] * (DIGITS + 1) + digits
    there = np.flatnonzero(np.bincount(pair, minlength=1))
    kind = np.zeros(len(stems) * (DIGITS + 1) + 1, np.int64)
    kind[there] = np.arange(len(there))
    texts = [stems[order[one]] for one in (there // (DIGITS + 1)).tolist()]
    kinds = Kinds(
        "".join(texts).encode("ascii"),
        np.cumsum(_lengths(texts), dtype=np.uint32),
        (there % (DIGITS + 1)).astype(np.uint8),
    )
    return PackedNames(kinds, kind[pair] << _SHIFT | numbers)


def _lengths(texts: Iterable[str]) -> NDArray[np.int64]:
    return np.array([len(text) for text in texts], np.int64)
