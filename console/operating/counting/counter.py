"""Counts, a slice at a time, what the plan of a command waits for: the window goes on between slices."""

from time import perf_counter, thread_time

from topology.command.grammar.syntax import Planned
from topology.fleet.state import State
from topology.planning.preview import Planner
from topology.planning.selection.choice import Counting

SLICE_S = 0.010
"""Processor time of one slice, about: more than half a frame, so that small regions need no second."""
STEPS = 200
"""Servers between two looks at the clock."""
SHOWN_EACH_S = 0.2
"""How long a figure stays on show before it is told how far it is by now."""
MOST_BEGINNINGS = 5
"""How often facts may make it begin anew before a plan is counted to its end at once: it must come some time."""


class Counter:
    """Counts for one command after the other."""

    def __init__(self) -> None:
        self._command: Planned | None = None
        self._known = 0
        self._beginnings = 0
        self._shown_at = 0.0

    def count_on(self, planner: Planner, state: State, command: Planned) -> Counting | None:
        """Count for a slice; gives how far it is, None where a plan waits for nothing."""
        if command != self._command:
            self._command, self._known, self._beginnings = command, 0, 0
        found = planner.count_on(state, command, STEPS)
        ends = thread_time() + SLICE_S  # not of what comes before the first server, which is not in pieces
        if found is not None and found.known < self._known:
            self._beginnings += 1
        while found is not None and (thread_time() < ends or self._is_too_late(found)):
            found = planner.count_on(state, command, STEPS)
        self._known = found.known if found is not None else 0
        if found is None or found.is_enough:
            self._beginnings = 0
        return found

    def show(self) -> None:
        """Take in that how far it is was shown."""
        self._shown_at = perf_counter()

    @property
    def is_due(self) -> bool:
        """Whether it should be told again how far it is."""
        return perf_counter() >= self._shown_at + SHOWN_EACH_S

    def _is_too_late(self, found: Counting) -> bool:
        return self._beginnings >= MOST_BEGINNINGS and not found.is_enough
