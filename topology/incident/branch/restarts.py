"""The restarts of a branch: which subsystems stopped, which of their servers wait, and how they come back, in order.

It changes no server itself: it says what changes, and the branch carries it out.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.incident.branch.agenda import Agenda, Due
from topology.incident.course import CourseMaker
from topology.incident.model import Era
from topology.region.server_states import ServerState

REJOIN_EACH_S = 60.0
"""Restarting servers come back in steps of this length."""
BELOW = "is below its floor and stops: it needs a full restart (model)"

Phase = Literal["stopped", "waiting", "checking", "rejoining"]
Changes = list[tuple[int, ServerState]]


class Restarts:
    """Keeps what stopped, by name. *fleet* and *agenda* are those of the branch."""

    def __init__(self, era: Era, fleet: Fleet, agenda: Agenda, maker: CourseMaker) -> None:
        self._era = era
        self._fleet = fleet
        self._agenda = agenda
        self._maker = maker
        self._held_of: dict[str, NDArray[np.int64]] = {}
        """The servers that stopped with a subsystem, in the order of the roster."""
        self._holds: dict[str, NDArray[np.bool_]] = {}
        """The same as a mark for every server."""
        self.phases: dict[str, Phase] = {}
        """How every subsystem that stopped stands; one that is not here works, or is only short."""

    def short(self) -> set[str]:
        """Give the subsystems that state a restart and are below their floor in the whole region."""
        found, scopes = set(), self._fleet.scopes
        for number, subsystem in enumerate(self._fleet.region.subsystems):
            row = int(scopes.region_row[number])
            if subsystem.restart is None or row < 0 or int(scopes.floor[row]) == NO_FLOOR:
                continue
            if self._fleet.capacity[row] < scopes.floor[row]:
                found.add(subsystem.name)
        return found

    def stop(self, name: str, time: float, why: str = BELOW) -> Changes:
        """Let a subsystem stop: everything of it that is in service or joining waits for its restart."""
        self.phases[name] = "stopped"
        self._maker.tell(time, f"{name} {why}", "event")
        servers = self._stopping(name, ordered=name not in self.short())
        self._held_of[name] = servers
        self._holds[name] = np.zeros(len(self._fleet.state), bool)
        self._holds[name][servers] = True
        states = self._fleet.state[servers]
        for server in servers[states == ServerState.JOINING].tolist():
            self._agenda.forget(server)
        return [(server, ServerState.JOINING) for server in servers[states == ServerState.IN_SERVICE].tolist()]

    def begin_what_can(self, time: float) -> None:
        """Let the checks of every restart begin that waits for nothing any more."""
        for name in sorted(self.phases):
            model = self._fleet.region.subsystem(name).restart
            if self.phases[name] == "waiting" and model is not None and not self.missing(name):
                self.phases[name] = "checking"
                self._maker.tell(time, f"{name}: the checks of its restart begin (model)", "event")
                self._agenda.put(Due(time + model.checks_minutes * 60 / self._era.cells, "rejoin", subsystem=name))

    def missing(self, name: str) -> list[str]:
        """Give what must work before a subsystem can be restarted, and does not."""
        model, short = self._fleet.region.subsystem(name).restart, self.short()
        return [one for one in model.after if one in self.phases or one in short] if model else []

    def rate(self, name: str) -> int:
        """Give how many servers a minute come back."""
        model = self._fleet.region.subsystem(name).restart
        return (model.servers_per_minute if model else 1) * self._era.cells

    def arrival(self, server: int) -> ServerState:
        """Give what a server is when it could be in service: one of a stopped subsystem waits for the restart."""
        region = self._fleet.region
        names = [region.subsystems[number].name for number in self._fleet.subsystems_of(server)]
        stopped = any(name in self.phases and self._holds[name][server] for name in names)
        return ServerState.JOINING if stopped else ServerState.IN_SERVICE

    def rejoin(self, name: str, time: float) -> Changes:
        """Let the next servers of a restarting subsystem in; when none is left it works again."""
        if self.phases.get(name) == "checking":
            self.phases[name] = "rejoining"
            self._maker.tell(time, f"{name}: checked; its servers begin to rejoin (model)", "event")
        held = self._held(name)
        some = held[: self.rate(name)]
        if len(some) == len(held):
            del self.phases[name]
            self._maker.tell(time, f"{name}: restarted (model)", "event")
        else:
            self._agenda.put(Due(time + REJOIN_EACH_S, "rejoin", subsystem=name))
        return [(server, ServerState.IN_SERVICE) for server in some]

    def servers_of(self, name: str) -> NDArray[np.int64]:
        """Give the servers of a subsystem, in the order of the roster."""
        roster, number = self._fleet.region.roster, self._fleet.region.index[name]
        has = np.array([any(one == number for one, _ in profile) for profile in roster.profiles], bool)
        return np.flatnonzero(has[roster.profile])

    def _held(self, name: str) -> list[int]:
        """Give the servers of a subsystem that wait for a restart, in the order of the roster."""
        servers = self._held_of[name]
        joining = servers[self._fleet.state[servers] == ServerState.JOINING].tolist()
        return [server for server in joining if not self._agenda.expects(server)]

    def _stopping(self, name: str, *, ordered: bool) -> NDArray[np.int64]:
        """Give the servers that stop with a subsystem: all, or in an era with cells those of the cells below their share.

        Cells are as many equal parts of its servers, in the order of the roster. An *ordered* restart takes all of them.
        """
        fleet, servers = self._fleet, self.servers_of(name)
        row = int(fleet.scopes.region_row[fleet.region.index[name]])
        if self._era.cells == 1 or ordered or row < 0:
            return servers
        floor = int(fleet.scopes.floor[row]) / max(1, len(servers))
        serving = fleet.state == ServerState.IN_SERVICE
        parts = np.array_split(servers, min(self._era.cells, len(servers)))
        fallen = [part for part in parts if np.count_nonzero(serving[part]) < floor * len(part)]
        return np.concatenate(fallen) if fallen else servers
