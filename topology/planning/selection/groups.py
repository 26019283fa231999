"""Servers that may leave, in groups of one class: what differs within one is rack and name alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Some servers by position, group by group, in order inside each; one entry a group in every column but *servers*."""

    servers: NDArray[np.int32]
    begins: NDArray[np.int64]
    """Where each group begins in *servers*; one entry more than there are groups."""
    classes: NDArray[np.int64]
    """Its class in the fleet."""
    numbers: NDArray[np.int64]
    """Its place among the classes of the whole selection."""
    profiles: NDArray[np.int64]
    zones: NDArray[np.int64]

    def some(self, chosen: NDArray[np.bool_]) -> "Groups":
        """Give only the groups that are *chosen*."""
        if chosen.all():
            return self
        return self._with(self.servers[np.repeat(chosen, self._sizes())], self._sizes()[chosen], np.flatnonzero(chosen))

    def without(self, gone: NDArray[np.bool_]) -> "Groups":
        """Give them without the servers that are *gone*, and without groups that have no more."""
        if not gone.any():
            return self
        sizes = self._sizes() - np.add.reduceat(gone, self.begins[:-1], dtype=np.int64)
        left = np.flatnonzero(sizes)
        return self._with(self.servers[~gone], sizes[left], left)

    def in_order(self) -> "Groups | None":
        """Give them by position, where all of each come before all of the next, zone by zone; None where they do not."""
        first, last = self.servers[self.begins[:-1]], self.servers[self.begins[1:] - 1]
        order = np.argsort(first)
        if (last[order[:-1]] >= first[order[1:]]).any():
            return None
        zones = self.zones[order]
        if np.count_nonzero(np.diff(zones)) + 1 != len(np.unique(zones)):
            return None
        if (np.diff(order) > 0).all():
            return self
        sizes = self._sizes()[order]
        ends = np.cumsum(sizes)
        places = np.repeat(self.begins[order] - (ends - sizes), sizes) + np.arange(len(self.servers))
        return self._with(self.servers[places], sizes, order)

    def _sizes(self) -> NDArray[np.int64]:
        return np.diff(self.begins)

    def _with(self, servers: NDArray[np.int32], sizes: NDArray[np.int64], kept: NDArray[np.int64]) -> "Groups":
        begins = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
        return Groups(servers, begins, self.classes[kept], self.numbers[kept], self.profiles[kept], self.zones[kept])
