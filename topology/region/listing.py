"""Servers in columns, in the order in which a description lists them; `topology.region.roster` puts them into theirs."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from topology.region.naming.packed_names import PackedNames, is_worth_packing, pack
from topology.region.region import NAME, shown
from topology.region.tables import Problems

MOST_SERVERS = 10_000_000
"""More servers than this in one description is taken for a slip."""
MOST_CELLS = 100_000
"""Every subsystem has a scope in each cell it stands in: a cell for each of millions of servers would fill the memory."""

Supports = tuple[tuple[str, int], ...]
"""Names of supported subsystems, each with its units."""
Rack = tuple[str, str, str]
"""Zone, cell, rack."""


class Listing:
    """Names, racks, supports, states and protection of servers; racks and supports are kept once and numbered."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.racks: list[Rack] = []
        self.supports: list[Supports] = []
        self._rack_numbers: dict[Rack, int] = {}
        self._supports_numbers: dict[Supports, int] = {}
        self._parts: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8], NDArray[np.bool_]]] = []
        self._single: list[tuple[int, int, int, bool]] = []
        self._packed: PackedNames | None = None
        self.is_unique = False
        """Whether no name is listed twice, where that is known already."""

    def __len__(self) -> int:
        return len(self.names)

    def rack_of(self, rack: Rack) -> int:
        """Give the number of a rack, a new one where it has none yet."""
        number = self._rack_numbers.setdefault(rack, len(self.racks))
        if number == len(self.racks):
            self.racks.append(rack)
        return number

    def supports_of(self, supports: Supports) -> int:
        """Give the number of what a server supports, a new one where it has none yet."""
        number = self._supports_numbers.setdefault(supports, len(self.supports))
        if number == len(self.supports):
            self.supports.append(supports)
        return number

    def add(self, name: str, rack: Rack, supports: Supports, state: int, protected: bool = False) -> None:
        """Add one server."""
        self.is_unique = False
        self.names.append(name)
        self._single.append((self.rack_of(rack), self.supports_of(supports), state, protected))

    def extend(
        self,
        names: Sequence[str],
        rack: NDArray[np.int32],
        supports: NDArray[np.int32],
        state: NDArray[np.uint8],
        protected: bool = False,
    ) -> None:
        """Add many servers, with the numbers of their racks and supports."""
        self._gather()
        self.is_unique = False
        self.names.extend(names)
        self._parts.append((rack, supports, state, np.full(len(names), protected)))

    def columns(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8], NDArray[np.bool_]]:
        """Give racks, supports, states and protection, one entry a server."""
        self._gather()
        empty = (np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.bool_))
        rack, supports, state, protected = zip(empty, *self._parts, strict=True)
        return np.concatenate(rack), np.concatenate(supports), np.concatenate(state), np.concatenate(protected)

    def first_twice(self) -> str | None:
        """Give a name that is listed twice, or None."""
        if is_worth_packing(len(self)):
            return self.packed().first_twice
        if len(set(self.names)) == len(self.names):
            return None
        seen: set[str] = set()
        return next(name for name in self.names if name in seen or seen.add(name))  # type: ignore[func-returns-value]

    def packed(self) -> PackedNames:
        """Give the names packed."""
        if self._packed is None or len(self._packed) != len(self.names):
            self._packed = pack(self.names)
        return self._packed

    def _gather(self) -> None:
        if self._single:
            rack, supports, state, protected = zip(*self._single, strict=True)
            self._parts.append(
                (
                    np.array(rack, np.int32),
                    np.array(supports, np.int32),
                    np.array(state, np.uint8),
                    np.array(protected, np.bool_),
                )
            )
            self._single = []


def supports_of(texts: Iterable[str], place: str, problems: Problems, source: str | None = None) -> Supports:
    """Read `index` (one unit) and `index:3` (three units)."""
    found: dict[str, int] = {}
    for text in texts:
        name, colon, units = text.partition(":")
        if not NAME.fullmatch(name) or (colon and not re.fullmatch(r"[1-9][0-9]{0,6}", units)):
            problems.add(place, f'holds {shown(text)}; write a subsystem, or subsystem:units as in "index:3"', source)
        elif name in found:
            problems.add(place, f"names {shown(name)} twice", source)
        else:
            found[name] = int(units) if colon else 1
    return tuple(found.items())


def known_supports(
    texts: list[str], place: str, index: dict[str, int], external: set[str], problems: Problems, source: str | None
) -> Supports | None:
    """Read supports, perhaps none, and check that each has servers here; None when one is wrong (noted)."""
    supports = supports_of(texts, place, problems, source)
    good = len(supports) == len(texts)
    for name, _ in supports:
        if name not in index or name in external:
            what = "an external, which has no servers here" if name in external else "not a subsystem here"
            problems.add(place, f"names {shown(name)}, which is {what}", source)
            good = False
    return supports if good else None
