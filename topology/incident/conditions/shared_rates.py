"""What restarts that are under way together leave each other of a rate that they share, such as that of one boot service."""

from collections.abc import Mapping

from topology.incident.conditions.values import SharedRate


class SharedRates:
    """Shares; *approved* are the changes that were approved so far, which may lift a limit."""

    def __init__(self, rates: tuple[SharedRate, ...] = (), approved: set[str] | None = None) -> None:
        self._rates = rates
        self._approved = approved if approved is not None else set()

    def of(self, name: str, own: int, phases: Mapping[str, str]) -> int:
        """Give how many servers a minute of a subsystem rejoin: *own*, or its part of what is shared with others."""
        for rate in self._rates:
            if name in rate.subsystems:
                lifted = rate.lifted_by and rate.lifted_by in self._approved
                whole = rate.lifted_per_minute if lifted else rate.servers_per_minute
                others = sum(phases.get(one) == "rejoining" for one in rate.subsystems if one != name)
                own = min(own, max(1, whole // (others + 1)))
        return own
