"""How fast servers may come back: what comes beyond that is put out again, and takes others with it."""

from dataclasses import replace

from topology.fleet.fleet import Fleet
from topology.incident.conditions.values import ReturnLimit
from topology.incident.course import CourseMaker
from topology.incident.model import Incident
from topology.region.server_states import ServerState

TOLD_EACH_S = 3 * 3600.0
"""What goes on being put out is told again only so often, in seconds."""
Changes = list[tuple[int, ServerState]]


class ReturnLimits:
    """Counts what comes back, for every limit of an incident."""

    def __init__(self, incident: Incident, fleet: Fleet, maker: CourseMaker, cells: int = 1) -> None:
        # Cells come back each by itself, so that together they bear as many times as much.
        self._limits = [replace(one, most=one.most * cells) for one in incident.return_limits]
        self._fleet = fleet
        self._maker = maker
        self._came: list[list[float]] = [[] for _ in self._limits]
        self._told: dict[int, float] = {}

    def held(self, changes: Changes, now: float) -> Changes:
        """Give the changes with those servers put out again that were too many."""
        for number, limit in enumerate(self._limits):
            mine = [server for server, to in changes if to is ServerState.IN_SERVICE and self._is_of(server, limit)]
            came = [time for time in self._came[number] if time > now - limit.within_s]
            excess = len(came) + len(mine) - limit.most
            out = set(mine[-min(len(mine), excess * limit.puts_out) :]) if excess > 0 and mine else set()
            self._came[number] = came + [now] * (len(mine) - len(out))
            if out:
                changes = [(server, ServerState(limit.to) if server in out else to) for server, to in changes]
                self._tell(number, limit, len(out), now)
        return changes

    def most_per_minute(self, subsystem: str) -> float | None:
        """Give how many servers a minute a subsystem bears; None where no limit is stated."""
        return next((one.most * 60 / one.within_s for one in self._limits if one.subsystem == subsystem), None)

    def _is_of(self, server: int, limit: ReturnLimit) -> bool:
        if self._fleet.state[server] == ServerState.IN_SERVICE:
            return False
        return self._fleet.region.index[limit.subsystem] in self._fleet.subsystems_of(server)

    def _tell(self, number: int, limit: ReturnLimit, count: int, now: float) -> None:
        if now - self._told.get(number, float("-inf")) >= TOLD_EACH_S:
            self._told[number] = now
            self._maker.tell(now, f"{limit.text} ({count:,} of {limit.subsystem} at once)", "event", noticed=True)
