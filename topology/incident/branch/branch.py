"""From any moment of an incident on by model: drains, joins, failures with repairs, and restarts in order. It judges nothing.

The model, every figure of which is a model value:

- A subsystem that states a `restart` and falls below its floor in the whole region stops: all its servers are `joining` and
  stay so until it is restarted, which somebody has to order. So is one that is restarted while it works.
- A restart begins when everything it comes *after* works, checks for `checks_minutes`, then lets its servers back in, so many
  a minute, in the order of the roster. An era with cells does so in every cell at once: so many times as quickly.
- A server that supports several stopped subsystems is back with the first of them. One that is restored meanwhile joins the
  queue; one that is not restored stays away, and its subsystem may be short even after the restart.
- An era with cells stops only those cells that are below their share of the floor; the others go on.
- Drains and joins take seconds, repairs `REPAIR_S`. Chance depends on the seed and on what is asked alone, so the same seed
  and the same acts give the same outcome.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.incident.branch.agenda import Agenda, Due
from topology.incident.branch.going_on import broken_without, rest_of, steps_of
from topology.incident.branch.restarts import BELOW, Restarts
from topology.incident.choosing import Chooser
from topology.incident.course import Course, CourseMaker
from topology.incident.model import Era, Event, Incident, Mark, ServerChange
from topology.incident.moment import Marks, Moment, moment_of_fleet
from topology.incident.timeline import marks_of
from topology.region.server_states import ServerState
from topology.region.tables import Problems
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
        self.silenced: set[str] = set()
        """Observers that an instructor made silent."""
        self._chance = Chance(self.seed)
        self._agenda = Agenda()
        self._happenings: list[Happening] = []
        self._revision = 0
        self.demand = {
            name: mark.demand
            for name, mark in marks_of(tuple(event for event in incident.events if event.time <= time)).items()
            if mark.demand is not None
        }
        """What is asked of subsystems, in units, where that is known."""
        self.tried: set[str] = set()
        """The recovery copies that were tried."""
        self._maker = CourseMaker(incident.region, time)
        self._restarts = Restarts(era, self.fleet, self._agenda, self._maker)
        self._maker.note(self.moment())
        self._maker.tell(time, f"a trainee takes over; {era.title}", "branch")
        self._was_short = self._restarts.short()
        for name in sorted(self._was_short):
            self._stop(name)
        for event in incident.events:
            if event.always and event.time > time:
                self._agenda.put(Due(event.time, "event", event=event))
            if event.until_stopped and event.time <= time:
                self._go_on(event)
        self._maker.note(self.moment())

    # ---- what it answers --------------------------------------------------------------------------------------------

    def moment(self) -> Moment:
        """Give the region as it is now."""
        return moment_of_fleet(self.fleet, self.time, self._marks())

    def course(self, ends: float | None = None) -> Course:
        """Give the run so far; it ends now, or later when nothing more is to happen."""
        return self._maker.course(self.time if ends is None else ends)

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
    ) -> None:
        """Keep what was said or done now."""
        self._maker.tell(self.time, text, kind, noticed=noticed, announced=announced, wrong=wrong, lost_s=lost_s)

    def can_report(self) -> bool:
        """Whether every status board works; false as soon as one does not."""
        moment = self.moment()
        return not any(moment.standing(name).verdict == "impacted" for name in self._maker.course(0.0).observers)

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
                changes += self._happen(due)
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
        self._change([(server, self._restarts.arrival(server)) for server in back], operation)
        return back

    def restore(self, servers: Sequence[int], operation: str) -> None:
        """Let removed servers join; those of a stopped subsystem wait for its restart."""
        names = self.incident.region.roster.names
        for server in servers:
            self._later(server, self._chance.join_s(operation, names[server]), ServerState.IN_SERVICE)
        self._change([(server, ServerState.JOINING) for server in servers], operation)

    def fail(self, servers: Sequence[int], operation: str) -> None:
        """Let servers fail; each is repaired by itself after a while."""
        names = self.incident.region.roster.names
        for server in servers:
            after = self._chance.between(REPAIR_S, "repair", operation, names[server])
            self._later(server, after, ServerState.JOINING)
        self._change([(server, ServerState.FAILED) for server in servers], operation)

    def restart(self, name: str) -> str:
        """Order the restart of a subsystem; gives a sentence that says what follows from it.

        Raises:
            ValueError: it cannot be restarted, or is being restarted already; nothing was done.
        """
        model = self.incident.region.subsystem(name).restart
        if model is None:
            raise ValueError(f"the region says nothing about a restart of {name}; nothing was done")
        restarts = self._restarts
        if restarts.phases.get(name, "stopped") != "stopped":
            raise ValueError(f"{name} is being restarted already; nothing was done")
        if name not in restarts.phases:
            self._stop(name, "is taken out of service to be restarted")
        restarts.phases[name] = "waiting"
        restarts.begin_what_can(self.time)
        self._maker.note(self.moment())
        missing = restarts.missing(name)
        if missing:
            return f"{name} waits for {', '.join(missing)} before it can be restarted"
        minutes = model.checks_minutes / self.era.cells
        return f"{name} is being restarted: {minutes:,.0f} min of checks, then {restarts.rate(name):,} servers a minute"

    def begin(self, change: ServerChange, operation: str, *, guarded: bool) -> int:
        """Let a change begin that goes on by itself until it is done or stopped; gives how many servers it means.

        A *guarded* one halts before a step that would take anything below its floor.
        """
        servers = self.meant(change)
        for step in steps_of(change, servers, self.time, operation, guarded=guarded):
            self._agenda.put(step)
        return len(servers)

    def meant(self, change: ServerChange) -> list[int]:
        """Give the servers that a change would mean now."""
        found = Chooser(self.incident.region, Problems(self.incident.name)).meant(change, self.fleet.state)
        return [int(server) for server in found]

    def stop_going_on(self) -> int:
        """Let everything that goes on by itself end here; gives the servers that it would still have changed."""
        return self._agenda.drop_steps()

    def recover(self, name: str, seconds: float, title: str, lost_s: float) -> None:
        """Let everything of a subsystem that is gone come back after so long, from a copy."""
        self._agenda.put(Due(self.time + seconds, "recovered", subsystem=name, text=title, lost_s=lost_s))

    def ask(self, name: str, units: int) -> None:
        """Say what is asked of a subsystem from now on."""
        self.demand[name] = units
        self._maker.note(self.moment())

    def would_break(self, servers: Sequence[int]) -> str:
        """Name a subsystem that would be further below a floor without these servers in service; empty for none."""
        return broken_without(self.fleet, servers)

    def silence(self, name: str) -> None:
        """Make an observer silent, or let it speak again."""
        self.silenced ^= {name}
        self._maker.note(self.moment())

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _marks(self) -> Marks:
        marks = {name: Mark(name, demand=units, illustrative=True) for name, units in sorted(self.demand.items())}
        for name in sorted(self.silenced):
            marks[name] = Mark(name, "none", demand=self.demand.get(name), illustrative=True)
        return marks

    def _go_on(self, event: Event) -> None:
        """Let the rest of what an event began before the branch go on."""
        for change in event.changes:
            rest = rest_of(change, event.time, self.time, self.meant) if isinstance(change, ServerChange) else None
            if rest is not None:
                self.begin(rest, event.text, guarded=False)

    def _change(self, changes: Iterable[tuple[int, ServerState]], operation: str = "") -> None:
        """Carry changes out, and everything that follows at once."""
        self._apply(list(changes), operation)
        self._follow()

    def _follow(self) -> None:
        """Let everything happen that follows from what changed, and keep the moment."""
        while True:
            short = self._restarts.short()
            fallen = sorted(short - self._was_short - self._restarts.phases.keys())
            self._was_short = short
            if not fallen:
                break
            for name in fallen:
                self._stop(name)
        self._restarts.begin_what_can(self.time)
        self._maker.note(self.moment())

    def _apply(self, changes: list[tuple[int, ServerState]], operation: str = "") -> None:
        if not changes:
            return
        self._revision += 1
        self.fleet.apply(batch_of(self._revision, self.time, changes, operation or None))
        self._happenings.append(Happening(self.time, tuple(changes), operation))

    def _stop(self, name: str, why: str = BELOW) -> None:
        self._apply(self._restarts.stop(name, self.time, why))
        self._was_short |= {name}

    def _happen(self, due: Due) -> list[tuple[int, ServerState]]:
        if due.kind == "rejoin":
            return self._restarts.rejoin(due.subsystem, self.time)
        if due.kind == "step":
            return self._step(due)
        if due.kind == "recovered":
            return self._recovered(due)
        if due.event is not None:
            return self._outside(due.event)
        if not self._agenda.arrives(due):
            return []
        if due.state is ServerState.JOINING:  # repaired
            self._later(due.server, self._chance.join_s("repaired", str(due.number)), ServerState.IN_SERVICE)
            return [(due.server, ServerState.JOINING)]
        state = self._restarts.arrival(due.server) if due.state is ServerState.IN_SERVICE else due.state
        return [(due.server, state)]

    def _step(self, due: Due) -> list[tuple[int, ServerState]]:
        """Carry out a step of what goes on by itself; servers that are no longer as they were are left alone."""
        servers = [server for server in due.servers if self.fleet.state[server] != due.state]
        if due.state is not ServerState.IN_SERVICE:
            servers = [server for server in servers if self.fleet.state[server] == ServerState.IN_SERVICE]
            broken = self.would_break(servers) if due.guarded else ""
            if broken:
                self._agenda.drop_steps(due.subsystem)
                self._maker.tell(self.time, f"{due.subsystem} is halted: its next step would break {broken}", "event")
                return []
        for server in servers:
            self._agenda.forget(server)
        back = due.state is ServerState.IN_SERVICE
        return [(server, self._restarts.arrival(server) if back else due.state) for server in servers]

    def _recovered(self, due: Due) -> list[tuple[int, ServerState]]:
        self._restarts.phases.pop(due.subsystem, None)
        self._maker.tell(self.time, f"{due.subsystem} is recovered from {due.text}", "event", lost_s=due.lost_s)
        servers = self._restarts.servers_of(due.subsystem)
        gone = servers[self.fleet.state[servers] != ServerState.IN_SERVICE].tolist()
        for server in gone:
            self._agenda.forget(server)
        return [(server, ServerState.IN_SERVICE) for server in gone]

    def _outside(self, event: Event) -> list[tuple[int, ServerState]]:
        """Let something happen that does not depend on what the trainee does."""
        self._maker.tell(self.time, event.text, "event", announced=event.announcement)
        chooser = Chooser(self.incident.region, Problems(self.incident.name))
        changes: list[tuple[int, ServerState]] = []
        for change in event.changes:
            if isinstance(change, Mark):
                if change.demand is not None:
                    self.demand[change.subsystem] = change.demand
            elif change.after_s or change.over_s:
                self.begin(change, event.text, guarded=False)
            else:
                for server in chooser.meant(change, self.fleet.state).tolist():
                    self._agenda.forget(server)
                    to = ServerState(change.to)
                    changes.append((server, self._restarts.arrival(server) if to is ServerState.IN_SERVICE else to))
        return changes

    def _later(self, server: int, seconds: float, state: ServerState) -> None:
        self._agenda.expect(Due(self.time + seconds, "server", server, state))
