"""The order of a roster's servers by place and name, whichever joined, moved or went since it was read."""

from bisect import bisect
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from topology.region.region import Roster


def in_order(roster: Roster) -> NDArray[np.int32]:
    """Give the positions of all servers by zone, cell, rack and name; an empty position stays where its server was."""
    positions = np.arange(len(roster), dtype=np.int32)
    if not roster.loose:
        return positions
    stay = np.ones(len(roster), np.bool_)
    stay[list(roster.loose)] = False
    base = positions[stay]
    racks = roster.rack[base]
    by_rack: dict[int, list[int]] = defaultdict(list)
    for at in roster.loose:
        by_rack[int(roster.rack[at])].append(at)
    places: list[int] = []
    moved: list[int] = []
    for rack, servers in sorted(by_rack.items()):
        low, high = np.searchsorted(racks, (rack, rack + 1)).tolist()
        there = [at for at in range(low, high) if roster.names[base[at]]]
        names = [roster.names[base[at]] for at in there]
        for at in sorted(servers, key=roster.names.__getitem__):
            before = bisect(names, roster.names[at])
            places.append(there[before] if before < len(there) else high)
            moved.append(at)
    return np.insert(base, places, moved).astype(np.int32)
