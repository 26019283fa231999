"""From any moment of an incident on by model: drains, joins, failures with repairs, and restarts in order. It judges nothing.

The model, every figure of which is a model value:

- A subsystem that states a `restart` and falls below its floor in the whole region stops: all its servers are `joining` and
  stay so until it is restarted, which somebody has to order. So is one that is restarted while it works.
- A restart begins when everything it comes *after* works, checks for `checks_minutes`, then lets its servers back in, so many
  a minute, in the order of the roster. An era with cells does so in every cell at once: so many times as quickly.
- A server that supports several stopped subsystems is back with the first of them. One that is restored meanwhile joins the
  queue; one that is not restored stays away, and its subsystem may be short even after the restart.
- A part of a subsystem that works can be restarted: its servers leave, are checked once the last has left, for their share of
  the checks, and rejoin. So can some of those that wait in one that stopped.
- A restart that began before the branch, and what waits for it, goes on as the account has it.
- What an incident states besides is kept to as well: cascades, ways in, limits of a return, and restarts that share a rate.
- An era with cells stops only those cells that are below their share of the floor; the others go on.
- Drains and joins take seconds, repairs `REPAIR_S`. Chance depends on the seed and on what is asked alone, so the same seed
  and the same acts give the same outcome.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.incident.branch.agenda import Agenda, Due
from topology.incident.branch.by_itself import ByItself
from topology.incident.branch.cascades import Cascades
from topology.incident.branch.going_on import under_way
from topology.incident.branch.kept_course import KeptCourse
from topology.incident.branch.leaving_limits import LeavingLimits
from topology.incident.branch.rebuilding import Rebuilding
from topology.incident.branch.restarts import BELOW, Restarts, rejoining_in
from topology.incident.branch.return_limits import ReturnLimits
from topology.incident.branch.ways_in import WaysIn
from topology.incident.conditions.shared_rates import SharedRates
from topology.incident.course import Course
from topology.incident.model import Era, Incident
from topology.incident.moment import Moment
from topology.region.server_states import ServerState
from topology.simulation.simulation import Chance

REPAIR_S = (20 * 60.0, 60 * 60.0)
"""A failed server is repaired after so long, at least and at most."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Servers whose state changed at one moment of a branch, in order; *operation* is the act that did it, empty for none."""

    time: float
    changes: tuple[tuple[int, ServerState], ...]
    operation: str = ""


class Branch:
    """A run that left the timeline at *time*. One owner advances it and acts on it."""

    def __init__(
        self, incident: Incident, states: NDArray[np.uint8], time: float, era: Era, seed: int | None = None
    ) -> None:
        self.incident = incident
        self.era = era
        self.time = time
        self.seed = incident.seed if seed is None else seed
        self.fleet = Fleet(incident.region)
        self.fleet.state = states.copy()
        self.fleet.recount()
        self.kept = KeptCourse(incident, self.fleet, time)
        self._chance = Chance(self.seed)
        self._agenda = Agenda()
        self._happenings: list[Happening] = []
        self._revision = 0
        self._rebuilding = Rebuilding(incident, self.fleet)
        self.restarts = Restarts(era, self.fleet, self._agenda, self.kept.maker)
        self.restarts.share = SharedRates(incident.shared_rates, self.kept.approved)
        self.kept.in_part = partial(rejoining_in, self.restarts)
        self.by_itself = ByItself(incident, self.fleet, self._agenda, self.restarts, self.kept, self._chance)
        if era.paced:
            self.by_itself.limits = LeavingLimits(incident.region.policy.windows, len(incident.region.roster))
        self.kept.note(time)
        self.tell(f"a trainee takes over; {era.title}", "branch")
        self.ways = WaysIn(incident, self._agenda, self.kept.maker, time)
        self.cascades = self.by_itself.cascades = Cascades(incident, self.fleet, self._agenda)
        self.returns = ReturnLimits(incident, self.fleet, self.kept.maker, era.cells)
        self._was_short = self.restarts.short()
        going_on = under_way(incident, time)
        for name in sorted(going_on):
            if incident.region.subsystem(name).restart is not None:
                self.restarts.take_up(name)
        for name in sorted(self._was_short - going_on):
            self._stop(name, keeps=bool(going_on))
            if going_on.intersection(self.restarts.model(name).after):
                self.restarts.phases[name] = "waiting"
        self.by_itself.take_up(time, going_on)
        self.cascades.look(time)
        self.kept.note(time)

    # ---- what it answers --------------------------------------------------------------------------------------------

    def moment(self) -> Moment:
        """Give the region as it is now."""
        return self.kept.moment(self.time)

    def course(self, ends: float | None = None) -> Course:
        """Give the run so far; it ends now, or later when nothing more is to happen."""
        return self.kept.course(self.time if ends is None else ends)

    @property
    def revision(self) -> int:
        """Another number whenever a server changed."""
        return self._revision

    def taken(self) -> tuple[Happening, ...]:
        """Give what happened since this was last asked, oldest first."""
        happened = tuple(self._happenings)
        self._happenings.clear()
        return happened

    def tell(
        self,
        text: str,
        kind: str,
        *,
        noticed: bool = False,
        announced: bool = False,
        wrong: bool = False,
        lost_s: float | None = None,
        broke: tuple[str, ...] = (),
        command: str = "",
    ) -> None:
        """Keep what was said or done now."""
        self.kept.maker.tell(
            self.time,
            text,
            kind,
            noticed=noticed,
            announced=announced,
            wrong=wrong,
            lost_s=lost_s,
            broke=broke,
            command=command,
        )

    # ---- what is done to it -----------------------------------------------------------------------------------------

    def next_at(self, until: float) -> float | None:
        """Give the moment at which something happens next by itself, if that is up to *until*."""
        return self._agenda.first(until)

    def advance(self, until: float) -> None:
        """Let time pass up to a moment, which may not be earlier than now."""
        while (first := self._agenda.first(until)) is not None:
            self.time = max(self.time, first)
            changes: list[tuple[int, ServerState]] = []
            servers_only = True
            while (due := self._agenda.pop(self.time)) is not None:
                servers_only &= due.kind == "server"
                if due.kind == "way":
                    self.ways.arrived(due, self.time, self.moment())
                else:
                    changes += self.by_itself.due(due, self.time)
            changes = self._held(changes)
            before = self.fleet.capacity.copy()
            self._apply(changes)
            # Servers that have drained change no capacity, and there may be thousands of them within a frame.
            if not servers_only or not np.array_equal(before, self.fleet.capacity):
                self._follow()
        self.time = max(self.time, until)

    def remove(self, servers: Sequence[int], operation: str) -> None:
        """Let servers drain, then be removed; capacity falls at once."""
        names = self.incident.region.roster.names
        for server in servers:
            self._later(server, self._chance.drain_s(operation, names[server]), ServerState.REMOVED)
        self._change([(server, ServerState.DRAINING) for server in servers], operation)

    def take_back(self, servers: Sequence[int], operation: str) -> tuple[int, ...]:
        """Put those that still drain back into service at once; gives them."""
        back = tuple(server for server in servers if self.fleet.state[server] == ServerState.DRAINING)
        for server in back:
            self._agenda.forget(server)
        self.restarts.parts.forget(list(back))
        self._change([(server, self.restarts.arrival(server)) for server in back], operation)
        return back

    def restore(self, servers: Sequence[int], operation: str) -> None:
        """Let removed servers join; those of a stopped subsystem wait for its restart."""
        names = self.incident.region.roster.names
        for server in servers:
            after = self._chance.join_s(operation, names[server]) + self._rebuilding.takes_s(server, self.time)
            self._later(server, after, ServerState.IN_SERVICE)
        self._change([(server, ServerState.JOINING) for server in servers], operation)

    def fail(self, servers: Sequence[int], operation: str) -> None:
        """Let servers fail; each is repaired by itself after a while."""
        names = self.incident.region.roster.names
        for server in servers:
            after = self._chance.between(REPAIR_S, "repair", operation, names[server])
            self._later(server, after, ServerState.JOINING)
        self._change([(server, ServerState.FAILED) for server in servers], operation)

    def restart(self, name: str, some: list[int] | None = None, rate: int | None = None, operation: str = "") -> str:
        """Order the restart of a subsystem that stopped, of *some* of what waits in it, or of all of one that works.

        *rate* is how many rejoin a minute. Gives a sentence that says what follows from it.

        Raises:
            ValueError: it cannot be restarted, or is being restarted already; nothing was done.
        """
        self.restarts.check(name, rate)
        restarts = self.restarts
        if restarts.phases.get(name, "stopped") != "stopped":
            restarts.rates[name] = rate or 0
            return f"{name} goes on being restarted, at {rate or 0:,} servers a minute"
        if name not in restarts.phases:
            self._stop(name, "is taken out of service to be restarted")
        restarts.order(name, some, rate, operation, self.time)
        self.kept.note(self.time)
        if operation in restarts.parts.of:
            part = restarts.parts.of[operation]
            how = f"{part.checks_s / 60:,.0f} min of checks, then {part.rate:,} servers a minute"
            return f"{len(part.servers):,} servers of {name} are being restarted: {how}"
        missing = restarts.missing(name)
        if missing:
            return f"the restart of {name} is ordered: it begins by itself as soon as {', '.join(missing)} works"
        minutes = restarts.model(name).checks_minutes / self.era.cells
        return f"{name} is being restarted: {minutes:,.0f} min of checks, then {restarts.rate(name):,} servers a minute"

    def take_to_restart(self, name: str, servers: Sequence[int], rate: int | None, operation: str) -> None:
        """Let servers of a subsystem that works drain, to be restarted with all others of the same *operation*."""
        names = self.incident.region.roster.names
        self.restarts.parts.take(operation, self.restarts.part(name, rate), list(servers))
        for server in servers:
            after = self._chance.drain_s(operation, names[server])
            self._agenda.expect(Due(self.time + after, "held", server))
        self._change([(server, ServerState.DRAINING) for server in servers], operation)

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _change(self, changes: Iterable[tuple[int, ServerState]], operation: str = "") -> None:
        """Carry changes out, and everything that follows at once."""
        self._apply(list(changes), operation)
        self._follow()

    def _follow(self) -> None:
        """Let everything happen that follows from what changed, and keep the moment."""
        while True:
            short = self.restarts.short()
            fallen = sorted(short - self._was_short - self.restarts.phases.keys())
            self._was_short = short
            if not fallen:
                break
            self.kept.forget_served()
            for name in fallen:
                self._stop(name)
        self.restarts.begin_what_can(self.time)
        self.cascades.look(self.time)
        self.kept.note(self.time)

    def _held(self, changes: list[tuple[int, ServerState]]) -> list[tuple[int, ServerState]]:
        """Put out again what comes back too fast; what fails by that is repaired like anything else."""
        held = self.returns.held(changes, self.time)
        names = self.incident.region.roster.names
        for (server, to), (_, meant) in zip(held, changes, strict=True):
            if to is ServerState.FAILED and meant is not to:
                after = self._chance.between(REPAIR_S, "tripped", f"{self.time:.0f}", names[server])
                self._later(server, after, ServerState.JOINING)
        return held

    def _apply(self, changes: list[tuple[int, ServerState]], operation: str = "") -> None:
        if not changes:
            return
        self._revision += 1
        self.fleet.apply(batch_of(self._revision, self.time, changes, operation or None))
        self._happenings.append(Happening(self.time, tuple(changes), operation))

    def _stop(self, name: str, why: str = BELOW, *, keeps: bool = False) -> None:
        self._apply(self.restarts.stop(name, self.time, why, keeps=keeps))
        self._was_short |= {name}

    def _later(self, server: int, seconds: float, state: ServerState) -> None:
        self._agenda.expect(Due(self.time + seconds, "server", server, state))
