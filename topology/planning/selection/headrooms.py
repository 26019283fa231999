"""What every plan at one moment rests on: the headroom of each scope, once what running executions will still take is gone.

Worked out once for a fleet as it is, however many plans are made of it.
"""

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import Remove
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.graph.graph import Graph
from topology.planning.selection.classes import Classes, classes_of
from topology.region.server_states import ServerState

Counts = NDArray[np.int64]


class Headrooms:
    """Units and headrooms at one moment, one entry a row of `Classes.scopes`; frozen, though the fleet goes on."""

    def __init__(self, state: State, classes: Classes) -> None:
        self.classes = classes
        self.scopes = classes.scopes
        self.serving: Counts = state.fleet.capacity[classes.rows]
        """Units in service."""
        still = state.pending[state.fleet.state[state.pending] == ServerState.IN_SERVICE]
        self.is_held = len(still) > 0
        """Whether running executions will still take anything."""
        self.held = self._held(state, still)
        """Units that running executions will still take."""
        self.left: Counts = self.serving - self.held
        """Units that stay when they have."""
        self.room: Counts = self.left - self.scopes.floor
        """How many of those are above the floor; means nothing where none is stated."""
        self.below: NDArray[np.bool_] = self.classes.stated & (self.room < 0)
        """Which scopes are below their floor, whatever a plan does."""
        self.whole_left: Counts = self.left[classes.whole]
        self.whole_floor: Counts = self.scopes.floor[classes.whole]
        self.whole_stated: NDArray[np.bool_] = classes.stated[classes.whole]
        self.down = self.down_without(np.zeros(len(classes.whole), np.int64))
        """The subsystems that are below their floor in the region as a whole, whatever a plan does."""
        self.impacts: dict[frozenset[int], tuple[Any, ...]] = {}
        """What becomes of those who need subsystems that are down, by those subsystems; filled by whoever works it out."""
        self.unjudged: dict[frozenset[str], tuple[Any, ...]] = {}
        """What no judgement covers of subsystems that lose something, by their names; filled by whoever works it out."""
        self.columns: object = None
        """The effects of the last plan, of which the next one takes over what is the same; set by whoever works them out."""
        self.staged: dict[Remove, Any] = {}
        """The stages in which a command goes by places; filled by whoever works them out."""
        self._known: tuple[Graph, frozenset[tuple[int, tuple[str, ...]]]] | None = None

    def _held(self, state: State, still: NDArray[np.int32]) -> Counts:
        if not self.is_held:
            return np.zeros(len(self.serving), np.int64)
        present, counts = np.unique(state.fleet.class_of[still], return_counts=True)
        return self.classes.spread(present.astype(np.int64), counts.astype(np.int64))

    def down_without(self, leaving: Counts) -> frozenset[int]:
        """Give the subsystems below their floor in the region as a whole once *leaving* of each (`Classes.whole`) has left.

        One without any capacity is down whatever its floor says.
        """
        left = self.whole_left - leaving
        short = (self.whole_stated & (left < self.whole_floor)) | (left <= 0)
        if not short.any():
            return frozenset()
        return frozenset(self.scopes.subsystem[self.classes.whole[short]].tolist())

    def impacted(self, graph: Graph) -> frozenset[tuple[int, tuple[str, ...]]]:
        """Give the nodes that are without a hard need, whatever a plan does, each with the operations that it lost."""
        if self._known is None or self._known[0] is not graph:
            self._known = graph, frozenset((reach.node, reach.operations) for reach in graph.impacted(self.down))
        return self._known[1]


class _Kept:
    """The headrooms of a fleet with some servers pending, and what they were worked out from."""

    __slots__ = ("found", "pending", "version")

    def __init__(self, state: State) -> None:
        self.version = state.fleet.version
        self.pending = state.pending.copy()
        self.found = Headrooms(state, classes_of(state.fleet))

    def is_of(self, state: State) -> bool:
        if self.version != state.fleet.version or len(self.pending) != len(state.pending):
            return False
        return len(self.pending) == 0 or np.array_equal(self.pending, state.pending)


MOST_KEPT = 4
"""Answers for one fleet: an execution judges its own servers apart from those that are pending otherwise."""
_KEPT: "WeakKeyDictionary[Fleet, list[_Kept]]" = WeakKeyDictionary()


def headrooms_of(state: State) -> Headrooms:
    """Give the headrooms of a state as it is now, worked out once until its fleet, or what is pending, changes."""
    known = _KEPT.get(state.fleet)
    for kept in known or ():
        if kept.is_of(state):
            return kept.found
    made = _Kept(state)
    before = [kept for kept in known or () if kept.version == made.version]
    _KEPT[state.fleet] = [made, *before[: MOST_KEPT - 1]]
    return made.found
