"""The restarts of a branch: which subsystems stopped, which of their servers wait, and how they come back, in order.

It changes no server itself: it says what changes, and the branch carries it out.
"""

import numpy as np
from numpy.typing import NDArray

from topology.fleet.account import RestartPhase
from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.incident.branch.agenda import Agenda, Due
from topology.incident.branch.parts import REJOIN_EACH_S, RestartPart, RestartParts
from topology.incident.conditions.shared_rates import SharedRates
from topology.incident.course import CourseMaker
from topology.incident.model import Era
from topology.region.region import RestartModel
from topology.region.server_states import ServerState

BELOW = "is below its floor and stops: it needs a full restart (model)"

_UNDER_WAY = ("waiting", "checking", "rejoining")
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
        self.rates: dict[str, int] = {}
        """How many rejoin a minute, where that was ordered."""
        self.until: dict[str, float] = {}
        """When the phase of a restart ends, where that is known."""
        self.parts = RestartParts(fleet, agenda, maker)
        self.share = SharedRates()
        """What those under way together leave each other."""
        self.phases: dict[str, RestartPhase] = {}
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

    # ---- stopping -----------------------------------------------------------------------------------------------------

    def stop(self, name: str, time: float, why: str = BELOW, *, keeps: bool = False) -> Changes:
        """Let a subsystem stop: everything of it that is in service or joining waits for its restart.

        One that *keeps* what is in service has stopped long ago, and what is back of it is not taken again.
        """
        self.phases[name] = "stopped"
        self._maker.tell(time, f"{name} {why}", "event")
        whole = self._era.cells == 1 or name not in self.short()
        servers = self.servers_of(name) if whole else _fallen(self._fleet, name, self.servers_of(name), self._era.cells)
        self._hold(name, servers)
        states = self._fleet.state[servers]
        for server in servers[states == ServerState.JOINING].tolist():
            self._agenda.forget(server)
        taken = [] if keeps else servers[states == ServerState.IN_SERVICE].tolist()
        return [(server, ServerState.JOINING) for server in taken]

    def take_up(self, name: str) -> None:
        """Let a restart that began before the branch go on as the account has it; nothing that is back leaves again."""
        self.phases[name] = "recorded"
        self._hold(name, self.servers_of(name))

    def ended(self, name: str) -> None:
        """Let a subsystem be restarted: it holds nothing any more."""
        self.phases.pop(name, None)
        self.rates.pop(name, None)

    def _hold(self, name: str, servers: NDArray[np.int64]) -> None:
        self._held_of[name] = servers
        self._holds[name] = np.zeros(len(self._fleet.state), bool)
        self._holds[name][servers] = True

    # ---- ordering -----------------------------------------------------------------------------------------------------

    def check(self, name: str, rate: int | None = None) -> None:
        """Say whether a subsystem could be restarted now, or go on being restarted at another *rate*.

        Raises:
            ValueError: it cannot, or is being restarted already.
        """
        self.model(name)
        phase = self.phases.get(name, "stopped")
        if phase != "stopped" and (rate is None or phase not in _UNDER_WAY):
            raise ValueError(f"{name} is being restarted already; nothing was done")

    def order(self, name: str, some: list[int] | None, rate: int | None, operation: str, time: float) -> None:
        """Order the restart of a subsystem that stopped, or of *some* of the servers that wait for it."""
        model = self.model(name)
        held = self.held(name)
        if some is None or len(some) >= len(held):
            self.phases[name] = "waiting"
            if rate is not None:
                self.rates[name] = rate
            self.begin_what_can(time)
            return
        chosen = np.array(sorted(some), np.int64)
        self._held_of[name] = np.setdiff1d(self._held_of[name], chosen)
        self._holds[name][chosen] = False
        self.parts.take(operation, self.part(name, rate), chosen.tolist())
        self.parts.close(operation, time)
        self._maker.tell(time, f"{name}: the checks of {len(some):,} of its servers begin (model)", "event")
        if model.after and self.missing(name):
            self._maker.tell(time, f"{name} still needs {', '.join(self.missing(name))}", "event")

    def part(self, name: str, rate: int | None) -> RestartPart:
        """Make a part of a subsystem, still without a server."""
        whole = self.model(name).checks_minutes * 60 / self._era.cells
        return RestartPart(name, rate or self.rate(name), whole / max(1, len(self.servers_of(name))))

    def begin_what_can(self, time: float) -> None:
        """Let the checks of every restart begin that waits for nothing any more."""
        for name in sorted(self.phases):
            if self.phases[name] == "waiting" and not self.missing(name):
                self.phases[name] = "checking"
                self._maker.tell(time, f"{name}: the checks of its restart begin (model)", "event")
                self.until[name] = time + self.model(name).checks_minutes * 60 / self._era.cells
                self._agenda.put(Due(self.until[name], "rejoin", subsystem=name))

    def missing(self, name: str) -> list[str]:
        """Give what must work before a subsystem can be restarted, and does not."""
        model, short = self._fleet.region.subsystem(name).restart, self.short()
        return [one for one in model.after if one in self.phases or one in short] if model else []

    def rate(self, name: str) -> int:
        """Give how many servers a minute come back."""
        return self.rates.get(name) or self.fastest(name)

    def fastest(self, name: str) -> int:
        """Give how many servers a minute can come back at most."""
        return self.model(name).servers_per_minute * self._era.cells

    def model(self, name: str) -> RestartModel:
        """Give how a subsystem is restarted.

        Raises:
            ValueError: the region does not say.
        """
        model = self._fleet.region.subsystem(name).restart
        if model is None:
            raise ValueError(f"the region says nothing about a restart of {name}; nothing was done")
        return model

    # ---- coming back --------------------------------------------------------------------------------------------------

    def arrival(self, server: int) -> ServerState:
        """Give what a server is when it could be in service: one of a stopped subsystem waits for the restart."""
        region = self._fleet.region
        names = [region.subsystems[number].name for number in self._fleet.subsystems_of(server)]
        stopped = any(name in self.phases and self._holds[name][server] for name in names)
        return ServerState.JOINING if stopped else ServerState.IN_SERVICE

    def rejoin(self, name: str, time: float) -> Changes:
        """Let the next servers of a restarting subsystem in; when none is left it works again."""
        if self.phases.get(name) not in ("checking", "rejoining"):
            return []  # another restart of it began meanwhile
        if self.phases[name] == "checking":
            self.phases[name] = "rejoining"
            self._maker.tell(time, f"{name}: checked; its servers begin to rejoin (model)", "event")
        held = self.held(name)
        some = held[: self.share.of(name, self.rate(name), self.phases)]
        if len(some) == len(held):
            self.ended(name)
            self._maker.tell(time, f"{name}: restarted (model)", "event")
        else:
            self.until[name] = time + REJOIN_EACH_S
            self._agenda.put(Due(self.until[name], "rejoin", subsystem=name))
        return [(server, ServerState.IN_SERVICE) for server in some]

    def rejoin_part(self, operation: str, time: float) -> Changes:
        """Let the next servers of a part in; a stopped subsystem all of whose parts are back works again."""
        part = self.parts.of.get(operation)
        if part is None:
            return []
        name = part.subsystem
        stopped = set(np.flatnonzero(self._holds[name]).tolist()) if name in self.phases else set()
        changes = self.parts.rejoin(operation, time, stopped)
        last = operation not in self.parts.of and not any(one.subsystem == name for one in self.parts.of.values())
        if last and self.phases.get(name) == "stopped" and not self.held(name):
            self.ended(name)
            self._maker.tell(time, f"{name}: restarted (model)", "event")
        return changes

    def servers_of(self, name: str) -> NDArray[np.int64]:
        """Give the servers of a subsystem, in the order of the roster."""
        roster, number = self._fleet.region.roster, self._fleet.region.index[name]
        has = np.array([any(one == number for one, _ in profile) for profile in roster.profiles], bool)
        return np.flatnonzero(has[roster.profile])

    def stuck(self, name: str) -> list[int]:
        """Give the servers that stopped by a change in a subsystem that works: nothing brings them back but a restart of theirs."""
        if name in self.phases:
            return []
        servers = self.servers_of(name)
        joining = servers[self._fleet.state[servers] == ServerState.JOINING].tolist()
        under_way = {server for part in self.parts.of.values() for server in part.servers}
        return [server for server in joining if server not in under_way and not self._agenda.expects(server)]

    def held(self, name: str) -> list[int]:
        """Give the servers of a subsystem that wait for a restart, in the order of the roster."""
        if name not in self._held_of:
            return []
        servers = self._held_of[name]
        joining = servers[self._fleet.state[servers] == ServerState.JOINING].tolist()
        return self._agenda.left_alone(joining)


def rejoining_in(restarts: Restarts) -> frozenset[str]:
    """Name the subsystems whose servers are being let in, all of them or a part."""
    whole = {name for name, phase in restarts.phases.items() if phase == "rejoining"}
    return frozenset(whole | {one.subsystem for one in restarts.parts.of.values() if one.phase == "rejoining"})


def _fallen(fleet: Fleet, name: str, servers: NDArray[np.int64], cells: int) -> NDArray[np.int64]:
    """Give the servers of those cells that are below their share of the floor; all where no single one is.

    Cells are as many equal parts of its servers, in the order of the roster.
    """
    row = int(fleet.scopes.region_row[fleet.region.index[name]])
    floor = int(fleet.scopes.floor[row]) / max(1, len(servers)) if row >= 0 else 0.0
    serving = fleet.state == ServerState.IN_SERVICE
    parts = np.array_split(servers, min(cells, len(servers)))
    fallen = [part for part in parts if np.count_nonzero(serving[part]) < floor * len(part)]
    return np.concatenate(fallen) if fallen else servers
