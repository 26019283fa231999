"""Which servers leave while every floor is kept, where all of them have one profile: in columns, for all steps at once.

How many may leave a scope before its headroom is no more than some share of its floor does not depend on which they are. So
the shares at which one more leaves each zone are known beforehand, and with them whose turn it is; then the same for the
cells of each zone.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import CELL, REGION, ZONE
from topology.planning.selection.classes import Classes
from topology.planning.selection.groups import Groups
from topology.planning.selection.merging import Values, merged


class OneProfile:
    """The order in which the servers of *groups*, which stand `Groups.in_order`, leave, as far as somebody asked."""

    def __init__(self, classes: Classes, groups: Groups, room: NDArray[np.int64]) -> None:
        self._classes, self._room = classes, room
        self._shares = _Shares(classes, room)
        self._groups = groups
        self._order = np.zeros(0, np.int64)
        self.ended = False
        """Whether no more than what was given may leave."""

    def first(self, count: int) -> NDArray[np.int64]:
        """Give the first *count* to leave, as places in `Groups.servers`; fewer where no more may."""
        if count > len(self._order) and not self.ended:
            # Twice as many as last time at the least: what is asked for one by one must not be worked out each time.
            total = len(self._groups.servers)
            wanted = min(max(count, 2 * len(self._order)), total)
            self._order = self._worked_out(wanted)
            self.ended = len(self._order) < wanted or wanted == total
        return self._order[:count]

    def _worked_out(self, steps: int) -> NDArray[np.int64]:
        groups = self._groups
        if len(groups.classes) == 1:
            return np.arange(min(steps, self._fitting(groups.classes.item(0), steps)))
        bounds = [0, *(np.flatnonzero(np.diff(groups.zones)) + 1).tolist(), len(groups.zones)]
        zones = [_Zone(self._shares, groups, low, high, steps) for low, high in pairwise(bounds)]
        begins = np.concatenate(([0], np.cumsum([len(zone.values) for zone in zones])))
        whole = self._shares.left(groups.classes[:1], np.array([steps]), REGION)
        limit = whole[whole >= 0][: int(begins[-1])]
        turns = merged(np.concatenate([zone.values for zone in zones]), begins, limit)
        whose = np.searchsorted(begins, turns, side="right") - 1
        found = np.empty(len(turns), np.int64)
        for number, zone in enumerate(zones):
            at = np.flatnonzero(whose == number)
            found[at] = zone.places(limit[at])
        return found

    def _fitting(self, number: int, most: int) -> int:
        """Give how many servers of one class, which leave one behind the other, keep every floor; counts to *most*."""
        wide, local = self._classes.terms(number)
        rooms = [(self._room.item(row), units) for row, units, _ in (*wide, *local)]
        if any(room < 0 for room, _ in rooms):
            return 0
        return min((room // units for room, units in rooms if units), default=most)


class _Shares:
    """How much of its floor a scope has left above it, after so many servers of a class have left."""

    def __init__(self, classes: Classes, room: NDArray[np.int64]) -> None:
        self._classes = classes
        self._room = room

    def left(self, numbers: NDArray[np.int64], lengths: NDArray[np.integer[Any]], kind: int) -> Values:
        """Give, class by class, the smallest share in its scopes of this *kind* after the first, the second ... has left."""
        classes = self._classes
        count = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1.0
        found = np.full(len(count), np.inf)
        begin, end = classes.first_row[numbers], classes.first_row[numbers + 1]
        for step in range(int((end - begin).max(initial=0))):
            at = np.where(begin + step < end, begin + step, 0)
            rows = classes.flat_rows[at]
            has = (begin + step < end) & classes.stated[rows] & (classes.scopes.kind[rows] == kind)
            if has.any():
                room = np.where(has, self._room[rows], np.inf)
                gone = np.repeat(classes.flat_units[at].astype(np.float64), lengths) * count
                np.minimum(
                    found, (np.repeat(room, lengths) - gone) / np.repeat(classes.scale[rows], lengths), out=found
                )
        return found


class _Zone:
    """The groups of one zone: *values* are the shares at which one more leaves it, as far as none breaks a floor."""

    def __init__(self, shares: _Shares, groups: Groups, low: int, high: int, most: int) -> None:
        self._begins = groups.begins[low:high]
        self._sizes = np.minimum(np.diff(groups.begins[low : high + 1]), most)
        self._cells = shares.left(groups.classes[low:high], self._sizes, CELL)
        self._own = shares.left(groups.classes[low : low + 1], np.array([min(len(self._cells), most)]), ZONE)
        self._is_even = bool(np.isinf(self._cells).all())
        best = self._own if self._is_even else np.minimum(self._own, -np.sort(-self._cells)[: len(self._own)])
        self.values = best[best >= 0]

    def places(self, limit: Values) -> NDArray[np.int64]:
        """Give the places of the first to leave, one for each entry of *limit*: what a share counts for at most by then."""
        if self._is_even:
            return self._begins[:1] + np.arange(len(limit))
        begins = np.concatenate(([0], np.cumsum(self._sizes)))
        taken = merged(self._cells, begins, np.minimum(limit, self._own[: len(limit)]))
        whose = np.searchsorted(begins, taken, side="right") - 1
        places: NDArray[np.int64] = taken - begins[whose] + self._begins[whose]
        return places
