"""What happens in a branch by itself: what is due says which servers change, and the branch carries that out."""

from dataclasses import replace

from topology.fleet.fleet import Fleet
from topology.incident.branch.agenda import Agenda, Due
from topology.incident.branch.cascades import Cascades
from topology.incident.branch.going_on import broken_without, recoveries, rest_of, steps_of
from topology.incident.branch.kept_course import KeptCourse
from topology.incident.branch.leaving_limits import LeavingLimits
from topology.incident.branch.restarts import Changes, Restarts
from topology.incident.choosing import Chooser
from topology.incident.model import Change, Event, Incident, Mark, ServerChange
from topology.region.server_states import ServerState
from topology.region.tables import Problems
from topology.simulation.simulation import Chance

RECOVERY = "a restart of the account"
"""The operation of steps that bring back what was being restarted when the trainee took over."""


class ByItself:
    """Drains and joins that end, repairs, restarts that go on, events of the incident, and changes that take their time.

    It changes no server itself; *fleet*, *agenda*, *restarts* and *kept* are those of the branch.
    """

    def __init__(
        self, incident: Incident, fleet: Fleet, agenda: Agenda, restarts: Restarts, kept: KeptCourse, chance: Chance
    ) -> None:
        self._incident = incident
        self._fleet = fleet
        self._agenda = agenda
        self._restarts = restarts
        self._kept = kept
        self._chance = chance
        self.cascades = Cascades(incident, fleet, agenda)
        self.limits = LeavingLimits((), len(incident.region.roster))
        """How many may leave by themselves within a time, where the tool of the era has such a limit."""

    def begin(
        self, change: ServerChange, now: float, operation: str, *, guarded: bool, only: set[int] | None = None
    ) -> int:
        """Let a change begin that goes on by itself until it is done or stopped; gives how many servers it means.

        A *guarded* one halts before a step that would take anything below its floor. With *only*, no other server changes.
        """
        if only is None:
            servers = self.meant(change)
        else:
            servers = [server for server in self.meant(replace(change, amount=None)) if server in only]
        for step in steps_of(change, servers, now, operation, guarded=guarded):
            self._agenda.put(step)
        return len(servers)

    def meant(self, change: ServerChange) -> list[int]:
        """Give the servers that a change would mean now."""
        found = Chooser(self._incident.region, Problems(self._incident.name)).meant(change, self._fleet.state)
        return [int(server) for server in found]

    def would_break(self, servers: list[int]) -> str:
        """Name a subsystem that would be further below a floor without these servers in service; empty for none."""
        return broken_without(self._fleet, servers)

    def stop(self) -> int:
        """Let everything that goes on by itself end here; gives the servers that it would still have changed.

        A restart that is under way goes on: nothing is taken by it.
        """
        return self._agenda.drop_steps(but=RECOVERY)

    def recover(self, name: str, at: float, title: str, lost_s: float) -> None:
        """Let everything of a subsystem that is gone come back at that moment, from a copy."""
        self._agenda.put(Due(at, "recovered", subsystem=name, text=title, lost_s=lost_s))

    def move(self, name: str, to: str, units: int, at: float, *, guarded: bool) -> None:
        """Let so much of what is asked of one subsystem be asked of another at a moment, unless it is stopped before."""
        self._agenda.put(Due(at, "moved", subsystem=name, text=to, units=units, guarded=guarded))

    def take_up(self, now: float, restarted: frozenset[str]) -> None:
        """At the beginning of a branch: expect the events that always come, and go on with those that nobody stopped.

        So does the restart of what is being *restarted*, as the account has it.
        """
        for name in sorted(restarted):
            for event, changes in recoveries(self._incident, name):
                self._recovery(name, event, changes, now)
        for event in self._incident.events:
            if event.always and event.time > now:
                self._agenda.put(Due(event.time, "event", event=event))
            if event.until_stopped and event.time <= now:
                self._go_on(event, now)

    def due(self, due: Due, now: float) -> Changes:
        """Give what changes by something that is due."""
        if due.kind == "rejoin":
            return self._restarts.rejoin(due.subsystem, now)
        if due.kind == "step":
            return self._step(due, now)
        if due.kind == "part":
            return self._restarts.rejoin_part(due.subsystem, now)
        if due.kind == "held":
            return [(due.server, ServerState.JOINING)] if self._agenda.arrives(due) else []
        if due.kind == "moved":
            self._move(due, now)
            return []
        if due.kind == "cascade":
            return self._cascade(due, now)
        if due.kind == "said":
            self._kept.maker.tell(now, due.text, "event", announced=True)
            return []
        if due.kind == "restarted":
            self._restarts.ended(due.subsystem)
            self._kept.maker.tell(now, f"{due.subsystem}: restarted, as in the account", "event")
            return []
        if due.kind == "recovered":
            return self._recovered(due, now)
        if due.event is not None:
            return self._outside(due.event, now)
        return self._arrived(due, now) if self._agenda.arrives(due) else []

    def _go_on(self, event: Event, now: float) -> None:
        """Let the rest of what an event began before the branch go on."""
        for change in event.changes:
            rest = rest_of(change, event.time, now, self.meant) if isinstance(change, ServerChange) else None
            if rest is not None:
                self.begin(rest, now, event.text, guarded=False)

    def _recovery(self, name: str, event: Event, changes: tuple[Change, ...], now: float) -> None:
        """Let a restart of the account go on from *now*: its servers come back when they did, and it ends when it did."""
        for change in changes:
            if isinstance(change, Mark):
                if event.time > now:
                    self._agenda.put(Due(event.time, "restarted", subsystem=name))
                continue
            late = rest_of(change, event.time, now, self.meant) if event.time <= now else change
            if late is None:
                continue
            begins = max(event.time, now)
            for step in steps_of(late, self.meant(late), begins, RECOVERY, guarded=False):
                self._agenda.put(step)

    def _arrived(self, due: Due, now: float) -> Changes:
        if due.state is ServerState.JOINING:  # repaired
            after = self._chance.join_s("repaired", str(due.number))
            self._agenda.expect(Due(now + after, "server", due.server, ServerState.IN_SERVICE))
            return [(due.server, ServerState.JOINING)]
        state = self._restarts.arrival(due.server) if due.state is ServerState.IN_SERVICE else due.state
        return [(due.server, state)]

    def _step(self, due: Due, now: float) -> Changes:
        """Carry out a step of what goes on by itself; servers that are no longer as they were are left alone."""
        servers = [server for server in due.servers if self._fleet.state[server] != due.state]
        if due.state is not ServerState.IN_SERVICE:
            servers = [server for server in servers if self._fleet.state[server] == ServerState.IN_SERVICE]
            broken = self.would_break(servers) if due.guarded else ""
            if broken:
                self._agenda.drop_steps(due.subsystem)
                self._kept.maker.tell(now, f"{due.subsystem} is halted: its next step would break {broken}", "event")
                return []
            later = self.limits.next_at(len(servers), now)
            if later is not None:
                self._kept.maker.tell(now, f"{due.subsystem} is held: {self.limits.why}", "event", noticed=True)
                self._agenda.put(replace(due, time=later))
                return []
            self.limits.leave(len(servers), now)
        for server in servers:
            self._agenda.forget(server)
        if due.subsystem == RECOVERY:
            return [(server, due.state) for server in servers]
        back = due.state is ServerState.IN_SERVICE
        return [(server, self._restarts.arrival(server) if back else due.state) for server in servers]

    def _move(self, due: Due, now: float) -> None:
        """Carry out a step of what moves; a guarded one halts where there is no room for it."""
        asked, other = self._kept.demand.get(due.subsystem, 0), self._kept.demand.get(due.text, 0)
        units = min(due.units, asked)
        room = self._kept.moment(now).standing(due.text).in_service or 0
        if due.guarded and other + units > room:
            self._agenda.drop_steps(due.subsystem)
            self._kept.maker.tell(
                now, f"what is asked of {due.subsystem} stays there: {due.text} has no room for more", "event"
            )
            return
        self._kept.demand.update({due.subsystem: asked - units, due.text: other + units})

    def _cascade(self, due: Due, now: float) -> Changes:
        """Let a rule follow, if what it watches has been so all the while."""
        rule = self.cascades.due(due)
        changes = [] if rule is None else [one for one in rule.changes if self.meant(one)]
        if rule is None or not changes:
            return []
        self._kept.maker.tell(now, rule.text, "event")
        return self._changed(changes, rule.name, now)

    def say(self, text: str, at: float) -> None:
        """Let customers be told at a moment."""
        self._agenda.put(Due(at, "said", text=text))

    def _recovered(self, due: Due, now: float) -> Changes:
        self._restarts.ended(due.subsystem)
        self._kept.maker.tell(now, f"{due.subsystem} is recovered from {due.text}", "event", lost_s=due.lost_s)
        servers = self._restarts.servers_of(due.subsystem)
        gone = servers[self._fleet.state[servers] != ServerState.IN_SERVICE].tolist()
        for server in gone:
            self._agenda.forget(server)
        return [(server, ServerState.IN_SERVICE) for server in gone]

    def _outside(self, event: Event, now: float) -> Changes:
        """Let something happen that does not depend on what the trainee does."""
        self._kept.maker.tell(now, event.text, "event", announced=event.announcement)
        for change in event.changes:
            if isinstance(change, Mark) and change.demand is not None:
                self._kept.demand[change.subsystem] = change.demand
        return self._changed([one for one in event.changes if isinstance(one, ServerChange)], event.text, now)

    def _changed(self, some: list[ServerChange], operation: str, now: float) -> Changes:
        """Begin those changes that take their time, and give what changes at once."""
        changes: Changes = []
        for change in some:
            if change.after_s or change.over_s:
                self.begin(change, now, operation, guarded=False)
            else:
                changes += self._at_once(change)
        return changes

    def _at_once(self, change: ServerChange) -> Changes:
        changes, to = [], ServerState(change.to)
        for server in self.meant(change):
            self._agenda.forget(server)
            changes.append((server, self._restarts.arrival(server) if to is ServerState.IN_SERVICE else to))
        return changes
