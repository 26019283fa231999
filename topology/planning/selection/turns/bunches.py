"""Servers that take turns with others as one: of one profile in one zone, or in one cell where cells have floors of their own."""

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import CELL
from topology.planning.selection.classes import Classes, Term, runs
from topology.planning.selection.groups import Groups


class Bunch:
    """Servers with the same floors: what differs among them is cell, rack and name. They leave in order."""

    __slots__ = ("_left", "_place", "terms")

    def __init__(self, servers: list[int], place: int, terms: tuple[Term, ...]) -> None:
        self._left = servers[::-1]
        self._place = place
        self.terms = terms

    def pop(self) -> tuple[int, int]:
        """Take the first; gives its place, and the position of the next, below 0 where there is none."""
        self._left.pop()
        self._place += 1
        return self._place - 1, self._left[-1] if self._left else -1


class Bunches:
    """The bunches of some groups, by their first server; each is made when it is asked for."""

    def __init__(self, classes: Classes, groups: Groups) -> None:
        self._classes = classes
        sizes, first = np.diff(groups.begins), groups.servers[groups.begins[:-1]]
        wholes = groups.profiles * (int(groups.zones.max(initial=0)) + 1) + groups.zones
        apart = int(wholes.max(initial=0)) + 1 + np.arange(len(sizes))
        keys = np.where(_in_cells(classes, groups.classes), apart, wholes)
        order = np.lexsort((first, keys))
        if _overlap(groups, order, keys):
            keys, order = apart, np.argsort(first)
        self.places = runs(groups.begins[order], sizes[order])
        """The places in `Groups.servers`, bunch by bunch and in order inside each."""
        self._servers = groups.servers[self.places]
        begins = np.flatnonzero(np.diff(keys[order], prepend=-1))
        starts = np.concatenate(([0], np.cumsum(sizes[order])))
        by_first = np.argsort(first[order][begins])
        self._begins = starts[begins][by_first]
        self._ends = starts[np.append(begins, len(sizes))[1:]][by_first]
        self._whose = groups.classes[order][begins][by_first]
        self.firsts: list[int] = self._servers[self._begins].tolist()
        """The first server of each, in order."""
        _, one_each = np.unique(groups.profiles, return_index=True)
        found = [frozenset(self._classes.terms(number)[0]) for number in groups.classes[one_each].tolist()]
        self.common: frozenset[Term] = frozenset.intersection(*found) if found else frozenset()
        """The floors of the whole region that all of them have, each with the same units."""

    def make(self, number: int) -> Bunch:
        """Make the bunch with the *number*th first server."""
        begin, end = int(self._begins[number]), int(self._ends[number])
        wide, local = self._classes.terms(int(self._whose[number]))
        return Bunch(self._servers[begin:end].tolist(), begin, (*wide, *local))


def _in_cells(classes: Classes, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say for each class whether floors of its cell hold for it."""
    begin, end = classes.first_row[numbers], classes.first_row[numbers + 1]
    of_cells = (classes.stated & (classes.scopes.kind == CELL))[classes.flat_rows[runs(begin, end - begin)]]
    counted = np.concatenate(([0], np.cumsum(of_cells)))
    ends = np.cumsum(end - begin)
    found: NDArray[np.bool_] = counted[ends] > counted[ends - (end - begin)]
    return found


def _overlap(groups: Groups, order: NDArray[np.int64], keys: NDArray[np.int64]) -> bool:
    """Whether servers of a group stand among those of the next of the same bunch."""
    first, last = groups.servers[groups.begins[:-1]][order], groups.servers[groups.begins[1:] - 1][order]
    same = np.diff(keys[order]) == 0
    return bool((same & (last[:-1] > first[1:])).any())
