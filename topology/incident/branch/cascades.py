"""What follows by itself from how many servers a subsystem has: rules of an incident, which follow a trainee's acts as well."""

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import Fleet
from topology.incident.branch.agenda import Agenda, Due
from topology.incident.model import Cascade, Incident
from topology.region.server_states import ServerState


class Cascades:
    """Watches. Each rule follows once whenever what it watches has become so, and has stayed so for as long as it says."""

    def __init__(self, incident: Incident, fleet: Fleet, agenda: Agenda) -> None:
        self._cascades = {one.name: one for one in incident.cascades}
        self._servers = {one.name: _servers_of(fleet, one.subsystem) for one in incident.cascades}
        self._fleet = fleet
        self._agenda = agenda
        self._since: dict[str, float] = {}
        """By rule, since when it has been so."""

    def look(self, now: float) -> None:
        """See what has become so, and what is so no more."""
        for name, one in self._cascades.items():
            if not self._holds(one):
                self._since.pop(name, None)
            elif name not in self._since:
                self._since[name] = now
                self._agenda.put(Due(now + one.lasts_s, "cascade", subsystem=name, lost_s=now))

    def due(self, due: Due) -> Cascade | None:
        """Give the rule that follows now; None where it was not so all the while."""
        return self._cascades[due.subsystem] if self._since.get(due.subsystem) == due.lost_s else None

    def _holds(self, one: Cascade) -> bool:
        servers = self._servers[one.name]
        serving = int(np.count_nonzero(self._fleet.state[servers] == ServerState.IN_SERVICE))
        if one.above is not None:
            return serving > one.above
        return one.below is not None and serving < one.below.of_down(len(servers))


def _servers_of(fleet: Fleet, name: str) -> NDArray[np.int64]:
    roster, number = fleet.region.roster, fleet.region.index[name]
    has = np.array([any(part == number for part, _ in profile) for profile in roster.profiles], bool)
    return np.flatnonzero(has[roster.profile])
