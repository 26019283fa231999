"""Restarts of some servers only: they leave in waves, are checked together once the last has left, and rejoin.

The checks of a part take its share of those of the whole; its servers rejoin at the rate of the whole, or at a slower one.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from topology.fleet.fleet import Fleet
from topology.incident.branch.agenda import Agenda, Due
from topology.incident.course import CourseMaker
from topology.region.server_states import ServerState

REJOIN_EACH_S = 60.0
"""Restarting servers come back in steps of this length."""
PartPhase = Literal["leaving", "checking", "rejoining"]


@dataclass(slots=True)
class RestartPart:
    """Some *servers* of *subsystem* that are restarted by one act. *rate* is how many of them rejoin a minute.

    *check_s* is how long the check of one takes; *until* is when its phase ends, where that is known, and *ends* when the last
    has rejoined.
    """

    subsystem: str
    rate: int
    check_s: float
    servers: list[int] = field(default_factory=list)
    phase: PartPhase = "leaving"
    until: float | None = None
    ends: float | None = None

    @property
    def checks_s(self) -> float:
        """How long the checks of all its servers take together."""
        return self.check_s * len(self.servers)


class RestartParts:
    """Every part that is not back yet, by the act that restarts it. It changes no server itself: it says what changes."""

    def __init__(self, fleet: Fleet, agenda: Agenda, maker: CourseMaker) -> None:
        self._fleet = fleet
        self._agenda = agenda
        self._maker = maker
        self.of: dict[str, RestartPart] = {}

    def take(self, operation: str, part: RestartPart, servers: list[int]) -> None:
        """Let servers belong to a part, which is begun with the first of them."""
        self.of.setdefault(operation, part).servers.extend(servers)

    def close(self, operation: str, time: float) -> None:
        """No more servers join this part: its checks begin, once the last has drained."""
        part = self.of.get(operation)
        if part is None or part.phase != "leaving":
            return
        part.phase, part.until = "checking", time + part.checks_s
        part.ends = part.until + max(0, -(-len(part.servers) // part.rate) - 1) * REJOIN_EACH_S
        self._agenda.put(Due(part.until, "part", subsystem=operation))

    def rejoin(self, operation: str, time: float, held: set[int]) -> list[tuple[int, ServerState]]:
        """Let the next servers of a part in; those *held* by a subsystem that stopped meanwhile wait for its own restart."""
        part = self.of.get(operation)
        if part is None:
            return []
        part.phase = "rejoining"
        servers = np.asarray(part.servers, np.int64)
        states = self._fleet.state[servers]
        joining = servers[states == ServerState.JOINING].tolist()
        waiting = [server for server in self._agenda.left_alone(joining) if server not in held]
        some = waiting[: part.rate]
        drains = bool(np.any(states == ServerState.DRAINING))
        if len(some) == len(waiting) and not drains:
            del self.of[operation]
            self._maker.tell(time, f"{part.subsystem}: {len(part.servers):,} servers are restarted (model)", "event")
        else:
            part.until = time + REJOIN_EACH_S
            self._agenda.put(Due(part.until, "part", subsystem=operation))
        return [(server, ServerState.IN_SERVICE) for server in some]

    def forget(self, servers: list[int]) -> None:
        """Let servers belong to no part: they went back before anything was done to them."""
        gone = set(servers)
        for operation, part in list(self.of.items()):
            part.servers = [server for server in part.servers if server not in gone]
            if not part.servers:
                del self.of[operation]
