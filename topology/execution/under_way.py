"""Which servers of an execution are still draining, or joining, since when, and where they stand in the fleet."""

import numpy as np
from numpy.typing import NDArray

from topology.fleet.state import State
from topology.region.region import Roster

Places = NDArray[np.intp]
"""Servers by their place in the plan."""


class ServersUnderWay:
    """The servers that the act reached and that have not finished, as columns with one entry a server of the plan."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self.is_so = np.zeros(len(names), np.bool_)
        self.sent_at = np.full(len(names), np.nan)
        """When each was sent, the link's time, as far as it was."""

    def __len__(self) -> int:
        return int(np.count_nonzero(self.is_so))

    @property
    def names(self) -> tuple[str, ...]:
        """Give them, in the plan's order."""
        return self._some(self.is_so)

    @property
    def since(self) -> float:
        """When the first of them was sent."""
        return float(np.nan_to_num(self.sent_at[self.is_so]).min())

    def late(self, now: float, timeout: float) -> tuple[str, ...]:
        """Give those that were sent *timeout* seconds ago, or before."""
        return self._some(self.is_so & (now >= self.sent_at + timeout))

    def _some(self, which: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(self._names[place] for place in np.flatnonzero(which).tolist())


class FleetPositions:
    """Where the servers of a plan stand in the fleet, found anew only with another roster."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._known: tuple[Roster, NDArray[np.int32]] | None = None

    def of(self, state: State, places: Places) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
        """Give the positions of some, and their states; -1 for both where the region has one no more."""
        roster = state.region.roster
        if self._known is None or self._known[0] is not roster:
            at = state.fleet.position
            self._known = roster, np.array([at.get(name, -1) for name in self._names], np.int32)
        positions = self._known[1][places]
        return positions, np.where(positions >= 0, state.fleet.state[positions].astype(np.int16), np.int16(-1))
