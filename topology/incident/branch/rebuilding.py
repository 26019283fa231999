"""How long until servers that were removed are back where they have to be rebuilt: one after the other, at a rate."""

from topology.fleet.fleet import Fleet
from topology.incident.model import Incident


class Rebuilding:
    """Keeps until when each subsystem rebuilds; one that the incident says nothing of is back as fast as servers join."""

    def __init__(self, incident: Incident, fleet: Fleet) -> None:
        self._fleet = fleet
        self._each_s: dict[int, float] = {}
        """By subsystem: seconds until the next of its servers is rebuilt."""
        self._until: dict[int, float] = {}
        for one in incident.rebuilds:
            number = incident.region.index[one.subsystem]
            count = sum(number in fleet.subsystems_of(server) for server in range(len(fleet.state)))
            self._each_s[number] = one.takes_s / max(1, count)

    def takes_s(self, server: int, now: float) -> float:
        """Give how long from now until a server is rebuilt, and let the next one wait for it."""
        longest = 0.0
        for number in self._fleet.subsystems_of(server):
            each = self._each_s.get(number)
            if each is not None:
                self._until[number] = max(now, self._until.get(number, now)) + each
                longest = max(longest, self._until[number] - now)
        return longest
