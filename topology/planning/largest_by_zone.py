"""The largest safe removal from one subsystem in each zone: what an operator may take where, before a command is typed."""

from topology.command.grammar.syntax import All, Place, Remove
from topology.fleet.state import State
from topology.planning.preview import Planner


def largest_by_zone(state: State, planner: Planner, subsystem: str) -> tuple[tuple[str, int], ...]:
    """Give each zone in which *subsystem* has servers in service, with the largest count that nothing blocks there."""
    found = []
    for zone in state.region.roster.zones:
        plan = planner.preview(state, Remove(All(), (subsystem,), (Place(zone),)))
        if plan.count:
            found.append((zone, plan.largest_safe.count if plan.largest_safe else 0))
    return tuple(found)
