"""Where in a roster the server of a name stands."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from topology.region.naming.packed_names import DIGITS, PackedNames, split_name


class PackedPositions(Mapping[str, int]):
    """The place of each of some packed names, found in their order by key: four bytes a name, where a dictionary has 150."""

    def __init__(self, names: PackedNames) -> None:
        self._names = names

    def __getitem__(self, name: str) -> int:
        key = self._names.key_of(name)
        order = self._names.by_key
        place = self._names.key_place(key) if key >= 0 else len(order)
        if place == len(order) or self._names.keys.item(order.item(place)) != key:
            raise KeyError(name)
        return order.item(place)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def of_run(self, prefix: str, digits: int, numbers: range) -> NDArray[np.int32] | None:
        """Give the place of *prefix* with each of consecutive *numbers* in so many *digits*, -1 where there is none.

        None where such names are not of one kind, so that each has to be looked up.
        """
        if digits > DIGITS or split_name(prefix)[1]:
            return None
        found = np.full(len(numbers), -1, np.int32)
        key, keys, order = self._names.key_of(f"{prefix}{0:0{digits}}"), self._names.keys, self._names.by_key
        if key >= 0:
            there = order[self._names.key_place(key + numbers.start) : self._names.key_place(key + numbers.stop)]
            found[keys[there] - key - numbers.start] = there
        return found

    def __len__(self) -> int:
        return len(self._names)


def positions_of(names: Sequence[str]) -> Mapping[str, int]:
    """Give the place of each name; empty ones, of servers that went, have none."""
    if isinstance(names, PackedNames):
        return PackedPositions(names)
    return {name: number for number, name in enumerate(names) if name}
