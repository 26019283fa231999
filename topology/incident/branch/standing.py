"""How the restarts of a branch stand, for whoever shows them: phase, what they wait for, when they end by the model."""

import math

from topology.fleet.account import RestartStanding
from topology.incident.branch.parts import REJOIN_EACH_S
from topology.incident.branch.restarts import Restarts


def restart_standings(restarts: Restarts) -> tuple[RestartStanding, ...]:
    """Give how every restart stands, of what stopped and of parts, in the order of their names."""
    found = [_standing(restarts, name) for name in restarts.phases]
    found += [
        RestartStanding(part.subsystem, part.phase, (), len(part.servers), part.until, part.ends)
        for part in restarts.parts.of.values()
    ]
    return tuple(sorted(found, key=lambda one: one.subsystem))


def _standing(restarts: Restarts, name: str) -> RestartStanding:
    phase, left = restarts.phases[name], len(restarts.held(name))
    steps = max(0, math.ceil(left / restarts.rate(name)) - 1) * REJOIN_EACH_S
    waits_for = tuple(restarts.missing(name)) if phase == "waiting" else ()
    until = restarts.until.get(name) if phase in ("checking", "rejoining") else None
    return RestartStanding(name, phase, waits_for, left, until, None if until is None else until + steps)
