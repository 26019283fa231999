"""What guards are asked about."""

from dataclasses import dataclass

from topology.fleet.state import State
from topology.graph.graph import Graph
from topology.planning.effects import Shift
from topology.planning.plan import Effect, Impact, Severity
from topology.planning.selection.choice import Choice, Intent
from topology.region.region import Region


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One intent at one state, with everything that was worked out about it."""

    state: State
    intent: Intent
    choice: Choice
    named: frozenset[int]
    shift: Shift
    effects: tuple[Effect, ...]
    impacts: tuple[Impact, ...]
    graph: Graph

    @property
    def region(self) -> Region:
        """The region as described."""
        return self.state.region

    @property
    def removes(self) -> bool:
        """Whether servers leave; else they come back."""
        return self.intent.action == "remove"

    @property
    def weight(self) -> Severity:
        """How much a guard of departures weighs: what gives capacity back is not refused by it."""
        return Severity.BLOCK if self.removes else Severity.CAUTION
