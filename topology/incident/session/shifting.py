"""Moving what is asked of one subsystem to another: how much, of which places, and in which steps."""

import math
from dataclasses import dataclass

from topology.command.grammar.syntax import Place
from topology.incident.branch.branch import Branch
from topology.incident.orders.extent import Extent
from topology.incident.orders.orders import ShiftOrder
from topology.incident.session.tools import holds
from topology.planning.selection.choice import resolved

STEP_S = 60.0
STEPS = 10
"""Under a tool with pace all that is asked moves in so many steps, a minute each, unless a rate is named."""


@dataclass(frozen=True, slots=True)
class ShiftStep:
    """So many *units* that move *after_s* from now."""

    units: int
    after_s: float


def units_of(branch: Branch, name: str) -> int:
    """Give the units that a subsystem has in service."""
    return branch.moment().standing(name).in_service or 0


def moves_of(order: ShiftOrder, branch: Branch) -> list[ShiftStep]:
    """Give the steps of a move, the first of them now; places by which it goes follow one another.

    Raises:
        ValueError: nothing is known to be asked of the one, or the same is named twice.
    """
    name, extent = order.subsystem, order.extent
    everything = branch.kept.demand.get(name)
    if not everything or name == order.to:
        raise ValueError(f"what is asked of {name} is not known here, or goes there already; nothing was moved")
    if extent.by is not None:
        parts = [_share(everything, name, (Place(*place),), branch) for place in _places(extent, branch)]
        left = everything if extent.quantity is None else resolved(extent.quantity, sum(parts))
        parts = [part for part in _no_more_than(parts, left) if part]
    else:
        inside = _share(everything, name, extent.places, branch)
        asked = inside if extent.quantity is None else resolved(extent.quantity, inside)
        if not 0 < asked <= inside:
            raise ValueError(
                f"{inside:,} units are asked of {name} there, so {extent.quantity} of them cannot be moved"
            )
        parts = [asked]
    return _in_steps(parts, _rate(extent, branch, sum(parts)))


def shift(order: ShiftOrder, branch: Branch) -> str:
    """Let what is asked move; where floors hold it halts before a step for which there is no room."""
    moves, guarded = moves_of(order, branch), holds(branch.era, "floor")
    for move in moves:
        branch.by_itself.move(order.subsystem, order.to, move.units, branch.time + move.after_s, guarded=guarded)
    branch.advance(branch.time)
    moved = sum(move.units for move in moves)
    over = f", over {moves[-1].after_s / 60:,.0f} min" if len(moves) > 1 else ""
    return f"{moved:,} units that were asked of {order.subsystem} go to {order.to}{over}"


def _rate(extent: Extent, branch: Branch, units: int) -> int | None:
    """Give the units a minute; None for all of a part at once."""
    if extent.pace is not None:
        return extent.pace.per_minute
    return math.ceil(units / STEPS) if branch.era.paced else None


def _in_steps(parts: list[int], rate: int | None) -> list[ShiftStep]:
    found, at = [], 0.0
    for part in parts:
        left = part
        while left:
            some = left if rate is None else min(left, rate)
            found.append(ShiftStep(some, at))
            left, at = left - some, at + STEP_S
    return found


def _places(extent: Extent, branch: Branch) -> list[tuple[str, ...]]:
    depth = {"zone": 1, "cell": 2, "rack": 3}[extent.by or "zone"]
    wanted = [tuple(str(place).split("/")) for place in extent.places]
    racks = sorted(set(branch.incident.region.roster.racks))
    inside = [rack for rack in racks if not wanted or any(rack[: len(one)] == one for one in wanted)]
    return list(dict.fromkeys(rack[:depth] for rack in inside))


def _share(everything: int, name: str, places: tuple[Place, ...], branch: Branch) -> int:
    """Give what is asked in places: the share of the subsystem's servers that stand there."""
    if not places:
        return everything
    servers = branch.restarts.servers_of(name).tolist()
    wanted = [tuple(str(place).split("/")) for place in places]
    inside = sum(any(branch.fleet.place_of(server)[: len(one)] == one for one in wanted) for server in servers)
    return round(everything * inside / max(1, len(servers)))


def _no_more_than(parts: list[int], units: int) -> list[int]:
    found = []
    for part in parts:
        some = min(part, units)
        found.append(some)
        units -= some
    return found
