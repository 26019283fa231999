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

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topology.events import ServerState, batch_of
from topology.fleet import NO_FLOOR, Fleet
from topology.incident.choosing import STEP_S, Chooser
from topology.incident.course import Course, CourseMaker
from topology.incident.model import Era, Event, Incident, Mark, ServerChange
from topology.incident.moment import Marks, Moment, moment_of_fleet
from topology.incident.timeline import marks_of
from topology.region import Amount
from topology.simulation import Chance
from topology.tables import Problems

REPAIR_S = (20 * 60.0, 60 * 60.0)
"""A failed server is repaired after so long, at least and at most."""
REJOIN_EACH_S = 60.0
"""Restarting servers come back in steps of this length."""

Phase = Literal["stopped", "waiting", "checking", "rejoining"]


@dataclass(order=True, slots=True)
class _Due:
    time: float
    number: int
    kind: str = field(compare=False)
    server: int = field(compare=False, default=-1)
    state: ServerState = field(compare=False, default=ServerState.IN_SERVICE)
    subsystem: str = field(compare=False, default="")
    event: Event | None = field(compare=False, default=None)
    servers: tuple[int, ...] = field(compare=False, default=())
    guarded: bool = field(compare=False, default=False)
    text: str = field(compare=False, default="")
    lost_s: float = field(compare=False, default=0.0)


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
        self.phases: dict[str, Phase] = {}
        """How every subsystem that stopped stands; one that is not here works, or is only short."""
        self._held_of: dict[str, NDArray[np.int64]] = {}
        self.silenced: set[str] = set()
        """Observers that an instructor made silent."""
        self._chance = Chance(self.seed)
        self._due: list[_Due] = []
        self._number = 0
        self._expected: dict[int, int] = {}
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
        self._maker.note(self.moment())
        self._maker.tell(time, f"a trainee takes over; {era.title}", "branch")
        self._was_short = self._short()
        for name in sorted(self._was_short):
            self._stop(name)
        for event in incident.events:
            if event.always and event.time > time:
                self._push(_Due(event.time, 0, "event", event=event))
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

    def advance(self, until: float) -> None:
        """Let time pass up to a moment, which may not be earlier than now."""
        while self._due and self._due[0].time <= until:
            self.time = max(self.time, self._due[0].time)
            changes: list[tuple[int, ServerState]] = []
            while self._due and self._due[0].time <= self.time:
                changes += self._happen(heapq.heappop(self._due))
            self._change(changes)
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
            self._expected.pop(server, None)
        self._change([(server, self._arrival(server)) for server in back], operation)
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
        if self.phases.get(name, "stopped") != "stopped":
            raise ValueError(f"{name} is being restarted already; nothing was done")
        if name not in self.phases:
            self._stop(name, "is taken out of service to be restarted")
        self.phases[name] = "waiting"
        self._begin_what_can()
        self._maker.note(self.moment())
        missing = self._missing(name)
        if missing:
            return f"{name} waits for {', '.join(missing)} before it can be restarted"
        minutes = model.checks_minutes / self.era.cells
        return f"{name} is being restarted: {minutes:,.0f} min of checks, then {self._rate(name):,} servers a minute"

    def begin(self, change: ServerChange, operation: str, *, guarded: bool) -> int:
        """Let a change begin that goes on by itself until it is done or stopped; gives how many servers it means.

        A *guarded* one halts before a step that would take anything below its floor.
        """
        chooser = Chooser(self.incident.region, Problems(self.incident.name))
        servers = chooser.meant(change, self.fleet.state)
        steps = max(1, min(len(servers), round(change.over_s / STEP_S)))
        for number, some in enumerate(np.array_split(servers, steps), 1):
            at = self.time + change.after_s + (change.over_s * number / steps if steps > 1 else change.over_s)
            step = _Due(at, 0, "step", state=ServerState(change.to), subsystem=operation, guarded=guarded)
            step.servers = tuple(some.tolist())
            self._push(step)
        return len(servers)

    def meant(self, change: ServerChange) -> list[int]:
        """Give the servers that a change would mean now."""
        found = Chooser(self.incident.region, Problems(self.incident.name)).meant(change, self.fleet.state)
        return [int(server) for server in found]

    def stop_going_on(self) -> int:
        """Let everything that goes on by itself end here; gives the servers that it would still have changed."""
        steps = [due for due in self._due if due.kind == "step"]
        self._due = [due for due in self._due if due.kind != "step"]
        heapq.heapify(self._due)
        return sum(len(due.servers) for due in steps)

    def recover(self, name: str, seconds: float, title: str, lost_s: float) -> None:
        """Let everything of a subsystem that is gone come back after so long, from a copy."""
        self._push(_Due(self.time + seconds, 0, "recovered", subsystem=name, text=title, lost_s=lost_s))

    def ask(self, name: str, units: int) -> None:
        """Say what is asked of a subsystem from now on."""
        self.demand[name] = units
        self._maker.note(self.moment())

    def would_break(self, servers: Sequence[int]) -> str:
        """Name a subsystem that would be further below a floor without these servers in service; empty for none."""
        fleet = self.fleet
        after = fleet.capacity.copy()
        for server in servers:
            number = int(fleet.class_of[server])
            after[fleet.class_rows[number]] -= fleet.class_units[number]
        wrong = (after < fleet.scopes.floor) & (fleet.scopes.floor != NO_FLOOR) & (after < fleet.capacity)
        rows = wrong.nonzero()[0]
        return fleet.region.subsystems[int(fleet.scopes.subsystem[rows[0]])].name if len(rows) else ""

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
            if not isinstance(change, ServerChange):
                continue
            ends = event.time + change.after_s + change.over_s
            if ends <= self.time:
                continue
            left = min(1.0, (ends - self.time) / change.over_s) if change.over_s else 1.0
            chooser = Chooser(self.incident.region, Problems(self.incident.name))
            every = len(
                chooser.meant(replace(change, amount=None, before=tuple(map(int, ServerState))), self.fleet.state)
            )
            now = len(chooser.meant(replace(change, amount=None), self.fleet.state))
            count = min(now, round((every if change.amount is None else change.amount.of_down(every)) * left))
            after = max(0.0, event.time + change.after_s - self.time)
            rest = replace(change, amount=Amount(count), over_s=ends - self.time - after, after_s=after)
            self.begin(rest, event.text, guarded=False)

    def _short(self) -> set[str]:
        """Give the subsystems that state a restart and are below their floor in the whole region."""
        found, scopes = set(), self.fleet.scopes
        for number, subsystem in enumerate(self.incident.region.subsystems):
            row = int(scopes.region_row[number])
            if subsystem.restart is None or row < 0 or int(scopes.floor[row]) == NO_FLOOR:
                continue
            if self.fleet.capacity[row] < scopes.floor[row]:
                found.add(subsystem.name)
        return found

    def _change(self, changes: Iterable[tuple[int, ServerState]], operation: str = "") -> None:
        """Carry changes out, and everything that follows at once."""
        self._apply(list(changes), operation)
        while True:
            short = self._short()
            fallen = sorted(short - self._was_short - self.phases.keys())
            self._was_short = short
            if not fallen:
                break
            for name in fallen:
                self._stop(name)
        self._begin_what_can()
        self._maker.note(self.moment())

    def _apply(self, changes: list[tuple[int, ServerState]], operation: str = "") -> None:
        if not changes:
            return
        self._revision += 1
        self.fleet.apply(batch_of(self._revision, self.time, changes, operation or None))
        self._happenings.append(Happening(self.time, tuple(changes), operation))

    def _stop(self, name: str, why: str = "is below its floor and stops: it needs a full restart (model)") -> None:
        """Let a subsystem stop: everything of it that is in service or joining waits for its restart."""
        self.phases[name] = "stopped"
        self._maker.tell(self.time, f"{name} {why}", "event")
        servers = self._stopping(name, ordered=name not in self._short())
        self._held_of[name] = servers
        for server in servers[self.fleet.state[servers] == ServerState.JOINING].tolist():
            self._expected.pop(server, None)
        serving = servers[self.fleet.state[servers] == ServerState.IN_SERVICE].tolist()
        self._apply([(server, ServerState.JOINING) for server in serving])
        self._was_short |= {name}

    def _servers_of(self, name: str) -> NDArray[np.int64]:
        roster, number = self.incident.region.roster, self.incident.region.index[name]
        has = np.array([any(one == number for one, _ in profile) for profile in roster.profiles], bool)
        return np.flatnonzero(has[roster.profile])

    def _stopping(self, name: str, *, ordered: bool) -> NDArray[np.int64]:
        """Give the servers that stop with a subsystem: all, or in an era with cells those of the cells below their share.

        Cells are as many equal parts of its servers, in the order of the roster. An *ordered* restart takes all of them.
        """
        servers = self._servers_of(name)
        row = int(self.fleet.scopes.region_row[self.incident.region.index[name]])
        if self.era.cells == 1 or ordered or row < 0:
            return servers
        floor = int(self.fleet.scopes.floor[row]) / max(1, len(servers))
        serving = self.fleet.state == ServerState.IN_SERVICE
        parts = np.array_split(servers, min(self.era.cells, len(servers)))
        fallen = [part for part in parts if np.count_nonzero(serving[part]) < floor * len(part)]
        return np.concatenate(fallen) if fallen else servers

    def _held(self, name: str) -> list[int]:
        """Give the servers of a subsystem that wait for a restart, in the order of the roster."""
        servers = self._held_of.get(name, self._servers_of(name))
        joining = servers[self.fleet.state[servers] == ServerState.JOINING].tolist()
        return [server for server in joining if server not in self._expected]

    def _missing(self, name: str) -> list[str]:
        model = self.incident.region.subsystem(name).restart
        return [one for one in model.after if one in self.phases or one in self._short()] if model else []

    def _rate(self, name: str) -> int:
        model = self.incident.region.subsystem(name).restart
        return (model.servers_per_minute if model else 1) * self.era.cells

    def _begin_what_can(self) -> None:
        for name in sorted(self.phases):
            model = self.incident.region.subsystem(name).restart
            if self.phases[name] == "waiting" and model is not None and not self._missing(name):
                self.phases[name] = "checking"
                self._maker.tell(self.time, f"{name}: the checks of its restart begin (model)", "event")
                self._push(_Due(self.time + model.checks_minutes * 60 / self.era.cells, 0, "rejoin", subsystem=name))

    def _happen(self, due: _Due) -> list[tuple[int, ServerState]]:
        if due.kind == "rejoin":
            return self._rejoin(due.subsystem)
        if due.kind == "step":
            return self._step(due)
        if due.kind == "recovered":
            return self._recovered(due)
        if due.event is not None:
            return self._outside(due.event)
        if self._expected.get(due.server) != due.number:
            return []
        del self._expected[due.server]
        if due.state is ServerState.JOINING:  # repaired
            self._later(due.server, self._chance.join_s("repaired", str(due.number)), ServerState.IN_SERVICE)
            return [(due.server, ServerState.JOINING)]
        state = self._arrival(due.server) if due.state is ServerState.IN_SERVICE else due.state
        return [(due.server, state)]

    def _arrival(self, server: int) -> ServerState:
        """Give what a server is when it could be in service: one of a stopped subsystem waits for the restart."""
        region = self.incident.region
        names = [region.subsystems[number].name for number in self.fleet.subsystems_of(server)]
        stopped = any(name in self.phases and server in self._held_of[name] for name in names)
        return ServerState.JOINING if stopped else ServerState.IN_SERVICE

    def _rejoin(self, name: str) -> list[tuple[int, ServerState]]:
        """Let the next servers of a restarting subsystem in; when none is left it works again."""
        if self.phases.get(name) == "checking":
            self.phases[name] = "rejoining"
            self._maker.tell(self.time, f"{name}: checked; its servers begin to rejoin (model)", "event")
        held = self._held(name)
        some = held[: self._rate(name)]
        if len(some) == len(held):
            del self.phases[name]
            self._maker.tell(self.time, f"{name}: restarted (model)", "event")
        else:
            self._push(_Due(self.time + REJOIN_EACH_S, 0, "rejoin", subsystem=name))
        return [(server, ServerState.IN_SERVICE) for server in some]

    def _step(self, due: _Due) -> list[tuple[int, ServerState]]:
        """Carry out a step of what goes on by itself; servers that are no longer as they were are left alone."""
        servers = [server for server in due.servers if self.fleet.state[server] != due.state]
        if due.state is not ServerState.IN_SERVICE:
            servers = [server for server in servers if self.fleet.state[server] == ServerState.IN_SERVICE]
            broken = self.would_break(servers) if due.guarded else ""
            if broken:
                self._due = [one for one in self._due if one.kind != "step" or one.subsystem != due.subsystem]
                heapq.heapify(self._due)
                self._maker.tell(self.time, f"{due.subsystem} is halted: its next step would break {broken}", "event")
                return []
        for server in servers:
            self._expected.pop(server, None)
        back = due.state is ServerState.IN_SERVICE
        return [(server, self._arrival(server) if back else due.state) for server in servers]

    def _recovered(self, due: _Due) -> list[tuple[int, ServerState]]:
        self.phases.pop(due.subsystem, None)
        self._maker.tell(self.time, f"{due.subsystem} is recovered from {due.text}", "event", lost_s=due.lost_s)
        servers = self._servers_of(due.subsystem)
        gone = servers[self.fleet.state[servers] != ServerState.IN_SERVICE].tolist()
        for server in gone:
            self._expected.pop(server, None)
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
                    self._expected.pop(server, None)
                    to = ServerState(change.to)
                    changes.append((server, self._arrival(server) if to is ServerState.IN_SERVICE else to))
        return changes

    def _later(self, server: int, seconds: float, state: ServerState) -> None:
        self._expected[server] = self._push(_Due(self.time + seconds, 0, "server", server, state))

    def _push(self, due: _Due) -> int:
        self._number += 1
        due.number = self._number
        heapq.heappush(self._due, due)
        return due.number
